"""How a customer asks for all that is known of them, and to be forgotten; and what the shop has done for itself."""

from typing import Final

from domain import keys
from domain.customers.emails import plain_email
from domain.errors import ErrorCode, IllegalTransitionError, InputError
from domain.ids import JOB, CustomerId, JobId
from domain.keys import Key, KeyReused
from domain.operations.jobs import SHOPS, JobKind
from domain.operations.life import begun
from domain.operations.storing import StoredJob
from resolvers._kit.callers import Shopper, Staff
from resolvers._kit.views import UserError
from resolvers.operations.ports import Operations
from resolvers.operations.views import JobPayload, job_of

NO_JOB: Final = InputError(code=ErrorCode.NOT_FOUND, message="the job of this key is not known any more")
NO_ACCOUNT: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such account any more")
NOT_THEIRS: Final = InputError(
    code=ErrorCode.INVALID, message="this is not the e-mail of your account", field=("confirmEmail",)
)
WORKS_HERE: Final = IllegalTransitionError(
    message="an account of somebody who works here is closed by an administrator", allowed=()
)


def start(operations: Operations, caller: Staff, kind: JobKind, key: str) -> JobPayload:
    """A job of the shop's own."""
    if kind not in SHOPS:
        message = f"{kind.value} is begun by whom it is about; here it may be {', '.join(one.value for one in SHOPS)}"
        return JobPayload(user_errors=(InputError(code=ErrorCode.INVALID, message=message, field=("kind",)),))
    return _asked(operations, caller, kind, key, ())


def export(operations: Operations, caller: Shopper, key: str) -> JobPayload:
    """A job that gathers all that is kept of the caller."""
    return _asked(operations, caller, JobKind.CUSTOMER_DATA_EXPORT, key, ())


def erase(operations: Operations, caller: Shopper, confirm_email: str, key: str) -> JobPayload:
    """A job that erases the caller, if they mean it and nothing is owed to them.

    Who asks again when the account is gone already is answered with the job that did it.
    """
    email = operations.email_of(CustomerId(caller.sub))
    if email is None:
        return _asked(operations, caller, JobKind.CUSTOMER_ERASURE, key, (NO_ACCOUNT,))
    if plain_email(email) != plain_email(confirm_email):
        return JobPayload(user_errors=(NOT_THEIRS,))
    return _asked(operations, caller, JobKind.CUSTOMER_ERASURE, key, _against(operations, caller))


def _against(operations: Operations, caller: Shopper) -> tuple[UserError, ...]:
    if caller.back_office:
        return (WORKS_HERE,)
    owed = operations.owed(CustomerId(caller.sub))
    if not owed:
        return ()
    message = f"{', '.join(owed)}: ask again when this has come to its end"
    return (IllegalTransitionError(message=message, allowed=()),)


def _asked(
    operations: Operations, caller: Shopper | Staff, kind: JobKind, key: str, against: tuple[UserError, ...]
) -> JobPayload:
    """The job of a key, or a new one if nothing is against it."""
    if (refused := keys.refused(key)) is not None:
        return JobPayload(user_errors=(refused,))
    used = Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint((kind.value,)))
    found = operations.jobs.replay(used)
    if found is None and against:
        return JobPayload(user_errors=against)
    job = begun(JobId(operations.new_id(JOB)), kind, CustomerId(caller.sub), operations.now())
    match found or operations.jobs.create(job, used):
        case StoredJob(job=stored):
            return JobPayload(job=job_of(stored))
        case KeyReused():
            return JobPayload(user_errors=(keys.REUSED,))
        case _:
            return JobPayload(user_errors=(NO_JOB,))
