"""What wakes somebody: faults, refusals, changes set aside, and a graph that fails or is slow.

Each watches all domains and functions at once, so that a domain more costs no alarm more. Which one it was is on the
dashboard and in the logs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.graph import Graph
from infra.policies import document

NAMESPACE: Final = "Souk"
"""Of the metrics that the functions send themselves."""
PERIOD: Final = 300
"""Seconds; five minutes of trouble is trouble."""
LATE_MILLISECONDS: Final = 60_000
"""What is told live is no longer after a minute. A cache or a search that is behind would be seen later, but the age
over all functions is one number."""
SLOW_MILLISECONDS: Final = 2_000
"""For the slowest of a hundred requests; a cold start stays below."""

type Dimension = tuple[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A CloudWatch metric, and the value above which it wakes somebody.

    Without ``of`` it is the metric that has no dimension; ``parts`` are the dimensions that it is drawn by then.
    """

    name: str
    namespace: str
    metric: str
    statistic: str
    of: Dimension | None = None
    parts: tuple[Dimension, ...] = ()
    above: float = 0
    periods: int = 1


def of_domains(names: Iterable[str]) -> list[Measure]:
    """The faults that functions hid from clients, counted by the resolvers' front doors."""
    parts = tuple(("service", name) for name in names)
    return [Measure(name="Faults", namespace=NAMESPACE, metric="Faults", statistic="Sum", parts=parts)]


def of_functions(functions: Iterable[lambda_.CfnFunction]) -> list[Measure]:
    """Lambda's own, of all functions of the account in the region (Lambda guide, "Viewing metrics for functions")."""
    parts = _named(functions)
    return [
        Measure(name="Errors", namespace="AWS/Lambda", metric="Errors", statistic="Sum", parts=parts),
        Measure(name="Throttles", namespace="AWS/Lambda", metric="Throttles", statistic="Sum", parts=parts),
    ]


def of_streams(hearing: Iterable[lambda_.CfnFunction]) -> list[Measure]:
    """How old changes are when the functions that hear of them are done with them."""
    return [
        Measure(
            name="Late",
            namespace="AWS/Lambda",
            metric="IteratorAge",
            statistic="Maximum",
            parts=_named(hearing),
            above=LATE_MILLISECONDS,
        )
    ]


def _named(functions: Iterable[lambda_.CfnFunction]) -> tuple[Dimension, ...]:
    return tuple(("FunctionName", function.ref) for function in functions)


def of_queue(queue: sqs.CfnQueue) -> list[Measure]:
    """What waits in a queue that should be empty."""
    return [
        Measure(
            name=f"{queue.node.id}Waiting",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            of=("QueueName", queue.attr_queue_name),
        )
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
    dimensions = [cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value) for name, value in _listed(measure.of)]
    cloudwatch.CfnAlarm(
        scope,
        f"{measure.name}Alarm",
        namespace=measure.namespace,
        metric_name=measure.metric,
        dimensions=dimensions or None,
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


def _listed(dimension: Dimension | None) -> list[Dimension]:
    return [dimension] if dimension else []


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
