/* options.c: the option table and its parser. See cli.h. */
#define _GNU_SOURCE
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/suggest.h"
#include "base/threads.h"
#include "cli/cli.h"
#include "learn/training.h"

/* The order is the order of --help. Names are public: formats.md of the project's contract, the man page and scripts
 * use them. */
#define OPTIONS(X) \
    X(TEXT,     "text",     't', "TEXT",   NULL, "the sequence, tokenised as the model says") \
    X(TOKENS,   "tokens",    0,  "FILE",   "<file>", "read the sequence from a file (- is standard input)") \
    X(INPUTS,   "inputs",    0,  "FILE",   "<file>", "a JSON array of input vectors") \
    X(FORMAT,   "format",    0,  "NAME",   "<formats>", "read MODEL as this format (--list formats)") \
    X(WATCH,    "watch",     0,  "FILE",   "<file>", \
     "a model, shown anew whenever its file is written (a checkpoint)") \
    X(VOCAB,    "vocab",     0,  "FILE",   "<file>", "the vocabulary of a bare dump: JSON, or one token a line") \
    X(TOKENIZER,"tokenizer", 0,  "KIND",   "word char", "word or char: how --vocab splits a text") \
    X(LSTM,     "lstm",      0,  "A[,B]",  NULL, "which of several LSTMs in MODEL; with a comma: B on top of A") \
    X(NAMES,    "names",     0,  "PART=TENSOR", NULL, \
     "what is what beside the LSTM: embedding=, output_weight=, input_weight=, ignored= …") \
    X(ORDER,    "order",     0,  "ORDER",  NULL, "the order of the gates in MODEL, such as ifgo") \
    X(GATE_FUNCTION, "gate-function", 0, "NAME", "sigmoid hard-sigmoid-keras2 hard-sigmoid-keras3", \
     "what f, i and o are of z: sigmoid or one of Keras's hard sigmoids") \
    X(FORGET_BIAS, "forget-bias", 0, "X",  NULL, \
     "added to the bias of the forget gate (1 for tf1-basic-lstm, else 0)") \
    X(INITIAL,  "initial",   0,  "FILE",   "<file>", \
     "h and C to start from, JSON: [{\"h\": [...], \"C\": [...]}] for each layer") \
    X(UNKNOWN,  "unknown",   0,  "TOKEN",  NULL, "the token that stands for words that are not in the vocabulary") \
    X(INDEX_FROM, "index-from", 0, "N",    NULL, "the index of the vocabulary's first entry") \
    X(SCENARIO, "scenario", 's', "NAME|FILE", "<scenarios>", "start in a scenario (--list scenarios)") \
    X(LESSON,   "lesson",    0,  "NAME|FILE", "<lessons>", \
     "start a lesson (--list lessons); with --print text, read it") \
    X(SET,      "set",       0,  "EDIT",   NULL, "pin a value, repeatable: f[2]@5=0, f@5=1, f[gender]@and=0") \
    X(STEP,     "step",     'k', "N",      NULL, "start at this step, a number or a word") \
    X(VIEW,     "view",     'v', "NAME",   "<views>", "start in this view (--list views)") \
    X(LAYER,    "layer",    'l', "N",      NULL, "start at this layer") \
    X(UNIT,     "unit",     'u', "N",      NULL, "start at this unit, a number or a name") \
    X(CORPUS,   "corpus",    0,  "FILE",   "<file>", "a text for the views statistics and find, one sequence a line") \
    X(SUITE,    "suite",     0,  "NAME|FILE", "<file>", \
     "score sentences: prefix, right, wrong, condition, with tabs between") \
    X(GRADIENT, "gradient",  0,  "STEP[:TOKEN]", NULL, \
     "what moves the surprisal of TOKEN after STEP: a view, or in --print json") \
    X(TOP,      "top",       0,  "N",      NULL, "how many predictions to list (10)") \
    X(THEME,    "theme",     0,  "NAME|FILE", "<themes>", "colours (--list themes)") \
    X(COLOR,    "color",     0,  "WHEN",   "auto never 16 256 truecolor", \
     "auto, never, 16, 256 or truecolor; NO_COLOR is honoured") \
    X(ASCII,    "ascii",     0,  NULL,     NULL, "draw with ASCII characters only") \
    X(MOUSE,    "mouse",     0,  NULL,     NULL, \
     "the mouse selects words, units, values and views; the wheel steps") \
    X(NO_CONFIG, "no-config", 0, NULL,     NULL, "as if there were no config file and no FLSTM_TUI_THEME") \
    X(PRINT_CONFIG, "print-config", 0, NULL, NULL, "print what is in force, as a config file") \
    X(PRINT,    "print",    'p', "FORM",   "json csv text safetensors npz", \
     "no screen: the whole trace: json, csv, text, safetensors, npz") \
    X(RENDER,   "render",    0,  "FORM",   "text ansi svg html", "no screen: one picture as text, ansi, svg or html") \
    X(SIZE,     "size",      0,  "COLSxROWS", NULL, "size of that picture (80x24)") \
    X(FIGURE,   "figure",    0,  "FIGURE", "bars dissect timeline", \
     "--render svg: for print: bars, dissect, timeline") \
    X(GROUND,   "ground",    0,  "GROUND", "auto dark light both", \
     "svg, html: auto, dark, light, both (as the reader's)") \
    X(RECORD,   "record",    0,  "FILE",   "<file>", "record the frames: .cast, .html or .svg") \
    X(READONLY, "readonly",  0,  NULL,     NULL, "no edits, and no file is written") \
    X(NOTES,    "notes",     0,  NULL,     NULL, "the speaker's second terminal: follows F5") \
    X(MOTION,   "motion",    0,  "WHEN",   "on off", "for a class: what is multiplied moves (on)") \
    X(KEYS,     "keys",      0,  "KEYS",   NULL, "play keys first: '<Right><Right>c', ':t 5<Enter>'") \
    X(INSPECT,  "inspect",   0,  NULL,     NULL, "tell what was read from MODEL as what") \
    X(CHECK,    "check",     0,  "[FILE]", "<file>", \
     "compare with expected values, the model's own or those in a FILE; exit status 3 when they differ") \
    X(AGAINST,  "against",   0,  "FILE",   "<file>", \
     "the first value that differs from a trace or a second model in FILE; exit status 3 when one does") \
    X(EXPORT_MODEL, "export-model", 0, "FILE", "<file>", "write the model to FILE.json (native) or FILE.safetensors") \
    X(TRY_ORDERS, "try-orders", 0, NULL,   NULL, "rank the orders of the gates by how little the text surprises each") \
    X(CHECK_LESSON, "check-lesson", 0, "FILE", "<file>", \
     "compute what a lesson claims and asks; exit status 1 when something is wrong") \
    X(MARK,     "mark",      0,  "FILE...", "<file>", \
     "results of a lesson as CSV: a row a page, a row a known confusion") \
    X(HANDOUT,  "handout",   0,  "FORM",   "md html", \
     "--lesson: a page to hand out, md or html, with room for answers") \
    X(ANSWERS,  "answers",   0,  NULL,     NULL, "--lesson: the answers; with --print text, each behind its question") \
    X(GIFT,     "gift",      0,  NULL,     NULL, "--lesson: its questions for Moodle, in GIFT") \
    X(TRAIN,    "train",     0,  "CORPUS|FILE", "<corpora>", \
     "teach a network: a grammar, a text file or --list corpora") \
    X(SAVE,     "save",      0,  "FILE",   "<file>", "--train: where the trained model goes") \
    X(HIDDEN,   "hidden",    0,  "N",      NULL, "--train: hidden size") \
    X(EMBED,    "embed",     0,  "N",      NULL, "--train: embedding size") \
    X(LAYERS,   "layers",    0,  "N",      NULL, "--train: layers") \
    X(EPOCHS,   "epochs",    0,  "N",      NULL, "--train: how often to go through the corpus") \
    X(STEPS,    "steps",     0,  "N",      NULL, "--train: how many updates to make, in place of --epochs") \
    X(SEED,     "seed",      0,  "N",      NULL, "--train: this seed and no other; --lesson: this student's numbers") \
    X(RATE,     "rate",      0,  "X",      NULL, "--train: learning rate of Adam at the beginning") \
    X(BATCH,    "batch",     0,  "N",      NULL, "--train: sequences an update") \
    X(CLIP,     "clip",      0,  "X",      NULL, "--train: largest norm of the gradient; 0: none") \
    X(DECAY,    "decay",     0,  "X",      NULL, "--train: weight decay; 0: none") \
    X(DROPOUT,  "dropout",   0,  "X",      NULL, "--train: dropout between layers and before the head") \
    X(PATIENCE, "patience",  0,  "N",      NULL, "--train: end after N looks at what is held out that were no better") \
    X(VARIANT,  "variant",   0,  "NAME",   "vanilla nfg nig nog cifg rnn", \
     "--train: without the forget, input or output gate, with both coupled, with none") \
    X(WEIGHTS,  "weights-from", 0, "MODEL", "<file>", "--train: begin with the weights of this model") \
    X(RESUME,   "resume",    0,  "FILE",   "<file>", "go on with a training that was stopped: the .resume it left") \
    X(UNIT_NAME, "unit-name", 0, "NAME",   NULL, "--train: call the unit that carries the memory so") \
    X(VALID,    "valid",     0,  "FILE",   "<file>", "--train: a text file to hold out") \
    X(LIST,     "list",      0,  "WHAT",   "models corpora scenarios lessons themes views actions keys formats", \
     "list models, corpora, scenarios, lessons, themes, views, actions, keys or formats") \
    X(THREADS,  "threads",   0,  "N",      NULL, "work on N processors at most; 0: on all there are (0)") \
    X(COMPLETION, "completion", 0, "SHELL", "bash zsh fish", "print the completions for bash, zsh or fish") \
    X(VERSION,  "version",  'V', NULL,     NULL, "print the version") \
    X(HELP,     "help",     'h', "[TOPIC]", "<topics>", "print help: all, or a topic such as train")

