#!/bin/sh
# run.sh [-j JOBS] BUILD [NAME…]: runs the test programs in BUILD/tests (all, or those named) from the repository's root, then the
# checks written as scripts in tests/check-*.sh; as many at a time as there are processors, those that took longest last time
# first. Shows what failed, in the order of the names whoever is ready first, and what was skipped and why; the last line counts.
set -u
LC_ALL=C.UTF-8
export LC_ALL

# One program or script (run.sh --one BUILD PROGRAM). Its log, its status and its seconds stay in BUILD/logs.
if [ "$1" = --one ]; then
    log=$2/logs/${3##*/}.log
    began=$(date +%s)
    case $3 in
    *.sh) sh "$3" >"$log" 2>&1 ;;
    *) "$3" >"$log" 2>&1 ;;
    esac
    echo $? >"$log.part"
    echo $(($(date +%s) - began)) >"$log.seconds"
    mv "$log.part" "$log.status"            # there at once and whole: it is waited for
    exit 0
fi

jobs=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
if [ "$1" = -j ]; then
    jobs=$2
    shift 2
fi
build=$1
shift
unset NO_COLOR COLORTERM FLSTM_TUI_THEME FLSTM_LOG LINES COLUMNS 2>/dev/null || :
# Whoever runs the tests may have a config; it is not tested.
XDG_CONFIG_HOME=/nowhere XDG_CONFIG_DIRS=/nowhere XDG_DATA_HOME=/nowhere XDG_DATA_DIRS=/nowhere
export XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS
passed=0 failed=0 skipped=0
logs=$build/logs
mkdir -p "$logs"
rm -f "$logs"/*.status

if [ $# -gt 0 ]; then
    set -- $(for name; do echo "$build/tests/test_${name#test_}"; done)
else
    set -- $(for source in tests/unit/test_*.c; do name=${source##*/}; echo "$build/tests/${name%.c}"; done) tests/check-*.sh
fi
for program; do
    [ -f "$program" ] || {
        echo "there is no $program"
        exit 2
    }
done

# One cmocka program or script; both print "[       OK ] name", "[  FAILED  ] name", "[  SKIPPED ] name".
report() {
    reasons=
    for program; do
        name=${program##*/}
        log=$logs/$name.log
        while [ ! -f "$log.status" ] && [ ! -f "$logs/all.status" ]; do
            sleep 0.1
        done
        status=$(cat "$log.status" 2>/dev/null || echo 99)
        ok=$(grep -ac '^\[       OK \]' "$log")
        # cmocka lists what was skipped and what failed once more in its summary: count a name once.
        missed=$(sed -n 's/^\[  SKIPPED \] \([A-Za-z_].*\)/\1/p' "$log" | sort -u)
        skip=$(printf '%s\n' "$missed" | grep -c .)
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
        for test in $missed; do                 # support/skip.h prints the reason
            reason=$(sed -n "s/^\[  REASON  \] $test: //p" "$log" | sort -u)
            reasons="$reasons  skipped: $name $test: ${reason:-no reason was given}
"
        done
    done
    printf '%s' "$reasons"
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# The programs run in the foreground, so that Ctrl-C reaches them; what they came to is told beside them.
report "$@" &
reporter=$!
trap 'kill "$reporter" 2>/dev/null; exit 130' INT TERM
for program; do
    echo "$(cat "$logs/${program##*/}.log.seconds" 2>/dev/null || echo 5) $program"
done | sort -srn -k1,1 | cut -d' ' -f2 | xargs -P "$jobs" -n 1 sh tests/run.sh --one "$build"
: >"$logs/all.status"
wait "$reporter"
