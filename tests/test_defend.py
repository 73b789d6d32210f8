"""`mlscaffold defend`: what is asked, how answers are judged, what is remembered."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Command, write_files
from defend import HALVES, judge_half, read_truth  # benchmarks/defend.py

from mlscaffold.check.repository import Repository
from mlscaffold.commands import defend as commands
from mlscaffold.contract import Results
from mlscaffold.defend.bank import Bank, Question
from mlscaffold.defend.diary import Bet, Diary, Entry, arrange, calibration
from mlscaffold.defend.facts import rounded
from mlscaffold.defend.judge import judge
from mlscaffold.defend.session import Session
from mlscaffold.defend.verdicts import Choice, Direction, Interval, Number, Verdict

PROJECT = """\
[project]
title = "Bicycles"
question = "How many bicycles will be rented in an hour?"
decision_maker = "The dispatcher"
decision = "sends vans where bicycles are needed"
goal = 0.1

[data]
source = "bikes.csv"
licence = "CC BY 4.0"

[rule_of_thumb]
kind = "group_mean"

[columns]
numeric = ["hr", "temp", "hum"]

[columns.labels]
hr = "hour of the day"

[split]
kind = "time"
"""
DECISIONS = """\
# Decisions

## The split

By time.

<!-- why: which rows will the model meet when it is used? -->

## The model

Boosting.
"""
RUN = {
    "date": "2026-11-26", "commit": "abc1234", "dirty": False, "seconds": 4.0, "python": "3.12",
    "libraries": {}, "machine": "Linux, 2 cores", "hashes": {},
}  # fmt: skip


def rung(name: str, label: str, role: str, score: float) -> dict[str, Any]:
    return {"name": name, "label": label, "role": role, "score": score, "folds": [score] * 5}


def results() -> dict[str, Any]:
    """Results of a project about bicycles, valid by the contract."""
    made = {
        "contract": 1,
        "train": {
            "run": RUN,
            "data": {"rows": 17379, "columns": 12, "cleaning": [{"rule": "repeated", "rows": 214}]},
            "split": {"kind": "time", "by": "dteday", "train_rows": 12165, "test_rows": 5214},
            "metric": {"name": "rmse", "label": "root mean squared error", "direction": "lower",
                       "unit": "rentals"},
            "ladder": [
                rung("constant", "one number for all", "constant", 231.0),
                rung("rule_of_thumb", "the mean per hour", "rule_of_thumb", 91.0),
                rung("ridge", "ridge", "model", 74.2),
                rung("boosting", "boosting", "model", 62.5),
            ],
            "choice": {
                "chosen": "boosting", "best": "boosting", "rule": "the simplest that is not worse",
                "reason": "boosting scores best",
                "comparisons": [{"model": "ridge", "against": "boosting", "difference": 11.7,
                                 "low": 8.1, "high": 15.2, "clear": True}],
            },
            "leakage": {"copies": 0, "alone": {"hr": 0.5, "temp": 0.2, "hum": 0.1}},
        },
        "diagnose": {
            "run": RUN,
            "bias_variance": {"train": 41.0, "validation": 62.5, "verdict": "high variance",
                              "advice": "more rows"},
            "curves": {"learning": {"points": [{"rows": 1000, "train": 30.0, "validation": 80.0}],
                                    "gain_from_twice": {"estimate": 0.1, "low": 0.0, "high": 0.4,
                                                        "rows": 12165}}},
            "importance": [{"feature": "hr", "label": "hour of the day", "mean": 90.0},
                           {"feature": "temp", "label": "temperature", "mean": 12.0},
                           {"feature": "hum", "label": "humidity", "mean": 3.0}],
        },
        "evaluate": {
            "run": RUN,
            "headline": {
                "metric": "rmse", "label": "root mean squared error", "direction": "lower",
                "unit": "rentals", "value": 66.14, "low": 61.3, "high": 71.2, "rows": 5214,
                "rule_of_thumb": {"name": "rule", "label": "the mean per hour", "value": 87.0},
                "improvement": 0.24, "improvement_low": 0.19, "improvement_high": 0.28,
                "goal": {"text": "A tenth better.", "wanted": 0.1, "met": True},
            },
            "slices": [{"name": "rush hour", "kind": "found", "rows": 900, "score": 110.0},
                       {"name": "night", "kind": "found", "rows": 1200, "score": 20.0}],
            "openings": 1,
        },
    }  # fmt: skip
    Results.model_validate(made)
    return made


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with results, a study of two functions, and an open decision."""
    root = tmp_path_factory.mktemp("defend") / "bikes"
    write_files(
        root,
        {
            "project.toml": PROJECT,
            "DECISIONS.md": DECISIONS,
            "README.md": "# Bicycles\n\n<!-- headline -->\nrule of thumb\n",
            "reports/results.json": json.dumps(results(), indent=1) + "\n",
            "reports/errors.csv": "row,note\n1,\n2,rain\n",
            "reports/figures/result.png": "",
            "src/bikes/train.py": "def choose(ladder):\n    return min(ladder)\n",
            "src/bikes/split.py": "def split(rows):\n    return rows[:9], rows[9:]\n",
        },
    )
    commit(root)
    return root


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copytree(repository, tmp_path / "bikes"))


