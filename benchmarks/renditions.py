"""What a picture of 12 megapixels costs, from its bytes to all its renditions: seconds, memory, bytes.

Each in a process of its own, which has loaded all that the function has: the median of RUNS, and the most memory that
the process ever held. So do pictures at the bound of what is taken, once, for the memory that they need.
"""

import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from PIL import Image

from benchmarks.report import Table
from datasources.images.bounds import MOST_PIXELS
from datasources.images.pictures import Shown, shown
from resolvers._kit.settings import Machine, resources
from resolvers.media.settings import Reacting
from tests.unconnected import unconnected

ROOT: Final = Path(__file__).parent.parent
RUNS: Final = 5
FUNCTION_MB: Final = next(one.memory for one in resources(Reacting).values() if isinstance(one, Machine))
"""What the function has: a picture at the bound must fit."""
WIDTH, HEIGHT = 4000, 3000
MEASURE: Final = """
import json, re, resource, statistics, sys, time
import resolvers.media.reactor
from datasources.images.pictures import shown
data, taken = sys.stdin.buffer.read(), []
for _ in range(int(sys.argv[1])):
    began = time.process_time()
    shown(data)
    taken.append(time.process_time() - began)
held = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": statistics.median(taken), "first": taken[0], "megabytes": held, "getrusage": told}))
"""
"""Linux counts in getrusage what the process held before it became this program; it is told beside, for comparison."""


def photograph(width: int, height: int) -> Image.Image:
    """Noise of every scale, fine ones the weakest, as in photographs; always the same."""
    chance, image, side, share = random.Random(1), Image.new("RGB", (width, height), (128, 128, 128)), 4, 0.6
    while side <= width:
        size = side, max(1, side * height // width)
        noise = Image.frombytes("RGB", size, chance.randbytes(3 * size[0] * size[1]))
        image = Image.blend(image, noise.resize((width, height), Image.Resampling.BICUBIC), share)
        side, share = side * 4, share * 0.5
    return image


def written(image: Image.Image, **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def measured(data: bytes, runs: int = RUNS) -> dict[str, float]:
    """Seconds of CPU and megabytes, in a process of its own."""
    command = [sys.executable, "-c", MEASURE, str(runs)]
    environ = os.environ | unconnected()
    done = subprocess.run(command, input=data, cwd=ROOT, env=environ, capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run() -> Table:
    """Both formats of 12 megapixels, their renditions, and the most demanding of what is taken."""
    photo = photograph(WIDTH, HEIGHT)
    sent = {
        "JPEG, 12 megapixels": written(photo, format="JPEG", quality=90),
        "PNG, 12 megapixels": written(photo, format="PNG", compress_level=3),
    }
    rows = [_row(name, data, measured(data)) for name, data in sent.items()]
    found = shown(sent["JPEG, 12 megapixels"])
    assert isinstance(found, Shown)
    for one in found.renditions:
        name = f"  {one.format.value} {one.width} by {one.height}"
        rows.append((name, f"{len(one.data) / 1000:,.0f}", "", "", "", ""))
    rows += [_row(name, data, measured(data, 1)) for name, data in _largest().items()]
    title = f"A picture to its renditions, medians of {RUNS} (a function of {FUNCTION_MB:,} MB)"
    return Table(title, ("", "KB", "CPU, s", "of it first, s", "peak, MB", "of the function's"), rows)


def _row(name: str, data: bytes, figures: dict[str, float]) -> tuple[str, ...]:
    times = (f"{figures[name]:.2f}" for name in ("seconds", "first"))
    held = figures["megabytes"]
    return (name, f"{len(data) / 1000:,.0f}", *times, f"{held:.0f}", f"{held / FUNCTION_MB:.0%}")


def _largest() -> dict[str, bytes]:
    """At the bound of pixels: where the decoder keeps most beside them."""
    size = 8000, MOST_PIXELS // 8000
    clear = Image.new("RGBA", size, (1, 2, 3, 100))
    coarse = photograph(800, 625).resize(size)
    return {
        "WebP with transparency, 50 megapixels": written(clear, format="WEBP", method=0),
        "PNG with transparency, 50 megapixels": written(clear, format="PNG", compress_level=1),
        "progressive JPEG, 50 megapixels": written(coarse, format="JPEG", progressive=True),
        "AVIF, 50 megapixels": written(coarse, format="AVIF", speed=10, quality=50),
    }
