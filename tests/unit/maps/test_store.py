"""Maps are made, kept, listed and found again; what goes wrong leaves the others alone."""

from __future__ import annotations

import pytest

from emulator.core.assets import asset
from emulator.core.errors import MapError, UsageError
from emulator.maps.extract import category_of, read_extract
from emulator.maps.map_file import read_map, summary, write_map
from emulator.maps.router import Router
from emulator.maps.store import import_map, load_map, map_of, maps_folder, remove_map, shelves, title_of
from emulator.maps.street_map import ROUNDABOUT
from tests.unit.maps.conftest import at

pytest.importorskip("osmium", reason="reading extracts needs osmium")
pytestmark = pytest.mark.usefixtures("data_folder")

PBF = asset("maps", "helsinki.osm.pbf")


def same(a, b):
    """Say whether two maps hold the same."""
    arrays = [
        (getattr(x, name) == getattr(y, name)).all()
        for x, y in ((a.junctions, b.junctions), (a.segments, b.segments), (a.sites, b.sites))
        for name in x.__slots__
    ]
    return all(arrays) and (a.names, a.texts, a.bans, summary(a)) == (b.names, b.texts, b.bans, summary(b))


def test_the_map_that_ships_is_what_the_extract_gives():
    """After a change of the format or the rules, make it anew: docs/maps.md, "The map that ships"."""
    assert same(load_map("helsinki"), map_of(PBF, "helsinki"))


def test_the_map_that_ships_holds_what_it_should():
    about = summary(load_map("Helsinki"))
    assert about["sha256"] == "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"
    assert (about["bans"], about["streets"]) == (41, 92)
    assert about["places"] > 1_500
    assert about["driving_side"] == "right"


def test_an_imported_map_is_there_and_routes(town, tmp_path, data_folder):
    town.way((0, 0), (0, 2), name="West")
    shelf = import_map(town.save(tmp_path / "Tiny Town.osm"))
    assert shelf.path == data_folder / "maps" / "Tiny-Town.glassmap"
    assert [(s.title, s.ships) for s in shelves()] == [("helsinki", True), ("Tiny-Town", False)]
    route = Router(load_map("tiny-town")).route(at(0, 0), at(0, 1), "walk")
    assert route.length_m == pytest.approx(100, abs=0.5)
    remove_map("TINY-TOWN")
    assert [s.title for s in shelves()] == ["helsinki"]


def test_a_map_of_the_users_hides_the_one_that_ships(town, tmp_path):
    town.way((0, 0), (0, 2))
    import_map(town.save(tmp_path / "Helsinki.osm"))
    assert [(s.title, s.ships) for s in shelves()] == [("Helsinki", False)]
    assert load_map("helsinki").source == "Helsinki.osm"
    remove_map("helsinki")
    assert load_map("helsinki").source == "helsinki.osm.pbf"


def test_importing_again_replaces(town, tmp_path):
    town.way((0, 0), (0, 2))
    import_map(town.save(tmp_path / "a.osm"))
    town.way((0, 2), (2, 2))
    import_map(town.save(tmp_path / "a.osm"), "A")
    assert len(load_map("a").segments.start) == 2
    assert [path.name for path in maps_folder().iterdir()] == ["A.glassmap"]


def test_a_file_can_be_used_without_importing(town, tmp_path):
    town.way((0, 0), (0, 2))
    path = town.save(tmp_path / "a.osm")
    assert load_map(str(path)).title == "a"
    kept = import_map(path)
    assert same(load_map(str(kept.path)), load_map("a"))


@pytest.mark.parametrize("stage", ["reading", "cutting", "building", "writing"])
def test_stopping_an_import_leaves_nothing(stage, tmp_path, town):
    town.way((0, 0), (0, 2))
    old = import_map(town.save(tmp_path / "a.osm"), "a").path.read_bytes()

    def stop(what, _count):
        if what == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_map(PBF, "a", stop)
    assert [(path.name, path.read_bytes()) for path in maps_folder().iterdir()] == [("a.glassmap", old)]


