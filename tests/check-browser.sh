#!/bin/sh
# check-browser.sh: recordings in a real browser (Chromium): the page steps with its keys, its text is what the program shows, it
# fetches nothing and changes between light and dark; the animated picture shows one frame at a time. Prints its results as cmocka
# does, for tests/run.sh.
set -u
flstm=${FLSTM:-./flstm-tui}
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
ok() { echo "[       OK ] $1"; }
bad() { echo "[  FAILED  ] $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@"; status=1; }
tests="the_page_steps_with_the_arrow_keys_and_shows_what_the_program_shows the_page_follows_light_and_dark_and_fetches_nothing
the_animated_picture_shows_one_frame_at_a_time"
browser=
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || ! command -v "$name" >/dev/null 2>&1 || browser=$name
done
# It must start here at all, too: in some containers it cannot.
open_page() {
    HOME=$work timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
        --virtual-time-budget=2000 --dump-dom "file://$1" 2>"$work/browser.log"
}
echo '<p id=a>x</p><script>document.getElementById("a").textContent="it "+"runs"</script>' >"$work/try.html"
if [ -z "$browser" ] || ! open_page "$work/try.html" | grep -q 'it runs'; then
    for test in $tests; do
        echo "[  REASON  ] $test: no Chromium that starts here"
        echo "[  SKIPPED ] $test"
    done
    exit 0
fi

# Lines that the script in it prints, between markers, out of the page that the browser has made of it.
ask() {   # ask PAGE SCRIPT
    { cat "$1"; printf '<pre id="told"></pre><script>\nconst told=[];const tell=(...w)=>told.push(w.join(" "));\n%s\n%s\n' "$2" 'document.getElementById("told").textContent="BEGIN\n"+told.join("\n")+"\nEND";</script>'; } >"$work/asked.html"
    open_page "$work/asked.html" | sed -n '/>BEGIN$/,/^END</p' | sed '1d;$d' | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}
same() {   # same TEST EXPECTED FOUND
    [ "$2" = "$3" ] && ok "$1" || bad "$1" "expected" "$2" "found" "$3"
}

LC_ALL=C.UTF-8
export LC_ALL
keys='<Right><Right>c:t with<Enter>'
"$flstm" lesson-cell --keys "$keys:quit!<Enter>" --record "$work/a.html" --ground both || status=1
press='const press=k=>document.dispatchEvent(new KeyboardEvent("keydown",{key:k,bubbles:true}));
const seen=()=>[...document.querySelectorAll("figure")].filter(f=>getComputedStyle(f).display!=="none");
const where=()=>seen().length+":"+document.getElementById("count").textContent;'
last=$(grep -c '<figure' "$work/a.html")
found=$(ask "$work/a.html" "$press"'
tell(where());press("ArrowRight");tell(where());press("ArrowLeft");press("ArrowLeft");tell(where());
press("ArrowDown");press("ArrowDown");tell(where(),seen()[0].querySelector("figcaption").textContent);
press("End");tell(where());tell(seen()[0].querySelector("pre").innerText)')
expected="1:1 of $last
1:2 of $last
1:1 of $last
1:3 of $last t=3 out · →
1:$last of $last
$("$flstm" lesson-cell --keys "$keys" --render text | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}')"
same the_page_steps_with_the_arrow_keys_and_shows_what_the_program_shows "$expected" "$found"

found=$(ask "$work/a.html" "$press"'
const shade=()=>getComputedStyle(document.body).backgroundColor;
const first=shade();press("g");const other=shade();press("g");
tell([first,other].sort().join(" "),shade()===first);
tell(performance.getEntriesByType("resource").length)')
same the_page_follows_light_and_dark_and_fetches_nothing "rgb(16, 18, 22) rgb(255, 255, 255) true
0" "$found"

# In the middle of each frame every row has exactly what this frame holds: as many groups as rows with something in them, and the
# title tells the word.
"$flstm" lesson-cell --keys "<Right><Right><Right>:quit!<Enter>" --record "$work/a.svg" || status=1
{ echo '<!DOCTYPE html><body>'; cat "$work/a.svg"; } >"$work/svg.html"
found=$(ask "$work/svg.html" '
const all=document.getAnimations();
tell(all.length>3);
for(const s of [0.6,1.8,3,5]){
 for(const a of all){a.pause();a.currentTime=1000*s}
 const shown=[...document.querySelectorAll("svg>g>g")].filter(g=>getComputedStyle(g).visibility==="visible");
 const rows=shown.map(g=>g.getAttribute("transform"));
 tell(rows.length===new Set(rows).size,rows.length>15,shown[0].textContent.replace(/\s+/g," ").match(/t=.*/)[0].trim());
}')
same the_animated_picture_shows_one_frame_at_a_time "true
true true t=1/8 'She'
true true t=2/8 'came'
true true t=3/8 'out'
true true t=4/8 'and'" "$found"
exit $status
