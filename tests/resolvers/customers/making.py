"""Customers as the graph shows them, and what they say of themselves."""

import uuid
from typing import Any, Final

import boto3

from tests.resolvers.catalog.making import name
from tests.shop import EMAILS, REGION, SUBS, Context, Shop, load_handler

ERRORS: Final = "userErrors { code message field }"
ADDRESS: Final = "name company line1 line2 city region postalCode country phone"
CUSTOMER: Final = f"""
id email emailVerified name phone locale marketingConsent marketingWording
addresses {{ id {ADDRESS} }} defaultAddressId createdAt updatedAt
"""
WISHES: Final = "wishlist { totalCount edges { cursor variantId wishedAt node { id price { amount currency } } } }"
ME: Final = f"{{ me {{ {CUSTOMER} }} }}"
READ: Final = f"query($id: ID!) {{ customer(id: $id) {{ {CUSTOMER} consents {{ seq granted wording where at }} }} }}"
UPDATE: Final = f"""
mutation($input: CustomerInput!) {{ customerUpdate(input: $input) {{ customer {{ {CUSTOMER} }} {ERRORS} }} }}"""
SAVE: Final = f"""
mutation($id: ID, $input: AddressInput!) {{
  addressSave(id: $id, input: $input) {{ customer {{ {CUSTOMER} }} {ERRORS} }} }}"""
DELETE: Final = f"mutation($id: ID!) {{ addressDelete(id: $id) {{ deletedId {ERRORS} }} }}"
WISH: Final = f"""
mutation($id: ID!, $wished: Boolean!) {{
  wishlistSet(variantId: $id, wished: $wished) {{ customer {{ {WISHES} }} {ERRORS} }} }}"""
CLAIM: Final = f"mutation {{ guestOrdersClaim {{ claimed {ERRORS} }} }}"
FIND: Final = """
query($search: String, $first: Int, $after: String, $last: Int, $before: String) {
  customers(search: $search, first: $first, after: $after, last: $last, before: $before) {
    complete edges { cursor node { id email name } } pageInfo { hasNextPage endCursor }
  }
}"""
BERLIN: Final = {"name": "Ada Lovelace", "line1": "Unter den Linden 1", "city": "Berlin", "country": "de"}


def somebody(sub: str = "") -> str:
    """A person who has not been here before, to ask as."""
    person = name("somebody")
    SUBS[person], EMAILS[person] = sub or str(uuid.uuid4()), f"{person}@example.org"
    return person


def me(shop: Shop, person: str = "shopper") -> Any:
    return shop.ask(ME, person=person)["me"]


def update(shop: Shop, person: str = "shopper", **given: Any) -> Any:
    """The payload of saying something of oneself."""
    return shop.ask(UPDATE, {"input": given}, person=person)["customerUpdate"]


def save(shop: Shop, address: Any, id_: str | None = None, person: str = "shopper") -> Any:
    """The payload of keeping an address."""
    return shop.ask(SAVE, {"id": id_, "input": address}, person=person)["addressSave"]


def delete(shop: Shop, id_: str, person: str = "shopper") -> Any:
    return shop.ask(DELETE, {"id": id_}, person=person)["addressDelete"]


def wish(shop: Shop, variant: str, *, wished: bool = True, person: str = "shopper") -> Any:
    """The payload of wishing."""
    return shop.ask(WISH, {"id": variant, "wished": wished}, person=person)["wishlistSet"]


def told(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error of a payload, which has nothing else."""
    assert all(part is None for key, part in payload.items() if key != "userErrors"), payload
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


class Door:
    """The user pool of a shop, as it turns to the triggers."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._pool = shop.environ["USER_POOL_ID"]
        self._cognito = boto3.client("cognito-idp", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
        self._triggers = load_handler(shop.environ, "customers", "triggers")

    def user(self, email: str, verified: str) -> str:
        """Have the pool know somebody; gives their id."""
        told: Any = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": verified}]
        made = self._cognito.admin_create_user(UserPoolId=self._pool, Username=name("user"), UserAttributes=told)
        return next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")

    def verified(self, sub: str, email: str) -> None:
        """Another e-mail is somebody's."""
        told: Any = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        self._cognito.admin_update_user_attributes(UserPoolId=self._pool, Username=sub, UserAttributes=told)

    def turn(self, source: str, **attributes: str) -> Any:
        """What the triggers make of an event, of the shape of the guide's "Pre sign-up" and "Post confirmation"."""
        event = {
            "version": "1",
            "region": REGION,
            "userPoolId": self._pool,
            "userName": attributes.get("sub", ""),
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
            "triggerSource": source,
            "request": {"userAttributes": attributes, "validationData": None},
            "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
        }
        return self._triggers.answer(event, Context())

    def confirmed(self, email: str, sub: str = "", **attributes: str) -> str:
        """Somebody confirms their sign-up; gives their id."""
        sub = sub or str(uuid.uuid4())
        said = {"sub": sub, "email": email, "email_verified": "true", "cognito:user_status": "CONFIRMED"}
        self.turn("PostConfirmation_ConfirmSignUp", **(said | attributes))
        return sub
