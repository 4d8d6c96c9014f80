"""Reads an exposition from standard input as Prometheus' own client library does.

Prints JSON: {metric family: {"type", "samples": count}}, and exits 1 at anything it does not take.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.read() if len(sys.argv) < 2 else open(sys.argv[1]).read()
families = {}
for family in text_string_to_metric_families(text):
    assert family.documentation, f"{family.name} has no help"
    assert family.type != "unknown", f"{family.name} has no type"
    assert family.name not in families, f"{family.name} is there twice"
    labels = [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
    assert len(labels) == len(set(labels)), f"{family.name} has a sample twice"
    families[family.name] = {"type": family.type, "samples": len(family.samples)}
print(json.dumps(families))
