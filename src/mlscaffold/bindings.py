"""Which names a module defines and uses, to tell whether a merged one still fits together."""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator

from .statements import DoubtError, parse

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
GIVEN = {*dir(builtins), "__file__", "__name__", "__doc__", "__spec__", "__path__", "__package__"}


def defined_twice(text: str) -> list[str]:
    """Return the names that a module or a class defines more than once, as in `Ladder.fit`.

    What redefines on purpose does not count: setters, overloads, registered variants, `_`.
    """
    counts = count_definitions(parse(text).body, "")
    return [name for name, count in counts.items() if count > 1]


def count_definitions(statements: Iterable[ast.stmt], scope: str) -> Counter[str]:
    """Return how often each name is defined right in `statements`, and in their classes."""
    counts: Counter[str] = Counter()
    for each in statements:
        counts.update(f"{scope}{name}" for name in defined_names(each))
        if isinstance(each, ast.ClassDef):
            counts.update(count_definitions(each.body, f"{scope}{each.name}."))
    return counts


def defined_names(statement: ast.stmt) -> list[str]:
    """Return the names that `statement` itself defines."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [] if redefines(statement) else [statement.name]
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name for alias in statement.names if alias.name != "*"]
        case ast.Assign(targets=targets):
            return [each.id for each in targets if isinstance(each, ast.Name) and each.id != "_"]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def redefines(definition: Definition) -> bool:
    """Tell whether a function is another variant of one of the same name, by its decorators."""
    names = [ast.unparse(each) for each in definition.decorator_list]
    return definition.name == "_" or any(
        name.startswith(f"{definition.name}.") or name.split(".")[-1] == "overload"
        for name in names
    )


def check_names(base: str, yours: str, theirs: str, merged: str) -> None:
    """Refuse a merged text whose names fit together less well than those of both sides."""
    sides = (yours, theirs)
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(merged, "merged", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise DoubtError(f"the result is not Python: {error}") from error
    trees = {text: parse(text) for text in (base, yours, theirs, merged)}
    counts = {text: count_definitions(tree.body, "") for text, tree in trees.items()}
    for name, count in counts[merged].items():
        if count > max(1, *(counts[side][name] for side in sides)):
            raise DoubtError(f"`{name}` would be defined twice")
    if lost := unresolved(merged) - unresolved(yours) - unresolved(theirs):
        raise DoubtError(f"nothing would define `{min(lost)}`")
    if early := used_early(trees[merged]) - used_early(trees[yours]) - used_early(trees[theirs]):
        raise DoubtError(f"`{min(early)}` would be used before it is defined")
    for one, other in (sides, sides[::-1]):
        if clash := altered(trees[base], trees[one]) & newly_used(trees[base], trees[other]):
            raise DoubtError(f"one side calls `{min(clash)}`, the other changed how to call it")


def unresolved(text: str) -> set[str]:
    """Return the global names that are used in `text` and defined neither there nor by Python."""
    with warnings.catch_warnings(action="ignore"):
        top = symtable.symtable(text, "module", "exec")
    bound, used = set(GIVEN), set(annotated(parse(text)))
    for table in tables(top):
        for symbol in table.get_symbols():
            is_global = table is top or symbol.is_global()
            if is_global and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
            if is_global and symbol.is_referenced():
                used.add(symbol.get_name())
    return used - bound


def annotated(tree: ast.Module) -> Iterator[str]:
    """Yield the names in annotations, which a symbol table leaves out where they stay unread."""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            for part in ast.walk(getattr(node, field, None) or ast.Pass()):
                if isinstance(part, ast.Name):
                    yield part.id


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yield `table` and all below it."""
    yield table
    for child in table.get_children():
        yield from tables(child)


