"""Measures how well `mlscaffold defend` judges answers that people would give: tests/answers.

An accusation is false where a right or a vague answer is called wrong. One half of the answers was
held out while the judge was tuned. `--show` prints what was judged differently than expected.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from mlscaffold.defend.judge import judge
from mlscaffold.defend.verdicts import Choice, Direction, Interval, Number, Truth, Verdict

ANSWERS = Path(__file__).parents[1] / "tests/answers"
HALVES = {"tuning": "tuned to", "heldout": "held out", "attack": "attacks, seen since"}


ATTACKS = """\
## Attacks on the finished judge

81 answers were written by somebody who had not read the judge: units, percent, words for numbers,
hedges, negations, ranges. Their first run: 1 false accusation of 41 right and vague answers (2.4%,
`two out of five, a little more` for 42%), 33 of 34 wrong numbers caught (97.1%; the one left,
`0.84, but that may have been on the training rows`, was called true but not what was asked, which
it is), 37 of 40 wrong answers caught, one of them taken for right (`there is no doubt that more
rows would help`), 33 of 39 right ones recognised, 5 of 79 not judged.

211 answers to the questions of the four examples, after reading it, were harder: 7 false
accusations of 131 right or vague ones (5.3%), 20 right ones not recognised (`an RMSE of 58 bikes`
asked for a number again), 77 of 80 wrong ones caught. What went wrong were small shares told in
whole percent, rates (`four in two months`), shares of a count, `4 of 4`, losses told as such, units
that people call otherwise, and `also` for ALS. All of that was mended afterwards. Now none of the
211 is accused falsely and 7 right ones are not recognised. The column above counts what stands in
`attack.toml`; what the next person will meet is better told by the first runs.

120 more were written after the mending, by the same person, and run before anything else was
changed: 1 false accusation of 65 right and vague answers (1.5%, `a bit under half of them` for
42%), 31 of 37 wrong numbers caught (84%), one taken for right (`just over 70` for 66), 56 of 59
right answers recognised. Of the other five wrong numbers, three were called true but not what was
asked, with the number, and two hold none (`hundreds`). Since then a hedge is judged by its side,
and `87, the same as the table` is no longer about the table: none accused, 33 of 37 caught.

Later somebody else, who had not read the judge, wrote 150 answers to the questions of the four
examples. Their first run: 1 false accusation of 90 right and vague answers (1.1%), 45 of 48 wrong
numbers and intervals caught (93.8%), 2 of 120 right and wrong answers not judged.

81 more, written after the mending and before they were run, are the number that counts: 3 of 44
right and vague answers were accused falsely (6.8%, more than the 2% that we aim at). 31 of 34 wrong
numbers were caught (91.2%), none of the 37 wrong answers was taken for right; the author had read
the judge by then.

All three accusations met vague answers with a number of something else (`better in 9 of 10 weeks`),
so 61 more were aimed at those: 4 false accusations of 41 (9.8%), 20 of 20 wrong numbers caught.
That kind is the weak point of the judge. It was mended for years, money, capacity and what the
cleaning removed; a last 55, by the same person, still had 2 false accusations of 33 (6.1%, `at 60%
hardly any`), and 21 of 22 wrong numbers caught: the one left, `two a month` for 0.073 a day, is
true when rounded, so it was written down wrongly. Two of these 347 are accused now.
"""


class Judged(NamedTuple):
    """One answer, what it is, and what the judge says of it."""

    key: str
    truth: Truth
    label: str
    text: str
    verdict: Verdict
    reason: str


def read_truth(facts: dict[str, Any]) -> Truth:
    """Return what truths.toml says is true."""
    if facts["kind"] == "direction":
        return Direction(facts["value"], facts["options"])
    if facts["kind"] == "choice":
        names = {name: tuple(told) for name, told in facts["names"].items()}
        return Choice(facts["value"], names, tuple(facts.get("also", ())))
    if facts["kind"] == "interval":
        return Interval(facts["low"], facts["high"], facts.get("share", False))
    named = {
        key: facts[key] for key in ("unit", "period", "label", "others", "shares") if key in facts
    }
    return Number(facts["value"], facts["kind"], **named)


def judge_half(half: str) -> list[Judged]:
    """Judge every answer of one half."""
    truths = tomllib.loads((ANSWERS / "truths.toml").read_text("utf-8"))
    answers = tomllib.loads((ANSWERS / f"{half}.toml").read_text("utf-8"))
    judged = []
    for key, labels in answers.items():
        truth = read_truth(truths[key])
        for label, texts in labels.items():
            for text in texts:
                said = judge(text, truth)
                judged.append(Judged(key, truth, label, text, said.verdict, said.reason))
    return judged


def share(part: int, whole: int) -> str:
    """Return a share with its counts."""
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "-"


def summarise(judged: list[Judged]) -> dict[str, str]:
    """Return the rates that count."""
    counts = Counter((each.label, each.verdict) for each in judged)
    numbers = [each for each in judged if each.label == "wrong" and isinstance(each.truth, Number)]
    wrong = [each for each in judged if each.label == "wrong"]
    fair = [each for each in judged if each.label != "wrong"]
    right = [each for each in judged if each.label == "right"]
    return {
        "answers": str(len(judged)),
        "false accusations, of right and vague answers": share(
            sum(each.verdict is Verdict.WRONG for each in fair), len(fair)
        ),
        "wrong numbers caught": share(
            sum(each.verdict is Verdict.WRONG for each in numbers), len(numbers)
        ),
        "wrong answers of all kinds caught": share(
            sum(each.verdict is Verdict.WRONG for each in wrong), len(wrong)
        ),
        "right answers recognised": share(counts["right", Verdict.RIGHT], len(right)),
        "wrong answers taken for right": share(counts["wrong", Verdict.RIGHT], len(wrong)),
        "right answers called missing": share(counts["right", Verdict.MISSING], len(right)),
        "cannot judge, of right and wrong answers": share(
            counts["right", Verdict.UNSURE] + counts["wrong", Verdict.UNSURE], len(right + wrong)
        ),
    }


def show(judged: list[Judged]) -> None:
    """Print what was judged differently than expected."""
    accepted = {
        "right": {Verdict.RIGHT},
        "wrong": {Verdict.WRONG},
        "vague": {Verdict.MISSING, Verdict.UNSURE},
    }
    for each in judged:
        if each.verdict not in accepted[each.label]:
            print(f"{each.key}: {each.label} -> {each.verdict}: {each.text!r} ({each.reason})")


def main() -> None:
    """Judge both halves and write benchmarks/defend.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", choices=HALVES, help="print the misjudged answers of one half")
    chosen = parser.parse_args()
    if chosen.show:
        judged = judge_half(chosen.show)
        show(judged)
        print(*(f"{name}: {value}" for name, value in summarise(judged).items()), sep="\n")
        return
    tables = {half: summarise(judge_half(half)) for half in HALVES}
    names = next(iter(tables.values()))
    cells = {name: " | ".join(table[name] for table in tables.values()) for name in names}
    rows = [f"| {name} | {both} |" for name, both in cells.items()]
    text = "\n".join(
        [
            "# How well `mlscaffold defend` judges answers",
            "",
            "Answers of `tests/answers`. The half that was held out was written before there was a",
            "judge, and not read while it was tuned. One author wrote both halves: the words of",
            "other people may do worse. Made by `python benchmarks/defend.py`.",
            "",
            f"| | {' | '.join(HALVES.values())} |",
            "|---|--:|--:|",
            *rows,
            "",
            *ATTACKS.splitlines(),
            "",
        ]
    )
    (Path(__file__).parent / "defend.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
