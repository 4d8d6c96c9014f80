"""An aggregator that can misbehave, and the metadata endpoint of a task beside it.

Prints {"control": PORT, "aggregator": PORT} and then serves until it is ended.
With CERTIFICATE and KEY as arguments the aggregator speaks TLS.
Control port: GET /v4/task (the metadata), PUT /metadata (its next answers: {"status", "body"}),
PUT /mode (the aggregator's behaviour, see `Aggregator.answer`), GET /reports (what it was sent).
"""

import http.server
import json
import socket
import ssl
import struct
import sys
import threading
import time
import zlib

METADATA = {
    "Cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/demo",
    "TaskARN": "arn:aws:ecs:eu-west-1:111122223333:task/demo/0123456789abcdef0123456789abcdef",
    "Family": "web", "Revision": "7", "ServiceName": "shop", "AvailabilityZone": "eu-west-1a",
    "DesiredStatus": "RUNNING", "KnownStatus": "RUNNING", "LaunchType": "FARGATE",
    "Limits": {"CPU": 0.25, "Memory": 512},
    "Containers": [
        {"DockerId": "d1", "Name": "nginx"}, {"DockerId": "d2", "Name": "backend"},
        {"DockerId": "d3", "Name": "starting"}],
    "ClockDrift": {
        "ClockErrorBound": 0.5, "ReferenceTimestamp": "2026-11-24T08:00:00Z",
        "ClockSynchronizationStatus": "SYNCHRONIZED",
    },
}


def stats():
    """Two containers at 5 % and 10 % of a processor, of 64 MiB and 128 MiB; one not started."""

    def container(share, mebibytes):
        return {
            "cpu_stats": {"cpu_usage": {"total_usage": int(time.monotonic() * share * 1e9)}},
            "memory_stats": {
                "usage": (mebibytes + 10) * 1048576, "stats": {"inactive_file": 10 * 1048576}},
        }

    return {"d1": container(0.05, 64), "d2": container(0.1, 128), "d3": None}


class Aggregator:
    def __init__(self):
        self.lock = threading.Lock()
        self.mode = {"kind": "ok"}
        self.reports = []
        self.connections = 0
        self.open = set()
        self.listener = None
        self.port = 0
        self.listen()

    def listen(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def set_mode(self, mode):
        with self.lock:
            self.mode = mode
        if mode["kind"] == "refuse" and self.listener:
            listener, self.listener = self.listener, None
            # Wakes the thread that accepts; a close alone would leave the port open until then.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        elif mode["kind"] != "refuse" and not self.listener:
            self.listen()
        if mode.get("cut", mode["kind"] == "refuse"):
            for connection in list(self.open):
                self.reset(connection)

    def reset(self, connection):
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
                self.open.add(connection)
            threading.Thread(
                target=self.serve, args=(connection, number), daemon=True).start()

    def serve(self, connection, number):
        try:
            if TLS and self.mode["kind"] == "no-tls":
                time.sleep(3600)
            if TLS:
                self.open.discard(connection)
                connection = TLS.wrap_socket(connection, server_side=True)
                self.open.add(connection)
            if self.mode["kind"] == "reset":
                return self.reset(connection)
            rest = b""
            while True:
                while b"\r\n\r\n" not in rest:
                    more = connection.recv(65536)
                    if not more:
                        return
                    rest += more
                head, rest = rest.split(b"\r\n\r\n", 1)
                lines = head.decode().split("\r\n")
                headers = {}
                for line in lines[1:]:
                    name, value = line.split(":", 1)
                    headers[name.lower()] = value.strip()
                length = int(headers.get("content-length", 0))
                while len(rest) < length:
                    more = connection.recv(65536)
                    if not more:
                        return
                    rest += more
                body, rest = rest[:length], rest[length:]
                if not self.answer(connection, number, lines[0], headers, body):
                    return
        except OSError:
            pass
        finally:
            self.open.discard(connection)
            connection.close()

    def answer(self, connection, number, line, headers, body):
        """Answers as the mode says; false ends the connection."""
        mode = self.mode
        kind = mode["kind"]
        if kind in ("ok", "slow"):
            self.keep(number, line, headers, body)
        if kind == "ok":
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif kind == "slow":
            time.sleep(mode["seconds"])
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif kind == "hang":
            time.sleep(3600)
        elif kind == "reset":
            self.reset(connection)
            return False
        elif kind == "close":
            return False
        elif kind == "garbage":
            connection.sendall(bytes(range(256)) * 64)
            return False
        elif kind == "endless":
            connection.sendall(b"HTTP/1.1 204 No Content\r\nX-Filler: ")
            while True:
                connection.sendall(b"a" * 65536)
        elif kind == "status":
            text = mode.get("body", "").encode()
            extra = "".join(f"{name}: {value}\r\n" for name, value in mode.get("headers", {}).items())
            connection.sendall(
                f"HTTP/1.1 {mode['status']} X\r\nContent-Length: {len(text)}\r\n{extra}\r\n".encode()
                + text)
        return True

    def keep(self, number, line, headers, body):
        if headers.get("content-encoding") == "deflate":
            body = zlib.decompress(body)
        with self.lock:
            self.reports.append({
                "at": time.monotonic(), "wall": time.time(), "connection": number, "line": line,
                "headers": headers, "report": json.loads(body)})


TLS = None
if len(sys.argv) == 3:
    TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    TLS.load_cert_chain(sys.argv[1], sys.argv[2])
AGGREGATOR = Aggregator()
METADATA_ANSWER = {"status": 200, "body": json.dumps(METADATA)}


class Control(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/reports":
            with AGGREGATOR.lock:
                text = json.dumps(AGGREGATOR.reports)
            self.reply(200, text)
        elif self.path == "/v4/task":
            self.reply(METADATA_ANSWER["status"], METADATA_ANSWER["body"])
        elif self.path == "/v4/task/stats":
            self.reply(200, json.dumps(stats()))
        else:
            self.reply(404, "")

    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/mode":
            AGGREGATOR.set_mode(body)
        else:
            METADATA_ANSWER.update(body)
        self.reply(200, "")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control)
print(json.dumps({"control": server.server_address[1], "aggregator": AGGREGATOR.port}), flush=True)
server.serve_forever()