enum option_id {
#define X(id, name, letter, arg, choices, help) OPTION_##id,
    OPTIONS(X)
#undef X
};

const struct cli_option cli_options[] = {
#define X(id, name, letter, arg, choices, help) {name, letter, arg, choices, help},
    OPTIONS(X)
#undef X
};
const int cli_option_count = (int)(sizeof cli_options / sizeof *cli_options);

const struct cli_topic cli_topics[] = {
    {"sequence", OPTION_TEXT, "what runs through the network"},
    {"model", OPTION_FORMAT, "how weights of other frameworks are read"},
    {"start", OPTION_SCENARIO, "where to start, and with which values pinned"},
    {"looks", OPTION_TOP, "colours, characters, how much is shown"},
    {"output", OPTION_PRINT, "no screen: the trace, a picture, keys played"},
    {"check", OPTION_INSPECT, "what was read as what, and does it agree"},
    {"lessons", OPTION_CHECK_LESSON, "lessons checked, handed out, answered"},
    {"lesson", OPTION_CHECK_LESSON, "check a lesson, hand it out, its answers"},
    {"train", OPTION_TRAIN, "teach a network"},
    {"program", OPTION_LIST, "what there is, completions, version"},
};
const int cli_topic_count = (int)(sizeof cli_topics / sizeof *cli_topics);

