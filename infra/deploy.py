"""``make deploy``: the exported templates and the domains' zips brought to the AWS account of the environment."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import outputs, zips
from infra.app import STACKS
from infra.domains import discover, pascal
from infra.export import Template, committed
from infra.stack import LOOK_SECONDS, CannotDeploy, Say, Stack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA, API = STACKS
KEY_SECONDS: Final = 365 * 24 * 3600 - 3600
"""AppSync gives a key a year at most; an hour less, because clocks differ."""
RENEW_SECONDS: Final = 90 * 24 * 3600
"""A key with less left is renewed by the next deployment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Where to, and what is shown on the way; ``look`` is how often CloudFormation is asked, in seconds.

    ``mail_from`` is the address that the shop writes letters under; None leaves it as it was.
    """

    session: boto3.Session
    mail_from: str | None = None
    say: Say = print
    look: float = LOOK_SECONDS

    def run(self, templates: Mapping[str, Template], built: Iterable[zips.Zip]) -> dict[str, str]:
        """Deploy what remembers, then what does; returns the outputs of both. Raises CannotDeploy."""
        data, api = self._stack(DATA), self._stack(API)
        data.bring({"TemplateBody": json.dumps(templates[DATA])}, self._given(templates[DATA], data.parameters()))
        told = data.outputs()
        shelf = Shelf(self.session.client("s3"), told["ArtifactBucketName"], self.say)
        keys = {f"{pascal(each.domain)}ZipKey": shelf.put(each.key, each.path.read_bytes()) for each in built}
        text = json.dumps(templates[API]).encode()
        key = shelf.put(f"templates/{API}-{sha256(text).hexdigest()}.json", text)
        known = told | keys | {"ApiKeyExpires": str(expiry(api.parameters().get("ApiKeyExpires"), time.time()))}
        api.bring({"TemplateURL": shelf.url(key)}, wanted(templates[API], known))
        return told | api.outputs()

    def _given(self, template: Template, last: Mapping[str, str]) -> dict[str, str]:
        """What people decide."""
        known = {**last, "MailFrom": self.mail_from} if self.mail_from else last
        names = template.get("Parameters", {})
        if "MailFrom" in names and "MailFrom" not in known:
            raise CannotDeploy(f'{DATA} asks for the address of its letters: make deploy ARGS="--mail-from ADDRESS"')
        return {name: known[name] for name in names}

    def _stack(self, name: str) -> Stack:
        return Stack(self.session.client("cloudformation"), name, say=self.say, look=self.look)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The bucket that deployments are read from; what lies there is named by its content and never changed."""

    client: "S3Client"
    bucket: str
    say: Say

    def put(self, key: str, content: bytes) -> str:
        """Returns the key; what is there already is not sent again."""
        if self.client.list_objects_v2(Bucket=self.bucket, Prefix=key, MaxKeys=1).get("KeyCount", 0) == 0:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content)
            self.say(f"  uploaded   {key}   {len(content) / 1e6:.2f} MB")
        return key

    def url(self, key: str) -> str:
        return f"{self.client.meta.endpoint_url}/{self.bucket}/{key}"


def wanted(template: Template, known: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters, each from the outputs before it or from the deployment itself."""
    names = template.get("Parameters", {})
    if missing := sorted(set(names) - set(known)):
        raise CannotDeploy(f"{API} asks for {', '.join(missing)}, which no output of {DATA} gives: run `make synth`")
    return {name: known[name] for name in names}


def expiry(last: str | None, now: float) -> int:
    """When the guests' key ends: as it was while that is far enough, so that a deployment may change nothing."""
    return int(last) if last and int(last) > now + RENEW_SECONDS else int(now) + KEY_SECONDS


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make deploy", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(), help="folder for amplify_outputs.json (default: here)")
    parser.add_argument("--mail-from", help="the address that the shop writes letters under (default: as it was)")
    given = parser.parse_args(arguments)
    try:
        print(f"  deployed; front ends start from {_deploy(given.out, given.mail_from)}")
    except (CannotDeploy, zips.CannotBuild, BotoCoreError, ClientError) as error:
        print(f"cannot deploy: {error}", file=sys.stderr)
        return 1
    return 0


def _deploy(folder: Path, mail_from: str | None) -> Path:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))  # boto3 reads AWS_DEFAULT_REGION alone
    if session.region_name is None:
        raise CannotDeploy("no region is chosen: set AWS_REGION, or a region in your AWS profile")
    session.client("sts").get_caller_identity()  # whoever is not signed in learns it before anything is built
    built = [zips.build(domain.name) for domain in discover()]
    print(zips.report(built))
    templates = {name: committed(name) for name in STACKS}
    told = Deployment(session=session, mail_from=mail_from).run(templates, built)
    custom = {"http_url": told["GraphQlUrl"], "realtime_url": realtime(told["GraphQlUrl"]), "api_key": told["ApiKey"]}
    if "WebhookUrl" in told:
        custom["webhook_url"] = told["WebhookUrl"]
    document = outputs.compose(region=session.region_name, told=told, templates=templates, custom=custom)
    return outputs.write(document, folder)


def realtime(graphql_url: str) -> str:
    """AppSync's realtime endpoint beside its HTTP one (AppSync guide, "Building a real-time WebSocket client")."""
    return graphql_url.replace("https://", "wss://", 1).replace(".appsync-api.", ".appsync-realtime-api.", 1)


if __name__ == "__main__":
    sys.exit(main())
