"""Holds the examples for Terraform and CDK on a page against the template that they deploy.

    check_examples.py PAGE TEMPLATE

Prints what is wrong: a cycle among Terraform's resources, a parameter that the template does not have, one
that it needs and does not get, an output or resource that it does not have. The last line is how many
references between resources there were.
"""

import re
import sys

import cfnlint.decode


def blocks(text):
    """Terraform's resources: what each refers to."""
    found = {}
    for head in re.finditer(r'^resource "(\w+)" "(\w+)" \{\n', text, re.M):
        body = text[head.end():text.index("\n}", head.end())]
        found[".".join(head.groups())] = body
    return {
        name: {other for other in found if other != name and re.search(rf"\b{re.escape(other)}\b", body)}
        for name, body in found.items()}


def ordered(edges):
    done = set()
    while ready := {name for name, needs in edges.items() if name not in done and needs <= done}:
        done |= ready
    return done


def main(page, path):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    template = cfnlint.decode.decode(path)[0]
    parameters = template["Parameters"]
    needed = {name for name, parameter in parameters.items() if "Default" not in parameter}
    hcl, typescript = (
        re.search(rf"^```{language}\n(.*?)^```", text, re.M | re.S)[1] for language in ("hcl", "ts"))
    given = {
        "Terraform": re.findall(r"^    (\w+) += ", hcl.split("parameters = {")[1].split("\n  }")[0], re.M),
        "CDK": re.findall(r"^    (\w+): ", typescript.split("parameters: {")[1].split("\n  }")[0], re.M)}
    for tool, names in given.items():
        for name in sorted(set(names) - parameters.keys()):
            print(f"{tool}: the template has no parameter {name}")
        for name in sorted(needed - set(names)):
            print(f"{tool}: {name} is missing")
    for name in re.findall(r'outputs\["(\w+)"\]', hcl) + re.findall(r"getOutput\('(\w+)'\)", typescript):
        if name not in template["Outputs"]:
            print(f"the template has no output {name}")
    for name in re.findall(r"getResource\('(\w+)'\)", typescript):
        if name not in template["Resources"]:
            print(f"the template has no resource {name}")
    edges = blocks(hcl)
    for name in sorted(edges.keys() - ordered(edges)):
        print(f"Terraform: {name} is on a cycle")
    print(sum(map(len, edges.values())))


main(*sys.argv[1:])
