"""Runs that began under older code go on under this one: every stored history is replayed."""

import base64
import contextlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from domain.plan.state import Phase
from infrastructure.temporal import workflow_runner
from tests.replay.changed_plan import ChangedPlanWorkflow
from tests.replay.make_histories import FOLDER, LONG_SCENES, SCENES
from workflows.plan import PlanWorkflow

ROOT = Path(__file__).parents[2]
HISTORIES = sorted(FOLDER.glob("*.json"))
WITHOUT_HISTORY = {
    Phase.CLOSED,
    Phase.REJECTED,
    Phase.LAPSED,
    Phase.TERMINATED,
    Phase.REFUSED_BY_LBF,
}
"""Ends that differ from a withdrawal by their events only, not by what the workflow does."""


def name(path: Path) -> str:
    return path.stem


async def failure(path: Path, kind: type, runner: WorkflowRunner) -> Exception | None:
    replayer = Replayer(
        workflows=[kind], data_converter=pydantic_data_converter, workflow_runner=runner
    )
    history = WorkflowHistory.from_json(f"plan/{path.stem}", path.read_text())
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return result.replay_failure


def strict_runner() -> WorkflowRunner:
    """The SDK's own sandbox; only a time zone made at import stays a time zone, not a proxy."""
    default = SandboxRestrictions.default
    members = dict(default.invalid_module_members.children)
    del members["zoneinfo"]
    kept = replace(default.invalid_module_members, children=members)
    restrictions = replace(default, invalid_module_members=kept)
    return SandboxedWorkflowRunner(restrictions=restrictions.with_passthrough_modules("holidays"))


@pytest.mark.parametrize("path", HISTORIES, ids=name)
async def test_a_stored_history_replays_as_deployed(path: Path) -> None:
    assert await failure(path, PlanWorkflow, workflow_runner()) is None


@pytest.mark.parametrize("path", HISTORIES, ids=name)
async def test_a_stored_history_replays_with_nothing_of_ours_passed_through(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our packages are loaded anew inside the sandbox, under its restrictions."""
    monkeypatch.setattr(workflow.unsafe, "imports_passed_through", contextlib.nullcontext)

    assert await failure(path, PlanWorkflow, strict_runner()) is None


@pytest.mark.parametrize("path", HISTORIES, ids=name)
async def test_a_changed_workflow_does_not_replay(path: Path) -> None:
    found = await failure(path, ChangedPlanWorkflow, workflow_runner())

    assert isinstance(found, workflow.NondeterminismError)


def test_every_phase_that_waits_has_a_history() -> None:
    phases = {phase.value.replace("_", "-") for phase in set(Phase) - WITHOUT_HISTORY}

    assert phases <= {name(path) for path in HISTORIES}


def test_every_scene_is_stored() -> None:
    assert {*SCENES, *LONG_SCENES, "reminded"} <= {name(path) for path in HISTORIES}


@pytest.mark.parametrize(
    ("history", "event"),
    [
        ("continued", "EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW"),
        ("signalled", "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED"),
        ("reminded", "EVENT_TYPE_TIMER_FIRED"),
        ("withdrawn", "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"),
        ("committees", "EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED"),
    ],
)
def test_a_history_holds_what_it_is_named_for(history: str, event: str) -> None:
    events = json.loads((FOLDER / f"{history}.json").read_text())["events"]

    assert event in {each["eventType"] for each in events}


def test_a_run_that_was_continued_began_with_the_queue_that_was_left() -> None:
    started = json.loads((FOLDER / "continued-2.json").read_text())["events"][0]
    payload = started["workflowExecutionStartedEventAttributes"]["input"]["payloads"][0]["data"]

    assert len(json.loads(base64.b64decode(payload))["carried"]) > 1


@pytest.mark.parametrize("path", HISTORIES, ids=name)
def test_a_history_names_no_machine_no_path_and_no_address(path: Path) -> None:
    text = path.read_text()
    payloads = re.findall(r'"data":"([A-Za-z0-9+/=]+)"', text)
    everything = text + "".join(base64.b64decode(each).decode() for each in payloads)

    assert re.findall(r"\S+@\S+|/(?:home|root|work|tmp|usr)/|\.py\b", everything) == []


@pytest.mark.parametrize("module", sorted(p.stem for p in (ROOT / "workflows").glob("[a-z]*.py")))
def test_what_a_workflow_imports_holds_no_driver_and_no_infrastructure(module: str) -> None:
    """A second copy of asyncpg, loaded in a sandbox and dropped, ends the process."""
    program = f"import sys, workflows.{module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {each.partition(".")[0] for each in done.stdout.split()}

    assert loaded & {"infrastructure", "asyncpg", "msgspec", "structlog", "aiosmtplib"} == set()
