"""Recipes and their starter, tried with a server of nine lines."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.tree import TOP
from conformance.recipes import recipe
from conformance.recipes.recipe import RecipeError, Server, names, read, running

SERVER = """
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = listener.accept()
    connection.sendall(open(sys.argv[2], "rb").read())
    connection.close()
"""


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(recipe, "BUILT", tmp_path / "built")
    monkeypatch.setattr(recipe, "CERTIFICATE", tmp_path / "built" / "certificate")
    monkeypatch.setattr(recipe, "STAMP", tmp_path / "built" / "certificate" / "made")
    yield


def folder_of(tmp_path: Path, **more: object) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "server.py").write_text(SERVER, encoding="utf-8")
    (folder / "words").write_text("port @tcp@ and @unknown@", encoding="utf-8")
    values: dict[str, object] = {
        "what": "a test",
        "packages": [],
        "version": [sys.executable, "-c", "print('tiny 1.2.3 of 4.5')"],
        "transports": ["tcp"],
        "processes": [[sys.executable, "@folder@/server.py", "@tcp@", "@folder@/words"]],
    }
    (folder / "recipe.json").write_text(json.dumps(values | more), encoding="utf-8")
    return folder


def heard(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return connection.recv(1000).decode()


def test_a_server_runs_on_the_port_that_its_files_name_and_is_gone_afterwards(
    tmp_path: Path,
) -> None:
    with running(read(folder_of(tmp_path))) as server:
        port = server.ports["tcp"]
        assert heard(port) == f"port {port} and @unknown@"
        folder = server.folder
    assert not folder.exists()
    with pytest.raises(OSError):
        heard(port)


def test_a_port_may_be_given(tmp_path: Path) -> None:
    port = recipe.free_port(set())
    with running(read(folder_of(tmp_path)), {"tcp": port}) as server:
        assert server.ports["tcp"] == port
        assert heard(port).startswith(f"port {port}")


def test_a_server_that_ends_while_it_starts_is_told_with_its_last_words(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, processes=[[sys.executable, "-c", "raise SystemExit('no luck')"]])
    with pytest.raises(RecipeError, match="ended while it started\nno luck"):
        with running(read(folder)):
            pass


def test_a_server_that_ends_later_is_noticed_with_its_status(tmp_path: Path) -> None:
    # The first connection is the starter's own, which looks whether the port accepts.
    body = "for _ in range(2): listener.accept()\nraise SystemExit(7)\n"
    script = SERVER.split("while True:")[0] + body
    folder = folder_of(tmp_path, processes=[[sys.executable, "-c", script, "@tcp@"]])
    with running(read(folder)) as server:
        assert recipe.accepts(server.ports["tcp"])
        assert server.wait() == 7


def test_what_a_recipe_builds_is_built_once(tmp_path: Path) -> None:
    count = [sys.executable, "-c", "open('@cache@/count', 'a').write('x')"]
    folder = folder_of(tmp_path, prepare=[count])
    for _ in range(2):
        with running(read(folder)):
            pass
    built = tmp_path / "built" / "cache" / "tiny" / "count"
    assert built.read_text(encoding="utf-8") == "x"


def test_a_recipe_with_an_unknown_member_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="surprise"):
        read(folder_of(tmp_path, surprise=1))


def test_the_version_is_the_first_thing_that_looks_like_one(tmp_path: Path) -> None:
    assert recipe.version_of(read(folder_of(tmp_path))) == "1.2.3"


@pytest.mark.parametrize("name", names())
def test_every_recipe_can_be_read_and_its_packages_are_listed(name: str) -> None:
    listed = (TOP / "ci" / "peers-packages.txt").read_text(encoding="utf-8")
    packages = {line.split()[0] for line in listed.splitlines() if line and line[0] != "#"}
    one = read(recipe.HERE / name)
    assert {"get", "post", "large"} <= set(one.paths)
    assert set(one.packages) <= packages
    words = Server(one, Path("/nowhere")).values
    for command in [*one.processes, *one.prepare]:
        left = [w for w in recipe.filled(command, words) if recipe.PLACEHOLDER.search(w)]
        assert all("@port:" in word for word in left), left
