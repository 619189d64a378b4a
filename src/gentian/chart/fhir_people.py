"""Whose record it is: the patient, the same patient under another number, and the relatives.

A Patient that is linked through a RelatedPerson is a relative of the patient the RelatedPerson belongs
to. Patients linked to each other directly are one person. Anybody else in the bundle is a stranger:
then the caller has to say whose chart to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gentian.chart.desk import NotUsed, Refused
from gentian.chart.errors import INVALID, ReadingError, Trouble
from gentian.chart.events import Note, Person
from gentian.chart.fhir_bundle import Item, tidy
from gentian.chart.fhir_codes import GENTIAN, Terms
from gentian.chart.fhir_marks import read_mark
from gentian.chart.fhir_types import FamilyMemberHistory, Patient, Reference, RelatedPerson
from gentian.language.dates import DateError, parse_span

MOST_REMEMBERED = 10_000
NOT_PERSONS = ("Group", "Device", "Location", "Substance", "Practitioner", "Organization")


def fold_reference(text: str) -> str:
    """`Patient/12` for relative, absolute and versioned references; a urn stays as it is."""
    if text.startswith(("urn:", "#")):
        return text
    parts = text.split("/_history/")[0].rstrip("/").rsplit("/", 2)
    return "/".join(parts[-2:])


@dataclass(slots=True)
class Body:
    """One Patient resource of the bundle."""

    item: Item
    patient: Patient
    keys: set[str]
    group: int

    @property
    def name(self) -> str:
        """The id to give to `--patient`."""
        for one in self.patient.identifier or ():
            if one.system == GENTIAN and one.value:
                return one.value
        return self.patient.id or (self.item.full_url or self.item.place).split(":")[-1]


@dataclass(slots=True)
class People:
    """Resolves a subject to the patient (None), a relative (its id) or nobody."""

    person: Person
    index: int
    bodies: list[Body]
    by_key: dict[str, int] = field(default_factory=dict)  # reference → group
    relatives: dict[int, str] = field(default_factory=dict)  # group → relative's id
    related_keys: dict[str, str] = field(default_factory=dict)  # RelatedPerson reference → id
    family: dict[str, int] = field(default_factory=dict)  # relatives named so far
    known: dict[str, str | None] = field(default_factory=dict)  # references followed so far
    notes: list[Note] = field(default_factory=list)
    _only_one: frozenset[str] = frozenset()

    def find_about(self, subject: Reference | None, full: bool = True) -> str | None:
        """None for the patient, else the relative's id. `full`: a missing subject is refused.

        Raises NotUsed for another person's entry, Refused where it cannot be told whose it is.
        """
        text = subject.reference if subject is not None and subject.identifier is None else None
        if text is not None and text in self.known:
            return self.known[text]
        about = self._find_about(subject, full)
        if text is not None and len(self.known) < MOST_REMEMBERED:
            self.known[text] = about
        return about

    def _find_about(self, subject: Reference | None, full: bool) -> str | None:
        keys = list_reference_keys(subject)
        if not keys:
            if full and len({body.group for body in self.bodies}) > 1:
                raise Refused("no subject, and the bundle holds several people", "name the subject")
            return None
        for key in keys:
            if key in self.by_key:
                return self._tell(self.by_key[key])
            if key in self.related_keys:
                return self.related_keys[key]
        if keys[0].split("/")[0] in NOT_PERSONS:
            raise NotUsed(f"about a {keys[0].split('/')[0].lower()}, not about a person")
        raise Refused(
            "its subject is not the patient of this record",
            "export the patient it belongs to, or correct the subject",
        )

    def _tell(self, group: int) -> str | None:
        if group == self.index:
            return None
        if group in self.relatives:
            return self.relatives[group]
        raise NotUsed("about another patient of the bundle")

    def name_relative(self, word: str | None, exact: bool = False) -> str:
        """An id for a relative: `brother`, then `brother-2`; `mother` is always the same one."""
        word = word or "relative"
        if exact or word in self._only_one:
            return word
        self.family[word] = self.family.get(word, 0) + 1
        return word if self.family[word] == 1 else f"{word}-{self.family[word]}"


def list_reference_keys(reference: Reference | None) -> list[str]:
    """The keys under which the target of a reference may be known, most exact first."""
    if reference is None:
        return []
    keys: list[str] = []
    if text := (reference.reference or "").strip():
        keys = [text, fold_reference(text)]
        if text.startswith("urn:uuid:"):
            keys.append(f"Patient/{text.removeprefix('urn:uuid:')}")
        if found := re.search(r"\?identifier=(?:[^|]*\|)?([^&]+)$", text):
            keys.append(f"identifier {found[1]}")
    if reference.identifier is not None and reference.identifier.value:
        keys.append(f"identifier {reference.identifier.value}")
    return keys


def find_people(
    patients: list[tuple[Item, Patient]],
    related: list[tuple[Item, RelatedPerson]],
    terms: Terms,
    file: str,
    wanted: str | None,
) -> People:
    """Settle who the record is about.

    Raises ReadingError (exit 11) without a patient, or with strangers and no `wanted`.
    """
    bodies = [
        Body(item, patient, _list_own_keys(item, patient), group)
        for group, (item, patient) in enumerate(patients)
    ]
    if not bodies:
        raise ReadingError(
            [
                Trouble(
                    f"{file}: entry",
                    "no Patient resource, so nobody to read about",
                    mend="export the bundle with its Patient (for a search: _include the patient)",
                )
            ],
            INVALID,
        )
    by_key = _join_same_people(bodies)
    links = _link_relatives(bodies, related, by_key)
    index = _choose(bodies, links, file, wanted)
    person, notes = _describe([body for body in bodies if body.group == index], terms)
    people = People(person, index, bodies, by_key, notes=notes)
    people._only_one = frozenset(terms.tables.only_one)
    _name_relatives(people, links, related, terms)
    return people


def _list_own_keys(item: Item, patient: Patient) -> set[str]:
    keys = {f"identifier {one.value}" for one in patient.identifier or () if one.value}
    if patient.id:
        keys |= {f"Patient/{patient.id}", f"urn:uuid:{patient.id}"}
    if item.full_url:
        keys |= {item.full_url, fold_reference(item.full_url)}
        if item.full_url.startswith("urn:uuid:"):
            keys.add(f"Patient/{item.full_url.removeprefix('urn:uuid:')}")
    return keys


def _join_same_people(bodies: list[Body]) -> dict[str, int]:
    """Patients with a key in common, or linked to each other, are one person."""
    by_key: dict[str, int] = {}
    for body in bodies:
        for key in body.keys:
            if key.startswith("identifier ") and key in by_key:
                continue  # an identifier may be anything; only resources and links join people
            if key in by_key:
                _merge(bodies, by_key, by_key[key], body.group)
            by_key[key] = body.group
    for body in bodies:
        for link in body.patient.link or ():
            for key in list_reference_keys(link.other):
                if key in by_key and not key.startswith("identifier "):
                    _merge(bodies, by_key, by_key[key], body.group)
    return by_key


def _merge(bodies: list[Body], by_key: dict[str, int], one: int, other: int) -> None:
    first, second = sorted((one, other))
    for body in bodies:
        if body.group == second:
            body.group = first
    for key, group in by_key.items():
        if group == second:
            by_key[key] = first


# -- relatives ----------------------------------------------------------------------------------------


def _related_keys(item: Item, person: RelatedPerson) -> set[str]:
    keys = {f"RelatedPerson/{person.id}"} if person.id else set()
    if item.full_url:
        keys |= {item.full_url, fold_reference(item.full_url)}
    return keys


def _link_relatives(
    bodies: list[Body], related: list[tuple[Item, RelatedPerson]], by_key: dict[str, int]
) -> dict[int, tuple[int, int]]:
    """Relative's group → (group of the patient, number of the RelatedPerson)."""
    links: dict[int, tuple[int, int]] = {}
    for number, (item, person) in enumerate(related):
        owner = next(
            (by_key[key] for key in list_reference_keys(person.patient) if key in by_key), None
        )
        keys = _related_keys(item, person)
        for body in bodies:
            refers = any(
                key in keys
                for link in body.patient.link or ()
                for key in list_reference_keys(link.other)
            )
            if owner is not None and refers and body.group != owner:
                links[body.group] = (owner, number)
    return links


