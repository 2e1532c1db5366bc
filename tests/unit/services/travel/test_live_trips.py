import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.core.actions import Reply, Say
from emulator.core.events import AnswerGiven, HudShown, ServiceFailed
from emulator.live.errors import AuthError, NetworkError, NotServedError, QuotaError, RejectedError
from emulator.live.http import Http
from emulator.services.service import Here
from emulator.services.travel import Refresh
from emulator.services.travel.live import MOST_ASKED, live
from emulator.services.travel.live import check as check_half
from emulator.services.travel.store import Store
from emulator.session.glasses import Glasses
from tests.unit.live.vendor import Given, serving
from tests.unit.services.travel.trips import flight

DATA = Path(__file__).parents[3] / "data" / "itineraries"
NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
CALENDAR = (DATA / "flight_muc_tls.ics").read_bytes()
PORTAL = b"<html><body>Welcome to Airport WiFi, please log in</body></html>"


def told(**departure):
    """An answer of AviationStack, as its documentation shows one."""
    status = departure.pop("flight_status", "scheduled")
    start = {"airport": "Xiaoshan", "timezone": "Asia/Shanghai", "iata": "HGH", "terminal": "3", "gate": None, "delay": None,
             "scheduled": "2026-11-28T19:02:00+00:00", "estimated": "2026-11-28T19:02:00+00:00", **departure}  # fmt: skip
    row = {"flight_date": "2026-11-28", "flight_status": status, "departure": start, "flight": {"iata": "MF8596"}}
    other = {**row, "flight_date": "2026-11-27", "departure": {**start, "gate": "Z9", "delay": 999}}
    return json.dumps({"pagination": {"limit": 100, "count": 2}, "data": [other, row]}).encode()


def refresh(folder, **secrets):
    here = Here(NOW, "en", folder, None, 0, lambda: None, lambda _, make: make().__enter__())

    async def ask():
        async with Http(read_s=0.5) as http:
            return await live(Refresh(), here, http, {name.replace("_", "-"): value for name, value in secrets.items()})

    return asyncio.run(ask())


def check(**secrets):
    async def ask():
        async with Http() as http:
            return await check_half(http, {name.replace("_", "-"): value for name, value in secrets.items()})

    return asyncio.run(ask())


@pytest.fixture
def folder(tmp_path):
    with Store(tmp_path) as store:
        store.put([flight()], NOW)
    return tmp_path


def kept(folder):
    with Store(folder) as store:
        return {trip.number: trip for trip in store.trips().values()}


def test_a_subscribed_calendar_is_read_once_and_then_only_if_it_changed(folder):
    def answer(request, _):
        if request.headers.get("If-None-Match") == '"v1"':
            return Given(status=304, headers={"ETag": '"v1"'})
        return Given((CALENDAR,), headers={"ETag": '"v1"', "Content-Type": "text/calendar"})

    with serving(answer) as site:
        first, second = (refresh(folder, trips_calendar=f"{site.url}/cal.ics") for _ in range(2))
        assert ([first["added"], second["added"]], len(site.asked)) == ([1, 0], 2)
    assert kept(folder)["LH2218"].origin.code == "MUC"


def test_a_server_without_entity_tags_is_asked_by_time_of_change(folder):
    with serving(lambda _, __: Given((CALENDAR,), headers={"Last-Modified": "Sat, 28 Nov 2026 01:00:00 GMT"})) as site:
        for _ in range(2):
            refresh(folder, trips_calendar=f"{site.url}/cal.ics")
        assert site.asked[1].headers["If-Modified-Since"] == "Sat, 28 Nov 2026 01:00:00 GMT"


def test_flight_status_brings_gate_and_delay_of_the_right_day(folder):
    with serving(lambda _, __: Given((told(gate="C12", delay=40),))) as site:
        reply = refresh(folder, flight_status_key=KEY, flight_status_host=site.url)
        assert (site.asked[0].path, site.asked[0].query) == (
            "/v1/flights",
            {"access_key": KEY, "flight_iata": "MF8596"},
        )
    trip = kept(folder)["MF8596"]
    assert (reply["updated"], trip.gate, trip.delay_min, trip.origin.terminal) == (1, "C12", 40, "3")


@pytest.mark.parametrize(
    ("departure", "field", "value"),
    [
        ({"estimated": "2026-11-28T19:32:00+00:00"}, "delay_min", 30),
        ({"flight_status": "cancelled"}, "cancelled", True),
        ({"delay": "soon", "estimated": "later"}, "delay_min", 0),
        ({"iata": "PVG", "delay": 40}, "delay_min", 0),  # another flight of that number
    ],
)
def test_what_flight_status_tells(folder, departure, field, value):
    with serving(lambda _, __: Given((told(**departure),))) as site:
        refresh(folder, flight_status_key=KEY, flight_status_host=site.url)
    assert getattr(kept(folder)["MF8596"], field) == value


def test_only_flights_of_the_next_hours_are_asked_for(tmp_path):
    with Store(tmp_path) as store:
        store.put([flight(starts=datetime(2026, 12, 5, tzinfo=UTC))], NOW)
    with serving(lambda _, __: Given((told(),))) as site:
        assert refresh(tmp_path, flight_status_key=KEY, flight_status_host=site.url)["updated"] == 0
        assert site.asked == []


def test_no_more_flights_are_asked_for_than_a_plan_bears_even_if_nothing_changed(tmp_path):
    with Store(tmp_path) as store:
        store.put([flight(f"MF{number}") for number in range(8591, 8597)], NOW)
    with serving(lambda _, __: Given((told(),))) as site:
        refresh(tmp_path, flight_status_key=KEY, flight_status_host=site.url)
        assert len(site.asked) == MOST_ASKED


