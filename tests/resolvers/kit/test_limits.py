"""A caller is counted before the answer runs, as who it is, and is told when to come back."""

import itertools
import json
from typing import Any

import pytest
from msgspec import Struct

from domain.errors import UserError
from domain.rates import Rate
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Shopper, Staff, address_of, caller_of
from resolvers._kit.limits import Limit
from resolvers._kit.telemetry import Telemetry

RATE = Rate(most=2, seconds=60)
EDGE = "130.176.27.160"
SERVICES = itertools.count()


class Context:
    aws_request_id = "7f6f9a2c-0000-4000-8000-000000000002"


class SheetPayload(Struct, frozen=True, kw_only=True):
    sheet: str | None = None
    user_errors: tuple[UserError, ...] = ()


class Desk(Struct, frozen=True, kw_only=True):
    """Counts as Valkey does, but on paper, and never forgets."""

    torn: list[str]
    asked: list[tuple[str, str | None, Rate]]

    def wait(self, name: str, who: str | None, rate: Rate) -> int:
        self.asked.append((name, who, rate))
        return 0 if self.asked.count((name, who, rate)) <= rate.most else 7


def tearing(desk: Desk) -> Limit:
    return Limit(name="tear", rate=RATE, wait=desk.wait)


@pytest.fixture
def desk() -> Desk:
    return Desk(torn=[], asked=[])


@pytest.fixture
def handler(desk: Desk) -> Any:
    app = App[Desk]("paper")

    @app.field("Mutation.sheetTear", limit=tearing)
    def sheet_tear(desk: Desk, caller: Anyone, *, id: str) -> SheetPayload:  # noqa: A002  # the schema's word
        desk.torn.append(id)
        return SheetPayload(sheet=id)

    @app.field("Mutation.sheetBurn", limit=tearing)
    def sheet_burn(desk: Desk, caller: Staff) -> SheetPayload:
        return SheetPayload()

    # Powertools keeps one logger a service for the process, with the output stream of its first use.
    return app.serve(desk, Telemetry(f"limits-{next(SERVICES)}"))


def event(field: str = "sheetTear", *, identity: Any = None, forwarded: Any = f"203.0.113.9, {EDGE}") -> dict[str, Any]:
    return {
        "arguments": {"id": "s1"} if field == "sheetTear" else {},
        "identity": identity,
        "source": None,
        "request": {"headers": {} if forwarded is None else {"x-forwarded-for": forwarded}, "domainName": None},
        "prev": None,
        "info": {"parentTypeName": "Mutation", "fieldName": field, "selectionSetList": [], "variables": {}},
        "stash": {},
    }


def user(sub: str, *groups: str) -> dict[str, Any]:
    return {"sub": sub, "username": sub, "claims": {}, "groups": list(groups) or None, "sourceIp": ["203.0.113.9"]}


def test_who_asks_too_often_gets_the_fields_own_payload_and_nothing_happens(handler: Any, desk: Desk) -> None:
    got = [handler(event(), Context()) for _ in range(4)]
    assert [one["sheet"] for one in got] == ["s1", "s1", None, None]
    assert desk.torn == ["s1", "s1"]
    assert got[2] == {
        "__typename": "SheetPayload",
        "sheet": None,
        "userErrors": [
            {
                "__typename": "ThrottledError",
                "code": "THROTTLED",
                "message": "too many requests at once: try again in 7 seconds",
                "field": None,
                "retryAfterSeconds": 7,
            }
        ],
    }


def test_one_second_is_no_plural() -> None:
    refusal = Limit(name="x", rate=RATE, wait=lambda *_: 1).refusal(Anyone("u", frozenset()))
    assert refusal is not None
    assert refusal.message == "too many requests at once: try again in 1 second"


def test_a_user_is_counted_wherever_from_and_others_of_one_address_are_not(handler: Any, desk: Desk) -> None:
    for address in ("203.0.113.9", "198.51.100.1"):
        handler(event(identity=user("u-1"), forwarded=f"{address}, {EDGE}"), Context())
    handler(event(identity=user("u-2")), Context())
    handler(event(), Context())
    assert [who for _, who, _ in desk.asked] == ["u-1", "u-1", "u-2", "203.0.113.9"]


def test_fields_with_one_limit_share_it(handler: Any) -> None:
    staff = user("u-1", "staff")
    for field in ("sheetTear", "sheetBurn"):
        assert handler(event(field, identity=staff), Context())["userErrors"] == []
    assert [one["code"] for one in handler(event("sheetBurn", identity=staff), Context())["userErrors"]] == [
        "THROTTLED"
    ]


def test_who_is_not_welcome_is_not_counted(handler: Any, desk: Desk) -> None:
    with pytest.raises(Exception, match="this is for Staff"):
        handler(event("sheetBurn", identity=user("u-1")), Context())
    assert desk.asked == []


def test_a_refusal_is_counted_among_the_metrics(handler: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        handler(event(), Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [line.get("Throttled") for line in lines] == [None, None, [1.0]]


@pytest.mark.parametrize(
    ("forwarded", "who"),
    [
        (f"203.0.113.9, {EDGE}", "203.0.113.9"),
        (f"1.1.1.1, 203.0.113.9, {EDGE}", "203.0.113.9"),
        (f"{'1.1.1.1, ' * 1000}203.0.113.9,{EDGE}", "203.0.113.9"),
        (["1.1.1.1", f"203.0.113.9, {EDGE}"], "203.0.113.9"),
        (f"<script>, '; drop table, 203.0.113.9, {EDGE}", "203.0.113.9"),
        ("203.0.113.9", "203.0.113.9"),
        (f"2001:db8:1:2:3:4:5:6, {EDGE}", "2001:0db8:0001:0002::/64"),
        (f"2001:db8:1:2::9, {EDGE}", "2001:0db8:0001:0002::/64"),
        (f"::ffff:203.0.113.9, {EDGE}", "203.0.113.9"),
        (f"unknown, {EDGE}", None),
        (f", {EDGE}", None),
        ("", None),
        (None, None),
    ],
)
def test_a_guest_is_counted_by_the_line_that_the_edge_saw_whatever_the_guest_says(
    handler: Any, desk: Desk, forwarded: Any, who: str | None
) -> None:
    handler(event(forwarded=forwarded), Context())
    assert [asked for _, asked, _ in desk.asked] == [who]


@pytest.mark.parametrize("wanted", [Anyone, Shopper, Staff])
def test_every_kind_of_caller_knows_its_address(wanted: type[Anyone]) -> None:
    headers = {"x-forwarded-for": f"1.1.1.1, 203.0.113.9, {EDGE}"}
    caller = caller_of(user("u-1", "staff"), wanted, headers)
    assert isinstance(caller, wanted)
    assert caller.address == address_of(headers) == "203.0.113.9"


def test_who_is_signed_in_has_the_rate_of_users_and_a_guest_the_other() -> None:
    desk, wider = Desk(torn=[], asked=[]), Rate(most=9, seconds=60)
    limit = Limit(name="tear", rate=RATE, wait=desk.wait, of_users=wider)
    for caller in (Anyone("u-1", frozenset()), Anyone(None, frozenset(), "203.0.113.9")):
        limit.refusal(caller)
    assert [rate for _, _, rate in desk.asked] == [wider, RATE]
