/* grammar.c: see grammar.h. The lines are read in three passes (how tokens are made and what can agree; the rules; the
 * settings that name words), so that their order in the file does not matter; then comes what only the whole tells
 * (undefined names, rules that never end). Drawing walks the rules. */
#include "model/grammar.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

enum { WORD_MAX = 1024, NEST_MAX = 50, DRAW_DEPTH = 500, DRAW_NODES = 100000, DRAW_ATTEMPTS = 10000, LENGTH_MAX = 100000,
       SIZE_MAX_PART = 1000000, NEVER = INT_MAX };

/* What a rule is made of. */
enum node_kind { NODE_WORD, NODE_RULE, NODE_AGREE, NODE_DRAW, NODE_CHOICE };

struct alternative {
    struct node *node;
    int nodes;
};
struct choice {
    struct alternative *alt;
    double *weight;
    int alts;
};
struct node {
    enum node_kind kind;
    int line;
    int id;                       /* word, rule or feature; for NODE_AGREE the feature */
    char *name;                   /* NODE_RULE, NODE_AGREE: as written, until resolved */
    int *variant;                 /* NODE_AGREE: [values of the feature] the rule for each */
    struct choice choice;         /* NODE_CHOICE */
};
struct rule {
    char *name;
    int line;
    struct choice choice;
    int shortest;                 /* tokens of its shortest expansion, or NEVER */
    bool used;
};
struct feature {
    char *name;
    int line, values;
    char **value;
    double *weight;
};
struct grammar_rules {
    struct rule *rule;
    int rules;
    struct feature *feature;
    int features;
    int start;
};

struct parser {
    struct grammar *g;
    const char *at;               /* in the logical line; continuation lines are joined with '\n' */
    int line, nest;
    bool known_words;             /* settings: a word that is in no rule is a mistake */
    char *start;                  /* setting */
    int start_line, groups;       /* groups: measure lines so far */
    struct err *e;
};

static bool complain(const struct parser *p, int line, const char *format, ...) ERR_PRINTF(3, 4);
static bool complain(const struct parser *p, int line, const char *format, ...)
{
    struct str place = {0};
    str_addf(&place, "%s:%d", p->g->source, line);
    va_list ap;
    va_start(ap, format);
    err_vset(p->e, str_text(&place), NULL, format, ap);
    va_end(ap);
    str_free(&place);
    return false;
}

#define GROW(array, n) ((array) = xrealloc((array), (size_t)(n) + 1, sizeof *(array)))

/* ---- words ------------------------------------------------------------------------------------------------------- */

static int find_word(const struct grammar *g, const char *s, size_t n)
{
    for (int k = 0; k < g->words; k++)
        if (strlen(g->word[k]) == n && memcmp(g->word[k], s, n) == 0)
            return k;
    return -1;
}

