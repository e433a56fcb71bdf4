"""What each role may do, and that nobody holds more by accident."""

import pytest

from dsar.domain.roles import GRANTS, Permission, Role, may, permissions_of


class TestRoles:
    @pytest.mark.parametrize("role", Role)
    def test_every_role_is_granted_something(self, role):
        assert GRANTS[role]

    @pytest.mark.parametrize("role", ["", "owner", "ADMIN"])
    def test_an_unknown_role_holds_nothing(self, role):
        assert permissions_of([role]) == frozenset()

    def test_several_roles_hold_the_sum(self):
        both = permissions_of(["admin", "auditor"])
        assert both == GRANTS[Role.ADMIN] | GRANTS[Role.AUDITOR]

    def test_no_role_holds_the_installation(self):
        assert not any(Permission.MANAGE_INSTALLATION in held for held in GRANTS.values())

    def test_every_other_permission_is_held_by_some_role(self):
        held = frozenset().union(*GRANTS.values())
        assert held == frozenset(Permission) - {Permission.MANAGE_INSTALLATION}


class TestLeastPrivilege:
    def test_setting_up_does_not_open_a_case(self):
        assert not may(["admin"], Permission.VIEW_CASES)

    def test_a_handler_does_not_approve(self):
        assert not may(["handler"], Permission.APPROVE_RELEASE)
        assert may(["approver"], Permission.APPROVE_RELEASE)

    def test_a_system_owner_sees_no_case(self):
        assert permissions_of(["system_owner"]) == {
            Permission.SEE_TODAY,
            Permission.ANSWER_TASKS,
        }

    def test_an_auditor_changes_nothing(self):
        changing = {p for p in Permission if p.split("_")[0] not in {"see", "view"}}
        assert permissions_of(["auditor"]) & changing == set()
