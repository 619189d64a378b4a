"""Write into the pages what the commands print today: `uv run python -m tests.documentation.refresh`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gentian.pharmacokinetics.report import Consult
from tests.documentation.pages import (
    DOSE_SCHEMA,
    README,
    SCHEMA,
    list_blocks,
    list_commands,
    make_review_pages,
    make_schema,
    run,
)


def refresh() -> None:
    """Rewrite the outputs of the README, the schemas, the safety case and the coverage."""
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("child.yaml").write_text(list_blocks(text, "yaml")[0], encoding="utf-8")
        for command in list_commands(text):
            line = f"$ uv run gentian {' '.join(command.words)}\n"
            text = text.replace(line + command.output, line + run(command.words))
        os.chdir(README.parent)
    README.write_text(text, encoding="utf-8")
    SCHEMA.write_text(make_schema(), encoding="utf-8")
    DOSE_SCHEMA.write_text(make_schema(Consult), encoding="utf-8")
    for page, made in make_review_pages().items():
        page.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    refresh()
