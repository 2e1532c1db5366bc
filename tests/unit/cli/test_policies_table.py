"""``glasses policies``."""

from __future__ import annotations

import json

import pytest

from emulator.cli import main


def test_the_table_has_one_line_a_policy_the_most_expensive_first(capsys):
    assert main(["policies", "--seeds", "1", "--usage", "office"]) == 0
    title, head, *lines = capsys.readouterr().out.splitlines()
    assert title == "Quark AI Glasses S1, Office, 1 days of 16 h, numbers calibrated"
    assert head.split()[0] == "policy"
    assert next(line.split()[0] for line in lines) == "always_android"
    assert len(lines) >= 6
    powers = [float(line.split()[1]) for line in lines]
    assert powers == sorted(powers, reverse=True)


def test_json_carries_the_same_numbers(capsys):
    assert (
        main(["policies", "--seeds", "1", "--policy", "rtos-first,oracle", "--json", "--profile", "rokid_glasses"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["profile"], told["usage"], told["band"]) == ("rokid_glasses", "reference", "calibrated")
    assert {row["policy"] for row in told["policies"]} == {"rtos_first", "oracle"}
    assert all(row["least_regret_mw"] >= 0 for row in told["policies"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--policy", "rtos_frist"], "did you mean 'rtos_first'"),
        (["--usage", "turist"], "did you mean 'tourist'"),
        (["--seeds", "0"], "--seeds: expected 1 or more, got 0"),
        (["--rate", "-1"], "--rate: expected more than 0"),
        (["--band", "hihg"], "did you mean 'high'"),
        (["--profile", "quark_s2"], "did you mean 'quark_s1'"),
    ],
)
def test_what_makes_no_sense_is_refused(words, message, capsys):
    assert main(["policies", *words]) == 2
    assert message in capsys.readouterr().err
