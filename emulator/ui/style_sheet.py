"""The window's style sheet; ``@name`` stands for a colour of the theme."""

STYLE_SHEET = """
QMainWindow, QMainWindow::separator { background: @window; }
QMainWindow::separator { width: 6px; height: 6px; }
QMainWindow::separator:hover { background: @line; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; color: @dim; }
QDockWidget::title { background: @panel; padding: 8px 12px 6px 12px; text-align: left; border: none; }
QDockWidget > QWidget { background: @panel; }
QTabBar { background: @window; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @faint; padding: 7px 14px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover:!selected { color: @dim; }
QTabBar::tab:focus { color: @text; background: @raised; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 6px 8px; }
QLabel { background: transparent; }
QLabel[tone="dim"] { color: @dim; }
QLabel[tone="faint"] { color: @faint; }
QLabel[tone="warn"] { color: @warn; }
QLabel[tone="bad"] { color: @bad; }
QLabel[tone="accent"] { color: @accent; }
QLabel[role="heading"] { color: @dim; font-weight: 600; }
QLabel[role="figure"] { font-size: 22px; font-weight: 600; }
QLabel[role="tag"] { color: @warn; border: 1px solid @warn; border-radius: 3px; padding: 0 4px; font-size: 11px; }
QPushButton, QToolButton { background: @raised; color: @text; border: 1px solid transparent; border-radius: 6px; padding: 5px 12px; }
QToolButton { padding: 5px 9px; }
QPushButton[role="stop"] { padding: 5px 3px; min-width: 36px; }
QPushButton:hover, QToolButton:hover { background: @pressed; }
QPushButton:pressed, QToolButton:pressed { background: @line; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:checked, QToolButton:checked { background: @accent; color: @on_accent; }
QPushButton:disabled, QToolButton:disabled { color: @faint; background: @panel; border: 1px solid @line; }
QToolButton[flat="true"] { background: transparent; color: @dim; }
QToolButton[flat="true"]:hover { background: @raised; color: @text; }
QToolButton[flat="true"]:checked { background: @pressed; color: @accent; }
QToolButton[role="recording"]:checked { background: @bad; color: @panel; }
QToolButton[role="map"] { background: @panel; border: 1px solid @line; padding: 0; }
QToolButton[role="map"]:hover { background: @pressed; }
QToolButton[role="map"]:checked { color: @accent; }
QToolButton[role="map"]:focus { border: 1px solid @accent; }
QToolButton[role="credit"] { background: @panel; color: @dim; border-radius: 0; border-top-left-radius: 6px; padding: 1px 7px; font-size: 10px; }
QToolButton[role="credit"]:hover { color: @text; }
QToolButton::menu-indicator { image: none; width: 0; }
QLineEdit, QComboBox { background: @raised; color: @text; border: 1px solid transparent; border-radius: 6px; padding: 5px 9px; selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:focus, QComboBox:focus { border: 1px solid @accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: @raised; color: @text; border: 1px solid @line; selection-background-color: @pressed; selection-color: @text; outline: none; padding: 4px; }
QCheckBox { spacing: 8px; background: transparent; }
QCheckBox:focus { color: @accent; }
QCheckBox::indicator { width: 15px; height: 15px; border-radius: 4px; border: 1px solid @faint; background: @raised; }
QCheckBox::indicator:checked { background: @accent; border: 1px solid @accent; }
QCheckBox::indicator:disabled { border: 1px solid @line; background: @panel; }
QSlider { background: transparent; min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::sub-page:horizontal:disabled { background: @faint; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @text; }
QSlider::handle:horizontal:focus { background: @accent; }
QSlider::handle:horizontal:disabled { background: @faint; }
QMenu { background: @raised; color: @text; border: 1px solid @line; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 22px; border-radius: 4px; }
QMenu::item:selected { background: @pressed; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QMenu::indicator { width: 8px; height: 8px; margin-left: 8px; border-radius: 4px; }
QMenu::indicator:checked { background: @accent; }
QTableView, QTreeView, QListView { background: @plot; alternate-background-color: @plot; color: @text; border: none; gridline-color: @line; selection-background-color: @pressed; selection-color: @text; outline: none; }
QListWidget[role="found"] { background: @raised; border: 1px solid @line; border-radius: 6px; padding: 4px; }
QListWidget[role="found"]::item { padding: 4px 8px; border-radius: 4px; }
QListWidget[role="found"]::item:selected { background: @pressed; color: @text; }
QTableView::item { padding: 2px 8px; border: none; }
QTableView:focus { border: 1px solid @accent; }
QHeaderView, QHeaderView::section { background: @panel; color: @faint; border: none; padding: 5px 8px; }
QHeaderView::section { border-bottom: 1px solid @line; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: @line; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QFrame[role="card"] { background: @raised; border-radius: 8px; }
QFrame[role="card"] QPushButton, QFrame[role="card"] QLineEdit { background: @pressed; }
QFrame[role="card"] QPushButton:hover { background: @line; }
QFrame[role="rule"] { background: @line; max-height: 1px; min-height: 1px; border: none; }
QWidget#header, QWidget#captions { background: @panel; }
QFrame#notice { background: @raised; border-left: 3px solid @warn; }
QWidget#clear { background: @window; }
"""