enum { ID_BASE = 1000, NUMBER_OPTIONS = sizeof cli_options / sizeof *cli_options };

/* choices: blanks between. */
static bool not_one_of(const char *option, const char *value, const char *choices, struct err *e)
{
    char near[32];
    bool like = suggest_among(value, choices, near, sizeof near);
    return err_set(e, option, NULL, "expected one of %s, found \"%s\"%s%s%s", choices, value,
                   like ? "; did you mean " : "", like ? near : "", like ? "?" : "");
}

static bool one_of(const char *option, const char *value, const char *choices, struct err *e)
{
    size_t n = strlen(value);
    for (const char *p = choices; *p; p += strcspn(p, " "), p += *p == ' ')
        if (strcspn(p, " ") == n && n && strncmp(p, value, n) == 0)
            return true;
    return not_one_of(option, value, choices, e);
}

static bool number(const char *option, const char *value, long min, long max, int *out, struct err *e)
{
    long v;
    if (!num_parse_int(value, min, max, &v))
        return err_set(e, option, NULL, "expected a whole number from %ld to %ld, found \"%s\"", min, max, value);
    *out = (int)v;
    return true;
}

static bool real_number(const char *option, const char *value, double min, double max, double *out, struct err *e)
{
    return (num_parse(value, out) && *out >= min && *out <= max) ||
           err_set(e, option, NULL, "expected a number from %g to %g, found \"%s\"", min, max, value);
}

