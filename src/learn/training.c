/* training.c: see training.h. Pieces first, then what is looked at and judged on the way, then the model that comes
 * out. */
#include "learn/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/clamp.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/import.h"
#include "learn/judge.h"

enum {
    EVALUATION_SEQUENCES = 16,    /* held-out sequences looked at in one piece */
    EVALUATIONS = 32,             /* how often it is evaluated on the way, more or less */
    TELL_SEQUENCES = 40           /* held-out sequences that tell which unit remembers */
};
static const size_t PARAMETERS_MAX = (size_t)16 << 20;

/* ---- beginning --------------------------------------------------------------------------------------------------- */

/* "gender" is the built-in corpus; everything that looks like a file is one. */
static bool built_in(const char *name)
{
    static const char *const kind[] = {".grammar", ".numbers", ".txt"};
    bool is = false;
    for (int k = 0; k < 3 && !is && !strpbrk(name, "/."); k++) {
        struct str path = {0};
        str_addf(&path, "data/corpora/%s%s", name, kind[k]);
        is = builtin_find(str_text(&path)) != NULL;
        str_free(&path);
    }
    return is;
}

/* A text of the gallery is cut into tokens as its recipe says, unless told otherwise. */
static enum corpus_tokens tokens_for(const struct training_wish *wish)
{
    const char *name = file_base(wish->corpus);
    for (int k = 0; wish->tokens == CORPUS_GUESS && k < recipe_count; k++) {
        size_t n = strcspn(recipes[k].corpus, ".");
        if (strcmp(name, recipes[k].corpus) == 0 || (strlen(name) == n && strncmp(name, recipes[k].corpus, n) == 0))
            return recipes[k].tokens;
    }
    return wish->tokens;
}

static struct corpus *open_corpus(const struct training_wish *wish, struct err *e)
{
    enum corpus_tokens tokens = tokens_for(wish);
    bool inside = built_in(wish->corpus);
    if (!inside && !strpbrk(wish->corpus, "/.-") && access(wish->corpus, F_OK) != 0) {
        err_set(e, wish->corpus, NULL, "there is no file and no built-in corpus of that name (--list corpora)");
        return NULL;
    }
    if (!inside)
        return corpus_read(wish->corpus, wish->valid, tokens, 1, e);
    if (!wish->valid)
        return corpus_builtin(wish->corpus, tokens, 1, e);
    err_set(e, wish->valid, NULL, "a held-out file goes with a text file, not with a built-in corpus");
    return NULL;
}

/* The recipe, with what was asked for in its place. */
static bool alter_recipe(struct training *t, const struct training_wish *wish, struct err *e)
{
    struct recipe *r = &t->recipe;
    r->batch = wish->batch ? wish->batch : r->batch;
    int sequences = t->text.sequences, epoch = sequences / (r->batch < sequences ? r->batch : sequences);
    long long updates = wish->epochs ? (long long)wish->epochs * epoch : wish->updates ? wish->updates : r->updates;
    if (updates > TRAINING_UPDATES_MAX)
        return err_set(e, t->corpus->source, NULL, "%d epochs are %lld updates: expected at most %d", wish->epochs,
                       updates, TRAINING_UPDATES_MAX);
    bool own = wish->batch || wish->patience || wish->rate > 0 || wish->clip != 0 || wish->decay != 0
               || wish->dropout > 0 || wish->weights_from || wish->variant;
    t->faithful = !own && !wish->hidden && !wish->embed && !wish->layers && updates == r->updates
                  && recipe_find(t->corpus->title) && strcmp(file_base(t->corpus->source), r->corpus) == 0;
    r->updates = (int)updates;
    r->hidden = wish->hidden ? wish->hidden : r->hidden;
    r->embed = wish->embed ? wish->embed : r->embed;
    r->layers = wish->layers ? wish->layers : r->layers;
    r->rate = wish->rate > 0 ? wish->rate : r->rate;
    r->clip = wish->clip != 0 ? wish->clip : r->clip;
    r->decay = wish->decay != 0 ? wish->decay : r->decay;
    r->dropout = wish->dropout;
    if (wish->variant && wish->weights_from)
        return err_set(e, "--variant", NULL, "the model to begin with has its gates: expected no --weights-from");
    r->variant = wish->variant ? wish->variant : r->variant;
    if (!t->corpus->vocab && wish->embed)
        return err_set(e, "--embed", NULL, "%s has no tokens: its %d number%s a step are what comes in",
                       t->corpus->source, t->corpus->inputs, t->corpus->inputs == 1 ? "" : "s");
    r->embed = t->corpus->vocab ? r->embed : t->corpus->inputs;
    size_t V = t->corpus->vocab ? (size_t)t->corpus->vocab->size : 0, H = (size_t)r->hidden, E = (size_t)r->embed;
    size_t n = V * E + 4 * H * (H + E + 1) + (size_t)(r->layers - 1) * 4 * H * (2 * H + 1)
               + (size_t)t->corpus->outputs * (H + 1);
    return n <= PARAMETERS_MAX
           || err_set(e, t->corpus->source, NULL,
                      "hidden size %d and embedding size %d in %d layer%s with %zu tokens make %zu "
                      "parameters: expected at most %zu",
                      r->hidden, r->embed, r->layers, r->layers == 1 ? "" : "s", V, n, PARAMETERS_MAX);
}

