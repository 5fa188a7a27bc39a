"""The cluster as the tool sees and changes it. What is read is plain data; every look is new."""

import time
from collections import namedtuple

from holdfast_ops.errors import (
    ALREADY_THERE, AUTO_FAILOVER_IS_ON, NOT_IN_ENDPOINT, NOT_NOW, CallRefused, OpsError,
    TimedOutError)
from holdfast_ops.rpc import NoAnswer

LOOK_SECONDS = 0.3
NOT_NOW_SECONDS = 30
SAY_SECONDS = 10

INTERNAL_DATABASES = ("__INTERNAL_DB", "__PRE_AGG_DB", "INFORMATION_SCHEMA")

Tablet = namedtuple("Tablet", "endpoint address healthy age_millis")
Replica = namedtuple("Replica", "endpoint leads in_sync offset")


class Partition(namedtuple(
        "Partition", "db name tid pid wanted replicas condition text waits_for loss")):
    """A partition. wanted: how many copies its table asks for; in_sync of a replica: its tablet
    lives and it is in the in-sync set; loss: what was given up, if somebody must take note."""

    @property
    def key(self):
        return "%d_%d" % (self.tid, self.pid)

    @property
    def healthy(self):
        """All copies are in sync; where they are is another matter."""
        return self.condition in ("HEALTHY", "SHARED_HOST")

    @property
    def serves(self):
        return self.condition in ("HEALTHY", "SHARED_HOST", "DEGRADED")

    @property
    def leader(self):
        for replica in self.replicas:
            if replica.leads:
                return replica.endpoint
        return None

    @property
    def in_sync(self):
        return [replica.endpoint for replica in self.replicas if replica.in_sync]

    def on(self, endpoint):
        for replica in self.replicas:
            if replica.endpoint == endpoint:
                return replica
        return None

    def __str__(self):
        return "%s.%s %s" % (self.db, self.name, self.key) if self.db else "%s %s" % (
            self.name, self.key)


def partitions_of(answer):
    """The partitions in an answer of ShowTable."""
    found = []
    for table in answer.get("table_info", []):
        for partition in table.get("table_partition", []):
            replicas = [
                Replica(meta["endpoint"], meta["is_leader"], meta.get("is_alive", True),
                        meta.get("offset", 0))
                for meta in partition.get("partition_meta", [])]
            found.append(Partition(
                table.get("db", ""), table["name"], table["tid"], partition["pid"],
                table.get("replica_num", len(replicas)), replicas,
                partition.get("condition", _condition(replicas)),
                partition.get("condition_text", ""), partition.get("waits_for", []),
                partition.get("data_loss_acknowledged", "")))
    return found


def _condition(replicas):
    """Of a nameserver that does not say: as OpenMLDB's tools judge it."""
    if all(replica.in_sync for replica in replicas):
        return "HEALTHY"
    return "DEGRADED" if any(r.in_sync and r.leads for r in replicas) else "NO_LEADER"


