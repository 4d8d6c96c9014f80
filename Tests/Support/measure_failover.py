"""From a surge to UpdateService when the owner of two aggregators dies in it, next to when it lives.

    measure_failover.py AGGREGATOR [SURGES]

Two aggregators share moto's DynamoDB and scale a service of moto's ECS. Two tasks report to both, each by itself,
as agents do. Of three surges one has its owner killed within the first 80 ms, one has it stopped, one leaves it
alone. Ends with 1 when a surge is not answered, or one with a dead owner later than 500 ms.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from urllib.request import Request, urlopen

here = os.path.dirname(os.path.abspath(__file__))
GOAL_MS = 500
SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP, "alive": None}


class Aggregator:
    """A process of the aggregator, with a log of its own."""

    def __init__(self, program, group, environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        service = {
            "cluster": "demo", "service": "web", "min": 1, "max": 20, "headroomPercent": 0,
            "target": {"metric": "busy", "value": 10}}
        configuration = {
            "listen": {"address": "127.0.0.1", "port": self.port}, "log": {"format": "json"},
            "reconcileSeconds": 1, "state": {"table": "autoscaler", "group": group},
            "services": [service]}
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        environment = dict(environment, AGGREGATOR_CONFIG=json.dumps(configuration))
        self.process = subprocess.Popen([program, "run"], env=environment, stderr=self.log)

    def events(self, name):
        with open(self.log.name, encoding="utf-8") as log:
            lines = [line for line in log if line.endswith("\n")]
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def becomes(self, standing):
        """Waits until it is that, next to an owner that lives, and has heard ECS."""
        deadline = time.time() + 20
        while not self.events("service.found") or not any(
            e["standing"] == standing and e["ownerLives"] for e in self.events("lease.standing")[-1:]
        ):
            if time.time() > deadline:
                raise SystemExit(f"no {standing} within 20 s")
            time.sleep(0.05)

    def report(self, busy, sequence, boot):
        for task in ("a", "b"):
            gauge = {"min": busy, "mean": busy, "max": busy, "last": busy}
            window = {
                "start": int(time.time() * 1000) - 1000, "length": 1000, "samples": 20,
                "failed": 0, "restarts": 0,
                "gauges": {"active": gauge, "busy": gauge, "waiting": gauge},
                "counters": {"span": 1000, "accepts": 10, "handled": 10, "requests": 200}}
            identity = {
                "arn": f"arn:aws:ecs:eu-west-1:123456789012:task/demo/{task}", "cluster": "demo",
                "service": "web", "family": "web", "revision": "7"}
            body = {
                "v": 1, "task": identity, "boot": boot, "seq": sequence, "state": "running",
                "windows": [window]}
            request = Request(
                f"http://127.0.0.1:{self.port}/v1/reports", json.dumps(body).encode(),
                {"Content-Type": "application/json"})
            try:
                urlopen(request, timeout=1).read()
            except OSError:
                pass  # It is dead, or stopped.


def surge(program, kind, group, environment):
    """Milliseconds until each UpdateService that was accepted."""
    set_count = [sys.executable, os.path.join(here, "aws_call.py"), "ecs", "update_service"]
    body = {"cluster": "demo", "service": "web", "desiredCount": 2}
    subprocess.run(set_count + [json.dumps(body)], env=environment, check=True, stdout=subprocess.DEVNULL)
    owner = Aggregator(program, group, environment)
    owner.becomes("owner")
    second = Aggregator(program, group, environment)
    second.becomes("second")
    try:
        boot = f"{random.getrandbits(64):016x}"
        for sequence in range(1, 5):
            for aggregator in (owner, second):
                aggregator.report(5, sequence, boot)
            time.sleep(0.3)
        begin = time.time()
        senders = [
            threading.Thread(target=aggregator.report, args=(60, 5, boot))
            for aggregator in (owner, second)]
        if SIGNALS[kind] is None:
            senders[0].start()
        else:
            time.sleep(random.uniform(0, 0.08))
            owner.process.send_signal(SIGNALS[kind])
        senders[1].start()
        time.sleep(2)
        scaled = owner.events("service.scaled") + second.events("service.scaled")
        times = [datetime.fromisoformat(e["time"].replace("Z", "+00:00")).timestamp() for e in scaled]
        return sorted(round((moment - begin) * 1000) for moment in times)
    finally:
        for aggregator in (owner, second):
            aggregator.process.kill()
            aggregator.process.wait()


def main(program, surges="15"):
    moto = subprocess.Popen([sys.executable, os.path.join(here, "moto_server.py")], stdout=subprocess.PIPE, text=True)
    try:
        world = json.loads(moto.stdout.readline())
        environment = dict(
            os.environ, AWS_ENDPOINT_URL=f"http://127.0.0.1:{world['port']}", AWS_REGION=world["region"],
            AWS_DEFAULT_REGION=world["region"], AWS_ACCESS_KEY_ID=world["accessKeyID"],
            AWS_SECRET_ACCESS_KEY=world["secretAccessKey"])
        found = {kind: [] for kind in SIGNALS}
        for number in range(int(surges)):
            kind = list(SIGNALS)[number % len(SIGNALS)]
            found[kind].append(surge(program, kind, f"surge-{number}", environment))
    finally:
        moto.kill()
    holds = True
    print("| owner | surges | unanswered | median ms | most ms | calls of both |\n| --- | --- | --- | --- | --- | --- |")
    for kind, calls in found.items():
        first = sorted(call[0] for call in calls if call)
        missed = len(calls) - len(first)
        doubled = sum(len(call) > 1 for call in calls)
        holds = holds and missed == 0 and (not first or first[-1] <= GOAL_MS)
        median, most = (first[len(first) // 2], first[-1]) if first else ("–", "–")
        print(f"| {kind} | {len(calls)} | {missed} | {median} | {most} | {doubled} |")
    return 0 if holds else 1


sys.exit(main(*sys.argv[1:]))
