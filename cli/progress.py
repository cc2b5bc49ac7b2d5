"""Shows on stderr how far plans have been moved in time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def days_of_plans(what: str) -> Iterator[Callable[[str, date], None]]:
    """Call what is given with a plan and the day that it moves to; the bar shows the last of all."""
    seen: dict[str, date] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def moved(plan: str, day: date) -> None:
            seen[plan] = day
            hindmost = min(seen.values())
            bar.update(task, description=f"{what} {hindmost.isoformat()} ({len(seen)})")

        yield moved
