"""Writes what was made to a file or to stdout: whole or not at all."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from cli.problems import BadUsage, NotFound


def save(content: bytes, file: Path) -> dict[str, Any]:
    """A file that appears whole. Raises NotFound where its folder is not there or is closed."""
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
            made.write(content)
        # As any other file that the user makes: a temporary one is closed to all others.
        mask = os.umask(0)
        os.umask(mask)
        Path(made.name).chmod(0o666 & ~mask)
        Path(made.name).replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotFound(
            f"{file} kan ikke skrives: {reason}. Vælg en mappe, der findes.",
            f"{file} cannot be written: {reason}. Choose a folder that exists.",
            file=str(file),
        ) from error
    return {
        "file": str(file),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def pour(content: bytes, *, is_binary: bool) -> None:
    """To stdout. Raises BadUsage for a binary file on a terminal."""
    if is_binary and sys.stdout.isatty():
        raise BadUsage("Angiv en fil med --out.", "Name a file with --out.")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