/* Where in the demo sentence something has to be known: the last measured token, against its first rivals. */
static void find_question(struct training *t)
{
    const struct corpus *c = t->corpus;
    if (c->goal == GOAL_LABEL) {
        t->asks = c->demo_n;
        for (int k = 0; k < c->outputs && k < 4; k++)
            t->answer[t->answers++] = k;
    }
    for (int k = c->demo_n - 1; k > 0 && c->rival && !t->asks; k--)
        if (c->rival[c->demo[k]]) {
            t->asks = k;
            t->answer[t->answers++] = c->demo[k];
        }
    for (int v = 0; t->asks && c->rival && v < c->vocab->size && t->answers < 4; v++)
        if (v != t->answer[0] && c->rival[v] == c->rival[t->answer[0]])
            t->answer[t->answers++] = v;
}

static void begin(struct training *t, uint64_t seed)
{
    t->seed = seed;
    train_restart(t->train, seed);
    if (t->first)
        train_load(t->train, t->first);
    t->stale = 0;
    t->phase = TRAINING_RUNS;
    film_clear(&t->film);
    t->evaluations = 0;
    t->evaluating.at = 0;                        /* how it does before it has learnt anything */
    t->evaluating.next = 0;
    t->evaluating.loss = t->evaluating.right = 0;
    t->evaluating.targets = t->evaluating.measured = 0;
    lstm_free(t->best);
    t->best = NULL;
    t->best_update = 0;
    t->stop_at = 0;
}

/* The model to begin with: the corpus takes its vocabulary, the recipe its sizes. */
static bool take_weights(struct training *t, const struct training_wish *wish, struct err *e)
{
    struct model *m = strpbrk(wish->weights_from, "/.")
                          ? model_load(wish->weights_from, &(struct model_options){.tokenizer = -1}, e)
                          : model_builtin(wish->weights_from, e);
    const struct lstm *net = m ? m->net : NULL;
    bool ok = net != NULL;
    for (int l = 0; ok && l < net->layers; l++) {
        ok = net->layer[l].hidden == net->layer[0].hidden ||
             err_set(e, wish->weights_from, NULL, "layers of different sizes cannot be trained on");
        for (int u = 0; ok && u < net->layer[l].hidden; u++)
            ok = (net->h0[l][u] == 0 && net->c0[l][u] == 0) ||
                 err_set(e, wish->weights_from, NULL, "it starts from states of its own, which are not trained on");
    }
    ok = ok
         && (lstm_is_plain(net)
             || err_set(e, wish->weights_from, NULL,
                        "the trainer knows the plain LSTM only: no peepholes, no coupled gates"));
    ok = ok && (!net->bidirectional
                || err_set(e, wish->weights_from, NULL, "a bidirectional model reads what it would have to predict"));
    ok = ok && (m->vocab || err_set(e, wish->weights_from, NULL, "a model without a vocabulary cannot be trained on"));
    ok = ok
         && (net->outputs == net->vocab
             || err_set(e, wish->weights_from, NULL, "%d outputs for %d tokens: expected a language model",
                        net->outputs, net->vocab));
    ok = ok && (!(wish->hidden || wish->embed || wish->layers) ||
                err_set(e, wish->weights_from, NULL, "it has its own sizes: leave out --hidden, --embed and --layers"));
    if (ok && corpus_use_vocab(t->corpus, m->vocab, e)) {
        t->recipe.hidden = net->layer[0].hidden;
        t->recipe.layers = net->layers;
        t->recipe.embed = net->embed;
        t->recipe.weights_from = t->wish.weights_from;
        t->first = lstm_copy(net);
        if (!t->first)
            err_set(e, wish->weights_from, NULL, "not enough memory to begin with it");
    }
    model_free(m);
    return t->first != NULL;
}

