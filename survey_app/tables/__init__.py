"""All tables by subject, no behaviour: what happens to a row is in the stages."""

from .accounts import ApiKey, AuditEntry, Login, SetupLink, User
from .collecting import Call, CallAttempt, Change, Due, Quota, Reservation, Response, ResponseEdit, Trace
from .customers import Customer, Suppression
from .dashboards import Dashboard, DashboardLink
from .improving import Action, ActionCase, Case, CaseEvent, CaseNote, Cause, Notice, Verification, Why
from .inviting import Campaign, CampaignStep, Click, Invitation, Message, OutboxMail
from .scoring import Judgement, Label, ModelCheck, ModelUse, ModelVersion, Opinion
from .settings import Cut, Progress, Setting
from .surveys import Event, Survey, Version
from .tags import Tag

__all__ = [
    "Action", "ActionCase", "ApiKey", "AuditEntry", "Call", "CallAttempt", "Campaign", "CampaignStep", "Case",
    "CaseEvent", "CaseNote", "Cause", "Change", "Click", "Customer", "Cut", "Dashboard", "DashboardLink", "Due",
    "Event", "Invitation", "Judgement", "Label", "Login", "Message", "ModelCheck", "ModelUse", "ModelVersion", "Notice",
    "Opinion", "OutboxMail", "Progress", "Quota", "Reservation", "Response", "ResponseEdit", "Setting", "SetupLink",
    "Suppression", "Survey", "Tag", "Trace", "User", "Verification", "Version", "Why",
]  # fmt: skip
