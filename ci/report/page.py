"""What the HTML reports share: the template environment and the writing of one file."""

import os
from pathlib import Path
from typing import Any

import jinja2

from ci.report.results import SHAPES
from ci.tree import TOP

REQUIREMENTS = TOP / "conformance" / "requirements.csv"


def render(template: str, **values: Any) -> str:
    """A page. Everything is escaped: most of it was sent by the peer under test."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(shapes=SHAPES, **values)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that nobody ever sees half of it."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
