"""Write the golden pages anew: `uv run python -m tests.examples.regenerate`; then read the difference."""

from __future__ import annotations

from tests.examples.golden import CHECKLIST, FOLDER, list_pages, make_checklist


def regenerate() -> None:
    """Write every golden page and the last section of docs/checklist.md; drop pages of no example."""
    FOLDER.mkdir(exist_ok=True)
    pages = list_pages()
    for path in FOLDER.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, content in pages.items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")
    CHECKLIST.write_text(make_checklist(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    regenerate()
