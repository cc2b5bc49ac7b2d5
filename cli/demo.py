"""`helhedsplan demo`: the calendar of a demo, and how it is moved."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import options, render
from cli.access import Access
from cli.cells import needed_day
from cli.options import Asked, both
from cli.problems import Away, BadUsage, Problem, Refused
from cli.progress import days_of_plans
from cli.running import printed, run
from infrastructure.temporal import settle
from rehearsal.demo import Advanced, Backwards, BusyAdvancing, Demo, NotADemo
from rehearsal.demo import advance as move

app = typer.Typer(
    no_args_is_help=True,
    help=both("Demoens egen kalender", "The demo's own calendar"),
)


class Others(StrEnum):
    """What the plans do that nobody tells to do anything."""

    FOLLOW = "follow"
    WAIT = "wait"


@app.command(
    "advance",
    help=both(
        "Spol demoen frem til kl. 12 en dag: frister passeres og påmindelser kommer på få sekunder.",
        "Move the demo to noon of a day: deadlines pass and reminders come within seconds.",
    ),
)
def advance(
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="[DAGE|DATO]",
            help=both(
                "Så mange dage, eller til den dag; udeladt: gør en afbrudt spoling færdig",
                "So many days, or to this day; left out: finish an advance that was cut off",
            ),
        ),
    ] = None,
    others: Annotated[
        Others,
        typer.Option(
            "--others",
            help=both(
                "follow: alle planer møder deres kalender som ventet; wait: ingen gør noget",
                "follow: all plans meet their calendar as expected; wait: nobody does anything",
            ),
        ),
    ] = Others.WAIT,
    mine: Annotated[
        list[str] | None,
        typer.Option(
            "--mine",
            metavar="PLAN",
            help=both("Venter på mig, også med follow", "Waits for me, also with follow"),
        ),
    ] = None,
    data: options.Data = None,
    lang: options.Language = None,
    is_json: options.Json = False,
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        _only_a_demo(access)
        client = await access.client()
        demo = Demo(access.pool, access.plans, client, access.settings.task_queue)
        with days_of_plans(both("Spoler til", "Moving to")) as progress:
            try:
                found = await move(
                    demo,
                    _day(to, access.today()),
                    others=others.value,
                    mine=frozenset(mine or ()),
                    progress=progress,
                )
            except (NotADemo, BusyAdvancing, Backwards) as error:
                raise _problem(access, error) from error
            finally:
                await settle()
        return _data(found)

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        said = both(
            "Demoen står nu på {to} kl. 12: {plans} planer, {acts} handlinger, {mails} mails,"
            " {seconds:.1f} s",
            "The demo now stands on {to} at noon: {plans} plans, {acts} acts, {mails} mails,"
            " {seconds:.1f} s",
        )
        render.line(said.format(**found))


@app.command("day", help=both("Hvilken dag demoen står på", "The day that the demo stands on"))
def day(
    data: options.Data = None, lang: options.Language = None, is_json: options.Json = False
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> dict[str, Any]:
        _only_a_demo(access)
        target = access.installation.target
        return {
            "day": access.today().isoformat(),
            "now": access.now().isoformat(timespec="seconds"),
            "advancing_to": target.isoformat() if target else None,
        }

    found = run(asked, work)
    if is_json:
        printed(found)
    else:
        render.line(found["day"])
        if found["advancing_to"]:
            render.note(both("Spoles til", "Advancing to") + f" {found['advancing_to']}")


def _day(to: str | None, today: date) -> date | None:
    if to is None:
        return None
    if to.isdigit() and len(to) <= 5:
        return today + timedelta(days=int(to))
    found = needed_day(to, "DAGE|DATO")
    if found <= today:
        raise BadUsage(
            f"Demoen står på {today}; den kan kun spoles frem. Nævn en senere dag.",
            f"The demo stands on {today}; it can only be moved on. Name a later day.",
            today=today.isoformat(),
        )
    return found


def _only_a_demo(access: Access) -> None:
    if access.installation.kind != "demo":
        raise _problem(access, NotADemo())


def _problem(access: Access, error: Exception) -> Problem:
    today = access.today()
    match error:
        case BusyAdvancing():
            return Away(
                "En anden proces spoler demoen netop nu. Prøv igen, når den er færdig.",
                "Another process moves the demo just now. Try again when it has finished.",
            )
        case Backwards():
            return BadUsage(
                f"Demoen står på {today}, og ingen spoling er afbrudt. Nævn en senere dag.",
                f"The demo stands on {today}, and no advance was cut off. Name a later day.",
                today=today.isoformat(),
            )
    return Refused(
        "not_a_demo",
        "Installationen er rigtig: dens dag er den virkelige, og den kan ikke spoles. Start en demo"
        " på en anden mappe med `helhedsplan up --demo --data DIR`.",
        "The installation is real: its day is the real one, and it cannot be moved. Start a demo"
        " on another folder with `helhedsplan up --demo --data DIR`.",
        kind=access.installation.kind,
    )


def _data(found: Advanced) -> dict[str, Any]:
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "plans": found.plans,
        "acts": found.acts,
        "mails": found.mails,
        "unsent": found.unsent,
        "seconds": round(found.seconds, 3),
    }
