"""Renders results.json into the figures and texts; what stands outside of blocks is never changed.

Every `*.md.j2` in the package is a text. One that begins with `{#- PATH -#}` becomes that file; the
`{% block NAME %}` of any other fill what stands between `<!-- NAME -->` and `<!-- /NAME -->` in
README.md and DECISIONS.md; `title_NAME` is the title of a figure. A deleted mark stays deleted.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from matplotlib.figure import Figure

from . import Stop, explained, figures, say
from .results import PACKAGE, RESULTS, STEPS, Results, read_results, stale, write_file
from .settings import load_settings

TEXTS = (Path("README.md"), Path("DECISIONS.md"))
BLOCK = re.compile(r"(<!-- ([a-z_]+) -->\n)(.*?)(<!-- /\2 -->)", re.DOTALL)


def main() -> None:
    """Draw the figures and fill the texts; with `--check` only say where they differ."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    check = parser.parse_args().check
    explained(lambda: render(check=check))


def render(*, check: bool = False) -> None:
    """Write every figure and text that differs from the results, or stop where one does."""
    settings, results = load_settings(), {"studies": {}, **read_results(*STEPS)}
    values = {**results, "results": results, "settings": settings, "package": PACKAGE.name}
    try:
        files, blocks = texts(values | figures.words(results, settings))
        changed = draw(results, settings, blocks)
    except (KeyError, TypeError, UndefinedError) as error:
        raise Stop(f"{RESULTS} is incomplete: {error}", "run `reproduce`") from error
    files |= {path: fill(path.read_text("utf-8"), blocks) for path in TEXTS if path.exists()}
    for path, text in files.items():
        if not path.exists() or path.read_text("utf-8") != text:
            changed[path] = text.encode()
    wrong = stale(results, settings.data.file)
    wrong += [f"{path} differs from the results" for path in changed]
    if check and wrong:
        raise Stop("\n  ".join(wrong), "`reproduce` measures again, `report` renders again")
    for path, content in changed.items():
        write_file(path, content)
        say(f"{path} written")


def texts(values: dict[str, Any]) -> tuple[dict[Path, str], dict[str, str]]:
    """Return the files that are written whole, by their paths, and the blocks by their names."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Markdown
    environment.loader, environment.undefined = FileSystemLoader(PACKAGE), StrictUndefined
    files, blocks = {}, {}
    for path in sorted(PACKAGE.rglob("*.md.j2")):
        text = environment.get_template(path.relative_to(PACKAGE).as_posix())
        if target := re.match(r"\{#- (\S+) -#\}", path.read_text("utf-8")):
            files[Path(target[1])] = text.render(values).rstrip() + "\n"
        for name, block in text.blocks.items():
            blocks[name] = "".join(block(text.new_context(values))).strip()
    return files, blocks


def fill(text: str, blocks: dict[str, str]) -> str:
    """Return `text` with its blocks up to date; a block that nothing fills stays as it is."""

    def replace(at: re.Match[str]) -> str:
        return f"{at[1]}{blocks[at[2]]}\n{at[4]}" if at[2] in blocks else at[0]

    return BLOCK.sub(replace, text)


def draw(results: Results, settings: Any, titles: dict[str, str]) -> dict[Path, bytes]:
    """Return the figures whose results, code or title have changed, drawn anew."""
    code = Path(figures.__file__).read_bytes()
    code += json.dumps([results[step] for step in STEPS]).encode()
    found = {}
    for draw_on in figures.FIGURES:
        path = Path(f"reports/figures/{draw_on.__name__}.png")
        title = textwrap.fill(titles[f"title_{draw_on.__name__}"], 74)
        # Pictures differ with every release of matplotlib, so what they rest on is kept inside.
        mark = hashlib.sha256(code + title.encode()).hexdigest()
        if path.exists() and mark.encode() in path.read_bytes():
            continue
        with mpl.rc_context(fname=PACKAGE / "kit/figures.mplstyle"):
            shape, picture = Figure(), io.BytesIO()
            draw_on(shape, results, settings)
            shape.suptitle(title, x=0.014, ha="left")
            shape.set_figheight(shape.get_figheight() + 0.2 * title.count("\n"))
            shape.savefig(picture, metadata={"Comment": mark})
        found[path] = picture.getvalue()
    return found
