"""What the results say, where the repository keeps them in the contract that projects share."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from .findings import Finding, Rule, Severity, counted
from .repository import Repository

RESULTS = "reports/results.json"
FEWEST_NOTES = 5
UNSAID = {
    ("project", "decision_maker"): "Somebody",
    ("project", "decision"): "bases a decision on that number",
    ("data", "licence"): "not stated",
    ("columns", "unit"): "units",
    ("costs", "unit"): "points",
}  # what `new --data` writes where it cannot know
GUESSED = re.compile(r"^ *\[(?P<table>[\w.]+)\] *#.*\ba guess, for you to decide\b")


class NoLadder(Rule):
    """The chosen model stands beside no simpler one.

    "Why this model?" has no answer without the row above it.
    """

    code, title, severity = "EV01", "a ladder from simple to chosen", Severity.ERROR
    mend = "uv run reproduce"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the rule of thumb and a simpler model."""
        if results := repository.results:
            roles = [rung.role for rung in results.train.ladder if rung.score is not None]
            if "rule_of_thumb" not in roles or roles.count("model") < 2:
                yield self.found(
                    "fewer than two models, or no rule of thumb, were measured", RESULTS
                )


class NotBetter(Rule):
    """The README calls the model better than the rule of thumb, and the interval does not.

    The first statistician in the room sees it.
    """

    code, title = "EV02", "what is called better is better beyond noise"
    mend = "say in the README that the two cannot be told apart, or find out why"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at the interval of the improvement."""
        if not (repository.results and repository.results.evaluate):
            return
        headline = repository.results.evaluate.headline
        low = headline.improvement_low
        told = " ".join(repository.readme[1]).lower()
        honest = re.search(r"cannot be told apart|not distinguish|no better|does not beat", told)
        if low is not None and low <= 0 and not honest:
            said = (
                f"the improvement over {headline.rule_of_thumb.label} may be none (from {low:.0%})"
            )
            yield self.found(said, RESULTS)


class OpenedOften(Rule):
    """The test rows were opened several times.

    Each look that leads to a change turns test rows into training rows.
    """

    code, title = "EV16", "the ledger of test openings is short"
    mend = "say in DECISIONS.md what changed between the openings, or set new rows aside"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Count the openings of the newest results."""
        evaluated = repository.results.evaluate if repository.results else None
        if evaluated and evaluated.openings > 3:
            said = f"these test rows were opened {evaluated.openings} times"
            yield self.found(said, "reports/ledger.jsonl")


class TooGood(Rule):
    """The result is too good to be true, or one feature tells all.

    Most such results are leaks: a column that is known only afterwards.
    """

    code, title = "EV15", "nothing is too good to be true"
    mend = "ask when the named column becomes known; if later than the decision, drop it"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for the project's own doubt and for features that tell all."""
        results = repository.results
        doubt = results.evaluate.headline.doubt if results and results.evaluate else None
        if doubt:
            yield self.found(doubt, RESULTS)
        if results and results.train.leakage:
            for name in results.train.leakage.strong:
                yield self.found(f"`{name}` predicts almost alone", "project.toml")


class Copies(Rule):
    """Rows stand on both sides of the split.

    What the model has seen it need not predict.
    """

    code, title = "LK04", "no row stands on both sides of the split"
    mend = 'set data.duplicates = "remove", or split by the group that repeats'

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at the audit."""
        results = repository.results
        if results and results.train.leakage and results.train.leakage.copies:
            copies, test = results.train.leakage.copies, results.train.split.test_rows
            has = "has" if copies == 1 else "have"
            said = f"{copies:,} of {test:,} test rows {has} the features of a training row"
            yield self.found(said, RESULTS)


class Stale(Rule):
    """The results were measured with other settings or data than the ones that are here.

    A number that the code no longer gives is worse than none.
    """

    code, title, severity = "RP02", "the results are fresh", Severity.ERROR
    mend = "uv run reproduce"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Compare the hash of project.toml with that of the run."""
        place = repository.root / "project.toml"
        if not (repository.results and place.is_file()):
            return
        recorded = repository.results.train.run.hashes.get("settings")
        if recorded and hashlib.sha256(place.read_bytes()).hexdigest() != recorded:
            yield self.found("project.toml changed after the results were measured", "project.toml")


class Accuracy(Rule):
    """Accuracy is the headline although one class is rare.

    Always answering the common class would score nearly as well.
    """

    code, title = "EV07", "no accuracy where one class is rare"
    mend = "use average precision or the cost of the mistakes"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Compare the metric with the share of the largest class."""
        if results := repository.results:
            target = (results.train.data.model_extra or {}).get("target") or {}
            shares = target.get("shares") if isinstance(target, dict) else None
            if (
                results.train.metric.name == "accuracy"
                and isinstance(shares, dict)
                and max(shares.values(), default=0) > 0.8
            ):
                yield self.found("accuracy is the metric, and one class has most rows", RESULTS)


class NotRun(Rule):
    """The steps of the study have not run yet: the README waits for their numbers and figures.

    Nothing can be said about a project that has no result.
    """

    code, title, severity = "OW07", "the study has run", Severity.TODO
    mend = "uv run reproduce"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for results."""
        if repository.waits:
            yield self.found("there are no results yet", "project.toml")


