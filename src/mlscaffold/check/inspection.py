"""Runs the rules over a repository, and heeds what its author silenced with a reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from . import choice, evidence, files, leaks, readme, substance
from .findings import Finding, Rule, Severity
from .probing import PROBES, Measured, Run, probe
from .repository import Repository

RULES: tuple[type[Rule], ...] = (
    *readme.RULES,
    *evidence.RULES,
    *leaks.RULES,
    *choice.RULES,
    *substance.RULES,
    *files.RULES,
)
EVERY: tuple[type[Rule], ...] = (*RULES, *PROBES)
ORDER = list(Severity)


@dataclasses.dataclass(frozen=True)
class Report:
    """What was found, silenced by the author, not readable, and what a run measured."""

    findings: list[Finding]
    silenced: list[Finding]
    skipped: dict[str, str]
    measured: list[Measured] = dataclasses.field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(each.severity is severity for each in self.findings)


def inspect(
    path: Path, only: Collection[str] = (), skip: Collection[str] = (), run: Run | None = None
) -> Report:
    """Return what the rules find in the repository at `path`; run nothing of it without `run`."""
    if not path.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a repository")
    check_codes([*only, *skip])
    repository = Repository(path.resolve())
    if not repository.files:
        tracked = (path / ".git").exists() and any(repository.walk())
        said = f"git tracks no file in `{path}` yet" if tracked else f"`{path}` holds no files"
        hint = "git add the files to look at" if tracked else "name the folder of a repository"
        raise MlscaffoldError(said, hint)
    reasons = silenced(repository)
    wanted = {
        rule.code
        for rule in EVERY
        if (not only or is_named(rule, only)) and not is_named(rule, skip)
    }
    found = [
        finding for rule in RULES if rule.code in wanted for finding in rule().find(repository)
    ]
    measured = []
    for measurement, finding in probe(repository, run, wanted) if run else ():
        if measurement and measurement.code in wanted:
            measured.append(measurement)
        if finding and finding.code in wanted:
            found.append(finding)
    found = [placed(finding, repository) for finding in found]
    found.sort(key=lambda each: ORDER.index(each.severity))
    kept = [each for each in found if each.code not in reasons]
    quiet = [
        dataclasses.replace(each, silenced=reasons[each.code])
        for each in found
        if each.code in reasons
    ]
    return Report(kept, quiet, repository.skipped, measured)


def is_named(rule: type[Rule], codes: Collection[str]) -> bool:
    """Tell whether a rule is among codes and severities."""
    return rule.code in codes or rule.severity.upper() in codes


def placed(finding: Finding, repository: Repository) -> Finding:
    """Return a finding in a notebook with its cell: lines of the file mean nothing to people."""
    if not (finding.line and finding.path.endswith(".ipynb")):
        return finding
    cells = next((each.cells for each in repository.sources if each.path == finding.path), ())
    number = sum(start <= finding.line for start in cells)
    line = finding.line - cells[number - 1] + 1 if number else finding.line
    said = f"{finding.message} (code cell {number}, line {line})"
    return dataclasses.replace(finding, message=said, line=0)


def check_codes(codes: Collection[str]) -> None:
    """Refuse what is neither the code of a rule nor a severity."""
    known = {*(rule.code for rule in EVERY), *(each.upper() for each in Severity)}
    if unknown := [each for each in codes if each not in known]:
        listed = ", ".join(sorted(known))
        raise MlscaffoldError(f"there is no rule `{unknown[0]}`", f"the rules are {listed}")


def silenced(repository: Repository) -> dict[str, str]:
    """Return code and reason of each rule that the author silenced.

    `[tool.mlscaffold.check.silence]` in pyproject.toml, or `[check.silence]` in project.toml, holds
    `CODE = "reason"`; without a reason nothing is silent.
    """
    tool = repository.pyproject.get("tool")
    holders = (tool.get("mlscaffold") if isinstance(tool, dict) else None, repository.project)
    found: dict[str, str] = {}
    for holder in holders:
        for name, reason in inner(holder, "check", "silence").items():
            if not isinstance(reason, str) or len(reason.split()) < 3:
                hint = f'write it as {name} = "why this does not apply here"'
                raise MlscaffoldError(f"`{name}` is silenced without a reason", hint)
            found[name] = reason
    check_codes(found)
    return found


def inner(table: Any, *keys: str) -> dict[str, Any]:
    """Return the table below `keys`, empty where there is none."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


def explain(name: str) -> str:
    """Return title and advice of the rule with this code."""
    check_codes([name])
    rule = next(each for each in EVERY if each.code == name)
    return f"{rule.code} ({rule.severity}): {rule.title}\n\n{rule.advice()}\n\nMend it: {rule.mend}"
