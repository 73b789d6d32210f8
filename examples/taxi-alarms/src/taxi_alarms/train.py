"""Fits the ladder without labels, chooses by the stated rule, sets the threshold, saves."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import beta

from .alerts import choose_threshold, sweep
from .archive import save_histories
from .command import run_command, say
from .comparison import Climbed, agreement, choose, climb, describe
from .data import load
from .explain import typical
from .history import DAYS, remember
from .inputs import Input, describe_inputs
from .leakage import audit
from .project import MADE, Settings, load_settings
from .results import Results, run_facts, write_results
from .series import names_of
from .storage import save
from .study import Study, prepare

SHARES = {"low": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "high": 1.0}  # of validation scores


def main() -> None:
    """Run this step as a command."""
    run_command(train)


def train(root: Path) -> None:
    """Fit the ladder to the training rows, choose a detector and its threshold, save both."""
    start, settings = time.perf_counter(), load_settings(root)
    study = prepare(root, settings)
    say(
        f"{len(study.fitted.X):,} training and {len(study.validation.X):,} validation rows; "
        f"{len(study.test.X):,} test rows stay closed until `evaluate`"
    )
    climbed = climb(study)
    ladder = [describe(study, done, rank) for rank, done in enumerate(climbed)]
    for row in ladder:
        said = f"average precision {row['score']:.3f}, " if "score" in row else ""
        say(f"  {row['name']}: {said}stability {row['stability']:.2f}, {row['fit_seconds']:.2f} s")
    choice = choose(study, climbed)
    chosen = next(done for done in climbed if done.rung.name == choice["chosen"])
    results: Results = {
        "data": study.facts,
        "leakage": find_leaks(study),
        "inputs": describe_rows(study),
        "ladder": ladder,
        "choice": choice,
        "agreement": agreement(climbed),
        "correlated": correlated(study),
        "threshold": find_threshold(study, chosen, settings),
        "model": save(root, chosen.model),
    }
    if settings.columns.time:
        results |= keep_history(root, study, results["inputs"])
    results["run"] = run_facts(root, settings, {"train": time.perf_counter() - start})
    write_results(root, results)
    say(f"chosen: {choice['reason']}")


def describe_rows(study: Study) -> list[Input]:
    """Return what the columns of a row to score looked like in the training rows."""
    categories = [*study.settings.columns.categorical, MADE]
    return describe_inputs(study.train.rows[study.settings.given], categories)


def keep_history(root: Path, study: Study, inputs: list[Input]) -> Results:
    """Save what the features of later rows need; a typical row comes right after all known ones.

    The time has no range: every row to score lies beyond it.
    """
    settings, time = study.settings, study.settings.columns.time
    frame, facts = load(root, settings)
    step = pd.Timedelta(seconds=facts["times"]["step_seconds"])
    after = (frame[time].max() + step).ceil("s")
    usual, histories = typical(study.fitted.X).dropna().to_dict(), remember(frame, settings)
    names = names_of(frame, settings)
    series = names.iloc[int(frame[time].argmax())]
    whole = frame[names == series]
    known = {name: {"typical": value} for name, value in season_ago(whole, after, settings).items()}
    known[time] = {"kind": "date", "time": True, "typical": after.isoformat(), "missing": False}
    known[MADE] = {"values": list(histories), "typical": series}
    return {
        "history": save_histories(root, histories) | {"typical": usual},
        "inputs": [
            ({"name": item["name"]} if item["kind"] == "date" else item)
            | known.get(item["name"], {})
            for item in inputs
        ],
    }


def season_ago(whole: pd.DataFrame, after: pd.Timestamp, settings: Settings) -> dict[str, Any]:
    """Return the values of a series a day or week before a moment; without a season its last."""
    ago = after - pd.Timedelta(days=DAYS.get(settings.windows.season, 0))
    rows = whole[whole[settings.columns.time] <= ago]
    values = (rows if len(rows) else whole)[settings.columns.numeric].iloc[-1]
    return {str(name): value for name, value in values.dropna().items()}


def find_threshold(study: Study, done: Climbed, settings: Settings) -> dict[str, Any]:
    """Return the threshold by the policy, with the whole sweep on validation rows."""
    points = sweep(done.scores, study.validation.rows, settings)
    taken = choose_threshold(points, settings)
    return {
        "policy": settings.alerts.policy, "value": taken["threshold"], "chosen": taken,
        "expected": expected(taken["rows"], study),
        "flagged_share": float(np.mean(done.scores <= taken["threshold"])), "sweep": points,
        "scores": dict(zip(SHARES, np.quantile(done.scores, [*SHARES.values()]), strict=True)),
    }  # fmt: skip


def expected(flagged: int, study: Study) -> list[float] | None:
    """Return between how many alerts a period of new rows has with 95%, if rows are independent.

    The share of new rows below the n-th lowest of m scores follows a beta distribution.
    """
    if study.settings.columns.time or study.settings.split.kind == "group":
        return None
    low, high = beta.ppf([0.025, 0.975], flagged, len(study.validation.X) + 1 - flagged)
    return [float(low * study.settings.alerts.rows), float(high * study.settings.alerts.rows)]


def find_leaks(study: Study) -> dict[str, Any]:
    """Return what the audit of the features finds: of test rows, and of all rows before them."""
    used, columns = [study.train.labelled(), study.validation], study.settings.columns
    X = pd.concat([part.X for part in used]).assign(label=np.concatenate([part.y for part in used]))
    if not study.settings.labelled:
        X = study.train.X.assign(label=0.0)  # nothing to predict
    numeric = [name for name in study.train.X.columns if name not in columns.categorical]
    described = columns.model_copy(update={"numeric": numeric, "target": "label"})
    return audit(X, study.test.X, described)


def correlated(study: Study) -> dict[str, Any]:
    """Return the two features that go together most closely, and how many pairs do."""
    table = study.fitted.X.select_dtypes("number").corr().abs().to_numpy(copy=True)
    np.fill_diagonal(table, 0)
    table = np.nan_to_num(table)
    names = study.fitted.X.select_dtypes("number").columns
    first, second = np.unravel_index(table.argmax(), table.shape)
    pairs = len(names) * (len(names) - 1) // 2
    return {
        "features": [names[first], names[second]], "correlation": table.max(),
        "pairs": pairs, "strong_pairs": int((table > 0.8).sum() // 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
