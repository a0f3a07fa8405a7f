"""AppSync's own scalars (AppSync guide, "Scalar types in GraphQL"); no others are accepted by it."""

from datetime import datetime
from typing import Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

AWSDateTime = NewType("AWSDateTime", datetime)
AWSJSON = NewType("AWSJSON", object)
AWSURL = NewType("AWSURL", str)

SCALARS: Final[dict[object, ScalarDefinition]] = {
    AWSDateTime: strawberry.scalar(name="AWSDateTime"),
    AWSJSON: strawberry.scalar(name="AWSJSON"),
    AWSURL: strawberry.scalar(name="AWSURL"),
}
"""Every AppSync scalar the schema uses so far."""
