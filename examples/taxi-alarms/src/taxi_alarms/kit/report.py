"""Renders results.json into the figures and texts; what stands outside of blocks is never changed.

Every `*.md.j2` in the package is a text. One that begins with `{#- PATH -#}` becomes that file; the
`{% block NAME %}` of any other fill what stands between `<!-- NAME -->` and `<!-- /NAME -->` in
README.md and DECISIONS.md. A deleted mark stays deleted. `title_NAME` is the title of the figure
that `kit/figures.py` draws by that name.
"""

import argparse
import io
import re
import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from . import Stop, command, figures, number, percent, say, write_file
from .results import PACKAGE, RESULTS, STEPS, Results, read_results, stale
from .settings import load_settings

TEXTS = (Path("README.md"), Path("DECISIONS.md"))
BLOCK = re.compile(r"(<!-- ([a-z_]+) -->\n)(.*?)(<!-- /\2 -->)", re.DOTALL)


@command
def main() -> None:
    """Draw the figures and fill the texts; with `--check` only say where they differ."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    render(check=parser.parse_args().check)


def render(*, check: bool = False) -> None:
    """Write every figure and text, or stop where a text differs from the results."""
    settings, results = load_settings(), read_results(*STEPS)
    values = {**results, "results": results, "settings": settings, "package": PACKAGE.name}
    try:
        results["studies"] = {**results.get("studies", {})}  # plain: texts ask which there are
        wanted, blocks = texts(values)
        before = {at: at.read_text("utf-8", "replace") for at in [*TEXTS, *wanted] if at.exists()}
        if odd := [path for path in before if "\ufffd" in before[path]]:  # that "replace" put there
            raise Stop(f"{odd[0]} is not UTF-8", "save it as UTF-8, or restore it with git")
        if not check:
            draw(results, settings, blocks)
    except (KeyError, TypeError, UndefinedError) as error:
        raise Stop(f"{RESULTS} is incomplete: {error}", "run `reproduce`") from error
    for path in [each for each in TEXTS if each in before]:  # a block that nothing fills stays
        wanted[path] = BLOCK.sub(lambda m: f"{m[1]}{blocks.get(m[2], m[3])}{m[4]}", before[path])
    changed = [path for path, text in wanted.items() if text != before.get(path)]
    wrong = stale(results, settings.data.file)
    wrong += [f"{path} differs from the results" for path in changed]
    if check and wrong:
        raise Stop("\n  ".join(wrong), "`reproduce` measures again, `report` renders again")
    for path in changed:
        write_file(path, wanted[path].encode())
        say(f"{path} written")


def texts(values: dict[str, Any]) -> tuple[dict[Path, str], dict[str, str]]:
    """Return the files that are written whole, by their paths, and the blocks by their names."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Markdown
    environment.loader, environment.undefined = FileSystemLoader(PACKAGE), StrictUndefined
    environment.globals.update(number=number, percent=percent)
    files, blocks = {}, {}
    for path in sorted(PACKAGE.rglob("*.md.j2")):
        text = environment.get_template(path.relative_to(PACKAGE).as_posix())
        context = text.new_context(values)
        whole = "".join(text.root_render_func(context))  # blocks know what it sets at its top
        if found := re.match(r"\{#- (\S+) -#\}", path.read_text("utf-8")):
            target = Path(found[1])  # its blocks link from where README is
            files[target] = whole.replace(f"]({target.parent}/", "](").strip() + "\n"
        for name, block in text.blocks.items():
            blocks[name] = "".join(block(context)).strip() + "\n"
    return files, blocks


def draw(results: Results, settings: Any, titles: dict[str, str]) -> None:
    """Draw every figure under its title."""
    for block in [name for name in titles if name.startswith("title_")]:
        name, title = block.removeprefix("title_"), textwrap.fill(titles[block], 66)
        with mpl.rc_context(fname=PACKAGE / "kit/figures.mplstyle"):
            shape, picture = Figure(), io.BytesIO()
            getattr(figures, name)(shape, results, settings)
            for axis in [each for axes in shape.axes for each in (axes.xaxis, axes.yaxis)]:
                plain = isinstance(axis.get_major_formatter(), ScalarFormatter)
                if plain and max(axis.get_view_interval()) >= 10_000:
                    axis.set_major_formatter("{x:,.0f}")
            shape.suptitle(title, x=0.014, ha="left")
            shape.set_figheight(shape.get_figheight() + 0.2 * title.count("\n"))
            shape.savefig(picture)
        write_file(Path(f"reports/figures/{name}.png"), picture.getvalue())
