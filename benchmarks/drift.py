"""Measures when the monitor of a project fires: on real changes, and where nothing changed.

`python benchmarks/drift.py [DATASET ...]`. Changes: bike sharing 2012 against 2011, hotel bookings
of one season against another, a number in thousandths of its unit. Where nothing changed: rows
drawn by chance against other rows of the same data, 200 times for each size of the file. What it
finds: the same with one column of numbers, drawn by chance, moved by a part of its standard
deviation, 30 times each. False is any line about a column, if only a notice.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from studies import make, run_inside

DATASETS = {
    "bike_sharing": "regression", "california_housing": "regression",
    "bank_marketing": "classification", "hotel_bookings": "classification",
    "telco_churn": "classification", "adult_census": "classification", "ai4i": "anomaly",
}  # fmt: skip
SIZES = (100, 1000, 5000)
DRAWS = 200
SHIFTS = (0.1, 0.25, 0.5, 1.0)  # standard deviations
MOVED = 30
# Run inside a project. A change is two sets of rows of its data, by a date.
WATCH = """
import json, sys
import numpy as np
from study.data import load
from study.kit.settings import load_settings
from study.product.drift import drift
name, (sizes, draws, shifts, moves) = sys.argv[1], json.loads(sys.argv[2])
settings = load_settings()
rows = load(settings)[0]
X = rows[[*settings.columns.numeric, *settings.columns.categorical]]
target = settings.columns.target
random, found = np.random.default_rng(1), {"changes": [], "quiet": [], "moved": []}
def found_in(new, old, *levels):
    return [said.partition(":")[0] for level, said in drift(new, old) if level in levels]
def note(name, new, old):
    both = [part.join(rows[target]) for part in (new, old)]  # the target as well
    drifted = found_in(*both, "alarm")
    found["changes"].append([name, len(new), len(drifted), both[0].shape[1], drifted[:5]])
if name == "bike_sharing":
    year, early = rows["dteday"].dt.year, rows["dteday"].dt.month <= 6
    note("2012 against 2011", X[year == 2012], X[year == 2011])
    note("July to December 2011 against the half before", X[(year == 2011) & ~early],
         X[(year == 2011) & early])
if name == "hotel_bookings":
    arrived = rows[settings.columns.date[0]].dt.month % 12 // 3
    for season, told in enumerate(("winter", "spring", "summer", "autumn")):
        if told != "summer":
            note(f"{told} against summer", X[arrived == season], X[arrived == 2])
half = random.random(len(X)) < 0.5
numbers = X.select_dtypes("number")
widest = numbers.std().idxmax()
broken = X[half].assign(**{widest: X.loc[half, widest] * 1000})
note(f"{widest} in thousandths", broken, X[~half])
def draw(size):
    order = random.permutation(len(X))
    return X.iloc[order[:size]], X.iloc[order[size:]]
def moved(new, old, shift):
    column = random.choice(numbers.columns)
    return new.assign(**{column: new[column] + shift * old[column].std()}), old
for size in (size for size in sizes if size <= len(X) / 2):
    said = [found_in(*draw(size), "alarm", "notice") for _ in range(draws)]
    found["quiet"].append([size, draws, sum(map(bool, said))])
    told = [[drift(*moved(*draw(size), shift)) for _ in range(moves)] for shift in shifts]
    for levels in (("alarm",), ("alarm", "notice")):
        hits = [[any(level in levels for level, _ in said) for said in each] for each in told]
        found["moved"].append([f"{size:,}", " or ".join(levels), *map(np.mean, hits)])
json.dump(found, sys.stdout)
"""


def main() -> None:
    """Print the changes, then the false alarms, then what is found."""
    chosen, quiet = sys.argv[1:] or list(DATASETS), list[tuple[str, int, int, int]]()
    moved, plan = list[tuple[str, str, list[float]]](), json.dumps([SIZES, DRAWS, SHIFTS, MOVED])
    print("| data | change | rows | columns that drifted | of | among them |")
    print("|---|---|---:|---:|---:|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            project = make(Path(folder) / name, DATASETS[name], name)
            said = run_inside(project, "python", "-c", WATCH, name, plan)
            found = json.loads(said)
            for change, rows, drifted, columns, names in found["changes"]:
                line = f"{name} | {change} | {rows:,} | {drifted} | {columns} | {', '.join(names)}"
                print(f"| {line} |", flush=True)
            quiet += [(name, *row) for row in found["quiet"]]
            moved += [(name, f"{size} | {what}", each) for size, what, *each in found["moved"]]
    print("\n| data | rows | draws | false | at most (95%) |\n|---|---:|---:|---:|---:|")
    for name, rows, draws, alarms in quiet:
        print(f"| {name} | {rows:,} | {draws} | {alarms} | {upper(alarms, draws):.1%} |")
    print("\n| data | rows | level |", *(f"moved by {shift:g} |" for shift in SHIFTS))
    print("|---|---:|---|" + "---:|" * len(SHIFTS))
    for name, what, shares in moved:
        print(f"| {name} | {what} |", *(f"{share:.0%} |" for share in shares))


def upper(alarms: int, draws: int) -> float:
    """Return the upper end of Wilson's 95% interval of a share."""
    z, share = 1.96, alarms / draws
    middle = share + z * z / (2 * draws)
    reach = z * (share * (1 - share) / draws + z * z / (4 * draws * draws)) ** 0.5
    return float((middle + reach) / (1 + z * z / draws))


if __name__ == "__main__":
    main()
