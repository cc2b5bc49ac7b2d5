"""`helhedsplan rebuild`: make the read models anew from the log."""

from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress

from cli import options, render
from cli.access import Access
from cli.options import Asked, both
from cli.owner import owner_url
from cli.running import printed, run
from cli.words import word
from infrastructure.event_store import rebuild as store
from infrastructure.folders import folders


def rebuild(
    data: options.Data = None, lang: options.Language = None, is_json: options.Json = False
) -> None:
    asked = Asked(data, lang, is_json)

    async def work(access: Access) -> store.Rebuilt:
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=None)

            def progress(position: int, head: int) -> None:
                bar.update(task, completed=position, total=head)

            return await store.rebuild(owner_url(access.settings), folders(), progress)

    rebuilt = run(asked, work)
    if is_json:
        printed(asdict(rebuilt))
        return
    render.line(word(asked.language, "rebuilt", events=rebuilt.events))
    for table, changed in rebuilt.changed.items():
        facts = {"table": table, "removed": changed.removed, "written": changed.written}
        render.line("  " + word(asked.language, "rows_changed", **facts))


rebuild.__doc__ = both(
    "Byg lister, opgaver og påmindelser op igen af loggen. Ingen mail sendes.",
    "Make lists, tasks and reminders anew from the log. No mail is sent.",
)
