"""Where an embedded installation keeps its files, and as which user its Postgres runs."""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A socket's whole path must fit in 107 bytes; `/.s.PGSQL.5432.lock` takes 19 of them.
LONGEST_SOCKET_FOLDER_BYTES = 85


@dataclass(frozen=True)
class Account:
    """An operating-system user; Postgres refuses to run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """The folders of one installation; all of them were made by us."""

    data: Path
    postgres: Path
    account: Account | None
    """Whom Postgres runs as, or None for the user who started the program."""

    @property
    def cluster(self) -> Path:
        """Postgres's own data folder."""
        return self.postgres / "cluster"

    @property
    def temporal_file(self) -> Path:
        """The database file of the Temporal dev server."""
        return self.data / "temporal.db"

    @property
    def mail(self) -> Path:
        """One file per received mail."""
        return self.data / "mail"


def default_data() -> Path:
    """`$XDG_STATE_HOME/helhedsplan`, or `~/.local/state/helhedsplan`, also with an empty HOME."""
    stated = os.environ.get("XDG_STATE_HOME")
    if stated and Path(stated).is_absolute():
        return Path(stated) / "helhedsplan"
    home = os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir
    return Path(home) / ".local" / "state" / "helhedsplan"


def places(data: Path) -> Places:
    """The folders for `data`, made where they are missing; nobody else's permissions change."""
    data = data.expanduser().absolute()
    is_ours = make_folder(data)
    account = unprivileged_account() if os.geteuid() == 0 else None
    if is_ours and account is not None:
        # Others may pass through to the folder that they own, and see nothing on the way.
        data.chmod(0o711)
    postgres = _postgres_folder(data, account)
    return Places(data, postgres, account)


def make_folder(folder: Path) -> bool:
    """Make it with mode 0700 when it is missing; answers whether that was needed."""
    if folder.is_dir():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    return True


def unprivileged_account() -> Account:
    """`postgres` where the machine has it, else `nobody`."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    message = "Postgres refuses to run as root, and this machine has neither a user 'postgres' "
    raise RuntimeError(message + "nor 'nobody': start the program as another user.")


def can_reach(path: Path, account: Account) -> bool:
    """Whether this user may pass through every folder above `path`."""
    return all(_may_enter(folder, account) for folder in path.absolute().parents)


def owned_folder(folder: Path, account: Account | None) -> Path:
    """A folder that only this user may enter, made when it is missing."""
    if make_folder(folder) and account is not None:
        os.chown(folder, account.uid, account.gid)
    owner = folder.lstat()
    expected = os.geteuid() if account is None else account.uid
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != expected or owner.st_mode & 0o077:
        message = f"{folder} must be a folder that belongs to user {expected} alone"
        raise PermissionError(message)
    return folder


def socket_folder(places: Places) -> Path:
    """Where Postgres puts its socket: beside the cluster, or a short path when that is too long."""
    beside = places.postgres / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER_BYTES:
        return owned_folder(beside, places.account)
    digest = hashlib.sha256(os.fsencode(places.postgres)).hexdigest()[:12]
    return owned_folder(Path(tempfile.gettempdir()) / f"helhedsplan-{digest}", places.account)


def remove(data: Path) -> None:
    """Delete an installation that is not running, with what lies outside its folder."""
    pointer = data / "postgres.path"
    if pointer.is_file():
        shutil.rmtree(Path(pointer.read_text()), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def _postgres_folder(data: Path, account: Account | None) -> Path:
    inside = data / "postgres"
    pointer = data / "postgres.path"
    if pointer.is_file():
        return Path(pointer.read_text())
    if account is None or can_reach(inside, account):
        return owned_folder(inside, account)
    outside = Path(tempfile.mkdtemp(prefix="helhedsplan-", dir=_lasting_folder()))
    os.chown(outside, account.uid, account.gid)
    pointer.write_text(str(outside))
    return outside


def _lasting_folder() -> str:
    """A folder that any user may enter and that outlives a restart of the machine."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 - mkdtemp inside


def _may_enter(folder: Path, account: Account) -> bool:
    mode = folder.stat()
    if mode.st_uid == account.uid:
        return bool(mode.st_mode & stat.S_IXUSR)
    if mode.st_gid == account.gid:
        return bool(mode.st_mode & stat.S_IXGRP)
    return bool(mode.st_mode & stat.S_IXOTH)
