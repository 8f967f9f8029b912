/* record.c: see record.h. */
#include "export/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "export/paint.h"

struct frame {
    double at;
    int w, h;
    int *row;                     /* [h], owned: which of the rows */
    int cursor_x, cursor_y;
    char *marker, *key;           /* owned; may be NULL */
};

struct recording {
    enum record_form form;
    enum ground_wish wish;
    enum depth depth;
    char *title;
    struct sheet sheet;           /* of the first frame's theme */
    char **text;                  /* [rows], owned: the rows that differ; row 0 is blank */
    int rows, rows_room;
    int *slot;                    /* [slots], a power of two: rows by their text; -1: free */
    int slots;
    struct frame *frame;          /* [frames] */
    int frames, frames_room;
    size_t bytes;
    bool full;
};

bool record_form(const char *path, enum record_form *form, struct err *e)
{
    static const char *const endings[] = {".cast", ".html", ".svg"};
    for (int k = 0; k < 3; k++)
        if (str_ends(path, endings[k])) {
            *form = (enum record_form)k;
            return true;
        }
    return err_set(e, path, NULL, "expected a name ending in .cast, .html or .svg");
}

/* ---- rows, each once --------------------------------------------------------------------------------------------- */

static int slot_of(const struct recording *r, const char *text)
{
    uint64_t h = hash_text(HASH_START, text);
    int k = (int)(h & (uint64_t)(r->slots - 1));
    while (r->slot[k] >= 0 && strcmp(r->text[r->slot[k]], text) != 0)
        k = (k + 1) & (r->slots - 1);
    return k;
}

static void grow_slots(struct recording *r)
{
    r->slots = r->slots ? 2 * r->slots : 256;
    r->slot = xrealloc(r->slot, (size_t)r->slots, sizeof *r->slot);
    for (int k = 0; k < r->slots; k++)
        r->slot[k] = -1;
    for (int k = 0; k < r->rows; k++)
        r->slot[slot_of(r, r->text[k])] = k;
}

static int row_of_text(struct recording *r, const char *text)
{
    if (2 * r->rows >= r->slots)
        grow_slots(r);
    int k = slot_of(r, text);
    if (r->slot[k] >= 0)
        return r->slot[k];
    if (r->rows == r->rows_room) {
        r->rows_room = r->rows_room ? 2 * r->rows_room : 128;
        r->text = xrealloc(r->text, (size_t)r->rows_room, sizeof *r->text);
    }
    r->text[r->rows] = xstrdup(text);
    r->bytes += strlen(text) + 1;
    return r->slot[k] = r->rows++;
}

