"""The sample's pictures, drawn and sent as staff send photographs, while the shop is in use already.

Until then its products name drawings that lie beside them, which browsers show too, but in one size.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx

from clients.csv import documents
from clients.csv.drafts import FileProduct
from clients.csv.inputs import input_of
from clients.csv.reading import Reading
from clients.csv.shelves import CannotShelve, Shelves
from clients.graph import Graph, GraphFault
from clients.sign_in import Credentials, NotSignedIn
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.ids import MediaId
from domain.money import CurrencyCode
from sample.draw import raster

DRAWINGS: Final = "/sample/"
"""Where the front shows the drawings."""
AT_ONCE: Final = 2
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 120.0
"""A picture is ready within a second; the rest is for a busy machine."""
_FIRST: Final = "{ products(first: 100) { edges { node { slug media { url } } } } }"
_ANNOUNCE: Final = """
mutation Announce($input: MediaInput!, $key: String!) {
  mediaUploadStart(input: $input, idempotencyKey: $key) {
    media { id } upload { url fields { name value } } userErrors { message }
  }
}
"""
_LOOK: Final = "query Look($id: ID!) { media(id: $id) { status rejection { message } } }"


class NotShown(Exception):
    """A picture that could not be brought; the message says which and why."""


def bring(file: Path, outputs: Mapping[str, Any], base: str, stopped: Callable[[], bool]) -> Iterator[tuple[int, int]]:
    """Have the products of the file that still name drawings show pictures of the shop's own.

    Gives how many of how many do, as it goes; what was ended before is gone on with. Raises NotShown.
    """
    try:
        with Graph(outputs, Credentials.of_staff(outputs)) as graph:
            drawn = _drawn(graph)
            read = Reading(file, CurrencyCode.USD, pictures_base=f"{base}{DRAWINGS}") if drawn else ()
            products = [one for one in read if isinstance(one, FileProduct) and one.product.slug in drawn]
            yield from _each(graph, products, stopped)
    except (GraphFault, NotSignedIn, CannotShelve, httpx.HTTPError) as fault:
        raise NotShown(str(fault)) from fault


def _drawn(graph: Graph) -> set[str]:
    """The products that name drawings."""
    nodes = [edge["node"] for edge in graph.ask(_FIRST)["products"]["edges"]]
    return {node["slug"] for node in nodes if any(DRAWINGS in (one["url"] or "") for one in node["media"])}


def _each(graph: Graph, products: list[FileProduct], stopped: Callable[[], bool]) -> Iterator[tuple[int, int]]:
    if not products:
        return
    shelves = Shelves(graph)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        under_way = [threads.submit(_show, graph, shelves, one, stopped) for one in products]
        for number, one in enumerate(under_way, start=1):
            one.result()
            if stopped():
                return
            yield number, len(products)


def _show(graph: Graph, shelves: Shelves, listed: FileProduct, stopped: Callable[[], bool]) -> None:
    sent: dict[str, MediaId] = {}
    for one in listed.product.media or ():
        if stopped():
            return
        if one.url is not None and DRAWINGS in one.url:
            sent[one.url] = _sent(graph, one.url.rpartition("/")[2], one.alt)
    for name, id_ in sent.items():
        _wait(graph, name, id_, stopped)
    if stopped():
        return
    there = graph.ask(*documents.known([listed.product.slug]))["p0"]
    collections = [shelves.collection(name) for name in listed.collections]
    given = input_of(_with(listed.product, sent), shelves.category(listed.category), collections)
    answer = graph.ask(documents.UPDATE, {"id": there["id"], "input": given})["productUpdate"]
    if answer["userErrors"]:
        raise NotShown(f"{listed.product.slug}: {answer['userErrors'][0]['message']}")


def _sent(graph: Graph, drawing: str, alt: str | None) -> MediaId:
    """The media of a drawing, its file sent."""
    data = raster(drawing)
    sha256 = hashlib.sha256(data).hexdigest()
    said = {
        "kind": "IMAGE", "filename": drawing.replace(".svg", ".png"), "contentType": "image/png", "bytes": len(data),
        "sha256": sha256, "alt": alt,
    }  # fmt: skip
    key = f"sample-{drawing}-{sha256[:16]}-{time.time_ns()}"
    payload = graph.ask(_ANNOUNCE, {"input": said, "key": key})["mediaUploadStart"]
    if payload["userErrors"]:
        raise NotShown(f"{drawing}: {payload['userErrors'][0]['message']}")
    upload = payload["upload"]
    fields = {one["name"]: one["value"] for one in upload["fields"]}
    httpx.post(upload["url"], data=fields, files={"file": (drawing, data)}, trust_env=False).raise_for_status()
    return MediaId(payload["media"]["id"])


def _wait(graph: Graph, drawing: str, id_: MediaId, stopped: Callable[[], bool]) -> None:
    """Until it can be shown."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not stopped():
        media = graph.ask(_LOOK, {"id": id_})["media"]
        if media["status"] == "READY":
            return
        if media["rejection"] or time.monotonic() > deadline:
            raise NotShown(f"{drawing} is {media['status']}: {media['rejection']}")
        time.sleep(LOOK_SECONDS)


def _with(product: ProductDraft, sent: Mapping[str, MediaId]) -> ProductDraft:
    """The product with media of the shop's own in place of the drawings."""
    media = [
        replace(one, url=None, media_id=sent[one.url]) if one.url is not None and one.url in sent else one
        for one in product.media or ()
    ]
    return replace(product, media=tuple(media), variants=tuple(_variant(one, sent) for one in product.variants))


def _variant(variant: VariantDraft, sent: Mapping[str, MediaId]) -> VariantDraft:
    urls = variant.media_urls or ()
    return replace(
        variant,
        media_urls=tuple(url for url in urls if url not in sent) or None,
        media_ids=tuple(sent[url] for url in urls if url in sent) or None,
    )
