"""``make bench``: every measurement, or those named: ``make bench ARGS="shop cold_start"``."""

import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.report import show


def measurements() -> dict[str, object]:
    """The modules here that have a ``run()``, by name."""
    names = [name for _, name, _ in pkgutil.iter_modules(benchmarks.__path__) if name != "__main__"]
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.run for name, module in modules.items() if hasattr(module, "run")}


def main() -> int:
    """Run, show and keep each; the exit code is 1 for a name that is none of them."""
    known, wanted = measurements(), sys.argv[1:]
    if unknown := set(wanted) - set(known):
        sys.stderr.write(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(known)}\n")
        return 1
    for name in wanted or known:
        run = known[name]
        assert callable(run)
        show(name, run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
