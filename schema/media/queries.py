"""How media are read."""

import strawberry

from schema.media.changes import MediaChange
from schema.media.types import Media
from schema.route import Access, routed


@strawberry.type
class MediaQueries:
    @routed("media", Access.SHOPPER)
    def media(self, id: strawberry.ID) -> Media | None:
        """A media by its id, for who has sent it and for staff; null for all others.

        id: The media's id.
        """

    @routed("media", Access.SHOPPER)
    def media_changes(self, media_id: strawberry.ID, after_seq: int) -> list[MediaChange]:
        """What happened to a media since a version that the caller knows, oldest first: to catch up with mediaChanged.

        At most 50 changes are kept: a first seq greater than afterSeq + 1 means that those between are gone. The last
        one has the media. Empty for a media that there is not, and for another customer's.

        media_id: Which media.
        after_seq: The last version that the caller knows, 0 for none.
        """
