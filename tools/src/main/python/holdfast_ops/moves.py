"""Carries moves out, one at a time: a copy is removed only when the others are in sync."""

from holdfast_ops.errors import IS_LEADER, CallRefused

ATTEMPTS = 3


class Mover:
    def __init__(self, cluster, log):
        self._cluster = cluster
        self._log = log

    def carry_out(self, moves):
        for number, move in enumerate(moves, 1):
            self._log.info("move %d of %d: %s" % (number, len(moves), _words(move)))
            self._carry_out(move)

    def _carry_out(self, move):
        partition = move.partition
        if move.target:
            self._cluster.add_replica(partition, move.target)
        else:
            self._cluster.await_partition(
                partition, "enough copies besides the one on %s" % move.source,
                lambda now: len(set(now.in_sync) - {move.source}) >= now.wanted)
        for attempt in range(ATTEMPTS):
            self._make_follower(partition, move.source, move.target)
            try:
                self._cluster.remove_replica(partition, move.source)
                return
            except CallRefused as refusal:
                # A leader that died meanwhile may have been replaced by the very copy.
                if refusal.code != IS_LEADER or attempt == ATTEMPTS - 1:
                    raise

    def _make_follower(self, partition, endpoint, candidate):
        now = partition if self._cluster.dry_run else self._cluster.partition(partition)
        if now is not None and now.leader == endpoint:
            to = candidate or self._cluster.successor(now)
            if to is not None:
                self._cluster.change_leader(now, to)


def _words(move):
    if move.target is None:
        return "%s: the copy on %s is one too many" % (move.partition, move.source)
    role = " (leads)" if move.partition.leader == move.source else ""
    return "%s from %s%s to %s" % (move.partition, move.source, role, move.target)
