"""Runs a whole recommender study on six million generated ratings, fetched over HTTP.

`python benchmarks/many_ratings.py [USERS]`: the shape is that of goodbooks-10k (53,424 users,
10,000 books, a long tail), the ratings are invented, so only seconds and memory mean anything.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import shutil
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from studies import make, run_inside

USERS = 53_424
# Runs inside the project: hidden tastes of users and books, and books that are better known than
# others, decide who reads what.
GENERATE = """
import sys
from pathlib import Path
import numpy as np
folder, users, books, size = Path(sys.argv[1]), int(sys.argv[2]), 10_000, 12
random = np.random.default_rng(0)
count = np.clip(random.lognormal(4.55, 0.55, users), 19, 200)
count = (count / count.sum() * 5_976_479 * users / 53_424).round().astype(int).clip(5, 400)
fame = np.log(1 / np.arange(1, books + 1) ** 0.75)
traits = random.normal(scale=0.9, size=(books, size))
with (folder / "ratings.csv").open("w") as file:
    file.write("user_id,book_id,rating\\n")
    for start in range(0, users, 400):
        counts = count[start : start + 400]
        tastes = random.normal(scale=0.8, size=(len(counts), size))
        wish = tastes @ traits.T + fame + random.gumbel(size=(len(counts), books))
        order = np.argsort(-wish, axis=1)
        for place, read in enumerate(counts):
            had = order[place, :read]
            liked = 3.9 + 0.25 * traits[had] @ tastes[place] + random.normal(scale=0.8, size=read)
            for book, rating in zip(had + 1, liked.round().clip(1, 5).astype(int)):
                file.write(f"{start + place + 1},{book},{rating}\\n")
names = [f'{book},"Book {book}","Author {book % 3000}"\\n' for book in range(1, books + 1)]
(folder / "books.csv").write_text("book_id,title,authors\\n" + "".join(names))
"""


def main() -> None:
    """Generate, serve, run, and print seconds of every step and the peak of memory."""
    users = int(sys.argv[1]) if sys.argv[1:] else USERS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = make(folder, "recommender", "goodbooks")
        shutil.rmtree(project / "data", ignore_errors=True)  # the real list of books
        served = folder / "served"
        served.mkdir()
        run_inside(project, "python", "-c", GENERATE, str(served), str(users))
        with Server(served) as address:
            declare(project / "project.toml", served, address)
            start = time.perf_counter()
            run_inside(project, "reproduce")
            seconds = time.perf_counter() - start
        results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    took = {step: results[step]["run"]["seconds"] for step in ("train", "diagnose", "evaluate")}
    steps = ", ".join(f"{step} {each:.0f} s" for step, each in took.items())
    rows, chosen = results["train"]["data"]["rows"], results["train"]["choice"]["reason"]
    print(f"{rows:,} ratings: {seconds:.0f} s ({steps}), {peak:.1f} GiB; chosen: {chosen}")


class Server:
    """Serves a folder on loopback, as the data would come from the internet."""

    def __init__(self, folder: Path) -> None:
        handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        """Start, and return the address."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.server.shutdown()


def declare(settings: Path, served: Path, address: str) -> None:
    """Point project.toml to the files that are served."""
    text = settings.read_text("utf-8")
    for name in ("ratings.csv", "books.csv"):
        digest = hashlib.sha256((served / name).read_bytes()).hexdigest()
        text = re.sub(
            rf'url = "https://\S+/{name}"\nsha256 = "\w+"',
            f'url = "{address}/{name}"\nsha256 = "{digest}"',
            text,
        )
    settings.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
