"""The bus of the shop's events, what it told everybody so far, and who is told what."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.parameters import Parameters
from infra.domains import Domain, logical, pascal
from infra.policies import rule_name

NAME: Final = "souk"
ARCHIVE_DAYS: Final = 90
"""How far back events can be told again (``aws events start-replay``): to a consumer that is new, or was wrong, which
is rarely noticed after a quarter."""


class Bus:
    """Kept when the stack goes, with its archive; only our own functions may put events on it."""

    def __init__(self, scope: Construct) -> None:
        bus = events.CfnEventBus(scope, "Bus", name=NAME, description="What happened in the shop")
        archive = events.CfnArchive(
            scope, "BusArchive", archive_name=NAME, source_arn=bus.attr_arn, retention_days=ARCHIVE_DAYS
        )
        for kept in (bus, archive):
            kept.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        cdk.CfnOutput(scope, "BusName", value=bus.ref)


class Subscriptions:
    """A rule a subscription, which fills the queue of that name.

    EventBridge tries for a day to do so (guide, "How EventBridge retries delivering events"), then the event goes to
    ``dead_letters``.
    """

    def __init__(self, scope: Construct, *, domain: Domain, parameters: Parameters, dead_letters: sqs.CfnQueue) -> None:
        letters = events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.attr_arn)
        for variable, subscription in domain.subscriptions.items():
            queue = cdk.Fn.get_att(logical(subscription), "Arn").to_string()
            target = events.CfnRule.TargetProperty(id="Queue", arn=queue, dead_letter_config=letters)
            events.CfnRule(
                scope,
                f"{pascal(domain.name)}{pascal(variable.lower())}Rule",
                name=rule_name(domain.name, variable),
                event_bus_name=parameters.text("BusName"),
                event_pattern={"detail-type": list(subscription.events)},
                targets=[target],
            )
