"""moto with a small world in it: prints one JSON line about it, then serves until it is ended.

A user with a key, the table `autoscaler`, a topic with a queue that hears it, a cluster with the services `web`, `other` and `third`,
three tasks of `web`. Signatures are checked from then on. It ends with whoever started it.
An argument is the address to listen on, instead of 127.0.0.1.
"""

import json
import logging
import os
import sys
import threading
import time
from urllib.request import Request, urlopen

parent = os.getppid()
for name in list(os.environ):
    if name.startswith("AWS_") or name.lower().endswith("_proxy"):
        del os.environ[name]
os.environ["MOTO_ECS_NEW_ARN"] = "true"

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
REGION = "eu-west-1"


application = DomainDispatcherApplication(create_backend_app)
address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
server = make_server(address, 0, application, threaded=True)
url = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()

session = boto3.Session("root", "root", region_name=REGION)


def client(name):
    return session.client(name, endpoint_url=url)


iam, sns, sqs, ecs, ec2, dynamodb = map(client, ("iam", "sns", "sqs", "ecs", "ec2", "dynamodb"))
iam.create_user(UserName="aggregator")
key = iam.create_access_key(UserName="aggregator")["AccessKey"]
everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
iam.put_user_policy(
    UserName="aggregator",
    PolicyName="everything",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
)

dynamodb.create_table(
    TableName="autoscaler",
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    AttributeDefinitions=[
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
    ],
)

topic = sns.create_topic(Name="scaling")["TopicArn"]
queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])

subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}}
cluster = ecs.create_cluster(clusterName="demo")["cluster"]["clusterArn"]
ecs.register_task_definition(
    family="web",
    networkMode="awsvpc",
    requiresCompatibilities=["FARGATE"],
    cpu="256",
    memory="512",
    containerDefinitions=[{"name": "web", "image": "nginx", "cpu": 256, "memory": 512}],
)
for name in ("web", "other", "third"):
    ecs.create_service(
        cluster="demo",
        serviceName=name,
        taskDefinition="web",
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration=network,
    )
tasks = ecs.run_task(
    cluster="demo",
    taskDefinition="web",
    count=3,
    group="service:web",
    launchType="FARGATE",
    networkConfiguration=network,
)["tasks"]

check = Request(f"{url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
urlopen(check).read()

world = {
    "port": server.server_port,
    "region": REGION,
    "accessKeyID": key["AccessKeyId"],
    "secretAccessKey": key["SecretAccessKey"],
    "clusterARN": cluster,
    "topicARN": topic,
    "queueURL": queue,
    "taskARNs": [task["taskArn"] for task in tasks],
    "stateTable": "autoscaler",
}
print(json.dumps(world), flush=True)

while os.getppid() == parent:
    time.sleep(0.5)
