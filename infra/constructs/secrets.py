"""The domains' secrets: made with a key that nobody chose, completed by people, never read by a template."""

from collections.abc import Iterable
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.domains import Domain, logical, told_as

LETTERS: Final = 43
"""Of 62 that a generated key is made of: 256 bits, as many as the HMAC-SHA256 that it signs with."""


class Secrets:
    """One a declaration, kept when the stack goes; its ARN is an output."""

    def __init__(self, scope: Construct, *, domains: Iterable[Domain]) -> None:
        for secret in (secret for domain in domains for secret in domain.secrets):
            made = secretsmanager.CfnSecret(
                scope,
                logical(secret),
                description=f"Souk: keys of {secret.name}, as JSON",
                generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                    secret_string_template="{}",  # noqa: S106  # an empty document
                    generate_string_key=secret.generated,
                    exclude_punctuation=True,
                    password_length=LETTERS,
                ),
            )
            made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
            cdk.CfnOutput(scope, told_as(secret), value=made.ref)
