#!/bin/sh
# mutants.sh MUTANTS [SEED]: changes one place at a time in src/core, src/session and src/model (a comparison, a sign, a constant, a
# condition), builds that in a tree of its own (build/mutants) and runs the tests that run the changed line, as gcov has counted it
# before: first those that notice most for their time, each up to its first failure. A change that no test notices is shown, with
# the number of tests that run it. The changed file is compiled with AddressSanitizer and UBSan, so that reading one place too far
# counts as `make asan` counts it. Calls that free are left in, and of two the larger (a > b ? a : b) is the same with >=. Left out
# are the tests that take longer than MUTANT_TEST_SECONDS (60) there or fail unchanged there; they are named.
#   MUTANT_FROM=101   begins at that place in the seed's order, so that portions add up: 1 to 100, 101 to 200, …
#   MUTANT_SECONDS    ends it earlier
#   MUTANT_FILES      names files of those folders to stay within
#   MUTANT_PLACES     names a file of lines "FILE LINE CHANGE" (sed's) to try in place of drawing them
# What is built and counted is kept for the next run on the same commit. A survivor is either a test that is missing or a change that
# means the same.
set -u
want=$1 seed=${2:-1} limit=${MUTANT_SECONDS:-${HARD_SECONDS:-0}} from=${MUTANT_FROM:-1} longest=${MUTANT_TEST_SECONDS:-60}
tree=build/mutants began=$(date +%s)
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
places=$(realpath "${MUTANT_PLACES:-/dev/null}")
if [ "$want" != --count ]; then   # what is run by count, below, is in the tree already
    commit=$(git rev-parse HEAD) || exit 1
    if [ "$(cat "$tree/build/counted.of" 2>/dev/null)" != "$commit" ]; then
        rm -rf "$tree"            # objects of another commit may be younger than its files
        mkdir -p "$tree/build/ran"
        git archive HEAD | tar x -C "$tree" || exit 1
    fi
    cd "$tree" || exit 1
    [ ! -f build/changed ] || cp build/original "$(cat build/changed)"     # by a run that was ended
    rm -f build/changed           # what is kept stands in build, in no test's way
fi

libs=$(pkg-config --libs ncursesw libcjson cmocka vterm)
support=$(for f in tests/support/*.c; do echo "build/${f%.c}.o"; done)
tests=$(for f in tests/unit/test_*.c; do f=${f##*/test_}; echo "${f%.c}"; done)
changeable=$(for f in src/core/*.c src/session/*.c src/model/*.c; do case $f in *avx* | *_body*) ;; *) echo "$f" ;; esac; done)

# built FOLDER FLAGS WHAT…: objects of those flags have a folder of their own.
built() {
    folder=$1 flags=$2
    shift 2
    make -s B="$folder" HARDEN= CFLAGS="-O2 -fPIC" EXTRA="$flags" "$@" >/dev/null 2>&1
}
linked() {
    out=$1
    shift
    cc $sanitize -pthread -o "$out" "$@" $libs -lm >/dev/null 2>&1
}
# library [OBJECT…]: the program as a shared library, so that a change costs the compiling of one file and one link, not one for each
# test; of the plain objects but for those that are named, of another folder.
library() {
    for other; do echo "build/${other#build/*/}"; done >build/replaced
    linked build/libflstm.so -shared $(grep -vxFf build/replaced build/plain) "$@"
}
# runs TEST SECONDS: until the first failure; what the test would still have written has no reader then.
runs() {
    ! { FLSTM=./flstm-tui FLSTM_SANITIZED=1 LC_ALL=C.UTF-8 timeout -k 5 "$2" "build/tests/test_$1" 2>&1 </dev/null ||
        echo '[  FAILED  ] ended'; } | grep -aqm1 '^\[  FAILED  \]'
}

