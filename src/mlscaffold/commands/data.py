"""The command `data`, and the look at a person's own file that `new --data` shares with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import output

if TYPE_CHECKING:
    from ..data.own import OwnData, Wish
    from ..data.plan import Plan

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS = (
    click.option(
        "--target", metavar="COLUMN", help="What to predict [default: the clear one, or ask]."
    ),
    click.option(
        "--join", metavar="FILE", help="A second file with more columns for the same key."
    ),
    click.option("--on", metavar="COLUMN", help="The key that both files have."),
    click.option("--copy", is_flag=True, help="Copy the file into data/ [default: a link to it]."),
)


def data_options(command: F) -> F:
    """Add the options that say what to do with a file."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def look_at(options: dict[str, Any], kind: str | None, *, rows: bool = False) -> OwnData:
    """Look at the file of the `options`; a target that nobody can guess is a matter of usage.

    The columns are shown then, if `rows` are wanted: they are what the person chooses from.
    """
    from ..data.look import TargetMissingError
    from ..data.own import look

    try:
        return look(wish_of(options, kind))
    except TargetMissingError as error:
        if rows:
            show(error.plan, rows=True)
        raise click.UsageError(f"{error.message}; {error.hint}") from error


def wish_of(options: dict[str, Any], kind: str | None) -> Wish:
    """Return what the options ask for; questions are for a person at a terminal."""
    from ..data.own import Wish

    given = {name: options[name] for name in ("target", "join", "on", "copy")}
    given["only_look"] = options.get("only_look", False)
    at_terminal = not options["yes"] and sys.stdin and sys.stdin.isatty()
    return Wish(options["data"], kind, **given, ask=ask if at_terminal else None)


def ask(question: str, default: str | None) -> str:
    """Ask the person on stderr: stdout is for data."""
    return str(click.prompt(question, default=default, err=True))


def show(plan: Plan, *, rows: bool) -> None:
    """Show what was found: on stdout where that is what was asked for."""
    from ..data.show import column_rows, summary, warnings

    for line in summary(plan):
        output.say(line)
    if rows:
        output.table(column_rows(plan))
    for line in warnings(plan):
        output.say(line)


@click.command()
@click.argument("file", metavar="[FILE]", required=False)
@data_options
@click.option("--type", "kind", metavar="TYPE", help="Of project [default: what the file suits].")
@click.option("--refresh", is_flag=True, help="Make the project's data again from its sources.")
@click.option(
    "--dry-run", is_flag=True, help="Show what was found and would change, write nothing."
)
@click.option("--yes", is_flag=True, help="Ask nothing, take the safer choice.")
def data(**options: Any) -> None:
    """Look at a data FILE; in a project, use it instead of its data.

    \b
    Examples:
      mlscaffold data sales.csv --dry-run
      mlscaffold data newer.csv
      mlscaffold data --refresh
    """
    from ..project import ANSWERS_FILE

    here = any(Path(name).is_file() for name in ("project.toml", ANSWERS_FILE))
    if bool(options["file"]) == options["refresh"]:
        raise click.UsageError("name a FILE, or say `--refresh` in a project")
    options["data"] = options["file"]
    if here and not options["kind"]:
        swap_data(options)
        return
    own = look_at(options | {"only_look": True}, options["kind"], rows=True)
    show(own.plan, rows=True)
    if not options["dry_run"]:
        output.say(
            "Nothing is written: this is not a project; `mlscaffold new --data FILE` makes one"
        )


def swap_data(options: dict[str, Any]) -> None:
    """Put a file in the place of the data of the project here, and show what changes."""
    from dataclasses import replace

    from ..data.swap import plan_swap, refresh

    wish = wish_of(options, None)
    if options["refresh"]:
        wish = replace(wish, **refresh(Path.cwd()))
    swap = plan_swap(wish, Path.cwd())
    show(swap.own.plan, rows=options["dry_run"])
    for line in swap.diff:
        click.echo(line)
    for note in swap.notes:
        output.say(f"- {note}")
    if not options["dry_run"]:
        for kept in swap.write():
            output.say(f"- what lay there before is kept: {kept}")
        output.next_steps(["git diff project.toml", "uv run reproduce"])
