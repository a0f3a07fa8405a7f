"""A shop whose functions are real, with all that lies between them in the hands of a test.

Streams tell when the test says so, in their order; webhooks and messages come when, as often, and in whatever order it
likes; the bus, SES and queues are ends that a test can look at, reached through the shop's own clients of them. (The
embedded AWS has them all, but nobody can say when it delivers; `tests/resolvers/orders/test_reactor.py` goes by it.)
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, Final

import boto3
import msgspec

from datasources.faults import StoreUnavailable
from datasources.psp import simulated
from datasources.psp.signatures import signed
from domain.ids import CartId, OrderId, PaymentId, derived
from domain.orders.orders import Order
from domain.payments.payments import Payment
from local.appsync.invocation import Invocation
from resolvers._kit.faults import InternalFault
from resolvers._kit.settings import Subscription, resources
from resolvers.orders import settings as orders
from resolvers.payments import settings as payments
from tests.purchases.clocks import Clock, wind
from tests.purchases.deaths import Deaths, Died, House
from tests.resolvers.payments.hearing import delivered, record
from tests.shop import REGION, Context, Shop, load_handler

DOMAINS: Final = ("orders", "payments")
"""Those that react to each other."""
INBOX: Final = "arn:aws:sqs:us-east-1:000000000000:inbox"
MOST_ROUNDS: Final = 60
"""Until all is quiet, a minute each: what is wrong goes round for ever."""
SUBSCRIBED: Final[Mapping[str, Subscription]] = {
    domain: next(one for one in resources(settings).values() if isinstance(one, Subscription))
    for domain, settings in (("orders", orders.Reacting), ("payments", payments.Reacting))
}


class Gone(Exception):
    """Nobody answers: the function died."""


@dataclass(kw_only=True)
class Message:
    """On the queue of a domain, from the bus or, with the ``queue`` INBOX, from the door."""

    domain: str
    queue: str
    body: str
    receipt: str
    tries: int = 0
    ripe: datetime


@dataclass
class Hook:
    """A webhook that is under way; signed anew when it was refused, as a provider does who sends it again."""

    body: bytes
    headers: Mapping[str, str]


@dataclass
class Told:
    """What the bus was told."""

    id: str
    kind: str
    detail: Any


class Ends:
    """The far ends of the shop's clients, as far as they are called: EventBridge's, SES's and SQS's."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def put_events(self, *, Entries: Sequence[Any]) -> Any:  # noqa: N803  # its name
        for entry in Entries:
            self._world.routed(entry)
        return {"Entries": [{"EventId": "1"} for _ in Entries]}

    def send_email(self, *, Content: Any, **_: Any) -> Any:  # noqa: N803  # its names
        self._world.letters.append(Content["Simple"]["Subject"]["Data"])
        return {"MessageId": "1"}

    def send_message(self, *, MessageBody: str, **_: Any) -> None:  # noqa: N803  # its names
        self._world.queued("payments", INBOX, MessageBody)

    def get_queue_url(self, *, QueueName: str) -> Any:  # noqa: N803  # its name
        return {"QueueUrl": QueueName}

    def change_message_visibility(self, **given: Any) -> None:
        for one in self._world.messages:
            if one.receipt == given["ReceiptHandle"]:
                one.ripe = self._world.clock.now() + timedelta(seconds=given["VisibilityTimeout"])


class Stream:
    """What a table tells, from where it was last read."""

    def __init__(self, endpoint: str, table: str) -> None:
        self._client: Any = boto3.client("dynamodbstreams", endpoint_url=endpoint, region_name=REGION)
        (stream,) = self._client.list_streams(TableName=table)["Streams"]
        described = self._client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
        (shard,) = described["Shards"]
        self._at = self._client.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def new(self) -> list[Any]:
        """Of what the functions hear, all that is new: they are told of documents alone."""
        found: list[Any] = []
        while True:
            got = self._client.get_records(ShardIterator=self._at, Limit=1000)
            self._at = got["NextShardIterator"]
            found += [one for one in got["Records"] if "document" in one["dynamodb"].get("NewImage", {})]
            if not got["Records"]:
                return found


