#!/bin/sh
# deps.sh: installs what the build and the tests need and this system lacks. Called by `make deps`.
# Needed: a C compiler, pkg-config, ncursesw, cJSON; for the tests cmocka and libvterm (and mandoc, to check the manual).
set -eu

missing() {
    command -v "${CC:-cc}" >/dev/null 2>&1 || return 0
    command -v pkg-config >/dev/null 2>&1 || return 0
    for lib in ncursesw libcjson cmocka vterm; do
        pkg-config --exists "$lib" || return 0
    done
    [ "$1" != mandoc ] || command -v mandoc >/dev/null 2>&1 || return 0
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "make deps: to install packages run as root: $*" >&2
        exit 1
    fi
}

if command -v apt-get >/dev/null 2>&1; then
    missing mandoc || exit 0
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        gcc libc6-dev pkg-config libncurses-dev libcjson-dev libcmocka-dev libvterm-dev mandoc
    exit 0
fi
missing none || exit 0
if command -v dnf >/dev/null 2>&1; then
    as_root dnf install -y gcc pkgconf-pkg-config ncurses-devel cjson-devel libcmocka-devel libvterm-devel
elif command -v pacman >/dev/null 2>&1; then
    as_root pacman -S --needed --noconfirm gcc pkgconf ncurses cjson cmocka libvterm
elif command -v apk >/dev/null 2>&1; then
    as_root apk add gcc musl-dev pkgconf ncurses-dev cjson-dev cmocka-dev libvterm-dev
elif command -v brew >/dev/null 2>&1; then
    brew install pkg-config ncurses cjson cmocka libvterm
    case "$(pkg-config --variable=pc_path pkg-config 2>/dev/null)" in
    *ncurses*) ;;
    *) echo "make deps: if ncursesw is not found: export PKG_CONFIG_PATH=$(brew --prefix ncurses)/lib/pkgconfig" ;;
    esac
else
    echo "make deps: no known package manager (apt, dnf, pacman, apk, brew). Needed: a C compiler, pkg-config, ncursesw, cJSON, cmocka, libvterm" >&2
    exit 1
fi
