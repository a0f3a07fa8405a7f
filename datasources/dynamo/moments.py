"""Places in lists that are in the order of their moments."""

from typing import Final

from domain.pages import BadPage, Window

LONGEST_MOMENT: Final = 100
"""Characters of a sort key that can be ours where it is an instant and an id."""
WRONG_PLACE: Final = "the cursor is not one of this list; pass a cursor from its own pages, or none"


def moment_of(window: Window) -> str | None:
    """The sort key that a page of a list by moment goes on from; raises BadPage for a place that is none of ours."""
    match window.place:
        case None:
            return None
        case (str(text),) if len(text) <= LONGEST_MOMENT and text.isascii():
            return text
    raise BadPage(WRONG_PLACE)
