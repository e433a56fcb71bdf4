"""What staff may do: the permissions, and the roles of one organisation that hold them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing that a route may ask for."""

    SEE_TODAY = "see_today"
    VIEW_CASES = "view_cases"
    WORK_CASES = "work_cases"
    REGISTER_CASES = "register_cases"
    ASSIGN_CASES = "assign_cases"
    DECIDE_IDENTITY = "decide_identity"
    MOVE_DEADLINES = "move_deadlines"
    APPROVE_RELEASE = "approve_release"
    CLOSE_CASES = "close_cases"
    SET_HOLDS = "set_holds"
    ANSWER_TASKS = "answer_tasks"
    VIEW_LOG = "view_log"
    READ_KEPT_MAIL = "read_kept_mail"
    VIEW_REPORTS = "view_reports"
    READ_BREACH_REPORTS = "read_breach_reports"
    MANAGE_ORGANISATION = "manage_organisation"
    MANAGE_STAFF = "manage_staff"
    #: No role holds it: only the administrator of the installation does.
    MANAGE_INSTALLATION = "manage_installation"


class Role(StrEnum):
    """What a member of staff is in one organisation; a small house gives one person several."""

    HANDLER = "handler"
    APPROVER = "approver"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMIN = "admin"
    SYSTEM_OWNER = "system_owner"
    AUDITOR = "auditor"


P = Permission

_HANDLER: Final = frozenset(
    {
        P.SEE_TODAY,
        P.VIEW_CASES,
        P.WORK_CASES,
        P.REGISTER_CASES,
        P.ASSIGN_CASES,
        P.DECIDE_IDENTITY,
        P.MOVE_DEADLINES,
        P.CLOSE_CASES,
        P.ANSWER_TASKS,
        P.VIEW_LOG,
    }
)

#: Least privilege: setting up does not open a case, and reading the log does not change it.
GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.HANDLER: _HANDLER,
    Role.APPROVER: _HANDLER | {P.APPROVE_RELEASE},
    Role.DATA_PROTECTION_OFFICER: _HANDLER
    | {P.APPROVE_RELEASE, P.VIEW_REPORTS, P.READ_KEPT_MAIL, P.MANAGE_ORGANISATION}
    | {P.READ_BREACH_REPORTS, P.SET_HOLDS},
    Role.ADMIN: frozenset(
        {
            P.SEE_TODAY,
            P.MANAGE_ORGANISATION,
            P.MANAGE_STAFF,
            P.READ_KEPT_MAIL,
            P.VIEW_REPORTS,
            P.READ_BREACH_REPORTS,
            P.SET_HOLDS,
        }
    ),
    Role.SYSTEM_OWNER: frozenset({P.SEE_TODAY, P.ANSWER_TASKS}),
    Role.AUDITOR: frozenset({P.SEE_TODAY, P.VIEW_CASES, P.VIEW_LOG, P.VIEW_REPORTS}),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return all that these roles of one organisation hold; unknown roles hold nothing."""
    known = (GRANTS[Role(role)] for role in roles if role in Role.__members__.values())
    return frozenset().union(*known)


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Return whether one of these roles of one organisation holds the permission."""
    return permission in permissions_of(roles)