static int intern(struct grammar *g, const char *s, size_t n)
{
    int k = find_word(g, s, n);
    if (k >= 0)
        return k;
    GROW(g->word, g->words);
    g->word[g->words] = xstrndup(s, n);
    return g->words++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool is_special(char c)
{
    return c && strchr("|()[]{}\"#", c);
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static void skip_blanks(struct parser *p)
{
    for (;; p->at++) {
        if (*p->at == '#')
            while (p->at[1] && p->at[1] != '\n')
                p->at++;
        else if (!is_blank(*p->at))
            return;
        p->line += *p->at == '\n';
    }
}

/* The bare text from here to the next blank or special character. */
static size_t bare_length(const char *s)
{
    size_t n = 0;
    while (s[n] && !is_blank(s[n]) && !is_special(s[n]))
        n++;
    return n;
}

static bool add_node(struct alternative *a, struct node node)
{
    GROW(a->node, a->nodes);
    a->node[a->nodes++] = node;
    return true;
}

static bool add_token(struct parser *p, struct alternative *a, const char *s, size_t n)
{
    int id = p->known_words ? find_word(p->g, s, n) : intern(p->g, s, n);
    if (id < 0)
        return complain(p, p->line, "\"%.*s\" is in no rule", (int)n, s);
    return add_node(a, (struct node){.kind = NODE_WORD, .line = p->line, .id = id});
}

/* One word of the file: one token, or one per character. */
static bool add_word(struct parser *p, struct alternative *a, const char *s, size_t n)
{
    if (n == 0)
        return complain(p, p->line, "an empty word; _ stands for nothing");
    if (n > WORD_MAX)
        return complain(p, p->line, "a word of %zu bytes; at most %d", n, WORD_MAX);
    if (!p->g->characters)
        return add_token(p, a, s, n);
    bool ok = true;
    for (size_t k = 0, len; ok && k < n; k += len) {
        utf8_decode(s + k, n - k, &len);
        ok = add_token(p, a, s + k, len);
    }
    return ok;
}

/* ---- rules ------------------------------------------------------------------------------------------------------- */

static int find_feature(const struct grammar_rules *r, const char *s, size_t n)
{
    for (int k = 0; k < r->features; k++)
        if (strlen(r->feature[k].name) == n && memcmp(r->feature[k].name, s, n) == 0)
            return k;
    return -1;
}

static int find_rule(const struct grammar_rules *r, const char *name)
{
    for (int k = 0; k < r->rules; k++)
        if (strcmp(r->rule[k].name, name) == 0)
            return k;
    return -1;
}

/* "25:" or "25%:" here? Its value, and the parser stands behind it. */
static bool take_weight(struct parser *p, double *weight)
{
    size_t n = bare_length(p->at);
    if (n < 2 || p->at[n - 1] != ':' || !strchr("0123456789.", p->at[0]))
        return false;
    size_t digits = n - 1 - (p->at[n - 2] == '%');
    char *text = xstrndup(p->at, digits);
    bool ok = num_parse(text, weight);
    free(text);
    if (ok)
        p->at += n;
    return ok;
}

static bool parse_choice(struct parser *p, struct choice *c, char closing);

static bool parse_draw(struct parser *p, struct alternative *a)
{
    const char *end = strchr(p->at, '}');
    if (!end)
        return complain(p, p->line, "{ without }");
    const char *name = p->at + 1;
    size_t n = (size_t)(end - name);
    int f = find_feature(p->g->rules, name, n);
    if (f < 0)
        return complain(p, p->line, "{%.*s}: no such feature; declare it above with \"feature %.*s: …\"", (int)n, name,
                        (int)n, name);
    p->at = end + 1;
    return add_node(a, (struct node){.kind = NODE_DRAW, .line = p->line, .id = f});
}

/* [p%: …] is the choice (p: … | 1-p: _). */
static bool parse_optional(struct parser *p, struct node *node)
{
    double percent = 50;
    p->at++;
    skip_blanks(p);
    int line = p->line;
    if (take_weight(p, &percent) && (percent <= 0 || percent > 100))
        return complain(p, line, "a probability in [ ] is more than 0%% and at most 100%%, found %g%%", percent);
    struct choice inner = {0};
    bool ok = parse_choice(p, &inner, ']');
    struct choice *outer = &node->choice;
    outer->alt = xcalloc(2, sizeof *outer->alt);
    outer->weight = xcalloc(2, sizeof *outer->weight);
    outer->alts = 2;
    outer->weight[0] = percent;
    outer->weight[1] = 100 - percent;
    add_node(&outer->alt[0], (struct node){.kind = NODE_CHOICE, .line = line, .choice = inner});
    return ok;
}

static bool parse_group(struct parser *p, struct alternative *a)
{
    struct node node = {.kind = NODE_CHOICE, .line = p->line};
    if (++p->nest > NEST_MAX)
        return complain(p, p->line, "brackets nested more than %d deep", NEST_MAX);
    bool ok;
    if (*p->at == '[') {
        ok = parse_optional(p, &node);
    } else {
        p->at++;
        ok = parse_choice(p, &node.choice, ')');
    }
    p->nest--;
    add_node(a, node);
    return ok;
}

static bool parse_quoted(struct parser *p, struct alternative *a)
{
    const char *from = ++p->at;
    while (*p->at && *p->at != '"' && *p->at != '\n')
        p->at++;
    if (*p->at != '"')
        return complain(p, p->line, "a quote that does not end on its line");
    return add_word(p, a, from, (size_t)(p->at++ - from));
}

static bool parse_bare(struct parser *p, struct alternative *a)
{
    size_t n = bare_length(p->at);
    const char *from = p->at;
    p->at += n;
    if (n == 1 && *from == '_')
        return true;
    if (!is_upper(*from))
        return add_word(p, a, from, n);
    return add_node(a, (struct node){.kind = NODE_RULE, .line = p->line, .name = xstrndup(from, n)});
}

static bool parse_alternative(struct parser *p, struct alternative *a, char closing)
{
    bool any = false;
    for (;; any = true) {
        skip_blanks(p);
        char c = *p->at;
        if (c == 0 || c == '|' || c == closing)
            break;
        bool ok = c == '(' || c == '[' ? parse_group(p, a)
                  : c == '{'           ? parse_draw(p, a)
                  : c == '"'           ? parse_quoted(p, a)
                  : is_special(c)      ? complain(p, p->line, "unexpected %c", c)
                                       : parse_bare(p, a);
        if (!ok)
            return false;
    }
    return any || complain(p, p->line, "an empty alternative; _ stands for nothing");
}

/* Alternatives up to the closing bracket (consumed), or to the end of the line when closing is 0. */
static bool parse_choice(struct parser *p, struct choice *c, char closing)
{
    double sum = 0;
    int line = p->line;
    do {
        GROW(c->alt, c->alts);
        GROW(c->weight, c->alts);
        c->alt[c->alts] = (struct alternative){0};
        double *weight = &c->weight[c->alts];
        *weight = 1;
        skip_blanks(p);
        take_weight(p, weight);
        sum += *weight;
        if (!parse_alternative(p, &c->alt[c->alts++], closing))
            return false;
    } while (*p->at == '|' && p->at++);
    if (*p->at != closing)
        return complain(p, line, "%c without %c", closing == ')' ? '(' : '[', closing);
    if (closing)
        p->at++;
    return (sum > 0 && isfinite(sum)) || complain(p, line, "the weights of a choice must not all be 0");
}

static bool parse_rule(struct parser *p, const char *name, size_t n, int line)
{
    struct grammar_rules *r = p->g->rules;
    char *text = xstrndup(name, n);
    int before = find_rule(r, text);
    if (before >= 0) {
        complain(p, line, "%s is defined twice (first on line %d)", text, r->rule[before].line);
        free(text);
        return false;
    }
    GROW(r->rule, r->rules);
    r->rule[r->rules] = (struct rule){.name = text, .line = line};
    struct choice c = {0};
    bool ok = parse_choice(p, &c, 0);
    r->rule[r->rules++].choice = c;
    return ok;
}

/* ---- settings ---------------------------------------------------------------------------------------------------- */

/* The rest of a logical line without comments, blanks collapsed; owned by the caller. */
static char *free_text(struct parser *p)
{
    struct str s = {0};
    for (;;) {
        skip_blanks(p);
        if (!*p->at)
            return str_take(&s);
        if (s.len)
            str_addc(&s, ' ');
        while (*p->at && !is_blank(*p->at))
            str_addc(&s, *p->at++);
    }
}

static bool set_text(struct parser *p, char **field)
{
    free(*field);
    *field = free_text(p);
    return true;
}

/* Words of a setting: must be in some rule. */
static bool set_tokens(struct parser *p, struct alternative *words)
{
    int line = p->line;
    skip_blanks(p);
    if (!*p->at)
        return complain(p, line, "expected words");
    if (!parse_alternative(p, words, 0))
        return false;
    if (*p->at)
        return complain(p, line, "expected words, found |");
    for (int k = 0; k < words->nodes; k++)
        if (words->node[k].kind != NODE_WORD)
            return complain(p, line, "expected words only (a word that begins with an upper-case letter goes in quotes)");
    return true;
}

static void clear_alternative(struct alternative *a);

static bool set_ids(struct parser *p, int **id, int *n)
{
    struct alternative words = {0};
    bool ok = set_tokens(p, &words);
    *n = 0;
    *id = xcalloc((size_t)words.nodes + 1, sizeof **id);
    for (int k = 0; ok && k < words.nodes; k++)
        (*id)[(*n)++] = words.node[k].id;
    clear_alternative(&words);
    return ok;
}

static bool set_int(struct parser *p, long min, long max, int *out)
{
    int line = p->line;
    char *text = free_text(p);
    long v = 0;
    bool ok = num_parse_int(text, min, max, &v) ||
              complain(p, line, "expected a whole number from %ld to %ld, found \"%s\"", min, max, text);
    free(text);
    if (ok)
        *out = (int)v;
    return ok;
}

static bool key_title(struct parser *p)
{
    return set_text(p, &p->g->title);
}
static bool key_about(struct parser *p)
{
    return set_text(p, &p->g->about);
}
static bool key_start(struct parser *p)
{
    p->start_line = p->line;
    return set_text(p, &p->start);
}
static bool key_max(struct parser *p)
{
    return set_int(p, 2, LENGTH_MAX, &p->g->max);
}
static bool key_train(struct parser *p)
{
    return set_int(p, 1, SIZE_MAX_PART, &p->g->size[PART_TRAIN]);
}
static bool key_valid(struct parser *p)
{
    return set_int(p, 0, SIZE_MAX_PART, &p->g->size[PART_VALID]);
}
static bool key_test(struct parser *p)
{
    return set_int(p, 0, SIZE_MAX_PART, &p->g->size[PART_TEST]);
}
static bool key_novel(struct parser *p)
{
    return set_int(p, 0, SIZE_MAX_PART, &p->g->size[PART_NOVEL]);
}
static bool key_demo(struct parser *p)
{
    free(p->g->demo);
    return set_ids(p, &p->g->demo, &p->g->demo_n);
}

static bool key_tokens(struct parser *p)
{
    int line = p->line;
    char *text = free_text(p);
    p->g->characters = strcmp(text, "char") == 0;
    bool ok = p->g->characters || strcmp(text, "word") == 0 ||
              complain(p, line, "expected word or char, found \"%s\"", text);
    free(text);
    return ok;
}

static bool key_heavy(struct parser *p)
{
    int line = p->line;
    char *text = free_text(p);
    bool ok = (num_parse(text, &p->g->heavy) && p->g->heavy > 0 && p->g->heavy <= 1000) ||
              complain(p, line, "expected a weight above 0 and at most 1000, found \"%s\"", text);
    free(text);
    return ok;
}

static bool key_ban(struct parser *p)
{
    struct grammar *g = p->g;
    GROW(g->ban, g->bans);
    g->ban[g->bans] = (struct grammar_ban){0};
    return set_ids(p, &g->ban[g->bans].id, &g->ban[g->bans].n) && ++g->bans;
}

static bool key_measure(struct parser *p)
{
    int *id, n, line = p->line;
    bool ok = set_ids(p, &id, &n);
    if (ok && n < 2)
        ok = complain(p, line, "measure: needs at least two words, which are then each other's rivals");
    if (ok && ++p->groups > 255)
        ok = complain(p, line, "more than 255 measure: lines");
    for (int k = 0; ok && k < n; k++) {
        if (p->g->rival[id[k]])
            ok = complain(p, line, "\"%s\" is measured twice", p->g->word[id[k]]);
        p->g->rival[id[k]] = (unsigned char)p->groups;
    }
    free(id);
    return ok;
}

/* "feature gender: 4: F | M" */
static bool key_feature(struct parser *p)
{
    struct grammar_rules *r = p->g->rules;
    int line = p->line;
    skip_blanks(p);
    size_t n = bare_length(p->at);
    if (n < 2 || p->at[n - 1] != ':')
        return complain(p, line, "expected feature NAME: VALUE | VALUE …");
    if (find_feature(r, p->at, n - 1) >= 0)
        return complain(p, line, "feature %.*s is declared twice", (int)n - 1, p->at);
    GROW(r->feature, r->features);
    struct feature *f = &r->feature[r->features++];
    *f = (struct feature){.name = xstrndup(p->at, n - 1), .line = line};
    p->at += n;
    double sum = 0;
    do {
        GROW(f->value, f->values);
        GROW(f->weight, f->values);
        f->weight[f->values] = 1;
        skip_blanks(p);
        take_weight(p, &f->weight[f->values]);
        sum += f->weight[f->values];
        skip_blanks(p);
        n = bare_length(p->at);
        if (n == 0)
            return complain(p, line, "feature %s: expected a value", f->name);
        f->value[f->values++] = xstrndup(p->at, n);
        p->at += n;
        skip_blanks(p);
    } while (*p->at == '|' && p->at++);
    if (*p->at)
        return complain(p, line, "feature %s: expected | between values", f->name);
    return (sum > 0 && isfinite(sum)) || complain(p, line, "the weights of a feature must not all be 0");
}

enum pass { PASS_SHAPE, PASS_RULES, PASS_SETTINGS, PASS_ALL };

static const struct key {
    const char *name;
    bool (*read)(struct parser *p);
    enum pass pass;
    bool repeats;
} KEYS[] = {
    {"title:", key_title, PASS_SETTINGS, false},   {"about:", key_about, PASS_SETTINGS, false},
    {"tokens:", key_tokens, PASS_SHAPE, false},    {"feature", key_feature, PASS_SHAPE, true},
    {"start:", key_start, PASS_SETTINGS, false},   {"max:", key_max, PASS_SETTINGS, false},
    {"ban:", key_ban, PASS_SETTINGS, true},        {"measure:", key_measure, PASS_SETTINGS, true},
    {"heavy:", key_heavy, PASS_SETTINGS, false},   {"train:", key_train, PASS_SETTINGS, false},
    {"valid:", key_valid, PASS_SETTINGS, false},   {"test:", key_test, PASS_SETTINGS, false},
    {"novel:", key_novel, PASS_SETTINGS, false},   {"demo:", key_demo, PASS_SETTINGS, false},
};
enum { KEY_COUNT = sizeof KEYS / sizeof *KEYS };

static bool unknown_line(const struct parser *p, const char *word, size_t n)
{
    struct str known = {0};
    for (int k = 0; k < KEY_COUNT; k++)
        str_addf(&known, "%s%.*s", k ? ", " : "", (int)strcspn(KEYS[k].name, ":"), KEYS[k].name);
    if (word[n - 1] == ':')
        complain(p, p->line, "unknown key \"%.*s\"; known are %s", (int)n - 1, word, str_text(&known));
    else
        complain(p, p->line, "expected Name = … or a setting such as max: 26, found \"%.*s\"", (int)n, word);
    str_free(&known);
    return false;
}

/* One logical line in one pass. seen counts how often each key came. */
static bool read_line(struct parser *p, enum pass pass, int *seen)
{
    int line = p->line;
    const char *word = p->at;
    size_t n = bare_length(word);
    if (n == 0)
        return complain(p, line, "unexpected %c", *word);
    p->at += n;
    for (int k = 0; k < KEY_COUNT; k++)
        if (strlen(KEYS[k].name) == n && memcmp(KEYS[k].name, word, n) == 0) {
            if (KEYS[k].pass != pass)
                return true;
            if (seen[k]++ && !KEYS[k].repeats)
                return complain(p, line, "%.*s is given twice", (int)n, word);
            return KEYS[k].read(p);
        }
    skip_blanks(p);
    if (*p->at != '=')
        return unknown_line(p, word, n);
    if (pass != PASS_RULES)
        return true;
    p->at++;
    if (!is_upper(*word))
        return complain(p, line, "\"%.*s\": the name of a rule begins with an upper-case letter", (int)n, word);
    return parse_rule(p, word, n, line);
}

/* Splits text (changed: line ends of logical lines become NUL) and reads every logical line. */
static bool read_lines(struct parser *p, char *text, enum pass pass)
{
    int seen[KEY_COUNT] = {0}, line = 1;
    bool ok = true;
    for (char *from = text, *end; ok && *from; from = end) {
        int lines = 0;
        for (end = from; *end; ) {              /* to the first line that does not begin with a blank */
            lines += *end == '\n';
            if (*end++ == '\n' && *end != ' ' && *end != '\t')
                break;
        }
        char *stop = end > from && end[-1] == '\n' ? end - 1 : end, keep = *stop;
        *stop = 0;
        p->at = from;
        p->line = line;
        skip_blanks(p);
        if (*p->at)
            ok = read_line(p, pass, seen);
        *stop = keep;
        line += lines;
    }
    return ok;
}

/* ---- what only the whole tells ----------------------------------------------------------------------------------- */

typedef bool node_fn(struct parser *p, struct node *n, void *context);

static bool each_node(struct parser *p, struct choice *c, node_fn *visit, void *context)
{
    for (int a = 0; a < c->alts; a++)
        for (int k = 0; k < c->alt[a].nodes; k++) {
            struct node *n = &c->alt[a].node[k];
            if (n->kind == NODE_CHOICE ? !each_node(p, &n->choice, visit, context) : !visit(p, n, context))
                return false;
        }
    return true;
}

/* Name.feature: one rule for each value. */
static bool resolve_agreement(struct parser *p, struct node *n, int f, size_t base)
{
    struct grammar_rules *r = p->g->rules;
    const struct feature *feature = &r->feature[f];
    n->kind = NODE_AGREE;
    n->id = f;
    n->variant = xcalloc((size_t)feature->values, sizeof *n->variant);
    for (int v = 0; v < feature->values; v++) {
        struct str name = {0};
        str_addf(&name, "%.*s.%s", (int)base, n->name, feature->value[v]);
        n->variant[v] = find_rule(r, str_text(&name));
        if (n->variant[v] < 0)
            complain(p, n->line, "%s is not defined, and %s needs it", str_text(&name), n->name);
        str_free(&name);
        if (n->variant[v] < 0)
            return false;
    }
    return true;
}

static bool resolve(struct parser *p, struct node *n, void *context)
{
    (void)context;
    if (n->kind != NODE_RULE)
        return true;
    struct grammar_rules *r = p->g->rules;
    n->id = find_rule(r, n->name);
    if (n->id >= 0)
        return true;
    const char *dot = strrchr(n->name, '.');
    int f = dot ? find_feature(r, dot + 1, strlen(dot + 1)) : -1;
    if (f >= 0)
        return resolve_agreement(p, n, f, (size_t)(dot - n->name));
    return complain(p, n->line, "%s is not defined", n->name);
}

static int shortest_choice(const struct grammar_rules *r, const struct choice *c);

static int shortest_node(const struct grammar_rules *r, const struct node *n)
{
    int most = 0;
    switch (n->kind) {
    case NODE_WORD: return 1;
    case NODE_DRAW: return 0;
    case NODE_RULE: return r->rule[n->id].shortest;
    case NODE_CHOICE: return shortest_choice(r, &n->choice);
    case NODE_AGREE:              /* any value can be drawn: all have to end */
        for (int v = 0; v < r->feature[n->id].values; v++)
            most = r->rule[n->variant[v]].shortest > most ? r->rule[n->variant[v]].shortest : most;
    }
    return most;
}

static int shortest_choice(const struct grammar_rules *r, const struct choice *c)
{
    int best = NEVER;
    for (int a = 0; a < c->alts; a++) {
        if (c->weight[a] <= 0)
            continue;
        long sum = 0;
        for (int k = 0; k < c->alt[a].nodes && sum < LENGTH_MAX; k++) {
            int n = shortest_node(r, &c->alt[a].node[k]);
            sum = n == NEVER ? NEVER : sum + n;
        }
        if (sum <= LENGTH_MAX && sum < best)
            best = (int)sum;
    }
    return best;
}

static bool mark_used(struct parser *p, struct node *n, void *context);

static bool use_rule(struct parser *p, int k)
{
    struct rule *rule = &p->g->rules->rule[k];
    if (rule->used)
        return true;
    rule->used = true;
    return each_node(p, &rule->choice, mark_used, NULL);
}

static bool mark_used(struct parser *p, struct node *n, void *context)
{
    (void)context;
    const struct grammar_rules *r = p->g->rules;
    for (int v = 0; n->kind == NODE_AGREE && v < r->feature[n->id].values; v++)
        use_rule(p, n->variant[v]);
    return n->kind != NODE_RULE || use_rule(p, n->id);
}

static bool check_rules(struct parser *p)
{
    struct grammar_rules *r = p->g->rules;
    if (r->rules == 0)
        return err_set(p->e, p->g->source, NULL, "no rules: expected at least one line Name = …");
    for (int k = 0; k < r->rules; k++)
        r->rule[k].shortest = NEVER;
    for (int k = 0; k < r->rules; k++)
        if (!each_node(p, &r->rule[k].choice, resolve, NULL))
            return false;
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < r->rules; k++) {
            int n = shortest_choice(r, &r->rule[k].choice);
            changed = changed || n < r->rule[k].shortest;
            r->rule[k].shortest = n;
        }
    }
    for (int k = 0; k < r->rules; k++)
        if (r->rule[k].shortest == NEVER)
            return complain(p, r->rule[k].line, "%s never ends: every alternative leads back to it", r->rule[k].name);
    return true;
}

