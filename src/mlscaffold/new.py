"""The command `new`: from what the person typed to the answers that the templates need."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from . import git, names, output
from .catalog import Catalog, unknown
from .create import check_destination, create, hidden_folder, is_empty_checkout, nearest_folder
from .errors import MlscaffoldError
from .render import questions, read_settings
from .store import open_store

Ask = Callable[..., Any]  # click.prompt, or a stand-in
T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """What the person asked for; `ask` is None where nobody is there to answer."""

    project_type: str
    destination: Path | None = None
    name: str | None = None
    package: str | None = None
    dataset: str | None = None
    parts: Sequence[str] = ()
    settings: Sequence[str] = ()
    author: str | None = None
    repository: bool = True
    ask: Ask | None = None


@dataclass(frozen=True)
class Project:
    """The project that was created."""

    path: Path
    name: str
    title: str
    enclosing: Path | None = None  # the repository that its folder lies in

    def next_steps(self, done: bool) -> list[str]:
        """Return the three commands to type next; `done` tells that it has run already."""
        enter = f"cd {shlex.quote(str(self.path))}"
        with_uv = shutil.which("uv")
        if done:
            save = 'git add --all && git commit -m "First results"'
            return [enter, save, "uv run serve" if with_uv else ".venv/bin/serve"]
        if with_uv:
            return [enter, "uv sync", "uv run reproduce"]
        install = "python3 -m venv .venv && .venv/bin/pip install --editable ."
        return [enter, install, ".venv/bin/reproduce"]


def create_project(request: Request) -> Project:
    """Check all that was asked for, ask for what is missing, then create the project."""
    store = open_store()
    catalog = Catalog(store.newest)
    given = parse_settings(request.settings, questions(read_settings(store.newest)))
    kind = catalog.project_type(request.project_type)
    parts = [catalog.part(kind.name, part).name for part in request.parts]
    wanted = request.dataset if request.dataset is not None else given.get("dataset")
    wanted = choose_dataset(request, catalog) if wanted is None else wanted
    dataset = catalog.dataset(kind.name, wanted)
    name = request.name if request.name is not None else given.get("project_name")
    path, name = choose_place(request, name, f"{dataset.name}-{kind.name}".replace("_", "-"))
    package = request.package if request.package is not None else given.get("package")
    package = names.package_name(name.replace("-", "_") if package is None else package)
    check_destination(path)
    known = find_identity(path)
    signer = choose_signer(request, known)
    answers = {
        **({"author": person.name} if (person := signer or known) else {}),
        **given,
        "project_type": kind.name,
        "dataset": dataset.name,
        "project_name": name,
        "package": package,
        "parts": parts,
    }
    create(store, path, answers, identity=signer, repository=request.repository)
    return Project(path, name, dataset.title, enclosing_repository(path))


def parse_settings(settings: Sequence[str], known: Iterable[str]) -> dict[str, str]:
    """Read `KEY=VALUE` pairs whose keys are `known`."""
    pairs = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise MlscaffoldError(f"`--set {setting}` has no value", "write it as `KEY=VALUE`")
        if key == "project_type":
            raise MlscaffoldError("`--set` cannot change the type", "say it as TYPE")
        if key == "parts":
            raise MlscaffoldError("`--set` cannot choose parts", "say them as `--with A,B`")
        if key not in known:
            listed = ", ".join(f"`{each}`" for each in known if each != "project_type")
            raise unknown("question", key, known, f"the templates ask for {listed}")
        pairs[key] = value
    return pairs


def find_identity(path: Path) -> git.Identity | None:
    """Return who git will sign commits in the project at `path` as, or None.

    A new repository inherits nothing from one around it, but the person's settings may depend on
    where it lies (`includeIf`): a repository for trial tells.
    """
    if is_empty_checkout(path):
        return git.known_identity(path)
    with hidden_folder(nearest_folder(path)) as trial:
        git.initialise(trial, None)
        return git.known_identity(trial)


def enclosing_repository(path: Path) -> Path | None:
    """Return the folder of the repository that `path` lies in, if there is one."""
    return next((place for place in path.parents if (place / ".git").exists()), None)


def choose_dataset(request: Request, catalog: Catalog) -> str:
    """Return the data set that the person chooses, or the default one."""
    datasets = catalog.datasets(request.project_type)
    default = next(iter(datasets))
    if request.ask is None:
        return default
    output.say("Data sets:")
    for each in datasets.values():
        output.say(f"  {each.name:<20} {each.title}{' (demo, no network)' if each.demo else ''}")
    return ask_until_valid(
        request.ask,
        "Start from",
        lambda answer: catalog.dataset(request.project_type, answer).name,
        default,
    )


def choose_place(request: Request, name: str | None, default: str) -> tuple[Path, str]:
    """Return the folder of the project and its name; either one may follow from the other."""
    if request.destination is not None:
        path = Path(os.path.abspath(request.destination))  # noqa: PTH100 - resolves `..`, not links
        return path, names.name_from_folder(path) if name is None else names.project_name(name)
    if name is None and request.ask:
        name = ask_until_valid(request.ask, "Name", names.project_name, default)
    name = names.project_name(default if name is None else name)
    return Path.cwd() / name, name


def choose_signer(request: Request, known: git.Identity | None) -> git.Identity | None:
    """Return who signs the commits instead of whom git knows, or None where that one will do."""
    if request.author is not None:
        return git.Identity.parse(request.author)
    if known or not request.repository:
        return None
    if request.ask:
        return ask_until_valid(request.ask, "You, for git (Name <e-mail>)", git.Identity.parse)
    raise MlscaffoldError(
        "git does not know who you are, so it cannot sign the first commit",
        '`git config --global user.name "Ada Lovelace"` and\n'
        "      `git config --global user.email ada@example.org` tell it once and for all;\n"
        '      `--author "Ada Lovelace <ada@example.org>"` tells it for this project',
    )


def ask_until_valid(
    ask: Ask, question: str, read: Callable[[str], T], default: str | None = None
) -> T:
    """Ask until `read` accepts the answer, and return what it makes of it."""
    while True:
        try:
            return read(ask(question, default=default))
        except MlscaffoldError as error:
            output.fail(error)
