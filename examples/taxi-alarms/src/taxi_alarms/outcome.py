"""What the detector says of new rows: does it raise as many alerts as the budget expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from .service.answers import Scorer, values
from .service.stretches import of_known_series

TWICE = 2  # a workload that nobody planned for


def judge(root: Path, scorer: Scorer, X: pd.DataFrame, raw: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how many rows are flagged, with a sentence and whether it calls for attention."""
    X = of_known_series(X, scorer.settings, scorer.histories)
    if X.empty:
        return []
    planned = float(scorer.results["threshold"]["flagged_share"])
    flagged = values(scorer, X) <= scorer.threshold
    share, limits = float(np.mean(flagged)), scorer.settings.monitor
    p = binomtest(int(flagged.sum()), len(flagged), planned, alternative="greater").pvalue
    many = p < limits.significance and share > TWICE * planned
    return [{
        "name": "flagged rows", "alarm": many, "share": share, "planned": planned, "p": p,
        "said": f"{share:.1%} of the rows are flagged, {planned:.1%} of the validation rows were"
        f"{': more than twice as many' if many else ''}",
    }]  # fmt: skip
