"""What the shop costs in a month in which nobody comes: ``python -m infra.cost``.

Prices are AWS's list prices for us-east-1 in US dollars, from each service's pricing page. Every type of resource in
the templates has a price or a reason for having none, so that nothing slips in unpriced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.app import STACKS
from infra.export import Template, committed

HOURS: Final = 730
"""Of a month, as AWS reckons."""
CACHE_GIGABYTE_HOUR: Final = 0.084
CACHE_LEAST_GIGABYTES: Final = 0.1
"""ElastiCache Serverless for Valkey is billed for 100 MB at least."""
FIREWALL: Final = 5.0
FIREWALL_RULE: Final = 1.0
RUN: Final = 0.20e-6 + 0.2 * 1.33334e-5 + 16 * 0.125e-6 + 5e-6
"""What a schedule costs each time: a request of Lambda, 1 GB of it on Arm for 0.2 seconds, 16 reads of DynamoDB on
demand, and a trace of X-Ray. Seconds and reads are what a sweep that finds nothing is taken to need."""
SECRET: Final = 0.40
ALARM: Final = 0.10
DASHBOARD: Final = 3.0
EACH: Final = {
    "AWS::CloudWatch::Alarm": ALARM,
    "AWS::CloudWatch::Dashboard": DASHBOARD,
    "AWS::SecretsManager::Secret": SECRET,
}
LOOK: Final = 0.40e-6
LOOKS: Final = 5 * HOURS * 3600 / 20
"""What a request to SQS costs, and how many of them Lambda is taken to make in a month at a queue in which nothing is:
it begins with five readers (Lambda guide, "Using Lambda with Amazon SQS"), and a long poll lasts 20 seconds."""
ALWAYS_FREE: Final = {
    "AWS::CloudWatch::Alarm": 10 * ALARM,
    "AWS::CloudWatch::Dashboard": 3 * DASHBOARD,
    "AWS::Lambda::EventSourceMapping": 1_000_000 * LOOK,
}
"""What an account has for nothing, for ever (AWS free tier, "always free"), in dollars a month."""

NOTHING_AT_REST: Final = {
    "AWS::ApiGatewayV2::Api": "by the request",
    "AWS::ApiGatewayV2::Integration": "part of the API",
    "AWS::ApiGatewayV2::Route": "part of the API",
    "AWS::ApiGatewayV2::Stage": "part of the API",
    "AWS::AppSync::ApiKey": "part of the API",
    "AWS::AppSync::DataSource": "part of the API",
    "AWS::AppSync::GraphQLApi": "by the request",
    "AWS::AppSync::GraphQLSchema": "part of the API",
    "AWS::AppSync::Resolver": "part of the API",
    "AWS::CloudFront::Distribution": "by the request and gigabyte, beyond 1 TB that is always free",
    "AWS::CloudFront::OriginAccessControl": "part of the distribution",
    "AWS::Cognito::UserPool": "by the active user",
    "AWS::Cognito::UserPoolClient": "part of the pool",
    "AWS::Cognito::UserPoolGroup": "part of the pool",
    "AWS::DynamoDB::Table": "by the request, and by the gigabyte stored and recoverable",
    "AWS::EC2::RouteTable": "free",
    "AWS::EC2::SecurityGroup": "free",
    "AWS::EC2::Subnet": "free",
    "AWS::EC2::SubnetRouteTableAssociation": "free",
    "AWS::EC2::VPC": "free",
    "AWS::EC2::VPCEndpoint": "free, being gateways",
    "AWS::Events::Archive": "by the gigabyte",
    "AWS::Events::EventBus": "by the event",
    "AWS::IAM::Policy": "free",
    "AWS::IAM::Role": "free",
    "AWS::Lambda::EventInvokeConfig": "part of the function",
    "AWS::Lambda::Function": "by the invocation",
    "AWS::Lambda::Permission": "part of the function",
    "AWS::Logs::LogGroup": "by the gigabyte",
    "AWS::S3::Bucket": "by the gigabyte and request",
    "AWS::S3::BucketPolicy": "part of the bucket",
    "AWS::SES::EmailIdentity": "by the letter",
    "AWS::SNS::Topic": "by the message",
    "AWS::SNS::TopicPolicy": "part of the topic",
    "AWS::SQS::Queue": "by the request",
    "AWS::SQS::QueuePolicy": "part of the queue",
    "AWS::WAFv2::WebACLAssociation": "part of the firewall",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What all resources of one type cost a month, in dollars: by list, and beyond what is always free."""

    kind: str
    count: int
    listed: float
    due: float


def lines(templates: Iterable[Template]) -> list[Line]:
    """The types that cost something at rest, the dearest first; raises ValueError for a type without a price."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for made in (made for template in templates for made in template["Resources"].values()):
        found.setdefault(made["Type"], []).append(made.get("Properties", {}))
    priced = [_line(kind, resources) for kind, resources in found.items() if kind not in NOTHING_AT_REST]
    return sorted(priced, key=lambda line: -line.due)


def _line(kind: str, resources: list[Mapping[str, Any]]) -> Line:
    prices = [_price(kind, properties) for properties in resources]
    listed = sum(prices)
    return Line(kind=kind, count=len(prices), listed=listed, due=max(0, listed - ALWAYS_FREE.get(kind, 0)))


def _price(kind: str, properties: Mapping[str, Any]) -> float:
    match kind:
        case "AWS::ElastiCache::ServerlessCache":
            return CACHE_LEAST_GIGABYTES * CACHE_GIGABYTE_HOUR * HOURS
        case "AWS::WAFv2::WebACL":
            return FIREWALL + FIREWALL_RULE * len(properties["Rules"])
        case "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::Dashboard" | "AWS::SecretsManager::Secret":
            return EACH[kind]
        case "AWS::Lambda::EventSourceMapping":
            of_a_stream = "StartingPosition" in properties  # which Lambda looks at for nothing
            return 0 if of_a_stream else LOOKS * LOOK
        case "AWS::Events::Rule":
            rate = properties.get("ScheduleExpression")  # one with a pattern costs by the event
            return RUN * HOURS * 60 / _minutes(rate) if rate else 0
    raise ValueError(f"{kind} has no price: give it one, or say in NOTHING_AT_REST why it costs nothing")


def _minutes(rate: str) -> int:
    """Between two runs, of ``rate(5 minutes)``."""
    return int(rate.removeprefix("rate(").split()[0])


def main() -> None:
    found = lines([committed(name) for name in STACKS])
    print(f"  {'at rest, a month':<36}{'':>4}{'list':>9}{'due':>9}")
    for line in found:
        print(f"  {line.kind:<36}{line.count:>4}{line.listed:>9.2f}{line.due:>9.2f}")
    listed, due = sum(line.listed for line in found), sum(line.due for line in found)
    print(f"  {'US dollars':<36}{'':>4}{listed:>9.2f}{due:>9.2f}")


if __name__ == "__main__":
    main()
