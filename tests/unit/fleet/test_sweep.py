"""Sweeps: what they make, and what they complain about, with the place."""

import pytest

from emulator.core.errors import FileError, UsageError
from emulator.fleet.sweep import cases_of, read_sweep


@pytest.fixture
def write(tmp_path):
    def write(text, name="sweep.yaml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def cases(path, *policies):
    return cases_of(read_sweep(path), policies or ("rtos_first",))


def test_every_combination_is_a_case(write):
    path = write("profile: [quark_s1, even_g2]\nrate: [0.5, 1, 2]\nambient_c: 25\n")
    found = cases(path, "rtos_first", "always_android")
    assert len(found) == 12
    assert [case.number for case in found] == list(range(12))
    assert {case.profile.id for case in found} == {"quark_s1", "even_g2"}
    assert {case.rate for case in found} == {0.5, 1.0, 2.0}


def test_toml_says_the_same_as_yaml(write):
    yaml = write("band: [low, high]\ncapacity_mah: [200, 280]\npolicy_options: {idle_ms: [0, 5000]}\n")
    toml = write(
        'band = ["low", "high"]\ncapacity_mah = [200, 280]\n[policy_options]\nidle_ms = [0, 5000]\n', "sweep.toml"
    )
    assert [case.labels for case in cases(yaml)] == [case.labels for case in cases(toml)]
    assert cases(toml) == cases(yaml)


def test_numbers_change_the_device(write):
    found = cases(write("numbers: {processors.ap.suspended_mw: [10, 30], battery.capacity_mah: 100}\n"))
    assert [case.profile.processors["ap"].suspended_mw for case in found] == [10.0, 30.0]
    assert {case.profile.battery.capacity_mah for case in found} == {100.0}


def test_a_policy_without_an_option_takes_part_once(write):
    found = cases(write("policy_options: {idle_ms: [0, 1000, 5000]}\n"), "rtos_first", "always_android")
    assert [case.policy_id for case in found].count("always_android") == 1
    assert [case.policy.timeout(None) for case in found if case.policy_id == "rtos_first"] == [0, 1000, 5000]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profil: [quark_s1]\n", "{path}:1:1: unknown key 'profil' in sweep; did you mean 'profile'?"),
        ("rate: [1]\nprofile: [quark_s2]\n", "{path}:2:11: no device profile 'quark_s2'; did you mean 'quark_s1'?"),
        ("rate: [1, fast]\n", "{path}:1:11: rate: expected a number, got 'fast'"),
        ("rate: [-1]\n", "{path}:1:8: rate: expected 0 to 100, got -1.0"),
        ("band: [lo]\n", "{path}:1:8: band: unknown value 'lo'; did you mean 'low'?"),
        ("usage: [office, offce]\n", "{path}:1:17: no usage 'offce'; did you mean 'office'?"),
        ("rate: []\n", "{path}:1:7: rate: the list is empty"),
        ("rate: [[1]]\n", "{path}:1:8: rate: expected texts or numbers"),
        ("numbers: {processors.ap.idl_mw: [1]}\n", "{path}:1:34: no number 'processors.ap.idl_mw' in this profile"),
        ("policy_options: {idle_s: [1]}\n", "{path}:1:27: none of rtos_first has an option 'idle_s'"),
        ("rate: [1\n", "{path}:2:1: "),
    ],
)
def test_a_yaml_that_makes_no_sense_is_refused_with_its_place(write, text, message):
    path = write(text)
    with pytest.raises(FileError) as raised:
        cases(path)
    assert str(raised.value).startswith(message.format(path=path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('rate = [1]\nprofil = ["quark_s1"]\n', "{path}:2:1: unknown key 'profil' in sweep"),
        ('rate = [1]\n\nprofile = ["quark_s2"]\n', "{path}:3:11: no device profile 'quark_s2'"),
        ('[numbers]\n"processors.ap.idl_mw" = [1]\n', "{path}:2:26: no number 'processors.ap.idl_mw'"),
        ("[policy_options]\nidle_s = 3\n", "{path}:2:10: none of rtos_first has an option 'idle_s'"),
        ("rate = [1\nband = 2\n", "{path}:2:"),
    ],
)
def test_a_toml_that_makes_no_sense_is_refused_with_its_place(write, text, message):
    path = write(text, "sweep.toml")
    with pytest.raises(FileError) as raised:
        cases(path)
    assert str(raised.value).startswith(message.format(path=path))


def test_a_sweep_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot read the sweep"):
        read_sweep(tmp_path / "nowhere.yaml")


def test_too_many_cases_are_refused(write):
    many = ", ".join(str(n / 100) for n in range(150))
    with pytest.raises(UsageError, match="at most 10000 cases, got 22500"):
        cases(write(f"rate: [{many}]\nambient_c: [{many}]\n"))
