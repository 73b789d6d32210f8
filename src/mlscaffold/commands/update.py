"""The command `update`."""

from __future__ import annotations

from pathlib import Path

import click

from .. import output
from ..interrupts import ignore_interrupts


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
def update(path: Path) -> None:
    """Update a project to the newest templates.

    Your edits stay: they are merged. What changed is left uncommitted, for you to review. Plain
    `copier update` does the same, more slowly.

    \b
    Example:
      mlscaffold update
    """
    from ..update import update_project

    result = update_project(path)
    ignore_interrupts()
    if result.before == result.after:
        output.say(f"Already at templates {result.after}")
        return
    output.say(f"Updated from templates {result.before} to {result.after}")
    if result.conflicts:
        output.say("\nBoth you and the templates changed the same lines of:")
        for conflict in result.conflicts:
            output.say(f"  {conflict}")
        output.next_steps(["git diff", "git add --all", 'git commit -m "Update the templates"'])
    else:
        save = 'git add --all && git commit -m "Update the templates"'  # some files may be new
        output.next_steps(["git diff", "uv run reproduce", save])
