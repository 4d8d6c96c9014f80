"""Creates CloudFormation stacks on moto, one after the other, each in an account of its own.

    create_stack.py NAME=TEMPLATE [PARAMETER=VALUE…] [-- NAME=TEMPLATE …]

Each stack is created twice, side by side in one account, the second with other values of what people
change, to which the first is updated then. Prints one JSON object: under each NAME what came to be, the
second, and what was left after the deletion. StackName=… is no parameter but the stack's name ("test").
In a value, {vpc}, {subnets}, {group} and {certificate} stand for what exists before the stack; so
does a cluster named "existing".
"""

import ast
import json
import sys
import warnings

from moto import mock_aws

from moto_joins import aws


def statements(role):
    """The role's own statements, Action and Resource always lists."""
    client = aws("iam")
    found = []
    for policy in client.list_role_policies(RoleName=role)["PolicyNames"]:
        document = client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        # moto gives a template's document as Python prints it.
        document = ast.literal_eval(document) if isinstance(document, str) else document
        # moto leaves AWS::NoValue in lists as null.
        for statement in filter(None, document["Statement"]):
            for key in ("Action", "Resource"):
                value = statement[key] if isinstance(statement[key], list) else [statement[key]]
                statement[key] = [entry for entry in value if entry is not None]
            found.append(statement)
    return found


def task_definition(arn):
    """As ECS describes it; botocore checks that ECS would take it."""
    found = aws("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    aws("ecs").register_task_definition(
        family="checked", containerDefinitions=found["containerDefinitions"],
        volumes=found["volumes"], memory=found["memory"], cpu="256", networkMode="awsvpc")
    return found


def describe(stack):
    # moto names not all of them.
    resources = {
        r["LogicalResourceId"]: {"type": r["ResourceType"], "id": r.get("PhysicalResourceId")}
        for r in aws("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        if "LogicalResourceId" in r}

    def of(kind):
        return {name: r["id"] for name, r in resources.items() if r["type"] == kind}

    groups = aws("ec2").describe_security_groups(
        GroupIds=list(of("AWS::EC2::SecurityGroup").values()))["SecurityGroups"]
    services = {}
    for name, arn in of("AWS::ECS::Service").items():
        cluster = arn.split("/")[-2]
        services[name] = aws("ecs").describe_services(
            cluster=cluster, services=[arn.split("/")[-1]])["services"][0]
    outputs = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return {
        "resources": resources,
        "outputs": {o["OutputKey"]: o["OutputValue"] for o in outputs},
        "roles": {name: statements(role) for name, role in of("AWS::IAM::Role").items()},
        "tasks": {
            name: task_definition(arn) for name, arn in of("AWS::ECS::TaskDefinition").items()},
        "services": services,
        "groups": {
            name: group for name, id in of("AWS::EC2::SecurityGroup").items()
            for group in groups if group["GroupId"] == id},
        "parameters": {
            p["Name"]: aws("ssm").get_parameter(Name=p["Name"])["Parameter"]["Value"]
            for p in aws("ssm").describe_parameters()["Parameters"]},
    }


def left():
    """What a deletion must not leave behind: it would cost, or be in the way of the next stack."""
    return {
        "secrets": len(aws("secretsmanager").list_secrets()["SecretList"]),
        "namespaces": len(aws("servicediscovery").list_namespaces()["Namespaces"]),
        "loadBalancers": len(aws("elbv2").describe_load_balancers()["LoadBalancers"]),
        "topics": len(aws("sns").list_topics()["Topics"]),
        "roles": len(aws("iam").list_roles()["Roles"]),
        "logGroups": len(aws("logs").describe_log_groups()["logGroups"]),
    }


def existing():
    """What is there before the stack."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"]
        for block in ("10.1.0.0/24", "10.1.1.0/24")]
    group = ec2.create_security_group(GroupName="tasks", Description="tasks", VpcId=vpc)
    aws("ecs").create_cluster(clusterName="existing")
    certificate = aws("acm").request_certificate(DomainName="shop.example")["CertificateArn"]
    return {
        "vpc": vpc, "subnets": ",".join(subnets), "group": group["GroupId"],
        "certificate": certificate}


# What an update sets: everything that a person may want otherwise a year later.
UPDATE = {
    "MinTasks": "4", "MaxTasks": "900", "BusyPerTask": "9", "ScaleIn": "true", "ImageTag": "0.1.1",
    "CpuArchitecture": "ARM64", "DrainSeconds": "110",
    "AggregatorSize": "512-1024",
}  # moto makes a second log group when the retention changes.


def accepted(template, values):
    """Those that the template has, as CloudFormation wants them."""
    names = template_parameters(template)
    return [
        {"ParameterKey": key, "ParameterValue": value}
        for key, value in values.items() if key in names]


def template_parameters(template):
    """The names of its parameters, without reading YAML's tags."""
    part = template.split("\nParameters:\n")[1].split("\n\n")[0]
    return [line.strip()[:-1] for line in part.splitlines() if line.startswith("  ") and line[2] != " "]


@mock_aws
def create(path, parameters):
    known = existing()
    with open(path, encoding="utf-8") as file:
        template = file.read()
    values = dict(p.format(**known).split("=", 1) for p in parameters)
    stack = values.pop("StackName", "test")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    client = aws("cloudformation")
    other = accepted(template, values | UPDATE)
    for name, parameters in ((stack, given), (stack + "-2", other)):
        client.create_stack(
            StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"],
            Parameters=parameters)
    made, second = describe(stack), describe(stack + "-2")
    client.update_stack(
        StackName=stack, TemplateBody=template, Capabilities=["CAPABILITY_IAM"], Parameters=other)
    status = client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    for name in (stack + "-2", stack):
        client.delete_stack(StackName=name)
    return made | {"left": left(), "second": second, "status": status}


def main(arguments):
    warnings.simplefilter("error")
    stacks = {}
    for group in " ".join(arguments).split(" -- "):
        first, *parameters = group.split()
        name, template = first.split("=", 1)
        stacks[name] = create(template, parameters)
    print(json.dumps(stacks, default=str))


main(sys.argv[1:])
