"""Gets the files of the data and reads them as tables."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets

from .command import ProjectError
from .download import download
from .project import MADE, File, Settings
from .results import write_text


def fetch(root: Path, settings: Settings) -> list[Path]:
    """Return the data files; get those first that are not in `data/` yet."""
    path, source = settings.data.file(root), settings.data.source
    if source.startswith("sklearn:") and not path.exists():
        loader = getattr(datasets, f"load_{source.removeprefix('sklearn:')}", None)
        if loader is None:
            raise ProjectError(f"scikit-learn has no data set {source!r}", "correct data.source")
        write_text(path, loader(as_frame=True).frame.to_csv(index=False, lineterminator="\n"))
    elif settings.data.url:
        download(settings.data.url, settings.data.sha256, path)
    if not path.exists():
        name = path.relative_to(root).as_posix()
        raise ProjectError(f"there is no {name}", "put the file there, or give data.url")
    return [path, *(fetch_more(root, file) for file in settings.data.files)]


def fetch_more(root: Path, file: File) -> Path:
    """Return a further file, which must have its declared checksum."""
    path = root / "data" / file.name
    if not path.exists() and not file.url:
        raise ProjectError(f"there is no data/{file.name}", "put the file there, or give its url")
    download(file.url, file.sha256, path)
    return path


def read(path: Path, settings: Settings) -> pd.DataFrame:
    """Return a file as a table; columns that are no numbers stay text, as they are written."""
    data, columns = settings.data, settings.columns
    texts = [*columns.categorical, *columns.id, *columns.types, columns.target, columns.time]
    try:
        if path.suffix == ".npz":
            frame = read_arrays(path)
        else:
            frame = pd.read_csv(
                path, sep=data.separator, decimal=data.decimal, encoding=data.encoding,
                na_values=data.na_values, dtype=dict.fromkeys(texts, str), skipinitialspace=True,
            )  # fmt: skip
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())
        raise ProjectError(
            f"{path.name} cannot be read as a table: {reason}",
            f"it should be .npz, or a CSV file separated by {data.separator!r}; see [data]",
        ) from None
    return frame.assign(**{MADE: path.stem}) if data.several else frame


def read_arrays(path: Path) -> pd.DataFrame:
    """Return X as columns x1, x2, ... and y as text; pickled content is refused."""
    with np.load(path, allow_pickle=False) as arrays:
        X, y = np.asarray(arrays["X"], dtype=float), np.ravel(arrays["y"])
    names = [f"x{place}" for place in range(1, X.shape[1] + 1)]
    return pd.DataFrame(X, columns=names).assign(y=[f"{value:g}" for value in y])
