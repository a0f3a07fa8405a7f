"""An environment in which every function can be imported, and none reaches anything."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final

from infra.domains import discover
from resolvers._kit import settings
from resolvers._kit.settings import Declared

VALUES: Final[Mapping[type, Callable[[Any], str]]] = {
    settings.Table: lambda table: table.name,
    settings.Bucket: lambda bucket: bucket.name,
    settings.Borrowed: lambda borrowed: borrowed.table,
    settings.BorrowedBucket: lambda borrowed: borrowed.bucket,
    settings.Constant: lambda constant: constant.value,
    settings.Schedule: lambda schedule: schedule.rate,
    settings.Cache: lambda _: "valkey://127.0.0.1:1",
    settings.Graph: lambda _: "http://127.0.0.1:1/graphql",
    settings.Inbox: lambda inbox: f"http://127.0.0.1:1/000000000000/{inbox.name}",
    settings.Subscription: lambda wanted: f"arn:aws:sqs:us-east-1:000000000000:{wanted.name}",
    settings.Bus: lambda _: "souk",
    settings.Secret: lambda secret: f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{secret.name}",
    settings.Delivery: lambda _: "https://media.example",
    settings.Machine: lambda machine: machine.size,
    settings.Mail: lambda _: "shop@example.com",
    settings.Triggers: lambda _: "us-east-1_0000000",
    settings.Users: lambda _: "us-east-1_0000000",
}


def value_of(resource: Declared) -> str:
    """What its variable holds, where nothing is there."""
    return VALUES[type(resource)](resource)


def unconnected() -> dict[str, str]:
    """What all functions read, by variable: the settings of every domain, and credentials that open nothing."""
    declared = chain.from_iterable(each.declared for each in discover())
    return {variable: value_of(resource) for variable, resource in declared} | {
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }  # fmt: skip
