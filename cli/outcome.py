"""Shows what a command brought: the recorded events and the plan's version after them."""

from typing import Any

from cli import render
from cli.options import Asked, Lang
from cli.running import printed

RECORDED = {
    "da": "{plan}: registreret, version {version} (kommando {command_id})",
    "en": "{plan}: recorded, version {version} (command {command_id})",
}
REPEATED = {
    "da": "{plan}: var allerede registreret, intet nyt, version {version} ({command_id})",
    "en": "{plan}: was recorded before, nothing new, version {version} ({command_id})",
}


def show_recorded(asked: Asked, answer: dict[str, Any]) -> None:
    """One command's answer."""
    if asked.is_json:
        printed(answer)
    else:
        show_answer(asked.language, answer)


def show_answer(lang: Lang, answer: dict[str, Any]) -> None:
    shape = REPEATED if answer["repeated"] else RECORDED
    render.line(shape[lang].format_map(answer))
    for sentence in answer["sentences"][lang]:
        render.line(f"  {sentence}")
