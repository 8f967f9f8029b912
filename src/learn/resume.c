/* resume.c: a training that was stopped, as a file, and back (training.h). JSON, because what reads it then says in one
 * line where a damaged file is wrong. Floats read back to the same floats; doubles stand in strings, since numbers in
 * arrays are floats.
 *
 * What follows from the corpus and the wish is not in it: it is made anew, and a hash of each tells whether it is the
 * same as it was. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "learn/training.h"

static const char FORMAT[] = "flstm-training/1";
static const char SEAL[] = "hash_of_the_above";
static const size_t WEIGHTS_MAX = 4000000;        /* the file has some 50 bytes for each */

/* ---- what must be as it was -------------------------------------------------------------------------------------- */

static uint64_t hash_part(uint64_t h, const struct corpus *c, enum grammar_part part)
{
    const struct train_text t = corpus_text(c, part);
    size_t n = (size_t)t.start[t.sequences];
    h = hash_bytes(h, t.start, ((size_t)t.sequences + 1) * sizeof *t.start);
    const struct { const void *data; size_t bytes; } array[] = {
        {t.id, n * sizeof *t.id}, {t.weight, n * sizeof *t.weight}, {t.measured, n}, {t.label, n * sizeof *t.label},
        {t.x, n * (size_t)c->inputs * sizeof *t.x}, {t.y, n * (size_t)c->outputs * sizeof *t.y},
    };
    for (size_t k = 0; k < sizeof array / sizeof *array; k++)
        h = hash_int(array[k].data ? hash_bytes(h, array[k].data, array[k].bytes) : h, array[k].data != NULL);
    return h;
}

static uint64_t hash_corpus(const struct corpus *c)
{
    uint64_t h = HASH_START;
    for (int v = 0; c->vocab && v < c->vocab->size; v++)
        h = hash_text(h, c->vocab->token[v]);
    return hash_part(hash_part(h, c, PART_TRAIN), c, PART_VALID);
}

/* What is done with each update, whatever the wish said of it. */
static uint64_t hash_recipe(const struct training *t)
{
    const struct train_options *o = train_options(t->train);
    const double number[] = {
        o->rate, o->rate_floor, o->beta1, o->beta2, o->epsilon, o->clip, o->decay, o->recurrent_l1, o->write_cost,
        o->saturation, o->keep_or_write, o->ramp_from, o->ramp_to, o->dropout, o->reader_price, o->reader_scale,
        o->noise, o->noise_to, o->embed_deviation, o->weight_range, o->forget_bias,
    };
    const int whole[] = {o->updates, o->batch, o->one_reader, o->reader[0], o->reader[1], (int)o->variant,
                         t->recipe.hidden, t->recipe.embed, t->recipe.layers, t->recipe.keep_best, t->recipe.choice};
    uint64_t h = hash_bytes(HASH_START, number, sizeof number);
    return hash_bytes(h, whole, sizeof whole);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void key(struct str *s, const char *name)
{
    str_addf(s, ",\n  \"%s\": ", name);
}

static void add_text(struct str *s, const char *name, const char *text)
{
    key(s, name);
    if (text)
        str_add_json(s, text);
    else
        str_add(s, "null");
}

static void add_double(struct str *s, const char *name, double v)
{
    char text[NUM_MAX];
    add_text(s, name, isnan(v) ? NULL : num_double(text, v));
}

static void add_whole(struct str *s, const char *name, uint64_t v)
{
    key(s, name);
    str_addf(s, "\"%llu\"", (unsigned long long)v);
}

static void add_floats(struct str *s, const char *name, const float *v, size_t n)
{
    key(s, name);
    str_addc(s, '[');
    for (size_t k = 0; k < n; k++) {
        str_add(s, k ? "," : "");
        str_add_float(s, v[k]);
    }
    str_addc(s, ']');
}

static void add_ints(struct str *s, const char *name, const int *v, size_t n)
{
    key(s, name);
    str_addc(s, '[');
    for (size_t k = 0; k < n; k++)
        str_addf(s, "%s%d", k ? "," : "", v[k]);
    str_addc(s, ']');
}

typedef void block_fn(void *context, float *v, size_t n);

/* The arrays of a network that a training changes, always in the same order. */
static void each_block(const struct lstm *net, block_fn *visit, void *context)
{
    if (net->embedding)
        visit(context, net->embedding, (size_t)net->vocab * (size_t)net->embed);
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < GATES; q++) {
            const struct lstm_layer *y = &net->layer[l];
            visit(context, y->W[q], (size_t)y->hidden * (size_t)(y->hidden + y->in));
            visit(context, y->b[q], (size_t)y->hidden);
        }
    visit(context, net->out_W, (size_t)net->outputs * (size_t)lstm_top(net));
    visit(context, net->out_b, (size_t)net->outputs);
}

