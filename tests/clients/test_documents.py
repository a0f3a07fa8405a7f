"""What the programs ask fits the graph as it is committed."""

import pytest
from graphql import build_schema, parse, validate

from clients.csv import documents, importing
from clients.demo import documents as demo
from domain.money import CurrencyCode
from resolvers._kit.settings import Constant, resources
from resolvers.catalog.settings import Settings
from tests.clients.files import ROOT

ASKED = {
    f"{where.__name__}.{name}": text
    for where in (documents, demo)
    for name, text in vars(where).items()
    if name.isupper() and not name.startswith("_")
}


@pytest.mark.parametrize("document", [*ASKED.values(), documents.known(["one", "two"])[0]], ids=[*ASKED, "known"])
def test_every_document_fits_the_graph(document: str) -> None:
    prelude = (ROOT / "schema" / "prelude.graphql").read_text(encoding="utf-8")
    graph = build_schema(prelude + (ROOT / "schema.graphql").read_text(encoding="utf-8"))

    assert validate(graph, parse(document)) == []


def test_an_empty_shop_is_priced_in_its_own_currency() -> None:
    declared = resources(Settings)["SHOP_CURRENCY"]

    assert isinstance(declared, Constant)
    assert importing.USUAL_CURRENCY is CurrencyCode(declared.value)
