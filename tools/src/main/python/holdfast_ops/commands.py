"""The commands of the tool, each a function of a Session. Returns the exit code."""

import time

from holdfast_ops import plans
from holdfast_ops.errors import DONE, FAILED, OpsError, UsageError
from holdfast_ops.health import ADVICE
from holdfast_ops.moves import Mover
from holdfast_ops.report import human_size, print_table
from holdfast_ops.restart import RollingRestart
from holdfast_ops.upgrade import Upgrade, is_user_database, read_lines, single_endpoint

# ---- manage


def recover_data(session):
    """The nameserver brings partitions back by itself; this waits, and says for whom the rest waits.

    Nothing is forced: a copy that was not in sync is never taken, however long its log is.
    """
    cluster = session.cluster
    if not cluster.auto_failover():
        # Leaders that restarted are not made leaders again otherwise.
        session.switch.set(True)
    if cluster.dry_run:
        for line in session.health.details():
            print(line)
        return DONE
    session.log.info("waiting until every partition serves")
    cluster.await_condition("every partition to serve", lambda: _not_serving(cluster))
    session.log.info("every partition serves; waiting for the copies that are not in sync yet")
    cluster.await_condition("all copies to be in sync", session.health.partitions_missing)
    partitions = cluster.partitions()
    for db, name in sorted({(partition.db, partition.name) for partition in partitions}):
        session.log.info("%s in %s recover success" % (name, db))
    print("recover data ok: %d partitions" % len(partitions))
    return DONE


def _not_serving(cluster):
    waiting = [partition for partition in cluster.partitions() if not partition.serves]
    return "; ".join(
        "%s: %s: %s (%s)" % (partition, partition.condition, partition.text,
                             ADVICE.get(partition.condition, "recoverdata --dry-run says more"))
        for partition in waiting[:5]) + (
            " and %d more" % (len(waiting) - 5) if len(waiting) > 5 else "")


def scale_out(session):
    cluster = session.cluster
    endpoints = cluster.healthy_endpoints()
    if not endpoints:
        raise OpsError("no tablet is healthy")
    lent = {(taken.tid, taken.pid) for taken in read_lines(session.options.statfile)}
    partitions = [p for p in cluster.partitions() if is_user_database(p.db)]
    rest = [p for p in partitions if (p.tid, p.pid) not in lent]
    extra = plans.surplus(rest)
    Mover(cluster, session.log).carry_out(extra)
    if extra and not cluster.dry_run:
        partitions = [p for p in cluster.partitions() if is_user_database(p.db)]
    Mover(cluster, session.log).carry_out(plans.scale_out(partitions, endpoints))
    print("execute scale-out success")
    return DONE


def scale_in(session):
    cluster = session.cluster
    if not session.endpoints:
        raise UsageError("--endpoints names the tablets to be emptied")
    moves = plans.scale_in(cluster.partitions(), session.endpoints, cluster.healthy_endpoints())
    Mover(cluster, session.log).carry_out(moves)
    print("execute scale-in success")
    return DONE


def pre_upgrade(session):
    Upgrade(session.cluster, session.options.statfile, session.log).prepare(
        single_endpoint(session.endpoints), session.options.allow_single_replica)
    print("execute pre-upgrade success")
    return DONE


def post_upgrade(session):
    Upgrade(session.cluster, session.options.statfile, session.log).finish(
        single_endpoint(session.endpoints))
    print("execute post-upgrade success")
    return DONE


def rolling_restart(session):
    options = session.options
    RollingRestart(
        session.cluster, session.health, options.restart_statefile, options.restart_command,
        session.log, options.timeout).run(session.endpoints, options.with_nameservers)
    print("rolling restart ok")
    return DONE


# ---- look

OP_COLUMNS = ["db", "op_id", "op_type", "name", "pid", "status", "start_time", "execute_time",
              "end_time", "cur_task", "for_replica_cluster"]


