#!/bin/sh
# deps.sh [run|check] [web]: installs what this system lacks of what the program needs (run), and of what its tests need (check, if
# nothing is said); web: what makes it a page, too. Called by `make deps`.
# Needed: a C compiler, pkg-config, ncursesw, cJSON; for the tests cmocka and libvterm (and mandoc, to check the manual).
set -eu
what=${1:-check} page=${2:-}

# Is anything missing? With "mandoc" that counts too.
missing() {
    command -v "${CC:-cc}" >/dev/null 2>&1 || return 0
    command -v pkg-config >/dev/null 2>&1 || return 0
    libs='ncursesw libcjson'
    [ "$what" = run ] || libs="$libs cmocka vterm"
    for lib in $libs; do
        pkg-config --exists "$lib" || return 0
    done
    [ "$page" != web ] || printf 'int main(void){return 0;}\n' |
        "${WEB_CC:-clang}" --target=wasm32-wasi --sysroot="${WEB_ROOT:-/usr}" -x c -o /dev/null - 2>/dev/null || return 0
    [ "$what" = run ] || [ "$1" != mandoc ] || command -v mandoc >/dev/null 2>&1 || return 0
    return 1
}

# One line for a shell, run as root, or said whole where one may not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        sh -c "$1"
    elif command -v sudo >/dev/null 2>&1; then
        sudo sh -c "$1"
    else
        echo "make deps: packages are missing. As root:  $1" >&2
        [ "$what" = run ] || echo "make deps: without the tests (make deps run) fewer are needed." >&2
        exit 1
    fi
}

if command -v apt-get >/dev/null 2>&1; then
    missing mandoc || exit 0
    tests=
    [ "$what" = run ] || tests=' libcmocka-dev libvterm-dev mandoc bash'
    [ "$page" != web ] || tests="$tests clang lld wasi-libc libclang-rt-dev-wasm32"
    as_root "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends gcc libc6-dev pkg-config libncurses-dev libcjson-dev$tests"
    exit 0
fi
missing none || exit 0
[ "$page" != web ] || echo "make deps: for make web a clang that makes WebAssembly and wasi-libc (WEB_CC, WEB_ROOT) are yours to install here" >&2
if command -v dnf >/dev/null 2>&1; then
    [ "$what" = run ] && tests= || tests=' libcmocka-devel libvterm-devel'
    as_root "dnf install -y gcc pkgconf-pkg-config ncurses-devel cjson-devel$tests"
elif command -v pacman >/dev/null 2>&1; then
    [ "$what" = run ] && tests= || tests=' cmocka libvterm'
    as_root "pacman -S --needed --noconfirm gcc pkgconf ncurses cjson$tests"
elif command -v apk >/dev/null 2>&1; then
    [ "$what" = run ] && tests= || tests=' cmocka-dev libvterm-dev'
    as_root "apk add gcc musl-dev pkgconf ncurses-dev cjson-dev$tests"
elif command -v brew >/dev/null 2>&1; then
    [ "$what" = run ] && set -- || set -- cmocka libvterm
    brew install pkg-config ncurses cjson "$@"
    case "$(pkg-config --variable=pc_path pkg-config 2>/dev/null)" in
    *ncurses*) ;;
    *) echo "make deps: if ncursesw is not found: export PKG_CONFIG_PATH=$(brew --prefix ncurses)/lib/pkgconfig" ;;
    esac
else
    echo "make deps: no known package manager (apt, dnf, pacman, apk, brew). Needed: a C compiler, pkg-config, ncursesw, cJSON; for the tests cmocka, libvterm" >&2
    exit 1
fi
