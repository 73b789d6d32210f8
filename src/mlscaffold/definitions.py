"""Merges Python by definition: changes of different functions, classes or imports do not clash.

git merges by line, so two functions added at the same place, or two imports, are a conflict. Here
both sides are compared statement by statement. A wrong merge is worse than a conflict: what is not
plainly right is left to the person.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Sequence
from dataclasses import replace

from .arrangement import Side, choose_gap, merge_order
from .bindings import check_names, check_units, defined_twice
from .diff3 import merge_lines
from .formatter import Formatter, find_formatter
from .statements import DoubtError, Statement, split

__all__ = ["DoubtError", "Formatter", "defined_twice", "find_formatter", "merge"]

WIDTH = 100  # that of the templates' code


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
    except (DoubtError, OSError, ValueError, RecursionError, subprocess.SubprocessError):
        return None  # a formatter can fail, too
    return merged


def assemble(statements: Sequence[Statement]) -> str:
    """Return the text of a module."""
    return "".join("\n" * each.gap + (f"{each.text}\n" if each.text else "") for each in statements)


Body = Sequence[Statement]


def merge_bodies(base: Body, yours: Body, theirs: Body, *, top: bool) -> list[Statement]:
    """Return the statements of a module, or of a class where it is not the `top`."""
    sides = [{each.key: each for each in side} for side in (base, yours, theirs)]
    old, mine, new = sides
    check_choices(old, mine, new, top=top)
    merged = {}
    for key in {**old, **mine, **new}:
        if each := merge_statement(old.get(key), mine.get(key), new.get(key)):
            merged[key] = each
    order = merge_order(list(old), list(mine), list(new), merged)
    return [
        replace(merged[key], gap=choose_gap(key, previous, merged, sides, top=top))
        for previous, key in zip([None, *order], order, strict=False)
    ]


def check_choices(base: Side, yours: Side, theirs: Side, *, top: bool) -> None:
    """Refuse what could be two edits of one statement, which have no name in common.

    Two fields of a class are refused as well: their order can be that of arguments, or of values.
    """
    loose = [[key for key, each in side.items() if each.loose] for side in (base, yours, theirs)]
    if unchanged(*loose) is None:
        raise DoubtError("both sides changed statements that have no name")
    gone = base.keys() - yours.keys() - theirs.keys()
    new = yours.keys() - base.keys(), theirs.keys() - base.keys()
    if gone and all(new) and new[0] != new[1]:
        raise DoubtError("both sides replaced the same statement")
    fields = [
        {key for key in side if key not in base and side[key].kind == "assignment"}
        for side in (yours, theirs)
    ]
    if not top and all(fields) and fields[0] != fields[1]:
        raise DoubtError("both sides added fields to a class")


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
