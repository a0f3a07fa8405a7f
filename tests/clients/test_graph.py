"""What the client does when the connection or the sign-in breaks, against a real HTTP server."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from clients.csv.importing import import_file
from clients.csv.report import Outcome
from clients.graph import Graph, GraphFault, Refused, Unreachable
from clients.sign_in import Credentials, NotSignedIn
from tests.clients.files import HEADER, written

type Answer = Callable[["Server", dict[str, Any], str], tuple[int, Any] | None]
ADA = Credentials(username="ada", password="right")


class Server:
    """A user pool at /pool and an API at /graphql; ``answer`` decides on the API, None drops the connection."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[dict[str, Any]]()
        self.valid, self.flows, self.lock = "token-1", list[str](), threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # the name http.server asks for
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with server.lock:
                    found = server.respond(
                        self.path, body, self.headers.get("Authorization") or self.headers["x-api-key"]
                    )
                if found is None:
                    self.close_connection = True
                    return
                status, content = found
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own signature
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def respond(self, path: str, body: dict[str, Any], token: str) -> tuple[int, Any] | None:
        if path == "/graphql":
            self.asked.append(body)
            if token != self.valid:
                return 401, {"errors": [{"errorType": "UnauthorizedException", "message": "Token has expired."}]}
            return self.answer(self, body, token)
        self.flows.append(body["AuthFlow"])
        given = body["AuthParameters"]
        if given.get("PASSWORD", "right") != "right" or given.get("REFRESH_TOKEN") == "gone":
            return 400, {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}
        self.valid = f"token-{len(self.flows)}"
        return 200, {"AuthenticationResult": {"IdToken": self.valid, "RefreshToken": "fresh"}}

    @property
    def outputs(self) -> dict[str, Any]:
        return {
            "auth": {"aws_region": "us-east-1", "user_pool_client_id": "client"},
            "data": {"url": f"{self.url}/graphql"},
            "custom": {"aws_endpoint_url": f"{self.url}/pool"},
        }


@pytest.fixture
def served() -> Iterator[Callable[[Answer], Server]]:
    running: list[Server] = []

    def start(answer: Answer) -> Server:
        server = Server(answer)
        threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.http.shutdown()
        server.http.server_close()


def well(server: Server, body: dict[str, Any], token: str) -> tuple[int, Any] | None:
    return 200, {"data": {"n": len(server.asked)}}


type Start = Callable[[Answer], Server]


def test_one_sign_in_serves_every_question_and_thread(served: Start) -> None:
    server = served(well)
    with Graph(server.outputs, ADA) as graph, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: graph.ask("{ n }"), range(40)))

    assert server.flows == ["USER_PASSWORD_AUTH"]
    assert len(server.asked) == 40


def test_an_expired_token_is_refreshed_once_for_all_threads(served: Start) -> None:
    server = served(well)
    with Graph(server.outputs, ADA) as graph, ThreadPoolExecutor(8) as pool:
        graph.ask("{ n }")
        server.valid = "another"
        list(pool.map(lambda _: graph.ask("{ n }"), range(16)))

    assert server.flows == ["USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"]


def test_a_guest_asks_by_the_api_key_and_signs_in_nowhere(served: Start) -> None:
    server = served(well)
    outputs = server.outputs
    outputs["data"]["api_key"] = server.valid = "the key"
    with Graph(outputs, None) as graph:
        assert graph.ask("{ n }") == {"n": 1}
    assert server.flows == []
    with Graph(server.outputs, None) as graph, pytest.raises(NotSignedIn, match="does not accept who asks"):
        graph.ask("{ n }")


def test_a_lost_connection_is_asked_again_with_the_same_words(served: Start) -> None:
    server = served(lambda server, body, token: None if len(server.asked) < 3 else well(server, body, token))
    with Graph(server.outputs, ADA, pause=0.001) as graph:
        assert graph.ask("mutation M", {"key": "k"}) == {"n": 3}

    assert [asked["variables"] for asked in server.asked] == [{"key": "k"}] * 3


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_busy_api_is_asked_again(served: Start, status: int) -> None:
    server = served(lambda server, body, token: (status, {}) if len(server.asked) < 2 else well(server, body, token))
    with Graph(server.outputs, ADA, pause=0.001) as graph:
        assert graph.ask("{ n }") == {"n": 2}


def test_an_api_that_never_answers_is_unreachable(served: Start) -> None:
    server = served(lambda _server, _body, _token: None)
    with Graph(server.outputs, ADA, pause=0.001) as graph, pytest.raises(Unreachable, match="does not answer"):
        graph.ask("{ n }")
    assert len(server.asked) == 5


def test_errors_of_the_graph_are_not_asked_again(served: Start) -> None:
    server = served(lambda _server, _body, _token: (200, {"data": None, "errors": [{"message": "No such field"}]}))
    with Graph(server.outputs, ADA) as graph, pytest.raises(Refused, match="No such field"):
        graph.ask("{ n }")
    assert len(server.asked) == 1


def test_a_wrong_password_is_said_in_one_line(served: Start) -> None:
    wrong = Credentials(username="ada", password="wrong")
    with Graph(served(well).outputs, wrong) as graph, pytest.raises(NotSignedIn, match="ada cannot sign in: Incorrect"):
        graph.ask("{ n }")


def test_a_file_that_is_no_outputs_is_refused() -> None:
    with pytest.raises(GraphFault, match=r"no auth and no data: is it an amplify_outputs\.json"):
        Graph({}, ADA)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"SOUK_TOKEN": "t"}, Credentials(token="t")),
        ({"SOUK_USERNAME": "u", "SOUK_PASSWORD": "p"}, Credentials(username="u", password="p")),
        ({}, Credentials(username="s", password="q")),
    ],
)
def test_credentials_come_from_the_environment_else_from_the_demo_staff(
    environ: dict[str, str], found: Credentials
) -> None:
    users = [{"username": "a", "password": "b", "groups": []}, {"username": "s", "password": "q", "groups": ["staff"]}]

    assert Credentials.of_staff({"custom": {"demo_users": users}}, environ) == found


