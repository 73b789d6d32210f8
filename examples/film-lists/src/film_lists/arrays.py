"""Names for the arrays that go from step to step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]
Codes = NDArray[np.int64]
Shape = tuple[int, int]
