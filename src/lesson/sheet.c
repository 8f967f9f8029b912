/* sheet.c: see sheet.h. The lesson becomes a list of blocks once; each form says how a block is written. */
#include "lesson/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lesson/judge.h"
#include "session/scenario.h"

enum block_kind {
    BLOCK_TITLE, BLOCK_PAGE, BLOCK_TEXT, BLOCK_SCREEN, BLOCK_ASK, BLOCK_OPTION, BLOCK_ROOM, BLOCK_PART, BLOCK_ANSWER,
    BLOCK_KINDS
};

struct block { enum block_kind kind; int number; char *text; };

struct sheet { struct block *v; int n; };

static void add(struct sheet *s, enum block_kind kind, int number, const char *text)
{
    s->v = xrealloc(s->v, (size_t)s->n + 1, sizeof *s->v);
    s->v[s->n++] = (struct block){kind, number, xstrdup(text)};
}

/* b.text is filled in; what is wrong with it is told of the page at `at`. */
static bool add_template(struct sheet *s, struct block b, const struct expr_env *env, const struct json_at *at,
                         struct err *e)
{
    struct str full = {0};
    struct err why = {{0}};
    bool ok = template_fill(b.text, env, &full, &why) || json_complain(at, e, "%s", why.text);
    if (ok)
        add(s, b.kind, b.number, str_text(&full));
    str_free(&full);
    return ok;
}

/* ---- what stands on the screen, in words ------------------------------------------------------------------------- */

static bool hidden(const struct stage *s, int unit, enum value v, int t)
{
    int prev = v == VAL_C_PREV ? t - 1 : -2;
    for (int k = 0; k < s->hidden_count; k++) {
        const struct place *m = &s->hidden[k];
        bool here = m->value == v && (m->step < 0 || m->step == t);
        bool before = m->value == VAL_C && prev >= 0 && (m->step < 0 || m->step == prev);
        bool factor = (v == VAL_KEPT && m->value == VAL_F && (m->step < 0 || m->step == t));
        if ((m->unit < 0 || m->unit == unit) && (here || before || factor))
            return true;
    }
    return false;
}

static void say_row(const struct stage *s, enum value v, struct str *out)
{
    static const char *const names[VAL_COUNT] = {"f_t", "i_t", "g_t", "o_t", "C_t", "h_t", "C_t-1", "f × C_t-1",
                                                 "i × g"};
    enum { UNITS = 4 };
    const struct cursor *at = session_cursor(s->session);
    int H = session_net(s->session)->layer[at->layer].hidden;
    str_addf(out, " %s:", names[v]);
    for (int u = 0, n = 0; u < H; u++) {
        if (H > UNITS && u != at->unit)
            continue;
        char label[32];
        struct expr_value one = {.kind = EXPR_IS_NUMBER, .n = 1};
        one.v[0] = (double)session_value(s->session, RUN_PINNED, at->layer, u, v, at->step);
        str_addf(out, "%s %s ", n++ ? "," : "", session_unit_label(s->session, at->layer, u, label));
        if (hidden(s, u, v, at->step))
            str_addc(out, '?');
        else
            template_value(&one, "", out);
    }
    str_addc(out, '.');
}

static void add_screen(struct sheet *sheet, const struct stage *s)
{
    static const unsigned usual = 1U << VAL_C_PREV | 1U << VAL_F | 1U << VAL_I | 1U << VAL_C;
    static const enum value order[] = {VAL_C_PREV, VAL_F, VAL_KEPT, VAL_I, VAL_G, VAL_WRITTEN, VAL_C, VAL_O, VAL_H};
    const struct session *session = s->session;
    const struct cursor *at = session_cursor(session);
    struct str out = {0};
    if (at->step < 1)
        return;
    str_addf(&out, "On the screen: model %s, \"", session_model(session)->name);
    for (int t = 1; t <= session_steps(session) && t <= 24; t++)
        str_addf(&out, t == at->step ? "%s[%s]" : "%s%s", t > 1 ? " " : "", session_token(session, t));
    str_addf(&out, "\", step %d of %d.", at->step, session_steps(session));
    unsigned rows = s->rows ? s->rows : usual;
    bool bars = !s->view || !strcmp(s->view, "bars");
    for (size_t k = 0; bars && at->sub == SUB_H && k < sizeof order / sizeof *order; k++)
        if (rows & 1U << order[k])
            say_row(s, order[k], &out);
    add(sheet, BLOCK_SCREEN, 0, str_text(&out));
    str_free(&out);
}

/* ---- pages ------------------------------------------------------------------------------------------------------- */

