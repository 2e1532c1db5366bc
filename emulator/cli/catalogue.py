"""``glasses catalogue``: import, list and add the products that prices are compared of."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.services.shopping.catalogue import Catalogue


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``import``, ``list`` and ``add``."""
    words = parser.add_subparsers(required=True, metavar="import|list|add")
    import_parser = words.add_parser("import", help="add the products of a CSV or JSON file; all of them or none")
    import_parser.add_argument("file", type=Path, metavar="FILE", help="docs/services.md has the columns")
    import_parser.add_argument("--sample", action="store_true", help="mark them as invented")
    import_parser.set_defaults(catalogue_word=import_file)
    list_parser = words.add_parser("list", help="the products there are, and their prices")
    list_parser.add_argument(
        "words", nargs="?", default="", metavar="WORDS", help="only those whose names are like this"
    )
    list_parser.add_argument("--language", choices=("zh", "en"), default="en", help="of the names")
    list_parser.add_argument("--json", action="store_true", help="one object a product, each on its line")
    list_parser.set_defaults(catalogue_word=list_items)
    add_parser = words.add_parser("add", help="add one product by its picture")
    add_parser.add_argument("image", type=Path, metavar="IMAGE", help="its package, filling the picture")
    add_parser.add_argument("--name", required=True, help="in Chinese or English")
    add_parser.add_argument("--price", metavar="YUAN", help="such as 12.90")
    add_parser.add_argument("--shop", default="", help="where it costs that")
    add_parser.add_argument("--quantity", metavar="Q", help="such as 500 g or 6 x 250 ml")
    add_parser.set_defaults(catalogue_word=add_one)
    for one in (import_parser, list_parser, add_parser):
        one.add_argument("--catalogue", type=Path, metavar="FILE", help="another catalogue than your own")


def run(arguments: Namespace) -> int:
    """Do ``glasses catalogue import|list|add``."""
    return int(arguments.catalogue_word(arguments))


def import_file(arguments: Namespace) -> int:
    """Import a file; the sample goes with the first import into one's own catalogue."""
    from emulator.services.shopping.importing import read_goods

    entries = read_goods(arguments.file, sample=arguments.sample)
    catalogue = _to_write(arguments.catalogue, with_sample=False)
    catalogue.put(entries, drop_sample=not arguments.sample)
    offers, pictures = sum(len(entry.offers) for entry in entries), sum(len(entry.pictures) for entry in entries)
    print(f"{catalogue.path}: {len(entries)} products, {offers} offers, {pictures} pictures imported")
    return 0


def list_items(arguments: Namespace) -> int:
    """Print every product, or those like some words; 1 if there are none."""
    from emulator.cli.identify import now, price_line
    from emulator.services.shopping.goods import sum_up, to_reply
    from emulator.services.shopping.views import Shelf

    catalogue = open_catalogue(arguments.catalogue)
    numbers = [number for number, _ in catalogue.items()]
    if arguments.words:
        numbers = list(Shelf(catalogue).find(arguments.words).numbers)
    for number in numbers:
        prices = sum_up(catalogue.offers(number), now())
        told = to_reply(catalogue.item(number), prices, arguments.language)
        print(json.dumps(told, ensure_ascii=False) if arguments.json else f"{told['key']}: {price_line(told)}")
    if not numbers:
        print(f"glasses: {catalogue.path}: no products", file=sys.stderr)
    return 0 if numbers else 1


def add_one(arguments: Namespace) -> int:
    """Add a product by one picture."""
    from emulator.cli.identify import now
    from emulator.core.errors import UsageError
    from emulator.services.shopping.adding import entry_of
    from emulator.services.shopping.quantities import parse_quantity
    from emulator.vision.colour_picture import read_colour
    from emulator.wallet.money import parse_fen

    try:
        quantity = parse_quantity(arguments.quantity) if arguments.quantity else None
        price_fen = parse_fen(arguments.price) if arguments.price else 0
    except ValueError as error:
        raise UsageError(str(error)) from None
    frame, _ = read_colour(arguments.image)
    entry = entry_of(frame, arguments.name, price_fen, now(), shop=arguments.shop, quantity=quantity)
    catalogue = _to_write(arguments.catalogue, with_sample=True)
    catalogue.put([entry])
    points = len(entry.pictures[0].features.points)
    print(f"{catalogue.path}: {entry.item.key}, {points} key points, {len(entry.gtins)} barcodes")
    return 0


def open_catalogue(path: Path | None) -> Catalogue:
    """Return the catalogue at ``path``, the user's, or the sample that ships."""
    from emulator.services.shopping.catalogue import Catalogue, open_user

    return Catalogue(path) if path else open_user(_data())


def _to_write(path: Path | None, *, with_sample: bool) -> Catalogue:
    from emulator.services.shopping.catalogue import begin_user, make

    return make(path) if path else begin_user(_data(), with_sample=with_sample)


def _data() -> Path:
    from emulator.core.user_data import user_data

    return user_data()


COMMAND = Command("catalogue", "import, list and add the products whose prices are compared", add_arguments, run)
