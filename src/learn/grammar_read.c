/* grammar_read.c: the text of a grammar file becomes rules and settings. Recursive descent over one logical line at
 * a time; see grammar.h for the language. The lines are read in three passes (how tokens are made and what can
 * agree; the rules; the settings that name words), so that their order in the file does not matter; then comes what
 * only the whole tells. */
#include "learn/grammar_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

enum { FILE_MAX = 4 << 20, WORD_MAX = 1024, NEST_MAX = 50, RULES_MAX = 2000, PART_MAX = 1000000 };

#define GROW(array, n) ((array) = xrealloc((array), (size_t)(n) + 1, sizeof *(array)))

/* ---- words ------------------------------------------------------------------------------------------------------- */

static int intern(struct grammar *g, const char *s, size_t n)
{
    int k = lexicon_add(&g->rules->words, s, n);
    if (k == g->words) {
        GROW(g->word, g->words);
        g->word[g->words++] = xstrndup(s, n);
    }
    return k;
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
    int id = p->known_words ? lexicon_find(&p->g->rules->words, s, n) : intern(p->g, s, n);
    if (id < 0)
        return grammar_complain(p, p->line, "\"%.*s\" is in no rule", (int)n, s);
    return add_node(a, (struct node){.kind = NODE_WORD, .line = p->line, .id = id});
}

/* One word of the file: one token, or one per character. */
static bool add_word(struct parser *p, struct alternative *a, const char *s, size_t n)
{
    if (n == 0)
        return grammar_complain(p, p->line, "an empty word; _ stands for nothing");
    if (n > WORD_MAX)
        return grammar_complain(p, p->line, "a word of %zu bytes; at most %d", n, WORD_MAX);
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
        return grammar_complain(p, p->line, "{ without }");
    const char *name = p->at + 1;
    size_t n = (size_t)(end - name);
    int f = grammar_find_feature(p->g->rules, name, n), c = grammar_find_count(p->g->rules, name, n);
    if (c >= 0) {
        p->at = end + 1;
        return add_node(a, (struct node){.kind = NODE_COUNT, .line = p->line, .id = c});
    }
    if (f < 0)
        return grammar_complain(p, p->line, "{%.*s}: no such feature; declare it above with \"feature %.*s: …\"",
                                (int)n, name, (int)n, name);
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
        return grammar_complain(p, line, "a probability in [ ] is more than 0%% and at most 100%%, found %g%%",
                                percent);
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
        return grammar_complain(p, p->line, "brackets nested more than %d deep", NEST_MAX);
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
        return grammar_complain(p, p->line, "a quote that does not end on its line");
    return add_word(p, a, from, (size_t)(p->at++ - from));
}

static bool add_bare(struct parser *p, struct alternative *a, const char *from, size_t n);

/* "a*n": the count that the word ends with, or -1; *n becomes the length of what is repeated. */
static int take_count(const struct parser *p, const char *from, size_t *n)
{
    size_t star = *n;
    while (star > 0 && from[star - 1] != '*')
        star--;
    int c = star > 1 ? grammar_find_count(p->g->rules, from + star, *n - star) : -1;
    *n = c < 0 ? *n : star - 1;
    return c;
}

static bool parse_bare(struct parser *p, struct alternative *a)
{
    size_t n = bare_length(p->at);
    const char *from = p->at;
    p->at += n;
    int count = take_count(p, from, &n);
    if (count < 0)
        return add_bare(p, a, from, n);
    struct choice once = {.alt = xcalloc(1, sizeof *once.alt), .weight = xcalloc(1, sizeof *once.weight), .alts = 1};
    once.weight[0] = 1;
    bool ok = add_bare(p, &once.alt[0], from, n);
    add_node(a, (struct node){.kind = NODE_REPEAT, .line = p->line, .id = count, .choice = once});
    return ok;
}

static bool add_bare(struct parser *p, struct alternative *a, const char *from, size_t n)
{
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
                  : is_special(c)      ? grammar_complain(p, p->line, "unexpected %c", c)
                                       : parse_bare(p, a);
        if (!ok)
            return false;
    }
    return any || grammar_complain(p, p->line, "an empty alternative; _ stands for nothing");
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
        return grammar_complain(p, line, "%c without %c", closing == ')' ? '(' : '[', closing);
    if (closing)
        p->at++;
    return (sum > 0 && isfinite(sum)) || grammar_complain(p, line, "the weights of a choice must not all be 0");
}

