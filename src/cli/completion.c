/* completion.c: what the shells complete, from the option table: options, their values, and the names of models, views,
 * themes, scenarios and lessons, which the program itself lists when it is asked. */
#include <string.h>

#include "cli/cli.h"

/* What stands behind an option; filled once, whatever the shell. */
struct taken {
    bool any;                     /* there is one */
    bool may;                     /* it can be left out */
    bool file;                    /* a file is one */
    char list[32];                /* names that --list prints; "" for none */
    struct str words;             /* or these, blanks between */
};

static struct taken value_of(const struct cli_option *c)
{
    struct taken v = {.any = c->argument != NULL};
    const char *choices = c->choices;
    v.may = v.any && *c->argument == '[';
    v.file = v.any && (strstr(c->argument, "FILE") || (choices && strcmp(choices, "<file>") == 0));
    if (choices && strcmp(choices, "<topics>") == 0) {
        str_add(&v.words, "all");
        for (int k = 0; k < cli_topic_count; k++)
            str_addf(&v.words, " %s", cli_topics[k].name);
    } else if (choices && *choices != '<') {
        str_add(&v.words, choices);
    } else if (choices && strcmp(choices, "<file>") != 0) {
        memcpy(v.list, choices + 1, strlen(choices) - 2);
    }
    return v;
}

/* ---- bash -------------------------------------------------------------------------------------------------------- */

/* "--theme=ok" is three words to bash; what is to be completed is the one behind the "=". Only where files are offered
 * does readline treat what is there as files: else a folder would take a "/" behind a name. */
static const char bash_head[] =
    "# bash completion for flstm-tui, made by flstm-tui --completion bash\n"
    "_flstm_tui_names() { \"$1\" --list \"$2\" 2>/dev/null | cut -d' ' -f1; }\n"
    "_flstm_tui_files()\n{\n"
    "    local IFS=$'\\n'\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    COMPREPLY+=($(compgen -f -- \"$cur\"))\n}\n"
    "_flstm_tui()\n{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) prev\n"
    "    [[ $cur == = ]] && cur=\n"
    "    [[ ${COMP_WORDS[at]} == = && $at -gt 0 ]] && at=$((at - 1))\n"
    "    prev=${COMP_WORDS[at]}\n"
    "    COMPREPLY=()\n"
    "    case $prev in\n";

static void bash_value(struct str *out, const struct taken *v)
{
    if (*v->list)
        str_addf(out, "COMPREPLY=($(compgen -W \"$(_flstm_tui_names \"$1\" %s)\" -- \"$cur\")); ", v->list);
    else if (v->words.len)
        str_addf(out, "COMPREPLY=($(compgen -W \"%s\" -- \"$cur\")); ", str_text(&v->words));
    if (v->file)
        str_add(out, *v->list ? "[[ ${#COMPREPLY[@]} -eq 0 || $cur == */* ]] && _flstm_tui_files; "
                              : "_flstm_tui_files; ");
}

static void bash(struct str *out)
{
    str_add(out, bash_head);
    for (int k = 0; k < cli_option_count; k++) {
        const struct cli_option *c = &cli_options[k];
        struct taken v = value_of(c);
        if (v.any) {
            str_add(out, "    ");
            if (c->letter)
                str_addf(out, "-%c|", c->letter);
            str_addf(out, "--%s) ", c->name);
            bash_value(out, &v);
            if (v.may)
                str_add(out, "[[ $cur != -* ]] && ");
            str_add(out, "return ;;\n");
        }
        str_free(&v.words);
    }
    str_add(out, "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W \"");
    for (int k = 0; k < cli_option_count; k++)
        str_addf(out, "%s--%s", k ? " " : "", cli_options[k].name);
    str_add(out, "\" -- \"$cur\"))\n    else\n"
                 "        COMPREPLY=($(compgen -W \"$(_flstm_tui_names \"$1\" models)\" -- \"$cur\"))\n"
                 "        _flstm_tui_files\n    fi\n}\n"
                 "complete -F _flstm_tui flstm-tui\n");
}

/* ---- zsh --------------------------------------------------------------------------------------------------------- */

/* Single quotes, and ':' and brackets, mean something in a zsh spec. */
static void zsh_text(struct str *out, const char *s)
{
    for (; *s; s++)
        if (*s == '\'')
            str_add(out, "'\\''");
        else if (strchr("[]:\\", *s))
            str_addf(out, "\\%c", *s);
        else
            str_addc(out, *s);
}

