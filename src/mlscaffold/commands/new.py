"""The command `new`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import output
from ..errors import MlscaffoldError
from ..interrupts import heed_interrupts
from .data import data_options, look_at, show
from .listing import complete_dataset, complete_part, complete_type, open_catalog

if TYPE_CHECKING:
    from ..foreign import ForeignProject
    from ..new import Project

# Options for our own templates.
OURS_ONLY = ("name", "package", "dataset", "parts", "run", "data", "target", "join", "on", "copy")
FOREIGN_ONLY = ("directory", "checkout", "trust")


class NewCommand(click.Command):
    """A command whose help names what the templates offer."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the types with their data sets and parts, and the keys of `--set`."""
        from ..catalog import questions, read_settings

        try:
            catalog = open_catalog()
        except MlscaffoldError:
            return  # the options are explained all the same
        with formatter.section("Types, their data sets and parts"):
            rows = []
            for each in catalog.types.values():
                text = f"{each.summary}. Data sets: {', '.join(catalog.datasets(each.name))}."
                parts = catalog.parts(each.name)
                rows.append((each.name, f"{text} Parts: {', '.join(parts)}." if parts else text))
            formatter.write_dl(rows)
        with formatter.section("Keys of --set"):
            formatter.write_dl(
                (key, question["help"])
                for key, question in questions(read_settings(catalog.template)).items()
                if key not in {"project_type", "parts"}
            )
        super().format_epilog(ctx, formatter)


def split_parts(_: click.Context, __: click.Parameter, given: Sequence[str]) -> list[str]:
    """Return the parts that are named, be it with commas between them or one at a time."""
    words = (word.strip() for text in given for word in text.split(","))
    return [word for word in words if word]


