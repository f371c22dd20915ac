#!/usr/bin/python3
"""Runs one formatter or linter over the files of the tree that it concerns."""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
from ci.tree import TOP, is_script, tree


def python_files(top: Path) -> list[Path]:
    return [p for p in tree(top) if p.suffix == ".py" or is_script(top / p, "python")]


def shell_files(top: Path) -> list[Path]:
    return [p for p in tree(top) if p.suffix == ".sh" or is_script(top / p, "sh")]


def cpp_files(top: Path) -> list[Path]:
    return [p for p in tree(top) if p.suffix in (".h", ".cpp")]


# Debian's tools by path: another installation on PATH may be of another version.
TOOLS = {
    "clang-format": (cpp_files, ["clang-format-19", "--dry-run", "--Werror"]),
    "black": (python_files, ["/usr/bin/black", "--check", "--quiet", "--diff", "-l", "100"]),
    "shellcheck": (shell_files, ["shellcheck"]),
    "mypy": (
        python_files,
        [
            "/usr/bin/mypy",
            "--strict",
            "--no-error-summary",
            "--explicit-package-bases",
            "--scripts-are-modules",
        ]
        + ["--namespace-packages", "--no-incremental", "--python-executable", "/usr/bin/python3"],
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=sorted(TOOLS))
    parser.add_argument("--top", type=Path, default=TOP, help="the tree to look at")
    arguments = parser.parse_args()
    files_of, command = TOOLS[arguments.tool]
    files = [str(path) for path in files_of(arguments.top)]
    if not files:
        print(f"{arguments.tool}: no file concerns it")
        return 0
    done = subprocess.run(command + files, cwd=arguments.top, check=False)
    print(f"{arguments.tool}: {len(files)} files, {'see above' if done.returncode else 'clean'}")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
