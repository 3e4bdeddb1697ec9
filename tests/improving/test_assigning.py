"""Who gets a new case: one person, each in turn, or who has the fewest; always with the reason in the timeline."""

from collections import Counter

from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, improving
from survey_app.improving import assigning, browse, casebook, cases, policy
from survey_app.improving.assigning import Desk, choose
from survey_app.improving.policy import Policy
from survey_app.store.database import reading, writing
from survey_app.tables import Case, Survey, User
from tests import make

TEAM = Desk(people=(1, 2, 3, 9), usual=(1, 2, 3), load={1: 4, 2: 1, 3: 1}, last={1: 10, 2: 30, 3: 20})


def open_one(engine: Engine, survey: Survey, *, score: int = 5) -> Case:
    response = make.response(engine, survey, answers={"nps": score, "why": "慢"})
    with writing(engine) as session:
        case = improving.open_cases_for(session, response.id or 0)
    assert case is not None
    return case


def set_policy(engine: Engine, **more: object) -> None:
    with writing(engine) as session:
        policy.save(session, Policy(**more))  # type: ignore[arg-type]


def test_without_a_rule_a_person_gives_cases_out(engine: Engine) -> None:
    make.user(engine, role="case_worker")
    assert choose(Policy(), "any", TEAM) is None
    assert open_one(engine, make.survey(engine)).owner_id is None


def test_each_way_of_choosing() -> None:
    assert choose(Policy(assign="fixed", assign_to=(9,)), "any", TEAM) == (9, "fixed")
    assert choose(Policy(assign="turn"), "any", TEAM) == (1, "turn")
    assert choose(Policy(assign="fewest"), "any", TEAM) == (3, "fewest")
    assert choose(Policy(assign="fewest", assign_to=(1, 9)), "any", TEAM) == (9, "fewest")
    assert choose(Policy(assign="turn", assign_to=(77,)), "any", TEAM) is None
    assert choose(Policy(assign="turn", assign_rules={"any": 9}), "any", TEAM) == (9, "rule")
    assert choose(Policy(assign="turn", assign_rules={"any": 77}), "any", TEAM) == (1, "turn")


def test_in_turn_everybody_gets_as_many(engine: Engine) -> None:
    team = [make.user(engine, role="case_worker") for _ in range(3)]
    make.user(engine, role="analyst")
    survey = make.survey(engine)
    set_policy(engine, assign="turn")
    owners = Counter(open_one(engine, survey).owner_id for _ in range(9))
    assert owners == {worker.id: 3 for worker in team}


def test_who_has_the_fewest_open_cases_gets_the_next(engine: Engine) -> None:
    busy, free = (make.user(engine, role="case_worker", name=name) for name in ("甲", "乙"))
    survey = make.survey(engine)
    for _ in range(2):
        case = open_one(engine, survey)
        with writing(engine) as session:
            cases.assign(session, casebook.find(session, case.id or 0), busy.id, user_id=busy.id)
    set_policy(engine, assign="fewest")
    assert [open_one(engine, survey).owner_id for _ in range(2)] == [free.id, free.id]


def test_who_has_left_gets_none(engine: Engine) -> None:
    left, stays = make.user(engine, role="case_worker"), make.user(engine, role="case_worker")
    with writing(engine) as session:
        session.get_one(User, left.id).is_active = False
    set_policy(engine, assign="fixed", assign_to=(left.id,))
    assert open_one(engine, make.survey(engine)).owner_id is None
    set_policy(engine, assign="turn")
    assert open_one(engine, make.survey(engine)).owner_id == stays.id


def test_what_a_rule_has_assigned_nobody_has_begun(engine: Engine) -> None:
    worker = make.user(engine, role="case_worker")
    set_policy(engine, assign="turn")
    case = open_one(engine, make.survey(engine))
    with writing(engine) as session:
        found = casebook.find(session, case.id or 0)
        assert (found.owner_id, found.state) == (worker.id, "new")
        event = casebook.events_of(session, case.id or 0)[-1]
        assert event.kind == "assigned" and event.user_id is None and event.data["why"] in assigning.WHY
        # It came without a name, so our first reaction stops the clock: that is not the rule's.
        assert found.due_at == found.opened_at + (case.due_at - case.opened_at)
        cases.assign(session, found, worker.id, user_id=worker.id)
        assert found.state == "in_progress"


def test_two_who_take_the_next_case_get_two_different_ones(engine: Engine) -> None:
    one, other = make.user(engine, role="case_worker"), make.user(engine, role="case_worker")
    survey = make.survey(engine)
    urgent = [open_one(engine, survey, score=score) for score in (5, 0)][1]
    wanted = browse.Wanted("unassigned", None, clock.now())
    with reading(engine) as session:
        seen_by_both = browse.waiting(session, wanted)
    assert seen_by_both[0].id == urgent.id
    taken = []
    for worker in (one, other, other):
        with writing(engine) as session:
            mine = [session.exec(select(Case).where(Case.id == case.id)).one() for case in seen_by_both]
            found = cases.take_next(session, mine, user_id=worker.id or 0)
            taken.append(found.id if found else None)
    assert taken[0] == urgent.id and taken[1] not in (None, urgent.id) and taken[2] is None
