"""User pools with keys of our own, to make every kind of true and false token."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tests.local.appsync.world import NOW

CLIENT = "1example23456789"


@dataclass
class Keyring:
    """Signs tokens, and gives out the public keys of those it is told to publish."""

    private: dict[str, RSAPrivateKey] = field(
        default_factory=lambda: {name: generate_private_key(65537, 2048) for name in ("one", "two")}
    )
    published: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def key(self, pool_id: str, key_id: str) -> jwt.PyJWK | None:
        self.asked.append((pool_id, key_id))
        return self.public(key_id) if key_id in self.published.get(pool_id, []) else None

    def public(self, key_id: str) -> jwt.PyJWK:
        told = jwt.algorithms.RSAAlgorithm.to_jwk(self.private[key_id].public_key(), as_dict=True)
        return jwt.PyJWK({**told, "kid": key_id, "alg": "RS256", "use": "sig"})

    def token(self, claims: dict[str, Any], key_id: str = "one", **header: Any) -> str:
        return jwt.encode(claims, self.private[key_id], algorithm="RS256", headers={"kid": key_id, **header})


def id_claims(pool_id: str, **changed: Any) -> dict[str, Any]:
    claims = {
        "sub": "192879fc",
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}",
        "token_use": "id",
        "aud": CLIENT,
        "cognito:username": "ann",
        "email": "ann@example.com",
        "auth_time": int(NOW) - 10,
        "iat": int(NOW) - 10,
        "exp": int(NOW) + 3600,
    }
    return {name: value for name, value in {**claims, **changed}.items() if value is not ...}


def access_claims(pool_id: str, **changed: Any) -> dict[str, Any]:
    return id_claims(
        pool_id,
        **{
            "token_use": "access",
            "aud": ...,
            "client_id": CLIENT,
            "username": "ann",
            "cognito:username": ...,
            "email": ...,
            **changed,
        },
    )


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    head, body = ({"alg": algorithm, "kid": "one", "typ": "JWT"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, body))
        + "."
    )
