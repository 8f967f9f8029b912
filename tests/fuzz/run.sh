#!/bin/sh
# run.sh FOLDER SECONDS [NAME…]: builds the libFuzzer targets (all, or those named) with clang and lets each run for so long, from its
# seeds. Prints executions, edges and findings of each; ends with an error when there was a finding. See README.md.
set -eu
folder=$1 seconds=$2
shift 2
clang=${CLANG:-clang}
if ! command -v "$clang" >/dev/null 2>&1; then
    echo "make fuzz needs clang and its runtime (Debian: clang libclang-rt-14-dev); CLANG names another" >&2
    exit 1
fi
[ $# -gt 0 ] || set -- $(for source in tests/fuzz/fuzz_*.c; do name=${source##*/fuzz_}; echo "${name%.c}"; done)
sanitize='-fsanitize=address,undefined -fno-sanitize-recover=all'
make -s B="$folder" CC="$clang" HARDEN= CFLAGS='-g -O1' EXTRA="-fsanitize=fuzzer-no-link $sanitize -Wno-unknown-warning-option" "$folder/libflstm.a" >/dev/null
found=0
folder=$(cd "$folder" && pwd)                  # a target may go into a folder of its own
for name; do
    # shellcheck disable=SC2046,SC2086
    "$clang" -g -O1 -std=c11 -Isrc -Itests -Itests/fuzz -fsanitize=fuzzer $sanitize -o "$folder/fuzz_$name" "tests/fuzz/fuzz_$name.c" \
        "$folder/libflstm.a" $(pkg-config --cflags --libs ncursesw libcjson) -U_XOPEN_SOURCE -D_XOPEN_SOURCE=700 -lm
    mkdir -p "$folder/corpus-$name"
    case $name in                             # what is shipped is the best of seeds
    scenario) seeds=$PWD/data/scenarios ;;
    grammar) seeds=$PWD/data/corpora ;;
    source | pickle) seeds=$folder/seeds-$name ;;     # binary: the target makes its own
    *) seeds=$PWD/tests/fuzz/seeds/$name ;;
    esac
    mkdir -p "$seeds"
    dictionary=$PWD/tests/fuzz/$name.dict
    [ -f "$dictionary" ] || dictionary=$PWD/tests/fuzz/json.dict
    status=0
    FUZZ_SEEDS=$seeds "$folder/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -dict="$dictionary" -artifact_prefix="$folder/" "$folder/corpus-$name" "$seeds" >"$folder/$name.log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$folder/$name.log" | tail -1)
    if [ "$status" -eq 0 ]; then
        echo "$name: ${runs:-0} executions, ${edges:-0} edges, no finding"
    else
        echo "$name: ${runs:-0} executions, ${edges:-0} edges, A FINDING:"
        grep -E 'ERROR|runtime error|Assertion|SUMMARY|Test unit written' "$folder/$name.log" | head -5
        found=1
    fi
done
exit $found