def test_a_trip_is_live_from_what_is_subscribed_until_somebody_else_tells(folder):
    def lives():
        with Store(folder) as store:
            trips, numbers = store.trips(), store.live()
        return {trips[number].number for number in numbers}

    with serving(lambda request, _: Given((CALENDAR if request.path.endswith("ics") else told(),))) as site:
        secrets = {"trips_calendar": f"{site.url}/cal.ics", "flight_status_key": KEY, "flight_status_host": site.url}
        assert lives() == set()
        refresh(folder, **secrets)
        assert lives() == {"MF8596", "LH2218"}
        with Store(folder) as store:
            store.put([flight()], NOW)  # nothing new in it
            assert len(store.live()) == 2
            store.put([flight(gate="C1")], NOW)
        assert lives() == {"LH2218"}
        refresh(folder, **secrets)
        with Store(folder) as store:
            (number,) = (number for number, trip in store.trips().items() if trip.number == "MF8596")
            store.change(number, NOW, delay_min=5)
        assert lives() == {"LH2218"}
        with Store(folder) as store:
            for number in list(store.trips()):
                store.remove(number)
        assert lives() == set()


def refusal(status, code):
    return Given((json.dumps({"error": {"code": code, "message": f"see access_key={KEY}"}}).encode(),), status=status)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (refusal(401, "invalid_access_key"), AuthError),
        (refusal(200, "inactive_user"), AuthError),
        (refusal(403, "function_access_restricted"), AuthError),
        (refusal(429, "usage_limit_reached"), QuotaError),
        (refusal(200, "usage_limit_reached"), QuotaError),
        (Given((PORTAL,)), NetworkError),
        (Given(status=302, headers={"Location": "http://login.example"}), NetworkError),
        (Given((b'{"data": 7}',)), NetworkError),
    ],
)
def test_what_goes_wrong_has_its_kind_and_no_key_in_it(folder, given, kind):
    with serving(lambda _, __: given) as site, pytest.raises(kind) as failed:
        refresh(folder, flight_status_key=KEY, flight_status_host=site.url)
    assert KEY not in str(failed.value)
    assert kept(folder)["MF8596"] == flight()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (Given((PORTAL,)), NetworkError),
        (Given((CALENDAR[:-60],)), RejectedError),
        (Given((b"BEGIN:VCALENDAR\r\n" + b"X" * 3_000_000,)), RejectedError),
        (Given((CALENDAR,), length=len(CALENDAR) + 9), NetworkError),
    ],
)
def test_a_calendar_that_is_none_leaves_the_store_as_it_was(folder, given, kind):
    start = time.process_time()
    with serving(lambda _, __: given) as site, pytest.raises(kind):
        refresh(folder, trips_calendar=f"{site.url}/cal.ics?token=verysecret99")
    assert time.process_time() - start < 1.0
    assert list(kept(folder)) == ["MF8596"]


def test_an_address_in_the_clear_is_refused(folder):
    with pytest.raises(RejectedError, match="only https"):
        refresh(folder, trips_calendar="http://example.com/cal.ics")


def test_without_anything_subscribed_the_offline_half_answers(folder):
    with pytest.raises(NotServedError):
        refresh(folder)


def test_the_check_says_what_is_good():
    with serving(lambda request, _: Given((CALENDAR if request.path.endswith("ics") else told(),))) as site:
        line = check(trips_calendar=f"{site.url}/cal.ics", flight_status_key=KEY, flight_status_host=site.url)
    assert line == "the calendar has 1 events; the key for flight status is good"
    with pytest.raises(RejectedError):
        check()


def test_a_refresh_by_voice_says_which_half_answered(folder, monkeypatch):
    with serving(lambda _, __: Given((told(delay=40),))) as site:
        monkeypatch.setenv("GLASSES_FLIGHT_STATUS_KEY", KEY)
        monkeypatch.setenv("GLASSES_FLIGHT_STATUS_HOST", site.url)
        with Glasses(apps=("clock", "travel"), data=folder, start_time="2026-11-28T10:00:00+08:00", live=True) as worn:
            worn.run_for(seconds=25)
            worn.do(Say("刷新行程"))
            worn.run_for(seconds=5)
            assert "更新了 1 个行程（实时）" in [answer.text for answer in worn.events(AnswerGiven)]
            worn.run_for(seconds=20)
            assert "延误 40 分钟" in worn.log.to_jsonl()
            cards = [
                (shown.data["status"], shown.data["label"]) for shown in worn.events(HudShown) if "status" in shown.data
            ]
            assert (cards[0], cards[-1]) == (("可以值机了", "离线"), ("延误 40 分钟", "实时"))
            assert KEY not in worn.log.to_jsonl()


def test_an_expired_key_is_told_and_the_offline_half_answers(folder, monkeypatch):
    with serving(lambda _, __: refusal(401, "inactive_user")) as site:
        monkeypatch.setenv("GLASSES_FLIGHT_STATUS_KEY", KEY)
        monkeypatch.setenv("GLASSES_FLIGHT_STATUS_HOST", site.url)
        with Glasses(apps=("clock", "travel"), data=folder, start_time="2026-11-28T10:00:00+08:00", live=True) as worn:
            worn.run_for(seconds=25)
            worn.do(Say("刷新行程"))
            worn.run_for(seconds=5)
            assert [answer.text for answer in worn.events(AnswerGiven)][-1] == "没有变化（离线）"
            assert [failed.kind for failed in worn.events(ServiceFailed)] == ["auth"]
            assert worn.events(Reply)[-1].reply.get("fallback", {}).get("kind") in ("auth", None)
