/* view_film.c: a training as a film: how the held-out sequences went at each frame, what the forget gate of one unit
 * did at every word then, and the moments at which something was learnt. The frame under the cursor is what every other
 * view shows.
 *
 * From top to bottom: what is shown, two rows of columns (loss, share right) over one axis of frames, the moment it got
 * it, f at a few frames side by side, and the moments in words. Parts give way in the order in which they are least
 * missed. It reads the training; its keys are commands of the program.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/taught.h"
#include "views/view.h"

enum { LABEL_W = 16, SUMMARY_W = 15, WIDE = 60, CELL_LEAST = 5, CELL_MOST = 9, TRACKS_MOST = 8 };

static const char nothing[] =
    "Nothing has been trained here. :train gender teaches a small model anew, in a few seconds; its film is here then.";

/* ---- frames ------------------------------------------------------------------------------------------------------ */

/* The frame that is spoken of: the one shown, else the last. */
static int frame_now(const struct training *t)
{
    return t->film.shown >= 0 ? t->film.shown : t->film.frames - 1;
}

static bool has_accuracy(const struct training *t)
{
    return t->film.frames && !isnan(training_frame_seen(t, t->film.frames - 1)->accuracy);
}

/* Where frames stand: `each` cells a frame, the bar itself one less where there are more; where frames are more than
 * cells, only every `stride`-th has a column. */
struct reel { int x, w, each, stride; };

static struct reel plan_reel(const struct training *t, int x, int w)
{
    struct reel r = {.x = x, .w = w, .stride = 1};
    int n = t->film.frames;
    while ((n + r.stride - 1) / r.stride > w)
        r.stride++;
    r.each = w / ((n + r.stride - 1) / r.stride);
    r.each = r.each > 4 ? 4 : r.each;
    return r;
}

static int reel_x(const struct reel *r, int frame) { return r->x + frame / r->stride * r->each; }
static int reel_bar(const struct reel *r) { return r->each > 1 ? r->each - 1 : 1; }

static int reel_end(const struct training *t, const struct reel *r)
{
    return reel_x(r, t->film.frames - 1) + reel_bar(r);
}

/* ---- curves ------------------------------------------------------------------------------------------------------ */

struct strip { const char *label, *below; bool accuracy; enum role role; };

static double seen(const struct training *t, int frame, bool accuracy)
{
    const struct evaluation *e = training_frame_seen(t, frame);
    return accuracy ? e->accuracy : e->loss;
}

static double most_seen(const struct training *t, bool accuracy)
{
    double most = accuracy ? 1 : 0;
    for (int k = 0; k < t->film.frames; k++)
        if (seen(t, k, accuracy) > most)
            most = seen(t, k, accuracy);
    return most;
}

/* "3.61 → 1.29", "58% → 100%". */
static void add_change(double from, double to, bool accuracy, const struct glyphs *gl, struct str *out)
{
    if (accuracy)
        str_addf(out, "%.1f%% %s %.1f%%", 100 * from, gl->arrow, 100 * to);
    else
        str_addf(out, "%.2f %s %.2f", from, gl->arrow, to);
}

static void draw_strip(const struct training *t, struct grid *g, struct rect r, const struct reel *reel,
                       const struct strip *s)
{
    if (reel->x > r.x) {
        grid_text(g, r.x, r.y, reel->x - r.x - 1, ROLE_LABEL, 0, s->label);
        if (r.h > 1)
            grid_text(g, r.x, r.y + 1, reel->x - r.x - 1, ROLE_DIM, 0, s->below);
    }
    double most = most_seen(t, s->accuracy);
    for (int k = 0; k < t->film.frames; k += reel->stride) {
        double v = seen(t, k, s->accuracy);
        if (isfinite(v))
            widget_column(g, (struct rect){reel_x(reel, k), r.y, reel_bar(reel), r.h},
                          (struct bar){(float)v, NAN, 0, (float)most, s->role});
    }
    struct str text = {0};
    add_change(seen(t, 0, s->accuracy), seen(t, t->film.frames - 1, s->accuracy), s->accuracy, g->glyphs, &text);
    int x = reel_end(t, reel) + 2;
    if (x + utf8_text_width(str_text(&text)) <= r.x + r.w)
        grid_text(g, x, r.y + r.h - 1, r.x + r.w - x, ROLE_NUMBER, 0, str_text(&text));
    str_free(&text);
}