def _choose(
    bodies: list[Body], links: dict[int, tuple[int, int]], file: str, wanted: str | None
) -> int:
    """The group the chart is about."""
    if wanted is not None:
        key = wanted.removeprefix("Patient/")
        for body in bodies:
            if key in (body.patient.id, body.name, body.item.full_url, body.item.place):
                return body.group
        raise _ambiguous(bodies, file, f"no patient with the id {wanted[:64]!r}")
    groups = sorted({body.group for body in bodies} - set(links))
    if len(groups) != 1:
        raise _ambiguous(bodies, file, "several patients who are not linked as relatives")
    return groups[0]


def _ambiguous(bodies: list[Body], file: str, what: str) -> ReadingError:
    names = sorted({tidy(body.name, 64) for body in bodies})
    shown = " or ".join(f"--patient {name}" for name in names[:6])
    more = f" (and {len(names) - 6} more)" if len(names) > 6 else ""
    places = ", ".join(body.item.place for body in bodies[:3])
    trouble = Trouble(f"{file}: {places}", what, mend=f"say whose chart to read: {shown}{more}")
    return ReadingError([trouble], INVALID)


def _name_relatives(
    people: People,
    links: dict[int, tuple[int, int]],
    related: list[tuple[Item, RelatedPerson]],
    terms: Terms,
) -> None:
    """Ids for the relatives of the patient; relatives of relatives are strangers."""
    own = {number: group for group, (owner, number) in links.items() if owner == people.index}
    for number, (item, person) in enumerate(related):
        owner = [people.by_key.get(key) for key in list_reference_keys(person.patient)]
        if number not in own and people.index not in owner:
            continue
        exact = any(
            key.startswith("urn:gentian|")
            for concept in person.relationship or ()
            for key in terms.list_keys(concept)
        )
        name = people.name_relative(terms.find_relative(person.relationship or ()), exact)
        people.related_keys.update(dict.fromkeys(_related_keys(item, person), name))
        if number in own:
            people.relatives[own[number]] = name


