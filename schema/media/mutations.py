"""How files come and go."""

import strawberry

from schema.deletes import DeletePayload
from schema.media.changes import MediaChange
from schema.media.uploads import MediaDownloadPayload, MediaInput, MediaPayload
from schema.route import Access, routed
from schema.scalars import AWSJSON


@strawberry.type
class MediaMutations:
    @routed("media", Access.SHOPPER)
    def media_upload_start(self, input: MediaInput, idempotency_key: str) -> MediaPayload:
        """Announce a file, and get what it is sent with: no file passes through the graph.

        What has come is looked at, and is READY within some seconds, or REJECTED with a reason; mediaChanged tells of
        it. A media that nothing shows is removed after 7 days.

        input: The file.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and file again give the same
          media, as it is now, and a ticket as long as its file can come; kept for 24 hours.
        """

    @routed("media", Access.PUBLIC)
    def media_download(
        self, order_id: strawberry.ID, line_id: strawberry.ID, media_id: strawberry.ID, idempotency_key: str
    ) -> MediaDownloadPayload:
        """Get a link to a file that was bought, once the order is paid; each counts (OrderLine.downloads).

        order_id: The order; a guest's is whoever's knows its id.
        line_id: The order's line that the file came with.
        media_id: The file.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again give a
          link again without counting; kept for 24 hours.
        """

    @routed("media", Access.STAFF)
    def media_delete(self, id: strawberry.ID) -> DeletePayload:
        """Remove a media and its file for good. One that is shown or sold is not removed (CONFLICT); who has bought
        one that was sold cannot download it any more.

        id: Which media.
        """

    @routed("media", Access.PUBLISHER)
    def publish_media_change(self, seq: int, payload: AWSJSON) -> MediaChange | None:
        """Tell those who listen to mediaChanged of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The rest of the change.
        """
