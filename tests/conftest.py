"""What several test files share: a sandbox for each test, and small templates."""

from __future__ import annotations

import datetime
import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mlscaffold.catalog import read_manifest, read_parts
from mlscaffold.cli import main
from mlscaffold.compose import compose
from mlscaffold.git import git
from mlscaffold.inherited import forget_inherited_repository
from mlscaffold.interrupts import SIGNALS
from mlscaffold.release import TEMPLATES, release
from mlscaffold.render import render

if TYPE_CHECKING:
    from released import Releases
    from served import Trained

HOME = Path.home()
UV_CACHE = os.environ.get("UV_CACHE_DIR", str(HOME / ".cache" / "uv"))
PIP_SETTINGS = os.environ.get("PIP_CONFIG_FILE", str(HOME / ".config" / "pip" / "pip.conf"))
SCRIPTS = Path(sys.executable).parent

TYPES = read_manifest(TEMPLATES)[1]

forget_inherited_repository()  # the tests may run inside a git hook
# Workers of `pytest -n` share the cores; threads that wait for one another would take the most.
if WORKERS := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // WORKERS)))
# Without compiled modules on the disk, each process of a project would compile all its libraries.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Jobs in the background ignore SIGINT, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares an environment or a trained project on one worker of `pytest -n`."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group_of(item)))


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was loaded: it stays until the end."""
    gc.collect()
    gc.freeze()


def group_of(item: pytest.Item) -> str:
    """Return the project type that a slow test is about; others stay with their module."""
    values = getattr(item, "callspec", None)
    given = [str(value) for value in values.params.values()] if values else []
    named = next((value for value in given if value in TYPES), None)
    return named or item.path.stem


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests fill once; those about the cache itself choose another one."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for home directories, so that pytest need not look for a free name among them."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="session", autouse=True)
def quick_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let git begin repositories without its sample hooks, and tidy none of them up.

    These are settings of the machine: those of a person, which tests write, count for more.
    """
    folder = tmp_path_factory.mktemp("git")
    write_files(folder, {"template/info/exclude": ""})
    (folder / "template/hooks").mkdir()
    settings = folder / "settings"
    settings.write_text(
        f"[init]\ntemplateDir = {folder}/template\n[maintenance]\nauto = false\n[gc]\nauto = 0\n"
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GIT_CONFIG_SYSTEM", str(settings))
        yield


@pytest.fixture(autouse=True)
def sandbox(homes: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory: whose machine this is must not matter, nor be changed."""
    home = Path(tempfile.mkdtemp(dir=homes))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(shared_cache))
    # Where packages come from is the machine's business.
    monkeypatch.setenv("UV_CACHE_DIR", UV_CACHE)
    monkeypatch.setenv("PIP_CONFIG_FILE", PIP_SETTINGS)
    monkeypatch.setenv("PATH", f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME", raising=False)
        monkeypatch.delenv(f"GIT_{role}_EMAIL", raising=False)
    return home


@pytest.fixture
def temporary_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the test's own for temporary files: who is killed leaves some behind."""
    folder = str(tmp_path_factory.mktemp("temporary"))
    monkeypatch.setenv("TMPDIR", folder)
    monkeypatch.setattr("tempfile.tempdir", folder)


@pytest.fixture
def identity(sandbox: Path) -> str:
    """Somebody whom git knows."""
    (sandbox / ".gitconfig").write_text("[user]\nname = Grace\nemail = grace@example.org\n")
    return "Grace <grace@example.org>"


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that nothing can be written to, by root either where the system allows it."""
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    if os.geteuid() == 0:
        done = subprocess.run(["chattr", "+i", folder], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("root can write everywhere here")
    yield folder
    if os.geteuid() == 0:
        subprocess.run(["chattr", "-i", folder], check=True)


@pytest.fixture
def mount_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many kB, where the system allows it."""
    places: list[Path] = []

    def mount(size: int) -> Path:
        place = tmp_path / f"disk{len(places)}"
        place.mkdir()
        command = ("mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", place)
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no disk can be mounted here")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", place], check=True)


