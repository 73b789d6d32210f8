"""From what the person typed to a project: what is given, asked, derived and refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from conftest import PARTS, files, run, write_files

from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.names import package_name, project_name
from mlscaffold.new import Request, create_project
from mlscaffold.release import release

pytestmark = pytest.mark.usefixtures("small_templates", "here")
AUTHOR = "Ada Lovelace <ada@example.org>"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(project: Path) -> dict[str, object]:
    """Return what the answers file of `project` says."""
    loaded = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return dict(loaded)


class Person:
    """Answers questions, and counts them; an empty answer takes the default."""

    def __init__(self, replies: Iterable[str] = ()) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    def __call__(self, question: str, default: str | None = None) -> str:
        self.asked.append(question)
        reply = self.replies.pop(0) if self.replies else ""
        return reply or default or ""


def test_without_anybody_to_ask_everything_has_a_default(here: Path) -> None:
    project = create_project(Request("numbers", author=AUTHOR))
    assert project.path == here / "small-numbers"
    assert answers(project.path) == {
        "_commit": "v1.0.0",
        "_src_path": "git+mlscaffold://templates",
        "project_type": "numbers",
        "dataset": "small",
        "project_name": "small-numbers",
        "package": "small_numbers",
        "author": "Ada Lovelace",
        "year": 2026,
    }


def test_name_and_package_follow_from_the_folder(here: Path) -> None:
    project = create_project(Request("numbers", here / "Bike Demand", author=AUTHOR))
    said = answers(project.path)
    assert (said["project_name"], said["package"]) == ("bike-demand", "bike_demand")
    assert (project.path / "src" / "bike_demand").is_dir()


def test_what_is_given_wins(here: Path) -> None:
    request = Request(
        "numbers",
        here / "folder",
        name="name",
        package="package",
        dataset="bike_sharing",
        settings=["year=1999", "author=A=B", "project_name=other", "package=other"],
        author=AUTHOR,
    )
    said = answers(create_project(request).path)
    assert said["project_name"] == "name"
    assert said["package"] == "package"
    assert said["dataset"] == "bike_sharing"
    assert said["year"] == 1999
    assert said["author"] == "A=B"


def test_settings_answer_any_question(here: Path) -> None:
    settings = ["project_name=from-set", "dataset=bike_sharing", "package=from_set_too"]
    project = create_project(Request("numbers", settings=settings, author=AUTHOR))
    said = answers(here / "from-set")
    assert project.path == here / "from-set"
    assert (said["dataset"], said["package"]) == ("bike_sharing", "from_set_too")


@pytest.mark.parametrize("text", ["", "import", "sklearn", "con", "../x", "ünïcode", "x" * 300])
def test_bad_name_is_refused_and_the_proposed_one_works(here: Path, text: str) -> None:
    with pytest.raises(MlscaffoldError, match="cannot be a project name") as error:
        create_project(Request("numbers", here / "demo", name=text, author=AUTHOR))
    assert list(here.iterdir()) == []
    proposed = error.value.hint.removeprefix("try `").removesuffix("`")
    assert project_name(proposed)
    assert create_project(Request("numbers", here / "demo", name=proposed, author=AUTHOR))


@pytest.mark.parametrize("text", ["", "import", "sklearn", "con", "../x", "ünïcode", "x" * 300])
def test_bad_package_is_refused_and_the_proposed_one_works(here: Path, text: str) -> None:
    for request in (
        Request("numbers", here / "demo", package=text, author=AUTHOR),
        Request("numbers", here / "demo", settings=[f"package={text}"], author=AUTHOR),
    ):
        with pytest.raises(MlscaffoldError, match="cannot be a package name") as error:
            create_project(request)
    assert list(here.iterdir()) == []
    proposed = error.value.hint.removeprefix("try `").removesuffix("`")
    assert package_name(proposed)
    assert create_project(Request("numbers", here / "demo", package=proposed, author=AUTHOR))


@pytest.mark.parametrize("folder", ["import", "sklearn", "con", "ünïcode", "x" * 300, "1", "_-_"])
def test_bad_folder_is_refused_and_the_proposed_name_works(here: Path, folder: str) -> None:
    with pytest.raises(MlscaffoldError, match="cannot be a project name") as error:
        create_project(Request("numbers", Path(folder), author=AUTHOR))
    assert list(here.iterdir()) == []
    proposed = re.sub(r".*?`(?:--name )?(.*?)`.*", r"\1", error.value.hint)
    keeps = "the folder keeps its name" in error.value.hint
    path, name = (Path(folder), proposed) if keeps else (Path(proposed), None)
    assert create_project(Request("numbers", path, name=name, author=AUTHOR))


def test_folder_may_be_above(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "inside").mkdir()
    monkeypatch.chdir(here / "inside")
    project = create_project(Request("numbers", Path("../beside"), author=AUTHOR))
    assert project.path == here / "beside"
    assert answers(project.path)["project_name"] == "beside"


def test_folder_with_any_name_holds_a_project_of_the_given_one(here: Path) -> None:
    project = create_project(Request("numbers", here / "Ünïcode Ö", name="fine", author=AUTHOR))
    assert answers(project.path)["project_name"] == "fine"
    assert project.next_steps(done=False)[0] == f"cd '{project.path}'"


@pytest.mark.parametrize(
    ("setting", "message", "hint"),
    [
        ("packge=x", "no question `packge`", "did you mean `package`?"),
        ("zzz=x", "no question `zzz`", "the templates ask for `dataset`, `project_name`"),
        ("year", "`--set year` has no value", "KEY=VALUE"),
        ("", "`--set ` has no value", "KEY=VALUE"),
        ("=x", "no question ``", "the templates ask for"),
        ("year=soon", "`soon` cannot be the year", "it takes a whole number"),
        ("year=1800", "`1800` cannot be the year", "years begin with 1900"),
        ("year=", "`` cannot be the year", "it takes a whole number"),
        ("dataset=bikes", "no numbers data set `bikes`", "did you mean `bike_sharing`?"),
        ("dataset=flowers", "no numbers data set `flowers`", "mlscaffold datasets numbers"),
        ("dataset=", "no numbers data set ``", "mlscaffold datasets numbers"),
        ("project_type=labels", "`--set` cannot change the type", "TYPE"),
        ("parts=page", "`--set` cannot choose parts", "--with"),
        ("project_name=import", "`import` cannot be a project name", "try `import-project`"),
        ("_src_path=x", "no question `_src_path`", "the templates ask for"),
    ],
)
def test_bad_setting_is_refused(here: Path, setting: str, message: str, hint: str) -> None:
    with pytest.raises(MlscaffoldError) as error:
        create_project(Request("numbers", here / "above" / "demo", settings=[setting]))
    assert message in error.value.message
    assert hint in error.value.hint
    assert list(here.iterdir()) == []


@pytest.fixture(autouse=True)
def known_to_git(request: pytest.FixtureRequest) -> None:
    """Let git know the person, but in tests about those whom it does not know."""
    if "stranger" not in request.fixturenames:
        request.getfixturevalue("identity")


@pytest.fixture
def stranger() -> None:
    """Mark a test whose person git does not know."""


@pytest.mark.parametrize("dataset", ["bikes", "", "x" * 300, "../numbers/small"])
def test_unknown_data_set_is_refused(here: Path, dataset: str) -> None:
    with pytest.raises(MlscaffoldError, match="no numbers data set"):
        create_project(Request("numbers", dataset=dataset))
    assert list(here.iterdir()) == []


def test_unknown_type_is_refused(here: Path) -> None:
    with pytest.raises(MlscaffoldError, match="no project type `number`") as error:
        create_project(Request("number"))
    assert "did you mean `numbers`?" in error.value.hint


def test_git_that_knows_the_person_needs_no_author(here: Path) -> None:
    project = create_project(Request("numbers"))
    assert git("log", "--format=%an", cwd=project.path) == "Grace"
    assert answers(project.path)["author"] == "Grace"
    assert "name" not in git("config", "--local", "--list", cwd=project.path)


def test_given_author_signs_although_git_knows_another_one(here: Path) -> None:
    project = create_project(Request("numbers", author=AUTHOR))
    assert git("log", "--format=%an <%ae>", cwd=project.path) == AUTHOR
    assert answers(project.path)["author"] == "Ada Lovelace"


def test_stranger_is_told_three_ways_to_sign(here: Path, stranger: None) -> None:
    with pytest.raises(MlscaffoldError, match="git does not know who you are") as error:
        create_project(Request("numbers"))
    for way in ("git config --global user.name", "git config --global user.email", "--author"):
        assert way in error.value.hint
    assert list(here.iterdir()) == []


def test_stranger_signs_by_author(here: Path, stranger: None) -> None:
    project = create_project(Request("numbers", author=AUTHOR))
    assert git("log", "--format=%an <%ae>", cwd=project.path) == AUTHOR


def test_stranger_needs_no_identity_where_nothing_is_signed(here: Path, stranger: None) -> None:
    project = create_project(Request("numbers", repository=False))
    assert not (project.path / ".git").exists()
    assert answers(project.path)["author"] == "The author"


@pytest.mark.parametrize("author", ["Ada", "", "ada@example.org", "Ada <ada>"])
@pytest.mark.parametrize("repository", [True, False])
def test_malformed_author_is_refused(here: Path, author: str, repository: bool) -> None:
    with pytest.raises(MlscaffoldError, match="is not an author"):
        create_project(Request("numbers", author=author, repository=repository))
    assert list(here.iterdir()) == []


def test_stranger_is_asked_three_questions_at_most(here: Path, stranger: None) -> None:
    person = Person(["bike_sharing", "bikes", AUTHOR])
    project = create_project(Request("numbers", ask=person))
    assert len(person.asked) == 3
    assert (answers(project.path)["dataset"], project.name) == ("bike_sharing", "bikes")
    assert git("log", "--format=%an <%ae>", cwd=project.path) == AUTHOR


def test_known_person_is_asked_two_questions_whose_defaults_work(here: Path) -> None:
    person = Person()
    assert create_project(Request("numbers", ask=person)).path == here / "small-numbers"
    assert len(person.asked) == 2


def test_what_is_given_is_not_asked(here: Path) -> None:
    person = Person()
    create_project(Request("numbers", here / "demo", dataset="small", author=AUTHOR, ask=person))
    assert person.asked == []


def test_answer_that_cannot_be_used_is_asked_again(
    here: Path, stranger: None, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(["bikes", "bike_sharing", "import", "fine", "Ada", AUTHOR])
    assert create_project(Request("numbers", ask=person)).path == here / "fine"
    out, err = capsys.readouterr()
    assert out == ""
    assert "did you mean `bike_sharing`?" in err
    assert "try `import-project`" in err
    assert "is not an author" in err


def test_choices_are_shown_before_they_are_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create_project(Request("numbers", ask=Person()))
    assert "1. small         Small numbers (demo, no network)\n" in capsys.readouterr().err


def test_refused_type_asks_nothing(here: Path) -> None:
    person = Person()
    with pytest.raises(MlscaffoldError):
        create_project(Request("nothing", ask=person))
    assert person.asked == []


def test_project_in_an_empty_checkout_is_signed_as_that_one_says(
    here: Path, stranger: None
) -> None:
    run("git", "init", "--quiet", here / "demo")
    run("git", "config", "user.name", "Local", cwd=here / "demo")
    run("git", "config", "user.email", "local@example.org", cwd=here / "demo")
    create_project(Request("numbers", here / "demo"))
    assert git("log", "--format=%an", cwd=here / "demo") == "Local"


def test_identity_of_the_repository_around_does_not_sign(here: Path, stranger: None) -> None:
    """The new repository does not have it: git would refuse later, or make a name up."""
    run("git", "init", "--quiet", here)
    run("git", "config", "user.name", "Outer", cwd=here)
    run("git", "config", "user.email", "outer@example.org", cwd=here)
    with pytest.raises(MlscaffoldError, match="git does not know who you are"):
        create_project(Request("numbers", here / "demo"))
    assert [path.name for path in here.iterdir()] == [".git"]


def test_project_inside_another_repository_is_one_of_its_own(here: Path) -> None:
    run("git", "init", "--quiet", here)
    project = create_project(Request("numbers", here / "deep" / "demo"))
    assert project.enclosing == here
    assert git("rev-parse", "--show-toplevel", cwd=project.path) == str(project.path)
    assert run("git", "status", "--porcelain", cwd=here) == "?? deep/\n"


def test_author_whose_name_needs_quotes_is_kept(here: Path) -> None:
    name = """Renée "Q" O'Hara: #1 \\ {{ 7 * 7 }}"""
    project = create_project(Request("numbers", author=f"{name} <r@example.org>"))
    assert answers(project.path)["author"] == name
    assert name in files(project.path)["LICENSE"].decode()


