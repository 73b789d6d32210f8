"""Projects of the tool that recommend: what is scored are the lists of users."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

SEEDS = 5


class Lists:
    """The chosen model, asked for lists after hiding interactions in several ways."""

    def __init__(self, package: str, results: dict[str, Any]) -> None:
        self.split, self.train = (import_module(f"{package}.{each}") for each in ("split", "train"))
        self.settings = import_module(f"{package}.kit.settings").load_settings()
        self.log = import_module(f"{package}.data").load(self.settings)[0]
        self.ladder, self.choice = results["train"]["ladder"], results["train"]["choice"]
        self.label = results["train"]["metric"]["label"]

    def ndcg(self, kind: str, *, more: int = 0, shuffle: bool = False, name: str = "") -> Any:
        """Return NDCG of each user when interactions are hidden by `kind`."""
        rule, frame = self.settings.split, self.log.frame
        rule = rule.model_copy(update={"seed": rule.seed + more})
        if shuffle:
            mixed = np.random.default_rng(more).permutation(frame["item"].to_numpy())
            frame = frame.assign(item=mixed).drop_duplicates(["user", "item"])
        held = self.split.hide(frame, rule, kind)
        task = self.split.set_task(held, self.log, self.settings)
        study = self.train.Study(self.settings, self.log, held, held.known, task)
        rung, parameters = self.train.pick(self.ladder, name or self.choice["chosen"])
        return np.asarray(study.ask(study.fit(rung, parameters)).ndcg())

    def measure(self) -> Iterator[dict[str, Any]]:
        """Yield what the kind of hiding, its seed, and shuffled items do to the score."""
        kind = self.settings.split.kind
        own = self.ndcg(kind)
        if kind == "random":
            others = [self.ndcg(kind, more=more).mean() for more in range(1, SEEDS + 1)]
            noise = 2 * np.std(others, ddof=1) * np.sqrt(1 + 1 / SEEDS)
            found = self.tell("seed", f"over {SEEDS} other seeds", own.mean(), np.mean(others))
            yield found | {"noise": float(noise), "count": SEEDS, "least": float(min(others)),
                           "most": float(max(others))}  # fmt: skip
        if kind != "time" and self.settings.columns.time:
            later = self.ndcg("time")
            found = self.tell("time", "hidden after one moment", own.mean(), later.mean())
            yield found | {"noise": 2 * float(np.hypot(error(own), error(later)))}
        plain = next(row["name"] for row in self.ladder if row["role"] == "rule_of_thumb")
        mixed, thumb = (self.ndcg(kind, shuffle=True, name=each) for each in ("", plain))
        found = self.tell("shuffled", "the rule of thumb", mixed.mean(), thumb.mean())
        yield found | {"noise": 2 * float(error(mixed - thumb))}

    def tell(self, probe: str, what: str, reported: float, measured: float) -> dict[str, Any]:
        """Return a measurement without its noise."""
        return {
            "probe": probe,
            "what": what,
            "label": self.label,
            "unit": "",
            "reported": float(reported),
            "measured": float(measured),
            "gap": float(reported - measured),
            "constant": 0.0,
        }


def error(values: Any) -> float:
    """Return the standard error of a mean."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))
