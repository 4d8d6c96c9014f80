"""Recomputes signatures with botocore: check_signatures.py REQUESTS, the key and token in AWS_*.

REQUESTS holds the lines of capture_server.py. Prints `N match`, or what differs, and exits 1.
"""

import base64
import json
import os
import re
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)
token = os.environ.get("AWS_SESSION_TOKEN")
credentials = Credentials(
    os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], token
)


def check(line):
    captured = json.loads(line)
    headers = {name.lower(): value for name, value in captured["headers"]}
    form = FORM.fullmatch(headers["authorization"])
    assert form, headers["authorization"]
    key, day, region, service, signed, signature = form.groups()
    assert key == credentials.access_key
    assert headers["x-amz-date"].startswith(day)
    assert headers.get("x-amz-security-token") == token
    must = {"host", "x-amz-date", "content-type"}
    must |= {name for name in headers if name.startswith("x-amz-")}
    assert must <= set(signed.split(";")), f"not signed: {must - set(signed.split(';'))}"

    request = AWSRequest(
        method=captured["method"],
        url=f"http://{headers['host']}{captured['path']}",
        data=base64.b64decode(captured["body"]),
        headers={name: headers[name] for name in signed.split(";")},
    )
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(credentials, service, region)
    canonical = signer.canonical_request(request)
    ours = signer.signature(signer.string_to_sign(request, canonical), request)
    assert ours == signature, f"{service} {region}: botocore has {ours}, not {signature}\n{canonical}"


lines = [line for line in open(sys.argv[1]) if "headers" in line]
for line in lines:
    check(line)
print(f"{len(lines)} match")
