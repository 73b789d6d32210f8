"""Renders results.json into the figures and texts; what stands outside of blocks is never changed.

Every `*.md.j2` in the package is a text. One that begins with `{#- PATH -#}` becomes that file; the
`{% block NAME %}` of any other fill what stands between `<!-- NAME -->` and `<!-- /NAME -->` in
README.md and DECISIONS.md. A mark that was deleted stays deleted.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import Stop, explained, say
from .results import PACKAGE, RESULTS, STEPS, Results, read_results, stale, write_file
from .settings import load_settings

TEXTS = (Path("README.md"), Path("DECISIONS.md"))
# Told apart by people with any kind of colour vision (Okabe and Ito, 2008).
BLUE, ORANGE, GREEN, GREY, LIGHT = "#0072B2", "#D55E00", "#009E73", "#6E6E6E", "#C8C8C8"
BLOCK = re.compile(r"(<!-- ([a-z_]+) -->\n)(.*?)(<!-- /\2 -->)", re.DOTALL)
Draw = Callable[[Results, Any], Figure]
drawn: dict[str, tuple[str, Draw]] = {}  # name -> the section of the results it needs, and how


def figure(section: str) -> Callable[[Draw], Draw]:
    """Make a function a figure of the report, drawn where `section` of the results is there."""

    def register(draw: Draw) -> Draw:
        drawn[draw.__name__] = (section, draw)
        return draw

    return register


def canvas(
    finding: str, height: float = 3.9, panels: int = 1, columns: int = 1
) -> tuple[Figure, list[Axes]]:
    """Return a figure of 7 inches with `finding`, a sentence, as its title, and its panels."""
    title = textwrap.fill(finding, 74)
    shape = Figure(figsize=(7, height + 0.2 * title.count("\n")), layout="constrained")
    shape.suptitle(title, x=0.014, ha="left", fontsize=11.5, fontweight="bold")
    return shape, list(shape.subplots(panels, columns, squeeze=False).flat)


def main() -> None:
    """Draw the figures and fill the texts; with `--check` only say where they differ."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    check = parser.parse_args().check
    explained(lambda: render(check=check))


def render(*, check: bool = False) -> None:
    """Write or check every figure and text."""
    settings, results = load_settings(), read_results(*STEPS)
    results.setdefault("studies", {})
    values = {"results": results, "settings": settings, "package": PACKAGE.name}
    try:
        for path in sorted(PACKAGE.rglob("*figures.py")):  # the kit's and those of parts
            place = path.relative_to(PACKAGE.parent).with_suffix("")
            module = importlib.import_module(".".join(place.parts))
            values |= module.words(results, settings) if hasattr(module, "words") else {}
        wanted = texts(values)
        found = stale(results, settings.data.file) + figures(results, settings, check=check)
    except (KeyError, TypeError, UndefinedError) as error:
        raise Stop(f"{RESULTS} is incomplete: {error}", "run `reproduce`") from error
    written = {path: path.read_text("utf-8") for path in wanted if path.exists()}
    changed = [path for path, text in wanted.items() if written.get(path) != text]
    found += [f"{path} differs from the results" for path in changed]
    if check and found:
        raise Stop("\n  ".join(found), "`reproduce` measures again, `report` renders again")
    for path in changed:
        write_file(path, wanted[path].encode())
        say(f"{path} written")


def texts(values: dict[str, Any]) -> dict[Path, str]:
    """Return what each text should be now, by its path."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Markdown
    environment.loader, environment.undefined = FileSystemLoader(PACKAGE), StrictUndefined
    found, blocks = {}, {}
    for path in sorted(PACKAGE.rglob("*.md.j2")):
        text = environment.get_template(path.relative_to(PACKAGE).as_posix())
        if target := re.match(r"\{#- (\S+) -#\}", path.read_text("utf-8")):
            found[Path(target[1])] = text.render(values).rstrip() + "\n"
        for name, block in text.blocks.items():
            blocks[name] = "".join(block(text.new_context(values))).strip()
    return found | {path: fill(path.read_text("utf-8"), blocks) for path in TEXTS if path.exists()}


def fill(text: str, blocks: dict[str, str]) -> str:
    """Return `text` with its blocks up to date."""

    def replace(match: re.Match[str]) -> str:
        body = f"{blocks[match[2]]}\n" if match[2] in blocks else match[3]
        return f"{match[1]}{body}{match[4]}"

    return BLOCK.sub(replace, text)


def figures(results: Results, settings: Any, *, check: bool) -> list[str]:
    """Draw every figure whose results are there; with `check` return those of other results."""
    found = []
    # Pictures differ with every release of matplotlib: the results they show are kept inside.
    mark = hashlib.sha256(json.dumps(results).encode()).hexdigest()
    for name, (section, draw) in drawn.items():
        path = Path(f"reports/figures/{name}.png")
        if section in results and check:
            fresh = path.exists() and mark.encode() in path.read_bytes()
            found += [] if fresh else [f"{path} was drawn from other results"]
        elif section in results:
            path.parent.mkdir(parents=True, exist_ok=True)
            with mpl.rc_context(fname=PACKAGE / "kit/figures.mplstyle"):
                draw(results, settings).savefig(path, dpi=150, metadata={"Comment": mark})
    return found
