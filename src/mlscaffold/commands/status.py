"""The command `status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import output

if TYPE_CHECKING:
    from ..status import Status


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="End with exit code 1 where there is something to do.")
@click.option("--trust", is_flag=True, help="Let a template of other people run its own code.")
def status(path: Path, check: bool, trust: bool) -> None:
    """Say where a project stands: version, parts, edits, open ends.

    \b
    Example:
      mlscaffold status
    """
    from ..status import find_status

    found = find_status(path, trust=trust)
    output.table(rows(found))
    if found.unfinished:
        output.next_steps(["mlscaffold update --continue", "mlscaffold update --abort"])
    elif found.version != found.newest:
        output.next_steps(["mlscaffold update --preview", "mlscaffold update"])
    if check and not found.is_in_order:
        raise click.exceptions.Exit(1)


def rows(found: Status) -> list[tuple[str, str]]:
    """Return what to print, a word and a fact a line."""
    from ..sources import readable

    newest = (
        "the newest" if found.version == found.newest else f"the newest is {readable(found.newest)}"
    )
    lines = [
        ("project", str(found.path)),
        ("made from", f"{found.source} {readable(found.version)}, {newest}"),
    ]
    if found.parts is not None:
        lines.append(("parts", ", ".join(found.parts) or "none"))
    if found.unfinished:
        lines.append(("unfinished", found.unfinished))
    lines += [("undecided", f"{path}: {why}") for path, why in found.undecided.items()]
    marked = [path for path in found.marked if path not in found.undecided]
    lines += [("markers", path) for path in marked]
    if found.unknown:
        lines.append(("your edits", f"not known: {found.unknown}"))
    lines += [(what, path) for path, what in found.edits.items()]
    count = f"{found.own} file{'' if found.own == 1 else 's'}"
    return [*lines, ("besides", f"{count} that the templates do not have")]
