"""Roles of columns on a public benchmark of feature types: `feature_types.py FOLDER [PYTHON]`.

FOLDER holds the files of `MLFeatureTypeInference/Downstream-Benchmark/datasets` and the truth of
`Metadata/metadata.csv` of pvn25/ML-Data-Prep-Zoo, not part of this repository. `mfeat` is left
out: its 240 columns are all alike. PYTHON has skrub and autogluon.features: what they, and the
types of pandas, say of the same columns stands beside it.
"""

from __future__ import annotations

import ast
import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mlscaffold.data.columns import describe
from mlscaffold.data.roles import first_roles
from mlscaffold.data.sources import find

FAIR = {  # the class of the benchmark = the roles that say the same
    0: {"numeric"}, 1: {"categorical"}, 2: {"date"}, 3: {"text"}, 4: {"id", "drop", "text"},
    5: {"numeric"}, 6: {"text"}, 7: {"id", "drop"}, 8: {"text", "id", "categorical"},
}  # fmt: skip
OTHERS = """
import json, sys, pandas, skrub
from autogluon.common.features.infer_types import get_type_map_raw, get_type_group_map_special
names = {"numeric": "numeric", "datetime": "date", "low_cardinality": "categorical",
         "high_cardinality": "text"}
told = {"int": "numeric", "float": "numeric", "datetime": "date"}
for path in sys.argv[1:]:
    frame = pandas.read_csv(path, skipinitialspace=True)
    kinds = {"pandas": {n: "numeric" if d.kind in "iuf" else "categorical"
                        for n, d in frame.dtypes.items()}}
    table = skrub.TableVectorizer(high_cardinality="passthrough").fit(frame)
    kinds["skrub"] = {n: names.get(kind, "drop") for n, kind in table.column_to_kind_.items()}
    raw, special = get_type_map_raw(frame), get_type_group_map_special(frame)
    kinds["AutoGluon"] = {n: told.get(kind, "categorical") for n, kind in raw.items()}
    for kind, role in (("text", "text"), ("datetime_as_object", "date")):
        kinds["AutoGluon"].update({n: role for n in special.get(kind, [])})
    print(json.dumps(kinds), flush=True)
"""
FILES = {"Hearts": "heart", "Flares": "flare", "Car Fuel": "car_fuel"}


def main(folder: Path, python: str) -> None:
    """Print right and wrong per file, and the share of all columns that are right."""
    right, total, confused, asked = 0, 0, Counter[str](), dict[Path, dict[str, int]]()
    with (folder / "metadata.csv").open(encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    for entry in entries:
        name = FILES.get(entry["name"], entry["name"].lower())
        path = folder / f"{name}.csv"
        if name == "mfeat" or not path.is_file():
            continue
        table = find(str(path)).table
        roles = first_roles(table, describe(table)[0])
        others = [each for each in table.names if each.lower() != entry["target"].lower()]
        truth = [int(float(each)) for each in ast.literal_eval(entry["truthVector"])]
        if len(others) == len(truth) + 1:
            others = [each for each in others if each != table.names[-1]]
        if len(others) != len(truth):
            print(f"{name:<12} {len(truth)} labels for {len(others)} columns: left out")
            continue
        wrong = [
            f"{column} is {roles[column].role}"
            for column, wanted in zip(others, truth, strict=True)
            if roles[column].role not in FAIR[wanted]
        ]
        confused.update(wrong_role.rsplit(" ", 1)[1] for wrong_role in wrong)
        right, total = right + len(truth) - len(wrong), total + len(truth)
        asked[path] = dict(zip(others, truth, strict=True))
        print(f"{name:<12} {len(truth) - len(wrong)} of {len(truth)}  {'; '.join(wrong)}")
    print(
        f"right: {right} of {total}, {right / max(total, 1):.1%}; wrongly called {dict(confused)}"
    )
    for library, count in (ask(python, asked) if python else {}).items():
        print(f"{library}: {count} of {total}, {count / total:.1%}")


def ask(python: str, asked: dict[Path, dict[str, int]]) -> Counter[str]:
    """Return of how many columns each library says what the benchmark says."""
    done = subprocess.run(
        [python, "-c", OTHERS, *map(str, asked)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the others failed: {done.stderr.splitlines()[-1:]}")
    right = Counter[str]()
    for line, truth in zip(done.stdout.splitlines(), asked.values(), strict=True):
        for library, said in json.loads(line).items():
            right[library] += sum(said.get(n, "drop") in FAIR[role] for n, role in truth.items())
    return right


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
