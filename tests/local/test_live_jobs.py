"""Jobs on a running system: begun by their table's stream, and watched live by whoever comes in late."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from websockets import connect

from clients.csv.__main__ import main
from clients.graph import Graph
from local.running import Running, running
from tests.clients.files import written
from tests.datasources.web.serving import answer, site
from tests.local.appsync.realtime.live import Client, starting, subprotocols
from tests.local.test_live_cart import done, headers, shopper
from tests.local.test_run import ask, sign_in
from tests.resolvers.catalog.making import name
from tests.resolvers.media.making import picture
from tests.resolvers.operations.making import CHANGES, ERASE, EXPORT, READ, archive

LISTEN: Final = "subscription($id: ID!) { jobChanged(jobId: $id) { seq jobId job { status rows done reportUrl } } }"
SECONDS: Final = 30
"""A job takes two; the rest is for a busy machine."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def strangers(shop: Running) -> list[str]:
    """Tokens of others, from before one of them is erased."""
    return [shopper(shop, 1), sign_in(shop, "finance")]


def own_email(shop: Running, number: int) -> str:
    users = [one for one in shop.outputs["custom"]["demo_users"] if not one["groups"]]
    return str(users[number]["username"])


async def watched(shop: Running, token: str, document: str, **variables: Any) -> tuple[str, list[tuple[int, Any]]]:
    """A job that is begun, and all that is heard of it from when it is listened to, with what is asked for then."""
    url, known = shop.outputs["custom"]["realtime_url"], headers(shop, token)
    async with connect(url, subprotocols=subprotocols(known), open_timeout=SECONDS) as socket:
        client = Client(socket, known)
        assert (await client.init())["type"] == "connection_ack"
        begun = await asyncio.to_thread(lambda: done(shop, document, token, key=name("key"), **variables))
        job: str = begun["job"]["id"]
        await client.say(starting(LISTEN, "1", known, {"id": job}))
        heard: list[tuple[int, Any]] = []
        while not any(one["status"] == "SUCCEEDED" for _, one in heard):
            message = await client.hear()
            if message["type"] == "start_ack":
                missed = await asyncio.to_thread(lambda: ask(shop, CHANGES, token, id=job, after=0))
                heard += [(one["seq"], one["job"]) for one in missed["data"]["jobChanges"]]
            else:
                change = message["payload"]["data"]["jobChanged"]
                heard.append((change["seq"], change["job"]))
        return job, heard


def test_whoever_comes_in_late_misses_no_step_and_fetches_what_was_made(shop: Running, strangers: list[str]) -> None:
    token = shopper(shop, 0)
    job, heard = asyncio.run(watched(shop, token, EXPORT))
    steps = dict(heard)
    last = max(steps)
    assert sorted(steps) == list(range(1, last + 1))
    assert [steps[seq]["done"] for seq in range(2, last + 1)] == list(range(last - 1))
    assert {one["reportUrl"] for one in steps.values()} == {None}
    made = ask(shop, READ, token, id=job)["data"]["job"]
    assert (made["status"], made["done"], made["rows"]) == ("SUCCEEDED", last - 2, last - 2)
    files = archive(httpx.get(made["reportUrl"], timeout=SECONDS, trust_env=False).content)
    assert own_email(shop, 0) in files["account.json"]
    for stranger in strangers:
        assert ask(shop, READ, stranger, id=job) == {"data": {"job": None}}


def test_who_is_erased_cannot_sign_in_any_more(shop: Running, strangers: list[str]) -> None:
    token = strangers[0]
    _, heard = asyncio.run(watched(shop, token, ERASE, email=own_email(shop, 1)))
    assert heard[-1][1]["status"] == "SUCCEEDED"
    with pytest.raises(Exception, match="cannot sign in"):
        shopper(shop, 1)


def test_an_import_has_its_pictures_fetched_once_and_tells_what_stays(
    shop: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["import", str(tmp_path / "products.csv"), "--outputs", str(shop.data / "amplify_outputs.json")]
    with site() as elsewhere:
        good = elsewhere.put("/good.jpg", answer(body=picture()))
        gone = elsewhere.put("/gone.jpg", answer(404))
        rows = [f"good,Good,12,{good}", f"gone,Gone,12,{gone}", f"gone,,,{good}"]
        written(tmp_path, "\n".join(["Handle,Title,Variant Price,Image Src", *rows]))
        assert main([*asked, "--leave-pictures"]) == 0
        assert "pictures" not in capsys.readouterr().out
        assert elsewhere.paths == []
        assert main(asked) == 0
        told = capsys.readouterr().out
        assert "2 unchanged" in told
        assert "the server answered 404" in told
        assert "pictures: fetched for 1 of 2 products; 1 of this file keep some where they are" in told
        assert main(asked) == 0
        assert "2 unchanged" in capsys.readouterr().out
        assert Counter(elsewhere.paths) == {"/good.jpg": 2, "/gone.jpg": 2}
        written(tmp_path, "Handle,Title,Variant Price,Image Src\nother,Other,12," + good)
        assert main(asked) == 0
        told = capsys.readouterr().out
        assert "pictures: fetched for 1 of 2 products; 1 of the shop's others do" in told
        assert gone not in told
    with Graph(shop.outputs, None) as guest:
        media = guest.ask('{ product(slug: "gone") { media { url renditions { url } } } }')["product"]["media"]
    assert media[0] == {"url": gone, "renditions": []}
    assert httpx.get(media[1]["renditions"][0]["url"]).status_code == httpx.codes.OK
