#!/bin/sh
# run.sh FOLDER SECONDS: builds every libFuzzer target with clang and lets each run for so long. See README.md.
set -eu
folder=$1 seconds=$2
clang=${CLANG:-clang}
if ! command -v "$clang" >/dev/null 2>&1; then
    echo "make fuzz needs clang and its runtime (Debian: clang libclang-rt-14-dev); CLANG names another" >&2
    exit 1
fi
mkdir -p "$folder"
make -s build/libflstm.a
for source in tests/fuzz/fuzz_*.c; do
    name=${source##*/}
    name=${name%.c}
    echo "== $name"
    # shellcheck disable=SC2046
    "$clang" -g -O1 -std=c11 -D_XOPEN_SOURCE=700 -DFLSTM_VERSION='"fuzz"' -Isrc -Itests/fuzz \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o "$folder/$name" "$source" \
        src/base/*.c src/core/*.c src/model/*.c src/import/*.c src/learn/*.c src/session/*.c src/views/*.c src/export/*.c src/action/*.c $(ls src/ui/*.c | grep -v screen_) build/builtins.c $(pkg-config --cflags --libs libcjson) -lm
    mkdir -p "$folder/corpus-$name"
    seeds=tests/fuzz/seeds/${name#fuzz_}
    "$folder/$name" -max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=1024 -print_final_stats=0 \
        -dict=tests/fuzz/json.dict -artifact_prefix="$folder/" "$folder/corpus-$name" "$seeds" 2>&1 | tail -3
done