def commit(root: Path) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "Begin"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)


def ask(root: Path, key: str) -> Question:
    return next(each for each in Bank(Repository(root)).questions if each.key == key)


def change(root: Path, path: str, value: Any) -> None:
    """Change one value of results.json."""
    place = root / "reports/results.json"
    told = table = json.loads(place.read_text("utf-8"))
    *keys, last = path.split(".")
    for key in keys:
        table = table[int(key) if key.isdigit() else key]
    table[last] = value
    place.write_text(json.dumps(told, indent=1), "utf-8")


@pytest.mark.parametrize("half", HALVES)
def test_hardly_anybody_is_accused_falsely_and_wrong_numbers_are_caught(half: str) -> None:
    judged = judge_half(half)
    fair = [each for each in judged if each.label != "wrong"]
    accused = [each.text for each in fair if each.verdict is Verdict.WRONG]
    assert len(accused) <= 0.02 * len(fair), accused
    numbers = [each for each in judged if each.label == "wrong" and isinstance(each.truth, Number)]
    caught = [each for each in numbers if each.verdict is Verdict.WRONG]
    assert len(caught) >= 0.9 * len(numbers)


@pytest.mark.parametrize(
    ("path", "changed", "key", "answer"),
    [
        ("evaluate.headline.value", 71.9, "headline", "about 66 rentals"),
        ("evaluate.headline.improvement", 0.4, "improvement", "by a quarter"),
        ("evaluate.headline.rule_of_thumb.value", 99.0, "rule-of-thumb", "87"),
        ("evaluate.headline.goal.met", False, "goal-met", "yes, we did"),
        ("evaluate.openings", 3, "openings", "once, at the end"),
        ("train.choice.chosen", "ridge", "chosen", "boosting"),
        ("train.choice.comparisons.0.clear", False, "clearly-better", "yes, clearly"),
        ("train.split.kind", "random", "split", "in time order"),
        ("train.data.rows", 1000, "rows", "about 17 thousand"),
        ("diagnose.bias_variance.verdict", "high bias", "bias-variance", "it overfits"),
        ("diagnose.bias_variance.train", 60.0, "training-error", "41 on its own rows"),
        (
            "diagnose.curves.learning.gain_from_twice",
            {"estimate": 6.0, "low": 3.0, "high": 9.0, "rows": 12165},
            "more-data",
            "no, the curve is flat",
        ),
        ("diagnose.importance.0.mean", 1.0, "important", "the hour of the day"),
        ("evaluate.slices.0.score", 10.0, "worst-group", "the rush hour"),
    ],
)
def test_a_verdict_flips_with_the_value_in_the_results(
    project: Path, path: str, changed: Any, key: str, answer: str
) -> None:
    truth = ask(project, key).truth
    assert truth
    assert judge(answer, truth).verdict is Verdict.RIGHT
    change(project, path, changed)
    after = ask(project, key).truth
    assert after
    assert judge(answer, after).verdict is Verdict.WRONG


