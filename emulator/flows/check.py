"""Checks that hold or not at once: energy used, deadlines missed, a display that is in order."""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.errors import ExpectationError
from emulator.core.events import WorkFinished
from emulator.core.units import S
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.lint import judge_lint, limits
from emulator.flows.play import Play

Judge = Callable[[Play], None]
Energy = dict[str, dict[str, float]]


def checks(node: Node) -> list[Judge]:
    """Read the value of ``check``.

    Raises:
        FlowFileError: If a key or value is unknown.
    """
    value = node.mapping("check", ("energy", "deadline", "lint"))
    found: list[Judge] = []
    if "energy" in value:
        found.append(_energy(value["energy"]))
    if "deadline" in value:
        found.append(_deadline(value["deadline"]))
    if "lint" in value:
        lint, most = value["lint"], limits(value["lint"])
        found.append(lambda play: judge_lint(play, lint, most))
    if not found:
        node.fail("check: expected energy, deadline or lint")
    return found


def _energy(node: Node) -> Judge:
    """``{owner: camera, component: display, below: 0.2mWh, above: 1mJ, since: start|step}``."""
    value = node.mapping("energy", ("owner", "component", "below", "above", "since"))
    owner, component = (value[key].text(key) if key in value else "" for key in ("owner", "component"))
    below, above = (values.energy_mwh(value[key], key) if key in value else None for key in ("below", "above"))
    since = values.word(value["since"], "since", ("start", "step")) if "since" in value else "start"
    if below is None and above is None:
        node.fail("energy: expected below or above, with a unit")

    def judge(play: Play) -> None:
        used = _sum(play.glasses.energy_mwh(), owner, component)
        if since == "step":
            used -= _sum(play.energy_mwh, owner, component)
        if (below is not None and used >= below) or (above is not None and used <= above):
            bounds = [f"{word} {value[word].plain}" for word in ("above", "below") if word in value]
            raise ExpectationError(
                f"{node.place}: energy{_of(owner, component)} is {used:.6g} mWh ({used * values.J_PER_MWH * 1e3:.6g} mJ)"
                f" since {since}, expected {' and '.join(bounds)}, at {play.now_ns / S:.3f} s of virtual time"
            )

    return judge


def _sum(energy: Energy, owner: str, component: str) -> float:
    return sum(
        mwh
        for part, owners in energy.items()
        for who, mwh in owners.items()
        if component in ("", part) and owner in ("", who)
    )


def _of(owner: str, component: str) -> str:
    return "".join(f" of {what} {name!r}" for what, name in (("owner", owner), ("component", component)) if name)


def _deadline(node: Node) -> Judge:
    """``{missed: 0, owner: camera, work: snap}``: at most so many works came too late."""
    value = node.mapping("deadline", ("missed", "owner", "work"))
    if "missed" not in value:
        node.fail("deadline: 'missed' is missing")
    allowed = values.count(value["missed"], "missed")
    owner, work = (value[key].text(key) if key in value else "" for key in ("owner", "work"))

    def judge(play: Play) -> None:
        late = [
            done
            for done in play.glasses.events(WorkFinished)
            if not done.in_time and owner in ("", done.owner) and work in ("", done.work)
        ]
        if len(late) > allowed:
            told = ", ".join(f"{done.owner}/{done.work} after {done.latency_ms:g} ms" for done in late[:5])
            raise ExpectationError(
                f"{node.place}: {len(late)} deadlines missed, expected at most {allowed}: {told};"
                f" at {play.now_ns / S:.3f} s of virtual time"
            )

    return judge
