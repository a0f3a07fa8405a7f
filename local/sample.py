"""The sample catalogue that comes with the repository, imported while the shop has no products yet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from clients.csv.importing import import_file
from local.faults import CannotRun

FOLDER: Final = Path(__file__).parent.parent / "sample"
_ANY: Final = "{ products(first: 1) { edges { node { id } } } }"


def wanted(outputs: Mapping[str, Any]) -> Path | None:
    """The sample's file, if there is one and the shop, as guests see it, is empty."""
    files = sorted(FOLDER.glob("*.csv"))
    return files[0] if files and _is_empty(outputs) else None


def _is_empty(outputs: Mapping[str, Any]) -> bool:
    headers = {"x-api-key": outputs["custom"]["api_key"]}
    answer = httpx.post(outputs["custom"]["http_url"], json={"query": _ANY}, headers=headers, trust_env=False)
    try:
        return not answer.json()["data"]["products"]["edges"]
    except (ValueError, KeyError, TypeError) as fault:
        raise CannotRun(f"the graph does not list its products: {answer.text[:200]}") from fault


def bring(file: Path, outputs: Mapping[str, Any], base: str) -> str:
    """Import ``file``, its pictures being served below ``base``; what became of it, in one line."""
    report = import_file(file, outputs, pictures_base=f"{base}/sample/")
    if report.failed:
        first = next((line.message for line in report.lines if line.message), "")
        raise CannotRun(f"the sample catalogue could not be imported: {report.stopped or first}")
    return report.summary
