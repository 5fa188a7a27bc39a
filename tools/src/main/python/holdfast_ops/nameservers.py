"""Finds the nameservers, and calls whichever of them is active, also when that changes."""

import json
import subprocess
import time

from holdfast_ops.errors import NOT_ACTIVE, CallRefused, UnreachableError
from holdfast_ops.rpc import NoAnswer

RETRY_SECONDS = 0.2


def addresses_from_zookeeper(bin_path, zk_cluster, zk_root_path, deadline_seconds):
    """Asks the shell once which nameservers there are, the active one first.

    Returns a list of (endpoint, address). That is the one process that the tool starts: all further
    questions go to the servers themselves.
    """
    command = [
        bin_path,
        "--zk_cluster=" + zk_cluster,
        "--zk_root_path=" + zk_root_path,
        "--role=ns_client",
        "--interactive=false",
        "--cmd=showns",
        "-o",
        "json",
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=deadline_seconds,
            check=False,
        )
    except OSError as problem:
        raise UnreachableError(
            "%s cannot be started: %s; check --openmldb_bin_path" % (bin_path, problem))
    except subprocess.TimeoutExpired:
        raise UnreachableError(
            "%s showns has not ended after %g s; is ZooKeeper at %s up?"
            % (bin_path, deadline_seconds, zk_cluster))
    out = done.stdout.decode("utf-8", "replace")
    try:
        servers = sorted(json.loads(out), key=lambda server: server["role"] != "leader")
        found = [(server["endpoint"], server.get("real_endpoint") or server["endpoint"])
                 for server in servers]
    except (ValueError, TypeError, KeyError, AttributeError):
        words = (out + done.stderr.decode("utf-8", "replace")).strip().replace("\n", " | ")
        raise UnreachableError(
            "the nameservers cannot be found in ZooKeeper at %s under %s: %s"
            % (zk_cluster, zk_root_path, words[:400] or "showns printed nothing"))
    if not found:
        raise UnreachableError(
            "no nameserver is registered in ZooKeeper at %s under %s; start one"
            % (zk_cluster, zk_root_path))
    return found


class NameServers:
    """Calls the active nameserver. A call that got no answer is repeated, with another one if need
    be, so everything that is asked for must be such that twice is as good as once."""

    def __init__(self, http, servers, patience_seconds, log, clock=time):
        self._http = http
        self._names = dict(servers)
        self._addresses = [address for _, address in servers]
        self._patience_seconds = patience_seconds
        self._log = log
        self._clock = clock
        self._at = 0

    @property
    def addresses(self):
        return list(self._addresses)

    @property
    def current(self):
        """The one that answered last."""
        return self._addresses[self._at]

    def call(self, method, body=None, patience_seconds=None):
        """The answer of the active nameserver; CallRefused when its code is not 0."""
        patience = self._patience_seconds if patience_seconds is None else patience_seconds
        until = self._clock.monotonic() + patience
        seen = ""
        told = False
        while True:
            address = self._addresses[self._at]
            try:
                answer = self._http.post(address, "/NameServer/" + method, body or {})
                code = answer.get("code", 0)
                if code == 0:
                    return answer
                if code != NOT_ACTIVE:
                    raise CallRefused(method, code, answer.get("msg", ""))
                seen = "%s is not the active nameserver" % address
                self._follow(answer.get("leader", ""))
            except NoAnswer as problem:
                seen = str(problem)
                self._next()
            if self._clock.monotonic() >= until:
                raise UnreachableError(
                    "no nameserver is active after %g s (%s); tried %s"
                    % (patience, seen, ", ".join(self._addresses)))
            if not told:
                told = True
                self._log.info("looking for the active nameserver: " + seen)
            self._clock.sleep(RETRY_SECONDS)

    def _follow(self, leader):
        address = self._names.get(leader, leader)
        if address in self._addresses:
            self._at = self._addresses.index(address)
        elif ":" in address:
            self._addresses.append(address)
            self._names[leader] = address
            self._at = len(self._addresses) - 1
        else:
            self._next()

    def _next(self):
        self._at = (self._at + 1) % len(self._addresses)
