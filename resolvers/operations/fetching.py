"""How pictures of products that lie elsewhere become the shop's own, some products at a time.

Whose address it is, and what comes from there, is the business of media's own function, which fetches each picture and
looks at it as at any file that is sent. Here it is only wished for, waited for, and shown.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from domain.catalog.listing import ELSEWHERE
from domain.catalog.products import Product
from domain.catalog.storing import TooLarge
from domain.ids import MediaId, ProductId
from domain.keys import Key
from domain.media.fetching import wanted
from domain.media.life import unsettled
from domain.media.media import Media
from domain.media.storing import NoMedia
from domain.operations.jobs import Job, Tally
from domain.shown import MediaStatus, ShownMedia
from resolvers.operations.ports import Pictures, Progress

AT_ONCE: Final = 20
"""Products of one batch; a job of 10,000 has 500 versions."""
IN_FLIGHT: Final = 16
"""Pictures that are under way together: each takes a function of its own, and strangers' servers are to stay up."""
STEP: Final = timedelta(seconds=20)
"""How long one step waits: a third of what its function has."""
PATIENCE: Final = 15
"""Steps that wait for the same batch, five minutes in all: each picture is tried three times within one or two."""
PAUSE: Final = 0.5
"""Seconds between two looks; a picture takes one or two."""
HEAD: Final = ("handle", "picture", "reason")

type Lines = list[tuple[str, str, str]]


def fetch(shop: Pictures, job: Job) -> Progress | Tally:
    """Do one batch, and say which is next. Whoever does it again finds what was brought, and wishes for the rest."""
    if job.tally is None:
        return Tally(rows=shop.products.count(ELSEWHERE), batch=_after(shop, None))
    if not job.tally.batch:
        return Progress.DONE
    ids = tuple(map(ProductId, job.tally.batch))
    products = list(shop.products.many(ids).values())
    pictures = {one.id: one for product in products for one in product.elsewhere}
    found = _had(shop, job, pictures)
    if job.rounds < PATIENCE and any(one is None or unsettled(one) for one in map(found.get, pictures)):
        return Progress.MORE
    failed = [lines for product in products if (lines := _brought(shop, product, found))]
    if failed:
        shop.reports.put(f"{_pieces(job)}{ids[0]}.csv", _written(line for lines in failed for line in lines))
    done = job.tally.done + len(ids) - len(failed)
    return Tally(rows=job.tally.rows, done=done, failed=job.tally.failed + len(failed), batch=_after(shop, ids[-1]))


def report(shop: Pictures, job: Job) -> None:
    """One file of all that could not be had, and why."""
    shop.reports.join(_pieces(job), job.report, _written([HEAD]))


def _after(shop: Pictures, place: ProductId | None) -> tuple[str, ...]:
    return shop.products.after(ELSEWHERE, place, AT_ONCE)


def _pieces(job: Job) -> str:
    return f"{job.id}/pieces/"


def _had(shop: Pictures, job: Job, pictures: Mapping[MediaId, ShownMedia]) -> Mapping[MediaId, Media]:
    """The media of the pictures, once it is known of all what becomes of them or the step's time is over."""
    until = shop.now() + STEP
    for one in _there(shop, job, pictures).values():
        if one.status is MediaStatus.AWAITING_UPLOAD:
            shop.want(one.id)  # who began it may have died before the wish was there
    while True:
        found = _there(shop, job, pictures)
        missing = [one for one in pictures if one not in found]
        waiting = [one for one in found.values() if unsettled(one)]
        for id_ in missing[: IN_FLIGHT - len(waiting)]:
            _wish(shop, job, pictures[id_])
        if not (missing or waiting) or shop.now() >= until:
            return found
        shop.sleep(PAUSE)


def _there(shop: Pictures, job: Job, pictures: Mapping[MediaId, ShownMedia]) -> dict[MediaId, Media]:
    """Of the pictures, what was not already rejected before this job began."""
    found = {id_: kept.media for id_, kept in shop.media.many(pictures).items()} if pictures else {}
    return {id_: one for id_, one in found.items() if not _stale(job, one)}


def _stale(job: Job, media: Media) -> bool:
    """Whether it was an earlier job that could not have it: this one tries again."""
    return media.status is MediaStatus.REJECTED and media.created_at < job.created_at


def _wish(shop: Pictures, job: Job, picture: ShownMedia) -> None:
    shop.media.remove(picture.id, lambda media: None if _stale(job, media) else NoMedia())
    media = wanted(picture.id, picture.url or "", picture.alt, shop.now())
    shop.media.start(media, Key(caller=job.id, key=picture.id, fingerprint=picture.id))
    shop.want(picture.id)


def _brought(shop: Pictures, product: Product, found: Mapping[MediaId, Media]) -> Lines:
    """Have a product show what came of its pictures; gives what did not, each with its reason."""
    elsewhere = product.elsewhere
    ready = [one.id for one in elsewhere if one.id in found and found[one.id].status is MediaStatus.READY]
    outcome = shop.bring(product.id, ready) if ready else product
    if isinstance(outcome, TooLarge):
        reason = f"with it the product would have {outcome.size:,} bytes, of at most {outcome.most:,}"
        return [(product.slug, one.url or "", reason) for one in elsewhere]
    left = outcome.elsewhere if outcome is not None else ()
    return [(product.slug, one.url or "", _reason(found.get(one.id))) for one in left if one in elsewhere]


def _reason(media: Media | None) -> str:
    if media is not None and media.rejection is not None:
        return media.rejection.message
    return "it did not come in time"


def _written(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()
