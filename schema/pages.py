"""What every page of every list has (Relay cursor connections)."""

import strawberry

from schema.prose import abstract, entity


@abstract
class Node:
    """Anything with an id of its own, to be read again by node(id).

    id: The id: opaque, the same forever, never another thing's.
    """

    id: strawberry.ID


@entity
class PageInfo:
    """Where a page lies in its list.

    has_next_page: Whether more items follow this page.
    has_previous_page: Whether items come before this page.
    start_cursor: The cursor of the page's first item; null on an empty page.
    end_cursor: The cursor of the page's last item; null on an empty page.
    """

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