def test_next_steps_are_three_commands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = create_project(Request("numbers", here / "demo"))
    assert project.next_steps(done=True)[0] == f"cd {here / 'demo'}"
    for uv in ("/usr/bin/uv", None):
        monkeypatch.setattr("shutil.which", lambda _, found=uv: found)
        assert len(project.next_steps(done=False)) == 3
    assert len(project.next_steps(done=True)) == 3


@pytest.fixture
def templates_with_parts(
    small_templates: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Make the tool carry PARTS instead of its own templates."""
    folder = tmp_path_factory.mktemp("parts")
    write_files(folder / "layers", PARTS)
    bundle = folder / "templates.bundle"
    release(folder / "layers", bundle, folder / "releases.toml", datetime.date(2026, 1, 1))
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)


@pytest.mark.usefixtures("templates_with_parts")
def test_parts_are_those_that_were_asked_for_and_none_else(here: Path) -> None:
    bare = create_project(Request("numbers", here / "bare"))
    assert answers(bare.path)["parts"] == []
    assert not (bare.path / "src" / "bare" / "serve.py").exists()
    full = create_project(Request("numbers", here / "full", parts=["notes", "page"]))
    assert answers(full.path)["parts"] == ["page", "notes"]
    assert (full.path / "src" / "full" / "serve.py").exists()


@pytest.mark.usefixtures("templates_with_parts")
def test_unknown_part_is_refused(here: Path) -> None:
    with pytest.raises(MlscaffoldError, match="no numbers part `pages`") as error:
        create_project(Request("numbers", parts=["pages"]))
    assert "did you mean `page`?" in error.value.hint
    assert list(here.iterdir()) == []


def test_part_of_templates_that_have_none_is_refused(here: Path) -> None:
    with pytest.raises(MlscaffoldError, match="no numbers part `page`") as error:
        create_project(Request("numbers", parts=["page"]))
    assert "numbers projects have none" in error.value.hint


def test_quoted_tilde_is_the_home(here: Path, sandbox: Path) -> None:
    assert create_project(Request("numbers", Path("~/demo"))).path == sandbox / "demo"
    assert list(here.iterdir()) == []


def test_tilde_of_nobody_is_refused(here: Path) -> None:
    with pytest.raises(MlscaffoldError, match="nobody here is called `no-such-user`") as error:
        create_project(Request("numbers", Path("~no-such-user/demo")))
    assert f"write `{here}/~no-such-user/demo`" in error.value.hint
    assert create_project(Request("numbers", here / "~no-such-user" / "demo"))


def test_blanks_around_answers_do_not_count(here: Path) -> None:
    given = create_project(
        Request("numbers", here / "a", " given ", " pack ", " small ", settings=["author= Ada  B "])
    )
    said = answers(given.path)
    assert (said["project_name"], said["package"], said["author"]) == ("given", "pack", "Ada  B")
    asked = create_project(Request("numbers", ask=Person([" bike_sharing ", " asked "])))
    assert (asked.name, answers(asked.path)["dataset"]) == ("asked", "bike_sharing")


def test_type_that_is_missing_is_asked_for_by_number_or_name(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answers(create_project(Request(ask=Person(["1"]))).path)["project_type"] == "numbers"
    assert (
        "  1. numbers  Predict a number\n   2. labels   Predict a label\n"
        in capsys.readouterr().err
    )
    named = create_project(Request(ask=Person(["0", "7", "lables", "labels", "1", "x"])))
    assert answers(named.path)["project_type"] == "labels"
    assert "did you mean `labels`?" in capsys.readouterr().err


def test_name_of_a_folder_that_cannot_be_one_can_be_given(here: Path) -> None:
    with pytest.raises(MlscaffoldError) as error:
        create_project(Request("numbers", here / "Über Öl"))
    proposed = "`--name uber-ol` names the project, and the folder keeps its name"
    assert error.value.hint == proposed