static void keep_wish(struct training *t, const struct training_wish *wish)
{
    t->wish = *wish;
    const char **text[4] = {&t->wish.corpus, &t->wish.valid, &t->wish.unit_name, &t->wish.weights_from};
    for (int k = 0; k < 4; k++)
        if (*text[k])
            *text[k] = t->wish_text[k] = xstrdup(*text[k]);
}

struct training *training_new(const struct training_wish *wish, struct err *e)
{
    struct training *t = xcalloc(1, sizeof *t);
    keep_wish(t, wish);
    t->corpus = open_corpus(wish, e);
    if (!t->corpus)
        goto fail;
    t->text = corpus_text(t->corpus, PART_TRAIN);
    if (t->text.sequences == 0) {
        err_set(e, t->corpus->source, NULL, "nothing to train on: expected at least one sequence, found none");
        goto fail;
    }
    t->held = corpus_text(t->corpus, corpus_held_part(t->corpus));
    t->recipe = recipe_for(t->corpus);
    if ((wish->weights_from && !take_weights(t, wish, e)) || !alter_recipe(t, wish, e))
        goto fail;
    t->text = corpus_text(t->corpus, PART_TRAIN);
    t->held = corpus_text(t->corpus, corpus_held_part(t->corpus));
    t->patience = wish->patience;
    t->seeded = wish->seeded;
    if (wish->unit_name && !training_name(t, wish->unit_name, e))
        goto fail;
    t->train = recipe_trainer(&t->recipe, t->corpus, &t->text, 1);
    if (!t->train) {
        err_set(e, t->corpus->source, NULL,
                "not enough memory for hidden size %d, embedding size %d, %d layers and %d updates", t->recipe.hidden,
                t->recipe.embed, t->recipe.layers, t->recipe.updates);
        goto fail;
    }
    t->units = t->recipe.layers * t->recipe.hidden;
    t->tells = xcalloc((size_t)t->units, sizeof *t->tells);
    t->f = xcalloc((size_t)t->corpus->demo_n, sizeof *t->f);
    t->C = xcalloc((size_t)t->corpus->demo_n, sizeof *t->C);
    find_question(t);
    begin(t, wish->seeded ? wish->seed : t->recipe.seed);
    training_refresh(t);
    return t;
fail:
    training_free(t);
    return NULL;
}

void training_free(struct training *t)
{
    if (!t)
        return;
    train_free(t->train);
    corpus_free(t->corpus);
    lstm_free(t->best);
    lstm_free(t->second);
    free(t->evaluation);
    film_clear(&t->film);
    free(t->tells);
    free(t->f);
    free(t->C);
    free(t->said);
    free(t->unit_name);
    for (int k = 0; k < 4; k++)
        free(t->wish_text[k]);
    lstm_free(t->first);
    free(t->saved_as);
    free(t);
}

int training_done(const struct training *t)
{
    return train_done(t->train);
}

int training_total(const struct training *t)
{
    return train_total(t->train);
}

int training_epoch(const struct training *t)
{
    int n = train_epoch(t->train);
    return n > 0 ? n : 1;
}

/* ---- looking at it ----------------------------------------------------------------------------------------------- */

/* After this update? Once an epoch where the best on the way is kept, as `make retrain` does; else often enough for
 * a curve, at first, when everything changes, at every power of two, but not so often that looking takes longer than
 * learning. */
