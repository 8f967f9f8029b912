#!/bin/sh
# check-docs.sh: README and manual are true: every command in them runs, every option and key is in the manual.
set -u
status=0
flstm=$(pwd)/${FLSTM:-./flstm-tui}
case ${FLSTM:-} in /*) flstm=$FLSTM ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
root=$(pwd)

ok() { echo "[       OK ] $1"; }
bad() { echo "[  FAILED  ] $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@"; status=1; }

# A command as printed; what would open the screen gets a picture instead, and the file names it writes land in a scratch folder.
run_command() {
    where=$1 command=$2
    case $command in
    *--render*|*--print*|*--list*|*--inspect*|*qy\'*|*--check*|*--version*|*--help*|*--completion*|*--train*|*--handout*) ;;
    *) command="$command --render text" ;;
    esac
    command=$(printf '%s' "$command" | sed "s#^\(\./\)\{0,1\}flstm-tui#\"$flstm\"#")
    if output=$(cd "$work" && sh -c "$command" 2>&1); then
        :
    else
        bad "$where" "status $?: $command" "$output"
        return 1
    fi
}

# ---- README: the indented commands
n=0 failed=0
sed -n 's/^    \(\.\/flstm-tui .*\)$/\1/p' README.md | sed 's/ *#.*$//' >"$work/readme"
while IFS= read -r line; do
    n=$((n + 1))
    run_command README_commands_run_as_printed "$line" || failed=1
done <"$work/readme"
[ "$failed" -eq 0 ] && [ "$n" -gt 3 ] && ok README_commands_run_as_printed
[ "$n" -gt 3 ] || bad README_commands_run_as_printed "found only $n commands"

# ---- the manual: its .Dl lines
n=0 failed=0
sed -n 's/^\.Dl \(flstm-tui .*\)$/\1/p' flstm-tui.1 | grep -v 'model.json:' >"$work/manual"
while IFS= read -r line; do
    n=$((n + 1))
    run_command manual_examples_run_as_printed "$line" || failed=1
done <"$work/manual"
[ "$failed" -eq 0 ] && [ "$n" -gt 2 ] && ok manual_examples_run_as_printed
[ "$n" -gt 2 ] || bad manual_examples_run_as_printed "found only $n examples"

# ---- every option of --help is in the manual
missing=
for option in $("$flstm" --help all | sed -n 's/^ .*--\([a-z-]*\).*/\1/p'); do
    grep -qE "Fl -$option( |\$|,)" flstm-tui.1 || missing="$missing --$option"
done
[ -z "$missing" ] && ok every_option_is_in_the_manual || bad every_option_is_in_the_manual "missing:$missing"

# ---- help fits a terminal of 80 columns, and its first page one of 24 lines
wide=$("$flstm" --help all | awk 'length > 80')
[ -z "$wide" ] && [ "$("$flstm" -h | wc -l)" -le 24 ] && ok help_fits_80_columns_and_its_first_page_24_lines ||
    bad help_fits_80_columns_and_its_first_page_24_lines "$wide" "$("$flstm" -h)"
[ "$("$flstm" --help train)" = "$("$flstm" --help=train)" ] && "$flstm" --help train | grep -q -- '--patience' &&
    ! "$flstm" --help train | grep -q -- '--vocab' && ok help_of_a_topic_is_the_options_of_that_topic ||
    bad help_of_a_topic_is_the_options_of_that_topic

# ---- what was mistyped is met with what was probably meant
failed=
for slip in '--hlep:--help' '--view dissct:dissect' '--color nver:never' '--help trian:train' '--list thems:themes' '--print jsno:json'; do
    said=$("$flstm" ${slip%%:*} 2>&1)
    [ $? -eq 2 ] && printf '%s' "$said" | grep -q "did you mean ${slip#*:}?" || failed="$failed
${slip%%:*}: $said"
done
[ -z "$failed" ] && ok a_slip_on_the_command_line_is_met_with_what_was_meant || bad a_slip_on_the_command_line_is_met_with_what_was_meant "$failed"
[ "$("$flstm" -V)" = "$("$flstm" --version)" ] && "$flstm" -V | grep -q '^flstm-tui [0-9]' && ok V_is_the_version || bad V_is_the_version