def test_every_question_is_backed_by_a_place_that_exists(project: Path) -> None:
    questions = Bank(Repository(project)).questions
    assert len(questions) > 30
    for question in questions:
        assert question.artifacts, question.key
        for place in question.artifacts:
            path, _, line = place.partition(":")
            if path.startswith("git "):
                continue
            assert (project / path).exists(), (question.key, place)
            if line:
                assert int(line) <= len((project / path).read_text("utf-8").splitlines())


def test_every_question_has_a_follow_up_for_each_way_an_answer_can_go(project: Path) -> None:
    for question in Bank(Repository(project)).questions:
        assert {"right", "wrong", "open"} <= {
            name for name, said in question.follow.items() if said
        }
        assert "{" not in "".join([question.ask, question.shown, *question.follow.values()])


def test_a_place_in_the_results_is_the_line_of_the_value(project: Path) -> None:
    place = ask(project, "headline").artifacts[0]
    line = (project / "reports/results.json").read_text("utf-8").splitlines()[int(place[21:]) - 1]
    assert line.strip() == '"value": 66.14,'


def test_questions_of_other_types_are_not_asked(project: Path) -> None:
    topics = {each.topic for each in Bank(Repository(project)).questions}
    assert not topics & {"recommender", "anomaly", "classification", "product", "code"}


@pytest.mark.parametrize("threshold", [0.2, None])
def test_one_class_is_asked_about_only_where_there_are_two(
    project: Path, threshold: float | None
) -> None:
    way = {"cost": 210.0, "recall": 0.7, "precision": 0.4, "flagged": 0.2}
    made = results()
    made["train"]["policy"] = {"threshold": threshold, "by_costs": threshold}
    made["evaluate"]["test"] = {
        "costs": {"ways": {"model": way, "rule_of_thumb": way}},
        "scores": {side: {"average_precision": 0.5} for side in ("model", "constant")},
    }
    (project / "reports/results.json").write_text(json.dumps(made, indent=1), "utf-8")
    (project / "project.toml").write_text(PROJECT + '\n[costs]\nunit = "euros"\n', "utf-8")
    asked = {each.key: each.ask for each in Bank(Repository(project)).topic("classification")}
    about_one = {"threshold", "recall", "precision", "flagged"}
    assert about_one & {*asked} == (about_one if threshold else set())
    assert "cost" in asked  # of all mistakes, whichever class they are about
    assert ("over the classes" in asked["ranking"]) == (threshold is None)


