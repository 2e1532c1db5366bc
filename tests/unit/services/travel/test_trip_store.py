import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from emulator.core.errors import FileError
from emulator.services.travel.store import Store
from emulator.services.travel.trip import Trip, to_json
from tests.unit.services.travel.trips import NOW, flight, train


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path) as opened:
        yield opened


def kinds(store):
    return [one.kind for one in store.news()]


def only(store):
    ((_, trip),) = store.trips().items()
    return trip


def test_trips_outlive_the_program(tmp_path):
    trip = flight(traveller="张三", booking="ABC123", boards=NOW, gate="C10")
    with Store(tmp_path) as store:
        store.put([trip, train()], NOW)
    with Store(tmp_path) as store:
        assert list(store.trips().values()) == [train(), trip]


def test_names_bookings_tickets_and_notes_do_not_lie_open(tmp_path):
    with Store(tmp_path) as store:
        store.put([flight(traveller="DOE/JANE", booking="XYZ123", ticket="7311234567890")], NOW)
        store.add_note("the secret of the shop", "")
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [word for word in (b"DOE", b"XYZ123", b"7311234567890", b"secret") if word in data] == []


def test_only_the_user_may_read_key_and_store(tmp_path):
    with Store(tmp_path):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"trips.db": 0o600, "trips.key": 0o600}


def test_another_key_opens_trips_without_their_secrets(tmp_path):
    with Store(tmp_path) as store:
        store.put([flight(booking="XYZ123")], NOW)
    (tmp_path / "trips.key").unlink()
    with Store(tmp_path) as store:
        assert (only(store).number, only(store).booking) == ("MF8596", "")


def test_the_same_import_again_changes_nothing(store):
    trips = [flight(uid="a", sequence=1), train()]
    store.put(trips, NOW)
    again = store.put(trips, NOW)
    assert (len(again.unchanged), again.added, again.updated, store.news()) == (2, (), (), [])


def test_an_older_revision_that_comes_late_changes_nothing(store):
    store.put([flight(uid="a", sequence=2, gate="C12")], NOW)
    store.put([flight(uid="a", sequence=1, gate="C10")], NOW)
    assert only(store).gate == "C12"


def test_a_revision_moves_a_trip_and_is_news(store):
    store.put([flight(uid="a", delay_min=20)], NOW)
    later = flight().starts + timedelta(hours=2)
    store.put([flight(uid="a", sequence=1, starts=later)], NOW)
    assert (only(store).starts, only(store).delay_min, kinds(store)) == (later, 0, ["moved", "delay"])


def test_a_cancellation_by_uid_alone_takes_all_legs(store):
    store.put([flight(uid="a"), flight("MF1", "XMN", "HGH", uid="a#2")], NOW)
    store.put([Trip("event", "ics", uid="a", cancelled=True)], NOW)
    assert [trip.cancelled for trip in store.trips().values()] == [True, True]
    assert kinds(store) == ["cancelled", "cancelled"]


def test_a_revision_can_bring_a_cancelled_trip_back(store):
    store.put([flight(uid="a"), flight(uid="a", sequence=1, cancelled=True), flight(uid="a", sequence=2)], NOW)
    assert (only(store).cancelled, kinds(store)) == (False, ["cancelled", "restored"])


def test_another_source_fills_what_is_missing(store):
    store.put([flight(uid="a")], NOW)
    code = Trip("flight", "code", "MF8596", day=flight().day, seat="12A", traveller="ZHANG/SAN", origin=flight().origin)
    store.put([code], NOW)
    assert (only(store).seat, only(store).starts, only(store).traveller) == ("12A", flight().starts, "ZHANG/SAN")


def test_two_travellers_on_one_flight_are_two_trips(store):
    outcome = store.put([flight(traveller="DOE/JANE"), flight(traveller="DOE/JOHN"), flight(traveller="Jane Doe")], NOW)
    assert (len(outcome.added), len(outcome.unchanged) + len(outcome.updated)) == (2, 1)


def test_a_failed_import_leaves_nothing_half_written(store):
    store.put([train()], NOW)
    with pytest.raises(AttributeError):
        store.put([flight(), replace(flight("MF1"), starts="no time")], NOW)
    assert list(store.trips().values()) == [train()]


def test_a_first_gate_is_no_news_and_a_second_is(store):
    store.put([flight()], NOW)
    store.put([flight(gate="C10")], NOW)
    store.put([flight(gate="C12")], NOW)
    assert [(one.kind, one.value) for one in store.news()] == [("gate", "C12")]


def test_what_is_removed_is_gone_with_all_about_it(store):
    store.put([flight(uid="a"), flight(uid="a", gate="1"), flight(uid="a", gate="2")], NOW)
    (number,) = store.trips()
    store.tell([f"{number}/gate/1"], NOW)
    assert (store.remove(number), store.trips(), store.news(), store.told(), store.remove(number)) == (
        True,
        {},
        [],
        set(),
        False,
    )


def test_when_the_clock_is_set_back_what_was_told_after_it_is_due_again(store):
    store.tell(["early"], NOW)
    store.tell(["late"], NOW + timedelta(hours=2))
    store.wind_back(NOW + timedelta(hours=1))
    assert store.told() == {"early"}


def test_two_programs_use_one_store(tmp_path):
    with Store(tmp_path) as one, Store(tmp_path) as other:
        one.put([flight()], NOW)
        other.put([train()], NOW)
        assert len(one.trips()) == len(other.trips()) == 2


def test_a_damaged_store_is_told_in_one_line(tmp_path):
    (tmp_path / "trips.db").write_bytes(b"no database" * 100)
    with pytest.raises(FileError, match=r"trips\.db: file is not a database"):
        Store(tmp_path)


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "trips.db") as base:
        base.execute("pragma user_version = 9")
    base.close()
    with pytest.raises(FileError, match="newer version"):
        Store(tmp_path)


def test_exports_mask_what_is_private():
    shown = to_json(flight(traveller="张三丰", booking="XYZ123", ticket="7311234567890"))
    assert (shown["traveller"], shown["booking"], shown["ticket"]) == ("•••", "XY•••", "73•••")
    assert shown["starts"] == "2026-11-28T19:02:00+08:00"
