"""web.py BROWSER PROGRAM FOLDER NAME: what tests/check-web.sh asks of ./flstm-tui.html; NAME is the test that is skipped where the
browser does not start."""
import html
import json
import os
import re
import subprocess
import sys
import urllib.parse

from browser import Browser

browser, program, folder, first = sys.argv[1:]
program = os.path.abspath(program)
page = "file://" + os.path.abspath("flstm-tui.html")
failed = False
sys.stdout.reconfigure(line_buffering=True)
PICTURE = "[...document.querySelectorAll('#screen div')].map(d => d.textContent).join('\\n')"
SAID = "document.getElementById('said').textContent"


def quoted(word):
    return "'" + word + "'" if set(word) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./") else word


def native(args, keys="", size="80x24", where=None, form="text"):
    """The picture the program draws, without blank rows at its end."""
    run = [program, *args, "--render", form, "--size", size] + (["--keys", keys] if keys else [])
    return subprocess.run(run, capture_output=True, text=True, cwd=where,
                          env=dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="")).stdout.rstrip("\n")


def start(b, args, size="80x24"):
    options = " ".join(quoted(a) for a in args)
    b.open(page + ("?" + size if size else "") + "#" + urllib.parse.quote(options))
    if not b.wait("document.documentElement.dataset.first || " + SAID + ".length > 60", 60):
        raise OSError("nothing was drawn: " + str(b.evaluate(SAID)))


def shown(b):
    return b.evaluate(PICTURE).rstrip("\n")


def settled(b, wanted, seconds=30):
    """The picture as soon as it is `wanted`, or as it is in the end: long work goes on between keys."""
    b.wait(PICTURE + ".replace(/\\n+$/, '') === " + js(wanted), seconds)
    return shown(b)


def js(text):
    return json.dumps(text)


def difference(wanted, found):
    a, b = wanted.split("\n"), found.split("\n")
    lines = []
    for y in range(max(len(a), len(b))):
        one, two = a[y] if y < len(a) else None, b[y] if y < len(b) else None
        if one != two:
            lines += ["row %d: expected %r" % (y, one), "row %d: found    %r" % (y, two)]
    return "\n".join(lines[:8])


def check(name, wrong):
    global failed
    if wrong:
        failed = True
        print("[  FAILED  ] " + name)
        print(wrong)
    else:
        print("[       OK ] " + name)


def the_same_keys_give_the_same_text(b):
    cases = [
        ([], "<Right><Right><Right>c<Right>", "80x24"), ([], "<Right>d<PgDn><PgDn>", "80x24"), ([], "m", "120x40"),
        ([], ":t with<Enter>W", "80x24"), ([], "<Right><Right>w", "100x30"), ([], "?/pin<Enter>", "80x24"), ([], "D", "80x24"),
        (["--scenario", "partial"], "<Right><Right>", "80x24"), (["lesson-cell"], "+++u<C-r>a", "80x24"),
        (["--theme", "cividis"], "<Tab><Tab>0.25<Enter>e", "80x24"), (["--set", "f[gender]@and=0", "--step", "with"], "A", "80x24"),
        (["counter"], "<End>S", "80x24"), (["prose"], "<Right><Right>", "80x24"),
        ([], ":lesson forget-gate<Enter>", "80x24"), ([], ":thme<Enter>", "80x24"), ([], ":them<Tab>", "80x24"),
    ]
    wrong = ""
    for args, keys, size in cases:
        wanted = native(args, keys, size)
        start(b, args, size)
        b.keys(keys)
        found = settled(b, wanted)
        if found != wanted or not wanted:
            wrong += "%s %s\n%s\n" % (" ".join(args), keys, difference(wanted, found))
    return wrong


def where_colour_says_it_the_characters_are_those_of_render_html(b):
    """A theme's fills, and half blocks in two colours: --render text has neither."""
    wrong = ""
    for args, keys in ((["--theme", "mono"], "<Tab>0.25<Enter>"), (["prose"], "<Right>m")):
        page_of_it = native(args, keys, form="html")
        wanted = html.unescape(re.sub("<[^>]*>", "", page_of_it[page_of_it.index("<pre"):])).rstrip("\n")
        start(b, args)
        b.keys(keys)
        wrong += difference(wanted, settled(b, wanted))
    return wrong


