"""A demo installation on 1 October 2013, and a copy of the sample that a test may spoil."""

import csv
import shutil
from collections.abc import AsyncIterator
from datetime import date, datetime, time
from pathlib import Path

import asyncpg
import pytest

from domain.calendar import at
from infrastructure import installation
from infrastructure.importing import Access, Fault, Faulty, Imported, import_path
from infrastructure.installation import Installation
from tests.conftest import Database

SAMPLE = Path(__file__).parents[2] / "examples" / "koebenhavn"
TODAY = date(2013, 10, 1)
NOON = at(TODAY, time(12))


async def taken_in(path: Path, access: Access, now: datetime = NOON) -> Imported:
    return await import_path(path, access, now=now)


async def faults_of(path: Path, access: Access) -> list[Fault]:
    """Why a folder is not imported."""
    with pytest.raises(Faulty) as caught:
        await taken_in(path, access)
    return caught.value.faults


class Table:
    """A CSV file of a folder, to be changed cell by cell; lines as an editor counts them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            self.header, *self.rows = list(csv.reader(file))

    def set(self, line: int, **cells: str) -> None:
        for column, cell in cells.items():
            self.rows[line - 2][self.header.index(column)] = cell
        self.save()

    def get(self, line: int, column: str) -> str:
        return self.rows[line - 2][self.header.index(column)]

    def add(self, **cells: str) -> int:
        """A further row; answers its line."""
        self.rows.append([cells.get(column, "") for column in self.header])
        self.save()
        return len(self.rows) + 1

    def line_of(self, **cells: str) -> int:
        places = {self.header.index(column): cell for column, cell in cells.items()}
        found = (all(row[i] == c for i, c in places.items()) for row in self.rows)
        return 2 + list(found).index(True)

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.header, *self.rows])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The sample's reference data and directory, and one plan on its way."""
    folder = tmp_path / "small"
    shutil.copytree(SAMPLE / "reference", folder / "reference")
    shutil.copy(SAMPLE / "directory.csv", folder)
    for name in ("plans.csv", "criteria.csv", "facts.csv"):
        with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        kept = [row for row in rows if row[0] == "slaaenhaven"]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *kept])
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, to be changed at will."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "koebenhavn"))


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.app_dsn, min_size=1, max_size=4) as opened:
        yield opened


@pytest.fixture
async def access(database: Database, pool: asyncpg.Pool) -> Access:
    """A demo that stands on 1 October 2013 at noon."""
    connection = await asyncpg.connect(database.owner_dsn)
    await installation.create(connection, "demo", 0)
    await connection.close()
    return Access(pool, Installation("demo", 0, None))
