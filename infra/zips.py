"""What a domain's functions carry: the modules their handlers reach, and their locked wheels built for Lambda.

The same sources give the same bytes, on any machine and without Docker, so a zip's name can hold its content's hash.
"""

import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from importlib.metadata import PathDistribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import grimp

from infra.domains import discover

ROOT: Final = Path(__file__).parent.parent
BUILD: Final = ROOT / ".build"
ROOMS: Final = ("datasources", "domain", "resolvers")
LAMBDA_MACHINE: Final = "aarch64-manylinux_2_28"
"""Of the newest glibc that a wheel of ours wants; Lambda's Python 3.13 runs on Amazon Linux 2023, which has 2.34."""
TASK: Final = "/var/task"
"""Where Lambda unpacks a zip."""
MODULES: Final = ("handler", "publisher", "reactor", "triggers", "webhooks")
"""What a domain's functions start from."""
PROVIDED: Final = frozenset({"botocore", "jmespath", "python-dateutil", "six", "urllib3"})
"""In Lambda's Python 3.13 itself, patched by AWS: left out, since botocore alone is 30 MB, and PynamoDB asks for no
newer one than any Lambda has had for years."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip can tell."""
READABLE: Final = 0o644 << 16
"""Lambda runs a function as another user than the one who owns its files."""
NO_USE: Final = frozenset({"INSTALLER", "RECORD", "REQUESTED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Zip:
    """A built zip; ``unpacked`` is in bytes and counts against Lambda's 250 MB."""

    domain: str
    path: Path
    unpacked: int

    @property
    def key(self) -> str:
        """Its place in the artifact bucket, another one for each content."""
        with self.path.open("rb") as packed:
            return f"zips/{self.domain}-{file_digest(packed, 'sha256').hexdigest()}.zip"


class CannotBuild(RuntimeError):
    """A zip that cannot be made; the message says what is missing."""


def build(domain: str, *, into: Path = BUILD / "zips", machine: str = LAMBDA_MACHINE) -> Zip:
    """The domain's zip, which all its functions run; ``machine`` is whose wheels, as uv names it."""
    into.mkdir(parents=True, exist_ok=True)
    packed = into / f"{domain}.zip"
    with TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for module in modules(domain):
            _copy(module, tree)
        _install(domain, tree, machine)
        _compile(tree)
        return Zip(domain=domain, path=packed, unpacked=_pack(tree, packed))


def modules(domain: str) -> list[Path]:
    """Every file of ours that importing the modules of the domain's functions may touch, relative to the checkout."""
    handler, *others = (f"resolvers.{domain}.{module}" for module in MODULES)
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    if handler not in graph.modules:
        raise CannotBuild(f"{handler} is not there: a domain's zip starts from its handler")
    starts = {handler, *others} & graph.modules
    reached = starts.union(*(graph.find_upstream_modules(start) for start in starts))
    packages = {parent for name in reached for parent in _parents(name)}
    return sorted(_file(name) for name in reached | packages)


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts)))


def _file(module: str) -> Path:
    place = Path(*module.split("."))
    return place / "__init__.py" if (ROOT / place).is_dir() else place.with_suffix(".py")


def _copy(file: Path, tree: Path) -> None:
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / file, tree / file)


def _install(domain: str, tree: Path, machine: str) -> None:
    """The wheels of the domain's lock, less what Lambda has already."""
    locked = ROOT / "requirements" / f"{domain}.txt"
    if not locked.exists():
        raise CannotBuild(f"requirements/{domain}.txt is not there: add {domain} to [dependency-groups], `make lock`")
    wanted = ["--python-platform", machine, "--python-version", "3.13", "--only-binary", ":all:"]
    command = [str(ROOT / ".tools" / "bin" / "uv"), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    done = subprocess.run(
        [*command, *wanted, "--target", str(tree), "-r", str(locked)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"the wheels of {locked.name} cannot be had: {done.stderr.strip()}")
    (tree / ".lock").unlink(missing_ok=True)  # the installer's own
    for place in tree.glob("*.dist-info"):
        _strip(PathDistribution(place), tree)


def _strip(wheel: PathDistribution, tree: Path) -> None:
    """Take out a wheel that Lambda has, and of the others what only installers and shells read."""
    unwanted = wheel.name.lower() in PROVIDED
    for file in wheel.files or ():
        if unwanted or file.name in NO_USE or file.parts[0] in ("bin", ".."):
            (tree / file).unlink(missing_ok=True)


def _compile(tree: Path) -> None:
    """Lambda cannot write byte code beside the sources, so each cold start would compile anew; it never checks this."""
    for source in sorted(tree.rglob("*.py")):
        place = source.relative_to(tree)
        cached = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        cached.parent.mkdir(exist_ok=True)
        py_compile.compile(
            str(source),
            cfile=str(cached),
            dfile=f"{TASK}/{place}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def _pack(tree: Path, packed: Path) -> int:
    """Zip the tree, always in one order and at one moment; returns its size unpacked."""
    files = sorted(file for file in tree.rglob("*") if file.is_file())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            entry = zipfile.ZipInfo(str(file.relative_to(tree)), EPOCH)
            entry.external_attr, entry.compress_type = READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return sum(file.stat().st_size for file in files)


def report(zips: Iterable[Zip]) -> str:
    """One line a zip; all functions of a domain run the same one."""
    return "\n".join(
        f"  {each.path.name:<20} {each.path.stat().st_size / 1e6:6.2f} MB, unpacked {each.unpacked / 1e6:6.2f} MB"
        for each in zips
    )


if __name__ == "__main__":
    print(report(build(domain.name) for domain in discover()))
