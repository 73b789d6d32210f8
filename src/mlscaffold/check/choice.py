"""What the code shows: where a model, a threshold or a seed is chosen by its test score."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import Finding, Rule, Severity
from .repository import Repository, Source
from .syntax import assigned, called, names, own_nodes, owner, scopes, studies

SEARCHES = re.compile(r"(Grid|Randomized|Halving\w*)SearchCV$|^cross_val")
TEST_NAME = re.compile(r"^(x|y|df|data)?_?test(_\w+)?$|_test$", re.IGNORECASE)
SCORES = re.compile(r"score|accuracy|auc|rmse|mse|mae|f1|error|loss|cost|_curve$")
PICKERS = frozenset({"argmax", "argmin", "idxmax", "idxmin", "nanargmax", "nanargmin"})
CHOSEN = re.compile(  # what is set by it; the worst class or month is only told
    r"thresh|cut_?off|model|estimator|clf|regressor|param|alpha|depth|lambda|config|epoch|rate$"
)
WATCHED = frozenset({"eval_set", "validation_data", "valid_sets"})  # what early stopping looks at
STOPPING = "stop on validation rows that are cut from the training rows"


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
        """Find loops, thresholds and early stops that keep what scores best on test rows."""
        for source in studies(repository):
            folds = inside_folds(source)
            for body in scopes(source):
                nodes = [each for each in own_nodes(body) if each not in folds]
                if line := indexed_by_test_score(nodes):
                    said = "what scores best on the test rows is picked here"
                    yield self.found(said, source.path, line)
            if line := stops_on_test(source, folds):
                said = "training stops where the score of the test rows is best"
                yield self.found(said, source.path, line, mend=STOPPING)
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
                    and named_test(node)
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


def scored_on_test(node: ast.AST) -> bool:
    """Tell whether a call computes scores from test rows."""
    return bool(SCORES.search(called(node))) and named_test(node)


def indexed_by_test_score(nodes: list[ast.AST]) -> int:
    """Return the line at which the best of many test scores picks from a list, or 0.

    `thresholds[np.argmax(scores)]`, of which something is compared with, printed or returned
    later: one that is only drawn chooses nothing.
    """
    scores: set[str] = set()
    places: set[str] = set()  # names of the place of the best score
    picked: dict[str, int] = {}
    for node in nodes:
        targets, value = assigned(node)
        if isinstance(node, ast.Call) and called(node) == "append":
            scores |= names(owner(node)) if any(map(scored_on_test, node.args)) else set()
        if value is None:
            continue
        inner = list(ast.walk(value))
        best = holds_pick(value, scores)
        taken = [
            each for each in inner
            if isinstance(each, ast.Subscript)
            and (names(each.slice) & places or (best and holds_pick(each.slice, scores)))
        ]  # fmt: skip
        if taken:
            said = targets.union(*(names(each.value) for each in taken))
            if any(map(CHOSEN.search, said)) and not any("worst" in each for each in said):
                picked |= dict.fromkeys(targets, value.lineno)
        elif best:
            places |= targets
        elif any(map(scored_on_test, inner)) or names(value) & scores:
            scores |= targets
        else:
            scores, places = scores - targets, places - targets
    used = [name for node in nodes for name in uses(node)]
    return min((line for name, line in picked.items() if name in used), default=0)


def holds_pick(value: ast.expr, scores: set[str]) -> bool:
    """Tell whether an expression looks for the place of the best of some scores."""
    return any(called(each) in PICKERS and names(each) & scores for each in ast.walk(value))


def uses(node: ast.AST) -> set[str]:
    """Return the names that decide or are told: in comparisons, what is printed or returned."""
    if isinstance(node, ast.Compare | ast.Return) or called(node) in {"print", "dump"}:
        return names(node)
    return set()


def inside_folds(source: Source) -> set[ast.AST]:
    """Return what stands in a loop over folds: their test rows are not the last ones."""
    return {
        each
        for loop in source.nodes
        if isinstance(loop, ast.For)
        and any(called(part) == "split" for part in ast.walk(loop.iter))
        for each in ast.walk(loop)
    }


def stops_on_test(source: Source, folds: set[ast.AST]) -> int:
    """Return the line at which a fit watches the test rows to stop early, or 0.

    Only where test rows are scored afterwards: others may be called so and be none.
    """
    stops = re.search(r"early_stopping|EarlyStopping", source.text)
    on_training = re.search(r"EarlyStopping\(\s*(?:monitor\s*=\s*)?[\"'](?!val)", source.text)
    if (
        not stops
        or on_training
        or not any(
            scored_on_test(each) or (called(each) == "evaluate" and named_test(each))
            for each in source.nodes
        )
    ):
        return 0
    for node in source.nodes:
        if isinstance(node, ast.Call) and called(node) in {"fit", "train"} and node not in folds:
            watched = [each.value for each in node.keywords if each.arg in WATCHED]
            inner = set().union(*map(names, watched))
            if any(map(TEST_NAME.search, inner)) and not any("val" in each for each in inner):
                return node.lineno
    return 0


def named_test(node: ast.AST) -> bool:
    """Tell whether test rows are among the arguments of a call."""
    return isinstance(node, ast.Call) and any(
        TEST_NAME.search(name) for each in node.args for name in names(each)
    )


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


RULES: tuple[type[Rule], ...] = (ChosenOnTest, SeedPicked)
