"""What wakes somebody: faults, refusals, changes set aside, and a graph that fails or is slow."""

from dataclasses import dataclass
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.graph import Graph
from infra.constructs.streams import Hearing
from infra.domains import Work, pascal
from infra.policies import document

NAMESPACE: Final = "Souk"
"""Of the metrics that the functions send themselves."""
PERIOD: Final = 300
"""Seconds; five minutes of trouble is trouble."""
LATE_MILLISECONDS: Final = {Work.REACTIONS: 300_000, Work.PUBLICATIONS: 60_000}
"""A cache or a search that is five minutes behind is seen by staff; what is told live is no longer after a minute."""
SLOW_MILLISECONDS: Final = 2_000
"""For the slowest of a hundred requests; a cold start stays below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A CloudWatch metric of one thing, and the value above which it wakes somebody."""

    name: str
    namespace: str
    metric: str
    statistic: str
    of: tuple[str, Any]
    above: float = 0
    periods: int = 1


def of_function(name: str, function: lambda_.CfnFunction) -> list[Measure]:
    own = ("FunctionName", function.ref)
    return [
        Measure(name=f"{name}{metric}", namespace="AWS/Lambda", metric=metric, statistic="Sum", of=own)
        for metric in ("Errors", "Throttles")
    ]


def of_domain(name: str) -> list[Measure]:
    """The faults that its functions hid from clients, counted by the resolvers' front door."""
    return [
        Measure(
            name=f"{pascal(name)}Faults", namespace=NAMESPACE, metric="Faults", statistic="Sum", of=("service", name)
        )
    ]


def of_hearing(hearing: Hearing) -> list[Measure]:
    return [
        *of_function(hearing.name, hearing.function),
        Measure(
            name=f"{hearing.name}Late",
            namespace="AWS/Lambda",
            metric="IteratorAge",
            statistic="Maximum",
            of=("FunctionName", hearing.function.ref),
            above=LATE_MILLISECONDS[hearing.work],
        ),
        Measure(
            name=f"{hearing.queue.node.id}Waiting",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            of=("QueueName", hearing.queue.attr_queue_name),
        ),
    ]


def of_graph(graph: Graph) -> list[Measure]:
    own = ("GraphQLAPIId", graph.api.attr_api_id)
    return [
        Measure(name="GraphFailing", namespace="AWS/AppSync", metric="5XXError", statistic="Sum", of=own),
        Measure(
            name="GraphSlow",
            namespace="AWS/AppSync",
            metric="Latency",
            statistic="p99",
            of=own,
            above=SLOW_MILLISECONDS,
            periods=3,
        ),
    ]


class Alarms:
    """Each alarm tells the topic when it starts and when it ends; whom the topic tells is the operator's choice."""

    def __init__(self, scope: Construct, *, measures: list[Measure]) -> None:
        topic = _topic(scope)
        for measure in measures:
            _alarm(scope, measure, topic)
        cdk.CfnOutput(scope, "AlarmTopicArn", value=topic.ref)


def _alarm(scope: Construct, measure: Measure, topic: sns.CfnTopic) -> None:
    percentile = measure.statistic.startswith("p")
    dimension = cloudwatch.CfnAlarm.DimensionProperty(name=measure.of[0], value=measure.of[1])
    cloudwatch.CfnAlarm(
        scope,
        f"{pascal(measure.name)}Alarm",
        namespace=measure.namespace,
        metric_name=measure.metric,
        dimensions=[dimension],
        statistic=None if percentile else measure.statistic,
        extended_statistic=measure.statistic if percentile else None,
        period=PERIOD,
        evaluation_periods=measure.periods,
        threshold=measure.above,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[topic.ref],
        ok_actions=[topic.ref],
    )


def _topic(scope: Construct) -> sns.CfnTopic:
    topic = sns.CfnTopic(scope, "AlarmTopic", display_name="Souk alarms")
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": topic.ref,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    alarms = {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic.ref,
        "Condition": {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    }
    sns.CfnTopicPolicy(scope, "AlarmTopicPolicy", topics=[topic.ref], policy_document=document(alarms, tls_only))
    return topic
