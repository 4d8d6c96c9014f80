"""What moto's CloudFormation lacks of our stacks, joined to the APIs that moto has behind it."""

import json

import boto3
from botocore.exceptions import ClientError
from moto.cloudformation import models
from moto.core.common_models import CloudFormationModel
from moto.ec2.models.vpcs import VPC

REGION = "us-east-1"


def aws(service):
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


def join(cloudformation_type, create, remove):
    """moto's CloudFormation lacks this type, but moto has the API behind it: joins the two."""

    class Joined(CloudFormationModel):
        # moto files each model under the service that its module names.
        __module__ = "moto.joined.models"
        physical_resource_id = ""

        def __init__(self, physical_resource_id, arn):
            self.physical_resource_id = physical_resource_id
            self.arn = arn

        @staticmethod
        def cloudformation_name_type():
            return ""

        @staticmethod
        def cloudformation_type():
            return cloudformation_type

        @classmethod
        def has_cfn_attr(cls, attr):
            return attr == "Arn"

        def get_cfn_attribute(self, attribute_name):
            return self.arn

        @classmethod
        def create_from_cloudformation_json(cls, name, resource, account_id, region_name, **_):
            return cls(*create(name, resource["Properties"]))

        @classmethod
        def delete_from_cloudformation_json(cls, name, resource, account_id, region_name):
            remove(name)

    # moto finds its models as subclasses, which Python holds only weakly.
    KEPT.append(Joined)


KEPT = []


def create_secret(name, properties):
    password = aws("secretsmanager").get_random_password(**properties["GenerateSecretString"])
    arn = aws("secretsmanager").create_secret(
        Name=name, Description=properties["Description"],
        SecretString=password["RandomPassword"])["ARN"]
    return arn, arn


def create_namespace(name, properties):
    client = aws("servicediscovery")
    # moto takes one namespace a VPC, AWS one name a VPC.
    if properties["Name"] in [n["Name"] for n in client.list_namespaces()["Namespaces"]]:
        raise ValueError(f"there is a namespace {properties['Name']} already")
    client.create_private_dns_namespace(**properties | {"Vpc": f"{properties['Vpc']}/{name}"})
    made = [n for n in client.list_namespaces()["Namespaces"] if n["Name"] == properties["Name"]]
    return made[0]["Id"], made[0]["Arn"]


def create_discovery(name, properties):
    made = aws("servicediscovery").create_service(**properties)["Service"]
    return made["Id"], made["Arn"]


def create_egress(name, properties):
    rule = {key: properties[key] for key in ("IpProtocol", "FromPort", "ToPort")}
    peer = {"GroupId": properties["DestinationSecurityGroupId"]}
    aws("ec2").authorize_security_group_egress(
        GroupId=properties["GroupId"], IpPermissions=[rule | {"UserIdGroupPairs": [peer]}])
    return json.dumps([properties["GroupId"], rule, peer]), name


def delete_egress(name):
    group, rule, peer = json.loads(name)
    try:
        aws("ec2").revoke_security_group_egress(
            GroupId=group, IpPermissions=[rule | {"UserIdGroupPairs": [peer]}])
    except ClientError:
        # moto deletes in an order of its own: the group of the aggregator may be gone.
        pass


def create_alarm(name, properties):
    client = aws("cloudwatch")
    client.put_metric_alarm(AlarmName=name, **properties)
    return name, client.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]


join(
    "AWS::CloudWatch::Alarm", create_alarm,
    lambda name: aws("cloudwatch").delete_alarms(AlarmNames=[name]))
join("AWS::EC2::SecurityGroupEgress", create_egress, delete_egress)
join(
    "AWS::SecretsManager::Secret", create_secret,
    lambda name: aws("secretsmanager").delete_secret(
        SecretId=name, ForceDeleteWithoutRecovery=True))
join(
    "AWS::ServiceDiscovery::PrivateDnsNamespace", create_namespace,
    lambda name: aws("servicediscovery").delete_namespace(Id=name))
join(
    "AWS::ServiceDiscovery::Service", create_discovery,
    lambda name: aws("servicediscovery").delete_service(Id=name))


def apply(change_set, original=models.ChangeSet.apply):
    """`aws cloudformation deploy` goes by change sets, after which moto forgets the outputs."""
    original(change_set)
    stack = change_set.stack
    stack.output_map = models.OutputMap(stack.resource_map, change_set.template_dict, stack.stack_id)


models.ChangeSet.apply = apply


def delete_vpc(name, *arguments, original=VPC.delete_from_cloudformation_json):
    """moto deletes no route table with a stack, and then the VPC has dependencies."""
    client = aws("ec2")
    of_vpc = [{"Name": "vpc-id", "Values": [name]}]
    for table in client.describe_route_tables(Filters=of_vpc)["RouteTables"]:
        others = [a for a in table["Associations"] if not a.get("Main")]
        for association in others:
            client.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
        if len(others) == len(table["Associations"]):
            client.delete_route_table(RouteTableId=table["RouteTableId"])
    original(name, *arguments)


VPC.delete_from_cloudformation_json = delete_vpc
