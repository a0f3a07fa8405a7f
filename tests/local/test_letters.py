"""What the shop sends is shown, and what somebody wrote into it stays text."""

import asyncio
from typing import Any

import boto3
import httpx
import pytest
from starlette.applications import Starlette

from datasources.mail.letters import Letter, Post
from local.deploy import MAIL_SENDER
from local.letters import MOST, routes


@pytest.fixture
def post(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    client: Any = boto3.client("sesv2")
    if MAIL_SENDER not in {each["IdentityName"] for each in client.list_email_identities()["EmailIdentities"]}:
        client.create_email_identity(EmailIdentity=MAIL_SENDER)
    return Post(MAIL_SENDER)


def get(emulator: str, path: str) -> httpx.Response:
    app = Starlette(routes=routes({"custom": {"aws_endpoint_url": emulator}}))

    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(answer())


def test_a_letter_is_shown_to_people_and_told_to_programs(post: Post, emulator: str) -> None:
    sent = post.send(Letter(to="jo@example.com", subject="Your order 1001", text="Thank you!\n\nTwo mugs, 25.00 EUR"))
    told = {each["id"]: each for each in get(emulator, "/mail.json").json()["letters"]}[sent]
    assert (told["from"], told["to"], told["subject"]) == (MAIL_SENDER, ["jo@example.com"], "Your order 1001")
    page = get(emulator, "/mail").text
    assert "<h2>Your order 1001</h2>" in page
    assert "Thank you!\n\nTwo mugs, 25.00 EUR" in page


def test_what_a_letter_holds_can_neither_run_nor_load_anything(post: Post, emulator: str) -> None:
    evil = "<script>alert(1)</script>"
    post.send(Letter(to="jo@example.com", subject=evil, text=evil, html=f'{evil}"></iframe>{evil}'))
    page = get(emulator, "/mail")
    assert "<script" not in page.text
    assert page.text.count("</iframe>") == page.text.count("<iframe "), "none is closed before its end"
    assert page.headers["content-security-policy"].startswith("default-src 'none';")
    assert "<iframe sandbox srcdoc" in page.text


def test_the_newest_come_first_and_are_bounded(post: Post, emulator: str) -> None:
    for number in range(MOST + 1):
        post.send(Letter(to="jo@example.com", subject=f"Letter {number}", text="x"))
    letters = get(emulator, "/mail.json").json()["letters"]
    assert len(letters) == MOST
    assert [each["subject"] for each in letters] == [f"Letter {number}" for number in range(MOST, 0, -1)]
