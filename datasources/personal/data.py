"""The work of exporting and erasing a customer, over all parts."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from datasources.personal.account import PersonalAccount
from datasources.personal.declared import retained
from datasources.personal.pieces import NotYet, Part, document
from datasources.s3.archives import Archives
from domain.ids import CustomerId
from domain.operations.jobs import Job

STEP: Final = timedelta(seconds=20)
"""How long one step goes on erasing: a third of what its function has, so that the last round ends in time."""
PIECES: Final = "pieces/"
ACCOUNT: Final = "account"
"""The pool of users, by the name that it has among the parts."""
READ_ME: Final = """\
All that this shop keeps of you, as of {at}: a file for each thing, as JSON.

Not in it are your password, which nobody knows, and what others keep: whoever carried out your payments, and your
mailbox.
What stays when you have yourself erased, and why:

{kept}
"""


class PersonalData:
    """``parts`` by name, in the order in which they are erased."""

    def __init__(
        self,
        parts: Mapping[str, Part],
        account: PersonalAccount,
        archives: Archives,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.parts: Final = parts
        self.sources: Final[Mapping[str, Part]] = {ACCOUNT: account, **parts}
        self._account = account
        self._archives = archives
        self._now = now

    def gather(self, name: str, job: Job) -> None:
        """Lay down all that a part keeps of a job's owner."""
        for piece in self.sources[name].everything(job.owner):
            self._archives.put(f"{_pieces(job)}{piece.name}", piece.data)

    def pack(self, job: Job) -> None:
        """Make an archive of all that was laid down; what could not be is named in it."""
        kept = "\n".join(f"* {one['where']}, {one['what']}: {one['why']}" for one in retained())
        missing = "".join(f"\nCould not be had this time: {one}" for one in job.failed)
        text = READ_ME.format(at=self._now().isoformat(timespec="seconds"), kept=kept) + missing
        self._archives.put(f"{_pieces(job)}README.txt", text.encode())
        self._archives.pack(_pieces(job), job.report, self._now())

    def shut(self, job: Job) -> None:
        """Its owner can do no more."""
        self._account.shut(job.owner)

    def erase(self, name: str, owner: CustomerId) -> bool | None:
        """Erase what a part keeps of somebody: whether all is gone, None if something has to happen first."""
        until = self._now() + STEP
        try:
            while self._now() < until:
                if not self.parts[name].erase(owner):
                    return True
        except NotYet:
            return None
        return False

    def close(self, job: Job) -> None:
        """Remove the account, and say what is kept."""
        told = {"erased": [*self.parts, ACCOUNT], "kept": retained(), "at": self._now()}
        self._archives.put(job.report, document("erasure", told).data)
        self._account.erase(job.owner)


def _pieces(job: Job) -> str:
    return f"{job.id}/{PIECES}"