/* Between a network and one row of floats. */
struct row { float *v; size_t at; bool back; };

static void copy_block(void *context, float *v, size_t n)
{
    struct row *r = context;
    for (size_t k = 0; k < n; k++) {
        if (r->back)
            v[k] = r->v[r->at + k];
        else
            r->v[r->at + k] = v[k];
    }
    r->at += n;
}

static void add_net(struct str *s, const char *name, const struct lstm *net)
{
    struct row r = {.v = xcalloc(lstm_parameters(net), sizeof *r.v)};
    each_block(net, copy_block, &r);
    add_floats(s, name, r.v, r.at);
    free(r.v);
}

static void add_look(struct str *s, const struct evaluation *look)
{
    char loss[NUM_MAX], accuracy[NUM_MAX];
    str_addf(s, "\"%d %s %s\"", look->update, num_double(loss, look->loss), num_double(accuracy, look->accuracy));
}

/* What it follows from: the wish, and the marks of what must be as it was. */
static void add_beginning(struct str *s, const struct training *t)
{
    const struct training_wish *w = &t->wish;
    str_addf(s, "{\n  \"format\": \"%s\"", FORMAT);
    add_text(s, "corpus", w->corpus);
    add_text(s, "valid", w->valid);
    add_text(s, "unit_name", t->unit_name);
    add_text(s, "weights_from", w->weights_from);
    const int number[] = {(int)w->tokens, w->hidden, w->embed, w->layers, w->epochs, w->updates, w->batch, w->patience};
    add_ints(s, "numbers", number, sizeof number / sizeof *number);
    add_double(s, "rate", w->rate);
    add_double(s, "clip", w->clip);
    add_double(s, "decay", w->decay);
    add_double(s, "dropout", w->dropout);
    if (w->variant)
        add_text(s, "variant", train_variant_name(w->variant));
    add_whole(s, "corpus_hash", hash_corpus(t->corpus));
    add_whole(s, "recipe_hash", hash_recipe(t));
}

/* How far it is. */
static void add_progress(struct str *s, const struct training *t)
{
    add_whole(s, "seed", t->seed);
    key(s, "seeded");
    str_add(s, t->seeded ? "true" : "false");
    add_text(s, "said", t->said);
    const int number[] = {t->tried, t->stale, t->evaluating.at, t->evaluating.next};
    add_ints(s, "progress", number, sizeof number / sizeof *number);
    add_double(s, "looking_loss", t->evaluating.loss);
    add_double(s, "looking_right", t->evaluating.right);
    add_whole(s, "looking_targets", (uint64_t)t->evaluating.targets);
    add_whole(s, "looking_measured", (uint64_t)t->evaluating.measured);
    key(s, "looks");
    str_addc(s, '[');
    for (int k = 0; k < t->evaluations; k++) {
        str_add(s, k ? ", " : "");
        add_look(s, &t->evaluation[k]);
    }
    str_addc(s, ']');
    if (t->best) {
        key(s, "best_evaluation");
        add_look(s, &t->best_evaluation);
        add_net(s, "best", t->best);
    }
    if (t->second) {
        add_whole(s, "second_seed", t->second_seed);
        add_net(s, "second", t->second);
    }
}

static void add_state(struct str *s, const struct train_state *st)
{
    const int number[] = {st->done, st->at, st->reader};
    add_ints(s, "state", number, sizeof number / sizeof *number);
    add_whole(s, "tokens", st->tokens);
    key(s, "random");
    for (int k = 0; k < TRAIN_STREAMS; k++)
        for (int j = 0; j < 4; j++)
            str_addf(s, "%s\"%llu\"", k + j ? ", " : "[", (unsigned long long)st->random[k][j]);
    str_addc(s, ']');
    add_ints(s, "order", st->order, (size_t)st->sequences);
    add_floats(s, "losses", st->losses, (size_t)st->done);
    add_floats(s, "weights", st->w, st->params);
    add_floats(s, "adam_m", st->m, st->params);
    add_floats(s, "adam_v", st->v, st->params);
}

/* The last line: a hash of all before it, for a number that was damaged is still a number. */
static void add_seal(struct str *s)
{
    add_whole(s, SEAL, hash_bytes(HASH_START, str_text(s), s->len));
    str_add(s, "\n}\n");
}

