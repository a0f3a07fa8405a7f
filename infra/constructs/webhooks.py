"""The way in for what cannot speak GraphQL: an HTTP API with one route for each provider that sends webhooks."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.functions import LOG_DAYS, SECONDS
from infra.domains import Domain, Work, pascal
from infra.policies import arn

RATE: Final = 100
BURST: Final = 200
"""Requests a second, lasting and at once: four times the checkouts of a busy hour, 25 a second. What is beyond is
answered 429 without a function, and providers send it again."""
LOGGED: Final = ("requestId", "requestTime", "routeKey", "status", "responseLength", "integrationErrorMessage")
"""Of each request; its content and where it came from are the provider's."""


class Webhooks:
    """Open to everybody, because each provider signs in a way of its own, which its function verifies.

    Another provider than those that are declared is answered 404 by the API itself.
    """

    def __init__(self, scope: Construct, *, functions: Mapping[str, tuple[Domain, lambda_.CfnFunction]]) -> None:
        api = http.CfnApi(scope, "Webhooks", name="souk-webhooks", protocol_type="HTTP")
        _stage(scope, api)
        for name, (domain, function) in functions.items():
            to = _integration(scope, f"{pascal(name)}Webhooks", api, function)
            for provider in (provider for inbox in domain.inboxes for provider in inbox.providers):
                _route(scope, api, provider, to, function)
        cdk.CfnOutput(scope, "WebhookUrl", value=f"{api.attr_api_endpoint}/webhooks")


def _stage(scope: Construct, api: http.CfnApi) -> None:
    group = logs.CfnLogGroup(
        scope, "WebhooksLogs", log_group_name="/aws/apigateway/souk-webhooks", retention_in_days=LOG_DAYS
    )
    line = ",".join(f'"{name}":"$context.{name}"' for name in LOGGED)
    http.CfnStage(
        scope,
        "WebhooksStage",
        api_id=api.ref,
        stage_name="$default",
        auto_deploy=True,
        default_route_settings=http.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=RATE, throttling_burst_limit=BURST
        ),
        access_log_settings=http.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.attr_arn, format=f"{{{line}}}"
        ),
    )


def _integration(scope: Construct, name: str, api: http.CfnApi, function: lambda_.CfnFunction) -> http.CfnIntegration:
    return http.CfnIntegration(
        scope,
        f"{name}Integration",
        api_id=api.ref,
        integration_type="AWS_PROXY",
        integration_uri=function.attr_arn,
        payload_format_version="2.0",
        timeout_in_millis=(SECONDS[Work.RECEIPTS] + 1) * 1000,
    )


def _route(
    scope: Construct, api: http.CfnApi, provider: str, to: http.CfnIntegration, function: lambda_.CfnFunction
) -> None:
    name, path = f"{pascal(provider)}Webhook", f"POST /webhooks/{provider}"
    http.CfnRoute(scope, f"{name}Route", api_id=api.ref, route_key=path, target=f"integrations/{to.ref}")
    lambda_.CfnPermission(
        scope,
        f"{name}Permission",
        action="lambda:InvokeFunction",
        function_name=function.ref,
        principal="apigateway.amazonaws.com",
        source_arn=cdk.Token.as_string(arn("execute-api", f"${{Webhooks}}/*/POST/webhooks/{provider}")),
    )
