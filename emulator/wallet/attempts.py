"""One attempt to pay, from the first look at a code to its receipt: its states, each change in one transaction.

::

    scanned -> classified -> resolved -> challenged -> held -> intent -> paid -> receipt
       |           |            |            |          |         |
       +-----------+--- refused +------------+----------+         +-> unknown -> paid | closed

Every change is written into the audit log with it. There is no way from ``scanned`` to ``paid`` but through all of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.wallet import audit
from emulator.wallet.errors import WalletError
from emulator.wallet.limits import Risk

State = Literal[
    "scanned",
    "classified",
    "resolved",
    "challenged",
    "held",
    "intent",
    "paid",
    "receipt",
    "unknown",
    "closed",
    "refused",
]
NEXT: Mapping[State, frozenset[State]] = {
    "scanned": frozenset({"classified", "refused"}),
    "classified": frozenset({"resolved", "refused"}),
    "resolved": frozenset({"challenged", "refused"}),
    "challenged": frozenset({"held", "refused"}),
    "held": frozenset({"intent", "refused"}),
    "intent": frozenset({"paid", "unknown"}),
    "unknown": frozenset({"paid", "closed"}),
    "paid": frozenset({"receipt"}),
    "receipt": frozenset(),
    "closed": frozenset(),
    "refused": frozenset(),
}
UNDECIDED: tuple[State, ...] = ("scanned", "classified", "resolved", "challenged", "held")
_FIELDS = frozenset(
    [
        "kind",
        "code",
        "payee",
        "title",
        "subject",
        "amount_fen",
        "fixed",
        "risk",
        "first_time",
        "nonce",
        "pin",
        "due_ms",
        "order_no",
    ]
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row.

    Attributes:
        id: Its number; never used again.
        state: Where it is.
        reason: Why it was refused or closed, or "".
        kind: What kind of code it was.
        code: Text of the code; "" where it is somebody's own pay code.
        payee: Id of who gets it.
        title: The payee's name.
        subject: What for.
        amount_fen: How much; None as long as nobody said it.
        fixed: Whether the amount is the order's, not the payer's.
        risk: Class of the code.
        first_time: Whether nothing was ever paid to this payee.
        nonce: Known to who was asked to confirm, and to nobody else.
        pin: ``none``, ``wanted`` or ``given``.
        due_ms: Until when it may be confirmed (challenged), from when it may be paid (held); milliseconds since 1970.
        order_no: The merchant's number of the order.
    """

    id: int
    state: State
    reason: str
    kind: str
    code: str
    payee: str
    title: str
    subject: str
    amount_fen: int | None
    fixed: bool
    risk: Risk
    first_time: bool
    nonce: str
    pin: str
    due_ms: int
    order_no: str


def begin(db: sqlite3.Connection, at: str) -> Attempt:
    """Return a new attempt: a code was scanned."""
    row = db.execute("INSERT INTO attempt (state) VALUES ('scanned')").lastrowid
    audit.write(db, at, f"attempt {row}", "scanned")
    return get(db, int(row or 0))


def get(db: sqlite3.Connection, number: int) -> Attempt:
    """Return an attempt.

    Raises:
        WalletError: If there is none of this number.
    """
    row = db.execute("SELECT * FROM attempt WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise WalletError(f"there is no attempt {number}", "no-attempt")
    fields = dict(row)
    fields |= {"fixed": bool(row["fixed"]), "first_time": bool(row["first_time"]), "nonce": row["nonce"] or ""}
    return Attempt(**fields)


def move(
    db: sqlite3.Connection, at: str, attempt: Attempt, state: State, reason: str = "", **fields: str | int | None
) -> Attempt:
    """Change an attempt's state, and ``fields`` with it; return it as it is then.

    Raises:
        WalletError: If no arrow leads there from the state it has now.
    """
    now = get(db, attempt.id).state
    if state not in NEXT[now]:
        raise WalletError(f"attempt {attempt.id} is {now}: it cannot become {state}", "wrong-state")
    for name, value in fields.items():
        if name not in _FIELDS:
            raise AssertionError(name)
        db.execute(f"UPDATE attempt SET {name} = ? WHERE id = ?", (value, attempt.id))
    db.execute("UPDATE attempt SET state = ?, reason = ? WHERE id = ?", (state, reason, attempt.id))
    audit.write(db, at, f"attempt {attempt.id}", f"{now} -> {state}" + (f": {reason}" if reason else ""))
    return get(db, attempt.id)


def in_state(db: sqlite3.Connection, *states: State) -> list[Attempt]:
    """Return the attempts that are in one of ``states``, in order."""
    marks = ", ".join("?" * len(states))
    rows = db.execute(f"SELECT id FROM attempt WHERE state IN ({marks}) ORDER BY id", states).fetchall()
    return [get(db, row[0]) for row in rows]
