"""Compile the guideline into the wheel, so that an installed Gentian needs no compiler.

Runs in the isolated build environment, where only the build requirements are installed. A guideline
that does not compile stops a wheel; in an editable install it is left to the next run, which says
where it fails.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileGuideline(BuildHookInterface[Any]):
    """Writes `src/gentian/guideline/compiled.json` before the files are gathered."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            self._compile()
        except Exception as error:
            if version != "editable":
                raise
            self.app.display_warning(f"the guideline is not compiled yet: {error}")
        finally:
            sys.path.pop(0)

    def _compile(self) -> None:
        from gentian.language.loader import COMPILED, load_guideline

        load_guideline()
        if not COMPILED.exists():
            raise OSError(f"cannot write {COMPILED}")
