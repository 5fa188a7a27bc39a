#!/usr/bin/env python3
"""Operates a cluster: recovery, moving of copies, upgrades, restarts, looks.

Finds the nameservers with one process of the given binary and asks the servers from then on. Survives
a change of the active nameserver. What it switches, it puts back. Exit codes are those of the shells.
"""

import argparse
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True

from holdfast_ops import commands  # noqa: E402
from holdfast_ops.cluster import Cluster  # noqa: E402
from holdfast_ops.errors import FAILED, USAGE, Interrupted, OpsError, UsageError  # noqa: E402
from holdfast_ops.failover_switch import FailoverSwitch  # noqa: E402
from holdfast_ops.health import Health  # noqa: E402
from holdfast_ops.nameservers import NameServers, addresses_from_zookeeper  # noqa: E402
from holdfast_ops.report import Log  # noqa: E402
from holdfast_ops.rpc import Http, NoAnswer  # noqa: E402

EPILOG = """
commands that change something
  recoverdata      wait until every partition serves and has all its copies, after an outage
  scaleout         spread copies evenly over all tablets
  scalein          move all copies away from the tablets of --endpoints
  pre-upgrade      have others lead what the tablet of --endpoints leads
  post-upgrade     give it back
  rolling-restart  restart tablets one at a time with --restart_command; goes on where it stopped

commands that look
  check            what is wrong; exit code 1 if anything is
  diagnose         the same with causes and advice
  wait-healthy     wait until every partition has all its copies in sync
  showopstatus     operations, of --db, with status --filter
  showtablestatus  tables, of the databases of --filter

examples
  openmldb_ops.py --openmldb_bin_path=./bin/openmldb --zk_cluster=10.0.0.1:2181 \\
      --zk_root_path=/openmldb --cmd=recoverdata
  openmldb_ops.py --nameservers=10.0.0.1:7527,10.0.0.2:7527 --cmd=scalein \\
      --endpoints=10.0.0.5:10921 --dry-run

exit codes
  0 done, 1 failed, 2 wrong usage, 3 cluster not reachable, 4 refused by a safety check,
  5 timed out, 130 interrupted
"""


class Session:
    """What a command works with."""

    def __init__(self, options, cluster, switch, log):
        self.options = options
        self.cluster = cluster
        self.switch = switch
        self.log = log
        self.health = Health(cluster)
        self.endpoints = [word for word in options.endpoints.split(",") if word]


def parser():
    made = argparse.ArgumentParser(
        prog="openmldb_ops.py", description=__doc__.splitlines()[0], epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = made.add_argument
    add("--openmldb_bin_path", default="", help="the launcher; asked once where nameservers are")
    add("--zk_cluster", default="", help="ZooKeeper servers, host:port with commas")
    add("--zk_root_path", default="/openmldb", help="the cluster's node (/openmldb)")
    add("--nameservers", default="", help="instead of these three: host:port with commas")
    add("--cmd", default="", help="the command")
    add("--endpoints", default="", help="tablets, with commas")
    add("--statfile", default=".stat", help="what pre-upgrade leaves for post-upgrade (.stat)")
    add("--allow_single_replica", action="store_true",
        help="pre-upgrade: leave tables with one copy where they are")
    add("--db", default="", help="show this database only")
    add("--filter", default=None, help="showopstatus: a status; showtablestatus: databases like it")
    add("--dry-run", "--dry_run", action="store_true", dest="dry_run",
        help="say what would be done")
    add("--timeout", type=float, default=600, help="seconds to wait for one step (600)")
    add("--nameserver_timeout", type=float, default=60,
        help="seconds to look for an active nameserver (60)")
    add("--request_timeout", type=float, default=20, help="seconds to wait for one answer (20)")
    add("--restart_command", default="",
        help="restarts one server and returns; {endpoint} {host} {port} {role} are filled in")
    add("--restart_statefile", default=".rolling-restart",
        help="which servers are done (.rolling-restart)")
    add("--with_nameservers", action="store_true", help="rolling-restart: nameservers, too")
    add("-o", dest="output", choices=["table", "json"], default="table",
        help="how showopstatus and showtablestatus print")
    return made


def interrupt(number, frame):
    # A second one must not keep the first from putting things back.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(number)


def find_nameservers(options):
    if options.nameservers:
        return [(word, word) for word in options.nameservers.split(",") if word]
    if not options.openmldb_bin_path or not options.zk_cluster:
        raise UsageError(
            "give --openmldb_bin_path, --zk_cluster and --zk_root_path, or --nameservers")
    return addresses_from_zookeeper(
        options.openmldb_bin_path, options.zk_cluster, options.zk_root_path,
        options.nameserver_timeout)


def run(options, log):
    known = dict(commands.MANAGE, **commands.LOOK)
    if options.cmd not in known:
        print("unsupported cmd: %s" % options.cmd)
        print("available cmds: %s" % list(known))
        return USAGE
    options.json = options.output == "json"
    servers = find_nameservers(options)
    http = Http(options.request_timeout)
    try:
        nameservers = NameServers(http, servers, options.nameserver_timeout, log)
        cluster = Cluster(nameservers, http, log, options.timeout, options.dry_run)
        if options.cmd in commands.LOOK:
            return commands.LOOK[options.cmd](Session(options, cluster, None, log))
        name = (options.zk_cluster or options.nameservers) + options.zk_root_path
        note = os.path.abspath(options.statfile) + ".auto_failover"
        with FailoverSwitch(cluster, note, name, log) as switch:
            return commands.MANAGE[options.cmd](Session(options, cluster, switch, log))
    finally:
        http.close()


def main(arguments):
    log = Log()
    options = parser().parse_args(arguments)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupt)
    try:
        return run(options, log)
    except Interrupted as end:
        log.error("%s; run the same command again to go on" % end)
        return end.exit_code
    except OpsError as problem:
        log.error(str(problem))
        return problem.exit_code
    except NoAnswer as problem:
        log.error("no answer: %s" % problem)
        return FAILED
    except OSError as problem:
        log.error(str(problem))
        return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