/* 0 means none, which the recipe calls -1. */
static bool or_none(const char *option, const char *value, double max, double *out, struct err *e)
{
    bool ok = real_number(option, value, 0, max, out, e);
    *out = *out == 0 ? -1 : *out;
    return ok;
}

static bool size(const char *value, int *w, int *h, struct err *e)
{
    char cols[8] = "";
    size_t n = strcspn(value, "xX");
    long a = 0, b = 0;
    if (n < sizeof cols)
        memcpy(cols, value, n);
    if (n >= sizeof cols || !value[n] || !num_parse_int(cols, 1, 4096, &a)
        || !num_parse_int(value + n + 1, 1, 4096, &b))
        return err_set(e, "--size", NULL, "expected COLSxROWS such as 80x24, each from 1 to 4096, found \"%s\"", value);
    *w = (int)a;
    *h = (int)b;
    return true;
}

static enum color_wish color(const char *value)
{
    return strcmp(value, "never") == 0 ? COLOR_NEVER : strcmp(value, "16") == 0 ? COLOR_WISH_16
         : strcmp(value, "256") == 0 ? COLOR_WISH_256 : strcmp(value, "truecolor") == 0 ? COLOR_WISH_TRUE : COLOR_AUTO;
}

static enum ground_wish ground(const char *value)
{
    return strcmp(value, "dark") == 0 ? GROUND_DARK : strcmp(value, "light") == 0 ? GROUND_LIGHT
         : strcmp(value, "both") == 0 ? GROUND_BOTH : GROUND_AUTO;
}

static bool view(const char *option, const char *value, const struct view **out, struct err *e)
{
    *out = view_find(value);
    if (*out)
        return true;
    struct str names = {0};
    for (int k = 0; k < view_count; k++)
        str_addf(&names, "%s%s", k ? " " : "", views[k]->name);
    not_one_of(option, value, str_text(&names), e);
    str_free(&names);
    return false;
}

/* An option without an argument is a yes; a config file can also say no. */
static bool yes_no(const char *option, const char *value, bool *out, struct err *e)
{
    static const char words[] = "yes no on off true false";
    if (value && !one_of(option, value, words, e))
        return false;
    *out = !value || (*value != 'n' && *value != 'f' && strcmp(value, "off") != 0);
    return true;
}