def test_a_strangers_repository_is_asked_about_its_code(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "README.md": "# Churn\n\nThe accuracy is 91% on the test set.\n",
            "train.py": "from sklearn.ensemble import RandomForestClassifier\n"
            "a, b = train_test_split(rows, test_size=0.3)\n"
            "model = RandomForestClassifier(n_estimators=300).fit(a, b)\n",
        },
    )
    found = {each.key: each for each in Bank(Repository(tmp_path)).questions}
    assert found["size-in-code"].artifacts == ("train.py:2",)
    for key, right, wrong in (
        ("claim-in-readme", "an accuracy of 0.91", "about 80 percent"),
        ("split-in-code", "at random", "in time order"),
        ("size-in-code", "30%", "a fifth"),
        ("setting-in-code", "three hundred", "a hundred"),
    ):
        truth = found[key].truth
        assert truth
        assert judge(right, truth).verdict is Verdict.RIGHT
        assert judge(wrong, truth).verdict is Verdict.WRONG
    assert "headline" not in found


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("from 61 to 71", "right"),
        ("61.3 - 71.2", "right"),
        ("66 ± 5", "right"),
        ("between 40 and 50", "wrong"),
        ("66 plus or minus 15", "wrong"),
        ("66 ± 2.5", "cannot judge"),
        ("the lower end is 50, the upper 66", "wrong"),
        ("rather sure", "missing"),
        ("66", "missing"),
    ],
)
def test_an_interval_is_judged_by_its_two_ends(said: str, verdict: str) -> None:
    assert judge(said, Interval(61.3, 71.2)).verdict == verdict


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("twenty-three thousand five hundred", 23500),
        ("23.5k", 23500),
        ("23 500", 23500),
        ("two hundred and thirty three", 233),
        ("a hundred thousand", 100_000),
        ("1.2 million", 1_200_000),
        ("zero point seven nine", 0.79),
        ("66,1", 66.1),
        ("a dozen", 12),
    ],
)
def test_numbers_are_read_as_people_write_them(said: str, value: float) -> None:
    assert judge(said, Number(value)).verdict is Verdict.RIGHT
    assert judge(said, Number(value * 1.5)).verdict is Verdict.WRONG


def test_a_true_number_in_passing_is_no_mistake() -> None:
    truth = Number(66.14, unit="rentals", others={"the rule of thumb": 87.0})
    assert judge("the rule of thumb has 87", truth).verdict is Verdict.MISSING
    assert judge("66, the rule of thumb has 87", truth).verdict is Verdict.RIGHT
    assert judge("it is 87", truth).verdict is Verdict.WRONG


@pytest.mark.parametrize("said", ["52 per thousand", "52 out of 1,000", "52 per 1000", "1 in 20"])
def test_a_count_out_of_a_whole_is_a_share(said: str) -> None:
    assert judge(said, Number(0.052, "share")).verdict is Verdict.RIGHT
    assert judge(said, Number(0.52, "share")).verdict is Verdict.WRONG


def test_numbers_that_are_swapped_are_wrong() -> None:
    truth = Number(58.3, unit="bikes", others={"the rule of thumb": 87.1})
    assert judge("87 bikes, and the rule of thumb was 58", truth).verdict is Verdict.WRONG
    assert judge("58 bikes, and the rule of thumb was 87", truth).verdict is Verdict.RIGHT
    assert judge("Baseline 87, boosting upon that baseline 58", truth).verdict is not Verdict.WRONG


def test_an_option_is_known_by_a_word_that_it_alone_has() -> None:
    truth = Choice("hr", {"hr": ("hour of the day",), "free": ("working day",), "t": ("rain",)})
    assert judge("The hour. Without it nothing works", truth).verdict is Verdict.RIGHT
    assert judge("when it rains", replace(truth, value="t")).verdict is Verdict.RIGHT


def test_where_the_data_do_not_tell_nobody_is_wrong() -> None:
    truth = Direction("a little, perhaps", "more_data")
    for said in ("yes, a lot", "no, it is flat"):
        assert judge(said, truth).verdict is Verdict.UNSURE
    assert judge("a little, I could not promise it", truth).verdict is Verdict.RIGHT


def test_the_group_that_is_most_surely_bad_may_be_called_the_worst(project: Path) -> None:
    groups = [
        {"name": "snow", "kind": "found", "rows": 9, "score": 130.0, "low": 20.0, "high": 300.0},
        {
            "name": "rush hour",
            "kind": "found",
            "rows": 900,
            "score": 110.0,
            "low": 90.0,
            "high": 130,
        },
        {"name": "night", "kind": "found", "rows": 1200, "score": 20.0, "low": 18.0, "high": 22.0},
    ]
    change(project, "evaluate.slices", groups)
    truth = ask(project, "worst-group").truth
    assert truth
    verdicts = [judge(said, truth).verdict for said in ("snow", "the rush hour", "at night")]
    assert verdicts == [Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG]


