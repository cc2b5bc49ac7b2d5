"""How much memory does the embedded stack take with the sample portfolio in it?"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.results import table, write
from infrastructure.embedded import places

LONGEST_START_SECONDS = 120
SETTLE_SECONDS = 10
MB = 1_000_000


def up(data: Path) -> subprocess.Popen[bytes]:
    """The program as `make run` starts it, ready for work."""
    command = [sys.executable, "-c", "from cli.app import main; main()"]
    program = subprocess.Popen(
        [*command, "up", "--demo", "--data", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    give_up_at = time.monotonic() + LONGEST_START_SECONDS
    while not (data / "stack.json").exists():
        if program.poll() is not None or time.monotonic() > give_up_at:
            program.kill()
            raise SystemExit("the stack did not come up")
        time.sleep(0.1)
    time.sleep(SETTLE_SECONDS)
    return program


def parts(program: int) -> dict[str, list[psutil.Process]]:
    """The processes of each part."""
    found: dict[str, list[psutil.Process]] = {"program, with worker and mailbox": []}
    for process in [psutil.Process(program), *psutil.Process(program).children(recursive=True)]:
        name = process.name() if process.pid != program else "program, with worker and mailbox"
        found.setdefault(name.split(":")[0].strip(), []).append(process)
    return found


def sizes(processes: list[psutil.Process]) -> tuple[int, int]:
    """Resident bytes, as counted for each process, and with what is shared counted once."""
    resident = proportional = 0
    for process in processes:
        try:
            memory = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        resident += memory.rss
        proportional += memory.pss
    return resident, proportional


def measure() -> str:
    data = Path(tempfile.mkdtemp(prefix="hp-bench-"))
    data.chmod(0o711)
    program = up(data)
    try:
        found = parts(json.loads((data / "stack.json").read_text())["pid"])
        # Postgres detaches itself from who started it.
        owner = int((data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        postmaster = psutil.Process(owner)
        found["postgres"] = [postmaster, *postmaster.children(recursive=True)]
        measured = {name: (len(each), *sizes(each)) for name, each in found.items()}
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(60)
        places.remove(data)
    rows: list[tuple[object, ...]] = [
        (name, count, f"{rss / MB:.0f}", f"{pss / MB:.0f}")
        for name, (count, rss, pss) in measured.items()
    ]
    whole = [sum(each[column] for each in measured.values()) for column in (0, 1, 2)]
    rows.append(("together", whole[0], f"{whole[1] / MB:.0f}", f"{whole[2] / MB:.0f}"))
    return TEXT.format(seconds=SETTLE_SECONDS, table=table(("", "processes", "RSS", "PSS"), rows))


TEXT = """
Megabytes of `helhedsplan up --demo` with the sample portfolio, {seconds} seconds after it was ready. RSS
counts shared pages once for each process, PSS once in all. To reach: 1,000 together.

{table}
"""


def main() -> None:
    text = measure()
    print(text)
    write("Memory", text)
