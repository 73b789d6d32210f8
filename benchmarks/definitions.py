"""How often an edit of a released Python file clashes with the newest release, and who merges it.

Every edit is made to each Python file that two releases share and of which they differ. git alone
merges it (`git merge-file`), then `mlscaffold.definitions` where git finds a conflict. What should
come out is known: the same edit made to the new release.
"""

from __future__ import annotations

import argparse
import ast
import io
import os
import re
import subprocess
import sys
import tempfile
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from timing import SCRIPTS, machine

from mlscaffold.definitions import find_formatter, merge
from mlscaffold.store import BUNDLE

Edit = Callable[[str, str], str]  # to what, and the text in which the place is chosen
NEW = "def my_own(values: list[float]) -> float:\n    return max(values) - min(values)\n"
Node = TypeVar("Node", bound=ast.stmt)
Texts = tuple[str, str, str]  # path, old and new text


def nodes(text: str, kind: type[Node]) -> list[Node]:
    """Return the top-level statements of one kind, in order."""
    return [node for node in ast.parse(text).body if isinstance(node, kind)]


def functions(text: str) -> list[ast.FunctionDef]:
    """Return the functions of a module, in order."""
    return nodes(text, ast.FunctionDef)


def the_same(node: ast.FunctionDef | ast.ClassDef, text: str) -> ast.FunctionDef | ast.ClassDef:
    """Return the function or class of `text` that has the name of `node`."""
    return next(each for each in nodes(text, type(node)) if each.name == node.name)


