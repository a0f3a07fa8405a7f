"""Draws the pictures that ``products.csv`` names: ``python -m sample.draw``.

A picture's name says what it shows: ``mug-ocean-2.svg`` is the second view of a mug in the colour ocean. What a mug is
stands in ``shapes/mug.txt``, as SVG on a field of 600 by 600 whose ground is at 470: ``{c}`` is the thing's colour,
``{d}`` its shade, ``{l}`` its light, ``{a}`` the colour that goes with it.
"""

import csv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
COLOURS: Final = {  # the colour, its shade, its light, what goes with it, and the wall behind it
    "ocean": ("#33658a", "#234863", "#7fa9c4", "#f2b880", "#dfe9ee"),
    "cream": ("#efe3cb", "#cdb893", "#fbf5e6", "#c9745a", "#d8e2de"),
    "terracotta": ("#c8673f", "#9a4a2b", "#e5a184", "#f3d9b1", "#f4e5da"),
    "sage": ("#8aa68a", "#64806a", "#bfd2bb", "#e9b872", "#e8eee3"),
    "mustard": ("#e0a526", "#b07d14", "#f4d07a", "#33536b", "#f8eed4"),
    "charcoal": ("#454c54", "#2c3238", "#7d8790", "#e0a526", "#e3e4e3"),
    "rose": ("#d98c8c", "#b06468", "#f0bfb9", "#6c8a78", "#f8e8e4"),
    "plum": ("#7a4b6b", "#57324b", "#b088a4", "#e8bf7e", "#efe4ec"),
    "forest": ("#3f6b4f", "#2a4a37", "#86ab8d", "#e6b566", "#e2ebe1"),
    "sky": ("#86b5cf", "#5c8fac", "#c3dfeb", "#eda672", "#e8f2f5"),
    "red": ("#c4443c", "#94302b", "#e58a7f", "#f6e3c5", "#f8e6e0"),
    "sand": ("#d6bb91", "#ad9068", "#ecdcc0", "#6d8f8a", "#f3ecdf"),
    "oak": ("#c08d5a", "#99693c", "#e0bb90", "#4d6f7c", "#f3eadd"),
}
GROUND: Final = 470
SIDE: Final = 800
"""Pixels: one size more than cards of products have."""
STUDIO: Final = """<rect width="600" height="600" fill="{wall}"/>
<path d="M0 {ground}h600v130H0z" fill="{d}" opacity=".12"/>
<ellipse cx="300" cy="474" rx="190" ry="20" fill="#2b2118" opacity=".16"/>
{thing}"""
CLOSE: Final = """<rect width="600" height="600" fill="{l}"/><circle cx="420" cy="190" r="230" fill="{wall}"/>
<circle cx="90" cy="540" r="120" fill="{a}" opacity=".35"/><g transform="translate(-105 -80) scale(1.35)">{thing}</g>"""
AT_HOME: Final = """<rect width="600" height="600" fill="{wall}"/>
<rect x="60" y="60" width="170" height="210" rx="85" fill="#fffdf8"/>
<path d="M145 60v210M60 170h170" stroke="{d}" stroke-width="6" opacity=".35"/>
<circle cx="180" cy="130" r="26" fill="#f6cf75"/>
<path d="M0 500h600v100H0z" fill="#c79a68"/><path d="M0 500h600v14H0z" fill="#a97b4c"/>
<path d="M486 500c-10-70-50-90-60-130 44 16 60 60 62 100 4-60 30-110 70-130 6 60-20 110-56 160z" fill="#7f9c78"/>
<path d="M446 440h90l-12 60h-66z" fill="{a}"/><ellipse cx="250" cy="506" rx="150" ry="13" fill="#2b2118" opacity=".2"/>
<g transform="translate(10 113) scale(.83)">{thing}</g>"""
VIEWS: Final = {"1": STUDIO, "2": CLOSE, "3": AT_HOME}


def picture(name: str) -> str:
    """The SVG of a picture's name; raises OSError or KeyError for a kind, colour or view that is not known."""
    kind, colour, view = name.removesuffix(".svg").rsplit("-", 2)
    main, shade, light, partner, wall = COLOURS[colour]
    shape = (HERE / "shapes" / f"{kind}.txt").read_text(encoding="utf-8").strip()
    thing = shape.format(c=main, d=shade, l=light, a=partner)
    drawn = VIEWS[view].format(wall=wall, d=shade, l=light, a=partner, ground=GROUND, thing=thing)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="600" height="600">{drawn}</svg>\n'


def raster(name: str) -> bytes:
    """The picture as a PNG of SIDE by SIDE pixels: shops take no SVG from anybody, and nor does this one."""
    import resvg_py  # noqa: PLC0415  # whoever draws SVG only needs none

    drawn: bytes = resvg_py.svg_to_bytes(svg_string=picture(name), width=SIDE, skip_system_fonts=True)
    return drawn


def names() -> set[str]:
    """Every picture that the catalogue names."""
    with (HERE / "products.csv").open(encoding="utf-8", newline="") as file:
        found = [cell for row in csv.DictReader(file) for cell in (row["Image Src"], row["Variant Image"])]
    return {name for name in found if name}


def main() -> None:
    """Draw them all, and take away those that nothing names any more."""
    folder = HERE / "pictures"
    folder.mkdir(exist_ok=True)
    wanted = names()
    for name in sorted(wanted):
        (folder / name).write_text(picture(name), encoding="utf-8")
    for known in folder.glob("*.svg"):
        if known.name not in wanted:
            known.unlink()


if __name__ == "__main__":
    main()
