"""What an e-mail address must be so that letters reach it, and when two are the same one's."""

import re
from typing import Final

LONGEST_EMAIL: Final = 254
"""Characters (RFC 5321, section 4.5.3.1.3, and its erratum 1690). A user pool whose people sign in with theirs takes no
more than 128, as of any user name."""
LONGEST_LOCAL: Final = 64
"""Characters before the "@" (RFC 5321, section 4.5.3.1.1)."""

_ATOMS: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII | re.IGNORECASE)
"""RFC 5322's dot-atom: no space, no quotes, no comment, no dot at either end or beside another."""
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}", re.ASCII | re.IGNORECASE)
"""At least two labels, the last of which is not a number: the name of a mail host in the public net, not an address."""


def email_problem(text: str) -> str | None:
    """Why no account can have this e-mail, as the rest of a sentence; None when one can.

    What is accepted reaches its reader: SES sends to names of ASCII letters alone, and domains of other scripts have an
    ASCII form (``xn--…``) that their owners know. Which one is not worked out here, since two standards say it
    differently. Quoted names are forms of the standard that hardly a mail host gives out.
    """
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or any(letter.isspace() for letter in text):
        return "an e-mail address is written as name@example.org, without spaces"
    if len(text) > LONGEST_EMAIL or len(local) > LONGEST_LOCAL:
        return f"an e-mail address has at most {LONGEST_EMAIL} characters, {LONGEST_LOCAL} of them before the @"
    if not text.isascii():
        return "an e-mail address is written with ASCII letters; a domain of other letters has a form with xn--"
    if not _ATOMS.fullmatch(local):
        return "the part of an e-mail address before the @ has letters, digits and single dots, and no quotes"
    if not _DOMAIN.fullmatch(domain):
        return "the part of an e-mail address after the @ is the name of a mail host, such as example.org"
    return None


def plain_email(email: str) -> str:
    """An e-mail as it is compared and looked for: neither case nor outer space matters, dots and tags do.

    By the standard a host may tell cases apart, but none is known that does, and the user pool does not. That a host
    gives ``a.b+c`` and ``ab`` to one person is the host's own rule. Letters go to the e-mail as it was given.
    """
    return email.strip().casefold()
