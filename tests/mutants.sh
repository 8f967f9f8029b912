#!/bin/sh
# mutants.sh MUTANTS [SEED]: changes one place at a time in src/core, src/session and src/model (a comparison, a sign, a constant, a
# condition), builds that in a tree of its own (build/mutants) and runs the tests that are nearest: those that are called as the file,
# then the others but for those of more than ten seconds, first those that notice most for their time. The changed file is compiled
# with AddressSanitizer and UBSan, so that reading one place too far counts as `make asan` counts it. A change that no test notices is
# shown. Calls that free are left in, and of two the larger (a > b ? a : b) is the same with >=. MUTANT_SECONDS ends it earlier;
# MUTANT_FILES names files of those folders to stay within; MUTANT_PLACES names a file of lines "FILE LINE CHANGE" (sed's) to try in
# place of drawing them. A survivor is either a test that is missing or a change that means the same.
set -u
want=$1 seed=${2:-1} limit=${MUTANT_SECONDS:-${HARD_SECONDS:-0}}
tree=build/mutants began=$(date +%s)
tests="bounds proof hang predict change overflow forms misfit dial lstm trace session edit scenario attribution statistics find train sweep model vocab
 gradient_view whatif words ask suite machine break speak swap train_exact bidirectional timeline film watch gradient
 reading dialects arrays findings why rows before say ledger stops picture learnt lesson dissect threads expr data shards pages views
 unread every_word mapped"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
rm -rf "$tree"                    # objects of another commit may be younger than its files
mkdir -p "$tree"
git archive HEAD | tar x -C "$tree" || exit 1
cd "$tree" || exit 1
# The library is a shared one here, so that a change costs the compiling of one file and one link, not one for each test. All of it is
# linked so that one file can be sanitized. built [EXTRA=…] WHAT…; linked OUT OBJECT…
libs=$(pkg-config --libs ncursesw libcjson cmocka vterm)
built() {
    make -s CFLAGS="-O2 -fPIC" HARDEN= "$@" >/dev/null 2>&1
}
linked() {
    out=$1
    shift
    cc $sanitize -pthread -o "$out" "$@" $libs -lm >/dev/null 2>&1
}
library() {
    built build/libflstm.a && linked build/libflstm.so -shared -Wl,--whole-archive build/libflstm.a -Wl,--no-whole-archive
}
# runs TEST SECONDS
runs() {
    FLSTM=./flstm-tui FLSTM_SANITIZED=1 LC_ALL=C.UTF-8 timeout "$2" "build/tests/test_$1" >/dev/null 2>&1 </dev/null
}

support=$(for f in tests/support/*.c; do echo "build/${f%.c}.o"; done)
objects=$(for t in $tests; do echo "build/tests/test_$t.o"; done)
built build/src/main.o $support $objects && library && linked flstm-tui build/src/main.o -Lbuild -lflstm -Wl,-rpath,"$PWD/build" &&
    for t in $tests; do
        linked "build/tests/test_$t" "build/tests/test_$t.o" $support -Lbuild -lflstm -Wl,-rpath,"$PWD/build" || exit 1
    done || {
    echo "mutants: the program does not build unchanged"
    exit 1
}

# A test that fails unchanged would notice everything; how long each takes says which come first. The slow ones, which run for their
# own files only, are known to pass from `make check`.
slow="gradient break vocab"
for t in $tests; do
    case " $slow " in *" $t "*) echo "60000 $t"; continue ;; esac
    start=$(date +%s%N)
    runs "$t" 600 || {
        echo "mutants: test_$t fails unchanged"
        exit 1
    }
    echo "$((($(date +%s%N) - start) / 1000000)) $t"
done | sort -n >took
case $(cat took) in *mutants:*) grep mutants: took; exit 1 ;; esac
quick() {                         # those that have noticed most for their time first
    awk 'NR == FNR { noticed[$1]++; next } $1 < 10000 { print $1 / (1 + noticed[$2]), $2 }' noticed took | sort -n | cut -d' ' -f2
}
: >noticed

# nearest FILE: the tests for a change there.
nearest() {
    base=$(basename "$1" .c)
    own=
    for t in $tests; do
        case $base in "$t" | "$t"_* | *_"$t") own="$own $t" ;; esac
    done
    echo "$own"
    for t in $(quick); do
        case " $own " in *" $t "*) ;; *) echo "$t" ;; esac
    done
}

# Every place that can be changed: FILE LINE KIND, in an order of its own for each seed. Comments, tables and texts are left alone.
[ -n "${MUTANT_PLACES:-}" ] && cp "$MUTANT_PLACES" places ||
for f in ${MUTANT_FILES:-src/core/*.c src/session/*.c src/model/*.c}; do
    case $f in *avx* | *_body*) continue ;; esac
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
done | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f2- >places
total=$(grep -c . places)

tried=0 killed=0 broken=0
while read -r file line change; do
    [ "$tried" -lt "$want" ] || break
    [ "$limit" -eq 0 ] || [ $(($(date +%s) - began)) -lt "$limit" ] || break
    cp "$file" original
    sed -i "$line$change" "$file"
    if cmp -s "$file" original || ! built EXTRA="$sanitize" "build/${file%.c}.o" || ! library; then
        broken=$((broken + 1))
        cp original "$file"
        continue
    fi
    tried=$((tried + 1)) by=
    for t in $(nearest "$file"); do
        runs "$t" "$(awk -v t="$t" '$2 == t { print int($1 / 200) + 20 }' took)" || {
            by=$t
            echo "$t" >>noticed
            break
        }
    done
    if [ -n "$by" ]; then
        killed=$((killed + 1))
    else
        echo "not noticed: $file:$line"
        diff original "$file" | sed -n 's/^\([<>]\)  */  \1 /p'
    fi
    cp original "$file"
done <places
echo "$killed of $tried changes noticed ($broken did not compile; $total places)"
[ "$tried" -gt 0 ]