def test_a_name_that_is_practically_level_is_right() -> None:
    truth = Choice("hr", {"hr": ("hour",), "temp": ("temperature",)}, also=("temp",))
    assert judge("temperature", truth).verdict is Verdict.RIGHT


def test_a_change_of_any_true_number_is_noticed() -> None:
    truths = json.loads(json.dumps({"value": 0.793, "kind": "share"}))
    truth = read_truth(truths)
    assert isinstance(truth, Number)
    for other in (0.6, 0.7, 0.75, 0.85, 0.9, 0.99):
        assert judge("0.793", replace(truth, value=other)).verdict is Verdict.WRONG


def said(*answers: str) -> Callable[[str], str]:
    """A learner who says these things, then quits."""
    waiting: Iterator[str] = iter(answers)
    return lambda _: next(waiting, "/quit")


def test_an_answer_gets_verdict_artifact_and_follow_up(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(project, Diary("a"), said("about 45 rentals", ""))
    session.practise([ask(project, "headline")])
    told = capsys.readouterr().out
    assert "wrong: not 45" in told
    assert "reports/figures/result.png" in told
    assert ask(project, "headline").follow["wrong"][:30] in told
    assert "Read again:" in told


def test_a_missing_number_is_asked_for_before_it_is_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(project, Diary("a"), said("quite good", "66 rentals", ""))
    session.practise([ask(project, "headline")])
    told = capsys.readouterr().out
    assert told.index("In figures?") < told.index("66.1")
    assert Diary("a").read()[0][0].verdict == "right"


def test_what_a_program_cannot_judge_the_learner_grades(project: Path) -> None:
    session = Session(project, Diary("a"), said("the dispatcher sends vans", "maybe", "y", ""))
    session.practise([ask(project, "problem")])
    entry = Diary("a").read()[0][0]
    assert (entry.verdict, entry.judge) == ("right", "learner")


def test_a_command_that_a_follow_up_has_not_is_no_answer(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(project, Diary("a"), said("about 66 rentals", "/hint", "compared", "87"))
    session.practise([ask(project, "headline"), ask(project, "rule-of-thumb")])
    told = capsys.readouterr().out
    assert told.count("no hint") == 1
    assert [each.answer for each in session.told] == ["about 66 rentals", "87"]


@pytest.mark.parametrize(
    ("keys", "minutes", "told"),
    [
        (("headline", "rule-of-thumb"), None, True),
        (("headline",), None, False),
        (("headline", "rule-of-thumb"), 1, False),
    ],
)
def test_the_example_gives_away_nothing_that_is_asked_next(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    keys: tuple[str, ...],
    minutes: float | None,
    told: bool,
) -> None:
    monkeypatch.setattr(commands, "need_terminal", lambda: None)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "/quit")
    bank = Bank(Repository(project))
    commands.hold(bank, Diary("new"), [ask(project, key) for key in keys], minutes)
    said = " ".join(capsys.readouterr().out.split())
    assert ("An example of how this goes" in said) == told
    first = keys[-1] if told else keys[0]
    assert re.split(r"1/\d |left\] ", said)[1] == ask(project, first).ask


def test_small_numbers_are_no_powers_of_ten() -> None:
    assert rounded(9.51e-6) == "0.00000951"
    assert rounded(-0.00414) == "-0.00414"


def test_a_mock_interview_gives_no_verdict_before_its_end(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 1.0, 2.0, 100.0])
    session = Session(project, Diary("a"), said("45", "", "boosting"), lambda: next(clock))
    session.interview([ask(project, "headline"), ask(project, "chosen")], minutes=1)
    told = capsys.readouterr().out
    assert told.index("Time is up") < told.index("wrong: not 45")


