"""The front door: each edge of AppSync and of Powertools that an answer would trip over is met here."""

import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.appsync import AppSyncResolver

from resolvers._kit.app import AlreadyAnswered, App
from resolvers._kit.asks import Asks
from resolvers._kit.callers import Admin, Anyone, Caller, Publisher, Shopper, Staff, UnauthorizedException, caller_of
from resolvers._kit.faults import BadRequest, InternalFault
from resolvers._kit.telemetry import NAMESPACE, Telemetry
from resolvers._kit.wire import Hidden

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
SERVICES = count()
REQUEST_ID = "7f6f9a2c-0000-4000-8000-000000000001"


class Context:
    aws_request_id = REQUEST_ID


class Colour(Enum):
    DEEP_RED = "DEEP_RED"


@dataclass(frozen=True)
class NestedInput:
    paper_size: int
    colours: tuple[Colour, ...] = ()


@dataclass(frozen=True)
class Sheet:
    id: str
    paper_size: int
    secret_note: Hidden[str]


@dataclass(frozen=True, kw_only=True)
class SheetParent:
    id: str


def event(
    field: str, arguments: dict[str, Any] | None = None, *, identity: Any = None, source: Any = None
) -> dict[str, Any]:
    kind, name = field.split(".")
    return {
        "arguments": arguments or {},
        "identity": identity,
        "source": source,
        "request": {"headers": {}, "domainName": None},
        "prev": None,
        "info": {
            "selectionSetList": [],
            "selectionSetGraphQL": "{}",
            "parentTypeName": kind,
            "fieldName": name,
            "variables": {},
        },
        "stash": {},
    }


def user(*groups: str) -> dict[str, Any]:
    return {"sub": "u-1", "username": "u", "claims": {}, "groups": list(groups) or None, "sourceIp": ["1.1.1.1"]}


@pytest.fixture
def app() -> App[str]:
    return App("paper")


def serve(app: App[str]) -> Any:
    # Powertools keeps one logger a service for the process, with the output stream of its first use.
    return app.serve("the shop", Telemetry(f"paper-{next(SERVICES)}"))


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_arguments_arrive_in_snake_case_and_typed(app: App[str]) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone, *, paper_input: NestedInput, how_many: int | None = None) -> str:
        return f"{shop} {paper_input} {how_many}"

    handler = serve(app)
    got = handler(event("Query.sheet", {"paperInput": {"paperSize": 4, "colours": ["DEEP_RED"]}}), Context())
    assert got == f"the shop {NestedInput(4, (Colour.DEEP_RED,))} None"


def test_bare_powertools_cannot_call_a_snake_case_function() -> None:
    bare: Any = AppSyncResolver
    bare = bare()

    @bare.resolver(type_name="Query", field_name="sheet")
    def sheet(paper_size: int) -> int:
        return paper_size

    with pytest.raises(TypeError, match="paperSize"):
        bare.resolve(event("Query.sheet", {"paperSize": 4}), Context())


def test_results_leave_in_camel_case_with_their_type_and_their_hidden_fields(app: App[str]) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone) -> Sheet:
        return Sheet("s1", 4, "for child fields only")

    assert serve(app)(event("Query.sheet"), Context()) == {
        "__typename": "Sheet",
        "id": "s1",
        "paperSize": 4,
        "secretNote": "for child fields only",
    }


def test_a_field_cannot_be_answered_twice(app: App[str]) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone) -> int:
        return 1

    with pytest.raises(AlreadyAnswered, match=r"Query\.sheet is answered by .*sheet already"):
        app.field("Query.sheet")(sheet)


@pytest.mark.parametrize(
    ("identity", "welcome"),
    [
        (None, False),
        (user(), False),
        (user("finance"), False),
        (user("staff"), True),
        (user("finance", "admin"), True),
        ({"userArn": "arn:aws:iam::1:role/x"}, False),
    ],
)
def test_the_caller_is_checked_again_behind_appsync(app: App[str], identity: Any, welcome: bool) -> None:
    calls: list[Staff] = []

    @app.field("Mutation.sheetTear")
    def sheet_tear(shop: str, caller: Staff) -> int:
        calls.append(caller)
        return 1

    if welcome:
        assert serve(app)(event("Mutation.sheetTear", identity=identity), Context()) == 1
        assert [caller.sub for caller in calls] == ["u-1"]
    else:
        with pytest.raises(UnauthorizedException):
            serve(app)(event("Mutation.sheetTear", identity=identity), Context())
        assert calls == []


