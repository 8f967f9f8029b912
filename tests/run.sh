#!/bin/sh
# run.sh BUILD [NAME…]: runs the test programs in BUILD/tests (all, or those named) from the repository's root, then the checks
# written as scripts in tests/check-*.sh. Shows what failed; the last line counts.
set -u
build=$1
shift
LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR COLORTERM FLSTM_THEME LINES COLUMNS 2>/dev/null || :
passed=0 failed=0 skipped=0
mkdir -p "$build/logs"

if [ $# -gt 0 ]; then
    set -- $(for name; do echo "$build/tests/test_${name#test_}"; done)
else
    set -- $(for source in tests/unit/test_*.c; do name=${source##*/}; echo "$build/tests/${name%.c}"; done) tests/check-*.sh
fi

# One cmocka program or script; both print "[       OK ] name", "[  FAILED  ] name", "[  SKIPPED ] name".
for program; do
    [ -f "$program" ] || continue
    name=${program##*/}
    log=$build/logs/$name.log
    case $program in
    *.sh) sh "$program" >"$log" 2>&1 ;;
    *) "$program" >"$log" 2>&1 ;;
    esac
    status=$?
    ok=$(grep -c '^\[       OK \]' "$log")
    skip=$(sed -n 's/^\[  SKIPPED \] \([A-Za-z_].*\)/\1/p' "$log" | sort -u | grep -c .)
    # cmocka lists failures once more in its summary: count a name once.
    bad=$(sed -n 's/^\[  FAILED  \] \([A-Za-z_].*\)/\1/p' "$log" | sort -u | grep -c .)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        echo "$name ended with status $status"
    fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    if [ "$bad" -gt 0 ]; then
        printf '%-24s %4d passed, %d FAILED\n' "$name" "$ok" "$bad"
        grep -av '^\[\( RUN  \|       OK\)' "$log" | tail -60
    elif [ "$skip" -gt 0 ]; then
        printf '%-24s %4d passed, %d skipped\n' "$name" "$ok" "$skip"
    else
        printf '%-24s %4d passed\n' "$name" "$ok"
    fi
done
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
