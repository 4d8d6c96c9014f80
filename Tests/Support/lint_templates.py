"""Lints CloudFormation templates as they stand, and with each parameter at each of its other choices.

    lint_templates.py TEMPLATE…

Prints what cfn-lint says, and how often it was asked as the last line.
"""

import json
import re
import sys

import cfnlint.decode
from cfnlint.api import lint

# Where neither AllowedValues nor the type gives another choice.
OTHERS = {
    "BackendImage": ["222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/shop@sha256:" + "0" * 64,
                     "ghcr.io/shop/web:7"],
    "BackendHealthPath": ["/up"],
    "Certificate": ["arn:aws:acm:us-east-1:123456789012:certificate/1"],
    "Configuration": ["arn:aws:secretsmanager:us-east-1:123456789012:secret:scaling-AbCdEf",
                      "arn:aws:ssm:us-east-1:123456789012:parameter/scaling"],
    "ImageRegistry": ["222222222222.dkr.ecr.us-east-1.amazonaws.com/platform",
                      "222222222222.dkr-ecr.us-east-1.on.aws", "ghcr.io/shop", "localhost:5000"],
    "ImageTag": ["0.1.0-abc1234"],
    "MoreServices": ["arn:aws:ecs:us-east-1:123456789012:service/shop/api"],
    "NotificationEmail": ["somebody@shop.example"],
    "ResolverCidr": ["10.0.0.2/32"],
    "TaskRole": ["arn:aws:iam::123456789012:role/web"],
}
NEEDED = {
    "ClusterName": "shop", "ServiceName": "web", "TaskSecurityGroup": "sg-12345678",
    "Vpc": "vpc-12345678", "Subnets": "subnet-12345678,subnet-87654321",
    "PublicSubnets": "subnet-12345678,subnet-87654321",
    "TaskSubnets": "subnet-12345678,subnet-87654321",
}


def others(name, parameter):
    """What a parameter may be besides its default."""
    found = parameter.get("AllowedValues", OTHERS.get(name, []))
    if not found and parameter["Type"] == "Number":
        found = [parameter["MinValue"], parameter["MaxValue"]]
    return [value for value in map(str, found) if value != str(parameter.get("Default"))]


def with_default(text, name, value):
    """The template with another default."""
    start = text.index(f"\n  {name}:\n") + 1
    head = text.index("\n", start) + 1
    end = re.compile(r"^ {0,2}\S", re.M).search(text, head).start()
    body = re.sub(r"    Default: .*\n", "", text[head:end])
    quoted = value if "Type: Number" in body else json.dumps(value)
    return text[:head] + body.rstrip("\n") + f"\n    Default: {quoted}\n" + text[end:]


def main(paths):
    lints = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            plain = file.read()
        parameters = cfnlint.decode.decode(path)[0]["Parameters"]
        choices = {name: others(name, parameter) for name, parameter in parameters.items()}
        # The n-th text has the n-th choice of each; of those with fewer, the last.
        texts = [plain]
        for turn in range(max(map(len, choices.values()))):
            text = plain
            for name, values in choices.items():
                if values and turn < len(values) or turn == 0 and name in NEEDED:
                    text = with_default(text, name, values[turn] if values else NEEDED[name])
            texts.append(text)
        for text in texts:
            lints += 1
            for match in lint(text):
                print(path, match)
    print(lints)


main(sys.argv[1:])
