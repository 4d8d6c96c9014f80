"""Registers task definitions on moto and prints as JSON, for each file, what ECS then knows.

    register_task_definition.py FILE…

botocore checks the parameters against the model of ECS before it sends them, as the AWS CLI does.
"""

import json
import sys

import boto3
from moto import mock_aws


@mock_aws
def main(paths):
    ecs = boto3.client(
        "ecs", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    registered = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            answer = ecs.register_task_definition(**json.load(file))
        registered[path.split("/")[-1]] = answer["taskDefinition"]
    print(json.dumps(registered, default=str))


main(sys.argv[1:])
