"""The tool against servers of this process: what it asks for, in which order, and how it ends."""

import contextlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MAIN = os.path.join(HERE, "..", "..", "main", "python")
SCRIPT = os.path.join(MAIN, "openmldb_ops.py")
sys.path[:0] = [MAIN, HERE]
sys.dont_write_bytecode = True

import openmldb_ops  # noqa: E402
from fake_cluster import FakeCluster  # noqa: E402
from holdfast_ops import cluster as cluster_module  # noqa: E402
from holdfast_ops import plans  # noqa: E402
from holdfast_ops.cluster import partitions_of  # noqa: E402
from holdfast_ops.errors import SafetyError  # noqa: E402
from holdfast_ops.report import human_size, table_lines  # noqa: E402

cluster_module.LOOK_SECONDS = 0.02


class ToolTest(unittest.TestCase):
    def setUp(self):
        self.cluster = FakeCluster()
        self.addCleanup(self.cluster.close)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.statfile = os.path.join(self.directory, "stat")
        self.note = self.statfile + ".auto_failover"

    def arguments(self, cmd, *more):
        return ["--nameservers=" + self.cluster.nameservers, "--cmd=" + cmd,
                "--statfile=" + self.statfile, "--timeout=20",
                "--restart_statefile=" + os.path.join(self.directory, "restarts")] + list(more)

    def run_tool(self, cmd, *more):
        """Exit code, standard output, standard error."""
        before = [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)]
        out, err = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = openmldb_ops.main(self.arguments(cmd, *more))
        finally:
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGTERM, before[1])
        return code, out.getvalue(), err.getvalue()

    def start_tool(self, cmd, *more):
        return subprocess.Popen(
            [sys.executable, SCRIPT] + self.arguments(cmd, *more), cwd=self.directory,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def await_true(self, condition):
        until = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.02)

    def set_condition_after(self, looks, condition):
        """After so many looks at the tables partitions are as they are."""
        seen = []

        def on_call(method):
            if method == "ShowTable":
                seen.append(method)
            self.cluster.condition = condition if len(seen) <= looks else None

        self.cluster.on_call = on_call


