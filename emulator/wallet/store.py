"""The wallet's SQLite file: its tables, and transactions that either happen or do not.

A connection serves one transaction, so threads and processes share nothing but the file. Writers take SQLite's lock
at once (``BEGIN IMMEDIATE``): no decision is made on a state that another one changes before the commit.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from emulator.wallet.errors import WalletError

VERSION = 2
_WAIT_S = 30.0
_FIRST = """
CREATE TABLE intent (
  key TEXT PRIMARY KEY, order_id TEXT NOT NULL, payee TEXT NOT NULL,
  amount_fen INTEGER NOT NULL CHECK (typeof(amount_fen) = 'integer' AND amount_fen > 0),
  risk TEXT NOT NULL CHECK (risk IN ('A', 'B', 'C', 'D')),
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'void')), at TEXT NOT NULL) STRICT;
CREATE TABLE transfer (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('grant', 'pay', 'refund')),
  ref TEXT NOT NULL, order_id TEXT NOT NULL, payee TEXT NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  risk TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (kind, ref)) STRICT;
CREATE INDEX transfer_order ON transfer (order_id);
CREATE TABLE entry (
  transfer INTEGER NOT NULL REFERENCES transfer (id), account TEXT NOT NULL,
  delta_fen INTEGER NOT NULL CHECK (delta_fen <> 0), UNIQUE (transfer, account)) STRICT;
CREATE INDEX entry_account ON entry (account);
CREATE TABLE trade (
  app_id TEXT NOT NULL, out_trade_no TEXT NOT NULL, trade_no TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,
  total_fen INTEGER NOT NULL CHECK (total_fen > 0), code TEXT UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('UNSCANNED', 'WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_CLOSED')),
  notify_url TEXT NOT NULL, created TEXT NOT NULL, paid TEXT, PRIMARY KEY (app_id, out_trade_no)) STRICT;
CREATE TABLE pay_code (code TEXT PRIMARY KEY, made TEXT NOT NULL, trade_no TEXT) STRICT;
CREATE TABLE notice (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, fields TEXT NOT NULL, tries INTEGER NOT NULL, due_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'done', 'gone'))) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER transfer_stays BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER transfer_kept BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_ATTEMPTS = """
ALTER TABLE trade ADD COLUMN expires TEXT NOT NULL DEFAULT '9999-12-31 00:00:00';
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '',
  code TEXT NOT NULL DEFAULT '', payee TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '', amount_fen INTEGER, fixed INTEGER NOT NULL DEFAULT 0, risk TEXT NOT NULL DEFAULT '',
  first_time INTEGER NOT NULL DEFAULT 0, nonce TEXT UNIQUE, pin TEXT NOT NULL DEFAULT 'none',
  due_ms INTEGER NOT NULL DEFAULT 0, order_no TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, subject TEXT NOT NULL, change TEXT NOT NULL) STRICT;
CREATE TABLE owner (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE pin (
  one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL, hash BLOB NOT NULL, misses INTEGER NOT NULL,
  locked_ms INTEGER NOT NULL) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""
_SCHEMAS = (_FIRST, _ATTEMPTS)  # what each version adds to the one before


class Store:
    """One wallet's file; made, readable by its owner only, where there is none; an older one gets what is new."""

    def __init__(self, path: Path) -> None:
        """Open ``path``.

        Raises:
            WalletError: If it is no wallet, or one of a later version.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(self._connect()) as db:
                if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    db.execute("PRAGMA journal_mode = WAL").fetchone()
            with self.change() as db:
                found = db.execute("PRAGMA user_version").fetchone()[0]
                if found < VERSION:
                    for statement in _statements("".join(_SCHEMAS[found:])):
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {VERSION}")
        except (OSError, sqlite3.Error) as error:
            raise WalletError(f"{path}: cannot be used as a wallet: {error}") from error
        if found > VERSION:
            raise WalletError(f"{path}: a wallet of version {found}; this emulator knows {VERSION}")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a write transaction: committed at the end, rolled back on any exception."""
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file and changes nothing."""
        with closing(self._connect()) as db:
            db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            yield db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        return db


def _statements(script: str) -> Iterator[str]:
    piece = ""
    for line in script.splitlines(keepends=True):
        piece += line
        if sqlite3.complete_statement(piece):
            yield piece
            piece = ""