def show_op_status(session):
    rows = []
    body = {"db": session.options.db} if session.options.db else {}
    answer = session.cluster.nameservers.call("ShowOPStatus", body)
    for op in sorted(answer.get("op_status", []), key=lambda op: op.get("op_id", 0)):
        if session.options.filter in (None, op.get("status")):
            rows.append(_op_row(op, time.time()))
    print_table(OP_COLUMNS, rows, session.options.json)
    return DONE


def _op_row(op, now):
    start = op.get("start_time", 0)
    end = op.get("end_time", 0)
    # OpenMLDB counts in seconds; a number of thirteen digits can only be milliseconds.
    start, end = (value / 1000 if value > 10 ** 11 else value for value in (start, end))
    pid = op.get("pid")
    return [
        op.get("db", ""), op.get("op_id", 0), op.get("op_type", ""), op.get("name", ""),
        "" if pid is None or pid == 0xFFFFFFFF else pid, op.get("status", ""), _op_time(start),
        "%ds" % ((end or now) - start) if start else "", _op_time(end), op.get("task_type", ""),
        "no" if op.get("for_replica_cluster", "no") in ("", "no", False) else "yes"]


def _op_time(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.localtime(seconds)) if seconds else ""


TABLE_COLUMNS = ["Table_id", "Table_name", "Database_name", "Storage_type", "Rows",
                 "Memory_data_size", "Disk_data_size", "Partition", "Partition_unalive", "Replica",
                 "Offline_path", "Offline_format", "Offline_symbolic_paths", "Warnings"]


def show_table_status(session):
    rows = []
    wanted = session.options.filter or session.options.db
    for table in sorted(session.cluster.tables(), key=lambda table: table["tid"]):
        if not wanted or _like(wanted, table.get("db", "")):
            rows.append(_table_row(table))
    print_table(TABLE_COLUMNS, rows, session.options.json)
    return DONE


def _like(pattern, text):
    """As SQL's LIKE with % at either end, or a whole name."""
    bare = pattern.strip("%")
    if pattern.startswith("%"):
        return bare in text if pattern.endswith("%") else text.endswith(bare)
    return text.startswith(bare) if pattern.endswith("%") else text == pattern


def _table_row(table):
    partitions = table.get("table_partition", [])
    metas = [meta for partition in partitions for meta in partition.get("partition_meta", [])]
    warnings = ["[pid=%d]: %s" % (partition["pid"], partition["condition"])
                for partition in partitions
                if partition.get("condition", "HEALTHY") != "HEALTHY"]
    return [
        table["tid"], table["name"], table.get("db", ""),
        table.get("storage_mode", "kMemory").replace("k", "", 1).lower(),
        sum(partition.get("record_cnt", 0) for partition in partitions),
        human_size(sum(partition.get("record_byte_size", 0) for partition in partitions)),
        human_size(sum(partition.get("diskused", 0) for partition in partitions)),
        len(partitions), sum(1 for meta in metas if not meta.get("is_alive", True)),
        table.get("replica_num", 0), "NULL", "NULL", "NULL", " ".join(warnings)]


def check(session):
    problems = session.health.problems()
    for problem in problems:
        print(problem.what)
    if not problems:
        print("check ok: every partition has all its copies in sync")
    return FAILED if problems else DONE


def diagnose(session):
    problems = session.health.problems()
    for problem in problems:
        print("%s\n    -> %s" % problem)
    for line in session.health.details():
        print(line)
    if not problems:
        print("diagnose ok: nothing is wrong that the servers know of")
    return FAILED if problems else DONE


def wait_healthy(session):
    session.cluster.await_condition("full redundancy", session.health.partitions_missing)
    print("healthy: every partition has all its copies in sync")
    return DONE


MANAGE = {
    "recoverdata": recover_data,
    "scaleout": scale_out,
    "scalein": scale_in,
    "pre-upgrade": pre_upgrade,
    "post-upgrade": post_upgrade,
    "rolling-restart": rolling_restart,
}

LOOK = {
    "showopstatus": show_op_status,
    "showtablestatus": show_table_status,
    "check": check,
    "diagnose": diagnose,
    "wait-healthy": wait_healthy,
}
