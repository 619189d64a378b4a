"""The compiled guideline: one that is damaged is compiled again, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from gentian.language import loader


@pytest.mark.parametrize("body", [b"", b'{"version": ', b'{"version": 3}', b'{"version": "\xff'])
def test_a_compiled_guideline_that_is_damaged_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    kept = tmp_path / "compiled.json"
    kept.write_bytes(b"key\n" + body)
    monkeypatch.setattr(loader, "COMPILED", kept)
    assert loader._load_compiled("key") is None
