"""What is told of a media's way."""

import strawberry

from schema.media.types import Media, MediaStatus
from schema.prose import entity
from schema.scalars import AWSDateTime


@entity
class MediaChange:
    """One change of a media.

    seq: The media's version after the change: counts on by 1, without gaps.
    media_id: Which media.
    status: How far it had come by it.
    media: The media; null with all but the last of several changes.
    at: When it was stored.
    """

    seq: int
    media_id: strawberry.ID
    status: MediaStatus
    media: Media | None
    at: AWSDateTime