/* The axis of frames: a dot where a moment is, a head at the cursor; below it, some of the updates. */
static void draw_axis(const struct training *t, struct grid *g, int y, const struct reel *reel)
{
    int now = frame_now(t);
    grid_hline(g, reel->x, y, reel_end(t, reel) - reel->x, ROLE_AXIS);
    for (int k = 0; k < t->moments; k++)
        for (int x = 0; x < reel_bar(reel); x++)
            grid_put(g, reel_x(reel, t->moment[k].frame) + x, y, g->glyphs->dot, ROLE_F, 0);
    for (int x = 0; x < reel_bar(reel); x++)
        grid_put(g, reel_x(reel, now) + x, y, g->glyphs->head_up, ROLE_CURSOR, ATTR_BOLD);
}

static void draw_updates(const struct training *t, struct grid *g, int y, int end, const struct reel *reel)
{
    char text[16];
    int now = frame_now(t), from = reel_x(reel, now);
    int w = snprintf(text, sizeof text, "%d", t->film.frame[now].update);
    from = from + w > end ? end - w : from;
    grid_text(g, from, y, w, ROLE_NUMBER, ATTR_BOLD, text);
    for (int k = 0, next = reel->x; k < t->film.frames; k += reel->stride) {
        int x = reel_x(reel, k);
        w = snprintf(text, sizeof text, "%d", t->film.frame[k].update);
        bool clear = x + w + 1 < from || x > from + (int)strlen(text);
        if (x < next || x + w > end || !clear)
            continue;
        grid_text(g, x, y, w, ROLE_DIM, 0, text);
        next = x + w + 3;
    }
}

/* ---- what happened ----------------------------------------------------------------------------------------------- */

static void add_gate(float f, struct str *out)
{
    char buf[16];
    const char *text = widget_gate(buf, sizeof buf, f, 6);
    str_add(out, text + strspn(text, " "));
}

/* "it got it: right 59.8% → 100.0% between updates 143 and 268" */
static void add_moment(const struct training *t, const struct film_moment *m, const struct glyphs *gl, struct str *out)
{
    const struct film_frame *at = &t->film.frame[m->frame];
    switch (m->what) {
    case FILM_GOT_IT:
        str_addf(out, "%s ", has_accuracy(t) ? "it got it: right" : "it learnt the most: loss");
        add_change(m->before, m->after, has_accuracy(t), gl, out);
        str_addf(out, " between updates %d and %d", at[-1].update, at->update);
        break;
    case FILM_ANSWERS:
        str_add(out, "it answers: ");
        taught_output(t, t->answer[0], gl, out);
        str_addf(out, " %.2f %s %.2f after '", m->before, gl->arrow, m->after);
        taught_word(t, t->asks - 1, gl, out);
        str_addc(out, '\'');
        break;
    case FILM_LETS_GO:
        str_add(out, "it forgets at '");
        taught_word(t, m->word, gl, out);
        str_add(out, "': f ");
        add_gate((float)m->before, out);
        str_addf(out, " %s ", gl->arrow);
        add_gate((float)m->after, out);
        break;
    }
}

static const struct film_moment *moment_of(const struct training *t, enum film_what what)
{
    for (int k = 0; k < t->moments; k++)
        if (t->moment[k].what == what)
            return &t->moment[k];
    return NULL;
}

/* In which order the two halves of a memory came; "" when one of them did not. */
static const char *order_said(const struct training *t)
{
    const struct film_moment *keeps = moment_of(t, FILM_ANSWERS), *forgets = moment_of(t, FILM_LETS_GO);
    if (!keeps || !forgets)
        return "";
    return keeps->frame < forgets->frame   ? "First it learnt to keep, then to forget."
           : keeps->frame > forgets->frame ? "First it learnt to forget, then to keep."
                                           : "It learnt to keep and to forget in one go.";
}

