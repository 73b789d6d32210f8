"""Sets a recommender project's chosen model beside implicit, RecTools and LensKit, in one run.

`python benchmarks/recommender.py movietweetings msweb`; the raw files are downloaded, or taken from
the folder that MLSCAFFOLD_TEST_DATA names. All get the same interactions, choose their parameters
on the same validation users, and rank all items for the same test users. *All* are the seconds of
the processor from the data to the lists: of the project the whole `train`, with its four rungs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from studies import Failed, make, run, run_inside, spending

HERE = Path(__file__).parent
NEEDS = {
    "implicit": ["implicit>=0.7.3", "pandas"],
    "RecTools": ["rectools>=0.19"],
    "LensKit": ["lenskit>=2025.8"],
}
MODELS = {
    "implicit": ["ALS", "BPR", "cosine", "BM25"],
    "RecTools": ["EASE", "EASE, weights turned", "PureSVD"],
    "LensKit": ["ALS", "item neighbours"],
}
# Run inside the project. The first fits the chosen model again and measures it; both write what
# the references need. The second scores lists, whoever made them.
EXPORT = """
import json, resource, sys, time
from pathlib import Path
from study.kit.results import read_results
from study.kit.settings import load_settings
from study.train import pick, prepare
from study.split import set_task
out, settings, train = Path(sys.argv[1]), load_settings(), read_results()["train"]
study, outer, _ = prepare(settings)
last = study._replace(holdout=outer, task=set_task(outer, study.log, settings))
for name, part in (("validation", study), ("test", last)):
    part.holdout.known[["user", "item"]].to_csv(out / f"{name}.csv", index=False)
    (out / f"{name}.json").write_text(json.dumps({
        "users": part.task.users.tolist(), "items": len(part.log.items),
        "hidden": [row.indices.tolist() for row in part.task.hidden],
        "repeats": settings.feedback.repeats == "allowed",
    }))
deep = settings.model_copy(update={"metric": settings.metric.model_copy(update={"k": 20})})
start = time.perf_counter()
model = study.fit(*pick(train["ladder"], train["choice"]["chosen"]), outer.known)
fitted = time.perf_counter()
ranked = last._replace(settings=deep).ask(model)
json.dump({
    "lists": ranked.lists.tolist(), "fit": fitted - start, "rank": time.perf_counter() - fitted,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}, sys.stdout)
"""
SCORE = """
import json, sys
from pathlib import Path
import numpy as np
from study.data import load
from study.kit.ranking import Ranked
from study.kit.settings import load_settings
from study.split import hide, set_task
lists, settings = np.array(json.loads(Path(sys.argv[1]).read_text())), load_settings()
log, _ = load(settings)
hidden = set_task(hide(log.frame, settings.split), log, settings).hidden
hits = np.take_along_axis(hidden.toarray(), lists, axis=1) > 0
found, wanted = hits & (lists >= 0), np.diff(hidden.indptr)
recall = (found.sum(axis=1) / wanted).mean()
ndcg = Ranked(lists[:, :10], found[:, :10], wanted).ndcg().mean()
json.dump({"ndcg": ndcg, "recall": recall}, sys.stdout)
"""


def main() -> None:
    """Print one table for all data sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="+")
    parser.add_argument("--references", nargs="*", default=list(NEEDS))
    parser.add_argument(
        "--minutes", type=float, default=3,
        help="for each of their models; it tries as many of its parameters as fit in",
    )  # fmt: skip
    options = parser.parse_args()
    print("| data set | model | NDCG@10 | Recall@20 | ratio | fit | top 20 of 1,000 users | MB |",
          "all, CPU s |")  # fmt: skip
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    for dataset in options.datasets:
        with tempfile.TemporaryDirectory() as folder:
            compare(dataset, options.references, Path(folder), options.minutes)


def compare(dataset: str, references: list[str], folder: Path, minutes: float) -> None:
    """Run the project and every model of every library on `dataset`; print a row for each."""
    project = make(folder, "recommender", dataset)
    run_inside(project, "python", "-c", "")  # creates the environment
    with spending() as spent:
        run_inside(project, "train")
    results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    ours = json.loads(run_inside(project, "python", "-c", EXPORT, str(folder)))
    ours["all"] = spent.processor
    score(project, folder, ours)
    show(dataset, f"project: {results['train']['choice']['chosen']}", ours, ours)
    for library, model in ((each, model) for each in references for model in MODELS[each]):
        name = f"{library}: {model}"
        with spending() as spent:
            found = refer(library, model, folder, minutes)
        if found is None:
            print(f"| {dataset} | {name} | not done in {minutes:g} minutes |||||||", flush=True)
            continue
        found["all"] = spent.processor
        score(project, folder, found)
        values = ", ".join(f"{key} {value}" for key, value in found["parameters"].items())
        if found["tried"] < found["of"]:
            values += f"; {found['tried']} of {found['of']} tried"
        show(dataset, f"{name} ({values})", found, ours)


def refer(library: str, model: str, folder: Path, minutes: float) -> dict[str, Any] | None:
    """Return what a model of a library made, or None where it took too long."""
    needs = [word for package in NEEDS[library] for word in ("--with", package)]
    script = [str(HERE / "rankings.py"), library, model, str(folder), str(60 * minutes)]
    limit = ["timeout", f"{minutes}m"]
    command = ["uv", "run", "--quiet", "--no-project", "--python", "3.11", *needs, "python"]
    try:
        said = run([*limit, *command, *script], folder)
    except Failed as failed:
        if failed.too_long:
            return None
        raise
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


def score(project: Path, folder: Path, found: dict[str, Any]) -> None:
    """Add the metrics of lists, whoever made them."""
    (folder / "lists.json").write_text(json.dumps(found["lists"]), "utf-8")
    found.update(json.loads(run_inside(project, "python", "-c", SCORE, str(folder / "lists.json"))))


def show(dataset: str, name: str, found: dict[str, Any], ours: dict[str, Any]) -> None:
    """Print the readings of a model, and how the project stands to it."""
    seconds = 1000 * found["rank"] / len(found["lists"])
    print(
        f"| {dataset} | {name} | {found['ndcg']:.4f} | {found['recall']:.4f} "
        f"| {ours['ndcg'] / found['ndcg']:.3f} | {found['fit']:.2f} s | {seconds:.2f} s "
        f"| {found['megabytes']:.0f} | {found['all']:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
