"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishStockChange": """\
mutation PublishStockChange($seq: Int!, $payload: AWSJSON!) {
  publishStockChange(seq: $seq, payload: $payload) {
    seq
    variantId
    availability {
      purchasable
      quantity
      lowStock
      backorderable
    }
    at
  }
}
""",
}
