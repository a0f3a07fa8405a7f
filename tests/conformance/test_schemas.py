"""What AppSync takes as a schema document, and what it says to the rest."""

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.points import DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare

QUERY = "type Query { thing: Thing } type Thing { name: String }\n"


def is_taken(api: Endpoint, document: str) -> bool:
    if api.upload is None:
        pytest.skip("schemas are given to the control plane, which takes credentials of the account")
    return api.upload(document) is None


@pytest.mark.parametrize(
    "document",
    [
        "# about things\n" + QUERY,
        QUERY + "interface Named { name: String } type Both implements Named & Aged { name: String age: Int } "
        "interface Aged { age: Int }",
        QUERY + "union Any = Thing | Other type Other { name: String @deprecated }",
        QUERY + 'enum Kind { ROUND SQUARE @deprecated(reason: "no") } input Shape { kind: Kind = ROUND }',
        "schema { query: Root } type Root { thing(first: Int = 3): String }",
    ],
)
@point("4.2", DOC)
def test_the_usual_constructs_are_taken(api: Endpoint, same: Compare, document: str) -> None:
    same(is_taken(api, document), True)


@point("4.2", UNKNOWN)
def test_descriptions_in_quotes_are_taken(api: Endpoint, same: Compare) -> None:
    same(is_taken(api, '"""About things."""\n' + QUERY), True)


@pytest.mark.parametrize("document", ["type Thing { name: String }", QUERY + "scalar Money", "type Query {"])
@point("4.2", DOC)
def test_no_query_custom_scalars_and_broken_documents_are_refused(api: Endpoint, same: Compare, document: str) -> None:
    same(is_taken(api, document), False)


@pytest.mark.parametrize(
    "document",
    [
        QUERY + "extend type Thing { age: Int }",
        QUERY + "interface Named { name: String } interface Titled implements Named { name: String title: String }",
    ],
)
@point("4.2", OBS)
def test_extensions_and_interfaces_of_interfaces_are_refused(api: Endpoint, same: Compare, document: str) -> None:
    same(is_taken(api, document), False)


@pytest.mark.parametrize(
    "document",
    [
        QUERY + "directive @mine on FIELD_DEFINITION",
        QUERY + "directive @aws_api_key on OBJECT | FIELD_DEFINITION",
        QUERY + "input One @oneOf { a: Int b: Int }",
        "type Query { thing(old: Int @deprecated): String }",
        QUERY + "type AWSThing { name: String }",
    ],
)
@point("4.2", INFER)
def test_directive_definitions_newer_directives_and_reserved_names_are_refused(
    api: Endpoint, same: Compare, document: str
) -> None:
    same(is_taken(api, document), False)
