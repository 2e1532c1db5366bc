"""The catalogue: products, offers, barcodes and pictures in one SQLite file; amounts are whole fen.

The user's is ``catalogue.sqlite`` in the folder of their stores. As long as there is none, the shipped sample is searched;
the first product added by camera starts the user's own with a copy of it, the first import without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emulator.core.assets import asset
from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.services.shopping.goods import Item, Offer
from emulator.services.shopping.quantities import Quantity, Unit
from emulator.vision.features import Features, unpack

VERSION = 1
FILE = "catalogue.sqlite"
_WAIT_S = 10.0
_ITEM = "item.id, key, name_zh, name_en, brand_zh, brand, milli, unit, sample"
_SCHEMA = """
CREATE TABLE item (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  brand_zh TEXT NOT NULL, brand TEXT NOT NULL, milli INTEGER CHECK (milli > 0),
  unit TEXT NOT NULL CHECK (unit IN ('', 'g', 'ml', 'piece')), sample INTEGER NOT NULL CHECK (sample IN (0, 1))) STRICT;
CREATE TABLE barcode (
  gtin TEXT PRIMARY KEY CHECK (length(gtin) = 14), item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE) STRICT;
CREATE TABLE offer (
  item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, shop TEXT NOT NULL,
  price_fen INTEGER NOT NULL CHECK (price_fen > 0), shipping_fen INTEGER NOT NULL CHECK (shipping_fen >= 0),
  coupon_fen INTEGER NOT NULL CHECK (coupon_fen >= 0), currency TEXT NOT NULL CHECK (length(currency) = 3),
  at TEXT NOT NULL, PRIMARY KEY (item, shop, currency, at)) STRICT;
CREATE TABLE picture (
  id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  webp BLOB NOT NULL, points BLOB NOT NULL) STRICT;
CREATE INDEX picture_item ON picture (item);
CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'trigram');
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product: a WebP file at ``vision.products.CATALOGUE_PX``, and its key points."""

    webp: bytes
    features: Features


@dataclass(frozen=True, slots=True)
class Entry:
    """What is put into the catalogue at once: a product with all that came with it."""

    item: Item
    offers: tuple[Offer, ...] = ()
    gtins: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Catalogue:
    """One file. A connection serves one transaction, so any thread may ask."""

    def __init__(self, path: Path, *, shipped: bool = False) -> None:
        """Open ``path``, which must be there.

        Args:
            path: A file that ``make`` made.
            shipped: Whether nobody writes it: it may lie where nothing can be written.

        Raises:
            FileError: If it is no catalogue of this version.
        """
        self.path, self.shipped = path, shipped
        try:
            with self.look() as db:
                found = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            raise FileError(f"{path}: cannot be used as a catalogue: {error}") from None
        if found != VERSION:
            raise FileError(f"{path}: no catalogue of version {VERSION}; import a CSV or JSON file instead")

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file and changes nothing."""
        how = "mode=ro&immutable=1" if self.shipped else "mode=ro"
        uri = f"{self.path.absolute().as_uri()}?{how}"
        with closing(sqlite3.connect(uri, timeout=_WAIT_S, isolation_level=None, uri=True)) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a write transaction: committed at the end, rolled back on any exception."""
        with closing(_connect(self.path)) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    # --- reading ---

    def mark(self) -> int:
        """Return a number that is another one after every change."""
        return 0 if self.shipped else self.path.stat().st_mtime_ns

    def items(self) -> list[tuple[int, Item]]:
        """Return every product and its number, by key."""
        with self.look() as db:
            return [_item(row) for row in db.execute(f"SELECT {_ITEM} FROM item ORDER BY key")]

    def item(self, number: int) -> Item:
        """Return the product of this number.

        Raises:
            KeyError: If there is none.
        """
        with self.look() as db:
            row = db.execute(f"SELECT {_ITEM} FROM item WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise KeyError(number)
        return _item(row)[1]

    def number(self, key: str) -> int | None:
        """Return the number of the product with this key, or None."""
        with self.look() as db:
            row = db.execute("SELECT id FROM item WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else None

    def by_gtin(self, gtin: str) -> int | None:
        """Return the number of the product with this barcode, or None."""
        with self.look() as db:
            row = db.execute("SELECT item FROM barcode WHERE gtin = ?", (gtin,)).fetchone()
        return int(row[0]) if row else None

    def offers(self, number: int) -> list[Offer]:
        """Return every offer of a product there ever was, oldest first."""
        asked = "SELECT shop, price_fen, at, shipping_fen, coupon_fen, currency FROM offer WHERE item = ?"
        with self.look() as db:
            rows = db.execute(asked, (number,)).fetchall()
        offers = [Offer(row[0], row[1], datetime.fromisoformat(row[2]), *row[3:]) for row in rows]
        return sorted(offers, key=lambda one: (one.at, one.shop))

    def pictures(self) -> list[tuple[int, Picture]]:
        """Return every picture and the number of its product, in the order they came."""
        with self.look() as db:
            rows = db.execute("SELECT item, webp, points FROM picture ORDER BY id").fetchall()
        return [(int(item), Picture(webp, unpack(points))) for item, webp, points in rows]

    def pictures_of(self, number: int) -> list[bytes]:
        """Return the pictures of a product, coded as WebP."""
        with self.look() as db:
            return [row[0] for row in db.execute("SELECT webp FROM picture WHERE item = ? ORDER BY id", (number,))]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each table."""
        with self.look() as db:
            tables = ("item", "offer", "barcode", "picture")
            return {table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables}

    def with_words(self, pieces: Sequence[str], limit: int) -> list[tuple[int, Item]]:
        """Return products with any of ``pieces`` in their names, at most ``limit``.

        Those with runs of three letters come first, by the index; the rest is filled by going through all names.
        """
        wanted = " OR ".join('"' + piece.replace('"', '""') + '"' for piece in pieces if len(piece) >= 3)
        anywhere = " OR ".join("instr(text, ?)" for _ in pieces) or "0"
        found = f"SELECT {_ITEM} FROM words JOIN item ON item.id = words.rowid WHERE"
        with self.look() as db:
            rows = (
                db.execute(f"{found} words MATCH ? ORDER BY rank LIMIT ?", (wanted, limit)).fetchall() if wanted else []
            )
            if len(rows) < limit:
                rows += db.execute(f"{found} ({anywhere}) LIMIT ?", (*pieces, limit)).fetchall()
        return list({row[0]: _item(row) for row in rows}.values())

    # --- writing ---

    def put(self, entries: Sequence[Entry], *, drop_sample: bool = False) -> None:
        """Add products, or bring those of the same key up to date; all or none.

        Offers are added to those there were; pictures replace those there were, where some came.

        Raises:
            FileError: If the file cannot be written, or a barcode is another product's.
        """
        try:
            with self.change() as db:
                if drop_sample:
                    db.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM item WHERE sample)")
                    db.execute("DELETE FROM item WHERE sample")
                for entry in entries:
                    _put(db, entry)
        except sqlite3.IntegrityError as error:
            raise FileError(f"{self.path}: nothing was changed: {error}") from None
        except sqlite3.Error as error:
            raise FileError(f"{self.path}: cannot be written: {error}") from None