/* shown: what the option is called where it was found. */
static bool take(struct options *o, enum option_id id, const char *shown, const char *value, struct cli_wish *wish,
                 struct err *e)
{
    const char *choices = cli_options[id].choices;
    if (choices && *choices != '<' && value && !one_of(shown, value, choices, e))
        return false;
    switch (id) {
    case OPTION_TEXT: o->text = value; break;
    case OPTION_TOKENS: o->tokens = value; break;
    case OPTION_INPUTS: o->inputs = value; break;
    case OPTION_WATCH: o->watch = value; break;
    case OPTION_FORMAT: o->format = value; break;
    case OPTION_VOCAB: o->vocab = value; break;
    case OPTION_TOKENIZER: o->tokenizer = value; break;
    case OPTION_LSTM: o->lstm = value; break;
    case OPTION_NAMES: o->names = value; break;
    case OPTION_ORDER: o->order = value; break;
    case OPTION_GATE_FUNCTION: o->gate_function = value; break;
    case OPTION_FORGET_BIAS: o->forget_bias = value; break;
    case OPTION_INITIAL: o->initial = value; break;
    case OPTION_UNKNOWN: o->unknown = value; break;
    case OPTION_INDEX_FROM: o->index_from = value; break;
    case OPTION_SCENARIO: o->scenario = value; break;
    case OPTION_LESSON: o->lesson = value; break;
    case OPTION_CHECK_LESSON: o->check_lesson = value; break;
    case OPTION_HANDOUT: o->handout = value; break;
    case OPTION_MARK: o->mark = value; break;
    case OPTION_ANSWERS: o->answers = true; break;
    case OPTION_GIFT: o->gift = true; break;
    case OPTION_SET:
        o->set = xrealloc(o->set, (size_t)o->set_count + 1, sizeof *o->set);
        o->set[o->set_count++] = value;
        break;
    case OPTION_STEP: o->step = value; break;
    case OPTION_VIEW: return view(shown, value, &o->view, e);
    case OPTION_LAYER: return number(shown, value, 1, 10000, &o->layer, e);
    case OPTION_UNIT: o->unit = value; break;
    case OPTION_TOP: return number(shown, value, 1, 1000, &o->top, e);
    case OPTION_THREADS: return number(shown, value, 0, THREADS_MAX, &o->threads, e);
    case OPTION_THEME: o->theme = value; break;
    case OPTION_COLOR: o->color = color(value); break;
    case OPTION_ASCII: return yes_no(shown, value, &o->ascii, e);
    case OPTION_MOUSE: return yes_no(shown, value, &o->mouse, e);
    case OPTION_NO_CONFIG: o->no_config = true; break;
    case OPTION_PRINT_CONFIG: o->print_config = true; wish->request = CLI_PRINT_CONFIG; break;
    case OPTION_CORPUS: o->corpus = value; break;
    case OPTION_SUITE: o->suite = value; break;
    case OPTION_GRADIENT: o->gradient = value; break;
    case OPTION_PRINT: o->print = value; break;
    case OPTION_RENDER: o->render = value; break;
    case OPTION_SIZE: return size(value, &o->w, &o->h, e);
    case OPTION_FIGURE: o->figure = figure_find(value); break;
    case OPTION_READONLY: o->readonly = true; break;
    case OPTION_NOTES: o->notes = true; break;
    case OPTION_MOTION: o->still = strcmp(value, "off") == 0; break;
    case OPTION_GROUND: o->ground = ground(value); break;
    case OPTION_RECORD: o->record = value; break;
    case OPTION_KEYS: o->keys = value; break;
    case OPTION_INSPECT: o->inspect = true; break;
    case OPTION_CHECK: o->check = true; o->check_file = value; break;
    case OPTION_AGAINST: o->against = value; break;
    case OPTION_EXPORT_MODEL: o->export_model = value; break;
    case OPTION_TRY_ORDERS: o->try_orders = true; break;
    case OPTION_TRAIN: o->train = value; break;
    case OPTION_SAVE: o->save = value; break;
    case OPTION_HIDDEN: return number(shown, value, 1, TRAINING_HIDDEN_MAX, &o->hidden, e);
    case OPTION_EMBED: return number(shown, value, 1, TRAINING_HIDDEN_MAX, &o->embed, e);
    case OPTION_LAYERS: return number(shown, value, 1, TRAINING_LAYERS_MAX, &o->layers, e);
    case OPTION_EPOCHS: return number(shown, value, 1, TRAINING_UPDATES_MAX, &o->epochs, e);
    case OPTION_STEPS: return number(shown, value, 1, TRAINING_UPDATES_MAX, &o->updates, e);
    case OPTION_SEED: o->seeded = true; return number(shown, value, 0, INT_MAX, &o->seed, e);
    case OPTION_VALID: o->valid = value; break;
    case OPTION_RATE: return real_number(shown, value, 1e-9, 100, &o->rate, e);
    case OPTION_BATCH: return number(shown, value, 1, 100000, &o->batch, e);
    case OPTION_CLIP: return or_none(shown, value, 1e6, &o->clip, e);
    case OPTION_DECAY: return or_none(shown, value, 1, &o->decay, e);
    case OPTION_VARIANT: o->variant = value; break;
    case OPTION_DROPOUT: return real_number(shown, value, 0, 0.95, &o->dropout, e);
    case OPTION_PATIENCE: return number(shown, value, 1, TRAINING_UPDATES_MAX, &o->patience, e);
    case OPTION_WEIGHTS: o->weights_from = value; break;
    case OPTION_RESUME: o->resume = value; break;
    case OPTION_UNIT_NAME: o->unit_name = value; break;
    case OPTION_LIST: o->list = value; break;
    case OPTION_COMPLETION: *wish = (struct cli_wish){CLI_COMPLETION, value}; break;
    case OPTION_VERSION: wish->request = CLI_VERSION; break;
    case OPTION_HELP: wish->request = CLI_HELP; o->topic = value; break;
    }
    return true;
}

