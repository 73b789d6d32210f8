"""Whether there is anything to judge: rows from the world, and a score of what was fitted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .findings import Finding, Rule
from .repository import LEARNING, Repository
from .syntax import called, owner, studies

MEASURES = re.compile(
    r"_score\b|\.score\(|_error\b|_loss\b|cross_val|SearchCV|classification_report"
    r"|confusion_matrix|\.evaluate\(|roc_curve|accuracy|\bauc\b|\br?mse\b|\bmae\b|\bloss\b|ndcg"
    r"|silhouette|inertia_|cross_validate|metric",
    re.IGNORECASE,
)
SPLIT = re.compile(r"train_test_split|cross_val|KFold|TimeSeriesSplit")
MAKERS = re.compile(r"make_(classification|regression|blobs|moons|circles|friedman\d)$")
READS = re.compile(
    r"(read|load|fetch|genfromtxt|loadtxt|download|query|execute|\w*reader)(_|$)", re.IGNORECASE
)
DRAWS = frozenset(
    """
    normal randn uniform randint integers choice poisson lognormal exponential random rand beta
    gamma binomial standard_normal random_sample choices gauss
    """.split()
)
TRIED_OUT = re.compile(r"test|valid|check|demo|example|quick|bench|tutorial", re.IGNORECASE)
FEWEST_DRAWS = 3  # in a module that builds a table


class NeverScored(Rule):
    """A model is fitted, and no line of the repository scores it.

    Nobody knows whether it is any good, its author included.
    """

    code, title = "EV18", "the model is scored"
    mend = "score it on rows that it was not fitted to, beside a rule of thumb"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for a fit, then for anything that measures, in every module and notebook."""
        sources = [each for each in repository.sources if LEARNING.search(each.text)]
        if any(MEASURES.search(each.text) for each in repository.sources):
            return
        for source in sources:
            for node in source.nodes:
                if isinstance(node, ast.Call) and called(node) == "fit" and not prepares(node):
                    yield self.found("nothing scores what is fitted here", source.path, node.lineno)
                    return


class Invented(Rule):
    """The rows that a model is fitted to and scored on are drawn at random by the code itself.

    The model finds again what was put in, so its score says nothing about the world. An
    interviewer asks for the data first.
    """

    code, title = "DA02", "the data are not made up"
    mend = "take real rows, or say in the first sentence that they are invented, and what for"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Find modules that draw rows and split them, and read none."""
        for source in studies(repository):
            shown = TRIED_OUT.search(source.path)  # rows to try code out on may be invented
            if shown or not (LEARNING.search(source.text) and SPLIT.search(source.text)):
                continue
            calls = [each for each in source.nodes if isinstance(each, ast.Call)]
            if any(READS.match(called(each)) for each in calls):
                continue
            made = [each for each in calls if MAKERS.match(called(each))]
            drawn = [each for each in calls if is_draw(each)] if "DataFrame" in source.text else []
            if places := made or (drawn if len(drawn) >= FEWEST_DRAWS else []):
                said = "the rows that are split here are drawn at random, and none are read"
                yield self.found(said, source.path, min(each.lineno for each in places))


def prepares(node: ast.Call) -> bool:
    """Tell whether a call fits what only prepares rows, by its name: scalers have no score."""
    said = ast.unparse(node.func).lower()
    return bool(re.search(r"scal|encod|imput|vector|pca|transform|select|token|prep", said))


def is_draw(node: ast.Call) -> bool:
    """Tell whether a call draws random numbers: `np.random.normal`, `rng.integers`."""
    source = owner(node)
    said = ast.unparse(source) if source is not None else ""
    return called(node) in DRAWS and bool(re.search(r"random|rng|generator", said))


RULES: tuple[type[Rule], ...] = (NeverScored, Invented)
