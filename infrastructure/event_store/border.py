"""Refuses, before anything is sent, what Postgres or a verifier could never hold."""

import json
import re
from functools import lru_cache

from infrastructure.event_store.errors import BadData
from infrastructure.event_store.records import Append, Group

_TYPE = re.compile(r"[a-z][a-z0-9_]{0,99}")
_MAX_STREAM_BYTES = 200
_MAX_DATA_CHARACTERS = 1_000_000


def check(group: Group) -> None:
    """Raises BadData with the reason."""
    _check_text(group.actor, "actor")
    if group.on_behalf_of is not None:
        _check_text(group.on_behalf_of, "on_behalf_of")
    if group.recorded_at is not None and group.recorded_at.tzinfo is None:
        raise BadData("recorded_at has no time zone")
    if group.companions.tasks is not None and not group.companions.tasks_of:
        raise BadData("tasks need tasks_of, the stream whose tasks they replace")
    if not any(append.events for append in group.appends):
        raise BadData("a group records at least one event")
    if len(group.appends) > 1:
        streams = {append.stream for append in group.appends}
        if len(streams) < len(group.appends):
            raise BadData("a group names each stream once")
    for append in group.appends:
        _check_append(append)


def _check_append(append: Append) -> None:
    _check_stream(append.stream)
    if append.expected_version < 0:
        raise BadData("expected_version is negative")
    for event in append.events:
        _check_type(event.type)
        check_json(event.data, "data")
    if append.state is not None:
        if not append.events:
            raise BadData("a state row comes with the events that made it")
        _check_text(append.state.kind, "kind")
        check_json(append.state.facets, "facets")
        check_json(append.state.body, "body")


@lru_cache(maxsize=4096)
def _check_stream(stream: str) -> None:
    _check_text(stream, "stream")
    if len(stream.encode()) > _MAX_STREAM_BYTES:
        raise BadData(f"a stream's name has at most {_MAX_STREAM_BYTES} bytes")


@lru_cache(maxsize=1024)
def _check_type(name: str) -> None:
    if not _TYPE.fullmatch(name):
        raise BadData(f"{name!r} is no event type: small letters, digits and underscores")


def _check_text(text: str, what: str) -> None:
    if not text:
        raise BadData(f"{what} is empty")
    check_characters(text, what)


def check_characters(text: str, what: str) -> None:
    """Refuses NUL and lone surrogates, which UTF-8 text in Postgres cannot hold."""
    if "\0" in text:
        raise BadData(f"{what} holds a NUL character")
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadData(f"{what} holds a lone surrogate") from error


def check_json(text: str, what: str) -> None:
    """Characters only: that it is JSON at all is checked by the database."""
    check_characters(text, what)
    if len(text) > _MAX_DATA_CHARACTERS:
        raise BadData(f"{what} has more than {_MAX_DATA_CHARACTERS} characters")
    if "\\u" in text:
        _check_escapes(text, what)


def _check_escapes(text: str, what: str) -> None:
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False)
        plain.encode()
    except (ValueError, RecursionError) as error:
        raise BadData(f"{what} holds a lone surrogate or is no JSON") from error
    if "\\u0000" in plain.replace("\\\\", ""):
        raise BadData(f"{what} holds a NUL character")
