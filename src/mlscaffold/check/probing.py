"""What only a run can tell: by how much something flatters the score, in its own unit.

Nothing here runs unless the person asks for it. It runs on a temporary copy, by the Python of the
repository's own environment; the repository itself stays as it is.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from ..workspace import RESULTS, Workspace, duplicated, find_package, find_python, last_words
from .documented import Plan, Undocumented, again, make_plan
from .findings import Finding, Rule, Severity, significant
from .repository import Repository

TRIALS = Path(__file__).with_name("trials")
STEPS = ("train", "diagnose", "evaluate")
LITTLE = 0.02  # share of what the model adds to a constant: less is not worth a word
GRAVE = 0.1
CLOSE = 0.1  # of half the interval: libraries and machines differ by as much
MINUTES = 10.0


@dataclass(frozen=True)
class Run:
    """How to run: for how long at most, and by which Python."""

    minutes: float = MINUTES
    python: Path | None = None


@dataclass(frozen=True)
class Measured:
    """What a probe measured, whether or not it speaks against the repository."""

    code: str
    message: str
    reported: float
    measured: float
    noise: float
    inflated: bool


class Probe(Rule):
    """A rule that needs a run."""

    name: str
    place = "[split]"  # line that a finding points to

    def find(self, _: Repository) -> Iterator[Finding]:
        """Yield nothing: what it finds is measured."""
        yield from ()

    def weigh(self, found: Mapping[str, Any]) -> Severity | None:
        """Return how grave a measurement is, by its size against noise; None where it is fine."""
        gap, noise = found["gap"], found["noise"]
        worth = abs(found["reported"] - found["constant"])
        if not gap > max(noise, LITTLE * worth):
            return None
        return Severity.ERROR if gap > max(2 * noise, GRAVE * worth) else Severity.WARNING

    def tell(self, found: Mapping[str, Any]) -> str:
        """Return both numbers in a sentence."""
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        return f"{found['label']} {one} as the split is, {other} {found['what']}"


class Reproduced(Probe):
    """The headline does not come back when the steps run again on a copy.

    Then nobody can say which code, data or versions made it, and it may have been typed.
    """

    code, title, name = "PB01", "the headline comes back", "again"
    mend = "uv run reproduce, and commit results and lock file together"
    place = ""

    def weigh(self, found: Mapping[str, Any]) -> Severity | None:
        """Compare the difference with the interval: who runs it again may differ a little."""
        gap, noise = abs(found["gap"]), found["noise"]
        if not gap > max(CLOSE * noise, 1e-6 * abs(found["reported"])):
            return None
        return Severity.ERROR if gap > noise else Severity.WARNING

    def tell(self, found: Mapping[str, Any]) -> str:
        """Return what is recorded and what came out."""
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        return f"{found['label']} {one} as reported, {other} measured again"


class Stated(Reproduced):
    """The value that `reported` states is not what the declared function gives.

    Either it was measured in another way, or the code is no longer the same.
    """

    code, title, name = "PB02", "the stated value is what the code gives", "as it is"
    mend = "correct `reported` in pyproject.toml and the README, or say how it was measured"
    place = "train"


class Documented(Reproduced):
    """The commands of the README do not print the score that it states.

    Whoever tries them first will see that before anything else. Compared with the nearest value of
    that metric in what the commands print; one that nearly fits is taken for the same.
    """

    code, title, name = "PB08", "the README's commands give the README's score", "stated"
    mend = "correct the README, fix the seed, or say on which rows and machine it was measured"

    def weigh(self, found: Mapping[str, Any]) -> Severity | None:
        """Warn at most: the value may be about other rows."""
        return Severity.WARNING if found["gap"] > found["noise"] else None

    def tell(self, found: Mapping[str, Any]) -> str:
        """Return what is stated and what was printed."""
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        return f"{found['label']} {one} as stated, {other} printed {found['what']}"


class OtherSeeds(Probe):
    """The split of the report is kinder than other draws of the same split.

    A seed that was picked, or simply luck: the next rows will not be as kind. Report the mean over
    several seeds where one draw stands out.
    """

    code, title, name = "PB03", "another seed gives as good a score", "seed"
    mend = "report the spread over several seeds, or more folds; keep the seed that came first"

    def weigh(self, found: Mapping[str, Any]) -> Severity | None:
        """Warn at most: a kind draw may be luck."""
        return Severity.WARNING if super().weigh(found) else None

    def tell(self, found: Mapping[str, Any]) -> str:
        """Return the mean and the range of other seeds as well."""
        low, high = (number(found[key], found) for key in ("least", "most"))
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        said = f"{found['label']} {one} with the seed as it is, {other} on average"
        return f"{said} {found['what']} ({low} to {high})"


class InTime(Probe):
    """Later rows are predicted worse than rows drawn at random.

    Random rows have neighbours in time among the training rows; the rows that the model will be
    used on have not. The value in order of time is the one to expect.
    """

    code, title, name = "PB04", "the score holds in order of time", "time"
    mend = 'split by time: kind = "time" with the column in `by`, or TimeSeriesSplit'


class ByGroup(Probe):
    """Rows of a new group (customer, patient, machine) are predicted worse than others.

    With rows of one group on both sides the model recognises the group. If it will be used on new
    ones, the value with whole groups kept apart is the one to expect.
    """

    code, title, name = "PB05", "the score holds for new groups", "group"
    mend = 'split by group: kind = "group" with the column in `by`, or GroupKFold'


class WithoutCopies(Probe):
    """Copies of training rows among the scored ones raise the score.

    What the model has seen it need not predict.
    """

    code, title, name = "PB06", "the score does not live on copies", "copies"
    mend = 'remove repeated rows before the split (data.duplicates = "remove")'

    def tell(self, found: Mapping[str, Any]) -> str:
        """Say it of as many training rows."""
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        return f"{found['label']} {one} with copies, {other} {found['what']}"


class ShuffledTarget(Probe):
    """With a shuffled target the model still predicts better than one that cannot know anything.

    There is nothing to learn then: what it knows it has from outside of the training rows, such as
    features chosen with the target before the split.
    """

    code, title, name = "PB07", "with a shuffled target nothing is left", "shuffled"
    mend = "move everything that looks at the target behind the split, into the pipeline"
    place = ""

    def weigh(self, found: Mapping[str, Any]) -> Severity | None:
        """Weigh against noise alone: a shuffled target has no worth to compare with."""
        gap, noise = found["gap"], found["noise"]
        if not gap > max(noise, 0.01 * abs(found["measured"])):
            return None
        return Severity.ERROR if gap > 2 * noise else Severity.WARNING

    def tell(self, found: Mapping[str, Any]) -> str:
        """Name the score that should be gone."""
        one, other = (number(found[key], found) for key in ("reported", "measured"))
        return f"{found['label']} {one} with a shuffled target, {other} {found['what']}"


PROBES: tuple[type[Probe], ...] = (
    Reproduced,
    Stated,
    Documented,
    OtherSeeds,
    InTime,
    ByGroup,
    WithoutCopies,
    ShuffledTarget,
)


def number(value: float, found: Mapping[str, Any]) -> str:
    """Return a value with three digits or so, and its unit."""
    size = max(abs(value), abs(found["measured"]), abs(found["reported"]))
    text = f"{value:,.0f}" if size >= 1000 else f"{value:.1f}" if size >= 10 else significant(value)
    return f"{text} {found['unit']}".strip()


def probe(
    repository: Repository, run: Run, wanted: Collection[str]
) -> Iterator[tuple[Measured | None, Finding | None]]:
    """Measure on a copy; yield each measurement, and a finding where it is worth one.

    `wanted` holds the codes of the probes that matter: the others need not run.
    """
    declared = read_declared(repository)
    plan = None if declared or repository.results else plan_by_readme(repository)
    python = run.python or find_python(repository.root)
    package = "" if declared or plan else find_package(repository)
    end = time.monotonic() + 60 * run.minutes
    with duplicated(repository, python.absolute(), package) as workspace:
        if plan:
            yield judge(repository, again(workspace, plan, end), declared=False)
            return
        for found in measure(workspace, repository, declared, end, wanted):
            yield judge(repository, found, declared=bool(declared))


def plan_by_readme(repository: Repository) -> Plan:
    """Return how the README says that its score is measured; say what is missing otherwise."""
    try:
        return make_plan(repository)
    except Undocumented as error:
        hint = (
            "a README with a score and the command that prints it, or "
            '`[tool.mlscaffold.check] train = "module:function"` in pyproject.toml'
        )
        said = f"there is nothing here that --run could measure: {error}"
        raise MlscaffoldError(said, f"what it needs is {hint}") from error


def read_declared(repository: Repository) -> dict[str, Any]:
    """Return `[tool.mlscaffold.check]` where it names what to train."""
    table: Any = repository.pyproject
    for key in ("tool", "mlscaffold", "check"):
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict) or "train" not in table:
        return {}
    if not re.fullmatch(r"[\w.]+:\w+", str(table["train"])):
        raise MlscaffoldError(
            f"`train = {table['train']!r}` in pyproject.toml names no function",
            'write it as train = "module:function"',
        )
    return {name: value for name, value in table.items() if name != "silence"}


def measure(
    workspace: Workspace,
    repository: Repository,
    declared: dict[str, Any],
    end: float,
    wanted: Collection[str],
) -> Iterator[dict[str, Any]]:
    """Yield what the trials measured, then whether the headline comes back."""
    names = [each.name for each in PROBES if each.code in wanted]
    if set(names) - {Reproduced.name}:
        yield from try_out(workspace, repository, declared, end, names)
    results = repository.results if not declared else None
    if results and results.evaluate and Reproduced.code in wanted:
        yield reproduce(workspace, json.loads(repository.text(RESULTS) or "{}"), end)


def try_out(
    workspace: Workspace,
    repository: Repository,
    declared: dict[str, Any],
    end: float,
    names: list[str],
) -> Iterator[dict[str, Any]]:
    """Yield what the trials measured in the copy."""
    root = workspace.root.parent
    shutil.copytree(
        TRIALS, root / "mlscaffold_trials", ignore=shutil.ignore_patterns("__pycache__")
    )
    results = json.loads(repository.text(RESULTS) or "{}") if not declared else {}
    request = {"package": workspace.package, "results": results, "declared": declared}
    request["probes"] = names
    (root / "request.json").write_text(json.dumps(request, default=str), "utf-8")
    failed = ""
    try:
        left = max(end - time.monotonic(), 1)
        arguments = ("-m", "mlscaffold_trials", str(root / "request.json"))
        done = workspace.run(*arguments, seconds=left)
        failed = last_words(done) if done.returncode else ""
    except MlscaffoldError as error:
        failed = error.message
    log = root / "measured.jsonl"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    found = [json.loads(line) for line in lines if line.endswith("}")]
    ended = found[-1:] and found[-1]["probe"] in {"end", "start"}
    yield from (each for each in found if each["probe"] != "end")
    if not ended:
        yield {"probe": "start", "failed": failed or "the run ended without a word"}


def reproduce(workspace: Workspace, results: dict[str, Any], end: float) -> dict[str, Any]:
    """Run the steps of a project again and compare the headline."""
    recorded = results["evaluate"]["headline"]
    taken = sum(results.get(step, {}).get("run", {}).get("seconds", 0) for step in STEPS)
    left = end - time.monotonic()
    if taken > left:
        said = f"the steps took {taken:.0f} s when they were recorded: raise --minutes"
        return {"probe": "again", "failed": said}
    try:
        again = {}
        for step in STEPS:
            again = workspace.step(step, seconds=max(end - time.monotonic(), 1))
        value = again["evaluate"]["headline"]["value"]
    except MlscaffoldError as error:
        return {"probe": "again", "failed": error.message}
    low, high = recorded.get("low"), recorded.get("high")
    sign = 1 if recorded["direction"] == "higher" else -1
    return {
        "probe": "again",
        "label": recorded["label"],
        "unit": recorded.get("unit", ""),
        "reported": recorded["value"],
        "measured": value,
        "gap": sign * (recorded["value"] - value),
        "noise": (high - low) / 2 if low is not None and high is not None else 0.0,
        "constant": recorded["rule_of_thumb"]["value"] or 0.0,
    }


def judge(
    repository: Repository, found: Mapping[str, Any], *, declared: bool
) -> tuple[Measured | None, Finding | None]:
    """Return a measurement in words, and as a finding where it speaks against the repository."""
    kind = next((each for each in PROBES if each.name == found["probe"]), Reproduced)
    rule = kind()
    path = "pyproject.toml" if declared else "project.toml"
    place = find_line(repository, path, "train" if declared else rule.place)
    if found["probe"] == Documented.name:
        path, _, line = str(found.get("place") or repository.readme[0]).partition(":")
        place = int(line or 0)
    if "failed" in found:
        said = f"this could not be measured: {found['failed']}"
        mend = "make it run by hand first; --minutes allows more time"
        return None, Finding(rule.code, Severity.WARNING, said, mend, path, place)
    said, severity = rule.tell(found), rule.weigh(found)
    message = f"{said} (noise {number(found['noise'], found)})"
    taken = (found["reported"], found["measured"], found["noise"])
    measured = Measured(rule.code, message, *taken, severity is not None)
    finding = severity and Finding(rule.code, severity, message, rule.mend, path, place)
    return measured, finding or None


def find_line(repository: Repository, path: str, begins: str) -> int:
    """Return the line of a file that begins so, or 0."""
    lines = (repository.text(path) or "").splitlines() if begins else []
    return next((n for n, line in enumerate(lines, 1) if line.startswith(begins)), 0)