def test_nobody_to_sign_in_as_is_said() -> None:
    with pytest.raises(NotSignedIn, match="set SOUK_USERNAME"):
        Credentials.of_staff({}, {})


def shop(server: Server, body: dict[str, Any], token: str) -> tuple[int, Any] | None:
    """An empty shop that loses every connection on which a product was just made, but once."""
    query: str = body["query"]
    if "productCreate" in query:
        again = [one["variables"] for one in server.asked].count(body["variables"]) > 1
        return (
            (200, {"data": {"productCreate": {"product": {"id": "p", "version": 1}, "userErrors": []}}})
            if again
            else None
        )
    if "collections" in query:
        return 200, {"data": {"collections": {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}}}
    if "categories" in query:
        return 200, {"data": {"categories": []}}
    if "products" in query:
        return 200, {"data": {"products": {"edges": []}}}
    return 200, {"data": {f"p{place}": None for place in range(len(body["variables"]))}}


def test_a_product_whose_connection_was_lost_is_made_with_the_same_key_again(served: Start, tmp_path: Path) -> None:
    server = served(shop)
    rows = "".join(f"jar-{number},Jar,,,,,,,,,9\n" for number in range(12))
    told = import_file(written(tmp_path, f"{HEADER}\n{rows}"), server.outputs, credentials=ADA)

    assert (told.stopped, told.products) == (None, {Outcome.CREATED: 12})
    keys = [one["variables"]["key"] for one in server.asked if "productCreate" in one["query"]]
    assert (len(keys), len(set(keys))) == (24, 12)


def test_a_fault_of_the_shop_fails_the_products_it_met_and_no_others(served: Start, tmp_path: Path) -> None:
    def faulty(server: Server, body: dict[str, Any], token: str) -> tuple[int, Any] | None:
        if "query Known" in body["query"] and "jar-3" in body["variables"].values():
            return 200, {"data": None, "errors": [{"message": "something broke; ask again"}]}
        return shop(server, body, token)

    rows = "".join(f"jar-{number},Jar,,,,,,,,,9\n" for number in range(15))
    told = import_file(written(tmp_path, f"{HEADER}\n{rows}"), served(faulty).outputs, credentials=ADA)

    assert (told.stopped, told.products) == (None, {Outcome.FAILED: 10, Outcome.CREATED: 5})
    assert {line.message for line in told.lines} == {"something broke; ask again", ""}


def test_an_import_into_an_unreachable_shop_stops_with_one_line(tmp_path: Path) -> None:
    outputs = {
        "auth": {"aws_region": "us-east-1", "user_pool_client_id": "client"},
        "data": {"url": "http://127.0.0.1:9/graphql"},
        "custom": {"aws_endpoint_url": "http://127.0.0.1:9/"},
    }
    told = import_file(written(tmp_path, f"{HEADER}\njar,Jar,,,,,,,,,9\n"), outputs, credentials=ADA)

    assert told.failed
    assert told.stopped is not None
    assert told.stopped.startswith("the shop at http://127.0.0.1:9/graphql does not answer")


def shop_with(warehouses: list[Any], refused: list[Any]) -> Answer:
    """A shop that stores any product with one variant, and refuses a count with these errors."""
    answers: dict[str, Any] = {
        "Currency": {"products": {"edges": []}},
        "Categories": {"categories": []},
        "Collections": {"collections": {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}},
        "Known": {"p0": None},
        "Create": {"productCreate": {"product": {"id": "p", "version": 1}, "userErrors": []}},
        "Warehouses": {"warehouses": warehouses},
        "Stocks": {
            "product": {"variants": {"edges": [{"node": {"id": "v", "sku": "mug", "stockLevels": []}}]}},
        },
        "Adjust": {"stockAdjust": {"userErrors": refused}},
    }

    def answer(server: Server, body: dict[str, Any], token: str) -> tuple[int, Any]:
        name = body["query"].split("(")[0].split()[1]
        return 200, {"data": answers[name]}

    return answer


COUNTED = "Handle,Title,Variant Price,Variant SKU,Variant Inventory Qty\nmug,Mug,12,mug,5\n"


def test_a_shop_without_a_warehouse_takes_the_product_and_says_that_stock_is_left_out(
    served: Start, tmp_path: Path
) -> None:
    server = served(shop_with([], []))
    told = import_file(written(tmp_path, COUNTED), server.outputs, credentials=ADA)
    assert told.products == {Outcome.CREATED: 1}
    assert told.notes == ("stock is left out: the shop has no warehouse yet",)


def test_a_count_that_is_refused_is_told_at_its_cell(served: Start, tmp_path: Path) -> None:
    errors = [{"code": "INSUFFICIENT_STOCK", "message": "2 units are promised", "field": ["changes", "0", "delta"]}]
    server = served(shop_with([{"id": "w"}], errors))
    told = import_file(written(tmp_path, COUNTED), server.outputs, credentials=ADA)
    assert [(line.row, line.outcome, line.column, line.message) for line in told.lines] == [
        (
            2,
            Outcome.FAILED,
            "Variant Inventory Qty",
            "the product is stored, its stock is not: 2 units are promised",
        )
    ]
    asked = next(one["variables"] for one in server.asked if "stockAdjust" in one["query"])
    assert [(line["variantId"], line["warehouseId"], line["delta"]) for line in asked["changes"]] == [("v", "w", 5)]
