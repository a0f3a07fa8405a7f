"""One CloudFormation stack brought to what its template says, told step by step."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType
    from mypy_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef, StackEventTypeDef, StackTypeDef

LOOK_SECONDS: Final = 2.0
"""CloudFormation throttles who looks more often than about once a second."""
PATIENCE_SECONDS: Final = 3600
"""The slowest resource, a serverless cache, takes some minutes; an hour means that something hangs."""
SETTLED: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
NOT_YET: Final = frozenset({"REVIEW_IN_PROGRESS"})
UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")

type Say = Callable[[str], None]


class CannotDeploy(RuntimeError):
    """A deployment that cannot go on; the message says which stack or resource is in the way and why."""


class Stack:
    """``look`` is how long to wait between two looks at it, in seconds."""

    def __init__(self, client: "CloudFormationClient", name: str, *, say: Say, look: float = LOOK_SECONDS) -> None:
        self.name = name
        self._client = client
        self._say = say
        self._look = look

    def bring(self, template: Mapping[str, str], parameters: Mapping[str, str]) -> None:
        """Create or update it by a change set from a ``TemplateBody`` or ``TemplateURL``.

        Raises CannotDeploy with the first resource that failed; what CloudFormation had begun is then rolled back.
        """
        stack = self._find()
        status = stack["StackStatus"] if stack else None
        if status not in SETTLED | NOT_YET | {None}:
            raise CannotDeploy(f"{self.name} is {status}: let it end, or mend or delete it in CloudFormation first")
        kind: ChangeSetTypeType = "UPDATE" if status in SETTLED else "CREATE"
        change = self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=f"souk-{time.time_ns()}",
            ChangeSetType=kind,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            OnStackFailure="DELETE" if kind == "CREATE" else "ROLLBACK",
            **template,  # type: ignore[arg-type]  # one of the two ways to give a template
        )
        if self._ready(change["Id"]):
            self._execute(change["Id"], change["StackId"])
        else:
            self._client.delete_change_set(ChangeSetName=change["Id"])
            self._say(f"  {self.name}   unchanged")

    def outputs(self) -> dict[str, str]:
        stack = self._find()
        return {out["OutputKey"]: out["OutputValue"] for out in stack.get("Outputs", [])} if stack else {}

    def parameters(self) -> dict[str, str]:
        """What it was last deployed with; empty before the first time."""
        stack = self._find()
        given = stack.get("Parameters", []) if stack else []
        return {each["ParameterKey"]: each["ParameterValue"] for each in given}

    def _find(self, stack_id: str | None = None) -> "StackTypeDef | None":
        try:
            return self._client.describe_stacks(StackName=stack_id or self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def _ready(self, change_id: str) -> bool:
        """Whether there is anything to change."""
        change = self._until(lambda: self._looked_at(change_id))
        if change["Status"] != "FAILED":
            return True
        reason = change.get("StatusReason", "")
        if any(words in reason for words in UNCHANGED):
            return False
        raise CannotDeploy(f"{self.name} cannot become what its template says: {reason}")

    def _looked_at(self, change_id: str) -> "DescribeChangeSetOutputTypeDef | None":
        change = self._client.describe_change_set(ChangeSetName=change_id)
        return change if change["Status"] in ("CREATE_COMPLETE", "FAILED") else None

    def _execute(self, change_id: str, stack_id: str) -> None:
        seen = {event["EventId"] for event in self._events(stack_id)}
        self._client.execute_change_set(ChangeSetName=change_id)
        failed: list[StackEventTypeDef] = []

        def ended() -> "StackTypeDef | None":
            failed.extend(self._told(stack_id, seen))
            stack = self._find(stack_id)
            return stack if stack and not stack["StackStatus"].endswith("_IN_PROGRESS") else None

        status = self._until(ended)["StackStatus"]
        failed.extend(self._told(stack_id, seen))
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            first = failed[0] if failed else None
            why = (
                f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}" if first else ""
            )
            raise CannotDeploy(f"{self.name} ended as {status}. {why}".rstrip())

    def _told(self, stack_id: str, seen: set[str]) -> "Iterable[StackEventTypeDef]":
        """Say what ended since the last look; gives the failures among it."""
        new = [event for event in self._events(stack_id) if event["EventId"] not in seen]
        for event in new:
            seen.add(event["EventId"])
            status = event["ResourceStatus"]
            if status.endswith(("_COMPLETE", "_FAILED")):
                self._say(f"  {self.name}   {status.lower().replace('_', ' '):<16} {event['LogicalResourceId']}")
        return [event for event in new if event["ResourceStatus"].endswith("_FAILED")]

    def _events(self, stack_id: str) -> "list[StackEventTypeDef]":
        """All events, the oldest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def _until[T](self, look: Callable[[], T | None]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := look()) is None:
            if time.monotonic() > deadline:
                raise CannotDeploy(f"{self.name} is still being changed after {PATIENCE_SECONDS // 60} minutes")
            time.sleep(self._look)
        return found
