"""The command `show`: one page of a repository as a reviewer sees it."""

from __future__ import annotations

from pathlib import Path

import click

from .. import output
from ..errors import MlscaffoldError


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="FILE",
    default="review.html",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to write the page.",
)
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
def show(path: Path, out: Path, opened: bool) -> None:
    """Write one page of a repository, as a reviewer sees it.

    First screen, figures, ladder, findings, open reasons, and what they would ask. The page stands
    alone, and nothing of the repository is run.

    \b
    Examples:
      mlscaffold show --open
      mlscaffold show ../somebodys-project --out /tmp/review.html
    """
    from ..defend.sheet import export
    from ..show.review import MARK, render, review

    if not path.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a repository")
    hidden = export(path, out, render(review(path)), MARK)
    output.say(f"Wrote {out}{'; git ignores it in this copy' if hidden else ''}")
    if opened:
        click.launch(str(out.resolve()))
