"""Whether a running aggregator answers as its own OpenAPI document says.

Usage: check_openapi.py URL SERVICE [TOKEN]. Each path that is read is asked for, and each answer is
held against the document's schema; each order is given once with a body of the document's making.
"""
import json
import sys
import urllib.error
import urllib.request

import jsonschema
from openapi_spec_validator import validate

url, service = sys.argv[1:3]
token = sys.argv[3] if len(sys.argv) > 3 else None
cluster, name = service.split("/")
BODIES = {
    "pause": {"reason": "x"}, "resume": {}, "floor": {"tasks": 1, "reason": "x"},
    "ceiling": {"tasks": 9, "reason": "x"}, "dry-run": {"on": True, "reason": "x"},
    "lift": {"override": "floor"},
}


def ask(method, path, body=None):
    request = urllib.request.Request(url + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Bearer {token}")
    try:
        answer = urllib.request.urlopen(request, timeout=5)
    except urllib.error.HTTPError as error:
        answer = error
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    # A stream of events does not end.
    text = answer.readline() if kind == "text/event-stream" else answer.read()
    return answer.status, kind, text


document = json.loads(ask("GET", "/v1/openapi.json")[2])
validate(document)
problems = []


def check(method, template, operation, body=None):
    path = template.replace("{cluster}", cluster).replace("{service}", name)
    status, kind, text = ask(method, path, body)
    where = f"{method} {path}: {status} {kind}"
    response = operation["responses"].get(str(status))
    if response is None:
        return problems.append(f"{where}: the document has no such status")
    response = document["components"]["responses"]["tooLong"] if "$ref" in response else response
    content = response.get("content", {}).get(kind)
    if content is None:
        return problems.append(f"{where}: the document has no such type")
    if kind == "application/json":
        schema = {**content["schema"], "components": document["components"]}
        for error in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(text)):
            problems.append(f"{where}: {error.json_path}: {error.message}")


checked = 0
for template, operations in document["paths"].items():
    if "get" in operations:
        check("GET", template, operations["get"])
        checked += 1
    action = template.rsplit("/", 1)[-1]
    if token and "post" in operations and action in BODIES:
        check("POST", template, operations["post"], BODIES[action])
        checked += 1
for problem in problems:
    print(problem)
print(f"{checked} operations checked")
sys.exit(1 if problems else 0)
