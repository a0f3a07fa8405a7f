"""``amplify_outputs.json``: where the deployed shop is and how to sign in, in Amplify Gen 2's format (version 1.4)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

type Template = Mapping[str, Any]

NAME: Final = "amplify_outputs.json"


def compose(
    *, region: str, told: Mapping[str, str], templates: Mapping[str, Template], custom: Mapping[str, Any]
) -> dict[str, Any]:
    """The document; ``told`` are the outputs of both stacks, and the rest is read from what was deployed."""
    resources = {name: made for template in templates.values() for name, made in template["Resources"].items()}
    return {
        "version": "1.4",
        "auth": {
            "aws_region": region,
            "user_pool_id": told["UserPoolId"],
            "user_pool_client_id": told["UserPoolClientId"],
            **_sign_in(resources["UserPool"]["Properties"]),
            "groups": _groups(resources),
        },
        "data": {
            "url": told["GraphQlUrl"],
            "aws_region": region,
            "api_key": told["ApiKey"],
            **_ways_in(resources["Graph"]["Properties"]),
        },
        "custom": dict(custom),
    }


def _sign_in(pool: Template) -> dict[str, Any]:
    policy = pool["Policies"]["PasswordPolicy"]
    return {
        "username_attributes": pool["UsernameAttributes"],
        "standard_required_attributes": pool["UsernameAttributes"],
        "user_verification_types": pool["AutoVerifiedAttributes"],
        "unauthenticated_identities_enabled": False,
        "mfa_configuration": pool["MfaConfiguration"],
        "mfa_methods": ["TOTP"],
        "password_policy": {
            "min_length": policy["MinimumLength"],
            "require_lowercase": policy["RequireLowercase"],
            "require_uppercase": policy["RequireUppercase"],
            "require_numbers": policy["RequireNumbers"],
            "require_symbols": policy["RequireSymbols"],
        },
    }


def _groups(resources: Mapping[str, Template]) -> list[dict[str, dict[str, int]]]:
    groups = [made["Properties"] for made in resources.values() if made["Type"] == "AWS::Cognito::UserPoolGroup"]
    return [
        {group["GroupName"]: {"precedence": group["Precedence"]}}
        for group in sorted(groups, key=lambda group: int(group["Precedence"]))
    ]


def _ways_in(graph: Template) -> dict[str, Any]:
    more = [provider["AuthenticationType"] for provider in graph["AdditionalAuthenticationProviders"]]
    return {"default_authorization_type": graph["AuthenticationType"], "authorization_types": more}


def write(document: Mapping[str, Any], folder: Path) -> Path:
    """Put the document into the folder, whole or not at all."""
    file = folder / NAME
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
    return file
