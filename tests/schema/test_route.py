"""What a declaration of a field says, and what follows from it."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, ObjectTypeDefinitionNode, parse

from schema.prose import entity
from schema.route import ROUTE_KEY, SUBSCRIPTION_KEY, Access, Route, Subscribed, routed, subscribed


@entity
class Note:
    """A note.

    id: Its id.
    """

    id: strawberry.ID


@strawberry.type
class Query:
    @routed("notes", Access.PUBLIC)
    def note(self) -> Note | None:
        """A note."""


@strawberry.type
class Mutation:
    @routed("notes", Access.PUBLISHER)
    def publish_note(self) -> Note | None:
        """Tell of a note."""


@strawberry.type
class Subscription:
    @subscribed("publishNote", access=Access.SHOPPER, domain="notes")
    def note_changed(self, note_id: strawberry.ID) -> Note | None:
        """A note that changed.

        note_id: Which one.
        """

    @subscribed("publishNote", access=Access.STAFF)
    def notes_changed(self) -> Note | None:
        """Any note that changed."""


@pytest.fixture(scope="module")
def fields() -> dict[str, Any]:
    """Subscription's fields, with what is declared of them."""
    built = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
    graph: GraphQLSchema = built._schema
    assert graph.subscription_type
    return {name: field.extensions["strawberry-definition"] for name, field in graph.subscription_type.fields.items()}


def shown() -> dict[str, list[str]]:
    """The directives of Subscription's fields in the SDL."""
    text = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription).as_str()
    kinds = {one.name.value: one for one in parse(text).definitions if isinstance(one, ObjectTypeDefinitionNode)}
    return {field.name.value: [one.name.value for one in field.directives] for field in kinds["Subscription"].fields}


def test_a_subscription_says_what_it_listens_to_and_for_whom(fields: dict[str, Any]) -> None:
    assert fields["noteChanged"].metadata[SUBSCRIPTION_KEY] == Subscribed(
        mutations=("publishNote",), access=Access.SHOPPER
    )
    assert shown() == {
        "noteChanged": ["aws_subscribe", "aws_cognito_user_pools"],
        "notesChanged": ["aws_subscribe", "aws_cognito_user_pools"],
    }


def test_a_function_is_asked_who_may_subscribe_only_where_a_domain_is_named(fields: dict[str, Any]) -> None:
    assert fields["noteChanged"].metadata[ROUTE_KEY] == Route(domain="notes", access=Access.SHOPPER)
    assert ROUTE_KEY not in fields["notesChanged"].metadata
