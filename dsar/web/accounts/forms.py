"""Forms of signing in, of new accounts, and of one's own account."""

from wtforms.fields import HiddenField

from dsar.services.staff.accounts import Person
from dsar.services.staff.api_keys import NewKey
from dsar.services.staff.credentials import Credentials, PasswordChange
from dsar.web.fields import (
    ChoiceField,
    CodeField,
    EmailField,
    LineField,
    Option,
    SecretField,
)
from dsar.web.form import Form


class SignInForm(Form):
    """Address and password."""

    email = EmailField("s1.email.label", missing="s1.email.err", wrong="s1.email.err")
    password = SecretField("s1.pw.label", missing="s1.pw.err")


class CodeForm(Form):
    """The second factor."""

    code = CodeField("s1.otp.label", missing="s1.otp.missing")


class CredentialsForm(Form):
    """A password and an authenticator, chosen for the first time or anew."""

    password = SecretField("account.pw.label", missing="account.pw.err")
    code = CodeField("s1.otp.label", missing="s1.otp.missing")
    #: The authenticator's secret, sealed: the same one while errors are mended.
    sealed = HiddenField()

    def credentials(self, totp_secret: str) -> Credentials:
        """Return what was chosen."""
        return Credentials(self.password.data or "", totp_secret, self.code.data or "")


class FirstAccountForm(CredentialsForm):
    """The same, for somebody nobody has invited."""

    name = LineField("account.name.label", missing="account.name.err")
    email = EmailField("s1.email.label", missing="s1.email.err", wrong="s1.email.err")

    def person(self, language: str) -> Person:
        """Return who the account is for."""
        return Person(self.name.data or "", self.email.data or "", language)


class PasswordForm(Form):
    """A new password; the old one and a code prove who asks."""

    old = SecretField("account.old.label", missing="account.old.err")
    password = SecretField("account.new.label", missing="account.pw.err")
    code = CodeField("s1.otp.label", missing="s1.otp.missing")

    def change(self) -> PasswordChange:
        """Return what was asked for."""
        return PasswordChange(
            self.old.data or "", self.password.data or "", self.code.data or ""
        )


class KeyForm(Form):
    """A new API key: what it is for, how long it lives, and who asks."""

    label = LineField("account.keys.label", missing="account.keys.label.err", max_characters=60)
    days = ChoiceField(
        "account.keys.days",
        "g.err.choice",
        options=[Option(str(n), "account.keys.days.n", facts={"n": n}) for n in (30, 90, 365)],
    )
    code = CodeField("s1.otp.label", missing="s1.otp.missing")

    def key(self) -> NewKey:
        """Return what was asked for."""
        return NewKey(self.label.data or "", int(self.days.data or 0), self.code.data or "")
