"""Forms of the people of an organisation: who they are, and what they are here."""

from dsar.domain.roles import Role
from dsar.i18n import LANGUAGES
from dsar.web.fields import ChoiceField, ChoicesField, EmailField, LineField, Option, options
from dsar.web.form import Form


class InviteForm(Form):
    """Somebody new, and what she is here."""

    name = LineField("admin.person.name.label", missing="admin.person.name.err")
    email = EmailField(
        "s1.email.label", missing="admin.person.email.err", wrong="admin.person.email.err"
    )
    language = ChoiceField(
        "g.lang.label",
        missing="admin.default_language.err",
        options=tuple(Option(code, f"lang.{code}") for code in LANGUAGES),
    )
    roles = ChoicesField(
        "admin.roles.label",
        missing="admin.roles.err",
        options=options("role", Role),
    )


class RolesForm(Form):
    """What somebody is here; nothing ticked takes all roles away."""

    roles = ChoicesField(
        "admin.roles.label",
        options=options("role", Role),
    )