static bool parse_rule(struct parser *p, const char *name, size_t n, int line)
{
    struct grammar_rules *r = p->g->rules;
    int before = lexicon_find(&r->names, name, n);
    if (before >= 0)
        return grammar_complain(p, line, "%.*s is defined twice (first on line %d)", (int)n, name,
                                r->rule[before].line);
    if (r->rules == RULES_MAX)
        return grammar_complain(p, line, "more than %d rules", RULES_MAX);
    lexicon_add(&r->names, name, n);
    GROW(r->rule, r->rules);
    r->rule[r->rules] = (struct rule){.name = xstrndup(name, n), .line = line};
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
        return grammar_complain(p, line, "expected words");
    if (!parse_alternative(p, words, 0))
        return false;
    if (*p->at)
        return grammar_complain(p, line, "expected words, found |");
    for (int k = 0; k < words->nodes; k++)
        if (words->node[k].kind != NODE_WORD)
            return grammar_complain(
                p, line, "expected words only (a word that begins with an upper-case letter goes in quotes)");
    return true;
}

static bool set_ids(struct parser *p, int **id, int *n)
{
    struct alternative words = {0};
    bool ok = set_tokens(p, &words);
    *n = 0;
    *id = xcalloc((size_t)words.nodes + 1, sizeof **id);
    for (int k = 0; ok && k < words.nodes; k++)
        (*id)[(*n)++] = words.node[k].id;
    grammar_clear_alternative(&words);
    return ok;
}

static bool set_int(struct parser *p, long min, long max, int *out)
{
    int line = p->line;
    char *text = free_text(p);
    long v = 0;
    bool ok = num_parse_int(text, min, max, &v) ||
              grammar_complain(p, line, "expected a whole number from %ld to %ld, found \"%s\"", min, max, text);
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
    return set_int(p, 1, PART_MAX, &p->g->size[PART_TRAIN]);
}
static bool key_valid(struct parser *p)
{
    return set_int(p, 0, PART_MAX, &p->g->size[PART_VALID]);
}
static bool key_test(struct parser *p)
{
    return set_int(p, 0, PART_MAX, &p->g->size[PART_TEST]);
}
static bool key_novel(struct parser *p)
{
    return set_int(p, 0, PART_MAX, &p->g->size[PART_NOVEL]);
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
              grammar_complain(p, line, "expected word or char, found \"%s\"", text);
    free(text);
    return ok;
}

static bool key_heavy(struct parser *p)
{
    int line = p->line;
    char *text = free_text(p);
    bool ok = (num_parse(text, &p->g->heavy) && p->g->heavy > 0 && p->g->heavy <= 1000) ||
              grammar_complain(p, line, "expected a weight above 0 and at most 1000, found \"%s\"", text);
    free(text);
    return ok;
}

static bool key_ban(struct parser *p)
{
    struct grammar *g = p->g;
    GROW(g->ban, g->bans);
    g->ban[g->bans] = (struct grammar_ban){0};
    struct grammar_ban *b = &g->ban[g->bans++];
    return set_ids(p, &b->id, &b->n);
}

static bool key_measure(struct parser *p)
{
    int *id, n, line = p->line;
    bool ok = set_ids(p, &id, &n);
    if (ok && n < 2)
        ok = grammar_complain(p, line, "measure: needs at least two words, which are then each other's rivals");
    if (ok && ++p->groups > 255)
        ok = grammar_complain(p, line, "more than 255 measure: lines");
    for (int k = 0; ok && k < n; k++) {
        if (p->g->rival[id[k]])
            ok = grammar_complain(p, line, "\"%s\" is measured twice", p->g->word[id[k]]);
        p->g->rival[id[k]] = (unsigned char)p->groups;
    }
    free(id);
    return ok;
}

static bool key_group(struct parser *p)
{
    int line = p->line;
    char *text = free_text(p);
    bool ok = grammar_add_group(p, line, text);
    free(text);
    return ok;
}

