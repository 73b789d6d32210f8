"""The commands `add` and `remove`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import output
from .update import show_outcome, wait

if TYPE_CHECKING:
    from ..parts import PartsChange

in_project = click.option(
    "--project",
    "path",
    default=".",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The project [default: the one that you are in].",
)


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@in_project
def add(names: tuple[str, ...], path: Path) -> None:
    """Add a part to a project; without NAME, list the parts.

    It is merged with your edits and left uncommitted, as one change to review.

    \b
    Examples:
      mlscaffold add product
      mlscaffold add
    """
    from ..parts import add_parts, list_parts

    if not names:
        offers = list_parts(path)
        if not offers:
            output.say("There are no parts for this project")
        else:
            output.table(
                (each.part.name, "chosen" if each.chosen else "", each.part.summary)
                for each in offers
            )
        return
    wanted = split(names)
    nothing = f"This project has {listed(wanted)} already"
    report(add_parts(path, wanted), ("Added", "Adding"), nothing)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@in_project
def remove(names: tuple[str, ...], path: Path) -> None:
    """Remove a part from a project. What you edited of it stays, and is named.

    \b
    Example:
      mlscaffold remove product
    """
    from ..parts import remove_parts

    wanted = split(names)
    nothing = f"This project does not have {listed(wanted)}: `mlscaffold add` lists the parts"
    report(remove_parts(path, wanted), ("Removed", "Removing"), nothing)


def split(names: tuple[str, ...]) -> list[str]:
    """Return the names, be they given one by one or with commas between them."""
    return [name for word in names for name in word.split(",") if name]


def listed(names: list[str]) -> str:
    """Return the names as messages show them."""
    return ", ".join(f"`{name}`" for name in names)


def report(change: PartsChange, words: tuple[str, str], nothing: str) -> None:
    """Tell what a change of the parts did; `words` say that it is done, or under way."""
    if change.undone:
        output.say(f"Undid {change.undone}, which was interrupted")
    if not change.names:
        output.say(nothing)
        return
    done, doing = (f"{word} {', '.join(change.names)}" for word in words)
    waiting = wait(change.outcome)
    output.say(f"{doing}: {waiting}" if waiting else done)
    for path, what in change.outcome.changes.items():
        output.say(f"  {what:<8} {path}")
    show_outcome(change.outcome, change.commands)
