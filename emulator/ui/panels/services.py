"""Services: which half of each answers now, how its live half is, its keys, and a check of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from emulator.core.errors import EmulatorError
from emulator.live.bridge import Bridge, Half, Outcome
from emulator.live.errors import ServiceError
from emulator.live.http import Http
from emulator.live.secrets import forget_secret, keep_secret, keeps_secrets, place_of, read_secret, redact, variable
from emulator.services.service import Secret, Service
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, rule, tone

DOTS = "••••••••"


class ServicesPanel(Panel):
    """A switch for all live halves, then one part for each service that has one.

    Signals:
        checked: Service, what came back, and how many ms it took; sent by the thread of the check.
    """

    checked = Signal(str, object, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._bridge, self._seen = Bridge(), False
        desk.ended.connect(self._bridge.close)
        self.live = QCheckBox()
        self.live.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.live.setChecked(desk.glasses.calls.live)
        self.live.toggled.connect(self._on_live)
        self.words.bind(self.live.setText, "services.live")
        self.words.bind(self.live.setToolTip, "services.live.tip")
        services = desk.glasses.calls.services
        self.parts = {
            name: ServicePart(desk, name, service, self._ask)
            for name, service in services.items()
            if service.live is not None
        }
        self.rest, self.nowhere = QLabel(), QLabel()
        for label in (self.rest, self.nowhere):
            label.setWordWrap(True)
            tone(label, "faint")
        self.nowhere.setVisible(False)
        self.words.bind(self.nowhere.setText, "services.no-keyring")
        self.checked.connect(lambda name, outcome, ms: self.parts[name].take(outcome, ms))
        for part in self.parts.values():
            part.changed.connect(self.look_up)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.live)
        box.addWidget(self.nowhere)
        for part in self.parts.values():
            box.addWidget(rule())
            box.addWidget(part)
        box.addWidget(rule())
        box.addWidget(self.rest)
        box.addStretch(1)

    def attach(self) -> None:
        """Another pair, with the same leave to go live."""
        self.desk.glasses.calls.live = self.live.isChecked()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Look up the keys as soon as somebody sees the panel."""
        super().paintEvent(event)
        if not self._seen:
            QTimer.singleShot(0, self.look)

    def look(self) -> None:
        """Read what is new; behind another tab it asks no keyring, so that the window opens at once."""
        if not self._seen and not self.visibleRegion().isEmpty():
            self._seen = True
            self.look_up()
        super().look()

    def look_up(self) -> None:
        """See which keys there are; one may serve several services."""
        self.nowhere.setVisible(not keeps_secrets())
        for part in self.parts.values():
            part.look_up()
        self.desk.glasses.calls.reread()
        self.draw()

    def draw(self) -> None:
        """Show who answers and how the live halves are."""
        if not self._seen:
            return
        for part in self.parts.values():
            part.draw()
        services = self.desk.glasses.calls.services
        titles = [_title(self.desk, service) for name, service in services.items() if name not in self.parts]
        self.rest.setText(self.words("services.offline-only", titles=("、" if self._zh else ", ").join(titles)))

    @property
    def _zh(self) -> bool:
        return self.words.language == "zh"

    def _ask(self, name: str, half: Half) -> Callable[[], None]:
        return self._bridge.ask(half, lambda outcome, ms: self.checked.emit(name, outcome, ms))

    def _on_live(self, on: bool) -> None:
        self.desk.glasses.calls.live = on
        self.desk.store.keep("live", "on" if on else "off")
        self.draw()


