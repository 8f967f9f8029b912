#!/bin/sh
# run.sh PROGRAM FOLDER: `make torture`. (FOLDER's path must have no blank in it.) Two sweeps over what the program asks of the system:
#  - memory: over ten workloads, the n-th allocation fails, or all from the n-th on, for the first TORTURE_FIRST places and then every
#    TORTURE_EVERY-th: no crash, no hang, one line that says so, and a file that is written holds its old text or the new one;
#    TORTURE_LOADS names fewer workloads.
#  - system calls (with strace; TORTURE_CALLS names fewer, TORTURE_HOW fewer ways): each call of a save fails in each way, or the
#    program is killed there: the file holds its old text or the new one, a failure is told by the exit status, and a program that was
#    not killed leaves nothing beside the file.
set -u
program=$(realpath "$1") folder=$2
first=${TORTURE_FIRST:-60} every=${TORTURE_EVERY:-41}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder/work"
folder=$(cd "$folder" && pwd)
runs=0 bad=0
${CC:-cc} -O1 -shared -fPIC -o "$folder/oom.so" "$here/oom.c" || exit 1
cd "$folder/work" || exit 1
LC_ALL=C.UTF-8 HOME=$folder/work XDG_STATE_HOME=$folder/work/state
export LC_ALL HOME XDG_STATE_HOME

fault() {   # fault WHAT: with the standard error that came
    bad=$((bad + 1))
    echo "FAULT: $1"
    head -c 400 err
}

# The file as it was, or whole and new: a whole one ends in "}" and a newline.
whole() {
    [ "$(cat out.json 2>/dev/null)" = old ] || { [ "$(head -c 1 out.json)" = "{" ] && [ "$(tail -c 2 out.json)" = "}" ]; }
}

workload() {   # workload NUMBER: its arguments, one a line
    case $1 in
    1) printf '%s\n' --print json ;;
    2) printf '%s\n' --scenario partial --print text ;;
    3) printf '%s\n' --keys 'c<Right>:w! out.json<Enter>:figure! f.svg<Enter>:export! t.csv<Enter>' --render text ;;
    4) printf '%s\n' --keys '<Right>cdMmSWwpAr?<Esc>uu<C-r>' --render ansi --size 120x40 ;;
    5) printf '%s\n' counter --view gradient --gradient 5 --render html ;;
    6) printf '%s\n' --set 'f@2=0' --text 'She came out' --print csv ;;
    7) printf '%s\n' --corpus corpus.txt --view statistics --render text ;;
    8) printf '%s\n' model.json --theme mono --view sweep --render svg ;;
    9) printf '%s\n' --keys ':model! counter<Enter>:scenario! partial<Enter>:compare he came<Enter>' --render text ;;
    10) printf '%s\n' --train counter --steps 3 --save out.json ;;
    esac
}

run() {     # run ARGUMENT…: 'status', out and err
    # shellcheck disable=SC2086
    timeout 60 env $preload "$program" "$@" >out 2>err </dev/null
    status=$?
    runs=$((runs + 1))
}

each() {    # each NUMBER: the workload's arguments into "$@" of its caller is not to be had in sh: it runs them itself
    set --
    while IFS= read -r argument; do
        set -- "$@" "$argument"
    done <arguments
    run "$@"
}

"$program" --print csv >/dev/null 2>&1 || exit 1
printf 'She came out .\nHe came out .\nShe sat .\n' >corpus.txt
cat >model.json <<'MODEL'
{"format": "flstm-model/1", "name": "m", "vocabulary": {"kind": "word", "tokens": ["a", "b"]}, "embedding": [[1], [-1]], "layers": [{"W_f": [[1, 1]],
 "W_i": [[1, 1]], "W_g": [[1, 1]], "W_o": [[1, 1]], "b_f": [0], "b_i": [0], "b_g": [0], "b_o": [0]}], "output": {"W": [[1], [-1]], "b": [0, 0]}, "sequence": ["a", "b", "a"]}
MODEL

for number in ${TORTURE_LOADS:-1 2 3 4 5 6 7 8 9 10}; do
    workload $number >arguments
    echo old >out.json
    preload="OOM_COUNT=count LD_PRELOAD=$folder/oom.so"
    each
    plain=$status
    n=$(cat count 2>/dev/null || echo 0)
    [ "$plain" -eq 0 ] || fault "workload $number ends with $plain by itself"
    places=0 k=1
    while [ "$k" -le "$n" ]; do
        for how in OOM_AT OOM_FROM; do
            echo old >out.json
            preload="$how=$k LD_PRELOAD=$folder/oom.so"
            each
            case $status in
            0) ;;                           # what failed was not needed
            1) tail -n 1 err | grep -q '^flstm-tui: ' && [ "$(grep -c '^flstm-tui: ' err)" -eq 1 ] || fault "workload $number, $how=$k: status 1 without a line of ours" ;;
            *) fault "workload $number, $how=$k: status $status" ;;
            esac
            whole || fault "workload $number, $how=$k: the file is neither old nor new"
        done
        places=$((places + 1))
        [ "$places" -lt "$first" ] && k=$((k + 1)) || k=$((k + every))
    done
    echo "memory $number: $n allocations, $places places tried twice"
done
memory=$runs

if command -v strace >/dev/null 2>&1 && strace -o trace true 2>/dev/null; then
    calls=${TORTURE_CALLS:-rename fsync fchmod write umask readlink access openat close newfstatat rt_sigprocmask}
    printf '%s\n' --keys 'c<Right>:w! out.json<Enter>' --render text >arguments
    set -- --keys 'c<Right>:w! out.json<Enter>' --render text
    for call in $calls; do
        echo old >out.json
        strace -f -qq -o trace -e trace=$call "$program" "$@" >out 2>err </dev/null
        n=$(grep -c "$call(" trace)
        k=1
        while [ "$k" -le "$n" ]; do
            for how in ${TORTURE_HOW:-error=EIO error=ENOSPC error=EINTR error=EPERM signal=KILL signal=TERM}; do
                rm -f out.json.* 2>/dev/null
                echo old >out.json
                timeout 60 strace -f -qq -o trace -e trace=$call -e inject=$call:$how:when=$k "$program" "$@" >out 2>err </dev/null
                status=$?
                runs=$((runs + 1))
                whole || fault "$call $k, $how: the file is neither old nor new"
                [ "$status" -ne 0 ] || [ "$(cat out.json)" != old ] || fault "$call $k, $how: not saved, and status 0"
                case $how in
                signal=KILL) ;;
                *) ls out.json.* >/dev/null 2>&1 && fault "$call $k, $how: something lies beside the file" ;;
                esac
                [ "$status" -lt 128 ] || [ "$how" = signal=KILL ] || [ "$how" = signal=TERM ] || fault "$call $k, $how: status $status"
            done
            k=$((k + 1))
        done
        echo "$call: failed or killed at each of $n places"
    done
    echo "system calls: $((runs - memory)) runs"
else
    echo "system calls: skipped, strace cannot trace here"
fi
echo "$runs runs, $bad faults"
[ "$bad" -eq 0 ]
