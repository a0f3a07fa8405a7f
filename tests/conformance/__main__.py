"""``make conformance``: asks an AppSync endpoint about every point of docs/appsync-fidelity.md.

Without arguments it asks the data plane on this machine. With ``--deploy`` it brings the conformance API into the AWS
account of the environment, asks it, and deletes it again. With ``--url`` it asks an endpoint that serves it already.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import boto3
import httpx
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import realtime
from infra.stack import CannotDeploy
from tests.conformance import account, report
from tests.conformance.endpoint import STAFF, USER, Endpoint, sign_in
from tests.conformance.record import Record, Verdict

SUITE: Final = Path(__file__).parent
OPTIONS: Final = (
    *("-n", "0", "-p", "no:randomly", "-m", "point", "--tb", "no", "--no-summary"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what asked whether the endpoint is there is loaded already
)


class CannotAsk(Exception):
    """The endpoint is not there; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of asking an endpoint."""

    record: Record
    code: int


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when nothing differs where we were sure."""
    given = _parser().parse_args(arguments)
    try:
        run = _deployed(given) if given.deploy else _ask(_endpoint(given) if given.url else None, given.only)
    except (CannotAsk, CannotDeploy, BotoCoreError, ClientError) as fault:
        print(f"conformance: {fault}", file=sys.stderr)  # noqa: T201 - a command's word to its user
        return 1
    report.show(run.record.rows)
    return max(run.code, int(any(row.verdict is Verdict.DIFFERENT for row in run.record.rows)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--deploy", action="store_true", help="bring the conformance API into the environment's account")
    parser.add_argument("--keep", action="store_true", help="with --deploy: do not ask whether to delete it, keep it")
    parser.add_argument("--delete", action="store_true", help="with --deploy: do not ask whether to delete it, do it")
    where.add_argument("--url", help="the GraphQL address of an endpoint that serves the conformance API")
    parser.add_argument("--realtime-url", help="its realtime address (AppSync's own is known from --url)")
    parser.add_argument("--api-key", help="of the API")
    parser.add_argument("--region", default="us-east-1", help="of the API and its user pool (%(default)s)")
    parser.add_argument("--client-id", help="of the user pool; its users sign in with a password")
    parser.add_argument("--username", help="of a user in no group")
    parser.add_argument("--password", help="of that user")
    parser.add_argument("--token", help="of a user in no group, instead of signing in")
    parser.add_argument("--staff-username", help="of a user in the group staff")
    parser.add_argument("--staff-password", help="of that user")
    parser.add_argument("--staff-token", help="of such a user, instead of signing in")
    parser.add_argument("--sign", action="store_true", help="sign requests with the environment's AWS credentials")
    ways = ("subprotocol", "query", "headers")
    parser.add_argument("--handshake", choices=ways, default=ways[0], help="how sockets are opened (%(default)s)")
    parser.add_argument("--only", metavar="WORDS", help="ask those points alone, as pytest's -k")
    return parser


def _endpoint(given: argparse.Namespace) -> Endpoint:
    people = {
        USER: (given.token, given.username, given.password),
        STAFF: (given.staff_token, given.staff_username, given.staff_password),
    }
    credentials = boto3.Session().get_credentials() if given.sign else None
    return Endpoint(
        url=given.url,
        realtime=given.realtime_url or realtime(given.url),
        api_key=given.api_key,
        tokens={
            person: token or sign_in(given.client_id, name, password, given.region)
            for person, (token, name, password) in people.items()
            if token or (given.client_id and name)
        },
        signer=credentials.get_frozen_credentials() if credentials else None,
        region=given.region,
        handshake=given.handshake,
    )


def _deployed(given: argparse.Namespace) -> Run:
    where = account.of_environment()
    try:
        run = _ask(where.deploy(), given.only)
    finally:
        where.tidy()
        if given.delete or (not given.keep and _agreed()):
            where.delete()
    return run


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("  delete the conformance API again? [Y/n] ").strip().lower() in {"", "y", "yes"}


def _ask(endpoint: Endpoint | None, only: str | None) -> Run:
    if endpoint:
        try:
            endpoint.send()
        except httpx.TransportError as fault:
            raise CannotAsk(f"{endpoint.url} cannot be reached: {fault}") from fault
    record = Record(endpoint)
    code = pytest.main([*OPTIONS, *(("-k", only) if only else ()), str(SUITE)], plugins=[record])
    return Run(record, int(code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}))


if __name__ == "__main__":
    sys.exit(main())
