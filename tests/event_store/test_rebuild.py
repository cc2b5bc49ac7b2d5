"""Read models made anew from the log are what appends had written, byte for byte."""

import asyncio

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infrastructure.event_store.rebuild import Changed, rebuild
from infrastructure.event_store.tables import COLUMNS, KEYS
from infrastructure.event_store.verify import verify
from infrastructure.event_store.writer import Writer
from tests.conftest import Database
from tests.event_store.folding import FOLDER, Plans

UNCHANGED = dict.fromkeys(COLUMNS, Changed(0, 0))


async def tables(connection: asyncpg.Connection) -> dict[str, list[str]]:
    return {
        table: [
            row["whole"]
            for row in await connection.fetch(
                f"select t::text as whole from {table} t order by {', '.join(KEYS[table])}"
            )
        ]
        for table in COLUMNS
    }


@pytest.fixture
async def plans(writer: Writer) -> Plans:
    plans = Plans()
    for n in range(1, 6):
        for name in ("plan/å", "plan/b"):
            await writer.append(plans.note(name, n, 2 * n))
            for status in ("planned", "due", "sent")[: n % 3 + 1]:
                await writer.append(plans.notice(name, n, status))
    return plans


@pytest.mark.usefixtures("plans")
async def test_a_rebuild_of_right_rows_changes_none(
    database: Database, owner: asyncpg.Connection
) -> None:
    before = await tables(owner)

    rebuilt = await rebuild(database.owner_dsn, [FOLDER])

    assert rebuilt.changed == UNCHANGED
    assert await tables(owner) == before


@pytest.mark.usefixtures("plans")
async def test_emptied_tables_come_back_byte_for_byte(
    database: Database, owner: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    before = await tables(owner)
    await superuser.execute("truncate state_row, task, notice, outbox")

    await rebuild(database.owner_dsn, [FOLDER])

    assert await tables(owner) == before
    assert (await verify(database.app_dsn, [FOLDER])).is_sound


@pytest.mark.usefixtures("plans")
async def test_wrong_rows_are_put_right_and_counted(
    database: Database, owner: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    before = await tables(owner)
    await superuser.execute("update state_row set body = '{}' where stream = 'plan/b'")
    await superuser.execute("delete from notice where notice = 'n1'")
    await superuser.execute(
        "insert into task values ('plan/gone', 't', 'r', null, '2013-01-01', null, '{}')"
    )

    rebuilt = await rebuild(database.owner_dsn, [FOLDER])

    assert await tables(owner) == before
    assert rebuilt.changed == {
        "state_row": Changed(1, 1),
        "task": Changed(1, 0),
        "notice": Changed(0, 2),
        "outbox": Changed(0, 0),
    }


@pytest.mark.usefixtures("plans")
async def test_a_mail_known_as_sent_is_not_owed_again(
    database: Database, superuser: asyncpg.Connection
) -> None:
    """SMTP took it and the table knows; the log, of which a page was lost, does not."""
    await superuser.execute("update outbox set status = 'bounced' where status = 'pending'")
    before = await superuser.fetchval("select count(*) from outbox where status = 'pending'")

    rebuilt = await rebuild(database.owner_dsn, [FOLDER])

    assert before == 0
    assert rebuilt.kept_settled > 0
    assert await superuser.fetchval("select count(*) from outbox where status = 'pending'") == 0


async def test_readers_see_the_old_rows_or_the_new_ones(
    database: Database, plans: Plans, app: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    await superuser.execute("update state_row set body = 'wrong'")
    seen = set()
    task = asyncio.create_task(rebuild(database.owner_dsn, [FOLDER]))
    while not task.done():
        seen.add(tuple(r["body"] for r in await app.fetch("select body from state_row")))
    await task
    seen.add(tuple(r["body"] for r in await app.fetch("select body from state_row order by body")))

    assert all(len(bodies) == 2 for bodies in seen)
    assert all(len({body == "wrong" for body in bodies}) == 1 for bodies in seen)


async def test_appends_during_a_rebuild_are_in_its_rows(
    database: Database, plans: Plans, writer: Writer, owner: asyncpg.Connection
) -> None:
    enough = asyncio.Event()

    async def go_on() -> int:
        appended = 0
        while not enough.is_set():
            await writer.append(plans.note("plan/å", appended))
            appended += 1
        return appended

    going = asyncio.create_task(go_on())
    for _ in range(3):
        rebuilt = await rebuild(database.owner_dsn, [FOLDER])
        assert rebuilt.changed == UNCHANGED
    enough.set()

    assert await going > 0
    assert (await verify(database.app_dsn, [FOLDER])).is_sound


async def test_progress_ends_at_the_head(database: Database, plans: Plans) -> None:
    told: list[tuple[int, int]] = []

    rebuilt = await rebuild(database.owner_dsn, [FOLDER], lambda at, head: told.append((at, head)))

    assert told[-1] == (rebuilt.position, rebuilt.position)


STEP = st.tuples(
    st.sampled_from(["plan/a", "plan/b"]),
    st.integers(0, 6),
    st.sampled_from(["note", "planned", "due", "sent"]),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, max_size=25))
async def test_whatever_was_appended_together_is_rebuilt_alike(
    database: Database,
    writer: Writer,
    superuser: asyncpg.Connection,
    steps: list[tuple[str, int, str]],
) -> None:
    await superuser.execute("alter table event disable trigger user")
    await superuser.execute("truncate event, state_row, task, notice, outbox")
    await superuser.execute("alter table event enable trigger user")
    plans = Plans()
    groups = [
        plans.note(plan, n) if what == "note" else plans.notice(plan, n, what)
        for plan, n, what in forward_only(steps)
    ]
    await asyncio.gather(*(writer.append(each) for each in groups))
    before = await tables(superuser)

    await superuser.execute("truncate state_row, task, notice, outbox")
    await rebuild(database.owner_dsn, [FOLDER])

    assert await tables(superuser) == before


def forward_only(steps: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """A notice is planned, due, sent, never back: what the ledger guarantees."""
    order = ["planned", "due", "sent"]
    reached: dict[tuple[str, int], int] = {}
    kept = []
    for plan, n, what in steps:
        if what != "note":
            if order.index(what) <= reached.get((plan, n), -1):
                continue
            reached[plan, n] = order.index(what)
        kept.append((plan, n, what))
    return kept
