"""Which copies move where. Pure functions of what was seen: nothing is asked and nothing changed."""

from collections import namedtuple

from holdfast_ops.errors import SafetyError

Move = namedtuple("Move", "partition source target")
"""A copy moves from source to target; target None: there are enough copies, the one on source goes;
source None: a copy is missing."""


def _load(partitions, endpoints):
    load = {endpoint: 0 for endpoint in endpoints}
    for partition in partitions:
        for replica in partition.replicas:
            if replica.endpoint in load:
                load[replica.endpoint] += 1
    return load


def surplus(partitions):
    """Copies beyond what the table asks for: an earlier move that was interrupted left them."""
    load = {}
    for partition in partitions:
        for replica in partition.replicas:
            load[replica.endpoint] = load.get(replica.endpoint, 0) + 1
    moves = []
    for partition in partitions:
        extra = len(partition.in_sync) - partition.wanted
        candidates = sorted(
            (endpoint for endpoint in partition.in_sync if endpoint != partition.leader),
            key=lambda endpoint: (-load[endpoint], endpoint))
        for endpoint in candidates[:max(0, extra)]:
            load[endpoint] -= 1
            moves.append(Move(partition, endpoint, None))
    return moves


def scale_out(partitions, endpoints):
    """Moves until no tablet has more than one copy above another, in each database by itself.

    Followers before leaders: that costs no hand-over.
    """
    moves = []
    for db in sorted({partition.db for partition in partitions}):
        mine = [partition for partition in partitions if partition.db == db]
        holders = {partition.key: {r.endpoint for r in partition.replicas} for partition in mine}
        load = _load(mine, endpoints)
        while load:
            move = _next_move(mine, holders, load)
            if move is None:
                break
            moves.append(move)
            holders[move.partition.key] ^= {move.source, move.target}
            load[move.source] -= 1
            load[move.target] += 1
    return moves


def _next_move(partitions, holders, load):
    by_load = sorted(load, key=lambda endpoint: (load[endpoint], endpoint))
    for source in reversed(by_load):
        for target in by_load:
            if load[source] - load[target] <= 1:
                break
            movable = [p for p in partitions
                       if source in holders[p.key] and target not in holders[p.key]]
            if movable:
                best = min(movable, key=lambda p: (p.leader == source, p.tid, p.pid))
                return Move(best, source, target)
    return None


def scale_in(partitions, leaving, healthy):
    """Empties tablets: each copy goes to the remaining tablet that has the fewest then."""
    for endpoint in leaving:
        if endpoint not in healthy:
            raise SafetyError("%s is not alive, cannot execute scale-in" % endpoint)
    remaining = [endpoint for endpoint in healthy if endpoint not in leaving]
    load = _load(partitions, remaining)
    moves = []
    for partition in partitions:
        staying = {r.endpoint for r in partition.replicas if r.endpoint not in leaving}
        for source in [r.endpoint for r in partition.replicas if r.endpoint in leaving]:
            if len(staying) >= partition.wanted:
                moves.append(Move(partition, source, None))
                continue
            free = [endpoint for endpoint in remaining if endpoint not in staying]
            if not free:
                raise SafetyError(
                    "cannot execute scale-in: %s has %d copies, and only %d tablets would remain;"
                    " nothing was moved" % (partition, partition.wanted, len(remaining)))
            target = min(free, key=lambda endpoint: (load[endpoint], endpoint))
            load[target] += 1
            staying.add(target)
            moves.append(Move(partition, source, target))
    return moves
