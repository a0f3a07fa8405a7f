"""What may be listened to about media."""

import strawberry

from schema.media.changes import MediaChange
from schema.route import Access, subscribed


@strawberry.type
class MediaSubscriptions:
    @subscribed("publishMediaChange", access=Access.SHOPPER, domain="media")
    def media_changed(self, media_id: strawberry.ID) -> MediaChange | None:
        """Each change of a media, within a second as a rule, oldest first; for who has sent it and for staff.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        mediaChanges for what was missed, whenever a connection begins.

        media_id: Which media.
        """
