"""Letters against the embedded AWS, which keeps what it is given to send."""

import json
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from datasources.faults import LetterRefused, StoreFault, StoreRefused, StoreUnavailable
from datasources.mail.letters import Letter, Post


@pytest.fixture
def post(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    client: Any = boto3.client("sesv2")
    client.create_email_identity(EmailIdentity="shop@example.com")
    return Post("shop@example.com")


def kept(emulator: str, letter: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{emulator}/_ministack/ses/messages") as answer:
        messages = [each for of in json.load(answer)["messages"].values() for each in of]
    (found,) = [each for each in messages if each["MessageId"] == letter]
    return dict(found)


def test_a_letter_is_taken_with_all_that_it_says(post: Post, emulator: str) -> None:
    sent = post.send(Letter(to="jo@example.com", subject="Danke ☺", text="Größe 42", html="<p>Größe 42</p>"))
    found = kept(emulator, sent)
    assert (found["Source"], found["To"], found["Subject"]) == ("shop@example.com", ["jo@example.com"], "Danke ☺")
    assert (found["BodyText"], found["BodyHtml"]) == ("Größe 42", "<p>Größe 42</p>")


def test_a_letter_of_text_alone_has_no_other_part(post: Post, emulator: str) -> None:
    assert not kept(emulator, post.send(Letter(to="jo@example.com", subject="Thanks", text="Bye")))["BodyHtml"]


def test_a_letter_that_ses_cannot_have_may_be_sent_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable, match="SES"):
        Post("shop@example.com").send(Letter(to="jo@example.com", subject="Thanks", text="Bye"))


@pytest.mark.parametrize(
    ("code", "status", "fault"),
    [
        ("MessageRejected", 400, LetterRefused),
        ("BadRequestException", 400, LetterRefused),
        ("AccessDeniedException", 403, StoreRefused),
        ("SendingPausedException", 400, StoreRefused),
        ("LimitExceededException", 400, StoreRefused),
        ("TooManyRequestsException", 429, StoreUnavailable),
        ("InternalFailure", 500, StoreUnavailable),
    ],
)
def test_what_is_wrong_with_a_letter_is_told_from_what_is_wrong_with_us(
    post: Post, monkeypatch: pytest.MonkeyPatch, code: str, status: int, fault: type[StoreFault]
) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": "not to jo@example.com"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }

    def refuse(**_: object) -> None:
        raise ClientError(answer, "SendEmail")

    monkeypatch.setattr(post._client, "send_email", refuse)
    with pytest.raises(fault) as refused:
        post.send(Letter(to="jo@example.com", subject="Thanks", text="Bye"))
    assert type(refused.value) is fault
    if fault is LetterRefused:
        assert str(refused.value) == f"SES: {code}", "the address is in no log"