static bool check_start(struct parser *p)
{
    struct grammar *g = p->g;
    struct grammar_rules *r = g->rules;
    if (p->start && (r->start = find_rule(r, p->start)) < 0)
        return complain(p, p->start_line, "start: %s is not defined", p->start);
    const struct rule *start = &r->rule[r->start];
    use_rule(p, r->start);
    for (int k = 0; k < r->rules; k++)
        if (!r->rule[k].used)
            return complain(p, r->rule[k].line, "%s is never used", r->rule[k].name);
    if (start->shortest > g->max)
        return complain(p, start->line, "%s is at least %d tokens long, longer than max: %d", start->name,
                        start->shortest, g->max);
    if (g->words < 2)
        return complain(p, start->line, "a grammar of %d word; at least 2 are needed to predict anything", g->words);
    return true;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path, *dot = strrchr(from, '.');
    return xstrndup(from, dot && dot > from ? (size_t)(dot - from) : strlen(from));
}

/* Clean text or a complaint: UTF-8 without NULs; line ends become \n, a byte order mark goes. */
static char *clean_text(const char *text, size_t len, const char *source, struct err *e)
{
    size_t bad = 0, line = 1;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    const char *nul = memchr(text, 0, len);
    if (nul || !utf8_valid(text, len, &bad)) {
        for (size_t k = 0; k < (nul ? (size_t)(nul - text) : bad); k++)
            line += text[k] == '\n';
        err_set(e, source, NULL, "line %zu is not text (%s)", line, nul ? "a NUL byte" : "not UTF-8");
        return NULL;
    }
    char *copy = xcalloc(len + 1, 1), *to = copy;
    for (size_t k = 0; k < len; k++)
        if (text[k] != '\r')
            *to++ = text[k];
    return copy;
}

