"""What is wrong with the cluster, and what to do about it."""

from collections import namedtuple

from holdfast_ops.rpc import NoAnswer

Problem = namedtuple("Problem", "what advice")

ADVICE = {
    "WAITS_FOR_MEMBERS": "start the tablets that it names, with their disks; if they are lost for"
                         " good: recoverdata --accept-loss in ns_client, after"
                         " docs/operations/recovering-data.md",
    "METADATA_TOO_OLD": "see docs/operations/zookeeper-lost.md",
    "AUTOMATION_OFF": "confset auto_failover true, or changeleader to another copy that is in sync",
    "MEMBER_LOST": "start the tablets that it names, or take them out: offlineendpoint, or confset"
                   " auto_failover true",
    "TOO_FEW_IN_SYNC": "writes come back with the next copy that is in sync",
    "SHARED_HOST": "rebalance in ns_client moves a copy where another host can take it; if none can,"
                   " add a host, or correct host_label (confset)",
    "DEGRADED": "copies that are missing come back with their tablets, or by addreplica",
    "LEADER_SUSPECTED": "wait some seconds; it is replaced by itself",
    "LEADER_STARTING": "wait some seconds",
    "ELECTING": "wait some seconds",
}


class Health:
    def __init__(self, cluster):
        self._cluster = cluster

    def partitions_missing(self):
        """In words what keeps the cluster from full redundancy; "" for nothing."""
        ill = [partition for partition in self._cluster.partitions() if not partition.healthy]
        return "" if not ill else "%d partitions, first %s: %s %s" % (
            len(ill), ill[0], ill[0].condition, ill[0].text)

    def problems(self):
        found = []
        if not self._cluster.auto_failover():
            found.append(Problem(
                "automatic failover is off: a tablet that dies is not replaced",
                "confset auto_failover true, when nobody needs it off any more"))
        for address in self._cluster.nameservers.addresses:
            if not self._cluster.is_ready(address):
                found.append(Problem(
                    "nameserver %s is not ready" % address,
                    "start it; without a second one nobody takes over"))
        partitions = self._cluster.partitions()
        for tablet in self._cluster.tablets():
            # One that was emptied and stopped stays listed, and is nobody's trouble.
            if not tablet.healthy and any(p.on(tablet.endpoint) for p in partitions):
                found.append(Problem(
                    "tablet %s is down for %d s" % (tablet.endpoint, tablet.age_millis // 1000),
                    "start it, with its disk"))
        for partition in partitions:
            found.extend(self._problems_of(partition))
        return found

    @staticmethod
    def _problems_of(partition):
        if partition.condition != "HEALTHY":
            yield Problem(
                "%s: %s: %s" % (partition, partition.condition, partition.text),
                ADVICE.get(partition.condition, "recoverdata --dry-run in ns_client says more"))
        if len(partition.in_sync) > partition.wanted:
            yield Problem(
                "%s has %d copies in sync, its table asks for %d" % (
                    partition, len(partition.in_sync), partition.wanted),
                "--cmd=scaleout removes what an interrupted move left")
        if partition.loss:
            yield Problem(
                "%s: data was given up: %s" % (partition, partition.loss),
                "recoverdata --table=NAME --partition=N --clear, when that was seen to")

    def details(self):
        """Lines for whoever looks for the cause: copies of ill partitions, and what tablets say."""
        lines = []
        for partition in self._cluster.recovery():
            if partition.get("condition") != "HEALTHY":
                lines.append("%s %d_%d: %s: %s" % (
                    partition.get("name"), partition.get("tid", 0), partition.get("pid", 0),
                    partition.get("condition"), partition.get("condition_text", "")))
                for copy in partition.get("copies", []):
                    lines.append("  " + _copy_words(copy))
        known = {partition.key for partition in self._cluster.partitions()}
        for tablet in self._cluster.tablets():
            if tablet.healthy:
                lines.extend(self._tablet_lines(tablet, known))
        return lines

    def _tablet_lines(self, tablet, known):
        try:
            held = self._cluster.tablet_status(tablet.address)
        except NoAnswer as problem:
            yield "tablet %s does not answer here: %s" % (tablet.endpoint, problem)
            return
        for key, status in sorted(held.items()):
            state = status.get("state", "kTableUndefined")
            if state != "kTableNormal":
                yield "tablet %s: %s is %s" % (tablet.endpoint, key, state)
            if key not in known:
                yield "tablet %s: %s belongs to no table; it is removed by itself" % (
                    tablet.endpoint, key)


def _copy_words(copy):
    return "%s: %s, %s, last offset %s, committed as far as it knows %s%s" % (
        copy.get("endpoint"), "up" if copy.get("is_alive") else "down",
        "in sync" if copy.get("in_sync") else "not in sync", copy.get("last_offset", "unknown"),
        copy.get("commit", "unknown"), ", " + copy["flags"] if copy.get("flags") else "")
