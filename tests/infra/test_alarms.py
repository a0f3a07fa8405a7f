"""What wakes somebody watches everything at once; which one it was is drawn."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from infra.cost import lines
from infra.domains import Domain, discover
from infra.export import Template
from resolvers._kit.settings import Cache, Graph, Schedule, Table
from resolvers._kit.telemetry import NAMESPACE
from tests.infra.conftest import Synth
from tests.infra.templates import of_type, text

ALARM = "AWS::CloudWatch::Alarm"


def domain(name: str) -> Domain:
    """One of everything that could ask for an alarm."""
    table = Table(name=name, stream=True, write=True)
    return Domain(
        name=name,
        resources={f"{name.upper()}_TABLE": table, "CACHE_URL": Cache(prefix=name)},
        publishing={"GRAPH_URL": Graph()},
    )


@pytest.fixture(scope="module")
def shops(synth: Synth) -> Sequence[dict[str, Template]]:
    """Shops of one, two and three domains."""
    domains = [domain(name) for name in ("goods", "sums", "tills")]
    return [synth(domains[: count + 1]) for count in range(3)]


def test_a_domain_more_is_no_alarm_more(shops: Sequence[dict[str, Template]]) -> None:
    alarms = [of_type(shop["SoukApi"], ALARM) for shop in shops]
    assert alarms[0] == alarms[1] == alarms[2]


def test_a_domain_more_costs_nothing_at_rest(shops: Sequence[dict[str, Template]]) -> None:
    budget = 15.0  # dollars: docs/decisions/0006-cloud.md
    months = [sum(line.due for line in lines(shop.values())) for shop in shops]
    assert len(set(months)) == 1
    assert months[0] <= budget


def test_each_alarm_tells_the_topic_when_it_starts_and_when_it_ends(api: Template) -> None:
    for alarm in of_type(api, ALARM).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize(
    ("name", "namespace", "metric"),
    [
        ("FaultsAlarm", NAMESPACE, "Faults"),
        ("ErrorsAlarm", "AWS/Lambda", "Errors"),
        ("ThrottlesAlarm", "AWS/Lambda", "Throttles"),
        ("LateAlarm", "AWS/Lambda", "IteratorAge"),
    ],
)
def test_what_every_function_can_do_wrong_is_watched_over_all_of_them(
    api: Template, name: str, namespace: str, metric: str
) -> None:
    alarm = of_type(api, ALARM)[name]
    assert (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
    assert "Dimensions" not in alarm


def of_streams(api: Template) -> list[dict[str, Any]]:
    """The mappings from tables' streams."""
    mappings = of_type(api, "AWS::Lambda::EventSourceMapping").values()
    return [each for each in mappings if "StartingPosition" in each]


def test_whatever_is_set_aside_by_any_function_is_seen_waiting(api: Template) -> None:
    queue = "DeadLetters"
    waiting = of_type(api, ALARM)["DeadLettersWaitingAlarm"]
    assert waiting["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]
    for mapping in of_streams(api):
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_the_graph_wakes_somebody_when_it_fails_and_when_it_is_slow(api: Template) -> None:
    own = [{"Name": "GraphQLAPIId", "Value": {"Fn::GetAtt": ["Graph", "ApiId"]}}]
    watched = {made["MetricName"] for made in of_type(api, ALARM).values() if made.get("Dimensions") == own}
    assert watched == {"5XXError", "Latency"}


def drawn(api: Template, title: str) -> Iterator[list[str]]:
    """The metrics of the dashboards' graph of that title."""
    return (
        metric for board in boards(api) for graph in board if graph["title"] == title for metric in graph["metrics"]
    )


def boards(api: Template) -> Iterator[list[Any]]:
    """The graphs of each dashboard."""
    for board in of_type(api, "AWS::CloudWatch::Dashboard").values():
        yield [widget["properties"] for widget in json.loads(text(board["DashboardBody"]))["widgets"]]


def test_the_dashboards_draw_every_alarm_by_domain_and_by_function(api: Template) -> None:
    assert sorted(drawn(api, "Faults")) == [[NAMESPACE, "Faults", "service", each.name] for each in discover()]
    every = {f"${{{name}}}" for name in of_type(api, "AWS::Lambda::Function")}
    for metric in ("Errors", "Throttles"):
        assert {each[-1] for each in drawn(api, metric)} == every
    hearing = {text(each["FunctionName"]) for each in of_streams(api)}
    assert {each[-1] for each in drawn(api, "Late")} == hearing
    assert all(list(drawn(api, name.removesuffix("Alarm"))) for name in of_type(api, ALARM))


def test_only_what_hears_of_a_stream_can_be_late(synth: Synth) -> None:
    brooms = Domain(name="brooms", resources={"SWEEP": Schedule(minutes=1)})
    api = synth([brooms, domain("goods")])["SoukApi"]
    assert "${BroomsReactionsFunction}" in {each[-1] for each in drawn(api, "Errors")}
    late = {each[-1] for each in drawn(api, "Late")}
    assert late == {"${GoodsReactionsFunction}", "${GoodsPublisherFunction}"}


def test_the_dashboards_stay_within_what_is_free(api: Template) -> None:
    most = 50  # metrics of each of the three free dashboards (CloudWatch pricing)
    drawn = [sum(len(graph["metrics"]) for graph in board) for board in boards(api)]
    assert len(drawn) <= 3
    assert all(0 < metrics <= most for metrics in drawn)