class World(Shop):
    """``Gone`` is raised for a request of a client whose function died."""

    def __init__(self, environ: dict[str, str], handlers: dict[str, Any]) -> None:
        super().__init__(environ, handlers)
        self.clock, self.deaths, self.ends = Clock(), Deaths(), Ends(self)
        self.hooks: list[Hook] = []
        self.messages: list[Message] = []
        self.told: list[Told] = []
        self.letters: list[str] = []
        self.waiting: dict[str, list[Any]] = {domain: [] for domain in DOMAINS}
        self._received = 0
        self._flushed: set[str] = set()
        self.streams = {
            domain: Stream(environ["AWS_ENDPOINT_URL"], environ[f"{domain.upper()}_TABLE"]) for domain in DOMAINS
        }
        self.door: Any = load_handler(environ, "payments", "webhooks")
        ours, theirs = (self.reacting(domain) for domain in DOMAINS)
        modules = (handlers["cart"], handlers["payments"], handlers["orders"], ours, theirs, self.door)
        assert wind(self.clock, *modules) >= len(modules)
        for client in (ours.bus, theirs.bus, ours.mail, ours.takings, theirs.takings, self.door.door.put.__self__):
            client.__dict__["_client"] = self.ends
        for module in (handlers["payments"], theirs):
            module.opened["simulator"]._post = self.hooked
            module.opened["simulator"] = House(module.opened["simulator"], self.deaths)

    @cached_property
    def simulator(self) -> Any:
        return self.handlers["payments"].opened["simulator"].provider

    # What lies between the functions

    def hooked(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.hooks.append(Hook(body, headers))

    def queued(self, domain: str, queue: str, body: str) -> None:
        self._received += 1
        receipt = str(self._received)
        self.messages.append(Message(domain=domain, queue=queue, body=body, receipt=receipt, ripe=self.clock.now()))

    def routed(self, entry: Mapping[str, Any]) -> None:
        """The bus has an event, and puts it on the queues of those who subscribe to it."""
        detail = json.loads(entry["Detail"])
        self.told.append(Told(detail["id"], entry["DetailType"], detail))
        body = json.dumps({"detail-type": entry["DetailType"], "source": entry["Source"], "detail": detail})
        arns = {"orders": self.environ["HEARD"], "payments": self.environ["OWED"]}
        for domain, wanted in SUBSCRIBED.items():
            if entry["DetailType"] in wanted.events:
                self.queued(domain, arns[domain], body)

    # The functions

    async def _invoke(self, arn: str, payload: bytes) -> Invocation:
        try:
            with self.deaths.mortal():
                answer = await super()._invoke(arn, payload)
                self.deaths.place("the answer")
                return answer
        except (Died, StoreUnavailable):
            return Invocation(b'{"errorType": "Runtime.ExitError", "errorMessage": "it died"}', "Unhandled")

    def ask(self, document: str, variables: Mapping[str, Any] | None = None, *, person: str = "guest") -> Any:
        before = self.deaths.happened
        answer = self.send(document, variables, person=person)
        if self.deaths.happened > before and "errors" in answer:
            raise Gone
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def run(self, act: Callable[[], Any]) -> Any:
        """What a function gives that nobody waits for; None when it died or failed."""
        try:
            with self.deaths.mortal():
                answer = act()
                self.deaths.place("the end")
        except (Died, InternalFault, StoreUnavailable):
            return None
        return {} if answer is None else answer

    def look(self) -> None:
        """See what is new in the streams."""
        for domain, stream in self.streams.items():
            self.waiting[domain] += stream.new()

    def stream(self, domain: str, size: int, *, again: bool = False) -> None:
        """Give so many records of a table to its reactions; again, as a stream does that heard no answer."""
        batch = self.waiting[domain][:size]
        if (
            batch
            and self.run(partial(self.reacting(domain).react, {"Records": batch}, Context())) is not None
            and not again
        ):
            del self.waiting[domain][:size]

    def take(self, message: Message, *, again: bool = False) -> None:
        """Give a message to who it is for; again, as a queue may."""
        message.tries += 1
        given = record({"MessageId": "m", "ReceiptHandle": message.receipt, "Body": message.body}, message.queue)
        given["attributes"]["ApproximateReceiveCount"] = str(message.tries)
        message.ripe = self.clock.now()
        react = self.reacting(message.domain).react
        if self.run(partial(react, {"Records": [given]}, Context())) == {"batchItemFailures": []} and not again:
            self.messages.remove(message)

    def webhook(self, hook: Hook, *, again: bool = False) -> None:
        """Give a webhook to the door."""
        event = delivered("simulator", hook.body, dict(hook.headers))
        answer = self.run(partial(self.door.receive, event, Context()))
        if answer is None or answer["statusCode"] != 200:
            header = signed(self.door.keys["simulator"], hook.body, self.clock.now())
            hook.headers = {simulated.HEADER: header}
        elif not again:
            self.hooks.remove(hook)

    def sweep(self) -> None:
        """What is pending of payments is asked for again."""
        self.run(partial(self.reacting("payments").react, {}, Context()))

    def sweep_holds(self) -> None:
        """What carts hold no more is anybody's."""
        self.run(partial(self.handlers["cart"].react, {}, Context()))

    # What there is

    def payment(self, id_: str) -> Payment:
        found: Payment = self.handlers["payments"].store.get(PaymentId(id_)).payment
        return found

    def payments_of(self, cart: str) -> tuple[Payment, ...]:
        found: tuple[Payment, ...] = self.handlers["payments"].store.of_cart(CartId(cart))
        return found

    def order_of(self, cart: str) -> Order | None:
        kept = self.handlers["cart"].store.get(CartId(cart))
        return self.order(kept.cart.order_id) if kept.cart.order_id else None

    def order(self, id_: OrderId) -> Order:
        found: Order = self.handlers["orders"].store.get(id_).order
        return found

    def intent(self, payment: Payment) -> Any:
        """What the simulator knows; None when it never heard of it."""
        return self.simulator._intent(derived("sim", payment.id))

    # All of it

    def anew(self) -> None:
        """Nothing is under way, and nobody remembers anything."""
        self.clock.passes(hours=30)
        self.look()
        underway: tuple[list[Any], ...] = (self.hooks, self.messages, *self.waiting.values())
        for those in (*underway, self.told, self.letters, self.deaths.before):
            those.clear()

    def quiet(self, carts: Sequence[str]) -> None:
        """Deliver everything, with a minute between, until there is nothing any more."""
        for _ in range(MOST_ROUNDS):
            self.round(carts)
            pending = any(one.pending() for cart in carts for one in self.payments_of(cart))
            if not (pending or self.hooks or self.messages or any(self.waiting.values())):
                return
            self.clock.passes(seconds=61)
        left = (self.hooks, self.messages, self.waiting)
        raise AssertionError(f"it does not come to an end: {left}")

    def round(self, carts: Sequence[str]) -> None:
        self._flush(carts)
        for hook in tuple(self.hooks):
            self.webhook(hook)
        for message in [one for one in self.messages if one.ripe <= self.clock.now()]:
            self.take(message)
        self.sweep()
        self.look()
        for domain in DOMAINS:
            self.stream(domain, 100)

    def _flush(self, carts: Sequence[str]) -> None:
        """What the simulator keeps back is told at last."""
        for payment in (one for cart in carts for one in self.payments_of(cart)):
            intent = self.intent(payment)
            for event in intent.waiting if intent else ():
                if event.id not in self._flushed:
                    self._flushed.add(event.id)
                    self.hooked(msgspec.json.encode(event), {})
