"""``amplify_outputs.json`` of the laptop: what the cloud's says, and how the demo users sign in."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from infra import outputs
from local.aws import REGION
from local.deploy import Deployed
from local.people import Person
from local.rewrite import Template

NAME: Final = outputs.NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the running system is; ``ca_file`` is the certificate to trust at ``tls``."""

    http: str
    tls: str
    ca_file: Path
    endpoint: str


def compose(
    deployed: Deployed, templates: Mapping[str, Template], people: Sequence[Person], addresses: Addresses
) -> dict[str, Any]:
    """The document, as for the cloud.

    ``data.url`` is what Amplify uses, which opens no socket without TLS; ``custom`` has the plain addresses, for
    programs that need not be taught whom to trust.
    """
    return outputs.compose(
        region=REGION,
        told={
            "UserPoolId": deployed.user_pool_id,
            "UserPoolClientId": deployed.client_id,
            "GraphQlUrl": f"{addresses.tls}/graphql",
            "ApiKey": deployed.api_key,
        },
        templates=templates,
        custom={
            "http_url": f"{addresses.http}/graphql",
            "realtime_url": f"{addresses.http.replace('http', 'ws', 1)}/graphql/realtime",
            "aws_endpoint_url": addresses.endpoint,
            "ca_file": str(addresses.ca_file),
            "api_key": deployed.api_key,
            "webhook_url": f"{addresses.http}/webhooks",
            "demo_users": [asdict(person) for person in people],
        },
    )


def write(folder: Path, document: dict[str, Any]) -> Path:
    """Put it in the folder, whole or not at all, readable by this user only: it holds passwords."""
    file = folder / NAME
    draft = file.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(document, out, indent=2)
        out.write("\n")
    draft.replace(file)
    return file
