"""The questions that a repository can answer, each with the artifact that backs it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from jinja2 import ChainableUndefined, Environment, Template, UndefinedError, pass_context
from jinja2.runtime import Context

from ..check.findings import clean, counted
from ..check.repository import Repository
from .code_facts import grave_findings
from .facts import Facts, gather, is_number, names, near, rounded
from .places import Places
from .verdicts import Choice, Direction, Interval, Number, Truth

TOPICS = """
problem result models split diagnosis data regression classification recommender anomaly product
""".split()
FINDING = {
    "right": "And what does it do to your score?",
    "wrong": "Look at the line. Is it so?",
    "open": "What would you change, and what would the score do?",
}


class Templates(Environment):
    """Templates in which `choice.clear` is the value of the key, never a method of the table."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value of a key, as far as there is one."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def unit_of(facts: Facts | Context) -> str:
    """Return the unit of the deciding metric, empty where it has none."""
    metric = facts["train"].get("metric") or {}
    return str(metric.get("unit", ""))


@pass_context
def score(facts: Facts | Context, value: Any) -> str:
    """Return a value of the deciding metric with its unit."""
    return f"{rounded(value)} {unit_of(facts)}".rstrip()


@pass_context
def labelled(facts: Context, name: Any) -> Any:
    """Return what people call a column, as far as the project says so."""
    return facts.get("labels", {}).get(name, name)


TEMPLATES = Templates(
    undefined=ChainableUndefined,
    autoescape=False,  # plain text
    finalize=lambda value: rounded(value) if isinstance(value, float) else value,
)
TEMPLATES.filters |= {
    "score": score,
    "plain": rounded,
    "share": lambda value: f"{value:.1%}".replace(".0%", "%") if is_number(value) else "-",
    "counted": counted,
    "labelled": labelled,
    "count": lambda value: rounded(value) if is_number(value) else "-",
    "names": names,
    "near": near,
    "lower_first": lambda text: text[:1].lower() + text[1:],
    "upper_first": lambda text: text[:1].upper() + text[1:],
}


@cache
def template(text: str) -> Template:
    """Return a text of the bank, compiled; the facts of any project can fill it."""
    return TEMPLATES.from_string(text)


@cache
def expression(text: str) -> Callable[[Facts], Any]:
    """Return an expression of the bank, compiled."""
    return TEMPLATES.compile_expression(text)


