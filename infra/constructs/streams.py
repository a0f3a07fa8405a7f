"""How a domain's functions hear of changes in its tables, and where those they cannot handle go."""

import json
from typing import Final

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.functions import Functions
from infra.constructs.parameters import Parameters
from infra.domains import Work, logical, pascal
from infra.policies import document, of_stream
from resolvers._kit.settings import Table

BATCH: Final = 100
"""Changes per invocation; Lambda's own default for streams."""
RETRIES: Final = 10
"""With the doubling waits between them these bridge a short outage; a change that fails alone is set aside."""
OLDEST_SECONDS: Final = 21_600
"""Six hours: a stream forgets after 24, and what is set aside must still be found in it by then."""
DEAD_LETTER_SECONDS: Final = 1_209_600
"""Fourteen days, the longest SQS keeps a message."""


class Hearing:
    """A function, and one mapping a stream; what it could not handle goes to ``dead_letters``.

    A failing batch is halved until the culprit is alone, and a function reports how far it came, so one bad change
    stops no other.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        work: Work,
        functions: Functions,
        parameters: Parameters,
        dead_letters: sqs.CfnQueue,
    ) -> None:
        domain = functions.domain
        others = "" if work is Work.REACTIONS else pascal(work.value)
        self.dead_letters = dead_letters
        arns = {table.name: parameters.text(f"{logical(table)}StreamArn") for table in domain.heard(work)}
        grants = [statement for arn in arns.values() for statement in of_stream(arn, dead_letters.attr_arn)]
        self.work = work
        self.domain = domain
        self.function = functions.hearing(work, grants)
        for table in domain.heard(work):
            mapping = _mapping(scope, f"{logical(table)}{others}Changes", table, arns[table.name], self)
            mapping.maximum_batching_window_in_seconds = table.batch_seconds if work is Work.REACTIONS else 0


def dead_letters(scope: Construct) -> sqs.CfnQueue:
    """One queue for all that hear: each message names its function, its stream and the place in it."""
    name = "DeadLetters"
    queue = sqs.CfnQueue(scope, name, sqs_managed_sse_enabled=True, message_retention_period=DEAD_LETTER_SECONDS)
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.attr_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    sqs.CfnQueuePolicy(scope, f"{name}Policy", queues=[queue.ref], policy_document=document(tls_only))
    return queue


def _only(attribute: str) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty:
    """Changes after which the item has the attribute; AWS does not charge for those that are filtered out."""
    pattern = json.dumps({"dynamodb": {"NewImage": {attribute: {"S": [{"exists": True}]}}}})
    return lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
        filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern)]
    )


def _mapping(scope: Construct, name: str, table: Table, arn: str, hearing: Hearing) -> lambda_.CfnEventSourceMapping:
    failed = lambda_.CfnEventSourceMapping.OnFailureProperty(destination=hearing.dead_letters.attr_arn)
    return lambda_.CfnEventSourceMapping(
        scope,
        name,
        function_name=hearing.function.ref,
        event_source_arn=arn,
        starting_position="TRIM_HORIZON",
        batch_size=BATCH,
        filter_criteria=_only(table.stream_of) if table.stream_of else None,
        bisect_batch_on_function_error=True,
        function_response_types=["ReportBatchItemFailures"],
        maximum_retry_attempts=RETRIES,
        maximum_record_age_in_seconds=OLDEST_SECONDS,
        destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(on_failure=failed),
    )
