/* hard_torch.c: does the trainer learn what PyTorch learns? The same first weights, the same batches, Adam with the same
 * numbers, clipping, weight decay and schedule, no regularisers of our own, on three corpora. torch_twin.py trains the
 * twin; what both have of the held-out part must differ by less than 2 %, the first losses by less than 1e-4.
 *
 * Needs python3 with torch (python3-torch on Debian); without it nothing is compared, and that is said. PYTHON names
 * another interpreter. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "learn/corpus.h"
#include "learn/recipe.h"

static const double LARGEST = 0.02, FIRST = 1e-4;
enum { FIRSTS = 10 };         /* updates after which both must still be the same to rounding */

static const struct { const char *recipe; int updates; } trainings[] = {{"gender", 1500}, {"prose", 1000},
                                                                        {"counter", 1500}};

static bool has_torch(const char *interpreter)
{
    struct str s = {0};
    str_addf(&s, "%s -c 'import torch' 2>/dev/null", interpreter);
    int status = system(str_text(&s));
    str_free(&s);
    return status == 0;
}

/* The first with torch: PYTHON, the one in the path, the system's own; or NULL. */
static const char *python(void)
{
    static const char *found;
    const char *const could[] = {getenv("PYTHON"), "python3", "/usr/bin/python3"};
    for (size_t k = 0; !found && k < sizeof could / sizeof *could; k++)
        if (could[k] && *could[k] && has_torch(could[k]))
            found = could[k];
    return found;
}

static void add_floats(struct str *s, const char *name, const float *v, size_t n)
{
    str_addf(s, ",\n\"%s\": [", name);
    for (size_t k = 0; k < n; k++) {
        str_add(s, k ? "," : "");
        str_add_float(s, v[k]);
    }
    str_add(s, "]");
}

static void add_text(struct str *s, const char *name, const struct train_text *t)
{
    str_addf(s, ",\n\"%s\": [", name);
    for (int q = 0; q < t->sequences; q++) {
        str_add(s, q ? ",[" : "[");
        for (int k = t->start[q]; k < t->start[q + 1]; k++)
            str_addf(s, "%s%d", k > t->start[q] ? "," : "", t->id[k]);
        str_add(s, "]");
    }
    str_add(s, "]");
    if (!t->weight || strcmp(name, "train") != 0)
        return;
    str_add(s, ",\n\"weight\": [");
    for (int q = 0; q < t->sequences; q++) {
        str_add(s, q ? ",[" : "[");
        for (int k = t->start[q]; k < t->start[q + 1]; k++)
            str_addf(s, "%s%g", k > t->start[q] ? "," : "", (double)t->weight[k]);
        str_add(s, "]");
    }
    str_add(s, "]");
}

/* First weights in the order of lstm.h. */
static void add_network(struct str *s, const struct lstm *net)
{
    const struct lstm_layer *y = &net->layer[0];
    size_t H = (size_t)y->hidden, E = (size_t)y->in;
    add_floats(s, "embedding", net->embedding, (size_t)net->vocab * E);
    for (int q = 0; q < GATES; q++) {
        char name[8];
        snprintf(name, sizeof name, "W_%s", quantity_name((enum quantity)q));
        add_floats(s, name, y->W[q], H * (H + E));
        name[0] = 'b';
        add_floats(s, name, y->b[q], H);
    }
    add_floats(s, "out_W", net->out_W, (size_t)net->outputs * H);
    add_floats(s, "out_b", net->out_b, (size_t)net->outputs);
}

/* True when both came to the same. */
static bool compare(const char *name, int updates, const char *folder)
{
    const struct recipe *row = recipe_find(name);
    struct err e = {""};
    char corpus_name[64];
    snprintf(corpus_name, sizeof corpus_name, "%.*s", (int)strcspn(row->corpus, "."), row->corpus);
    struct corpus *c = corpus_builtin(corpus_name, row->tokens, row->corpus_seed, &e);
    if (!c) {
        printf("  %s\n", e.text);
        return false;
    }
    struct recipe r = *row;
    r.updates = updates;
    r.recurrent_l1 = r.write_cost = r.saturation = r.keep_or_write = 0;
    struct train_text text = corpus_text(c, PART_TRAIN), valid = corpus_text(c, PART_VALID);
    struct train *t = recipe_trainer(&r, c, &text, r.seed);
    const struct train_options *o = train_options(t);
    struct str s = {0}, path = {0}, command = {0};
    str_addf(&s,
             "{\"vocab\": %d, \"embed\": %d, \"hidden\": %d, \"updates\": %d, \"batch\": %d, \"rate\": %.17g, "
             "\"floor\": %.17g, \"beta1\": %.17g, \"beta2\": %.17g, \"epsilon\": %.17g, \"clip\": %.17g, "
             "\"decay\": %.17g",
             c->vocab->size, r.embed, r.hidden, updates, o->batch, o->rate, o->rate_floor, o->beta1, o->beta2,
             o->epsilon, o->clip, o->decay);
    struct lstm *net = train_lstm(t);
    add_network(&s, net);
    lstm_free(net);
    add_text(&s, "train", &text);
    add_text(&s, "valid", &valid);
    str_add(&s, ",\n\"batches\": [");
    for (int k = 0, n; k < updates && train_run(t, 1, NULL) == 1; k++) {
        const int *batch = train_batch(t, &n);
        str_add(&s, k ? ",\n[" : "[");
        for (int j = 0; j < n; j++)
            str_addf(&s, "%s%d", j ? "," : "", batch[j]);
        str_add(&s, "]");
    }
    str_add(&s, "]}\n");
    struct train_score ours;
    train_evaluate(t, &valid, &ours);
    str_addf(&path, "%s/%s.json", folder, name);
    bool ok = file_write(str_text(&path), s.s, s.len, &e);
    str_addf(&command, "%s tests/hard/torch_twin.py %s %d", python(), str_text(&path), FIRSTS);
    FILE *f = ok ? popen(str_text(&command), "r") : NULL;
    double theirs = NAN, first = 0, loss;
    for (int k = 0; f && k < FIRSTS && fscanf(f, "%lf", &loss) == 1; k++) {
        double off = fabs(loss - (double)train_losses(t)[k]);
        first = off > first ? off : first;
    }
    ok = f && fscanf(f, "%lf", &theirs) == 1;
    if (f)
        pclose(f);
    double differ = fabs(ours.loss / theirs - 1);
    printf("  %s, %d updates: held-out loss %.4f, PyTorch %.4f (%.2f %%); first %d losses within %.1e\n", name, updates,
           ours.loss, theirs, 100 * differ, FIRSTS, first);
    unlink(str_text(&path));
    str_free(&s);
    str_free(&path);
    str_free(&command);
    train_free(t);
    corpus_free(c);
    return ok && differ <= LARGEST && first <= FIRST;
}

int main(void)
{
    if (!python()) {
        printf("  skipped: no python3 with torch here (python3-torch on Debian; PYTHON names an interpreter)\n");
        return 0;
    }
    char folder[] = "/tmp/flstm-torch-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    int failed = 0;
    for (size_t k = 0; k < sizeof trainings / sizeof *trainings; k++)
        failed += !compare(trainings[k].recipe, trainings[k].updates, folder);
    rmdir(folder);
    printf("  %d of %zu within 2 %%\n", (int)(sizeof trainings / sizeof *trainings) - failed,
           sizeof trainings / sizeof *trainings);
    return failed != 0;
}
