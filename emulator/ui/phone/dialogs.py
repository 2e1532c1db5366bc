"""What the phone asks: a PIN, which is seen by nobody, an amount, an address."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRegularExpression, Qt, QUrl
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from emulator.ui.panel import tone
from emulator.ui.texts import Texts
from emulator.wallet.errors import WalletError
from emulator.wallet.money import parse_fen, show_yuan
from emulator.wallet.pins import check_form

PIN_DIGITS = 6


class Question(QDialog):
    """Fields, a line for what is wrong, and two buttons; what is asked is handed to ``take``, which may refuse.

    ``take`` returns "" or what is wrong; with ``patient`` it is only then over when ``settle`` was told.
    """

    def __init__(self, parent: QWidget, words: Texts, title: str, text: str = "") -> None:
        super().__init__(parent)
        self.words = words
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(300)
        self.wrong = QLabel()
        self.wrong.setWordWrap(True)
        tone(self.wrong, "bad")
        self.ok, self.no = QPushButton(words("phone.ok")), QPushButton(words("phone.cancel"))
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._on_ok)
        self.no.clicked.connect(self.reject)
        self.form = QFormLayout()
        self.form.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.ok)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 14)
        box.setSpacing(10)
        if text:
            told = QLabel(text)
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            box.addWidget(told)
        box.addLayout(self.form)
        box.addWidget(self.wrong)
        box.addLayout(buttons)

    def field(self, key: str, *, secret: bool = False) -> QLineEdit:
        """Add a field with a name."""
        field = QLineEdit()
        if secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(PIN_DIGITS)
            field.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), field))
            field.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        field.textEdited.connect(lambda _: self.refuse(""))
        field.setAccessibleName(self.words(key))
        self.form.addRow(self.words(key), field)
        return field

    def refuse(self, why: str) -> None:
        """Say what is wrong; the question stays."""
        self.wrong.setText(why)
        self.ok.setEnabled(True)

    def check(self) -> str:
        """Return what is wrong with what was typed, or ""."""
        return ""

    def send(self) -> None:
        """Hand over what was typed."""

    def _on_ok(self) -> None:
        why = self.check()
        if why:
            self.refuse(why)
        else:
            self.send()


class PinQuestion(Question):
    """Asks for the PIN; the answer comes back through ``refuse`` or ``accept``, as it takes a while."""

    def __init__(self, parent: QWidget, words: Texts, title: str, text: str, take: Callable[[str], None]) -> None:
        super().__init__(parent, words, title, text)
        self._take = take
        self.pin = self.field("phone.pin", secret=True)

    def check(self) -> str:
        """Want six digits."""
        return "" if len(self.pin.text()) == PIN_DIGITS else self.words("phone.pin.form")

    def send(self) -> None:
        """Hand the PIN over and forget it."""
        self.ok.setEnabled(False)
        pin = self.pin.text()
        self.pin.clear()
        self._take(pin)


class NewPinQuestion(Question):
    """Asks for a new PIN, twice, and for the old one where there is one."""

    def __init__(
        self, parent: QWidget, words: Texts, title: str, take: Callable[[str, str], None], *, old: bool
    ) -> None:
        super().__init__(parent, words, title)
        self._take = take
        self.old = self.field("phone.pin.old", secret=True) if old else None
        self.pin = self.field("phone.pin.new", secret=True)
        self.again = self.field("phone.pin.again", secret=True)

    def check(self) -> str:
        """Want two that are the same and not too easy."""
        if self.old is not None and len(self.old.text()) != PIN_DIGITS:
            return self.words("phone.pin.form")
        try:
            check_form(self.pin.text())
        except WalletError:
            return self.words("phone.pin.easy")
        return "" if self.pin.text() == self.again.text() else self.words("phone.pin.differ")

    def send(self) -> None:
        """Hand both over and forget them."""
        self.ok.setEnabled(False)
        pin, old = self.pin.text(), self.old.text() if self.old else ""
        for field in (self.old, self.pin, self.again):
            if field is not None:
                field.clear()
        self._take(pin, old)


class AmountQuestion(Question):
    """Asks for an amount in yuan; empty is None."""

    def __init__(
        self,
        parent: QWidget,
        words: Texts,
        title: str,
        text: str,
        now_fen: int | None,
        take: Callable[[int | None], None],
    ) -> None:
        super().__init__(parent, words, title, text)
        self._take = take
        self.amount = self.field("phone.amount")
        self.amount.setText("" if now_fen is None else show_yuan(now_fen))
        self.amount.selectAll()

    def check(self) -> str:
        """Want an amount, zero or nothing."""
        try:
            self._fen()
        except ValueError:
            return self.words("phone.amount.form")
        return ""

    def send(self) -> None:
        """Hand it over and go."""
        self._take(self._fen())
        self.accept()

    def _fen(self) -> int | None:
        text = self.amount.text().strip().removeprefix("¥").strip()
        if not text:
            return None
        return 0 if text.strip("0.") == "" else parse_fen(text)


class AddressQuestion(Question):
    """Asks for an address on the network; only https, as it may hold a key."""

    def __init__(self, parent: QWidget, words: Texts, title: str, text: str, take: Callable[[str], None]) -> None:
        super().__init__(parent, words, title, text)
        self._take = take
        self.setMinimumWidth(420)
        self.url = self.field("phone.address")
        self.url.setPlaceholderText("https://")

    def check(self) -> str:
        """Want https and a host."""
        url = QUrl(self._text(), QUrl.ParsingMode.StrictMode)
        return "" if url.isValid() and url.scheme() == "https" and url.host() else self.words("phone.address.form")

    def send(self) -> None:
        """Hand it over and go."""
        self._take(self._text())
        self.accept()

    def _text(self) -> str:
        text = self.url.text().strip()
        return f"https://{text.removeprefix('webcal://')}" if text.startswith("webcal://") else text