static bool key_pair(struct parser *p)
{
    int *id, n, line = p->line;
    bool ok = set_ids(p, &id, &n);
    if (ok && (n != 2 || id[0] == id[1]))
        ok = grammar_complain(p, line, "pair: needs two different words");
    if (ok)
        memcpy(p->g->pair, id, sizeof p->g->pair);
    p->pair_line = line;
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
        return grammar_complain(p, line, "expected feature NAME: VALUE | VALUE …");
    if (grammar_find_feature(r, p->at, n - 1) >= 0)
        return grammar_complain(p, line, "feature %.*s is declared twice", (int)n - 1, p->at);
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
            return grammar_complain(p, line, "feature %s: expected a value", f->name);
        f->value[f->values++] = xstrndup(p->at, n);
        p->at += n;
        skip_blanks(p);
    } while (*p->at == '|' && p->at++);
    if (*p->at)
        return grammar_complain(p, line, "feature %s: expected | between values", f->name);
    return (sum > 0 && isfinite(sum)) || grammar_complain(p, line, "the weights of a feature must not all be 0");
}

/* "31-50": a range of a count. */
static bool take_range(const char *text, size_t n, int *low, int *high)
{
    char buf[32];
    long a, b;
    if (n >= sizeof buf)
        return false;
    memcpy(buf, text, n);
    buf[n] = 0;
    char *dash = strchr(buf, '-');
    if (dash)
        *dash = 0;
    if (!num_parse_int(buf, 1, COUNT_MAX, &a) || !num_parse_int(dash ? dash + 1 : buf, a, COUNT_MAX, &b))
        return false;
    *low = (int)a;
    *high = (int)b;
    return true;
}

/* One of the ranges of a count line: "1-30" for all parts, "valid 31-50" for one. */
static bool set_range(struct parser *p, int line, struct count *c, const char *text, size_t n, bool first)
{
    static const char *const name[PART_COUNT] = {"train", "valid", "test", "novel"};
    int from = 0, to = PART_COUNT, low, high;
    for (int k = 0; k < PART_COUNT && !first; k++)
        if (n > strlen(name[k]) && memcmp(text, name[k], strlen(name[k])) == 0 && text[strlen(name[k])] == ' ') {
            text += strlen(name[k]) + 1;
            n -= strlen(name[k]) + 1;
            from = k, to = k + 1;
        }
    if ((!first && to == PART_COUNT && from == 0) || !take_range(text, n, &low, &high))
        return grammar_complain(p, line, "count %s: expected %s such as %s with numbers from 1 to %d, found \"%.*s\"",
                                c->name, first ? "a range" : "a part and its range", first ? "1-30" : "valid 31-50",
                                COUNT_MAX, (int)n, text);
    for (int k = from; k < to; k++) {
        c->low[k] = low;
        c->high[k] = high;
    }
    return true;
}

/* "count n: 1-30, valid 31-50, test 51-90" */
static bool key_count(struct parser *p)
{
    struct grammar_rules *r = p->g->rules;
    int line = p->line;
    char *text = free_text(p);
    size_t n = strcspn(text, ":");
    bool ok = (n > 0 && text[n] == ':' && text[n + 1] == ' ' && strcspn(text, " ") > n)
              || grammar_complain(p, line, "expected count NAME: 1-30, valid 31-50, test 51-90");
    ok = ok && ((grammar_find_count(r, text, n) < 0 && grammar_find_feature(r, text, n) < 0)
                || grammar_complain(p, line, "count %.*s is declared twice", (int)n, text));
    if (ok) {
        GROW(r->count, r->counts);
        r->count[r->counts++] = (struct count){.name = xstrndup(text, n)};
        p->g->counts = r->counts;
        const char *at = text + n + 2;
        for (bool first = true; ok && *at; first = false) {
            size_t len = strcspn(at, ",");
            ok = set_range(p, line, &r->count[r->counts - 1], at, len, first);
            at += len + (at[len] == ',') + (at[len] && at[len + 1] == ' ');
        }
    }
    free(text);
    return ok;
}

/* One pass over the logical lines reads the lines that belong to it. */
enum grammar_pass { PASS_SHAPE, PASS_RULES, PASS_SETTINGS };

