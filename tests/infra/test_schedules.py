"""A domain's reactions run on its schedules, by rules that may invoke them and nothing else."""

import pytest

from infra.cost import lines
from infra.domains import Domain
from infra.export import Template
from resolvers._kit.settings import Schedule, Table
from tests.infra.conftest import Synth
from tests.infra.templates import of_role, of_type, text

RULE = "AWS::Events::Rule"
PERMISSION = "AWS::Lambda::Permission"


@pytest.fixture(scope="module")
def api(synth: Synth) -> Template:
    """A domain that only sweeps, one that also hears of a stream and counts each night, one without a schedule."""
    return synth(
        [
            Domain(name="brooms", resources={"SWEEP": Schedule(minutes=1)}),
            Domain(
                name="sums",
                resources={
                    "SUMS_TABLE": Table(name="sums", stream=True),
                    "STOCK_TAKING": Schedule(minutes=1440),
                    "LOOK": Schedule(minutes=15),
                },
            ),
            Domain(name="goods", resources={"GOODS_TABLE": Table(name="goods", stream=True)}),
        ]
    )["SoukApi"]


def test_each_schedule_is_a_rule_of_its_own_that_invokes_the_reactions(api: Template) -> None:
    rules = {made["Name"]: made for made in of_type(api, RULE).values()}
    assert {name: made["ScheduleExpression"] for name, made in rules.items()} == {
        "souk-brooms-sweep": "rate(1 minute)",
        "souk-sums-stock_taking": "rate(1440 minutes)",
        "souk-sums-look": "rate(15 minutes)",
    }
    targets = {name: [text(target["Arn"]) for target in made["Targets"]] for name, made in rules.items()}
    assert targets == {
        "souk-brooms-sweep": ["${BroomsReactionsFunction.Arn}"],
        "souk-sums-stock_taking": ["${SumsReactionsFunction.Arn}"],
        "souk-sums-look": ["${SumsReactionsFunction.Arn}"],
    }


def test_exactly_the_rule_may_invoke_exactly_its_target(api: Template) -> None:
    given = {
        text(made["SourceArn"]): (made["Action"], made["Principal"], text(made["FunctionName"]))
        for made in of_type(api, PERMISSION).values()
    }
    assert given == {
        f"${{{name}.Arn}}": (
            "lambda:InvokeFunction", "events.amazonaws.com", text(rule["Targets"][0]["Arn"]).replace(".Arn", "")
        )
        for name, rule in of_type(api, RULE).items()
    }  # fmt: skip


def test_what_fails_is_tried_again_until_the_next_time_is_due_and_no_longer(api: Template) -> None:
    kept = {
        made["Name"]: made["Targets"][0]["RetryPolicy"]["MaximumEventAgeInSeconds"]
        for made in of_type(api, RULE).values()
    }
    six_hours = 21_600
    assert kept == {"souk-brooms-sweep": 60, "souk-sums-stock_taking": six_hours, "souk-sums-look": 900}
    config = {
        text(made["FunctionName"]): made["MaximumEventAgeInSeconds"]
        for made in of_type(api, "AWS::Lambda::EventInvokeConfig").values()
    }
    assert config == {"${BroomsReactionsFunction}": 60, "${SumsReactionsFunction}": 900}


def test_a_domain_that_only_has_a_schedule_has_reactions_that_hear_of_no_stream(api: Template) -> None:
    functions = of_type(api, "AWS::Lambda::Function")
    assert functions["BroomsReactionsFunction"]["Handler"] == "resolvers.brooms.handler.react"
    assert functions["BroomsReactionsFunction"]["Environment"]["Variables"] == {"SWEEP": "rate(1 minute)"}
    mapped = {text(made["FunctionName"]) for made in of_type(api, "AWS::Lambda::EventSourceMapping").values()}
    assert mapped == {"${SumsReactionsFunction}", "${GoodsReactionsFunction}"}
    services = {
        action.split(":")[0] for each in of_role(api, "BroomsReactionsFunctionRole") for action in each["Action"]
    }
    assert services == {"logs", "xray"}


def test_a_domain_without_a_schedule_has_nothing_of_it(synth: Synth) -> None:
    api = synth([Domain(name="goods", resources={"GOODS_TABLE": Table(name="goods", stream=True)})])["SoukApi"]
    kinds = {made["Type"] for made in api["Resources"].values()}
    assert not {RULE, PERMISSION, "AWS::Lambda::EventInvokeConfig"} & kinds


def test_a_sweep_each_minute_is_a_cost_at_rest(api: Template) -> None:
    rules = {name: made for name, made in api["Resources"].items() if made["Type"] == RULE}
    (each_minute,) = lines([{"Resources": {"Rule": rules["BroomsSweepRule"]}}])
    assert each_minute.due == pytest.approx(0.43, abs=0.005)  # dollars: docs/decisions/0006-cloud.md
    (quarterly,) = lines([{"Resources": {"Rule": rules["SumsLookRule"]}}])
    assert quarterly.due == pytest.approx(each_minute.due / 15)


def test_a_schedule_shorter_than_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="a schedule of 0 minutes: EventBridge knows none shorter than one"):
        Schedule(minutes=0)