def test_ctrl_c_keeps_what_was_said(project: Path) -> None:
    answers = iter(["66", ""])

    def interrupt(_: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    Session(project, Diary("a"), interrupt).practise(
        [ask(project, "headline"), ask(project, "openings")]
    )
    assert [entry.question for entry in Diary("a").read()[0]] == ["headline"]


def test_an_answer_goes_into_the_open_decision_after_the_difference_was_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = "In time order, because the dispatcher plans tomorrow."
    Session(project, Diary("a"), said(reason, "", "y")).practise([ask(project, "split")])
    assert f"+{reason}" in capsys.readouterr().out
    assert (project / "DECISIONS.md").read_text("utf-8") == DECISIONS.replace(
        "<!-- why: which rows will the model meet when it is used? -->", reason
    )


def test_without_an_editor_the_answer_is_typed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", "/nonexistent/editor")
    Session(project, Diary("a"), said("/edit", "66 rentals", "")).practise(
        [ask(project, "headline")]
    )
    assert "type it here" in capsys.readouterr().out
    assert Diary("a").read()[0][0].verdict == "right"


def test_no_decision_is_written_without_a_yes(project: Path) -> None:
    session = Session(project, Diary("a"), said("In time order", "", ""))
    session.practise([ask(project, "split")])
    assert (project / "DECISIONS.md").read_text("utf-8") == DECISIONS


def test_wrong_ones_come_first_then_new_ones_then_the_oldest(project: Path) -> None:
    keys = ["headline", "openings", "chosen", "split"]
    asked = [ask(project, key) for key in keys]
    entries = [
        Entry("headline", "right", "tool", ""),
        Entry("chosen", "wrong", "tool", ""),
        Entry("split", "right", "tool", ""),
    ]
    assert [each.key for each in arrange(asked, entries)] == [
        "chosen", "openings", "headline", "split",
    ]  # fmt: skip


def test_the_diary_survives_a_damaged_line_and_is_forgotten(sandbox: Path) -> None:
    diary = Diary("a")
    diary.add(Entry("headline", "right", "tool", "66"))
    with diary.path.open("a") as file:
        file.write('{"half\n')
    diary.add(Bet("without hr", 150, 120, 180, 62.5, 140))
    entries, bets = diary.read()
    assert ([each.question for each in entries], len(bets)) == (["headline"], 1)
    assert diary.path.is_relative_to(sandbox)
    assert diary.path.stat().st_mode & 0o077 == 0
    assert diary.forget()
    assert diary.read() == ([], [])


def test_two_sessions_at_once_lose_no_line() -> None:
    code = (
        "from mlscaffold.defend.diary import Diary, Entry\n"
        "for number in range(15):\n"
        "    Diary('both').add(Entry(str(number), 'right', 'tool', 'x' * 9000))\n"
    )
    sessions = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [session.wait() for session in sessions] == [0, 0]
    assert len(Diary("both").read()[0]) == 30


def test_calibration_counts_bounds_and_ways() -> None:
    bets = [Bet("a", 70, 60, 80, 62, 75), Bet("b", 60, 58, 61, 62, 70)]
    assert calibration(bets).startswith("1 of 2 measured values lay within your bounds")
    assert "1 went the way" in calibration(bets)


def test_one_answer_is_judged_without_a_terminal(project: Path, mlscaffold: Command) -> None:
    done = mlscaffold("defend", project, "--question", "headline", "--answer", "66", "--json")
    assert done.status == 0
    told = json.loads(done.out)
    assert (told["verdict"], told["id"]) == ("right", "headline")


def test_questions_are_listed_without_a_terminal(project: Path, mlscaffold: Command) -> None:
    listed = mlscaffold("defend", project, "--list", "--topic", "result").out
    assert re.search(r"^headline +result ", listed, re.MULTILINE)
    told = json.loads(mlscaffold("defend", project, "--json").out)
    assert {"id", "question", "truth", "artifacts", "follow_ups"} <= told[0].keys()


def test_the_sheet_is_private_and_overwrites_nothing_else(
    project: Path, mlscaffold: Command
) -> None:
    sheet = project / "interview.md"
    assert mlscaffold("defend", project, "--export", sheet).status == 0
    assert "66.1 rentals" in sheet.read_text("utf-8")
    status = subprocess.run(
        ["git", "status", "--short"], cwd=project, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    assert mlscaffold("defend", project, "--export", sheet).status == 0
    readme = (project / "README.md").read_bytes()
    assert mlscaffold("defend", project, "--export", project / "README.md").status == 1
    assert (project / "README.md").read_bytes() == readme


def test_without_a_terminal_nothing_is_asked(project: Path, mlscaffold: Command) -> None:
    done = mlscaffold("defend", project)
    assert done.status == 1
    assert "no terminal" in done.err
    assert "--list" in done.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--topic", "weather"], 1, "no question about `weather`"),
        (["--question", "weather"], 1, "no question `weather`"),
        (["--answer", "66"], 2, "`--answer` needs `--question`"),
        (["--list", "--forget"], 2, "exclude each other"),
        (["--minutes", "0"], 2, "minutes"),
    ],
)
def test_what_cannot_be_done_is_said(
    project: Path, mlscaffold: Command, arguments: list[str], status: int, message: str
) -> None:
    done = mlscaffold("defend", project, *arguments)
    assert done.status == status
    assert message in done.err


