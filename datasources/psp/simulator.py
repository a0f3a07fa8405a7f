"""A provider of payments that is none: it does on demand what providers do, on one machine and without any network.

It has no process. What it knows of a payment is one item in the payments table, so it outlives a restart and answers
whichever function asks. What it does is asked for by words (``datasources.psp.script``).
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from datasources.dynamo import documents, records
from datasources.dynamo.table import ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import ProviderAway, StoreRefused
from datasources.psp import signatures, simulated
from datasources.psp.script import Word, due, words_of
from datasources.psp.simulated import Event
from datasources.roundtrips import sent
from domain.ids import OperationId, PaymentId, derived
from domain.money import Money
from domain.payments.facts import Attempt, Refunded, Seen
from domain.payments.provider import Declined, Forged, News, Started, Told
from domain.values import value

NAME: Final = simulated.NAME
STORE: Final = "Simulator"
HEADER: Final = simulated.HEADER
TRIES: Final = 30
"""As for payments: what others overtook is done anew this often."""
LAPSED: Final = Declined(code="charge_expired_for_capture", message="the promise has run out")
NOT_OPEN: Final = Declined(code="payment_intent_unexpected_state", message="the payment is not waiting for that")
TOO_MUCH: Final = Declined(code="amount_too_large", message="this is more than there is")
STUCK: Final = Declined(code="charge_disputed", message="the buyer disputes the payment")
REFUSED: Final = Declined(code="amount_too_small", message="so little is not worth the trouble")
"""Codes are Stripe's ("Error codes")."""

type Post = Callable[[bytes, Mapping[str, str]], object]
"""Sends a webhook's body and headers to whoever is to hear of it; what does not arrive is not sent again."""


@value
class Answered:
    """What was said to a key, and is said to it again: one of the two."""

    seen: Seen | None = None
    declined: Declined | None = None


