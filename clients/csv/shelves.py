"""Categories and collections by their names, made on demand, once, whoever asks."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from clients.csv import documents
from clients.graph import Graph
from domain.catalog.texts import slugged

LONGEST_STEM: Final = 240
"""Characters of a made slug before its ending, so that the whole stays within the 255 of a slug."""


class CannotShelve(ValueError):
    """A category or collection could not be made; the message is the API's."""


class Shelves:
    """What the shop has, read once, and what is added to it."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._lock = graph, threading.Lock()
        self._read()

    def category(self, path: tuple[str, ...]) -> str | None:
        """The id of the category with these names from the top; None for no names. Raises CannotShelve."""
        with self._lock:
            parent: str | None = None
            above = ""
            for depth, name in enumerate(path, start=1):
                known = self._categories.get((parent, name))
                if known is None:
                    known = self._add_category(parent, above, name)
                parent, above = known, "-".join(_word(one) for one in path[:depth]) + "-"
            return parent

    def collection(self, name: str) -> str:
        """The id of the collection of this name. Raises CannotShelve."""
        with self._lock:
            return self._collections.get(name) or self._add_collection(name)

    def path(self, category: str | None) -> tuple[str, ...]:
        """The names from the top down to a category."""
        names: list[str] = []
        while category is not None and category in self._names:
            category, name = self._names[category]
            names.append(name)
        return tuple(reversed(names))

    def _read(self) -> None:
        self._names: dict[str, tuple[str | None, str]] = {}
        self._slugs: dict[str, str] = {}
        for one in self._graph.ask(documents.CATEGORIES)["categories"]:
            self._names[one["id"]] = (one["parent"]["id"] if one["parent"] else None, one["name"])
            self._slugs[one["slug"]] = one["id"]
        self._categories = {place: id_ for id_, place in reversed(self._names.items())}
        self._read_collections()

    def _read_collections(self) -> None:
        self._collections: dict[str, str] = {}
        self._collection_slugs: set[str] = set()
        after: str | None = None
        while True:
            page = self._graph.ask(documents.COLLECTIONS, {"after": after})["collections"]
            for edge in page["edges"]:
                self._collections.setdefault(edge["node"]["name"], edge["node"]["id"])
                self._collection_slugs.add(edge["node"]["slug"])
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return

    def _add_category(self, parent: str | None, above: str, name: str) -> str:
        def known() -> str | None:
            return self._categories.get((parent, name))

        for slug in _slugs(above + _word(name)):
            if slug in self._slugs:
                continue
            given = {"slug": slug, "name": name, "parentId": parent}
            answer = self._graph.ask(documents.SAVE_CATEGORY, {"input": given})["categorySave"]
            if found := self._settled(answer, "category", known):
                self._categories[parent, name], self._names[found], self._slugs[slug] = found, (parent, name), found
                return found
        raise AssertionError("slugs never end")

    def _add_collection(self, name: str) -> str:
        for slug in _slugs(_word(name)):
            if slug in self._collection_slugs:
                continue
            answer = self._graph.ask(documents.SAVE_COLLECTION, {"input": {"slug": slug, "name": name}})
            if found := self._settled(answer["collectionSave"], "collection", lambda: self._collections.get(name)):
                self._collections[name] = found
                self._collection_slugs.add(slug)
                return found
        raise AssertionError("slugs never end")

    def _settled(self, answer: Mapping[str, Any], noun: str, known: Any) -> str | None:
        """The id of what was made or, when somebody else made it just now, of theirs; None: the slug is taken."""
        errors = answer["userErrors"]
        if not errors:
            made: str = answer[noun]["id"]
            return made
        if any(error["code"] != "DUPLICATE" for error in errors):
            raise CannotShelve("; ".join(error["message"] for error in errors))
        self._read()
        theirs: str | None = known()
        return theirs


def _word(name: str) -> str:
    """A slug of a name; a digest where the name has no Latin letter or digit."""
    return slugged(name)[:LONGEST_STEM] or hashlib.sha256(name.encode()).hexdigest()[:12]


def _slugs(stem: str) -> Iterator[str]:
    """The slug wished for, then the same with 2, 3, … for other things of the same letters."""
    wished = stem[:LONGEST_STEM].strip("-")
    yield wished
    for number in count(2):
        yield f"{wished}-{number}"