# ---- every command that takes an argument is in the manual
missing=
for name in $("$flstm" --list actions | sed -n 's/^\([a-z-]*\) .*  :[a-z-]* .*$/\1/p'); do
    grep -qE "Ic $name( |\$)|^$name( |\$)" flstm-tui.1 || [ "$name" = find ] || missing="$missing $name"
done
[ -z "$missing" ] && ok every_command_with_an_argument_is_in_the_manual || bad every_command_with_an_argument_is_in_the_manual "missing:$missing"

# ---- every dialect is in the manual
missing=
for name in $("$flstm" --list formats | cut -d' ' -f1); do
    grep -qE "(^|[ ]|It )(Ic |Cm |Li )?$name( |\$|,)" flstm-tui.1 || missing="$missing $name"
done
[ -z "$missing" ] && ok every_dialect_is_in_the_manual || bad every_dialect_is_in_the_manual "missing:$missing"

# ---- every key of the table is in the manual's KEYS section
sed -n '/^\.Sh KEYS/,/^\.Sh COMMANDS/p' flstm-tui.1 >"$work/keys"
missing=
for key in $("$flstm" --list actions | cut -c20-30 | tr ' ' '\n' | grep -E '^[a-zA-Z?/:]$' | sort -u); do
    grep -qE "(^|[ &])\\\\?$(printf '%s' "$key" | sed 's/[?/]/\\&/g')( |\$|,)" "$work/keys" || missing="$missing $key"
done
[ -z "$missing" ] && ok every_key_is_in_the_manual || bad every_key_is_in_the_manual "missing:$missing"

