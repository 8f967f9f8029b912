#!/bin/sh
# check-run.sh: tests/run.sh counts rightly and in order, whoever is ready first. Prints its results as cmocka does.
set -u
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tests"
program() {   # program NAME SECONDS STATUS LINE...
    name=$1 wait=$2 code=$3
    shift 3
    {
        echo '#!/bin/sh'
        echo "sleep $wait"
        for line; do echo "echo '$line'"; done
        echo "exit $code"
    } >"$work/tests/test_$name"
    chmod +x "$work/tests/test_$name"
}
is() {   # is NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        printf 'expected\n%s\nfound\n%s\n' "$2" "$3"
        status=1
    fi
}

program slow 0.3 0 '[ RUN      ] a' '[       OK ] a' '[       OK ] b'
program skips 0 0 '[       OK ] c' '[  REASON  ] d: no disk' '[  SKIPPED ] d' '[  SKIPPED ] 1 test(s), listed below:' '[  SKIPPED ] d'
program fails 0.1 1 '[       OK ] e' '[ RUN      ] f' 'why' '[  FAILED  ] f' '[  FAILED  ] 1 test(s), listed below:' '[  FAILED  ] f'
program dies 0 7

is results_come_in_order_and_are_counted_once "test_slow                   2 passed
test_skips                  1 passed, 1 skipped
  skipped: test_skips d: no disk
3 passed, 0 failed, 1 skipped
0" "$(sh tests/run.sh -j 4 "$work" slow skips; echo $?)"
is a_failure_is_shown_with_its_words_and_ends_with_1 "test_slow                   2 passed
test_fails                  1 passed, 1 FAILED
why
[  FAILED  ] f
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] f
3 passed, 1 failed
1" "$(sh tests/run.sh -j 2 "$work" slow fails; echo $?)"
is a_program_that_dies_without_a_word_has_failed "test_dies ended with status 7
test_dies                   0 passed, 1 FAILED
0 passed, 1 failed
1" "$(sh tests/run.sh "$work" dies; echo $?)"
exit $status
