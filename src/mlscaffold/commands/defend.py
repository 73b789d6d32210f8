"""The command `defend`: practise the interview on the numbers of one's own project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import output
from ..errors import MlscaffoldError

if TYPE_CHECKING:
    from ..defend.bank import Bank, Question
    from ..defend.diary import Diary


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--topic", metavar="TOPIC", help="Ask about this topic only.")
@click.option("--question", "key", metavar="ID", help="Ask this question only.")
@click.option("--answer", metavar="TEXT", help="Judge this answer to --question, and end.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Mock interview: no hints until the end.",
)
@click.option(
    "--predict", is_flag=True, help="Bet on what a change does to the score; it is measured."
)
@click.option("--rewrite", is_flag=True, help="Write a function of yours again, on a copy.")
@click.option("--list", "as_list", is_flag=True, help="List the questions that apply.")
@click.option("--json", "as_json", is_flag=True, help="Print questions, or the verdict, as JSON.")
@click.option(
    "--export",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a private sheet with live numbers.",
)
@click.option("--forget", is_flag=True, help="Delete what was remembered of this repository.")
def defend(
    path: Path, topic: str | None, key: str | None, answer: str | None, minutes: float | None,
    predict: bool, rewrite: bool, as_list: bool, as_json: bool, export: Path | None, forget: bool,
) -> None:  # fmt: skip
    """Practise the interview on your own numbers.

    Any repository will do. Asks what an artifact can answer, and compares your words with it where
    a program honestly can. Nothing leaves this machine; what went wrong comes first the next time.

    \b
    Examples:
      mlscaffold defend
      mlscaffold defend --minutes 15
      mlscaffold defend --question headline --answer "about 66, the rule of thumb has 87"
      mlscaffold defend --predict
    """
    from ..defend.diary import arrange

    if answer is not None and not key:
        raise click.UsageError("`--answer` needs `--question`")
    if sum(map(bool, (as_list, export, forget, minutes, predict, rewrite, answer is not None))) > 1:
        raise click.UsageError("these options exclude each other: choose one")
    bank, diary = open_bank(path)
    if forget:
        output.say("Forgotten" if diary.forget() else "There was nothing to forget")
        return
    if predict or rewrite:
        practise_on_copy(bank, diary, predict=predict)
        return
    questions = select(bank, topic, key)
    entries, _ = diary.read()
    if answer is not None:
        print_verdict(questions[0], answer, as_json=as_json)
    elif as_list or as_json:
        print_questions(questions, diary, as_json=as_json)
    elif export:
        write_sheet(bank, questions, export)
    else:
        hold(bank, diary, arrange(questions, entries), minutes)


def open_bank(path: Path) -> tuple[Bank, Diary]:
    """Return the questions of the repository at `path`, and its diary."""
    from ..check.findings import clean
    from ..check.repository import Repository
    from ..defend.bank import Bank
    from ..defend.diary import Diary, key_of

    if not path.is_dir():
        raise MlscaffoldError(f"`{path}` is not a folder", "name the folder of a repository")
    bank = Bank(Repository(path.resolve()))
    for name, reason in bank.repository.skipped.items():
        output.say(clean(f"not read: {name} ({reason})"))
    return bank, Diary(key_of(path, bank.facts["git"].get("root")))


def select(bank: Bank, topic: str | None, key: str | None) -> list[Question]:
    """Return the questions that were asked for; name what there is where there is none."""
    questions = bank.questions
    if not questions:
        hint = "`uv run reproduce` measures a project of ours; elsewhere, is there any Python?"
        raise MlscaffoldError("nothing here can be asked about", hint)
    topics = list(dict.fromkeys(each.topic for each in questions))
    if topic and topic not in topics:
        raise MlscaffoldError(
            f"there is no question about `{topic}`", f"topics: {', '.join(topics)}"
        )
    if key and key not in {each.key for each in questions}:
        raise MlscaffoldError(f"there is no question `{key}` here", "`--list` names them")
    return [each for each in questions if topic in {None, each.topic} and key in {None, each.key}]


def print_verdict(question: Question, answer: str, *, as_json: bool) -> None:
    """Print how an answer compares with what was measured."""
    import json

    from ..defend.judge import judge
    from ..defend.session import tone_of

    judged = judge(answer, question.truth) if question.truth else None
    verdict = judged.verdict.value if judged else "cannot judge"
    reason = judged.reason if judged else "this one you grade yourself, by the outline"
    follow = question.follow[tone_of(verdict)]
    if as_json:
        said = {"id": question.key, "verdict": verdict, "reason": reason, "follow_up": follow,
                "shown": question.shown, "artifacts": question.artifacts}  # fmt: skip
        click.echo(json.dumps(said, indent=1, ensure_ascii=False))
        return
    click.echo(f"{verdict}: {reason}\n{question.shown_as}: {question.shown}")
    click.echo(f"see: {', '.join(question.artifacts)}")
    click.echo(f"then: {follow}")


def print_questions(questions: list[Question], diary: Diary, *, as_json: bool) -> None:
    """Print the questions, with how they last went."""
    import json

    from ..defend.sheet import as_data

    entries, _ = diary.read()
    data = as_data(questions, entries)
    if as_json:
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
        return
    for each in data:
        last = f" ({each['last']})" if each["last"] else ""
        click.echo(f"{each['id']:<20} {each['topic']:<15} {each['question']}{last}")


def write_sheet(bank: Bank, questions: list[Question], path: Path) -> None:
    """Write the sheet with live numbers."""
    from ..defend.sheet import as_markdown, export

    project = bank.facts["project"].get("project", {})
    title = str(project.get("title") or bank.repository.root.name)
    hidden = export(bank.repository.root, path, as_markdown(title, questions))
    output.say(f"Wrote {path}{'; git ignores it in this copy' if hidden else ''}")


def need_terminal() -> None:
    """Refuse to ask where nobody can answer."""
    if not (sys.stdin and sys.stdin.isatty()):
        hint = "`--list`, `--json`, `--export FILE` and `--question ID --answer TEXT` need none"
        raise MlscaffoldError("there is no terminal to ask at", hint)


def hold(bank: Bank, diary: Diary, questions: list[Question], minutes: float | None) -> None:
    """Hold a session at the terminal."""
    from ..defend.session import Session, show_example

    need_terminal()
    session = Session(bank.repository.root, diary)
    if minutes:  # without an example, which gives an answer away
        session.interview(questions, minutes)
    else:
        session.practise(questions if diary.path.exists() else show_example(questions))


def practise_on_copy(bank: Bank, diary: Diary, *, predict: bool) -> None:
    """Bet on an experiment, or write a function again; both on a copy of the project."""
    need_terminal()
    if predict:
        from ..defend.betting import bet

        bet(bank, diary)
    else:
        from ..defend.rewriting import rewrite

        rewrite(bank)
