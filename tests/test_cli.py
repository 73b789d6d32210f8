"""The command line: exit codes, streams, interrupts, and machines that are not as expected."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command, Outcome, files, run, write_files

from mlscaffold.new import Request, create_project
from mlscaffold.store import open_store

AUTHOR = "Ada Lovelace <ada@example.org>"
MODULE = (sys.executable, "-m", "mlscaffold.cli")
NEW = (*MODULE, "new", "regression", "demo", "--author", AUTHOR)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def small(small_templates: Path) -> None:
    """Make the tool carry the smallest templates."""


def is_error(outcome: Outcome, status: int = 1) -> bool:
    """Tell whether `outcome` is one message and one hint on stderr, and nothing else."""
    lines = outcome.err.splitlines()
    return (
        outcome.status == status
        and outcome.out == ""
        and [line for line in lines if line.startswith("error: ")] == lines[:1]
        and len([line for line in lines if line.startswith("hint: ")]) == 1
        and "Traceback" not in outcome.err
    )


# What goes well


def test_types_are_data_on_stdout(small: None, mlscaffold: Command) -> None:
    table = "numbers  Predict a number\nlabels   Predict a label\n"
    assert mlscaffold("types") == (0, table, "")


def test_data_sets_of_one_type_are_data_on_stdout(small: None, mlscaffold: Command) -> None:
    assert mlscaffold("datasets", "numbers") == (
        0,
        """\
type            name                      rows  download  licence
numbers         small                                     CC0
    Small numbers
numbers         bike_sharing                              CC BY 4.0
    Shared bikes
