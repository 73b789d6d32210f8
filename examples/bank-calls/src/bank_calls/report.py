"""Renders reports/results.json into the figures and the marked blocks of the texts.

A block is what stands between `<!-- name -->` and `<!-- /name -->`. Everything outside of blocks
belongs to whoever wrote it and is never changed. A block or a text that was deleted stays deleted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from .command import ProjectError, errors_explained, say
from .project import Settings, load_settings
from .reporting.blocks import BLOCKS
from .reporting.canvas import STYLE
from .reporting.figures import FIGURES
from .reporting.part import Part
from .results import Results, read_results, stale, write_text

TEXTS = ("README.md", "MODEL_CARD.md", "INTERVIEW.md", "decisions/*.md")
BLOCK = re.compile(
    r"(?P<start><!-- (?P<name>[a-z_]+) -->\r?\n)"
    r"(?P<text>(?:(?!<!-- /?[a-z_]+ -->).)*)"  # a block never reaches into another one
    r"(?P<end><!-- /(?P=name) -->)",
    re.DOTALL,
)


def main() -> None:
    """Render everything; with `--check` change nothing and fail where texts and results differ."""
    parser = argparse.ArgumentParser(description="Render the results into texts and figures")
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    step = check if parser.parse_args().check else report
    with errors_explained():
        step(Path.cwd())


def report(root: Path) -> None:
    """Draw the figures and bring the blocks of every text up to date."""
    settings, results = load_settings(root), read_results(root)
    for reason in stale(root, settings, results):
        say(f"notice: {reason}")
    write_figures(root, settings, results)
    write_texts(root, settings, results)


def check(root: Path) -> None:
    """Raise where a text, a figure or the results are not what the project as it is would give."""
    settings, results = load_settings(root), read_results(root)
    found = stale(root, settings, results) + differences(root, settings, results)
    if found:
        raise ProjectError("\n".join(found), "`reproduce` measures again, `report` renders again")


def write_texts(root: Path, settings: Settings, results: Results) -> None:
    """Bring the blocks of every text up to date."""
    blocks = render_blocks(settings, results)
    for path in texts(root):
        old = read(path)
        new, changed = replace_blocks(old, blocks, depth=len(path.relative_to(root).parts) - 1)
        if changed:
            write_text(path, new)
            say(f"{path.relative_to(root).as_posix()}: blocks written: {len(changed)}")


def write_figures(root: Path, settings: Settings, results: Results) -> None:
    """Draw every figure whose results are there."""
    folder = root / "reports" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in FIGURES.items():
        if part.measured(results):
            with mpl.rc_context(STYLE):
                part.make(results, settings).savefig(
                    folder / f"{name}.png",
                    dpi=150,
                    metadata={"Software": None, "Comment": fingerprint(part, results)},
                )


def differences(root: Path, settings: Settings, results: Results) -> list[str]:
    """Return one sentence for each block or figure that does not show the results."""
    blocks, found = render_blocks(settings, results), []
    for path in texts(root):
        name = path.relative_to(root).as_posix()
        _, changed = replace_blocks(read(path), blocks, depth=name.count("/"))
        found += [f"{name}: block `{block}` differs from the results" for block in changed]
    for name, part in FIGURES.items():
        path = root / "reports" / "figures" / f"{name}.png"
        mark = fingerprint(part, results).encode()
        if part.measured(results) and path.exists() and mark not in path.read_bytes():
            found.append(f"reports/figures/{name}.png was drawn from other results")
    return found


def render_blocks(settings: Settings, results: Results) -> dict[str, str]:
    """Return the text of every block; one that lacks results says what would fill it."""
    return {
        name: part.make(results, settings) if part.measured(results) else pending(name)
        for name, part in BLOCKS.items()
    }


def pending(name: str) -> str:
    """Return what a block says before its results exist; new projects start with this text."""
    return f"*{name.replace('_', ' ').capitalize()}: filled in by `uv run reproduce`.*"


def replace_blocks(text: str, blocks: dict[str, str], depth: int = 0) -> tuple[str, list[str]]:
    """Return `text` with its blocks replaced, and the names of those that were different.

    Links in `blocks` are written for the top folder; `depth` says how many folders below it is.
    """
    changed = []
    newline = "\r\n" if "\r\n" in text else "\n"

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in blocks:
            return match[0]
        body = f"{blocks[name]}\n".replace("](", f"]({'../' * depth}").replace("\n", newline)
        body = body.replace(f"]({'../' * depth}http", "](http")
        if body != match["text"]:
            changed.append(name)
        return f"{match['start']}{body}{match['end']}"

    return BLOCK.sub(replace, text), changed


def texts(root: Path) -> list[Path]:
    """Return the texts that exist."""
    return [path for pattern in TEXTS for path in sorted(root.glob(pattern))]


def read(path: Path) -> str:
    """Return the text of a file with its own line ends."""
    return path.read_bytes().decode("utf-8")


def fingerprint(part: Part[Figure], results: Results) -> str:
    """Return a hash of the results that a figure shows; it is stored inside the picture.

    Comparing pictures byte by byte would fail with every other release of matplotlib.
    """
    return hashlib.sha256(json.dumps(part.shown(results)).encode()).hexdigest()


if __name__ == "__main__":
    main()
