import pytest

from emulator.core.actions import PhoneSent, Say, SetClock
from emulator.core.events import NoteSaved, SpeechSpoken
from emulator.services.travel.store import Store
from emulator.session.glasses import Glasses
from emulator.session.replay import replay


@pytest.fixture
def worn(tmp_path):
    def start(time="2026-11-28T10:00:00+08:00"):
        return Glasses(apps=("clock", "notes"), data=tmp_path, start_time=time)

    return start


def say(session, words):
    session.do(Say(words))
    session.run_for(seconds=4)


def spoken(session):
    return [event.text for event in session.events(SpeechSpoken) if event.text.startswith("提醒")]


def test_notes_outlive_the_session(worn):
    with worn() as first:
        say(first, "记一下买牛奶")
    with worn() as second:
        say(second, "查看备忘")
        assert "买牛奶" in second.visible_text


def test_a_reminder_that_fell_due_while_the_glasses_were_off_is_told_once(worn):
    with worn() as first:
        say(first, "十分钟后提醒我喝水")
    for expected in (["提醒：喝水"], []):
        with worn("2026-11-28T12:00:00+08:00") as later:
            later.run_for(seconds=3)
            assert spoken(later) == expected


def test_a_clock_that_jumps_past_a_reminder_tells_it_once(worn):
    with worn() as session:
        say(session, "一小时后提醒我喝水")
        session.run_for(seconds=10)
        session.do(SetClock("2026-11-28T15:00:00+08:00"))
        session.run_for(seconds=20)
        session.do(SetClock("2026-11-28T16:00:00+08:00"))
        session.run_for(seconds=20)
        assert spoken(session) == ["提醒：喝水"]


def test_what_the_phone_changes_is_read_anew(worn, tmp_path):
    with worn() as session:
        session.run_for(seconds=1)
        with Store(tmp_path) as store:
            store.add_note("还书", "")
        session.do(PhoneSent("notes", {}))
        say(session, "查看备忘")
        assert "还书" in session.visible_text


def test_a_replay_needs_no_store(worn):
    with worn() as session:
        say(session, "记一下买牛奶")
        session.run_for(seconds=2)
    again = replay(session.log.records)
    assert again.log.to_jsonl() == session.log.to_jsonl()
    assert [note.text for note in again.events(NoteSaved)] == ["买牛奶"]


def test_a_store_that_cannot_be_written_is_told(worn, tmp_path):
    (tmp_path / "trips.db").write_bytes(b"x" * 5_000)
    with worn() as session:
        say(session, "记一下买牛奶")
        assert "没能记下来" in session.visible_text
        assert session.events(NoteSaved) == []