def test_results_of_another_version_are_named_and_the_rest_is_asked(
    project: Path, mlscaffold: Command
) -> None:
    change(project, "contract", 99)
    done = mlscaffold("defend", project, "--list")
    assert "not read: reports/results.json" in done.err
    assert "problem" in done.out


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"{", b"[]", b"null", b'{"contract": 1}'], ids=repr
)
def test_damaged_results_are_skipped_with_a_reason(
    project: Path, mlscaffold: Command, content: bytes
) -> None:
    (project / "reports/results.json").write_bytes(content)
    done = mlscaffold("defend", project, "--list")
    assert done.status == 0
    assert "not read: reports/results.json" in done.err


def test_an_empty_folder_has_nothing_to_ask_about(tmp_path: Path, mlscaffold: Command) -> None:
    done = mlscaffold("defend", tmp_path, "--list")
    assert done.status == 1
    assert "nothing here can be asked about" in done.err


def test_names_of_a_repository_cannot_steer_the_terminal(project: Path) -> None:
    told = PROJECT.replace("The dispatcher", "The \\u001b[2Jdispatcher {{ 7 * 7 }}")
    (project / "project.toml").write_text(told, "utf-8")
    shown = ask(project, "problem").shown
    assert "\x1b" not in shown
    assert "{{ 7 * 7 }}" in shown


def test_errors_that_are_close_together_accuse_nobody_of_anything_but_variance() -> None:
    close = "both errors are about the same"
    assert judge(close, Direction("variance", "bias_variance")).verdict is Verdict.WRONG
    for value in ("bias", "balanced"):
        assert judge(close, Direction(value, "bias_variance")).verdict is Verdict.UNSURE


def test_counts_are_told_as_people_say_them(project: Path) -> None:
    tenths = [{"mean_error": error, "rows": 348.0} for error in (0.1, 0.2, -40.0)]
    change(project, "evaluate.test", {"tenths": tenths})
    change(project, "train.data.cleaning.0.rows", 0)
    change(project, "train.data.cleaning.0.rule", "repeated rows removed")
    shown = {each.key: each.shown for each in Bank(Repository(project)).questions}
    assert "348 rows" in shown["tenths"]
    assert "0 rows" in shown["clean-already"]
    assert "1 time:" in shown["openings"]
    del shown["source"]  # CC BY 4.0
    assert not [text for text in shown.values() if re.search(r"\d\.0\b|(?<!\.)\b1 \w+s\b", text)]