static bool add_question(struct sheet *sheet, const struct page *p, const struct stage *s, int number, bool room,
                         struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    if (!add_template(sheet, (struct block){BLOCK_ASK, number, p->ask.prompt}, &env, &p->at, e))
        return false;
    int shown[LESSON_OPTIONS], n = judge_shown(p, s, shown);
    for (int k = 0; k < n; k++) {
        struct str text = {0};
        str_addf(&text, "%c) ", 'a' + k);
        bool ok = judge_option(p, s, shown[k], &text, e);
        add(sheet, BLOCK_OPTION, k, str_text(&text));
        str_free(&text);
        if (!ok)
            return false;
    }
    if (p->ask.kind == ASK_ORDER) {
        enum substep line[SUB_COUNT];
        judge_lines(p, s->seed, line);
        for (int k = 0; k < p->ask.lines; k++)
            add(sheet, BLOCK_OPTION, k, judge_line(line[k]));
    }
    if (room)
        add(sheet, BLOCK_ROOM, p->ask.kind == ASK_SAY ? 3 : p->ask.kind == ASK_ORDER ? p->ask.lines : 1, "");
    return true;
}

static bool add_answer(struct sheet *sheet, const struct page *p, const struct stage *s, int number, struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    struct str text = {0}, why = {0};
    struct err trouble = {{0}};
    bool ok = judge_say_truth(p, s, &text, e) && judge_solve(p, s->session, e);
    if (ok && p->ask.why && !(ok = template_fill(p->ask.why, &env, &why, &trouble)))
        json_complain(&p->at, e, "%s", trouble.text);
    if (ok && why.len && text.len)
        str_add(&text, str_text(&text)[text.len - 1] == '.' ? " " : ". ");
    if (ok)
        str_add(&text, str_text(&why));
    if (ok)
        add(sheet, BLOCK_ANSWER, number, str_text(&text));
    str_free(&text);
    str_free(&why);
    return ok;
}

static bool add_page(struct sheet *sheet, const struct page *p, const struct stage *s, int number, enum sheet_part part,
                     struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    if (part == SHEET_ANSWERS)
        return !p->ask.kind || add_answer(sheet, p, s, number, e);
    if (!add_template(sheet, (struct block){BLOCK_PAGE, number, p->title}, &env, &p->at, e))
        return false;
    for (int k = 0; k < p->texts; k++)
        if (!add_template(sheet, (struct block){BLOCK_TEXT, 0, p->text[k]}, &env, &p->at, e))
            return false;
    add_screen(sheet, s);
    return !p->ask.kind || (add_question(sheet, p, s, number, part == SHEET_HAND_OUT, e)
                            && (part != SHEET_INLINE || add_answer(sheet, p, s, number, e)));
}

static bool add_pages(struct sheet *sheet, const struct lesson *l, unsigned seed, enum sheet_part part, struct err *e)
{
    for (int k = 0; k < l->pages; k++) {
        struct stage s;
        if (!stage_page(l, k, seed, &s, e))
            return false;
        bool ok = add_page(sheet, &l->page[k], &s, k + 1, part, e);
        stage_clear(&s);
        if (!ok)
            return false;
    }
    return true;
}

static bool make(const struct lesson *l, unsigned seed, enum sheet_part part, struct sheet *sheet, struct err *e)
{
    add(sheet, BLOCK_TITLE, 0, l->title);
    if (part != SHEET_ANSWERS)
        add(sheet, BLOCK_TEXT, 0, l->about);
    if (part == SHEET_ANSWERS)
        add(sheet, BLOCK_PART, 0, "Answers");
    if (!add_pages(sheet, l, seed, part, e))
        return false;
    if (part != SHEET_READ)
        return true;
    add(sheet, BLOCK_PART, 0, "Answers");
    return add_pages(sheet, l, seed, SHEET_ANSWERS, e);
}

/* ---- forms ------------------------------------------------------------------------------------------------------- */

static void text_block(const struct block *b, struct str *out)
{
    switch (b->kind) {
    case BLOCK_TITLE: str_addf(out, "%s\n\n", b->text); break;
    case BLOCK_PAGE: str_addf(out, "%d. %s\n", b->number, b->text); break;
    case BLOCK_TEXT:
    case BLOCK_SCREEN: str_addf(out, "%s\n", b->text); break;
    case BLOCK_ASK: str_addf(out, "Question: %s\n", b->text); break;
    case BLOCK_OPTION: str_addf(out, "  %s\n", b->text); break;
    case BLOCK_ROOM:
        for (int k = 0; k < b->number; k++)
            str_add(out, "  ______________________________\n");
        break;
    case BLOCK_PART: str_addf(out, "%s\n", b->text); break;
    case BLOCK_ANSWER: str_addf(out, "Answer %d: %s\n", b->number, b->text); break;
    case BLOCK_KINDS: break;
    }
}

