"""Causes: what we found to be behind cases, as a tree of two levels to start with, and which of them weigh most."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from ..errors import N_, SurveyError
from ..forms.definition import Text
from ..tables import Case, Cause

Names = tuple[str, str]

TREE: dict[tuple[str, Names], tuple[tuple[str, Names], ...]] = {
    ("product", ("产品", "Product")): (
        ("quality", ("质量缺陷", "Defect")),
        ("fit", ("与描述或预期不符", "Not as described or expected")),
        ("function", ("功能缺失或难用", "Missing or awkward function")),
    ),
    ("delivery", ("交付", "Delivery")): (
        ("late", ("延误", "Late")),
        ("damaged", ("破损、少发、错发", "Damaged, incomplete or wrong")),
        ("informing", ("进度未告知", "No progress updates")),
    ),
    ("price", ("价格", "Price")): (
        ("level", ("价格偏高", "Too expensive")),
        ("change", ("价格变动或优惠不一致", "Price changes or unequal offers")),
        ("billing", ("计费、发票有误", "Billing or invoice wrong")),
    ),
    ("people", ("人员", "People")): (
        ("attitude", ("态度", "Manner")),
        ("skill", ("知识或技能不足", "Lack of knowledge or skill")),
        ("staffing", ("人手不足", "Too few people")),
    ),
    ("process", ("流程", "Process")): (
        ("slow", ("响应或处理慢", "Slow response or handling")),
        ("handover", ("交接遗漏", "Lost in a hand-over")),
        ("rules", ("规则僵化或不合理", "Rigid or unreasonable rules")),
    ),
    ("system", ("系统", "System")): (
        ("outage", ("故障、卡顿", "Outage or slowness")),
        ("data", ("数据错误", "Wrong data")),
        ("usability", ("操作复杂", "Hard to use")),
    ),
    ("information", ("信息", "Information")): (
        ("missing", ("说明缺失", "Explanation missing")),
        ("wrong", ("说明有误或承诺过度", "Wrong explanation or too much promised")),
    ),
    ("external", ("外部", "External")): (
        ("supplier", ("供应商、承运商", "Supplier or carrier")),
        ("event", ("天气、政策等", "Weather, regulation and the like")),
        ("customer", ("客户方原因", "On the customer's side")),
    ),
    ("unclear", ("尚不清楚", "Not clear yet")): (),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a Pareto figure. `share` and `cumulative` are percentages of the cases that have a cause."""

    cause: Cause
    path: list[Text]
    cases: int
    open_cases: int
    share: float
    cumulative: float


def seed_causes(session: Session) -> None:
    """Put in the default tree where it is not there yet; what people changed stays."""
    known = {cause.code: cause for cause in session.exec(select(Cause))}
    for (code, (zh, en)), children in TREE.items():
        parent = known.get(code) or _add(session, code, {"zh": zh, "en": en}, None)
        for child, (child_zh, child_en) in children:
            if f"{code}.{child}" not in known:
                _add(session, f"{code}.{child}", {"zh": child_zh, "en": child_en}, parent.id)


def _add(session: Session, code: str, name: Text, parent_id: int | None) -> Cause:
    cause = Cause(code=code, name=name, parent_id=parent_id)
    session.add(cause)
    session.flush()
    return cause


def add_cause(session: Session, parent_id: int | None, zh: str, en: str = "") -> Cause:
    """A cause of the house's own, below another one or at the top."""
    if not (zh.strip() or en.strip()):
        raise SurveyError("cause-name", N_("The cause has no name."), N_("Give it a short name."))
    parent = session.get(Cause, parent_id) if parent_id is not None else None
    if parent is not None and parent.parent_id is not None:
        grandparent = session.get(Cause, parent.parent_id)
        if grandparent is not None and grandparent.parent_id is not None:
            raise SurveyError("cause-deep", N_("The tree of causes has three levels."), N_("Add it one level higher."))
    number = session.exec(select(func.max(Cause.id))).one() or 0
    name = {language: text.strip() for language, text in (("zh", zh), ("en", en)) if text.strip()}
    prefix = f"{parent.code}." if parent else ""
    return _add(session, f"{prefix}own{number + 1}", name, parent.id if parent else None)


def tree(session: Session) -> list[tuple[int, Cause]]:
    """All causes with their depth, each after its parent."""
    causes = list(session.exec(select(Cause).order_by(col(Cause.id))))
    out: list[tuple[int, Cause]] = []

    def below(parent_id: int | None, depth: int) -> None:
        for cause in causes:
            if cause.parent_id == parent_id:
                out.append((depth, cause))
                below(cause.id, depth + 1)

    below(None, 0)
    return out


def paths(session: Session) -> dict[int, list[Text]]:
    """The names from the top to each cause."""
    causes = {cause.id: cause for cause in session.exec(select(Cause))}

    def path(cause: Cause) -> list[Text]:
        parent = causes.get(cause.parent_id) if cause.parent_id is not None else None
        return [*(path(parent) if parent else []), cause.name]

    return {cause.id: path(cause) for cause in causes.values() if cause.id is not None}


def pareto(session: Session, *, survey_id: int | None = None, since: datetime | None = None) -> list[Bar]:
    """The causes of cases, the heaviest first, with what they make together."""
    wanted = select(Case.cause_id, Case.state).where(col(Case.cause_id).is_not(None))
    if survey_id is not None:
        wanted = wanted.where(Case.survey_id == survey_id)
    if since is not None:
        wanted = wanted.where(Case.opened_at >= since)
    rows = list(session.exec(wanted))
    counts = Counter(cause_id for cause_id, _ in rows)
    unsolved = Counter(cause_id for cause_id, state in rows if state not in ("resolved", "closed"))
    causes = {cause.id: cause for cause in session.exec(select(Cause))}
    names, total, done, bars = paths(session), len(rows), 0, []
    for cause_id, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or 0)):
        done += count
        share, cumulative = 100 * count / total, 100 * done / total
        name = names[cause_id or 0]
        bars.append(Bar(causes[cause_id], name, count, unsolved[cause_id], share, cumulative))
    return bars
