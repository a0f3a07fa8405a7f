"""Calling the graph with a signature, against the data plane itself: who is refused, what is told, what is too much."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from datasources.faults import StoreRefused, StoreUnavailable
from datasources.live.graph import LARGEST_ANSWER, Graph
from datasources.roundtrips import counted
from local.appsync.deployed import Mode, Provider
from local.appsync.identity import Credentials
from tests.conftest import free_port
from tests.local.appsync.world import REGION, SDL, Raised, World, real_clock, world
from tests.served import served

KEY, SECRET = "AKIDTEST", "secret"
ENVIRON = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION}
SIGNER = Credentials(
    secret=SECRET,
    account_id="000000000000",
    user_arn="arn:aws:sts::000000000000:assumed-role/p/s",
    username="AROA:s",
)
RENAME = "mutation Rename($name: String!) { rename(name: $name) { id name } }"
SIGNED_SDL = SDL.replace("rename(name: String!): Animal", "rename(name: String!): Animal @aws_iam").replace(
    "type Animal implements Named {", "type Animal implements Named @aws_iam {"
)


def renaming(answer: Any, *, signer: Credentials = SIGNER) -> World:
    """An API with one mutation for functions, which gives ``answer``; its default callers are others."""
    return world(
        {"Mutation.rename": answer},
        sdl=SIGNED_SDL,
        additional=(Provider(mode=Mode.IAM),),
        iam={KEY: signer},
        clock=real_clock,
    )


def named(event: Any) -> dict[str, Any]:
    return {"id": "1", "name": event["arguments"]["name"]}


@contextmanager
def calling(there: World, **environ: str) -> Iterator[Graph]:
    with served(there.gateway) as url:
        yield Graph(f"{url}/graphql", {"rename": RENAME}, environ=ENVIRON | environ, connections=4)


def test_a_mutation_is_called_as_the_functions_role() -> None:
    there = renaming(named)
    with calling(there) as graph, counted() as requests:
        assert graph.call("rename", {"name": "Größe 🎽"}) is True
    ((_, event),) = there.functions.calls
    assert event["arguments"] == {"name": "Größe 🎽"}
    assert event["identity"]["userArn"] == SIGNER.user_arn
    assert requests == {"appsync.rename": 1}


def test_a_session_token_is_signed_along() -> None:
    signer = Credentials(
        secret=SECRET, account_id="0", user_arn="arn:aws:sts::0:assumed-role/p/s", username="u", session_token="token"
    )
    with calling(renaming(named, signer=signer), AWS_SESSION_TOKEN="token") as graph:
        assert graph.call("rename", {"name": "Rex"})
    with calling(renaming(named, signer=signer)) as graph, pytest.raises(StoreRefused, match="401"):
        graph.call("rename", {"name": "Rex"})


@pytest.mark.parametrize(
    "wrong", [{"AWS_SECRET_ACCESS_KEY": "other"}, {"AWS_ACCESS_KEY_ID": "AKIDOTHER"}, {"AWS_REGION": "eu-west-1"}]
)
def test_a_signature_that_does_not_hold_is_refused_and_nothing_is_called(wrong: dict[str, str]) -> None:
    there = renaming(named)
    with calling(there, **wrong) as graph, pytest.raises(StoreRefused, match="AppSync: 401 UnauthorizedException"):
        graph.call("rename", {"name": "Rex"})
    assert there.functions.calls == []


def test_a_mutation_that_the_role_may_not_call_is_refused() -> None:
    limited = Credentials(
        secret=SECRET, account_id="0", user_arn="arn:aws:sts::0:assumed-role/p/s", username="u", fields=frozenset()
    )
    with calling(renaming(named, signer=limited)) as graph, pytest.raises(StoreRefused, match="Not Authorized"):
        graph.call("rename", {"name": "Rex"})


def test_an_answer_with_an_error_in_it_is_no_answer() -> None:
    def failing(event: Any) -> Any:
        raise Raised("InternalFault", "quote 7")

    with calling(renaming(failing)) as graph, pytest.raises(StoreRefused, match="AppSync: 200 InternalFault quote 7"):
        graph.call("rename", {"name": "Rex"})


@pytest.mark.parametrize(("beyond", "told"), [(-1000, True), (1000, False)])
def test_what_no_subscription_carries_is_noticed(beyond: int, told: bool) -> None:
    with calling(renaming(named)) as graph:
        assert graph.call("rename", {"name": "x" * (LARGEST_ANSWER + beyond)}) is told


def test_a_graph_out_of_reach_is_unavailable() -> None:
    graph = Graph(f"http://127.0.0.1:{free_port()}/graphql", {"rename": RENAME}, environ=ENVIRON)
    with pytest.raises(StoreUnavailable):
        graph.call("rename", {"name": "Rex"})


def test_without_credentials_nothing_is_begun() -> None:
    with pytest.raises(StoreRefused, match="no credentials"):
        Graph("http://127.0.0.1/graphql", {}, environ={"AWS_REGION": REGION})


def test_a_connection_is_kept_open_and_one_that_was_closed_is_made_anew() -> None:
    answers = 3
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections: list[int] = []

        def serve() -> None:
            """Answer two requests on a first connection and close it on the third, which comes again on another."""
            body = b'{"data":{}}'
            response = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
            for most in (2, 1):
                connection, _ = listener.accept()
                connections.append(most)
                with connection:
                    for _ in range(most):
                        _read_request(connection)
                        connection.sendall(response)
                    if most > 1:
                        _read_request(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
        graph = Graph(url, {"rename": RENAME}, environ=ENVIRON)
        assert [graph.call("rename", {"name": "Rex"}) for _ in range(answers)] == [True] * answers
        thread.join()
    assert connections == [2, 1]


def _read_request(connection: socket.socket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
    while len(body) < length:
        body += connection.recv(65536)


@pytest.mark.parametrize(("status", "passing"), [(429, True), (500, True), (503, True), (400, False), (404, False)])
def test_a_failing_front_is_told_apart_from_a_wrong_request(status: int, passing: bool) -> None:
    async def front(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>busy</html>"})

    with served(front) as url:
        graph = Graph(f"{url}/graphql", {"rename": RENAME}, environ=ENVIRON)
        with pytest.raises(StoreUnavailable if passing else StoreRefused, match=f"{status} .*busy"):
            graph.call("rename", {"name": "Rex"})
