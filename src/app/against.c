/* against.c: --against FILE: the run here, values set by hand included, and a run in FILE or of the model in FILE: the
 * first place where they part. Two exports, two frameworks, before and after: the tool for "why is it not the same?" */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/run.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/differ.h"
#include "import/import.h"

static const double tolerance = 1e-5;

/* The second model: as its file says; what the command line says of vocabulary and names is for it as well where its
 * own do not do. The line is that of the last try, but where the file has a vocabulary of its own. */
static struct model *second_model(const struct app *a, const struct options *o, struct err *e)
{
    struct model_options like = MODEL_OPTIONS_NONE;
    struct err first = {{0}};
    struct model *m = app_model(o->against, &like, &first);
    if (!m && o->vocab) {
        like.vocab = o->vocab;
        like.tokenizer = a->model_options.tokenizer;
        like.unknown = o->unknown;
        like.index_from = o->index_from;
        m = app_model(o->against, &like, e);
        if (!m && !strstr(e->text, "--vocab"))
            first = *e;
    }
    if (!m && o->names) {
        like.names = o->names;
        m = app_model(o->against, &like, e);
    }
    if (!m)
        *e = first;
    return m;
}

static bool same_shape(const struct model *here, const struct model *there, struct err *e)
{
    const struct lstm *a = here->net, *b = there->net;
    if (a->layers != b->layers)
        return err_set(e, there->source, NULL, "expected %d layer%s as in %s, found %d", a->layers,
                       a->layers == 1 ? "" : "s", here->source, b->layers);
    for (int l = 0; l < a->layers; l++)
        if (a->layer[l].hidden != b->layer[l].hidden)
            return err_set(e, there->source, NULL, "expected %d units in layer %d as in %s, found %d",
                           a->layer[l].hidden, l + 1, here->source, b->layer[l].hidden);
    return true;
}

/* The words of here, or the vectors they stand for where the other has no words. */
static bool same_sequence(const struct session *here, struct session *there, struct err *e)
{
    const int T = session_steps(here), E = session_net(here)->embed;
    if (session_model(there)->vocab && session_model(here)->vocab) {
        const char **words = xcalloc((size_t)T + 1, sizeof *words);
        for (int t = 1; t <= T; t++)
            words[t - 1] = session_token(here, t);
        bool ok = session_set_tokens(there, words, T, session_model(there)->source, e);
        free(words);
        return ok;
    }
    if (session_net(there)->embed != E || session_model(there)->vocab)
        return err_set(e, session_model(there)->source, NULL, "expected inputs of %d numbers as in %s, found %s", E,
                       session_model(here)->source, session_model(there)->vocab ? "words" : "vectors of another size");
    float *x = mem_array((size_t)T + 1, (size_t)E * sizeof *x);
    if (!x)
        return err_set(e, NULL, NULL, "not enough memory for %d steps", T);
    for (int t = 0; t < T; t++)
        memcpy(x + (size_t)t * (size_t)E, session_inputs(here)[t], (size_t)E * sizeof *x);
    bool ok = session_set_inputs(there, x, T, e);
    mem_free(x);
    return ok;
}

static void say_place(const struct session *s, const struct differ_at *at, const char *file, struct str *out)
{
    char unit[32];
    str_addf(out, "layer %d, step %d", at->layer + 1, at->step);
    if (at->step) {
        str_add(out, " (");
        utf8_clean(out, session_token(s, at->step), strlen(session_token(s, at->step)));
        str_add(out, ")");
    }
    str_addf(out, ", %s of unit %s: ", quantity_name(at->q), session_unit_label(s, at->layer, at->unit, unit));
    str_addf(out, "%.9g here, %.9g in ", at->here, at->there);
    utf8_clean(out, file, strlen(file));
}

/* The first word that is another one; 0: none is. */
static int other_word(const struct session *s, char *const *token)
{
    for (int t = 1; token && t <= session_steps(s); t++)
        if (token[t - 1] && strcmp(token[t - 1], session_token(s, t)) != 0)
            return t;
    return 0;
}

static int tell(const struct session *s, const struct trace *there, const bool *has, char *const *token,
                const char *file, struct str *out)
{
    struct differ d;
    differ(session_trace(s, RUN_PINNED), there, has, tolerance, &d);
    int word = other_word(s, token);
    if (word && token) {
        str_addf(out, "step %d is another word: ", word);
        str_add_json(out, session_token(s, word));
        str_add(out, " here, ");
        str_add_json(out, token[word - 1]);
        str_add(out, " in ");
        utf8_clean(out, file, strlen(file));
        str_addc(out, '\n');
    }
    if (d.differing) {
        str_add(out, "differs first at ");
        say_place(s, &d.first, file, out);
        str_addf(out, "\n%zu of %zu values differ by more than %g; the most at ", d.differing, d.compared, tolerance);
        say_place(s, &d.most, file, out);
        str_addc(out, '\n');
    } else if (d.compared) {
        str_addf(out, "agrees: %zu values, the largest difference %.3g, tolerance %g\n", d.compared,
                 fabs(d.most.here - d.most.there), tolerance);
    }
    return d.differing || word ? EXIT_MISMATCH : EXIT_FINE;
}

/* True with *done false: the file is no trace. */
static bool against_trace(struct app *a, const char *file, bool *done, struct str *out, int *status, struct err *e)
{
    struct trace_given given;
    const struct session *s = a->session;
    if (!import_trace(file, session_net(s), session_trace(s, RUN_PINNED), &given, e))
        return false;
    *done = given.trace != NULL;
    if (*done)
        *status = tell(s, given.trace, given.has, given.token, file_shown(file), out);
    trace_given_clear(&given);
    return true;
}

static bool against_model(struct app *a, const struct options *o, struct str *out, int *status, struct err *e)
{
    struct model *m = second_model(a, o, e);
    if (!m)
        return false;
    if (!same_shape(session_model(a->session), m, e)) {
        model_free(m);
        return false;
    }
    struct session *there = session_new(m, e);
    bool ok = there && same_sequence(a->session, there, e);
    if (ok) {
        size_t n = (size_t)m->net->layers * Q_COUNT;
        bool *has = xcalloc(n, sizeof *has);
        memset(has, 1, n * sizeof *has);
        *status = tell(a->session, session_trace(there, RUN_BASE), has, NULL, file_shown(o->against), out);
        free(has);
    }
    session_free(there);
    return ok;
}

bool app_against(struct app *a, const struct options *o, struct str *out, int *status, struct err *e)
{
    bool done = false;
    *status = EXIT_FAILED;
    if (access(o->against, F_OK) != 0 && strcmp(o->against, "-") != 0)
        return against_model(a, o, out, status, e);
    /* Standard input can be read once: what comes from there is a trace. */
    return against_trace(a, o->against, &done, out, status, e)
           && (done
               || (strcmp(o->against, "-") == 0
                       ? err_set(e, file_shown(o->against), NULL,
                                 "--against: expected a trace (--print json, safetensors or npz), found none")
                       : against_model(a, o, out, status, e)));
}