static const struct key {
    const char *name;
    bool (*read)(struct parser *p);
    enum grammar_pass pass;
    bool repeats;
} KEYS[] = {
    {"title:", key_title, PASS_SETTINGS, false},   {"about:", key_about, PASS_SETTINGS, false},
    {"tokens:", key_tokens, PASS_SHAPE, false},    {"feature", key_feature, PASS_SHAPE, true},
    {"start:", key_start, PASS_SETTINGS, false},   {"max:", key_max, PASS_SETTINGS, false},
    {"ban:", key_ban, PASS_SETTINGS, true},        {"measure:", key_measure, PASS_SETTINGS, true},
    {"heavy:", key_heavy, PASS_SETTINGS, false},   {"train:", key_train, PASS_SETTINGS, false},
    {"valid:", key_valid, PASS_SETTINGS, false},   {"test:", key_test, PASS_SETTINGS, false},
    {"novel:", key_novel, PASS_SETTINGS, false},   {"demo:", key_demo, PASS_SETTINGS, false},
    {"pair:", key_pair, PASS_SETTINGS, false},     {"group:", key_group, PASS_SETTINGS, true},
    {"count", key_count, PASS_SHAPE, true},
};
enum { KEY_COUNT = sizeof KEYS / sizeof *KEYS };

static bool unknown_line(const struct parser *p, int line, const char *word, size_t n)
{
    struct str known = {0};
    for (int k = 0; k < KEY_COUNT; k++)
        str_addf(&known, "%s%.*s", k ? ", " : "", (int)strcspn(KEYS[k].name, ":"), KEYS[k].name);
    if (word[n - 1] == ':')
        grammar_complain(p, line, "unknown key \"%.*s\"; known are %s", (int)n - 1, word, str_text(&known));
    else
        grammar_complain(p, line, "expected Name = … or a setting such as max: 26, found \"%.*s\"", (int)n, word);
    str_free(&known);
    return false;
}

/* One logical line in one pass. seen counts how often each key came. */
static bool read_line(struct parser *p, enum grammar_pass pass, int *seen)
{
    int line = p->line;
    const char *word = p->at;
    size_t n = bare_length(word);
    if (n == 0)
        return grammar_complain(p, line, "unexpected %c", *word);
    p->at += n;
    for (int k = 0; k < KEY_COUNT; k++)
        if (strlen(KEYS[k].name) == n && memcmp(KEYS[k].name, word, n) == 0) {
            if (KEYS[k].pass != pass)
                return true;
            if (seen[k]++ && !KEYS[k].repeats)
                return grammar_complain(p, line, "%.*s is given twice", (int)n, word);
            return KEYS[k].read(p);
        }
    skip_blanks(p);
    if (*p->at != '=')
        return unknown_line(p, line, word, n);
    if (pass != PASS_RULES)
        return true;
    p->at++;
    if (!is_upper(*word))
        return grammar_complain(p, line, "\"%.*s\": the name of a rule begins with an upper-case letter", (int)n, word);
    return parse_rule(p, word, n, line);
}

/* Reads every logical line of text, which comes back unchanged. */
static bool read_lines(struct parser *p, char *text, enum grammar_pass pass)
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
        char *stop = end[-1] == '\n' ? end - 1 : end, keep = *stop;
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

/* ---- the whole file ---------------------------------------------------------------------------------------------- */

static char *bare_name(const char *path)
{
    const char *from = file_base(path), *dot = strrchr(from, '.');
    return xstrndup(from, dot && dot > from ? (size_t)(dot - from) : strlen(from));
}

/* Clean text or a complaint: UTF-8 without NULs; line ends become \n, a byte order mark goes. */
static char *clean_text(const char *text, size_t len, const char *source, struct err *e)
{
    size_t bad = 0, line = 1;
    if (len > FILE_MAX) {
        err_set(e, source, NULL, "a grammar of %zu bytes; at most %d", len, FILE_MAX);
        return NULL;
    }
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
    g->title = bare_name(source);
    g->about = xstrdup("");
    g->rules = xcalloc(1, sizeof *g->rules);
    g->pair[0] = g->pair[1] = -1;
    g->max = 100;
    g->heavy = 1;
    memcpy(g->size, (int[PART_COUNT]){4000, 400, 400, 0}, sizeof g->size);
    struct parser p = {.g = g, .e = e};
    bool ok = read_lines(&p, copy, PASS_SHAPE) && read_lines(&p, copy, PASS_RULES) && grammar_check_rules(&p);
    g->rival = xcalloc((size_t)g->words + 1, 1);
    grammar_begin_groups(g);
    p.known_words = true;
    ok = ok && read_lines(&p, copy, PASS_SETTINGS) && grammar_check_pair(&p) &&
         grammar_check_start(&p);
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
