"""Webhooks come in by one route a provider, through a function and a queue that can do no more than that."""

import json

import pytest

from infra import domains
from infra.cost import lines
from infra.domains import Domain, Work
from infra.export import Template
from resolvers._kit.settings import Constant, Inbox, Table
from tests.infra.conftest import Synth
from tests.infra.templates import of_role, of_type, statements, text

TILL = Domain(
    name="till",
    resources={"TILL_TABLE": Table(name="till", write=True)},
    receiving={"INBOX_URL": Inbox(name="till", providers=("simulator", "bank")), "PATIENCE": Constant(value="300")},
)
POST = Domain(
    name="post",
    resources={"POST_TABLE": Table(name="post", stream=True)},
    receiving={"POST_INBOX_URL": Inbox(name="parcels", providers=("carrier",))},
)
QUIET = Domain(name="quiet", resources={"QUIET_TABLE": Table(name="quiet", stream=True)})
MAPPING = "AWS::Lambda::EventSourceMapping"


@pytest.fixture(scope="module")
def api(synth: Synth) -> Template:
    """Two domains that are told by providers, one of which has a stream too, and one that is not."""
    return synth([TILL, POST, QUIET])["SoukApi"]


def test_each_provider_has_its_own_route_to_its_domains_function_and_no_other_is_answered(api: Template) -> None:
    routes = {made["RouteKey"]: text(made["Target"]) for made in of_type(api, "AWS::ApiGatewayV2::Route").values()}
    assert routes == {
        "POST /webhooks/simulator": "integrations/${TillWebhooksIntegration}",
        "POST /webhooks/bank": "integrations/${TillWebhooksIntegration}",
        "POST /webhooks/carrier": "integrations/${PostWebhooksIntegration}",
    }
    integrations = of_type(api, "AWS::ApiGatewayV2::Integration")
    assert text(integrations["TillWebhooksIntegration"]["IntegrationUri"]) == "${TillWebhooksFunction.Arn}"
    assert {made["PayloadFormatVersion"] for made in integrations.values()} == {"2.0"}
    assert text(api["Outputs"]["WebhookUrl"]["Value"]) == "${Webhooks.ApiEndpoint}/webhooks"


def test_the_api_may_invoke_each_function_for_its_own_routes_alone(api: Template) -> None:
    leave = {
        text(made["SourceArn"]).split(":")[-1]: (made["Principal"], text(made["FunctionName"]))
        for made in of_type(api, "AWS::Lambda::Permission").values()
    }
    assert leave == {
        f"${{Webhooks}}/*/POST/webhooks/{provider}": ("apigateway.amazonaws.com", f"${{{domain}WebhooksFunction}}")
        for provider, domain in (("simulator", "Till"), ("bank", "Till"), ("carrier", "Post"))
    }


