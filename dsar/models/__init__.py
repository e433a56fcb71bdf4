"""Every table, imported here so that one import registers them all."""

from dsar.models.api_key import ApiKey
from dsar.models.assessment import Assessment
from dsar.models.base import db, new_id
from dsar.models.breach_report import BreachReport
from dsar.models.budget import Budget
from dsar.models.case import Case
from dsar.models.case_counter import CaseCounter
from dsar.models.case_event import CaseEvent
from dsar.models.case_link import CaseLink
from dsar.models.case_person import CasePerson
from dsar.models.clock_notice import ClockNotice
from dsar.models.data_system import DataSystem
from dsar.models.decision import Decision
from dsar.models.delivery import Delivery
from dsar.models.draft import Draft
from dsar.models.erasure_mark import ErasureMark
from dsar.models.event_head import EventHead
from dsar.models.finding import Finding
from dsar.models.forwarding import Forwarding
from dsar.models.heartbeat import Heartbeat
from dsar.models.hold import Hold
from dsar.models.identity_check import IdentityCheck
from dsar.models.lease import Lease
from dsar.models.look_up import LookUp
from dsar.models.mailed_code import MailedCode
from dsar.models.measure import Measure
from dsar.models.membership import Membership
from dsar.models.message import Message
from dsar.models.name_token import NameToken
from dsar.models.one_time_link import OneTimeLink
from dsar.models.organisation import Organisation
from dsar.models.outbox_message import OutboxMessage
from dsar.models.package import Package
from dsar.models.portal_session import PortalSession
from dsar.models.recipient_notice import RecipientNotice
from dsar.models.recovery_code import RecoveryCode
from dsar.models.refusal import Refusal
from dsar.models.reminder import Reminder
from dsar.models.requested_right import RequestedRight
from dsar.models.site import Site
from dsar.models.staff import Staff
from dsar.models.staff_session import StaffSession
from dsar.models.stored_file import StoredFile
from dsar.models.suppression import Suppression
from dsar.models.task import Task
from dsar.models.transfer import Transfer

__all__ = [
    "ApiKey",
    "Assessment",
    "BreachReport",
    "Budget",
    "Case",
    "CaseCounter",
    "CaseEvent",
    "CaseLink",
    "CasePerson",
    "ClockNotice",
    "DataSystem",
    "Decision",
    "Delivery",
    "Draft",
    "ErasureMark",
    "EventHead",
    "Finding",
    "Forwarding",
    "Heartbeat",
    "Hold",
    "IdentityCheck",
    "Lease",
    "LookUp",
    "MailedCode",
    "Measure",
    "Membership",
    "Message",
    "NameToken",
    "OneTimeLink",
    "Organisation",
    "OutboxMessage",
    "Package",
    "PortalSession",
    "RecipientNotice",
    "RecoveryCode",
    "Refusal",
    "Reminder",
    "RequestedRight",
    "Site",
    "Staff",
    "StaffSession",
    "StoredFile",
    "Suppression",
    "Task",
    "Transfer",
    "db",
    "new_id",
]
