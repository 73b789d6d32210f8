"""The command line: parses, calls the core, prints, and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from . import output
from .errors import MlscaffoldError
from .git import forget_inherited_repository
from .interrupts import ignore_interrupts, interrupt_on_termination

if TYPE_CHECKING:
    from .catalog import Catalog

# Whatever a command needs is imported inside it: `mlscaffold --help` costs no more than click.


def open_catalog() -> Catalog:
    """Return what the newest template release offers."""
    from .catalog import Catalog
    from .store import open_store

    return Catalog(open_store().newest)


def complete_type(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the project types."""
    try:
        types = open_catalog().types.values()
    except MlscaffoldError:
        return []  # a message would land in the middle of what the person types
    return [CompletionItem(t.name, help=t.summary) for t in types if t.name.startswith(typed)]


def complete_dataset(
    context: click.Context, _: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the data sets of the type that stands before."""
    # An option that still lacks its value stops click before it gives names to the arguments.
    project_type = context.params.get("project_type") or next(iter(context.args), "")
    try:
        datasets = open_catalog().datasets(project_type).values()
    except MlscaffoldError:
        return []
    return [CompletionItem(d.name, help=d.title) for d in datasets if d.name.startswith(typed)]


def show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the versions of the tool and of the templates it carries."""
    if not wanted or context.resilient_parsing:
        return
    from importlib.metadata import version

    from .store import open_store

    click.echo(f"mlscaffold {version('mlscaffold-cli')} (templates {open_store().version})")
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the versions of the tool and of its templates.",
)
def cli() -> None:
    """Make machine-learning projects whose every choice you can defend.

    \b
    Examples:
      mlscaffold new regression bike-demand --dataset bike_sharing
      mlscaffold new regression my-first --yes --run
      mlscaffold update
    """


@cli.command()
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
    from .new import Request, create_project

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
    from .environment import reproduce

    try:
        reproduce(path)
    except KeyboardInterrupt:
        output.say(f"\nInterrupted, the project is complete in {path}")
        raise click.exceptions.Exit(130) from None


@cli.command()
def types() -> None:
    """List the project types."""
    output.table((each.name, each.summary) for each in open_catalog().types.values())


@cli.command()
@click.argument("project_type", metavar="[TYPE]", required=False, shell_complete=complete_type)
def datasets(project_type: str | None) -> None:
    """List the data sets to start from, the default first.

    \b
    Example:
      mlscaffold datasets regression
    """
    catalog = open_catalog()
    chosen = [catalog.project_type(project_type).name] if project_type else list(catalog.types)
    found = [each for name in chosen for each in catalog.datasets(name).values()]
    output.table(
        (each.project_type, each.name, each.title, "demo" if each.demo else each.licence)
        for each in found
    )


@cli.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
def update(path: Path) -> None:
    """Update a project to the newest templates.

    Your edits stay: they are merged. What changed is left uncommitted, for you to review. Plain
    `copier update` does the same, more slowly.

    \b
    Example:
      mlscaffold update
    """
    from .update import update_project

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


def main() -> int:
    """Run the command line and return its exit code: 0 fine, 1 yours, 2 usage, 3 our bug."""
    forget_inherited_repository()
    try:
        interrupt_on_termination()
        return int(cli.main(prog_name="mlscaffold", standalone_mode=False) or 0)
    except MlscaffoldError as error:
        output.fail(error)
        return 1
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        output.fail(MlscaffoldError(error.format_message(), find_help(error)))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        output.say("\nInterrupted, nothing is left half-made")
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        output.fail(MlscaffoldError(*explain(error)))
        return 1
    except Exception:  # noqa: BLE001 - whatever it is, the person gets a message, we get a log
        output.fail(MlscaffoldError(*report_bug()))
        return 3
    finally:
        ignore_interrupts()


def find_help(error: click.ClickException) -> str:
    """Return the hint that names the command whose help tells more."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"`{context.command_path if context else 'mlscaffold'} --help` tells more"


def explain(error: OSError) -> tuple[str, str]:
    """Return message and hint for what the operating system refused."""
    place = f" `{error.filename}`" if error.filename else ""
    return (
        f"{error.strerror or error}{place}",
        "nothing was left half-written; mend it and try again",
    )


def report_bug() -> tuple[str, str]:
    """Write the traceback to a log and return message and hint that name it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="mlscaffold-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"{sys.version}\n{sys.argv}\n{traceback.format_exc()}")
    return "this is a bug in mlscaffold", f"please open an issue with the content of {log.name}"


if __name__ == "__main__":
    sys.exit(main())
