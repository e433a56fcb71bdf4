"""S22: the systems in which an organisation holds personal data."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound
from dsar.domain.organisation_file import Document
from dsar.domain.organisations import SystemFacts, system_facts
from dsar.domain.package.matrix import BOX
from dsar.i18n import t
from dsar.queries.organisations import systems_in_use
from dsar.services.setup import organisations
from dsar.timesource import utcnow
from dsar.web.admin.forms import EntryForm
from dsar.web.admin.installation import actor, bp, page
from dsar.web.admin.settings import House, entry_form, house, save
from dsar.web.admin.system_forms import ITEM_WORDS, SystemForm, texts_form, told, write_texts
from dsar.web.security import Permission, requires


@bp.route("/staff/<string:organisation>/settings/systems/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def new_system(organisation: str) -> ResponseReturnValue:
    """Add a system; a second press finds the first one."""
    here = house(organisation)
    form = entry_form(SystemForm, here, {"role": "unstated", "outside": "unstated"})

    def edit(document: Document) -> None:
        system: dict[str, Any] = {}
        form.change(system)
        document.setdefault("system", []).append(system)

    return save(here, form, edit) or page("admin/system.html", form, here=here, system=None)


@bp.route("/staff/<string:organisation>/settings/systems/<string:key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def system(organisation: str, key: str) -> ResponseReturnValue:
    """Change what the register says of a system."""
    here = house(organisation)
    facts = find_system(here, key)
    form = entry_form(SystemForm, here, SystemForm.filled(facts))

    def edit(document: Document) -> None:
        entry = entry_of(document, facts)
        form.change(entry)
        if entry["name"] != facts.name:
            entry["key"] = facts.key  # a new name is the same system

    return save(here, form, edit) or page("admin/system.html", form, here=here, system=facts)


@bp.route(
    "/staff/<string:organisation>/settings/systems/<string:key>/texts", methods=["GET", "POST"]
)
@requires(Permission.MANAGE_ORGANISATION)
def system_texts(organisation: str, key: str) -> ResponseReturnValue:
    """Change what people are told of a system, the languages side by side."""
    here = house(organisation)
    facts, languages = find_system(here, key), here.facts.ui_languages
    form: EntryForm = entry_form(texts_form(languages), here, told(facts, languages))

    def edit(document: Document) -> None:
        write_texts(form, entry_of(document, facts), languages)

    lacking = {language: facts.items_missing(language) for language in languages}
    return save(here, form, edit) or page(
        "admin/texts.html",
        form,
        here=here,
        system=facts,
        items=BOX,
        item_words=ITEM_WORDS,
        languages=languages,
        lacking=lacking,
    )


@bp.post("/staff/<string:organisation>/settings/systems/<string:key>/retire")
@requires(Permission.MANAGE_ORGANISATION)
def retire_system(organisation: str, key: str) -> ResponseReturnValue:
    """Take a system out of use: open tasks stay, new cases do not ask it. Again is no error."""
    here = house(organisation)
    facts = next((s for s in _systems(here) if s.key == key), None)
    if facts is None:
        return redirect(url_for("admin.settings", organisation=here.key), 303)
    name, chosen = facts.name, facts

    def edit(document: Document) -> None:
        document["system"].remove(entry_of(document, chosen))

    organisations.change_organisation(here.key, edit, actor(), utcnow())
    flash(t("admin.system.retired", name=name), "ok")
    return redirect(url_for("admin.settings", organisation=here.key), 303)


def _systems(here: House) -> list[SystemFacts]:
    return [system_facts(row) for row in systems_in_use(here.row)]


def find_system(here: House, key: str) -> SystemFacts:
    """Return the system with this key. Raises NotFound."""
    found = next((facts for facts in _systems(here) if facts.key == key), None)
    if found is None:
        raise NotFound
    return found


def entry_of(document: Document, facts: SystemFacts) -> dict[str, Any]:
    """Return the system's entry in the document: names are unique there."""
    found: dict[str, Any] = next(s for s in document["system"] if s["name"] == facts.name)
    return found
