"""AppSync's own scalars (AppSync guide, "Scalar types in GraphQL"); no others are accepted by it."""

from datetime import datetime
from typing import Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

AWSDateTime = NewType("AWSDateTime", datetime)
AWSEmail = NewType("AWSEmail", str)
AWSJSON = NewType("AWSJSON", object)
AWSPhone = NewType("AWSPhone", str)
AWSURL = NewType("AWSURL", str)

SCALARS: Final[dict[object, ScalarDefinition]] = {
    AWSDateTime: strawberry.scalar(name="AWSDateTime"),
    AWSEmail: strawberry.scalar(name="AWSEmail"),
    AWSJSON: strawberry.scalar(name="AWSJSON"),
    AWSPhone: strawberry.scalar(name="AWSPhone"),
    AWSURL: strawberry.scalar(name="AWSURL"),
}
"""Every AppSync scalar the schema uses so far."""
