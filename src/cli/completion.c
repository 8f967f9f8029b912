/* completion.c: what the shells complete, from the option table. */
#include <string.h>

#include "cli/cli.h"

/* "<scenarios>" → "scenarios": names the program itself lists; "<file>" is for files. */
static bool listed(const struct cli_option *c, char name[32])
{
    if (!c->choices || *c->choices != '<' || strcmp(c->choices, "<file>") == 0)
        return false;
    size_t n = strlen(c->choices);
    memcpy(name, c->choices + 1, n - 2);
    name[n - 2] = '\0';
    return true;
}

static bool takes_file(const struct cli_option *c)
{
    return c->argument && strstr(c->argument, "FILE");
}

static void bash(struct str *out)
{
    str_add(out, "# bash completion for flstm-tui, made by flstm-tui --completion bash\n"
                 "_flstm_tui()\n{\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "    case $prev in\n");
    for (int k = 0; k < cli_option_count; k++) {
        const struct cli_option *c = &cli_options[k];
        char name[32];
        if (!c->argument || *c->argument == '[')
            continue;
        str_add(out, "    ");
        if (c->letter)
            str_addf(out, "-%c|", c->letter);
        str_addf(out, "--%s) ", c->name);
        if (listed(c, name))
            str_addf(out,
                     "COMPREPLY=($(compgen %s-W \"$(flstm-tui --list %s 2>/dev/null | cut -d' ' -f1)\" -- \"$cur\"))",
                     takes_file(c) ? "-f " : "", name);
        else if (takes_file(c))
            str_add(out, "COMPREPLY=($(compgen -f -- \"$cur\"))");
        else if (c->choices)
            str_addf(out, "COMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))", c->choices);
        else
            str_add(out, "COMPREPLY=()");
        str_add(out, "; return ;;\n");
    }
    str_add(out, "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W \"");
    for (int k = 0; k < cli_option_count; k++)
        str_addf(out, "%s--%s", k ? " " : "", cli_options[k].name);
    str_add(out, "\" -- \"$cur\"))\n    else\n        COMPREPLY=($(compgen -f -- \"$cur\"))\n    fi\n}\n"
                 "complete -o filenames -F _flstm_tui flstm-tui\n");
}

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

static void zsh(struct str *out)
{
    str_add(out, "#compdef flstm-tui\n# zsh completion for flstm-tui, made by flstm-tui --completion zsh\n"
                 "_flstm_tui_list() { local -a names; names=(${(f)\"$(flstm-tui --list $1 2>/dev/null | cut -d' ' "
                 "-f1)\"}); compadd -a names }\n"
                 "_arguments -s -S \\\n");
    for (int k = 0; k < cli_option_count; k++) {
        const struct cli_option *c = &cli_options[k];
        char name[32];
        for (int form = 0; form < (c->letter ? 2 : 1); form++) {
            str_add(out, "    '");
            if (strcmp(c->name, "set") == 0)
                str_addc(out, '*');
            if (form)
                str_addf(out, "-%c", c->letter);
            else
                str_addf(out, "--%s", c->name);
            str_addc(out, '[');
            zsh_text(out, c->help);
            str_addc(out, ']');
            if (c->argument && *c->argument != '[') {
                str_addc(out, ':');
                zsh_text(out, c->argument);
                str_addc(out, ':');
                if (listed(c, name))
                    str_addf(out, takes_file(c) ? "{_flstm_tui_list %s; _files}" : "{_flstm_tui_list %s}", name);
                else if (takes_file(c))
                    str_add(out, "_files");
                else if (c->choices)
                    str_addf(out, "(%s)", c->choices);
                else
                    str_addc(out, ' ');
            }
            str_add(out, "' \\\n");
        }
    }
    str_add(out, "    '::MODEL:_files'\n");
}

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

static void fish(struct str *out)
{
    str_add(out, "# fish completion for flstm-tui, made by flstm-tui --completion fish\n");
    for (int k = 0; k < cli_option_count; k++) {
        const struct cli_option *c = &cli_options[k];
        char name[32];
        str_addf(out, "complete -c flstm-tui -l %s", c->name);
        if (c->letter)
            str_addf(out, " -s %c", c->letter);
        if (c->argument && *c->argument != '[')
            str_add(out, takes_file(c) ? " -r" : " -x");
        if (listed(c, name))
            str_addf(out, " -a '(flstm-tui --list %s 2>/dev/null | string split -f1 \" \")'", name);
        else if (c->choices && *c->choices != '<')
            str_addf(out, " -a '%s'", c->choices);
        str_add(out, " -d ");
        fish_text(out, c->help);
        str_addc(out, '\n');
    }
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