class ServicePart(QWidget):
    """One service: title and half, health, its keys, three buttons, and a line on what came of them.

    Signals:
        changed: A key was kept or forgotten.
    """

    changed = Signal()

    def __init__(self, desk: Desk, name: str, service: Service, ask: Callable[[str, Half], Callable[[], None]]) -> None:
        super().__init__()
        self._desk, self.name, self.service, self._ask = desk, name, service, ask
        self._end: Callable[[], None] | None = None
        self._said: tuple[str, str] = ("", "")
        self.title, self.half, self.health, self.line = QLabel(), QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "heading")
        self.keys, self.body = QToolButton(), QWidget()
        self.keys.setCheckable(True)
        self.keys.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.keys.setProperty("flat", True)
        self.keys.toggled.connect(self._on_keys)
        self.body.setVisible(False)
        desk.texts.bind(self.keys.setText, "services.keys")
        desk.texts.bind(self.keys.setToolTip, "services.keys.tip")
        for label in (self.health, self.line):
            label.setWordWrap(True)
            label.setVisible(False)
        self.fields = {secret.name: SecretField(desk, secret) for secret in service.secrets}
        self.save, self.forget, self.check = QPushButton(), QPushButton(), QPushButton()
        for button, key, act in (
            (self.save, "save", self._on_save),
            (self.forget, "forget", self._on_forget),
            (self.check, "check", self._on_check),
        ):
            button.setProperty("role", "stop")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, act=act: act())
            desk.texts.bind(button.setToolTip, f"services.{key}.tip")
        for field in self.fields.values():
            field.input.textChanged.connect(lambda _: self._enable())
            field.input.returnPressed.connect(self._on_save)
        self._place()

    def look_up(self) -> None:
        """See which of its keys there are now."""
        for field in self.fields.values():
            field.look_up()

    def draw(self) -> None:
        """Show everything anew."""
        words, calls = self._desk.texts, self._desk.glasses.calls
        self.title.setText(_title(self._desk, self.service))
        half, health = calls.half(self.name), calls.health(self.name)
        self.half.setText(words.known("engine", half))
        tone(self.half, "accent" if half == "live" else "dim")
        reason = f" · {self._why(health.code, health.reason)}" if health.reason else ""
        self.health.setText(words(f"health.{health.state}") + reason)
        tone(self.health, "warn" if health.state == "open" else "faint")
        self.health.setVisible(self.keys.isChecked() or health.state in ("open", "trying"))
        self.half.setToolTip(self.health.text())
        for field in self.fields.values():
            field.draw()
        self.save.setText(words("services.save"))
        self.forget.setText(words("services.forget"))
        self.check.setText(words("services.cancel" if self._end else "services.check"))
        self._enable()
        line, mood = self._said
        self.line.setText(line)
        self.line.setVisible(bool(line))
        tone(self.line, mood)

    def take(self, outcome: Outcome, ms: int) -> None:
        """Show what the vendor said."""
        self._end = None
        words = self._desk.texts
        if isinstance(outcome, ServiceError):
            hidden = [value for value in self._values().values() if value]
            reason = self._why(outcome.code, redact(str(outcome), hidden))
            self._say(f"{words(f'error.{outcome.kind}')} · {reason}", "warn")
            return
        self._desk.glasses.calls.mended(self.name)
        self._say(words("services.worked", line=outcome["line"], ms=ms), "accent")

    def _enable(self) -> None:
        typed = any(field.typed for field in self.fields.values())
        self.save.setEnabled(typed and keeps_secrets())
        self.forget.setEnabled(any(field.place == "keyring" for field in self.fields.values()))
        self.check.setEnabled(self.service.check is not None)

    def _on_keys(self, wanted: bool) -> None:
        self.body.setVisible(wanted)
        self.draw()

    def _on_save(self) -> None:
        try:
            for field in self.fields.values():
                field.keep()
        except EmulatorError as error:
            self._say(str(error), "warn")
            return
        self.changed.emit()
        self._say(self._desk.texts("services.saved"), "accent")

    def _on_forget(self) -> None:
        try:
            for field in self.fields.values():
                field.forget()
        except EmulatorError as error:
            self._say(str(error), "warn")
            return
        self.changed.emit()
        self._say(self._desk.texts("services.forgotten"), "faint")

    def _on_check(self) -> None:
        words = self._desk.texts
        if self._end is not None:
            self._end()
            self._end = None
            self._say(words("services.cancelled"), "faint")
            return
        values = self._values()
        for secret in self.service.secrets:
            if not values[secret.name] and not secret.optional:
                self._say(words("services.missing", title=_secret_title(self._desk, secret)), "warn")
                return
        known = {name: value for name, value in values.items() if value}
        check = self.service.check
        assert check is not None  # the button is off

        async def half(http: Http) -> dict[str, Any]:
            return {"line": await check(http, known)}

        self._end = self._ask(self.name, half)
        self._say(words("services.checking"), "faint")

    def _why(self, code: str, reason: str) -> str:
        """Return the reason in the language of the window where it is one of every network."""
        said = self._desk.texts.known("reason", code) if code else code
        return reason if said == code else said

    def _values(self) -> dict[str, str]:
        """Return what is typed, or else kept."""
        return {name: field.typed or read_secret(name) or "" for name, field in self.fields.items()}

    def _say(self, line: str, mood: str) -> None:
        self._said = (line, mood)
        self.draw()

    def _place(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.half)
        top.addWidget(self.keys)
        row = QHBoxLayout()
        row.setSpacing(5)
        for button in (self.save, self.forget, self.check):
            row.addWidget(button, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.health)
        box.addWidget(self.body)
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 5, 0, 4)
        inside.setSpacing(5)
        for field in self.fields.values():
            inside.addWidget(field)
        inside.addSpacing(3)
        inside.addLayout(row)
        inside.addWidget(self.line)


