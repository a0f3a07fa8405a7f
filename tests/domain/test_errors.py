"""Expected failures are data that a program can decide by."""

from dataclasses import FrozenInstanceError

import pytest

from domain.errors import ConflictError, ErrorCode, InputError


def test_a_code_is_sent_by_its_own_name() -> None:
    assert all(code.value == code.name for code in ErrorCode)


def test_every_code_is_explained() -> None:
    explained = {line.strip().partition(":")[0] for line in (ErrorCode.__doc__ or "").splitlines()}
    assert set(ErrorCode.__members__) <= explained


def test_a_conflict_says_which_version_is_stored_now() -> None:
    conflict = ConflictError(message="it has changed meanwhile", current_version=7)
    assert (conflict.code, conflict.current_version, conflict.field) == (ErrorCode.CONFLICT, 7, None)


def test_a_failure_cannot_be_changed_once_it_is_said() -> None:
    error = InputError(code=ErrorCode.INVALID, message="too long", field=("input", "name"))
    with pytest.raises(FrozenInstanceError):
        error.message = ""  # type: ignore[misc]  # what is tested