struct grammar *grammar_parse(const char *text, size_t len, const char *source, struct err *e)
{
    char *copy = clean_text(text, len, source, e);
    if (!copy)
        return NULL;
    struct grammar *g = xcalloc(1, sizeof *g);
    g->source = xstrdup(source);
    g->title = base_name(source);
    g->about = xstrdup("");
    g->rules = xcalloc(1, sizeof *g->rules);
    g->max = 100;
    g->heavy = 1;
    memcpy(g->size, (int[PART_COUNT]){4000, 400, 400, 0}, sizeof g->size);
    struct parser p = {.g = g, .e = e};
    bool ok = read_lines(&p, copy, PASS_SHAPE) && read_lines(&p, copy, PASS_RULES) && check_rules(&p);
    g->rival = xcalloc((size_t)g->words + 1, 1);
    p.known_words = true;
    ok = ok && read_lines(&p, copy, PASS_SETTINGS) && check_start(&p);
    free(p.start);
    free(copy);
    if (ok && g->rules->features) {
        g->values = g->rules->feature[0].values;
        g->value = (const char *const *)g->rules->feature[0].value;
    }
    if (ok)
        return g;
    grammar_free(g);
    return NULL;
}

struct grammar *grammar_read(const char *path, struct err *e)
{
    char *text;
    size_t len;
    if (!file_read(path, &text, &len, e))
        return NULL;
    struct grammar *g = grammar_parse(text, len, file_shown(path), e);
    free(text);
    return g;
}

