"""Programs that are started, and ended whatever happens to the test."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Start = Callable[[Path], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts the program on a folder and waits for its first line."""
    started: list[asyncio.subprocess.Process] = []

    async def start_program(data: Path) -> asyncio.subprocess.Process:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.embedded.program",
            str(data),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        )
        started.append(program)
        return program

    yield start_program
    for program in started:
        if program.returncode is None:
            program.send_signal(signal.SIGKILL)
            await program.wait()


async def line(program: asyncio.subprocess.Process) -> str:
    """The next line that it prints."""
    assert program.stdout is not None
    async with asyncio.timeout(30):
        return (await program.stdout.readline()).decode().strip()
