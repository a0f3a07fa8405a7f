"""Guests' sessions: what the shop remembers of somebody who is not signed in, as long as they come back.

A session is one hash, so that every command names one key, each part is changed by itself, and two tabs of one guest
do not undo each other. Its key is made of a digest: who can list the keys does not learn the ids, which are what a
guest shows to be known again.
"""

from collections.abc import Callable, Mapping
from typing import Final

from datasources.valkey.keys import Keys, digest
from datasources.valkey.server import Command, OutOfReach, Server
from domain.ids import CART, SESSION, CartId, ProductId, SessionId, is_id, noun_of
from domain.money import CurrencyCode
from domain.sessions import MOST_VIEWED, NOTHING_KNOWN, GuestContext, Kept, Session, is_country, is_locale

SESSION_SECONDS: Final = 7 * 86_400
"""After the last request. A guest who comes back next weekend finds the shop as it was left; who does not is forgotten,
for nobody was asked whether we may remember. What is bought lasts longer: a cart has a table and an expiry of its own.
At a kilobyte a guest, 100,000 guests a week are the 100 MB that the smallest ElastiCache is paid for anyway."""

DROPPED: Final = "SessionDropped"
"""Something to remember was not, because the server could not be asked."""

_LIFE: Final = SESSION_SECONDS * 1000
_BEGUN: Final = "begun"
"""The field that only ``start`` writes: without it there is no session, whatever lies there."""

_START: Final = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
_READ: Final = """
local held = redis.pcall('HGETALL', KEYS[1])
if held.err then return {} end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return held
"""
_CHANGE: Final = """
if redis.pcall('HEXISTS', KEYS[1], 'begun') ~= 1 then return 0 end
for at = 2, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
_SEE: Final = """
if redis.pcall('HEXISTS', KEYS[1], 'begun') ~= 1 then return 0 end
local viewed, count = ARGV[2], 1
for id in string.gmatch(redis.call('HGET', KEYS[1], 'viewed') or '', '%S+') do
  if id ~= ARGV[2] and count < tonumber(ARGV[3]) then viewed, count = viewed .. ' ' .. id, count + 1 end
end
redis.call('HSET', KEYS[1], 'viewed', viewed)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
"""Each script is atomic and leaves no key without an expiry; what is no hash of ours counts as no session."""


class Sessions:
    """Remembers while it can: out of reach, or flushed, every read is NOTHING_KNOWN and every write is dropped.

    Only ids that ``start`` made lead to a session. One that somebody else thought of, or planted, is never taken up:
    it is UNKNOWN. One that was started and then planted is left behind by ``renew``, which is due at sign-in.
    ``new_id`` makes ids that nobody can guess; ``Server.on_event`` is told DROPPED.
    """

    def __init__(self, server: Server, *, prefix: str, new_id: Callable[[str], str]) -> None:
        self._server = server
        self._keys = Keys(prefix)
        self._new_id = new_id

    def start(self, session: Session = NOTHING_KNOWN) -> SessionId:
        """A new session; it has an id even when nobody could be told of it."""
        id_ = SessionId(self._new_id(SESSION))
        self._write(self._begun(id_, session))
        return id_

    def get(self, id: SessionId) -> Session:  # noqa: A002  # the domain's word
        """What is known of a guest; asking for it keeps it for SESSION_SECONDS more."""
        try:
            (answer,) = self._server.ask(("EVAL", _READ, 1, self._key(id), _LIFE)) if is_id(id, SESSION) else ([],)
        except OutOfReach:
            return NOTHING_KNOWN
        return _session(_fields(answer))

    def set_context(self, id: SessionId, context: GuestContext) -> Kept:  # noqa: A002  # the domain's word
        """Remember for whom to choose; what the context leaves open is forgotten."""
        return self._change(id, _CHANGE, *_flat(_of_context(context)))

    def set_cart(self, id: SessionId, cart_id: CartId | None) -> Kept:  # noqa: A002  # the domain's word
        """Remember which cart is the guest's, or that there is none any more."""
        return self._change(id, _CHANGE, "cart", cart_id or "")

    def saw(self, id: SessionId, product_id: ProductId) -> Kept:  # noqa: A002  # the domain's word
        """Put a product first among those looked at; the oldest of more than MOST_VIEWED is forgotten."""
        return self._change(id, _SEE, product_id, MOST_VIEWED)

    def renew(self, id: SessionId) -> SessionId:  # noqa: A002  # the domain's word
        """The same session under a new id; the old id is nobody's from now on."""
        fresh = SessionId(self._new_id(SESSION))
        self._write(self._begun(fresh, self.get(id)), ("DEL", self._key(id)))
        return fresh

    def end(self, id: SessionId) -> None:  # noqa: A002  # the domain's word
        """Forget a guest."""
        self._write(("DEL", self._key(id)))

    def _key(self, id_: SessionId) -> str:
        return self._keys.of("session", digest(id_))

    def _begun(self, id_: SessionId, session: Session) -> Command:
        known = _of_context(session.context) | {"cart": session.cart_id or "", "viewed": " ".join(session.viewed)}
        kept = {_BEGUN: "1"} | {name: text for name, text in known.items() if text}
        return ("EVAL", _START, 1, self._key(id_), _LIFE, *_flat(kept))

    def _change(self, id_: SessionId, script: str, *arguments: str | int) -> Kept:
        if not is_id(id_, SESSION):
            return Kept.UNKNOWN
        answer = self._write(("EVAL", script, 1, self._key(id_), _LIFE, *arguments))
        if answer is None:
            return Kept.DROPPED
        return Kept.KEPT if answer == 1 else Kept.UNKNOWN

    def _write(self, *commands: Command) -> object:
        """The first answer, or None when there is none."""
        try:
            return self._server.ask(*commands)[0]
        except OutOfReach:
            self._server.on_event(DROPPED)
            return None


def _of_context(context: GuestContext) -> dict[str, str]:
    currency = context.currency.value if context.currency else ""
    return {"locale": context.locale or "", "currency": currency, "country": context.country or ""}


def _flat(fields: Mapping[str, str]) -> list[str]:
    return [text for pair in fields.items() for text in pair]


def _fields(answer: object) -> dict[str, str]:
    """A hash's fields, as far as they are texts."""
    if not isinstance(answer, list):
        return {}
    texts = [one.decode(errors="replace") if isinstance(one, bytes) else "" for one in answer]
    return dict(zip(texts[::2], texts[1::2], strict=False))


def _session(fields: Mapping[str, str]) -> Session:
    """What of the fields can be understood; without _BEGUN they are not ours."""
    if _BEGUN not in fields:
        return NOTHING_KNOWN
    locale, currency, country, cart = (fields.get(name, "") for name in ("locale", "currency", "country", "cart"))
    seen = [ProductId(text) for text in fields.get("viewed", "").split() if noun_of(text) == "Product"]
    return Session(
        context=GuestContext(
            locale=locale if is_locale(locale) else None,
            currency=CurrencyCode(currency) if currency in CurrencyCode else None,
            country=country if is_country(country) else None,
        ),
        cart_id=CartId(cart) if is_id(cart, CART) else None,
        viewed=tuple(dict.fromkeys(seen))[:MOST_VIEWED],
    )
