"""How often the look at a file says what somebody who knows it expects: `roles.py FOLDER`.

FOLDER holds the public data sets that `roles.toml` names. Prints precision and recall per role, and
which types, targets, splits, metrics and traps were found.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from mlscaffold.data.look import TargetMissingError
from mlscaffold.data.own import Wish, look
from mlscaffold.data.plan import Plan

ROLES = ("numeric", "categorical", "date", "text", "id", "drop")
SAME = {"time": "date"}
FLAGS = {  # traps that are flags of a role, and which; the others are dangers of the whole file
    "leak": {"leak"}, "time_twice": {"copy"}, "later": {"later", "late?"},
    **{name: {name} for name in "row_number constant copy sentinel sensitive mostly_empty".split()},
}  # fmt: skip


def main(folder: Path) -> None:
    """Compare every file with what is expected of it."""
    expected = tomllib.loads(Path(__file__).with_name("roles.toml").read_text("utf-8"))
    right, said, wanted = Counter[str](), Counter[str](), Counter[str]()
    facts, found, all_traps, missed = Counter[str](), 0, 0, []
    for name, facts_of in expected.items():
        target = facts_of["target"] or None
        plan = plan_of(folder / facts_of["file"], facts_of["type"], target)
        guess = plan_of(folder / facts_of["file"], None, None)
        facts["type"] += guess is not None and guess.kind == facts_of["type"]
        facts["target"] += guess is not None and guess.target == facts_of["target"]
        if plan is None:
            continue
        facts["split"] += plan.split.value in facts_of["split"]
        facts["metric"] += plan.metric.value in facts_of.get("metric", [plan.metric.value])
        wrong = count_roles(plan, facts_of, right, said, wanted)
        traps = facts_of.get("traps", [])
        lost = [trap for trap in traps if not flagged(plan, trap)]
        found, all_traps = found + len(traps) - len(lost), all_traps + len(traps)
        missed += [f"{name}: {trap}" for trap in lost]
        print(
            f"{name:<16} {plan.kind}, {plan.split.value}, {plan.metric.value}  {'; '.join(wrong)}"
        )
    print()
    for role in ROLES:
        precision, recall = right[role] / max(said[role], 1), right[role] / max(wanted[role], 1)
        print(f"{role:<12} precision {precision:.2f}  recall {recall:.2f}  of {wanted[role]}")
    for what, count in facts.items():
        print(f"{what:<12} {count} of {len(expected)}")
    print(f"traps        {found} of {all_traps}; missed: {', '.join(missed)}")


def plan_of(path: Path, kind: str | None, target: str | None) -> Plan | None:
    """Return the plan for a file, or nothing where a target must be named."""
    try:
        return look(Wish(str(path), kind, target)).plan
    except TargetMissingError:
        return None


def count_roles(
    plan: Plan, facts: dict[str, Any], right: Counter[str], said: Counter[str], wanted: Counter[str]
) -> list[str]:
    """Count roles that are right, said and wanted; return in words which are wrong."""
    wrong = []
    for role in ("user", "item", "rating", "time"):
        if role in facts and plan.users.get(role, "") != facts[role]:
            wrong.append(f"{role} is {plan.users.get(role)}")
    for role in ROLES:
        for name in facts.get(role, []):
            is_ = (
                SAME.get(plan.roles[name].role, plan.roles[name].role) if name in plan.roles else ""
            )
            wanted[role] += 1
            said[is_] += 1
            right[role] += is_ == role
            if is_ != role:
                wrong.append(f"{name} is {is_}")
    return wrong


def flagged(plan: Plan, trap: str) -> bool:
    """Return whether a plan names a trap."""
    kind, _, column = trap.partition(" ")
    if kind in FLAGS:
        role = plan.roles.get(column)
        return role is not None and bool(FLAGS[kind] & {*role.flags})
    word = {"order": "drift"}.get(kind, kind)
    return any(danger.startswith(word) and column in danger for danger in plan.dangers)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
