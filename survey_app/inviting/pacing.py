"""Pacing: how many messages may go now, read off the ledger, so that a restart forgets nothing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from .. import clock
from ..tables import Campaign, CampaignStep, Message

WINDOWS = ((60, 1.0), (6, 0.1))
"""Seconds and the share of a minute's messages that may go in them: the short one keeps bursts apart."""


def allowance(session: Session, campaign: Campaign, timezone: str) -> int:
    """How many more messages of a campaign may be handed over now."""
    if not is_in_window(campaign, timezone):
        return 0
    steps = select(CampaignStep.id).where(CampaignStep.campaign_id == campaign.id)
    mine = col(Message.step_id).in_(steps)
    on_the_way = session.exec(
        select(func.count()).select_from(Message).where(mine, col(Message.state).in_(("claimed", "sending")))
    ).one()
    now, free = clock.now(), campaign.per_minute
    for seconds, share in WINDOWS:
        since = now - timedelta(seconds=seconds)
        gone = session.exec(select(func.count()).select_from(Message).where(mine, col(Message.sent_at) > since)).one()
        free = min(free, max(1, round(campaign.per_minute * share)) - gone - on_the_way)
    return max(0, free)


def is_in_window(campaign: Campaign, timezone: str) -> bool:
    """Whether it is an hour of the day at which this campaign may write to people."""
    return campaign.window_start <= clock.now().astimezone(ZoneInfo(timezone)).hour < campaign.window_end
