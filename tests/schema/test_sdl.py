"""The exported SDL: in step, described, accepted by AppSync, and never broken without a word."""

import re
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from schema.api import ROOTS, build, object_types, routes, sdl, subscriptions, type_modes, upload_sdl
from schema.changes import previous, unnamed_breaks
from schema.export import ROOT, files
from schema.prose import Undescribed, entity, read_prose
from schema.route import Access, Modes
from schema.sdl import PRELUDE

APPSYNC_SCALARS = {
    "AWSDate", "AWSTime", "AWSDateTime", "AWSTimestamp", "AWSEmail", "AWSJSON", "AWSURL", "AWSPhone", "AWSIPAddress",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(PRELUDE + sdl())


def own_types(graph: Any) -> dict[str, Any]:
    return {name: kind for name, kind in graph.type_map.items() if not name.startswith("__") and kind.ast_node}


def test_the_committed_files_are_what_the_schema_exports() -> None:
    assert {path: path.read_text() for path in files()} == files()


def test_every_type_field_argument_and_value_is_described(graph: GraphQLSchema) -> None:
    bare = []
    for name, kind in own_types(graph).items():
        if name in APPSYNC_SCALARS:
            continue
        parts = {name: kind}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            parts |= {f"{name}.{field}": declared for field, declared in kind.fields.items()}
            parts |= {
                f"{name}.{field}({argument}:)": given
                for field, declared in kind.fields.items()
                for argument, given in declared.args.items()
            }
        elif isinstance(kind, GraphQLInputObjectType):
            parts |= {f"{name}.{field}": declared for field, declared in kind.fields.items()}
        elif isinstance(kind, GraphQLEnumType):
            parts |= {f"{name}.{value}": declared for value, declared in kind.values.items()}
        bare += [path for path, part in parts.items() if not (part.description or "").strip().endswith((".", ":"))]
    assert bare == []


def test_only_appsyncs_scalars_are_used_and_none_is_declared() -> None:
    assert "scalar " not in sdl()
    assert "scalar " not in upload_sdl()
    assert set(re.findall(r"\bAWS\w+", sdl())) <= APPSYNC_SCALARS


@pytest.mark.parametrize(
    "refused", ['"""', "extend ", "directive @", "@oneOf", "@specifiedBy", "repeatable", "= null", "@aws_auth"]
)
def test_the_upload_holds_nothing_that_appsync_may_refuse(refused: str) -> None:
    assert refused not in upload_sdl()


def test_the_upload_promises_the_same_as_the_committed_schema(graph: GraphQLSchema) -> None:
    uploaded = build_schema(PRELUDE + upload_sdl())
    assert find_breaking_changes(graph, uploaded) == find_breaking_changes(uploaded, graph) == []
    assert find_dangerous_changes(graph, uploaded) == []


def test_the_upload_carries_descriptions_as_comments_but_none_inside_enums() -> None:
    text = upload_sdl()
    assert "# One product; null when there is none that the caller may see.\n  product(" in text
    for block in re.findall(r"enum \w+ \{(.*?)\}", text, re.DOTALL):
        assert "#" not in block


def test_the_upload_fits_appsyncs_schema_quota() -> None:
    assert len(upload_sdl().encode()) < 1_000_000


def test_a_types_directives_are_the_union_of_all_ways_to_it() -> None:
    modes = type_modes(build())
    assert modes["CollectionConnection"] == Modes(api_key=True, users=True)
    assert modes["Product"] == modes["ProductChange"] == Modes(api_key=True, users=True, iam=True)
    assert modes["ProductPayload"] == Modes(users=True, groups=frozenset({"staff", "admin"}))
    assert modes["InputError"] == Modes(api_key=True, users=True, iam=True)
    assert set(modes) == set(object_types(build()._schema)) - set(ROOTS)


def test_every_root_field_shows_its_access_in_the_sdl(graph: Any) -> None:
    accesses = {name: route.access for name, route in routes().items()}
    accesses |= {name: declared.access for name, declared in subscriptions().items()}
    for name, access in accesses.items():
        kind, field = name.split(".")
        node = graph.type_map[kind].fields[field].ast_node
        shown = {directive.name.value for directive in node.directives} - {"aws_subscribe"}
        expected: set[str] = set()
        if access:
            modes = access.value
            expected |= {"aws_api_key"} if modes.api_key else set()
            expected |= {"aws_cognito_user_pools"} if modes.users else set()
            expected |= {"aws_iam"} if modes.iam else set()
        assert shown == expected, name


def test_modes_join_and_a_plain_pool_mode_absorbs_a_grouped_one() -> None:
    staff, finance = Access.STAFF.value, Access.FINANCE.value
    assert (staff | finance).groups == {"staff", "finance", "admin"}
    assert staff | Access.PUBLIC.value == Access.PUBLIC.value
    assert (Access.PUBLISHER.value | staff) == Modes(iam=True, users=True, groups=staff.groups)


def test_a_docstring_must_describe_every_part_and_no_other() -> None:
    with pytest.raises(Undescribed, match="Thing lacks a line for size and describes colour"):
        read_prose("Thing", "A thing.\n\ncolour: What it looks like.", ["size"])

    with pytest.raises(Undescribed, match="lacks a line for size"):

        @entity
        class Thing:
            """A thing."""

            size: int


OLD = 'type Query { "a" a: Int "b" b(first: Int): Int }'


def test_a_breaking_change_needs_its_word_in_the_changelog() -> None:
    new = 'type Query { "a" a: Int! }'
    assert unnamed_breaks(OLD, new, changelog="nothing of it") == ["Query.b was removed."]
    assert unnamed_breaks(OLD, new, changelog="Breaking: Query.b was removed.") == []
    assert unnamed_breaks(OLD, OLD, changelog="") == []


def test_this_schema_breaks_nothing_that_the_changelog_does_not_name() -> None:
    old = previous(ROOT, sdl())
    assert unnamed_breaks(old or sdl(), sdl(), (ROOT / "CHANGELOG.md").read_text()) == []