class OpenDecision(Rule):
    """A decision of the project has no reason yet.

    "Why?" is the whole interview; an answer that the tool could write is not one.
    """

    code, title, severity = "OW01", "every decision has your why", Severity.TODO
    mend = "write two sentences below the heading: what you chose, what speaks against it"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Find questions that stand in comments and have no answer below them."""
        for path in ("DECISIONS.md", "README.md"):
            if not repository.is_ours or not (repository.root / path).is_file():
                continue
            lines = (repository.text(path) or "").splitlines()
            for number, line in enumerate(lines, 1):
                asked = re.match(r"\s*<!-- (?:why|ask): (.*?)\s*-->", line)
                if asked and not answered(lines[number:]):
                    yield self.found(asked[1], path, number)


def answered(following: list[str]) -> bool:
    """Tell whether words of a person stand between a question and the next heading or mark."""
    for line in following:
        if line.startswith(("#", "<!--")):
            return False
        if line.strip():
            return True
    return False


class NoNotes(Rule):
    """Nobody looked at the worst errors.

    Twenty rows read by hand teach more than another model, and interviewers ask for one of them.
    """

    code, title, severity = "OW05", "notes on the worst errors", Severity.TODO
    mend = "open reports/errors.csv and write into its last column what each row has in common"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Count the notes in reports/errors.csv."""
        path = "reports/errors.csv"
        if not (repository.root / path).is_file():
            return
        rows = list(csv.reader(io.StringIO(repository.text(path) or "")))
        notes = sum(bool(row and row[-1].strip()) for row in rows[1:])
        if len(rows) > 1 and notes < min(FEWEST_NOTES, len(rows) - 1):
            have = "has" if notes == 1 else "have"
            said = f"{notes} of {counted(len(rows) - 1, 'worst error')} {have} a note"
            yield self.found(said, path)


class NotConfirmed(Rule):
    """Nobody confirmed that a feature is known at the moment of the prediction.

    It is the question that finds leaks.
    """

    code, title, severity = "LK07", "features are known in time", Severity.TODO
    mend = "answer true in [known_at_prediction], or move the column to [columns.drop]"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for empty answers in project.toml."""
        asked = repository.project.get("known_at_prediction")
        if isinstance(asked, dict):
            names = [name for name, answer in asked.items() if answer == ""]
            if names:
                said = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if names[4:] else "")
                number = line(repository, r"\[known_at_prediction\]")
                yield self.found(f"not yet confirmed: {said}", "project.toml", number)


def line(repository: Repository, start: str, table: str = "") -> int:
    """Return the number of the first line of project.toml that begins like `start`, a pattern.

    `table`: look only below its heading.
    """
    inside = not table
    for number, text in enumerate((repository.text("project.toml") or "").splitlines(), 1):
        inside = inside or bool(re.match(rf"\s*\[{table}\]", text))
        if inside and re.match(rf"\s*{start}", text):
            return number
    return 0


class Unsaid(Rule):
    """`project.toml` still says what the tool wrote where only you can know the words or costs.

    "Somebody bases a decision on that number" tells a reviewer that nobody was asked.
    """

    code, title, severity = "OW08", "who decides, and in which unit", Severity.TODO
    mend = "write there what is so, then: uv run reproduce"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look for values that `new --data` writes in the place of an answer."""
        if not repository.is_ours:
            return
        for (table, key), value in UNSAID.items():
            section = repository.project.get(table)
            if isinstance(section, dict) and section.get(key) == value:
                number = line(repository, rf"{key} *=", table)
                yield self.found(f'`{key}` is still "{value}"', "project.toml", number)
        for number, text in enumerate((repository.text("project.toml") or "").splitlines(), 1):
            if guessed := GUESSED.match(text):
                said = f"a comment still calls `{guessed['table']}` a guess"
                yield self.found(said, "project.toml", number)


class DemoData(Rule):
    """The project still stands on the data set that the tool ships for practice.

    Own data are what reviewers reward most.
    """

    code, title, severity = "OW06", "data of your own", Severity.TODO
    mend = "mlscaffold data FILE"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Look at `data.demo`."""
        data = repository.project.get("data")
        if isinstance(data, dict) and data.get("demo"):
            yield self.found("the data set is a demonstration", "project.toml")


class FewCommits(Rule):
    """The history holds hardly a commit.

    How a project grew shows who made it.
    """

    code, title, severity = "OW03", "a history that shows how it grew", Severity.TODO
    mend = "commit each step with its reason"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Count commits and days."""
        from ..git import GitError, git

        try:
            days = git("log", "-n", "200", "--format=%as", "--", ".", cwd=repository.root).split()
        except GitError:
            return
        if len(days) < 10 or len(set(days)) < 3:
            yield self.found(f"{counted(len(days), 'commit')} on {counted(len(set(days)), 'day')}")


class LedgerBroken(Rule):
    """The ledger of test openings cannot be read.

    It was edited: openings that are taken out are the ones a reviewer would ask about.
    """

    code, title = "EV17", "the ledger is whole"
    mend = "restore it: git checkout -- reports/ledger.jsonl"

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Read each line."""
        path = "reports/ledger.jsonl"
        if not (repository.root / path).is_file():
            return
        for number, text in enumerate((repository.text(path) or "").splitlines(), 1):
            try:
                json.loads(text)
            except ValueError:
                yield self.found("this line is not JSON", Path(path).as_posix(), number)


RULES: tuple[type[Rule], ...] = (
    NoLadder,
    NotBetter,
    OpenedOften,
    TooGood,
    Copies,
    Stale,
    Accuracy,
    LedgerBroken,
    NotRun,
    NotConfirmed,
    OpenDecision,
    NoNotes,
    DemoData,
    Unsaid,
    FewCommits,
)