static void clear_choice(struct choice *c);

static void clear_alternative(struct alternative *a)
{
    for (int k = 0; k < a->nodes; k++) {
        free(a->node[k].name);
        free(a->node[k].variant);
        clear_choice(&a->node[k].choice);
    }
    free(a->node);
}

static void clear_choice(struct choice *c)
{
    for (int k = 0; k < c->alts; k++)
        clear_alternative(&c->alt[k]);
    free(c->alt);
    free(c->weight);
}

static void free_rules(struct grammar_rules *r)
{
    for (int k = 0; k < r->rules; k++) {
        free(r->rule[k].name);
        clear_choice(&r->rule[k].choice);
    }
    for (int k = 0; k < r->features; k++) {
        for (int v = 0; v < r->feature[k].values; v++)
            free(r->feature[k].value[v]);
        free(r->feature[k].value);
        free(r->feature[k].weight);
        free(r->feature[k].name);
    }
    free(r->rule);
    free(r->feature);
    free(r);
}

void grammar_free(struct grammar *g)
{
    if (!g)
        return;
    free_rules(g->rules);
    for (int k = 0; k < g->words; k++)
        free(g->word[k]);
    for (int k = 0; k < g->bans; k++)
        free(g->ban[k].id);
    free(g->word);
    free(g->rival);
    free(g->ban);
    free(g->demo);
    free(g->source);
    free(g->title);
    free(g->about);
    free(g);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* A draw of a feature that is in force: which value, and which token gave it away first. */
struct scope {
    int value, cue;
};
struct drawing {
    const struct grammar *g;
    struct rng *r;
    struct grammar_sentence *out;
    struct scope *scope;          /* [features] */
    int depth, nodes;
};

static bool emit(struct drawing *d, int id)
{
    struct grammar_sentence *s = d->out;
    if (s->n == d->g->max)
        return false;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->id = xrealloc(s->id, (size_t)s->room, sizeof *s->id);
        s->cue = xrealloc(s->cue, (size_t)s->room, sizeof *s->cue);
        s->value = xrealloc(s->value, (size_t)s->room, sizeof *s->value);
        s->measured = xrealloc(s->measured, (size_t)s->room, 1);
    }
    s->id[s->n] = id;
    s->cue[s->n] = s->value[s->n] = -1;
    s->measured[s->n++] = d->g->rival[id] != 0;
    return true;
}