class CommandLineTest(ToolTest):
    def test_the_documented_line_starts_one_process(self):
        """python tools/openmldb_ops.py --openmldb_bin_path=... --cmd=recoverdata, word for word."""
        self.cluster.add(1, 0, 0, 1, 2)
        launcher = os.path.join(self.directory, "openmldb")
        started = os.path.join(self.directory, "started")
        servers = [{"endpoint": self.cluster.servers[1].endpoint, "real_endpoint": None,
                    "role": "standby"},
                   {"endpoint": "name1", "real_endpoint": self.cluster.servers[0].endpoint,
                    "role": "leader"}]
        with open(launcher, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nfor word; do echo \"$word\"; done >> %s\necho '%s'\n" % (
                started, json.dumps(servers)))
        os.chmod(launcher, os.stat(launcher).st_mode | stat.S_IXUSR)
        done = subprocess.run(
            [sys.executable, SCRIPT, "--openmldb_bin_path=" + launcher,
             "--zk_cluster=172.24.4.40:30481", "--zk_root_path=/openmldb", "--cmd=recoverdata"],
            cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stdout),
                         (0, b"recover data ok: 1 partitions\n"), done.stderr)
        with open(started, encoding="utf-8") as file:
            self.assertEqual(file.read().split("\n")[:-1], [
                "--zk_cluster=172.24.4.40:30481", "--zk_root_path=/openmldb", "--role=ns_client",
                "--interactive=false", "--cmd=showns", "-o", "json"])

    def test_a_launcher_that_finds_no_nameserver(self):
        for launcher, words in (("/nowhere/openmldb", "--openmldb_bin_path"),
                                ("/bin/false", "showns printed nothing")):
            done = subprocess.run(
                [sys.executable, SCRIPT, "--openmldb_bin_path=" + launcher, "--zk_cluster=z:1",
                 "--cmd=check"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn(words, done.stderr.decode())

    def test_wrong_words(self):
        code, out, _ = self.run_tool("inspect")
        self.assertEqual(code, 2)
        self.assertTrue(out.startswith("unsupported cmd: inspect\navailable cmds: ["), out)
        self.assertEqual(self.run_tool("scalein")[0], 2)
        self.assertEqual(self.run_tool("pre-upgrade", "--endpoints=a:1,b:1")[0], 2)
        self.assertEqual(self.run_tool("rolling-restart")[0], 2)
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as end:
            openmldb_ops.main(["--no_such_flag"])
        self.assertEqual(end.exception.code, 2)

    def test_endpoint_may_be_abbreviated(self):
        self.cluster.add(1, 0, 0, 1)
        self.assertEqual(
            self.run_tool("scalein", "--endpoint=" + self.cluster.tablet(0))[0], 0)

    def test_help_names_every_command(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), self.assertRaises(SystemExit) as end:
            openmldb_ops.main(["--help"])
        self.assertEqual(end.exception.code, 0)
        for cmd in list(openmldb_ops.commands.MANAGE) + list(openmldb_ops.commands.LOOK):
            self.assertIn("  %s " % cmd, out.getvalue())


class RecoverDataTest(ToolTest):
    def test_waits_until_everything_serves(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.set_condition_after(3, "WAITS_FOR_MEMBERS")
        code, out, err = self.run_tool("recoverdata")
        self.assertEqual((code, out), (0, "recover data ok: 1 partitions\n"), err)
        self.assertGreater(self.cluster.methods().count("ShowTable"), 3)
        self.assertIn("t1 in db recover success", err)
        self.assertEqual(self.cluster.switches, [], "there was no need to switch anything")

    def test_says_for_whom_it_waits_when_it_gives_up(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.condition = "WAITS_FOR_MEMBERS"
        code, _, err = self.run_tool("recoverdata", "--timeout=0.5")
        self.assertEqual(code, 5)
        self.assertIn("db.t1 1_0: WAITS_FOR_MEMBERS: as it is (start the tablets", err)

    def test_failover_that_was_off_is_on_meanwhile(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        self.set_condition_after(2, "AUTOMATION_OFF")
        self.assertEqual(self.run_tool("recoverdata")[0], 0)
        self.assertEqual(self.cluster.switches, [True, False])
        self.assertFalse(os.path.exists(self.note))

    def test_failover_is_put_back_after_an_error(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        self.cluster.condition = "WAITS_FOR_MEMBERS"
        self.assertEqual(self.run_tool("recoverdata", "--timeout=0.5")[0], 5)
        self.assertEqual(self.cluster.switches, [True, False])

    def interrupted(self, number):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        self.cluster.condition = "WAITS_FOR_MEMBERS"
        tool = self.start_tool("recoverdata")
        self.await_true(lambda: "ShowTable" in self.cluster.methods())
        self.assertEqual(self.cluster.switches, [True])
        tool.send_signal(number)
        _, err = tool.communicate(timeout=20)
        return tool.returncode, err.decode()

    def test_failover_is_put_back_after_signals(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number):
                self.cluster.calls.clear()
                self.cluster.switches.clear()
                ended, err = self.interrupted(number)
                self.assertEqual(ended, code, err)
                self.assertEqual(self.cluster.switches, [True, False])
                self.assertFalse(os.path.exists(self.note))

    def test_the_next_run_puts_back_what_a_killed_one_left(self):
        ended, _ = self.interrupted(signal.SIGKILL)
        self.assertEqual(ended, -9)
        self.assertEqual(self.cluster.switches, [True])
        self.assertTrue(os.path.exists(self.note))
        self.cluster.condition = None
        code, _, err = self.run_tool("scaleout")
        self.assertEqual(code, 0, err)
        self.assertIn("an earlier run was killed", err)
        self.assertEqual(self.cluster.switches, [True, False])
        self.assertFalse(os.path.exists(self.note))

    def test_a_note_that_cannot_be_read_stops_everything(self):
        with open(self.note, "w", encoding="utf-8") as file:
            file.write("{")
        code, _, err = self.run_tool("recoverdata")
        self.assertEqual(code, 1)
        self.assertIn(self.note, err)
        self.assertEqual(self.cluster.switches, [])

    def test_a_directory_that_cannot_be_written(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        code, _, err = self.run_tool("recoverdata", "--statfile=/nowhere/stat")
        self.assertEqual(code, 1)
        self.assertIn("/nowhere/stat.auto_failover", err)
        self.assertNotIn(True, self.cluster.switches, "nothing was switched without a note")

    def test_dry_run_only_looks(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        self.cluster.condition = "WAITS_FOR_MEMBERS"
        code, out, _ = self.run_tool("recoverdata", "--dry-run")
        self.assertEqual(code, 0)
        self.assertIn("t1 1_0: WAITS_FOR_MEMBERS: as it is", out)
        self.assertEqual(self.cluster.switches, [])


class NameServerTest(ToolTest):
    def test_another_one_takes_over_in_the_middle(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.auto_failover = False
        first = self.cluster.servers[0]
        looks = []

        def on_call(method):
            if method == "ShowTable":
                looks.append(method)
            self.cluster.condition = "WAITS_FOR_MEMBERS" if len(looks) < 6 else None
            if len(looks) == 3:
                self.cluster.active = self.cluster.servers[1].endpoint

        self.cluster.on_call = on_call
        code, _, err = self.run_tool("recoverdata")
        self.assertEqual(code, 0, err)
        self.assertIn("is not the active nameserver", err)
        self.assertEqual(self.cluster.switches, [True, False])
        first.stop()
        self.assertEqual(self.run_tool("check")[0], 1, "one nameserver is gone")

    def test_the_first_one_is_down_from_the_beginning(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.servers[0].stop()
        self.cluster.active = self.cluster.servers[1].endpoint
        self.assertEqual(self.run_tool("wait-healthy")[0], 0)

    def test_none_is_active(self):
        self.cluster.active = ""
        code, _, err = self.run_tool("check", "--nameserver_timeout=0.5")
        self.assertEqual(code, 3)
        self.assertIn("no nameserver is active after 0.5 s", err)

    def test_none_is_there(self):
        for server in self.cluster.servers:
            server.stop()
        self.assertEqual(self.run_tool("check", "--nameserver_timeout=0.5")[0], 3)

    def test_one_that_was_not_listed_is_followed(self):
        self.cluster.active = self.cluster.servers[1].endpoint
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = openmldb_ops.main(
                ["--nameservers=" + self.cluster.servers[0].endpoint, "--cmd=wait-healthy"])
        self.assertEqual(code, 0, err.getvalue())


class PlanTest(ToolTest):
    def partitions(self):
        return partitions_of(self.cluster._ShowTable({"show_all": True}))

    def load(self):
        load = {tablet.endpoint: 0 for tablet in self.cluster.tablets}
        for partition in self.cluster.partitions:
            for endpoint in partition["copies"]:
                load[endpoint] += 1
        return sorted(load.values())

    def test_scale_out_moves_no_more_than_needed(self):
        for pid in range(4):
            self.cluster.add(1, pid, pid % 2, 1 - pid % 2)
        endpoints = [tablet.endpoint for tablet in self.cluster.tablets]
        moves = plans.scale_out(self.partitions(), endpoints)
        self.assertEqual([move.target for move in moves], [self.cluster.tablet(2)] * 2)
        self.assertTrue(all(move.partition.leader != move.source for move in moves))

    def test_scale_out_is_over_in_every_arrangement(self):
        import random
        for seed in range(200):
            chance = random.Random(seed)
            self.cluster.partitions.clear()
            for tid in range(chance.randint(1, 4)):
                db = "db%d" % chance.randint(0, 1)
                copies = chance.randint(1, 3)
                for pid in range(chance.randint(1, 6)):
                    self.cluster.add(tid, pid, *chance.sample(range(3), copies), db=db)
            endpoints = [tablet.endpoint for tablet in self.cluster.tablets]
            before = self.partitions()
            held = {p.key: {r.endpoint for r in p.replicas} for p in before}
            for move in plans.scale_out(before, endpoints):
                self.assertIn(move.source, held[move.partition.key])
                self.assertNotIn(move.target, held[move.partition.key])
                held[move.partition.key] ^= {move.source, move.target}
            for db in {p.db for p in before}:
                load = [sum(1 for p in before if p.db == db and endpoint in held[p.key])
                        for endpoint in endpoints]
                self.assertLessEqual(max(load) - min(load), 1, (seed, db, load))

    def test_scale_in_spreads_what_it_moves(self):
        cluster = FakeCluster(tablets=4)
        self.addCleanup(cluster.close)
        for pid in range(4):
            cluster.add(1, pid, 3)
        endpoints = [tablet.endpoint for tablet in cluster.tablets]
        moves = plans.scale_in(
            partitions_of(cluster._ShowTable({"show_all": True})), [endpoints[3]], endpoints)
        self.assertEqual(sorted(move.target for move in moves),
                         sorted(endpoints[:3] + [sorted(endpoints[:3])[0]]))

    def test_scale_in_is_refused_as_a_whole(self):
        self.cluster.add(1, 0, 0)
        self.cluster.add(2, 0, 0, 1, 2)
        endpoints = [tablet.endpoint for tablet in self.cluster.tablets]
        with self.assertRaisesRegex(SafetyError, "cannot execute scale-in: db.t2 2_0"):
            plans.scale_in(self.partitions(), endpoints[:1], endpoints)
        with self.assertRaisesRegex(SafetyError, "is not alive, cannot execute scale-in"):
            plans.scale_in(self.partitions(), ["a:1"], endpoints)


class MoveTest(ToolTest):
    def test_scale_in_empties_a_tablet(self):
        leaving = self.cluster.tablet(0)
        self.cluster.add(1, 0, 0, 1)
        self.cluster.add(1, 1, 1, 0)
        self.cluster.add(2, 0, 1, 2)
        code, out, err = self.run_tool("scalein", "--endpoints=" + leaving)
        self.assertEqual((code, out), (0, "execute scale-in success\n"), err)
        for partition in self.cluster.partitions:
            self.assertNotIn(leaving, partition["copies"])
            self.assertEqual(len(partition["copies"]), 2)
        order = [m for m in self.cluster.methods() if m.endswith(("NS", "Leader"))]
        self.assertEqual(order, ["AddReplicaNS", "ChangeLeader", "DelReplicaNS",
                                 "AddReplicaNS", "DelReplicaNS"])

    def test_a_copy_goes_only_when_the_new_one_is_in_sync(self):
        self.cluster.joins_at_once = False
        self.cluster.add(1, 0, 1, 0)
        code, _, err = self.run_tool(
            "scalein", "--endpoints=" + self.cluster.tablet(0), "--timeout=0.5")
        self.assertEqual(code, 5)
        self.assertIn("the new copy on %s to be in sync" % self.cluster.tablet(2), err)
        self.assertNotIn("DelReplicaNS", self.cluster.methods())

        self.cluster.partitions[0]["copies"][self.cluster.tablet(2)] = True
        code, _, err = self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 0, err)
        self.assertEqual(set(self.cluster.partitions[0]["copies"]),
                         {self.cluster.tablet(1), self.cluster.tablet(2)})
        self.assertEqual(self.cluster.methods().count("AddReplicaNS"), 1)

    def test_a_leader_that_comes_back_in_between_is_moved_again(self):
        partition = self.cluster.add(1, 0, 1, 0)
        tricks = [self.cluster.tablet(0)]

        def on_call(method):
            if method == "DelReplicaNS" and tricks:
                partition["leader"] = tricks.pop()

        self.cluster.on_call = on_call
        self.assertEqual(
            self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))[0], 0)
        self.assertEqual(partition["leader"], self.cluster.tablet(2))

    def test_what_cannot_be_done_just_now_is_tried_again(self):
        partition = self.cluster.add(1, 0, 0, 1)
        change_leader = self.cluster._ChangeLeader
        refused = []

        def electing(request):
            if len(refused) < 3:
                refused.append(request)
                return {"code": 305, "msg": "a leader is being elected just now; try again"}
            return change_leader(request)

        self.cluster._ChangeLeader = electing
        code, _, err = self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 0, err)
        self.assertEqual(err.count("not yet: a leader is being elected"), 1)
        self.assertEqual(partition["leader"], self.cluster.tablet(2))

    def test_what_can_never_be_done_is_given_up(self):
        self.cluster.add(1, 0, 0, 1)
        self.cluster._AddReplicaNS = lambda request: {"code": 307, "msg": "invalid parameter"}
        code, _, err = self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 1)
        self.assertIn("AddReplicaNS was refused: invalid parameter (code 307)", err)

    def test_scale_out_spreads_and_leaves_internal_databases(self):
        internal = self.cluster.add(9, 0, 0, db="__INTERNAL_DB")
        for pid in range(3):
            self.cluster.add(1, pid, 0)
        code, out, err = self.run_tool("scaleout")
        self.assertEqual((code, out), (0, "execute scale-out success\n"), err)
        self.assertEqual(list(internal["copies"]), [self.cluster.tablet(0)])
        self.assertEqual(sorted(p["leader"] for p in self.cluster.partitions[1:]),
                         sorted(tablet.endpoint for tablet in self.cluster.tablets))

    def test_scale_out_removes_what_an_interrupted_move_left(self):
        partition = self.cluster.add(1, 0, 0, 1, 2, wanted=2)
        self.assertEqual(self.run_tool("scaleout")[0], 0)
        self.assertEqual(len(partition["copies"]), 2)
        self.assertIn(partition["leader"], partition["copies"])

    def test_failover_is_switched_off_only_when_the_nameserver_insists(self):
        self.cluster.manual_only = True
        self.cluster.add(1, 0, 0, 1)
        code, _, err = self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.cluster.switches, [False, True])

    def test_dry_run_says_what_it_would_do(self):
        partition = self.cluster.add(1, 0, 0, 1)
        code, _, err = self.run_tool(
            "scalein", "--dry-run", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 0)
        self.assertIn("would add a copy of db.t1 1_0 on " + self.cluster.tablet(2), err)
        self.assertIn("would have %s lead db.t1 1_0" % self.cluster.tablet(2), err)
        self.assertIn("would remove the copy of db.t1 1_0 on " + self.cluster.tablet(0), err)
        self.assertEqual(partition["leader"], self.cluster.tablet(0))
        self.assertEqual(len(partition["copies"]), 2)

    def test_a_table_that_is_dropped_meanwhile_ends_the_wait(self):
        self.cluster.add(1, 0, 0, 1)
        self.cluster.on_call = lambda method: (
            self.cluster.partitions.clear() if method == "AddReplicaNS" else None)
        self.cluster._named = lambda request: {"copies": {}, "pid": 0}
        code, _, err = self.run_tool("scalein", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 1)
        self.assertIn("was dropped meanwhile", err)


class UpgradeTest(ToolTest):
    def lines(self):
        with open(self.statfile, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_leaders_go_and_come_back(self):
        upgraded = self.cluster.tablet(0)
        mine = self.cluster.add(1, 0, 0, 1, 2)
        other = self.cluster.add(1, 1, 1, 0, 2)
        single = self.cluster.add(2, 0, 0)
        with open(self.statfile, "w", encoding="utf-8") as file:
            file.write("z:1,db,t7,7,0,\n")
        code, _, err = self.run_tool("pre-upgrade", "--endpoints=" + upgraded)
        self.assertEqual(code, 0, err)
        self.assertNotEqual(mine["leader"], upgraded)
        self.assertNotEqual(single["leader"], upgraded)
        self.assertEqual(self.lines(), [
            "z:1,db,t7,7,0,", "%s,db,t1,1,0," % upgraded,
            "%s,db,t2,2,0,%s" % (upgraded, single["leader"])])
        # Once more, as after an interruption: nothing is left to do, and nothing is forgotten.
        self.assertEqual(self.run_tool("pre-upgrade", "--endpoints=" + upgraded)[0], 0)
        self.assertEqual(len(self.lines()), 3)

        code, _, err = self.run_tool("post-upgrade", "--endpoints=" + upgraded)
        self.assertEqual(code, 0, err)
        self.assertEqual(mine["leader"], upgraded)
        self.assertEqual(single["leader"], upgraded)
        self.assertEqual(list(single["copies"]), [upgraded])
        self.assertEqual(other["leader"], self.cluster.tablet(1))
        self.assertEqual(self.lines(), ["z:1,db,t7,7,0,"], "another tablet's line stays")

    def test_a_single_copy_may_stay(self):
        single = self.cluster.add(2, 0, 0)
        code, _, err = self.run_tool(
            "pre-upgrade", "--endpoints=" + self.cluster.tablet(0), "--allow_single_replica")
        self.assertEqual(code, 0)
        self.assertIn("is not served while", err)
        self.assertEqual(single["leader"], self.cluster.tablet(0))
        self.assertFalse(os.path.exists(self.statfile))

    def test_a_broken_statfile_is_named(self):
        with open(self.statfile, "w", encoding="utf-8") as file:
            file.write("a,b\n")
        code, _, err = self.run_tool("post-upgrade", "--endpoints=" + self.cluster.tablet(0))
        self.assertEqual(code, 1)
        self.assertIn("line 1 is not", err)

    def test_a_tablet_that_is_down(self):
        self.cluster.healthy[self.cluster.tablet(0)] = False
        for cmd in ("pre-upgrade", "post-upgrade"):
            self.assertEqual(self.run_tool(cmd, "--endpoints=" + self.cluster.tablet(0))[0], 4)


class RestartTest(ToolTest):
    """The restart command is a script that leaves a mark; its tablet is restarted by the mark."""

    def setUp(self):
        super().setUp()
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.add(1, 1, 1, 0, 2)
        self.marks = os.path.join(self.directory, "marks")
        self.cluster.on_call = lambda method: self.notice()
        self.broken = set()

    def notice(self):
        restarted = self.restarted()
        for server in self.cluster.servers + self.cluster.tablets:
            if server.endpoint in restarted and server.endpoint not in self.broken:
                server.started = 200.0

    def restarted(self):
        if not os.path.exists(self.marks):
            return []
        with open(self.marks, encoding="utf-8") as file:
            return [line.split()[1] for line in file]

    def restart(self, *more, command=None):
        return self.run_tool(
            "rolling-restart", "--restart_command=" + (command or (
                "sh -c 'echo {role} {host}:{port} >> %s'" % self.marks)), *more)

    def run_tool(self, cmd, *more):
        # The metrics page does not pass by the fake's calls: let it see the marks as well.
        for server in self.cluster.servers + self.cluster.tablets:
            self.watch(server)
        return super().run_tool(cmd, *more)

    def watch(self, server):
        test = self

        class Watched(type(server)):
            @property
            def started(self):
                restarted = self.endpoint in test.restarted() and self.endpoint not in test.broken
                return 200.0 if restarted else 100.0

            @started.setter
            def started(self, value):
                pass

        server.__class__ = Watched

    def test_one_after_the_other_with_the_active_nameserver_last(self):
        leads = []
        command = "sh -c 'echo {role} {host}:{port} >> %s'" % self.marks
        self.cluster.on_call = lambda method: leads.append(
            (len(self.restarted()), {p["leader"] for p in self.cluster.partitions}))
        code, out, err = self.restart("--with_nameservers", command=command)
        self.assertEqual((code, out), (0, "rolling restart ok\n"), err)
        tablets = sorted(tablet.endpoint for tablet in self.cluster.tablets)
        self.assertEqual(self.restarted(), tablets + [
            self.cluster.servers[1].endpoint, self.cluster.servers[0].endpoint])
        for number, endpoint in enumerate(tablets):
            last = [leaders for done, leaders in leads if done == number][-1]
            self.assertNotIn(endpoint, last, "nothing was led by it when it was restarted")
        self.assertFalse(os.path.exists(os.path.join(self.directory, "restarts")))

    def test_stops_at_a_command_that_fails_and_goes_on_there(self):
        tablets = sorted(tablet.endpoint for tablet in self.cluster.tablets)
        failing = "sh -c 'test {endpoint} != %s && echo {role} {endpoint} >> %s'" % (
            tablets[1], self.marks)
        code, _, err = self.restart(command=failing)
        self.assertEqual(code, 1)
        self.assertIn("the restart of %s ended with status 1" % tablets[1], err)
        self.assertEqual(self.restarted(), tablets[:1])
        code, _, err = self.restart()
        self.assertEqual(code, 0, err)
        self.assertIn("tablet %s was restarted before" % tablets[0], err)
        self.assertEqual(self.restarted(), tablets)

    def test_nothing_is_restarted_while_a_copy_is_missing(self):
        self.cluster.partitions[1]["copies"][self.cluster.tablet(2)] = False
        code, _, err = self.restart("--timeout=0.5")
        self.assertEqual(code, 5)
        self.assertIn("full redundancy before", err)
        self.assertEqual(self.restarted(), [])

    def test_stops_when_the_old_process_goes_on(self):
        self.broken.add(sorted(tablet.endpoint for tablet in self.cluster.tablets)[0])
        code, _, err = self.restart("--timeout=0.7")
        self.assertEqual(code, 5)
        self.assertIn("the old process still answers", err)
        self.assertEqual(len(self.restarted()), 1)

    def test_dry_run(self):
        code, _, err = self.restart("--dry-run")
        self.assertEqual(code, 0, err)
        self.assertEqual(err.count("would run: sh -c"), 3)
        self.assertEqual(self.restarted(), [])

    def test_an_unknown_tablet(self):
        self.assertEqual(self.restart("--endpoints=a:1")[0], 2)


class LookTest(ToolTest):
    def test_show_op_status(self):
        self.cluster.ops = [
            {"op_id": 12, "op_type": "kMigrateOP", "name": "t1", "pid": 0, "status": "kFailed",
             "start_time": 1535107185, "end_time": 1535107187, "task_type": "kAddReplica"},
            {"op_id": 3, "op_type": "kAddIndexOP", "name": "t1", "pid": 4294967295,
             "status": "kInited"}]
        code, out, _ = self.run_tool("showopstatus")
        self.assertEqual(code, 0)
        lines = [line.split() for line in out.splitlines()]
        self.assertEqual(lines[0], ["db", "op_id", "op_type", "name", "pid", "status", "start_time",
                                    "execute_time", "end_time", "cur_task", "for_replica_cluster"])
        self.assertTrue(lines[1][0].startswith("------"))
        self.assertEqual(lines[2], ["-", "3", "kAddIndexOP", "t1", "-", "kInited", "-", "-", "-",
                                    "-", "no"])
        self.assertEqual([lines[3][1], lines[3][7], lines[3][9]], ["12", "2s", "kAddReplica"])
        out = self.run_tool("showopstatus", "--filter=kFailed", "-o", "json")[1]
        self.assertEqual([op["op_id"] for op in json.loads(out)], [12])

    def test_show_table_status(self):
        self.cluster.add(1, 0, 0, 1)
        self.cluster.add(2, 0, 0, db="other")
        self.cluster.partitions[0]["copies"][self.cluster.tablet(1)] = False
        out = self.run_tool("showtablestatus", "--filter=d%")[1]
        rows = [line.split() for line in out.splitlines()]
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[2], ["1", "t1", "db", "memory", "2", "100.000", "0.000", "1", "1", "2",
                                   "NULL", "NULL", "NULL", "[pid=0]:", "DEGRADED"])
        self.assertEqual(len(self.run_tool("showtablestatus")[1].splitlines()), 4)

    def test_check_and_diagnose(self):
        partition = self.cluster.add(1, 0, 0, 1, 2)
        self.assertEqual(self.run_tool("check")[:2],
                         (0, "check ok: every partition has all its copies in sync\n"))
        self.cluster.auto_failover = False
        self.cluster.healthy[self.cluster.tablet(2)] = False
        partition["copies"][self.cluster.tablet(2)] = False
        code, out, _ = self.run_tool("check")
        self.assertEqual(code, 1)
        self.assertEqual(out.splitlines(), [
            "automatic failover is off: a tablet that dies is not replaced",
            "tablet %s is down for 5 s" % self.cluster.tablet(2),
            "db.t1 1_0: DEGRADED: as it is"])
        out = self.run_tool("diagnose")[1]
        self.assertIn("    -> start it, with its disk", out)
        self.assertIn("  %s: up, not in sync" % self.cluster.tablet(2), out)

    def test_a_shared_host_is_a_problem_and_nothing_to_wait_for(self):
        self.cluster.add(1, 0, 0, 1, 2)
        self.cluster.condition = "SHARED_HOST"
        code, out, _ = self.run_tool("diagnose")
        self.assertEqual(code, 1)
        self.assertIn("db.t1 1_0: SHARED_HOST: as it is\n    -> rebalance in ns_client moves", out)
        self.assertEqual(self.run_tool("wait-healthy")[0], 0)

    def test_an_emptied_tablet_that_is_down_is_no_problem(self):
        self.cluster.add(1, 0, 0, 1)
        self.cluster.healthy[self.cluster.tablet(2)] = False
        self.assertEqual(self.run_tool("check")[0], 0)

    def test_a_server_that_cannot_do_it(self):
        del FakeCluster._ShowOPStatus
        try:
            code, _, err = self.run_tool("showopstatus")
        finally:
            FakeCluster._ShowOPStatus = lambda self, request: {"code": 0, "op_status": self.ops}
        self.assertEqual(code, 1)
        self.assertIn("is it of this version?", err)

    def test_layout(self):
        self.assertEqual(table_lines(["key", "value"], [["auto_failover", "false"], ["x", ""]]), [
            "  key            value", "------------------------", "  auto_failover  false",
            "  x              -    "])
        self.assertEqual([human_size(size) for size in (0, 498, 9347, 5 << 30)],
                         ["0.000", "498.000", "9.128 K", "5.000 G"])


if __name__ == "__main__":
    unittest.main()