static void draw_moments(const struct training *t, struct grid *g, struct rect r)
{
    int y = r.y, end = r.y + r.h;
    struct str s = {0};
    const char *order = order_said(t);
    bool last = *order && r.h > t->moments;
    /* Where not all have room, those from the present one on. */
    int from = 0, over = t->moments - r.h;
    while (from < over && t->moment[from].frame < frame_now(t))
        from++;
    for (int k = from; k < t->moments && y < end; k++, y++) {
        const struct film_frame *at = &t->film.frame[t->moment[k].frame];
        bool here = t->moment[k].frame == frame_now(t);
        str_clear(&s);
        add_moment(t, &t->moment[k], g->glyphs, &s);
        grid_textf(g, r.x, y, 7, here ? ROLE_NUMBER : ROLE_DIM, here ? ATTR_BOLD : 0, "%7d", at->update);
        grid_text(g, r.x + 9, y, r.w - 9, ROLE_TEXT, here ? ATTR_BOLD : 0, str_text(&s));
    }
    if (last)
        grid_text(g, r.x, y, r.w, ROLE_LABEL, 0, order);
    str_free(&s);
}

/* ---- f at a few frames ------------------------------------------------------------------------------------------- */

struct words { int x, each, n, first; };

/* Where not all words fit, those up to the question count. */
static struct words plan_words(const struct training *t, int x, int w)
{
    struct words p = {.x = x, .n = t->corpus->demo_n};
    p.each = p.n ? w / p.n : w;
    p.each = clamp_int(p.each, CELL_LEAST, CELL_MOST);
    p.n = p.n > w / p.each ? w / p.each : p.n;
    if (t->asks > p.n)
        p.first = t->asks - p.n;
    return p;
}

/* The frame spoken of, the moments, and before and after all of it: as many as there is room for, by frame. */
static int choose_frames(const struct training *t, int room, int out[TRACKS_MOST])
{
    int wish[3 + FILM_MOMENTS], n = 0, chosen = 0;
    wish[n++] = frame_now(t);
    for (int k = 0; k < t->moments; k++)
        wish[n++] = t->moment[k].frame;
    wish[n++] = t->film.frames - 1;
    wish[n++] = 0;
    room = room < TRACKS_MOST ? room : TRACKS_MOST;
    for (int k = 0; k < n && chosen < room; k++) {
        int at = chosen;
        bool there = false;
        for (int j = 0; j < chosen; j++)
            there = there || out[j] == wish[k];
        if (there)
            continue;
        for (; at > 0 && out[at - 1] > wish[k]; at--)
            out[at] = out[at - 1];
        out[at] = wish[k];
        chosen++;
    }
    return chosen;
}

static void draw_words(const struct training *t, struct grid *g, int y, const struct words *p)
{
    struct str word = {0}, cut = {0};
    for (int k = 0; k < p->n; k++) {
        bool asks = t->asks && p->first + k == t->asks - 1;
        str_clear(&word);
        str_clear(&cut);
        taught_word(t, p->first + k, g->glyphs, &word);
        if (!t->corpus->vocab && utf8_text_width(str_text(&word)) >= p->each)
            continue;                     /* half a number is another number */
        utf8_cut(&cut, str_text(&word), p->each - 1, g->glyphs->ascii);
        grid_text_right(g, p->x + (k + 1) * p->each, y, p->each - 1, asks ? ROLE_TOKEN_NOW : ROLE_TOKEN,
                        asks ? ATTR_BOLD : 0, str_text(&cut));
    }
    str_free(&word);
    str_free(&cut);
}