/* Training makes a model of its own; what speaks of a model that is there makes no sense beside it, and the other
 * way round. */
static bool check_train(const struct options *o, struct err *e)
{
    const struct { const char *name; bool given; } with[] = {
        {"--hidden", o->hidden}, {"--embed", o->embed}, {"--layers", o->layers},
        {"--epochs", o->epochs},
        {"--steps", o->updates}, {"--seed", o->seeded && !o->lesson && !o->check_lesson}, {"--valid", o->valid},
        {"--unit-name", o->unit_name},
        {"--rate", o->rate > 0}, {"--batch", o->batch}, {"--clip", o->clip != 0}, {"--decay", o->decay != 0},
        {"--dropout", o->dropout > 0}, {"--variant", o->variant},
        {"--patience", o->patience}, {"--weights-from", o->weights_from},
    }, without[] = {
        {"--text", o->text}, {"--tokens", o->tokens}, {"--inputs", o->inputs}, {"--format", o->format},
        {"--vocab", o->vocab},
        {"--watch", o->watch},
        {"--scenario", o->scenario}, {"--set", o->set_count}, {"--step", o->step}, {"--layer", o->layer},
        {"--unit", o->unit},
        {"--check", o->check}, {"--against", o->against},
        {"--gradient", o->gradient}, {"--export-model", o->export_model},
        {"--lesson", o->lesson},
    };
    bool training = o->train || o->resume;
    if (o->train && o->resume)
        return err_set(e, "--resume", NULL, "it goes on with what it was begun with: expected no --train");
    if (o->save && !training)
        return err_set(e, "--save", NULL, "it goes with --train, which was not found");
    for (size_t k = 0; !o->train && k < sizeof with / sizeof *with; k++)
        if (with[k].given)
            return err_set(e, with[k].name, NULL, o->resume ? "the training goes on as it was begun: leave it out"
                                                            : "it goes with --train, which was not found");
    for (size_t k = 0; training && k < sizeof without / sizeof *without; k++)
        if (without[k].given)
            return err_set(e, without[k].name, NULL, "it does not go with --train: open the trained model with it");
    if (training && o->model)
        return err_set(e, NULL, NULL, "--train makes a model: expected no other, found \"%s\"", o->model);
    if (o->epochs && o->updates)
        return err_set(e, NULL, NULL, "expected one of --epochs and --steps, found both");
    return true;
}

