"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishJobChange": """\
mutation PublishJobChange($seq: Int!, $payload: AWSJSON!) {
  publishJobChange(seq: $seq, payload: $payload) {
    seq
    jobId
    job {
      id
      version
      kind
      status
      rows
      done
      failed
      reportUrl
      createdAt
      startedAt
      finishedAt
    }
    at
  }
}
""",
}
