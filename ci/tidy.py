#!/usr/bin/python3
"""The style test: what a compiler and a formatter do not see.

Each check is a function from the tree to findings, "FILE[:LINE]: what is wrong".
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
from ci.tree import TOP, is_script, text_of, tree

COLUMNS = 100
LINES = 400
TEST_LINES = 600  # a list of claims, each on its own, reads well at more
CASE_LINES = 40

# Files that may be longer than LINES: tables and data, each with its reason.
LONG_FILES: dict[str, str] = {
    "properties/observer/faults_test.cpp": "one table, a row a fault that the observer must see",
    "properties/observer/checks.cpp": "the table of passive checks",
    "properties/permitted_rows.cpp": "the table of permitted reactions",
    "conformance/serve/h2spec_cases.py": "the table of what h2spec asks",
    "conformance/testdata/broken_peer.py": "the table of defects, and one server",
}

CODE = {".h", ".cpp", ".py", ".sh", ".cmake"}
# Words that say nothing: a name should say what the thing is. TODO needs somebody who watches it.
BANNED = [
    (re.compile(r"\b[A-Za-z_]*(Manager|Helper|Utils?)\b"), "a name that says nothing"),
    (
        re.compile(
            r"(?<![\w.>])(?<!std::)get_(?!(next_available_stream_id|target_property)\b)[a-z_]+\s*\("
        ),
        "get_ says nothing",
    ),
    (re.compile(r"\b(TODO|FIXME|XXX)\b(?!.*https?://)"), "without a link to an issue"),
    (re.compile(r"\b(GTEST_SKIP|DISABLED_\w+|RC_DISCARD_ALL)\b"), "a test that does not test"),
    (re.compile(r"pytest\.(mark\.)?(skip|xfail)\b"), "a test that does not test"),
]
# Written with brackets so that this file does not name what it forbids.
MACHINE_PATHS = re.compile(r"/[w]ork/|/[f]arm/|/[h]ome/\w+/|/[r]oot/|/tmp/bash_[j]obs|\.[l]ibrary/")
SHARED_DATA = re.compile(r"\.\./[s]hared|/[s]hared/data")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# clang-format aligns the short cases of a switch even beyond the limit.
SHORT_CASE = re.compile(r"\s+case [\w:]+:\s+\S.*;$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# Whom each top folder may include (design: "no arrow back").
MAY_INCLUDE = {
    "engine": {"engine"},
    "properties": {"engine", "properties"},
    "conformance": {"engine", "properties", "conformance"},
    "fuzz": {"engine", "properties", "fuzz"},
    "ci": {"engine", "properties", "conformance", "fuzz", "ci"},
}
# The one way from `fuzz` to a library of others: the C ABI.
ADAPTERS = "conformance/adapters/"
# The judges: they never call the code that they judge, so they know its names and numbers only.
OCTET_ORACLES = (
    "octet_oracle|promise|per_stream|closed_is_closed|frame_fits_peer|frames_well_formed"
    "|last_stream_id_never_rises|one_rst_per_stream|settings_acked_once|window_ledger"
)
INDEPENDENT = re.compile(
    r"properties/((wire/|transcript/|observer|permitted|model).*"
    rf"|oracles/({OCTET_ORACLES})\.(h|cpp))"
)
NAMES_AND_NUMBERS = "engine/error.h"
NAMESPACE = re.compile(r"namespace ?([\w:]*) \{$")
TYPE = re.compile(
    r"(?:struct|class|enum class|union) (?:\[\[\w+\]\] )?(\w+)(?: final)?(?: : .*)? \{"
)
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")


class Tree:
    """The files below one top folder, each read once."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.files = tree(top)
        self._texts: dict[Path, list[str]] = {}

    def lines(self, path: Path) -> list[str]:
        if path not in self._texts:
            self._texts[path] = text_of(self.top / path).splitlines()
        return self._texts[path]

    def of(self, *suffixes: str) -> list[Path]:
        return [p for p in self.files if p.suffix in suffixes]

    def code(self) -> list[Path]:
        scripts = [p for p in self.files if is_script(self.top / p, "sh")]
        return [p for p in self.files if p.suffix in CODE or p.name == "CMakeLists.txt"] + scripts


