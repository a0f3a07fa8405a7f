"""The domains' DynamoDB tables: on demand, recoverable, kept when the stack goes."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.domains import Domain, logical
from resolvers._kit.settings import Index, Table


class Tables:
    """One table a declaration; its name, and its stream's ARN if it has one, are outputs."""

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        for table in (table for domain in domains for table in domain.tables):
            name = logical(table)
            made = _table(scope, name, table)
            cdk.CfnOutput(scope, f"{name}Name", value=made.ref)
            if table.stream:
                cdk.CfnOutput(scope, f"{name}StreamArn", value=made.attr_stream_arn)


def _table(scope: Construct, name: str, table: Table) -> dynamodb.CfnTable:
    recovery = dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(point_in_time_recovery_enabled=True)
    made = dynamodb.CfnTable(
        scope,
        name,
        billing_mode="PAY_PER_REQUEST",
        attribute_definitions=_attributes(table),
        key_schema=_key(table.partition, table.sort),
        global_secondary_indexes=_global(table) or None,
        local_secondary_indexes=_local(table) or None,
        point_in_time_recovery_specification=recovery,
        sse_specification=dynamodb.CfnTable.SSESpecificationProperty(sse_enabled=True),
        deletion_protection_enabled=True,
        stream_specification=dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="NEW_AND_OLD_IMAGES")
        if table.stream
        else None,
        time_to_live_specification=dynamodb.CfnTable.TimeToLiveSpecificationProperty(
            attribute_name=table.ttl, enabled=True
        )
        if table.ttl
        else None,
    )
    made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return made


def _key(partition: str, sort: str | None) -> list[dynamodb.CfnTable.KeySchemaProperty]:
    key = dynamodb.CfnTable.KeySchemaProperty
    ranged = [key(attribute_name=sort, key_type="RANGE")] if sort else []
    return [key(attribute_name=partition, key_type="HASH"), *ranged]


def _attributes(table: Table) -> list[dynamodb.CfnTable.AttributeDefinitionProperty]:
    of_indexes = [name for index in table.indexes for name in (index.partition, index.sort)]
    names = sorted({name for name in (table.partition, table.sort, *of_indexes) if name})
    return [dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=name, attribute_type="S") for name in names]


def _global(table: Table) -> list[dynamodb.CfnTable.GlobalSecondaryIndexProperty]:
    return [
        dynamodb.CfnTable.GlobalSecondaryIndexProperty(
            index_name=index.name, key_schema=_key(index.partition, index.sort), projection=_everything()
        )
        for index in table.indexes
        if index.partition
    ]


def _local(table: Table) -> list[dynamodb.CfnTable.LocalSecondaryIndexProperty]:
    def made(index: Index) -> dynamodb.CfnTable.LocalSecondaryIndexProperty:
        return dynamodb.CfnTable.LocalSecondaryIndexProperty(
            index_name=index.name, key_schema=_key(table.partition, index.sort), projection=_everything()
        )

    return [made(index) for index in table.indexes if not index.partition]


def _everything() -> dynamodb.CfnTable.ProjectionProperty:
    return dynamodb.CfnTable.ProjectionProperty(projection_type="ALL")
