"""The front door for events: of streams, schedules, buckets. A failure is logged once and given back, to come again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from resolvers._kit.app import Handler
from resolvers._kit.faults import InternalFault
from resolvers._kit.telemetry import Telemetry

WORKS: Final = {"Scheduled Event": "schedule", "Object Created": "arrival"}
"""What EventBridge calls an event that AWS's own services tell, and how what it sets off is called."""


def reacting(telemetry: Telemetry, reaction: Callable[[Mapping[str, Any]], None]) -> Handler:
    """The Lambda handler of a reaction. It raises on failure, so that the event source tries again and bisects."""

    def handler(event: Any, context: Any) -> None:
        work = "reaction" if "Records" in event else WORKS.get(event.get("detail-type"), "event")
        with telemetry.invocation(work, len(event.get("Records", ())), context.aws_request_id):
            try:
                reaction(event)
            except Exception as error:  # noqa: BLE001  # the front door: whatever it is, it is logged once, here
                telemetry.fault(error, work, context.aws_request_id)
                raise InternalFault(context.aws_request_id) from None

    return handler
