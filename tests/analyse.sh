#!/bin/sh
# analyse.sh FOLDER [FILE…]: what gcc -fanalyzer, cppcheck and clang-tidy find in src (or in the files named); each is skipped with a word
# where it is not installed. Ends with an error when one of them has a finding.
#  - gcc: -fanalyzer; allocations that end the program when they fail (base/mem.h) are known to it by their attributes. Not -Wattributes:
#    web.c says how its functions are called in a page, in attributes that only the WebAssembly compiler knows. Not malloc-leak: gcc 12
#    loses a pointer that is kept in a list or by memcpy; cppcheck and clang look for leaks here, and `make asan` sees them happen.
#    Not shift-count-overflow: it takes the 23 in a shift of a vector of four for more than its width; the compiler itself warns of real ones.
#    Not use-of-uninitialized-value: it forgets what was written by an index that varies; clang and cppcheck look for it, valgrind sees it.
#  - cppcheck: warning, performance, portability.
#  - clang-tidy: bugprone, cert and the analyzer, but for: swappable parameters (x and y are), cert-err33 (fprintf to standard error),
#    "insecure" C functions (Annex K is in no library here), reserved identifiers (_GNU_SOURCE), narrowing and branch clones (style);
#    sizeof-expression (lists of pointers are allocated here with sizeof *list, which is what it warns of); padding (a struct is
#    written in the order it is read in); FloatLoopCounter and flp30 (1, 10, 100 … are exact in a
#    double); not-null-terminated (texts are written in pieces whose lengths are known, the NUL at the end); valist (version 14 has it
#    wrong from the second file on). Each file by itself, so that one it cannot get through is named.
set -u

# One file (analyse.sh --tidy FILE). Where clang-tidy itself is ended by a signal, nobody has looked at the file: that is a finding.
if [ "$1" = --tidy ]; then
    # shellcheck disable=SC2086
    said=$(clang-tidy --quiet --checks="$TIDY_CHECKS" "$2" -- $TIDY_FLAGS 2>/dev/null)
    status=$?
    [ "$status" -lt 128 ] || echo "$2: error: clang-tidy was ended by signal $((status - 128))"
    printf '%s\n' "$said" | grep -E '(warning|error):'
    exit 0
fi

folder=$1
shift
mkdir -p "$folder"
: >"$folder/findings"
[ $# -gt 0 ] || set -- src/*/*.c src/main.c
flags="-std=c11 -Isrc -DFLSTM_VERSION=\"0\" $(pkg-config --cflags ncursesw libcjson) -U_XOPEN_SOURCE -D_XOPEN_SOURCE=700"

if command -v gcc >/dev/null 2>&1; then
    for f; do
        case $f in *avx*) continue ;; esac
        # shellcheck disable=SC2086
        gcc -O2 -fanalyzer -Wno-attributes -Wno-analyzer-malloc-leak -Wno-analyzer-shift-count-overflow \
            -Wno-analyzer-use-of-uninitialized-value $flags -c -o /dev/null "$f" 2>&1 | grep -E 'warning:' >>"$folder/findings"
    done
    echo "gcc -fanalyzer: $# files"
else
    echo "gcc -fanalyzer: skipped, there is no gcc"
fi
if command -v cppcheck >/dev/null 2>&1; then
    cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr -Isrc -D_XOPEN_SOURCE=700 '-DFLSTM_VERSION="0"' \
        --template='{file}:{line}: {severity}: {message} [{id}]' "$@" 2>&1 | grep -E ': (error|warning|performance|portability):' >>"$folder/findings"
    echo "cppcheck: $# files"
else
    echo "cppcheck: skipped, it is not installed"
fi
if command -v clang-tidy >/dev/null 2>&1 && [ -z "${NO_TIDY:-}" ]; then
    checks='-*,bugprone-*,cert-*,clang-analyzer-*,-bugprone-easily-swappable-parameters,-cert-err33-c,-cert-dcl37-c,-cert-dcl51-cpp'
    checks="$checks,-bugprone-reserved-identifier,-bugprone-narrowing-conversions,-bugprone-branch-clone,-cert-err34-c"
    checks="$checks,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-bugprone-assignment-in-if-condition"
    checks="$checks,-bugprone-sizeof-expression,-clang-analyzer-optin.performance.Padding,-clang-analyzer-security.FloatLoopCounter"
    checks="$checks,-cert-flp30-c,-bugprone-not-null-terminated-result,-clang-analyzer-valist.Uninitialized"
    export TIDY_CHECKS="$checks" TIDY_FLAGS="$flags"
    printf '%s\n' "$@" | xargs -n 1 -P "$(nproc 2>/dev/null || echo 1)" sh "$0" --tidy >>"$folder/findings"
    echo "clang-tidy: $# files"
else
    echo "clang-tidy: skipped"
fi
sort -u "$folder/findings"
n=$(sort -u "$folder/findings" | grep -c .)
echo "$n findings"
[ "$n" -eq 0 ]