def used_early(tree: ast.Module) -> set[str]:
    """Return the names that importing the module reads before it has defined them."""
    binds = [bound_names(each) for each in tree.body]
    defined_somewhere = set().union(*binds) if binds else set()
    known: set[str] = set()
    early = set()
    for each, own in zip(tree.body, binds, strict=True):
        early |= (names_read(each) & defined_somewhere) - known - own
        known |= own
    return early


def bound_names(statement: ast.stmt) -> set[str]:
    """Return every name that `statement` binds when it runs, inside its blocks and class bodies."""
    found = set()
    for node in run_now(statement):
        if isinstance(node, Definition):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found


def names_read(statement: ast.stmt) -> set[str]:
    """Return the names that are read when `statement` runs."""
    nodes = run_now(statement)
    return {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below `node` that run with it: not the bodies of functions."""
    yield node
    delayed = set()
    if isinstance(node, FUNCTIONS):
        delayed = set(map(id, node.body))
    elif isinstance(node, ast.Lambda):
        delayed = {id(node.body)}
    for child in ast.iter_child_nodes(node):
        if id(child) not in delayed:
            yield from run_now(child)


def altered(base: ast.Module, side: ast.Module) -> set[str]:
    """Return what of `base` is missing in `side` or called otherwise: by its last name."""
    before, after = (dict(signatures(tree.body, "")) for tree in (base, side))
    names = (name for name, shape in before.items() if after.get(name) != shape)
    gone = set(attributes_set(base)) - set(attributes_set(side))
    return {name.removesuffix(".__init__").rpartition(".")[2] for name in names} | gone


def attributes_set(tree: ast.Module) -> Iterator[str]:
    """Yield the name of every attribute that is assigned anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def signatures(statements: Iterable[ast.stmt], scope: str) -> Iterator[tuple[str, str]]:
    """Yield name and signature of every function, class and field in `statements`."""
    for each in statements:
        if isinstance(each, FUNCTIONS):
            yield f"{scope}{each.name}", ast.dump(each.args)
        elif isinstance(each, ast.ClassDef):
            fields = [node for node in each.body if isinstance(node, ast.AnnAssign)]
            shape = [*each.bases, *each.keywords, *(field.target for field in fields)]
            yield f"{scope}{each.name}", " ".join(map(ast.dump, shape))
            yield from signatures(each.body, f"{scope}{each.name}.")


def newly_used(base: ast.Module, side: ast.Module) -> set[str]:
    """Return the names that `side` uses more often than `base`."""
    before, after = (Counter(used_names(tree)) for tree in (base, side))
    return set(after - before)


def used_names(tree: ast.Module) -> Iterator[str]:
    """Yield every name that is read in `tree`, and every attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def check_units(base: str, yours: str, theirs: str, merged: str) -> None:
    """Refuse a merged text that lacks a line or an imported name which a side brought, or kept."""
    old, mine, new, found = (units(text) for text in (base, yours, theirs, merged))
    for unit in {*old, *mine, *new, *found}:
        changes = sorted((mine[unit] - old[unit], new[unit] - old[unit]))
        lowest = highest = old[unit] + sum(changes)
        if changes[0] > 0:  # both may have added the same one
            lowest = old[unit] + changes[1]
        if changes[1] < 0:
            highest = old[unit] + changes[0]
        if not lowest <= found[unit] <= highest:
            raise DoubtError(f"the result would have `{unit.strip()}` {found[unit]} times")


def units(text: str) -> Counter[str]:
    """Return how often each line occurs in `text`; of the imports in it, how often each name."""
    lines = text.split("\n")
    found: Counter[str] = Counter()
    for node in parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.end_lineno:
            span = slice(node.lineno - 1, node.end_lineno)
            module = "." * node.level + (node.module or "")
            found.update(f"from {module} import {ast.unparse(alias)}" for alias in node.names)
            found.update(line[line.index("#") :] for line in lines[span] if "#" in line)
            lines[span] = [""] * (node.end_lineno - node.lineno + 1)
    found.update(line.rstrip() for line in lines if line.strip())
    return found
