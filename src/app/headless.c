/* headless.c: everything that needs no terminal: the trace, a picture, what was read, what there is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/run.h"
#include "base/builtin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/shelf.h"
#include "base/utf8.h"
#include "export/export.h"
#include "import/dialect.h"
#include "learn/corpus.h"
#include "views/value.h"

/* ---- --list ------------------------------------------------------------------------------------------------------ */

static void list_row(struct str *out, const char *name, const char *text)
{
    str_addf(out, "%-18s ", name);
    utf8_clean(out, text, strlen(text));
    str_addc(out, '\n');
}

/* The first sentence of a built-in file's "about". */
static void list_builtins(struct str *out, const char *folder)
{
    for (size_t k = 0; k < builtin_count; k++) {
        const struct builtin *b = &builtins[k];
        size_t n = strlen(folder);
        if (strncmp(b->path, folder, n) != 0 || !strstr(b->path, ".json"))
            continue;
        char name[64];
        snprintf(name, sizeof name, "%s", b->path + n);
        name[strcspn(name, ".")] = '\0';
        struct json *j = json_parse_copy(b->data, b->len, b->path, NULL);
        const char *about = "";
        struct json_at top, at;
        if (j) {
            top = json_top(j);
            if (json_get(&top, "about", &at))
                json_string(&at, &about, NULL);
        }
        const char *stop = strstr(about, ". ");
        char *first = stop ? strndup(about, (size_t)(stop - about) + 1) : strdup(about);
        list_row(out, name, first ? first : "");
        free(first);
        json_free(j);
    }
}

/* Grammars and texts, each with the first sentence of what it says of itself. */
static void list_corpora(struct str *out)
{
    static const char folder[] = "data/corpora/";
    for (size_t k = 0; k < builtin_count; k++) {
        const struct builtin *b = &builtins[k];
        if (strncmp(b->path, folder, sizeof folder - 1) != 0)
            continue;
        char name[64];
        snprintf(name, sizeof name, "%s", b->path + sizeof folder - 1);
        name[strcspn(name, ".")] = '\0';
        struct grammar *g = strstr(b->path, ".grammar") ? grammar_parse(b->data, b->len, b->path, NULL) : NULL;
        struct corpus *c = strstr(b->path, ".numbers") ? corpus_builtin(name, CORPUS_GUESS, 1, NULL) : NULL;
        struct str first = {0};
        const char *about = g ? g->about : c ? c->about : "plain text, one sequence a line",
                   *stop = strstr(about, ". ");
        str_addn(&first, about, stop ? (size_t)(stop - about) + 1 : strlen(about));
        list_row(out, name, str_text(&first));
        str_free(&first);
        grammar_free(g);
        corpus_free(c);
    }
}

/* What the user and the system have beside them, with where it is. */
static void list_shelf(struct str *out, const char *kind)
{
    struct shelf own;
    shelf_open(&own, kind);
    for (int k = 0; k < own.n; k++)
        list_row(out, own.name[k], own.path[k]);
    shelf_clear(&own);
}

static void list_models(struct str *out)
{
    list_builtins(out, "data/models/");
    list_shelf(out, "models");
}

static void list_scenarios(struct str *out)
{
    list_builtins(out, "data/scenarios/");
    list_shelf(out, "scenarios");
}

static void list_lessons(struct str *out)
{
    app_list_lessons(out);
    list_shelf(out, "lessons");
}

static void list_themes(struct str *out)
{
    int n;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++) {
        struct theme *t = theme_load(names[k], NULL);
        list_row(out, names[k], t ? t->about : "(cannot be read)");
        theme_free(t);
    }
    theme_names_free(names, n);
}

static void list_views(struct str *out)
{
    for (int k = 0; k < view_count; k++)
        list_row(out, views[k]->name, views[k]->about);
}

static void list_actions(struct str *out)
{
    for (int k = 0; k < action_count; k++) {
        struct str text = {0};
        str_addf(&text, "%-10s %s%s%s", actions[k].keys, actions[k].help, actions[k].argument ? "  :" : "",
                 actions[k].argument ? actions[k].name : "");
        if (actions[k].argument)
            str_addf(&text, " %s", actions[k].argument);
        list_row(out, actions[k].name, str_text(&text));
        str_free(&text);
    }
}

