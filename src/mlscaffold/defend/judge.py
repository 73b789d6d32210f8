"""Compares an answer with what is known to be true."""

from __future__ import annotations

from typing import assert_never

from .direction_judge import judge_direction
from .interval_judge import judge_interval
from .name_judge import judge_choice
from .number_judge import judge_number
from .verdicts import Choice, Direction, Interval, Judgement, Number, Truth, Verdict


def judge(answer: str, truth: Truth) -> Judgement:
    """Return how the answer compares with the truth; in doubt `cannot judge`."""
    if not answer.strip():
        return Judgement(Verdict.MISSING, "nothing was said")
    match truth:
        case Number():
            return judge_number(answer, truth)
        case Interval():
            return judge_interval(answer, truth)
        case Direction():
            return judge_direction(answer, truth)
        case Choice():
            return judge_choice(answer, truth)
        case _:
            assert_never(truth)
