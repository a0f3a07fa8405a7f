"""The shop's one Valkey: serverless, encrypted, reachable by the functions alone, and capped."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from infra.constructs.network import VALKEY_PORTS, Network

LARGEST_GIGABYTES: Final = 5
LARGEST_UNITS: Final = 20_000
"""Upper limits that bound the bill, not the shop: some 20,000 simple reads a second (ElastiCache: one unit is about
one kilobyte read or written). Beyond them reads are refused and the shop reads its tables."""


class Cache:
    """Losing it loses nothing but speed, so it is neither kept nor backed up; its address is an output."""

    def __init__(self, scope: Construct, *, network: Network) -> None:
        group = ec2.CfnSecurityGroup(
            scope,
            "CacheGroup",
            vpc_id=network.vpc.ref,
            group_description="Souk cache",
            security_group_ingress=[
                ec2.CfnSecurityGroup.IngressProperty(
                    ip_protocol="tcp",
                    from_port=VALKEY_PORTS[0],
                    to_port=VALKEY_PORTS[-1],
                    source_security_group_id=network.functions.attr_group_id,
                    description="From the functions that use the cache",
                )
            ],
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol="icmp",
                    from_port=252,
                    to_port=86,
                    cidr_ip="255.255.255.255/32",
                    description="Nowhere: without a rule of its own a group may call out",
                )
            ],
        )
        cache = elasticache.CfnServerlessCache(
            scope,
            "Cache",
            engine="valkey",
            major_engine_version="8",
            serverless_cache_name="souk",
            subnet_ids=[subnet.ref for subnet in network.subnets],
            security_group_ids=[group.attr_group_id],
            cache_usage_limits=_limits(),
        )
        address, port = cache.attr_endpoint_address, cache.attr_endpoint_port
        cdk.CfnOutput(scope, "CacheUrl", value=f"valkeys://{address}:{port}")


def _limits() -> elasticache.CfnServerlessCache.CacheUsageLimitsProperty:
    return elasticache.CfnServerlessCache.CacheUsageLimitsProperty(
        data_storage=elasticache.CfnServerlessCache.DataStorageProperty(unit="GB", maximum=LARGEST_GIGABYTES),
        ecpu_per_second=elasticache.CfnServerlessCache.ECPUPerSecondProperty(maximum=LARGEST_UNITS),
    )
