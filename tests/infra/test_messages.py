"""What a shop tells others and is told: the bus, subscriptions, secrets and letters, each with exactly its grant."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.app import OUTSIDE
from infra.cost import lines
from infra.deploy import Deployment
from infra.domains import Domain, _refuse_shared
from infra.export import Template
from infra.stack import CannotDeploy
from resolvers._kit.settings import (
    Borrowed,
    Bus,
    Cache,
    Inbox,
    Mail,
    Schedule,
    Secret,
    Subscription,
    Table,
    Triggers,
    Users,
)
from tests.infra.conftest import Synth
from tests.infra.everything import KEYS, synthesized
from tests.infra.templates import listed, of_role, of_type, statements, text


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    return synthesized(str(tmp_path_factory.mktemp("cdk")))


@pytest.fixture(scope="module")
def data(shop: dict[str, Template]) -> Template:
    return shop["SoukData"]


@pytest.fixture(scope="module")
def api(shop: dict[str, Template]) -> Template:
    return shop["SoukApi"]


def granted(api: Template, role: str, service: str) -> list[tuple[list[str], str]]:
    """What a role may do with a service, and to what."""
    return [
        (listed(each["Action"]), text(each["Resource"]).split("AccountId}:")[-1])
        for each in of_role(api, role)
        if listed(each["Action"])[0].startswith(f"{service}:")
    ]


def variables(api: Template, function: str) -> dict[str, Any]:
    found: dict[str, Any] = api["Resources"][function]["Properties"]["Environment"]["Variables"]
    return found


def test_the_bus_is_one_and_kept_with_what_it_told(data: Template) -> None:
    assert [made["Name"] for made in of_type(data, "AWS::Events::EventBus").values()] == ["souk"]
    (archive,) = of_type(data, "AWS::Events::Archive").values()
    assert (text(archive["SourceArn"]), archive["RetentionDays"]) == ("${Bus.Arn}", 90)
    assert {data["Resources"][name]["DeletionPolicy"] for name in ("Bus", "BusArchive")} == {"Retain"}
    assert data["Outputs"]["BusName"]["Value"] == {"Ref": "Bus"}


def test_who_declares_the_bus_may_put_events_on_it_and_nobody_else(api: Template) -> None:
    for role in ("TillFunctionRole", "TillReactionsFunctionRole"):
        assert granted(api, role, "events") == [(["events:PutEvents"], "event-bus/${BusName}")]
    for role in ("TillWebhooksFunctionRole", "LettersFunctionRole", "LettersReactionsFunctionRole"):
        assert granted(api, role, "events") == []
    assert variables(api, "TillFunction")["BUS_NAME"] == {"Ref": "BusName"}


def test_a_subscription_is_a_rule_of_its_own_that_fills_its_own_queue(api: Template) -> None:
    rules = {made["Name"]: made for made in of_type(api, "AWS::Events::Rule").values()}
    assert {name: made["EventPattern"] for name, made in rules.items()} == {
        "souk-letters-paid": {"detail-type": ["order.placed", "order.paid"]},
        "souk-letters-late": {"detail-type": ["order.late"]},
    }
    assert {name: [text(target["Arn"]) for target in made["Targets"]] for name, made in rules.items()} == {
        "souk-letters-paid": ["${PaidSubscription.Arn}"],
        "souk-letters-late": ["${LateSubscription.Arn}"],
    }
    assert {text(made["EventBusName"]) for made in rules.values()} == {"${BusName}"}
    assert variables(api, "LettersReactionsFunction")["PAID"] == {"Fn::GetAtt": ["PaidSubscription", "Arn"]}


def filling(api: Template) -> dict[str, list[str]]:
    """By queue, the rules that may fill it."""
    return {
        text(each["Resource"]): [
            text(rule).split("AccountId}:")[-1] for rule in each["Condition"]["ArnEquals"]["aws:SourceArn"]
        ]
        for _, each in statements(api)
        if each.get("Principal") == {"Service": "events.amazonaws.com"}
    }


def test_exactly_its_rule_may_fill_a_queue_and_what_no_queue_takes_is_a_dead_letter(api: Template) -> None:
    paid, late = ("rule/${BusName}/souk-letters-paid", "rule/${BusName}/souk-letters-late")
    assert filling(api) == {
        "${PaidSubscription.Arn}": [paid], "${LateSubscription.Arn}": [late], "${DeadLetters.Arn}": [paid, late],
    }  # fmt: skip
    for rule in of_type(api, "AWS::Events::Rule").values():
        assert text(rule["Targets"][0]["DeadLetterConfig"]["Arn"]) == "${DeadLetters.Arn}"


def test_the_reactions_take_what_was_subscribed_to(api: Template) -> None:
    taken = {
        text(made["EventSourceArn"]): text(made["FunctionName"])
        for made in of_type(api, "AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" not in made
    }
    assert taken == {
        "${PaidSubscription.Arn}": "${LettersReactionsFunction}",
        "${LateSubscription.Arn}": "${LettersReactionsFunction}",
        "${TillInbox.Arn}": "${TillReactionsFunction}",
    }


def test_a_secret_is_made_with_a_key_that_nobody_chose_and_kept(data: Template) -> None:
    (made,) = of_type(data, "AWS::SecretsManager::Secret").values()
    assert "SecretString" not in made
    assert made["GenerateSecretString"] == {
        "SecretStringTemplate": "{}", "GenerateStringKey": "simulator", "ExcludePunctuation": True,
        "PasswordLength": 43,
    }  # fmt: skip
    assert data["Resources"]["TillSecret"]["DeletionPolicy"] == "Retain"


def test_exactly_those_that_declare_a_secret_may_read_it_and_it_is_in_no_variable(api: Template) -> None:
    for function in ("TillFunction", "TillReactionsFunction", "TillWebhooksFunction"):
        assert granted(api, f"{function}Role", "secretsmanager") == [
            (["secretsmanager:GetSecretValue"], "${TillKeysArn}")
        ]
        assert variables(api, function)["TILL_KEYS"] == {"Ref": "TillKeysArn"}
    assert granted(api, "LettersFunctionRole", "secretsmanager") == []


def test_letters_go_out_under_the_one_confirmed_address(data: Template, api: Template) -> None:
    (identity,) = of_type(data, "AWS::SES::EmailIdentity").values()
    assert identity["EmailIdentity"] == data["Outputs"]["MailSender"]["Value"] == {"Ref": "MailFrom"}
    assert granted(api, "LettersReactionsFunctionRole", "ses") == [(["ses:SendEmail"], "identity/${MailSender}")]
    assert granted(api, "TillFunctionRole", "ses") == granted(api, "LettersFunctionRole", "ses") == []
    assert variables(api, "LettersReactionsFunction")["SENDER"] == {"Ref": "MailSender"}


def test_exactly_the_named_things_may_be_done_to_users_of_the_one_pool(api: Template) -> None:
    assert granted(api, "LettersReactionsFunctionRole", "cognito-idp") == [
        (["cognito-idp:AdminDisableUser", "cognito-idp:AdminGetUser"], "userpool/${UserPoolId}")
    ]
    assert granted(api, "LettersFunctionRole", "cognito-idp") == granted(api, "TillFunctionRole", "cognito-idp") == []
    assert variables(api, "LettersReactionsFunction")["POOL"] == {"Ref": "UserPoolId"}


def test_the_pool_turns_to_the_function_of_who_declares_the_moment_and_may_invoke_no_other(
    data: Template, api: Template
) -> None:
    (pool,) = of_type(data, "AWS::Cognito::UserPool").values()
    asked = {moment: text(function).split("AccountId}:")[-1] for moment, function in pool["LambdaConfig"].items()}
    assert asked == dict.fromkeys(("PreSignUp", "PostConfirmation"), "function:souk-till-triggers")
    function = api["Resources"]["TillTriggersFunction"]["Properties"]
    assert (function["Handler"], function["Timeout"]) == ("resolvers.till.triggers.answer", 5)
    assert variables(api, "TillTriggersFunction") == {
        "TILL_TABLE": {"Ref": "TillTableName"}, "TRIGGERS": {"Ref": "UserPoolId"},
    }  # fmt: skip
    (let,) = [
        each
        for each in of_type(api, "AWS::Lambda::Permission").values()
        if each["Principal"] == "cognito-idp.amazonaws.com"
    ]
    assert let["FunctionName"] == {"Ref": "TillTriggersFunction"}
    assert text(let["SourceArn"]).endswith("userpool/${UserPoolId}")
    assert granted(api, "TillTriggersFunctionRole", "cognito-idp") == []


def test_a_moment_has_one_who_is_asked(synth: Synth) -> None:
    wanted = {"TRIGGERS": Triggers(moments=("PreSignUp",))}
    with pytest.raises(ValueError, match="both declare the user pool's PreSignUp"):
        _refuse_shared(tuple(Domain(name=name, resources={}, triggered=wanted) for name in ("one", "two")))
    with pytest.raises(ValueError, match="odd has Triggered without a moment"):
        synth([Domain(name="odd", resources={}, triggered={"KEYS": KEYS})])


def test_reactions_with_settings_of_their_own_have_those_alone_and_a_module_that_reads_them(api: Template) -> None:
    answers, reactions = (api["Resources"][f"Letters{work}Function"]["Properties"] for work in ("", "Reactions"))
    assert (answers["Handler"], reactions["Handler"]) == (
        "resolvers.letters.handler.answer", "resolvers.letters.reactor.react",
    )  # fmt: skip
    assert set(answers["Environment"]["Variables"]) == {"LETTERS_TABLE", "CACHE_URL"}
    assert set(reactions["Environment"]["Variables"]) == {"LETTERS_TABLE", "SENDER", "POOL", "PAID", "LATE"}
    assert ("VpcConfig" in answers, "VpcConfig" in reactions) == (True, False)
    (actions, table) = granted(api, "LettersReactionsFunctionRole", "dynamodb")[0]
    assert (table, "dynamodb:PutItem" in actions) == ("table/${LettersTableName}", True)


def test_everything_together_stays_within_the_months_budget(data: Template, api: Template) -> None:
    found = {line.kind: line for line in lines([data, api])}
    assert found["AWS::SecretsManager::Secret"].due == pytest.approx(0.40)
    assert found["AWS::Lambda::EventSourceMapping"].due == pytest.approx(3 * 0.2628 - 0.40)
    assert found["AWS::CloudWatch::Alarm"].due == 0
    more = {"AWS::SecretsManager::Secret", "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule"}
    without = 13.56  # dollars, of the rest of the shop: docs/decisions/0006-cloud.md
    assert without + sum(found[kind].due for kind in more) <= 15


@pytest.mark.parametrize(
    "outside", [Bus(), Mail(), KEYS, Users(actions=("AdminGetUser",))], ids=lambda each: type(each).__name__
)
def test_what_is_reached_over_the_internet_is_refused_inside_the_network(synth: Synth, outside: Bus) -> None:
    domain = Domain(name="inside", resources={"CACHE_URL": Cache(prefix="x"), "OUT": outside})
    with pytest.raises(ValueError, match=r"souk-inside uses the cache, whose network leads to no \['OUT'\]"):
        synth([domain])


TICK, WISH, INBOX = Schedule(minutes=1), Subscription(name="x", events=("y",)), Inbox(name="x", providers=("y",))
KEPT = Table(name="kept")


@pytest.mark.parametrize(
    "domain",
    [
        Domain(name="odd", resources={"ODD": INBOX}),
        Domain(name="odd", resources={"ODD": Triggers(moments=("PreSignUp",))}),
        Domain(name="odd", resources={}, receiving={"INBOX_URL": INBOX, "ODD": WISH}),
        Domain(name="odd", resources={}, receiving={"INBOX_URL": INBOX, "ODD": KEPT}),
        Domain(name="odd", resources={"ODD": TICK}, reacting={"WISH": WISH}),
        Domain(name="odd", resources={}, reacting={"ODD": KEPT, "WISH": WISH}),
    ],
)
def test_what_nobody_would_make_where_it_is_declared_is_refused(synth: Synth, domain: Domain) -> None:
    with pytest.raises(ValueError, match=r"odd declares \['ODD'\] in a class that cannot hold it"):
        synth([domain])


def test_who_receives_without_an_inbox_is_refused(synth: Synth) -> None:
    with pytest.raises(ValueError, match="odd has Receiving without an inbox"):
        synth([Domain(name="odd", resources={}, receiving={"KEYS": KEYS})])


def test_two_functions_of_a_domain_may_borrow_one_table_each_as_it_wishes(synth: Synth) -> None:
    owner = Domain(name="owner", resources={"KEPT_TABLE": KEPT})
    reader = Domain(
        name="reader",
        resources={"KEPT_TABLE": Borrowed(table="kept", write=True)},
        reacting={"KEPT_TABLE": Borrowed(table="kept"), "TICK": TICK},
    )
    api = synth([owner, reader])["SoukApi"]
    (writing,), (reading,) = (
        [set(actions) for actions, _ in granted(api, f"Reader{work}FunctionRole", "dynamodb")]
        for work in ("", "Reactions")
    )
    assert writing - reading == {f"dynamodb:{each}Item" for each in ("BatchWrite", "Delete", "Put", "Update")}


def test_the_door_of_the_network_is_for_whichever_function_is_inside(synth: Synth) -> None:
    sweeper = Domain(
        name="sweeper",
        resources={"KEPT_TABLE": KEPT},
        reacting={"KEPT_TABLE": Borrowed(table="kept", write=True), "CACHE_URL": Cache(prefix="x"), "TICK": TICK},
    )
    shop = synth([sweeper])
    (door,) = of_type(shop["SoukData"], "AWS::EC2::VPCEndpoint").values()
    (let,) = door["PolicyDocument"]["Statement"]
    assert "dynamodb:PutItem" in let["Action"]
    functions = of_type(shop["SoukApi"], "AWS::Lambda::Function")
    assert [name for name, made in functions.items() if "VpcConfig" in made] == ["SweeperReactionsFunction"]


def test_all_that_a_function_itself_calls_is_known_to_lead_out() -> None:
    assert {Bus, Inbox, Mail, Secret, Users} <= set(OUTSIDE)


def test_the_address_of_the_letters_must_be_said_once(session: Any, data: Template) -> None:
    asks = Deployment(session=session, look=0.02)
    with pytest.raises(CannotDeploy, match='make deploy ARGS="--mail-from ADDRESS"'):
        asks._given(data, {})
    assert asks._given(data, {"MailFrom": "old@example.com"}) == {"MailFrom": "old@example.com"}
    told = Deployment(session=session, mail_from="new@example.com")
    assert told._given(data, {"MailFrom": "old@example.com"}) == {"MailFrom": "new@example.com"}


def test_cfn_lint_finds_nothing_in_it(shop: dict[str, Template], tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in shop]
    for file, template in zip(files, shop.values(), strict=True):
        file.write_text(json.dumps(template))
    lint = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([lint, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
