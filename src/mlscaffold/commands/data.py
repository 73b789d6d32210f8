"""The command `data`, and the look at a person's own file that `new --data` shares with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import output

if TYPE_CHECKING:
    from ..data.own import OwnData
    from ..data.plan import Plan

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS = (
    click.option("--target", metavar="COLUMN", help="What to predict [default: the clear one, or ask]."),
    click.option("--join", metavar="FILE", help="A second file with more columns for the same key."),
    click.option("--on", metavar="COLUMN", help="The key that both files have."),
    click.option("--copy", is_flag=True, help="Copy the file into data/ [default: a link to it]."),
)


def data_options(command: F) -> F:
    """Add the options that say what to do with a file."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def look_at(options: dict[str, Any], kind: str | None) -> OwnData:
    """Look at the file of the `options`; a target that nobody can guess is a matter of usage."""
    from ..data.look import TargetMissingError
    from ..data.own import Wish, look

    given = {name: options[name] for name in ("target", "join", "on", "copy")}
    try:
        return look(Wish(options["data"], kind, **given))
    except TargetMissingError as error:
        raise click.UsageError(f"{error.message}; {error.hint}") from error


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
@click.argument("file", metavar="FILE", type=str)
@data_options
@click.option("--type", "kind", metavar="TYPE", help="Of project [default: what the file suits].")
@click.option("--dry-run", is_flag=True, help="Show what was found, write nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing, take the safer choice.")
def data(**options: Any) -> None:
    """Look at the data FILE; in a project, take it in the place of its data.

    \b
    Examples:
      mlscaffold data sales.csv --dry-run
      mlscaffold data 'ratings_*.csv' --dry-run
      mlscaffold data newer.csv --target price
    """
    here = Path("project.toml").is_file()
    options["data"] = options["file"]
    own = look_at(options, options["kind"])
    show(own.plan, rows=True)
    if options["dry_run"] or not here:
        if not here and not options["dry_run"]:
            output.say("Nothing is written: this is no project; `mlscaffold new --data FILE` makes one")
        return