def is_test(path: Path) -> bool:
    """Tests and benchmarks may include what tests need; they are in no library."""
    return (
        path.stem.endswith(("_test", "_properties", "_bench", "_test_support", "_for_tests"))
        or path.stem.startswith("test_")
        or bool({"bench", "testing"} & set(path.parts))
    )


def long_lines(t: Tree) -> Iterator[str]:
    for path in t.code():
        by_hand = False  # a table between "clang-format off" and "on" may be wider
        raw = False  # so may what a program prints, quoted as it is
        for number, line in enumerate(t.lines(path), 1):
            raw, quoted = raw_string_open(line, raw), raw
            if quoted:
                continue
            if "clang-format o" in line:
                by_hand = "clang-format off" in line
            elif len(line) > COLUMNS and not by_hand and not SHORT_CASE.match(line):
                yield f"{path}:{number}: {len(line)} columns, {COLUMNS} are allowed"


def raw_string_open(line: str, was_open: bool) -> bool:
    """Whether a C++ raw string is still open after this line."""
    opened, closed = line.rfind('R"'), line.rfind(')"')
    if opened > closed:
        return True
    return was_open and closed < 0


def long_files(t: Tree) -> Iterator[str]:
    for path in t.code():
        count, allowed = len(t.lines(path)), TEST_LINES if is_test(path) else LINES
        if count > allowed and str(path) not in LONG_FILES:
            yield f"{path}: {count} lines, {allowed} are allowed: two jobs in one file?"
        if count <= allowed and str(path) in LONG_FILES:
            yield f"{path}: {count} lines need no exception in ci/tidy.py"


def pragma_once(t: Tree) -> Iterator[str]:
    for path in t.of(".h"):
        if "#pragma once" not in t.lines(path):
            yield f"{path}: without #pragma once"


def type_names(t: Tree) -> Iterator[str]:
    """The types of one namespace, each in one file: two of a name break every program with both.

    No compiler sees it, and the linker takes the functions of either.
    """
    defined: dict[str, Path] = {}
    for path in t.of(".h", ".cpp"):
        spaces: list[str] = []
        for number, line in enumerate(t.lines(path), 1):
            if opened := NAMESPACE.match(line):
                spaces.append(opened[1] or f"in {path} alone")
            elif line.startswith("}  // namespace") and spaces:
                spaces.pop()
            elif found := TYPE.match(line):
                name = "::".join([*spaces, found[1]])
                if spaces and defined.setdefault(name, path) != path:
                    yield f"{path}:{number}: {name} is also defined in {defined[name]}"


def includes(t: Tree) -> Iterator[str]:
    for path in t.of(".h", ".cpp"):
        for number, line in enumerate(t.lines(path), 1):
            match = INCLUDE.match(line)
            if match:
                wrong = wrong_include(path, match[1] == '"', match[2])
                if wrong:
                    yield f"{path}:{number}: includes {match[2]}: {wrong}"


def wrong_include(path: Path, quoted: bool, target: str) -> str:
    """What is wrong about this edge; empty when nothing is."""
    home = path.parts[0]
    if not quoted:
        if home == "engine" and not is_test(path) and not STANDARD_HEADER.fullmatch(target):
            return "the engine knows the C++ standard library, nothing else"
        return ""
    folder = target.split("/")[0]
    if folder not in MAY_INCLUDE:
        return "is not named from the top of the tree"
    if home == "fuzz" and target.startswith(ADAPTERS):
        return ""
    if folder not in MAY_INCLUDE.get(home, set()):
        return f"{home} must not know {folder}"
    if INDEPENDENT.fullmatch(str(path)) and not is_test(path):
        if target != NAMES_AND_NUMBERS and not INDEPENDENT.fullmatch(target):
            return f"a judge may know nothing of the engine but {NAMES_AND_NUMBERS}"
    return ""


