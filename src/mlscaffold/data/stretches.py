"""Whether every stretch of a division by time holds every class, as projects ask of it."""

from __future__ import annotations

from collections.abc import Sequence

from .phrases import OTHERS
from .plan import Choice, Plan
from .times import in_order

TEST = 0.2  # share of the rows at the end
LEAST_FOLDS = 3


def settle_classes(plan: Plan) -> None:
    """Make sure that no part by time lacks a class: fewer folds, rare classes put together.

    Where that does not help, rows are divided without regard to time, and the reason says so.
    """
    if plan.split.value != "time" or not plan.table.whole:
        return
    rows = in_order(plan, plan.split.by, plan.target)
    wanted = plan.folds
    for folds in range(wanted, LEAST_FOLDS - 1, -1):
        if not lacking(plan, rows, folds):
            plan.folds = folds
            return
    while len({*plan.classes.values()}) > 2:
        put_together(plan)
        if not lacking(plan, rows, LEAST_FOLDS):
            plan.folds = LEAST_FOLDS
            return
    lost = lacking(plan, rows, LEAST_FOLDS)
    reason = f"by {plan.split.by}, some stretch of time would have no row of {lost}"
    plan.split = Choice("stratified", f"{reason}; the score speaks of earlier rows, too")


def lacking(plan: Plan, rows: Sequence[tuple[float, str]], folds: int) -> str:
    """Return a class that the test rows or a fold have no row of, or nothing."""
    if not rows:
        return ""
    cut = rows[int(len(rows) * (1 - TEST))][0]
    train = [row for row in rows if row[0] < cut]
    moments = sorted({moment for moment, _ in train})
    stretch = max(len(moments) // (2 * folds), 1)
    edges = [moments[-stretch * place] for place in range(folds, 0, -1)]
    parts = [[row for row in rows if row[0] >= cut], [row for row in train if row[0] < edges[0]]]
    for low, high in zip(edges, [*edges[1:], cut], strict=True):
        parts.append([row for row in train if low <= row[0] < high])
    held = [{class_of(plan, said) for _, said in part} for part in parts]
    return next((name for name in plan.classes.values() if any(name not in h for h in held)), "")


def class_of(plan: Plan, said: str) -> str:
    """Return the name of the class that a cell says."""
    return plan.classes.get(said) or plan.classes.get(said.removesuffix(".0"), "")


def put_together(plan: Plan) -> None:
    """Give the two rarest classes one name."""
    rare = {name for name, _ in plan.rows_of_classes().most_common()[-2:]}
    for key, name in plan.classes.items():
        if name in rare:
            plan.classes[key] = OTHERS
