"""The sample that comes with the repository: goods and terms, brought while the shop has no products yet."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from clients import graph
from clients.csv.importing import import_file
from clients.sign_in import Credentials, NotSignedIn
from local.faults import CannotRun

FOLDER: Final = Path(__file__).parent.parent / "sample"
WAREHOUSE: Final = {"code": "MAIN", "name": "Main warehouse", "priority": 1}
"""Where the sample's stock lies."""
TERMS: Final = FOLDER / "terms.json"
"""Shipping zones, tax tables and discounts: inputs of the mutations that save them."""
_THERE: Final = """
{ warehouses { id } shippingZones { id } taxTables { country } discounts(first: 1) { edges { cursor } } }
"""
_SAVE: Final = "mutation Save($input: {kind}!) {{ saved: {field}(input: $input) {{ userErrors {{ message }} }} }}"
_TERMS: Final = {
    "shippingZones": ("ShippingZoneInput", "shippingZoneSave"),
    "taxTables": ("TaxTableInput", "taxTableSave"),
    "discounts": ("DiscountInput", "discountSave"),
}
_ANY: Final = "{ products(first: 1) { edges { node { id } } } }"


def wanted(outputs: Mapping[str, Any]) -> Path | None:
    """The sample's file, if there is one and the shop, as guests see it, is empty."""
    found = file()
    return found if found and _is_empty(outputs) else None


def file() -> Path | None:
    """The sample's file, if there is one."""
    return next(iter(sorted(FOLDER.glob("*.csv"))), None)


def _is_empty(outputs: Mapping[str, Any]) -> bool:
    headers = {"x-api-key": outputs["custom"]["api_key"]}
    answer = httpx.post(outputs["custom"]["http_url"], json={"query": _ANY}, headers=headers, trust_env=False)
    try:
        return not answer.json()["data"]["products"]["edges"]
    except (ValueError, KeyError, TypeError) as fault:
        raise CannotRun(f"the graph does not list its products: {answer.text[:200]}") from fault


def bring(file: Path, outputs: Mapping[str, Any], base: str) -> str:
    """Import ``file``, its pictures being served below ``base``; what became of it, in one line."""
    _have_settings(outputs)
    report = import_file(file, outputs, pictures_base=f"{base}/sample/")
    if report.failed:
        first = next((line.message for line in report.lines if line.message), "")
        raise CannotRun(f"the sample catalogue could not be imported: {report.stopped or first}")
    return report.summary


def _have_settings(outputs: Mapping[str, Any]) -> None:
    """Only an admin may add a warehouse; whoever has another one already, or terms, keeps those."""
    admin = next(user for user in outputs["custom"]["demo_users"] if "admin" in user["groups"])
    credentials = Credentials(username=admin["username"], password=admin["password"])
    try:
        with graph.Graph(outputs, credentials) as asked:
            there = asked.ask(_THERE)
            if not there["warehouses"]:
                _save(asked, "WarehouseInput", "warehouseSave", WAREHOUSE)
            if not (there["shippingZones"] or there["taxTables"] or there["discounts"]["edges"]):
                _bring_terms(asked)
    except (graph.GraphFault, NotSignedIn) as fault:
        raise CannotRun(f"the sample's warehouse and terms could not be made: {fault}") from fault


def _bring_terms(asked: graph.Graph) -> None:
    for name, inputs in json.loads(TERMS.read_text(encoding="utf-8")).items():
        for one in inputs:
            _save(asked, *_TERMS[name], one)


def _save(asked: graph.Graph, kind: str, field: str, wanted: Mapping[str, Any]) -> None:
    refused = asked.ask(_SAVE.format(kind=kind, field=field), {"input": wanted})["saved"]["userErrors"]
    if refused:
        raise CannotRun(f"the sample's {kind} was refused: {refused[0]['message']}")
