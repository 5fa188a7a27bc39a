"""Restarts servers one at a time, with all copies in sync before each. Stops at the first doubt."""

import json
import os
import shlex
import subprocess

from holdfast_ops.errors import OpsError, SafetyError, UsageError
from holdfast_ops.failover_switch import write_durably


class RollingRestart:
    """The state file says which servers are done; a further run goes on behind them."""

    def __init__(self, cluster, health, state_path, command, log, command_timeout_seconds):
        self._cluster = cluster
        self._health = health
        self._state_path = state_path
        self._command = command
        self._log = log
        self._command_timeout_seconds = command_timeout_seconds

    def run(self, endpoints, with_nameservers):
        if not self._command:
            raise UsageError(
                "--restart_command says how a server is restarted, such as"
                " 'ssh {host} /opt/holdfast/sbin/restart.sh {role} {port}'")
        tablets = {tablet.endpoint: tablet.address for tablet in self._cluster.tablets()}
        unknown = [endpoint for endpoint in endpoints if endpoint not in tablets]
        if unknown:
            raise UsageError("no tablet: %s; showtablet lists them" % ", ".join(unknown))
        plan = [("tablet", endpoint, tablets[endpoint])
                for endpoint in (endpoints or sorted(tablets))]
        if with_nameservers:
            plan += self._nameservers()
        done = self._read_state()
        for role, endpoint, address in plan:
            if endpoint in done:
                self._log.info("%s %s was restarted before" % (role, endpoint))
                continue
            self._restart(role, endpoint, address)
            done.append(endpoint)
            self._write_state(done)
        if not self._cluster.dry_run and os.path.exists(self._state_path):
            os.remove(self._state_path)
        self._log.info("%d servers are restarted" % len(plan))

    def _nameservers(self):
        """The active one last: each change of it is a pause for operators."""
        self._cluster.nameservers.call("ConfGet")
        addresses = self._cluster.nameservers.addresses
        active = self._cluster.nameservers.current
        return [("nameserver", address, address)
                for address in [a for a in addresses if a != active] + [active]]

    def _restart(self, role, endpoint, address):
        self._log.info("%s %s: all copies have to be in sync first" % (role, endpoint))
        if not self._cluster.dry_run:
            self._cluster.await_condition(
                "full redundancy before %s is restarted" % endpoint,
                self._health.partitions_missing)
        if role == "tablet":
            self._hand_over(endpoint)
        words = [word.format(
            endpoint=endpoint, host=endpoint.rsplit(":", 1)[0], port=endpoint.rsplit(":", 1)[1],
            role=role) for word in shlex.split(self._command)]
        if self._cluster.dry_run:
            self._log.info("would run: " + " ".join(words))
            return
        before = self._cluster.start_time(address)
        if before is None:
            raise SafetyError(
                "%s does not say when it was started, so nobody could tell whether it was restarted;"
                " stopped before it" % endpoint)
        self._run(words, endpoint)
        self._cluster.await_condition(
            "%s to be back" % endpoint, lambda: self._not_back(address, before))
        self._cluster.await_condition(
            "full redundancy after %s was restarted" % endpoint, self._health.partitions_missing)

    def _hand_over(self, endpoint):
        for partition in self._cluster.partitions():
            if partition.leader == endpoint:
                to = self._cluster.successor(partition)
                if to is not None:
                    self._cluster.change_leader(partition, to)

    def _run(self, words, endpoint):
        self._log.info("running: " + " ".join(words))
        try:
            status = subprocess.run(
                words, stdin=subprocess.DEVNULL, check=False,
                timeout=self._command_timeout_seconds).returncode
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise OpsError("the restart of %s failed: %s; see to it, then run this again" % (
                endpoint, problem))
        if status != 0:
            raise OpsError("the restart of %s ended with status %d; see to it, then run this again"
                           % (endpoint, status))

    def _not_back(self, address, before):
        began = self._cluster.start_time(address)
        if began is None:
            return "it does not answer"
        if began == before:
            return "the old process still answers"
        return "" if self._cluster.is_ready(address) else "it is not ready"

    def _read_state(self):
        try:
            with open(self._state_path, encoding="utf-8") as file:
                return list(json.load(file)["done"])
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise OpsError("the state file %s cannot be read: %s" % (self._state_path, problem))

    def _write_state(self, done):
        if not self._cluster.dry_run:
            write_durably(self._state_path, json.dumps({"done": done}))