/* VIEW.NAME, keys, help: a row for each direction. */
static void list_keys(struct str *out)
{
    for (int v = 0; v < view_count; v++)
        for (const struct view_key *k = views[v]->keys; k && k->keys; k++)
            for (int other = 0; k->help && other < 1 + (k->other != NULL); other++) {
                char word[32], name[64];
                snprintf(name, sizeof name, "%s.%s", views[v]->name, view_key_word(k->name, other, word));
                str_addf(out, "%-25s %-11s %s\n", name, other ? k->other : k->keys, k->help);
            }
}

static void list_formats(struct str *out)
{
    for (int k = 0; k < dialect_count; k++)
        list_row(out, dialects[k].name, dialects[k].help);
}

static const struct { const char *name; void (*list)(struct str *); } lists[] = {
    {"models", list_models}, {"corpora", list_corpora}, {"scenarios", list_scenarios}, {"lessons", list_lessons},
    {"themes", list_themes},
    {"views", list_views}, {"actions", list_actions}, {"keys", list_keys}, {"formats", list_formats},
};

void app_list(const char *what, struct str *out)
{
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        if (strcmp(what, lists[k].name) == 0)
            lists[k].list(out);
}

/* ---- --print, --render, --inspect, --check ----------------------------------------------------------------------- */

/* The sentences of the gradient view after those of the trace. */
static void print_gradient_words(struct app *a, struct str *out)
{
    view_explain(&view_gradient, &a->scene, a->view_state[view_index(&view_gradient)], out);
    str_addc(out, '\n');
}

static bool print_gradient(struct app *a, const char *wish, struct str *out, struct drain *drain, struct err *e)
{
    struct aim aim;
    return aim_parse(a->session, wish, "--gradient", &aim, e)
           && export_trace_json_gradient(a->session, a->scene.top, &aim, out, drain, e);
}

/* Bytes that are no text, for a file or a pipe. */
static bool print_tensors(struct app *a, const char *how, struct str *out, struct drain *drain, struct err *e)
{
    if (isatty(STDOUT_FILENO))
        return err_set(e, "--print", NULL, "%s is not for a terminal: send it to a file, > FILE", how);
    if (strcmp(how, "npz") == 0)
        export_trace_npz(a->session, out, drain);
    else
        export_trace_safetensors(a->session, out, drain);
    return true;
}

static bool print(struct app *a, const struct options *o, struct str *out, struct drain *drain, struct err *e)
{
    const char *how = o->print;
    if (value_secret(&a->scene, NULL))
        return err_set(e, "--print", NULL, "a question hides numbers of this trace: expected it answered first");
    if (strcmp(how, "json") == 0 && o->gradient)
        return print_gradient(a, o->gradient, out, drain, e);
    if (strcmp(how, "json") == 0)
        export_trace_json(a->session, a->scene.top, out, drain);
    else if (strcmp(how, "csv") == 0)
        export_trace_csv(a->session, out, drain);
    else if (strcmp(how, "text") != 0)
        return print_tensors(a, how, out, drain, e);
    else
        export_trace_text(a->session, a->scene.top, out, drain);
    if (o->gradient && strcmp(how, "text") == 0)
        print_gradient_words(a, out);
    if ((o->corpus || o->suite || o->view) && a->view->explain && strcmp(how, "text") == 0) { /* what the view says */
        view_explain(a->view, &a->scene, app_view_state(a), out);
        str_addc(out, '\n');
    }
    return true;
}

