"""Users of a pool on the embedded AWS: known, signed out everywhere, shut out, and gone."""

import time
import uuid
from typing import Any

import boto3
import jwt
import pytest
from botocore.exceptions import ClientError

from datasources.cognito.users import Users
from datasources.faults import StoreRefused, StoreUnavailable
from datasources.roundtrips import counted
from domain.ids import CustomerId

PASSWORD = "Correct-Horse-7"
NOBODY = CustomerId("00000000-0000-4000-8000-000000000000")


class Pool:
    """A pool of people who sign in with their e-mail, and what a front end asks of it."""

    def __init__(self) -> None:
        self.cognito: Any = boto3.client("cognito-idp")
        made = self.cognito.create_user_pool(
            PoolName=uuid.uuid4().hex,
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
        )
        self.id = str(made["UserPool"]["Id"])
        flows: Any = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        known = self.cognito.create_user_pool_client(UserPoolId=self.id, ClientName="c", ExplicitAuthFlows=flows)
        self.client = known["UserPoolClient"]["ClientId"]

    def sign_up(self, email: str, **attributes: str) -> CustomerId:
        given = [{"Name": name, "Value": text} for name, text in ({"email": email} | attributes).items()]
        made = self.cognito.sign_up(ClientId=self.client, Username=email, Password=PASSWORD, UserAttributes=given)
        self.cognito.admin_confirm_sign_up(UserPoolId=self.id, Username=email)
        return CustomerId(made["UserSub"])

    def sign_in(self, email: str) -> Any:
        return self._begun("USER_PASSWORD_AUTH", USERNAME=email, PASSWORD=PASSWORD)

    def prolong(self, tokens: Any) -> Any:
        return self._begun("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])

    def _begun(self, flow: str, **parameters: str) -> Any:
        answer = self.cognito.initiate_auth(ClientId=self.client, AuthFlow=flow, AuthParameters=parameters)
        return answer["AuthenticationResult"]


@pytest.fixture
def pool(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Pool:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return Pool()


def test_a_user_is_known_by_the_sub_that_tokens_say(pool: Pool) -> None:
    ada = pool.sign_up("ada@example.org", name="Ada", locale="de")
    token = jwt.decode(pool.sign_in("ada@example.org")["IdToken"], options={"verify_signature": False})
    assert token["sub"] == ada
    with counted() as sent:
        known = Users(pool.id).get(ada)
    assert dict(sent) == {"cognito.AdminGetUser": 1}
    assert known
    assert (known.id, known.email, known.is_enabled, known.status) == (
        ada,
        "ada@example.org",
        True,
        "CONFIRMED",
    )
    assert known.attributes["name"] == "Ada"


def test_an_email_is_verified_when_the_pool_says_so(pool: Pool) -> None:
    ada = pool.sign_up("ada@example.org")
    for said in ("false", "true"):
        verified = [{"Name": "email_verified", "Value": said}]
        pool.cognito.admin_update_user_attributes(UserPoolId=pool.id, Username=ada, UserAttributes=verified)
        known = Users(pool.id).get(ada)
        assert known
        assert known.email_verified is (said == "true")


def test_who_is_signed_out_everywhere_prolongs_no_session(pool: Pool) -> None:
    ada, ben = pool.sign_up("ada@example.org"), pool.sign_up("ben@example.org")
    phone, desk, other = (pool.sign_in(f"{name}@example.org") for name in ("ada", "ada", "ben"))
    assert pool.prolong(phone)["AccessToken"]
    time.sleep(1)  # the emulator tells moments by the second
    assert Users(pool.id).sign_out(ada)
    for tokens in (phone, desk):
        with pytest.raises(ClientError, match="NotAuthorized"):
            pool.prolong(tokens)
    assert pool.prolong(other)["AccessToken"]
    assert Users(pool.id).get(ben)


def test_who_is_disabled_is_not_let_in(pool: Pool) -> None:
    ada = pool.sign_up("ada@example.org")
    assert Users(pool.id).disable(ada)
    with pytest.raises(ClientError, match=r"NotAuthorized|disabled"):
        pool.sign_in("ada@example.org")
    known = Users(pool.id).get(ada)
    assert known
    assert not known.is_enabled


def test_who_is_deleted_is_gone_and_may_be_deleted_again(pool: Pool) -> None:
    users, ada = Users(pool.id), pool.sign_up("ada@example.org")
    tokens = pool.sign_in("ada@example.org")
    assert users.delete(ada)
    assert not users.delete(ada)
    assert users.get(ada) is None
    with pytest.raises(ClientError):
        pool.prolong(tokens)
    with pytest.raises(ClientError):
        pool.sign_in("ada@example.org")
    assert pool.sign_up("ada@example.org") != ada, "who comes back is somebody else"


def test_nobody_is_nobody_and_no_pool_is_a_fault(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    users = Users(pool.id)
    assert users.get(NOBODY) is None
    assert not users.sign_out(NOBODY)
    assert not users.disable(NOBODY)
    with pytest.raises(StoreRefused, match="Cognito"):
        Users("us-east-1_nowhere").get(NOBODY)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable, match="Cognito"):
        Users(pool.id).delete(NOBODY)
