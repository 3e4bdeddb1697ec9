"""The pages of the loop as people use them: taking, rules and hours, choosing a criterion, proving, telling, tables."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, improving
from survey_app.config import Config
from survey_app.improving import actions, casebook, cases, policy, verifying
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Case, Cause, Notice, Survey
from tests import make

AsRole = Callable[[str], Any]
PIPED: dict[str, Any] = {
    "title": {"zh": "回访"}, "languages": ["zh"],
    "pages": [
        {"items": [{"key": "nps", "type": "nps", "text": {"zh": "您有多大可能推荐我们？"}}]},
        {"items": [{"key": "why", "type": "long_text", "text": {"zh": "{{attr.name}}，您打了 {{nps}} 分，为什么？"}}]},
    ],
}  # fmt: skip
RULES = {
    "on": ["low_nps"], "contact_hours": "4", "urgent_contact_hours": "1", "resolve_hours": "40",
    "urgent_resolve_hours": "16", "close_after_days": "7", "oldest_days": "14", "valued_tiers": "VIP",
    "valued_from": "5000", "counts": "working", "work_day": ["0", "1", "2", "3", "4"], "work_from": "09:00",
    "work_to": "18:00", "work_rest": "12:00", "work_again": "13:30", "days_off": "2026-10-01 ~ 2026-10-07 国庆节",
    "extra_days": "2026-10-10 调休", "assign": "turn",
}  # fmt: skip


@pytest.fixture
def survey(engine: Engine) -> Survey:
    return make.survey(engine)


def open_case(engine: Engine, survey: Survey, *, name: str = "李明", score: int = 3, why: str = "没人回复") -> Case:
    customer = make.customer(engine, name=name)
    response = make.response(engine, survey, answers={"nps": score, "why": why}, customer_id=customer.id)
    with writing(engine) as session:
        improving.seed_causes(session)
        found = improving.open_cases_for(session, response.id or 0)
    assert found is not None
    return found


def cause_id(engine: Engine, code: str) -> int:
    with reading(engine) as session:
        return session.exec(select(Cause.id).where(Cause.code == code)).one() or 0


# -- cases ----------------------------------------------------------------
def test_questions_are_shown_with_the_answers_in_them(client: Any, engine: Engine) -> None:
    case = open_case(engine, make.survey(engine, definition=PIPED), name="王芳", score=2)
    page = client.get(f"/cases/{case.id}").text
    assert "王芳，您打了 2 分，为什么？" in page and "{{" not in page


def test_the_next_case_is_taken_from_the_list(as_role: AsRole, engine: Engine, survey: Survey) -> None:
    open_case(engine, survey, name="甲", score=5)
    pressing = open_case(engine, survey, name="乙", score=0)
    worker = as_role("case_worker")
    assert "领取下一个工单" in worker.get("/cases").text
    taken = worker.post_form("/cases/next", page="/cases")
    assert taken.headers["Location"].endswith(f"/cases/{pressing.id}")
    worker.post_form("/cases/next", {"at_severity": "urgent"}, page="/cases")
    with reading(engine) as session:
        assert [case.owner_id is None for case in session.exec(select(Case).order_by(Case.id))] == [True, False]  # type: ignore[arg-type]
    assert (
        worker.post_form("/cases/next", {"at_tab": "mine", "at_severity": "urgent"}, page="/cases")
        .headers["Location"]
        .endswith("?tab=mine&severity=urgent")
    )


def test_a_cause_leads_to_its_cases(client: Any, engine: Engine, survey: Survey) -> None:
    case, cause = open_case(engine, survey), cause_id(engine, "process.slow")
    with writing(engine) as session:
        cases.set_cause(session, casebook.find(session, case.id or 0), cause, user_id=None)
    pareto = client.get("/actions").text
    link = re.search(r'href="(/cases\?[^"]*cause=[^"]*)"', pareto)
    assert link and "李明" in client.get(link[1].replace("&amp;", "&")).text
    above = cause_id(engine, "process")
    assert "李明" in client.get(f"/cases?tab=all&cause={above}").text
    assert "李明" not in client.get(f"/cases?tab=all&cause={cause_id(engine, 'price')}").text


def test_the_list_says_when_time_runs_out(client: Any, engine: Engine, config: Config, survey: Survey) -> None:
    case = open_case(engine, survey)
    with clock.at(case.opened_at + timedelta(hours=20)):
        improving.step(engine, config)
    assert "即将超时" in client.get("/cases?tab=open").text
    assert "即将超时" in client.get(f"/cases/{case.id}").text


def test_rules_hours_and_people_are_kept_as_they_were_filled_in(client: Any, engine: Engine, survey: Survey) -> None:
    worker = make.user(engine, role="case_worker", name="小周")
    assert client.post_form("/cases/rules", RULES | {"rule_owner_low_csat": worker.id}).status_code == 302
    with reading(engine) as session:
        kept = policy.load(session)
    assert (kept.work_hours, kept.assign) == (("09:00-12:00", "13:30-18:00"), "turn")
    assert kept.assign_rules == {"low_csat": worker.id} and kept.extra_days == ("2026-10-10 调休",)
    page = client.get("/cases/rules").text
    assert "国庆节" in page and 'value="13:30"' in page and 'value="working" checked' in page
    with clock.at(datetime.fromisoformat("2026-10-09T17:00+08:00")):
        case = open_case(engine, survey, score=5)
    assert case.owner_id == worker.id
    assert case.due_at == datetime.fromisoformat("2026-10-10T12:00+08:00")
    shown = client.get(f"/cases/{case.id}").text
    assert "自动分配：轮到此人" in shown and "09:00–12:00" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"work_day": []}, {"work_from": "", "work_to": "", "work_rest": "", "work_again": ""}, {"work_rest": "08:00"},
        {"days_off": "国庆"}, {"counts": "moon"}, {"assign": "dice"}, {"assign": "fixed", "assign_owner": ""},
        {"assign_to": ["999"]}, {"rule_owner_low_nps": "x"},
    ],
)  # fmt: skip
def test_rules_that_do_not_hold_are_refused_and_what_was_typed_stays(client: Any, wrong: dict[str, Any]) -> None:
    answer = client.post_form("/cases/rules", RULES | {"valued_tiers": "白金卡"} | wrong)
    assert answer.status_code == 400 and 'role="alert"' in answer.text and "白金卡" in answer.text


# -- actions --------------------------------------------------------------
@pytest.fixture
def action(engine: Engine) -> Action:
    with writing(engine) as session:
        return improving.create_action(session, "当天回复")


def answers(engine: Engine, survey: Survey, *, days: range, share: float, segment: str = "") -> None:
    """Six answers on each of the days before now; a share of them are promoters."""
    given = []
    for number, day in enumerate(day for day in days for _ in range(6)):
        score = 10 if (number * 7) % 10 < 10 * share else 2
        given.append({"answers": {"nps": score}, "at": clock.now() - timedelta(days=day), "segment": segment})
    make.responses(engine, survey, given)


def test_the_criterion_is_chosen_with_a_look_at_its_baseline(
    client: Any, engine: Engine, survey: Survey, action: Action
) -> None:
    answers(engine, survey, days=range(5, 45), share=0.5, segment="线上")
    answers(engine, survey, days=range(5, 45), share=0.1, segment="门店")
    home = f"/actions/{action.id}"
    today = clock.today()
    wanted = {
        "metric": f"{survey.id}:nps", "segment": "线上", "change": "20", "min_n": "60", "verify_days": "40",
        "baseline_from": (today - timedelta(50)).isoformat(), "baseline_to": (today - timedelta(1)).isoformat(),
    }  # fmt: skip
    assert "segment" in client.get(f"{home}/criterion").text
    page = client.get(f"{home}/criterion", query_string=wanted).text
    assert 'class="baseline">0.0' in page and "n 240" in page and "客群 线上" in page
    assert "按基线期的速度" in page and page.count("button primary") == 1
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition("decide")[2] or page)
    )
    sent = {name: value for name, value in hidden.items() if name != "csrf_token"}
    assert client.post_form(f"{home}/criterion", sent, page=f"{home}/criterion").status_code == 302
    with reading(engine) as session:
        kept = actions.find(session, action.id or 0).criterion
    assert kept["query"] == "segment=%E7%BA%BF%E4%B8%8A" and kept["change"] == 20
    shown = client.get(home).text
    assert "客群 线上" in shown and "segment=" not in shown
    again = client.get(f"{home}/criterion").text
    assert 'value="线上" checked' in again


def test_days_without_answers_are_no_baseline_and_the_choice_is_kept(
    client: Any, engine: Engine, survey: Survey, action: Action
) -> None:
    answers(engine, survey, days=range(5, 45), share=0.5, segment="线上")
    home, today = f"/actions/{action.id}", clock.today()
    sent = {
        "metric": f"{survey.id}:nps", "query": "segment=线上", "change": "20", "min_n": "60", "verify_days": "40",
        "baseline_from": (today - timedelta(90)).isoformat(), "baseline_to": (today - timedelta(80)).isoformat(),
    }  # fmt: skip
    assert ">开始实施</button>" not in client.get(home).text
    refused = client.post_form(f"{home}/criterion", sent, page=home)
    assert (
        refused.status_code == 400 and "基线期没有任何答卷" in refused.text and 'value="线上" checked' in refused.text
    )
    assert sent["baseline_to"] in refused.text and "确定这个标准" not in refused.text
    with reading(engine) as session:
        assert not actions.find(session, action.id or 0).criterion
    late = client.post_form(f"{home}/start", page=home)
    assert late.status_code == 409 and "还没有判定标准" in late.text


def test_a_customer_was_not_reached_without_a_word(client: Any, engine: Engine, survey: Survey) -> None:
    case = open_case(engine, survey, why="等了两天")
    home = f"/cases/{case.id}"
    empty = client.post_form(f"{home}/contact", {"channel": "wecom", "outcome": "reached", "text": " "}, page=home)
    assert empty.status_code == 400 and "备注是空的" in empty.text and '<option value="wecom" selected' in empty.text
    with reading(engine) as session:
        assert casebook.find(session, case.id or 0).contacted_at is None


@pytest.mark.parametrize(
    "query",
    [
        "metric=1:nps&change=0", "metric=1:nps&baseline_from=x", "metric=9:nothing", "metric=x", "metric=1:nps&min_n=1",
        "metric=1:nps&segment=%00", "metric=1:nps&change=nan", "metric=1:nps&verify_days=1e9",
        "metric=1:nps&baseline_from=2026-05-01&baseline_to=2026-04-01", "metric=1:nps&answer=nps:0-6&aspect=service",
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_said_and_not_offered(
    client: Any, survey: Survey, action: Action, query: str
) -> None:
    page = client.get(f"/actions/{action.id}/criterion?{query}")
    assert page.status_code == 200 and "<h1>" in page.text


def test_a_criterion_is_not_chosen_again_once_the_action_is_implemented(
    client: Any, engine: Engine, survey: Survey, action: Action
) -> None:
    with writing(engine) as session:
        actions.find(session, action.id or 0).state = "implemented"
    assert client.get(f"/actions/{action.id}/criterion").status_code == 302


@pytest.fixture
def proved(engine: Engine, config: Config, survey: Survey) -> Action:
    """An action whose effect has been proved: 10 % promoters before, 90 % after."""
    answers(engine, survey, days=range(40, 70), share=0.1)
    answers(engine, survey, days=range(2, 30), share=0.9)
    case = open_case(engine, survey, why="等了两天")
    change, today = clock.now() - timedelta(days=35), clock.today()
    with writing(engine) as session, clock.at(change):
        made = improving.create_action(session, "=当天回复", plan="加一个班次", case_ids=[case.id or 0])
        actions.set_whys(session, made, ["没人看留言", "没有提醒"])
        improving.fix_criterion(
            session, made,
            {"survey_id": survey.id, "metric": "nps", "change": 20, "min_n": 60, "verify_days": 34,
             "baseline_from": today - timedelta(72), "baseline_to": today - timedelta(37)},
            baseline_n=1,
        )  # fmt: skip
        improving.implement(session, made)
    improving.step(engine, config)
    with reading(engine) as session:
        return actions.find(session, made.id or 0)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "reaches the target of +20.0 points"), ("zh", "达到了 +20.0 分的目标")]
)
def test_the_report_says_in_one_sentence_what_was_proved(
    client: Any, as_role: AsRole, proved: Action, language: str, words: str
) -> None:
    assert proved.state == "effective"
    for page in (
        client.get(f"/actions/{proved.id}?lang={language}"),
        client.get(f"/actions/{proved.id}/report?lang={language}"),
    ):
        assert words in page.text and '<svg class="dots"' in page.text
    report = as_role("viewer").get(f"/actions/{proved.id}/report?lang={language}")
    assert report.status_code == 200 and "没人看留言" in report.text and "李明" not in report.text


def test_what_speaks_against_an_effect_stands_beside_it(client: Any, engine: Engine, proved: Action) -> None:
    found = [
        {"kind": "dip", "baseline": -80.0, "usual": 20.5, "days": 365, "change": 59.5, "low": 40.0, "high": 79.0},
        {"kind": "trend", "slope": 6.25, "since": "2026-01-02", "until": "2026-02-28"},
    ]
    with writing(engine) as session:
        [check] = verifying.checks(session, proved.id or 0)
        check.difference = {**check.difference, "cautions": found}
        session.add(check)
    dip = "lies unusually low: −80.0, against 20.5 in the 365 days before it"
    for page in (f"/actions/{proved.id}", f"/actions/{proved.id}/report"):
        text = client.get(f"{page}?lang=en").text
        assert dip in text and "the change since is +59.5 points (+40.0 points to +79.0 points)" in text
        assert "by +6.2 points in 30 days, from 2 Jan 2026 to 28 Feb 2026" in text and "Going on" not in text
    assert "此前 365 天为 20.5" in client.get(f"/actions/{proved.id}?lang=zh").text
    [row] = sheet(client, "/actions/tracking.xlsx?lang=en")
    assert dip in row["To be kept in mind"]


def test_the_choice_of_a_baseline_warns_of_a_trough(
    client: Any, engine: Engine, survey: Survey, action: Action
) -> None:
    answers(engine, survey, days=range(100, 200), share=0.8)
    answers(engine, survey, days=range(5, 65), share=0.3)
    today = clock.today()
    query = {
        "metric": f"{survey.id}:nps", "change": "10", "min_n": "60", "verify_days": "30", "lang": "en",
        "baseline_from": (today - timedelta(70)).isoformat(), "baseline_to": (today - timedelta(1)).isoformat(),
    }  # fmt: skip
    page = client.get(f"/actions/{action.id}/criterion", query_string=query).text
    assert "The baseline lies unusually low" in page and "Against those days" not in page
    assert "Fix this criterion" in page


def test_customers_are_told_by_mail_from_the_page(client: Any, engine: Engine, config: Config, proved: Action) -> None:
    home = f"/actions/{proved.id}"
    page = client.get(home).text
    [customer] = re.findall(r'name="customer" value="(\d+)" checked', page)
    data = {"customer": customer, "subject_zh": "我们改了", "text_zh": "{{name}}，当天回复。"}
    assert client.post_form(f"{home}/mail", data | {"text_zh": " "}, page=home).status_code == 400
    assert client.post_form(f"{home}/mail", data, page=home).status_code == 302
    improving.step(engine, config)
    with reading(engine) as session:
        [notice] = session.exec(select(Notice))
        assert notice.state == "sent" and notice.text.startswith("李明，当天回复。")
    assert "已反馈 1 位" in client.get(home).text
    assert "我们改了" in client.get("/outbox").text
    case_page = client.get("/cases/1").text
    assert "已向客户反馈改进结果 · 邮件" in case_page


def test_actions_are_paged_and_counted(client: Any, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(45):
            made = improving.create_action(session, f"措施第 {number:02d} 号")
            if number % 9 == 0:
                actions.cancel(session, made)
    first, last = client.get("/actions").text, client.get("/actions?page=3").text
    assert "措施第 44 号" in first and "第 44 号" not in last and "措施第 00 号" in last
    assert len(re.findall(r"措施第 \d\d 号", client.get("/actions?state=cancelled").text)) == 5
    for odd in ("page=0", "page=99999999999999", "state=x", "days=7"):
        assert client.get(f"/actions?{odd}").status_code == 200


# -- workbooks ------------------------------------------------------------
def sheet(client: Any, address: str) -> list[dict[str, Any]]:
    rows = list(load_workbook(BytesIO(client.get(address).data)).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_tracking_table_holds_numbers_as_numbers_and_words_as_words(client: Any, proved: Action) -> None:
    [row] = sheet(client, "/actions/tracking.xlsx?lang=en")
    assert row["Improvement action"] == "'=当天回复" and row["Filter"] in (None, "")
    assert row["Target change"] == 20 and isinstance(row["Before"], int | float) and isinstance(row["After, n"], int)
    assert row["Difference"] == pytest.approx(row["After"] - row["Before"]) and row["Cases"] == 1
    assert isinstance(row["Implemented on"], datetime) and row["Verdict"].startswith("Effective")


def test_the_table_of_cases_holds_numbers_as_numbers(client: Any, engine: Engine, survey: Survey) -> None:
    case = open_case(engine, survey, name="@SUM(A1)", score=3)
    with writing(engine) as session, clock.at(case.opened_at + timedelta(hours=3)):
        cases.contact(session, casebook.find(session, case.id or 0), "phone", "reached", "道歉", user_id=None)
    [row] = sheet(client, "/cases/export.xlsx?lang=en")
    assert (row["Rating"], row["Highest rating"]) == (3, 10) and row["Customer"] == "'@SUM(A1)"
    assert row["Hours to contact"] == 3 and isinstance(row["Due"], datetime)


# -- the customer ---------------------------------------------------------
def test_the_customers_page_tells_each_contact(client: Any, engine: Engine, survey: Survey) -> None:
    case = open_case(engine, survey)
    worker = make.user(engine, role="case_worker", name="小周")
    with writing(engine) as session:
        found = casebook.find(session, case.id or 0)
        cases.contact(session, found, "phone", "no_answer", "晚上再打", user_id=worker.id)
        cases.contact(session, found, "wecom", "reached", "道歉并补发", user_id=worker.id)
        cases.resolve(session, found, "recovered", cause_id(engine, "unclear"), "已补发", user_id=worker.id)
    page = client.get(f"/customers/{case.customer_id}").text
    for words in (
        "电话 · 无人接听",
        "企业微信 · 已联系上",
        "晚上再打",
        "道歉并补发",
        "小周",
        "已解决，客户满意",
        "3<small>/10",
    ):
        assert words in page, words
    assert f'href="/customers/{case.customer_id}"' in client.get(f"/cases/{case.id}").text