static void render(struct app *a, const struct options *o, struct str *out)
{
    if (o->figure) {
        a->scene.glyphs = a->glyphs;
        export_figure(&a->scene, a->theme, o->figure, a->ground, out);
        return;
    }
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    app_draw(a, g, NULL, NULL);
    const char *title = session_model(a->session)->name;
    if (strcmp(o->render, "text") == 0)
        export_text(g, out);
    else if (strcmp(o->render, "ansi") == 0)
        export_ansi(g, a->theme, depth_wished(o->color, DEPTH_256), out);
    else if (strcmp(o->render, "svg") == 0)
        export_svg(g, a->theme, a->ground, title, out);
    else
        export_html(g, a->theme, a->ground, title, out);
    grid_free(g);
}

/* "agrees: 84 values of 7 steps, largest difference 1.2e-07, tolerance 1e-05; h of layer 2, unit 5, step 3: …" */
static void tell_proof(const struct model *m, const struct proof *p, const char *word, struct str *out)
{
    str_addf(out, "%s: %zu values of ", word, p->values);
    if (expected_last(m->expected))
        str_addf(out, "the last of %d steps", m->expected->steps);
    else
        str_addf(out, "%d step%s", m->expected->steps, m->expected->steps == 1 ? "" : "s");
    str_addf(out, ", largest difference %.3g, tolerance %g", p->largest, m->expected->tolerance);
    if (p->rounding > 0)
        str_addf(out, " and 4 x %.2g, what float32 rounds here", p->rounding);
    if (p->q == Q_COUNT)
        str_addf(out, "; output %d after step %d", p->unit + 1, p->step);
    else if (!m->net->bidirectional)
        str_addf(out, "; %s of layer %d, unit %d, step %d", quantity_name(p->q), m->net->layers, p->unit + 1, p->step);
    else {
        int forward = m->net->layer[m->net->layers - 2].hidden;
        bool back = p->unit >= forward;
        str_addf(out, "; %s of layer %d %s, unit %d, token %d", quantity_name(p->q), m->net->layers / 2,
                 back ? "backward" : "forward", p->unit + 1 - (back ? forward : 0), p->step);
    }
    str_addf(out, ": expected %.6g, computed %.6g\n", p->expected, p->found);
    if (p->within && !p->proven) {
        proof_say_lack(m, p, out);
        str_addc(out, '\n');
    }
}

/* What it comes to, in a word. */
static const char *verdict(const struct proof *p, const char *differs)
{
    if (!p->within)
        return differs;
    return p->proven ? "agrees" : "not proven";
}

/* Which readings would agree. */
static void tell_readings(struct app *a, struct str *out)
{
    const struct model *m = session_model(a->session);
    struct reading_choice best[3];
    int tried, n = proof_search(m, session_inputs(a->session), session_steps(a->session), best, 3, &tried);
    if (!tried)
        str_add(out, "other readings were not tried: that many steps of a network of this size take too long\n");
    else if (!n)
        str_addf(out, "none of %d other readings (orders, biases, gate functions, forget bias) agrees either\n", tried);
    for (int k = 0; k < n; k++) {
        const char *o = best[k].order;
        str_addf(out, "would agree (%.2g) when read as %c %c %c %c: ", best[k].score, o[0], o[1], o[2], o[3]);
        proof_options(m, &best[k], out);
        str_addc(out, '\n');
    }
}

enum { ORDERS_SHOWN = 5 };

/* The first of them that has another order than the best, or the best one's with another forget bias. */
static const struct reading_choice *next_best(const struct reading_choice *best, int n, bool other_order)
{
    for (int k = 1; k < n; k++)
        if ((strcmp(best[k].order, best[0].order) != 0) == other_order)
            return &best[k];
    return NULL;
}

/* What the text decides: the order of the gates, and whether something is added to the forget bias, each by itself. */
static void tell_apart(const struct reading_choice *best, int n, int known, double margin, struct str *out)
{
    const struct reading_choice *order = next_best(best, n, true), *bias = next_best(best, n, false);
    const char *o = best[0].order;
    if (order && order->score - best[0].score < margin)
        str_addf(out,
                 "the order cannot be told: %d tokens separate readings by %.2f nats, the first two differ by %.3f\n",
                 known, margin, order->score - best[0].score);
    else if (order)
        str_addf(out,
                 "the order is %c %c %c %c: the next is %.3f nats worse, where %d tokens separate readings by %.2f\n",
                 o[0], o[1], o[2], o[3], order->score - best[0].score, known, margin);
    if (bias && bias->score - best[0].score < margin)
        str_addf(out, "the forget bias cannot be told: %g and %g differ by %.3f\n", best[0].forget_bias,
                 bias->forget_bias, bias->score - best[0].score);
}

