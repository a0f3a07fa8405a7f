"""What the simulator does on demand: words in the address that buyers come back to, ``?simulate=action,twice``.

| word | what happens |
|---|---|
| none, or ``approve`` | the amount is promised at once |
| ``action`` | the buyer is sent to a page of the simulator, to approve or to refuse, as for 3-D Secure |
| ``later`` | it is promised, but the answer to the start does not know yet; the news do |
| ``refused`` | the payment is not begun at all |
| ``lapsed`` | it is promised, and has run out when it is to be captured |
| ``stuck`` | every refund is refused |
| ``bounced`` | every refund is accepted, and has failed when somebody looks again |
| ``lost`` | whatever is asked for the first time happens, and its answer does not arrive |
| ``silent`` | there are no news |
| ``twice`` | all news come twice |
| ``held`` | news come when there are newer ones: each one late |
| ``backwards`` | news come in pairs, the newer one first |
| any other | the buyer's bank declines, with the word as its code: ``insufficient_funds`` |
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final
from urllib.parse import parse_qs, urlsplit

PARAMETER: Final = "simulate"
MOST_WORDS: Final = 8
LONGEST_WORD: Final = 60
"""Characters: Stripe's longest decline code has 40 ("Decline codes")."""


class Word(Enum):
    """What may be asked of the simulator."""

    APPROVE = "approve"
    ACTION = "action"
    LATER = "later"
    REFUSED = "refused"
    LAPSED = "lapsed"
    STUCK = "stuck"
    BOUNCED = "bounced"
    LOST = "lost"
    SILENT = "silent"
    TWICE = "twice"
    HELD = "held"
    BACKWARDS = "backwards"


_WORDS: Final = {word.value: word for word in Word}


def words_of(return_url: str | None) -> tuple[frozenset[Word], str | None]:
    """What is asked for, and the code to decline with, if it is to be declined."""
    try:
        query = urlsplit(return_url or "").query
    except ValueError:
        return frozenset(), None
    given = ",".join(parse_qs(query).get(PARAMETER, ())).split(",")[:MOST_WORDS]
    known = frozenset(_WORDS[text] for text in given if text in _WORDS)
    return known, next((text[:LONGEST_WORD] for text in given if text and text not in _WORDS), None)


def due[Event](words: frozenset[Word], waiting: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Which of the waiting news, oldest first, are told now and in which order; and which wait on."""
    if Word.SILENT in words:
        return [], []
    rest: list[Event] = []
    now = list(waiting)
    if Word.BACKWARDS in words:
        paired = len(now) // 2 * 2
        now, rest = now[:paired][::-1], now[paired:]
    elif Word.HELD in words:
        now, rest = now[:-1], now[-1:]
    return [one for one in now for _ in range(1 + (Word.TWICE in words))], rest
