"""Which of an API's modes a request claims, and whether the claim holds.

AppSync documents only that a signature and a token are recognised before anything else; the order here is inferred:
a SigV4 signature, then an API key, then a token.
"""

from collections.abc import Callable, Mapping
from typing import Final

from local.appsync import identity, signatures
from local.appsync.deployed import Api, Mode
from local.appsync.failures import unauthorized
from local.appsync.identity import Caller, Credentials
from local.appsync.tokens import Keys, Tokens
from local.appsync.wire import Request

_DOTS_OF_A_TOKEN: Final = 2


class Doorkeeper:
    """Knows the callers of one API."""

    def __init__(self, api: Api, keys: Keys, iam: Mapping[str, Credentials], *, clock: Callable[[], float]) -> None:
        pools = [provider.pool for provider in api.providers if provider.pool]
        self._api = api
        self._iam = iam
        self._clock = clock
        self._tokens = Tokens(pools, keys, clock=clock)
        self._region = api.arn.split(":")[3]

    async def identify(self, request: Request) -> Caller:
        """The caller; ``Refusal`` in AppSync's words when it cannot be known."""
        stated, key = request.headers.get("authorization") or "", request.headers.get("x-api-key")
        if isinstance(stated, list) or isinstance(key, list):
            raise unauthorized()  # of two, a server before us might have believed the other
        if stated.startswith(signatures.SCHEME) and self._api.has(Mode.IAM):
            credentials = signatures.verify(request, self._iam, self._region, self._clock)
            return identity.of_credentials(credentials, primary=self._api.default.mode is Mode.IAM)
        if key is not None and self._api.has(Mode.API_KEY):
            return self._by_key(key)
        return await self._by_token(stated.removeprefix("Bearer ").strip())

    def _by_key(self, key: str) -> Caller:
        expires = self._api.keys.get(key)
        if expires is None or expires <= self._clock():
            raise unauthorized("You are not authorized to make this call.")
        return identity.of_key(primary=self._api.default.mode is Mode.API_KEY, expires=expires)

    async def _by_token(self, token: str) -> Caller:
        if not token and all(provider.mode is Mode.API_KEY for provider in self._api.providers):
            raise unauthorized("Missing authorization header")
        if token.count(".") != _DOTS_OF_A_TOKEN or not self._api.has(Mode.USERS):
            raise unauthorized()
        pool, claims = await self._tokens.verify(token)
        return identity.of_claims(
            claims, primary=pool == self._api.default.pool, default_action=self._api.default_action
        )
