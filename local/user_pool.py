"""The embedded AWS with a user pool in which people live as in Cognito's: what MiniStack leaves out, added from inside.

The emulator's own Python runs this in MiniStack's place (embedded.py). MiniStack knows sign-up, SRP, TOTP, groups and
real tokens. Added are codes that nobody can guess and that are looked at, e-mails that are verified by them, also when
they are changed, the telling of who was confirmed, and that what was taken back stays so. What is asked and answered is
as the Cognito API reference has it.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from threading import Lock
from typing import Any, Final

from ministack.app import app
from ministack.services import cognito, lambda_svc

__all__ = ["app"]

type Data = Mapping[str, Any]
type Known = dict[str, Any]
"""A pool or a user, as MiniStack keeps them."""
type Answer = tuple[int, Mapping[str, str], bytes]

OK: Final = 200
SLOTS: Final = {"email": "_confirmation_code", "password": "_reset_code", "new email": "_change_code"}
"""Where a user's code is kept, by what it is sent for."""
SIGNING_UP: Final = Lock()
"""MiniStack looks whether somebody is there, asks the trigger, and then adds them: one at a time, so that there are not
two."""

_plain_look = cognito._resolve_user
_plain_run = cognito._run_idp_handler
_plain_dispatch = cognito._dispatch_idp
_plain_letter = cognito._send_verification_email
_plain_update = cognito._update_user_attributes
_plain_refresh = cognito._refresh_auth_user


def run(handler: Callable[[Data], Answer], action: str, data: Data) -> Answer:
    """Refuse what MiniStack refuses only where it asks for IAM's permission too, and do what it leaves out."""
    if action in cognito._UNSIGNED_IDP_ACTIONS:
        cognito._pin_unsigned_idp_scope(data)
    refused: Answer | None = (
        (_refused("NotAuthorizedException", "Missing access token.") if action in ADDED and _anonymous(data) else None)
        or cognito._auth_flow_error(action, data)
        or cognito._access_token_error(data)
        or cognito._confirmation_code_error(action, data)
    )
    if refused:
        return refused
    with SIGNING_UP if action == "SignUp" else nullcontext():
        answer: Answer = _plain_run(handler, action, data)
    return AFTER[action](data) or answer if answer[0] == OK and action in AFTER else answer


def look(pool: Known, username: str) -> tuple[Known | None, Answer | None]:
    """A user by their name, or by their e-mail in whatever case, as the pool is set up."""
    user, error = _plain_look(pool, username)
    sensitive = (pool.get("UsernameConfiguration") or {}).get("CaseSensitive", False)
    if user is None and username and not sensitive:
        plain = username.casefold()
        for one in pool["_users"].values():
            if cognito._attr_list_to_dict(one["Attributes"]).get("email", "").casefold() == plain:
                return one, None
    return user, error


async def dispatch(action: str, data: Data) -> Answer:
    """With the two requests by which a changed e-mail is verified."""
    added = ADDED.get(action)
    if added is None:
        plain: Answer = await _plain_dispatch(action, data)
        return plain
    found: Answer = await cognito.run_reentrant(run, added, action, data)
    return found


def letter(pool: Known, username: str, attributes: Known, code: str, attribute_name: str = "email") -> Any:
    """Send a code of its own to everybody, in place of the one that MiniStack sends to all."""
    user = cognito._resolve_user(pool, username)[0]
    code = f"{secrets.randbelow(10**6):06}"
    user[SLOTS[attribute_name]] = code
    return _plain_letter(pool, username, attributes, code, attribute_name)


def asked(
    pool_id: str, client_id: str, username: str, user_attrs: Known, trigger_source: str = "PreSignUp_ExternalProvider"
) -> dict[str, bool]:
    """What the pre-sign-up trigger says, and its refusal in Cognito's words."""
    event = cognito._build_presignup_event(pool_id, client_id, username, user_attrs, trigger_source)
    flags = ("autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone")
    failed, payload = _triggered(cognito._user_pools[pool_id], "PreSignUp", event)
    if failed:
        raise cognito._PreSignUpRejected(failed)
    response = cognito._extract_trigger_response(payload) or {}
    return {flag: bool(response.get(flag)) for flag in flags}


def refreshing(pool: Known, pool_id: str, client_id: str, token: str) -> tuple[Known | None, Answer | None]:
    """The user of a refresh token that is still good: of somebody who may come in, and not taken back."""
    user, error = _plain_refresh(pool, pool_id, client_id, token)
    if user is not None and not user.get("Enabled", True):
        return None, _refused("NotAuthorizedException", "User is disabled.")
    if user is not None and cognito._token_claims(token).get("origin_jti") in cognito._revoked_tokens:
        return None, _refused("NotAuthorizedException", "Refresh Token has been revoked")
    return user, error


def update(data: Data) -> Answer:
    """Change attributes; a new e-mail takes the old one's place once its code was given."""
    new = next((one["Value"] for one in data["UserAttributes"] if one["Name"] == "email"), None)
    rest = [one for one in data["UserAttributes"] if one["Name"] not in {"email", "email_verified"}]
    answer: Answer = _plain_update({**data, "UserAttributes": rest})
    if new is None or answer[0] != OK:
        return answer
    user, pool = cognito._user_pool_for_access_token(data["AccessToken"])
    if _taken(pool, user, new):
        return _refused("AliasExistsException", "An account with the given email already exists.")
    user["_new_email"] = new
    return _sent(pool, user, "CodeDeliveryDetailsList", many=True)