static bool draw_choice(struct drawing *d, const struct choice *c);

static void new_value(struct drawing *d, int feature)
{
    const struct feature *f = &d->g->rules->feature[feature];
    d->scope[feature] = (struct scope){rng_weighted(d->r, f->weight, f->values), -1};
}

static bool draw_agreement(struct drawing *d, const struct node *n)
{
    struct scope *s = &d->scope[n->id];
    int from = d->out->n;
    if (s->value < 0)             /* nothing was drawn in any rule around: now is the first need */
        new_value(d, n->id);
    if (!draw_choice(d, &d->g->rules->rule[n->variant[s->value]].choice))
        return false;
    for (int k = from; k < d->out->n; k++) {
        d->out->cue[k] = s->cue;
        d->out->value[k] = s->value;
        d->out->measured[k] = d->out->measured[k] && s->cue >= 0;
    }
    if (s->cue < 0 && d->out->n > from)
        s->cue = d->out->n - 1;
    return true;
}

static bool draw_node(struct drawing *d, const struct node *n)
{
    const struct grammar_rules *r = d->g->rules;
    switch (n->kind) {
    case NODE_WORD: return emit(d, n->id);
    case NODE_RULE: return draw_choice(d, &r->rule[n->id].choice);
    case NODE_AGREE: return draw_agreement(d, n);
    case NODE_CHOICE: return draw_choice(d, &n->choice);
    case NODE_DRAW: break;        /* draw_nodes */
    }
    return true;
}

