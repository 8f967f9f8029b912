#!/bin/sh
# check-hardened.sh: the program was built so that a fault can do little: position-independent, its tables read-only, its stack guarded
# and not executable, its copies of memory measured. Prints its results as cmocka does, for tests/run.sh.
set -u
flstm=${FLSTM:-./flstm-tui}
status=0
if [ -n "${FLSTM_SANITIZED:-}" ] || ! command -v readelf >/dev/null 2>&1 || ! readelf -h "$flstm" >/dev/null 2>&1; then
    echo "[  REASON  ] the_program_is_hardened: no readelf, no ELF, or built for the sanitizers"
    echo "[  SKIPPED ] the_program_is_hardened"
    exit 0
fi
all=$(readelf -hldWn "$flstm"; readelf --dyn-syms -W "$flstm")
must() {   # must NAME PATTERN
    if printf '%s\n' "$all" | grep -qE "$2"; then
        echo "[       OK ] $1"
    else
        echo "[  FAILED  ] $1"
        echo "$flstm: nothing like \"$2\" in what readelf tells"
        status=1
    fi
}
must it_is_position_independent 'Type: +DYN'
must its_tables_are_read_only_once_it_runs 'GNU_RELRO'
must every_function_is_looked_up_at_the_start 'BIND_NOW|FLAGS_1.*NOW'
must its_stack_cannot_be_run 'GNU_STACK +0x0+ 0x0+ 0x0+ 0x0+ 0x0+ RW '
must its_stack_is_guarded '__stack_chk_fail'
must its_copies_are_measured '__(memcpy|vsnprintf|snprintf|read|memset|fprintf)_chk'
# What the C library adds need not be, so the program as a whole is not marked: its own parts are.
if [ "$(uname -m)" = x86_64 ] && [ -f build/src/main.o ]; then
    all=$(readelf -nW build/src/main.o)
    must its_jumps_land_where_they_may 'IBT, SHSTK'
fi
exit $status
