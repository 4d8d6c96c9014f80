"""The endpoint that ECS puts before each Fargate task, at 169.254.170.2 in its network namespace.

    task_endpoint.py WORLD        WORLD: the line that moto_server.py prints, and "task"

Serves task metadata v4 for that task, and the credentials of its role. Run it by nsenter. As with the
agent of ECS, a rule redirects the address to another port, so that nginx can have port 80.
"""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 51679
world = json.loads(sys.argv[1])

task = {
    "Cluster": world["clusterARN"],
    "TaskARN": world["task"],
    "Family": "web",
    "Revision": "1",
    "DesiredStatus": "RUNNING",
    "KnownStatus": "RUNNING",
    "Limits": {"CPU": 0.25, "Memory": 512},
    "AvailabilityZone": world["region"] + "a",
    "LaunchType": "FARGATE",
    "Containers": [],
}
documents = {
    "/v4/1234567890-1/task": task,
    "/v2/credentials/web": {
        "AccessKeyId": world["accessKeyID"],
        "SecretAccessKey": world["secretAccessKey"],
        "Expiration": "2099-01-01T00:00:00Z",
    },
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        document = documents.get(self.path)
        body = json.dumps(document).encode()
        self.send_response(404 if document is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


subprocess.run(
    ["iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-d", "169.254.170.2", "--dport", "80",
     "-j", "REDIRECT", "--to-ports", str(PORT)],
    check=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
