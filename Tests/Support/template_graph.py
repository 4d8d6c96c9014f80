"""Walks the dependencies between a template's resources, as CloudFormation orders them.

    template_graph.py TEMPLATE LATER>EARLIER…

A resource waits for what DependsOn names, and for what Ref, Fn::GetAtt and Fn::Sub mean anywhere in it,
Metadata included, on the branches of Fn::If that are taken. For every combination of conditions, the stack
is created (each resource when all it waits for is there) and deleted (each when nothing that is left waits
for it). Prints one JSON object: how many combinations there were; `cycles`, what could not be ordered;
`dangling`, references to what a condition left out; `violations`, pairs given that came in another order,
in creation or in deletion, or that never came together.
"""

import itertools
import json
import re
import sys

import cfnlint.decode


def references(value, conditions):
    """The names that a value depends on."""
    if isinstance(value, list):
        return set().union(*(references(entry, conditions) for entry in value), set())
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, entry in value.items():
        if key == "Fn::If":
            found |= references(entry[1 if conditions[entry[0]] else 2], conditions)
        elif key == "Ref":
            found.add(entry)
        elif key == "Fn::GetAtt":
            found.add((entry if isinstance(entry, list) else entry.split("."))[0])
        elif key == "Fn::Sub":
            text, own = (entry, {}) if isinstance(entry, str) else entry
            named = {name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text)}
            found |= (named - own.keys()) | references(own, conditions)
        else:
            found |= references(entry, conditions)
    return found


def waits(resources, conditions):
    """What each resource that exists waits for; and what it names that does not exist."""
    there = {
        name for name, resource in resources.items()
        if conditions.get(resource.get("Condition"), True)}
    edges, dangling = {}, set()
    for name in there:
        named = references({k: v for k, v in resources[name].items() if k != "Condition"}, conditions)
        explicit = resources[name].get("DependsOn", [])
        named |= {explicit} if isinstance(explicit, str) else set(explicit)
        named &= resources.keys()
        dangling |= {f"{name}>{other}" for other in named - there}
        edges[name] = named & there
    return edges, dangling


def steps(edges):
    """At which step each can be done: as soon as all that it waits for is; without those on cycles."""
    done = {}
    while ready := {n for n, needs in edges.items() if n not in done and needs <= done.keys()}:
        step = max(done.values(), default=0) + 1
        done |= dict.fromkeys(ready, step)
    return done


def reverse(edges):
    return {name: {other for other, needs in edges.items() if name in needs} for name in edges}


def main(path, *pairs):
    template = cfnlint.decode.decode(path)[0]
    names = list(template["Conditions"])
    pairs = [tuple(pair.split(">")) for pair in pairs]
    cycles, dangling, violations, together, count = set(), set(), set(), set(), 0
    for values in itertools.product((False, True), repeat=len(names)):
        conditions = dict(zip(names, values))
        edges, missing = waits(template["Resources"], conditions)
        created, deleted = steps(edges), steps(reverse(edges))
        count += 1
        cycles |= edges.keys() - created.keys()
        dangling |= missing
        for later, earlier in pairs:
            if later not in edges or earlier not in edges:
                continue
            together.add((later, earlier))
            if created[later] <= created[earlier] or deleted[later] >= deleted[earlier]:
                violations.add(f"{later}>{earlier}")
    violations |= {f"{later}>{earlier}" for later, earlier in pairs if (later, earlier) not in together}
    print(json.dumps({
        "combinations": count, "cycles": sorted(cycles), "dangling": sorted(dangling),
        "violations": sorted(violations)}))


main(*sys.argv[1:])