/* What Markdown would read as its own. */
static void md_text(const char *text, struct str *out)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>#|", *text))
            str_addc(out, '\\');
        str_addc(out, *text);
    }
}

static void md_block(const struct block *b, struct str *out)
{
    static const char *const before[BLOCK_KINDS] = {
        [BLOCK_TITLE] = "# ", [BLOCK_PAGE] = "## ", [BLOCK_SCREEN] = "> ", [BLOCK_ASK] = "**", [BLOCK_OPTION] = "- ",
        [BLOCK_PART] = "## ",
    };
    if (b->kind == BLOCK_ROOM) {
        for (int k = 0; k < b->number; k++)
            str_add(out, "\n\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\n");
        str_addc(out, '\n');
        return;
    }
    str_add(out, before[b->kind] ? before[b->kind] : "");
    if (b->kind == BLOCK_PAGE)
        str_addf(out, "%d. ", b->number);
    if (b->kind == BLOCK_ANSWER)
        str_addf(out, "**%d.** ", b->number);
    md_text(b->text, out);
    str_add(out, b->kind == BLOCK_ASK ? "**\n\n" : b->kind == BLOCK_OPTION ? "\n" : "\n\n");
}

static void html_text(const char *text, struct str *out)
{
    for (; *text; text++)
        switch (*text) {
        case '<': str_add(out, "&lt;"); break;
        case '>': str_add(out, "&gt;"); break;
        case '&': str_add(out, "&amp;"); break;
        case '"': str_add(out, "&quot;"); break;
        default: str_addc(out, *text);
        }
}

static void html_block(const struct block *b, struct str *out)
{
    static const struct { const char *open, *close; } tags[BLOCK_KINDS] = {
        [BLOCK_TITLE] = {"<h1>", "</h1>"}, [BLOCK_PAGE] = {"<h2>", "</h2>"}, [BLOCK_TEXT] = {"<p>", "</p>"},
        [BLOCK_SCREEN] = {"<p class=\"screen\">", "</p>"}, [BLOCK_ASK] = {"<p class=\"ask\">", "</p>"},
        [BLOCK_OPTION] = {"<p class=\"option\">", "</p>"}, [BLOCK_PART] = {"<h2>", "</h2>"},
        [BLOCK_ANSWER] = {"<p class=\"answer\">", "</p>"},
    };
    if (b->kind == BLOCK_ROOM) {
        for (int k = 0; k < b->number; k++)
            str_add(out, "<div class=\"line\"></div>\n");
        return;
    }
    str_add(out, tags[b->kind].open);
    if (b->kind == BLOCK_PAGE || b->kind == BLOCK_ANSWER)
        str_addf(out, "%d. ", b->number);
    html_text(b->text, out);
    str_addf(out, "%s\n", tags[b->kind].close);
}

static const char html_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
static const char html_style[] =
    "</title>\n<style>\nbody { max-width: 42em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 serif; }\n"
    "h2 { margin: 1.6em 0 .3em; font-size: 1.1em; break-after: avoid; }\np { margin: .4em 0; }\n"
    ".screen { border-left: 3px solid #999; padding-left: .8em; font-family: sans-serif; font-size: .9em; }\n"
    ".ask { font-weight: bold; }\n.option { margin-left: 2em; }\n"
    ".line { border-bottom: 1px solid #666; height: 1.8em; max-width: 24em; }\n</style>\n</head>\n<body>\n";

bool sheet_write(const struct lesson *l, unsigned seed, enum sheet_form form, enum sheet_part part, struct str *out,
                 struct err *e)
{
    static void (*const forms[])(const struct block *, struct str *) = {text_block, md_block, html_block};
    struct sheet sheet = {0};
    bool ok = make(l, seed, part, &sheet, e);
    if (ok && form == SHEET_HTML) {
        str_add(out, html_head);
        html_text(l->title, out);
        str_add(out, html_style);
    }
    for (int k = 0; k < sheet.n; k++) {
        const struct block *b = &sheet.v[k];
        bool apart = b->kind == BLOCK_PAGE || b->kind == BLOCK_PART;
        if (ok && form == SHEET_TEXT && apart)
            str_addc(out, '\n');
        if (ok && form == SHEET_MD && k > 0 && sheet.v[k - 1].kind == BLOCK_OPTION && b->kind != BLOCK_OPTION)
            str_addc(out, '\n');
        if (ok)
            forms[form](b, out);
        free(b->text);
    }
    free(sheet.v);
    if (ok && form == SHEET_HTML)
        str_add(out, "</body>\n</html>\n");
    return ok;
}
