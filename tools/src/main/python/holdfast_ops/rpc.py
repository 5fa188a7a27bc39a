"""JSON over HTTP to one server: POST /Service/Method."""

import http.client
import json
import socket

from holdfast_ops.errors import OpsError

MAX_ANSWER_BYTES = 256 << 20


class NoAnswer(Exception):
    """No answer came; what was asked for may have been done."""


class NoSuchMethod(OpsError):
    """The server is one that cannot do this."""


class Http:
    """Calls servers, one connection for each address. Not for several threads."""

    def __init__(self, timeout_seconds):
        self.timeout_seconds = timeout_seconds
        self._connections = {}

    def post(self, address, path, body):
        """The answer as an object. Raises NoAnswer, NoSuchMethod or OpsError."""
        payload = json.dumps(body).encode("utf-8")
        status, text = self._exchange(address, "POST", path, payload)
        if status == 404:
            raise NoSuchMethod("%s has no %s: is it of this version?" % (address, path))
        if status in (500, 503):
            raise NoAnswer("%s answers %d: %s" % (address, status, text.strip()[:200]))
        if status != 200:
            raise OpsError("%s%s answers %d: %s" % (address, path, status, text.strip()[:200]))
        try:
            answer = json.loads(text)
        except ValueError:
            raise OpsError("%s%s does not answer JSON: %s" % (address, path, text[:200]))
        if not isinstance(answer, dict):
            raise OpsError("%s%s answers no object: %s" % (address, path, text[:200]))
        return answer

    def get(self, address, path):
        """Status and text of a page. Raises NoAnswer."""
        return self._exchange(address, "GET", path, None)

    def _exchange(self, address, verb, path, payload):
        kept = address in self._connections
        try:
            return self._attempt(address, verb, path, payload)
        except NoAnswer:
            # A kept connection may have been closed long ago; that says nothing about the server.
            if not kept:
                raise
        return self._attempt(address, verb, path, payload)

    def _attempt(self, address, verb, path, payload):
        try:
            connection = self._connections.get(address)
            if connection is None:
                connection = http.client.HTTPConnection(address, timeout=self.timeout_seconds)
                self._connections[address] = connection
            headers = {"Content-Type": "application/json"} if payload is not None else {}
            connection.request(verb, path, body=payload, headers=headers)
            response = connection.getresponse()
            data = response.read(MAX_ANSWER_BYTES + 1)
            if len(data) > MAX_ANSWER_BYTES:
                raise OpsError("%s%s answers more than %d bytes" % (address, path, MAX_ANSWER_BYTES))
            return response.status, data.decode("utf-8", "replace")
        except (OSError, socket.timeout, http.client.HTTPException) as problem:
            self.forget(address)
            raise NoAnswer("%s: %s" % (address, problem or type(problem).__name__))
        except BaseException:
            # Also of a signal: the answer to this request would be taken for that to the next.
            self.forget(address)
            raise

    def forget(self, address):
        connection = self._connections.pop(address, None)
        if connection is not None:
            connection.close()

    def close(self):
        for address in list(self._connections):
            self.forget(address)