def send_again(data: Data) -> Answer:
    """GetUserAttributeVerificationCode: of the e-mail that waits, or of the one there is."""
    user, pool = cognito._user_pool_for_access_token(data["AccessToken"])
    user.setdefault("_new_email", cognito._attr_list_to_dict(user["Attributes"]).get("email"))
    return _sent(pool, user, "CodeDeliveryDetails", many=False)


def verify(data: Data) -> Answer:
    """VerifyUserAttribute: the e-mail that was waiting is the user's."""
    user, pool = cognito._user_pool_for_access_token(data["AccessToken"])
    wrong: Answer | None = cognito._code_error(user.get("_change_code"), data.get("Code"))
    if wrong:
        return wrong
    if _taken(pool, user, user["_new_email"]):
        return _refused("AliasExistsException", "An account with the given email already exists.")
    user.pop("_change_code")
    _verified(user, email=user.pop("_new_email"))
    done: Answer = cognito.json_response({})
    return done


def after_sign_up(data: Data) -> Answer | None:
    """ConfirmSignUp: the e-mail that the code went to is theirs."""
    pool, user = _of_client(data)
    _verified(user)
    return _told(pool, user, "PostConfirmation_ConfirmSignUp", data)


def after_admin(data: Data) -> Answer | None:
    """AdminConfirmSignUp: somebody was let in without a code."""
    pool = cognito._user_pools[data["UserPoolId"]]
    return _told(pool, cognito._resolve_user(pool, data["Username"])[0], "PostConfirmation_ConfirmSignUp", data)


def after_reset(data: Data) -> Answer | None:
    """ConfirmForgotPassword: so is it here."""
    pool, user = _of_client(data)
    _verified(user)
    return _told(pool, user, "PostConfirmation_ConfirmForgotPassword", data)


def after_disabling(data: Data) -> None:
    """AdminDisableUser: every session is over, and stays so when they are let in again."""
    pool = cognito._user_pools[data["UserPoolId"]]
    user = cognito._resolve_user(pool, data["Username"])[0]
    cognito._revoked_tokens.update(user.pop("_origin_jtis", []))


def _anonymous(data: Data) -> bool:
    return cognito._user_pool_for_access_token(data.get("AccessToken"))[0] is None


def _of_client(data: Data) -> tuple[Known, Known]:
    pool, _ = cognito._pool_for_client(data["ClientId"])
    return pool, cognito._resolve_user(pool, data["Username"])[0]


def _taken(pool: Known, user: Known, email: str) -> bool:
    """Whether an e-mail is somebody else's."""
    other = cognito._resolve_user(pool, email)[0]
    return other is not None and other is not user


def _verified(user: Known, **more: str) -> None:
    facts = [{"Name": name, "Value": value} for name, value in {**more, "email_verified": "true"}.items()]
    user["Attributes"] = cognito._merge_attributes(user["Attributes"], facts)


def _sent(pool: Known, user: Known, name: str, *, many: bool) -> Answer:
    cognito._send_verification_email(pool, user["Username"], {"email": user["_new_email"]}, "", "new email")
    masked = cognito._masked_destination(user["_new_email"])
    details = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": masked}
    answer: Answer = cognito.json_response({name: [details] if many else details})
    return answer


def _told(pool: Known, user: Known, source: str, data: Data) -> Answer | None:
    attributes = {**cognito._attr_list_to_dict(user["Attributes"]), "cognito:user_status": user["UserStatus"]}
    event = cognito._build_presignup_event(pool["Id"], data.get("ClientId", ""), user["Username"], attributes, source)
    event["request"] = {"userAttributes": attributes, "clientMetadata": data.get("ClientMetadata") or {}}
    event["response"] = {}
    failed, _ = _triggered(pool, "PostConfirmation", event)
    return _refused("UserLambdaValidationException", failed) if failed else None


def _triggered(pool: Known, moment: str, event: Known) -> tuple[str, Any]:
    """Why a trigger refused, or nothing; and what it gave back."""
    function = (pool.get("LambdaConfig") or {}).get(moment)
    if not function:
        return "", None
    record, config, _ = lambda_svc._get_func_record_for_ref(function)
    if record is None or config is None:
        return f"{moment} invocation failed due to error ResourceNotFoundException.", None
    result = lambda_svc._execute_function_with_config_scope(
        lambda_svc._execution_record_for_config(record, config), event
    )
    body = result.get("body")
    if not result.get("error"):
        return "", body
    said = body.get("errorMessage") if isinstance(body, dict) else body
    return f"{moment} failed with error {said}.", None


def _refused(code: str, message: str) -> Answer:
    answer: Answer = cognito.error_response_json(code, message, 400)
    return answer


AFTER: Final[Mapping[str, Callable[[Data], Answer | None]]] = {
    "ConfirmSignUp": after_sign_up,
    "AdminConfirmSignUp": after_admin,
    "ConfirmForgotPassword": after_reset,
    "AdminDisableUser": after_disabling,
}
ADDED: Final[Mapping[str, Callable[[Data], Answer]]] = {
    "GetUserAttributeVerificationCode": send_again,
    "VerifyUserAttribute": verify,
}

cognito._UNSIGNED_IDP_ACTIONS.update(ADDED)
cognito._resolve_user = look
cognito._run_idp_handler = run
cognito._dispatch_idp = dispatch
cognito._send_verification_email = letter
cognito._apply_presignup_trigger = asked
cognito._update_user_attributes = update
cognito._refresh_auth_user = refreshing