""",
        "",
    )


def test_data_sets_of_all_types_are_listed(small: None, mlscaffold: Command) -> None:
    lines = mlscaffold("datasets").out.splitlines()
    names = [line.split()[1] for line in lines[1:] if not line.startswith(" ")]
    assert names == ["small", "bike_sharing", "flowers"]


def test_version_tells_of_tool_and_templates(small: None, mlscaffold: Command) -> None:
    status, out, err = mlscaffold("--version")
    assert (status, err) == (0, "")
    assert out.startswith("mlscaffold 0.")
    assert out.endswith("(templates v1.0.0)\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), ("new",), ("types",), ("datasets",), ("update",)])
def test_help_is_data_on_stdout(mlscaffold: Command, command: tuple[str, ...], option: str) -> None:
    status, out, err = mlscaffold(*command, option)
    assert (status, err) == (0, "")
    assert out.startswith(f"Usage: {' '.join(['mlscaffold', *command])}")


def test_new_ends_with_three_commands_on_stderr(
    small: None, here: Path, mlscaffold: Command
) -> None:
    status, out, err = mlscaffold("new", "numbers", "demo", "--author", AUTHOR)
    assert (status, out) == (0, "")
    lines = err.splitlines()
    assert lines[0] == "Created demo: Small numbers"
    assert lines[-4] == "Next:"
    assert lines[-3] == f"  cd {here / 'demo'}"


def test_commands_that_are_printed_work(small: None, here: Path, mlscaffold: Command) -> None:
    said = mlscaffold("new", "numbers", "with a blank", "--author", AUTHOR).err
    enter = next(line for line in said.splitlines() if line.startswith("  cd "))
    assert run("sh", "-c", f"{enter} && pwd") == f"{here / 'with a blank'}\n"


def test_here_fills_the_current_folder(
    small: None, tmp_path: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("empty", "fresh-init", "fresh-clone"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        if name == "fresh-init":
            run("git", "init", "--quiet")
        if name == "fresh-clone":
            run("git", "init", "--quiet", "--bare", tmp_path / "origin")
            run("git", "clone", "--quiet", tmp_path / "origin", ".")
        assert mlscaffold("new", "numbers", "--here", "--author", AUTHOR).status == 0
        assert f"# {name}\n" in (folder / "README.md").read_text()
        assert run("git", "rev-list", "--count", "HEAD") == "1\n"
        assert run("git", "status", "--porcelain") == ""


def test_here_refuses_a_folder_that_holds_something(
    small: None, here: Path, mlscaffold: Command
) -> None:
    write_files(here, {"mine.txt": "mine"})
    outcome = mlscaffold("new", "numbers", "--here", "--author", AUTHOR)
    assert is_error(outcome)
    assert "is not empty (`mine.txt`), and nothing in it will be overwritten" in outcome.err
    assert files(here) == {"mine.txt": b"mine"}


def test_no_git_leaves_out_the_repository(small: None, here: Path, mlscaffold: Command) -> None:
    assert mlscaffold("new", "numbers", "demo", "--no-git").status == 0
    assert not (here / "demo" / ".git").exists()


def test_project_inside_a_repository_comes_with_a_note(
    small: None, here: Path, mlscaffold: Command
) -> None:
    run("git", "init", "--quiet")
    note = f"Note: it is a repository of its own inside that of {here}\n"
    assert note in mlscaffold("new", "numbers", "demo", "--author", AUTHOR).err
    assert "Note" not in mlscaffold("new", "numbers", "other", "--no-git").err


# What the person can mend


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("numbres",), "there is no project type `numbres`"),
        (("numbers", "--dataset", "bikes"), "there is no numbers data set `bikes`"),
        (("numbers", "--name", ""), "cannot be a project name"),
        (("numbers", "--package", "import"), "cannot be a package name"),
        (("numbers", "../import"), "cannot be a project name"),
        (("numbers", "demo/" + "x" * 300), "cannot be a project name"),
        (("numbers", "demo/" + "x" * 300, "--name", "fine"), "File name too long"),
        (("numbers", "--set", "year=soon"), "cannot be the year"),
        (("numbers", "--set", "packge=x"), "there is no question `packge`"),
        (("numbers", "--author", "Ada"), "is not an author"),
        (("numbers",), "git does not know who you are"),
        (("numbers", "bad\udcffbytes"), "cannot be a project name"),
    ],
)
def test_what_the_person_can_mend_is_one_message_and_a_hint(
    small: None, here: Path, mlscaffold: Command, arguments: tuple[str, ...], message: str
) -> None:
    author = () if "git does" in message or "--author" in arguments else ("--author", AUTHOR)
    outcome = mlscaffold("new", *arguments, *author)
    assert is_error(outcome), outcome
    assert message in outcome.err
    assert list(here.iterdir()) == []
    assert list(here.parent.iterdir()) == [here]


def test_missing_type_lists_the_types(small: None, here: Path, mlscaffold: Command) -> None:
    outcome = mlscaffold("new")
    assert outcome.status == 2
    assert "numbers         Predict a number" in outcome.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("nwe",),
        ("new", "numbers", "demo", "--trust"),
        ("new", "numbers", "demo", "--checkout", "v1"),
        ("new", "--template", "t", "demo", "--name", "x"),
        ("new", "--template", "t", "demo", "--with", "page"),
        ("new", "--template", "t", "numbers", "demo"),
        ("--nope",),
        ("new",),
        ("new", "numbers", "a", "b"),
        ("new", "numbers", "--set"),
        ("new", "numbers", "demo", "--here"),
        ("new", "numbers", ""),
        ("types", "extra"),
    ],
)
def test_wrong_usage_is_one_message_and_names_the_help(
    small: None, here: Path, mlscaffold: Command, arguments: tuple[str, ...]
) -> None:
    outcome = mlscaffold(*arguments)
    assert is_error(outcome, status=2), outcome
    assert "--help` tells more" in outcome.err
    assert list(here.iterdir()) == []


def test_without_a_command_the_help_is_shown(mlscaffold: Command) -> None:
    status, out, err = mlscaffold()
    assert (status, out) == (2, "")
    assert err.startswith("Usage: mlscaffold")


def test_current_folder_that_is_gone_is_said(small: None, here: Path, mlscaffold: Command) -> None:
    here.rmdir()
    for arguments in (("demo",), ("--here",), ()):
        assert is_error(mlscaffold("new", "numbers", *arguments, "--author", AUTHOR))
    here.mkdir()


def test_missing_git_is_said(
    small: None, here: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    outcome = mlscaffold("new", "numbers", "demo", "--author", AUTHOR)
    assert is_error(outcome)
    assert "git is not installed" in outcome.err
    assert list(here.iterdir()) == []


def test_cache_that_cannot_be_used_is_said(
    small: None, here: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", "/dev/null")
    for command in (("types",), ("--version",), ("new", "numbers", "demo", "--author", AUTHOR)):
        assert is_error(mlscaffold(*command))
    assert list(here.iterdir()) == []


def test_place_that_cannot_be_written_is_said(
    small: None, read_only: Path, mlscaffold: Command
) -> None:
    outcome = mlscaffold("new", "numbers", read_only / "demo", "--author", AUTHOR)
    assert is_error(outcome)
    assert str(read_only) in outcome.err


def test_limit_on_file_sizes_is_said_and_nothing_stays(here: Path) -> None:
    open_store()
    limited = f"ulimit -f 0; exec '{MODULE[0]}' -m mlscaffold.cli new regression demo --no-git"
    said = run("bash", "-c", limited, status=1)
    assert is_error(Outcome(1, "", said))
    assert list(here.iterdir()) == []


def test_our_own_bug_is_said_with_a_log_that_holds_the_traceback(
    small: None, tmp_path: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("mlscaffold.new.create_project", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome = mlscaffold("new", "numbers")
    assert is_error(outcome, status=3)
    log = Path(outcome.err.split()[-1])
    assert "RuntimeError: a bug of ours" in log.read_text()


# Who asks and who answers


def test_without_a_terminal_nothing_is_asked(here: Path) -> None:
    done = subprocess.run(
        [*MODULE, "new", "regression", "--author", AUTHOR],
        input="no answer\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout == ""
    assert [path.name for path in here.iterdir()] == [done.stderr.split()[1].rstrip(":")]


def test_input_that_is_closed_asks_nothing(here: Path) -> None:
    command = f"'{sys.executable}' -m mlscaffold.cli new regression demo --no-git <&-"
    assert "Created demo" in run("sh", "-c", command)


class Terminal:
    """A command at a terminal."""

    def __init__(self, *command: str | Path) -> None:
        ours, theirs = pty.openpty()
        self.screen = ours
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.said = ""

    def interrupt_until(self, text: str) -> None:
        """Send SIGINT until `text` is said: one between prompt and read waits for the next key."""
        for _ in range(60):
            self.process.send_signal(signal.SIGINT)
            while select.select([self.screen], [], [], 0.5)[0]:
                self.read_some(text)
                if text in self.said:
                    return
        raise AssertionError(f"{text!r} was not said: {self.said}")

    def read_until(self, text: str) -> None:
        """Read what is said up to `text`."""
        while text not in self.said:
            ready, _, _ = select.select([self.screen], [], [], 30)
            assert ready, f"{text!r} was not said: {self.said}"
            self.read_some(text)

    def read_some(self, text: str) -> None:
        """Read what is there, on the way to `text`."""
        try:
            self.said += os.read(self.screen, 1024).decode()
        except OSError:  # the other side hung up
            raise AssertionError(f"{text!r} was not said: {self.said}") from None

    def type(self, text: str) -> None:
        """Type `text`."""
        os.write(self.screen, text.encode())

    def end(self) -> tuple[int, bytes]:
        """Wait for the end and return status and stdout."""
        out, _ = self.process.communicate(timeout=30)
        os.close(self.screen)
        return self.process.returncode, out


def test_at_a_terminal_three_questions_are_asked_on_stderr(here: Path) -> None:
    terminal = Terminal(*MODULE, "new", "regression")
    terminal.read_until("Data set to start from")
    terminal.type("1\n")
    terminal.read_until("Name [")
    terminal.type("import\n")
    terminal.read_until("try `import-project`")
    terminal.type("asked\n")
    terminal.read_until("You, for git")
    terminal.type(f"{AUTHOR}\n")
    terminal.read_until("Next:")
    assert terminal.end() == (0, b"")
    assert run("git", "log", "--format=%an", cwd=here / "asked") == "Ada Lovelace\n"


def test_yes_asks_nothing_at_a_terminal(here: Path) -> None:
    terminal = Terminal(*NEW, "--yes")
    terminal.read_until("Next:")
    assert terminal.end() == (0, b"")
    assert "[" not in terminal.said


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_question_that_is_not_answered_ends_it(here: Path, key: str) -> None:
    terminal = Terminal(*MODULE, "new", "regression")
    terminal.read_until("]: ")
    if key == "\x03":  # the terminal is not theirs to be interrupted by
        terminal.interrupt_until("Interrupted")
    else:
        terminal.type(key)
        terminal.read_until("Interrupted")
    assert terminal.end()[0] == 130
    assert list(here.iterdir()) == []


# Interrupts


# Python's own start, before our first line, is not ours to be tested.
READY = """
import sys
from mlscaffold import cli
real = cli.interrupt_on_termination
def interrupt_on_termination():
    real()
    print("ready", flush=True)