/* --try-orders: which order makes the text least surprising. */
static bool try_orders(struct app *a, struct str *out, int *status, struct err *e)
{
    struct session *s = a->session;
    const struct model *m = session_model(s);
    int T = session_steps(s);
    struct reading_choice best[ORDERS_SHOWN];
    if (m->net->bidirectional)
        return err_set(e, m->source, NULL,
                       "--try-orders: cannot be told: it reads in both directions, so that each token has been read "
                       "before it is guessed; expected outputs tell (--check)");
    if (!session_outputs(s) || T < 2)
        return err_set(e, m->source, NULL,
                       "--try-orders: expected a text of at least two tokens and a head that predicts them, found %s",
                       session_outputs(s) ? "no such text" : "no such head");
    int *id = xcalloc((size_t)T, sizeof *id), known = 0;
    for (int t = 1; t <= T; t++) {
        id[t - 1] = session_output(s, t);
        known += t > 1 && id[t - 1] >= 0;
    }
    int n = known ? proof_rank(m, session_inputs(s), id, T, best, ORDERS_SHOWN) : 0;
    free(id);
    if (!n)
        return err_set(e, m->source, NULL, "--try-orders: no token of the text is among the outputs");
    /* A mean over few tokens says little: two readings are told apart when they differ by more than chance would. */
    double margin = 2.0 / sqrt((double)known);
    for (int k = 0; k < n; k++) {
        const char *o = best[k].order;
        str_addf(out, "%c %c %c %c  %6.3f nats a token  ", o[0], o[1], o[2], o[3], best[k].score);
        proof_options(m, &best[k], out);
        str_addf(out, "%s\n",
                 strcmp(o, *m->order ? m->order : "figo") == 0 && fabs(best[k].forget_bias - m->forget_bias) < 1e-9
                     ? "as it was read"
                     : "");
    }
    tell_apart(best, n, known, margin, out);
    *status = EXIT_FINE;
    return true;
}

bool app_headless(struct app *a, const struct options *o, struct str *out, struct drain *drain, int *status,
                  struct err *e)
{
    *status = EXIT_FAILED;
    if (!app_finish_work(a, e))
        return false;
    const struct model *m = session_model(a->session);
    const struct proof *proof = session_proof(a->session);
    if (o->export_model && !model_export(m, o->export_model, e))
        return false;
    if (o->inspect) {
        str_add(out, m->report ? m->report : "");
        if (proof) {
            str_add(out, "parity: ");
            tell_proof(m, proof, verdict(proof, "DIFFERS"), out);
        }
    }
    if (o->try_orders) {
        *status = EXIT_FAILED;
        return try_orders(a, out, status, e);
    }
    *status = EXIT_USAGE;
    if (o->print && !print(a, o, out, drain, e))
        return false;
    if (o->render)
        render(a, o, out);
    if (o->against)
        return app_against(a, o, out, status, e);
    if (o->check) {
        *status = EXIT_FAILED;
        if (!proof)
            return err_set(e, m->source, NULL,
                           m->expected
                               ? "--check: the expected values belong to another sequence"
                               : "--check: the file has no \"expected\" values, and no FILE was named that has");
        tell_proof(m, proof, verdict(proof, "differs"), out);
        if (!proof->within)
            tell_readings(a, out);
        if (m->unused_count)
            str_addf(out, "%d tensor%s of the file %s not used (--inspect names them)\n", m->unused_count,
                     m->unused_count == 1 ? "" : "s", m->unused_count == 1 ? "is" : "are");
        *status = proof->proven ? EXIT_FINE : EXIT_MISMATCH;
        return true;
    }
    *status = EXIT_FINE;
    return true;
}
