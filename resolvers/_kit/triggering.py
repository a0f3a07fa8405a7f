"""The front door for the user pool's triggers: what is asked may be refused, and what is told is never in the way.

Cognito's event (guide, "Customizing user pool workflows with Lambda triggers") says in ``triggerSource`` at which
moment it comes, ``PreSignUp_SignUp`` say, and is to be given back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from resolvers._kit.app import Handler
from resolvers._kit.faults import InternalFault
from resolvers._kit.telemetry import Telemetry

type Hear = Callable[[Mapping[str, str]], None]
"""Is given the user's attributes."""


class Refused(Exception):
    """What is asked may not be. Cognito shows the sentence to whoever asks: "PreSignUp failed with error ...."."""


def triggering(telemetry: Telemetry, *, asked: Mapping[str, Hear], told: Mapping[str, Hear]) -> Handler:
    """The Lambda handler of a domain's triggers, by moment.

    What is ``asked`` raises Refused; a fault refuses too, in our own words. What is ``told`` has happened: a fault is
    logged and kept from the user, who would be told that it had not.
    """

    def handler(event: Any, context: Any) -> Any:
        moment = event["triggerSource"].partition("_")[0]
        attributes = event["request"]["userAttributes"]
        with telemetry.invocation(moment, 1, context.aws_request_id):
            try:
                (asked.get(moment) or told[moment])(attributes)
            except Refused:
                telemetry.count("Refused")
                raise
            except Exception as error:  # noqa: BLE001  # the front door: whatever it is, it is logged once, here
                telemetry.fault(error, moment, context.aws_request_id)
                if moment in asked:
                    raise InternalFault(context.aws_request_id) from None
        return event

    return handler
