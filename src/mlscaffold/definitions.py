"""Merges Python by definition: changes of different functions, classes or imports do not clash.

git merges by line, so two functions added at the same place, or two imports, are a conflict. Here
both sides are compared statement by statement. A wrong merge is worse than a conflict: what is not
plainly right is left to the person.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .bindings import check_names, check_units, defined_twice
from .diff3 import merge_lines
from .statements import DOCSTRING, END, HEADER, DoubtError, Key, Statement, parse, split

__all__ = ["defined_twice", "find_formatter", "merge"]

Formatter = Callable[[str], str]
WIDTH = 100  # that of the templates' code
SIMPLE = {"assignment", "line", "docstring", "header", "end"}


def merge(base: str, yours: str, theirs: str, *, formatter: Formatter | None = None) -> str | None:
    """Return the Python text that holds what `yours` and `theirs` changed of `base`.

    Return None where both changed the same lines, or where anything about the result is in doubt.
    With a `formatter`, a definition whose layout alone one side changed counts as unchanged.
    """
    ending = "\r\n" if "\r\n" in yours else "\n"
    if ending == "\r\n" and "\n" in yours.replace("\r\n", ""):
        return None
    base, yours, theirs = (text.replace("\r\n", "\n") for text in (base, yours, theirs))
    if (merged := unchanged_side(base, yours, theirs)) is None:
        if any("\r" in text for text in (base, yours, theirs)):
            return None
        merged = merge_texts(base, yours, theirs)
        if merged is None and formatter:
            merged = merge_texts(base, yours, theirs, formatter)
    return None if merged is None else merged.replace("\n", ending)


def unchanged_side(base: str, yours: str, theirs: str) -> str | None:
    """Return the result where a side changed nothing, or both did the same."""
    if theirs in {base, yours}:
        return yours
    return theirs if yours == base else None


def merge_texts(
    base: str, yours: str, theirs: str, formatter: Formatter | None = None
) -> str | None:
    """Return the merged text, or None; all three have the same line ends and differ."""
    tidy = formatter or str
    try:
        old, mine, new = (split(text, tidy(text)) for text in (base, yours, theirs))
        merged = assemble(merge_bodies(old, mine, new, top=True))
        check_units(tidy(base), tidy(yours), tidy(theirs), tidy(merged))
        check_names(base, yours, theirs, merged)
    except (DoubtError, OSError, subprocess.SubprocessError):
        return None
    return merged


def assemble(statements: Sequence[Statement]) -> str:
    """Return the text of a module."""
    return "".join("\n" * each.gap + (f"{each.text}\n" if each.text else "") for each in statements)


Body = Sequence[Statement]


def merge_bodies(base: Body, yours: Body, theirs: Body, *, top: bool) -> list[Statement]:
    """Return the statements of a module, or of a class where it is not the `top`."""
    sides = [{each.key: each for each in side} for side in (base, yours, theirs)]
    old, mine, new = sides
    check_choices(old, mine, new)
    merged = {}
    for key in {**old, **mine, **new}:
        if each := merge_statement(old.get(key), mine.get(key), new.get(key)):
            merged[key] = each
    order = merge_order(list(old), list(mine), list(new), merged)
    return [
        replace(merged[key], gap=choose_gap(key, previous, merged, sides, top=top))
        for previous, key in zip([None, *order], order, strict=False)
    ]


Side = dict[Key, Statement]


def check_choices(base: Side, yours: Side, theirs: Side) -> None:
    """Refuse what could be two edits of one statement, which have no name in common."""
    loose = [[key for key, each in side.items() if each.loose] for side in (base, yours, theirs)]
    if unchanged(*loose) is None:
        raise DoubtError("both sides changed statements that have no name")
    gone = base.keys() - yours.keys() - theirs.keys()
    new = yours.keys() - base.keys(), theirs.keys() - base.keys()
    if gone and all(new) and new[0] != new[1]:
        raise DoubtError("both sides replaced the same statement")


def unchanged(base: object, yours: object, theirs: object) -> object | None:
    """Return the one of three values that a merge takes, or None where both sides changed it."""
    if theirs in (base, yours):
        return yours
    return theirs if yours == base else None


def merge_statement(
    base: Statement | None, yours: Statement | None, theirs: Statement | None
) -> Statement | None:
    """Return what becomes of a statement that at least one side has; None where it is gone."""
    forms = [each and each.form for each in (base, yours, theirs)]
    if forms[2] in (forms[0], forms[1]):
        return yours
    if forms[1] == forms[0]:
        return theirs
    some = yours or theirs
    if some and some.key[0] == "from" and some.kind == "import":
        return merge_import(base, yours, theirs)
    if not (base and yours and theirs):
        raise DoubtError("one side changed what the other deleted, or both added it")
    if base.body and yours.body and theirs.body:
        body = tuple(merge_bodies(base.body, yours.body, theirs.body, top=False))
        return replace(yours, text=assemble(body).rstrip("\n"), body=body)
    merged = merge_lines(base.form, yours.form, theirs.form)
    return replace(yours, text=merged, form=merged)


def merge_import(
    base: Statement | None, yours: Statement | None, theirs: Statement | None
) -> Statement | None:
    """Return the import of all names that one side added and neither removed."""
    texts = [each.form if each else "" for each in (base, yours, theirs)]
    if any("#" in text or "*" in text or text[:1].isspace() for text in texts):
        raise DoubtError("both sides changed an import that is more than names")
    old, mine, new = (imported_names(text) for text in texts)
    lost = [name for name in old if name not in mine or name not in new]
    twice = [name for name in lost if name not in mine and name not in new]
    added = [[name for name in side if name not in old] for side in (mine, new)]
    if twice and all(added) and set(added[0]) != set(added[1]):
        raise DoubtError("both sides replaced the same imported name")
    names = [name for name in dict.fromkeys([*mine, *new]) if name not in lost]
    some = yours or theirs
    if not names or some is None:
        return None
    for rank in (by_type, str.casefold):
        if all(side == sorted(side, key=rank) for side in (mine, new)):
            names.sort(key=rank)
            break
    text = f"from {some.key[1]} import {', '.join(names)}"
    if len(text) > WIDTH or any("\n" in each for each in texts[1:]):
        listed = "".join(f"    {name},\n" for name in names)
        text = f"from {some.key[1]} import (\n{listed})"
    return replace(some, text=text, form=text)


def imported_names(text: str) -> list[str]:
    """Return the names that the `from` import `text` lists, each with its `as`."""
    nodes = ast.walk(ast.parse(text))
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.alias)]


def by_type(name: str) -> tuple[int, str]:
    """Return where an imported name stands: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def merge_order(base: list[Key], yours: list[Key], theirs: list[Key], merged: Side) -> list[Key]:
    """Return the keys of `merged` in the order of the side that moved something, else of yours.

    What the other side added follows what it follows there.
    """
    moved = [
        [key for key in base if key in side] != [key for key in side if key in base]
        for side in (yours, theirs)
    ]
    both = set(base) & set(yours) & set(theirs)
    if all(moved) and [key for key in yours if key in both] != [
        key for key in theirs if key in both
    ]:
        raise DoubtError("both sides moved statements")
    main, other = (theirs, yours) if moved[1] and not moved[0] else (yours, theirs)
    order = [key for key in main if key in merged]
    for place, key in enumerate(other):
        if key in merged and key not in order:
            before = next((each for each in reversed(other[:place]) if each in order), None)
            position = 0 if before is None else order.index(before) + 1
            order.insert(skip_imports(order, position, merged[key], merged, base), key)
    for first in (DOCSTRING, HEADER):
        if first in merged:
            order.remove(first)
            order.insert(0, first)
    return [*(key for key in order if key != END), END]


