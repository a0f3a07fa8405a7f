"""The Lambda function of operations, wired: what answers AppSync."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from resolvers._kit.start import started
from datasources.cognito.users import Users
from datasources.dynamo.jobs import JobTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.rates import TableRates
from datasources.personal.orders import PersonalOrders
from datasources.personal.payments import PersonalPayments
from datasources.s3.archives import Archives
from domain.ids import CustomerId
from domain.operations.jobs import Job
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.operations.answers import app
from resolvers.operations.ports import Operations
from resolvers.operations.settings import Settings

LINK_SECONDS: Final = 900
"""A quarter of an hour: to begin a download, not to pass the link on."""
CONTENT_TYPES: Final = {"zip": "application/zip", "json": "application/json", "csv": "text/csv; charset=utf-8"}

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
now = partial(datetime.now, UTC)
jobs = JobTable(settings.operations_table)
archives = Archives(settings.archives_bucket)
users = Users(settings.user_pool_id)
orders = PersonalOrders(OrderTable(settings.orders_table, beside=jobs.table), now=now)
payments = PersonalPayments(PaymentTable(settings.payments_table, beside=jobs.table), bought=orders.of, now=now)
rates = TableRates(jobs.table, on_event=telemetry.count)


def link(job: Job) -> str:
    """Where what a job has made is fetched."""
    kind = CONTENT_TYPES[job.report.rpartition(".")[2]]
    return archives.link(job.report, content_type=kind, seconds=LINK_SECONDS)


def email_of(customer: CustomerId) -> str | None:
    """The e-mail of an account."""
    found = users.get(customer)
    return found.email if found else None


def owed(customer: CustomerId) -> Sequence[str]:
    """What the shop still has to do for a customer."""
    return [*orders.owed(customer), *payments.owed(customer)]


answer = app.serve(
    Operations(
        jobs=jobs,
        link=link,
        email_of=email_of,
        owed=owed,
        now=now,
        new_id=new_id,
        wishes=Limit(name="job", rate=rate_of(settings.job_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
