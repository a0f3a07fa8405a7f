"""The people: a Cognito user pool, the groups of those who run the shop, and the client that front ends use."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.domains import Domain, Work, function_name
from infra.policies import arn

GROUPS: Final = {
    "admin": "May do everything.",
    "finance": "Sees and corrects the books.",
    "staff": "Edits the catalogue, handles orders.",
}
"""In order of precedence; a shopper is in none."""
PASSWORD_LENGTH: Final = 12
"""OWASP ASVS 2.1.1 asks for twelve characters."""
ACCESS_MINUTES: Final = 15
"""AppSync asks nobody whether a token still holds, so it is short: who is disabled, or put out of a group, is out
within a quarter of an hour. Clients refresh it unseen; Cognito's own default is an hour, and the least five minutes."""
REFRESH_DAYS: Final = 30
"""Who has not come back for a month signs in again; Cognito's own default."""
TEMPORARY_DAYS: Final = 1
"""How long an invitation's password lives."""


class Users:
    """People sign in with their e-mail address; the pool outlives the stack.

    At the moments that ``domains`` declare it turns to their functions: by name, since they are deployed after it.
    """

    def __init__(self, scope: Construct, *, domains: Sequence[Domain]) -> None:
        pool = _pool(scope, {moment: domain.name for domain in domains for moment in domain.moments})
        for precedence, (group, duty) in enumerate(GROUPS.items(), start=1):
            cognito.CfnUserPoolGroup(
                scope,
                f"{group.title()}Group",
                group_name=group,
                description=duty,
                precedence=precedence,
                user_pool_id=pool.ref,
            )
        client = _client(scope, pool)
        cdk.CfnOutput(scope, "UserPoolId", value=pool.ref)
        cdk.CfnOutput(scope, "UserPoolClientId", value=client.ref)


def _pool(scope: Construct, moments: Mapping[str, str]) -> cognito.CfnUserPool:
    passwords = cognito.CfnUserPool.PasswordPolicyProperty(
        minimum_length=PASSWORD_LENGTH,
        require_lowercase=True,
        require_numbers=True,
        require_symbols=True,
        require_uppercase=True,
        temporary_password_validity_days=TEMPORARY_DAYS,
    )
    recovery = cognito.CfnUserPool.RecoveryOptionProperty(name="verified_email", priority=1)
    pool = cognito.CfnUserPool(
        scope,
        "UserPool",
        username_attributes=["email"],
        username_configuration=cognito.CfnUserPool.UsernameConfigurationProperty(case_sensitive=False),
        auto_verified_attributes=["email"],
        user_attribute_update_settings=cognito.CfnUserPool.UserAttributeUpdateSettingsProperty(
            attributes_require_verification_before_update=["email"]
        ),
        account_recovery_setting=cognito.CfnUserPool.AccountRecoverySettingProperty(recovery_mechanisms=[recovery]),
        policies=cognito.CfnUserPool.PoliciesProperty(password_policy=passwords),
        mfa_configuration="OPTIONAL",
        enabled_mfas=["SOFTWARE_TOKEN_MFA"],
        deletion_protection="ACTIVE",
    )
    for moment, domain in moments.items():
        function = arn("lambda", f"function:{function_name(domain, Work.TRIGGERS)}")
        pool.add_property_override(f"LambdaConfig.{moment}", function)
    pool.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return pool


def _client(scope: Construct, pool: cognito.CfnUserPool) -> cognito.CfnUserPoolClient:
    """A public client: no secret, and passwords never leave the device (SRP)."""
    client = cognito.CfnUserPoolClient(
        scope,
        "UserPoolClient",
        user_pool_id=pool.ref,
        generate_secret=False,
        explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        prevent_user_existence_errors="ENABLED",
        enable_token_revocation=True,
        supported_identity_providers=["COGNITO"],
        access_token_validity=ACCESS_MINUTES,
        id_token_validity=ACCESS_MINUTES,
        refresh_token_validity=REFRESH_DAYS,
        token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
            access_token="minutes",  # noqa: S106  # a unit of time
            id_token="minutes",  # noqa: S106  # a unit of time
            refresh_token="days",  # noqa: S106  # a unit of time
        ),
    )
    client.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return client