@pytest.mark.parametrize(
    ("wanted", "welcome"), [(Publisher, True), (Anyone, True), (Shopper, False), (Staff, False), (Admin, False)]
)
def test_a_function_publishes_and_sees_below_what_a_guest_sees(wanted: type[Caller], welcome: bool) -> None:
    arn = "arn:aws:sts::1:assumed-role/publisher/x"
    identity: dict[str, Any] = {"userArn": arn, "sub": "u-1", "groups": ["admin"]}
    if not welcome:
        with pytest.raises(UnauthorizedException):
            caller_of(identity, wanted)
    elif wanted is Publisher:
        assert caller_of(identity, wanted) == Publisher(arn)
    else:
        assert caller_of(identity, wanted) == Anyone(None, frozenset())


def batch_app(app: App[str], asked: list[tuple[list[str], int]]) -> Any:
    @app.batch("Book.sheets")
    def book_sheets(shop: str, caller: Anyone, parents: Sequence[SheetParent], *, first: int = 1) -> list[str]:
        asked.append(([parent.id for parent in parents], first))
        return [f"{parent.id}:{first}" for parent in parents]

    return serve(app)


def test_a_batch_answers_every_parent_in_order_wrapped_for_direct_resolvers(app: App[str]) -> None:
    asked: list[tuple[list[str], int]] = []
    events = [event("Book.sheets", source={"id": name, "extra": 1}) for name in "cab"]
    assert batch_app(app, asked)(events, Context()) == [{"data": "c:1"}, {"data": "a:1"}, {"data": "b:1"}]
    assert asked == [(["c", "a", "b"], 1)]


def test_aliases_with_other_arguments_in_one_batch_are_kept_apart(app: App[str]) -> None:
    asked: list[tuple[list[str], int]] = []
    events = [event("Book.sheets", {"first": n}, source={"id": name}) for name, n in (("a", 1), ("a", 2), ("b", 1))]
    assert batch_app(app, asked)(events, Context()) == [{"data": "a:1"}, {"data": "a:2"}, {"data": "b:1"}]
    assert asked == [(["a", "b"], 1), (["a"], 2)]


def test_a_batch_of_one_is_still_a_list(app: App[str]) -> None:
    assert batch_app(app, [])([event("Book.sheets", source={"id": "a"})], Context()) == [{"data": "a:1"}]


def test_a_short_batch_is_an_error_at_each_parent_and_no_silent_null(
    app: App[str], capsys: pytest.CaptureFixture[str]
) -> None:
    @app.batch("Book.sheets")
    def book_sheets(shop: str, caller: Anyone, parents: Sequence[SheetParent]) -> list[str]:
        return ["only one"]

    got = serve(app)([event("Book.sheets", source={"id": name}) for name in "ab"], Context())
    assert [(one["data"], one["errorType"]) for one in got] == [(None, "InternalFault")] * 2
    assert any("asked for 2 results and gave 1" in line.get("exception", "") for line in logged(capsys))


def test_one_parents_refusal_leaves_the_others_answered(app: App[str]) -> None:
    @app.batch("Book.sheets")
    def book_sheets(shop: str, caller: Anyone, parents: Sequence[SheetParent]) -> list[str | BadRequest]:
        return [BadRequest("torn") if parent.id == "a" else parent.id for parent in parents]

    got = serve(app)([event("Book.sheets", source={"id": name}) for name in "ab"], Context())
    assert got == [{"data": None, "errorType": "BadRequest", "errorMessage": "torn"}, {"data": "b"}]


def test_a_failing_group_leaves_other_groups_answered(app: App[str]) -> None:
    @app.batch("Book.sheets")
    def book_sheets(shop: str, caller: Anyone, parents: Sequence[SheetParent], *, first: int) -> list[str]:
        if first == 2:
            raise ZeroDivisionError
        return [parent.id for parent in parents]

    events = [event("Book.sheets", {"first": n}, source={"id": "a"}) for n in (1, 2)]
    got = serve(app)(events, Context())
    assert got[0] == {"data": "a"}
    assert got[1]["errorType"] == "InternalFault"


def test_a_fault_is_masked_and_logged_once_with_its_request_id(
    app: App[str], capsys: pytest.CaptureFixture[str]
) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone) -> int:
        raise RuntimeError("the password is hunter2")

    with pytest.raises(InternalFault) as shown:
        serve(app)(event("Query.sheet"), Context())
    assert "hunter2" not in str(shown.value)
    assert REQUEST_ID in str(shown.value)
    assert shown.value.__cause__ is None
    assert shown.value.__suppress_context__
    faults = [line for line in logged(capsys) if line.get("level") == "ERROR"]
    assert [(line["request_id"], line["field"]) for line in faults] == [(REQUEST_ID, "Query.sheet")]
    assert "hunter2" in faults[0]["exception"]


