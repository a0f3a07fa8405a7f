"""The page of the simulator of payments: buyers who are to confirm come here, approve or decline, and go back.

What they say is done by a function beside the deployed ones, with all that the payments' own has. So every process
that serves the page has the same way to it, and none of them knows what webhooks are signed with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from local.appsync.invocation import Invoke
from local.functions.deployed import Deployed
from local.functions.host import UnknownFunction
from resolvers.payments.settings import Settings

PATH: Final = "/simulator"
NAME: Final = "laptop-simulator"
HANDLER: Final = "local.deciding.answer"
LARGEST: Final = 4096
"""Bytes of what the form sends: some 200."""
APPROVE: Final = {"approve": True, "decline": False}

_OPEN: Final = "SIMULATOR_URL"
_NEEDED: Final = frozenset(name.upper() for name in Settings.__struct_fields__)
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http: https:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Chromium asks ``form-action`` of wherever a form's answer leads as well, and a shop may send its buyers on from the
address that it gave. The page's own address has the secret in it, and is told to nobody."""

_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk payment simulator</title>
<style>
  :root {{ color-scheme: light dark; --line: light-dark(#e8dfd3, #3a342f); --card: light-dark(#fff, #262220);
          --deed: light-dark(#7a4a12, #e6b877); --on-deed: light-dark(#fff, #241a0e) }}
  body {{ max-width: 26rem; margin: 12vh auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif;
         background: light-dark(#fbf7f1, #1b1917) }}
  main {{ padding: 1.6rem 1.8rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card) }}
  h1 {{ margin: 0; font-size: 1rem; font-weight: 600 }} p {{ margin: .6rem 0 0; overflow-wrap: anywhere }}
  strong {{ display: block; font-size: 2.2rem; line-height: 1.3; font-weight: 600 }}
  form {{ display: flex; gap: .8rem; margin-top: 1.4rem }}
  button {{ flex: 1; padding: .6rem; border: 1px solid var(--deed); border-radius: .4rem; font: inherit;
           cursor: pointer; background: none; color: inherit }}
  button[value=approve] {{ background: var(--deed); color: var(--on-deed) }}
  a {{ color: var(--deed) }} footer {{ margin: 1rem .2rem; font-size: .85rem; opacity: .7 }}
</style>
<main>
<h1>Payment simulator</h1>
{said}
</main>
<footer>No bank is asked, and no money moves.</footer>
</html>
"""
_QUESTION: Final = """<p>{shop} asks for <strong>{amount}</strong></p>
<form method="post" action="{path}">
<input type="hidden" name="payment" value="{payment}"><input type="hidden" name="secret" value="{secret}">
<button name="decision" value="approve">Approve</button><button name="decision" value="decline">Decline</button>
</form>"""
_BACK: Final = """<p><a href="{}">Go back to the shop</a></p>"""
_NOBODY: Final = "Buyers come here from a shop, when they are to confirm a payment."
_UNKNOWN: Final = "There is no such payment, or this is not its buyer's address."
_DECIDED: Final = "This payment is not waiting to be confirmed."
_UNCLEAR: Final = "Approve or decline: nothing else can be said here."
_AWAY: Final = "The payment could not be asked about. Try again."
_DONE: Final = {True: "The payment is approved.", False: "The payment is declined."}


def functions(deployed: Sequence[Deployed]) -> tuple[Deployed, ...]:
    """The function that does what buyers say; none where no payments are deployed, or not with a simulator."""
    found = next((one for one in deployed if one.environment.keys() >= _NEEDED and one.environment[_OPEN]), None)
    if found is None:
        return ()
    return (replace(found, name=NAME, arn=found.arn.replace(found.name, NAME), handler=HANDLER),)


def routes(invoke: Invoke) -> list[BaseRoute]:
    """The page, and what its form does; ``invoke`` calls functions."""

    async def page(request: Request) -> Response:
        given = request.query_params
        buyer = given.get("payment"), given.get("secret")
        if not all(buyer):
            return _sentence(_NOBODY)
        found = await _told(invoke, *buyer)
        return found if isinstance(found, Response) else _asked(found, *buyer)

    async def decide(request: Request) -> Response:
        given = await _form(request)
        approve = APPROVE.get(given.get("decision", ""))
        if approve is None:
            return _sentence(_UNCLEAR, 400)
        found = await _told(invoke, given.get("payment"), given.get("secret"), approve=approve)
        return found if isinstance(found, Response) else _decided(found, approve=approve)

    return [Route(PATH, page), Route(PATH, decide, methods=["POST"])]


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form; none of what no form of ours is."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}


async def _told(
    invoke: Invoke, payment: str | None, secret: str | None, *, approve: bool | None = None
) -> Mapping[str, Any] | Response:
    """What is known of a payment after ``approve``; the answer to a buyer who is to know nothing of it."""
    event = {"payment": payment or "", "secret": secret or "", "approve": approve}
    try:
        given = await invoke(NAME, orjson.dumps(event))
    except UnknownFunction:
        return _sentence(_UNKNOWN, 404)
    if given.function_error:
        return _sentence(_AWAY, 503)
    found: Mapping[str, Any] | None = orjson.loads(given.payload).get("payment")
    return _sentence(_UNKNOWN, 404) if found is None else found


def _asked(found: Mapping[str, Any], payment: str | None, secret: str | None) -> Response:
    if not found["undecided"]:
        return _sentence(_DECIDED, 409, found)
    shop = urlsplit(found["return_url"] or "").netloc or "The shop"
    texts = {"shop": shop, "amount": found["amount"], "payment": payment or "", "secret": secret or "", "path": PATH}
    return _shown(_QUESTION.format(**{name: escape(text) for name, text in texts.items()}))


def _decided(found: Mapping[str, Any], *, approve: bool) -> Response:
    """Who presses twice goes on twice; who says otherwise than before is told that it is too late."""
    if found["undecided"] or found["approved"] != approve:
        return _sentence(_DECIDED, 409, found)
    if found["return_url"] is None:
        return _sentence(_DONE[approve])
    return RedirectResponse(found["return_url"], 303, _HEADERS)


def _sentence(text: str, status: int = 200, found: Mapping[str, Any] | None = None) -> Response:
    url = found and found["return_url"]
    return _shown(f"<p>{text}</p>{_BACK.format(escape(url)) if url else ''}", status)


def _shown(said: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(said=said), status, _HEADERS)
