"""The user pool's triggers: who may sign up, that a profile is made once, and what was bought as a guest."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest

from domain.customers.customers import Customer
from domain.customers.signing import Told, signed_up
from domain.ids import CustomerId
from resolvers._kit.triggering import Refused
from tests.resolvers.catalog.making import name
from tests.resolvers.customers.making import CLAIM, Door, me, somebody, told
from tests.resolvers.orders.making import CANCEL, act, ordered, read, variant
from tests.shop import EMAILS, REGION, SUBS, Shop


@pytest.fixture(scope="module")
def door(shop: Shop) -> Door:
    return Door(shop)


def kept(shop: Shop, id_: str) -> Customer:
    found: Customer = shop.handlers["customers"].store.get(id_)
    return found


def items(shop: Shop, table: str, holding: str) -> list[Any]:
    """Every item of a table that holds a text."""
    client = boto3.client("dynamodb", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    pages = client.get_paginator("scan").paginate(TableName=shop.environ[table])
    return [one for page in pages for one in page["Items"] if holding in str(one)]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "no at",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@[192.168.0.1]",
        "ada@10.0.0.1",
        '"ada lovelace"@example.org',
        "ada..l@example.org",
        ".ada@example.org",
        "ada@münchen.de",
        "äda@example.org",
        "ada@example.org\r\nBcc: all@example.org",
        "ada\u200b@example.org",
        "x" * 65 + "@example.org",
        "ada@" + "x" * 1_000_000 + ".org",
    ],
)
def test_nobody_signs_up_with_an_e_mail_that_no_letter_reaches(door: Door, email: str) -> None:
    for source in ("PreSignUp_SignUp", "PreSignUp_AdminCreateUser"):
        with pytest.raises(Refused) as refused:
            door.turn(source, email=email)
        assert str(refused.value)
        assert len(email) < 13 or email[:60] not in str(refused.value), "what was given ends up in no log"


@pytest.mark.parametrize("email", ["ada@example.org", "Ada.L+shop@Example.ORG", "o'brien@xn--mnchen-3ya.de"])
def test_who_has_an_e_mail_may_sign_up_and_is_neither_confirmed_nor_verified_by_us(door: Door, email: str) -> None:
    answer = door.turn("PreSignUp_SignUp", email=email)
    assert set(answer["response"].values()) == {False}


@pytest.mark.parametrize("said", [{"phone_number": "12"}, {"name": "a\nb"}, {"locale": "no language"}])
def test_what_the_shop_could_not_take_later_is_refused_at_sign_up(door: Door, said: dict[str, str]) -> None:
    with pytest.raises(Refused):
        door.turn("PreSignUp_SignUp", email="ada@example.org", **said)


def test_a_profile_is_made_once_though_it_is_told_twice_at_once_and_late(shop: Shop, door: Door) -> None:
    email, id_ = f"{name('twice')}@example.org", str(uuid4())
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: door.confirmed(email, id_, name="Ada", locale="de"), range(8)))
    made = kept(shop, id_)
    assert (made.version, made.email, made.email_verified, made.name, made.locale) == (1, email, True, "Ada", "de")
    assert len(items(shop, "CUSTOMERS_TABLE", f"CUSTOMER#{id_}")) == 1
    changed = shop.handlers["customers"].store
    door.turn("PostConfirmation_ConfirmForgotPassword", sub=id_, email=email, email_verified="true")
    assert kept(shop, id_) == made
    changed.erase(id_)
    door.confirmed(email, id_)
    assert kept(shop, id_) is None, "told late, after they were erased"


def test_who_is_confirmed_is_let_in_whatever_the_pool_says_of_them(shop: Shop, door: Door) -> None:
    id_ = door.confirmed("äda@münchen.de", phone_number="12", name="x" * 300)
    assert (kept(shop, id_).email, kept(shop, id_).phone, kept(shop, id_).name) == ("äda@münchen.de", None, None)
    assert door.turn("PostConfirmation_ConfirmSignUp", sub=str(uuid4()), phone_number="+4930123456")


def test_whatever_the_pool_took_of_somebody_can_be_read(shop: Shop, door: Door) -> None:
    person = somebody()
    door.confirmed("äda@münchen.de", SUBS[person], phone_number="+99912345678")
    EMAILS[person] = "äda@münchen.de"
    assert [me(shop, person)[part] for part in ("email", "phone")] == ["äda@münchen.de", "+99912345678"]


def test_what_was_bought_as_a_guest_is_theirs_once_the_e_mail_is(shop: Shop, door: Door) -> None:
    thing, person = variant(shop), somebody()
    email, sub = EMAILS[person], SUBS[person]
    before, elsewhere = ordered_by(shop, thing, email.upper()), ordered_by(shop, thing, "eve@example.org")
    assert mine(shop, person) == []
    assert told(act(shop, CANCEL, before["id"], person, reason="mine")) == [("NOT_FOUND", ["id"])]

    door.confirmed(email, sub, email_verified="false")
    assert mine(shop, person) == [], "anybody can sign up with anybody's e-mail"
    for _ in range(2):
        door.turn("PostConfirmation_ConfirmForgotPassword", sub=sub, email=email, email_verified="true")
    assert mine(shop, person) == [before["id"]]
    assert told(act(shop, CANCEL, before["id"], "shopper", reason="not mine")) == [("NOT_FOUND", ["id"])]
    assert told(act(shop, CANCEL, elsewhere["id"], person, reason="not mine")) == [("NOT_FOUND", ["id"])]
    payload = act(shop, CANCEL, before["id"], person, reason="mine")
    assert (payload["userErrors"], payload["order"]["status"]) == ([], "CANCELLED")
    seen = shop.ask("query($id: ID!) { order(id: $id) { customer { id } } }", {"id": before["id"]}, person=person)
    assert seen["order"]["customer"] is None, "it stays a guest's, whose link stays good"
    assert read(shop, before["id"])["status"] == "CANCELLED"


def test_later_orders_are_claimed_by_who_asks_the_pool_being_asked_whose_the_e_mail_is(shop: Shop, door: Door) -> None:
    old, new = f"{name('old')}@example.org", f"{name('new')}@example.org"
    thing, sub = variant(shop), door.user(old, "false")
    person = somebody(sub)
    first, second = ordered_by(shop, thing, old), ordered_by(shop, thing, new)
    assert told(claim(shop, person)) == [("INVALID", None)]
    door.verified(sub, old)
    with ThreadPoolExecutor(2) as threads:
        claims = list(threads.map(lambda _: claim(shop, person), range(2)))
    assert [one["userErrors"] for one in claims] == [[], []]
    assert mine(shop, person) == [first["id"]]
    door.verified(sub, new)
    assert claim(shop, person) == {"claimed": 1, "userErrors": []}
    assert claim(shop, person) == {"claimed": 0, "userErrors": []}
    assert mine(shop, person) == [second["id"], first["id"]]
    assert kept(shop, sub).email == new


def test_an_account_that_the_pool_does_not_know_claims_nothing_and_too_many_claims_wait(shop: Shop) -> None:
    person = somebody()
    assert told(claim(shop, person)) == [("NOT_FOUND", None)]
    codes = [claim(shop, person)["userErrors"][0]["code"] for _ in range(5)]
    assert codes == ["NOT_FOUND"] * 4 + ["THROTTLED"]


def test_an_id_token_with_a_newer_e_mail_is_heard_and_an_erased_user_is_nobody(shop: Shop) -> None:
    person, store = somebody(), shop.handlers["customers"].store
    old, now = EMAILS[person], datetime.now(UTC)
    store.make(
        signed_up(CustomerId(SUBS[person]), Told(email=old, verified=False, at=now - timedelta(days=1)), {}, now)
    )
    EMAILS[person] = f"{name('new')}@example.org"
    assert [me(shop, person)[part] for part in ("email", "emailVerified")] == [EMAILS[person], True]
    store.erase(SUBS[person])
    assert me(shop, person) is None
    document = 'mutation { customerUpdate(input: { name: "Eve" }) { customer { id } userErrors { code field } } }'
    assert told(shop.ask(document, person=person)["customerUpdate"]) == [("NOT_FOUND", None)]


def ordered_by(shop: Shop, thing: str, email: str) -> Any:
    """A guest's order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.resolvers.orders.making.EMAIL", email)
        return ordered(shop, (thing, 1))


def claim(shop: Shop, person: str) -> Any:
    return shop.ask(CLAIM, person=person)["guestOrdersClaim"]


def mine(shop: Shop, person: str) -> list[str]:
    page = shop.ask("{ myOrders { edges { node { id } } } }", person=person)["myOrders"]
    return [edge["node"]["id"] for edge in page["edges"]]