@cache
def entries(topic: str) -> list[dict[str, Any]]:
    """Return what the bank holds on a topic."""
    text = files(__package__).joinpath(f"bank/{topic}.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["question"]
    return found


@dataclass(frozen=True)
class Question:
    """One question with the truth, where a program knows it, and the artifacts that show it."""

    key: str
    topic: str
    ask: str
    truth: Truth | None
    shown: str  # the live numbers
    artifacts: tuple[str, ...]  # places: `path:line`
    model: str  # outline of an answer
    follow: dict[str, str]  # by `right`, `wrong` and `open`
    shown_as: str = "on record"  # what the live numbers are


class Bank:
    """The bank, filled with the facts of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.facts: Facts = gather(repository)
        self.unasked: dict[str, str] = {}
        self.places = Places(repository)
        self.unit = unit_of(self.facts)

    @cached_property
    def questions(self) -> list[Question]:
        """The questions that apply and are backed by at least one artifact."""
        topics = (
            TOPICS if self.repository.results else ("code", *TOPICS)
        )  # what a stranger sees first
        found = [question for topic in topics for question in self.topic(topic)]
        return found if self.repository.results else [*found, *self.about_findings()]

    def about_findings(self) -> Iterator[Question]:
        """Yield a question for each of the graver things that a reviewer would stop at."""
        for rule, finding in grave_findings(self.repository):
            yield Question(
                f"finding-{rule.code.lower()}",
                "code",
                clean(f"A reviewer stops at {finding.place}: {finding.message}. What do you say?"),
                None,
                clean(finding.mend),
                (clean(finding.place),),
                " ".join(rule.advice().split()),
                FINDING,
                "what helps",
            )

    def topic(self, topic: str) -> Iterator[Question]:
        """Yield the questions of one topic."""
        for entry in entries(topic):
            try:
                question = self.question(topic, entry)
            except (UndefinedError, TypeError, ValueError, KeyError, IndexError) as error:
                self.unasked[entry["id"]] = f"what it needs has another shape here: {error}"
            else:
                if question:
                    yield question

    def question(self, topic: str, entry: dict[str, Any]) -> Question | None:
        """Return a question of the bank with this project's facts; none where it does not apply."""
        if not self.value(entry["when"]) or not (
            artifacts := tuple(map(clean, self.artifacts(entry)))
        ):
            return None
        return Question(
            entry["id"],
            topic,
            self.text(entry["ask"]),
            self.truth(entry["truth"]) if "truth" in entry else None,
            self.text(entry["shown"]),
            artifacts,
            self.text(entry["model"]),
            {name: self.text(said) for name, said in entry["follow"].items()},
        )

    def artifacts(self, entry: dict[str, Any]) -> Iterator[str]:
        """Yield the places that back a question, as far as they exist."""
        for path in entry.get("results", ()):
            yield from self.places.in_results(path)
        for name in entry.get("figures", ()):
            yield from self.places.figure(name)
        for said in entry.get("files", ()):
            yield from self.places.in_file(self.text(said))
        for said in entry.get("code", ()):
            yield from self.places.in_code(self.text(said))
        yield from dict.fromkeys(filter(None, map(self.text, entry.get("places", ()))))
        if entry.get("git"):
            yield "git log --stat"

    def value(self, said: str) -> Any:
        """Return what an expression of the bank is worth here."""
        return expression(said)(self.facts)

    def text(self, said: str) -> str:
        """Return a text of the bank with this project's names and numbers."""
        return clean(template(said).render(self.facts))

    def score(self, value: Any) -> str:
        """Return a value of the deciding metric with its unit."""
        return score(self.facts, value)

    def truth(self, said: dict[str, Any]) -> Truth | None:
        """Return what is true, with the type that the judge needs."""
        kind = self.value(said["kind"]) if "'" in said["kind"] else said["kind"]
        if kind == "interval":
            low, high = self.value(said["low"]), self.value(said["high"])
            return Interval(
                float(low), float(high), share=self.is_index(low) and self.is_index(high)
            )
        value = self.value(said["value"])
        if kind == "direction":
            return Direction(value, said["cues"])
        if kind == "choice":
            also = self.value(said["also"]) if "also" in said else ()
            return Choice(value, as_names(self.value(said["names"])), tuple(also))
        return self.number(kind, float(value), said) if is_number(value) else None

    def number(self, kind: str, value: float, said: dict[str, Any]) -> Number:
        """Return a number with what else is true of the project."""
        unit = self.value(said["unit"]) if "unit" in said else ""
        label = self.value(said["label"]) if "label" in said else ""
        if kind == "metric":
            kind, unit = ("share", "") if self.is_index(value) else ("number", self.unit)
            label = self.facts["train"]["metric"]["label"]
        others = {name: self.value(path) for name, path in said.get("others", {}).items()}
        shares = {name: self.value(path) for name, path in said.get("shares", {}).items()}
        period = (self.value(said["period"]) if "period" in said else "") or ""
        return Number(
            value,
            kind,
            unit or "",
            period,
            label or "",
            {name: float(other) for name, other in others.items() if is_number(other)},
            {name: float(other) for name, other in shares.items() if is_number(other)},
        )

    def is_index(self, value: Any) -> bool:
        """Tell whether a value of the deciding metric is a share or an index from 0 to 1."""
        metric = self.facts["train"].get("metric") or {}
        higher = metric.get("direction") == "higher" and not self.unit
        return higher and is_number(value) and 0 <= value <= 1


def as_names(told: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the names of options as tuples, without empty ones."""
    return {name: tuple(each for each in words if each) for name, words in told.items()}
