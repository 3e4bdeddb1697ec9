"""The audit log in words: what an entry's action says, what it was done to, and where that can be seen."""

from typing import Any

from flask import url_for

from ..errors import N_
from ..improving.actions import STATES
from ..tables import AuditEntry
from .access import ROLES

ACTIONS = {
    "account.refused": N_("Refused a sign-in"), "account.set_up": N_("Set up an account"),
    "account.signed_in": N_("Signed in"), "account.signed_out_elsewhere": N_("Ended other sessions"),
    "account.password_changed": N_("Changed the own password"),
    "user.invited": N_("Invited a user"), "user.link_made": N_("Made a link for a user"),
    "user.changed": N_("Changed a user"), "settings.mail": N_("Changed the mail settings"),
    "settings.company": N_("Changed the company's details"),
    "key.made": N_("Made a key for a program"), "key.revoked": N_("Revoked a key of a program"),
    "survey.created": N_("Made a survey"), "survey.imported": N_("Made a survey from a file"),
    "calls.added": N_("Put customers on a call list"), "calls.script": N_("Changed what interviewers say"),
    "survey.published": N_("Published a version"), "survey.settings": N_("Changed a survey's settings"),
    "survey.embedding": N_("Changed where a survey is embedded"),
    "survey.protection": N_("Changed what a survey looks at in who answers"),
    "survey.limits": N_("Changed when and how many may answer"),
    "survey.open": N_("Opened a survey for answers"), "survey.close": N_("Stopped taking answers"),
    "survey.archive": N_("Put a survey into the archive"), "survey.restore": N_("Brought a survey back"),
    "responses.imported": N_("Imported responses"), "responses.import_undone": N_("Undid an import of responses"),
    "response.invalidated": N_("Took a response out of the figures"),
    "response.edited": N_("Changed the answers of a response"),
    "response.restored": N_("Put a response back into the figures"),
    "opinion.corrected": N_("Corrected an opinion"),
    "model.taught": N_("Had a model taught"), "model.used": N_("Changed the model"),
    "export.responses": N_("Exported responses"), "export.opinions": N_("Exported opinions"),
    "cut.saved": N_("Saved a filter"), "cut.deleted": N_("Deleted a filter"),
    "dashboard.made": N_("Made a dashboard"), "dashboard.changed": N_("Changed a dashboard"),
    "dashboard.deleted": N_("Deleted a dashboard"),
    "dashboard.shared": N_("Shared a dashboard by a link"), "dashboard.unshared": N_("Took back a link to a dashboard"),
    "event.added": N_("Marked an event"), "event.removed": N_("Removed an event"),
    "customer.changed": N_("Changed a customer"), "customer.erased": N_("Erased a customer"),
    "customer.block": N_("Stopped messages to a customer"), "customer.allow": N_("Allowed messages to a customer"),
    "customers.imported": N_("Imported customers"), "customers.exported": N_("Exported customers"),
    "link.made": N_("Made a personal link"), "links.downloaded": N_("Downloaded personal links"),
    "campaign.made": N_("Made a campaign"), "campaign.changed": N_("Changed a campaign"),
    "campaign.start": N_("Started a campaign"), "campaign.pause": N_("Paused a campaign"),
    "campaign.resume": N_("Resumed a campaign"), "campaign.cancel": N_("Cancelled a campaign"),
    "campaign.settled": N_("Settled unclear messages"),
    "case_policy.changed": N_("Changed the case rules"), "cases.exported": N_("Exported cases"),
    "case.take": N_("Took a case"), "case.assign": N_("Assigned a case"), "case.assigned": N_("Assigned several cases"),
    "case.note": N_("Wrote a note on a case"), "case.contact": N_("Wrote down a contact"),
    "case.wait": N_("Waits for the customer of a case"), "case.resume": N_("Went on with a case"),
    "case.severity": N_("Changed the severity of a case"), "case.cause": N_("Changed the cause of a case"),
    "case.resolve": N_("Resolved a case"), "case.close": N_("Closed a case"), "case.reopen": N_("Reopened a case"),
    "case.link": N_("Linked a case to an action"),
    "action.edit": N_("Changed the plan of an action"), "action.whys": N_("Asked why for an action"),
    "action.link": N_("Linked cases to an action"), "action.unlink": N_("Took a case off an action"),
    "action.tell": N_("Noted which customers were told"), "action.mail": N_("Mailed customers what was done"),
    "action.start": N_("Began the work on an action"), "action.criterion": N_("Fixed the criterion of an action"),
    "action.implement": N_("Implemented an action"), "action.again": N_("Waited for more answers on an action"),
    "action.cancel": N_("Cancelled an action"),
    "cause.added": N_("Added a cause"), "action.planned": N_("Planned an action"),
    "action.verified": N_("Verified an action"), "actions.exported": N_("Exported actions"),
}  # fmt: skip

COMMAND_LINE = N_("command line")
"""Who did what no signed-in person did, as an entry's `by` says it."""

SUBJECTS = {
    "survey": (N_("Survey"), "surveys.show", "survey_id"),
    "campaign": (N_("Campaign"), "campaigns.show", "campaign_id"),
    "customer": (N_("Customer"), "customers.show", "customer_id"),
    "case": (N_("Case"), "cases.show", "case_id"),
    "action": (N_("Action"), "actions.show", "action_id"),
    "response": (N_("Response"), "responses.show", "response_id"),
    "user": (N_("User"), "users.index", ""),
    "cut": (N_("Filter"), "", ""),
    "dashboard": (N_("Dashboard"), "dashboards.show", "dashboard_id"),
    "event": (N_("Event"), "", ""),
    "cause": (N_("Cause"), "", ""),
    "opinion": (N_("Opinion"), "", ""),
    "model": (N_("Model"), "models.show", ""),
    "setting": (N_("Settings"), "settings.index", ""),
    "key": (N_("Key"), "api_keys.index", ""),
}
"""What an entry can be about: its name, and the page that shows it."""

DETAILS = {
    "version": N_("Version"), "kind": N_("File"), "n": N_("Number"), "count": N_("Number"), "created": N_("New"),
    "updated": N_("Updated"), "role": N_("Role"), "host": N_("Server"), "verdict": N_("Verdict"),
    "until": N_("Until"),
}  # fmt: skip
"""Details that tell a reader something; the others are there for whoever reads the table itself."""


def action_words(action: str) -> str:
    """The message id of an action."""
    return ACTIONS.get(action, action)


def actor(entry: AuditEntry) -> str:
    """Who did what no signed-in person did: the message id, or the name of the key that a program used."""
    return COMMAND_LINE if entry.data.get("by") == COMMAND_LINE else str(entry.data.get("key", ""))


def subject_words(entry: AuditEntry) -> tuple[str, str]:
    """(message id, address) of what the entry is about; the address is empty where there is no page of it."""
    name, endpoint, key = SUBJECTS.get(entry.subject, (entry.subject, "", ""))
    if not endpoint or (key and entry.subject_id is None):
        return name, ""
    values: dict[str, Any] = {key: entry.subject_id} if key else {}
    return name, url_for(endpoint, **values)


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """(message id, message id or value) of the details worth reading."""
    found = [(DETAILS[key], str(value)) for key, value in entry.data.items() if key in DETAILS]
    words = {**{role: label for role, (label, _may) in ROLES.items()}, **STATES}
    return [(name, words.get(value, value)) for name, value in found if value not in ("", "None")]
