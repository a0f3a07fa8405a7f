"""Guests' sessions: what the shop remembers of somebody who is not signed in, as long as they come back.

A session is one hash, so that every command names one key, each part is changed by itself, and two tabs of one guest
do not undo each other. Its key is made of a digest: who can list the keys does not learn the ids, which are what a
guest shows to be known again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from datasources.valkey.keys import Keys, digest
from datasources.valkey.server import Command, OutOfReach, Server
from domain.ids import CART, SESSION, CartId, ProductId, SessionId, is_id, noun_of
from domain.money import CurrencyCode
from domain.sessions import MOST_VIEWED, GuestContext, Session, is_country, is_locale

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
if redis.pcall('HEXISTS', KEYS[1], 'begun') ~= 1 then return {} end
for at = 2, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])
"""
_SEE: Final = """
if redis.pcall('HEXISTS', KEYS[1], 'begun') ~= 1 then return {} end
local viewed, count = ARGV[2], 1
for id in string.gmatch(redis.call('HGET', KEYS[1], 'viewed') or '', '%S+') do
  if id ~= ARGV[2] and count < tonumber(ARGV[3]) then viewed, count = viewed .. ' ' .. id, count + 1 end
end
redis.call('HSET', KEYS[1], 'viewed', viewed)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])
"""
"""Each script is atomic and leaves no key without an expiry. All but the first give what is held afterwards: nothing
when what lies there is no hash of ours, which counts as no session."""


class Sessions:
    """Remembers while it can: flushed, it knows nobody; out of reach, it answers with what it was just told.

    Only ids that ``start`` made lead to a session. One that somebody else thought of, or planted, is never taken up:
    whatever is asked of it is answered with None. One that was started and then planted is left behind by ``renew``,
    which is due at sign-in. ``new_id`` makes ids that nobody can guess; ``Server.on_event`` is told DROPPED.
    """

    def __init__(self, server: Server, *, prefix: str, new_id: Callable[[str], str]) -> None:
        self._server = server
        self._keys = Keys(prefix)
        self._new_id = new_id

    def start(self, context: GuestContext) -> Session:
        """A new session; it has an id even when nobody could be told of it."""
        return self._begun(context, ())

    def get(self, id: SessionId) -> Session | None:  # noqa: A002  # the domain's word
        """What is known of a guest; asking for it keeps it for SESSION_SECONDS more."""
        try:
            return self._ran(id, _READ)
        except OutOfReach:
            return Session(id=id, remembered=False)

    def set_context(self, id: SessionId, context: GuestContext) -> Session | None:  # noqa: A002  # the domain's word
        """Remember for whom to choose; what the context leaves open is forgotten."""
        return self._changed(Session(id=id, context=context), _CHANGE, *_flat(_of_context(context)))

    def set_cart(self, id: SessionId, cart_id: CartId | None) -> Session | None:  # noqa: A002  # the domain's word
        """Remember which cart is the guest's, or that there is none any more."""
        return self._changed(Session(id=id, cart_id=cart_id), _CHANGE, "cart", cart_id or "")

    def saw(self, id: SessionId, product_id: ProductId) -> Session | None:  # noqa: A002  # the domain's word
        """Put a product first among those looked at; the oldest of more than MOST_VIEWED is forgotten."""
        return self._changed(Session(id=id, viewed=(product_id,)), _SEE, product_id, MOST_VIEWED)

    def renew(self, id: SessionId) -> Session | None:  # noqa: A002  # the domain's word
        """A session under a new id; the old id is nobody's from now on.

        The cart is left behind with it: who knows the one may know the other.
        """
        known = self.get(id)
        return known and self._begun(known.context, known.viewed, ("DEL", self._key(id)))

    def _key(self, id_: SessionId) -> str:
        return self._keys.of("session", digest(id_))

    def _begun(self, context: GuestContext, viewed: tuple[ProductId, ...], *also: Command) -> Session:
        session = Session(id=SessionId(self._new_id(SESSION)), context=context, viewed=viewed)
        known = {_BEGUN: "1", "viewed": " ".join(viewed)} | _of_context(context)
        kept = {name: text for name, text in known.items() if text}
        try:
            self._server.ask(("EVAL", _START, 1, self._key(session.id), _LIFE, *_flat(kept)), *also)
        except OutOfReach:
            return self._dropped(session)
        return session

    def _changed(self, said: Session, script: str, *arguments: str | int) -> Session | None:
        try:
            return self._ran(said.id, script, *arguments)
        except OutOfReach:
            return self._dropped(said)

    def _ran(self, id_: SessionId, script: str, *arguments: str | int) -> Session | None:
        if not is_id(id_, SESSION):
            return None
        (answer,) = self._server.ask(("EVAL", script, 1, self._key(id_), _LIFE, *arguments))
        return _session(id_, _fields(answer))

    def _dropped(self, said: Session) -> Session:
        self._server.on_event(DROPPED)
        return replace(said, remembered=False)


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


def _session(id_: SessionId, fields: Mapping[str, str]) -> Session | None:
    """What of the fields can be understood; without _BEGUN they are not ours."""
    if _BEGUN not in fields:
        return None
    locale, currency, country, cart = (fields.get(name, "") for name in ("locale", "currency", "country", "cart"))
    seen = [ProductId(text) for text in fields.get("viewed", "").split() if noun_of(text) == "Product"]
    return Session(
        id=id_,
        context=GuestContext(
            locale=locale if is_locale(locale) else None,
            currency=CurrencyCode(currency) if currency in CurrencyCode else None,
            country=country if is_country(country) else None,
        ),
        cart_id=CartId(cart) if is_id(cart, CART) else None,
        viewed=tuple(dict.fromkeys(seen))[:MOST_VIEWED],
    )
