import io
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from emulator.cli import main

DATA = Path(__file__).parents[2] / "data" / "itineraries"
FLIGHT = "【厦门航空】尊敬的张三旅客：您预订的11月28日MF8596杭州萧山T3-厦门高崎T3 19:02-20:16航班，票号731-1234567890".replace(
    "11月28日", "2026年11月28日"
)


@pytest.fixture
def trips(tmp_path, capsys):
    def run(*words):
        code = main(["trips", *map(str, words), "--data", str(tmp_path / "store"), "--zone", "Asia/Shanghai"])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def flight(tmp_path):
    path = tmp_path / "flight.txt"
    path.write_text(FLIGHT, "utf-8")
    return path


def test_a_folder_is_imported_and_listed(trips):
    code, out, err = trips("import", DATA, "--json")
    assert (code, err) == (0, "")
    assert [(Path(row["file"]).name, len(row["added"])) for row in json.loads(out)] == [
        ("boarding_pass_aztec.png", 1),
        ("boarding_pass_strings.txt", 3),
        ("boarding_pass_yul_fra.pkpass", 1),
        ("flight_muc_tls.ics", 1),
        ("hotel_berlin.pkpass", 1),
        ("train_glasgow_london.ics", 2),
        ("train_vienna_brno.ics", 1),
    ]
    assert len(json.loads(trips("list", "--json")[1])) == 10


def test_the_agenda_from_a_day_on(trips, flight):
    trips("import", flight)
    rows = json.loads(trips("agenda", "--from", "2026-11-27", "--json")[1])
    assert [(row["what"], row["at"]) for row in rows] == [
        ("check-in", "2026-11-27T19:02:00+08:00"),
        ("be-there", "2026-11-28T17:42:00+08:00"),
        ("boarding", "2026-11-28T18:32:00+08:00"),
    ]
    assert trips("agenda", "--from", "2026-11-28", "--to", "2026-11-28")[1].count("\n") == 2
    assert trips("agenda", "--from", "2026-11-29")[0] == 1


def test_the_way_from_a_place_moves_the_leaving(trips, flight):
    trips("import", flight)
    (leave,) = [
        row
        for row in json.loads(trips("agenda", "--from", "2026-11-28", "--at", "30.25,120.16", "--json")[1])
        if row["what"] == "leave"
    ]
    assert (leave["way_by"], 50 < leave["way_min"] < 90) == ("distance", True)


def test_nothing_that_is_printed_names_traveller_booking_or_ticket(trips, flight):
    outs = [
        trips("import", flight, "--json")[1],
        trips("list")[1],
        trips("list", "--json")[1],
        trips("agenda", "--from", "2026-11-01", "--json")[1],
    ]
    assert [word for word in ("张三", "7311234567890", "1234567890") if word in "".join(outs)] == []


def test_a_file_that_is_refused_leaves_the_store_as_it_was_and_the_others_go_on(trips, flight, tmp_path):
    bad = tmp_path / "bad.ics"
    bad.write_bytes((DATA / "flight_muc_tls.ics").read_bytes()[:-40])
    code, out, err = trips("import", bad, flight)
    assert (code, err) == (2, f"glasses: {bad}:5: cut off: BEGIN:VEVENT has no END\n")
    assert "MF8596" in out
    assert len(json.loads(trips("list", "--json")[1])) == 1


@pytest.mark.parametrize("name", ["no-such-file.ics", "flight.txt/x.ics"])
def test_what_is_not_there_is_told_in_one_line(trips, tmp_path, name):
    (tmp_path / "flight.txt").touch()
    code, out, err = trips("import", tmp_path / name)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_trips_are_removed_by_their_number(trips, flight):
    trips("import", flight)
    assert trips("remove", "1", "7")[:2] == (2, "removed 1\n")
    assert trips("list")[0] == 1


def test_pasted_text_comes_through_a_pipe(trips, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FLIGHT.encode())))
    assert "MF8596" in trips("import", "-")[1]


