"""A domain's function that the user pool turns to when something happens in a user's life."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.functions import Functions
from infra.domains import Work, pascal
from infra.policies import arn


class Triggers:
    """The function, and that this very pool may invoke it; that it does is the pool's own setting (users.py)."""

    def __init__(self, scope: Construct, *, functions: Functions) -> None:
        self.function = functions.made(Work.TRIGGERS)
        lambda_.CfnPermission(
            scope,
            f"{pascal(functions.domain.name)}TriggersPermission",
            action="lambda:InvokeFunction",
            function_name=self.function.ref,
            principal="cognito-idp.amazonaws.com",
            source_account=cdk.Aws.ACCOUNT_ID,
            source_arn=cdk.Token.as_string(arn("cognito-idp", "userpool/${UserPoolId}")),
        )
