"""Deploys for the first time, as a newcomer does: runs every command of a page's `sh` blocks, in order, the
one that deletes everything last, with the AWS CLI, on moto.

    first_deployment.py PAGE ENGINE_ARCHITECTURE [IMAGE]

There is nothing but the tools that the page asks for: an empty home and a PATH of links to them, or a
container of IMAGE (newcomer.Dockerfile). Docker and wrk are stand-ins that only look at how they are called,
since there is no registry and no load balancer here.
Prints each command and its exit code; fails at the first that fails, except where moto lacks the service.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = """awk basename bash cat cut date dirname env find git grep gzip head make mktemp nproc python3 readlink
    rm sed sh sort tail tar tr uname wc xargs""".split()
DOCKER = """#!/bin/sh
case "$1 $*" in
login*) cat >/dev/null ;;
save*) tar -cf - -C "$HOME" .gitconfig ;;
image*Architecture*) echo ARCHITECTURE ;;
image*revision*) echo abc1234 ;;
image*RepoDigests*) echo "x@sha256:$(printf '%064d' 0)" ;;
esac
"""
WRK = """#!/bin/sh
for last; do :; done
case $last in http://*) ;; *) echo "wrk: $last is no URL" >&2; exit 1 ;; esac
"""
# The AWS CLI ends with 252 for a wrong command line, and with these for an error of the service.
LACKING = {"service-quotas": 255, "create-service-linked-role": 254}


def serve():
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    os.environ["AWS_ENDPOINT_URL"] = url
    # After the variable, which its clients read.
    import moto_joins

    assert moto_joins.KEPT
    return url


def executable(path, text):
    path.write_text(text)
    path.chmod(0o755)


def main(page, architecture, image=None):
    url = serve()
    with tempfile.TemporaryDirectory() as place:
        home, tools = Path(place) / "home", Path(place) / "bin"
        home.mkdir()
        tools.mkdir()
        executable(tools / "docker", DOCKER.replace("ARCHITECTURE", architecture))
        executable(tools / "wrk", WRK)
        environment = {
            "HOME": str(home), "AWS_ENDPOINT_URL": url, "AWS_PAGER": "", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        run = in_container if image else with_links
        done = run(script_of(page), home, tools, environment, image)
    print(done.stdout)
    sys.exit(done.returncode)


def script_of(page):
    blocks = re.findall(r"^```sh\n(.*?)^```", Path(page).read_text(), re.M | re.S)
    blocks.sort(key=lambda block: "delete-stack" in block)
    script = [f'git config --global url."{ROOT}".insteadOf https://github.com/OWNER/fargate-autoscaler',
              "git config --global safe.directory '*'"]
    for line in "".join(blocks).splitlines():
        if line and not line.startswith("#"):
            lacking = [code for name, code in LACKING.items() if name in line]
            script += [
                f"{line.replace(' || true', '')}", "code=$?",
                f"printf '%s\\t%s\\n' $code {shell_quoted(line)}",
                f"[ $code = 0 ] || [ $code = {(lacking + [0])[0]} ] || exit 1"]
    return "\n".join(script)


def with_links(script, home, tools, environment, _):
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool))
    (tools / "aws").symlink_to(Path(sys.executable).with_name("aws"))
    return subprocess.run(
        [shutil.which("bash"), "-uc", script], cwd=home, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=environment | {"PATH": str(tools)})


def in_container(script, home, tools, environment, image):
    variables = [f"--env={name}={value}" for name, value in environment.items()]
    return subprocess.run(
        ["podman", "--log-level", "fatal", "run", "--rm", "--network", "host", *variables,
         f"--env=PATH={tools}:/usr/local/bin:/usr/bin:/bin", f"--volume={home}:{home}",
         f"--volume={tools}:{tools}:ro", f"--volume={ROOT}:{ROOT}:ro", f"--workdir={home}",
         image, "bash", "-uc", script], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def shell_quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


main(*sys.argv[1:])