@click.command(cls=NewCommand)
@click.argument("project_type", metavar="[TYPE]", required=False, shell_complete=complete_type)
@click.argument("destination", metavar="[DEST]", required=False, type=click.Path())
@click.option("--name", help="Name of the project [default: that of the folder].")
@click.option("--package", help="Name of its Python package [default: from the name].")
@click.option("--dataset", shell_complete=complete_dataset, help="Data set to start from.")
@click.option("--data", metavar="FILE", help="Start from your own data: a file, a URL or 'FILES*'.")
@data_options
@click.option(
    "--with",
    "parts",
    metavar="PART,...",
    multiple=True,
    callback=split_parts,
    shell_complete=complete_part,
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
@click.option(
    "--here", is_flag=True, help="Create it in this folder: empty, or a fresh clone with a README."
)
@click.option("--no-git", is_flag=True, help="Leave out the repository and its first commit.")
@click.option("--run", is_flag=True, help="Create the environment and run the project, too.")
@click.option(
    "--template",
    metavar="SOURCE",
    help="Use a template of copier or cookiecutter: a git URL, gh:OWNER/NAME or a folder.",
)
@click.option("--directory", metavar="FOLDER", help="Where that template lies in its repository.")
@click.option("--checkout", metavar="VERSION", help="Its tag, branch or commit [default: newest].")
@click.option("--trust", is_flag=True, help="Let that template run code of its own.")
@click.pass_context
def new(context: click.Context, /, **options: Any) -> None:
    """Create a project of the given TYPE in the folder DEST.

    \b
    Examples:
      mlscaffold new regression
      mlscaffold new regression bike-demand --dataset bike_sharing --run
      mlscaffold new prices --data sales.csv --target price
      mlscaffold new regression --here --yes --set author="Ada Lovelace"
      mlscaffold new --template gh:OWNER/NAME my-project
    """
    foreign = options["template"] is not None
    check_options(options, OURS_ONLY if foreign else FOREIGN_ONLY, foreign=foreign)
    if foreign and options["destination"] is not None:
        raise click.UsageError("with `--template` there is no TYPE, only DEST")
    if foreign:
        options["destination"] = options.pop("project_type")
    if options["data"] and options["destination"] is None and is_folder(options["project_type"]):
        options |= {"destination": options["project_type"], "project_type": None}
    if options["data"] and options["dataset"]:
        raise click.UsageError("`--data` and `--dataset` exclude each other")
    if options["target"] and not options["data"]:
        raise click.UsageError("`--target` is for `--data`")
    if options["here"] and options["destination"]:
        raise click.UsageError("`--here` and DEST exclude each other")
    if options["destination"] == "":  # as an unset variable of a shell script is
        raise click.UsageError("DEST is empty")
    context.invoke(create_from_template if foreign else create_ours, **options)


def is_folder(word: str | None) -> bool:
    """Whether a lone word before `--data` names a folder: it is like no type."""
    from ..data.advice import TYPES

    return bool(word) and not get_close_matches(str(word), TYPES)


def check_options(options: dict[str, Any], others: Sequence[str], *, foreign: bool) -> None:
    """Refuse options that say nothing about the template at hand."""
    for name in others:
        if options[name]:
            shown = "--with" if name == "parts" else f"--{name}"
            wanted = "is for the types of mlscaffold" if foreign else "is for `--template`"
            raise click.UsageError(f"`{shown}` {wanted}")


def common(options: dict[str, Any]) -> dict[str, Any]:
    """Return what requests of both kinds take of the `options`."""
    destination = Path(options["destination"]) if options["destination"] else None
    at_terminal = not options["yes"] and sys.stdin and sys.stdin.isatty()
    return {
        "destination": Path.cwd() if options["here"] else destination,
        "settings": options["settings"],
        "author": options["author"],
        "repository": not options["no_git"],
        "here": options["here"],
        "ask": ask if at_terminal else None,
    }


def create_ours(**options: Any) -> None:
    """Create a project of one of our types."""
    from ..new import Request, TypeMissingError, create_project

    given = {
        name: options[name] for name in ("project_type", "name", "package", "dataset", "parts")
    }
    own = look_at(options, options["project_type"]) if options["data"] else None
    if own:
        show(own.plan, rows=False)
        given["project_type"] = own.kind
    try:
        project = create_project(Request(**given, own=own, **common(options)))
    except TypeMissingError as error:
        raise click.UsageError(error.message) from error
    output.say(f"Created {project.name}: {project.title}")
    tell_about_place(project, repository=not options["no_git"])
    if project.ignores:
        output.say("Note: these lines of the project are not in your .gitignore:")
        for line in project.ignores:
            output.say(f"  {line}")
    if options["run"]:
        run_project(project.path)
    output.next_steps(project.next_steps(done=options["run"]))


def create_from_template(**options: Any) -> None:
    """Create a project from a template of somebody else."""
    from ..foreign import ForeignRequest, create_foreign

    given = {name: options[name] for name in ("template", *FOREIGN_ONLY)}
    project = create_foreign(ForeignRequest(**given, **common(options)))
    version = f" {project.version}" if project.version else ""
    output.say(f"Created {project.path.name} from {project.template}{version}")
    tell_about_place(project, repository=not options["no_git"])
    if not project.records:
        output.say("Note: the template leaves no record in the project, so it cannot be updated")
    output.next_steps(project.next_steps())


def tell_about_place(project: Project | ForeignProject, *, repository: bool) -> None:
    """Say what the person may not expect of the place where the project is."""
    if project.enclosing and repository:
        output.say(f"Note: it is a repository of its own inside that of {project.enclosing}")
    if project.kept:
        output.say("Note: these files were there and stay; the project's own are left out:")
        for name in project.kept:
            output.say(f"  {name}")


def ask(question: str, default: str | None) -> str:
    """Ask the person on stderr: stdout is for data."""
    return str(click.prompt(question, default=default, err=True))


def run_project(path: Path) -> None:
    """Create the environment of the project at `path` and run it."""
    from ..environment import reproduce

    try:
        heed_interrupts()
        reproduce(path)
    except KeyboardInterrupt:
        output.say(f"\nInterrupted, the project is complete in {path}")
        raise click.exceptions.Exit(130) from None
