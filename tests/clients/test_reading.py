"""What the columns of a product file mean."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.csv.drafts import FileProduct, FileStock
from clients.csv.reading import Reading
from domain.catalog.products import ProductKind, ProductStatus
from domain.money import CurrencyCode
from tests.clients.files import APPAREL, HOME, good, needs_real_files, problems, read, table, written

BASIC = {"Handle": "mug", "Title": "Mug", "Variant Price": "12"}


def one(folder: Path, *rows: dict[str, str], pictures_base: str | None = None) -> FileProduct:
    header = list(dict.fromkeys(column for row in rows for column in row))
    [product] = good(read(written(folder, table(header, *rows)), pictures_base=pictures_base))
    return product


@needs_real_files
@pytest.mark.parametrize(("path", "variants"), [(APPAREL, 22), (HOME, 21)])
def test_both_real_files_are_read_completely(path: Path, variants: int) -> None:
    products = good(read(path))

    assert len(products) == 20
    assert sum(len(one.product.variants) for one in products) == variants
    assert {one.product.status for one in products} == {ProductStatus.ACTIVE}


@needs_real_files
def test_the_report_says_once_which_columns_are_not_stored() -> None:
    reading = Reading(HOME, CurrencyCode.USD)
    list(reading)

    [note] = reading.notes.all()
    assert note == "left out: Variant Fulfillment Service (who sends the parcels is not stored)"


def test_default_title_means_that_there_are_no_options(tmp_path: Path) -> None:
    found = one(tmp_path, BASIC | {"Option1 Name": "Title", "Option1 Value": "Default Title"})

    assert found.product.variants[0].options == ()
    assert found.product.variants[0].sku == "mug"


def test_options_are_named_in_the_first_row_and_valued_in_each(tmp_path: Path) -> None:
    rows = (
        BASIC | {"Option1 Name": "Size", "Option1 Value": "S", "Option2 Name": "Color", "Option2 Value": "Sea Blue"},
        {"Handle": "mug", "Variant Price": "13", "Option1 Value": "L", "Option2 Value": "Red"},
    )
    found = one(tmp_path, *rows)

    chosen = [[(option.name, option.value) for option in variant.options or ()] for variant in found.product.variants]
    assert chosen == [[("Size", "S"), ("Color", "Sea Blue")], [("Size", "L"), ("Color", "Red")]]
    assert [variant.sku for variant in found.product.variants] == ["mug-s-sea-blue", "mug-l-red"]


@settings(max_examples=30)
@given(st.permutations(["S/M", "S M", "s-m", "L", "大", "…"]))
def test_made_skus_are_unique_and_do_not_depend_on_the_order_of_rows(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    rows = [
        {"Handle": "mug", "Title": "Mug", "Variant Price": "1", "Option1 Name": "Size", "Option1 Value": value}
        for value in values
    ]
    found = one(tmp_path_factory.mktemp("csv"), *rows)

    made = {variant.options[0].value: variant.sku for variant in found.product.variants if variant.options}
    assert len(set(made.values())) == len(values)
    assert made["L"] == "mug-l"
    again = one(tmp_path_factory.mktemp("csv"), *sorted(rows, key=str))
    assert {variant.options[0].value: variant.sku for variant in again.product.variants if variant.options} == made


def test_a_made_sku_never_meets_a_given_one(tmp_path: Path) -> None:
    rows = (
        BASIC | {"Option1 Name": "Size", "Option1 Value": "S", "Variant SKU": "mug-l"},
        {"Handle": "mug", "Variant Price": "13", "Option1 Value": "L"},
    )
    skus = [variant.sku for variant in one(tmp_path, *rows).product.variants]

    assert skus[0] == "mug-l"
    assert len(set(skus)) == 2


def test_prices_are_exact_in_the_shops_currency(tmp_path: Path) -> None:
    [variant] = one(tmp_path, BASIC | {"Variant Price": "9.9", "Variant Compare At Price": "12"}).product.variants

    assert [(price.amount, price.currency) for price in variant.prices] == [("9.90", CurrencyCode.USD)]
    assert [price.amount for price in variant.compare_at_prices or ()] == ["12.00"]


def test_a_gift_card_is_an_attribute_that_stands_by_name_as_the_others_do(tmp_path: Path) -> None:
    stated = one(tmp_path, BASIC | {"Gift Card": "true", "Width": "2", "Age": "9"}).product.attributes or ()

    assert [(fact.name, fact.value) for fact in stated] == [("Age", "9"), ("Gift Card", "true"), ("Width", "2")]


def test_a_compare_at_price_of_zero_is_none(tmp_path: Path) -> None:
    assert one(tmp_path, BASIC | {"Variant Compare At Price": "0.00"}).product.variants[0].compare_at_prices == ()


@pytest.mark.parametrize(
    ("cells", "grams"),
    [
        ({"Variant Grams": "250"}, 250),
        ({"Variant Grams": "250.5"}, 251),
        ({"Variant Weight": "1.2", "Variant Weight Unit": "kg"}, 1200),
        ({"Variant Weight": "1", "Variant Weight Unit": "lb"}, 454),
        ({"Variant Weight": "2", "Variant Weight Unit": "oz"}, 57),
        ({"Variant Grams": "0", "Variant Weight Unit": "kg"}, 0),
        ({"Variant Weight Unit": "kg"}, None),
    ],
)
def test_weights_are_whole_grams(tmp_path: Path, cells: dict[str, str], grams: int | None) -> None:
    assert one(tmp_path, BASIC | cells).product.variants[0].weight_grams == grams


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Published": "true"}, ProductStatus.ACTIVE),
        ({"Published": "FALSE"}, ProductStatus.DRAFT),
        ({"Published": "true", "Status": "archived"}, ProductStatus.ARCHIVED),
        ({"Published": "false", "Status": "active"}, ProductStatus.ACTIVE),
        ({"Published": "", "Status": ""}, None),
    ],
)
def test_status_wins_over_published(tmp_path: Path, cells: dict[str, str], status: ProductStatus | None) -> None:
    assert one(tmp_path, BASIC | cells).product.status is status


def test_pictures_stand_in_the_order_of_their_positions_and_each_once(tmp_path: Path) -> None:
    rows = (
        BASIC | {"Image Src": "https://x.test/2.svg", "Image Position": "2", "Image Alt Text": "Two"},
        {"Handle": "mug", "Image Src": "https://x.test/9.svg"},
        {"Handle": "mug", "Image Src": "https://x.test/1.svg", "Image Position": "1"},
        {"Handle": "mug", "Image Src": "https://x.test/2.svg", "Image Position": "7"},
    )
    media = one(tmp_path, *rows).product.media or ()

    assert [((picture.url or "")[-5], picture.alt) for picture in media] == [("1", None), ("2", "Two"), ("9", None)]


def test_the_picture_of_a_variant_is_among_the_products(tmp_path: Path) -> None:
    found = one(tmp_path, BASIC | {"Image Src": "https://x.test/a.svg", "Variant Image": "https://x.test/b.svg"})

    assert [picture.url for picture in found.product.media or ()] == ["https://x.test/a.svg", "https://x.test/b.svg"]
    assert found.product.variants[0].media_urls == ("https://x.test/b.svg",)


def test_relative_pictures_start_from_the_given_address(tmp_path: Path) -> None:
    found = one(tmp_path, BASIC | {"Image Src": "mug.svg"}, pictures_base="http://localhost:4000/sample/pictures/")

    assert [picture.url for picture in found.product.media or ()] == ["http://localhost:4000/sample/pictures/mug.svg"]


def test_without_that_address_a_relative_picture_is_refused(tmp_path: Path) -> None:
    rows = table([*BASIC, "Image Src"], BASIC | {"Image Src": "mug.svg"})

    message = '"mug.svg" is not an address such as "https://example.com/red-shirt.jpg"'
    assert problems(read(written(tmp_path, rows))) == [("mug", 2, "Image Src", message)]


@pytest.mark.parametrize(
    ("cells", "category"),
    [
        ({"Product Category": "Home & Garden > Kitchen > Mugs", "Type": "Mug"}, ("Home & Garden", "Kitchen", "Mugs")),
        ({"Product Category": "", "Type": "Mug"}, ("Mug",)),
        ({"Product Category": "Uncategorized", "Type": "Mug"}, ()),
        ({"Product Category": "A > B > C > D > E > F"}, ("A", "B", "C", "D", "E")),
        ({"Type": ""}, ()),
    ],
)
def test_the_category_is_the_taxonomys_path_else_the_type(
    tmp_path: Path, cells: dict[str, str], category: tuple[str, ...]
) -> None:
    assert one(tmp_path, BASIC | cells).category == category


def test_every_other_column_is_an_attribute(tmp_path: Path) -> None:
    other = {
        "Google Shopping / Condition": "new",
        "Material (product.metafields.custom.material)": "Clay",
        "Height [cm]": "12",
        "Empty": "",
    }
    found = one(tmp_path, BASIC | other)

    assert [(said.name, said.value, said.unit) for said in found.product.attributes or ()] == [
        ("Google Shopping / Condition", "new", None),
        ("Height", "12", "cm"),
        ("Material (product.metafields.custom.material)", "Clay", None),
    ]


def test_confidential_and_foreign_columns_are_left_out_with_a_note(tmp_path: Path) -> None:
    rows = BASIC | {"Cost per item": "3", "Price / Canada": "15", "Variant Tax Code": ""}
    reading = Reading(written(tmp_path, table(list(rows), rows)), CurrencyCode.USD)
    [found] = good(reading)

    assert found.product.attributes == ()
    assert [note.split(" (")[0] for note in reading.notes.all()] == [
        "left out: Cost per item",
        "left out: Price / Canada",
    ]


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({"Variant Inventory Qty": "5", "Variant Inventory Policy": "deny"}, FileStock(quantity=5, backorders=False)),
        ({"Variant Inventory Policy": "CONTINUE"}, FileStock(quantity=None, backorders=True)),
        (
            {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "0"},
            FileStock(quantity=0, backorders=None),
        ),
        ({"Variant Inventory Qty": "-3"}, FileStock(quantity=0, backorders=None)),
        (
            {"Inventory quantity": "4", "Continue selling when out of stock": "TRUE"},
            FileStock(quantity=4, backorders=True),
        ),
        ({"Variant Inventory Tracker": "", "Variant Inventory Qty": "5", "Variant Inventory Policy": "deny"}, None),
        ({"Variant Inventory Tracker": "shopify"}, None),
        ({}, None),
    ],
)
def test_stock_is_read_where_somebody_counts(tmp_path: Path, cells: dict[str, str], stock: FileStock | None) -> None:
    assert one(tmp_path, BASIC | cells).stocks == ((stock,) if stock else ())


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Variant Inventory Qty", "1.5"), ("Variant Inventory Qty", "many"), ("Variant Inventory Qty", "9" * 5000),
        ("Variant Inventory Qty", "--1"), ("Variant Inventory Policy", "perhaps"),
    ],
)  # fmt: skip
def test_stock_that_says_nothing_is_a_problem_of_its_cell(tmp_path: Path, column: str, said: str) -> None:
    row = BASIC | {column: said}
    [(_, number, named, _)] = problems(read(written(tmp_path, table(list(row), row))))
    assert (number, named) == (2, column)


def test_what_needs_no_shipping_is_digital(tmp_path: Path) -> None:
    assert one(tmp_path, BASIC | {"Variant Requires Shipping": "false"}).product.kind is ProductKind.DIGITAL
    assert one(tmp_path, BASIC | {"Variant Requires Shipping": ""}).product.kind is ProductKind.PHYSICAL


def test_the_columns_of_shopifys_newer_template_are_understood(tmp_path: Path) -> None:
    row = {
        "Title": "Mug",
        "URL handle": "mug",
        "Description": "<p>A mug</p>",
        "Published on online store": "TRUE",
        "Status": "Draft",
        "SKU": "M-1",
        "Price": "12.00",
        "Compare-at price": "15.00",
        "Charge tax": "FALSE",
        "Inventory quantity": "4",
        "Weight value (grams)": "300",
        "Product image URL": "https://x.test/mug.svg",
    }
    product = one(tmp_path, row).product

    assert (product.slug, product.description, product.status) == ("mug", "<p>A mug</p>", ProductStatus.DRAFT)
    [variant] = product.variants
    assert (variant.sku, variant.weight_grams, variant.taxable) == ("M-1", 300, False)
