"""The send ledger against a real mail server: what is refused, what is dropped, what a crash leaves behind."""

import email
import email.policy
import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from survey_app import clock, inviting
from survey_app.channels import channel
from survey_app.inviting import ledger, rescuing
from survey_app.inviting.book import Book
from survey_app.store import settings
from survey_app.store.addresses import email_index, suppressed
from survey_app.store.database import reading, writing
from survey_app.tables import Campaign, Click, Customer, Invitation, Message, OutboxMail, Survey
from tests import make


def states(engine):
    with reading(engine) as session:
        rows = session.exec(
            select(Customer.email, Message.state, Message.skip_reason)
            .join(Invitation, Invitation.customer_id == Customer.id)
            .join(Message, Message.invitation_id == Invitation.id)
            .order_by(Message.id)
        )
        return {address: (state, reason) for address, state, reason in rows}


def test_everybody_gets_one_mail_and_the_campaign_finishes(mailing, campaign, run, standing, engine):
    made = campaign([f"a{n}@example.com" for n in range(25)])
    run()
    assert mailing.counts == {f"a{n}@example.com": 1 for n in range(25)}
    assert standing(made).steps[0].states == {"sent": 25}
    with reading(engine) as session:
        assert session.get(Campaign, made.id).state == "finished"
    mail = email.message_from_bytes(mailing.mails[0][1], policy=email.policy.default)
    assert "客户" in mail.get_body(("plain",)).get_content()
    assert "?score=10" in mail.get_body(("html",)).get_content()


def test_a_temporary_refusal_is_tried_again_with_growing_waits(mailing, campaign, run, engine):
    campaign(["slow@example.com", "fine@example.com"])
    mailing.refuse["slow@example.com"] = "451 4.7.1 try again later"
    run()
    assert states(engine) == {"slow@example.com": ("deferred", ""), "fine@example.com": ("sent", "")}
    run()
    assert mailing.counts["slow@example.com"] == 0
    del mailing.refuse["slow@example.com"]
    with clock.at(clock.now() + timedelta(minutes=2)):
        run()
    assert mailing.counts["slow@example.com"] == 1


def test_a_temporary_refusal_that_does_not_end_has_failed_after_two_days(mailing, campaign, run, engine):
    campaign(["slow@example.com"])
    mailing.refuse["slow@example.com"] = "450 mailbox busy"
    moment = clock.now()
    for _ in range(len(ledger.BACKOFF) + 1):
        with clock.at(moment):
            run()
        moment += timedelta(days=1, minutes=1)
    assert states(engine)["slow@example.com"][0] == "failed"


@pytest.mark.parametrize(
    ("answer", "state", "is_suppressed"),
    [
        ("550 Mailbox not found. http://service.mail.qq.com", "failed", True),
        ("550 5.1.1 User unknown", "failed", True),
        ("550 Ip frequency limited", "deferred", False),
        ("550 DMARC check failed", "deferred", False),
        ("554 DT:SPM 163 smtp", "deferred", False),
        ("550 Mailbox unavailable or access denied", "failed", False),
    ],
)
def test_a_refusal_is_judged_by_its_reason_not_its_first_digit(
    mailing, campaign, run, engine, answer, state, is_suppressed
):
    campaign(["li@example.com"])
    mailing.refuse["li@example.com"] = answer
    run()
    assert states(engine)["li@example.com"][0] == state
    with reading(engine) as session:
        assert (email_index("li@example.com") in suppressed(session)) is is_suppressed


def test_a_refusal_after_data_is_no_unknown(mailing, campaign, run, engine):
    campaign(["li@example.com"])
    mailing.refuse_data["li@example.com"] = "451 DT:SPM later"
    run()
    assert states(engine)["li@example.com"][0] == "deferred"


def test_a_line_that_breaks_after_data_leaves_the_mail_unknown_and_is_not_sent_again(
    mailing, campaign, run, engine, standing
):
    made = campaign(["li@example.com", "ok@example.com"])
    mailing.drop_after_data.add("li@example.com")
    run()
    with clock.at(clock.now() + timedelta(hours=2)):
        run()
    assert mailing.counts == {"li@example.com": 1, "ok@example.com": 1}
    assert standing(made).unknown == 1
    with reading(engine) as session:
        assert session.get(Campaign, made.id).state == "running"


