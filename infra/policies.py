"""What each declared resource lets a function do, as policy statements without a wildcard but the reasoned few.

Actions per operation: AWS Service Authorization Reference.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from infra.domains import logical, told_as
from resolvers._kit.settings import Bucket, Bus, Graph, Inbox, Mail, Resource, Secret, Table, Users

type Statement = dict[str, Any]

TABLE_READ: Final = ("BatchGetItem", "ConditionCheckItem", "GetItem", "Query", "Scan")
TABLE_WRITE: Final = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")
INDEX_READ: Final = ("Query", "Scan")
STREAM_READ: Final = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
QUEUE_TAKE: Final = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage")
OBJECT_READ: Final = ("GetObject",)
OBJECT_WRITE: Final = ("DeleteObject", "PutObject")
NETWORK: Final = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "UnassignPrivateIpAddresses",
)

# Every Allow statement of the templates whose resource holds a wildcard is one of these.
WILDCARDS: Final[Mapping[tuple[str, ...], str]] = {
    ("xray:PutTelemetryRecords", "xray:PutTraceSegments"): "X-Ray's write actions know no resource",
    tuple(f"ec2:{action}" for action in NETWORK): (
        "Lambda makes the network interfaces of a function before it knows their names; "
        "a Deny beside it keeps the function's own code from doing so"
    ),
    ("logs:CreateLogStream", "logs:PutLogEvents"): "the service names the streams; the group is exact",
    ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"): (
        "AppSync asks for all three of whoever it logs for; the group is exact"
    ),
    tuple(f"s3:{action}" for action in OBJECT_READ): "the objects of one bucket of the domain's own",
    tuple(f"s3:{action}" for action in sorted(OBJECT_READ + OBJECT_WRITE)): (
        "the objects of one bucket of the domain's own"
    ),
    ("s3:PutObject",): "S3 names the access logs it delivers; the bucket holds nothing else",
}


def reason_for(statement: Statement) -> str | None:
    """Why a statement may hold a wildcard; None if it may not."""
    actions = statement["Action"]
    return WILDCARDS.get(tuple(actions) if isinstance(actions, list) else (actions,))


def allow(service: str, actions: Iterable[str], *targets: Any) -> Statement:
    return {
        "Effect": "Allow",
        "Action": sorted(f"{service}:{action}" for action in actions),
        "Resource": targets[0] if len(targets) == 1 else list(targets),
    }


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(service: str) -> dict[str, Any]:
    """A role that only the named AWS service takes on."""
    return document(
        {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )


def arn(service: str, resource: str) -> dict[str, str]:
    """The ARN of something of this account and region; ``resource`` may hold ``${Parameter}``."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"}


def of_resources(resources: Iterable[Resource], publishes: Iterable[str]) -> list[Statement]:
    """Exactly what settings declare, on tables and buckets by name; ``publishes`` are the mutations of a Graph."""
    return [statement for resource in resources for statement in _of_resource(resource, publishes)]


def _of_resource(resource: Resource, publishes: Iterable[str]) -> list[Statement]:
    match resource:
        case Table():
            return of_table(resource, f"${{{logical(resource)}Name}}")
        case Bucket():
            return of_bucket(resource, f"${{{logical(resource)}Name}}")
        case Graph():
            return [of_graph(publishes)]
        case _:
            return list(_of_message(resource))


def _of_message(resource: Resource) -> Iterator[Statement]:
    """What lets a function tell others, know itself to them, and ask who they are."""
    match resource:
        case Bus():
            yield allow("events", ("PutEvents",), arn("events", "event-bus/${BusName}"))
        case Inbox():
            yield allow("sqs", ("SendMessage",), {"Fn::GetAtt": [logical(resource), "Arn"]})
        case Secret():
            yield allow("secretsmanager", ("GetSecretValue",), {"Ref": told_as(resource)})
        case Mail():
            yield allow("ses", ("SendEmail",), arn("ses", "identity/${MailSender}"))
        case Users():
            yield allow("cognito-idp", resource.actions, arn("cognito-idp", "userpool/${UserPoolId}"))


def of_graph(mutations: Iterable[str]) -> Statement:
    """To call mutations of the shop's own graph (AppSync guide, "AWS_IAM authorization")."""
    fields = [f"types/{kind}/fields/{name}" for kind, name in (path.split(".") for path in mutations)]
    return allow("appsync", ("GraphQL",), *(arn("appsync", f"apis/${{Graph.ApiId}}/{field}") for field in fields))


def of_table(table: Table, name: str) -> list[Statement]:
    """The table's grants; ``name`` is its name or what stands for it in ``Fn::Sub``."""
    whole = allow("dynamodb", TABLE_READ + (TABLE_WRITE if table.write else ()), arn("dynamodb", f"table/{name}"))
    indexes = [arn("dynamodb", f"table/{name}/index/{index.name}") for index in table.indexes]
    return [whole, allow("dynamodb", INDEX_READ, *indexes)] if indexes else [whole]


def of_bucket(bucket: Bucket, name: str) -> list[Statement]:
    """The bucket's grants. Listing lets an absent key be told from a forbidden one (404, not 403)."""
    actions = OBJECT_READ + (OBJECT_WRITE if bucket.write else ())
    return [
        allow("s3", ("ListBucket",), {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{name}"}),
        allow("s3", actions, {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{name}/*"}),
    ]


def of_stream(stream_arn: Any, dead_letters_arn: Any) -> list[Statement]:
    """To take a table's changes and put those it cannot handle aside."""
    return [allow("dynamodb", STREAM_READ, stream_arn), of_lost(dead_letters_arn)]


def of_lost(dead_letters_arn: Any) -> Statement:
    """To have what a function cannot handle put aside, which Lambda does in its role."""
    return allow("sqs", ("SendMessage",), dead_letters_arn)


def of_queue(queue_arn: Any) -> Statement:
    """To take a queue's messages, and to say how soon one that cannot be handled yet is to come again."""
    return allow("sqs", QUEUE_TAKE, queue_arn)


def rule_arn(domain: str, variable: str) -> dict[str, str]:
    """The rule by which the bus tells a domain what it subscribed to."""
    return arn("events", f"rule/${{BusName}}/{rule_name(domain, variable)}")


def arrival_arn(domain: str, bucket: str) -> dict[str, str]:
    """The rule of the account's own bus by which a domain is told of what has come."""
    return arn("events", f"rule/{rule_name(domain, bucket)}")


def rule_name(domain: str, variable: str) -> str:
    """``souk-<domain>-<field>``."""
    return f"souk-{domain}-{variable.lower()}"


def told_by(*rules: Any) -> Statement:
    """That these rules may fill a queue, which has to be named as the resource (EventBridge guide, "Permissions")."""
    return {
        "Sid": "Bus",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Condition": {"ArnEquals": {"aws:SourceArn": list(rules)}},
    }


def of_running(name: str, *, networked: bool) -> list[Statement]:
    """What every function needs to run: its own log group, tracing and, inside the network, interfaces."""
    statements = [
        allow("logs", ("CreateLogStream", "PutLogEvents"), arn("logs", f"log-group:/aws/lambda/{name}:*")),
        allow("xray", ("PutTelemetryRecords", "PutTraceSegments"), "*"),
    ]
    if not networked:
        return statements
    interfaces = allow("ec2", NETWORK, "*")
    own_code = {"ArnEquals": {"lambda:SourceFunctionArn": arn("lambda", f"function:{name}")}}
    return [*statements, interfaces, interfaces | {"Effect": "Deny", "Condition": own_code}]
