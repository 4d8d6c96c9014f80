"""Calls fargate-local as botocore does, and prints what came of each as one JSON document."""

import json
import sys

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
options = dict(
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="AKIATEST",
    aws_secret_access_key="secret",
    config=Config(retries={"max_attempts": 0}),
)
ecs = boto3.client("ecs", **options)
sns = boto3.client("sns", **options)
unsigned = boto3.client(
    "ecs",
    endpoint_url=endpoint,
    region_name="us-east-1",
    config=Config(signature_version=botocore.UNSIGNED),
)
topic = "arn:aws:sns:us-east-1:123456789012:scaling"


def failure(call, **arguments):
    """The exception's class as botocore maps it, and the code on the wire."""
    try:
        call(**arguments)
    except ClientError as error:
        return [type(error).__name__, error.response["Error"]["Code"]]
    return None


web = dict(cluster="local", service="web")
arns = ecs.list_tasks(cluster="local", serviceName="web")["taskArns"]
described = ecs.describe_tasks(cluster="local", tasks=arns + ["missing"])
service = ecs.describe_services(cluster="local", services=["web", "missing"])
clusters = ecs.describe_clusters(clusters=["local", "missing"])
pages = ecs.get_paginator("list_tasks").paginate(
    cluster="local", PaginationConfig={"PageSize": 1}
)
updated = ecs.update_service(desiredCount=3, **web)["service"]
by_arn = ecs.update_service(
    cluster=updated["clusterArn"], service=updated["serviceArn"], desiredCount=2
)["service"]
stopped = ecs.stop_task(cluster="local", task=arns[0], reason="test")["task"]
published = sns.publish(
    TopicArn=topic,
    Subject="2 -> 3 & more",
    Message='{"reason": "ü + <b>"}',
    MessageAttributes={"to": {"DataType": "Number", "StringValue": "3"}},
)
print(
    json.dumps(
        {
            "tasks": described["tasks"],
            "taskFailures": described["failures"],
            "service": service["services"][0],
            "serviceFailures": service["failures"],
            "clusters": clusters["clusters"],
            "clusterFailures": clusters["failures"],
            "pages": [len(page["taskArns"]) for page in pages],
            "updated": updated["desiredCount"],
            "updatedByArn": by_arn["desiredCount"],
            "stopped": [stopped["stopCode"], stopped["stoppedReason"], stopped["desiredStatus"]],
            "published": len(published["MessageId"]),
            "errors": {
                "noCluster": failure(ecs.update_service, cluster="no", service="web", desiredCount=1),
                "noService": failure(ecs.update_service, cluster="local", service="no"),
                "negative": failure(ecs.update_service, desiredCount=-1, **web),
                "tooMany": failure(ecs.update_service, desiredCount=5001, **web),
                "twice": failure(
                    ecs.create_service, cluster="local", serviceName="web", taskDefinition="web:1"
                ),
                "noTask": failure(ecs.stop_task, cluster="local", task="no"),
                "elevenServices": failure(
                    ecs.describe_services, cluster="local", services=["s"] * 11
                ),
                "unknownOperation": failure(ecs.list_clusters),
                "unsigned": failure(unsigned.update_service, desiredCount=9, **web),
                "noTopic": failure(sns.publish, TopicArn="nonsense", Message="x"),
                "badSubject": failure(sns.publish, TopicArn=topic, Message="x", Subject="a\nb"),
            },
        },
        default=str,
    )
)
