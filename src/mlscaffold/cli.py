"""The command line: parses, calls the core, prints, and turns errors into exit codes."""

from __future__ import annotations

import os
import sys

import click

from . import output
from .commands.check import check
from .commands.data import data
from .commands.defend import defend
from .commands.listing import datasets, types
from .commands.new import new
from .commands.parts import add, remove
from .commands.schema import schema
from .commands.show import show
from .commands.status import status
from .commands.update import update
from .errors import MlscaffoldError
from .inherited import forget_inherited_repository
from .interrupts import end_command, ignore_interrupts, interrupt_on_termination

# Whatever a command needs is imported inside it: `mlscaffold --help` costs no more than click.


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


COMMANDS = (new, data, types, datasets, update, schema, status, add, remove, check, defend, show)

for command in COMMANDS:
    cli.add_command(command)


def main() -> int:
    """Run the command line and return its exit code.

    0 is fine, 1 yours, 2 usage, 3 our bug, and 4 says that an update left conflicts to solve.
    """
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
        ignore_interrupts()  # people press Ctrl-C twice
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
        end_command()


def find_help(error: click.ClickException) -> str:
    """Return the hint that names the command whose help tells more."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"`{context.command_path if context else 'mlscaffold'} --help` tells more"


def explain(error: OSError) -> tuple[str, str]:
    """Return message and hint for what the operating system refused."""
    from .create import FULL, full_disk, written

    if error.errno in FULL and (place := written(error)):
        full = full_disk(place)
        return full.message, full.hint
    name = f" `{error.filename}`" if error.filename else ""
    return (
        f"{error.strerror or error}{name}",
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
