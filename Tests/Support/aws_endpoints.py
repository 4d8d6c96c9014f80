"""Where botocore sends calls: one line for each service, region, and variant of the endpoint.

    aws_endpoints.py SERVICE…

A line is: service, region, FIPS, dual-stack, URL.
"""

import itertools
import json
import sys
from pathlib import Path

import botocore
import botocore.session

partitions = json.loads((Path(botocore.__file__).parent / "data/partitions.json").read_text())
regions = [
    region for partition in partitions["partitions"] for region in partition["regions"]
    if "global" not in region]
for service in sys.argv[1:]:
    client = botocore.session.get_session().create_client(
        service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    # The rules that each call goes by; meta.endpoint_url is from an older table.
    rules = client._ruleset_resolver._provider
    for region, fips, dual in itertools.product(regions, (False, True), (False, True)):
        endpoint = rules.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual)
        print(service, region, str(fips).lower(), str(dual).lower(), endpoint.url)
