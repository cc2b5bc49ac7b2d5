"""How commands find the stack that runs on a data folder, and how a second start is refused."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from infrastructure.settings import Settings, read_settings

INFO_FILE = "stack.json"
LOCK_FILE = "lock"


class AlreadyRunning(RuntimeError):
    """Another process runs the stack on this folder."""

    def __init__(self, data: Path, pid: int | None) -> None:
        self.data = data
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"{who} already runs on {data}; stop it first, or use another folder")


@dataclass(frozen=True)
class StackInfo:
    """Where a running stack answers; the content of `stack.json`."""

    pid: int
    data: str
    database_url: str
    database_owner_url: str
    temporal_address: str
    temporal_namespace: str
    temporal_ui_url: str | None
    smtp_url: str
    mail_folder: str

    def environment(self) -> dict[str, str]:
        """The variables with which any process of ours works on this stack."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.database_owner_url,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.temporal_namespace,
            "SMTP_URL": self.smtp_url,
            "HELHEDSPLAN_DATA": self.data,
        }

    def settings(self) -> Settings:
        """The settings of this process with the stack's addresses in place of stated ones."""
        return read_settings(self.environment())


def find_running(data: Path) -> StackInfo | None:
    """The stack that runs on this folder now, or None."""
    data = data.expanduser().absolute()
    lock = data / LOCK_FILE
    if not lock.is_file():
        return None
    with lock.open("r") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read_info(data)
    return None


def take_lock(data: Path) -> IO[str]:
    """Hold the folder until this file is closed or the process ends, however it ends.

    Raises AlreadyRunning with the holder's pid.
    """
    lock = (data / LOCK_FILE).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        noted = lock.read().strip()
        lock.close()
        raise AlreadyRunning(data, int(noted) if noted.isdigit() else None) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    (data / INFO_FILE).unlink(missing_ok=True)
    return lock


def publish(info: StackInfo) -> None:
    """Write `stack.json` in one step: readers see all of it or nothing."""
    path = Path(info.data) / INFO_FILE
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(info), indent=2) + "\n")
    unfinished.chmod(0o600)
    unfinished.replace(path)


def withdraw(data: Path) -> None:
    """The stack is no longer to be found."""
    (data / INFO_FILE).unlink(missing_ok=True)


def _read_info(data: Path) -> StackInfo | None:
    try:
        return StackInfo(**json.loads((data / INFO_FILE).read_text()))
    except FileNotFoundError:
        return None
