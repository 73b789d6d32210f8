"""What syntax trees tell: calls, names, the statements of a scope."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .repository import Repository, Source

TEST_FILES = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|conftest\.py$|[^/]*_test\.py$)")


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls: `fit` of `scaler.fit(...)`."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def owner(node: ast.Call) -> ast.expr | None:
    """Return what a method is called on."""
    return node.func.value if isinstance(node.func, ast.Attribute) else None


def names(node: ast.AST | None) -> set[str]:
    """Return every plain name inside `node`."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} if node else set()


def scopes(source: Source) -> Iterator[list[ast.stmt]]:
    """Yield the statements of the module and of each function: names mean one thing in each."""
    yield source.tree.body
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.body


def own_nodes(body: list[ast.stmt]) -> list[ast.AST]:
    """Return all nodes of a scope in order of the text, without those of functions inside it."""
    found: list[ast.AST] = []
    queue: list[ast.AST] = list(reversed(body))
    while queue:
        node = queue.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        found.append(node)
        queue += reversed(list(ast.iter_child_nodes(node)))
    return found


def assigned(node: ast.AST) -> tuple[set[str], ast.expr | None]:
    """Return the names that a statement gives a value, and that value."""
    if isinstance(node, ast.Assign):
        return set().union(*(names(target) for target in node.targets)), node.value
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return names(node.target), node.value
    return set(), None


def studies(repository: Repository) -> Iterator[Source]:
    """Yield the sources that may train a model: no tests."""
    return (each for each in repository.sources if not TEST_FILES.search(each.path))
