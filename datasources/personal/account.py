"""A customer's account in the pool of users."""

from collections.abc import Iterator

from datasources.cognito.users import Users
from datasources.personal.pieces import Piece, document
from domain.ids import CustomerId


class PersonalAccount:
    """Shut first, so that nobody comes in meanwhile, and removed last, so that a job that dies can be carried on."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """What the pool knows; passwords and second factors are told to nobody."""
        found = self._users.get(customer)
        if found is not None:
            yield document("account", {"status": found.status, "attributes": found.attributes})

    def shut(self, customer: CustomerId) -> None:
        """Nobody signs in as this user any more, nor goes on being signed in once their token has run out."""
        self._users.disable(customer)
        self._users.sign_out(customer)

    def erase(self, customer: CustomerId) -> int:
        """Remove it."""
        return int(self._users.delete(customer))
