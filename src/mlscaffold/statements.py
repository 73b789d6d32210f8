"""Divides Python text into its statements, each with the comments that belong to it."""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

Key = tuple[str, ...]
DOCSTRING, HEADER, END = ("docstring",), ("header",), ("end",)


class DoubtError(Exception):
    """Says why nobody but a person should decide."""


@dataclass(frozen=True)
class Statement:
    """One statement: `key` tells which, `gap` how many empty lines stand before its `text`.

    A class also has a `body`: its header, its members and what follows them. `form` is the text
    that is compared: the text itself, or what a formatter makes of it.
    """

    key: Key
    gap: int
    text: str
    form: str
    kind: str
    body: tuple[Statement, ...] = ()

    @property
    def loose(self) -> bool:
        """Tell whether nothing but its own text tells which statement it is."""
        return self.kind in {"line", "block"}

    @property
    def section(self) -> int:
        """Where an import stands: future, the standard library, other packages, this package."""
        module = self.key[1]
        top = module.partition(".")[0]
        if module.startswith("."):
            return 3
        return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2


def split(text: str, formatted: str | None = None) -> tuple[Statement, ...]:
    """Return the statements of the module `text`, and at its end what follows the last of them.

    `formatted` is the same module after a formatter, whose statements are those to compare.
    """
    lines, tree = text.split("\n"), parse(text)
    statements = distinguish(divide(lines, tree.body, 0, len(lines)))
    return statements if formatted in (None, text) else attach(statements, split(formatted))


@lru_cache(maxsize=8)  # every check of a merge asks for the same four
def parse(text: str) -> ast.Module:
    """Return the syntax tree of `text`."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DoubtError(f"this is not Python: {error}") from error


def attach(
    statements: Sequence[Statement], formatted: Sequence[Statement]
) -> tuple[Statement, ...]:
    """Return `statements` with the forms, and so the keys, of their `formatted` counterparts."""
    if [each.key[:2] for each in statements] != [each.key[:2] for each in formatted]:
        raise DoubtError("the formatter changes more than the layout")
    return tuple(
        replace(each, key=other.key, form=other.text, body=attach(each.body, other.body))
        for each, other in zip(statements, formatted, strict=True)
    )


def divide(lines: list[str], nodes: Sequence[ast.stmt], first: int, last: int) -> list[Statement]:
    """Return the statements `nodes`, and at their end the rest, of `lines[first:last]`."""
    found, place = [], first
    for number, node in enumerate(nodes):
        following = start(nodes[number + 1]) if number + 1 < len(nodes) else last
        if start(node) < place:
            raise DoubtError("two statements share a line")
        end = end_with_comments(lines, node, following)
        top = first_written(lines, place, end)
        text = "\n".join(lines[top:end])
        key, kind = identify(node, is_first=number == 0)
        found.append(Statement(key, top - place, text, text, kind, members(lines, node, top, end)))
        place = end
    top = first_written(lines, place, last)
    text = "\n".join(lines[top:last]).rstrip()
    return [*found, Statement(END, top - place if text else 0, text, text, "end")]


def members(lines: list[str], node: ast.stmt, top: int, end: int) -> tuple[Statement, ...]:
    """Return header, members and rest of the class `node`; nothing for any other statement."""
    if not isinstance(node, ast.ClassDef):
        return ()
    body = start(node.body[0])
    if lines[body][: node.body[0].col_offset].strip(" \t@"):
        return ()  # it is written in one line
    head = body
    while not is_written(lines[head - 1]) or lines[head - 1].lstrip().startswith("#"):
        head -= 1
    text = "\n".join(lines[top:head])
    header = Statement(HEADER, 0, text, text, "header")
    return distinguish([header, *divide(lines, node.body, head, end)])


def start(node: ast.stmt) -> int:
    """Return the number, from 0, of the first line of `node`, or of its first decorator."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)]) - 1


def end_with_comments(lines: list[str], node: ast.stmt, following: int) -> int:
    """Return the line where `node` has ended, with the comments that are indented like its body."""
    end = node.end_lineno or node.lineno
    for number in range(end, following):
        line = lines[number]
        if is_written(line) and len(line) - len(line.lstrip()) > node.col_offset:
            end = number + 1
    return end


def first_written(lines: list[str], place: int, end: int) -> int:
    """Return the first line from `place` on that is not empty, or `end`."""
    return next((number for number in range(place, end) if is_written(lines[number])), end)


def is_written(line: str) -> bool:
    """Tell whether `line` holds more than white space."""
    return bool(line.strip())


def identify(node: ast.stmt, *, is_first: bool) -> tuple[Key, str]:
    """Return what tells `node` from other statements of its scope, and which kind it is."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            own = (ast.unparse(each) for each in node.decorator_list)
            return ("name", name, *(each for each in own if each.startswith(f"{name}."))), "def"
        case ast.ClassDef(name=name):
            return ("name", name), "def"
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
            return ("name", ast.unparse(target)), "assignment"
        case ast.Import(names=[alias]):
            return ("import", alias.name), "import"
        case ast.ImportFrom(module=module, level=level):
            return ("from", "." * level + (module or "")), "import"
        case ast.Expr(value=ast.Constant(value=str())) if is_first:
            return DOCSTRING, "docstring"
        case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try() | ast.Match():
            return ("block", ast.unparse(node).partition("\n")[0]), "block"
    return ("line", ast.unparse(node)), "line"


def distinguish(statements: list[Statement]) -> tuple[Statement, ...]:
    """Return `statements` with keys that differ: those that several share get their text, too."""
    counts = Counter(each.key for each in statements)
    seen: Counter[Key] = Counter()
    found = []
    for each in statements:
        if counts[each.key] == 1:
            found.append(each)
            continue
        key = (*each.key, each.text)
        seen[key] += 1
        found.append(replace(each, key=(*key, str(seen[key])), kind="line"))
    return tuple(found)
