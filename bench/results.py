"""Writes one bench's section of `bench/results.md` and leaves the others as they are."""

import os
import re
from pathlib import Path

from infrastructure.clock import utc_now

FILE = Path(__file__).parent / "results.md"
OPENING = """# What was measured

Each section is written by one bench (`python -m bench NAME`), all of them by `make bench`.
Figures of one section come from one run on one machine; compare ratios, not machines.
"""


def write(title: str, text: str) -> None:
    """Replace (or add) the section of this title; `text` is Markdown without a heading."""
    document = FILE.read_text() if FILE.exists() else OPENING
    opening, *sections = re.split(r"(?m)^## ", document)
    kept = [each for each in sections if each.splitlines()[0] != title]
    day, cores = utc_now().date().isoformat(), os.cpu_count()
    kept.append(f"{title}\n\n_{day}, {cores} cores._\n\n{text.strip()}\n")
    kept.sort()
    FILE.write_text(
        "\n## ".join([opening.rstrip() + "\n", *(each.rstrip() + "\n" for each in kept)])
    )


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table; numbers stand as they are given."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def percentile(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]
