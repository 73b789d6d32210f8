"""What the code shows: where test rows, or later ones, may have leaked into training."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import Finding, Rule, Severity
from .repository import Repository, Source
from .syntax import assigned, called, names, own_nodes, owner, scopes, studies

SCALERS = re.compile(
    r"(\w*Scaler|\w*Imputer|\w*Encoder|PCA|SelectKBest|\w*Transformer|\w*Vectorizer|Normalizer)$"
)


class FittedBeforeSplit(Rule):
    """A scaler, imputer, encoder or selector is fitted on rows that are split only afterwards.

    The test rows then had a part in the preparation. Over 2,047 public data sets a scaler fitted
    too early moved ROC-AUC by at most 0.005, so it rarely changes the result; choosing features
    with the target before the split does. A reviewer sees it at once either way.
    """

    code, title = "LK01", "nothing is fitted before the split"
    mend = "put the transformer into a Pipeline and fit the pipeline on the training rows"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Follow names from a fit of a transformer, or a mean that fills gaps, to a split."""
        fitting = set(fitting_functions(repository))
        for source in studies(repository):
            if "train_test_split" not in source.text:
                continue
            known = {name for path, name in fitting if path == source.path}
            known |= imported(source, fitting)
            for body in scopes(source):
                yield from self.in_scope(source, own_nodes(body), known)

    def in_scope(
        self, source: Source, nodes: list[ast.AST], fitting: set[str]
    ) -> Iterator[Finding]:
        """Yield the first fit whose rows, or what became of them, are split later."""
        unfitted: set[str] = set()  # names of transformers
        target = target_columns(nodes)
        fits: dict[str, Fit] = {}  # of a fitted transformer, and of rows that one has changed
        for node in nodes:
            if isinstance(node, ast.Call) and called(node) == "train_test_split":
                for name in sorted(set().union(*(names(each) for each in node.args)) & set(fits)):
                    line, text = fits[name]
                    said = (
                        f"`{text}` learns from all rows, which are split {source.at(node.lineno)}"
                    )
                    yield self.found(said, source.path, line)
                    return
            if isinstance(node, ast.Expr):
                fits |= dict.fromkeys(*told) if (told := fit_in_place(node.value, unfitted)) else {}
            targets, value = assigned(node)
            if value is None:
                continue
            fit = find_fit(value, unfitted) or find_call(value, fitting) or encoded(value, target)
            if fit:
                fits |= dict.fromkeys(targets, fit)
            elif carried := names(value) & set(fits):
                fits |= dict.fromkeys(targets, fits[min(carried)])
            else:
                if any(is_transformer(each) for each in ast.walk(value)):
                    unfitted |= targets
                for name in plain_targets(node):
                    fits.pop(name, None)


Fit = tuple[int, str]  # its line and its text


def is_transformer(node: ast.AST) -> bool:
    """Tell whether a call makes a transformer that learns from rows; codes of labels are none."""
    return bool(SCALERS.fullmatch(called(node))) and not called(node).startswith("Label")


def find_fit(value: ast.expr, unfitted: set[str]) -> Fit | None:
    """Return the call inside of `value` that fits a transformer, or fills gaps by a mean."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and (is_fit(node, unfitted) or fills_by_mean(node)):
            return node.lineno, ast.unparse(node)[:60]
    return None


def fitting_functions(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the functions, by file and name, that return rows to which they fitted something."""
    for source in studies(repository):
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef) and returns_fitted(own_nodes(node.body)):
                yield source.path, node.name


def returns_fitted(nodes: list[ast.AST]) -> bool:
    """Tell whether a function returns what a fit has changed, and does not split rows itself."""
    unfitted: set[str] = set()
    changed: set[str] = set()
    for node in nodes:
        targets, value = assigned(node)
        if called(node) == "train_test_split":
            return False
        if isinstance(node, ast.Return) and node.value:
            if find_fit(node.value, unfitted) or names(node.value) & changed:
                return True
        elif isinstance(node, ast.Expr) and (told := fit_in_place(node.value, unfitted)):
            changed |= told[0]
        elif value is not None:
            if find_fit(value, unfitted) or names(value) & changed:
                changed |= targets
            elif any(is_transformer(each) for each in ast.walk(value)):
                unfitted |= targets
    return False


def imported(source: Source, functions: set[tuple[str, str]]) -> set[str]:
    """Return which of some functions, told by file and name, a module imports by their name."""
    homes = {
        (path.removesuffix(".py").replace("/", ".").rpartition(".")[2], name)
        for path, name in functions
    }
    return {
        alias.name
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if not alias.asname and ((node.module or "").rpartition(".")[2], alias.name) in homes
    }


def find_call(value: ast.expr, functions: set[str]) -> Fit | None:
    """Return the call of one of some functions inside of `value`, where it is given rows."""
    for node in ast.walk(value):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in functions
            and node.args
        ):
            return node.lineno, ast.unparse(node)[:60]
    return None