def make(path: Path) -> Catalogue:
    """Return the catalogue at ``path``, an empty one where there is none.

    Raises:
        FileError: If it cannot be made, or is no catalogue.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(path)) as db:
            if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    except (OSError, sqlite3.Error) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"{path}: cannot be used as a catalogue: {reason}") from None
    return Catalogue(path)


def sample() -> Catalogue:
    """Return the catalogue that ships."""
    return Catalogue(asset("catalogue", "sample.sqlite"), shipped=True)


def open_user(data: Path) -> Catalogue:
    """Return the user's catalogue, or the sample as long as there is none."""
    path = data / FILE
    return Catalogue(path) if path.exists() else sample()


def begin_user(data: Path, *, with_sample: bool) -> Catalogue:
    """Return the user's catalogue to write to; where there is none a new one is begun."""
    path = data / FILE
    if with_sample and not path.exists():
        begun = make(path.with_suffix(".part"))
        with closing(_connect(begun.path)) as db, sample().look() as source:
            source.execute("COMMIT")
            source.backup(db)
        begun.path.replace(path)
    return make(path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _item(row: Sequence[object]) -> tuple[int, Item]:
    number, key, name_zh, name_en, brand_zh, brand, milli, unit, is_sample = row
    known: Unit | None = {"g": "g", "ml": "ml", "piece": "piece"}.get(str(unit))  # type: ignore[assignment]  # its values are units
    quantity = Quantity(int(str(milli)), known) if milli is not None and known else None
    names = (str(key), str(name_zh), str(name_en), str(brand_zh), str(brand))
    return int(str(number)), Item(*names, quantity, bool(is_sample))


def _put(db: sqlite3.Connection, entry: Entry) -> None:
    item, quantity = entry.item, entry.item.quantity
    row = (item.key, item.name_zh, item.name_en, item.brand_zh, item.brand)
    number = db.execute(
        "INSERT INTO item (key, name_zh, name_en, brand_zh, brand, milli, unit, sample) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en,"
        " brand_zh = excluded.brand_zh, brand = excluded.brand, milli = excluded.milli, unit = excluded.unit,"
        " sample = excluded.sample RETURNING id",
        (*row, quantity and quantity.milli, quantity.unit if quantity else "", int(item.sample)),
    ).fetchone()[0]
    db.execute("DELETE FROM words WHERE rowid = ?", (number,))
    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, " ".join(row[1:]).casefold()))
    for gtin in entry.gtins:
        owner = db.execute("SELECT item FROM barcode WHERE gtin = ?", (gtin,)).fetchone()
        if owner is None:
            db.execute("INSERT INTO barcode VALUES (?, ?)", (gtin, number))
        elif owner[0] != number:
            raise sqlite3.IntegrityError(f"the barcode {gtin} of {item.key!r} is another product's")
    for offer in entry.offers:
        amounts = (offer.price_fen, offer.shipping_fen, offer.coupon_fen)
        db.execute(
            "INSERT OR REPLACE INTO offer VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, offer.shop, *amounts, offer.currency, offer.at.isoformat()),
        )
    if entry.pictures:
        db.execute("DELETE FROM picture WHERE item = ?", (number,))
    for picture in entry.pictures:
        row_of = (number, picture.webp, picture.features.pack())
        db.execute("INSERT INTO picture (item, webp, points) VALUES (?, ?, ?)", row_of)