static bool time_to_evaluate(const struct training *t)
{
    int done = train_done(t->train), total = training_total(t), epoch = training_epoch(t), every = total / EVALUATIONS;
    if (done >= total)
        return true;
    if (t->recipe.keep_best)
        return done % epoch == 0;
    every = clamp_int(every, epoch / 4, epoch);
    return every < 1 || done % every == 0 || (done >= 8 && done < every && (done & (done - 1)) == 0);
}

/* The network as it is now; when it is finished, the one that was kept. NULL when memory is short. */
static struct lstm *present(const struct training *t)
{
    return t->phase == TRAINING_FINISHED && t->best ? lstm_copy(t->best) : train_lstm(t->train);
}

/* A network over the demo sequence, or over one of a part. */
static void run_over_demo(const struct corpus *c, const struct lstm *net, struct trace *tr, const float **x)
{
    for (int k = 0; k < c->demo_n; k++)
        x[k] = corpus_demo_input(c, k, net->embedding, net->embed);
    tr->steps = c->demo_n;
    lstm_run(net, x, 0, NULL, 0, tr);
}

static void run_over(const struct corpus *c, const struct corpus_part *p, int s, const struct lstm *net,
                     struct trace *tr, const float **x)
{
    tr->steps = p->start[s + 1] - p->start[s];
    for (int k = 0; k < tr->steps; k++)
        x[k] = corpus_input(c, p, p->start[s] + k, net->embedding, net->embed);
    lstm_run(net, x, 0, NULL, 0, tr);
}

struct moments { double n, x, y, xx, yy, xy; };

static double correlation(const struct moments *m)
{
    double cov = m->xy - m->x * m->y / m->n, vx = m->xx - m->x * m->x / m->n, vy = m->yy - m->y * m->y / m->n;
    return m->n > 1 && vx > 1e-12 && vy > 1e-12 ? cov / sqrt(vx * vy) : 0;
}

/* C of every unit between cue and answer against what has to be remembered: +1 for its first value, -1 for the
 * second. */
static void correlate(struct training *t, const struct lstm *net, const struct corpus_part *p, struct trace *tr,
                      const float **x)
{
    struct moments *m = xcalloc((size_t)t->units, sizeof *m);
    for (int k = 0, s = -1; k < p->spans; k++) {
        const struct corpus_span *sp = &p->span[k];
        if (sp->sequence >= TELL_SEQUENCES)
            break;
        if (sp->value > 1 || sp->value < 0)
            continue;
        if (sp->sequence != s)
            run_over(t->corpus, p, sp->sequence, net, tr, x);
        s = sp->sequence;
        double y = sp->value ? -1 : 1;
        for (int step = sp->cue + 1; step <= sp->target; step++)
            for (int u = 0; u < t->units; u++) {
                double c = (double)trace_row(tr, u / t->recipe.hidden, Q_C, step)[u % t->recipe.hidden];
                m[u].n++, m[u].x += c, m[u].y += y, m[u].xx += c * c, m[u].yy += y * y, m[u].xy += c * y;
            }
    }
    for (int u = 0; u < t->units; u++)
        t->tells[u] = correlation(&m[u]);
    free(m);
}

/* Without cues: how far C moves on the demo sentence. */
static void swing(struct training *t, const struct lstm *net, struct trace *tr, const float **x)
{
    run_over_demo(t->corpus, net, tr, x);
    for (int u = 0; u < t->units; u++) {
        double low = INFINITY, high = -INFINITY;
        for (int k = 1; k <= t->corpus->demo_n; k++) {
            double c = (double)trace_row(tr, u / t->recipe.hidden, Q_C, k)[u % t->recipe.hidden];
            low = c < low ? c : low;
            high = c > high ? c : high;
        }
        t->tells[u] = high - low;
    }
}

static void pick_unit(struct training *t)
{
    int most = 0;
    for (int u = 1; u < t->units; u++)
        if (fabs(t->tells[u]) > fabs(t->tells[most]))
            most = u;
    /* Clearly more, or the picture would jump between equals. */
    if (!t->chosen && fabs(t->tells[most]) > 1.05 * fabs(t->tells[t->unit]))
        t->unit = most;
}

