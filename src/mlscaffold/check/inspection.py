"""Runs the rules over a repository, and heeds what its author silenced with a reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from . import code, evidence, files, readme
from .findings import Finding, Rule, Severity
from .repository import Repository

RULES: tuple[type[Rule], ...] = (*readme.RULES, *evidence.RULES, *code.RULES, *files.RULES)
ORDER = list(Severity)


@dataclasses.dataclass(frozen=True)
class Report:
    """What was found, what the author silenced, and what could not be read."""

    findings: list[Finding]
    silenced: list[Finding]
    skipped: dict[str, str]

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(each.severity is severity for each in self.findings)


def inspect(path: Path, only: Collection[str] = (), skip: Collection[str] = ()) -> Report:
    """Return what the rules find in the repository at `path`."""
    if not path.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a repository")
    check_codes([*only, *skip])
    repository = Repository(path.resolve())
    if not repository.files:
        raise MlscaffoldError(f"`{path}` holds no files", "name the folder of a repository")
    reasons = silenced(repository)
    found = [
        finding
        for rule in RULES
        if (not only or rule.code in only) and rule.code not in skip
        for finding in rule().find(repository)
    ]
    found.sort(key=lambda each: ORDER.index(each.severity))
    kept = [each for each in found if each.code not in reasons]
    quiet = [
        dataclasses.replace(each, silenced=reasons[each.code])
        for each in found
        if each.code in reasons
    ]
    return Report(kept, quiet, repository.skipped)


def check_codes(codes: Collection[str]) -> None:
    """Refuse a code that no rule has."""
    known = {rule.code for rule in RULES}
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
    rule = next(each for each in RULES if each.code == name)
    return f"{rule.code} ({rule.severity}): {rule.title}\n\n{rule.advice()}\n\nMend it: {rule.mend}"
