"""The files of the source tree, and the little that scripts need to know about them."""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", "build", "__pycache__", ".mypy_cache", ".pytest_cache"}


def tree(top: Path) -> list[Path]:
    """Every file that is committed or could be, relative to `top`, sorted.

    In an unpacked archive there is no git to ask; then all files outside of build trees are taken.
    """
    if (top / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=top,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        names = {Path(name) for name in listed.split("\0") if name}
    else:
        names = {p.relative_to(top) for p in top.rglob("*")}
        names = {p for p in names if not NOT_OURS & set(p.parts)}
    return sorted(p for p in names if (top / p).is_file())


def text_of(path: Path) -> str:
    """The text of a source file; octets that are not UTF-8 become replacement characters."""
    return path.read_text(encoding="utf-8", errors="replace")


def is_script(path: Path, interpreter: str) -> bool:
    """Whether a file without an extension starts with the line of this interpreter."""
    if path.suffix:
        return False
    with path.open("rb") as file:
        first = file.readline(200)
    return first.startswith(b"#!") and interpreter.encode() in first
