"""Who needs the ap awake and who pays: what slices and fluid share."""

from __future__ import annotations

import pytest

from emulator.core.kernel import Kernel
from emulator.core.profile import load_profile
from emulator.core.units import MS, S
from emulator.devices.processors.needs import Needs


@pytest.fixture
def needs(kernel: Kernel) -> Needs:
    return Needs(kernel, load_profile("quark_s1").processors["ap"])


def test_the_keeper_pays_until_only_another_owner_needs_it(needs: Needs):
    needs.add("camera")
    needs.add("assistant")
    assert needs.payer("camera") == "camera"
    needs.drop("camera")
    assert needs.payer("camera") == "assistant"
    needs.drop("assistant")
    assert needs.payer("assistant") == "assistant"  # who was last pays for the tail
    assert not needs


def test_a_gap_is_remembered_after_whom_it_was_and_not_if_the_power_was_cut_in_it(kernel: Kernel, needs: Needs):
    for cut in (False, True):
        needs.add("photo")
        needs.drop("photo")
        kernel.run_until(kernel.now_ns + 3 * S)
        if cut:
            needs.lose({})
        needs.add("voice")
        needs.drop("voice")
    assert needs.gaps.after("photo") == (3_000.0,)


def test_only_the_part_of_a_wake_after_the_request_was_waited_for(kernel: Kernel, needs: Needs):
    kernel.run_until(1 * S)
    needs.ask()
    kernel.run_until(1 * S + 350 * MS)
    needs.ask()  # again, while it resumes: it was asked already
    needs.wakes()
    assert needs.waited_ns(0) == 350 * MS
    assert needs.waited_ns(1 * S + 200 * MS) == 150 * MS
    assert needs.waited_ns(2 * S) == 0


def test_a_resume_is_claimed_once_and_by_who_caused_it(needs: Needs):
    needs.resumes("camera")
    assert needs.claim_wake_mwh("assistant") == 0.0
    assert needs.claim_wake_mwh("camera") == pytest.approx(550.0 * 0.35 / 3_600.0)
    assert needs.claim_wake_mwh("camera") == 0.0
