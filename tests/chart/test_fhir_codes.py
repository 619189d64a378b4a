"""The tables of codes are consistent with the vocabulary and with themselves."""

from __future__ import annotations

import re

from gentian.chart.fhir_codes import Terms, load_tables
from gentian.language.sources import FOLDER
from tests.chart.fhir_records import VOCABULARY

TABLES = load_tables()
TEXT = (FOLDER / "exchange" / "fhir.yaml").read_text(encoding="utf-8")


def check_loinc(code: str) -> bool:
    """The last digit of a LOINC code guards the others (mod 10, DX-252)."""
    digits, _, check = code.partition("-")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number // 10 + number % 10
    return (10 - total % 10) % 10 == int(check)


def test_every_loinc_code_passes_its_check_digit() -> None:
    codes = re.findall(r"loinc\|(\d+-\d)", TEXT)
    assert len(codes) > 40
    assert [code for code in codes if not check_loinc(code)] == []


def test_every_code_is_of_an_entry_of_the_vocabulary() -> None:
    assert [id_ for id_ in TABLES.codes if id_ not in VOCABULARY.concepts] == []


def test_no_code_means_two_things() -> None:
    own = {key.replace("-", ""): id_ for key, id_ in VOCABULARY.codes.items()}
    owners: dict[str, str] = {}
    for id_, keys in TABLES.codes.items():
        for key in keys:
            assert owners.setdefault(key, id_) == id_
            assert own.get(key.replace("-", ""), id_) == id_


def test_every_code_has_a_known_system() -> None:
    systems = set(TABLES.systems)
    used = {
        key.partition("|")[0] for key in re.findall(r"[\[ ]([a-z][a-z0-9-]+\|[A-Za-z0-9:-]+)", TEXT)
    }
    assert used - systems == set()


def test_domains_of_the_tables_are_domains_of_the_vocabulary() -> None:
    for domain in (*TABLES.complete, *TABLES.lists):
        assert f"complete-{domain}" in VOCABULARY.concepts


def test_texts_are_written_as_they_are_compared() -> None:
    from gentian.language.vocabulary import fold_name

    words = [word for group in TABLES.variant_words.values() for word in group.values()]
    words += [*TABLES.relatives.values(), *TABLES.reasons.values()]
    texts = [text for word in words for text in word.texts]
    texts += [text for one in (*TABLES.answers, *TABLES.frequencies) for text in one.texts]
    assert [text for text in texts if fold_name(text) != text] == []


def test_systems_of_the_vocabulary_can_be_written() -> None:
    terms = Terms(VOCABULARY)
    systems = {code.system for concept in VOCABULARY.concepts.values() for code in concept.codes}
    assert [system for system in systems if terms.find_address(system) is None] == []