def name_family_member(people: People, entry: FamilyMemberHistory, terms: Terms) -> str:
    """The id of the relative a family history is about."""
    return people.name_relative(terms.find_relative([entry.relationship]))


# -- the person ---------------------------------------------------------------------------------------


def _describe(bodies: list[Body], terms: Terms) -> tuple[Person, list[Note]]:
    first, notes = bodies[0], []
    born = None
    for body in bodies:
        text = read_mark(body.patient.extension, "born") or body.patient.birth_date
        try:
            born = born or (parse_span(text) if text else None)
        except DateError as error:
            place = f"{body.item.place}.birthDate"
            notes.append(Note("refused", place, "date of birth", str(error), error.mend))
    if len(bodies) > 1:
        notes.append(_note_joined(bodies))
    if len({body.patient.birth_date for body in bodies if body.patient.birth_date}) > 1:
        why = "the linked patients have different dates of birth; the first one is used"
        notes.append(
            Note("confirm", first.item.place, "date of birth", why, "correct the wrong one")
        )
    sex = next((body.patient.gender for body in bodies if body.patient.gender), None)
    return Person(
        id=first.name,
        born=born,
        sex=sex if sex in ("female", "male") else None,
        country=_find_country(bodies, terms),
    ), notes


def _note_joined(bodies: list[Body]) -> Note:
    places = ", ".join(body.item.place for body in bodies[1:])
    why = f"linked as the same person as {places}: read as one"
    return Note("changed", bodies[0].item.place, "Patient", why)


def _find_country(bodies: Iterable[Body], terms: Terms) -> str | None:
    for body in bodies:
        for address in body.patient.address or ():
            text = (address.country or "").strip()
            if address.use == "old" or not text:
                continue
            return terms.tables.countries.get(text) or (
                text if re.fullmatch("[A-Z]{2}", text) else None
            )
    return None
