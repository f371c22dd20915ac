#!/usr/bin/python3
"""Installs a build tree into a folder of its own and uses it from there, as a stranger would.

    ci/install_works.py BUILD_TREE COMPILER
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]


def steps(build: Path, compiler: str, prefix: Path) -> list[list[str]]:
    """Install; find, compile and run the engine; compile an adapter; run the program."""
    consumer = prefix / "consumer"
    return [
        ["cmake", "--install", str(build), "--prefix", str(prefix)],
        ["cmake", "-S", str(TOP / "ci" / "consumer"), "-B", str(consumer), "-G", "Ninja"]
        + [f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}"],
        ["cmake", "--build", str(consumer)],
        [str(consumer / "consumer")],
        [str(prefix / "bin" / "h2assay"), "--version"],
        [str(prefix / "bin" / "h2assay"), "list"],
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("compiler")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder)
        for command in steps(arguments.build.resolve(), arguments.compiler, prefix):
            done = subprocess.run(command, capture_output=True, text=True, cwd=prefix, check=False)
            if done.returncode:
                print(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
                return 1
        missing = [
            name
            for name in ("share/man/man1/h2assay.1", "share/h2assay/cases")
            if not (prefix / name).exists()
        ]
    print(f"install: missing {missing}" if missing else "install: works from another folder")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