/* Which unit remembers, as far as correlation can say; the model's file has it from interventions. */
static void find_unit(struct training *t)
{
    const struct corpus *c = t->corpus;
    const struct corpus_part *p = &c->part[corpus_held_part(c)];
    int longest = c->demo_n;
    for (int s = 0; s < p->sequences && s < TELL_SEQUENCES; s++)
        longest = p->start[s + 1] - p->start[s] > longest ? p->start[s + 1] - p->start[s] : longest;
    struct lstm *net = present(t);
    struct trace *tr = net ? trace_new(net, longest) : NULL;
    const float **x = xcalloc((size_t)longest, sizeof *x);
    if (tr && p->spans)
        correlate(t, net, p, tr, x);
    else if (tr)
        swing(t, net, tr, x);
    pick_unit(t);
    trace_free(tr);
    lstm_free(net);
    free(x);
}

static void begin_evaluation(struct training *t)
{
    t->evaluating.at = train_done(t->train);
    t->evaluating.next = 0;
    t->evaluating.loss = t->evaluating.right = 0;
    t->evaluating.targets = t->evaluating.measured = 0;
}

static double halves(double accuracy)
{
    return isnan(accuracy) ? 0 : floor(accuracy * 200 + 0.5);
}

/* Where the recipe keeps the best on the way, that is the lowest loss. Elsewhere the later of two that are equally
 * accurate (to half a percent): what the regularisers do needs time, and does not lower the loss. */
static bool better(const struct training *t, const struct evaluation *now)
{
    if (!t->best)
        return true;
    return t->recipe.keep_best ? now->loss < t->best_evaluation.loss
        : halves(now->accuracy) >= halves(t->best_evaluation.accuracy);
}

/* For patience: less than a thousandth of the loss is no progress. */
static bool strictly_better(const struct training *t, const struct evaluation *now)
{
    return now->loss < 0.999 * t->best_evaluation.loss || halves(now->accuracy) > halves(t->best_evaluation.accuracy);
}

static bool at_end(const struct training *t)
{
    return train_done(t->train) >= training_total(t) || (t->patience && t->stale >= t->patience);
}

static void end_evaluation(struct training *t)
{
    struct evaluation now = {t->evaluating.at, NAN, NAN};
    if (t->evaluating.targets)
        now.loss = t->evaluating.loss / (double)t->evaluating.targets;
    if (t->evaluating.measured)
        now.accuracy = t->evaluating.right / (double)t->evaluating.measured;
    if (t->corpus->goal == GOAL_NUMBER)
        now.accuracy = 1 - now.loss / t->corpus->spread[corpus_held_part(t->corpus)];
    t->evaluating.at = -1;
    if (t->evaluations == t->evaluation_room) {
        t->evaluation_room = t->evaluation_room ? 2 * t->evaluation_room : 64;
        t->evaluation = xrealloc(t->evaluation, (size_t)t->evaluation_room, sizeof *t->evaluation);
    }
    t->evaluation[t->evaluations++] = now;
    film_add(&t->film, now.update, t->evaluations - 1, train_lstm(t->train));
    if (now.update > 0 && (better(t, &now) || (now.update == training_total(t) && !t->recipe.keep_best))) {
        struct lstm *net = train_lstm(t->train);
        if (net) {
            t->stale = !t->best || strictly_better(t, &now) ? 0 : t->stale + 1;
            lstm_free(t->best);
            t->best = net;
            t->best_update = now.update;
            t->best_evaluation = now;
        }
    } else if (now.update > 0) {
        t->stale++;
    }
    find_unit(t);
}

/* Always the same sequences in one piece, so that sums come out the same to the last bit. */
static void evaluate_piece(struct training *t)
{
    int from = t->evaluating.next, n = t->held.sequences - from;
    n = n < EVALUATION_SEQUENCES ? n : EVALUATION_SEQUENCES;
    struct train_text piece = t->held;
    piece.start += from;
    piece.sequences = n;
    struct train_score s;
    train_evaluate(t->train, &piece, &s);
    t->evaluating.targets += s.targets;
    t->evaluating.measured += s.measured;
    if (s.targets)
        t->evaluating.loss += s.loss * (double)s.targets;
    if (s.measured)
        t->evaluating.right += s.accuracy * (double)s.measured;
    t->evaluating.next += n;
    if (t->evaluating.next >= t->held.sequences)
        end_evaluation(t);
}

