"""The command `new`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from .. import output
from ..interrupts import ignore_interrupts
from .listing import complete_dataset, complete_type


def split_parts(_: click.Context, __: click.Parameter, given: Sequence[str]) -> list[str]:
    """Return the parts that are named, be it with commas between them or one at a time."""
    words = (word.strip() for text in given for word in text.split(","))
    return [word for word in words if word]


@click.command()
@click.argument("project_type", metavar="TYPE", shell_complete=complete_type)
@click.argument("destination", metavar="[DEST]", required=False, type=click.Path())
@click.option("--name", help="Name of the project [default: that of the folder].")
@click.option("--package", help="Name of its Python package [default: from the name].")
@click.option(
    "--dataset",
    shell_complete=complete_dataset,
    help="Data set to start from; `mlscaffold datasets TYPE` lists them.",
)
@click.option(
    "--with",
    "parts",
    metavar="PART,...",
    multiple=True,
    callback=split_parts,
    help="Parts that it gets besides the study.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Answer any question of the template.",
)
@click.option("--author", metavar="'NAME <EMAIL>'", help="Who signs the commits [default: git's].")
@click.option("--yes", is_flag=True, help="Ask nothing, take the defaults.")
@click.option("--here", is_flag=True, help="Create it in this folder, empty or a fresh checkout.")
@click.option("--no-git", is_flag=True, help="Leave out the repository and its first commit.")
@click.option("--run", is_flag=True, help="Create the environment and run the project, too.")
def new(
    project_type: str,
    destination: str | None,
    name: str | None,
    package: str | None,
    dataset: str | None,
    parts: Sequence[str],
    settings: Sequence[str],
    author: str | None,
    yes: bool,
    here: bool,
    no_git: bool,
    run: bool,
) -> None:
    """Create a project of the given TYPE in the folder DEST.

    \b
    Examples:
      mlscaffold new regression
      mlscaffold new regression bike-demand --dataset bike_sharing --run
      mlscaffold new regression --here --yes --set author="Ada Lovelace"
    """
    from ..new import Request, create_project

    if here and destination:
        raise click.UsageError("`--here` and DEST exclude each other")
    if destination == "":  # as an unset variable of a shell script is
        raise click.UsageError("DEST is empty")
    request = Request(
        project_type=project_type,
        destination=Path.cwd() if here else Path(destination) if destination else None,
        name=name,
        package=package,
        dataset=dataset,
        parts=parts,
        settings=settings,
        author=author,
        repository=not no_git,
        ask=ask if not yes and sys.stdin and sys.stdin.isatty() else None,
    )
    project = create_project(request)
    if not run:
        ignore_interrupts()
    output.say(f"Created {project.name}: {project.title}")
    if project.enclosing and not no_git:
        output.say(f"Note: it is a repository of its own inside that of {project.enclosing}")
    if run:
        run_project(project.path)
    output.next_steps(project.next_steps(done=run))


def ask(question: str, default: str | None) -> str:
    """Ask the person on stderr: stdout is for data."""
    return str(click.prompt(question, default=default, err=True))


def run_project(path: Path) -> None:
    """Create the environment of the project at `path` and run it."""
    from ..environment import reproduce

    try:
        reproduce(path)
    except KeyboardInterrupt:
        output.say(f"\nInterrupted, the project is complete in {path}")
        raise click.exceptions.Exit(130) from None
