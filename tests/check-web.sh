#!/bin/sh
# check-web.sh: `make web` is the same program in a browser: pressed the same keys it shows the same text, byte for byte, as --render
# text. Driven in Chromium by tests/support/web.py. Prints its results as cmocka does, for tests/run.sh.
set -u
flstm=${FLSTM:-./flstm-tui}
name=the_program_in_a_page_shows_what_the_program_shows
browser=
for one in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || ! command -v "$one" >/dev/null 2>&1 || browser=$one
done
skip() {
    echo "[  REASON  ] $name: $1"
    echo "[  SKIPPED ] $name"
    exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
[ -z "${FLSTM_SANITIZED:-}" ] || skip "built for the sanitizers"
[ -n "$browser" ] && command -v python3 >/dev/null 2>&1 || skip "no Chromium or no python3"
printf '#include <stdio.h>\nint main(void){return puts("") < 0;}\n' |
    ${WEB_CC:-clang} --target=wasm32-wasi --sysroot="${WEB_ROOT:-/usr}" -x c -o "$work/try" - 2>/dev/null ||
    skip "no clang that makes WebAssembly (clang lld wasi-libc libclang-rt-dev-wasm32)"
said=$(make -s web 2>&1) || { echo "[  FAILED  ] $name"; echo "$said"; exit 1; }
PYTHONDONTWRITEBYTECODE=1 python3 tests/support/web.py "$browser" "$flstm" "$work" "$name"
