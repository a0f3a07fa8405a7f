"""Bad files and bad rows: one line with row and column, and the good products go on."""

from pathlib import Path

import pytest

from clients.csv.drafts import FileProduct
from clients.csv.files import BadFile
from clients.csv.reading import MOST_ROWS, Reading
from domain.money import CurrencyCode
from tests.clients.files import HEADER, good, problems, read, table, written

GOOD = "mug,Mug,,,,,true,,,,12"


def refused(path: Path, encoding: str | None = None) -> BadFile:
    with pytest.raises(BadFile) as caught:
        Reading(path, CurrencyCode.USD, encoding=encoding)
    assert "\n" not in str(caught.value)
    return caught.value


def bad_row(folder: Path, row: str) -> tuple[str, int, str | None, str]:
    """The one problem of a file with a bad product between two good ones."""
    found = read(written(folder, f"{HEADER}\n{GOOD}\n{row}\n{GOOD.replace('mug', 'cup')}\n"))
    assert [one.product.slug for one in found if isinstance(one, FileProduct)] == ["mug", "cup"]
    [problem] = problems(found)
    return problem


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "the file is empty", None),
        ("a,b,c\n1,2,3\n", 'there is no column "Handle"', None),
        ("Handle,Title\nmug,Mug\n", 'there is no column "Variant Price"', None),
        (f"{HEADER},Title\n", '"Title" stands twice', 12),
    ],
)
def test_a_wrong_header_refuses_the_file(tmp_path: Path, text: str, message: str, column: int | None) -> None:
    fault = refused(written(tmp_path, text))

    assert str(fault).startswith(message)
    assert (fault.row, fault.column) == (1, column)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_utf_16_are_known_by_themselves(tmp_path: Path, encoding: str) -> None:
    [found] = good(read(written(tmp_path, f"{HEADER}\nmug,Tasse à thé 茶,,,,,,,,,12\n", encoding)))

    assert found.product.name == "Tasse à thé 茶"


def test_another_encoding_is_refused_at_its_first_byte_and_read_when_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n{GOOD}\ncup,Tasse \xe0 th\xe9,,,,,,,,,12\n", "windows-1252")

    byte = path.read_bytes().index(b"\xe0") + 1
    assert str(refused(path)) == (
        f"line 3, byte {byte} (0xE0) is not UTF-8; "
        "save the file as UTF-8, or name its encoding, such as --encoding windows-1252"
    )
    assert [one.product.name for one in good(read(path, encoding="windows-1252"))] == ["Mug", "Tasse à thé"]


def test_the_bad_byte_is_found_far_into_the_file(tmp_path: Path) -> None:
    lines = "".join(f"mug-{number},Thé,,,,,,,,,12\n" for number in range(20_000))
    path = tmp_path / "products.csv"
    path.write_bytes(f"{HEADER}\n{lines}".encode() + b"cup,\xff\n")

    assert f"line 20002, byte {path.stat().st_size - 1} (0xFF)" in str(refused(path))


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "there is no encoding named" in str(refused(written(tmp_path, HEADER), encoding="klingon"))


def test_utf_16_without_its_mark_is_refused(tmp_path: Path) -> None:
    assert "NUL bytes" in str(refused(written(tmp_path, f"{HEADER}\n", "utf-16-le")))


def test_a_quote_that_is_never_closed_refuses_the_file_at_its_row(tmp_path: Path) -> None:
    fault = refused(written(tmp_path, f'{HEADER}\n{GOOD}\ncup,"Cup,,,,,,,,,12\n{GOOD}\n'))

    assert fault.row == 3
    assert "quotes" in str(fault)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert str(refused(tmp_path / "none.csv")).endswith("cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("jar,Jar,,,,,true,,,,9,99", None, "the row has 12 cells where the header has 11"),
        ("jar,Jar,,,,", None, "the row has 6 cells where the header has 11"),
        ("jar,Jar,,,,,true,,,,", "Variant Price", "the price is missing; every variant has one"),
        ("jar,Jar,,,,,true,,,,$9", "Variant Price", '"$9" is not an amount in USD; write it like "12.50"'),
        ('jar,Jar,,,,,true,,,,"9,99"', "Variant Price", '"9,99" is not an amount in USD; write it like "12.50"'),
        ("jar,Jar,,,,,true,,,,9.999", "Variant Price", '"9.999" is not an amount in USD; write it like "12.50"'),
        ("jar,Jar,,,,,true,,,,-9", "Variant Price", '"-9" is negative, which no price is'),
        ("jar,,,,,,true,,,,9", "Title", "the title is missing; it stands in the first row of a product"),
        ("jar,Jar,,,,,yes,,,,9", "Published", '"yes" is neither true nor false'),
        ("jar,Jar,,,,,,Size,,,9", "Option1 Value", 'the value of the option "Size" is missing'),
        (
            "jar,Jar,,,,,,,Big,,9",
            "Option1 Value",
            'the value "Big" has no name; put one in "Option1 Name" of the first row',
        ),
        ("jar,J\0r,,,,,,,,,9", "Title", "has a NUL byte"),
        (",Jar,,,,,,,,,9", "Handle", "the handle is missing; every row names its product"),
        (
            "A Jar,Jar,,,,,,,,,9",
            "Handle",
            '"A Jar" is not a handle: lower-case letters, digits and single dashes, as in "red-shirt"',
        ),
    ],
)
def test_a_bad_row_names_its_row_and_column_and_stops_no_other(
    tmp_path: Path, row: str, column: str | None, message: str
) -> None:
    handle = row.split(",", 1)[0]

    assert bad_row(tmp_path, row) == (handle, 3, column, message)


