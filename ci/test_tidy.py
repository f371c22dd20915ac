"""Each check of the style test sees what it is there for, and lets the right thing pass."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ci import tidy

Check = Callable[[tidy.Tree], Iterator[str]]


def findings(check: Check, top: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(check(tidy.Tree(top)))


RED = [
    (tidy.long_lines, {"engine/a.cpp": "x" * 101}, "engine/a.cpp:1: 101 columns"),
    (tidy.long_lines, {"a_test.cpp": 'x = R"(\n)";\n' + "x" * 101}, "a_test.cpp:3"),
    (tidy.long_lines, {"ci/run": "#!/bin/sh\n" + "x" * 101}, "ci/run:2"),
    (
        tidy.long_lines,
        {"a/t.cpp": "// clang-format off\n// clang-format on\n" + "x" * 101},
        "a/t.cpp:3",
    ),
    (tidy.long_files, {"engine/a.h": "\n" * 401}, "401 lines"),
    (tidy.long_files, {"engine/a_test.cpp": "\n" * 601}, "601 lines"),
    (tidy.long_files, {"properties/permitted_rows.cpp": "\n" * 20}, "need no exception"),
    (tidy.pragma_once, {"engine/a.h": "int x;\n"}, "without #pragma once"),
    (
        tidy.type_names,
        {
            "engine/a.h": "namespace h2assay {\n\nstruct Side {\n};\n",
            "fuzz/b.h": "namespace h2assay {\n\nenum class Side : std::uint8_t { us };\n",
        },
        "fuzz/b.h:3: h2assay::Side is also defined in engine/a.h",
    ),
    (tidy.includes, {"engine/a.h": '#include "properties/b.h"\n'}, "must not know properties"),
    (tidy.includes, {"engine/a_test.cpp": '#include "fuzz/b.h"\n'}, "must not know fuzz"),
    (tidy.includes, {"engine/a.h": "#include <fmt/core.h>\n"}, "standard library"),
    (tidy.includes, {"engine/a.h": "#include <unistd.h>\n"}, "standard library"),
    (tidy.includes, {"engine/a.h": '#include "b.h"\n'}, "from the top of the tree"),
    (tidy.includes, {"properties/a.h": '#include "conformance/b.h"\n'}, "must not know"),
    (tidy.includes, {"fuzz/a.cpp": '#include "conformance/b.h"\n'}, "must not know"),
    (tidy.includes, {"properties/wire/a.h": '#include "engine/frame.h"\n'}, "a judge"),
    (tidy.includes, {"properties/observer.cpp": '#include "engine/rules.h"\n'}, "a judge"),
    (tidy.includes, {"properties/model.h": '#include "properties/pair/pair.h"\n'}, "a judge"),
    (tidy.includes, {"properties/oracles/promise.h": '#include "engine/rules.h"\n'}, "a judge"),
    (tidy.banned_words, {"engine/a.h": "class StreamManager;\n"}, "StreamManager"),
    (tidy.banned_words, {"engine/a.h": "// TODO later\n"}, "without a link"),
    (tidy.banned_words, {"engine/a.h": "int get_window();\n"}, "get_window"),
    (tidy.banned_words, {"engine/a_test.cpp": "GTEST_SKIP();\n"}, "does not test"),
    (tidy.banned_words, {"ci/test_a.py": "@pytest.mark.skip\n"}, "does not test"),
    (tidy.machine_paths, {"README.md": "see /ho" + "me/me/x\n"}, "one machine only"),
    (tidy.machine_paths, {"engine/a.cpp": "// ../" + "shared/data\n"}, "one machine only"),
    (tidy.case_files, {"conformance/cases/a/B_c.h2t": "x\n"}, "claim-in-words"),
    (tidy.case_files, {"conformance/cases/lonely.h2t": "x\n"}, "claim-in-words"),
    (tidy.case_files, {"conformance/cases/a/b.h2t": "x\n" * 41}, "41 lines"),
    (
        tidy.fuzz_targets,
        {"fuzz/a_fuzzer.cpp": "", "fuzz/CMakeLists.txt": "a"},
        "fuzz/README.md does not name it",
    ),
    (
        tidy.fuzz_targets,
        {"fuzz/a_fuzzer.cpp": "", "fuzz/README.md": "`a`", "fuzz/CMakeLists.txt": "b"},
        "fuzz/CMakeLists.txt does not name it",
    ),
    (tidy.built_sources, {"engine/a.cpp": "", "engine/CMakeLists.txt": "b.cpp"}, "nothing builds"),
    (tidy.markdown_links, {"README.md": "[x](gone.md)"}, "no such file"),
    (tidy.markdown_links, {"README.md": "# A b\n[x](#a-c)"}, "no such heading"),
]


@pytest.mark.parametrize(("check", "files", "words"), RED)
def test_sees(check: Check, files: dict[str, str], words: str, tmp_path: Path) -> None:
    found = findings(check, tmp_path, files)
    assert len(found) == 1
    assert words in found[0]


GREEN = [
    (tidy.long_lines, {"engine/a.cpp": "x" * 100}),
    (tidy.long_lines, {"a/t.cpp": "// clang-format off\n" + "x" * 200 + "\n// clang-format on\n"}),
    (tidy.long_lines, {"a_test.cpp": 'x = R"(\n' + "x" * 200 + '\n)";\n'}),
    (tidy.long_files, {"engine/a.h": "\n" * 400, "properties/permitted_rows.cpp": "\n" * 900}),
    (tidy.long_files, {"engine/a_test.cpp": "\n" * 600}),
    (
        tidy.type_names,
        {
            "engine/a.cpp": "namespace h2assay {\nnamespace {\nstruct Row {\n};\n",
            "engine/b.cpp": "namespace h2assay {\nnamespace {\nstruct Row {\n};\n",
        },
    ),
    (tidy.includes, {"engine/a.h": '#include <span>\n#include "engine/b.h"\n'}),
    (tidy.includes, {"engine/a_test.cpp": "#include <gtest/gtest.h>\n"}),
    (tidy.includes, {"fuzz/a.cpp": '#include "conformance/adapters/library.h"\n'}),
    (tidy.includes, {"properties/wire/a.h": '#include "engine/error.h"\n'}),
    (tidy.includes, {"properties/observer.h": '#include "properties/wire/a.h"\n'}),
    (tidy.includes, {"conformance/a.h": '#include "properties/b.h"\n#include <fmt/core.h>\n'}),
    (
        tidy.banned_words,
        {"a.h": "int get_next_available_stream_id(); std::get_if<A>(b); c.get_x();\n"},
    ),
    (tidy.banned_words, {"a.h": "// TODO https://example.org/issues/1\n"}),
    (tidy.machine_paths, {".ci/run": "../" + "shared/data\n", "a.md": "/usr/bin/python3"}),
    (tidy.case_files, {"conformance/cases/a/b-c.h2t": "x\n" * 40}),
    (
        tidy.fuzz_targets,
        {"fuzz/a_fuzzer.cpp": "", "fuzz/README.md": "`a`", "fuzz/CMakeLists.txt": "target(a)"},
    ),
    (tidy.built_sources, {"engine/a.cpp": "", "engine/CMakeLists.txt": "(x a.cpp)"}),
    (
        tidy.markdown_links,
        {"a.md": "# It's `so`\n[x](#its-so) [y](b.md) [z](https://x)", "b.md": ""},
    ),
    (tidy.markdown_links, {"a.md": "`[x](gone)`\n```\n[x](gone)\n```\n"}),
]


@pytest.mark.parametrize(("check", "files"), GREEN)
def test_lets_pass(check: Check, files: dict[str, str], tmp_path: Path) -> None:
    assert not findings(check, tmp_path, files)


def test_every_check_has_been_seen_red() -> None:
    assert {check for check, _, _ in RED} == set(tidy.CHECKS)
