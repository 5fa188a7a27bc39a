"""Nameservers and tablets of a test: HTTP servers over one state, which does what it is asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeCluster:
    """Partitions are dicts {db, name, tid, pid, wanted, leader, copies: {endpoint: in sync}}."""

    def __init__(self, nameservers=2, tablets=3):
        self.lock = threading.RLock()
        self.calls = []
        self.auto_failover = True
        self.switches = []
        self.partitions = []
        self.manual_only = False
        self.joins_at_once = True
        self.condition = None
        self.ops = []
        self.on_call = lambda method: None
        self.servers = [_Server(self, "nameserver") for _ in range(nameservers)]
        self.tablets = [_Server(self, "tablet") for _ in range(tablets)]
        self.active = self.servers[0].endpoint
        self.healthy = {tablet.endpoint: True for tablet in self.tablets}

    def close(self):
        for server in self.servers + self.tablets:
            server.stop()

    @property
    def nameservers(self):
        return ",".join(server.endpoint for server in self.servers)

    def tablet(self, number):
        return self.tablets[number].endpoint

    def add(self, tid, pid, leader, *followers, db="db", wanted=None):
        endpoints = [self.tablet(number) for number in (leader,) + followers]
        partition = {
            "db": db, "name": "t%d" % tid, "tid": tid, "pid": pid,
            "wanted": wanted or len(endpoints), "leader": endpoints[0],
            "copies": {endpoint: True for endpoint in endpoints}}
        self.partitions.append(partition)
        return partition

    def methods(self):
        return [method for method, _ in self.calls]

    # ---- the servers' side

    def answer(self, server, method, request):
        with self.lock:
            self.on_call(method)
            if server.role == "tablet":
                return self._tablet(server, method)
            if server.endpoint != self.active:
                return {"code": 300, "msg": "nameserver is not leader", "leader": self.active}
            self.calls.append((method, request))
            handler = getattr(self, "_" + method, None)
            return None if handler is None else handler(request)

    def _tablet(self, server, method):
        if method != "GetTableStatus":
            return None
        return {"code": 0, "msg": "ok", "all_table_status": [
            {"tid": p["tid"], "pid": p["pid"], "state": "kTableNormal"}
            for p in self.partitions if server.endpoint in p["copies"]]}

    def _ShowTablet(self, request):
        return {"code": 0, "tablets": [
            {"endpoint": endpoint, "state": "kHealthy" if healthy else "kOffline", "age": 5000}
            for endpoint, healthy in self.healthy.items()]}

    def _ShowTable(self, request):
        tables = {}
        for p in self.partitions:
            if request.get("show_all") or (
                    request.get("db") == p["db"] and request.get("name") == p["name"]):
                table = tables.setdefault(p["tid"], {
                    "name": p["name"], "tid": p["tid"], "db": p["db"],
                    "replica_num": p["wanted"], "storage_mode": "kMemory", "table_partition": []})
                table["table_partition"].append({
                    "pid": p["pid"], "condition": self.condition_of(p),
                    "condition_text": "as it is", "record_cnt": 2, "record_byte_size": 100,
                    "partition_meta": [
                        {"endpoint": endpoint, "is_leader": endpoint == p["leader"],
                         "is_alive": in_sync, "offset": 7}
                        for endpoint, in_sync in sorted(p["copies"].items())]})
        return {"code": 0, "msg": "ok", "table_info": list(tables.values())}

    def condition_of(self, partition):
        if self.condition:
            return self.condition
        in_sync = sum(partition["copies"].values())
        return "HEALTHY" if in_sync >= partition["wanted"] else "DEGRADED"

    def _ConfGet(self, request):
        return {"code": 0, "conf": [
            {"key": "auto_failover", "value": "true" if self.auto_failover else "false"}]}

    def _ConfSet(self, request):
        self.auto_failover = request["conf"]["value"] == "true"
        self.switches.append(self.auto_failover)
        return {"code": 0, "msg": "ok"}

    def _RecoverData(self, request):
        return {"code": 0, "partitions": [
            {"name": p["name"], "tid": p["tid"], "pid": p["pid"],
             "condition": self.condition_of(p), "condition_text": "as it is",
             "copies": [{"endpoint": endpoint, "is_alive": True, "in_sync": in_sync}
                        for endpoint, in_sync in p["copies"].items()]}
            for p in self.partitions]}

    def _named(self, request):
        for p in self.partitions:
            if (p["db"], p["name"], p["pid"]) == (request["db"], request["name"], request["pid"]):
                return p
        raise KeyError(request)

    def _AddReplicaNS(self, request):
        p = self._named(request)
        if request["endpoint"] in p["copies"]:
            return {"code": 317, "msg": "pid %d is exist in %s" % (p["pid"], request["endpoint"])}
        p["copies"][request["endpoint"]] = self.joins_at_once
        return {"code": 0, "msg": "ok"}

    def _DelReplicaNS(self, request):
        p = self._named(request)
        endpoint = request["endpoint"]
        if endpoint == p["leader"]:
            return {"code": 102, "msg": "can not del leader"}
        if endpoint not in p["copies"]:
            return {"code": 308, "msg": "pid %d is not in %s" % (p["pid"], endpoint)}
        if sum(in_sync for e, in_sync in p["copies"].items() if e != endpoint) == 0:
            return {"code": 305, "msg": "the only copy that is in sync"}
        del p["copies"][endpoint]
        return {"code": 0, "msg": "ok"}

    def _ChangeLeader(self, request):
        if self.manual_only and self.auto_failover:
            return {"code": 301, "msg": "auto_failover is enabled"}
        p = self._named(request)
        if not p["copies"].get(request["candidate_leader"]):
            return {"code": 305, "msg": "is not in sync"}
        p["leader"] = request["candidate_leader"]
        return {"code": 0, "msg": "ok"}

    def _ShowOPStatus(self, request):
        return {"code": 0, "op_status": self.ops}


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A tool that was killed leaves its connections as they are."""


class _Server:
    def __init__(self, cluster, role):
        self.role = role
        self.started = 100.0
        self.ready = True
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body in one packet: apart, the second would wait for an acknowledgement.
            wbufsize = 1 << 16

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service, method = self.path.strip("/").split("/")
                expected = {"nameserver": "NameServer", "tablet": "TabletServer"}[server.role]
                answer = (cluster.answer(server, method, json.loads(body or "{}"))
                          if service == expected else None)
                if answer is None:
                    self._send(404, "no such method")
                else:
                    self._send(200, json.dumps(answer))

            def do_GET(self):
                if self.path == "/metrics":
                    self._send(200, "# TYPE x gauge\nprocess_start_time_seconds %r\n"
                               % server.started)
                else:
                    self._send(200 if server.ready else 503, "ready")

            def _send(self, status, text):
                data = text.encode("utf-8")
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                pass

        self._http = _Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.endpoint = "127.0.0.1:%d" % self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self._stopped = False

    def stop(self):
        """Accepts no connection any more; those that are open stay, as of a process that hangs."""
        if not self._stopped:
            self._stopped = True
            self._http.shutdown()
            self._http.server_close()