static void draw_track(const struct training *t, struct grid *g, int x, int y, const struct words *p, int frame)
{
    const struct film_frame *at = &t->film.frame[frame];
    bool here = frame == frame_now(t);
    char buf[16];
    if (here)
        grid_put(g, x, y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_textf(g, x + 2, y, p->x - x - 3, here ? ROLE_NUMBER : ROLE_DIM, here ? ATTR_BOLD : 0,
               p->x - x >= LABEL_W ? "update %d" : "%d", at->update);
    for (int k = 0; k < p->n && at->track.f; k++)
        grid_text_right(g, p->x + (k + 1) * p->each, y, p->each - 1, ROLE_F, here ? ATTR_BOLD : 0,
                        widget_gate(buf, sizeof buf, at->track.f[p->first + k], 4));
}

static void add_unit(const struct training *t, struct str *out)
{
    int layer, within;
    training_unit_place(t, t->unit, &layer, &within);
    str_addf(out, t->recipe.layers > 1 ? "unit %d of layer %d" : "unit %d", within + 1, layer + 1);
}

static void draw_tracks(const struct training *t, struct grid *g, struct rect r)
{
    int frames[TRACKS_MOST], label = r.w >= WIDE ? LABEL_W : 8, n = choose_frames(t, r.h - 1, frames);
    struct words p = plan_words(t, r.x + label, r.w - label);
    struct str s = {0};
    if (r.w >= WIDE) {
        str_add(&s, "f of ");
        add_unit(t, &s);
    } else {
        str_addf(&s, "f of %d", t->unit + 1);
    }
    grid_text(g, r.x, r.y, label - 1, ROLE_LABEL, 0, str_text(&s));
    draw_words(t, g, r.y, &p);
    for (int k = 0; k < n; k++)
        draw_track(t, g, r.x, r.y + 1 + k, &p, frames[k]);
    str_free(&s);
}

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static void add_shown(const struct training *t, bool brief, struct str *out)
{
    if (t->film.shown < 0)
        str_addf(out, "%d snapshots of this training%s", t->film.frames,
                 brief ? "" : "; the arrows show one of them, in every view.");
    else
        str_addf(out, "snapshot %d of %d%s", t->film.shown + 1, t->film.frames,
                 brief ? "" : ": every view now shows the network as it was then.");
}

struct plan { int strip, loss, right, axis, updates, tracks, tracks_h, moments, moments_h; };

static int strip_height(int h)
{
    static const int least[] = {34, 30, 26, 14};      /* rows of the view for strips of 5, 4, 3, 2 */
    for (int k = 0; k < 4; k++)
        if (h >= least[k])
            return 5 - k;
    return 1;
}

static struct plan plan_rows(const struct training *t, int h)
{
    struct plan p = {.strip = strip_height(h), .updates = -1, .tracks = -1, .moments = -1};
    bool right = has_accuracy(t), air = h >= 17;
    int y = 1 + air, want = t->moments ? t->moments + (*order_said(t) != 0) : 0;
    p.loss = y;
    y += p.strip + (air && right);
    p.right = right ? y : -1;
    y += right ? p.strip : 0;
    p.axis = y++;
    if (h >= 7)
        p.updates = y++;
    y += air;
    int left = h - y, tracks = left >= 3 ? 2 : 0;
    if (tracks) {
        int moments = want > left - 4 ? left - 4 : want;
        moments = moments < 0 ? 0 : moments;
        tracks = left - moments - (moments > 0);
        int frames[TRACKS_MOST];
        tracks = 1 + choose_frames(t, tracks - 1, frames);
        p.tracks = y;
        p.tracks_h = tracks;
        y += tracks + (air && moments > 0);
    }
    p.moments = y;
    p.moments_h = h - y;
    return p;
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    const struct training *t = scene->training;
    if (!t || !t->film.frames) {
        str_add(out, nothing);
        return;
    }
    add_shown(t, true, out);
    str_addf(out, ", of updates %d to %d. Held-out loss ", t->film.frame[0].update,
             t->film.frame[t->film.frames - 1].update);
    add_change(seen(t, 0, false), seen(t, t->film.frames - 1, false), false, &glyphs_unicode, out);
    if (has_accuracy(t)) {
        str_add(out, ", right ");
        add_change(seen(t, 0, true), seen(t, t->film.frames - 1, true), true, &glyphs_unicode, out);
    }
    str_add(out, ".");
    for (int k = 0; k < t->moments; k++) {
        str_addf(out, " At update %d ", t->film.frame[t->moment[k].frame].update);
        add_moment(t, &t->moment[k], &glyphs_unicode, out);
        str_add(out, ".");
    }
    str_addf(out, "%s%s The gate is that of ", *order_said(t) ? " " : "", order_said(t));
    add_unit(t, out);
    str_add(out, t->chosen ? "." : ", whose C tells most.");
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct training *t = scene->training;
    r = r.w >= WIDE ? rect_inset(r, 2, 0) : r;
    if (!t || !t->film.frames) {
        grid_wrap(g, r, ROLE_DIM, 0, r.w * r.h < 60 ? "No training" : nothing);
        return;
    }
    struct str s = {0};
    add_shown(t, r.w < WIDE, &s);
    grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&s));
    str_free(&s);
    struct plan p = plan_rows(t, r.h);
    int label = r.w >= WIDE ? LABEL_W : 0, summary = r.w >= WIDE ? SUMMARY_W : 0;
    struct reel reel = plan_reel(t, r.x + label, r.w - label - summary > 8 ? r.w - label - summary : 8);
    const struct strip loss = {corpus_held_out(t->corpus) ? "held out" : "all lines", "loss", false, ROLE_PREDICT},
                       right = {"right", t->corpus->goal == GOAL_NUMBER ? "explained" : "held out", true, ROLE_CURVE};
    draw_strip(t, g, (struct rect){r.x, r.y + p.loss, r.w, p.strip}, &reel, &loss);
    if (p.right >= 0)
        draw_strip(t, g, (struct rect){r.x, r.y + p.right, r.w, p.strip}, &reel, &right);
    draw_axis(t, g, r.y + p.axis, &reel);
    if (p.updates >= 0)
        draw_updates(t, g, r.y + p.updates, r.x + r.w, &reel);
    if (p.tracks_h)
        draw_tracks(t, g, (struct rect){r.x, r.y + p.tracks, r.w, p.tracks_h});
    if (p.moments_h > 0 && scene->explain) {
        struct str words = {0};
        explain(scene, state, &words);
        say_wrap(g, (struct rect){r.x, r.y + p.moments, r.w, p.moments_h}, ROLE_TEXT, 0, str_text(&words));
        str_free(&words);
    } else if (p.moments_h > 0) {
        draw_moments(t, g, (struct rect){r.x, r.y + p.moments, r.w, p.moments_h});
    }
}

