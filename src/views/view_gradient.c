/* view_gradient.c: how far back a step reaches. "Do gradients still vanish?", answered with two numbers for every unit
 * and earlier step: ∏ f, what the direct path C_t → C_{t+1} → … → C_step lets through, and ∂/∂C_t, what arrives through
 * all paths together.
 *
 * Both stand under the tape's own columns. Few units stand in bands, a pair of columns for each step and the numbers
 * under it; many units have a line each, a pair of cells for each step whose shade is log |·|, direct on the left and
 * full on the right. Sentences much longer than the tape, and what was scrolled to, are two blocks of narrow columns.
 * All end with what each word did, ∂/∂x and x · ∂/∂x, and with the answer in words.
 *
 * The gradient is too dear to repeat for every frame: it is kept in a cache until the session's revision, the step or
 * the aim is another one. A backward pass is only followed as far as it is looked at (aim_gradient), so that a long
 * sequence costs no more than the steps on the screen.
 */
#include <math.h>
#include <string.h>

#include "ui/widget.h"
#include "views/gradient_view.h"
#include "views/say.h"
#include "views/tape.h"

enum { PAGE = 8 };

static const struct setting settings[] = {
    {"of", SETTING_CHOICE, offsetof(struct grad_state, of), 0, 0, "surprisal C h"},
    {"pick", SETTING_NUMBER, offsetof(struct grad_state, pick), 0, GRAD_CANDIDATES, NULL},
    {"output", SETTING_NUMBER, offsetof(struct grad_state, fixed), 0, SETTING_MOST, NULL},
    {"back", SETTING_NUMBER, offsetof(struct grad_state, back), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static struct grad_ctx ctx_of(const struct scene *scene, const struct grad_state *st, struct grid *g)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    return (struct grad_ctx){.scene = scene, .s = s, .st = st, .cache = &st->cache, .g = g,
                             .gl = g ? g->glyphs : &glyphs_unicode,
                             .aim = grad_aim_now(s, st), .layer = at->layer, .unit = at->unit,
                             .H = session_net(s)->layer[at->layer].hidden, .step = at->step};
}

/* Which of the two pictures there is room for; neither: words. */
struct shape { bool few, many, pairs; struct grad_bands bands; struct grad_strips strips; struct grad_pairs pair; };

/* How many columns r has room for, where they are not the tape's. */
static int columns(const struct shape *p, struct rect r)
{
    if (p->few)
        return grad_bands_room(&p->bands, r);
    if (p->many)
        return (p->strips.block ? p->strips.block : r.w - p->strips.gutter) / p->strips.cell;
    return 64;                    /* words */
}

/* The columns of a picture in r, of the words alone when r is empty: `room` of them end so many steps before the cursor
 * as was scrolled. */
static struct shape plan(struct grad_ctx *c, struct rect r)
{
    struct shape p = {.few = false};
    int room = grad_steps_back(session_net(c->s));
    if (r.w > 0) {
        struct across tape = tape_columns(c->s, c->w);
        int fits = (c->w - 1 - tape.x) / tape.pitch;
        c->tape = tape;
        c->on_tape = session_steps(c->s) <= 2 * (fits < 1 ? 1 : fits) && !c->st->back && r.w >= 24;
        p.few = grad_plan_bands(&p.bands, c, r);
        p.pairs = !p.few && grad_plan_pairs(&p.pair, c, r);
        c->on_tape = c->on_tape && (p.few || p.pairs);
        p.many = !p.few && !p.pairs && grad_plan_strips(&p.strips, c, r);
    }
    if (c->on_tape) {
        c->lo = c->tape.first;
        c->hi = c->step;
        return p;
    }
    if (r.w > 0)
        room = columns(&p, r);
    room = room > c->step ? c->step : room;
    c->hi = c->step - c->st->back;
    c->hi = c->hi < room ? room : c->hi;
    c->hi = c->hi > c->step ? c->step : c->hi;
    c->lo = c->hi - room + 1 < 1 ? 1 : c->hi - room + 1;
    return p;
}

static struct rect inside(struct rect r)
{
    return rect_inset(r, r.w > 60 ? 2 : r.w > 30, 0);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct grad_state *st = state;
    int step = session_cursor(scene->session)->step;
    if (st->step && st->step != step)             /* another word: its own past is what is looked at */
        st->back = 0;
    st->step = step;
    if (st->model && st->model != session_model_number(scene->session))
        st->pick = st->fixed = st->back = 0;      /* a word of another model's vocabulary */
    st->model = session_model_number(scene->session);
    if (step < 1)
        return;
    struct grad_ctx c = ctx_of(scene, st, NULL);
    c.w = r.w;
    plan(&c, r.w > 0 ? inside(r) : r);
    st->shown_from = c.lo;
    grad_fill(c.s, &st->cache, &c.aim, c.lo - 1);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct grad_ctx c = ctx_of(scene, state, g);
    c.w = r.w;
    r = inside(r);
    if (c.step < 1) {
        say_draw_nothing(c.s, g, r);
        return;
    }
    const struct shape p = plan(&c, r);
    if (p.few)
        tape_mark(c.s, g, r);
    if (!c.cache->g)
        grid_wrap(g, r, ROLE_BAD, 0, "There is not enough memory for this gradient.");
    else if (p.few)
        grad_draw_bands(&c, r, &p.bands);
    else if (p.pairs)
        grad_draw_pairs(&c, r, &p.pair);
    else if (p.many)
        grad_draw_strips(&c, r, &p.strips);
    else
        grad_draw_words(&c, r);
}

/* Of the steps on the screen, which are those that the picture of the view's rectangle shows. */
static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct grad_ctx c = ctx_of(scene, state, g);
    c.lo = c.st->shown_from;
    c.hi = c.step;
    if (c.step >= 1 && c.cache->g)
        grad_draw_words(&c, r);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    struct grad_ctx c = ctx_of(scene, state, NULL);
    if (c.step < 1) {
        say_nothing(c.s, out);
        return;
    }
    plan(&c, (struct rect){0});
    if (!c.cache->g)
        return;
    struct str title = {0};
    grad_title(&c, &title);
    if (title.s)
        title.s[0] = 'G';
    str_addf(out, "%s. ", str_text(&title));
    str_free(&title);
    grad_say(&c, out);
}

