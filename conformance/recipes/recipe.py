"""Starts a real server from its recipe and stops it again.

A recipe is a folder: recipe.json and the configuration that the server reads. Every file is copied
into a folder of its own, with @name@ filled in:

    @tcp@ @tls@ @backend@   ports on 127.0.0.1: HTTP/2 in clear text, over TLS, plain HTTP/1.1
    @port:NAME@             a port for anything else
    @folder@                the folder of this run: configuration, logs, whatever the server writes
    @root@                  files to serve: index.html, echo, large
    @cert@ @key@ @pem@ @p12@  a certificate for localhost: PEM, its key, both in one file, PKCS12
    @cache@                 where `prepare` leaves what it has built
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TRANSPORTS = ("tcp", "tls")
LARGE_OCTETS = 300 * 1024
# What the recipes build, and a certificate that every server uses and every client may trust.
BUILT = HERE.parents[1] / "build" / "peers"
CERTIFICATE = BUILT / "certificate"
CERTIFICATE_SECONDS = 20 * 86400  # it is valid for 30 days
STAMP = CERTIFICATE / "made"
# Below the range from which the kernel takes ports for outgoing connections: thousands of these
# come and go while a server under test is restarted.
PORTS = (22000, 22999)
PLACEHOLDER = re.compile(r"@([a-z0-9]+(?::[a-z0-9]+)?)@")


class RecipeError(Exception):
    """The recipe is wrong or its server does not start; the text says which and why."""


@dataclass(frozen=True)
class Recipe:
    """What recipe.json says; see README.md for its members."""

    name: str
    folder: Path
    what: str
    packages: list[str]
    version: list[str]
    transports: list[str]
    processes: list[list[str]]
    prepare: list[list[str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    backend: bool = False
    graceful: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)

    def options(self, transport: str) -> list[str]:
        """What `h2assay server` must be told about this server."""
        words = []
        for key, option in (("get", "--path"), ("large", "--large"), ("post", "--post")):
            if key in self.paths:
                words += [option, self.paths[key]]
        for lacked in self.lacks:
            words += ["--lacks", lacked]
        for supported in self.supports:
            words += ["--supports", supported]
        return words + (["--tls"] if transport == "tls" else [])


def read(folder: Path) -> Recipe:
    """The recipe in a folder."""
    path = folder / "recipe.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        recipe = Recipe(name=folder.name, folder=folder, **values)
    except (OSError, ValueError, TypeError) as error:
        raise RecipeError(f"{path}: {error}") from error
    if not recipe.transports or not set(recipe.transports) <= set(TRANSPORTS):
        raise RecipeError(f"{path}: transports are among {', '.join(TRANSPORTS)}")
    if not recipe.processes:
        raise RecipeError(f"{path}: no process")
    return recipe


def names(top: Path = HERE) -> list[str]:
    """All recipes, by name."""
    return sorted(path.parent.name for path in top.glob("*/recipe.json"))


def version_of(recipe: Recipe) -> str:
    """The first thing that looks like a version in what the server says of itself."""
    try:
        done = subprocess.run(
            filled(recipe.version, {"cache": str(cache_of(recipe))}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RecipeError(f"{recipe.name}: {error}") from error
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    if not found:
        raise RecipeError(f"{recipe.name}: no version in what {recipe.version[0]} says")
    return found.group()


def cache_of(recipe: Recipe) -> Path:
    """Where `prepare` leaves what it has built: it is built once for all runs."""
    return BUILT / "cache" / recipe.name


def filled(words: list[str], values: dict[str, str]) -> list[str]:
    return [fill(word, values) for word in words]


def fill(text: str, values: dict[str, str]) -> str:
    """The text with every @name@ replaced; one that nobody knows stays as it stands."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def free_port(taken: set[int]) -> int:
    """A port of the range that nobody listens on now, and that this run has not given away."""
    candidates = list(range(PORTS[0], PORTS[1] + 1))
    random.shuffle(candidates)
    for port in candidates:
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        taken.add(port)
        return port
    raise RecipeError(f"no port from {PORTS[0]} to {PORTS[1]} is free")


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Server:
    """A running server: its ports, its folder, its processes."""

    def __init__(self, recipe: Recipe, folder: Path, given: dict[str, int] | None = None) -> None:
        self.recipe = recipe
        self.folder = folder
        self._taken: set[int] = set((given or {}).values())
        self._processes: list[subprocess.Popen[bytes]] = []
        self.ports = {name: free_port(self._taken) for name in (*TRANSPORTS, "backend")}
        self.ports |= given or {}
        self.values = {name: str(port) for name, port in self.ports.items()}
        self.values |= {
            "folder": str(folder),
            "root": str(folder / "root"),
            "cache": str(cache_of(recipe)),
            "backendprogram": str(HERE / "backend.py"),
        }
        for name in ("cert", "key", "pem", "p12"):
            self.values[name] = str(CERTIFICATE / f"localhost.{name}")

    def start(self, patience: float = 60) -> None:
        """Returns when every port of the recipe accepts. Error: RecipeError, with the log's end."""
        self.prepare()
        make_root(self.folder / "root")
        make_certificate()
        if self.recipe.backend:
            self._spawn(["/usr/bin/python3", self.values["backendprogram"], self.values["backend"]])
            self._await("backend", patience)
        for command in self.recipe.processes:
            self._spawn(self._filled(command))
            # A process that another one needs is up before that one is reached.
            for found in PLACEHOLDER.finditer(" ".join(command)):
                if found[1].startswith("port:"):
                    self._await(found[1], patience)
        for transport in self.recipe.transports:
            self._await(transport, patience)

    def stop(self) -> None:
        """Ends every process that was started and nothing else; the backend serves to the end."""
        number = signal.Signals[f"SIG{self.recipe.graceful or 'TERM'}"]
        servers = self._processes[1 if self.recipe.backend else 0 :]
        for process in reversed(servers):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
        # Less than the two seconds that `h2assay server -- COMMAND` grants to its command.
        deadline = time.monotonic() + 1.2
        for process in reversed(servers):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
        for process in reversed(self._processes):
            # Also what a master that ended by itself has left behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes.clear()

    def alive(self) -> bool:
        return all(process.poll() is None for process in self._processes)

    def wait(self) -> int:
        """Returns when the first of the processes ends: its status as a shell tells it, never 0."""
        while True:
            pid, status = os.wait()
            for process in self._processes:
                if process.pid == pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    code = process.returncode
                    return 128 - code if code < 0 else max(code, 1)

    def log(self, octets: int = 2000) -> str:
        """The end of what the processes have printed."""
        path = self.folder / "output.log"
        return path.read_text(errors="replace")[-octets:] if path.exists() else ""

    def _filled(self, words: list[str]) -> list[str]:
        for word in words:
            self._name_ports(word)
        return filled(words, self.values)

    def _name_ports(self, text: str) -> None:
        for found in PLACEHOLDER.finditer(text):
            if found[1].startswith("port:") and found[1] not in self.values:
                self.values[found[1]] = str(free_port(self._taken))

    def _copy(self) -> None:
        for path in sorted(self.recipe.folder.rglob("*")):
            if not path.is_file() or path.name == "recipe.json" or "__pycache__" in path.parts:
                continue
            target = self.folder / path.relative_to(self.recipe.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            self._name_ports(text)
            target.write_text(fill(text, self.values), encoding="utf-8")
            target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)

    def prepare(self) -> None:
        """Builds what the recipe builds, unless it has been built from these very files."""
        self._copy()
        if not self.recipe.prepare:
            return
        cache = cache_of(self.recipe)
        stamp = cache / "built-from"
        sources = sorted(p for p in self.recipe.folder.rglob("*") if p.is_file())
        now = "".join(p.read_text(encoding="utf-8") for p in sources)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
            return
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        for command in self.recipe.prepare:
            with (self.folder / "output.log").open("ab") as log:
                done = subprocess.run(
                    self._filled(command),
                    cwd=self.folder,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            if done.returncode != 0:
                raise RecipeError(f"{self.recipe.name}: {command[0]} failed\n{self.log()}")
        stamp.write_text(now, encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        added = {k: fill(v, self.values) for k, v in self.recipe.environment.items()}
        return {**os.environ, "HOME": str(self.folder), **added}

    def _spawn(self, command: list[str]) -> None:
        try:
            with (self.folder / "output.log").open("ab") as log:
                # A session of its own: what the server starts can be ended with it.
                process = subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise RecipeError(f"{self.recipe.name}: {error}") from error
        self._processes.append(process)

    def _await(self, port: str, patience: float) -> None:
        deadline = time.monotonic() + patience
        while not accepts(int(self.values[port])):
            if not self.alive():
                raise RecipeError(f"{self.recipe.name} ended while it started\n{self.log()}")
            if time.monotonic() > deadline:
                raise RecipeError(
                    f"{self.recipe.name} does not accept on port {self.values[port]} ({port})"
                    f" after {patience:.0f} s\n{self.log()}"
                )
            time.sleep(0.01)


@contextlib.contextmanager
def running(recipe: Recipe, given: dict[str, int] | None = None) -> Iterator[Server]:
    """The server of a recipe, in a temporary folder, while the block runs; ports may be given."""
    with tempfile.TemporaryDirectory(prefix=f"h2assay-{recipe.name}-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # servers that root starts give up root before they read
        server = Server(recipe, folder, given)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def prepare(recipe: Recipe) -> None:
    """Builds what the recipe builds: that may take longer than a start may."""
    with tempfile.TemporaryDirectory(prefix=f"h2assay-{recipe.name}-") as name:
        Server(recipe, Path(name)).prepare()


def make_root(root: Path) -> None:
    """The files that servers of files serve."""
    root.mkdir(parents=True)
    (root / "index.html").write_text("hello from a recipe\n", encoding="utf-8")
    (root / "echo").write_text("POST something\n", encoding="utf-8")
    line = b"all work and no play makes a server a dull peer\n"
    (root / "large").write_bytes((line * (LARGE_OCTETS // len(line) + 1))[:LARGE_OCTETS])


def make_certificate() -> None:
    """A certificate for localhost that signs itself, in the forms that servers ask for."""
    age = time.time() - STAMP.stat().st_mtime if STAMP.exists() else CERTIFICATE_SECONDS
    if age < CERTIFICATE_SECONDS:
        return
    CERTIFICATE.mkdir(parents=True, exist_ok=True)
    cert, key = CERTIFICATE / "localhost.cert", CERTIFICATE / "localhost.key"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj"]
    request += ["/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    openssl(*request, "-keyout", str(key), "-out", str(cert))
    key.chmod(0o644)
    (CERTIFICATE / "localhost.pem").write_bytes(cert.read_bytes() + key.read_bytes())
    bundle = ["pkcs12", "-export", "-inkey", str(key), "-in", str(cert), "-passout"]
    openssl(*bundle, "pass:password", "-out", str(CERTIFICATE / "localhost.p12"))
    (CERTIFICATE / "localhost.p12").chmod(0o644)
    STAMP.touch()


def openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RecipeError(f"openssl {words[0]}: {done.stderr.strip()}")
