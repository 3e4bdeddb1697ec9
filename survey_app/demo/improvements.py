"""The demo's improvement actions: one proven, one without effect, one with too few answers, two still ahead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from .. import clock, improving
from ..improving import actions as book
from ..improving import measuring, telling
from ..improving.criteria import Criterion, criterion
from ..improving.judging import EFFECTIVE
from ..store.database import reading, writing
from ..tables import Action, Case, Cause, Due
from . import story
from .progress import Demo
from .times import ZONE

LINKED = 12


@dataclass(frozen=True, slots=True)
class Target:
    """What counts as success: a metric on a cut, in days before now."""

    survey: str
    metric: str
    query: str
    baseline: tuple[int, int]
    change: float
    min_n: int
    verify_days: int


@dataclass(frozen=True, slots=True)
class Improvement:
    """One action, told in days before now."""

    key: str
    title: str
    plan: str
    cause: str
    owner: str
    whys: tuple[str, ...]
    created: int
    target: Target | None = None
    started: int | None = None
    implemented: int | None = None


IMPROVEMENTS = (
    Improvement(
        "warehouses",
        "区域仓就近发货与延迟通知",
        "启用华东、华南两座区域仓，线上订单就近发货；预计延迟超过 12 小时的订单，自动短信告知新的送达时间。",
        "delivery.late",
        "analyst",
        (
            "线上订单普遍晚到，客户催单增多。",
            "主仓搬迁期间出库能力只有平时的六成。",
            "全部线上订单只从一座主仓发出，没有替代。",
            "仓网按成本规划，没有把时效和风险算进去。",
            "时效不在供应链的考核指标里。",
        ),
        created=236,
        target=Target("delivery", "nps", f"segment={story.ONLINE}", (225, 185), 15, 100, 60),
        started=215,
        implemented=story.FIXED,
    ),
    Improvement(
        "app",
        "下单流程由五步减为三步",
        "合并地址与发票页，默认带出上次的选择；上线前后比较收货调查的推荐意愿。",
        "system.usability",
        "analyst",
        ("客户反映下单页面难找。", "一次下单要经过五个页面。", "发票和地址每次都要重新填。"),
        created=170,
        target=Target("delivery", "nps", "", (story.FIXED - 2, story.APP_CHANGED + 1), 15, 200, 90),
        started=160,
        implemented=story.APP_CHANGED,
    ),
    Improvement(
        "prices",
        "门店购买 30 天自动保价",
        "门店订单在 30 天内线上降价的，差价自动退回会员账户，不再需要客户申请。",
        "price.change",
        "owner",
        (
            "门店客户发现线上更便宜。",
            "线上活动价不同步到门店。",
            "保价要客户自己拿小票申请。",
            "门店系统与会员账户没有打通。",
        ),
        created=140,
        target=Target("relationship", "nps", f"segment={story.SHOPS}", (220, story.PRICES_KEPT + 1), 10, 110, 60),
        started=120,
        implemented=story.PRICES_KEPT,
    ),
    Improvement(
        "appointments",
        "安装预约精确到两小时",
        "派单系统按路程排程，工程师出发时自动通知客户，迟到提前电话告知；先在华东试行。",
        "people.staffing",
        "field",
        ("客户抱怨安装师傅迟到。", "一天的工单只约定上午或下午。", "派单不考虑路程时间。"),
        created=24,
        target=Target("aftersales", "csat", "", (100, 20), 4, 150, 60),
        started=12,
    ),
    Improvement(
        "hours",
        "人工客服延长到 23 点",
        "晚间咨询量占全天三成，计划增设晚班，先试行一个月。",
        "people.staffing",
        "care1",
        ("晚上咨询要等到第二天。", "人工客服 20 点下班。"),
        created=9,
    ),
)


def make(demo: Demo) -> None:
    """Each action in one transaction; verified afterwards by the same code and on the day its criterion named."""
    with reading(demo.engine) as session:
        causes = {cause.code: int(cause.id or 0) for cause in session.exec(select(Cause))}
    ids = dict(demo.marks.get("actions", {}))
    for planned in IMPROVEMENTS:
        if planned.key not in ids:
            wanted = criterion(_criterion(demo, planned.target)) if planned.target else None
            answers = _baseline_n(demo, wanted) if wanted else 0
            with writing(demo.engine) as session:
                ids[planned.key] = _plan(session, demo, planned, causes[planned.cause], wanted, answers)
                demo.mark(session, actions=ids)
    for planned in IMPROVEMENTS:
        _verify(demo, planned, ids[planned.key])


def _baseline_n(demo: Demo, wanted: Criterion) -> int:
    since, until = wanted.baseline_from, wanted.baseline_to
    return measuring.measure(demo.engine, demo.config.columns, wanted, since, until).estimate.n


def _plan(
    session: Session, demo: Demo, planned: Improvement, cause_id: int, wanted: Criterion | None, baseline_n: int
) -> int:
    """The action through its stations, each at its time."""
    users, at = demo.ids("users"), _clock(demo)
    with clock.at(at(planned.created)):
        action = improving.create_action(
            session, planned.title, plan=planned.plan, cause_id=cause_id, owner_id=users[planned.owner],
            due_on=_day(demo, (planned.implemented or -21) + 3), user_id=users["analyst"],
        )  # fmt: skip
        book.set_whys(session, action, planned.whys)
        if wanted and baseline_n:
            improving.fix_criterion(session, action, wanted, baseline_n=baseline_n)
    # A small demo may have no answers to compare with: then the work has not begun.
    if planned.started is not None and action.criterion:
        with clock.at(at(planned.started)):
            book.start(session, action)
    if planned.implemented is not None and action.criterion:
        with clock.at(at(planned.implemented)):
            improving.implement(session, action)
        # The worker must not check again today what is checked here on its own day.
        mine = (col(Due.kind) == "verify", col(Due.subject) == action.id)
        session.execute(update(Due).where(*mine).values(done_at=action.verify_at))
    until = at(planned.implemented or 0)
    with clock.at(until):
        book.link(session, action, _cases(session, cause_id, until), user_id=users["analyst"])
    assert action.id is not None
    return action.id


def _clock(demo: Demo) -> Callable[[float], Any]:
    return lambda days: story.days_before(demo.now, days)


def _day(demo: Demo, days: int) -> date:
    return (demo.now.astimezone(ZONE) - timedelta(days=days)).date()


def _criterion(demo: Demo, target: Target) -> dict[str, Any]:
    first, last = target.baseline
    return {
        "survey_id": demo.ids("surveys")[target.survey], "metric": target.metric, "query": target.query,
        "baseline_from": _day(demo, first).isoformat(), "baseline_to": _day(demo, last).isoformat(),
        "change": target.change, "min_n": max(30, min(target.min_n, demo.size(target.min_n))),
        "verify_days": target.verify_days,
    }  # fmt: skip


def _cases(session: Session, cause_id: int, until: datetime) -> list[int]:
    """The latest cases with this cause at that time."""
    wanted = select(Case.id).where(Case.cause_id == cause_id, Case.opened_at < until)
    wanted = wanted.order_by(col(Case.opened_at).desc()).limit(LINKED)
    return [int(row_id) for row_id in session.exec(wanted) if row_id is not None]


def _verify(demo: Demo, planned: Improvement, action_id: int) -> None:
    """On the day the criterion named, as the worker would have."""
    with reading(demo.engine) as session:
        action = session.get_one(Action, action_id)
    if action.state != "implemented" or action.verify_at is None or action.verify_at > demo.now:
        return
    with clock.at(action.verify_at + timedelta(hours=6)):
        made = improving.verify(demo.engine, demo.config.columns, action_id)
    if made.verdict == EFFECTIVE:
        with clock.at(min(demo.now, action.verify_at + timedelta(days=2))):
            _tell(demo, action_id)


def _tell(demo: Demo, action_id: int) -> None:
    """What has been shown to help is told to those who had complained; some have yet to be called."""
    users = demo.ids("users")
    with writing(demo.engine) as session:
        action = book.find(session, action_id)
        known = [int(row.customer.id or 0) for row in telling.audience(session, action)]
        told = known[: round(len(known) * 0.75)]
        if told:
            telling.tell(session, action, told, "phone", user_id=users["care1"])