def insert(text: str, line: int | None, new: str) -> str:
    """Return `text` with `new` before the line numbered `line` from 0."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:line], new, *lines[line:]])


def cut(text: str, node: ast.FunctionDef | ast.ClassDef) -> tuple[str, str]:
    """Return `text` without a function, and the function."""
    lines = text.splitlines(keepends=True)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    rest = (
        "".join(lines[:first]).rstrip("\n")
        + "\n\n\n"
        + "".join(lines[node.end_lineno :]).lstrip("\n")
    )
    return rest.rstrip("\n") + "\n", "".join(lines[first : node.end_lineno])


def add_import(text: str, _: str) -> str:
    """Add an import after the last one."""
    found = [*nodes(text, ast.Import), *nodes(text, ast.ImportFrom)]
    return insert(text, max(each.end_lineno or 0 for each in found), "import colorsys\n")


def import_a_name(text: str, base: str) -> str:
    """Add a name to the last import from the package."""
    own = [each for each in nodes(base, ast.ImportFrom) if each.level]
    module = own[-1].module
    node = next(each for each in nodes(text, ast.ImportFrom) if each.module == module)
    names = ", ".join(sorted([*map(ast.unparse, node.names), "my_own_name"]))
    lines = text.splitlines(keepends=True)
    new = f"from {'.' * node.level}{module or ''} import {names}\n"
    return "".join([*lines[: node.lineno - 1], new, *lines[node.end_lineno :]])


def add_last(text: str, _: str) -> str:
    """Add a function at the end."""
    return f"{text}\n\n{NEW}"


def add_after_first(text: str, base: str) -> str:
    """Add a function after the first one."""
    first = the_same(functions(base)[0], text)
    return insert(text, first.end_lineno, f"\n\n{NEW}")


def add_constant(text: str, base: str) -> str:
    """Add a constant before the first function."""
    first = the_same(functions(base)[0], text)
    line = min([first.lineno, *(each.lineno for each in first.decorator_list)])
    return insert(text, line - 1, "MY_OWN = 3\n\n\n")


def add_method(text: str, base: str) -> str:
    """Add a method to the last class."""
    last = the_same(nodes(base, ast.ClassDef)[-1], text)
    return insert(text, last.end_lineno, "\n    def my_own(self) -> int:\n        return 1\n")


def comment_all(text: str, base: str) -> str:
    """Write a comment into every function."""
    for node in reversed([the_same(each, text) for each in functions(base)]):
        body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
        text = insert(text, body[0].lineno - 1, "    # as I understand it\n")
    return text


def add_before_last(text: str, base: str) -> str:
    """Write a statement before the last one of the last function."""
    last = the_same(functions(base)[-1], text)
    return insert(text, last.body[-1].lineno - 1, "    my_own = 1\n")


def edit_and_import(text: str, base: str) -> str:
    """Write a statement and add an import."""
    return add_import(add_before_last(text, base), base)


def move_up(text: str, base: str) -> str:
    """Move the last function before the first one."""
    rest, moved = cut(text, the_same(functions(base)[-1], text))
    first = the_same(functions(base)[0], rest)
    line = min([first.lineno, *(each.lineno for each in first.decorator_list)])
    return insert(rest, line - 1, f"{moved}\n\n")


def drop(text: str, base: str) -> str:
    """Delete the last function."""
    return cut(text, the_same(functions(base)[-1], text))[0]


def rename(text: str, base: str) -> str:
    """Rename the first function that is used, wherever it is."""
    name = next(each.name for each in functions(base) if len(word(each.name).findall(base)) > 1)
    return word(name).sub("my_own_name", text)


def rename_constant(text: str, base: str) -> str:
    """Rename the first constant that is used, wherever it is."""
    names = (ast.unparse(each.targets[0]) for each in nodes(base, ast.Assign))
    name = next(each for each in names if each.isidentifier() and word(each).search(base))
    return word(name).sub("MY_OWN", text)


def word(name: str) -> re.Pattern[str]:
    """Return the pattern that finds `name` as a word of its own."""
    return re.compile(rf"(?<![\w.\"']){re.escape(name)}(?![\w\"'])")


def add_parameter(text: str, base: str) -> str:
    """Give the first function that is called one more parameter, and every call the argument."""
    found = (each for each in functions(base) if each.args.args and not each.decorator_list)
    name = next(each.name for each in found if len(word(each.name).findall(base)) > 1)
    text = re.sub(rf"(?<=\bdef {name}\()", "my_own: int, ", text)
    return re.sub(rf"(?<![\w.])(?<!def ){name}\((?!\))", f"{name}(1, ", text)


def reformat(text: str, _: str) -> str:
    """Format the file with 79 columns."""
    command = [str(SCRIPTS / "ruff"), "format", "--isolated", "--line-length", "79", "-"]
    return run(*command, text=text)


def reformat_and_add(text: str, base: str) -> str:
    """Format the file so and add a function at the end."""
    return add_last(reformat(text, base), base)


EDITS: dict[str, Edit] = {
    "an import added after the last one": add_import,
    "a name added to an import": import_a_name,
    "a function added at the end": add_last,
    "a function added after the first one": add_after_first,
    "a constant added before the first function": add_constant,
    "a method added to the last class": add_method,
    "a statement and an import": edit_and_import,
    "a statement before the last one of a function": add_before_last,
    "a comment in every function": comment_all,
    "the last function moved before the first one": move_up,
    "the last function deleted": drop,
    "a function renamed": rename,
    "a constant renamed": rename_constant,
    "a parameter added": add_parameter,
    "the file formatted with 79 columns": reformat,
    "the file formatted so, and a function added at the end": reformat_and_add,
}


def read_releases(folder: Path) -> dict[str, dict[str, str]]:
    """Return the Python files of every release, by path, unpacked in `folder`."""
    run("git", "clone", "--quiet", "--bare", BUNDLE, folder)
    releases = {}
    for tag in run("git", "tag", "--sort=v:refname", cwd=folder).split():
        paths = run("git", "ls-tree", "-r", "-z", "--name-only", tag, cwd=folder).split("\0")
        wanted = [path for path in paths if path.endswith((".py", ".py.jinja"))]
        texts = {path: run("git", "show", f"{tag}:{path}", cwd=folder) for path in wanted}
        releases[tag] = {
            path: text.replace("{{ package }}", "study") for path, text in texts.items()
        }
    return releases


def run(*command: object, cwd: Path | None = None, text: str = "") -> str:
    """Run `command` with `text` as its input, and return what it printed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, check=True, capture_output=True, input=text, encoding="utf-8"
    )
    return done.stdout


