"""Who calls: API keys, tokens and signatures, true and false ones; and the identity that resolvers see."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.appsync.deployed import Mode, Pool, Provider
from local.appsync.identity import Credentials
from local.appsync.tokens import PublishedKeys
from tests.conformance.points import DOC, INFER, OBS, point
from tests.local.appsync.pools import CLIENT, Keyring, access_claims, id_claims, unsigned
from tests.local.appsync.world import API_ARN, KEY, NOW, World, world

POOL, OTHER = "us-east-1_Pool", "us-east-1_Other"
KEYS, IAM = Provider(mode=Mode.API_KEY), Provider(mode=Mode.IAM)
USERS = Provider(mode=Mode.USERS, pool=Pool(id=POOL, region="us-east-1", client_regex="1example.*"))
OTHERS = Provider(mode=Mode.USERS, pool=Pool(id=OTHER, region="us-east-1"))
CLOSED = "Valid authorization header not provided."
RING = Keyring(published={POOL: ["one"], OTHER: ["two"]})
SDL = """
type Query {
  who: String @aws_api_key @aws_iam @aws_cognito_user_pools
  staff: String @aws_cognito_user_pools(cognito_groups: ["staff"])
}
"""
USER = Credentials(
    secret="s3cr3t", account_id="000000000000", user_arn="arn:aws:iam::000000000000:user/publisher", username="AIDA1"
)
IAM_KEYS = {
    "AKIAPUBLISHER": USER,
    "ASIASESSION": Credentials(
        secret="other", account_id="1", user_arn="arn:x", username="AROA:s", session_token="the-token"
    ),
    "AKIANARROW": Credentials(
        secret="narrow",
        account_id="1",
        user_arn="arn:x",
        username="n",
        fields=frozenset({f"{API_ARN}/types/Query/fields/staff"}),
    ),
}


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def there(default: Provider = KEYS, additional: tuple[Provider, ...] = (USERS, OTHERS, IAM), **more: Any) -> World:
    answers: dict[str, Callable[[Any], Any]] = {
        "Query.who": lambda event: json.dumps(event["identity"]),
        "Query.staff": lambda _: "yes",
    }
    return world(answers, sdl=SDL, default=default, additional=additional, pools=RING, iam=IAM_KEYS, **more)


def refusal(place: World, headers: dict[str, str], query: str = "{ who }") -> tuple[int, Any, str | None]:
    response = run(place.send(json={"query": query}, headers=headers))
    return response.status_code, response.json(), response.headers.get("x-amzn-errortype")


def refused(message: str) -> tuple[int, Any, str]:
    body = {"errors": [{"errorType": "UnauthorizedException", "message": message}]}
    return 401, body, "UnauthorizedException"


def identity(place: World, headers: dict[str, str]) -> Any:
    response = run(place.send(json={"query": "{ who }"}, headers=headers))
    assert response.status_code == 200, response.text
    return json.loads(response.json()["data"]["who"])


# API keys -----------------------------------------------------------------------------------------------------------


def test_an_api_key_is_nobody_in_particular() -> None:
    assert identity(there(), {"x-api-key": KEY}) is None


@pytest.mark.parametrize("key", ["da2-wrong", "da2-old", "", KEY + " ", KEY.upper()])
@point("1.3", OBS)
def test_a_wrong_or_expired_key_is_refused(key: str) -> None:
    assert refusal(there(), {"x-api-key": key}) == refused("You are not authorized to make this call.")


@pytest.mark.parametrize(
    ("default", "additional", "message"),
    [(KEYS, (), "Missing authorization header"), (USERS, (IAM,), CLOSED), (IAM, (KEYS,), CLOSED)],
)
@point("1.3", OBS)
def test_without_credentials_nothing_is_answered(
    default: Provider, additional: tuple[Provider, ...], message: str
) -> None:
    place = there(default, additional)
    assert refusal(place, {}) == refused(message)
    assert run(place.send(content=b"meow")).status_code == 401


@point("1.1", INFER)
def test_a_key_opens_no_api_without_that_mode() -> None:
    assert refusal(there(USERS, (IAM,)), {"x-api-key": KEY}) == refused(CLOSED)


# Tokens -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "Bearer "])
@pytest.mark.parametrize("claims", [id_claims(POOL), access_claims(POOL)])
def test_id_and_access_tokens_are_taken_bare_or_as_bearer(prefix: str, claims: dict[str, Any]) -> None:
    shown = identity(there(), {"authorization": prefix + RING.token(claims)})
    assert shown == {
        "sub": "192879fc",
        "issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}",
        "username": "ann",
        "claims": claims,
        "groups": None,
        "defaultAuthStrategy": "ALLOW",
        "sourceIp": ["192.0.2.7"],
    }


def test_groups_and_addresses_are_shown() -> None:
    token = RING.token(id_claims(POOL, **{"cognito:groups": ["staff", "x"]}))
    shown = identity(there(), {"authorization": token, "x-forwarded-for": "9.9.9.9"})
    assert (shown["groups"], shown["sourceIp"]) == (["staff", "x"], ["9.9.9.9", "192.0.2.7"])


def test_a_group_opens_what_is_the_groups_and_no_group_does_not() -> None:
    place = there()
    for groups, expected in ((["staff"], "yes"), (["x"], None), ([], None), (..., None), ("staff", None)):
        token = RING.token(id_claims(POOL, **{"cognito:groups": groups}))
        response = run(place.send(json={"query": "{ staff }"}, headers={"authorization": token}))
        assert response.json()["data"] == {"staff": expected}, groups
        assert ("errors" in response.json()) == (expected is None)


def tampered(token: str, **changed: Any) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, **changed}).encode()).decode().rstrip("=")
    return f"{head}.{forged}.{signature}"


def hmac_with_the_public_key() -> str:
    """The classic confusion: the public key taken as the secret of HS256."""
    public = RING.private["one"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = unsigned(id_claims(POOL), "HS256").rstrip(".")
    signature = hmac.new(public, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def headed(**header: Any) -> str:
    """A token signed with the pool's key, under a header that is wholly the sender's."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", **header}).encode()).rstrip(b"=")
    _, claims, _ = TRUE.encode().split(b".")
    signature = RING.private["one"].sign(head + b"." + claims, PKCS1v15(), SHA256())
    return b".".join((head, claims, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


def with_claims(text: bytes) -> str:
    """A token signed with the pool's key, over claims that no library would write."""
    head = TRUE.encode().split(b".")[0]
    claims = base64.urlsafe_b64encode(text).rstrip(b"=")
    signature = RING.private["one"].sign(head + b"." + claims, PKCS1v15(), SHA256())
    return b".".join((head, claims, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode()


TRUE = RING.token(id_claims(POOL))
FOREIGN_JWK = jwt.algorithms.RSAAlgorithm.to_jwk(RING.private["two"].public_key(), as_dict=True)
UNREADABLE = "Unable to parse JWT token."


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", CLOSED),
        ("garbage", CLOSED),
        ("a.b", CLOSED),
        ("a.b.c.d", CLOSED),
        ("a.b.c", "Unable to parse JWT token."),
        ("eyJhbGciOiJSUzI1NiJ9.e30", CLOSED),
        ("..", "Unable to parse JWT token."),
        ("é.ü.ö", "Unable to parse JWT token."),
        (unsigned(id_claims(POOL)), CLOSED),
        (unsigned(id_claims(POOL), "HS256") + "xxxx", CLOSED),
        (hmac_with_the_public_key(), CLOSED),
        (TRUE[:-8] + "AAAAAAAA", CLOSED),
        (TRUE.rpartition(".")[0] + ".", CLOSED),
        (tampered(TRUE, sub="another"), CLOSED),
        (tampered(TRUE, **{"cognito:groups": ["staff"]}), CLOSED),
        (RING.token(id_claims(POOL), "two"), CLOSED),
        (RING.token(id_claims(POOL), "two", kid="one"), CLOSED),
        (RING.token(id_claims(POOL), "two", kid="one", jku="https://evil.example/jwks.json"), CLOSED),
        (RING.token(id_claims(POOL), "two", kid="one", x5u="https://evil.example/key.pem"), CLOSED),
        (RING.token(id_claims(POOL), "two", kid="one", x5c=["TUlJQw=="]), CLOSED),
        (RING.token(id_claims(POOL), "two", kid="one", jwk=FOREIGN_JWK), CLOSED),
        (headed(), CLOSED),
        (headed(kid=""), CLOSED),
        (headed(kid="../../one"), CLOSED),
        (headed(kid="one' OR '1'='1"), CLOSED),
        (headed(kid="https://evil.example/one"), CLOSED),
        (headed(kid="x" * 50_000), CLOSED),
        (headed(kid=["one"]), UNREADABLE),
        (headed(kid=1), UNREADABLE),
        (headed(kid="one", alg="none"), CLOSED),
        (headed(kid="one", alg="RS512"), CLOSED),
        (headed(kid="one", alg="PS256"), CLOSED),
        (headed(kid="one", alg=["RS256"]), CLOSED),
        (headed(kid="one", crit=["exp"]), UNREADABLE),
        (with_claims(b"[" * 20_000), UNREADABLE),
        (with_claims(b"[]"), UNREADABLE),
        (with_claims(b"\xff\x00"), UNREADABLE),
        (with_claims(b'{"iss":["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"]}'), CLOSED),
        (RING.token(id_claims(POOL, exp="tomorrow")), CLOSED),
        (RING.token(id_claims(POOL, exp=True)), "Token has expired."),
        (RING.token(id_claims(POOL, exp=float("nan"))), CLOSED),
        (RING.token(id_claims(POOL, iat="now")), CLOSED),
        (RING.token(id_claims(POOL), kid="unknown"), CLOSED),
        (RING.token(id_claims(OTHER), "one", kid="two"), CLOSED),
        (RING.token(id_claims("us-east-1_Foreign")), CLOSED),
        (RING.token(id_claims(POOL, iss="https://evil.example/us-east-1_Pool")), CLOSED),
        (RING.token(id_claims(POOL, exp=int(NOW))), "Token has expired."),
        (RING.token(id_claims(POOL, exp=int(NOW) - 3600)), "Token has expired."),
        (RING.token(id_claims(POOL, exp=...)), CLOSED),
        (RING.token(id_claims(POOL, iat=int(NOW) + 60)), CLOSED),
        (RING.token(id_claims(POOL, iat=...)), CLOSED),
        (RING.token(id_claims(POOL, nbf=int(NOW) + 60)), CLOSED),
        (RING.token(id_claims(POOL, token_use="refresh")), CLOSED),
        (RING.token(id_claims(POOL, token_use=...)), CLOSED),
        (RING.token(id_claims(POOL, token_use="access")), CLOSED),
        (RING.token(access_claims(POOL, token_use="id")), CLOSED),
        (RING.token(id_claims(POOL, aud="another-client")), CLOSED),
        (RING.token(id_claims(POOL, aud=f"x{CLIENT}")), CLOSED),
        (RING.token(access_claims(POOL, client_id="another-client")), CLOSED),
        (RING.token(id_claims(POOL, aud=[CLIENT])), CLOSED),
    ],
)
@point("1.3", INFER)
def test_a_token_that_is_not_wholly_true_is_refused(token: str, message: str) -> None:
    place = there()
    for value in (token, f"Bearer {token}"):
        assert refusal(place, {"authorization": value.encode()}) == refused(message)  # type: ignore[dict-item]  # bytes: beyond ASCII
    assert place.functions.calls == []


def test_of_several_credentials_of_one_kind_none_counts() -> None:
    place, good = there(), ("authorization", TRUE)
    for more in (("authorization", TRUE), ("Authorization", "Bearer x"), ("AUTHORIZATION", "")):
        for headers in ([good, more], [more, good]):
            response = run(place.send(json={"query": "{ who }"}, headers=headers))
            assert (response.status_code, response.json()) == refused(CLOSED)[:2]
    response = run(place.send(json={"query": "{ who }"}, headers=[("x-api-key", KEY), ("x-api-key", KEY)]))
    assert (response.status_code, response.json()) == refused(CLOSED)[:2]
    assert place.functions.calls == []


@point("2.2", DOC)
def test_a_second_pool_has_its_own_keys_and_any_client_if_it_names_none() -> None:
    claims = id_claims(OTHER, aud="whatever")
    assert identity(there(), {"authorization": RING.token(claims, "two")})["issuer"].endswith(OTHER)


def test_a_verified_token_is_remembered_only_until_it_expires() -> None:
    now = [NOW]
    place = there(clock=lambda: now[0])
    token = RING.token(id_claims(POOL, exp=int(NOW) + 5))
    before = len(RING.asked)
    for _ in range(3):
        assert refusal(place, {"authorization": token})[0] == 200
    assert len(RING.asked) == before + 1
    now[0] += 5
    assert refusal(place, {"authorization": token}) == refused("Token has expired.")


def test_keys_are_fetched_once_and_again_for_an_unknown_one_but_not_at_every_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched: list[str] = []
    published = ["one"]
    now = [0.0]

    def get(url: str) -> bytes:
        fetched.append(url)
        keys = [
            {**jwt.algorithms.RSAAlgorithm.to_jwk(RING.private[k].public_key(), as_dict=True), "kid": k, "alg": "RS256"}
            for k in published
        ]
        return json.dumps({"keys": keys}).encode()

    monkeypatch.setattr("local.appsync.tokens._get", get)
    keys = PublishedKeys("http://aws.test/", clock=lambda: now[0])

    async def look() -> None:
        found = await asyncio.gather(*(keys.key(POOL, "one") for _ in range(5)))
        assert all(found)
        assert fetched == [f"http://aws.test/{POOL}/.well-known/jwks.json"]
        published.append("two")
        assert await keys.key(POOL, "two") is None
        assert len(fetched) == 1
        now[0] += 5
        assert await keys.key(POOL, "two")
        assert await keys.key(POOL, "three") is None
        assert len(fetched) == 2

    run(look())


def test_keys_that_cannot_be_fetched_refuse_the_token_and_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    keys = PublishedKeys("http://127.0.0.1:9", clock=lambda: NOW)
    with caplog.at_level(logging.ERROR):
        assert run(keys.key(POOL, "one")) is None
    assert len(caplog.records) == 1


# Signatures ---------------------------------------------------------------------------------------------------------


def signed(
    body: bytes,
    key: str = "AKIAPUBLISHER",
    secret: str | None = None,
    *,
    at: float = NOW,
    service: str = "appsync",
    region: str = "us-east-1",
    url: str = "http://api.test/graphql",
    token: str | None = None,
) -> dict[str, str]:
    request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json", "host": "api.test"})
    auth = SigV4Auth(Signing(key, secret or IAM_KEYS[key].secret, token), service, region)
    time = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    request.context["timestamp"] = time
    request.headers["X-Amz-Date"] = time
    if token:
        request.headers["X-Amz-Security-Token"] = token
    text = auth.string_to_sign(request, auth.canonical_request(request))
    names = auth.signed_headers(auth.headers_to_sign(request))
    scope, signature = auth.scope(request), auth.signature(text, request)
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
    )
    return dict(request.headers.items())


BODY = b'{"query":"{ who }"}'


def test_a_signed_request_is_known_by_its_key() -> None:
    response = run(there().send(content=BODY, headers=signed(BODY)))
    assert json.loads(response.json()["data"]["who"]) == {
        "accountId": "000000000000",
        "cognitoIdentityPoolId": None,
        "cognitoIdentityId": None,
        "username": "AIDA1",
        "userArn": "arn:aws:iam::000000000000:user/publisher",
        "cognitoIdentityAuthType": None,
        "cognitoIdentityAuthProvider": None,
        "sourceIp": ["192.0.2.7"],
    }


def test_a_signature_comes_before_an_api_key() -> None:
    response = run(there().send(content=BODY, headers={**signed(BODY), "x-api-key": KEY}))
    assert json.loads(response.json()["data"]["who"])["username"] == "AIDA1"


@point("2.2", DOC)
def test_a_session_needs_its_token_and_a_policy_its_field() -> None:
    place = there()
    good = run(place.send(content=BODY, headers=signed(BODY, "ASIASESSION", token="the-token")))
    assert good.status_code == 200
    narrow = run(place.send(content=BODY, headers=signed(BODY, "AKIANARROW")))
    assert narrow.json()["data"] == {"who": None}
    assert narrow.json()["errors"][0]["errorType"] == "Unauthorized"


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key.lower() != name.lower()}


