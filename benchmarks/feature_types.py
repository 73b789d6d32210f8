"""Roles of columns on a public benchmark of feature types: `feature_types.py FOLDER`.

FOLDER holds the files of `MLFeatureTypeInference/Downstream-Benchmark/datasets` and the truth of
`Metadata/metadata.csv` of pvn25/ML-Data-Prep-Zoo, not part of this repository. `mfeat` is left
out: its 240 columns are all alike.
"""

from __future__ import annotations

import ast
import csv
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
FILES = {"Hearts": "heart", "Flares": "flare", "Car Fuel": "car_fuel"}


def main(folder: Path) -> None:
    """Print right and wrong per file, and the share of all columns that are right."""
    right, total, confused = 0, 0, Counter[str]()
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
        print(f"{name:<12} {len(truth) - len(wrong)} of {len(truth)}  {'; '.join(wrong)}")
    print(
        f"right: {right} of {total}, {right / max(total, 1):.1%}; wrongly called {dict(confused)}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
