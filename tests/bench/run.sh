#!/bin/sh
# run.sh BUILD: all measurements, one after the other. Numbers belong to the machine and the moment; carry the ratios, which
# compare two things measured in turns in the same run.
set -u
build=$1
LC_ALL=C.UTF-8
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
# Without what earlier sittings left behind: each that was not saved is looked for, and offered, at the start.
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME

# A source of benchmarks that prints by itself: every program in tests/bench but the helpers and those that take arguments.
echo "== the terminal: start to first frame, key to frame (the built-in model, H = 8)"
htop=
command -v htop >/dev/null 2>&1 && htop=htop
"$build/bench/bench_terminal" -n 21 -k '<Right><Left>' "$build/bench/hello_curses" ./flstm-tui $htop
echo
echo "== the terminal: steps and one-bar changes (+ and -), H = 3"
"$build/bench/bench_terminal" -n 5 -q qy -k '<Right><Right><Right><Right><Right><Right>' "$build/bench/hello_curses" "./flstm-tui lesson-cell"
"$build/bench/bench_terminal" -n 5 -q qy -k '+-+-+-+-+-+-+-+-' "$build/bench/hello_curses" "./flstm-tui lesson-cell"
echo
echo "== the terminal: steps and one-bar changes, H = 1024"
"$build/bench/make_model" 1024 >"$work/wide.json"
"$build/bench/bench_terminal" -n 3 -q qy -k '<Right><Right><Right><Right><Right><Right><Right><Right>' "$build/bench/hello_curses" "./flstm-tui $work/wide.json"
"$build/bench/bench_terminal" -n 3 -q qy -k '+-+-+-+-+-+-+-+-' "$build/bench/hello_curses" "./flstm-tui $work/wide.json"
echo
echo "== the terminal: an edit at step 1 of 10,000, H = 1024: the frame of the key; then in the timeline and the predictions"
awk 'BEGIN { srand(1); for (k = 0; k < 10000; k++) printf "%s\n", substr("abcdefgh", 1 + int(8 * rand()), 1) }' >"$work/words"
for view in bars timeline predictions; do
    echo "-- $view"
    "$build/bench/bench_terminal" -f -n 1 -q qy -k '<Right>+-+-+-+-+-+-+-+-' "$build/bench/hello_curses" "./flstm-tui --view $view --tokens $work/words $work/wide.json"
done
echo
echo "== a run that memory does not hold, 10 million words of 128 units: seconds and KB at the peak"
"$build/bench/make_model" 128 >"$work/middle.json"
awk 'BEGIN { srand(1); for (k = 0; k < 10000000; k++) print substr("abcdefgh", 1 + int(8 * rand()), 1) }' >"$work/many"
if [ -x /usr/bin/time ]; then
    /usr/bin/time -f '%e s %M KB' ./flstm-tui --tokens "$work/many" "$work/middle.json" --step 5000000 --render text >/dev/null
fi
rm -f "$work/many"
echo
echo "== the terminal: the first picture of 1 GB of safetensors, most of it embedding and head; of 0.5 GB of LSTM weights"
"$build/bench/make_large" words "$work/words.safetensors" "$work/words.txt"
"$build/bench/make_large" units "$work/units.safetensors" "$work/units.json"
"$build/bench/bench_terminal" -w 3000 -n 3 -q qy "$build/bench/hello_curses" "./flstm-tui $work/words.safetensors --vocab $work/words.txt --text w000001" "./flstm-tui $work/units.safetensors --inputs $work/units.json"
rm -f "$work"/*.safetensors
echo
echo "== JSON: a weights file to floats, beside bare cJSON"
"$build/bench/bench_json"
# FLSTM_REFERENCE: a folder with reference data, as for the tests.
darwin=${FLSTM_REFERENCE:-}/darwin/darwin.pytorch.json
[ -r "$darwin" ] && "$build/bench/bench_json" "$darwin"
for program in "$build"/bench/bench_*; do
    case $program in
    *.o | *.d | */bench_terminal | */bench_json) continue ;;
    esac
    echo
    echo "== ${program##*/bench_}"
    "$program"
done
