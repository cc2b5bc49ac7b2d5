"""Answers: which commands can a plan be sent, with which fields, and what do they mean?"""

import json
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from cli.problems import BadUsage, NotFound
from cli.texts import Texts
from domain.plan import commands as c
from domain.values import TextRef

COMMAND: TypeAdapter[c.PlanCommand] = TypeAdapter(c.PlanCommand)


def command_types() -> dict[str, type[c.Command]]:
    """Every command that people can send, by its type."""
    union = typing.get_args(c.PlanCommand)[0]
    found = {model.model_fields["type"].default: model for model in typing.get_args(union)}
    return {name: model for name, model in found.items() if model is not c.PassTime}


def fields(model: type[c.Command]) -> dict[str, str]:
    """Each field of a file and what it holds; those that may be left out end in `?`."""
    return {
        name + ("" if field.is_required() else "?"): _named(field.annotation)
        for name, field in model.model_fields.items()
        if name != "type"
    }


def _named(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_named(each) for each in arguments if each is not type(None))
    if origin is tuple:
        return f"[{_named(arguments[0])}]"
    if origin is typing.Annotated:
        return _named(arguments[0])
    if annotation is TextRef:
        return "text"
    return str(getattr(annotation, "__name__", annotation))


def parsed(name: str, content: str, texts: Texts) -> c.PlanCommand:
    """The command of a file's JSON text; strict, so that 1.5 never becomes an amount.

    Raises NotFound for a command that there is not, BadUsage with every fault of the content.
    """
    wanted = name.replace("-", "_")
    known = command_types()
    if wanted not in known and wanted != "pass_time":
        raise NotFound(
            f"Der er ingen kommando {name}. `helhedsplan do --list` viser dem alle.",
            f"There is no command {name}. `helhedsplan do --list` shows all.",
            known=sorted(known),
        )
    model = known.get(wanted, c.PassTime)
    said = _object(content)
    if said.get("type", wanted) != wanted:
        raise BadUsage(
            f"Filen er en {said['type']}, men kommandoen er {wanted}.",
            f"The file is a {said['type']}, but the command is {wanted}.",
        )
    return validated(model, texts.read_from(model, said | {"type": wanted}))


def validated(model: type[c.Command], said: Mapping[str, Any]) -> c.PlanCommand:
    """The command; raises BadUsage with every fault."""
    try:
        return COMMAND.validate_json(json.dumps(said), strict=True)
    except ValidationError as error:
        raise bad_fields(error, model) from error


def bad_fields(error: ValidationError, model: type[BaseModel]) -> BadUsage:
    """Where each fault is, and what the fields are."""
    tag = str(model.model_fields["type"].default) if "type" in model.model_fields else ""
    found = error.errors()
    where = [".".join(str(part) for part in each["loc"] if part != tag) for each in found]
    faults = [f"{place}: {each['msg']}" for place, each in zip(where, found, strict=True)]
    danish = [f"{place}: {_danish(each)}" for place, each in zip(where, found, strict=True)]
    shown = "\n  ".join(faults)
    vist = "\n  ".join(danish)
    return BadUsage(
        f"Indholdet kan ikke bruges:\n  {vist}\n`helhedsplan do --list` viser et eksempel.",
        f"The content cannot be used:\n  {shown}\n`helhedsplan do --list` shows an example.",
        faults=faults,
    )


DANISH = {
    "missing": "mangler",
    "extra_forbidden": "kendes ikke; er det en tastefejl?",
    "int_type": "skal være et helt tal uden anførselstegn (beløb i øre)",
    "int_from_float": "skal være et helt tal (beløb i øre)",
    "bool_type": "skal være true eller false",
    "string_type": "skal være en tekst",
    "string_too_short": "må ikke være tom",
    "string_too_long": "er for lang",
    "tuple_type": "skal være en liste",
    "too_short": "må ikke være en tom liste",
    "date_type": "skal være en dato som 2013-10-01",
    "date_parsing": "skal være en dato som 2013-10-01",
    "date_from_datetime_parsing": "skal være en dato som 2013-10-01",
    "string_pattern_mismatch": "er ikke skrevet, som det skal: id'er med små bogstaver, tal og"
    " bindestreg; dokument- og sagsnumre som 2013-12345",
}
"""What pydantic's kinds of fault are called."""


def _danish(fault: Any) -> str:
    if fault["type"] in ("enum", "literal_error"):
        return f"skal være et af ordene {fault['ctx']['expected'].replace(' or ', ', ')}"
    if fault["type"] in ("greater_than_equal", "less_than_equal"):
        return "ligger uden for det mulige"
    return str(DANISH.get(fault["type"], fault["msg"]))


def _object(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content) if content.strip() else {}
    except json.JSONDecodeError as error:
        raise BadUsage(
            f"Filen er ikke JSON: linje {error.lineno}, tegn {error.colno}.",
            f"The file is no JSON: line {error.lineno}, column {error.colno}.",
        ) from error
    if not isinstance(found, dict):
        raise BadUsage("Filen skal være ét JSON-objekt.", "The file must be one JSON object.")
    return found
