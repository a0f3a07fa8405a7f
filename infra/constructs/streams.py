"""How a domain's functions hear of changes in its tables and of messages in its queues."""

import json
from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.functions import Functions
from infra.constructs.parameters import Parameters
from infra.constructs.queues import taken
from infra.domains import Work, logical, pascal
from infra.policies import of_lost, of_queue, of_stream
from resolvers._kit.settings import Table

BATCH: Final = 100
"""Changes per invocation; Lambda's own default for streams."""
RETRIES: Final = 10
"""With the doubling waits between them these bridge a short outage; a change that fails alone is set aside."""
OLDEST_SECONDS: Final = 21_600
"""Six hours: a stream forgets after 24, and what is set aside must still be found in it by then."""


class Hearing:
    """A function, and one mapping a stream; what of those it could not handle goes to ``dead_letters``.

    A failing batch is halved until the culprit is alone, and a function reports how far it came, so one bad change
    stops no other. Each message names its function, its stream and the place in it.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        work: Work,
        functions: Functions,
        parameters: Parameters,
        dead_letters: sqs.CfnQueue,
        queues: Sequence[sqs.CfnQueue] = (),
    ) -> None:
        domain = functions.domain
        others = "" if work is Work.REACTIONS else pascal(work.value)
        self.dead_letters = dead_letters
        arns = {table.name: parameters.text(f"{logical(table)}StreamArn") for table in domain.heard(work)}
        grants = [statement for arn in arns.values() for statement in of_stream(arn, dead_letters.attr_arn)]
        grants += [of_queue(queue.attr_arn) for queue in queues]
        self.lost = dead_letters.attr_arn if work is Work.REACTIONS and domain.sent_to else None
        if self.lost is not None and not arns:
            grants.append(of_lost(self.lost))
        self.work = work
        self.domain = domain
        self.function = functions.made(work, grants)
        for table in domain.heard(work):
            mapping = _mapping(scope, f"{logical(table)}{others}Changes", arns[table.name], self)
            mapping.filter_criteria = _filter(table, work)
            mapping.maximum_batching_window_in_seconds = table.batch_seconds if work is Work.REACTIONS else 0
        for queue in queues:
            taken(scope, queue, self.function)


def _filter(table: Table, work: Work) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty | None:
    """Changes after which the item has certain attributes; AWS does not charge for those that are filtered out."""
    told_while = table.told_while if work is Work.PUBLICATIONS else None
    attributes = [each for each in (table.stream_of, told_while) if each]
    if not attributes:
        return None
    pattern = json.dumps({"dynamodb": {"NewImage": {each: {"S": [{"exists": True}]} for each in attributes}}})
    return lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
        filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern)]
    )


def _mapping(scope: Construct, name: str, arn: str, hearing: Hearing) -> lambda_.CfnEventSourceMapping:
    failed = lambda_.CfnEventSourceMapping.OnFailureProperty(destination=hearing.dead_letters.attr_arn)
    return lambda_.CfnEventSourceMapping(
        scope,
        name,
        function_name=hearing.function.ref,
        event_source_arn=arn,
        starting_position="TRIM_HORIZON",
        batch_size=BATCH,
        bisect_batch_on_function_error=True,
        function_response_types=["ReportBatchItemFailures"],
        maximum_retry_attempts=RETRIES,
        maximum_record_age_in_seconds=OLDEST_SECONDS,
        destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(on_failure=failed),
    )
