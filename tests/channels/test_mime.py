"""Mails as raw bytes: what the RFCs ask for, checked on the lines and by parsing them back."""

import email
import email.policy
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app import clock
from survey_app.channels import CHANNELS, ChannelError, Message, Sender, channel, qr
from survey_app.channels.mime import compose, encoded, is_addr_spec
from survey_app.channels.sms import segments, short_text

SENDER = Sender("暖居家纺, 客服", "survey@nuanju.example.com", "help@nuanju.example.com")
LONG_URL = "https://survey.example.com/u/" + "a" * 120


def message(**changes):
    given = {
        "message_id": "abc@nuanju.example.com", "address": "li@example.com", "name": "李雷",
        "subject": "请您花一分钟评价我们的服务，您的意见对我们非常重要", "text": "您好\n.\n谢谢", "html": "<p>您好</p>",
        "unsubscribe_url": LONG_URL, "list_id": "campaign-1.nuanju.example.com",
    }  # fmt: skip
    return Message(**given | changes)


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_parsed_back_says_what_was_written():
    with clock.at(datetime(2026, 11, 21, 6, 5, tzinfo=UTC)):
        mail = parsed(compose(message(), SENDER))
    assert mail["Subject"] == message().subject
    assert mail["From"].addresses[0].display_name == "暖居家纺, 客服"
    assert mail["To"].addresses[0].addr_spec == "li@example.com"
    assert mail["Date"].datetime == datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().splitlines() == ["您好", ".", "谢谢"]
    assert not mail.defects
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version"):
        assert len(mail.get_all(name)) == 1


def test_lines_are_short_end_in_crlf_and_hold_only_ascii():
    raw = compose(message(), SENDER)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    head, _, body = raw.partition(b"\r\n\r\n")
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    for line in head.split(b"\r\n"):
        assert len(line) <= 78 or line.startswith(b"List-Unsubscribe: ")


def test_list_unsubscribe_stays_whole_whatever_its_length():
    raw = compose(message(), SENDER).decode()
    assert f"\r\nList-Unsubscribe: <{LONG_URL}>\r\n" in raw
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert "\r\nList-Id: <campaign-1.nuanju.example.com>\r\n" in raw
    assert "\r\nAuto-Submitted: auto-generated\r\n" in raw


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=120))
def test_encoded_words_are_at_most_75_characters_and_decode_one_by_one(text):
    shown = encoded("Subject", text)
    if shown != text:
        for word in re.split(r"\r\n ", shown):
            assert re.fullmatch(r"=\?utf-8\?b\?[A-Za-z0-9+/=]+\?=", word)
            assert len(word) <= 75
            email.header.make_header(email.header.decode_header(word))
    raw = f"Subject: {shown}\r\n\r\n".encode()
    assert max(map(len, f"Subject: {shown}".split("\r\n"))) <= 76
    assert str(parsed(raw)["Subject"]) == text or not text.strip()


@pytest.mark.parametrize("break_", ["\r\nBcc: x@evil.example", "\n", "\r", "\0", "\u2028"])
@pytest.mark.parametrize("where", ["name", "subject", "address", "unsubscribe_url", "message_id"])
def test_a_line_break_in_a_header_is_refused(where, break_):
    with pytest.raises(ChannelError) as refused:
        compose(message(**{where: "A" + break_}), SENDER)
    assert refused.value.is_permanent


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("li@example.com", True), ("li.lei+tag@mail.example.cn", True), ("a" * 64 + "@example.com", True),
        ("a" * 65 + "@example.com", False), ("李@example.com", False), ("a@b", False), ("a b@example.com", False),
        ("<a@example.com>", False), ("a@example.com>\r\nRCPT TO:<x@y.z", False), ("a..b@example.com", False),
    ],
)  # fmt: skip
def test_addresses_that_can_stand_in_a_command(address, is_fine):
    assert is_addr_spec(address) is is_fine


def test_every_channel_says_what_it_is():
    for name, found in CHANNELS.items():
        assert found.name == name == channel(name).name
        assert found.label
    with pytest.raises(ChannelError):
        channel("pigeon")


def test_a_qr_code_is_a_drawing_of_the_link():
    assert qr.svg("http://survey.test/s/abc").startswith("<svg")
    assert qr.png("http://survey.test/s/abc").startswith(b"\x89PNG")


def test_a_short_text_is_one_line_with_the_link_last():
    sent = message(text="【暖居】您好\n请评价", link="http://s.test/r/abc")
    assert short_text(sent) == "【暖居】您好 请评价 http://s.test/r/abc"
    assert segments("您" * 70) == 1
    assert segments("您" * 71) == 2