enum { LOSS_SAMPLES = 1000 };

double training_loss(const struct training *t, int from, int to)
{
    const float *losses = train_losses(t->train);
    double sum = 0;
    int n = 0;
    from = from < 0 ? 0 : from;
    to = to < training_done(t) ? to : training_done(t);
    int every = (to - from) / LOSS_SAMPLES + 1;         /* a frame must not take longer the longer it learns */
    for (int k = from; k < to; k += every)
        if (isfinite(losses[k]))
            sum += (double)losses[k], n++;
    return n ? sum / n : (double)NAN;
}

double training_recent_loss(const struct training *t)
{
    int done = training_done(t);
    return training_loss(t, done - 50, done);
}

/* What happened, told by accuracy where there is one. */
static void refresh_film(struct training *t)
{
    struct film *f = &t->film;
    struct film_question q = {t->unit, t->recipe.hidden, t->asks, t->answer, t->answers};
    t->moments = 0;
    if (!film_look(f, t->corpus, q))
        return;
    double measure[FILM_FRAMES + 1];
    bool rises = f->frames && !isnan(training_frame_seen(t, f->frames - 1)->accuracy);
    for (int k = 0; k < f->frames; k++)
        measure[k] = rises ? training_frame_seen(t, k)->accuracy : training_frame_seen(t, k)->loss;
    struct film_story story = {f, measure, rises, t->corpus->demo_n, t->asks ? t->answers : 0};
    t->moments = film_moments(&story, t->moment, FILM_MOMENTS);
}

void training_refresh(struct training *t)
{
    refresh_film(t);
    int n = t->corpus->demo_n, layer, within;
    training_unit_place(t, t->unit, &layer, &within);
    struct lstm *net = present(t);
    struct trace *tr = net ? trace_new(net, n) : NULL;
    const float **x = xcalloc((size_t)n, sizeof *x);
    float *p = tr ? mem_array((size_t)net->outputs, sizeof *p) : NULL;
    if (tr)
        run_over_demo(t->corpus, net, tr, x);
    for (int k = 0; tr && k < n; k++) {
        t->f[k] = trace_row(tr, layer, Q_F, k + 1)[within];
        t->C[k] = trace_row(tr, layer, Q_C, k + 1)[within];
    }
    if (p && t->asks) {
        lstm_logits(net, tr, t->asks, p);
        softmax(p, net->outputs, p);
        for (int k = 0; k < t->answers; k++)
            t->p[k] = p[t->answer[k]];
    }
    mem_free(p);
    free(x);
    trace_free(tr);
    lstm_free(net);
}

/* ---- going on ---------------------------------------------------------------------------------------------------- */

static void say(struct training *t, const char *text)
{
    free(t->said);
    t->said = xstrdup(text);
}

/* The recipe's other seeds, in order. 0: there is none left. */
static uint64_t next_seed(const struct training *t)
{
    if (t->seeded || !t->faithful || (t->recipe.choice != CHOOSE_MEMORY && t->recipe.choice != CHOOSE_SUBJECT))
        return 0;
    uint64_t next = t->seed == t->recipe.seed ? 1 : t->seed + 1;
    next += next == t->recipe.seed;
    return next <= (uint64_t)t->recipe.seeds ? next : 0;
}

/* Does it meet what the recipe asks of its model? Recipes without a criterion are content with any. */
static bool meets(struct training *t, struct err *why)
{
    if (t->seeded || !t->faithful)
        return true;
    struct judged j = {0};
    enum grammar_part part = corpus_held_part(t->corpus);
    bool ok = t->best && judge_network(&j, t->best, t->corpus, part) && judge_meets(&t->recipe, &j, why);
    judge_clear(&j);
    return ok;
}