/* A lesson brings its own model, sentence and state, page by page. */
static bool check_lesson(const struct options *o, struct err *e)
{
    const struct { const char *name; bool given; } with[] = {
        {"--handout", o->handout}, {"--answers", o->answers}, {"--gift", o->gift},
    }, without[] = {
        {"--text", o->text}, {"--tokens", o->tokens}, {"--inputs", o->inputs}, {"--scenario", o->scenario},
        {"--set", o->set_count}, {"--step", o->step}, {"--view", o->view}, {"--layer", o->layer}, {"--unit", o->unit},
        {"--gradient", o->gradient}, {"--check", o->check}, {"--inspect", o->inspect},
        {"--export-model", o->export_model},
        {"--try-orders", o->try_orders}, {"--corpus", o->corpus}, {"--suite", o->suite},
    };
    for (size_t k = 0; !o->lesson && k < sizeof with / sizeof *with; k++)
        if (with[k].given)
            return err_set(e, with[k].name, NULL, "it goes with --lesson, which was not found");
    for (size_t k = 0; o->lesson && k < sizeof without / sizeof *without; k++)
        if (without[k].given)
            return err_set(e, without[k].name, NULL, "it does not go with --lesson, whose pages set their own state");
    if (o->lesson && o->model)
        return err_set(e, NULL, NULL, "--lesson brings its own model: expected no other, found \"%s\"", o->model);
    if (o->lesson && o->print && strcmp(o->print, "text") != 0)
        return err_set(e, "--print", NULL, "expected text with --lesson, found %s", o->print);
    if (!!o->handout + o->gift + !!o->print + !!o->render > 1)
        return err_set(e, NULL, NULL, "expected one of --print, --render, --handout and --gift, found more");
    return true;
}

/* What stands without an option: the MODEL; and, where there are two names and one stands right behind --check, that
 * one is its FILE. */
static void take_names(struct options *o, char **name, int n, const char *after_check, int *taken)
{
    for (int k = 0; n == 2 && k < 2; k++)
        if (name[k] == after_check) {
            o->check_file = name[k];
            o->model = name[!k];
            *taken += 2;
            return;
        }
    if (n) {
        o->model = name[0];
        ++*taken;
    }
}

/* What was meant: the one that begins so, or the nearest. */
static bool no_option(const char *word, struct err *e)
{
    struct str could = {0};
    const char *name = word + strspn(word, "-"), *near = NULL;
    char bare[64];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(name, "="), name);
    int least = 3, begin = 0;
    for (int k = 0; k < cli_option_count; k++) {
        if (!cli_options[k].name)
            continue;
        if (*bare && strncmp(cli_options[k].name, bare, strlen(bare)) == 0)
            str_addf(&could, "%s--%s", begin++ ? ", " : "", cli_options[k].name);
        int d = suggest_distance(bare, cli_options[k].name, 2);
        if (d < least && suggest_near(bare, cli_options[k].name))
            least = d, near = cli_options[k].name;
    }
    if (begin > 1)
        err_set(e, NULL, NULL, "%s could be %s (see --help)", word, str_text(&could));
    else if (near)
        err_set(e, NULL, NULL, "there is no option %s; did you mean --%s? (see --help)", word, near);
    else
        err_set(e, NULL, NULL, "there is no option %s (see --help)", word);
    str_free(&could);
    return false;
}