def skip_imports(
    order: list[Key], position: int, new: Statement, merged: Side, base: list[Key]
) -> int:
    """Return where `new` goes from `position` on: an import after the new ones that it follows."""
    while new.kind == "import" and position < len(order):
        each = merged[order[position]]
        if each.key in base or each.kind != "import" or sort_key(each) > sort_key(new):
            break
        position += 1
    return position


def sort_key(statement: Statement) -> tuple[int, str, str]:
    """Return where an import stands among others."""
    return statement.section, str(statement.key[0] == "from"), statement.key[1].lower()


def choose_gap(
    key: Key, previous: Key | None, merged: Side, sides: Sequence[Side], *, top: bool
) -> int:
    """Return how many empty lines stand before the statement `key`, which follows `previous`."""
    gaps: list[int | None] = []
    for side in sides:
        keys = list(side)
        place = keys.index(key) if key in side else -1
        before = keys[place - 1] if place > 0 else None
        gaps.append(side[key].gap if key in side and before == previous else None)
    base, yours, theirs = gaps
    if yours is not None and theirs is not None:
        return theirs if yours == base else yours
    if yours is not None or theirs is not None:
        return (yours or 0) + (theirs or 0)
    if previous is None or not merged[key].text:
        return 0
    return usual_gap(merged[previous], merged[key], top=top)


def usual_gap(previous: Statement, statement: Statement, *, top: bool) -> int:
    """Return how many empty lines PEP 8 wants between two statements."""
    if "def" in {previous.kind, statement.kind}:
        return 2 if top else int(previous.kind != "header")
    if previous.kind == statement.kind == "import":
        return int(previous.section != statement.section)
    return 0 if {previous.kind, statement.kind} <= SIMPLE - {"docstring"} else 1


def find_formatter(project: Path) -> Formatter | None:
    """Return what formats Python as the `project` does: ruff, in its environment or on PATH."""
    places = [project / ".venv" / folder for folder in ("bin", "Scripts")]
    ruff = next((found for place in places if (found := shutil.which("ruff", path=place))), None)
    command = ruff or shutil.which("ruff")
    if command is None:
        return None
    options = ["--quiet", "--no-cache", "--config", "format.skip-magic-trailing-comma=true"]

    def tidy(text: str) -> str:
        """Return `text` as ruff formats it, but joined again wherever it fits one line."""
        done = subprocess.run(
            [command, "format", *options, "--stdin-filename", "module.py", "-"],
            input=text,
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=True,
        )
        return bare_tuples(done.stdout)

    return tidy


def bare_tuples(text: str) -> str:
    """Return `text` without the parentheses that ruff leaves around a tuple that was too long."""
    lines, tree = text.split("\n"), parse(text)
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Tuple) and value.elts and value.lineno == value.end_lineno:
            line = lines[value.lineno - 1].encode()
            start, end = value.col_offset, value.end_col_offset or 0
            if (inner := line[start:end])[:1] == b"(" and value.elts[0].col_offset == start + 1:
                lines[value.lineno - 1] = (line[:start] + inner[1:-1] + line[end:]).decode()
    bare = "\n".join(lines)
    return bare if ast.dump(parse(bare)) == ast.dump(tree) else text