def banned_words(t: Tree) -> Iterator[str]:
    for path in t.code():
        if path.name in ("tidy.py", "test_tidy.py"):
            continue
        for number, line in enumerate(t.lines(path), 1):
            for pattern, why in BANNED:
                match = pattern.search(line)
                if match:
                    yield f"{path}:{number}: {match[0].strip(' (')}: {why}"


def machine_paths(t: Tree) -> Iterator[str]:
    for path in t.files:
        if path.suffix in (".pcapng", ".png") or path.parts[0] == "corpus":
            continue
        for number, line in enumerate(t.lines(path), 1):
            match = MACHINE_PATHS.search(line)
            if not match and str(path) != ".ci/run":
                match = SHARED_DATA.search(line)
            if match:
                yield f"{path}:{number}: {match[0]} exists on one machine only"


def case_files(t: Tree) -> Iterator[str]:
    for path in t.of(".h2t"):
        if path.parts[:2] != ("conformance", "cases"):
            continue
        parts = [*path.parts[2:-1], path.stem]
        if len(parts) < 2 or not all(SLUG.fullmatch(part) for part in parts):
            yield f"{path}: the id of a case is folder/claim-in-words"
        if len(t.lines(path)) > CASE_LINES:
            yield f"{path}: {len(t.lines(path))} lines, a case has at most {CASE_LINES}"


def fuzz_targets(t: Tree) -> Iterator[str]:
    for document in (Path("fuzz/README.md"), Path("fuzz/CMakeLists.txt")):
        words = set(re.findall(r"\w+", "\n".join(t.lines(document)))) if document in t.files else {}
        for path in t.of(".cpp"):
            name = path.stem.removesuffix("_fuzzer")
            if path.parent == Path("fuzz") and path.stem != name:
                if name not in words and path.stem not in words:
                    yield f"{path}: {document} does not name it"


def built_sources(t: Tree) -> Iterator[str]:
    listed = "\n".join(
        line
        for p in t.files
        if p.suffix == ".cmake" or p.name == "CMakeLists.txt"
        for line in t.lines(p)
    )
    words = set(re.findall(r"[\w.-]+", listed))
    for path in t.of(".cpp"):
        # fuzz/CMakeLists.txt lists its targets without what all their files end in.
        if not words & {path.name, path.stem, path.stem.removesuffix("_fuzzer")}:
            yield f"{path}: no CMake file lists it, so nothing builds it"


LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def anchors(lines: list[str]) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found: set[str] = set()
    for line in lines:
        if line.startswith("#"):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(words.replace(" ", "-"))
    return found


def markdown_links(t: Tree) -> Iterator[str]:
    for path in t.of(".md"):
        fenced = False
        for number, line in enumerate(t.lines(path), 1):
            fenced ^= line.lstrip().startswith("```")
            for link in [] if fenced else LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z]+:", link):
                    continue
                target, _, anchor = link.partition("#")
                there = (t.top / path.parent / target) if target else t.top / path
                if not there.exists():
                    yield f"{path}:{number}: {link}: no such file"
                elif anchor and there.suffix == ".md":
                    if anchor not in anchors(text_of(there).splitlines()):
                        yield f"{path}:{number}: {link}: no such heading"


CHECKS: list[Callable[[Tree], Iterator[str]]] = [
    long_lines,
    long_files,
    pragma_once,
    type_names,
    includes,
    banned_words,
    machine_paths,
    case_files,
    fuzz_targets,
    built_sources,
    markdown_links,
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--top", type=Path, default=TOP, help="the tree to look at")
    t = Tree(parser.parse_args().top.resolve())
    count = 0
    for check in CHECKS:
        for finding in check(t):
            print(f"{finding} [{check.__name__}]")
            count += 1
    print(f"tidy: {len(t.files)} files, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
