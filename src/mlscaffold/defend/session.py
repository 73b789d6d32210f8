"""One sitting: asks, waits, shows the artifact, asks the follow-up, and sums up at the end."""

from __future__ import annotations

import shutil
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from ..check.findings import counted
from .bank import Question
from .decisions import propose
from .diary import WEAK, Diary, Entry
from .judge import judge
from .number_judge import show
from .verdicts import Choice, Interval, Judgement, Number, Verdict

HELP = (
    "Answer as you would out loud. /hint, /skip, /edit (for a long answer), /quit (nothing is lost)"
)
ALOUD = "This one has no hint: say it out loud, or press Enter to go on; /quit ends"
GRADES = {"y": "right", "p": "missing", "n": "wrong"}
COLOURS = {"right": "green", "wrong": "red", "missing": "yellow", "cannot judge": "cyan"}


class Quit(Exception):  # noqa: N818 - nothing went wrong
    """The learner has enough for today."""


@dataclass(frozen=True)
class Told:
    """A question with what was said to it, and the verdict; None where the learner must judge."""

    question: Question
    answer: str
    judgement: Judgement | None


def prompt(text: str) -> str:
    """Ask at the terminal; an empty answer is one."""
    return str(click.prompt(text, default="", show_default=False, prompt_suffix=" "))


@dataclass
class Session:
    """A sitting over some questions; `ask` is the terminal or a stand-in."""

    root: Path
    diary: Diary
    ask: Callable[[str], str] = prompt
    now: Callable[[], float] = time.monotonic
    told: list[Told] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    remembers: bool = True

    def practise(self, questions: Sequence[Question]) -> None:
        """Ask one question after the other, each with its artifact and a follow-up."""
        say(HELP)
        try:
            for number, question in enumerate(questions, 1):
                self.put(question, f"{number}/{len(questions)}")
        except Quit:
            pass
        except (click.Abort, KeyboardInterrupt):
            say("\nStopped; what you said is kept.")
        self.sum_up()

    def interview(self, questions: Sequence[Question], minutes: float) -> None:
        """Ask against the clock, without a hint; verdicts come at the end."""
        end = self.now() + 60 * minutes
        say(f"{counted(minutes, 'minute')}. No hints; /skip and /quit work.")
        say("The verdicts come at the end.")
        try:
            for question in mixed(questions):
                if self.now() >= end:
                    say("\nTime is up.")
                    break
                say(f"\n[{left(end - self.now())}] {question.ask}")
                if answer := self.listen(question, hints=False):
                    judged = judge(answer, question.truth) if question.truth else None
                    self.told.append(Told(question, answer, judged))
                    say(f"\n{question.follow[tone(judged)]}")
                    self.told[-1] = complete(self.told[-1], self.reply())
        except Quit:
            pass
        except (click.Abort, KeyboardInterrupt):
            say("\nStopped; what you said is kept.")
        for told in self.told:
            say(f"\n{told.question.ask}\n  you: {told.answer}")
            self.reveal(told)
            if not told.judgement:
                say(f"  a good answer covers: {told.question.model}")
            self.keep(told, told.judgement.verdict if told.judgement else "not graded")
        self.sum_up()

    def put(self, question: Question, number: str) -> None:
        """Ask one question, and what an interviewer would ask then."""
        say(f"\n{number} {question.ask}", bold=True)
        answer = self.listen(question)
        if not answer:
            return
        judged = judge(answer, question.truth) if question.truth else None
        asked_again = False
        if judged and judged.verdict is Verdict.MISSING:
            say(f"{upper_first(judged.reason.partition(';')[0])}. {nudge(question)}")
            more, asked_again = self.listen(question), True
            if more and question.truth:
                told = complete(Told(question, answer, judged), more)
                answer, judged = told.answer, told.judgement
        told = Told(question, answer, judged)
        self.told.append(told)
        self.reveal(told)
        try:
            verdict = self.settle(told)
        except (click.Abort, KeyboardInterrupt, Quit):
            self.keep(told, "not graded")
            raise
        self.keep(told, verdict)
        if not (asked_again and verdict == Verdict.MISSING):
            say(f"\n{question.follow[tone_of(verdict)]}")
            self.reply()
        self.offer_decision(told, verdict)

    def reply(self) -> str:
        """Return what the learner says to a follow-up, which may be nothing."""
        while True:
            said = self.ask(">").strip()
            if said == "/quit":
                raise Quit
            if said == "/skip" or not said.startswith("/"):
                return said.removeprefix("/skip")
            say(ALOUD)

    def listen(self, question: Question, *, hints: bool = True) -> str:
        """Return what the learner says; an empty text where they skip."""
        while True:
            said = self.ask(">").strip()
            if said == "/quit":
                raise Quit
            if said in {"", "/skip"}:
                return ""
            if said == "/hint" and hints:
                say(f"A good answer covers: {question.model}")
            elif said == "/edit":
                try:
                    return (edit(question.ask) or "").strip()
                except click.ClickException:
                    say("There is no editor that works: set EDITOR, or type it here.")
            elif said.startswith("/"):
                say(HELP)
            else:
                return said

    def reveal(self, told: Told) -> None:
        """Show the verdict, the measured numbers and where they stand."""
        if told.judgement:
            verdict = told.judgement.verdict
            mark = click.style(verdict, fg=COLOURS[verdict], bold=True)
            say(f"{mark}: {told.judgement.reason}")
        say(f"  {told.question.shown_as}: {told.question.shown}")
        say(f"  see: {', '.join(told.question.artifacts)}")

    def settle(self, told: Told) -> str:
        """Return the verdict; where a program cannot judge, the learner does, by the outline."""
        if told.judgement and told.judgement.verdict is not Verdict.UNSURE:
            return told.judgement.verdict.value
        say(f"  a good answer covers: {told.question.model}")
        while True:
            said = self.ask("Did yours? [y]es, [p]artly, [n]o").strip().lower()
            if said == "/quit":
                raise Quit
            if said[:1] in GRADES:
                return GRADES[said[:1]]
            if said in {"", "/skip"}:
                return "not graded"

    def keep(self, told: Told, verdict: str) -> None:
        """Write to the diary how the question went."""
        sure = told.judgement and told.judgement.verdict is not Verdict.UNSURE
        judge_name = "tool" if sure else "learner"
        self.verdicts[told.question.key] = str(verdict)
        try:
            self.diary.add(Entry(told.question.key, str(verdict), judge_name, told.answer))
        except OSError as error:
            if self.remembers:
                say(f"This cannot be remembered in {self.diary.path}: {error.strerror}")
            self.remembers = False

    def offer_decision(self, told: Told, verdict: str) -> None:
        """Offer to put the answer into DECISIONS.md, where its `why` is still open."""
        proposal = propose(self.root, told.question.artifacts, told.answer)
        if verdict == Verdict.WRONG or not proposal:
            return
        say("\nDECISIONS.md still asks for this reason. With your answer:")
        for line in proposal.difference:
            say(f"  {line}", wrap=False)
        if self.ask("Write it? [y/N]").strip().lower().startswith("y"):
            proposal.write()

    def sum_up(self) -> None:
        """Say how it went, and what to read again, with file and line."""
        last = self.verdicts
        asked = [told.question for told in self.told]
        if not asked:
            return
        verdicts = [last.get(each.key, "not graded") for each in asked]
        listed = ", ".join(f"{verdicts.count(name)} {name}" for name in dict.fromkeys(verdicts))
        say(f"\n{counted(len(asked), 'question')}: {listed}")
        if weak := [each for each in asked if last.get(each.key) in WEAK]:
            say("Read again:")
            for each in weak:
                say(f"  {', '.join(each.artifacts[:3])}  ({each.key})")


