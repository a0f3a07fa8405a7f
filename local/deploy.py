"""Brings the exported CloudFormation onto the embedded AWS, once: what is deployed already, unchanged, is kept."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import QUICK, session
from local.faults import CannotRun
from local.rewrite import Template, rewrite

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

TEMPLATES: Final = Path(__file__).parent.parent / "infra" / "templates"

OUTPUTS: Final = ("GraphQlApiId", "UserPoolId", "UserPoolClientId")
"""What the stacks must tell: whose API is served, and where its users are."""

DIGEST_TAG: Final = "souk-template"
SHELF: Final = "souk-templates"
"""The bucket templates are read from: a request may hold 51,200 bytes of template only (CloudFormation quotas)."""

DEPLOY_SECONDS: Final = 120.0
KEY_SECONDS: Final = 365 * 24 * 3600
"""AppSync's longest life of an API key; a key with less than a month of it left is renewed."""

MAIL_SENDER: Final = "shop@example.com"
"""Letters are kept by the emulator and leave this machine for nobody."""

_RENEW_SECONDS: Final = 30 * 24 * 3600
_LOOK_SECONDS: Final = 0.05
_SETTLED: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_USABLE: Final = (*_SETTLED, "UPDATE_ROLLBACK_COMPLETE")
_BROKEN: Final = ("CREATE_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What is deployed; ``changed`` names the stacks that had to be created or updated for it."""

    api_id: str
    user_pool_id: str
    client_id: str
    api_key: str
    changed: tuple[str, ...]


def deploy(endpoint: str, templates: Mapping[str, Template]) -> Deployed:
    """Deploy the templates by stack name, each after those whose outputs it needs.

    ``CannotRun`` says what was in the way.
    """
    try:
        return _deploy(endpoint, templates)
    except (ClientError, BotoCoreError) as fault:
        raise CannotRun(f"the templates could not be deployed: {fault}") from fault


def _deploy(endpoint: str, templates: Mapping[str, Template]) -> Deployed:
    ours = {name: rewrite(template) for name, template in templates.items()}
    stacks = _Stacks(session().client("cloudformation", endpoint_url=endpoint, config=QUICK), endpoint)
    told: dict[str, str] = {}
    changed: list[str] = []
    for name in in_order(ours):
        if stacks.bring(name, ours[name], told):
            changed.append(name)
        told |= stacks.outputs(name)
    if missing := [name for name in OUTPUTS if name not in told]:
        raise CannotRun(f"the deployed stacks have no output named {', '.join(missing)}: run `make synth`")
    appsync = session().client("appsync", endpoint_url=endpoint, config=QUICK)
    return Deployed(
        api_id=told["GraphQlApiId"],
        user_pool_id=told["UserPoolId"],
        client_id=told["UserPoolClientId"],
        api_key=_key(appsync, told["GraphQlApiId"]),
        changed=tuple(changed),
    )


def read(folder: Path = TEMPLATES) -> dict[str, Template]:
    """The exported templates by stack name."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise CannotRun(f"there is no template in {folder}: run `make synth`")
    return {file.name.split(".")[0]: json.loads(file.read_bytes()) for file in files}


def in_order(templates: Mapping[str, Template]) -> list[str]:
    """Stack names so that the output a parameter is named after is told by a stack before it."""
    makers = {output: name for name, template in templates.items() for output in template.get("Outputs", {})}
    needs = {
        name: {makers[wanted] for wanted in template.get("Parameters", {}) if makers.get(wanted, name) != name}
        for name, template in templates.items()
    }
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as loop:
        raise CannotRun(f"the templates need each other's outputs in a circle: {' -> '.join(loop.args[1])}") from loop


def given(name: str, template: Template, told: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a stack: outputs of that name told by the stacks before it, and what the laptop decides."""
    known = {**told, "ApiKeyExpires": str(int(time.time()) + KEY_SECONDS), "MailFrom": MAIL_SENDER}
    wanted = {parameter: facts.get("Default") for parameter, facts in template.get("Parameters", {}).items()}
    if missing := [parameter for parameter, default in wanted.items() if parameter not in known and default is None]:
        raise CannotRun(f"stack {name} has parameters nothing here gives: {', '.join(missing)}")
    return {parameter: known[parameter] for parameter in wanted if parameter in known}


class _Stacks:
    """The stacks of the embedded AWS."""

    def __init__(self, cloud: "CloudFormationClient", endpoint: str) -> None:
        self._cloud = cloud
        self._endpoint = endpoint

    def bring(self, name: str, template: Template, told: Mapping[str, str]) -> bool:
        """Have the stack be as ``template`` and the outputs told so far say; False when it was already."""
        parameters = given(name, template, told)
        body = json.dumps(template, sort_keys=True)
        lasting = {key: value for key, value in parameters.items() if key in told}
        digest = hashlib.sha256((body + json.dumps(lasting, sort_keys=True)).encode()).hexdigest()
        stack = self._find(name)
        if stack and stack["StackStatus"] in _BROKEN:
            self._cloud.delete_stack(StackName=name)
            self._until_settled(name)
            stack = None
        if stack and stack["StackStatus"] not in _USABLE:
            raise CannotRun(_advice(name, f"it was left {stack['StackStatus']} by an earlier run", new=False))
        if stack and _digest(stack) == digest and stack["StackStatus"] in _SETTLED:
            return False
        self._apply(name, body, parameters, digest, new=stack is None)
        return True

    def _apply(self, name: str, body: str, parameters: Mapping[str, str], digest: str, *, new: bool) -> None:
        change = self._cloud.create_stack if new else self._cloud.update_stack
        try:
            change(
                StackName=name,
                TemplateURL=self._shelve(name, body),
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                Tags=[{"Key": DIGEST_TAG, "Value": digest}],
            )
        except self._cloud.exceptions.ClientError as fault:
            raise CannotRun(_advice(name, fault.response["Error"].get("Message", str(fault)), new=new)) from fault
        stack = self._until_settled(name)
        if not stack or stack["StackStatus"] not in _SETTLED:
            raise CannotRun(_advice(name, self._failure(name), new=new))

    def _shelve(self, name: str, body: str) -> str:
        s3 = session().client("s3", endpoint_url=self._endpoint, config=QUICK)
        s3.create_bucket(Bucket=SHELF)
        s3.put_object(Bucket=SHELF, Key=f"{name}.json", Body=body.encode())
        return f"{self._endpoint}/{SHELF}/{name}.json"

    def _find(self, name: str) -> "StackTypeDef | None":
        try:
            return self._cloud.describe_stacks(StackName=name)["Stacks"][0]
        except self._cloud.exceptions.ClientError as fault:
            if "does not exist" in str(fault):
                return None
            raise

    def _until_settled(self, name: str) -> "StackTypeDef | None":
        deadline = time.monotonic() + DEPLOY_SECONDS
        while (stack := self._find(name)) and stack["StackStatus"].endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise CannotRun(f"stack {name} is still {stack['StackStatus']} after {DEPLOY_SECONDS:.0f} s")
            time.sleep(_LOOK_SECONDS)
        return stack

    def _failure(self, name: str) -> str:
        events = self._cloud.describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
        told = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}" for event in failed
        ]
        return "; ".join(told) or "it was rolled back"

    def outputs(self, name: str) -> dict[str, str]:
        """What the stack tells of itself."""
        stack = self._find(name)
        return {out["OutputKey"]: out["OutputValue"] for out in stack.get("Outputs", [])} if stack else {}


def _digest(stack: "StackTypeDef") -> str | None:
    return next((tag["Value"] for tag in stack.get("Tags", []) if tag["Key"] == DIGEST_TAG), None)


def _advice(name: str, reason: str, *, new: bool) -> str:
    if new:
        return f"stack {name} could not be created: {reason}"
    return f"stack {name} could not be updated to the changed template ({reason}): start once with --reset"


def _key(appsync: "AppSyncClient", api_id: str) -> str:
    """The API's key, renewed when it nears its end: a data directory may be older than a key gets."""
    keys = sorted(appsync.list_api_keys(apiId=api_id)["apiKeys"], key=lambda key: key["expires"])
    if not keys:
        raise CannotRun("the deployed API has no API key: guests could not reach it")
    last, now = keys[-1], int(time.time())
    if last["expires"] < now + _RENEW_SECONDS:
        appsync.update_api_key(apiId=api_id, id=last["id"], expires=now + KEY_SECONDS)
    return last["id"]
