"""A list that is read right after an answer: it is Postgres that is asked, never the engine."""

from domain.plan import commands as c
from infrastructure.event_store.reader import Reader
from infrastructure.plans import plan_stream
from infrastructure.read_models import PLAN_KIND
from tests.domain.build import CONTENT, SUBMIT
from tests.workflow.conftest import World


async def listed(world: World, phase: str) -> list[str]:
    return [row.stream for row in await Reader(world.pool).states(PLAN_KIND, phase=phase)]


async def test_a_list_read_right_after_the_answer_shows_what_was_decided(world: World) -> None:
    await world.send(c.Draft(content=CONTENT))
    drafted = await listed(world, "draft")
    await world.send(SUBMIT.model_copy(update={"on": None}))

    assert drafted == [plan_stream(world.plan)]
    assert (await listed(world, "draft"), await listed(world, "forum")) == ([], drafted)