def complete(told: Told, more: str) -> Told:
    """Return an answer with what was said when asked again, where something had been missing."""
    truth, judged = told.question.truth, told.judgement
    if not (more and truth and judged and judged.verdict is Verdict.MISSING):
        return told
    again, whole = judge(more, truth), f"{told.answer} {more}"
    if again.verdict is Verdict.MISSING:  # the first words may hold the other half
        again = judge(whole, truth)
    return Told(told.question, whole, again)


def left(seconds: float) -> str:
    """Return how much time is left."""
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes else "under a minute left"


def show_example(questions: Sequence[Question]) -> Sequence[Question]:
    """Show one of several questions with its true answer; return them, with that one last."""
    numbers = [each for each in questions if isinstance(each.truth, Number)]
    numbers.sort(key=lambda each: each.key != "headline")
    if len(questions) < 2 or not numbers or not isinstance(numbers[0].truth, Number):
        return questions
    question, truth = numbers[0], numbers[0].truth
    good = f"It is {show(truth.value, truth)}."
    say("An example of how this goes:")
    say(f"\n  {question.ask}\n  > Quite good, I think.")
    first, second = judge("Quite good, I think.", truth), judge(good, truth)
    say(f"  {first.verdict}: {first.reason.partition(';')[0]}. {nudge(question)}\n  > {good}")
    say(f"  {second.verdict}\n  {question.shown_as}: {question.shown}")
    say(f"  see: {question.artifacts[0]}")
    say(f"  {question.follow['right']}\n")
    say("Where a program cannot judge, you grade yourself against an outline. Your turn.\n")
    return [*(each for each in questions if each is not question), question]


def mixed(questions: Sequence[Question]) -> list[Question]:
    """Return the questions so that one topic follows another, as in an interview."""
    seen: dict[str, int] = {}
    ranked = []
    for place, question in enumerate(questions):
        seen[question.topic] = seen.get(question.topic, 0) + 1
        ranked.append((seen[question.topic], place, question))
    return [question for *_, question in sorted(ranked, key=lambda each: each[:2])]


def tone(judged: Judgement | None) -> str:
    """Return which follow-up fits a judgement."""
    return tone_of(judged.verdict if judged else "")


def tone_of(verdict: str) -> str:
    """Return which follow-up fits a verdict."""
    return verdict if verdict in {"right", "wrong"} else "open"


def edit(question: str) -> str | None:
    """Return what the learner writes in their editor; None where they give up."""
    text = click.edit(f"\n\n# {question}\n# Lines with a # are left out.\n", extension=".md")
    if text is None:
        return None
    return " ".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def nudge(question: Question) -> str:
    """Return what to ask where the answer does not hold what was asked for."""
    asks = {Number: "In figures?", Interval: "From where to where?", Choice: "Which one?"}
    return asks.get(type(question.truth), "One way or the other?")


def upper_first(text: str) -> str:
    """Return a text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def say(text: str, *, wrap: bool = True, bold: bool = False) -> None:
    """Print a text, wrapped to the terminal."""
    width = max(40, min(100, shutil.get_terminal_size().columns))
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        fits = not wrap or len(click.unstyle(line)) <= width
        shown = line if fits else textwrap.fill(line, width, subsequent_indent=f"{indent}  ")
        click.echo(click.style(shown, bold=True) if bold else shown)
