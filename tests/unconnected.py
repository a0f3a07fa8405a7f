"""An environment in which every function can be imported, and none reaches anything."""

from itertools import chain

from infra.domains import discover
from resolvers._kit.settings import Borrowed, Bucket, Cache, Constant, Declared, Graph, Inbox, Schedule, Table


def _value(resource: Declared) -> str:
    match resource:
        case Table(name=name) | Bucket(name=name) | Borrowed(table=name):
            return name
        case Constant(value=value):
            return value
        case Schedule():
            return resource.rate
        case Cache():
            return "valkey://127.0.0.1:1"
        case Graph():
            return "http://127.0.0.1:1/graphql"
        case Inbox():
            return "http://127.0.0.1:1/000000000000/queue"


def unconnected() -> dict[str, str]:
    """What all functions read, by variable: the settings of every domain, and credentials that open nothing."""
    declared = chain.from_iterable(
        (*one.resources.items(), *one.publishing.items(), *one.receiving.items()) for one in discover()
    )
    return {variable: _value(resource) for variable, resource in declared} | {
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }  # fmt: skip
