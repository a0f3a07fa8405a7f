"""The media's first function, wired: it answers AppSync."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.media import MediaTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.rates import TableRates
from datasources.s3.uploads import Uploads as Files
from domain.media.media import Media
from domain.media.places import original_key
from domain.media.uploads import UploadTicket
from domain.rates import rate_of
from domain.shown import Good
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.media.answers import app
from resolvers.media.ports import Uploads
from resolvers.media.settings import Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
now = partial(datetime.now, UTC)
store = MediaTable(settings.media_table)
files = Files(settings.media_bucket)
rates = TableRates(store.table, on_event=telemetry.count)


def ticket(media: Media) -> UploadTicket:
    """What exactly this file can be sent with, as long as it may come."""
    form = files.form(
        original_key(media.id),
        content_type=media.content_type,
        size=media.size,
        sha256=media.sha256,
        seconds=max(1, int((media.upload_until - now()).total_seconds())),
    )
    return UploadTicket(url=form.url, fields=form.fields, most_bytes=media.size, expires_at=media.upload_until)


def link(good: Good, seconds: int) -> str:
    """Where this can be downloaded under its own name by whoever has it."""
    return files.link(original_key(good.media_id), filename=good.name, content_type=good.content_type, seconds=seconds)


answer = app.serve(
    Uploads(
        store=store,
        orders=OrderTable(settings.orders_table, beside=store.table),
        ticket=ticket,
        link=link,
        discard=files.delete,
        base=settings.media_url,
        now=now,
        new_id=new_id,
        sendings=Limit(
            name="upload",
            rate=rate_of(settings.customer_upload_rate),
            of_staff=rate_of(settings.staff_upload_rate),
            wait=rates.wait,
        ),
        edits=Limit(name="edit", rate=rate_of(settings.staff_upload_rate), wait=rates.wait),
        downloads=Limit(name="download", rate=rate_of(settings.download_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
