"""Run flows: one new pair of glasses for each run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emulator.flows.flow import Flow, load_flow
from emulator.flows.play import Play, Verdict


def runs(
    flow: Flow, *, profile: str | None = None, seed: int | None = None, update_golden: bool = False, **options: Any
) -> Iterator[Play]:
    """Yield each run of ``flow``, on its own pair, not yet played; the pair is closed when the next is asked for.

    Args:
        flow: The flow.
        profile: Device instead of the flow's.
        seed: Session seed instead of the flow's.
        update_golden: Whether snapshots are written anew.
        **options: Further options of ``Glasses``; they win over the flow's ``given``.

    Raises:
        EmulatorError: If the flow asks for a profile, policy or pack that is not there.
    """
    from emulator.core.assets import asset
    from emulator.hud.document import load_documents

    documents = load_documents(asset("huds"))
    for variant in flow.variants:
        with flow.glasses(variant, profile, seed, documents=documents, **options) as glasses:
            yield Play(glasses, flow, variant, update_golden=update_golden)


def begin(path: Path | str, *, profile: str | None = None, seed: int | None = None, **options: Any) -> Play:
    """Return the first run of the flow at ``path``, on a new pair, for whoever lets the time pass (window, film).

    Args:
        path: The flow file.
        profile: Device instead of the flow's.
        seed: Session seed instead of the flow's.
        **options: Further options of ``Glasses``; they win over the flow's ``given``.

    Raises:
        EmulatorError: If the file is wrong, or the profile, a policy or a pack is not there.
    """
    flow = load_flow(path)
    return Play(flow.glasses(flow.variants[0], profile, seed, **options), flow, flow.variants[0])


def run_flow(
    flow: Flow, *, profile: str | None = None, seed: int | None = None, update_golden: bool = False
) -> list[Verdict]:
    """Play every run of ``flow`` and return how each ended; see ``runs``."""
    return [play.finish() for play in runs(flow, profile=profile, seed=seed, update_golden=update_golden)]
