"""The whole program is stopped, killed and started again on one folder."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import psutil
import pytest

from infrastructure.embedded.running import StackInfo, find_running
from tests.embedded.conftest import Start, line


def running(data: Path) -> StackInfo:
    info = find_running(data)
    assert info is not None
    return info


async def note(data: Path, text: str) -> None:
    connection = await asyncpg.connect(running(data).database_owner_url)
    try:
        await connection.execute("create table if not exists note (text text)")
        await connection.execute("insert into note values ($1)", text)
    finally:
        await connection.close()


async def notes(data: Path) -> list[str]:
    connection = await asyncpg.connect(running(data).database_owner_url)
    try:
        return [row["text"] for row in await connection.fetch("select text from note")]
    finally:
        await connection.close()


async def test_what_was_committed_is_there_after_kill_9_of_the_whole_program(
    short_folder: Path, start: Start
) -> None:
    data = short_folder / "data"
    program = await start(data)
    await line(program)
    await note(data, "before the kill")
    program.send_signal(signal.SIGKILL)
    await program.wait()

    await line(await start(data))

    assert await notes(data) == ["before the kill"]


async def test_kill_9_of_the_program_leaves_no_child_behind(
    short_folder: Path, start: Start
) -> None:
    program = await start(short_folder / "data")
    await line(program)
    children = psutil.Process(program.pid).children()
    program.send_signal(signal.SIGKILL)
    await program.wait()

    _gone, alive = await asyncio.to_thread(psutil.wait_procs, children, 10)

    assert len(children) == 2
    assert alive == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_signal_ends_the_program_cleanly_in_seconds(
    short_folder: Path, start: Start, how: signal.Signals
) -> None:
    program = await start(short_folder / "data")
    await line(program)

    program.send_signal(how)
    async with asyncio.timeout(10):
        code = await program.wait()

    assert code == 0
    assert find_running(short_folder / "data") is None


async def test_a_second_start_on_the_same_folder_names_the_first(
    short_folder: Path, start: Start
) -> None:
    first = await start(short_folder / "data")
    await line(first)

    second = await start(short_folder / "data")

    assert f"process {first.pid} already runs on" in await line(second)
    assert await second.wait() == 75
    assert running(short_folder / "data").pid == first.pid


async def test_two_stacks_side_by_side_take_different_ports(
    short_folder: Path, start: Start
) -> None:
    folders = [short_folder / "one", short_folder / "two"]
    for folder in folders:
        await line(await start(folder))

    one, two = map(running, folders)

    assert one.temporal_address != two.temporal_address
    assert one.smtp_url != two.smtp_url
    assert one.database_url != two.database_url
