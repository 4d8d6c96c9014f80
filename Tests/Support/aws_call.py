"""One call to AWS by boto3, which judges what ours did: aws_call.py SERVICE OPERATION JSON.

Endpoint, region and credentials come from the environment. Prints the answer as JSON.
"""

import json
import sys

import boto3

service, operation, parameters = sys.argv[1:]
answer = getattr(boto3.client(service), operation)(**json.loads(parameters))
print(json.dumps(answer, default=str))