cli.interrupt_on_termination = interrupt_on_termination
sys.exit(cli.main())
"""


def interrupt(number: signal.Signals, delay: float, here: Path) -> int:
    """Send a signal to `new` after a while; return its status, and judge what it left."""
    process = subprocess.Popen(
        (sys.executable, "-c", READY, *NEW[3:]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(delay)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    left = [path.name for path in here.iterdir()]
    assert left in ([], ["demo"])
    if left:
        assert process.returncode == 0, said
        assert run("git", "status", "--porcelain", cwd=here / "demo") == ""
        assert run("git", "rev-list", "--count", "HEAD", cwd=here / "demo") == "1\n"
    else:
        assert process.returncode == 130, said
        assert said.strip() == "Interrupted, nothing is left half-made"
    return process.returncode


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", SIGNALS)
def test_interrupted_creation_leaves_all_or_nothing(here: Path, number: signal.Signals) -> None:
    open_store()
    interrupt(number, 0.1, here)


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_interrupt_after_any_delay_leaves_all_or_nothing(
    here: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store()
    for step in range(12):
        place = here / str(step)
        place.mkdir()
        monkeypatch.chdir(place)
        interrupt(number, 0.05 * step, place)


LATE = """
import os, signal, sys
from contextlib import contextmanager
from mlscaffold import cli, interrupts
real = interrupts.too_late_to_stop
@contextmanager
def interrupted_at_once():
    with real():
        yield
    os.kill(os.getpid(), signal.SIGINT)
