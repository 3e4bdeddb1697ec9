"""Cases and actions in the browser's eyes: who may do what, the steps, conflicts, and what leaves in workbooks."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, improving
from survey_app.improving import actions, casebook, cases, causes, telling
from survey_app.store.database import reading, writing
from survey_app.tables import Action, AuditEntry, Case, Cause, Opinion, Survey
from tests import make

AsRole = Callable[[str], Any]
TEXT = "物流很快，但是客服态度很差"


@pytest.fixture
def survey(engine: Engine) -> Survey:
    return make.survey(engine)


@pytest.fixture
def case(engine: Engine, survey: Survey) -> Case:
    """An open case of 李明, who gave a 3 and said two things."""
    customer = make.customer(engine, name="李明", phone="13900001111")
    response = make.response(engine, survey, answers={"nps": 3, "why": TEXT}, customer_id=customer.id)
    with writing(engine) as session:
        for start, stop, aspect, polarity in ((0, 4, "物流", 1), (7, 13, "客服", -1)):
            session.add(
                Opinion(
                    survey_id=response.survey_id, response_id=response.id, item_key="why", start=start, stop=stop,
                    aspect=aspect, polarity=polarity, probability=0.9, model="test", model_version="1",
                )
            )  # fmt: skip
        session.flush()
        improving.seed_causes(session)
        found = improving.open_cases_for(session, response.id or 0)
    assert found is not None
    return found


def cause_id(engine: Engine, code: str) -> int:
    with reading(engine) as session:
        return session.exec(select(Cause.id).where(Cause.code == code)).one() or 0


def again(engine: Engine, case: Case) -> Case:
    with reading(engine) as session:
        return casebook.find(session, case.id or 0)


def test_the_list_is_empty_and_says_what_will_be_there(client: Any) -> None:
    page = client.get("/cases?lang=en").text
    assert "A case opens automatically" in page
    assert client.get("/actions?lang=en").status_code == 200


def test_the_list_shows_the_case_with_its_time(client: Any, case: Case) -> None:
    page = client.get("/cases?lang=en").text
    assert "李明" in page and TEXT in page and "h left" in page
    chinese = client.get("/cases?lang=zh").text
    assert re.search(r"还剩 \d+ 小时", chinese)


@pytest.mark.parametrize("tab", ["mine", "unassigned", "overdue", "open", "done"])
def test_every_tab_and_filter_answers(client: Any, case: Case, tab: str) -> None:
    shown = client.get(f"/cases?tab={tab}&survey={case.survey_id}&severity=normal").text
    assert ("李明" in shown) == (tab in ("unassigned", "open"))
    assert client.get(f"/cases?tab={tab}&severity=x&owner=x&cause=99&page=-3").status_code == 200


def test_the_page_shows_what_was_said_with_its_opinions(client: Any, case: Case) -> None:
    page = client.get(f"/cases/{case.id}?lang=en").text
    assert '<span class="clause positive" title="物流">物流很快</span>' in page.replace("\n", "")
    assert '<span class="clause negative" title="客服">' in page
    assert "13900001111" in page and page.count("button primary") == 1


def test_what_customers_write_is_never_markup(client: Any, engine: Engine, survey: Survey) -> None:
    response = make.response(engine, survey, answers={"nps": 0, "why": "<script>alert(1)</script>"})
    with writing(engine) as session:
        found = improving.open_cases_for(session, response.id or 0)
    for address in ("/cases", f"/cases/{found.id}" if found else ""):
        assert "<script>alert" not in client.get(address).text


def test_a_case_is_taken_called_resolved_and_closed(client: Any, engine: Engine, case: Case) -> None:
    home = f"/cases/{case.id}"

    def do(act: str, **data: Any) -> int:
        return int(client.post_form(f"{home}/{act}", data, page=home).status_code)

    assert do("take") == 302 and again(engine, case).state == "in_progress"
    assert do("contact", channel="phone", outcome="no_answer") == 302 and again(engine, case).contacted_at is None
    assert do("contact", channel="phone", outcome="reached", text="道歉") == 302
    assert again(engine, case).contacted_at is not None
    assert do("wait", text="等照片") == 302 and again(engine, case).state == "waiting"
    assert do("resume") == 302
    assert do("note", text="查到两天前的留言") == 302
    assert do("resolve", outcome="recovered", text="已换人") == 400
    assert do("resolve", outcome="recovered", cause_id=cause_id(engine, "people.attitude"), text=" ") == 400
    assert do("resolve", cause_id=cause_id(engine, "people.attitude"), text="已换人") == 400
    assert do("resolve", outcome="recovered", cause_id=cause_id(engine, "people.attitude"), text="已换人") == 302
    assert do("close") == 302 and again(engine, case).state == "closed"
    assert do("reopen", text="又来电") == 302 and again(engine, case).state == "in_progress"
    with reading(engine) as session:
        numbers = [event.number for event in casebook.events_of(session, case.id or 0)]
        done = {entry.action for entry in session.exec(select(AuditEntry))}
    assert numbers == list(range(1, len(numbers) + 1))
    assert {"case.take", "case.contact", "case.resolve", "case.close", "case.reopen"} <= done


def test_who_decided_on_an_old_picture_is_told_and_loses_nothing(client: Any, engine: Engine, case: Case) -> None:
    home = f"/cases/{case.id}"
    with reading(engine) as session:
        seen = casebook.events_of(session, case.id or 0)[-1].number
    client.post_form(f"{home}/take", {"seen": seen}, page=home)
    data = {"seen": seen, "outcome": "recovered", "cause_id": cause_id(engine, "unclear"), "text": "我写了很久"}
    late = client.post_form(f"{home}/resolve?lang=en", data, page=home)
    assert late.status_code == 409
    assert "Somebody else has just changed this case" in late.text and "我写了很久" in late.text
    assert again(engine, case).state == "in_progress"


@pytest.mark.parametrize(
    ("act", "data", "status"),
    [
        ("contact", {"channel": "smoke", "outcome": "reached"}, 400),
        ("contact", {"channel": "phone", "outcome": "x"}, 400),
        ("note", {"text": "  "}, 400),
        ("assign", {"owner_id": 99}, 400),
        ("cause", {"cause_id": 9999}, 400),
        ("severity", {"severity": "terrible"}, 400),
        ("close", {}, 409),
        ("resume", {}, 409),
        ("link", {"action_id": 77}, 404),
        ("explode", {}, 404),
    ],
)
def test_what_does_not_fit_is_refused(client: Any, case: Case, act: str, data: dict[str, Any], status: int) -> None:
    home = f"/cases/{case.id}"
    assert client.post_form(f"{home}/{act}", data, page=home).status_code == status


def test_a_customer_is_unreachable_only_after_three_tries(client: Any, engine: Engine, case: Case) -> None:
    home, cause = f"/cases/{case.id}", cause_id(engine, "unclear")
    give_up = {"outcome": "unreachable", "cause_id": cause}
    assert client.post_form(f"{home}/resolve", give_up, page=home).status_code == 400
    for _ in range(3):
        client.post_form(f"{home}/contact", {"channel": "phone", "outcome": "no_answer"}, page=home)
    assert client.post_form(f"{home}/resolve", give_up, page=home).status_code == 302


def test_a_resolved_case_closes_by_itself(engine: Engine, config: Any, case: Case) -> None:
    with writing(engine) as session:
        found, cause = casebook.find(session, case.id or 0), cause_id(engine, "unclear")
        cases.resolve(session, found, "recovered", cause, "已补发", user_id=None)
    with clock.at(clock.now() + timedelta(days=15)):
        improving.step(engine, config)
    assert again(engine, case).state == "closed"


def test_several_cases_are_given_to_one_person(client: Any, engine: Engine, case: Case) -> None:
    worker = make.user(engine, role="case_worker", name="李客服")
    client.post_form("/cases/assign", {"case": [case.id], "owner_id": worker.id, "at_tab": "open"}, page="/cases")
    assert again(engine, case).owner_id == worker.id


@pytest.mark.parametrize("role", ["viewer", ""])
def test_cases_are_not_for_everybody(as_role: AsRole, case: Case, role: str) -> None:
    visitor = as_role(role)
    refused = 403 if role else 302
    for address in ("/cases", f"/cases/{case.id}", "/cases/export.xlsx", "/cases/rules"):
        assert visitor.get(address).status_code == refused, address


def test_a_case_worker_works_but_does_not_judge(as_role: AsRole, engine: Engine, case: Case) -> None:
    worker = as_role("case_worker")
    home = f"/cases/{case.id}"
    assert worker.post_form(f"{home}/take", page=home).status_code == 302
    plan = {"title": "当天回复", "case": case.id}
    assert worker.post_form("/actions/new", plan, page="/actions/new").status_code == 302
    for act in ("criterion", "implement", "cancel", "verify", "again"):
        assert worker.post_form(f"/actions/1/{act}", page="/actions/1").status_code == 403
    assert worker.get("/actions/tracking.xlsx").status_code == 403
    assert worker.get("/cases/rules").status_code == 403


def test_a_viewer_sees_actions_without_customers(as_role: AsRole, engine: Engine, case: Case) -> None:
    with writing(engine) as session:
        improving.create_action(session, "当天回复", case_ids=[case.id or 0])
    viewer = as_role("viewer")
    page = viewer.get("/actions/1")
    assert page.status_code == 200 and "当天回复" in page.text
    assert "李明" not in page.text and TEXT not in page.text


def test_an_action_goes_from_case_to_criterion_to_implementation(client: Any, engine: Engine, case: Case) -> None:
    made = client.post_form(
        "/actions/new", {"title": "留言当天回复", "case": case.id, "cause_id": cause_id(engine, "process.slow")},
        page=f"/actions/new?case={case.id}",
    )  # fmt: skip
    home = made.headers["Location"]

    def do(act: str, **data: Any) -> int:
        return int(client.post_form(f"{home}/{act}", data, page=home).status_code)

    assert do("whys", why=["没人看", "没提醒", "", "", ""]) == 302
    assert do("implement") == 409
    today = clock.today()
    assert do("criterion", metric="x") == 400
    wanted = {
        "metric": f"{case.survey_id}:nps", "change": "5", "min_n": "50", "verify_days": "30", "query": "",
        "baseline_from": (today - timedelta(60)).isoformat(), "baseline_to": (today - timedelta(1)).isoformat(),
    }  # fmt: skip
    assert do("criterion", **wanted | {"metric": "1:nothing"}) == 400
    assert do("criterion", **wanted | {"baseline_to": "soon"}) == 400
    assert do("criterion", **wanted) == 400
    with reading(engine) as session:
        survey = session.get_one(Survey, case.survey_id)
    make.response(engine, survey, answers={"nps": 6}, at=clock.now() - timedelta(days=20))
    assert do("criterion", **wanted) == 302
    assert do("implement") == 302 and do("criterion", **wanted) == 409
    assert do("verify?lang=en") == 302
    assert "too early" in client.get(f"{home}?lang=en").text
    with reading(engine) as session:
        [person] = telling.audience(session, actions.find(session, 1))
    assert do("tell", customer=[person.customer.id], channel="phone") == 302
    with reading(engine) as session:
        action = session.get_one(Action, 1)
        assert action.state == "implemented" and action.told_at is not None
        assert [row.told is not None for row in telling.audience(session, action)] == [True]
        assert [bar.cause.code for bar in causes.pareto(session)] == []
    assert "told on" in client.get(f"{home}?lang=en").text


def test_the_workbooks_hold_no_formulas(client: Any, engine: Engine, survey: Survey) -> None:
    customer = make.customer(engine, name='=HYPERLINK("http://x","y")')
    response = make.response(engine, survey, answers={"nps": 0}, customer_id=customer.id)
    with writing(engine) as session:
        improving.open_cases_for(session, response.id or 0)
        improving.create_action(session, "=1+1", plan="+x")
    for address in ("/cases/export.xlsx", "/actions/tracking.xlsx"):
        book = load_workbook(BytesIO(client.get(address).data))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
        assert not [cell for cell in cells if str(cell.value or "").startswith(("=", "+", "@"))]


def test_the_rules_and_times_are_set_by_an_owner(client: Any, engine: Engine, survey: Survey) -> None:
    good = {
        "on": ["low_nps"], "contact_hours": "12", "urgent_contact_hours": "1", "resolve_hours": "72",
        "urgent_resolve_hours": "24", "close_after_days": "7", "oldest_days": "14", "valued_tiers": "VIP、A",
        "valued_from": "5000",
    }  # fmt: skip
    assert client.post_form("/cases/rules", good | {"contact_hours": "soon"}).status_code == 400
    assert client.post_form("/cases/rules", good).status_code == 302
    response = make.response(engine, survey, answers={"nps": 5, "why": "要求退款"})
    with writing(engine) as session:
        found = improving.open_cases_for(session, response.id or 0)
    assert found is not None and found.rule == "low_nps" and found.due_at - found.opened_at == timedelta(hours=12)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_numbers_that_no_row_has_are_answered(client: Any, case: Case, number: int) -> None:
    for address in (f"/cases/{number}", f"/actions/{number}"):
        assert client.get(address).status_code == 404
    for name in ("survey", "owner", "cause", "customer", "page"):
        assert client.get(f"/cases?{name}={number}").status_code == 200
    assert client.get(f"/actions/new?case={number}").status_code == 200
    assert client.get(f"/actions/new?cause_id={number}").status_code == 200
    home = f"/cases/{case.id}"
    for act, name in (("assign", "owner_id"), ("cause", "cause_id"), ("link", "action_id")):
        assert client.post_form(f"{home}/{act}", {name: number}, page=home).status_code in (400, 404)
    client.post_form("/cases/assign", {"case": number, "owner_id": 1}, page="/cases")
    assert client.get(f"/actions?days={number}").status_code == 200


def test_nul_and_lone_surrogates_are_answered(client: Any, case: Case) -> None:
    home = f"/cases/{case.id}"
    assert client.post_form(f"{home}/note", {"text": "a\x00b"}, page=home).status_code in (302, 400)
    assert client.post_form("/actions/new", {"title": "a\x00b"}, page="/actions/new").status_code in (302, 400)
