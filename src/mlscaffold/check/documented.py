"""The score of a README, measured again by the commands that the README documents.

Only with `--run`, on a copy, within the time that the person allows. No shell reads a command:
Python, scripts and `make` are started as they stand there, by the repository's own environment.
"""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..errors import MlscaffoldError
from ..workspace import Workspace, last_words
from .repository import Repository
from .scores import Score, find_printed, find_scores

FENCE = re.compile(r"^\s*(```|~~~)\s*(?P<language>[\w+-]*)")
SHELLS = frozenset({"", "bash", "sh", "shell", "console", "zsh", "text", "terminal", "cmd"})
RUNNERS = ("uv run", "poetry run", "pipenv run", "pdm run", "pixi run", "hatch run")
STARTED = frozenset({"python", "python3", "make", "bash", "sh", "dvc"})
# Commands that prepare the machine, serve for ever, or only show help.
OTHERS = re.compile(
    r"\b(?:pip|conda|install|setup|venv|virtualenv|serve|server|api|app|streamlit|flask|uvicorn"
    r"|gunicorn|jupyter|notebook|docker|deploy|demo|gui|clean|lint|format|help|pytest)\b|--help",
    re.IGNORECASE,
)
OPEN = re.compile(r"[<>|&;`$*{}\[\]]|\.\.\.|path/to|/path|your[-_ ]|\bPATH\b", re.IGNORECASE)
WORTH = 0.005  # of a share; of an error, as much of its value
MEASURES = re.compile(r"eval|score|metric|test|reproduce", re.IGNORECASE)
LOG = 4_000_000  # letters of output that are read
MOST = 12  # commands


class Undocumented(Exception):  # noqa: N818 - a lack of the README, no fault of the program
    """Why the score cannot be measured by what the README says."""


@dataclass(frozen=True)
class Command:
    """What to start, and in which folder of the repository."""

    words: tuple[str, ...]
    folder: str = ""

    def __str__(self) -> str:
        """Return it as people type it."""
        return f"`{' '.join(self.words)}`"


@dataclass(frozen=True)
class Plan:
    """What the README states, and the commands that may measure it, in their order."""

    claims: list[Score]
    commands: list[Command]


def make_plan(repository: Repository) -> Plan:
    """Return what can be tried, or say what the README lacks."""
    path, lines = repository.readme
    claims = list(find_scores(outside_of_code(lines), path))
    if not claims:
        raise Undocumented("the README states no score that a run could be compared with")
    commands = list(islice(find_commands(repository, lines), MOST))
    if not commands:
        raise Undocumented("the README names no command that could measure its score again")
    return Plan(claims, commands)


def outside_of_code(lines: list[str]) -> list[str]:
    """Return the lines of a README, empty where they stand in a block of code."""
    found, inside = [], False
    for line in lines:
        fence = bool(FENCE.match(line))
        inside ^= fence
        found.append("" if inside or fence else line)
    return found


def find_commands(repository: Repository, lines: list[str]) -> Iterator[Command]:
    """Yield what blocks of code in the README run of the repository itself, each once."""
    folder, seen = "", set[Command]()
    for text in shell_lines(lines):
        for said in re.split(r"&&|\s#\s", text):
            words = read_command(said.strip(), repository, folder)
            if words and words[0] == "cd":
                inner = os.path.normpath(os.path.join(folder, words[1]))  # noqa: PTH118 - no file
                is_there = any(path.startswith(f"{inner}/") for path in repository.files)
                folder = inner if is_there else folder
            elif words and (command := Command(tuple(words), folder)) not in seen:
                seen.add(command)
                yield command


def shell_lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines that a README tells to type: in blocks for a shell, or behind a `$`."""
    inside, shell = False, False
    for line in lines:
        if fence := FENCE.match(line):
            inside, shell = not inside, fence["language"].lower() in SHELLS
        elif told := re.match(r"^\s*(?:\$|>(?=\s*(?:python|make|bash|uv)\b))\s+(.*)", line):
            yield told[1]
        elif inside and shell:
            yield line.strip()


def read_command(text: str, repository: Repository, folder: str) -> list[str]:
    """Return the words of a command that can be run as it stands; none where it is another kind."""
    for runner in RUNNERS:
        text = text.removeprefix(f"{runner} ")
    if not text or OPEN.search(text) or OTHERS.search(text):
        return []
    try:
        words = shlex.split(text)
    except ValueError:
        return []
    name = os.path.normpath(os.path.join(folder, words[0]))  # noqa: PTH118 - as it is in git
    if name in repository.files and name.endswith((".py", ".sh")):
        return ["python" if name.endswith(".py") else "bash", *words]
    started = words[0] in STARTED and len(words) > 1 and words[1] not in {"-c", "-V", "--version"}
    return words if started or words == ["make"] or (words[0] == "cd" and len(words) == 2) else []


def again(workspace: Workspace, plan: Plan, end: float) -> dict[str, Any]:
    """Run the commands in their order until one prints a score that the README states."""
    failed, lines = dict[Command, str](), list[str]()
    for command in plan.commands:
        left = end - time.monotonic()
        if left <= 0:
            failed[command] = f"there was no time left for {command}: raise --minutes"
            break
        try:
            done = workspace.execute(command.words, seconds=left, folder=command.folder)
        except MlscaffoldError as error:
            failed[command] = f"{command}: {error.message}"
            continue
        if done.returncode:
            failed[command] = f"{command} failed: {last_words(done)}"
        lines += f"{done.stdout[-LOG:]}\n{done.stderr[-LOG:]}".splitlines()
        if found := compare(plan.claims, lines):
            return found | {"what": f"by {command}"}
    return {"probe": "stated", "failed": explain(plan, failed)}


def explain(plan: Plan, failed: dict[Command, str]) -> str:
    """Return why nothing was measured: what became of the command that should have, by its name."""
    if failed:
        likely = [each for each in failed if MEASURES.search(str(each))]
        return failed[(likely or list(failed))[0]]
    names = ", ".join(dict.fromkeys(each.metric for each in plan.claims))
    return f"{', '.join(map(str, plan.commands))} printed no {names}"


def compare(claims: list[Score], lines: list[str]) -> dict[str, Any]:
    """Return the claim and the printed value of one metric that are nearest to each other.

    A README states many scores, and a program prints many: of other models, of other rows. Where
    one pair fits, nothing speaks against the README.
    """
    for metric in dict.fromkeys(each.metric for each in claims):
        printed = list(find_printed(lines, metric))
        stated = [each for each in claims if each.metric == metric]
        pairs = [(claim, as_share(value, claim)) for claim in stated for value in printed]
        if not pairs:
            continue
        claim, value = min(pairs, key=lambda pair: abs(pair[0].value - pair[1]))
        slack = WORTH * (1 if claim.is_share else abs(claim.value))
        return {
            "probe": "stated",
            "label": claim.metric,
            "unit": "",
            "reported": claim.value,
            "measured": value,
            "gap": abs(claim.value - value),
            "noise": claim.precision + slack,
            "constant": 0.0,
            "place": claim.place,
        }
    return {}


def as_share(value: float, claim: Score) -> float:
    """Return a printed value on the scale of the claim: `Accuracy: 85.2` may be in percent."""
    return value / 100 if claim.is_share and 1 < value <= 100 else value
