"""An HTTP/1.1 server that tells what it was sent and answers as scripted.

Prints `{"port": N}`, then one JSON line a request. The script is a JSON list of answers, taken in
turn, the last one for ever: {"status", "headers", "body", "repeat", "delay", "drop"}.
It ends with whoever started it.
"""

import argparse
import base64
import itertools
import json
import os
import socket
import socketserver
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler

parent = os.getppid()
parser = argparse.ArgumentParser()
parser.add_argument("script")
parser.add_argument("--unix")
parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
parser.add_argument("--client-authority")
options = parser.parse_args()

connections = itertools.count(1)
requests = itertools.count(0)
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def setup(self):
        if not options.unix:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()
        self.number = next(connections)

    def address_string(self):
        return "client"

    def log_message(self, *_):
        pass

    def do_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with open(options.script) as file:
            script = json.load(file)
        with lock:
            answer = script[min(next(requests), len(script) - 1)]
            line = {
                "connection": self.number,
                "method": self.command,
                "path": self.path,
                "headers": self.headers.items(),
                "body": base64.b64encode(body).decode(),
                "at": time.monotonic(),
            }
            print(json.dumps(line), flush=True)
        time.sleep(answer.get("delay", 0))
        if answer.get("drop"):
            self.close_connection = True
            return
        content = answer.get("body", "").encode() * answer.get("repeat", 1)
        answer_headers = answer.get("headers", {})
        # With a Date and a Server of its own, which an answer may bring itself.
        begin = self.send_response_only if "Date" in answer_headers else self.send_response
        begin(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_any


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    address_family = socket.AF_UNIX if options.unix else socket.AF_INET
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


address = options.unix or ("127.0.0.1", 0)
with Server(address, Handler) as server:
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
        if options.client_authority:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_authority)
        # The handshake is made by the connection's thread, at its first read.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    port = 0 if options.unix else server.server_address[1]
    print(json.dumps({"port": port}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.getppid() == parent:
        time.sleep(0.5)