def every_view_is_the_same(b):
    wrong = ""
    names = subprocess.run([program, "--list", "views"], capture_output=True, text=True).stdout.splitlines()
    for name in [line.split()[0] for line in names]:
        args = ["--view", name, "--step", "with"]
        wanted = native(args)
        start(b, args)
        found = settled(b, wanted, 2)
        for _ in range(30):                   # what was looked through is told at its end, until the next key
            if found != wanted:
                b.keys(":<Esc>")
                found = settled(b, wanted, 2)
        if found != wanted or not wanted:
            wrong += "%s\n%s\n" % (name, difference(wanted, found))
    return wrong if len(names) > 10 else "there are only %d views" % len(names)


def another_window_is_another_size(b):
    wrong = ""
    start(b, [], None)
    for width, height in ((1300, 800), (700, 500), (300, 200)):
        b.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        # Whole cells, at the largest letters in which 80 columns and 24 rows fit.
        size = "window_cells().join('x')"
        b.wait(PICTURE + ".split('\\n').length === window_cells()[1]")
        cells = b.evaluate(size)
        wanted = native([], "", cells)
        found = settled(b, wanted, 20)
        if found != wanted:
            wrong += "%dx%d, %s\n%s\n" % (width, height, cells, difference(wanted, found))
        if b.evaluate("document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight"):
            wrong += "%dx%d: the picture is larger than the window\n" % (width, height)
    b.call("Emulation.clearDeviceMetricsOverride")
    return wrong


def q_ends_it_and_enter_begins_again(b):
    start(b, [])
    b.keys("<Right><Right>")
    b.key("q")
    said = b.evaluate(SAID)
    if said != "Enter begins again." or not b.evaluate("document.getElementById('screen').hidden"):
        return "it said " + repr(said)
    b.key("<Enter>")
    b.wait("document.documentElement.dataset.first && !document.getElementById('screen').hidden")
    wanted = native([])
    return difference(wanted, settled(b, wanted))


