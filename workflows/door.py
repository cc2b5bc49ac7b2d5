"""The one door to a plan: every border (command line, web, import) sends its commands here."""

import asyncio
from datetime import timedelta

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.messages import Answer
from domain.plan.commands import Envelope
from domain.refusals import Refusal
from workflows.plan import PlanStart, PlanWorkflow, plan_workflow_id

PASSING = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.CANCELLED,
        # A run whose last workers were killed takes no command until one has come through.
        RPCStatusCode.FAILED_PRECONDITION,
        # A server that is killed in the middle of an answer: "transport error".
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.INTERNAL,
    }
)
"""What is said of a server that is away; the same command id makes asking again safe."""
INTERNAL = frozenset({"AcceptedUpdateCompletedWorkflow", "Stale"})
"""Failures of the engine, not of the command: the same command may be sent again."""


TASK_TIMEOUT = timedelta(seconds=4)
"""Handed to a worker that was just killed, a task is lost for so long; 10 s is Temporal's default."""


class TryLater(Exception):
    """The engine did not answer in time; sending the same command id again is safe."""


async def send(
    client: Client,
    task_queue: str,
    start: PlanStart,
    envelope: Envelope,
    patience: timedelta = timedelta(seconds=30),
) -> Answer:
    """Have a command recorded, starting the plan's run when there is none.

    Raises Refusal when a rule speaks against it, TryLater when the engine is away.
    """
    deadline = asyncio.get_running_loop().time() + patience.total_seconds()
    pause = 0.05
    while True:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise TryLater(f"no answer within {patience}")
        try:
            return await _once(client, task_queue, start, envelope, timedelta(seconds=left))
        except WorkflowUpdateFailedError as error:
            _raise_refusal(error)
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise TryLater(f"no answer within {patience}") from error
        except RPCError as error:
            if error.status not in PASSING:
                raise
        await asyncio.sleep(min(pause, max(left, 0)))
        pause = min(2 * pause, 1.0)


async def _once(
    client: Client, task_queue: str, start: PlanStart, envelope: Envelope, patience: timedelta
) -> Answer:
    """To the run that there usually is; else with a run begun for it, which costs more."""
    handle = client.get_workflow_handle(plan_workflow_id(start.plan))
    update_id = str(envelope.command_id)
    try:
        return await handle.execute_update(
            PlanWorkflow.command, envelope, id=update_id, rpc_timeout=patience
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    begin = WithStartWorkflowOperation(
        PlanWorkflow.run,
        start,
        id=plan_workflow_id(start.plan),
        task_queue=task_queue,
        task_timeout=TASK_TIMEOUT,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    return await client.execute_update_with_start_workflow(
        PlanWorkflow.command,
        envelope,
        id=update_id,
        start_workflow_operation=begin,
        rpc_timeout=patience,
    )


def _raise_refusal(error: WorkflowUpdateFailedError) -> None:
    """A rule's refusal, with its facts; passing troubles of the engine return to be tried again."""
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        raise error
    if cause.type in INTERNAL:
        return
    facts = cause.details[0] if cause.details else {}
    if not isinstance(facts, dict):
        raise error
    raise Refusal(cause.type or "unknown", **facts) from error


async def start_run(client: Client, task_queue: str, start: PlanStart) -> None:
    """See to it that a plan has a running workflow: after an import, or when one was lost."""
    await client.start_workflow(
        PlanWorkflow.run,
        start,
        id=plan_workflow_id(start.plan),
        task_queue=task_queue,
        task_timeout=TASK_TIMEOUT,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