def target_columns(nodes: list[ast.AST]) -> set[str]:
    """Return the columns that become `y`."""
    return {
        part.value
        for node in nodes
        for targets, value in [assigned(node)]
        if value is not None and targets & {"y", "target", "labels"} and len(targets) == 1
        and isinstance(value, ast.Subscript | ast.Call)
        for part in ast.iter_child_nodes(value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }  # fmt: skip


def encoded(value: ast.expr, target: set[str]) -> Fit | None:
    """Return where a feature is made of the mean target of a group: `groupby(c)[y].mean()`.

    What was shifted or rolled before is a lag, and looks back only.
    """
    for node in ast.walk(value):
        if not isinstance(node, ast.Call) or not isinstance(rows := owner(node), ast.Subscript):
            continue
        words = {each.value for each in node.args if isinstance(each, ast.Constant)}
        means = {"mean", "median"}
        if (
            called(rows.value) == "groupby"
            and isinstance(rows.slice, ast.Constant)
            and rows.slice.value in target
            and (called(node) in means or (called(node) == "transform" and words & means))
        ):
            return node.lineno, ast.unparse(node)[:60]
    return None


def fit_in_place(value: ast.expr, unfitted: set[str]) -> tuple[set[str], Fit] | None:
    """Return what a call without an assignment changes, and the fit: `scaler.fit(X)`."""
    if not isinstance(value, ast.Call) or not (fit := find_fit(value, unfitted)):
        return None
    if called(value) == "fillna" and not any(each.arg == "inplace" for each in value.keywords):
        return None
    return names(owner(value)), fit


def is_fit(node: ast.Call, unfitted: set[str]) -> bool:
    """Tell whether a call fits a transformer to rows."""
    if called(node) not in {"fit", "fit_transform"}:
        return False
    on = owner(node)
    plain = isinstance(on, ast.Name) and on.id in unfitted
    return plain or bool(on and is_transformer(on))


def fills_by_mean(node: ast.Call) -> bool:
    """Tell whether gaps are filled by a mean or a median of the rows."""
    given = [*node.args, *(each.value for each in node.keywords)]
    inner = {called(each) for value in given for each in ast.walk(value)}
    return called(node) == "fillna" and bool(inner & {"mean", "median", "nanmean", "nanmedian"})


def plain_targets(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives a new value: `df[...] = 1` leaves the rest of `df`."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        yield from (each.id for each in parts if isinstance(each, ast.Name))


class ResampledBeforeSplit(Rule):
    """Rows are resampled (SMOTE, random oversampling) before the split.

    Copies of a row, or mixtures with it, then stand on both sides: the test score measures memory.
    """

    code, title, severity = "LK02", "no resampling before the split", Severity.ERROR
    mend = "resample inside the folds: imblearn's own Pipeline, fitted on training rows only"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Follow names from a `fit_resample` to a split."""
        for source in studies(repository):
            if "fit_resample" not in source.text:
                continue
            makers = {"fit_resample", *resampling_functions(source)}
            for body in scopes(source):
                resampled: dict[str, int] = {}
                for node in own_nodes(body):
                    targets, value = assigned(node)
                    calls = list(ast.walk(value)) if value else []
                    hit = [each for each in calls if called(each) in makers]
                    if hit and isinstance(hit[0], ast.Call):
                        resampled |= dict.fromkeys(targets, hit[0].lineno)
                    elif targets and not names(value) & set(resampled):
                        for name in targets:
                            resampled.pop(name, None)
                    if isinstance(node, ast.Call) and called(node) == "train_test_split":
                        given = set().union(*(names(each) for each in node.args)) & set(resampled)
                        if given:
                            line = resampled[min(given)]
                            said = f"rows are resampled here and split {source.at(node.lineno)}"
                            yield self.found(said, source.path, line)


def resampling_functions(source: Source) -> Iterator[str]:
    """Yield functions of a file that return resampled rows."""
    for node in source.nodes:
        if not isinstance(node, ast.FunctionDef):
            continue
        inner = own_nodes(node.body)
        rows: set[str] = set()
        for each in inner:
            targets, value = assigned(each)
            if value is not None and any(
                called(part) == "fit_resample" for part in ast.walk(value)
            ):
                rows |= targets
        returned = [each.value for each in inner if isinstance(each, ast.Return)]
        direct = (called(part) for value in returned if value for part in ast.walk(value))
        if "fit_resample" in direct or any(names(value) & rows for value in returned):
            yield node.name


class ShuffledTime(Rule):
    """Rows with a date are split at random, and nothing says why.

    If the model will predict later rows, shuffled rows let it see the future; where rows
    next to each other in time are alike, the test score is then mostly interpolation.
    """

    code, title = "LK05", "rows in order of time are not shuffled"
    mend = "split by time (TimeSeriesSplit, or the last part as test), or say in the README why not"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Find a random split in a file that also reads dates."""
        told = " ".join(repository.readme[1]).lower()
        if re.search(r"(time|chronolog|temporal)[- ]?(based |ordered )?(split|order)", told):
            return
        for source in studies(repository):
            dates = [
                node.lineno
                for node in source.nodes
                if isinstance(node, ast.Call)
                and (
                    called(node) == "to_datetime"
                    or any(k.arg == "parse_dates" for k in node.keywords)
                )
            ]
            for node in source.nodes:
                if isinstance(node, ast.Call) and called(node) == "train_test_split" and dates:
                    ordered = any(
                        key.arg == "shuffle"
                        and isinstance(key.value, ast.Constant)
                        and key.value.value is False
                        for key in node.keywords
                    )
                    if not ordered:
                        said = f"a random split of rows whose dates are read {source.at(dates[0])}"
                        yield self.found(said, source.path, node.lineno)
                        break


RULES: tuple[type[Rule], ...] = (FittedBeforeSplit, ResampledBeforeSplit, ShuffledTime)
