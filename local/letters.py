"""The letters that the shop sent: the embedded AWS keeps them, and a page shows them to whoever is curious."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

MOST: Final = 50
"""Letters on the page, the newest first."""
KEPT: Final = "/_ministack/ses/messages"
"""Where the emulator tells of what it was given to send."""
_SECONDS: Final = 5.0

_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Nothing in a letter may run, or load anything: not even here is it known who wrote what it quotes."""

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk letters</title>
<style>
  :root {{ color-scheme: light dark; --line: light-dark(#e8dfd3, #3a342f); --card: light-dark(#fff, #262220) }}
  body {{ max-width: 44rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif;
         background: light-dark(#fbf7f1, #1b1917) }}
  article {{ margin: 1.5rem 0; padding: 1.2rem 1.5rem; border: 1px solid var(--line); border-radius: .6rem;
            background: var(--card) }}
  h1 {{ font-weight: 600 }} h2 {{ margin: 0 0 .2rem; font-size: 1.1rem }}
  small {{ opacity: .7 }} pre {{ overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace; margin: .8rem 0 0 }}
  iframe {{ width: 100%; height: 30rem; margin: .8rem 0 0; border: 0; background: #fff; border-radius: .3rem }}
</style>
<h1>Letters</h1>
{letters}
</html>
"""
_LETTER: Final = """<article><h2>{subject}</h2><small>to {to}, {at}</small>{body}</article>"""
_TEXT: Final = "<pre>{}</pre>"
_HTML: Final = """<iframe sandbox srcdoc="{}"></iframe><details><summary>As text</summary>{}</details>"""
_NONE: Final = "<p>None yet. What the shop sends is shown here, and goes nowhere else.</p>"


def routes(outputs: Mapping[str, Any]) -> list[BaseRoute]:
    """``/mail`` for people, and ``/mail.json`` for programs."""

    async def page(request: Request) -> Response:  # noqa: ARG001 - a route's signature
        letters = await _kept(outputs["custom"]["aws_endpoint_url"])
        shown = "\n".join(map(_shown, letters)) or _NONE
        return HTMLResponse(_PAGE.format(letters=shown), headers=_HEADERS)

    async def document(request: Request) -> Response:  # noqa: ARG001 - as above
        letters = await _kept(outputs["custom"]["aws_endpoint_url"])
        return JSONResponse({"letters": letters}, headers={"cache-control": "no-store"})

    return [Route("/mail", page), Route("/mail.json", document)]


async def _kept(endpoint: str) -> Sequence[Mapping[str, Any]]:
    async with httpx.AsyncClient(trust_env=False, timeout=_SECONDS) as aws:
        told = (await aws.get(f"{endpoint}{KEPT}")).json()["messages"]
    letters = sorted((_letter(each) for of in told.values() for each in of), key=lambda letter: str(letter["at"]))
    return letters[: -MOST - 1 : -1]


def _letter(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": told["MessageId"],
        "at": datetime.fromtimestamp(told["Timestamp"], UTC).isoformat(timespec="seconds"),
        "from": told["Source"],
        "to": told["To"],
        "subject": told["Subject"],
        "text": told["BodyText"],
        "html": told["BodyHtml"] or None,
    }


def _shown(letter: Mapping[str, Any]) -> str:
    return _LETTER.format(
        subject=escape(letter["subject"]),
        to=escape(", ".join(letter["to"])),
        at=letter["at"].replace("T", " ").removesuffix("+00:00"),
        body=_body(letter),
    )


def _body(letter: Mapping[str, Any]) -> str:
    text = _TEXT.format(escape(letter["text"]))
    return _HTML.format(escape(letter["html"]), text) if letter["html"] else text
