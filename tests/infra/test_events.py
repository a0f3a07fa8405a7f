"""What is told over the bus is written down for those who listen, and is what is told."""

import re
from pathlib import Path

import msgspec
import pytest

from domain.payments.payments import PaymentStatus
from infra.events import FOLDER, files, schema, told
from infra.export import Template
from resolvers.payments.telling import EVENTS, PaymentTold, told_of
from tests.domain.payments.test_owing import standing
from tests.infra.templates import of_type
from tests.resolvers.payments.test_telling import kept


def test_the_committed_schemas_are_what_is_exported() -> None:
    on_disk = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert on_disk == files(), "run `make synth`"


def test_a_kind_is_told_by_one_domain_and_says_of_what_it_is() -> None:
    kinds = [kind for events in told().values() for kind in events]
    assert len(kinds) == len(set(kinds))
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", kind) for kind in kinds)


def test_each_shape_has_a_version_and_no_names_but_those_of_the_wire() -> None:
    for domain, events in told().items():
        found = schema(domain, events)
        for shape in {shape.__name__ for shape in events.values()}:
            assert found["$defs"][shape]["properties"]["schema"] == {"type": "integer", "default": 1}
        for part in found["$defs"].values():
            assert all(re.fullmatch("[a-z][A-Za-z]*", name) for name in part.get("properties", ()))


def test_what_is_subscribed_to_is_told(api: Template) -> None:
    """Kinds of domains that tell nothing yet are nobody's."""
    known = {kind for events in told().values() for kind in events}
    tellers = {kind.partition(".")[0] for kind in known}
    for rule in of_type(api, "AWS::Events::Rule").values():
        for kind in rule.get("EventPattern", {}).get("detail-type", ()):
            assert kind in known or kind.partition(".")[0] not in tellers, kind


@pytest.mark.parametrize("status", PaymentStatus)
def test_what_payments_tell_is_as_their_schema_says(status: PaymentStatus) -> None:
    detail = msgspec.to_builtins(told_of(kept(standing(status))))
    shape = schema("payments", EVENTS)["$defs"]["PaymentTold"]
    assert list(shape["properties"]) == shape["required"] == [*detail, "id"], "it is always told whole"
    assert msgspec.convert(detail, PaymentTold) == told_of(kept(standing(status)))


def test_the_page_names_every_kind_and_every_field_of_what_is_told() -> None:
    page = Path(FOLDER.parent / "events.md").read_text(encoding="utf-8")
    for domain, events in told().items():
        shapes = schema(domain, events)["$defs"]
        names = {name for shape in events.values() for name in shapes[shape.__name__]["properties"]}
        assert [name for name in (*sorted(names), *events) if f"`{name}`" not in page] == []
