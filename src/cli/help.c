/* help.c: what --help prints, from the option table: a first page that fits a small terminal, a page a topic, or all
 * of it. Nothing is wider than 80 columns. */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/cli.h"

enum { WIDTH = 80, COLUMN = 28 };

/* text from column `at` on, broken between words; the lines after the first begin there too. */
static void add_wrapped(struct str *out, const char *text, int at)
{
    int x = at;
    for (const char *p = text; *p;) {
        int n = (int)strcspn(p, " ");
        if (x > at && x + 1 + n > WIDTH) {
            str_addf(out, "\n%*s", at, "");
            x = at;
        } else if (x > at) {
            str_addc(out, ' ');
            x++;
        }
        str_addn(out, p, (size_t)n);
        x += n;
        p += n;
        p += strspn(p, " ");
    }
    str_addc(out, '\n');
}

static void add_option(struct str *out, const struct cli_option *c)
{
    char left[64];
    snprintf(left, sizeof left, "  %c%c%s --%s%s%s", c->letter ? '-' : ' ', c->letter ? c->letter : ' ',
             c->letter ? "," : " ", c->name, c->argument ? " " : "", c->argument ? c->argument : "");
    if (strlen(left) < COLUMN)
        str_addf(out, "%-*s", COLUMN, left);
    else
        str_addf(out, "%s\n%*s", left, COLUMN, "");
    add_wrapped(out, c->help, COLUMN);
}

static int topic_end(int topic)
{
    return topic + 1 < cli_topic_count ? cli_topics[topic + 1].first : cli_option_count;
}

static void add_topic(struct str *out, int topic)
{
    str_addf(out, "%s: %s\n", cli_topics[topic].name, cli_topics[topic].about);
    for (int k = cli_topics[topic].first; k < topic_end(topic); k++)
        add_option(out, &cli_options[k]);
}

static void add_usage(struct str *out)
{
    str_add(out, "usage: flstm-tui [OPTION]... [MODEL]\n\n");
    add_wrapped(out,
                "See inside an LSTM: step through a sentence, watch its gates keep and forget, pin a value and see "
                "what follows. MODEL is a file or a built-in one; without it: \"She came out and played with her "
                "dog\". - reads standard input.", 0);
    str_addc(out, '\n');
}

static void add_first_page(struct str *out)
{
    static const char *const first[] = {"text", "scenario", "set", "view", "theme", "print", "inspect", "train",
                                        "list"};
    add_usage(out);
    for (size_t k = 0; k < sizeof first / sizeof *first; k++)
        for (int j = 0; j < cli_option_count; j++)
            if (strcmp(cli_options[j].name, first[k]) == 0)
                add_option(out, &cli_options[j]);
    struct str more = {0};
    str_add(&more, "More: flstm-tui --help TOPIC, of");
    for (int k = 0; k < cli_topic_count; k++)
        str_addf(&more, " %s,", cli_topics[k].name);
    str_add(&more, " or all. Inside, ? shows the keys. The manual is flstm-tui(1).");
    str_addc(out, '\n');
    add_wrapped(out, str_text(&more), 0);
    str_free(&more);
}

static void add_everything(struct str *out)
{
    add_usage(out);
    for (int k = 0; k < cli_topic_count; k++) {
        add_topic(out, k);
        str_addc(out, '\n');
    }
    add_wrapped(out,
                "Exit status: 0 fine, 1 the input or the run failed, 2 the command line cannot be understood, 3 "
                "--check or --against found a difference.", 0);
    str_add(out, "Inside, ? shows the keys. The manual is flstm-tui(1).\n");
}

static bool no_topic(const char *topic, struct err *e)
{
    struct str names = {0};
    char near[64];
    str_add(&names, "all");
    for (int k = 0; k < cli_topic_count; k++)
        str_addf(&names, " %s", cli_topics[k].name);
    bool like = suggest_among(topic, str_text(&names), near, sizeof near);
    err_set(e, "--help", NULL, "expected an option or one of %s, found \"%s\"%s%s%s", str_text(&names), topic,
            like ? "; did you mean " : "", like ? near : "", like ? "?" : "");
    str_free(&names);
    return false;
}

bool cli_help(const char *topic, struct str *out, struct err *e)
{
    if (!topic)
        return add_first_page(out), true;
    if (strcmp(topic, "all") == 0)
        return add_everything(out), true;
    for (int k = 0; k < cli_topic_count; k++)
        if (strcmp(cli_topics[k].name, topic) == 0)
            return add_topic(out, k), true;
    for (int k = 0; k < cli_option_count; k++)
        if (strcmp(cli_options[k].name, topic) == 0)
            return add_option(out, &cli_options[k]), true;
    return no_topic(topic, e);
}
