"""Hashes are those of the algorithm's authors: the values below are what their encoder in C gives for these pixels."""

from collections.abc import Callable
from typing import Final

import pytest

from datasources.images.blurhash import blurhash

WIDTH, HEIGHT = 32, 24

type Pixels = Callable[[int, int], tuple[int, int, int]]

PIXELS: Final[dict[str, Pixels]] = {
    "black": lambda *_: (0, 0, 0),
    "white": lambda *_: (255, 255, 255),
    "one colour": lambda *_: (200, 100, 50),
    "brighter to the right": lambda x, _: (255 * x // (WIDTH - 1),) * 3,
    "redder below": lambda _, y: (255 * y // (HEIGHT - 1), 0, 128),
    "two halves": lambda x, _: (255, 0, 0) if x < WIDTH // 2 else (0, 0, 255),
    "a chessboard": lambda x, y: ((x // 8 + y // 8) % 2 * 255, x * 8 % 256, y * 8 % 256),
    "a mixture": lambda x, y: (x * 7 % 256, y * 5 % 256, x * y % 256),
}


def drawn(pixels: Pixels) -> bytes:
    return bytes(part for y in range(HEIGHT) for x in range(WIDTH) for part in pixels(x, y))


@pytest.mark.parametrize(
    ("name", "across", "down", "wanted"),
    [
        ("black", 4, 3, "L00000fQfQfQfQfQfQfQfQfQfQfQ"),
        ("white", 4, 3, "LDTSUA_3fQ_3~qoffQoffQfQfQfQ"),
        ("one colour", 4, 3, "L7M|T9^4fQ^4}XoKfQoKfQfQfQfQ"),
        ("brighter to the right", 4, 3, "L$HetW00xuWBofWBj[fQfQfQfQfQ"),
        ("redder below", 4, 3, "L$Hih=o3fQo32GWpfQWpwxjtfQjt"),
        ("two halves", 4, 3, "L~LjfL|TsRJrsXn~jsa}fQfQfQfQ"),
        ("a chessboard", 4, 3, "LxLo}+L=gJE%s#jGfjjsfTFJfQ6i"),
        ("a mixture", 4, 3, "LiE^K~2SwsW,n3WUjwfAfxfTfTfP"),
        ("a mixture", 1, 1, "00E^K~"),
        (
            "a mixture", 9, 9,
            ("|iE^K~2SwsW,a^oMWroLWnn3WUjwfAfTf5fNf8fRfxfTfTfPfNfOfTfQfPn#WsjsfMfTfTfNfOfQf4fTfNfTfTfMfSfSfSoMWojrfTf"
             "MfTfSfOfPf9fNfTfNfSfSfOfRfPoLWpjufOfSfOfRfRfSf5fRfPfQfSfPfPfRfO"),
        ),
    ],
)  # fmt: skip
def test_a_hash_is_that_of_the_reference(name: str, across: int, down: int, wanted: str) -> None:
    assert blurhash(drawn(PIXELS[name]), WIDTH, HEIGHT, across, down) == wanted


@pytest.mark.parametrize(("across", "down", "width"), [(0, 3, WIDTH), (4, 10, WIDTH), (4, 3, WIDTH - 1)])
def test_what_cannot_be_hashed_is_said(across: int, down: int, width: int) -> None:
    with pytest.raises(ValueError, match="waves of"):
        blurhash(drawn(PIXELS["black"]), width, HEIGHT, across, down)