def test_groups_to_choose_from_are_few_and_named_once(project: Path) -> None:
    names = [*(f"zone is {number}" for number in range(9)), "zone is 1", "temperature is above 20"]
    slices = [
        {"name": name, "kind": "found", "rows": 50, "score": 90.0 + place}
        for place, name in enumerate(names)
    ]
    change(project, "evaluate.slices", slices)
    asked = ask(project, "worst-group")
    assert asked.ask.count(";") == 5
    assert "temperature above 20" in asked.ask
    assert asked.ask.count("zone: 1") == 1


def test_projects_in_one_repository_have_a_diary_each(tmp_path: Path) -> None:
    write_files(tmp_path, {"one/train.py": "import sklearn\n", "two/train.py": "import sklearn\n"})
    commit(tmp_path)
    roots = {
        Bank(Repository(tmp_path / name)).facts["git"]["root"] for name in ("one", "two", "one")
    }
    assert len(roots) == 2


def test_a_follow_up_that_brings_the_number_counts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(project, Diary("a"), said("the table", "87 rentals"))
    session.interview([ask(project, "rule-of-thumb")], minutes=5)
    assert "right: it is 87 rentals" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["/quit", "interrupt"])
def test_an_answer_is_kept_where_the_grading_is_broken_off(word: str, project: Path) -> None:
    given = iter(["vans go where they are needed", word])

    def answer(_: str) -> str:
        if (text := next(given)) == "interrupt":
            raise KeyboardInterrupt
        return text

    Session(project, Diary("a"), answer).practise([ask(project, "problem")])
    kept = Diary("a").read()[0]
    assert [(each.answer, each.verdict) for each in kept] == [
        ("vans go where they are needed", "not graded")
    ]


def test_quit_works_at_every_question(project: Path) -> None:
    session = Session(project, Diary("a"), said("66 rentals", "/quit", "never asked"))
    session.practise([ask(project, "headline"), ask(project, "chosen")])
    assert [each.question for each in Diary("a").read()[0]] == ["headline"]


def test_sheet_of_a_repository_with_strange_names_can_be_written(
    tmp_path: Path, mlscaffold: Command
) -> None:
    folder = tmp_path / "repo"
    bad = b"caf\xe9\x1b[31m.py".decode("utf-8", "surrogateescape")
    write_files(folder, {"README.md": "# Accuracy 0.9\n", bad: "GridSearchCV().fit(X_test, 1)\n"})
    commit(folder)
    done = mlscaffold("defend", folder, "--export", tmp_path / "sheet.md")
    assert done.status == 0
    assert "\x1b" not in (tmp_path / "sheet.md").read_text("utf-8")


def test_places_in_a_notebook_are_its_cells(tmp_path: Path) -> None:
    cells = ["import sklearn\n", "\n\ntrain_test_split(X, test_size=0.25)\n"]
    made = [{"cell_type": "code", "source": [cell], "outputs": []} for cell in cells]
    write_files(tmp_path, {"study.ipynb": json.dumps({"cells": made})})
    commit(tmp_path)
    assert ask(tmp_path, "size-in-code").artifacts == ("study.ipynb (code cell 2)",)


def test_changed_files_of_any_repository_are_counted(tmp_path: Path) -> None:
    write_files(tmp_path, {"model.py": "import sklearn\n", "notes.txt": "1\n"})
    commit(tmp_path)
    write_files(tmp_path, {"model.py": "import sklearn\n\n", "notes.txt": "2\n"})
    commit(tmp_path)
    assert "2 commits" in ask(tmp_path, "own-part").shown
    assert "1 file of code" in ask(tmp_path, "own-part").shown


def test_session_goes_on_where_nothing_can_be_remembered(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "taken").write_text("a file, no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(project / "taken"))
    session = Session(project, Diary("a"), said("66 rentals", "", "boosting", ""))
    session.practise([ask(project, "headline"), ask(project, "chosen")])
    told = capsys.readouterr().out
    assert told.count("cannot be remembered") == 1
    assert "it is `boosting`" in told