static void add_row_text(struct recording *r, const struct grid *g, int y, const struct theme *t, struct str *out)
{
    struct svg svg = {out, &r->sheet, t};
    switch (r->form) {
    case RECORD_CAST: paint_ansi_row(g, y, t, theme_depth(t, r->depth), out); break;
    case RECORD_HTML: paint_html_row(g, y, t, &r->sheet, out); break;
    case RECORD_SVG:
        paint_svg_row(&svg, g, y, 0, SVG_SHAPES);
        paint_svg_row(&svg, g, y, 0, SVG_LETTERS);
        break;
    }
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

struct recording *recording_new(enum record_form form, const char *title, enum ground_wish ground, enum depth depth)
{
    struct recording *r = xcalloc(1, sizeof *r);
    r->form = form;
    r->wish = ground;
    r->depth = depth;
    r->title = xstrdup(title ? title : "");
    r->sheet.classes = true;
    row_of_text(r, "");
    return r;
}

static void frame_clear(struct frame *f)
{
    free(f->row);
    free(f->marker);
    free(f->key);
}

void recording_free(struct recording *r)
{
    if (!r)
        return;
    for (int k = 0; k < r->rows; k++)
        free(r->text[k]);
    for (int k = 0; k < r->frames; k++)
        frame_clear(&r->frame[k]);
    free(r->text);
    free(r->slot);
    free(r->frame);
    free(r->title);
    free(r);
}

void recording_cut(struct recording *r, int n)
{
    while (r->frames > n)
        frame_clear(&r->frame[--r->frames]);
}

int recording_frames(const struct recording *r) { return r->frames; }

static bool same_frame(const struct frame *a, const struct frame *b)
{
    return a->w == b->w && a->h == b->h && a->cursor_x == b->cursor_x && a->cursor_y == b->cursor_y
           && memcmp(a->row, b->row, (size_t)a->h * sizeof *a->row) == 0;
}

bool recording_add(struct recording *r, const struct grid *g, const struct theme *t, const struct moment *m)
{
    r->full = r->full || r->bytes > RECORD_MOST;
    if (r->full)
        return false;
    if (!r->frames)
        r->sheet.ground = paint_ground(t, r->wish);
    const struct frame *last = r->frames ? &r->frame[r->frames - 1] : NULL;
    struct frame f = {.at = last && last->at > m->seconds ? last->at : m->seconds, .w = g->w, .h = g->h,
                      .cursor_x = m->cursor_x, .cursor_y = m->cursor_y};
    f.row = xcalloc((size_t)g->h + 1, sizeof *f.row);
    struct str text = {0};
    for (int y = 0; y < g->h; y++) {
        str_clear(&text);
        add_row_text(r, g, y, t, &text);
        f.row[y] = row_of_text(r, str_text(&text));
    }
    str_free(&text);
    if (last && !m->marker && same_frame(last, &f)) {
        frame_clear(&f);
        return true;
    }
    f.marker = m->marker ? xstrdup(m->marker) : NULL;
    f.key = m->key ? xstrdup(m->key) : NULL;
    if (!r->frame || r->frames == r->frames_room) {
        r->frames_room = r->frames_room ? 2 * r->frames_room : 64;
        r->frame = xrealloc(r->frame, (size_t)r->frames_room, sizeof *r->frame);
    }
    r->frame[r->frames++] = f;
    r->bytes += sizeof f + (size_t)f.h * sizeof *f.row;
    return true;
}

static void size_of(const struct recording *r, int *w, int *h)
{
    *w = *h = 1;
    for (int k = 0; k < r->frames; k++) {
        *w = r->frame[k].w > *w ? r->frame[k].w : *w;
        *h = r->frame[k].h > *h ? r->frame[k].h : *h;
    }
}

/* ---- asciicast v2 ------------------------------------------------------------------------------------------------ */

static void cast_header(const struct recording *r, struct str *out)
{
    const struct ground *ground = &r->sheet.ground;
    int w = r->frames ? r->frame[0].w : 80, h = r->frames ? r->frame[0].h : 24;
    str_addf(out, "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": ", w, h);
    str_add_json(out, r->title);
    str_addf(out, ", \"env\": {\"TERM\": \"xterm-256color\"}, \"theme\": {\"fg\": \"#%06x\", \"bg\": \"#%06x\", ",
             (unsigned)ground->fg, (unsigned)ground->bg);
    str_add(out, "\"palette\": \"");
    for (int k = 0; k < 16; k++)
        str_addf(out, "%s#%06x", k ? ":" : "", (unsigned)paint_palette[k]);
    str_add(out, "\"}}\n");
}

static void cast_event(double at, char code, const char *data, struct str *out)
{
    str_addf(out, "[%.6f, \"%c\", ", at, code);
    str_add_json(out, data);
    str_add(out, "]\n");
}

/* What turns the frame before into this one: the rows that differ, and the cursor. */
static void cast_output(const struct recording *r, const struct frame *f, const struct frame *before, struct str *out)
{
    bool whole = !before || before->w != f->w || before->h != f->h;
    str_add(out, whole ? "\x1b[?25l\x1b[0m\x1b[2J" : "\x1b[?25l");
    for (int y = 0; y < f->h; y++)
        if (whole ? f->row[y] : f->row[y] != before->row[y])
            str_addf(out, "\x1b[%d;1H%s\x1b[K", y + 1, r->text[f->row[y]]);
    if (f->cursor_x >= 0)
        str_addf(out, "\x1b[%d;%dH\x1b[?25h", f->cursor_y + 1, f->cursor_x + 1);
}

static void write_cast(const struct recording *r, double end, struct str *out)
{
    cast_header(r, out);
    struct str data = {0};
    double at = 0;
    for (int k = 0; k < r->frames; k++) {
        const struct frame *f = &r->frame[k], *before = k ? &r->frame[k - 1] : NULL;
        at = f->at;
        if (before && (before->w != f->w || before->h != f->h)) {
            str_clear(&data);
            str_addf(&data, "%dx%d", f->w, f->h);
            cast_event(at, 'r', str_text(&data), out);
        }
        str_clear(&data);
        cast_output(r, f, before, &data);
        cast_event(at, 'o', str_text(&data), out);
        if (f->marker)
            cast_event(at, 'm', f->marker, out);
    }
    if (end > at)                                 /* how long the last one is shown */
        cast_event(end, 'o', "\x1b[0m", out);
    str_free(&data);
}

/* ---- HTML -------------------------------------------------------------------------------------------------------- */

static const char page_style[] =
    "body{margin:0}\n"
    "pre{margin:0 auto;width:max-content;padding:1em;font:14px/1.2 ";
static const char page_style_2[] =
    "}\n"
    "figure{margin:0;break-inside:avoid}\n"
    "figcaption,nav{text-align:center;font:14px/2 sans-serif}\n"
    "nav{display:none}\n"
    ".steps nav{display:block}\n"
    ".steps figure{display:none}\n"
    ".steps figure.now{display:block}\n"
    "button{font:inherit;min-width:2.5em}\n"
    "@media print{.steps figure{display:block}.steps nav{display:none}}\n";

/* Nothing of it is needed to read the page. A word is a frame with a marker. */
static const char page_script[] =
    "'use strict';\n"
    "const frames=[...document.querySelectorAll('figure')],root=document.documentElement;\n"
    "let at=0,timer=0;\n"
    "function show(k,stay){\n"
    " if(!stay)stop();\n"
    " at=Math.max(0,Math.min(frames.length-1,k));\n"
    " frames.forEach((f,n)=>f.classList.toggle('now',n===at));\n"
    " document.getElementById('place').value=at;\n"
    " document.getElementById('count').textContent=(at+1)+' of '+frames.length;\n"
    " history.replaceState(null,'','#'+(at+1));\n"
    "}\n"
    "function word(by){let k=at+by;while(k>0&&k<frames.length-1&&!frames[k].dataset.word)k+=by;show(k)}\n"
    "function stop(){clearTimeout(timer);timer=0}\n"
    "function play(){\n"
    " if(timer){stop();return}\n"
    " if(at===frames.length-1)at=-1;\n"
    " const next=()=>{show(at+1,true);\n"
    "  timer=at<frames.length-1?setTimeout(next,Math.min(3000,Math.max(50,+frames[at].dataset.ms))):0};\n"
    " next();\n"
    "}\n"
    "function ground(){root.dataset.ground=root.dataset.ground==='light'?'dark':root.dataset.ground==='dark'?'light':\n"
    " matchMedia('(prefers-color-scheme:light)').matches?'dark':'light'}\n"
    "const keys={ArrowRight:()=>show(at+1),ArrowLeft:()=>show(at-1),PageDown:()=>show(at+1),PageUp:()=>show(at-1),\n"
    " ArrowDown:()=>word(1),ArrowUp:()=>word(-1),Home:()=>show(0),End:()=>show(frames.length-1),' ':play,g:ground};\n"
    "document.addEventListener('keydown',e=>{\n"
    " const run=keys[e.key];\n"
    " if(!run||e.ctrlKey||e.altKey||e.metaKey||(e.key===' '&&e.target.tagName==='BUTTON'))return;\n"
    " e.preventDefault();run();\n"
    "});\n"
    "for(const b of document.querySelectorAll('button'))b.addEventListener('click',()=>keys[b.dataset.key]());\n"
    "document.getElementById('place').addEventListener('input',e=>show(+e.target.value));\n"
    "root.classList.add('steps');\n"
    "show((parseInt(location.hash.slice(1),10)||1)-1);\n";

static void html_style(const struct recording *r, struct str *out)
{
    str_add(out, "<style>\n");
    str_add(out, page_style);
    str_add(out, paint_font);
    str_add(out, page_style_2);
    paint_html_rules(&r->sheet, out);
    if (r->sheet.ground.both) {
        str_add(out, "@media print,(prefers-color-scheme:light){");
        paint_light_rules(":root:not([data-ground=dark]) ", "color", 'c', out);
        paint_light_rules(":root:not([data-ground=dark]) ", "background", 'g', out);
        str_add(out, "}\n");
        paint_light_rules("[data-ground=light] ", "color", 'c', out);
        paint_light_rules("[data-ground=light] ", "background", 'g', out);
        str_addc(out, '\n');
    }
    str_add(out, "</style>\n");
}

static void html_frame(const struct recording *r, const struct frame *f, int ms, struct str *out)
{
    str_addf(out, "<figure data-ms=\"%d\"%s>\n<pre>", ms, f->marker ? " data-word=\"1\"" : "");
    for (int y = 0; y < f->h; y++)
        str_addf(out, "%s\n", r->text[f->row[y]]);
    str_add(out, "</pre>\n<figcaption>");
    if (f->marker)
        paint_title(out, f->marker);
    if (f->key) {
        str_add(out, f->marker ? " · <kbd>" : "<kbd>");
        paint_title(out, f->key);
        str_add(out, "</kbd>");
    }
    str_add(out, f->marker || f->key ? "</figcaption>\n</figure>\n" : "&nbsp;</figcaption>\n</figure>\n");
}

static void write_html(const struct recording *r, double end, struct str *out)
{
    str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width\">\n"
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                 "'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>");
    paint_title(out, r->title);
    str_add(out, "</title>\n");
    html_style(r, out);
    str_addf(out,
             "</head>\n<body class=\"c0 g1\">\n"
             "<nav><button data-key=\"Home\" title=\"first\">|&lt;</button> "
             "<button data-key=\"ArrowLeft\" title=\"back\">&lt;</button> "
             "<button data-key=\" \" title=\"play or pause\">play</button> "
             "<button data-key=\"ArrowRight\" title=\"on\">&gt;</button> "
             "<button data-key=\"End\" title=\"last\">&gt;|</button> "
             "<input id=\"place\" type=\"range\" min=\"0\" max=\"%d\" value=\"0\" aria-label=\"frame\"> "
             "<output id=\"count\"></output>%s · arrows, space</nav>\n",
             r->frames ? r->frames - 1 : 0,
             r->sheet.ground.both ? " <button data-key=\"g\" title=\"light or dark\">g</button>" : "");
    for (int k = 0; k < r->frames; k++) {
        double until = k + 1 < r->frames ? r->frame[k + 1].at : end;
        html_frame(r, &r->frame[k], (int)((until - r->frame[k].at) * 1000 + 0.5), out);
    }
    str_addf(out, "<script>\n%s</script>\n</body>\n</html>\n", page_script);
}

/* ---- animated SVG ------------------------------------------------------------------------------------------------ */

/* A row of the picture that is shown in some frames and not in others goes by the frames' pattern: those with the same
 * one share the rules that show and hide them. */
struct patterns { int n, room, frames; bool **shown; };

static int pattern_of(struct patterns *p, const bool *shown)
{
    for (int k = 0; k < p->n; k++)
        if (memcmp(p->shown[k], shown, (size_t)p->frames * sizeof *shown) == 0)
            return k;
    if (p->n == p->room) {
        p->room = p->room ? 2 * p->room : 32;
        p->shown = xrealloc(p->shown, (size_t)p->room, sizeof *p->shown);
    }
    p->shown[p->n] = xcalloc((size_t)p->frames, sizeof *shown);
    memcpy(p->shown[p->n], shown, (size_t)p->frames * sizeof *shown);
    return p->n++;
}

/* Row y of all frames: each text that stands there at some time, once. `done` [rows] is scratch, all false. */
static void svg_line(const struct recording *r, int y, struct patterns *p, bool *shown, bool *done, struct str *out)
{
    for (int k = 0; k < r->frames; k++) {
        int row = y < r->frame[k].h ? r->frame[k].row[y] : 0, n = 0;
        if (!row || done[row])
            continue;
        done[row] = true;
        for (int j = 0; j < r->frames; j++)
            n += shown[j] = y < r->frame[j].h && r->frame[j].row[y] == row;
        str_addf(out, "<g transform=\"translate(0 %d)\"", y * PAINT_CH);
        if (n < r->frames)
            str_addf(out, " class=\"k%d\"%s", pattern_of(p, shown),
                     shown[r->frames - 1] ? "" : " visibility=\"hidden\"");
        str_addf(out, ">\n%s</g>\n", r->text[row]);
    }
    for (int k = 0; k < r->frames; k++)
        if (y < r->frame[k].h)
            done[r->frame[k].row[y]] = false;
}

static void svg_pattern(const struct recording *r, int k, const bool *shown, double end, struct str *out)
{
    double first = r->frame[0].at, whole = end - first;
    str_addf(out, ".k%d{animation:k%d %.2fs step-end infinite}@keyframes k%d{", k, k, whole, k);
    for (int j = 0; j < r->frames; j++)
        if (!j || shown[j] != shown[j - 1])
            str_addf(out, "%.3f%%{visibility:%s}", 100 * (r->frame[j].at - first) / whole,
                     shown[j] ? "visible" : "hidden");
    str_add(out, "}\n");
}

static void write_svg(const struct recording *r, double end, struct str *out)
{
    int w, h;
    size_of(r, &w, &h);
    struct patterns p = {.frames = r->frames};
    struct sheet sheet = r->sheet;
    struct str body = {0};
    bool *shown = xcalloc((size_t)r->frames + 1, sizeof *shown), *done = xcalloc((size_t)r->rows, sizeof *done);
    paint_svg_ground(w, h, &(struct svg){&body, &sheet, NULL});
    str_addf(&body, "<g font-family=\"%s\" font-size=\"13.3\" xml:space=\"preserve\">\n", paint_font);
    for (int y = 0; y < h; y++)
        svg_line(r, y, &p, shown, done, &body);
    paint_svg_begin(w, h, r->title, out);
    str_add(out, "<style>\nrect{shape-rendering:crispEdges}\n");
    paint_svg_rules(&sheet, out);
    double last = r->frames ? r->frame[r->frames - 1].at : 0;
    end = end > last ? end : last + 1;
    str_add(out, "@media (prefers-reduced-motion:no-preference){\n");
    for (int k = 0; k < p.n; k++) {
        svg_pattern(r, k, p.shown[k], end, out);
        free(p.shown[k]);
    }
    str_add(out, "}\n</style>\n");
    str_addn(out, str_text(&body), body.len);
    str_add(out, "</g>\n</svg>\n");
    free(p.shown);
    free(shown);
    free(done);
    str_free(&body);
}

void recording_write(const struct recording *r, double seconds, struct str *out)
{
    static void (*const write[])(const struct recording *, double, struct str *) = {write_cast, write_html, write_svg};
    write[r->form](r, seconds, out);
}