def test_an_unknown_mail_that_is_clicked_has_been_sent(mailing, campaign, run, engine, standing):
    made = campaign(["li@example.com"], reminder_after=3)
    mailing.drop_after_data.add("li@example.com")
    run()
    with writing(engine) as session:
        invitation = session.exec(select(Invitation)).one()
        session.add(Click(invitation_id=invitation.id, method="GET", score=7))
    run()
    assert standing(made).steps[0].states == {"sent": 1}
    assert standing(made).steps[1].states == {"queued": 1}


@pytest.mark.parametrize(("is_sent", "mails"), [(True, 1), (False, 2)])
def test_a_person_decides_about_unknown_mails(mailing, campaign, run, engine, is_sent, mails):
    made = campaign(["li@example.com"])
    mailing.drop_after_data.add("li@example.com")
    run()
    mailing.drop_after_data.clear()
    with writing(engine) as session:
        assert inviting.settle_unknown(session, made.id, is_sent=is_sent) == 1
    run()
    assert mailing.counts["li@example.com"] == mails
    ids = {email.message_from_bytes(raw)["Message-ID"] for _, raw in mailing.mails}
    assert len(ids) == 1, "a second attempt carries the same Message-ID"


def test_a_server_that_is_away_never_counts_against_a_recipient(mailing, campaign, run, engine, standing):
    made = campaign(["li@example.com"])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = taken.getsockname()[1]
    with writing(engine) as session:
        settings.save_mail(session, replace(settings.load_mail(session), port=away))
    run(3)
    assert standing(made).steps[0].states == {"queued": 1}
    with reading(engine) as session:
        message = session.exec(select(Message)).one()
        assert message.attempts == 0
        assert session.get(Campaign, made.id).pause_reason == "smtp-connect"


def test_a_server_that_says_421_is_left_in_peace_for_a_while(mailing, campaign, run, engine):
    campaign(["li@example.com"])
    mailing.refuse["li@example.com"] = "421 HL:ICC too many connections"
    run(3)
    with reading(engine) as session:
        message = session.exec(select(Message)).one()
        assert (message.state, message.attempts) == ("queued", 0)


def test_what_a_dead_process_had_claimed_goes_back_and_what_it_was_sending_is_unknown(
    mailing, campaign, run, engine, config, standing
):
    made = campaign(["a@example.com", "b@example.com"])
    inviting.freeze(engine, config, made.id)
    jobs, _ = ledger.claim(engine, made, channel("email"), 2)
    with Book(engine) as book:
        assert book.sending(jobs[0])
    run(1)
    assert standing(made).steps[0].states == {"claimed": 1, "sending": 1}
    with clock.at(clock.now() + ledger.LEASE + timedelta(seconds=1)):
        run()
    assert standing(made).steps[0].states == {"sent": 1, "unknown": 1}
    assert sum(mailing.counts.values()) == 1


def test_a_worker_whose_lease_ran_out_cannot_send(mailing, campaign, engine, config):
    made = campaign(["a@example.com"])
    inviting.freeze(engine, config, made.id)
    jobs, _ = ledger.claim(engine, made, channel("email"), 2)
    with clock.at(clock.now() + ledger.LEASE + timedelta(seconds=1)):
        rescuing.rescue(engine)
    with Book(engine) as book:
        assert not book.sending(jobs[0])


def test_two_pumps_at_once_send_each_mail_once(mailing, campaign, engine, config):
    made = campaign([f"a{n}@example.com" for n in range(60)])
    inviting.freeze(engine, config, made.id)
    pumps = [threading.Thread(target=inviting.step, args=(engine, config)) for _ in range(2)]
    for pump in pumps:
        pump.start()
    for pump in pumps:
        pump.join()
    for _ in range(5):
        inviting.step(engine, config)
    assert mailing.counts == {f"a{n}@example.com": 1 for n in range(60)}


def test_freezing_twice_invites_nobody_twice(campaign, engine, config, standing):
    made = campaign(["a@example.com", "b@example.com"])
    inviting.freeze(engine, config, made.id)
    with writing(engine) as session:
        session.get(Campaign, made.id).state = "scheduled"
    make.customer(engine, email="late@example.com")
    assert inviting.freeze(engine, config, made.id) == 1
    assert standing(made).invited == 3


