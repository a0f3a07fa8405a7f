"""The queues that a domain's reactions take messages from, and where those go that no function could handle."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.functions import SECONDS
from infra.domains import Domain, Work, logical
from infra.policies import Statement, document, rule_arn, told_by

LONGEST_SECONDS: Final = 1_209_600
"""Fourteen days, the longest SQS keeps a message."""
HIDDEN_SECONDS: Final = 6 * SECONDS[Work.REACTIONS]
"""Before a message that a function has taken is given to another one: six times as long as the function may run (Lambda
guide, "Creating and configuring an Amazon SQS event source mapping")."""
TRIES: Final = 12
"""Then a message is set aside. With the doubling pauses of ``resolvers/_kit/consuming.py`` these bridge an hour, and an
hour and a quarter without, when each lasts HIDDEN_SECONDS."""
BATCH: Final = 10
"""Messages an invocation, without waiting for more: the most that Lambda gives at once."""
MOST_AT_ONCE: Final = 10
"""Invocations under way together: a hundred messages. What a provider sends again after an outage, or an archive
replays, leaves the account's other functions their share."""


class Queues:
    """One a declaration; what is tried in vain goes to ``lost``, from where one command moves it all back.

    ``lost`` is apart from the dead letters of streams: SQS moves messages to where they came from, but stops at one
    that came from no queue (SQS API reference, "StartMessageMoveTask").
    """

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        wanted = {domain.name: dict(_wanted(domain)) for domain in domains}
        self.lost = queue(scope, "LostMessages") if any(wanted.values()) else None
        self._of = {
            domain: [_tried(scope, name, leave, self.lost) for name, leave in names.items()]
            for domain, names in wanted.items()
        }

    def of(self, domain: Domain) -> Sequence[sqs.CfnQueue]:
        return self._of[domain.name]


def _wanted(domain: Domain) -> Iterator[tuple[str, list[Statement]]]:
    """By name, who but our own roles may fill it."""
    for inbox in domain.inboxes:
        yield logical(inbox), []
    for variable, subscription in domain.subscriptions.items():
        yield logical(subscription), [told_by(rule_arn(domain.name, variable))]


def queue(scope: Construct, name: str, *statements: Statement) -> sqs.CfnQueue:
    """Encrypted, and spoken to by TLS alone; ``statements`` let others than our own roles use it."""
    made = sqs.CfnQueue(scope, name, sqs_managed_sse_enabled=True, message_retention_period=LONGEST_SECONDS)
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": made.attr_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    each = [statement | {"Resource": made.attr_arn} for statement in statements]
    sqs.CfnQueuePolicy(scope, f"{name}Policy", queues=[made.ref], policy_document=document(tls_only, *each))
    return made


def _tried(scope: Construct, name: str, leave: Iterable[Statement], lost: sqs.CfnQueue | None) -> sqs.CfnQueue:
    assert lost
    made = queue(scope, name, *leave)
    made.visibility_timeout = HIDDEN_SECONDS
    made.redrive_policy = {"deadLetterTargetArn": lost.attr_arn, "maxReceiveCount": TRIES}
    return made


def taken(scope: Construct, source: sqs.CfnQueue, function: lambda_.CfnFunction) -> None:
    """Have the function take the queue's messages; those that it names as failed come again, the others are gone."""
    lambda_.CfnEventSourceMapping(
        scope,
        f"{source.node.id}Messages",
        function_name=function.ref,
        event_source_arn=source.attr_arn,
        batch_size=BATCH,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=MOST_AT_ONCE),
    )
