"""Starts, watches and stops the programs that the embedded stack runs beside itself."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from infrastructure.embedded.places import Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: list[str],
    *,
    log: Path,
    dies_with_us: signal.Signals,
    account: Account | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C is ours alone); it dies when we are killed.

    Call from the main thread: the kernel counts the death of the starting thread.
    """
    parent = os.getpid()

    def follow_parent() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, dies_with_us)
            if os.getppid() != parent:
                os._exit(1)

    # Postgres may quote data in its complaints: the log is for this user alone.
    with os.fdopen(os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            preexec_fn=follow_parent,  # noqa: PLW1509 - one prepared system call
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
            env=_environment(),
        )


async def stop(child: subprocess.Popen[bytes], how: signal.Signals, seconds: float) -> None:
    """Ask, wait, then kill; returns when the child is gone."""
    if child.poll() is None:
        child.send_signal(how)
    try:
        await gone(child, seconds)
    except TimeoutError:
        child.kill()
        await gone(child, seconds)


async def gone(
    child: subprocess.Popen[bytes], seconds: float | None = None, *, look_seconds: float = 0.02
) -> int:
    """Wait for its exit code without a thread; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while child.poll() is None:
            await asyncio.sleep(look_seconds)
    return child.returncode


async def clear_strays(is_stray: Callable[[psutil.Process], bool], how: signal.Signals) -> None:
    """End what a killed program left behind on our files, before anything starts on them again."""
    strays = list(_matching(is_stray))
    for process in strays:
        _signal(process, how)
    for _attempt in range(250):
        strays = [process for process in strays if _is_alive(process)]
        if not strays:
            return
        await asyncio.sleep(0.02)
    for process in strays:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(strays, timeout=5)


def listens(child: subprocess.Popen[bytes], port: int | None) -> bool:
    """Whether the child itself has the port; another program may have taken it a moment before."""
    try:
        sockets = psutil.Process(child.pid).net_connections("inet")
    except psutil.NoSuchProcess:
        return False
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)


def free_port(preferred: int) -> int:
    """`preferred` when nobody has it, else one that the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no free port on 127.0.0.1"
    raise OSError(message)


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a child's log, for the message of a failed start."""
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _environment() -> dict[str, str]:
    """No settings, secrets or proxies of ours reach a child."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _matching(is_stray: Callable[[psutil.Process], bool]) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and is_stray(process):
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, how: signal.Signals) -> None:
    try:
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return
