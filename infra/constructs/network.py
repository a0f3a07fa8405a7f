"""The network that the cache lives in: two zones, no way to or from the internet, and doors to DynamoDB and S3."""

from collections.abc import Iterable, Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.domains import Domain, cached, logical
from infra.policies import Statement, document, of_bucket, of_table
from resolvers._kit.settings import Resource, Table

RANGE: Final = "10.40.0.0/22"
SUBNETS: Final = ("10.40.0.0/24", "10.40.1.0/24")
"""ElastiCache Serverless asks for two zones. Functions share interfaces, so a handful of addresses would do."""
VALKEY_PORTS: Final = (6379, 6380)
"""ElastiCache Serverless writes on the first, reads replicas on the second."""


class Network:
    """Without NAT and without internet gateway: it costs nothing at rest, and nothing inside can call out."""

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        self.vpc = ec2.CfnVPC(
            scope, "Network", cidr_block=RANGE, enable_dns_hostnames=True, enable_dns_support=True, tags=_named("souk")
        )
        routes = ec2.CfnRouteTable(scope, "Routes", vpc_id=self.vpc.ref)
        self.subnets = [_subnet(scope, self.vpc, routes, zone, block) for zone, block in enumerate(SUBNETS)]
        self.functions = _functions_group(scope, self.vpc)
        inside = [domain for domain in domains if domain.cached]
        _door(scope, self.vpc, routes, service="dynamodb", statements=_table_door(inside))
        _door(scope, self.vpc, routes, service="s3", statements=_bucket_door(inside))
        cdk.CfnOutput(scope, "FunctionSubnetIds", value=cdk.Fn.join(",", [subnet.ref for subnet in self.subnets]))
        cdk.CfnOutput(scope, "FunctionSecurityGroupId", value=self.functions.attr_group_id)


def _named(name: str) -> list[cdk.CfnTag]:
    return [cdk.CfnTag(key="Name", value=name)]


def _subnet(scope: Construct, vpc: ec2.CfnVPC, routes: ec2.CfnRouteTable, zone: int, block: str) -> ec2.CfnSubnet:
    subnet = ec2.CfnSubnet(
        scope,
        f"Subnet{zone}",
        vpc_id=vpc.ref,
        cidr_block=block,
        availability_zone=cdk.Fn.select(zone, cdk.Fn.get_azs()),
        tags=_named(f"souk-{zone}"),
    )
    ec2.CfnSubnetRouteTableAssociation(scope, f"Subnet{zone}Routes", subnet_id=subnet.ref, route_table_id=routes.ref)
    return subnet


def _functions_group(scope: Construct, vpc: ec2.CfnVPC) -> ec2.CfnSecurityGroup:
    egress = ec2.CfnSecurityGroup.EgressProperty
    return ec2.CfnSecurityGroup(
        scope,
        "FunctionsGroup",
        vpc_id=vpc.ref,
        group_description="Souk functions that use the cache",
        security_group_egress=[
            egress(
                ip_protocol="tcp",
                from_port=VALKEY_PORTS[0],
                to_port=VALKEY_PORTS[-1],
                cidr_ip=RANGE,
                description="To the cache",
            ),
            egress(
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                cidr_ip="0.0.0.0/0",
                description="To DynamoDB and S3: the routes lead nowhere else",
            ),
        ],
    )


def _door(
    scope: Construct, vpc: ec2.CfnVPC, routes: ec2.CfnRouteTable, *, service: str, statements: list[Statement]
) -> None:
    """A gateway endpoint, free of charge, through which only the domains' own resources can be reached."""
    if not statements:
        return
    own_account = {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": cdk.Aws.ACCOUNT_ID}}}
    ec2.CfnVPCEndpoint(
        scope,
        f"{service.title()}Door",
        vpc_id=vpc.ref,
        service_name=f"com.amazonaws.{cdk.Aws.REGION}.{service}",
        vpc_endpoint_type="Gateway",
        route_table_ids=[routes.ref],
        policy_document=document(*(statement | own_account for statement in statements)),
    )


def _inside(domains: Iterable[Domain]) -> list[Mapping[str, Resource]]:
    """What each function in the network may use."""
    every = [domain.of(work) for domain in domains for work in domain.works]
    return [resources for resources in every if cached(resources)]


def _table_door(domains: Iterable[Domain]) -> list[Statement]:
    """Each table once, to be written if anybody inside may."""
    tables: dict[str, Table] = {}
    for table in (found for resources in _inside(domains) for found in resources.values() if isinstance(found, Table)):
        if table.write or logical(table) not in tables:
            tables[logical(table)] = table
    return [statement for name, table in tables.items() for statement in of_table(table, f"${{{name}}}")]


def _bucket_door(domains: Iterable[Domain]) -> list[Statement]:
    buckets = [bucket for domain in domains for bucket in domain.buckets]
    return [statement for bucket in buckets for statement in of_bucket(bucket, f"${{{logical(bucket)}}}")]
