"""People with an account in the pool, what they ask for, and the work that is done for it."""

import io
import json
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import boto3

from resolvers._kit.settings import Subscription, resources
from resolvers.orders import settings as orders
from resolvers.payments import settings as payments
from tests.resolvers.catalog.making import name
from tests.resolvers.payments.hearing import record
from tests.shop import EMAILS, REGION, SUBS, Context, Shop

JOB: Final = "id version kind status rows done failed reportUrl createdAt startedAt finishedAt"
PAYLOAD: Final = f"job {{ {JOB} }} userErrors {{ code message field ... on IllegalTransitionError {{ allowed }} }}"
READ: Final = f"query($id: ID!) {{ job(id: $id) {{ {JOB} }} }}"
CHANGES: Final = f"""query($id: ID!, $after: Int!) {{
  jobChanges(jobId: $id, afterSeq: $after) {{ seq jobId job {{ {JOB} }} at }}
}}"""
EXPORT: Final = f"mutation($key: String!) {{ customerDataExport(idempotencyKey: $key) {{ {PAYLOAD} }} }}"
ERASE: Final = f"""mutation($email: AWSEmail!, $key: String!) {{
  customerErase(confirmEmail: $email, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""


SUBSCRIBED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    domain: next((variable, one.events) for variable, one in found.items() if isinstance(one, Subscription))
    for domain, found in (("orders", resources(orders.Reacting)), ("payments", resources(payments.Reacting)))
}


class Person(NamedTuple):
    """Somebody with an account: what tests call them, and their id and e-mail."""

    name: str
    sub: str
    email: str


def client(shop: Shop, service: Any) -> Any:
    return boto3.client(service, endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)


def joined(shop: Shop, email: str = "", **attributes: str) -> Person:
    """Somebody new, who may ask the shop by their name from now on."""
    person = name("person")
    known = {"email": email or f"{person}@example.org", "email_verified": "true"} | attributes
    made = client(shop, "cognito-idp").admin_create_user(
        UserPoolId=shop.environ["USER_POOL_ID"],
        Username=known["email"],
        UserAttributes=[{"Name": key, "Value": text} for key, text in known.items()],
        MessageAction="SUPPRESS",
    )
    told = {one["Name"]: one["Value"] for one in made["User"]["Attributes"]}
    SUBS[person], EMAILS[person] = told["sub"], known["email"]
    return Person(person, told["sub"], known["email"])


def account_of(shop: Shop, person: Person) -> Any:
    """What the pool knows of somebody; None when there is no such user any more."""
    cognito = client(shop, "cognito-idp")
    try:
        return cognito.admin_get_user(UserPoolId=shop.environ["USER_POOL_ID"], Username=person.sub)
    except cognito.exceptions.UserNotFoundException:
        return None


def export(shop: Shop, person: str, key: str = "") -> Any:
    """The payload of asking for all that is known."""
    return shop.ask(EXPORT, {"key": key or name("key")}, person=person)["customerDataExport"]


def erase(shop: Shop, person: Person, email: str = "", key: str = "") -> Any:
    """The payload of asking to be forgotten."""
    variables = {"email": email or person.email, "key": key or name("key")}
    return shop.ask(ERASE, variables, person=person.name)["customerErase"]


def read(shop: Shop, job: Any, person: str) -> Any:
    return shop.ask(READ, {"id": job["id"]}, person=person)["job"]


def react(shop: Shop, *records: Any) -> None:
    shop.reacting("operations").react({"Records": list(records)}, Context())


def work(shop: Shop) -> int:
    """Hand every version of a job to who does the work, until nothing is told any more; gives how many there were."""
    told = 0
    while found := [record for records in shop.news("operations") for record in records]:
        told += len(found)
        react(shop, *found)
    return told


def sweep(shop: Shop) -> None:
    shop.reacting("operations").react({"resources": ["the daily rule"]}, Context())


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: bytes = answer.read()
        return found


def archive(data: bytes) -> dict[str, str]:
    """The files of an archive; of pictures, what of them is text."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {one: packed.read(one).decode(errors="replace") for one in packed.namelist()}


def parsed(files: dict[str, str], file: str) -> Any:
    return json.loads(files[file])


class Wires:
    """What lies between orders and payments: whatever one tells is on the other's queue at once."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._told: list[Any] = []
        self.letters: list[str] = []
        orders_, payments_ = (shop.reacting(domain) for domain in SUBSCRIBED)
        for end in (orders_.bus, orders_.mail, orders_.takings, payments_.bus, payments_.takings):
            end.__dict__["_client"] = self

    def put_events(self, *, Entries: Sequence[Any]) -> Any:  # noqa: N803  # its name
        self._told += Entries
        return {"Entries": [{"EventId": "1"} for _ in Entries]}

    def send_email(self, *, Destination: Any, **_: Any) -> Any:  # noqa: N803  # its names
        self.letters += Destination["ToAddresses"]
        return {"MessageId": "1"}

    def get_queue_url(self, *, QueueName: str) -> Any:  # noqa: N803  # its name
        return {"QueueUrl": QueueName}

    def change_message_visibility(self, **_: Any) -> None:
        """What cannot be dealt with is not given again here."""

    def settle(self) -> None:
        """Until nothing is told any more."""
        while True:
            for domain in SUBSCRIBED:
                for records in self._shop.news(domain):
                    self._shop.reacting(domain).react({"Records": records}, Context())
            told, self._told = self._told, []
            if not told:
                return
            for entry in told:
                self._hand(entry)

    def _hand(self, entry: Any) -> None:
        kind = entry["DetailType"]
        body = json.dumps({"detail-type": kind, "source": entry["Source"], "detail": json.loads(entry["Detail"])})
        for domain, (variable, events) in SUBSCRIBED.items():
            if kind in events:
                message = record({"MessageId": "m", "ReceiptHandle": "r", "Body": body}, self._shop.environ[variable])
                self._shop.reacting(domain).react({"Records": [message]}, Context())