static void heading(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *left,
                    struct str *right)
{
    (void)state;
    const struct training *t = scene->training;
    str_add(left, "film");
    if (!t || !t->film.frames)
        return;
    str_addf(left, " %s ", gl->middle_dot);
    taught_title(t, left);
    str_addf(left, ", seed %llu", (unsigned long long)t->seed);
    str_addf(right, "update %d of %d", t->film.frame[frame_now(t)].update, training_total(t));
}

static const struct view_key keys[] = {
    {"earlier later", "<Left>", "<Right>", "the snapshot before or after, in every view", "snapshot", KEY_PAIR, NULL,
     "film-prev film-next"},
    {"moment", "n", NULL, "the next moment", "next moment", 0, NULL, "film-moment"},
    {"first last", "<Home>", "<End>", "the first or last snapshot", NULL, 0, NULL, "film-first film-last"},
    {"train", "<Space>", NULL, "train on, or pause", "train on", 0, NULL, "train-pause"},
    {"next-unit prev-unit", "<Tab>", "<S-Tab>", "f of the next or previous unit", "unit", 0, NULL,
     "train-next-unit train-prev-unit"},
    {"variants", "v", NULL, "the same training without one gate after the other", "variants", 0, NULL, "variants"},
    {"look", "<Enter>", NULL, "look at it word by word", "look at it", 0, NULL, "film-enter"},
    {.keys = ":", .hint = "command"},
    {.keys = NULL},
};

const struct view view_film = {
    .name = "film",
    .title = "film",
    .about = "a training as a film: when it learnt what",
    .strip = "film",
    .rank = 24,
    .help = "A training as a film. Each column is a snapshot: the network as it was when it was tried on sequences "
            "that it is not trained on, with their loss and the share that was right. The arrows put a snapshot into "
            "every view: the sentence, the pinned values and the place stay, ( and ) go on in any view. Moments are "
            "found in the numbers: the largest rise of the share that is right (10 points or more) between two "
            "snapshots; from when on the answer on the sentence below is right to the end; and at which word f of the "
            "unit, once above 0.5, first fell below 0.1. Between two snapshots anything may have happened. At most 200 "
            "are kept, spread evenly. Only the unit shown is looked at; Tab shows another.",
    .key = 'H',
    .keys = keys,
    .alone = true,
    .teaches = true,
    .heading = heading,
    .draw = draw,
    .explain = explain,
};