# What one test runs; its counters have a folder of their own.
count_one() {
    export GCOV_PREFIX="$PWD/build/counters/$1"
    start=$(date +%s%N)
    runs "$1" "$longest" && echo "$((($(date +%s%N) - start) / 1000000)) $1" >>build/took || {
        echo "left out: $1 fails unchanged, or takes more than $longest s"
        rm -rf "$GCOV_PREFIX"
        return
    }
    find "$GCOV_PREFIX" -name '*.gcda' | while read -r counters; do
        notes=${counters#"$GCOV_PREFIX"}
        ln -sf "${notes%.gcda}.gcno" "${counters%.gcda}.gcno"
        echo "$counters"
    done | xargs -r gcov -t 2>/dev/null |
        awk -F: '$2 + 0 == 0 && /Source:/ { f = $4 } f ~ /^src/ && $1 ~ /[0-9]/ { print f, $2 + 0 }' | sort -u >"build/ran/$1"
    rm -rf "$GCOV_PREFIX"
}

# What each test runs and how long it takes: in ran/TEST, lines "FILE LINE"; in took, lines "MILLISECONDS TEST". Counted with -Og: with
# -O2 lines become one, and not every test that runs a line is seen to.
count() {
    objects=$(for f in $changeable; do f=${f%.c}.o; echo "build/counted/$f"; done)
    for t in $tests; do echo "build/tests/test_$t.o"; done | xargs make -s B=build HARDEN= CFLAGS="-O2 -fPIC" \
        build/libflstm.a build/src/main.o $support >/dev/null 2>&1 && built build/counted "$sanitize --coverage -Og" $objects || return 1
    find build/src build/builtins.o -name '*.o' ! -path '*/embed/*' ! -path '*/platform/*' ! -path 'build/src/main.o' >build/plain
    library $objects --coverage && linked flstm-tui build/src/main.o -Lbuild -lflstm -Wl,-rpath,"$PWD/build" || return 1
    for t in $tests; do
        linked "build/tests/test_$t" "build/tests/test_$t.o" $support -Lbuild -lflstm -Wl,-rpath,"$PWD/build" || return 1
    done
    : >build/took
    echo "$tests" | xargs -n 1 -P "$(nproc)" sh tests/mutants.sh --count
    echo "$commit" >build/counted.of
}

# Every place that can be changed: FILE LINE KIND, in an order of its own for each seed. Comments, tables and texts are left alone.
draw() {
    for f in ${MUTANT_FILES:-$changeable}; do
        awk -v f="$f" '
        # a > b ? a : b: the larger is the same with >=
        function larger(s,    part, of, is) {
            sub(/^.*(= |return |\()/, "", s)
            sub(/[;,)]*$/, "", s)
            return split(s, part, / [<>]=? /) == 2 && split(part[2], of, / \? /) == 2 && split(of[2], is, / : /) == 2 &&
                   ((is[1] == part[1] && is[2] == of[1]) || (is[2] == part[1] && is[1] == of[1]))
        }
        { same = larger($0) }
        /^[ ]*(\*|\/\*|#|static const|enum|struct )/ || /"/ { next }
        !same && / < /   { print f, NR, "s/ < / <= /" }
        !same && / <= /  { print f, NR, "s/ <= / < /" }
        !same && / > /   { print f, NR, "s/ > / >= /" }
        !same && / >= /  { print f, NR, "s/ >= / > /" }
        / == /  { print f, NR, "s/ == / != /" }
        / != /  { print f, NR, "s/ != / == /" }
        / && /  { print f, NR, "s/ && / || /" }
        / \|\| / { print f, NR, "s/ || / \\&\\& /" }
        / \+ /  { print f, NR, "s/ + / - /" }
        / - /   { print f, NR, "s/ - / + /" }
        / \+= / { print f, NR, "s/ += / -= /" }
        / \* [a-z]/ && !/[a-z] \*[a-z]/ { print f, NR, "s/ \\* / + /" }
        /return true;/  { print f, NR, "s/return true;/return false;/" }
        /return false;/ { print f, NR, "s/return false;/return true;/" }
        /if \(!/ { print f, NR, "s/if (!/if (/" }
        /\+\+/  { print f, NR, "s/++/--/" }
        /^    +[a-z_]+\([^=]*\);$/ && !/free\(/ { print f, NR, "s/[a-z_]*(.*);$/;/" }
        ' "$f"
    done | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f2-
}

# near FILE LINE: the tests that run it, first those that have noticed most for their time. A line that the compiler made one with another
# has no counter: then those of the last line above it that has one.
near() {
    at=$2
    until grep -lxF "$1 $at" build/ran/* | sed 's,.*/,,' >build/near && [ -s build/near ] || [ "$at" -le 1 ]; do
        at=$((at - 1))
    done
    awk 'FILENAME ~ /noticed$/ { noticed[$1]++; next } FILENAME ~ /near$/ { near[$1]; next }
         $2 in near { print $1 / (1 + noticed[$2]), $2, int($1 / 200) + 5 }' build/noticed build/near build/took | sort -n | cut -d' ' -f2-
}

[ "$want" != --count ] || {
    count_one "$2"
    exit 0
}
[ -f build/counted.of ] || count || {
    echo "mutants: the program does not build unchanged"
    exit 1
}
touch build/noticed
[ -n "${MUTANT_PLACES:-}" ] && cp "$places" build/places || draw >build/places
total=$(grep -c . build/places)
tail -n "+$from" build/places >build/ahead
tried=0 killed=0 broken=0
while read -r file line change; do
    [ "$tried" -lt "$want" ] || break
    [ "$limit" -eq 0 ] || [ $(($(date +%s) - began)) -lt "$limit" ] || break
    cp "$file" build/original
    echo "$file" >build/changed
    sed -i "$line$change" "$file"
    object=build/altered/${file%.c}.o
    rm -f "$object"
    if cmp -s "$file" build/original || ! built build/altered "$sanitize" "$object" || ! library "$object"; then
        broken=$((broken + 1))
        cp build/original "$file"
        continue
    fi
    tried=$((tried + 1)) by=
    near "$file" "$line" >build/order
    while read -r t seconds; do
        runs "$t" "$seconds" || {
            by=$t
            echo "$t" >>build/noticed
            break
        }
    done <build/order
    if [ -n "$by" ]; then
        killed=$((killed + 1))
    else
        echo "not noticed: $file:$line, run by $(grep -c . build/order) tests"
        diff build/original "$file" | sed -n 's/^\([<>]\)  */  \1 /p'
    fi
    cp build/original "$file"
done <build/ahead
rm -f build/changed
echo "$killed of $tried changes noticed ($broken did not compile; $total places)"
[ "$tried" -gt 0 ]
