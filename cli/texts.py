"""Free text at the border: kept beside the log before a command carries its id and digest."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from domain.values import TextRef
from infrastructure.clock import new_id
from infrastructure.event_store import texts as store

M = TypeVar("M", bound=BaseModel)
NO_DIGEST = "0" * 64


@dataclass
class Texts:
    """The texts of one command: first named provisionally, so that nothing is stored in vain."""

    bodies: dict[UUID, str] = field(default_factory=dict)
    stored: dict[UUID, TextRef] = field(default_factory=dict)
    """By the provisional id."""

    def ref(self, body: str) -> TextRef:
        """A provisional reference to a text."""
        provisional = new_id()
        self.bodies[provisional] = body
        return TextRef(id=provisional, digest=NO_DIGEST)

    def maybe(self, body: str | None) -> TextRef | None:
        return self.ref(body) if body else None

    def read_from(self, model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a file, with a reference wherever the model has one and a text stands."""
        return {key: self._value(_annotation(model, key), value) for key, value in data.items()}

    def _value(self, annotation: Any, value: Any) -> Any:
        if annotation is TextRef and isinstance(value, str):
            return self.ref(value).model_dump(mode="json")
        for inner in _models(annotation):
            if isinstance(value, Mapping):
                return self.read_from(inner, value)
        if isinstance(value, list):
            item = _item(annotation)
            return [self._value(item, each) for each in value]
        if _may_be_text(annotation) and isinstance(value, str):
            return self._value(TextRef, value)
        return value

    async def stored_in(self, pool: asyncpg.Pool, body: M) -> M:
        """The same command with every provisional reference kept and named for good."""
        for provisional, text in self.bodies.items():
            kept = await store.put(pool, text)
            self.stored[provisional] = TextRef(id=kept.id, digest=kept.digest)
        if not self.bodies:
            return body
        return type(body).model_validate(self._named(body.model_dump()))

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("id") in self.stored and value.get("digest") == NO_DIGEST:
                return self.stored[value["id"]]
            return {key: self._named(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._named(each) for each in value]
        return value

    async def take_back(self, pool: asyncpg.Pool, at: datetime, used: str = "") -> None:
        """Erase what no recorded event names: `used` is the text of those events."""
        for ref in self.stored.values():
            if str(ref.id) not in used:
                await store.erase(pool, ref.id, at)


def _annotation(model: type[BaseModel], key: str) -> Any:
    found = model.model_fields.get(key)
    return found.annotation if found else None


def _arguments(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, or the annotation itself."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _models(annotation: Any) -> list[type[BaseModel]]:
    alternatives = _arguments(annotation)
    return [a for a in alternatives if isinstance(a, type) and issubclass(a, BaseModel)]


def _may_be_text(annotation: Any) -> bool:
    return TextRef in _arguments(annotation)


def _item(annotation: Any) -> Any:
    """What a tuple's elements are."""
    for each in _arguments(annotation):
        if typing.get_origin(each) is tuple:
            return typing.get_args(each)[0]
    return None