def changed(headers: dict[str, str], old: str, new: str) -> dict[str, str]:
    return {key: value.replace(old, new) for key, value in headers.items()}


@pytest.mark.parametrize(
    "headers",
    [
        signed(BODY, secret="wrong"),
        signed(BODY + b" "),
        signed(BODY, at=NOW - 301),
        signed(BODY, at=NOW + 301),
        signed(BODY, service="execute-api"),
        signed(BODY, region="eu-west-1"),
        signed(BODY, url="http://api.test/other"),
        signed(BODY, url="http://api.test/graphql?a=1"),
        signed(BODY, "ASIASESSION"),
        signed(BODY, "ASIASESSION", token="another"),
        signed(BODY, token="uncalled-for"),
        changed(signed(BODY), "AKIAPUBLISHER", "AKIAUNKNOWN"),
        without(signed(BODY), "X-Amz-Date"),
        {**signed(BODY), "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"},
        changed(signed(BODY), "host;", ""),
        {**signed(BODY), "host": "evil.test"},
        {"authorization": "AWS4-HMAC-SHA256"},
        {"authorization": "AWS4-HMAC-SHA256 Credential=AKIAPUBLISHER/20260101/us-east-1/appsync/aws4_request"},
    ],
)
@point("1.3", INFER)
def test_a_signature_that_does_not_hold_is_refused(headers: dict[str, str]) -> None:
    place = there()
    response = run(place.send(content=BODY, headers=headers))
    assert (response.status_code, response.json()) == refused(CLOSED)[:2]
    assert response.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert place.functions.calls == []