/* This seed is done with. Goes on with another one where the recipe would. */
static void judge(struct training *t)
{
    struct err why = {""};
    bool diverged = train_diverged(t->train), good = !diverged && t->best && meets(t, &why);
    t->tried++;
    if (good) {
        t->phase = TRAINING_FINISHED;
        return;
    }
    say(t, diverged ? "the loss became infinite" : why.text);
    if (!diverged && !t->second) {                /* the recipe's own seed is the one to fall back on */
        t->second = t->best;
        t->second_seed = t->seed;
        t->best = NULL;
    }
    uint64_t next = next_seed(t);
    if (next) {
        begin(t, next);
        return;
    }
    t->phase = TRAINING_FAILED;
    if (t->second) {
        lstm_free(t->best);
        t->best = t->second;
        t->second = NULL;
        t->seed = t->second_seed;
        t->best_update = training_total(t);
        t->faithful = false;
        t->phase = TRAINING_FINISHED;
    }
}

bool training_step(struct training *t)
{
    if (t->phase != TRAINING_RUNS || t->paused)
        return false;
    if (t->evaluating.at >= 0) {
        evaluate_piece(t);
        if (t->evaluating.at < 0 && at_end(t))
            judge(t);
        return true;
    }
    if (t->stop_at && train_done(t->train) >= t->stop_at) {
        training_pause(t, true);
        return false;
    }
    train_run(t->train, 1, NULL);
    if (train_diverged(t->train))
        judge(t);
    else if (time_to_evaluate(t))
        begin_evaluation(t);
    return true;
}

/* The best so far is only known when the present has been looked at too. */
static void evaluate_now(struct training *t)
{
    if (t->phase != TRAINING_RUNS || train_done(t->train) == 0)
        return;
    if (t->evaluating.at < 0 && t->evaluations && t->evaluation[t->evaluations - 1].update == train_done(t->train))
        return;
    if (t->evaluating.at < 0)
        begin_evaluation(t);
    while (t->evaluating.at >= 0)
        evaluate_piece(t);
}

void training_run(struct training *t, const volatile sig_atomic_t *cancel, void (*tell)(void *context), void *context)
{
    while (!(cancel && *cancel) && training_step(t))
        if (tell)
            tell(context);
}

void training_spent(struct training *t, double seconds, int updates)
{
    t->seconds += seconds;
    if (!(seconds > 0))
        return;
    /* A running mean over about a second. */
    double now = updates / seconds, keep = exp(-seconds);
    t->rate = t->rate > 0 ? keep * t->rate + (1 - keep) * now : now;
}

double training_left(const struct training *t)
{
    if (t->phase != TRAINING_RUNS)
        return 0;
    return t->rate > 0 ? (training_total(t) - training_done(t)) / t->rate : NAN;
}

void training_pause(struct training *t, bool paused)
{
    t->paused = paused;
    t->stop_at = 0;
}

void training_pause_after(struct training *t, int updates)
{
    training_pause(t, false);
    t->stop_at = train_done(t->train) + updates;
}

void training_restart(struct training *t, uint64_t seed)
{
    bool paused = t->paused;
    t->seeded = true;
    lstm_free(t->second);
    t->second = NULL;
    free(t->said);
    t->said = NULL;
    t->seconds = 0;
    begin(t, seed);
    training_pause(t, paused);
    training_refresh(t);
}

void training_unit_place(const struct training *t, int unit, int *layer, int *within)
{
    *layer = unit / t->recipe.hidden;
    *within = unit % t->recipe.hidden;
}

void training_unit_by(struct training *t, int by)
{
    /* The units in order, and between the last and the first the one that tells most. */
    int at = (t->chosen ? t->unit + 1 : 0) + by, n = t->units + 1;
    at = ((at % n) + n) % n;
    t->chosen = at > 0;
    if (t->chosen)
        t->unit = at - 1;
    else
        find_unit(t);
    training_refresh(t);
}

/* ---- the model --------------------------------------------------------------------------------------------------- */

bool training_name(struct training *t, const char *name, struct err *e)
{
    if (strlen(name) > 31 || strpbrk(name, " \t\n@=[]"))
        return err_set(e, NULL, NULL, "expected a name of at most 31 bytes without blanks and @ = [ ], found \"%s\"",
                       name);
    free(t->unit_name);
    t->unit_name = *name ? xstrdup(name) : NULL;
    return true;
}