def test_a_product_with_one_bad_row_is_refused_whole(tmp_path: Path) -> None:
    rows = "jar,Jar,,,,,,Size,S,,9\njar,,,,,,,,M,,x\njar,,,,,,,,S,,9\n"
    found = read(written(tmp_path, f"{HEADER}\n{rows}"))

    assert problems(found) == [
        ("jar", 4, "Option1 Value", "row 2 is the same variant already: S"),
        ("jar", 3, "Variant Price", '"x" is not an amount in USD; write it like "12.50"'),
    ]


def test_two_products_under_one_handle_are_refused(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"{HEADER}\njar,Jar,,,,,,,,,9\njar,Bowl,,,,,,,,,9\n"))

    assert problems(found) == [("jar", 3, "Title", "differs from row 2, where the same product begins")]


def test_rows_of_a_product_that_stand_apart_are_refused_wherever_they_are(tmp_path: Path) -> None:
    jar = "jar,Jar,,,,,,Size,S,,9\n"
    found = read(written(tmp_path, f"{HEADER}\n{jar}{GOOD}\njar,,,,,,,,M,,9\n"))

    message = '"jar" stands in row 2 and, apart from it, in row 4; put a product\'s rows together'
    assert problems(found) == [("jar", 2, "Handle", message), ("jar", 4, "Handle", message)]


def test_a_sku_given_twice_in_a_product_is_refused(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"{HEADER}\njar,Jar,,,,,,Size,S,J1,9\njar,,,,,,,,M,J1,9\n"))

    assert problems(found) == [("jar", 3, "Variant SKU", 'row 2 of this product has the SKU "J1" already')]


def test_a_row_without_variant_or_picture_is_refused(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"{HEADER}\njar,Jar,,,,,,,,,9\njar,,,,,,,,,,\n"))

    assert problems(found) == [("jar", 3, None, "the row has neither a variant nor a picture")]


def test_a_product_of_endless_rows_is_refused_without_keeping_them(tmp_path: Path) -> None:
    rows = "".join(f"jar,,,,,,,,{number},,9\n" for number in range(MOST_ROWS))
    [(handle, row, column, message)] = problems(read(written(tmp_path, f"{HEADER}\njar,Jar,,,,,,Size,S,,9\n{rows}")))[
        :1
    ]

    assert (handle, column) == ("jar", "Handle")
    assert row == MOST_ROWS + 1
    assert message == f"a product has at most {MOST_ROWS} rows, not {MOST_ROWS + 1}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(tmp_path: Path, end: str) -> None:
    rows = [HEADER, GOOD, "", GOOD.replace("mug", "cup"), ",,,,,,,,,,"]

    assert len(good(read(written(tmp_path, end.join(rows) + end)))) == 2


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_are_read_with_a_note(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADER}\n{GOOD}\n".replace(",", delimiter)
    reading = Reading(written(tmp_path, text), CurrencyCode.USD)

    assert [one.product.slug for one in good(reading)] == ["mug"]
    assert reading.notes.all() == (f"cells are parted by {delimiter!r} in this file",)


def test_quotes_and_lines_inside_cells_are_kept_and_count_as_one_row(tmp_path: Path) -> None:
    body = '<p>A "fine", big\r\nmug</p>\n<p>2</p>'
    header = ["Handle", "Title", "Body (HTML)", "Variant Price"]
    row = {"Handle": "mug", "Title": "Mug", "Body (HTML)": body, "Variant Price": "1"}
    found = read(written(tmp_path, table(header, row, row | {"Handle": "cup", "Variant Price": "x"})))

    assert isinstance(found[0], FileProduct)
    assert found[0].product.description == body
    assert [row for _, row, _, _ in problems(found)] == [3]
