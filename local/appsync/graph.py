"""A deployed API made ready to answer: its schema built, its resolvers by field, its access rules read."""

from dataclasses import dataclass

from graphql import GraphQLSchema

from local.appsync import sdl
from local.appsync.access import Access
from local.appsync.deployed import Api, Resolver


@dataclass(frozen=True, slots=True)
class Graph:
    """What planning and running a document needs to know of the API."""

    api: Api
    schema: GraphQLSchema
    access: Access
    resolvers: dict[tuple[str, str], Resolver]

    @property
    def resolver_limit(self) -> int:
        own, cap = self.api.resolver_limit, self.api.limits.resolvers
        return min(own, cap) if own else cap


def graph(api: Api) -> Graph:
    """The API's graph; ``UnsupportedApi`` if AppSync would refuse its schema, or would silently ignore a directive."""
    schema = sdl.build(api.sdl)
    access = Access(api, schema)
    access.refuse_ignored(schema)
    return Graph(api, schema, access, {(r.type_name, r.field_name): r for r in api.resolvers})