static enum view_reply move_unit(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)e;
    const struct cursor *at = session_cursor(s);
    session_select(s, at->layer, at->unit + (other ? 1 : -1), at->value);
    return VIEW_REDRAW;
}

static enum view_reply turn_word(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct grad_state *st = state;
    int list[GRAD_CANDIDATES], n = session_outputs(s)
        && session_cursor(s)->step > 0 ? grad_candidates(s, st, GRAD_CANDIDATES, list) : 0;
    st->of = AIM_SURPRISAL;
    st->pick = n ? (st->pick + (other ? n - 1 : 1)) % n : 0;
    return VIEW_REDRAW;
}

/* Surprisal, C, h; without outputs C, h. */
static enum view_reply turn_aim(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct grad_state *st = state;
    bool head = session_outputs(s) > 0;
    if (st->of == AIM_SURPRISAL)
        st->of = head ? AIM_C : AIM_H;
    else if (st->of == AIM_C)
        st->of = AIM_H;
    else
        st->of = head ? AIM_SURPRISAL : AIM_C;
    return VIEW_REDRAW;
}

static enum view_reply scroll(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct grad_state *st = state;
    int last = session_cursor(s)->step - 1, back = st->back + (other ? -PAGE : PAGE);
    back = back > last ? last : back;
    st->back = back < 0 ? 0 : back;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up>", "<Down>", "previous, next unit", "unit", KEY_PAIR, move_unit, NULL},
    {"next-output prev-output", "y", "Y", "of the next, previous likely word", "of which word", 0, turn_word, NULL},
    {"aim", "f", NULL, "of the surprisal, of C, of h of the unit", "of C, of h", 0, turn_aim, NULL},
    {"back forward", "[", "]", "further back, and forward again", "further back", 0, scroll, NULL},
    {.keys = "c", .hint = "close"},
    {.keys = "o", .hint = "open"},
    {.keys = "<PgDn>", .hint = "sub-step"},
    {.keys = NULL},
};

const struct view view_gradient = {
    .name = "gradient",
    .title = "gradient",
    .about = "how far back this word reaches",
    .strip = "gradient",
    .rank = 14,
    .help = "How much a small change of C at an earlier word would change what the model says here. Direct is the "
            "product of f along the way: the path from cell to cell that the LSTM was invented for. Full is the exact "
            "gradient by backpropagation through all paths, gates and other units included. A cross marks where the "
            "direct path is cut: less than 1% of it is left before that word. |dx| is the gradient's length at "
            "each word's vector, x * dx its product with it: what the word did, to first order; these do not add up to "
            "the value.",
    .key = 'r',
    .state_size = sizeof(struct grad_state),
    .settings_size = offsetof(struct grad_state, cache),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .say = say,
    .clear = grad_clear,
    .explain = explain,
};
