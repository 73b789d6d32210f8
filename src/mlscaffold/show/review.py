"""Gathers what a reviewer sees of a repository, in the order in which they see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..check.findings import Finding, Severity, counted
from ..check.inspection import inspect
from ..check.repository import Repository
from ..defend.bank import Bank, Question
from ..defend.session import mixed
from .pictures import IMAGE, Picture, embed, pictures

MARK = "<!-- made by `mlscaffold show`: edits are lost -->"
SCREEN = 40  # lines of the README that a reader sees without scrolling
QUESTIONS = 12
GOALS = {True: "met", False: "not met", None: "cannot be judged"}
NEARBY = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)")  # leads nowhere from the page
WHY = re.compile(r"<!--\s*why:\s*(.*?)-->", re.DOTALL)


@dataclass(frozen=True)
class Rung:
    """A line of the ladder, with the length of its bar from 0 to 100."""

    label: str
    role: str
    score: str
    length: float
    chosen: bool


@dataclass(frozen=True)
class Review:
    """What stands on the page."""

    title: str
    screen: str  # HTML
    figures: list[Picture]
    headline: dict[str, str]
    metric: str
    ladder: list[Rung]
    ladder_note: str
    groups: list[dict[str, str]]
    errors: list[Finding]
    warnings: list[Finding]
    todo: list[Finding]
    decisions: list[tuple[str, str]]
    questions: list[Question]
    history: dict[str, Any]
    skipped: dict[str, str]


def review(path: Path) -> Review:
    """Return the review of the repository at `path`; nothing of it is run."""
    report = inspect(path)
    repository = Repository(path.resolve())
    bank = Bank(repository)
    facts = bank.facts
    found = {
        severity: [each for each in report.findings if each.severity is severity]
        for severity in Severity
    }
    project = facts["project"].get("project", {})
    screen = first_screen(repository)
    metric, place = facts["train"].get("metric") or {}, facts.get("scored_on")
    return Review(
        title=str(project.get("title") or heading(repository) or repository.root.name),
        screen=screen,
        figures=[each for each in pictures(repository) if each.address not in screen],
        headline=headline(bank),
        metric=f"{metric.get('label')} {place}, {metric.get('direction')} is better",
        ladder=ladder(bank),
        ladder_note=str((facts["train"].get("choice") or {}).get("reason", "")),
        groups=groups(bank),
        errors=found[Severity.ERROR],
        warnings=[*found[Severity.WARNING], *found[Severity.NOTE]],
        todo=found[Severity.TODO],
        decisions=open_decisions(repository),
        questions=mixed(bank.questions)[:QUESTIONS],
        history=facts["git"],
        skipped={**report.skipped, **repository.skipped},
    )


def heading(repository: Repository) -> str:
    """Return the first heading of the README."""
    _, lines = repository.readme
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), "")


def first_screen(repository: Repository) -> str:
    """Return the beginning of the README as HTML, with its pictures in it; its own HTML is text.

    It ends at the first section or after a screenful of lines.
    """
    from markdown_it import MarkdownIt

    _, lines = repository.readme
    shown = [line for line in lines[:SCREEN] if not re.fullmatch(r"\s*<!--.*-->\s*", line)]
    section = next((place for place, line in enumerate(shown) if line.startswith("## ")), None)
    text = NEARBY.sub(r"\1", "\n".join(shown[:section]))

    def picture(match: re.Match[str]) -> str:
        address = embed(repository, match["path"] or match["src"] or "")
        return (
            f"![{match['alt'] or ''}]({address})" if address else f"({match['alt'] or 'a picture'})"
        )

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = lambda url: url.startswith(("data:image/", "http://", "https://"))  # type: ignore[method-assign]
    return str(parser.render(IMAGE.sub(picture, text)))


def headline(bank: Bank) -> dict[str, str]:
    """Return the result beside the rule of thumb, in words; empty where nothing was measured."""
    result = bank.facts["evaluate"].get("headline") or {}
    if not result:
        return {}
    text = bank.text
    return {
        "label": text("{{ evaluate.headline.label }}"),
        "value": text("{{ evaluate.headline.value|score }}"),
        "interval": text(
            "{% if evaluate.headline.low is number %}95% interval "
            "{{ evaluate.headline.low|plain }} to {{ evaluate.headline.high|plain }}{% endif %}"
        ),
        "rule": text(
            "{{ evaluate.headline.rule_of_thumb.value|score }} for "
            "{{ evaluate.headline.rule_of_thumb.label }}"
        ),
        "improvement": text(
            "{% if evaluate.headline.improvement is number %}"
            "{{ evaluate.headline.improvement|share }} better{% endif %}"
        ),
        "goal": GOALS[(result.get("goal") or {}).get("met")],
        "openings": text("test rows looked at {{ evaluate.openings|counted('time') }}"),
        "doubt": str(result.get("doubt") or ""),
    }


def ladder(bank: Bank) -> list[Rung]:
    """Return the rungs that were measured, with bars as long as their scores."""
    rungs = bank.facts.get("ladder") or []
    longest = max((abs(rung["score"]) for rung in rungs), default=0) or 1
    chosen = (bank.facts["train"].get("choice") or {}).get("chosen")
    return [
        Rung(
            rung["label"],
            rung["role"],
            bank.score(rung["score"]),
            round(100 * abs(rung["score"]) / longest, 1),
            rung["name"] == chosen,
        )
        for rung in rungs
    ]


def groups(bank: Bank) -> list[dict[str, str]]:
    """Return the three groups in which the model is worst."""
    return [
        {
            "name": each["label"],
            "score": bank.score(each["score"]),
            "rows": counted(each["rows"], bank.facts["test_noun"][:-1]),
        }
        for each in (bank.facts.get("slices") or [])[:3]
    ]


def open_decisions(repository: Repository) -> list[tuple[str, str]]:
    """Return the place and the question of each reason that DECISIONS.md still asks for."""
    path = "DECISIONS.md"
    text = repository.text(path) if path in repository.files else None
    return [
        (f"{path}:{text.count(chr(10), 0, match.start()) + 1}", " ".join(match[1].split()))
        for match in WHY.finditer(text or "")
        if text
    ]


def render(made: Review) -> str:
    """Return the page."""
    from jinja2 import Environment

    source = files(__package__).joinpath("page.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["counted"] = counted
    template = environment.from_string(source)
    page = template.render(review=made, mark=MARK)
    return page.encode("utf-8", "backslashreplace").decode()  # names of files may be no text