def text_without_a_screen_is_the_same(b):
    wrong = ""
    for args in (["--list", "themes"], ["--print", "text", "--text", "He came out"], ["--inspect"], ["--help", "all"], ["--hlep"],
                 ["--render", "text", "--view", "dissect"]):
        run = subprocess.run([program, *args], capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        start(b, args, None)
        found = b.evaluate(SAID)
        if found.strip() != (run.stderr + run.stdout).strip():
            wrong += "%s\n%s\n" % (" ".join(args), difference(run.stderr + run.stdout, found))
    for args, word in ((["--train", "gender"], "type :train"), (["--notes"], "not in a page"), (["no.json"], "drop it into the page")):
        start(b, args, None)
        if word not in b.evaluate(SAID):
            wrong += "%s: %s\n" % (" ".join(args), b.evaluate(SAID))
    return wrong


def a_file_that_is_dropped_is_there_by_its_name(b):
    with open("data/models/lesson-cell.json", encoding="utf-8") as f:
        text = f.read().replace('"dog"', '"<b>&lt;"')      # a word that would be something else if it were no text
    with open(os.path.join(folder, "cell.json"), "w", encoding="utf-8") as f:
        f.write(text)
    sequence = ":text She came out and played with her <lt>b>&lt;;<Enter>".replace(";;", ";")
    wanted = native([], ":model cell.json<Enter>" + sequence, where=folder)
    start(b, [])
    b.evaluate("""(() => { const t = new DataTransfer(); t.items.add(new File([%s], 'cell.json'));
        document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: t, bubbles: true, cancelable: true})); })()""" % js(text))
    b.wait(PICTURE + ".includes(':model cell.json')")
    b.keys("<Enter>" + sequence)
    return difference(wanted, settled(b, wanted)) if "<b>&lt;" in wanted else "the word is not shown:\n" + wanted


def what_is_copied_saved_and_pasted_goes_through_the_browser(b):
    wrong = ""
    b.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    start(b, [])
    b.keys("<Right><Right>y")
    if not b.wait("navigator.clipboard.readText().then(t => t.startsWith('C_t = '))", 20):
        wrong += "the equation is not in the clipboard\n"
    b.keys(":")
    b.evaluate("""(() => { const t = new DataTransfer(); t.setData('text', 'word 1\\nHe');
        document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: t, bubbles: true, cancelable: true})); })()""")
    if not b.wait(PICTURE + ".includes(':word 1 He')", 20):
        wrong += "what was pasted is not in the prompt:\n" + shown(b) + "\n"
    b.key("<Esc>")
    b.evaluate("window.saved = []; page.save_before = HTMLAnchorElement.prototype.click;"
               "HTMLAnchorElement.prototype.click = function () { saved.push(this.download, fetch(this.href).then(r => r.text())); }")
    b.keys(":w mine.json<Enter>")
    b.wait("saved.length === 2", 20)
    if b.evaluate("saved[0]") != "mine.json" or '"flstm-scenario/1"' not in b.evaluate("saved[1]"):
        wrong += "the scenario was not handed over\n" + shown(b) + "\n"
    return wrong


def it_trains_while_one_looks(b):
    start(b, [])
    b.keys(":train gender<Enter>")
    count = "(" + PICTURE + ".match(/([0-9]+) of [0-9]+/) || [0, 0])[1] * 1"
    if not b.wait(count + " > 20", 120):
        return shown(b)
    before = b.evaluate(count)
    return "" if b.wait(count + " > " + str(before), 60) else shown(b)


def it_fetches_nothing_and_asks_the_page_for_little(b):
    start(b, [])
    b.keys("<Right>d")
    asked = [e["params"]["request"]["url"] for e in b.seen if e.get("method") == "Network.requestWillBeSent"]
    elsewhere = [u for u in asked if not u.startswith((page, "about:blank", "blob:", "data:"))]
    names = b.evaluate("""(async () => {
        const packed = Uint8Array.from(atob(PROGRAM), c => c.charCodeAt(0));
        const whole = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
        return WebAssembly.Module.imports(new WebAssembly.Module(await whole.arrayBuffer())).map(i => i.name).sort().join(' '); })()""")
    wanted = ("clock_time_get copy cursor environ_get environ_sizes_get fd_close fd_fdstat_get fd_filestat_get fd_seek fd_write "
              "ground proc_exit row save")
    size = os.path.getsize("flstm-tui.html")
    wrong = "asked for " + " ".join(elsewhere) + "\n" if elsewhere or not asked else ""
    wrong += "" if names == wanted else "imports: %s\n" % names
    wrong += "" if size < 1500000 else "the page has %d bytes\n" % size
    print("%d bytes; first picture %s ms after the page was asked for" %
          (size, b.evaluate("document.documentElement.dataset.first")))
    return wrong


try:
    b = Browser(browser, os.path.join(folder, "profile"))
    b.open("data:text/html,<p id=a>x</p><script>document.getElementById('a').textContent='it '+'runs'</script>")
    if not b.wait("document.body.textContent.includes('it runs')"):
        raise OSError("it runs nothing")
except OSError as why:
    print("[  REASON  ] %s: no Chromium that starts here (%s)" % (first, why))
    print("[  SKIPPED ] " + first)
    sys.exit(0)
with b:
    for test in (the_same_keys_give_the_same_text, where_colour_says_it_the_characters_are_those_of_render_html, every_view_is_the_same, another_window_is_another_size, q_ends_it_and_enter_begins_again,
                 text_without_a_screen_is_the_same, a_file_that_is_dropped_is_there_by_its_name,
                 what_is_copied_saved_and_pasted_goes_through_the_browser, it_trains_while_one_looks,
                 it_fetches_nothing_and_asks_the_page_for_little):
        try:
            check(test.__name__, test(b))
        except OSError as e:
            check(test.__name__, str(e))
sys.exit(failed)
