"""How the explorer is served, and that it asks what the graph can answer."""

import asyncio
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.datastructures import URL

from local import explorer

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = sorted((ROOT / "explorer" / "src" / "examples").glob("*.graphql"))
SDL: Final = "\n".join((ROOT / file).read_text() for file in ("schema/prelude.graphql", "schema.graphql"))
SCHEMA: Final = build_schema(SDL)
UNREACHABLE: Final = "http://127.0.0.1:9"
"""Nobody listens on the discard port."""


def ask(bundle: Path, path: str, method: str = "GET") -> httpx.Response:
    """The answer of an explorer whose bundle is in a folder, and whose Cognito is out of reach."""
    outputs: dict[str, Any] = {"custom": {"aws_endpoint_url": UNREACHABLE}}
    app = Starlette(routes=explorer.routes(outputs, bundle))

    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.request(method, path)

    return asyncio.run(answer())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_fits_the_schema(example: Path) -> None:
    assert validate(SCHEMA, parse(example.read_text())) == []


def test_the_page_is_strict_and_never_stale_and_what_has_a_hash_is_kept(tmp_path: Path) -> None:
    for name in ("index.html", "main-ABCD1234.js", "editor.worker.js"):
        (tmp_path / name).write_text("built")
    page = ask(tmp_path, "/")
    assert (page.status_code, page.text) == (200, "built")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "connect-src 'self' ws://127.0.0.1;" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in ask(tmp_path, "/explorer/main-ABCD1234.js").headers["cache-control"]
    assert ask(tmp_path, "/explorer/editor.worker.js").headers["cache-control"] == "no-cache"
    assert ask(tmp_path, "/explorer/none.js").status_code == 404


def test_over_tls_its_sockets_are_over_tls_too() -> None:
    assert "connect-src 'self' wss://localhost:4443;" in explorer.policy(URL("https://localhost:4443/"))


def test_where_it_is_not_built_the_page_says_what_to_do(tmp_path: Path) -> None:
    page = ask(tmp_path, "/")
    assert page.status_code == 503
    assert "run <code>make setup</code>" in page.text


def test_signing_in_while_cognito_is_gone_gives_one_sentence(tmp_path: Path) -> None:
    answer = ask(tmp_path, "/explorer/sign-in", "POST")
    assert (answer.status_code, answer.json()) == (502, {"message": "Cognito does not answer; see /health."})
