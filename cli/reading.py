"""Reads the file that a person named, or stdin."""

import sys
from pathlib import Path

from cli.problems import NotFound


def read_text(file: Path | None) -> str:
    """A file's text, stdin for `-`, nothing for no file. Raises NotFound."""
    if file is None:
        return ""
    if str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(
            f"{file} kan ikke læses som tekst i UTF-8: {error}",
            f"{file} cannot be read as UTF-8 text: {error}",
        ) from error
