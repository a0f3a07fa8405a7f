"""What customers may say of themselves, and what becomes of them by it."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers.addressing import deleted, saved
from domain.customers.consenting import MOST_CONSENTS, Said, consented
from domain.customers.customers import MOST_ADDRESSES, Consent, Customer
from domain.customers.saying import edited, plain_locale, plain_name, plain_phone
from domain.customers.storing import Decision
from domain.errors import ErrorCode, InputError
from domain.ids import AddressId
from tests.domain.customers.making import HOME, NOON, SAID, customer

LATER = NOON + timedelta(minutes=1)
NOWHERE = AddressId("addr_" + "0" * 26)


def stored(outcome: object) -> Customer:
    found = outcome.customer if isinstance(outcome, Decision) else outcome
    assert isinstance(found, Customer)
    return found


def errors(outcome: object) -> list[tuple[ErrorCode, tuple[str, ...] | None]]:
    assert isinstance(outcome, tuple)
    return [(error.code, error.field) for error in outcome]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+4930123456", "+4930123456"),
        (" +49 (0)30 / 12 34-56 ", "+4930123456"),
        ("+1 (415) 555.2671", "+14155552671"),
        ("+49\u00a030\u2013123456", "+4930123456"),
        ("", None),
        ("  ", None),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(text: str, phone: str | None) -> None:
    assert plain_phone(text) == (phone, None)


@pytest.mark.parametrize(
    "text", ["030 123456", "004930123456", "+0123456789", "+49", "+49301234567890123", "+49abc3012", "-", "+٤٩٣٠١٢٣٤٥٦"]
)
def test_a_number_that_cannot_be_dialled_from_anywhere_is_refused(text: str) -> None:
    phone, problem = plain_phone(text)
    assert phone is None
    assert problem


def test_names_of_any_script_are_kept_as_they_are_written() -> None:
    for name in ("Zoë Müller-Lüdenscheidt", "王伟", "نور", "N'Guessan", "x" * 255):
        assert plain_name(f" {name} ") == (name, None)
    for name in ("x" * 256, "Ada\nLovelace", "Ada\x00"):
        assert plain_name(name)[1]


def test_a_language_is_a_tag_however_programs_write_it() -> None:
    assert plain_locale("pt_BR") == ("pt-BR", None)
    assert plain_locale("") == (None, None)
    assert plain_locale("Deutsch!")[1]


def test_what_is_given_is_changed_and_the_rest_stays() -> None:
    known = customer(name="Ada", phone="+4930123456", locale="de")
    new = stored(edited(known, {"name": " Ada L. ", "locale": None}, SAID, LATER))
    assert new == replace(known, version=2, updated_at=LATER, name="Ada L.", locale=None)


def test_what_changes_nothing_makes_no_version() -> None:
    known = customer(name="Ada")
    for parts in ({}, {"name": "Ada "}, {"marketing_consent": False}, {"marketing_consent": None}):
        decision = edited(known, parts, SAID, LATER)
        assert isinstance(decision, Decision)
        assert decision.customer is known
        assert decision.consent is None


def test_all_that_is_wrong_is_told_at_once() -> None:
    parts: dict[str, Any] = {"name": "\x00", "phone": "030", "locale": "!", "default_address_id": NOWHERE}
    found = errors(edited(customer(), parts, SAID, LATER))
    assert sorted(found, key=str) == sorted(
        [
            (ErrorCode.INVALID, ("input", "name")),
            (ErrorCode.INVALID, ("input", "phone")),
            (ErrorCode.INVALID, ("input", "locale")),
            (ErrorCode.NOT_FOUND, ("input", "defaultAddressId")),
        ],
        key=str,
    )


def test_each_change_of_mind_is_one_entry_and_the_same_again_is_none() -> None:
    known, log = customer(), list[Consent]()
    for granted in (True, True, False, False, True):
        decision = edited(known, {"marketing_consent": granted}, SAID, LATER)
        assert isinstance(decision, Decision)
        known = decision.customer
        assert known.marketing_consent is granted
        log += [decision.consent] if decision.consent else []
    assert [(one.seq, one.granted) for one in log] == [(1, True), (2, False), (3, True)]
    assert (log[0].at, log[0].wording, log[0].where) == (LATER, SAID.wording, SAID.where)
    assert known.consent == log[-1]


def test_a_withdrawal_is_never_refused_however_often_minds_were_changed() -> None:
    last = Consent(seq=MOST_CONSENTS - 1, at=NOON, granted=True, wording="w", where="here")
    withdrawn = consented(customer(consent=last), False, SAID, LATER)
    assert isinstance(withdrawn, Consent)
    assert withdrawn.seq == MOST_CONSENTS
    known = customer(consent=withdrawn)
    refused = consented(known, True, SAID, LATER)
    assert isinstance(refused, InputError)
    assert refused.field == ("input", "marketingConsent")
    assert errors(edited(known, {"marketing_consent": True}, SAID, LATER)) == [(refused.code, refused.field)]
    assert consented(known, False, SAID, LATER) is None


def test_a_consent_says_what_was_agreed_to() -> None:
    with pytest.raises(ValueError, match="some words"):
        consented(customer(), True, Said(wording="", where="here"), NOON)


def test_the_first_address_is_the_default_and_one_that_is_known_is_not_added_again() -> None:
    one = stored(saved(customer(), None, replace(HOME, name=" Ada Lovelace "), LATER))
    assert [each.address for each in one.addresses] == [HOME]
    assert one.default_address_id == one.addresses[0].id
    assert saved(one, None, HOME, LATER) is one
    assert saved(one, one.addresses[0].id, HOME, LATER) is one
    two = stored(saved(one, None, replace(HOME, city="Hamburg"), LATER))
    assert two.default_address_id == one.default_address_id
    assert [each.address.city for each in two.addresses] == ["Berlin", "Hamburg"]
    three = stored(saved(two, two.addresses[0].id, replace(HOME, city="Bonn"), LATER))
    assert [each.address.city for each in three.addresses] == ["Bonn", "Hamburg"]


def test_wrong_addresses_and_unknown_ones_are_refused() -> None:
    assert errors(saved(customer(), None, replace(HOME, city="", country="Germany"), LATER)) == [
        (ErrorCode.REQUIRED, ("input", "city")),
        (ErrorCode.INVALID, ("input", "country")),
    ]
    assert errors(saved(customer(), NOWHERE, HOME, LATER)) == [(ErrorCode.NOT_FOUND, ("id",))]
    assert errors(deleted(customer(), NOWHERE, LATER)) == [(ErrorCode.NOT_FOUND, ("id",))]
    known = customer()
    for number in range(MOST_ADDRESSES):
        known = stored(saved(known, None, replace(HOME, line1=f"{number + 2} Main St"), LATER))
    assert errors(saved(known, None, HOME, LATER)) == [(ErrorCode.INVALID, ("input",))]
    assert stored(saved(known, known.addresses[3].id, HOME, LATER)).addresses[3].address == HOME


@given(
    st.randoms(use_true_random=False), st.lists(st.sampled_from(["save", "change", "delete", "choose"]), max_size=30)
)
def test_there_is_a_default_exactly_as_long_as_there_are_addresses(chance: random.Random, acts: list[str]) -> None:
    known = customer()
    for act in acts:
        ids = [one.id for one in known.addresses]
        before = known
        if act == "save":
            outcome: object = saved(known, None, replace(HOME, line1=f"{chance.randint(1, 40)} St"), LATER)
        elif not ids:
            continue
        elif act == "change":
            outcome = saved(known, chance.choice(ids), replace(HOME, line1=f"{chance.randint(1, 40)} St"), LATER)
        elif act == "delete":
            outcome = deleted(known, chance.choice(ids), LATER)
        else:
            outcome = edited(known, {"default_address_id": chance.choice(ids)}, SAID, LATER)
        known = stored(outcome)
        left = [one.id for one in known.addresses]
        assert len(left) == len(set(left)) <= MOST_ADDRESSES
        assert known.default_address_id in left if left else known.default_address_id is None
        assert known.version == before.version + (known != before)
