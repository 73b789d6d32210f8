"""What the code shows: where rows, the test set or the order of time may have leaked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import Finding, Rule, Severity
from .repository import Repository, Source

SPLITS = {"train_test_split", "ShuffleSplit", "StratifiedShuffleSplit", "KFold", "StratifiedKFold"}
RESAMPLERS = re.compile(r"(SMOTE\w*|ADASYN|Random(Over|Under)Sampler|NearMiss|TomekLinks)$")
SCALERS = re.compile(
    r"(\w*Scaler|\w*Imputer|\w*Encoder|PCA|SelectKBest|\w*Transformer|\w*Vectorizer|Normalizer)$"
)
SEARCHES = re.compile(r"(Grid|Randomized|Halving\w*)SearchCV$|^cross_val")
TEST_NAME = re.compile(r"^(x|y|df|data)?_?test(_\w+)?$|_test$", re.IGNORECASE)
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
        for source in studies(repository):
            for body in scopes(source) if "train_test_split" in source.text else ():
                yield from self.in_scope(source, own_nodes(body))

    def in_scope(self, source: Source, nodes: list[ast.AST]) -> Iterator[Finding]:
        """Yield the first fit whose rows, or what became of them, are split later."""
        unfitted: set[str] = set()  # names of transformers
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
            if fit := find_fit(value, unfitted):
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


class ChosenOnTest(Rule):
    """A model, a parameter or a threshold is chosen by its score on the test rows.

    The best of many test scores is too good by construction. Of all leaks, choosing on the test
    set and picking the seed inflate most.
    """

    code, title, severity = "EV04", "the test set is opened once, after the choice", Severity.ERROR
    mend = (
        "compare by cross-validation on the training rows; score the chosen model on the test rows"
    )

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Find loops that score on test rows and keep the best."""
        for source in studies(repository):
            for loop in source.nodes:
                if isinstance(loop, ast.For | ast.While) and (line := chooses_on_test(loop)):
                    said = "this loop keeps what scores best on the test rows"
                    yield self.found(said, source.path, line)
            for node in source.nodes:
                if (
                    isinstance(node, ast.Call)
                    and called(node) == "fit"
                    and (on := owner(node))
                    and SEARCHES.search(called(on))
                    and any(TEST_NAME.search(name) for each in node.args for name in names(each))
                ):
                    yield self.found("a search is fitted on test rows", source.path, node.lineno)


def chooses_on_test(loop: ast.For | ast.While) -> int:
    """Return the line at which a loop compares a score of test rows with the best so far, or 0."""
    scores: set[str] = set()
    for node in ast.walk(loop):
        targets, value = assigned(node)
        scored = value is not None and any(
            re.search(r"score|accuracy|auc|rmse|mse|mae|f1|error|loss", called(each))
            and any(TEST_NAME.search(name) for name in names(each))
            for each in ast.walk(value)
        )
        if scored:
            scores |= targets
    for node in ast.walk(loop):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare):
            compared = names(node.test)
            kept = set().union(*(assigned(each)[0] for each in ast.walk(node)))
            best = {name for name in compared if "best" in name.lower() or "max" in name.lower()}
            if compared & scores and best & kept:
                return node.lineno
    return 0


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


class SeedPicked(Rule):
    """A loop over random seeds keeps the best one.

    The best of many seeds is luck, not a model: on new rows it falls back to the mean of them all.
    """

    code, title, severity = "RP04", "no seed is picked by its score", Severity.ERROR
    mend = "fix the seed beforehand and report the spread over several"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Find a loop whose variable becomes `random_state` and whose best score is kept."""
        for source in studies(repository):
            for loop in source.nodes:
                if not isinstance(loop, ast.For):
                    continue
                variable = names(loop.target)
                seeds = any(
                    keyword.arg in {"random_state", "seed"} and names(keyword.value) & variable
                    for node in ast.walk(loop)
                    if isinstance(node, ast.Call)
                    for keyword in node.keywords
                )
                keeps = [
                    node.lineno
                    for node in ast.walk(loop)
                    if isinstance(node, ast.If)
                    and isinstance(node.test, ast.Compare)
                    and any("best" in name.lower() for name in names(node.test))
                    and any(
                        "best" in name.lower()
                        for each in ast.walk(node)
                        for name in assigned(each)[0]
                    )
                ]
                if seeds and keeps:
                    said = "this loop keeps the random seed with the best score"
                    yield self.found(said, source.path, keeps[0])


RULES: tuple[type[Rule], ...] = (
    FittedBeforeSplit,
    ResampledBeforeSplit,
    ChosenOnTest,
    ShuffledTime,
    SeedPicked,
)
