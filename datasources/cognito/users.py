"""The users of the shop's pool: what it knows of one, and how one is shut out and removed."""

from functools import cached_property
from typing import Any, Final

from botocore.exceptions import ClientError
from msgspec import Struct

from datasources.aws import client, faults
from datasources.roundtrips import sent
from domain.ids import CustomerId

STORE: Final = "Cognito"
UNKNOWN: Final = "UserNotFoundException"


class User(Struct, frozen=True, kw_only=True):
    """``status`` is Cognito's own word, such as CONFIRMED; attributes are by their names there."""

    id: CustomerId
    email: str
    email_verified: bool
    is_enabled: bool
    status: str
    attributes: dict[str, str]


class Users:
    """A user pool, by its id. Users are named by their ``sub``, which Cognito takes for those of the pool's own.

    (Those who come by another provider are known there by the provider's name for them.) Cognito takes some 30 such
    requests a second of an account, so they are for what is done rarely.
    """

    def __init__(self, pool_id: str) -> None:
        self._pool_id = pool_id

    @cached_property
    def _client(self) -> Any:
        return client("cognito-idp")

    def get(self, user: CustomerId) -> User | None:
        """What the pool says of a user now: an access token does not say their e-mail."""
        answer = self._asked("AdminGetUser", "admin_get_user", user)
        if answer is None:
            return None
        known = {one["Name"]: one.get("Value", "") for one in answer["UserAttributes"]}
        return User(
            id=CustomerId(known["sub"]),
            email=known.get("email", ""),
            email_verified=known.get("email_verified") == "true",
            is_enabled=answer["Enabled"],
            status=answer["UserStatus"],
            attributes=known,
        )

    def sign_out(self, user: CustomerId) -> bool:
        """End every session of a user's, on all devices: none can be prolonged. False when there is no such user.

        A token that was given out stays what it is until it ends: AppSync asks nobody.
        """
        return self._asked("AdminUserGlobalSignOut", "admin_user_global_sign_out", user) is not None

    def disable(self, user: CustomerId) -> bool:
        """Let a user in no more. False when there is no such user."""
        return self._asked("AdminDisableUser", "admin_disable_user", user) is not None

    def delete(self, user: CustomerId) -> bool:
        """Remove a user with all that the pool knows of them. False when there is no such user, or none any more."""
        return self._asked("AdminDeleteUser", "admin_delete_user", user) is not None

    def _asked(self, operation: str, method: str, user: CustomerId) -> dict[str, Any] | None:
        """The answer; None for a user that there is not."""
        sent(f"cognito.{operation}")
        with faults(STORE):
            try:
                answer: dict[str, Any] = getattr(self._client, method)(UserPoolId=self._pool_id, Username=user)
            except ClientError as error:
                if error.response["Error"]["Code"] == UNKNOWN:
                    return None
                raise
        return answer
