#!/bin/sh
# check-static.sh: `make static` makes one file that needs nothing of the machine but its terminals' descriptions, and it is the same
# program. Prints its results as cmocka does, for tests/run.sh.
set -u
status=0
ok() { echo "[       OK ] $1"; }
bad() { echo "[  FAILED  ] $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@"; status=1; }
name=a_static_program_is_the_same_program
if [ -n "${FLSTM_SANITIZED:-}" ] || ! command -v readelf >/dev/null 2>&1 ||
    [ ! -e "$("${CC:-cc}" -print-file-name=libncursesw.a)" ]; then
    echo "[  REASON  ] $name: no readelf, no libncursesw.a, or built for the sanitizers"
    echo "[  SKIPPED ] $name"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
said=$(make -s static 2>&1) || { bad it_is_built "$said"; exit 1; }
needs=$(readelf -lWd flstm-tui-static | grep -E 'INTERP|NEEDED')
[ -z "$needs" ] && ok it_needs_no_library_and_no_loader || bad it_needs_no_library_and_no_loader "$needs"

differ=
for asked in '--print json' '--render text --view dissect' '--render ansi --view timeline --size 120x40' '--inspect' '--list themes' \
    'lesson-cell --render svg'; do
    # shellcheck disable=SC2086
    ./flstm-tui $asked >"$work/shared" 2>&1
    # Nothing of the machine is in reach: no environment.
    # shellcheck disable=SC2086
    env -i LC_ALL=C.UTF-8 "$PWD/flstm-tui-static" $asked >"$work/static" 2>&1
    cmp "$work/shared" "$work/static" >"$work/cmp" 2>&1 || differ="$differ $asked: $(cat "$work/cmp")"
done
[ -z "$differ" ] && ok $name || bad $name "$differ"

# In a terminal, with the descriptions of this machine; the tests that drive the real program drive this one.
# Where make was told another folder (B=…), they are there.
driver=${B:-build}/tests/test_program
opens=it_opens_in_a_terminal_by_the_descriptions_of_the_machine
for test in a_newcomer_steps_pins_and_sees_the_prediction_change terminals_it_cannot_use_are_refused_in_one_line \
    what_is_rendered_is_what_is_on_the_screen; do
    said=$(make -s "$driver" 2>&1 && FLSTM=./flstm-tui-static CMOCKA_TEST_FILTER=$test "$driver" 2>&1) &&
        case $said in *"OK ] $test"*) true ;; *) false ;; esac || { bad $opens "$said"; opens=; break; }
done
[ -z "$opens" ] || ok $opens
exit $status
