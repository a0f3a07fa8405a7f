"""The front door for events: streams, schedules, queues. A failure is logged once and given back, to come again."""

from collections.abc import Callable, Mapping
from typing import Any

from resolvers._kit.app import Handler
from resolvers._kit.faults import InternalFault
from resolvers._kit.telemetry import Telemetry


def reacting(telemetry: Telemetry, reaction: Callable[[Mapping[str, Any]], None]) -> Handler:
    """The Lambda handler of a reaction. It raises on failure, so that the event source tries again and bisects."""

    def handler(event: Any, context: Any) -> None:
        work = "reaction" if "Records" in event else "schedule"
        with telemetry.invocation(work, len(event.get("Records", ())), context.aws_request_id):
            try:
                reaction(event)
            except Exception as error:  # noqa: BLE001  # the front door: whatever it is, it is logged once, here
                telemetry.fault(error, work, context.aws_request_id)
                raise InternalFault(context.aws_request_id) from None

    return handler
