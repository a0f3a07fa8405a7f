"""The conformance API on this machine: deployed onto the embedded AWS and served by our data plane, over TLS."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.credentials import ReadOnlyCredentials

from local.appsync import sdl
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import running
from tests.conformance.endpoint import STAFF, USER, Endpoint, sign_in
from tests.conformance.template import STACK, for_the_laptop


@contextmanager
def served(folder: Path) -> Iterator[Endpoint]:
    """Start the system in ``folder`` and give the endpoint."""
    templates = folder / "templates"
    templates.mkdir()
    (templates / f"{STACK}.json").write_text(json.dumps(for_the_laptop()), encoding="utf-8")
    with running("--no-sample", "--templates", str(templates), data=folder / "data") as system:
        yield _endpoint(system.outputs)


def _endpoint(outputs: Any) -> Endpoint:
    url = outputs["data"]["url"]
    return Endpoint(
        url=url,
        realtime=f"{url.replace('https', 'wss', 1)}/realtime",
        api_key=outputs["data"]["api_key"],
        tokens={person: _token(outputs, groups) for person, groups in ((USER, []), (STAFF, ["staff"]))},
        signer=ReadOnlyCredentials(ACCESS_KEY, SECRET_KEY, None),
        region=REGION,
        tls=ssl.create_default_context(cafile=outputs["custom"]["ca_file"]),
        upload=_upload,
        ours=True,
    )


def _token(outputs: Any, groups: list[str]) -> str:
    person = next(one for one in outputs["custom"]["demo_users"] if list(one["groups"]) == groups)
    auth, emulator = outputs["auth"], outputs["custom"]["aws_endpoint_url"]
    return sign_in(auth["user_pool_client_id"], person["username"], person["password"], auth["aws_region"], emulator)


def _upload(document: str) -> str | None:
    try:
        sdl.build(document)
    except sdl.UnsupportedApi as refused:
        return str(refused)
    return None