/* A training that was stopped says so: the rate had not come down yet. */
static void note_stop(const struct training *t, struct model *m, int update)
{
    if (t->phase == TRAINING_FINISHED || !m->training || m->training[0] != '{')
        return;
    struct str s = {0};
    str_addf(&s, "{\n    \"stopped\": {\"after\": %d, \"of\": %d, \"taken\": %d},", training_done(t), training_total(t),
             update);
    str_add(&s, m->training + 1);
    free(m->training);
    m->training = str_take(&s);
}

struct model *training_model(struct training *t, enum training_which which, struct err *e)
{
    if (which == TRAINING_BEST) /* the present is taken as it is: looking at it could make it the best */
        evaluate_now(t);
    bool best = t->best && (which == TRAINING_BEST || t->phase == TRAINING_FINISHED);
    struct lstm *net = best ? lstm_copy(t->best) : train_lstm(t->train);
    int update = best ? t->best_update : train_done(t->train),
        run = t->phase == TRAINING_FINISHED && !t->second ? train_done(t->train) : update;
    if (!net) {
        err_set(e, t->corpus->source, NULL, "not enough memory");
        return NULL;
    }
    struct recipe r = t->recipe;
    if (t->unit_name) {
        r.unit_name = t->unit_name;
        r.name_given = true;
    }
    if (!t->faithful || t->phase != TRAINING_FINISHED || (t->seeded && t->seed != t->recipe.seed))
        r.about = "";                             /* the recipe speaks of the model it leads to, not of this one */
    struct recipe_way way = {t->seed, t->seeded || t->tried < 2 ? 0 : t->tried, run};
    struct model *m = recipe_model(&r, t->corpus, net, way, e);
    if (!m)
        return NULL;
    note_stop(t, m, update);
    free(m->source);
    m->source = xstrdup(t->saved_as ? t->saved_as : "trained here");
    return m;
}

const struct evaluation *training_frame_seen(const struct training *t, int frame)
{
    return &t->evaluation[t->film.frame[frame].evaluation];
}

struct model *training_frame(const struct training *t, int frame, struct err *e)
{
    struct str name = {0};
    str_addf(&name, "%s, update %d", t->corpus->title, t->film.frame[frame].update);
    struct model *m = recipe_bare_model(t->corpus, lstm_copy(t->film.frame[frame].net), str_text(&name), e);
    str_free(&name);
    if (!m)
        return NULL;
    free(m->source);
    m->source = xstrdup("trained here");
    return m;
}

static int shown_update(const struct training *t, enum training_which which)
{
    bool best = t->best && (which == TRAINING_BEST || t->phase == TRAINING_FINISHED);
    return best ? t->best_update : train_done(t->train);
}

bool training_save(struct training *t, enum training_which which, const char *path, struct err *e)
{
    struct model *m = training_model(t, which, e);
    if (!m)
        return false;
    struct str text = {0};
    model_write(m, &text);
    model_free(m);
    bool ok = file_write(path, str_text(&text), text.len, e);
    str_free(&text);
    if (!ok)
        return false;
    char *as = xstrdup(path);
    free(t->saved_as);
    t->saved_as = as;
    t->saved_seed = t->seed;
    t->saved_update = shown_update(t, which);
    return true;
}

bool training_unsaved(const struct training *t)
{
    if (train_done(t->train) == 0)
        return false;
    return !t->saved_as || t->saved_seed != t->seed || t->saved_update != shown_update(t, TRAINING_NOW);
}

static bool same_file(const struct stat *a, const char *path)
{
    struct stat b;
    return path && strcmp(path, "-") != 0 && stat(path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

bool training_may_save(const char *path, const struct training_wish *wish, struct err *e)
{
    struct stat st;
    if (!*path)
        return err_set(e, "--save", NULL, "expected a file name, found nothing");
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && !built_in(wish->corpus)
        && (same_file(&st, wish->corpus) || same_file(&st, wish->valid)))
        return err_set(e, path, NULL, "the model would be written over what it is trained on");
    return file_may_write(path, e);
}
