"""Navigation in the window: it knows where it is, and the walker sets out by itself."""

from emulator.core.actions import Locate
from emulator.core.events import NavigationChanged


def test_a_window_begins_in_the_middle_of_the_map_that_ships_and_the_walker_sets_out(open_probe):
    probe = open_probe()
    glasses = probe.desk.glasses
    assert [at.sensor for at in glasses.events(Locate)] == ["phone"]
    probe.desk.say("walk to Ateneum")
    probe.run_for(4_000)
    for _ in range(2):
        probe.desk.gesture("temple", "tap")
        probe.run_for(3_000)
    assert [event.state for event in glasses.events(NavigationChanged)] == ["running"]
    probe.run_for(5_000)
    assert glasses.events(Locate)[-1].sensor == "walker"


def test_a_window_begins_where_it_is_told_and_another_pair_too(open_probe):
    probe = open_probe(position="60.17,24.94")
    for profile in ("quark_s1", "even_g2"):
        probe.desk.switch_profile(profile)
        assert probe.desk.glasses.events(Locate) == [Locate(60.17, 24.94, sensor="phone")]
