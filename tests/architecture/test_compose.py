"""The compose file agrees with the program: variables, ports, roles, attributes, commands."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from infrastructure.embedded import postgres, temporal
from infrastructure.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "worker")
VARIABLES = {str(field.validation_alias) for field in Settings.model_fields.values()}


def compose_command() -> list[str]:
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if (
        shutil.which("docker")
        and not subprocess.run(
            ["docker", "compose", "version"], capture_output=True, check=False
        ).returncode
    ):
        return ["docker", "compose"]
    pytest.skip("docker-compose is not installed")


def test_compose_accepts_the_file() -> None:
    done = subprocess.run(
        [*compose_command(), "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("service", OURS)
def test_every_variable_of_our_services_is_a_setting(service: str) -> None:
    assert set(SERVICES[service]["environment"]) <= VARIABLES


@pytest.mark.parametrize("service", OURS)
def test_every_secret_of_our_services_is_a_setting(service: str) -> None:
    assert {secret.upper() for secret in SERVICES[service]["secrets"]} <= VARIABLES


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_secret_that_is_mounted_is_defined(service: str) -> None:
    assert set(SERVICES[service].get("secrets", [])) <= set(COMPOSE["secrets"])


def test_the_worker_never_sees_the_owners_password() -> None:
    assert SERVICES["worker"]["secrets"] == ["database_url"]


def test_every_secret_is_made_by_the_script() -> None:
    script = (ROOT / "docker" / "make-secrets").read_text()
    made = set(re.findall(r"^make (\w+) ", script, re.MULTILINE))

    assert made == set(COMPOSE["secrets"])


def test_no_password_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or str(value).startswith("/run/secrets/")


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_ports_are_published_on_loopback_only(service: str) -> None:
    for port in SERVICES[service].get("ports", []):
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_stays_up_says_whether_it_is_well(service: str) -> None:
    if SERVICES[service].get("restart") == "unless-stopped" and service != "temporal-ui":
        assert "healthcheck" in SERVICES[service]


def test_addresses_name_services_and_the_ports_of_the_embedded_stack() -> None:
    environment = SERVICES["worker"]["environment"]

    assert environment["TEMPORAL_ADDRESS"] == f"temporal:{temporal.PREFERRED_PORT}"
    assert environment["SMTP_URL"] == "smtp://mailpit:1025"
    assert f"127.0.0.1:{temporal.PREFERRED_UI_PORT}:8080" in SERVICES["temporal-ui"]["ports"]


def test_the_urls_that_are_made_name_the_roles_and_the_database() -> None:
    script = (ROOT / "docker" / "make-secrets").read_text()
    urls = dict(
        re.findall(r'^make (database\w*_url) "postgresql://(\w+):.*/(?:\w+)"', script, re.MULTILINE)
    )

    assert urls == {"database_owner_url": postgres.OWNER, "database_url": postgres.APP}
    assert script.count(f"@postgres:5432/{postgres.DATABASE}") == 2


def test_the_roles_are_those_of_the_embedded_stack() -> None:
    script = (ROOT / "docker" / "postgres" / "roles.sh").read_text()

    assert f"create role {postgres.OWNER} login" in script
    assert f"create role {postgres.APP} login" in script
    assert f"create database {postgres.DATABASE} owner {postgres.OWNER}" in script
    assert "superuser" not in script


def test_the_search_attributes_are_those_of_the_embedded_stack() -> None:
    script = (ROOT / "docker" / "temporal" / "register.sh").read_text()
    registered = dict(re.findall(r"^attribute (\w+) (\w+)$", script, re.MULTILINE))

    assert registered == temporal.SEARCH_ATTRIBUTES


def test_every_file_that_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).is_file()


def test_the_workers_command_names_a_file() -> None:
    program, script = SERVICES["worker"]["command"]

    assert program == Path(sys.executable).name.rstrip("0123456789.")
    assert (ROOT / script).is_file()


@pytest.mark.parametrize(
    "command",
    [SERVICES["migrate"]["command"], SERVICES["worker"]["healthcheck"]["test"][1:]],
    ids=" ".join,
)
def test_a_command_of_our_program_is_one_that_it_has(command: list[str]) -> None:
    known = get_command(app)

    assert isinstance(known, TyperGroup)
    assert command[0] == "helhedsplan"
    assert command[1] in known.commands


@pytest.mark.parametrize("service", OURS)
def test_the_program_takes_what_the_file_says(service: str) -> None:
    stated = {name: str(value) for name, value in SERVICES[service]["environment"].items()}
    read = read_settings(stated)

    said = {str(field.validation_alias): name for name, field in Settings.model_fields.items()}
    assert {name: str(getattr(read, said[name])) for name in stated} == stated


def test_the_image_holds_every_package_of_the_program_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE))
    let_in = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert {"domain", "infrastructure", "activities", "workflows", "rehearsal", "cli"} <= copied
    assert copied == let_in
    assert re.search(r"^USER [1-9]\d+$", dockerfile, re.MULTILINE)
    assert "requirements/run.lock" in dockerfile