def pairs(releases: dict[str, dict[str, str]]) -> Iterator[Texts]:
    """Yield path, old and new text of every file that two releases have and that differs."""
    tags = list(releases)
    steps = {*pairwise(tags), *((tag, tags[-1]) for tag in tags[:-1])}
    seen = set()
    for old, new in sorted(steps):
        for path in sorted(releases[old].keys() & releases[new].keys()):
            texts = (releases[old][path], releases[new][path])
            if texts[0] != texts[1] and is_python(*texts) and texts not in seen:
                seen.add(texts)  # types share files
                yield path, *texts


def is_python(*texts: str) -> bool:
    """Tell whether all `texts` are Python, without conditions of the template."""
    try:
        return all(ast.parse(text) for text in texts)
    except SyntaxError:
        return False


def merge_by_line(folder: Path, base: str, yours: str, theirs: str) -> str | None:
    """Return what git makes of the three, or None where it finds a conflict."""
    paths = [folder / name for name in ("yours", "base", "theirs")]
    for path, text in zip(paths, (yours, base, theirs), strict=True):
        path.write_text(text, "utf-8", newline="\n")
    try:
        return run("git", "merge-file", "--stdout", *paths)
    except subprocess.CalledProcessError:
        return None


def judge(merged: str, wanted: str) -> str:
    """Tell how alike two modules are: to the byte, but for the order and layout, or not."""
    if merged == wanted:
        return "equal"
    parts = [
        (
            sorted(ast.unparse(node) for node in ast.parse(text).body),
            sorted(comments(text)),
        )
        for text in (merged, wanted)
    ]
    return "order" if parts[0] == parts[1] else "wrong"


def comments(text: str) -> Iterator[str]:
    """Yield every comment in `text`."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def measure(edit: Edit, found: Sequence[Texts], folder: Path) -> Iterator[tuple[str, str]]:
    """Yield path and outcome of `edit`, for every file where it can be made."""
    formatter = find_formatter(folder)
    for path, base, theirs in found:
        try:
            yours, wanted = edit(base, base), edit(theirs, base)
        except (IndexError, StopIteration, ValueError):
            continue  # there is no such place in one of the two
        if yours == base:
            continue
        if (merged := merge_by_line(folder, base, yours, theirs)) is not None:
            yield path, "git wrong" if judge(merged, wanted) == "wrong" else "git"
        elif (merged := merge(base, yours, theirs, formatter=formatter)) is None:
            yield path, "conflict"
        else:
            yield path, judge(merged, wanted)


def main() -> None:
    """Measure and print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        (folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
        os.environ["PATH"] = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
        found = list(pairs(read_releases(folder / "templates.git")))
        print(machine(), f"{len(found)} pairs of files", "", sep="\n")
        titles = "files | git alone | wrong | with the step | equal | but for order | wrong"
        print(f"| the edit | {titles} |\n|---|{'--:|' * 7}")
        for name, edit in EDITS.items():
            outcomes = list(measure(edit, found, folder))
            counts = Counter(outcome for _, outcome in outcomes)
            files, left = len(outcomes), counts["conflict"]
            git = files - counts["git"] - counts["git wrong"]
            cells = [files, f"{git / files:.0%}", counts["git wrong"], f"{left / files:.0%}"]
            cells += [counts[verdict] for verdict in ("equal", "order", "wrong")]
            print(f"| {name} | {' | '.join(map(str, cells))} |", flush=True)
            for path, outcome in outcomes:
                if outcome == "wrong":
                    print(f"wrong: {name}, {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