bool training_leave(const struct training *t, const char *path, struct err *e)
{
    struct train_state st;
    if (t->phase != TRAINING_RUNS)
        return err_set(e, path, NULL, "the training is over: there is nothing to go on with");
    bool ok = train_take(t->train, &st) || err_set(e, path, NULL, "not enough memory");
    ok = ok
         && (st.params <= WEIGHTS_MAX
             || err_set(e, path, NULL, "a training of %zu weights is not kept: expected at most %zu", st.params,
                        WEIGHTS_MAX));
    if (ok) {
        struct str s = {0};
        add_beginning(&s, t);
        add_progress(&s, t);
        add_state(&s, &st);
        add_seal(&s);
        ok = file_write(path, str_text(&s), s.len, e);
        str_free(&s);
    }
    train_state_clear(&st);
    return ok;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool get_whole(const struct json_at *at, uint64_t *out, struct err *e)
{
    const char *text;
    char again[32];
    if (!json_string(at, &text, e))
        return false;
    char *end;
    unsigned long long v = strtoull(text, &end, 10);
    snprintf(again, sizeof again, "%llu", v);
    *out = v;
    return strcmp(again, text) == 0 || json_expected(at, e, "a whole number in quotes");
}

static bool need_whole(const struct json_at *top, const char *name, uint64_t *out, struct err *e)
{
    struct json_at at;
    return json_need(top, name, &at, e) && get_whole(&at, out, e);
}

/* null is NaN. */
static bool need_double(const struct json_at *top, const char *name, double *out, struct err *e)
{
    struct json_at at;
    const char *text;
    *out = NAN;
    if (!json_need(top, name, &at, e))
        return false;
    if (json_kind(&at) == JSON_NULL)
        return true;
    return json_string(&at, &text, e) && (num_parse(text, out) || json_expected(&at, e, "a number in quotes"));
}

/* null is NULL; a copy otherwise. */
static bool need_text(const struct json_at *top, const char *name, char **out, struct err *e)
{
    struct json_at at;
    const char *text = NULL;
    bool ok = json_need(top, name, &at, e) && (json_kind(&at) == JSON_NULL || json_string(&at, &text, e));
    *out = text ? xstrdup(text) : NULL;
    return ok;
}

static bool need_ints(const struct json_at *top, const char *name, int *out, size_t n, struct err *e)
{
    struct json_at at;
    long *v = NULL;
    size_t found = 0;
    bool ok = json_need(top, name, &at, e) && json_ints(&at, -1, TRAINING_UPDATES_MAX, &v, &found, e) &&
              (found == n || json_expected(&at, e, "%zu whole numbers", n));
    for (size_t k = 0; ok && k < n; k++)
        out[k] = (int)v[k];
    free(v);
    return ok;
}

/* n floats, copied; none of them need be there when n is 0. */
static bool need_floats(const struct json_at *top, const char *name, float *out, size_t n, struct err *e)
{
    struct json_at at;
    const float *v;
    if (!json_need(top, name, &at, e))
        return false;
    if (n == 0)
        return json_length(&at) == 0 || json_expected(&at, e, "no numbers");
    if (!json_vector(&at, n, &v, e))
        return false;
    memcpy(out, v, n * sizeof *out);
    return true;
}

static bool get_net(const struct training *t, const struct json_at *top, const char *name, struct lstm **out,
                    struct err *e)
{
    if (!json_has(top, name))
        return true;
    struct lstm *net = train_lstm(t->train);
    if (!net)
        return err_set(e, json_source(top->doc), NULL, "not enough memory");
    size_t n = lstm_parameters(net);
    struct row r = {.v = xcalloc(n, sizeof *r.v), .back = true};
    bool ok = need_floats(top, name, r.v, n, e);
    if (ok)
        each_block(net, copy_block, &r);
    free(r.v);
    if (ok && lstm_pack(net)) {
        *out = net;
        return true;
    }
    lstm_free(net);
    return false;
}

/* "120 1.25 nan" */
static bool get_look(const struct json_at *at, struct evaluation *look, struct err *e)
{
    const char *text;
    if (!json_string(at, &text, e))
        return false;
    char loss[NUM_MAX], accuracy[NUM_MAX], extra;
    look->loss = look->accuracy = NAN;
    bool ok = sscanf(text, "%d %39s %39s %c", &look->update, loss, accuracy, &extra) == 3 && look->update >= 0
              && (num_parse(loss, &look->loss) || strcmp(loss, "nan") == 0)
              && (num_parse(accuracy, &look->accuracy) || strcmp(accuracy, "nan") == 0);
    return ok || json_expected(at, e, "an update, a loss and an accuracy");
}

static bool get_looks(struct training *t, const struct json_at *top, struct err *e)
{
    struct json_at at, item;
    const char *name;
    if (!json_need(top, "looks", &at, e))
        return false;
    size_t n = json_length(&at);
    if (json_kind(&at) != JSON_ARRAY || n > (size_t)TRAINING_UPDATES_MAX)
        return json_expected(&at, e, "a list of looks");
    t->evaluation = xrealloc(t->evaluation, n + 64, sizeof *t->evaluation);
    t->evaluation_room = (int)n + 64;
    t->evaluations = 0;
    struct json_iter it = json_iter(&at);
    while (json_next(&it, &name, &item))
        if (!get_look(&item, &t->evaluation[t->evaluations++], e))
            return false;
    return t->evaluations == (int)n || json_expected(&at, e, "a list of looks");
}

static bool get_wish(const struct json_at *top, struct training_wish *w, char *text[4], struct err *e)
{
    static const char *const name[] = {"corpus", "valid", "unit_name", "weights_from"};
    const char **field[] = {&w->corpus, &w->valid, &w->unit_name, &w->weights_from};
    int number[8];
    for (int k = 0; k < 4; k++) {
        if (!need_text(top, name[k], &text[k], e))
            return false;
        *field[k] = text[k];
    }
    if (!w->corpus)
        return err_set(e, json_source(top->doc), NULL, "corpus: expected a name, found null");
    if (!need_ints(top, "numbers", number, 8, e) || !need_double(top, "rate", &w->rate, e)
        || !need_double(top, "clip", &w->clip, e) || !need_double(top, "decay", &w->decay, e)
        || !need_double(top, "dropout", &w->dropout, e))
        return false;
    char *variant = NULL;
    if (json_has(top, "variant") && !need_text(top, "variant", &variant, e))
        return false;
    int which = variant ? train_variant_find(variant) : TRAIN_VANILLA;
    free(variant);
    if (which < 0)
        return err_set(e, json_source(top->doc), NULL, "variant: expected one that --train takes");
    w->variant = (enum train_variant)which;
    int *whole[] = {NULL, &w->hidden, &w->embed, &w->layers, &w->epochs, &w->updates, &w->batch, &w->patience};
    bool ok = number[0] >= 0 && number[0] <= CORPUS_GUESS && w->rate >= 0 && w->rate <= 100 && w->dropout >= 0
              && w->dropout < 1 && fabs(w->clip) <= 1e6 && fabs(w->decay) <= 1e6;
    w->tokens = ok ? (enum corpus_tokens)number[0] : CORPUS_GUESS;
    for (int k = 1; k < 8; k++) {
        ok = ok && number[k] >= 0;
        *whole[k] = number[k];
    }
    ok = ok && w->hidden <= TRAINING_HIDDEN_MAX && w->embed <= TRAINING_HIDDEN_MAX && w->layers <= TRAINING_LAYERS_MAX;
    return ok || err_set(e, json_source(top->doc), NULL, "numbers: expected sizes and options that --train takes");
}

static bool get_state(struct training *t, const struct json_at *top, struct err *e)
{
    struct train_state st;
    struct json_at at, item;
    const char *name, *why;
    uint64_t tokens, random[TRAIN_STREAMS * 4];
    int number[3], n = 0;
    if (!need_ints(top, "state", number, 3, e) || !need_whole(top, "tokens", &tokens, e)
        || !json_need(top, "random", &at, e))
        return false;
    struct json_iter it = json_iter(&at);
    while (n < TRAIN_STREAMS * 4 && json_next(&it, &name, &item))
        if (!get_whole(&item, &random[n++], e))
            return false;
    if (n < TRAIN_STREAMS * 4 || number[0] < 0 || number[0] > train_total(t->train))
        return err_set(e, json_source(top->doc), NULL, "expected the state of a training of %d updates",
                       train_total(t->train));
    bool ok = train_take(t->train, &st) || err_set(e, json_source(top->doc), NULL, "not enough memory");
    if (ok) {
        mem_free(st.losses);
        st.losses = mem_array((size_t)number[0] + 1, sizeof *st.losses);
        st.done = number[0];
        st.at = number[1];
        st.reader = number[2];
        st.tokens = (size_t)tokens;
        memcpy(st.random, random, sizeof st.random);
        ok = (st.losses || err_set(e, json_source(top->doc), NULL, "not enough memory"))
             && need_ints(top, "order", st.order, (size_t)st.sequences, e)
             && need_floats(top, "losses", st.losses, (size_t)st.done, e)
             && need_floats(top, "weights", st.w, st.params, e) && need_floats(top, "adam_m", st.m, st.params, e)
             && need_floats(top, "adam_v", st.v, st.params, e)
             && (train_put(t->train, &st, &why) || err_set(e, json_source(top->doc), NULL, "%s", why));
    }
    train_state_clear(&st);
    return ok;
}

static bool get_progress(struct training *t, const struct json_at *top, struct err *e)
{
    struct json_at at;
    int number[4];
    uint64_t targets, measured;
    bool seeded;
    if (!need_whole(top, "seed", &t->seed, e) || !json_need(top, "seeded", &at, e) || !json_bool(&at, &seeded, e)
        || !need_text(top, "said", &t->said, e) || !need_ints(top, "progress", number, 4, e)
        || !need_double(top, "looking_loss", &t->evaluating.loss, e)
        || !need_double(top, "looking_right", &t->evaluating.right, e)
            || !need_whole(top, "looking_targets", &targets, e)
        || !need_whole(top, "looking_measured", &measured, e) || !get_looks(t, top, e))
        return false;
    train_restart(t->train, t->seed);             /* the trainer's own seed; its state follows */
    t->seeded = seeded;
    t->tried = number[0];
    t->stale = number[1];
    t->evaluating.at = number[2];
    t->evaluating.next = number[3];
    t->evaluating.targets = (long)targets;
    t->evaluating.measured = (long)measured;
    if (number[0] < 0 || number[1] < 0 || number[3] < 0 || (number[2] >= 0 && number[3] >= t->held.sequences))
        return err_set(e, json_source(top->doc), NULL, "progress: expected what a training counts");
    if (json_get(top, "best_evaluation", &at) && !get_look(&at, &t->best_evaluation, e))
        return false;
    t->best_update = json_has(top, "best") ? t->best_evaluation.update : 0;
    return get_net(t, top, "best", &t->best, e) && get_net(t, top, "second", &t->second, e)
           && (!t->second || need_whole(top, "second_seed", &t->second_seed, e)) && get_state(t, top, e);
}

static bool is_as_it_was(const struct training *t, const struct json_at *top, struct err *e)
{
    uint64_t corpus, recipe;
    if (!need_whole(top, "corpus_hash", &corpus, e) || !need_whole(top, "recipe_hash", &recipe, e))
        return false;
    if (corpus != hash_corpus(t->corpus))
        return err_set(e, t->corpus->source, NULL, "it is not what was being learnt from when the training stopped");
    return recipe == hash_recipe(t)
           || err_set(e, json_source(top->doc), NULL, "another version of the program wrote it: its recipe differs");
}

/* The hash of what stands before the seal. */
static uint64_t hash_sealed(const char *text, size_t len)
{
    struct str mark = {0};
    key(&mark, SEAL);
    size_t n = mark.len, at = len > n ? len - n : 0;
    while (at > 0 && memcmp(text + at, mark.s, n) != 0)
        at--;
    str_free(&mark);
    return hash_bytes(HASH_START, text, at);
}

static bool is_sealed(const struct json_at *top, uint64_t found, struct err *e)
{
    uint64_t hash;
    return need_whole(top, SEAL, &hash, e)
           && (hash == found || err_set(e, json_source(top->doc), NULL, "damaged: its numbers are not those that were "
                                        "written"));
}

struct training *training_resume(const char *path, struct err *e)
{
    char *data;
    size_t len;
    if (!file_read_if(path, FILE_LARGE, file_is_text, &data, &len, e))
        return NULL;
    uint64_t found = hash_sealed(data, len);
    struct json *doc = json_parse(data, len, file_shown(path), e);
    if (!doc)
        return NULL;
    struct json_at top = json_top(doc), at;
    struct training_wish wish = {0};
    char *text[4] = {NULL, NULL, NULL, NULL};
    const char *format = "";
    struct training *t = NULL;
    bool ok = json_is_object(&top, e);
    if (ok && (!json_get(&top, "format", &at) || !json_string(&at, &format, e) || strcmp(format, FORMAT) != 0))
        ok = err_set(e, file_shown(path), NULL, "this is no training that was stopped: expected the FILE.resume that "
                                                "--train leaves behind when it is stopped");
    if (ok && get_wish(&top, &wish, text, e))
        t = training_new(&wish, e);
    if (t && !(is_as_it_was(t, &top, e) && get_progress(t, &top, e) && is_sealed(&top, found, e))) {
        training_free(t);
        t = NULL;
    }
    if (t)
        training_refresh(t);
    for (int k = 0; k < 4; k++)
        free(text[k]);
    json_free(doc);
    return t;
}
