"""Every setting is documented, shown in the example, and read from where the documents say."""

import re
from pathlib import Path

import pytest

from infrastructure.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
VARIABLES = sorted(str(field.validation_alias) for field in Settings.model_fields.values())
NOT_OURS = {"TEMPORAL_TLS"}


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_setting_is_documented(variable: str) -> None:
    assert f"| `{variable}` |" in (ROOT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_setting_stands_in_the_example(variable: str) -> None:
    assert re.search(rf"^(# )?{variable}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_holds_nothing_else() -> None:
    stated = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(stated) == VARIABLES


def test_a_documented_default_is_the_default() -> None:
    table = (ROOT / "docs" / "operations.md").read_text()
    documented = dict(
        re.findall(r"^\| `(HELHEDSPLAN_\w+)` \|.*\| `([^`|]+)` \|$", table, re.MULTILINE)
    )
    by_variable = {str(field.validation_alias): field for field in Settings.model_fields.values()}

    for variable, default in documented.items():
        known = by_variable[variable].default
        assert default in {str(known), f"{known:g}" if isinstance(known, float) else str(known)}


def test_a_secret_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "database_url").write_text("postgresql://from-a-file")

    assert read_settings(secrets=tmp_path).database_url == "postgresql://from-a-file"


def test_a_variable_wins_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://from-a-variable")
    (tmp_path / "database_url").write_text("postgresql://from-a-file")

    assert read_settings(secrets=tmp_path).database_url == "postgresql://from-a-variable"


def test_what_is_stated_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://elsewhere:25")

    assert read_settings({"SMTP_URL": "smtp://here:1025"}).smtp_url == "smtp://here:1025"


def test_a_password_does_not_show_when_settings_are_printed() -> None:
    settings = read_settings({"DATABASE_URL": "postgresql://app:hemmeligt@db/helhedsplan"})

    assert "hemmeligt" not in repr(settings)
