"""``make demo``: one purchase in the shop that ``make run`` has started; 0 only if it really happened."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from clients.demo.asking import Person
from clients.demo.purchase import Purchase
from clients.demo.screen import Screen
from clients.graph import Graph, GraphFault
from clients.live import Unheard, listening
from clients.outputs import OUTPUTS, NoShop, read_outputs
from clients.sign_in import Credentials, NotSignedIn

SEARCH: Final = "bowl"
"""The sample has two of them."""
WAIT_SECONDS: Final = 30.0
"""What an order owes goes over the bus and back: within a second as a rule, later on a busy machine."""
PACE_SECONDS: Final = 0.4
"""For whoever watches: the shop itself is too quick to be followed."""
LEGEND: Final = "◆ is heard live: the seq, what has happened, how long ago"


def main(arguments: list[str] | None = None, console: Console | None = None) -> int:
    """Run it; 0 if the order was paid for and delivered."""
    asked = _parser().parse_args(arguments)
    console = console or Console(highlight=False)
    if asked.pace is None:
        asked.pace = PACE_SECONDS if console.is_terminal else 0.0
    try:
        outputs = read_outputs(asked.outputs)
        return asyncio.run(_run(outputs, Screen(console), asked))
    except (NoShop, GraphFault, NotSignedIn, Unheard, httpx.HTTPError) as fault:
        return _refuse(str(fault))
    except KeyboardInterrupt:
        return _refuse("stopped; whatever was held for the guest is free again in 15 minutes")


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--outputs", type=Path, default=OUTPUTS, help=f"which shop; {OUTPUTS} when left out")
    parser.add_argument("--search", default=SEARCH, help="what the guest looks for (%(default)s)")
    parser.add_argument(
        "--wait", type=float, default=WAIT_SECONDS, help="seconds that taking the money may take (%(default)g)"
    )
    parser.add_argument(
        "--pace", type=float, help=f"seconds before each step; {PACE_SECONDS:g} on a terminal, else none"
    )
    return parser


async def _run(outputs: Mapping[str, Any], screen: Screen, asked: argparse.Namespace) -> int:
    base = outputs.get("custom", {}).get("http_url", "").removesuffix("/graphql")
    with Graph(outputs, None) as guests, Graph(outputs, Credentials.of_staff(outputs)) as staff:
        async with listening(outputs) as live:
            screen.title(f"A purchase at {base}", LEGEND)
            guest = Person(guests, screen, counted=True, pace=asked.pace)
            shop = Person(staff, screen, pace=asked.pace)
            purchase = Purchase(guest, shop, live, screen, wait=asked.wait)
            order = await purchase.happen(asked.search)
            if live.lost:
                screen.note("the live connection was lost on the way", "yellow")
    heard, missing = purchase.heard
    paid, arrived = order["paymentStatus"] == "CAPTURED", order["fulfillmentStatus"] == "DELIVERED"
    became = "paid and delivered" if paid and arrived else "not delivered" if paid else "not paid"
    screen.where("letters", f"{base}/mail")
    screen.where("explorer", base)
    screen.last(f"{became}: {purchase.needed}; {heard} live events, {missing} missing", good=paid and arrived)
    return 0 if paid and arrived else 1


if __name__ == "__main__":
    sys.exit(main())