def test_what_comes_in_is_bounded_and_logged_without_its_content(api: Template) -> None:
    (stage,) = of_type(api, "AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert not {"body", "ip", "userAgent"} & set(line)


def test_the_function_that_receives_may_only_fill_its_queue(api: Template) -> None:
    function = api["Resources"]["TillWebhooksFunction"]["Properties"]
    assert function["Handler"] == "resolvers.till.webhooks.receive"
    assert function["Environment"]["Variables"] == {"INBOX_URL": {"Ref": "TillInbox"}, "PATIENCE": "300"}
    assert "VpcConfig" not in function
    granted = [each for each in of_role(api, "TillWebhooksFunctionRole") if each["Action"][0].startswith("sqs:")]
    assert granted == [
        {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": {"Fn::GetAtt": ["TillInbox", "Arn"]}}
    ]
    services = {action.split(":")[0] for each in of_role(api, "TillWebhooksFunctionRole") for action in each["Action"]}
    assert services == {"logs", "sqs", "xray"}


def test_an_integration_waits_for_the_function_to_end_and_less_than_the_api_may(api: Template) -> None:
    for made in of_type(api, "AWS::ApiGatewayV2::Integration").values():
        function = api["Resources"][made["IntegrationUri"]["Fn::GetAtt"][0]]["Properties"]
        most = 30_000  # API Gateway guide, "Quotas for configuring and running an HTTP API"
        assert function["Timeout"] * 1000 < made["TimeoutInMillis"] <= most


def test_the_reactions_take_from_the_queue_and_name_what_failed(api: Template) -> None:
    mapping = of_type(api, MAPPING)["TillInboxMessages"]
    assert text(mapping["FunctionName"]) == "${TillReactionsFunction}"
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["TillInbox", "Arn"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (taking,) = [each for each in of_role(api, "TillReactionsFunctionRole") if "sqs:ReceiveMessage" in each["Action"]]
    assert taking["Resource"] == {"Fn::GetAtt": ["TillInbox", "Arn"]}
    assert "sqs:SendMessage" not in taking["Action"]


def test_a_domain_hears_of_its_stream_and_of_its_queue_in_one_function(api: Template) -> None:
    heard = {name for name, made in of_type(api, MAPPING).items() if "Post" in text(made["FunctionName"])}
    assert heard == {"PostTableChanges", "ParcelsInboxMessages"}


def test_a_message_is_hidden_for_six_times_the_functions_time_and_set_aside_in_the_end(api: Template) -> None:
    for name in ("TillInbox", "ParcelsInbox"):
        queue = api["Resources"][name]["Properties"]
        assert queue["VisibilityTimeout"] == 6 * api["Resources"]["TillReactionsFunction"]["Properties"]["Timeout"]
        assert queue["RedrivePolicy"] == {
            "deadLetterTargetArn": {"Fn::GetAtt": ["LostMessages", "Arn"]}, "maxReceiveCount": 12,
        }  # fmt: skip
    waiting = of_type(api, "AWS::CloudWatch::Alarm")["LostMessagesWaitingAlarm"]
    assert waiting["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["LostMessages", "QueueName"]}}]


def test_every_queue_is_encrypted_and_spoken_to_by_tls_alone(api: Template) -> None:
    queues = of_type(api, "AWS::SQS::Queue")
    assert set(queues) == {"DeadLetters", "LostMessages", "ParcelsInbox", "TillInbox"}
    assert {made["SqsManagedSseEnabled"] for made in queues.values()} == {True}
    denied = {
        text(each["Resource"]): each["Condition"]
        for _, each in statements(api)
        if each["Effect"] == "Deny" and each["Action"] == "sqs:*"
    }
    assert denied == {f"${{{name}.Arn}}": {"Bool": {"aws:SecureTransport": "false"}} for name in queues}


def test_a_shop_without_webhooks_has_nothing_of_them(synth: Synth) -> None:
    api = synth([QUIET])["SoukApi"]
    assert not [made for made in api["Resources"].values() if made["Type"].startswith("AWS::ApiGateway")]
    assert set(of_type(api, "AWS::SQS::Queue")) == {"DeadLetters"}
    assert "WebhookUrl" not in api["Outputs"]


def test_a_queue_costs_what_lambda_looks_at_it_and_the_first_million_looks_are_free(api: Template) -> None:
    (mappings,) = [line for line in lines([api]) if line.kind == MAPPING]
    assert mappings.listed == pytest.approx(2 * 0.2628)
    assert mappings.due == pytest.approx(2 * 0.2628 - 0.40)


def test_a_provider_tells_one_domain() -> None:
    other = Domain(name="other", resources={}, receiving={"INBOX_URL": Inbox(name="other", providers=("bank",))})
    with pytest.raises(ValueError, match="other and till both declare POST /webhooks/bank"):
        domains._refuse_shared([TILL, other])


def test_only_who_is_told_by_providers_has_a_function_for_it() -> None:
    assert TILL.works == (Work.ANSWERS, Work.REACTIONS, Work.RECEIPTS)
    assert QUIET.works == (Work.ANSWERS, Work.REACTIONS)
