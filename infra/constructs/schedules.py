"""What invokes a domain's reactions from time to time: rules of EventBridge."""

from typing import Final

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.domains import Domain, pascal
from infra.policies import rule_name
from resolvers._kit.settings import Schedule

LONGEST_SECONDS: Final = 21_600
"""Lambda keeps what it is to be invoked with for six hours at most (Lambda guide, "Configuring error handling settings
for asynchronous invocations"), and EventBridge for a day."""


class Schedules:
    """A rule a schedule, each with leave to invoke this one function.

    What one run leaves undone is done by the next, so an invocation that cannot be made or fails is tried again until
    that is due and then forgotten; that it failed is counted all the same. Where the function also hears of what does
    not come again, what it failed at three times is set aside in ``lost``.
    """

    def __init__(
        self, scope: Construct, *, domain: Domain, function: lambda_.CfnFunction, lost: str | None = None
    ) -> None:
        for variable, schedule in domain.schedules.items():
            rule = _rule(scope, domain.name, variable.lower(), schedule, function)
            lambda_.CfnPermission(
                scope,
                f"{rule.node.id}Permission",
                action="lambda:InvokeFunction",
                function_name=function.ref,
                principal="events.amazonaws.com",
                source_arn=rule.attr_arn,
            )
        lambda_.CfnEventInvokeConfig(
            scope,
            f"{function.node.id}Invocations",
            function_name=function.ref,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=min(map(_age, domain.schedules.values())),
            destination_config=_failed(lost) if lost else None,
        )


def _rule(
    scope: Construct, domain: str, name: str, schedule: Schedule, function: lambda_.CfnFunction
) -> events.CfnRule:
    retries = events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=_age(schedule))
    target = events.CfnRule.TargetProperty(id="Reactions", arn=function.attr_arn, retry_policy=retries)
    return events.CfnRule(
        scope,
        f"{pascal(domain)}{pascal(name)}Rule",
        name=rule_name(domain, name),
        schedule_expression=schedule.rate,
        targets=[target],
    )


def _failed(lost: str) -> lambda_.CfnEventInvokeConfig.DestinationConfigProperty:
    failed = lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=lost)
    return lambda_.CfnEventInvokeConfig.DestinationConfigProperty(on_failure=failed)


def _age(schedule: Schedule) -> int:
    """How old an invocation may become, in seconds: until the next one is due."""
    return min(schedule.minutes * 60, LONGEST_SECONDS)
