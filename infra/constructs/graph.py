"""The graph: the AppSync API with its schema, its ways in, its limits and its log."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.parameters import Parameters
from infra.policies import allow, arn, document, trust

DEEPEST: Final = 20
"""Levels of a query. A listing with everything in it is some ten deep, the introspection that editors send fifteen."""
MOST_RESOLVERS: Final = 5_000
"""Of one request: a page of 100 products, each with ten variants and three fields of each answered by a function."""
LOG_DAYS: Final = 30
"""As long as the functions' logs, which it is read with."""


class Graph:
    """Signed-in users are the default way in, and denied unless a directive lets them (``DENY``): a field whose
    directive went missing is then closed, not open to every shopper.
    """

    def __init__(self, scope: Construct, *, parameters: Parameters, sdl: str) -> None:
        role = iam.CfnRole(scope, "GraphLogsRole", assume_role_policy_document=trust("appsync"))
        self.api = _api(scope, parameters.text("UserPoolId"), role)
        self.schema = appsync.CfnGraphQLSchema(scope, "GraphSchema", api_id=self.api.attr_api_id)
        # One line an element: a change of the schema then reads as one in the template too.
        self.schema.add_property_override("Definition", {"Fn::Join": ["\n", sdl.splitlines()]})
        _logs(scope, self.api, role)
        expires = parameters.number(
            "ApiKeyExpires", "When the key of the guests ends: seconds since 1970, a year at most"
        )
        key = appsync.CfnApiKey(
            scope,
            "GuestKey",
            api_id=self.api.attr_api_id,
            description="Guests: what anyone may see",
            expires=expires.value_as_number,
        )
        cdk.CfnOutput(scope, "GraphQlApiId", value=self.api.attr_api_id)
        cdk.CfnOutput(scope, "GraphQlUrl", value=self.api.attr_graph_ql_url)
        cdk.CfnOutput(scope, "ApiKey", value=key.attr_api_key)


def _api(scope: Construct, user_pool_id: str, logs_role: iam.CfnRole) -> appsync.CfnGraphQLApi:
    provider = appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty
    return appsync.CfnGraphQLApi(
        scope,
        "Graph",
        name="souk",
        authentication_type="AMAZON_COGNITO_USER_POOLS",
        user_pool_config=appsync.CfnGraphQLApi.UserPoolConfigProperty(
            user_pool_id=user_pool_id, aws_region=cdk.Aws.REGION, default_action="DENY"
        ),
        additional_authentication_providers=[
            provider(authentication_type="API_KEY"),
            provider(authentication_type="AWS_IAM"),
        ],
        query_depth_limit=DEEPEST,
        resolver_count_limit=MOST_RESOLVERS,
        xray_enabled=True,
        log_config=appsync.CfnGraphQLApi.LogConfigProperty(
            cloud_watch_logs_role_arn=logs_role.attr_arn, field_log_level="ERROR", exclude_verbose_content=True
        ),
    )


def _logs(scope: Construct, api: appsync.CfnGraphQLApi, role: iam.CfnRole) -> None:
    """AppSync writes to a group named after the API; made here, it has an end of retention."""
    group = f"/aws/appsync/apis/{api.attr_api_id}"
    logs.CfnLogGroup(scope, "GraphLogs", log_group_name=group, retention_in_days=LOG_DAYS)
    own_log = f"log-group:/aws/appsync/apis/${{{api.logical_id}.ApiId}}"
    iam.CfnPolicy(
        scope,
        "GraphLogsPolicy",
        policy_name="Logs",
        roles=[role.ref],
        policy_document=document(
            allow("logs", ("CreateLogGroup", "CreateLogStream", "PutLogEvents"), arn("logs", f"{own_log}:*"))
        ),
    )