@pytest.fixture(scope="session")
def uv() -> str:
    """The uv that comes with mlscaffold."""
    from mlscaffold.environment import find_uv

    return find_uv() or pytest.skip("there is no uv that works here")


class Workshop:
    """Runs commands in generated projects; those of one type share an environment."""

    def __init__(self, uv: str, folder: Path) -> None:
        self.uv = uv
        self.folder = folder
        self.variables = {**os.environ, "MYPY_CACHE_DIR": str(folder / "mypy")}
        self.variables.pop("VIRTUAL_ENV", None)

    def environment(self, project: Path) -> Path:
        """The environment of projects of this type."""
        answers = (project / ".copier-answers.yml").read_text("utf-8")
        return self.folder / answers.partition("project_type: ")[2].split()[0]

    def program(self, project: Path, name: str) -> Path:
        """A console script of `project`, installed."""
        self.run(project, "python", "-c", "")
        return self.environment(project) / "bin" / name

    def check_code(self, project: Path) -> None:
        """Let a project's own linter and type checker judge it.

        All types share one environment for it: mypy takes long to read the libraries.
        """
        for command in (("mypy",), ("ruff", "check"), ("ruff", "format", "--check")):
            self.run(project, *command, environment=self.folder / "all-types")

    def run(
        self, project: Path, *command: str, status: int = 0, environment: Path | None = None
    ) -> str:
        """Run `command` in the environment of `project` and return what it printed."""
        place = environment or self.environment(project)
        done = subprocess.run(
            [self.uv, "run", "--quiet", "--python", sys.executable, *command],
            cwd=project,
            env=self.variables | {"UV_PROJECT_ENVIRONMENT": str(place)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def workshop(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(uv, tmp_path_factory.mktemp("environments"))


class Finished:
    """Projects on the built-in data of their types, made once each; they must stay as they are."""

    def __init__(self, working: Path, workshop: Workshop, folder: Path) -> None:
        self.working = working
        self.workshop = workshop
        self.folder = folder
        self.made: dict[str, Path] = {}

    def project(self, project_type: str) -> Path:
        """Return a project with all parts, in which every step ran."""
        if project_type not in self.made:
            dataset = read_manifest(TEMPLATES)[1][project_type].default_dataset
            project = self.folder / project_type
            committed(make(self.working, project, project_type, dataset, parts_of(project_type)))
            self.workshop.run(project, "reproduce")
            for study in studies_of(project):
                self.workshop.run(project, "python", "-m", f"a_project.studies.{study}")
            self.workshop.run(project, "report")
            self.made[project_type] = project
        return self.made[project_type]

    def study(self, project_type: str) -> Path:
        """Return the same without parts: a report of the same results."""
        name = f"{project_type}-study"
        if name not in self.made:
            whole, project = self.project(project_type), self.folder / name
            dataset = read_manifest(TEMPLATES)[1][project_type].default_dataset
            committed(make(self.working, project, project_type, dataset, parts=[]))
            for folder in ("data", "models", "reports"):
                shutil.copytree(whole / folder, project / folder, dirs_exist_ok=True)
            self.workshop.run(project, "report")
            self.made[name] = project
        return self.made[name]


def parts_of(project_type: str) -> list[str]:
    """Return all parts that a type has."""
    return [name for name, part in read_parts(TEMPLATES).items() if project_type in part.types]


def studies_of(project: Path) -> list[str]:
    """Return the names of the optional studies in a project."""
    return sorted(path.stem for path in project.glob("src/*/studies/[!_]*.py"))


@pytest.fixture(scope="session")
def finished(
    working: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    return Finished(working, workshop, tmp_path_factory.mktemp("finished"))


@pytest.fixture(scope="session")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working templates, composed."""
    template = tmp_path_factory.mktemp("working") / "template"
    compose(TEMPLATES, template)
    return template


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    from released import Releases

    return Releases(tmp_path_factory.mktemp("releases"))


def make(
    working: Path,
    directory: Path,
    project_type: str,
    dataset: str,
    parts: Sequence[str] | None = None,
) -> Path:
    answers = {
        "project_type": project_type,
        "dataset": dataset,
        "project_name": "a-project",
        "author": "Ada Lovelace",
        "year": 2026,
    }
    chosen = {} if parts is None else {"parts": list(parts)}
    render(working, directory, answers | chosen, {"_src_path": str(working)})
    return directory


def committed(project: Path) -> Path:
    git("init", "--quiet", cwd=project)
    git("add", "--all", cwd=project)
    git(
        "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Start", cwd=project
    )
    return project


def write_files(directory: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` below `directory`; line ends stay as they are."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory


# The smallest templates that have all that the tool reads: two types, three data sets.
LAYERS: dict[str, str | bytes] = {
    "layers.toml": """\
version = "1.0.0"

[types.numbers]
summary = "Predict a number"
layers = ["base", "numbers"]
default_dataset = "small"

[types.labels]
summary = "Predict a label"
layers = ["base"]
default_dataset = "flowers"
""",
    "copier.yml": """\
_subdirectory: "{{ project_type }}"
_envops:
  undefined: jinja2.StrictUndefined

project_name:
  type: str
  help: Name of the project
  default: "{{ dataset }}-{{ project_type }}"

package:
  type: str
  help: Name of the package
  default: "{{ project_name | replace('-', '_') }}"

author:
  type: str
  help: Who wrote it
  default: The author

year:
  type: int
  help: Year of the licence
  default: 2026
  validator: "{% if year < 1900 %}years begin with 1900{% endif %}"
""",
    "datasets/numbers/small.toml": """\
[project]
title = "Small numbers"

[data]
licence = "CC0"
demo = true
""",
    "datasets/numbers/bike_sharing.toml": """\
[project]
title = "Shared bikes"

[data]
licence = "CC BY 4.0"
demo = false
""",
    "datasets/labels/flowers.toml": """\
[project]
title = "Flowers"

[data]
licence = "CC0"
demo = true
""",
    "base/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "base/LICENSE.jinja": "{{ year }} {{ author }}\n",
    "base/README.md.jinja": "# {{ project_name }}\n\n{% include 'datasets/' ~ project_type ~ '/'"
    " ~ dataset ~ '.toml' %}",
    "base/src/{{ package }}/__init__.py": "",
    "numbers/src/{{ package }}/models.py.jinja": "import {{ package }}.data\n",
    "numbers/src/{{ package }}/data.py": "LIMIT = 1\n",
}

# LAYERS with parts: `notes` for both types, `page` for one; each says so in a file that all have.
PARTS: dict[str, str | bytes] = {
    **LAYERS,
    "layers.toml": f"""\
{LAYERS["layers.toml"]!s}
[parts.page]
summary = "A page to show"
types = ["numbers"]
default = true

[parts.notes]
summary = "Notes on what was tried"
""",
    "base/pyproject.toml.jinja": """\
[project]
name = "{{ project_name }}"
dependencies = [
    "numpy",
{%- if 'page' in parts %}
    "fastapi",
{%- endif %}
]
""",
    "parts/page/numbers/src/{{ package }}/page/app.py.jinja": "import {{ package }}\n",
    "parts/page/numbers/src/{{ package }}/page/answer.js": "// {{ as it is }}\n",
    "parts/page/numbers/src/{{ package }}/serve.py": "PORT = 8000\n",
    "parts/notes/all/NOTES.md.jinja": "# Notes on {{ project_name }}\n",
    "parts/notes/base/notes/first.md": "One\n",
    "parts/notes/numbers/notes/numbers.md": "Two\n",
}


@pytest.fixture(scope="session")
def small_layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of LAYERS: the smallest templates that have all that the tool reads."""
    return write_files(tmp_path_factory.mktemp("layers"), LAYERS)


@pytest.fixture(scope="session")
def small_bundle(small_layers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that holds one release of LAYERS."""
    folder = tmp_path_factory.mktemp("small")
    bundle = folder / "templates.bundle"
    release(small_layers, bundle, folder / "releases.toml", datetime.date(2026, 1, 1))
    return bundle


@pytest.fixture
def small_templates(small_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the tool carry LAYERS instead of its own templates, in this process."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", small_bundle)
    return small_bundle


class Outcome(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def mlscaffold(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """The command line, in this process; its arguments are the words that follow the command."""

    def call(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr("sys.argv", ["mlscaffold", *map(str, arguments)])
        capfd.readouterr()
        kept = {number: signal.getsignal(number) for number in SIGNALS}
        try:
            status = main()
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
        return Outcome(status, *capfd.readouterr())

    return call


def files(directory: Path) -> dict[str, bytes]:
    """Return the content of every file below `directory` but git's, by relative path."""
    paths = (path for path in directory.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def run(*command: str | Path, cwd: Path | None = None, status: int = 0) -> str:
    """Run `command`, which ends with `status`, and return all that it printed."""
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


# Projects that are updated: two releases of one template, a project of the first one.


def release_versions(folder: Path, *versions: Mapping[str, str | bytes | None]) -> Path:
    """Release LAYERS with the files of each of `versions` in turn; None removes a file.

    Return the bundle of these releases, v0.1.0, v0.2.0, and so on.
    """
    layers, bundle = folder / "layers", folder / "templates.bundle"
    write_files(layers, LAYERS)
    for count, changed in enumerate(versions, 1):
        for name in (name for name, content in changed.items() if content is None):
            (layers / name).unlink()
        write_files(layers, {name: text for name, text in changed.items() if text is not None})
        manifest = (layers / "layers.toml").read_text("utf-8")
        released = re.sub(r'^version = ".*"', f'version = "0.{count}.0"', manifest)
        write_files(layers, {"layers.toml": released})
        release(layers, bundle, folder / "releases.toml", datetime.date(2026, 1, 1))
    return bundle


CREATED: dict[tuple[object, ...], Path] = {}


def create_old_project(bundle: Path, project: Path, tag: str = "v0.1.0", **more: object) -> Path:
    """Create `project` as the release `tag` in `bundle` made it, and commit it.

    `more` are answers beside the necessary ones. Of equal projects all but the first are copies.
    """
    key = (bundle, bundle.stat().st_mtime_ns, tag, project.name, repr(more))
    if key not in CREATED:
        folder = bundle.parent / f"created{len(CREATED)}"
        CREATED[key] = render_old_project(bundle, folder / project.name, tag, more)
    return Path(shutil.copytree(CREATED[key], project, symlinks=True))


def render_old_project(bundle: Path, project: Path, tag: str, more: Mapping[str, object]) -> Path:
    from mlscaffold.store import URL, open_store

    template = project.parent / "template"
    run("git", "clone", "--quiet", "--branch", tag, bundle, template)
    answers = {"project_type": "numbers", "dataset": "small", **more}
    render(template, project, answers, {"_commit": tag, "_src_path": URL})
    open_store(bundle)
    run("git", "init", "--quiet", "--initial-branch=main", cwd=project)
    commit(project, "Start")
    return project


def commit(project: Path, message: str) -> None:
    """Commit all that `project` holds."""
    signer = ("-c", "user.name=Grace", "-c", "user.email=grace@example.org")
    run("git", "add", "--all", cwd=project)
    run("git", *signer, "commit", "--quiet", "--allow-empty", "--message", message, cwd=project)


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two releases that differ in all the ways that a file can differ."""
    from two_releases import FIRST, SECOND

    return release_versions(tmp_path_factory.mktemp("two"), FIRST, SECOND)


@pytest.fixture
def old_project(two_releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the first of them, to change and update."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", two_releases)
    return create_old_project(two_releases, tmp_path / "small-numbers")


# The part `product` of projects: what stands in served.py.


@pytest.fixture(scope="session")
def trained(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    from served import Trained

    return Trained(finished, tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="session", params=TYPES)
def trained_project(request: pytest.FixtureRequest, trained: Trained) -> Path:
    """The project of every type, or of those that `served.of` names."""
    return trained.project(request.param)


@pytest.fixture(scope="session")
def service(trained_project: Path, workshop: Workshop) -> Iterator[str]:
    """The address of the project's service, which runs."""
    from served import free_port, running

    port = free_port()
    command = [str(workshop.program(trained_project, "serve")), "--port", str(port)]
    with running(command, trained_project, workshop.variables, port) as address:
        yield address
