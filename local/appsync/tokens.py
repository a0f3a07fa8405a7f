"""Cognito's tokens: verified for real, by the keys the user pool publishes."""

import asyncio
import json
import logging
import math
import re
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import jwt

from local.appsync.deployed import Pool
from local.appsync.failures import unauthorized

_log = logging.getLogger(__name__)

_REFETCH_SECONDS: Final = 5.0
"""How often at most a pool's keys are fetched again because a token names an unknown one: forged ones are cheap."""
_FETCH_SECONDS: Final = 5.0
_SKEW_SECONDS: Final = 5
"""How far ahead the issuer's clock may run. Ours: on one machine there is hardly any."""
_REMEMBERED: Final = 4096
"""Verified tokens kept, so that checking a signature is paid once a token and not once a request."""
_UNCHECKED: Final[Any] = dict.fromkeys(("verify_aud", "verify_exp", "verify_nbf", "verify_iat", "verify_iss"), False)

type Claims = Mapping[str, Any]
type Clock = Callable[[], float]


class Keys(Protocol):
    """Finds the public key of a pool by its id."""

    async def key(self, pool_id: str, key_id: str) -> jwt.PyJWK | None: ...


class PublishedKeys:
    """The keys that Cognito publishes at ``<endpoint>/<pool id>/.well-known/jwks.json``, fetched when first needed."""

    def __init__(self, endpoint: str, *, clock: Clock) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._clock = clock
        self._keys: dict[str, dict[str, jwt.PyJWK]] = {}
        self._fetched: dict[str, float] = {}
        self._lock = asyncio.Lock()

    async def key(self, pool_id: str, key_id: str) -> jwt.PyJWK | None:
        found = self._keys.get(pool_id, {}).get(key_id)
        if found is not None:
            return found
        async with self._lock:
            if self._clock() - self._fetched.get(pool_id, -_REFETCH_SECONDS) >= _REFETCH_SECONDS:
                self._fetched[pool_id] = self._clock()
                await self._fetch(pool_id)
        return self._keys.get(pool_id, {}).get(key_id)

    async def _fetch(self, pool_id: str) -> None:
        url = f"{self._endpoint}/{pool_id}/.well-known/jwks.json"
        try:
            published = json.loads(await asyncio.to_thread(_get, url))
            self._keys[pool_id] = {key["kid"]: jwt.PyJWK(key) for key in published["keys"]}
        except (OSError, ValueError, KeyError, jwt.PyJWTError):
            _log.exception("The keys of user pool %s cannot be fetched, so its tokens are refused", pool_id)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_FETCH_SECONDS) as answer:  # noqa: S310 - the endpoint is our own setting
        return bytes(answer.read())


class Tokens:
    """Verifies the tokens of an API's pools, and remembers those it has verified."""

    def __init__(self, pools: Sequence[Pool], keys: Keys, *, clock: Clock) -> None:
        self._pools = {pool.issuer: pool for pool in pools}
        self._clients = {pool.issuer: re.compile(pool.client_regex) for pool in pools if pool.client_regex}
        self._keys = keys
        self._clock = clock
        self._verified: OrderedDict[str, tuple[Pool, Claims]] = OrderedDict()

    async def verify(self, token: str) -> tuple[Pool, Claims]:
        """The pool and the claims of a valid ID or access token; ``Refusal`` in AppSync's words for any other."""
        known = self._verified.get(token)
        if known is not None:
            self._verified.move_to_end(token)
            self._check_times(known[1])
            return known
        known = await self._verify(token)
        self._verified[token] = known
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return known

    async def _verify(self, token: str) -> tuple[Pool, Claims]:
        header, unverified = _decoded(token)
        pool = self._pools.get(str(unverified.get("iss")))
        if pool is None or header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise unauthorized()
        key = await self._keys.key(pool.id, header["kid"])
        if key is None:
            raise unauthorized()
        try:
            claims: Claims = jwt.decode(token, key, algorithms=["RS256"], options=_UNCHECKED)
        except jwt.PyJWTError as forged:
            raise unauthorized() from forged
        self._check_times(claims)
        self._check_client(pool, claims)
        return pool, claims

    def _check_times(self, claims: Claims) -> None:
        now = self._clock()
        expires = claims.get("exp")
        if not isinstance(expires, int | float) or not math.isfinite(expires):
            raise unauthorized()
        if expires <= now:
            raise unauthorized("Token has expired.")
        starts = [claims.get("iat"), claims.get("nbf", 0)]
        if not all(isinstance(start, int | float) and start <= now + _SKEW_SECONDS for start in starts):
            raise unauthorized()

    def _check_client(self, pool: Pool, claims: Claims) -> None:
        client = {"id": claims.get("aud"), "access": claims.get("client_id")}.get(str(claims.get("token_use")))
        if not isinstance(client, str):
            raise unauthorized()
        allowed = self._clients.get(pool.issuer)
        if allowed is not None and not allowed.fullmatch(client):
            raise unauthorized()


def _decoded(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token, on its own word."""
    try:
        complete = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as garbage:
        raise unauthorized("Unable to parse JWT token.") from garbage
    return complete["header"], complete["payload"]
