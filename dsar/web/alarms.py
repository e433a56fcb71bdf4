"""What every staff page says while nothing leaves the house, or something stands still."""

from flask import Flask, current_app, url_for
from flask_login import current_user

from dsar.access import organisations_of
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.breaches import unread_reports
from dsar.queries.health import Health, health
from dsar.services.setup import installation
from dsar.timesource import utcnow
from dsar.web.pages import Notice, add_notice


def init_app(app: Flask) -> None:
    """Let every staff page ask."""
    add_notice(app, mail_is_kept)
    add_notice(app, something_stands_still)
    add_notice(app, a_breach_is_reported)


def mail_is_kept() -> Notice | None:
    """Return the notice that nothing leaves the house, where no mail server is set."""
    if not current_user.is_authenticated or not installation.is_mail_kept():
        return None
    if not organisations_of(current_user, Permission.READ_KEPT_MAIL):
        return Notice(t("notice.kept"))
    link = url_for("mail.kept_mail")
    return Notice(t("notice.kept"), href=link, link_words=t("notice.kept.link"))


def something_stands_still() -> Notice | None:
    """Return the alarm of the periodic work or of the letters that wait, or nothing."""
    if not current_user.is_authenticated:
        return None
    stale = current_app.extensions["dsar.config"].scheduler.stale_minutes
    words = words_of(health(utcnow(), stale))
    return Notice(words, tone="bad") if words else None


def a_breach_is_reported() -> Notice | None:
    """Return word of unread reports of suspected breaches, to those who may read them."""
    if not current_user.is_authenticated:
        return None
    houses = organisations_of(current_user, Permission.READ_BREACH_REPORTS)
    unread = unread_reports([house.id for house in houses]) if houses else []
    if not unread:
        return None
    link = url_for("staff.breach_list", organisation=unread[0][0])
    words = t("breach.unread", n=sum(count for _, count in unread))
    return Notice(words, tone="bad", href=link, link_words=t("breach.unread.link"))


def words_of(found: Health) -> str | None:
    """Return what to say of the machinery, or None when all is well."""
    if found.never_ran:
        return t("notice.silent.never")
    if found.silent_since is not None:
        return t("notice.silent", since=found.silent_since)
    if found.queue_since is not None:
        return t("notice.queue", n=found.waiting, since=found.queue_since)
    return None