bool cli_arguments(int argc, char **argv, struct options *o, struct cli_wish *wish, struct err *e)
{
    struct option long_options[NUMBER_OPTIONS + 1] = {{0}};
    char letters[2 * NUMBER_OPTIONS + 4] = ":";
    size_t n = 1;
    for (int k = 0; k < cli_option_count; k++) {
        const struct cli_option *c = &cli_options[k];
        long_options[k] = (struct option){c->name,
                                          !c->argument          ? no_argument
                                          : *c->argument == '[' ? optional_argument
                                                                : required_argument,
                                          NULL, ID_BASE + k};
        if (c->letter) {
            letters[n++] = c->letter;
            if (c->argument && *c->argument != '[')
                letters[n++] = ':';
        }
    }
    letters[n] = '\0';
    *wish = (struct cli_wish){CLI_RUN, NULL};
    opterr = 0;
    optind = 0;
    const char *after_check = NULL;
    for (int c; (c = getopt_long(argc, argv, letters, long_options, NULL)) != -1;) {
        const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
        if (c == ':')
            return err_set(e, NULL, NULL, "%s: expected a value, found nothing (see --help)", word);
        if (c == '?') {
            if (optopt >= ID_BASE)
                return err_set(e, NULL, NULL, "--%s: expected no value (see --help)",
                               cli_options[optopt - ID_BASE].name);
            if (optopt)
                return err_set(e, NULL, NULL, "there is no option -%c (see --help)", optopt);
            return no_option(word, e);
        }
        int id = c - ID_BASE;
        for (int k = 0; c < ID_BASE && k < cli_option_count; k++)
            if (cli_options[k].letter == c)
                id = k;
        char shown[32];
        snprintf(shown, sizeof shown, "--%s", cli_options[id].name);
        if (!take(o, (enum option_id)id, shown, optarg, wish, e))
            return false;
        if (id == OPTION_CHECK && !optarg && optind < argc)
            after_check = argv[optind];
        if (id == OPTION_HELP) {          /* nothing behind it matters, nor is to be right */
            if (!optarg && optind < argc && *argv[optind] != '-')
                o->topic = argv[optind];
            return true;
        }
    }
    if (o->mark) {                        /* the others stand behind it */
        o->mark_more = (const char *const *)argv + optind;
        o->mark_count = argc - optind;
        return true;
    }
    take_names(o, argv + optind, argc - optind, after_check, &optind);
    if (optind < argc)
        return err_set(e, NULL, NULL, "expected one MODEL, found \"%s\" too", argv[optind]);
    if (wish->request != CLI_RUN)
        return true;
    if (!!o->text + !!o->tokens + !!o->inputs > 1)
        return err_set(e, NULL, NULL, "expected one of --text, --tokens and --inputs, found more");
    if (o->print && o->render)
        return err_set(e, NULL, NULL, "expected one of --print and --render, found both");
    if (o->gradient && o->print && strcmp(o->print, "json") != 0 && strcmp(o->print, "text") != 0)
        return err_set(e, "--gradient", NULL, "%s has no place for it: expected --print json or text", o->print);
    if (o->print && (o->inspect || o->check) && (strcmp(o->print, "npz") == 0 || strcmp(o->print, "safetensors") == 0))
        return err_set(e, "--print", NULL, "%s is no text: expected no --inspect or --check beside it", o->print);
    if (o->figure && (!o->render || strcmp(o->render, "svg") != 0))
        return err_set(e, "--figure", NULL, "it is drawn as svg: expected --render svg beside it");
    if (o->figure && o->w)
        return err_set(e, "--size", NULL, "a --figure has the width of a column and the height that it needs");
    if (o->w && !o->render && !o->record)
        return err_set(e, "--size", NULL, "it says how large a --render picture is; the screen has its own size");
    if (o->scenario && strcmp(o->scenario, "-") == 0)
        return err_set(e, "--scenario", NULL, "it is looked at more than once: expected a file, found standard input");
    if (o->watch && o->model)
        return err_set(e, "--watch", NULL, "it names the model: expected no other, found \"%s\"", o->model);
    if (o->watch && (o->lesson || o->check_lesson || o->against || strcmp(o->watch, "-") == 0))
        return err_set(e, "--watch", NULL, "it goes with a model's file and the screen: expected no --lesson, no "
                       "--against");
    if (o->notes && (o->watch || o->render || o->print || o->record || o->train || o->model || o->keys))
        return err_set(e, "--notes", NULL, "it shows what another flstm-tui presents: expected nothing but looks");
    if (o->readonly && (o->record || o->save || o->export_model))
        return err_set(e, "--readonly", NULL, "no file is written: expected no %s",
                       o->record ? "--record" : o->save ? "--save" : "--export-model");
    if (o->record && (o->train || o->inspect || o->check))
        return err_set(e, "--record", NULL, "there are no frames to record: expected no --train, --inspect or --check");
    return check_lesson(o, e) && check_train(o, e);
}

bool cli_set(struct options *o, const char *name, const char *value, struct err *e)
{
    struct cli_wish wish;
    struct options mine = *o;             /* a theme or view that is named outright stays what it is */
    int id = 0;
    while (strcmp(cli_options[id].name, name) != 0)
        id++;
    if (!take(&mine, (enum option_id)id, name, value, &wish, e))
        return false;
    if (id == OPTION_THEME)
        o->usual.theme = mine.theme;
    else if (id == OPTION_VIEW)
        o->usual.view = mine.view;
    else
        *o = mine;
    return true;
}