interrupts.too_late_to_stop = interrupted_at_once
sys.exit(cli.main())
"""


def test_interrupt_right_after_the_last_change_does_not_deny_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = (sys.executable, "-c", LATE)
    assert "Created demo" in run(*late, *NEW[3:])
    monkeypatch.chdir(here / "demo")
    assert "Added ablation" in run(*late, "add", "ablation")
    (here / "other.csv").write_text(
        "size,price\n" + "".join(f"{n % 97},{n * 37 % 101 + n % 97}\n" for n in range(300))
    )
    assert "other.csv" in run(*late, "data", "../other.csv", "--target", "price", "--yes")
    assert "other.csv" in (here / "demo" / "project.toml").read_text()


def test_work_that_is_no_command_gives_the_signals_back(
    small: None, here: Path, mlscaffold: Command
) -> None:
    assert mlscaffold("types").status == 0
    before = signal.getsignal(signal.SIGINT)
    assert before != signal.SIG_IGN
    create_project(Request("numbers", author=AUTHOR))
    assert signal.getsignal(signal.SIGINT) == before


def test_interrupt_in_the_first_use_leaves_a_cache_that_works(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))
    interrupt(signal.SIGINT, 0.05, here)
    assert open_store().version


EARLY = """
import importlib.abc, os, signal, sys
class Interrupting(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from mlscaffold.start import main
sys.exit(main())
"""


def test_interrupt_while_the_program_loads_shows_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EARLY, "--help"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_hang_up_that_is_ignored_stays_ignored(here: Path) -> None:
    """That is what `nohup` asks for."""
    command = f"trap '' HUP; '{sys.executable}' -c '{HANG_UP}' new regression demo --no-git"
    assert "Created demo" in run("sh", "-c", command)


HANG_UP = """
import os, signal, sys
from mlscaffold import cli, new
real = new.create_project
def hang_up(request):
    os.kill(os.getpid(), signal.SIGHUP)
    return real(request)
new.create_project = hang_up
sys.exit(cli.main())
"""


def test_interrupted_run_says_that_the_project_is_there(
    small: None, here: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlscaffold.environment.reproduce", stop)
    status, out, err = mlscaffold("new", "numbers", "demo", "--run", "--author", AUTHOR)
    assert (status, out) == (130, "")
    assert f"Interrupted, the project is complete in {here / 'demo'}" in err
    assert (here / "demo" / "README.md").is_file()


def test_reader_that_has_enough_is_not_an_error() -> None:
    open_store()
    code = "import os, sys, subprocess as s; r, w = os.pipe(); os.close(r);"
    code += f"p = s.run([*{MODULE!r}, 'types'], stdout=w, stderr=s.PIPE);"
    code += "print(p.returncode, p.stderr)"
    assert run(sys.executable, "-c", code) == "1 b''\n"


# Machines that are not as expected


def test_new_inside_a_git_hook_leaves_the_outer_repository_alone(here: Path) -> None:
    outer = here / "outer"
    run("git", "init", "--quiet", outer)
    write_files(outer, {"a.txt": "a\n", ".gitignore": "demo/\n"})
    hook = outer / ".git" / "hooks" / "pre-commit"
    arguments = f"new regression '{outer}/demo' --author '{AUTHOR}'"
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m mlscaffold.cli {arguments}\n")
    hook.chmod(0o755)
    run("git", "add", "--all", cwd=outer)
    named = ("-c", "user.name=O", "-c", "user.email=o@example.org")
    run("git", *named, "commit", "--message", "Outer", cwd=outer)
    assert run("git", "ls-files", cwd=outer).split() == [".gitignore", "a.txt"]
    assert run("git", "log", "--format=%s", cwd=outer) == "Outer\n"
    assert run("git", "status", "--porcelain", cwd=outer) == ""
    assert run("git", "rev-list", "--count", "HEAD", cwd=outer / "demo") == "1\n"


def test_inherited_repository_is_not_touched(
    small: None, here: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = here.parent / "outer"
    run("git", "init", "--quiet", outer)
    before = files(outer / ".git")
    monkeypatch.setenv("GIT_DIR", str(outer / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(outer))
    monkeypatch.setenv("GIT_INDEX_FILE", str(outer / ".git" / "index"))
    assert mlscaffold("new", "numbers", "demo", "--author", AUTHOR).status == 0
    assert files(outer / ".git") == before
    assert run("git", "rev-list", "--count", "HEAD", cwd=here / "demo") == "1\n"


def test_global_git_settings_do_not_stop_the_creation(
    small: None, here: Path, sandbox: Path, mlscaffold: Command
) -> None:
    hooks: dict[str, str | bytes] = {
        f"{folder}/{name}": "#!/bin/sh\necho refused >&2\nexit 1\n"
        for folder in ("hooks", "template/hooks")
        for name in ("pre-commit", "commit-msg", "post-checkout", "reference-transaction")
    }
    write_files(sandbox, hooks)
    for name in hooks:
        (sandbox / name).chmod(0o755)
    (sandbox / ".gitconfig").write_text(f"""\
[user]
name = Grace
email = grace@example.org
[commit]
gpgSign = true
[core]
hooksPath = {sandbox}/hooks
autocrlf = true
safecrlf = true
[init]
templateDir = {sandbox}/template
defaultBranch = trunk
[safe]
bareRepository = explicit
""")
    outcome = mlscaffold("new", "numbers", "demo")
    assert outcome.status == 0, outcome.err
    assert run("git", "branch", "--show-current", cwd=here / "demo") == "trunk\n"
    assert run("git", "status", "--porcelain", cwd=here / "demo") == ""
    assert b"\r" not in b"".join(files(here / "demo").values())


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that the command loads."""
    code = (
        "import sys; sys.argv[0] = 'mlscaffold'; from mlscaffold.cli import main\n"
        "main(); print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


HEAVY = {"yaml", "jinja2", "copier", "platformdirs", "pydantic", "git", "uv"}


@pytest.mark.parametrize("arguments", [("--help",), ("update", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    needless = {"tempfile", "hashlib", "tomllib", "subprocess", "dataclasses"}
    assert loaded_by(*arguments) & (HEAVY | needless) == set()


def test_help_of_new_loads_no_more_than_reading_the_templates_takes() -> None:
    open_store()
    assert loaded_by("new", "--help") & HEAVY <= {"yaml"}


def test_help_of_new_names_what_can_be_chosen(small: None, mlscaffold: Command) -> None:
    said = " ".join(mlscaffold("new", "--help").out.split())
    for word in ("numbers", "labels", "bike_sharing", "flowers", "project_name", "year"):
        assert word in said
    assert "Year of the licence" in said


def test_listing_loads_nothing_heavy() -> None:
    open_store()
    assert loaded_by("types") & HEAVY == set()


def test_new_does_not_load_what_other_templates_need(here: Path) -> None:
    open_store()
    loaded = loaded_by("new", "regression", "demo", "--no-git")
    assert loaded & {"copier", "cookiecutter", "pydantic", "requests"} == set()
    assert (here / "demo").is_dir()


# Shell completion


@pytest.fixture
def complete(
    mlscaffold: Command, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """What the shell is offered after some words, the last of them unfinished."""

    def offered(words: str) -> list[str]:
        monkeypatch.setenv("_MLSCAFFOLD_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        with pytest.raises(SystemExit):
            mlscaffold()
        out, err = capfd.readouterr()
        assert err == ""
        return [line.partition(",")[2] for line in out.splitlines() if line]

    return offered


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mlscaffold n", ["new"]),
        ("mlscaffold new ", ["numbers", "labels"]),
        ("mlscaffold new nu", ["numbers"]),
        ("mlscaffold datasets l", ["labels"]),
        ("mlscaffold new numbers --dataset ", ["small", "bike_sharing"]),
        ("mlscaffold new numbers demo --dataset b", ["bike_sharing"]),
        ("mlscaffold new --dataset ", []),
        ("mlscaffold new nothing --dataset ", []),
        ("mlscaffold new numbers --pack", ["--package"]),
    ],
)
def test_shell_is_offered_what_fits(
    small: None, complete: Callable[[str], list[str]], words: str, expected: list[str]
) -> None:
    assert complete(words) == expected


def test_completion_says_nothing_where_it_cannot_know(
    small: None, complete: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLSCAFFOLD_CACHE_DIR", "/dev/null")
    assert complete("mlscaffold new ") == []
    assert complete("mlscaffold new numbers --dataset ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_gets_its_script(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_MLSCAFFOLD_COMPLETE", f"{shell}_source")
    assert "_MLSCAFFOLD_COMPLETE" in run("mlscaffold")
