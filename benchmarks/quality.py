"""Sets a project's chosen model beside strong references on the same rows, in one run.

`python benchmarks/quality.py classification bank_marketing telco_churn --times 10`; the raw files
are downloaded, or taken from the folder that MLSCAFFOLD_TEST_DATA names. A reference has so many
times the seconds that the project's `train` took just before it, or `--budget` seconds.

Skill is 1 - loss / loss of the training mean (the shares of the classes) on the test rows, the loss
being the squared error, or the log loss. Seconds are those of the project's whole `train` (the
ladder, tuned and compared on folds), and those of the reference: on the clock, on which its time
is limited, and of the processor, which other work on the machine hardly alters.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from studies import make, run, run_inside, spending

HERE = Path(__file__).parent
NEEDS = {
    "tuned LightGBM": ["flaml[automl]", "lightgbm", "xgboost-cpu", "pandas"],
    "FLAML": ["flaml[automl]", "lightgbm", "xgboost-cpu", "pandas"],
    "AutoGluon": ["autogluon.tabular[lightgbm,xgboost]"],
}
# Run inside the project. The first writes its training and test rows, and its predictions for the
# latter; the second scores such predictions, whoever made them.
EXPORT = """
import json, sys
from pathlib import Path
from study.kit.results import load_model, read_results
from study.kit.settings import load_settings
from study.models import predict
from study.train import open_study
out, settings = Path(sys.argv[1]), load_settings()
study, test, _ = open_study(settings)
columns = [*settings.columns.features, settings.columns.target]
study.rows[columns].to_csv(out / "train.csv", index=False)
test[columns].to_csv(out / "test.csv", index=False)
predicted = predict(load_model(read_results()), test[settings.columns.given])
(out / "predictions.json").write_text(json.dumps(predicted.tolist()))
"""
SCORE = """
import json, sys
from pathlib import Path
import numpy as np
import pandas as pd
from sklearn import metrics
out, target, task = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
train, y = (pd.read_csv(out / f"{part}.csv")[target] for part in ("train", "test"))
p = np.array(json.loads((out / "predictions.json").read_text()))
if task == "regression":
    skill = 1 - ((y - p.ravel()) ** 2).sum() / ((y - train.mean()) ** 2).sum()
    print(json.dumps({"skill": skill}))
else:
    shares = np.tile(train.value_counts(normalize=True).sort_index(), (len(y), 1))
    loss = metrics.log_loss(y, p)
    hits, seen = (y == 1, p[:, 1]) if p.shape[1] == 2 else (pd.get_dummies(y), p)
    print(json.dumps({
        "ROC-AUC": metrics.roc_auc_score(hits, seen),
        "average precision": metrics.average_precision_score(hits, seen),
        "log loss": loss,
        "skill": 1 - loss / metrics.log_loss(y, shares),
    }))
"""
SCORES = {
    "regression": ["skill"],
    "classification": ["ROC-AUC", "average precision", "log loss", "skill"],
}


def main() -> None:
    """Print one table of scores and time for all data sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project_type", choices=SCORES)
    parser.add_argument("datasets", nargs="+")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument(
        "--times", type=float, default=10, help="the seconds of `train`, as a factor"
    )
    limit.add_argument("--budget", type=int, help="seconds for each reference")
    parser.add_argument("--references", nargs="*", default=list(NEEDS))
    options = parser.parse_args()
    scores = SCORES[options.project_type]
    print(f"| data set | model | {' | '.join(scores)} | skill ratio | s | ratio | CPU s | ratio |")
    print(f"|---|---|{'---:|' * (len(scores) + 5)}", flush=True)
    for dataset in options.datasets:
        with tempfile.TemporaryDirectory() as folder:
            compare(options, dataset, Path(folder))


def compare(options: argparse.Namespace, dataset: str, folder: Path) -> None:
    """Run the project and every reference on `dataset` and print a row for each."""
    project = make(folder, options.project_type, dataset)
    run_inside(project, "python", "-c", "")  # creates the environment
    with spending() as spent:
        run_inside(project, "train")
    run_inside(project, "python", "-c", EXPORT, str(folder))
    results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    columns = tomllib.loads((project / "project.toml").read_text("utf-8"))["columns"]
    task, target, trained = options.project_type, columns["target"], results["train"]
    ours = vars(spent) | score(project, folder, target, task)
    show(dataset, f"project: {trained['choice']['chosen']}", ours, ours, task)
    for reference in options.references:
        job = {
            "reference": reference,
            "task": task,
            "train": str(folder / "train.csv"),
            "test": str(folder / "test.csv"),
            "target": target,
            "dates": columns.get("date", []),
            "budget": options.budget or round(options.times * spent.seconds),
        }
        answer = fit(reference, job, folder)
        (folder / "predictions.json").write_text(json.dumps(answer["predictions"]), "utf-8")
        theirs = answer["spent"] | score(project, folder, target, task)
        show(dataset, reference, theirs, ours, task)


def show(
    dataset: str, model: str, found: dict[str, float], ours: dict[str, float], task: str
) -> None:
    """Print the scores of a model, and how the project stands to it."""
    scores = " | ".join(f"{found[name]:.4f}" for name in SCORES[task])
    times = [
        f"{found[name]:.0f} | {ours[name] / found[name]:.2f}" for name in ("seconds", "processor")
    ]
    skill = ours["skill"] / found["skill"]
    print(f"| {dataset} | {model} | {scores} | {skill:.3f} | {' | '.join(times)} |", flush=True)


def score(project: Path, folder: Path, target: str, task: str) -> dict[str, float]:
    """Return the scores of the predictions that were written last."""
    printed = run_inside(project, "python", "-c", SCORE, str(folder), target, task)
    found: dict[str, float] = json.loads(printed)
    return found


def fit(reference: str, job: dict[str, Any], folder: Path) -> Any:
    """Run a reference in an environment of its own and return what it prints."""
    path = folder / "job.json"
    path.write_text(json.dumps(job), "utf-8")
    needs = [word for package in NEEDS[reference] for word in ("--with", package)]
    script = [str(HERE / "references.py"), str(path)]
    printed = run(["uv", "run", "--quiet", "--no-project", *needs, "python", *script], folder)
    return json.loads(printed.splitlines()[-1])


if __name__ == "__main__":
    main()