class Cluster:
    def __init__(self, nameservers, http, log, timeout_seconds, dry_run=False, clock=time):
        self.nameservers = nameservers
        self._http = http
        self._log = log
        self._timeout_seconds = timeout_seconds
        self.dry_run = dry_run
        self.clock = clock
        self.manual_mode = None

    # ---- looking

    def tablets(self):
        answer = self.nameservers.call("ShowTablet")
        found = []
        for tablet in answer.get("tablets", []):
            real = tablet.get("real_endpoint", "-")
            found.append(Tablet(
                tablet["endpoint"], tablet["endpoint"] if real in ("", "-") else real,
                tablet.get("state") in ("kHealthy", "kTabletHealthy"), tablet.get("age", 0)))
        return sorted(found)

    def healthy_endpoints(self):
        return [tablet.endpoint for tablet in self.tablets() if tablet.healthy]

    def tables(self):
        return self.nameservers.call("ShowTable", {"show_all": True}).get("table_info", [])

    def partitions(self):
        return partitions_of({"table_info": self.tables()})

    def partition(self, wanted):
        """The partition as it is now; None when its table is gone."""
        answer = self.nameservers.call("ShowTable", {"db": wanted.db, "name": wanted.name})
        for partition in partitions_of(answer):
            if partition.key == wanted.key:
                return partition
        return None

    def recovery(self):
        """What the nameserver says about bringing back what does not serve; changes nothing."""
        return self.nameservers.call("RecoverData").get("partitions", [])

    def tablet_status(self, address):
        """The replicas of a tablet, by "tid_pid". Raises NoAnswer."""
        answer = self._http.post(address, "/TabletServer/GetTableStatus", {})
        if answer.get("code", 0) != 0:
            raise CallRefused("GetTableStatus", answer["code"], answer.get("msg", ""))
        return {"%d_%d" % (status.get("tid", 0), status.get("pid", 0)): status
                for status in answer.get("all_table_status", [])}

    def start_time(self, address):
        """When a server's process began, as it says; None when it does not answer."""
        try:
            status, text = self._http.get(address, "/metrics")
        except NoAnswer:
            return None
        for line in text.splitlines() if status == 200 else []:
            if line.startswith("process_start_time_seconds"):
                return float(line.split()[1])
        return None

    def is_ready(self, address):
        try:
            return self._http.get(address, "/readiness")[0] == 200
        except NoAnswer:
            return False

    # ---- changing

    def change(self, method, body, done_codes=(), what=""):
        """Asks for a change; a refusal that says that it is done already is none."""
        if self.dry_run:
            self._log.info("would " + (what or method))
            return
        if what:
            self._log.info(what)
        try:
            self._call(method, body)
        except CallRefused as refusal:
            if refusal.code not in done_codes:
                raise

    def _call(self, method, body):
        until = self.clock.monotonic() + NOT_NOW_SECONDS
        told = False
        while True:
            try:
                self.nameservers.call(method, body)
                return
            except CallRefused as refusal:
                if refusal.code == AUTO_FAILOVER_IS_ON and self.manual_mode is not None:
                    # Only then: while it is off, a tablet that dies is not replaced.
                    self.manual_mode()
                elif refusal.code not in NOT_NOW or self.clock.monotonic() >= until:
                    raise
                elif not told:
                    told = True
                    self._log.info("not yet: " + refusal.words)
            self.clock.sleep(LOOK_SECONDS)

    def add_replica(self, partition, endpoint):
        self.change(
            "AddReplicaNS", _names(partition, endpoint=endpoint), (ALREADY_THERE,),
            "add a copy of %s on %s" % (partition, endpoint))
        self.await_partition(
            partition, "the new copy on %s to be in sync" % endpoint,
            lambda now: endpoint in now.in_sync)

    def remove_replica(self, partition, endpoint):
        self.change(
            "DelReplicaNS", _names(partition, endpoint=endpoint), (NOT_IN_ENDPOINT,),
            "remove the copy of %s on %s" % (partition, endpoint))
        self.await_partition(
            partition, "the copy on %s to be gone" % endpoint, lambda now: not now.on(endpoint))

    def change_leader(self, partition, candidate):
        """Has a certain copy lead: "auto", asked for twice, would change the leader twice."""
        self.change(
            "ChangeLeader", _names(partition, candidate_leader=candidate), (),
            "have %s lead %s" % (candidate, partition))
        self.await_partition(
            partition, "%s to lead" % candidate,
            lambda now: now.serves and now.leader == candidate)

    def successor(self, partition):
        """The copy in sync besides the leader whose tablet leads least; None without one."""
        leads = {}
        for other in self.partitions():
            leads[other.leader] = leads.get(other.leader, 0) + 1
        others = [endpoint for endpoint in partition.in_sync if endpoint != partition.leader]
        return min(others, key=lambda endpoint: (leads.get(endpoint, 0), endpoint), default=None)

    def set_auto_failover(self, value):
        self.nameservers.call(
            "ConfSet", {"conf": {"key": "auto_failover", "value": "true" if value else "false"}})

    def auto_failover(self):
        for pair in self.nameservers.call("ConfGet").get("conf", []):
            if pair.get("key") == "auto_failover":
                return pair.get("value", "").lower() == "true"
        raise OpsError("the nameserver does not say whether auto_failover is on")

    # ---- waiting

    def await_partition(self, partition, what, condition):
        if self.dry_run:
            return

        def look():
            now = self.partition(partition)
            if now is None:
                raise OpsError("table %s of %s was dropped meanwhile" % (
                    partition.name, partition))
            return "" if condition(now) else "%s: %s %s" % (now, now.condition, now.text)

        self.await_condition("%s of %s" % (what, partition), look)

    def await_condition(self, what, look, timeout_seconds=None):
        """Waits until look returns "", or else what it waits for in words."""
        timeout = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        since = self.clock.monotonic()
        said = since
        while True:
            missing = look()
            if not missing:
                return
            now = self.clock.monotonic()
            if now - since >= timeout:
                raise TimedOutError("gave up after %g s waiting for %s: %s" % (
                    timeout, what, missing))
            if now - said >= SAY_SECONDS:
                said = now
                self._log.info("waiting for %s: %s" % (what, missing))
            self.clock.sleep(LOOK_SECONDS)


def _names(partition, **more):
    body = {"db": partition.db, "name": partition.name, "pid": partition.pid}
    if "endpoint" in more:
        body["pid_group"] = [partition.pid]
    body.update(more)
    return body
