"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishMediaChange": """\
mutation PublishMediaChange($seq: Int!, $payload: AWSJSON!) {
  publishMediaChange(seq: $seq, payload: $payload) {
    seq
    mediaId
    status
    media {
      id
      kind
      status
      alt
      url
      width
      height
      blurhash
      renditions {
        width
        height
        format
        url
      }
      rejection {
        code
        message
      }
    }
    at
  }
}
""",
}