class SecretField(QWidget):
    """One key: what it is, where it is kept, and a box for a new one. A kept one is never shown."""

    def __init__(self, desk: Desk, secret: Secret) -> None:
        super().__init__()
        self._desk, self.secret = desk, secret
        self.place: str | None = None
        self._shown = ""
        self.title, self.input = QLabel(), QLineEdit()
        tone(self.title, "dim")
        if secret.hidden:
            self.input.setEchoMode(QLineEdit.EchoMode.Password)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2, 0, 0)
        box.setSpacing(3)
        box.addWidget(self.title)
        box.addWidget(self.input)

    @property
    def typed(self) -> str:
        """What stands in the box."""
        return self.input.text().strip() if self.place != "environment" else ""

    def look_up(self) -> None:
        """See where the key is kept; asking the keyring takes a moment."""
        self.place = place_of(self.secret.name)
        kept = self.place == "keyring"
        self._shown = (DOTS if self.secret.hidden else read_secret(self.secret.name) or "") if kept else ""

    def draw(self) -> None:
        """Show where the key is."""
        words, name = self._desk.texts, variable(self.secret.name)
        title = _secret_title(self._desk, self.secret)
        self.title.setText(words("services.optional", title=title) if self.secret.optional else title)
        self.input.setAccessibleName(title)
        given = self.place == "environment"
        if given:
            self.input.clear()
        self.input.setEnabled(not given and (keeps_secrets() or not self.secret.optional))
        if given:
            hint = words("services.from", variable=name)
        elif self.place == "keyring":
            hint = f"{self._shown}  {words('services.kept')}"
        else:
            hint = name
        self.input.setPlaceholderText(hint)
        self.input.setToolTip("" if keeps_secrets() or given else words("services.variable", variable=name))

    def keep(self) -> None:
        """Keep what is typed and take it out of the box. Raises as ``keep_secret``."""
        if self.typed:
            keep_secret(self.secret.name, self.typed)
            self.input.clear()

    def forget(self) -> None:
        """Forget what is kept. Raises as ``forget_secret``."""
        if self.place == "keyring":
            forget_secret(self.secret.name)


def _title(desk: Desk, service: Service) -> str:
    return service.title_zh if desk.texts.language == "zh" else service.title


def _secret_title(desk: Desk, secret: Secret) -> str:
    return secret.title_zh if desk.texts.language == "zh" else secret.title


PANEL = Card("services", "right", 3, ServicesPanel, tab=1)