/* What is listed comes with its description: "NAME  text" becomes NAME:text. */
static const char zsh_head[] =
    "#compdef flstm-tui\n# zsh completion for flstm-tui, made by flstm-tui --completion zsh\n"
    "_flstm_tui_list() {\n"
    "    local -a names\n"
    "    names=(${${(f)\"$(${words[1]:-flstm-tui} --list $1 2>/dev/null)\"}/(#m)[[:space:]]##/:})\n"
    "    _describe -t $1 $1 names\n"
    "}\n"
    "_flstm_tui() {\n"
    "    setopt local_options extended_glob\n"
    "    _arguments -s -S \\\n";

static void zsh_value(struct str *out, const struct taken *v)
{
    if (*v->list)
        str_addf(out, v->file ? "{_flstm_tui_list %s; _files}" : "{_flstm_tui_list %s}", v->list);
    else if (v->words.len)
        str_addf(out, "(%s)", str_text(&v->words));
    else
        str_add(out, v->file ? "_files" : " ");
}

static void zsh_option(struct str *out, const struct cli_option *c, bool letter)
{
    struct taken v = value_of(c);
    str_add(out, "    '");
    if (strcmp(c->name, "set") == 0)
        str_addc(out, '*');
    if (letter)
        str_addf(out, "-%c", c->letter);
    else
        str_addf(out, "--%s%s", c->name, v.any && !v.may ? "=" : "");
    str_addc(out, '[');
    zsh_text(out, c->help);
    str_addc(out, ']');
    if (v.any) {
        str_add(out, v.may ? "::" : ":");
        zsh_text(out, c->argument);
        str_addc(out, ':');
        zsh_value(out, &v);
    }
    str_add(out, "' \\\n");
    str_free(&v.words);
}

static void zsh(struct str *out)
{
    str_add(out, zsh_head);
    for (int k = 0; k < cli_option_count; k++)
        for (int form = 0; form < (cli_options[k].letter ? 2 : 1); form++)
            zsh_option(out, &cli_options[k], form);
    str_add(out, "    '::MODEL:{_flstm_tui_list models; _files}'\n}\n_flstm_tui \"$@\"\n");
}

/* ---- fish -------------------------------------------------------------------------------------------------------- */

static void fish_text(struct str *out, const char *s)
{
    str_addc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            str_addc(out, '\\');
        str_addc(out, *s);
    }
    str_addc(out, '\'');
}

static const char fish_head[] =
    "# fish completion for flstm-tui, made by flstm-tui --completion fish\n"
    "function __flstm_tui_list\n"
    "    flstm-tui --list $argv[1] 2>/dev/null | string replace -r '^(\\S+)\\s+(.*)' '$1\\t$2'\n"
    "end\n"
    "complete -c flstm-tui -a '(__flstm_tui_list models)'\n";

static void fish_option(struct str *out, const struct cli_option *c)
{
    struct taken v = value_of(c);
    str_addf(out, "complete -c flstm-tui -l %s", c->name);
    if (c->letter)
        str_addf(out, " -s %c", c->letter);
    if (v.any && !v.may)
        str_add(out, v.file ? " -r" : " -x");
    if (*v.list)
        str_addf(out, " -a '(__flstm_tui_list %s)'", v.list);
    else if (v.words.len && !v.may)
        str_addf(out, " -a '%s'", str_text(&v.words));
    str_add(out, " -d ");
    fish_text(out, c->help);
    str_addc(out, '\n');
    if (v.words.len && v.may)             /* fish has no value that may be left out: the words follow the option */
        str_addf(out, "complete -c flstm-tui -n '__fish_contains_opt -s %c %s' -x -a '%s'\n", c->letter, c->name,
                 str_text(&v.words));
    str_free(&v.words);
}

static void fish(struct str *out)
{
    str_add(out, fish_head);
    for (int k = 0; k < cli_option_count; k++)
        fish_option(out, &cli_options[k]);
}

bool cli_completion(const char *shell, struct str *out, struct err *e)
{
    if (strcmp(shell, "bash") == 0)
        bash(out);
    else if (strcmp(shell, "zsh") == 0)
        zsh(out);
    else if (strcmp(shell, "fish") == 0)
        fish(out);
    else
        return err_set(e, "--completion", NULL, "expected bash, zsh or fish, found \"%s\"", shell);
    return true;
}
