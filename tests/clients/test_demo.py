"""``make demo`` buys something in a running shop, and shows each step and all that is told live meanwhile."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from rich.console import Console

from clients.demo.__main__ import main
from local.running import Running, running

WAIT_SECONDS = "60"
"""On a machine that does other things too."""
STEPS = (
    "1 searches for", "2 opens", "3 puts 2", "4 adds 1", "5 says ada@example.org", "6 chooses Standard",
    "7 promises to pay", "8 buys", "9 listens", "· confirms", "· takes the goods", "· sends the parcel",
    "· learns that it has arrived", "10 finds it",
)  # fmt: skip


class Shown(NamedTuple):
    """A run's exit code and lines."""

    code: int
    lines: list[str]

    def steps(self) -> list[str]:
        """Each with the time at its end."""
        return [line.strip() for line in self.lines if re.search(r"\S  +[\d,]+ ms$", line) and "◆" not in line]

    def heard(self, kind: str) -> list[tuple[int, str]]:
        """Seq and name of each event of a kind."""
        told = (re.fullmatch(rf" +◆ {kind} +(\d+)  (\w+).*\+[\d,]+ ms", line) for line in self.lines)
        return [(int(one[1]), one[2]) for one in told if one]


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """A shop with the sample in it."""
    with running() as found:
        yield found


def demo(shop: Running, *arguments: str, width: int = 80, **console: Any) -> Shown:
    out = io.StringIO()
    given = ["--outputs", str(shop.data / "amplify_outputs.json"), "--wait", WAIT_SECONDS, *arguments]
    code = main(given, Console(file=out, width=width, highlight=False, **console))
    return Shown(code, out.getvalue().splitlines())


@pytest.fixture(scope="module")
def shown(shop: Running) -> Shown:
    return demo(shop)


def test_it_ends_well_only_with_an_order_that_is_paid_for_and_delivered(shown: Shown) -> None:
    assert "CAPTURED, DELIVERED" in shown.steps()[-1]
    assert shown.lines[-1].startswith("  ✓ paid and delivered: 8 operations and "), shown.lines
    assert shown.lines[-1].endswith("live events, 0 missing")
    assert shown.code == 0


def test_each_step_is_shown_in_its_order_with_the_time_it_took(shown: Shown) -> None:
    steps = shown.steps()
    assert [step[: len(wanted)] for step, wanted in zip(steps, STEPS, strict=True)] == list(STEPS)


def test_what_is_told_live_is_shown_once_and_without_a_gap(shown: Shown) -> None:
    cart = [(2, "LINES"), (3, "DETAILS"), (4, "DETAILS"), (5, "RESERVED"), (6, "COMPLETED")]
    assert [one for one in shown.heard("cart") if one != (1, "CREATED")] == cart
    order = shown.heard("order")
    assert [seq for seq, _ in order] == list(range(1, len(order) + 1))
    assert [what for _, what in order if what != "PAYMENT"] == ["PLACED", "CONFIRMED", "FULFILLED", "DELIVERED"]
    assert "PAYMENT" in [what for _, what in order]
    stock = [seq for seq, _ in shown.heard("stock")]
    assert stock == list(range(stock[0], stock[0] + len(stock)))


def test_it_says_where_the_letters_are_and_they_are_there(shop: Running, shown: Shown) -> None:
    assert f"     letters   {shop.url}/mail" in shown.lines
    assert f"     explorer  {shop.url}" in shown.lines
    assert httpx.get(f"{shop.url}/mail", trust_env=False).status_code == 200


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_a_terminal_with_and_without_colours(shop: Running, width: int) -> None:
    plain = demo(shop, "--wait", "0", width=width)
    assert max(map(len, plain.lines)) <= width
    assert not any("\x1b" in line for line in plain.lines)
    coloured = demo(shop, "--wait", "0", "--pace", "0", width=width, force_terminal=True, color_system="standard")
    bare = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", line) for line in coloured.lines]
    assert Shown(0, bare).steps()[-1].startswith("10 finds it")


def test_money_that_is_not_taken_in_time_is_told_and_the_rest_goes_on(shop: Running) -> None:
    shown = demo(shop, "--wait", "0")
    before = shown.lines[: shown.lines.index("  The shop")]
    note = "     the money was not taken within 0 s; going on without"
    assert (note in before) is not any("PAYMENT" in line for line in before)
    assert "DELIVERED" in shown.steps()[-1]


def test_what_the_shop_does_not_have_is_told_in_a_sentence(shop: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(shop, "--search", "submarine").code == 1
    assert capsys.readouterr().err == 'nothing that "submarine" finds can be bought; search for something else\n'


def test_without_a_shop_it_says_in_a_sentence_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "amplify_outputs.json"
    assert main(["--outputs", str(file)]) == 1
    assert re.fullmatch(r".* cannot be read \(.*\); start the shop with make run, .*\n", capsys.readouterr().err)
    nowhere = "http://127.0.0.1:1"
    user = {"username": "staff@example.com", "password": "none", "groups": ["staff"]}
    file.write_text(
        json.dumps(
            {
                "auth": {"aws_region": "us-east-1", "user_pool_client_id": "none"},
                "data": {"url": f"{nowhere}/graphql", "api_key": "none"},
                "custom": {
                    "http_url": f"{nowhere}/graphql",
                    "realtime_url": "ws://127.0.0.1:1/graphql/realtime",
                    "demo_users": [user],
                },
            }
        )
    )
    assert main(["--outputs", str(file)]) == 1
    assert re.fullmatch(r"no shop answers at ws://\S+ \(\w+\); start one with make run\n", capsys.readouterr().err)