def test_who_unsubscribes_between_queue_and_claim_gets_nothing(mailing, campaign, run, engine, config):
    made = campaign(["a@example.com", "b@example.com"])
    inviting.freeze(engine, config, made.id)
    with writing(engine) as session:
        inviting.unsubscribe(session, session.exec(select(Invitation)).first())
    run()
    assert states(engine)["a@example.com"] == ("skipped", "unsubscribed")
    assert mailing.counts == {"b@example.com": 1}


def test_who_unsubscribes_between_claim_and_handing_over_gets_nothing(mailing, campaign, engine, config):
    made = campaign(["a@example.com"])
    inviting.freeze(engine, config, made.id)
    jobs, _ = ledger.claim(engine, made, channel("email"), 1)
    with writing(engine) as session:
        inviting.unsubscribe(session, session.exec(select(Invitation)).one())
    with Book(engine) as book:
        assert not book.sending(jobs[0])


def test_the_reminder_goes_only_to_those_who_have_not_answered(mailing, campaign, run, engine, standing):
    made = campaign(["silent@example.com", "quick@example.com"], reminder_after=5)
    run()
    with reading(engine) as session:
        quick = session.exec(
            select(Invitation).join(Customer, Customer.id == Invitation.customer_id)
            .where(Customer.email_index == email_index("quick@example.com"))
        ).one()  # fmt: skip
        survey = session.get(Campaign, made.id).survey_id
    with clock.at(clock.now() + timedelta(days=4)):
        run()
    assert sum(mailing.counts.values()) == 2
    # Answered after the reminder was queued: it is decided when it is claimed.
    of = type("Survey", (), {"id": survey})
    make.response(engine, of, invitation_id=quick.id, customer_id=quick.customer_id)
    with clock.at(clock.now() + timedelta(days=5, minutes=1)):
        run()
    assert mailing.counts == {"silent@example.com": 2, "quick@example.com": 1}
    assert standing(made).steps[1].skipped == {"answered": 1}
    with reading(engine) as session:
        assert session.get(Campaign, made.id).state == "finished"


def test_nothing_goes_out_while_a_campaign_is_paused_or_after_it_is_cancelled(mailing, campaign, run, engine, config):
    made = campaign(["a@example.com"])
    inviting.freeze(engine, config, made.id)
    with writing(engine) as session:
        inviting.pause(session, made.id)
    run()
    assert not mailing.mails
    with writing(engine) as session:
        inviting.resume(session, made.id)
        inviting.cancel(session, made.id)
    run()
    assert not mailing.mails
    assert states(engine)["a@example.com"][0] == "cancelled"


def test_pacing_is_read_off_the_ledger_so_a_restart_forgets_nothing(mailing, campaign, run):
    campaign([f"a{n}@example.com" for n in range(40)], per_minute=60)
    start = clock.now()
    with clock.at(start):
        run()
    assert len(mailing.mails) == 6
    with clock.at(start + timedelta(seconds=3)):
        run()
    assert len(mailing.mails) == 6
    with clock.at(start + timedelta(seconds=7)):
        run()
    assert len(mailing.mails) == 12


def test_nothing_goes_out_at_night(mailing, campaign, run):
    night = clock.now().replace(hour=18, minute=0) + timedelta(days=1)  # 02:00 in Shanghai
    with clock.at(night):
        campaign(["a@example.com"], window_start=9, window_end=18)
        run()
        assert not mailing.mails
    with clock.at(night + timedelta(hours=8)):
        run()
    assert len(mailing.mails) == 1


def test_a_closed_survey_pauses_its_campaign(mailing, campaign, run, engine, config):
    made = campaign(["a@example.com"])
    inviting.freeze(engine, config, made.id)
    with writing(engine) as session:
        session.exec(select(Survey)).one().is_open = False
    run()
    with reading(engine) as session:
        found = session.get(Campaign, made.id)
        assert (found.state, found.pause_reason) == ("paused", "survey-closed")
    assert not mailing.mails


def test_without_a_mail_server_mails_are_kept_in_the_outbox(campaign, run, engine, standing):
    made = campaign(["a@example.com"])
    run()
    with reading(engine) as session:
        kept = session.exec(select(OutboxMail)).one()
    assert kept.address == "a@example.com"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in kept.raw
    assert standing(made).steps[0].states == {"sent": 1}
