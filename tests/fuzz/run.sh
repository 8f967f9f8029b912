#!/bin/sh
# run.sh FOLDER SECONDS [NAME…]: builds the fuzz targets (all, or those named) with clang and lets each run for so long, from its seeds.
# Prints executions, edges and findings of each; ends with an error when there was a finding. ENGINE=afl runs them with AFL++ in place of
# libFuzzer. See README.md.
set -eu
folder=$1 seconds=$2 engine=${ENGINE:-libfuzzer}
shift 2
case $engine in
libfuzzer) clang=${CLANG:-clang} package='clang libclang-rt-14-dev' no_link=-fsanitize=fuzzer-no-link ;;
afl) clang=${CLANG:-afl-clang-fast} package=afl++ no_link= ;;
*) echo "ENGINE: expected libfuzzer or afl, found $engine" >&2; exit 2 ;;
esac
if ! command -v "$clang" >/dev/null 2>&1; then
    echo "make fuzz needs $clang (Debian: $package); CLANG names another" >&2
    exit 1
fi
[ $# -gt 0 ] || set -- $(for source in tests/fuzz/fuzz_*.c; do name=${source##*/fuzz_}; echo "${name%.c}"; done)
sanitize='-fsanitize=address,undefined -fno-sanitize-recover=all'
make -s B="$folder" CC="$clang" HARDEN= CFLAGS='-g -O1' EXTRA="$no_link $sanitize -Wno-unknown-warning-option" "$folder/libflstm.a" >/dev/null 2>&1 || {
    echo "$clang does not build the program" >&2
    exit 1
}
found=0
folder=$(cd "$folder" && pwd)                  # a target may go into a folder of its own

# Each leaves in $status whether there was no finding, in $runs and $edges how far it came, and what it found on standard output of told().
with_libfuzzer() {
    FUZZ_SEEDS=$seeds "$folder/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -dict="$dictionary" -artifact_prefix="$folder/" "$folder/corpus-$name" "$seeds" >"$folder/$name.log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$folder/$name.log" | tail -1)
    told() { grep -E 'ERROR|runtime error|Assertion|SUMMARY|Test unit written' "$folder/$name.log" | head -5; }
}

# AFL++ leaves each input that ends the program, or that takes longer than 25 s, in a file.
with_afl() {
    out=$folder/afl-$name
    rm -rf "$out"
    FUZZ_SEEDS=$seeds "$folder/fuzz_$name" /dev/null >/dev/null 2>&1 || true        # a target that makes its own seeds
    FUZZ_SEEDS=$seeds AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 UBSAN_OPTIONS=abort_on_error=1:symbolize=0 \
        afl-fuzz -V "$seconds" -t 25000 -m none -x "$dictionary" -i "$seeds" -o "$out" -- "$folder/fuzz_$name" >"$folder/$name.log" 2>&1 || status=$?
    runs=$(sed -n 's/^execs_done *: *//p' "$out/default/fuzzer_stats" 2>/dev/null) || runs=
    edges=$(sed -n 's/^edges_found *: *//p' "$out/default/fuzzer_stats" 2>/dev/null) || edges=
    [ -z "$(find "$out" -name 'id:*' \( -path '*/crashes/*' -o -path '*/hangs/*' \) 2>/dev/null)" ] || status=1
    told() {
        find "$out" -name 'id:*' \( -path '*/crashes/*' -o -path '*/hangs/*' \) | head -5
        [ -d "$out/default" ] || tail -5 "$folder/$name.log"
    }
}

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
    "with_$engine"
    if [ "$status" -eq 0 ]; then
        echo "$name: ${runs:-0} executions, ${edges:-0} edges, no finding"
    else
        echo "$name: ${runs:-0} executions, ${edges:-0} edges, A FINDING:"
        told
        found=1
    fi
done
exit $found
