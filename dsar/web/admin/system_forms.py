"""Forms of a data system: its register entry, and the texts of GDPR art. 15(1) and (2)."""

from typing import Any, Final

from wtforms.fields.core import Field

from dsar.domain.organisation_keys import LEGAL_BASES, SYSTEM_ROLES
from dsar.domain.organisations import SystemFacts
from dsar.domain.package.matrix import BOX
from dsar.i18n import t
from dsar.web.admin.entries import joined, lines, number, put
from dsar.web.admin.forms import EntryForm
from dsar.web.fields import (
    ChoiceField,
    ChoicesField,
    EmailField,
    LineField,
    Option,
    TextField,
    TickField,
)
from dsar.web.form import Form

#: What a page calls each item: the question of S22.
ITEM_WORDS: Final = {
    "purposes": "s22.sys.purpose.label",
    "basis": "s22.sys.basis.label",
    "categories": "s22.sys.cat.label",
    "source": "s22.sys.src.label",
    "recipients": "s22.sys.rec.label",
    "retention": "s22.sys.keep.label",
    "transfer": "s22.sys.safe.label",
    "automated": "s22.sys.auto.label",
}
_OUTSIDE: Final = {"yes": True, "no": False, "": None}


class SystemForm(EntryForm):
    """What the register says of a system."""

    name = LineField("s22.sys.name.label", missing="s22.sys.name.err")
    role = ChoiceField(
        "admin.system.role.label",
        options=tuple(Option(role, f"admin.system.role.{role}") for role in SYSTEM_ROLES),
    )
    owner = LineField("admin.system.owner.label")
    owner_email = EmailField("s22.sys.who.label", wrong="s22.sys.who.err")
    data = TextField("s22.sys.cat.label")
    legal_bases = ChoicesField(
        "s22.sys.basis.label",
        options=tuple(
            Option(code, f"admin.basis.{letter}")
            for code, letter in zip(LEGAL_BASES, "abcdef", strict=True)
        ),
    )
    retention = TextField("s22.sys.keep.label")
    outside = ChoiceField(
        "s22.sys.out.label",
        options=(
            Option("yes", "admin.yes"),
            Option("no", "admin.no"),
            Option("unstated", "admin.unstated"),
        ),
    )
    search_keys = TextField("s22.sys.key.label")
    perishable_days = LineField("s22.sys.gone.label")
    purge_lag_days = LineField("s22.sys.purge.label")
    expect_no_personal_data = TickField("admin.system.empty.label")
    paper = TickField("admin.system.paper.label")
    places = {"outside_eea": "outside"}

    @staticmethod
    def filled(facts: SystemFacts) -> dict[str, Any]:
        """Return what the form shows of a system."""
        outside = {True: "yes", False: "no", None: "unstated"}
        return {
            "name": facts.name,
            "role": facts.role,
            "owner": facts.owner,
            "owner_email": facts.owner_email,
            "data": joined(facts.data),
            "legal_bases": list(facts.legal_bases),
            "retention": facts.retention,
            "outside": outside[facts.outside_eea],
            "search_keys": joined(facts.search_keys),
            "perishable_days": str(facts.perishable_days or ""),
            "purge_lag_days": str(facts.purge_lag_days or ""),
            "expect_no_personal_data": facts.expect_no_personal_data,
            "paper": facts.is_paper,
        }

    def change(self, system: dict[str, Any]) -> None:
        """Write what was said into the system's entry."""
        for name in ("name", "owner", "owner_email", "retention"):
            put(system, name, self[name].data or "")
        for name in ("data", "search_keys"):
            put(system, name, lines(self[name].data))
        for name in ("perishable_days", "purge_lag_days"):
            put(system, name, number(self[name].data) if self[name].data else None)
        put(system, "legal_bases", list(self.legal_bases.data or ()))
        put(system, "outside_eea", _OUTSIDE.get(self.outside.data or ""))
        if self.outside.data == "no":
            system["outside_eea"] = False
        put(system, "expect_no_personal_data", bool(self.expect_no_personal_data.data))
        put(system, "paper", bool(self.paper.data))
        if self.role.data and (self.role.data != "unstated" or "role" in system):
            system["role"] = self.role.data


class TextsForm(EntryForm):
    """The texts of a system; its fields depend on the languages of the organisation."""

    def words_of(self, field: Field) -> str:
        """Return what the page calls a field: its item and its language."""
        part, language, item = field.short_name.split("_", 2)
        name = t(f"lang.{language}")
        words = f"{t(ITEM_WORDS[item])} ({name})"
        if part == "text":
            return words
        return f"{words}: {t('admin.texts.reason.label', language=name)}"


def texts_form(languages: tuple[str, ...]) -> type[EntryForm]:
    """Return the form with a text and a reason for each item in each language."""
    fields: dict[str, Any] = {}
    for language in languages:
        for item in BOX:
            fields[f"text_{language}_{item.key}"] = TextField(ITEM_WORDS[item.key])
            fields[f"reason_{language}_{item.key}"] = LineField("admin.texts.reason.label")
    return type("TextsForm", (TextsForm,), fields)


def told(facts: SystemFacts, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return what the form of the texts shows of a system."""
    shown: dict[str, Any] = {}
    for language in languages:
        texts = facts.texts.get(language, {})
        reasons = facts.not_applicable.get(language, {})
        for item in BOX:
            shown[f"text_{language}_{item.key}"] = texts.get(item.key, "")
            shown[f"reason_{language}_{item.key}"] = reasons.get(item.key, "")
    return shown


def write_texts(form: Form, system: dict[str, Any], languages: tuple[str, ...]) -> None:
    """Write the texts and reasons into the system's entry; other languages stay."""
    for part, key in (("text", "texts"), ("reason", "not_applicable")):
        by_language = dict(system.get(key, {}))
        for language in languages:
            said = {item.key: form[f"{part}_{language}_{item.key}"].data for item in BOX}
            by_language[language] = {item: text for item, text in said.items() if text}
        put(system, key, {lang: said for lang, said in by_language.items() if said})
