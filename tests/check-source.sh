#!/bin/sh
# check-source.sh: what the architecture promises: includes go one way, one file knows curses, the core does no I/O.
# Prints its results as cmocka does, for tests/run.sh.
set -u
status=0
report() {   # report NAME COMMAND...: passes when the command prints nothing
    name=$1
    shift
    found=$("$@" 2>&1)
    if [ -z "$found" ]; then
        echo "[       OK ] $name"
    else
        echo "[  FAILED  ] $name"
        echo "$found"
        status=1
    fi
}

# Which folders a folder may include from.
may_include() {
    cat <<'EOF'
base base
core core|base
model model|core|base
import import|model|core|base
learn learn|import|model|core|base
session session|import|model|core|base
lesson lesson|session|import|model|core|base
ui ui|base
views views|lesson|session|learn|model|core|ui|base
export export|views|lesson|session|learn|model|core|ui|base
action action|views|export|lesson|session|learn|import|model|core|ui|base
app app|action|views|export|lesson|session|learn|import|model|core|ui|base
cli cli|app|action|views|lesson|session|learn|import|model|core|ui|base
EOF
}
upward() {
    may_include | while read -r folder allowed; do
        grep -nE '^#include "[a-z]+/' src/"$folder"/*.[ch] /dev/null | grep -vE "#include \"($allowed)/" || :
    done
}
# README lists the folders so that includes go down in it.
readme_order() {
    listed=$(sed -n 's|^    src/\([a-z]*\)/ .*|\1|p' README.md)
    may_include | while read -r folder allowed; do
        for below in $(echo "$allowed" | tr '|' ' '); do
            printf '%s\n' $listed | awk -v a="$folder" -v b="$below" '
                $0 == a { i = NR } $0 == b { j = NR }
                END { if (!i || !j || i > j) print "README lists " b " above " a " or not at all" }'
        done
    done
}
curses() {
    grep -lE '#include *<(n?curses[.]h|ncursesw/|term[.]h)' -r src | grep -v '^src/ui/screen_curses.c$' || :
}
core_io() {
    grep -nE '#include *<(stdio|unistd|fcntl)\.h>|cJSON' src/core/*.[ch] || :
}
unfinished() {
    grep -nwE 'TODO|FIXME|XXX|HACK' -r src --include='*.c' --include='*.h' || :
}
columns() {   # characters, not bytes: ≈ is one
    awk 'BEGIN { for (k = 128; k < 192; k++) more = more sprintf("%c", k) }
         { line = $0; gsub("[" more "]", "", line); if (length(line) > 120) print FILENAME ":" FNR ": over 120 columns" }' \
        src/*/*.[ch] tests/unit/*.[ch]
}
views_in_table() {
    for f in src/views/view_*.c; do
        name=$(sed -n 's/^const struct view view_\([a-z_]*\) = {.*/\1/p' "$f")
        grep -q "[ ]X($name)" src/views/view.h || echo "$f is not in VIEWS of src/views/view.h"
    done
}

# Seven arguments are too many to tell apart at a call: a place, an ink, a bar, a struct of its own says what each is.
# Who has seven and more: the three of grid.h (it says why), lanes of a vector, and what was there before this test. No
# new one comes in; a line goes when its function has become shorter.
many_arguments() {
    awk 'FNR == 1 { text = "" }
         /^[a-zA-Z].*\(/ && !/^(typedef|return|struct [a-z_]* =)/ { text = ""; on = 1 }
         on { text = text " " $0
              if (/;[ ]*$/ || /^#/) on = 0
              else if (/^{/ || /\)$/) { on = 0; n = name = 0; depth = 0; at = index(text, "(")
                  name = substr(text, 1, at - 1); sub(/.*[ *]/, "", name); n = 1
                  for (k = at; k <= length(text); k++) { c = substr(text, k, 1)
                      if (c == "(") depth++; else if (c == ")" && --depth == 0) break
                      else if (c == "," && depth == 1) n++ }
                  if (n >= 7) print FILENAME ":" name } }' src/*/*.c | sort -u
}
too_many_arguments() {
    many_arguments | grep -vxF -f tests/many-arguments.txt || :
}

# A choice within a choice is read twice. Files may have as many as they had when this was first counted, and never more.
more_nested_choices() {
    awk -f tests/nested.awk src/*.c src/*/*.[ch] | sort |
        awk 'NR == FNR { most[$1] = $2; next } $2 > most[$1] + 0 { print $1 ": " $2 " choices within choices, at most " most[$1] + 0 }' \
            tests/nested-choices.txt -
}

# Files of a folder that call one another in a circle; what a linker sees, so only where the program has been built (B: where).
circles() {
    for folder in src/*/; do
        folder=${folder#src/}
        folder=${folder%/}
        objects=
        for f in src/"$folder"/*.c; do
            object=${B:-build}/${f%.c}.o
            [ ! -f "$object" ] || objects="$objects $object"
        done
        [ -n "$objects" ] || continue
        # "USER OWNER" for each symbol one file takes from another; tsort complains about what has no order.
        # shellcheck disable=SC2086
        nm -A $objects | sed 's/:/ /' | awk '
            NF == 4 && $3 ~ /^[TDRBC]$/ { owner[$4] = $1 }
            NF == 3 && $2 == "U" { user[++n] = $1; symbol[n] = $3 }
            END { for (k = 1; k <= n; k++) if (symbol[k] in owner) print user[k], owner[symbol[k]] }' |
            tsort 2>&1 >/dev/null | sed 's/.*input contains a loop:.*/these call one another in a circle:/; s/^tsort: //'
    done
}

# A gate near 0 is closed, and c closes it: a second word for it would be taken for a second thing.
two_words_for_closed() {
    grep -rnwiE 'shut|shuts|shutting' src data/lessons data/scenarios data/gallery README.md flstm-tui.1 ALGORITHM.md || :
}

report includes_go_one_way upward
report readme_lists_the_folders_in_that_order readme_order
report no_files_call_one_another_in_a_circle circles
report only_screen_curses_includes_curses curses
report the_core_does_no_input_or_output core_io
report nothing_is_left_unfinished unfinished
report no_line_has_more_than_120_columns columns
report no_new_function_takes_seven_arguments too_many_arguments
report no_new_choice_within_a_choice more_nested_choices
report a_gate_near_0_is_closed_and_nothing_else two_words_for_closed
report every_view_file_has_its_row views_in_table
exit $status
