"""Writes the CloudFormation templates that are committed, deployed to the cloud and deployed on the laptop.

And what the shop tells over its bus, for whoever listens.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import aws_cdk as cdk

from infra.app import STACKS, build
from infra.domains import discover
from infra.events import files
from schema.api import routes, upload_sdl

TEMPLATES: Final = Path(__file__).parent / "templates"

type Template = dict[str, Any]


def app(outdir: str) -> cdk.App:
    """The app of this checkout; it needs no account, no credentials and no network."""
    return build(routes=routes(), domains=discover(), sdl=upload_sdl(), outdir=outdir)


def synthesized() -> dict[str, Template]:
    """Each stack's template by name."""
    with TemporaryDirectory() as outdir:
        assembly = app(outdir).synth()
        return {name: assembly.get_stack_by_name(name).template for name in STACKS}


def rendered(template: Template) -> str:
    """Sorted, so that the same app is the same text wherever and whenever it is written."""
    return json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def committed(name: str) -> Template:
    """The exported template: what is deployed."""
    template: Template = json.loads((TEMPLATES / f"{name}.json").read_text(encoding="utf-8"))
    return template


def main() -> None:
    TEMPLATES.mkdir(exist_ok=True)
    for name, template in synthesized().items():
        path = TEMPLATES / f"{name}.json"
        path.write_text(rendered(template), encoding="utf-8")
        print(f"  {path.name}   {len(template['Resources'])} resources, {path.stat().st_size:,} bytes")
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"  {path.name}   what is told over the bus")


if __name__ == "__main__":
    main()