/* The nodes from `from` on. A draw holds for those after it, and what was in force comes back at the end. */
static bool draw_nodes(struct drawing *d, const struct alternative *a, int from)
{
    for (int k = from; k < a->nodes; k++) {
        if (a->node[k].kind == NODE_DRAW) {
            int f = a->node[k].id;
            struct scope outer = d->scope[f];
            new_value(d, f);
            bool ok = draw_nodes(d, a, k + 1);
            d->scope[f] = outer;
            return ok;
        }
        if (!draw_node(d, &a->node[k]))
            return false;
    }
    return true;
}

static bool draw_choice(struct drawing *d, const struct choice *c)
{
    if (++d->depth > DRAW_DEPTH || ++d->nodes > DRAW_NODES)
        return false;
    int a = c->alts == 1 ? 0 : rng_weighted(d->r, c->weight, c->alts);
    bool ok = draw_nodes(d, &c->alt[a], 0);
    d->depth--;
    return ok;
}

bool grammar_draw(const struct grammar *g, struct rng *r, struct grammar_sentence *out)
{
    int features = g->rules->features;
    struct scope *scope = xcalloc((size_t)features + 1, sizeof *scope);
    bool ok = false;
    for (int tries = 0; !ok && tries < DRAW_ATTEMPTS; tries++) {
        struct drawing d = {.g = g, .r = r, .out = out, .scope = scope};
        for (int f = 0; f < features; f++)
            scope[f] = (struct scope){-1, -1};
        out->n = 0;
        ok = draw_choice(&d, &g->rules->rule[g->rules->start].choice) && out->n >= 2;
    }
    free(scope);
    return ok;
}

bool grammar_banned(const struct grammar *g, const struct grammar_sentence *s)
{
    for (int b = 0; b < g->bans; b++)
        for (int k = 0; k + g->ban[b].n <= s->n; k++)
            if (memcmp(s->id + k, g->ban[b].id, (size_t)g->ban[b].n * sizeof *s->id) == 0)
                return true;
    return false;
}

void grammar_sentence_clear(struct grammar_sentence *s)
{
    free(s->id);
    free(s->cue);
    free(s->value);
    free(s->measured);
    *s = (struct grammar_sentence){0};
}
