/* offer.c: what there is of a kind, for every prompt: words of the sentence, files. See complete.h; what commands
 * there are and what they take is in complete.c, which only the command line asks. */
#include "action/complete.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "session/expect.h"

bool offer_begins(const char *text, const char *typed)
{
    return strncasecmp(text, typed, strlen(typed)) == 0;
}

void offer_text(struct offers *out, const char *text, const char *typed, const char *help)
{
    if (offer_begins(text, typed))
        offers_add(out, text, NULL, help);
}

int offer_by_name(const void *a, const void *b)
{
    return strcmp(((const struct offer *)a)->text, ((const struct offer *)b)->text);
}

/* Words of the sentence, each once. */
void offer_steps(const struct app *a, const char *typed, struct offers *out)
{
    for (int t = 1; t <= session_steps(a->session); t++) {
        const char *word = session_token(a->session, t);
        char step[32];
        bool seen = false;
        for (int s = 1; s < t && !seen; s++)
            seen = strcmp(session_token(a->session, s), word) == 0;
        snprintf(step, sizeof step, "step %d", t);
        if (!seen)
            offer_text(out, word, typed, step);
    }
}

/* Files and folders; of those that begin with a dot only when one is typed. */
void offer_files(const struct app *a, const char *typed, struct offers *out)
{
    (void)a;
    const char *slash = strrchr(typed, '/'), *part = slash ? slash + 1 : typed;
    char *folder = slash ? xstrndup(typed, (size_t)(part - typed)) : xstrdup("./"), *real = file_named(folder);
    int first = out->n;
    struct dirent *entry;
    DIR *d = opendir(real);
    while (d && (entry = readdir(d))) {
        if (strncmp(entry->d_name, part, strlen(part)) != 0 || (entry->d_name[0] == '.' && *part != '.'))
            continue;
        struct str path = {0}, text = {0};
        struct stat is;
        str_addf(&path, "%s/%s", real, entry->d_name);
        bool inside = stat(str_text(&path), &is) == 0 && S_ISDIR(is.st_mode);
        str_addf(&text, "%s%s%s", slash ? folder : "", entry->d_name, inside ? "/" : "");
        offers_add(out, str_text(&text), NULL, NULL);
        str_free(&path);
        str_free(&text);
    }
    if (d)
        closedir(d);
    if (out->n > first)
        qsort(out->v + first, (size_t)(out->n - first), sizeof *out->v, offer_by_name);
    free(folder);
    free(real);
}

bool offer_unknown(const struct app *a, const char *before, const char *word, struct offers *out)
{
    enum { LIKELY = 5, ALIKE = 3 };
    const struct vocab *v = session_model(a->session)->vocab;
    int id[LIKELY], begin, end, n;
    float p[LIKELY];
    char help[96];
    if (!expect_unknown(a->session, word, 0, &begin, &end))
        return false;
    size_t blank = strlen(before);
    while (blank && before[blank - 1] == ' ')
        blank--;
    size_t last = blank;
    while (last && before[last - 1] != ' ')
        last--;
    n = expect_after(a->session, before, LIKELY, id, p);
    for (int k = 0; k < n; k++) {
        snprintf(help, sizeof help, "likely after %.*s: %.2f", (int)(blank - last < 40 ? blank - last : 40),
                 before + last, (double)p[k]);
        offers_add(out, v->token[id[k]], NULL, help);
    }
    n = expect_alike(a->session, word, ALIKE, id);
    for (int k = 0; k < n; k++)
        offers_add(out, v->token[id[k]], NULL, "spelled alike");
    snprintf(out->title, sizeof out->title, "\"%.24s\" is none of its %d words: what could stand there", word,
             v->size - (v->unknown >= 0));
    snprintf(out->example, sizeof out->example, ":words lists them all");
    return out->n > 0;
}

void complete_file(const struct app *a, const char *text, struct offers *out)
{
    out->from = (int)strspn(text, "! ");
    offer_files(a, text + out->from, out);
    snprintf(out->title, sizeof out->title, "files");
}

void complete_word(const struct app *a, const char *text, struct offers *out)
{
    offer_steps(a, text, out);
    snprintf(out->title, sizeof out->title, "words of the sentence");
}