# ---- every key of a view is where the manual speaks of that view: between its name and the next heading of the list
missing=
"$flstm" --list keys | awk '{ print $1 }' | cut -d. -f1 | sort -u >"$work/views"
while IFS= read -r view; do
    part=$(awk -v view="$view" '
        /^\.It |^\.S[hs] /{ here = 0 } $0 ~ "^" view "( |:|,|;|$)" { here = 1 } here' "$work/keys")
    [ "$view" != learn ] || part=$(sed -n '/^\.Sh TRAINING/,/^\.Sh [^T]/p' flstm-tui.1)
    [ -n "$part" ] || missing="$missing $view"
    for key in $("$flstm" --list keys | sed -n "s/^$view\.[^ ]* *\([^ ][^ ]*\) .*/\1/p"); do      # the first of its keys
        key=$(printf '%s' "$key" | sed -e 's/^<lt>$/</' -e 's/^<S-Tab>$/Shift-Tab/' -e 's/^<\(..*\)>$/\1/')
        printf '%s\n' "$part" | sed 's/\\&//g' | tr ' ,' '\n\n' | grep -qxF -- "$key" || missing="$missing $view:$key"
    done
done <"$work/views"
[ -z "$missing" ] && ok every_key_of_a_view_is_in_the_manual || bad every_key_of_a_view_is_in_the_manual "missing:$missing"

# ---- the config file in the manual is one
mkdir -p "$work/flstm-tui"
sed -n '/^\.Sh CONFIGURATION/,/^\.Sh THEMES/p' flstm-tui.1 | sed -n '/^\.Bd/,/^\.Ed/p' | grep -v '^\.' >"$work/flstm-tui/config"
said=$(XDG_CONFIG_HOME=$work "$flstm" --print-config 2>&1 >"$work/printed")
[ -z "$said" ] && [ "$(grep -cv '^#' "$work/printed")" -eq "$(grep -c . "$work/flstm-tui/config")" ] && grep -q '^map ' "$work/flstm-tui/config" &&
    ok the_config_in_the_manual_is_understood || bad the_config_in_the_manual_is_understood "$said"

# ---- the theme in the manual is one, and its list of roles is that of the program
sed -n '/^\.Sh THEMES/,/^\.Sh MODEL/p' flstm-tui.1 >"$work/themes"
sed -n '/^\.Bd/,/^\.Ed/p' "$work/themes" | grep -v '^\.' >"$work/paper.json"
said=$("$flstm" --theme "$work/paper.json" --render svg 2>&1)
printf '%s' "$said" | grep -q '#0060C0' && ok the_theme_in_the_manual_is_loaded || bad the_theme_in_the_manual_is_loaded "$said"
sed -n 's/.*X([A-Z_]*, *"\([a-z_]*\)".*/\1/p' src/ui/role.h | sort >"$work/roles"
sed -n '/^\.Bl/,/^\.El/p' "$work/themes" | sed -n 's/^\.It Cm //p' | sort | cmp -s - "$work/roles" && [ -s "$work/roles" ] &&
    ok every_role_is_in_the_manual || bad every_role_is_in_the_manual

# ---- the manual is clean
if command -v mandoc >/dev/null 2>&1; then
    lint=$(mandoc -Tlint -W style flstm-tui.1 2>&1)
    [ -z "$lint" ] && ok the_manual_is_clean || bad the_manual_is_clean "$lint"
else
    echo "[  SKIPPED ] the_manual_is_clean"
fi

# ---- the picture in the README moves, is small, and is what the program records (make screenshot)
command=$(make -s -n screenshot 2>/dev/null | sed -n "s#^.*flstm-tui \(.*\) data/screenshot.svg \(.*\)\$#\1 '$work/screenshot.svg' \2#p")
sh -c "TERM=xterm LC_ALL=C.UTF-8 \"$flstm\" $command" >/dev/null 2>&1
size=$(wc -c <data/screenshot.svg)
[ "$size" -lt 200000 ] && grep -q '@keyframes' data/screenshot.svg && ok the_screenshot_moves_and_is_under_200_kB ||
    bad the_screenshot_moves_and_is_under_200_kB "$size bytes"
cmp -s "$work/screenshot.svg" data/screenshot.svg && ok the_screenshot_is_what_the_program_draws || bad the_screenshot_is_what_the_program_draws "make screenshot renews it"

# ---- so are the pictures of views, and each stands in the README beside the key that opens it (make gallery)
if sh tests/gallery.sh "$flstm" "$work/gallery" >"$work/log" 2>&1 && diff -r "$work/gallery" data/gallery >"$work/log" 2>&1; then
    ok the_gallery_is_what_the_program_draws
else
    bad the_gallery_is_what_the_program_draws "make gallery renews it" "$(head -c 300 "$work/log")"
fi
"$flstm" --no-config --print-config >"$work/map"
missing=
for picture in data/gallery/*.svg; do
    view=$(basename "$picture" .svg)
    key=$(sed -n "s/^# map \(.\) view $view\$/\1/p" "$work/map")
    grep -qF "](data/gallery/$view.svg)" README.md && grep -qF "\`$key\` $view" README.md || missing="$missing $view"
done
[ -z "$missing" ] && ok every_picture_stands_beside_its_key || bad every_picture_stands_beside_its_key "missing:$missing"

# ---- the README's table of keys says what the program's own does
"$flstm" --list actions | cut -c20- | tr -s ' ' >"$work/table"
n=0 wrong=
sed -n '/^<!-- keys/,/^Views/p' README.md | sed -n 's/^| `\(.*\)` | \(.*\) |$/\1 \2/p' >"$work/rows"
while IFS= read -r row; do
    n=$((n + 1))
    grep -qF -- "$row" "$work/table" || wrong="$wrong
$row"
done <"$work/rows"
[ -z "$wrong" ] && [ "$n" -gt 20 ] && ok the_table_of_keys_is_the_program_s || bad the_table_of_keys_is_the_program_s "$n rows; not in --list actions:$wrong"

# ---- the recipe for weights of one's own: its Python makes files out of a small model's weights, and its commands read them
name=the_recipe_for_gates_from_PyTorch_or_Keras_runs
if command -v python3 >/dev/null 2>&1; then
    mkdir -p "$work/recipe"
    {
        cat <<'EOF'
class Weights(list):
    def tolist(self): return list(self)
def matrix(rows, cols): return Weights([[(7 * r + 3 * c) % 11 / 11 - 0.5 for c in range(cols)] for r in range(rows)])
def row(n): return Weights([k % 3 / 3 for k in range(n)])
class model:
    def state_dict():
        return {"embedding.weight": matrix(3, 2), "lstm.weight_ih_l0": matrix(8, 2), "lstm.weight_hh_l0": matrix(8, 2),
                "lstm.bias_ih_l0": row(8), "lstm.bias_hh_l0": row(8), "head.weight": matrix(3, 2), "head.bias": row(3)}
    def get_weights(): return [matrix(3, 2), matrix(2, 8), matrix(2, 8), row(8), matrix(2, 3), row(3)]
vocabulary = ["the", "cat", "sat"]
EOF
        sed -n '/^<!-- recipe/,/^```$/p' README.md | sed '1,/^```python/d; /^```$/d'
    } >"$work/recipe/recipe.py"
    said=$(cd "$work/recipe" && python3 recipe.py 2>&1)
    n=0
    sed -n '/^<!-- recipe/,$p' README.md | sed -n 's/^    \(flstm-tui .*\)$/\1/p' >"$work/recipe/commands"
    while IFS= read -r line; do
        n=$((n + 1))
        case $line in *--inspect* | *--print*) ;; *) line="$line --render text" ;; esac
        (cd "$work/recipe" && sh -c "$(printf '%s' "$line" | sed "s#^flstm-tui#\"$flstm\"#")") >"$work/recipe/said" 2>&1 ||
            said="$said
$line: $(cat "$work/recipe/said")"
    done <"$work/recipe/commands"
    grep -aq 'layers\.0\.f\.npy' "$work/recipe/gates.npz" ||
        said="$said
gates.npz has no layers.0.f"
    [ -z "$said" ] && [ "$n" -eq 3 ] && ok $name || bad $name "$n commands" "$said"
else
    echo "[  REASON  ] $name: no python3"
    echo "[  SKIPPED ] $name"
fi

# ---- what the README says of the page is so: its size in MB, where it has been made
if [ -f flstm-tui.html ]; then
    size=$(wc -c <flstm-tui.html | awk '{ printf "%.1f MB", $1 / 1e6 }')
    grep -qF "is all of it, $size" README.md && ok the_size_of_the_page_is_as_the_README_says || bad the_size_of_the_page_is_as_the_README_says "$size"
fi

# ---- what the README claims to do and others do not is held by tests that there are
missing= n=0
for test in $(sed -n '/^<!-- claims/,/^## /p' README.md | grep '^|' | sed 's/.*|\(.*\)|$/\1/' | tr -d '`,'); do
    case $test in held | by | ---) continue ;; esac
    n=$((n + 1))
    grep -q "cmocka_unit_test[a-z_]*($test" tests/unit/*.c || grep -q "^def $test(" tests/support/web.py || missing="$missing $test"
done
[ -z "$missing" ] && [ "$n" -gt 7 ] && ok every_claim_names_a_test_that_there_is || bad every_claim_names_a_test_that_there_is "$n; missing:$missing"

# ---- installing puts everything in its place
if make -s install DESTDIR="$work/root" PREFIX=/usr >"$work/log" 2>&1 && [ -x "$work/root/usr/bin/flstm-tui" ] &&
   [ -s "$work/root/usr/share/man/man1/flstm-tui.1" ] && [ -s "$work/root/usr/share/bash-completion/completions/flstm-tui" ] &&
   (cd / && "$work/root/usr/bin/flstm-tui" --print csv >/dev/null) && make -s uninstall DESTDIR="$work/root" PREFIX=/usr >>"$work/log" 2>&1 &&
   [ -z "$(find "$work/root" -type f)" ]; then
    ok install_and_uninstall
else
    bad install_and_uninstall "$(cat "$work/log")" "$(find "$work/root" -type f)"
fi
if command -v bash >/dev/null 2>&1; then
    "$flstm" --completion bash | bash -n && ok the_bash_completion_parses || bad the_bash_completion_parses
fi
cd "$root" || exit 1
exit $status