def test_a_fault_counts_for_its_service_and_for_all_services_together(
    app: App[str], capsys: pytest.CaptureFixture[str]
) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone) -> int:
        raise RuntimeError

    with pytest.raises(InternalFault):
        serve(app)(event("Query.sheet"), Context())
    (fault,) = [line for line in logged(capsys) if line.get("level") == "ERROR"]
    (counted,) = fault["_aws"]["CloudWatchMetrics"]
    assert counted == {
        "Namespace": NAMESPACE, "Dimensions": [["service"], []], "Metrics": [{"Name": "Faults", "Unit": "Count"}]
    }  # fmt: skip
    assert (fault["service"][:6], fault["Faults"]) == ("paper-", 1)
    assert 0 <= time.time() * 1000 - fault["_aws"]["Timestamp"] < 60_000


def test_a_bad_request_is_shown_as_it_is_and_is_no_fault(app: App[str], capsys: pytest.CaptureFixture[str]) -> None:
    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone) -> int:
        raise BadRequest("give either slug or id")

    with pytest.raises(BadRequest, match=r"^give either slug or id$"):
        serve(app)(event("Query.sheet"), Context())
    assert [line for line in logged(capsys) if line.get("level") == "ERROR"] == []


def test_nothing_of_a_failed_request_is_seen_by_the_next(app: App[str]) -> None:
    seen: list[Anyone] = []

    @app.field("Query.sheet")
    def sheet(shop: str, caller: Anyone, *, fail: bool) -> str:
        seen.append(caller)
        if fail:
            raise RuntimeError
        return "fine"

    handler = serve(app)
    with pytest.raises(InternalFault):
        handler(event("Query.sheet", {"fail": True}, identity=user("admin")), Context())
    assert handler(event("Query.sheet", {"fail": False}), Context()) == "fine"
    assert [(caller.sub, caller.groups) for caller in seen] == [("u-1", frozenset({"admin"})), (None, frozenset())]


def test_an_invocation_writes_one_line_with_its_metrics(app: App[str], capsys: pytest.CaptureFixture[str]) -> None:
    batch_app(app, [])([event("Book.sheets", source={"id": name}) for name in "abc"], Context())
    (line,) = logged(capsys)
    assert line["field"] == "Book.sheets"
    assert line["request_id"] == REQUEST_ID
    assert line["Answers"] == [3.0]
    assert line["service"].startswith("paper-")
    metrics = line["_aws"]["CloudWatchMetrics"][0]
    assert metrics["Namespace"] == "Souk"
    assert {metric["Name"] for metric in metrics["Metrics"]} == {"Answers", "Duration"}


def test_an_answer_is_a_subsegment_of_its_trace(app: App[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{daemon.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={ROOT};Parent={PARENT};Sampled=1")
        batch_app(app, [])([event("Book.sheets", source={"id": "a"})], Context())
        header, document = daemon.recv(65_536).split(b"\n", 1)
    sent = json.loads(document)
    assert json.loads(header) == {"format": "json", "version": 1}
    assert (sent["name"], sent["type"], sent["fault"]) == ("Book.sheets", "subsegment", False)
    assert (sent["trace_id"], sent["parent_id"]) == (ROOT, PARENT)


@pytest.mark.parametrize(
    ("paths", "below", "within"),
    [
        ({"id", "lines/id"}, "", True),
        ({"id", "other"}, "", False),
        ({"cart/id", "cart/lines/other", "other"}, "cart", True),
        ({"cart/other"}, "cart", False),
        (set(), "", True),
    ],
)
def test_what_is_asked_for_is_known_by_its_first_names(paths: set[str], below: str, *, within: bool) -> None:
    assert Asks(frozenset(paths)).within({"id", "lines"}, below) is within


def test_an_answer_that_wants_to_know_is_told_what_is_asked_for() -> None:
    app = App[str]("notes")

    @app.field("Query.note")
    def note(source: str, caller: Anyone, *, id: str, asks: Asks) -> str:  # noqa: A002  # the schema's name
        return f"{id} {sorted(asks.paths)}"

    sent = event("Query.note", {"id": "n1"})
    sent["info"]["selectionSetList"] = ["id", "author/name"]
    assert set(app.fields["Query.note"].arguments) == {"id"}
    assert app.serve("", Telemetry("notes"))(sent, Context()) == "n1 ['author/name', 'id']"
