"""The command `update`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import output

if TYPE_CHECKING:
    from ..change import Outcome
    from ..update import Update

CONFLICTS = 4  # the exit code that says that files wait for a decision


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--to", metavar="VERSION", help="Update to this version instead of the newest.")
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--continue", "finish", is_flag=True, help="Finish after you solved the conflicts.")
@click.option("--abort", is_flag=True, help="Bring everything back as it was before.")
@click.option("--trust", is_flag=True, help="Let a template of other people run its own code.")
def update(
    path: Path, to: str | None, preview: bool, finish: bool, abort: bool, trust: bool
) -> None:
    """Update a project to the newest templates.

    Your edits stay: they are merged. What changed is left uncommitted, for you to review. The exit
    code is 4 where you and the templates changed the same lines.

    \b
    Examples:
      mlscaffold update --preview
      mlscaffold update
      mlscaffold update --continue
    """
    if sum((preview, finish, abort)) > 1 or (to and (finish or abort)):
        raise click.UsageError("`--preview`, `--continue` and `--abort` exclude each other")
    if finish or abort:
        close(path, abort=abort)
    elif preview:
        from ..update import preview_update

        show_preview(preview_update(path, to, trust=trust))
    else:
        from ..update import update_project

        result = update_project(path, to, trust=trust)
        show(result)


def close(path: Path, *, abort: bool) -> None:
    """End what is unfinished, by bringing all back or by leaving all as it is."""
    from ..unfinished import abort_change, finish_change

    closed = abort_change(path) if abort else finish_change(path)
    if not abort:
        output.say(f"Finished {closed.title}")
        output.next_steps(closed.commands)
        return
    output.say(f"Undid {closed.title}: everything is as it was before")
    if closed.saved:
        output.say("\nWhat you had edited since is kept in:")
        for each in closed.saved:
            output.say(f"  {each}")
    if closed.committed:
        output.say("\nYou made commits since: `git diff` shows what this undoes of them")


def show(result: Update) -> None:
    """Tell what an update did, and what is left to do."""
    if result.undone:
        output.say(f"Undid {result.undone}, which was interrupted")
    if result.before == result.after:
        output.say(f"Already at {place(result)}")
        return
    from ..sources import is_older

    waiting = wait(result.outcome)
    done, doing = ("Updated", "Updating")
    if is_older(result.after, result.before):
        done, doing = ("Went back", "Going back")
    output.say(
        f"{doing} from {way(result)}: {waiting}" if waiting else f"{done} from {way(result)}"
    )
    show_outcome(result.outcome, result.commands)


def place(result: Update) -> str:
    """Return where a project is now."""
    from ..sources import readable

    return f"{result.source} {readable(result.after)}"


def way(result: Update) -> str:
    """Return from where an update leads to where."""
    from ..sources import readable

    return f"{result.source} {readable(result.before)} to {readable(result.after)}"


def wait(outcome: Outcome) -> str:
    """Return in words how many files a change waits for; nothing where it is done."""
    count = len(outcome.conflicts)
    return f"{count} file{' waits' if count == 1 else 's wait'} for you" if count else ""


def show_outcome(outcome: Outcome, commands: list[str]) -> None:
    """Tell what a change means for the files, and what to type next: `commands`, or a way out."""
    show_named(outcome)
    if not outcome.conflicts:
        output.next_steps(commands)
        return
    name_conflicts(outcome.conflicts)
    output.say(
        "\nEdit these files: keep what you want of what stands between `<<<<<<<` and `>>>>>>>`"
    )
    output.say("(`git status` lists them, too; nothing is to be committed before)")
    output.next_steps(
        [
            "mlscaffold update --continue    once they are as you want them",
            "mlscaffold update --abort       brings everything back as it was",
        ]
    )
    raise click.exceptions.Exit(CONFLICTS)


def name_conflicts(paths: list[Path]) -> None:
    """Name the files that wait for a decision."""
    output.say("\nBoth you and the templates changed the same place in:")
    for path in paths:
        output.say(f"  {path}")


def show_named(outcome: Outcome) -> None:
    """Name the files that nothing has to be done about, by reason."""
    for kind in sorted({each.kind for each in outcome.notices}, key=lambda kind: kind.value):
        output.say(f"\n{kind.value.capitalize()}:")
        for each in outcome.notices:
            if each.kind is kind:
                output.say(f"  {each.path}{each.detail and f'  ({each.detail})'}")
    for text in outcome.texts:
        mine = "Yours to add" if text.absent else "Yours, so it stays as it is"
        output.say(f"\n{mine}: {text.path}. New lines in the templates:")
        shortened = text.is_long and outcome.kept
        for line in text.beginning if shortened else text.lines:
            output.say(f"  {line}".rstrip())
        if shortened:
            output.say(f"  ... and more, all of it in {outcome.kept}/{text.path}")


def show_preview(result: Update) -> None:
    """Tell what an update would do."""
    if result.before == result.after:
        output.say(f"Already at {place(result)}")
        return
    output.say(f"From {way(result)}, nothing is changed yet")
    for line in result.changelog:
        output.say(line)
    for path, what in result.outcome.changes.items():
        click.echo(f"{what:<8} {path}")
    show_named(result.outcome)
    if result.conflicts:
        name_conflicts(result.conflicts)
        raise click.exceptions.Exit(CONFLICTS)