@pytest.mark.parametrize("kept", [0, 1, 100, 5_000, 300_000, 685_000])
def test_a_truncated_extract_is_refused_in_one_line(kept, tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(PBF.read_bytes()[:kept])
    with pytest.raises(MapError) as caught:
        import_map(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert not maps_folder().exists()


def test_other_files_are_refused_in_one_line(tmp_path):
    for name, content in (("a.osm", "<osm"), ("b.osm.pbf", "hello " * 99), ("c.txt", "x"), ("d.osm", "<gpx></gpx>")):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(MapError) as caught:
            import_map(path)
        assert str(caught.value).startswith(f"{path}: not a readable OpenStreetMap file (")
        assert "\n" not in str(caught.value)


def test_a_map_without_streets_is_refused(town, tmp_path):
    town.node((0, 0), amenity="cafe", name="Alone")
    with pytest.raises(MapError, match="no streets in it"):
        import_map(town.save(tmp_path / "a.osm"))


def test_an_unknown_map_gets_the_nearest_name():
    with pytest.raises(MapError, match="no map 'helsinky'; did you mean 'helsinki'"):
        load_map("helsinky")
    with pytest.raises(MapError, match="no map 'x'"):
        remove_map("x")
    with pytest.raises(MapError, match=r"nowhere.osm.pbf: no such file"):
        load_map("nowhere.osm.pbf")
    with pytest.raises(MapError, match="came with the emulator and stays"):
        remove_map("helsinki")


@pytest.mark.parametrize("name", ["../escape", "a/b", ".hidden", "", "x" * 80])
def test_a_name_stays_in_the_folder(name, tmp_path, town):
    town.way((0, 0), (0, 2))
    path = town.save(tmp_path / "a.osm")
    if name:
        with pytest.raises(UsageError, match="--name"):
            import_map(path, name)
    else:
        assert import_map(path, name).title == "a"


def test_a_damaged_map_says_what_to_do():
    shelf = import_map(PBF, "a")
    whole = shelf.path.read_bytes()
    for content in (whole[:1_000], whole[:-200], b"", b"PK\x03\x04" + whole[4:2_000], whole[:9_000] + whole[9_100:]):
        shelf.path.write_bytes(content)
        with pytest.raises(MapError, match="import the extract again"):
            read_map(shelf.path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path, town, monkeypatch):
    town.way((0, 0), (0, 2))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GLASSES_DATA", str(tmp_path / "file"))
    with pytest.raises(MapError, match="GLASSES_DATA names another folder"):
        import_map(town.save(tmp_path / "a.osm"))


def test_writing_twice_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for path in (first, second):
        with path.open("wb") as file:
            write_map(load_map("helsinki"), file)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("name", "title"),
    [("a.osm.pbf", "a"), ("a.osm", "a"), ("a-latest.osm.bz2", "a-latest"), ("a.pbf", "a"), ("武汉.osm.pbf", "武汉")],
)
def test_the_name_of_a_map(name, title, tmp_path):
    assert title_of(tmp_path / name) == title


def test_places_and_flags_are_read(town, tmp_path):
    town.way((0, 0), (0, 2), junction="roundabout")
    town.node((1, 1), amenity="cafe", name="Engel", name__zh="恩格尔")
    town.node((2, 1), amenity="toilets")
    town.node((3, 1), amenity="bench", name="Seat")
    town.way((5, 5), (5, 6), (6, 6), (5, 5), highway="", amenity="theatre", name="Stage")
    del town.ways[-1][2]["highway"]
    street_map = town.map(tmp_path)
    sites = street_map.sites
    named = [street_map.names[n].local if n >= 0 else "" for n in sites.name]
    assert list(zip((street_map.texts[c] for c in sites.category), named, strict=True)) == [
        ("amenity=cafe", "Engel"),
        ("amenity=theatre", "Stage"),
        ("amenity=toilets", ""),
    ]
    assert street_map.segments.flags[0] & ROUNDABOUT


def test_ways_with_missing_nodes_are_cut_where_they_end(town, tmp_path):
    town.way((0, 0), (0, 1), (0, 2), (0, 3), (0, 4))
    lines = town.xml().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("<node id='3'"))
    path = tmp_path / "a.osm"
    path.write_text("\n".join(lines[:start] + lines[start + 2 :]), "utf-8")
    assert [way.nodes for way in read_extract(path).ways] == [[1, 2], [4, 5]]


def test_what_is_a_place():
    assert category_of({"railway": "rail"}) == ""
    assert category_of({"highway": "bus_stop"}) == "highway=bus_stop"
    assert category_of({"highway": "residential"}) == ""


def test_a_map_of_noise_is_told_without_advice_of_numpy(tmp_path):
    path = tmp_path / "a.glassmap"
    path.write_bytes(b"\x80noise" * 500)
    with pytest.raises(MapError, match="damaged map, not of numbers; import the extract again"):
        read_map(path)