@value
class Intent:
    """All that the simulator knows of a payment; ``version`` counts the writes of its item."""

    version: int
    reference: str
    payment: PaymentId
    amount: Money
    secret: str
    words: tuple[Word, ...]
    return_url: str | None = None
    seen: Seen
    answers: dict[str, Answered]
    waiting: tuple[Event, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether it waits for what its buyer says."""
        seen = self.seen
        return seen.attempt is Attempt.ACTION_REQUIRED and not seen.authorized.minor and not seen.voided


type Act = Callable[[Intent], Seen | Declined]


class Simulator:
    """``page`` is the address where buyers approve; ``secret`` gives what webhooks are signed with; ``post`` sends
    them, if anybody is to hear.
    """

    def __init__(
        self,
        table: Table,
        *,
        page: str,
        secret: Callable[[], str],
        now: Callable[[], datetime],
        post: Post | None = None,
    ) -> None:
        self._table = table
        self._page = page
        self._secret = secret
        self._now = now
        self._post = post

    def start(self, payment: Told, return_url: str | None) -> Started | Declined:
        """Begin a payment, once for its id."""
        words, code = words_of(return_url)
        if Word.REFUSED in words:
            return REFUSED
        reference = derived("sim", payment.id)
        found = self._begun(reference, payment, return_url, words, code)
        seen = found.seen
        if Word.LATER in words:
            seen = replace(seen, at=seen.at - timedelta(microseconds=1), authorized=payment.amount * 0)
        return Started(reference=reference, client_secret=found.secret, seen=seen)

    def fetch(self, reference: str) -> Seen:
        """How a payment stands, with what was to happen meanwhile."""
        intent = self._known(reference)
        seen = _meanwhile(intent)
        return seen if seen == intent.seen else self._stored(intent, seen, intent.answers).seen

    def capture(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Take what was promised, or a part of it and release the rest."""

        def act(intent: Intent) -> Seen | Declined:
            seen = intent.seen
            if not seen.authorized.minor or seen.captured.minor or seen.voided:
                return NOT_OPEN
            if Word.LAPSED in intent.words:
                return LAPSED
            return TOO_MUCH if seen.authorized < amount else replace(seen, captured=amount)

        return self._once(reference, key, act)

    def void(self, reference: str, key: OperationId) -> Seen | Declined:
        """Release what was promised, and let nothing be promised any more."""

        def act(intent: Intent) -> Seen | Declined:
            seen = intent.seen
            return NOT_OPEN if seen.captured.minor or seen.voided else replace(seen, voided=True)

        return self._once(reference, key, act)

    def refund(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Give back some of what was taken."""

        def act(intent: Intent) -> Seen | Declined:
            seen = intent.seen
            if Word.STUCK in intent.words:
                return STUCK
            if seen.captured - seen.refunded < amount:
                return TOO_MUCH
            made = Refunded(reference=derived("re", reference, key), amount=amount, operation=key)
            refunds = sorted((*seen.refunds, made), key=lambda one: one.reference)
            return replace(seen, refunds=tuple(refunds))

        return self._once(reference, key, act)

    def shown(self, reference: str, secret: str) -> Intent | None:
        """The payment that a buyer was sent to the page with; None unless the secret is the payment's."""
        intent = self._intent(reference)
        if intent is None or not secrets.compare_digest(intent.secret.encode(), secret.encode()):
            return None
        return intent

    def decide(self, reference: str, secret: str, *, approve: bool) -> str | None:
        """What the buyer says on the page that they were sent to; gives where they go on, None if nowhere.

        Nothing happens, and None is given, unless the secret is the payment's and it waits for the buyer.
        """
        for attempt in range(TRIES):
            intent = self.shown(reference, secret)
            if intent is None:
                return None
            if not intent.undecided:
                return intent.return_url
            seen = intent.seen
            approved = replace(seen, authorized=intent.amount, attempt=Attempt.WAITING, next_action_url=None)
            no = {"attempt": Attempt.DECLINED, "decline_code": "authentication_failed", "next_action_url": None}
            new = approved if approve else replace(seen, **no)  # type: ignore[arg-type]  # by name
            if self._try(intent, new, intent.answers) is not None:
                return intent.return_url
            pause(attempt)
        raise ProviderAway(STORE, f"others changed the payment before each of {TRIES} tries")

    def forged(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Forged | None:
        """Why it is none of its webhooks; None when it is."""
        return simulated.forged(self._secret, body, headers, now)

    def news(self, body: bytes) -> tuple[News, ...]:
        """What one of its webhooks says; StoreUnreadable when it is none."""
        return simulated.news(body)

    def _begun(
        self, reference: str, payment: Told, return_url: str | None, words: frozenset[Word], code: str | None
    ) -> Intent:
        secret = f"{reference}_secret_{secrets.token_hex(16)}"
        none = payment.amount * 0
        waits = Intent(
            version=0,
            reference=reference,
            payment=payment.id,
            amount=payment.amount,
            secret=secret,
            words=tuple(sorted(words, key=lambda word: word.value)),
            return_url=return_url,
            seen=Seen(at=self._now() - timedelta(microseconds=1), authorized=none, captured=none),
            answers={},
        )
        new = self._try(waits, self._outcome(waits, code), {})
        if new is None:  # it was begun before, or by another request in the same moment
            return self._known(reference)
        if Word.LOST in words:
            raise ProviderAway(STORE, "the answer was lost, as was asked for")
        return new

    def _outcome(self, intent: Intent, code: str | None) -> Seen:
        if code is not None:
            return replace(intent.seen, attempt=Attempt.DECLINED, decline_code=code)
        if Word.ACTION in intent.words:
            query = urlencode({"payment": intent.reference, "secret": intent.secret})
            return replace(intent.seen, attempt=Attempt.ACTION_REQUIRED, next_action_url=f"{self._page}?{query}")
        return replace(intent.seen, authorized=intent.amount)

    def _once(self, reference: str, key: OperationId, act: Act) -> Seen | Declined:
        for attempt in range(TRIES):
            intent = self._known(reference)
            before = intent.answers.get(key)
            if before is not None:
                return before.seen or before.declined or NOT_OPEN
            answer = act(intent)
            declined = answer if isinstance(answer, Declined) else None
            seen = self._after(intent, answer) if isinstance(answer, Seen) else None
            answers = intent.answers | {key: Answered(seen=seen, declined=declined)}
            if self._try(intent, seen or intent.seen, answers) is not None:
                if Word.LOST in intent.words:
                    raise ProviderAway(STORE, "the answer was lost, as was asked for")
                return seen or answer
            pause(attempt)
        raise ProviderAway(STORE, f"others changed the payment before each of {TRIES} tries")

    def _after(self, intent: Intent, seen: Seen) -> Seen:
        """At a moment of its own, later than all before, so that accounts can be told apart by it."""
        return replace(seen, at=max(self._now(), intent.seen.at + timedelta(microseconds=1)))

    def _stored(self, intent: Intent, seen: Seen, answers: dict[str, Answered]) -> Intent:
        return self._try(intent, self._after(intent, seen), answers) or self._known(intent.reference)

    def _try(self, intent: Intent, seen: Seen, answers: dict[str, Answered]) -> Intent | None:
        """The next version, stored, and its news told; None when others were faster."""
        told = seen if seen.at > intent.seen.at or seen == intent.seen else self._after(intent, seen)
        version = intent.version + 1
        waiting = intent.waiting
        if told != intent.seen:
            id_ = derived("evt", intent.reference, str(version))
            waiting += (Event(id=id_, reference=intent.reference, payment=intent.payment, seen=told),)
        now, rest = due(frozenset(intent.words), waiting)
        new = replace(intent, version=version, seen=told, answers=answers, waiting=tuple(rest))
        write = Transaction(self._table)
        item = {"intent": {"S": documents.encoded(new).decode()}, "version": {"N": str(version)}}
        stands = records.at_version(intent.version) if intent.version else records.NEW
        write.put(_key(intent.reference), item, stands, name="intent")
        if write.commit():
            return None
        for event in now:
            self._tell(event)
        return new

    def _tell(self, event: Event) -> None:
        if self._post is not None:
            body = msgspec.json.encode(event)
            sent("simulator.webhook")
            self._post(body, {HEADER: signatures.signed(self._secret(), body, self._now())})

    def _known(self, reference: str) -> Intent:
        found = self._intent(reference)
        if found is None:
            raise StoreRefused(STORE, f"it knows of no payment {reference}")
        return found

    def _intent(self, reference: str) -> Intent | None:
        item = self._table.get(_key(reference))
        return None if item is None else documents.read(Intent, item["intent"]["S"], item)


def told_of_buyer(table: Table, reference: str) -> str | None:
    """Where the buyer of a payment was to return to, which is all that it keeps of what buyers say."""
    item = table.get(_key(reference))
    return None if item is None else documents.read(Intent, item["intent"]["S"], item).return_url


def forget(table: Table, reference: str) -> None:
    """It knows no more where the buyer was to return to."""
    for attempt in range(TRIES):
        item = table.get(_key(reference))
        intent = None if item is None else documents.read(Intent, item["intent"]["S"], item)
        if intent is None or intent.return_url is None:
            return
        new = replace(intent, version=intent.version + 1, return_url=None)
        write = Transaction(table)
        stored = {"intent": {"S": documents.encoded(new).decode()}, "version": {"N": str(new.version)}}
        write.put(_key(reference), stored, records.at_version(intent.version), name="intent")
        if not write.commit():
            return
        pause(attempt)
    raise ProviderAway(STORE, f"others changed the payment before each of {TRIES} tries")


def _meanwhile(intent: Intent) -> Seen:
    """Refunds that were to bounce have, and a promise that was to lapse is none any more."""
    seen = intent.seen
    if Word.BOUNCED in intent.words:
        seen = replace(seen, refunds=tuple(replace(one, failed=True) for one in seen.refunds))
    if Word.LAPSED in intent.words and any(one.declined == LAPSED for one in intent.answers.values()):
        seen = replace(seen, voided=True)
    return seen


def _key(reference: str) -> ItemKey:
    return ItemKey(f"SIMULATOR#{reference}", "INTENT")
