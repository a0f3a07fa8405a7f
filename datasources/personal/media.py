"""Files that a customer has sent: what is known of them, as they were sent, and all that was made of them."""

from collections.abc import Iterator
from typing import Final

from datasources.dynamo.media import MediaTable
from datasources.personal.pieces import Piece, document
from datasources.s3.uploads import Uploads
from domain.ids import CustomerId
from domain.media.places import original_key, shown_under

AT_ONCE: Final = 25
"""Files of one round: some four requests each."""
LARGEST: Final = 32 * 1024 * 1024
"""Of a customer's file, which is a picture of at most 20 MB."""


class PersonalMedia:
    """Whatever shows one of them (a review) is erased before. What is sent later by a form that is still good is an
    orphan, which the media's own sweep removes.
    """

    def __init__(self, media: MediaTable, files: Uploads) -> None:
        self._media = media
        self._files = files

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """A piece for what is known of each, and one for the file itself."""
        for id_ in self._media.of_owner(customer):
            kept = self._media.get(id_)
            if kept is None:
                continue
            yield document(f"media/{id_}", kept)
            data = self._files.read(original_key(id_), LARGEST)
            if data is not None:
                yield Piece(f"media/{id_}.{kept.media.content_type.rpartition('/')[2]}", data)

    def erase(self, customer: CustomerId) -> int:
        """The files first, so that whoever dies finds the rest by what is known of them."""
        found = self._media.of_owner(customer)[:AT_ONCE]
        for id_ in found:
            self._files.delete([original_key(id_), *(one.key for one in self._files.under(shown_under(id_)))])
            self._media.remove(id_, lambda _: None)
        return len(found)
