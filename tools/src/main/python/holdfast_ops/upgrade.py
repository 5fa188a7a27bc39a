"""Takes the leaders away from a tablet before it is upgraded, and gives them back afterwards.

The statfile has a line "endpoint,db,table,tid,pid,extra" for each leadership that was taken away;
extra is the tablet that got a copy for this only, or empty.
"""

import os
from collections import namedtuple

from holdfast_ops.cluster import INTERNAL_DATABASES
from holdfast_ops.errors import OpsError, SafetyError, UsageError
from holdfast_ops.failover_switch import write_durably

Taken = namedtuple("Taken", "endpoint db name tid pid extra")


class Upgrade:
    def __init__(self, cluster, statfile, log):
        self._cluster = cluster
        self._statfile = statfile
        self._log = log

    # ---- before

    def prepare(self, endpoint, allow_single_replica):
        healthy = self._cluster.healthy_endpoints()
        if endpoint not in healthy:
            raise SafetyError("%s is not alive, cannot execute pre-upgrade" % endpoint)
        partitions = self._cluster.partitions()
        for partition in partitions:
            if partition.leader == endpoint:
                self._take_away(partition, endpoint, partitions, healthy, allow_single_replica)
        self._log.info("execute pre-upgrade success: %s leads nothing that others could lead"
                       % endpoint)

    def _take_away(self, partition, endpoint, partitions, healthy, allow_single_replica):
        extra = ""
        if partition.wanted == 1 and len(partition.in_sync) == 1:
            if allow_single_replica:
                self._log.warning("%s has one copy and is not served while %s is down" % (
                    partition, endpoint))
                return
            extra = self._lightest(partition, partitions, healthy)
        # Before the deed: a line too many is harmless afterwards, one too few leaves a copy behind.
        self._remember(Taken(
            endpoint, partition.db, partition.name, partition.tid, partition.pid, extra))
        if extra:
            self._cluster.add_replica(partition, extra)
        elif len(partition.in_sync) < 2:
            self._cluster.await_partition(
                partition, "a second copy in sync", lambda now: len(now.in_sync) > 1)
        to = extra or self._cluster.successor(self._cluster.partition(partition) or partition)
        if to is None:
            raise SafetyError("%s has no other copy in sync; nothing was changed for it" % partition)
        self._cluster.change_leader(partition, to)

    def _lightest(self, partition, partitions, healthy):
        load = {endpoint: 0 for endpoint in healthy if partition.on(endpoint) is None}
        if not load:
            raise SafetyError(
                "%s has one copy, and there is no other tablet to lead it meanwhile; with"
                " --allow_single_replica it is not served during the upgrade" % partition)
        for other in partitions:
            for replica in other.replicas:
                if replica.endpoint in load:
                    load[replica.endpoint] += 1
        return min(load, key=lambda endpoint: (load[endpoint], endpoint))

    def _remember(self, taken):
        if self._cluster.dry_run:
            return
        lines = [line for line in self._lines() if line[:5] != taken[:5]]
        write_lines(self._statfile, lines + [taken])

    # ---- after

    def finish(self, endpoint):
        if endpoint not in self._cluster.healthy_endpoints():
            raise SafetyError("%s is not alive, cannot execute post-upgrade" % endpoint)
        self._await_copies(endpoint)
        lines = self._lines()
        for taken in [line for line in lines if line.endpoint == endpoint]:
            self._give_back(taken)
            if not self._cluster.dry_run:
                lines.remove(taken)
                write_lines(self._statfile, lines)
        self._log.info("execute post-upgrade success")

    def _await_copies(self, endpoint):
        if self._cluster.dry_run:
            return

        def look():
            behind = [p for p in self._cluster.partitions()
                      if p.on(endpoint) is not None and not p.on(endpoint).in_sync]
            return "" if not behind else "%d copies, first %s: %s" % (
                len(behind), behind[0], behind[0].text)

        self._cluster.await_condition("the copies on %s to be in sync" % endpoint, look)

    def _give_back(self, taken):
        for partition in self._cluster.partitions():
            if (partition.tid, partition.pid) == (taken.tid, taken.pid):
                break
        else:
            self._log.warning("table %s is gone; nothing to give back" % taken.name)
            return
        if partition.on(taken.endpoint) is None:
            self._log.warning("%s has no copy on %s any more; its leader stays" % (
                partition, taken.endpoint))
            return
        if partition.leader != taken.endpoint:
            self._cluster.change_leader(partition, taken.endpoint)
        if taken.extra and partition.on(taken.extra) is not None:
            self._cluster.remove_replica(partition, taken.extra)

    # ---- the file

    def _lines(self):
        return read_lines(self._statfile)


def read_lines(path):
    if not os.path.exists(path):
        return []
    taken = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.strip().split(",")
            if words == [""]:
                continue
            try:
                endpoint, db, name, tid, pid, extra = words
                taken.append(Taken(endpoint, db, name, int(tid), int(pid), extra))
            except ValueError:
                raise OpsError("%s line %d is not endpoint,db,table,tid,pid,extra: %s" % (
                    path, number, line.strip()))
    return taken


def write_lines(path, lines):
    if lines:
        write_durably(path, "".join(",".join(map(str, line)) + "\n" for line in lines))
    elif os.path.exists(path):
        os.remove(path)


def single_endpoint(endpoints):
    if len(endpoints) != 1:
        raise UsageError("--endpoints must name one tablet, not %d" % len(endpoints))
    return endpoints[0]


def is_user_database(db):
    return db not in INTERNAL_DATABASES