@pytest.fixture
def site():
    pages: dict[str, tuple[int, bytes]] = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = pages.get(self.path.split("?")[0], (404, b"no such calendar"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def test_a_calendar_is_fetched_when_its_address_is_typed(trips, site):
    url, pages = site
    pages["/trips.ics"] = (200, (DATA / "flight_muc_tls.ics").read_bytes())
    assert "LH2218" in trips("import", f"{url}/trips.ics")[1]


@pytest.mark.parametrize(
    ("page", "told"), [((200, b"<html>Please log in</html>"), "no trip in it"), ((404, b""), "404")]
)
def test_a_page_in_place_of_a_calendar_is_told_without_the_key_in_its_address(trips, site, page, told):
    url, pages = site
    pages["/trips.ics"] = page
    code, _, err = trips("import", f"{url}/trips.ics?token=verysecret99")
    assert (code, err.count("\n"), told in err, "verysecret99" in err) == (2, 1, True, False)


def test_days_and_zones_that_are_none_are_told(trips, tmp_path, capsys):
    code, _, err = trips("agenda", "--from", "tomorrow")
    assert (code, err) == (2, "glasses: 'tomorrow' is no day; give one such as 2026-11-28\n")
    assert main(["trips", "agenda", "--zone", "Mars/Olympus", "--data", str(tmp_path)]) == 2
    assert "'Mars/Olympus' is no time zone" in capsys.readouterr().err


def test_a_day_after_the_last_and_a_number_no_trip_can_have_are_told(trips, flight):
    trips("import", flight)
    assert trips("agenda", "--to", "9999-12-31")[2] == "glasses: '9999-12-31' is no day; give one such as 2026-11-28\n"
    assert trips("remove", "9" * 30)[::2] == (2, f"glasses: there is no trip {'9' * 30}\n")


def test_a_file_is_imported_although_an_address_beside_it_does_not_answer(trips, flight):
    code, out, err = trips("import", "http://127.0.0.1:9/x.ics", flight, "--json")
    assert (code, err.count("\n"), ["error" in row for row in json.loads(out)]) == (2, 1, [True, False])


def test_a_folder_of_thousands_of_files_keeps_nothing(trips, tmp_path, flight):
    (tmp_path / "many").mkdir()
    for number in range(2_001):
        (tmp_path / "many" / f"{number}.txt").touch()
    code, _, err = trips("import", flight, tmp_path / "many")
    assert (code, err.count("\n"), "2,000" in err, trips("list")[0]) == (2, 1, True, 1)


def test_a_store_that_is_damaged_is_told_and_left(trips, tmp_path, flight):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "trips.db").write_bytes(b"x" * 5_000)
    code, _, err = trips("import", flight)
    assert (code, err.count("\n"), (tmp_path / "store" / "trips.db").read_bytes()) == (2, 1, b"x" * 5_000)


@pytest.mark.skipif(sys.platform == "win32", reason="ulimit")
def test_a_disk_that_is_full_is_told_and_the_store_is_left(trips, tmp_path, flight):
    trips("import", flight)
    many = tmp_path / "many.ics"
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Flight AY {n} from HEL to PVG\r\nDTSTART:20261128T184000Z\r\nEND:VEVENT\r\n"
        for n in range(1, 300)
    )
    many.write_text(f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n")
    words = [sys.executable, "-m", "emulator", "trips", "import", str(many), "--data", str(tmp_path / "store")]
    done = subprocess.run(["sh", "-c", 'ulimit -f 120; exec "$@"', "sh", *words], capture_output=True, check=False)
    told = done.stderr.decode()
    assert (done.returncode, told.count("\n"), "rollback" in told, "trips.db" in told) == (2, 1, False, True)
    assert len(json.loads(trips("list", "--json")[1])) == 1


@pytest.mark.parametrize("words", [["list"], ["agenda"], ["remove", "1"], ["import", "gone.txt"]])
def test_each_word_refuses_a_zone_that_is_none_and_names_a_near_one(words, tmp_path, capsys):
    assert main(["trips", *words, "--zone", "shangai", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "glasses: 'shangai' is no time zone; did you mean 'Asia/Shanghai'?\n"
