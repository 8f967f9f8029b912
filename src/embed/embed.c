/* embed.c: build tool. Writes the files named on its command line as a C table (base/builtin.h), sorted by path. A
 * model or theme is read here, so that the program need not do it at every start: what json_scan makes of it, and the
 * tree that cJSON makes of that, stand beside its text.
 * usage: embed FILE… > builtins.c */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/str.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The whole file and a NUL, malloc'd. */
static unsigned char *read_all(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    long size = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    unsigned char *data = size >= 0 ? malloc((size_t)size + 1) : NULL;
    *len = data ? (size_t)size : 0;
    if (!data || fseek(f, 0, SEEK_SET) || fread(data, 1, *len, f) != *len) {
        perror(path);
        exit(1);
    }
    data[*len] = '\0';
    fclose(f);
    return data;
}

static void write_bytes(const char *name, int k, const void *data, size_t len)
{
    const unsigned char *byte = data;
    printf("static const unsigned char %s_%d[] = {", name, k);
    for (size_t i = 0; i < len; i++)
        printf(i % 24 ? "%d," : "\n%d,", byte[i]);
    printf("0};\n");
}

static void write_rect(const struct json_rect *r)
{
    printf("{%luu, %luu, %luu, %luu, %luu, {", (unsigned long)r->source, (unsigned long)r->at, (unsigned long)r->bad,
           (unsigned long)r->bad_source, (unsigned long)r->rank);
    for (size_t d = 0; d < JSON_RANK; d++)
        printf("%luu,", (unsigned long)(d < r->rank ? r->shape[d] : 0));
    printf("}},\n");
}

/* The tree of the rest, to be written as rows of json_node, and the words it has. */
struct tree {
    struct str words;
    size_t nodes;
};

/* Where it stands among the words. */
static unsigned long add_word(struct tree *t, const char *s)
{
    size_t at = t->words.len;
    if (!s)
        return JSON_NONE;
    str_addn(&t->words, s, strlen(s) + 1);
    return (unsigned long)at;
}

static size_t count_nodes(const cJSON *n)
{
    size_t all = 0;
    for (; n; n = n->next)
        all += 1 + count_nodes(n->child);
    return all;
}

/* A node, its children, then its siblings. */
static void write_nodes(struct tree *t, const cJSON *n)
{
    for (; n; n = n->next) {
        unsigned long name = add_word(t, n->string), text = add_word(t, n->valuestring),
                      number = cJSON_IsNumber(n) ? (unsigned long)n->valuedouble : 0,
                      next = n->next ? (unsigned long)(t->nodes + 1 + count_nodes(n->child)) : 0;
        t->nodes++;
        printf("{%luu, %luu, %luu, %luu, %d, %d},\n", name, text, number, next, n->type, n->child != NULL);
        write_nodes(t, n->child);
    }
}

static struct tree write_tree(int k, const struct json_lift *l)
{
    struct tree t = {{0}, 0};
    cJSON *top = cJSON_ParseWithLengthOpts(l->rest, l->rest_len, NULL, 1);
    if (!top) {
        fprintf(stderr, "embed: not enough memory\n");
        exit(1);
    }
    printf("static const struct json_node node_%d[] = {\n", k);
    write_nodes(&t, top);
    printf("};\n");
    write_bytes("words", k, str_text(&t.words), t.words.len);
    cJSON_Delete(top);
    str_free(&t.words);
    return t;
}

/* Numbers are written as C reads them exactly. A last element that nobody reads: C has no empty arrays. */
static void write_lift(int k, const struct json_lift *l)
{
    struct tree tree = write_tree(k, l);
    printf("static const float pool_%d[] = {", k);
    for (size_t i = 0; i < l->values; i++)
        printf(i % 8 ? "%af," : "\n%af,", (double)l->pool[i]);
    printf("0};\nstatic const struct json_rect rect_%d[] = {\n", k);
    for (size_t i = 0; i < l->rects; i++)
        write_rect(&l->rect[i]);
    printf("{0}};\nstatic const uint32_t scalar_%d[] = {", k);
    for (size_t i = 0; i < l->scalars; i++)
        printf(i % 12 ? "%luu," : "\n%luu,", (unsigned long)l->scalar[i]);
    printf("0};\nstatic const struct json_lift lift_%d = {\n"
           "    .node = node_%d, .nodes = %zu, .words = (char *)words_%d, .pool = (float *)pool_%d, .values = %zu,\n"
           "    .rect = (struct json_rect *)rect_%d, .rects = %zu, .scalar = (uint32_t *)scalar_%d, .scalars = %zu};\n",
           k, k, tree.nodes, k, k, l->values, k, l->rects, k, l->scalars);
}

/* A number beyond float range has no constant in C: such a file is scanned by the program. */
static int all_finite(const struct json_lift *l)
{
    size_t k = 0;
    while (k < l->values && isfinite(l->pool[k]))
        k++;
    return k == l->values;
}

static int write_scanned(int k, const char *path, const unsigned char *data, size_t len)
{
    const struct file_bytes bytes = {.data = data, .len = len};
    struct json_lift lift;
    struct err e = {{0}};
    if (strncmp(path, "data/models/", 12) != 0 && strncmp(path, "themes/", 7) != 0)
        return 0;
    if (!json_scan(&bytes, path, &lift, &e)) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    int whole = all_finite(&lift);
    if (whole)
        write_lift(k, &lift);
    json_lift_free(&lift);
    return whole;
}

static void write_row(int k, const char *path, size_t len, int scanned)
{
    printf("    {\"%s\", (const char *)file_%d, %zu, ", path, k, len);
    if (scanned)
        printf("&lift_%d},\n", k);
    else
        printf("0},\n");
}

int main(int argc, char **argv)
{
    size_t *len = calloc((size_t)argc, sizeof *len);
    int *scanned = calloc((size_t)argc, sizeof *scanned);
    if (!len || !scanned) {
        free(len);
        free(scanned);
        return 1;
    }
    qsort(argv + 1, (size_t)argc - 1, sizeof *argv, compare);
    printf("/* Generated by src/embed/embed.c. */\n#include \"base/builtin.h\"\n#include \"base/json_scan.h\"\n\n");
    for (int k = 1; k < argc; k++) {
        unsigned char *data = read_all(argv[k], &len[k]);
        write_bytes("file", k, data, len[k]);
        scanned[k] = write_scanned(k, argv[k], data, len[k]);
        free(data);
    }
    printf("\nconst struct builtin builtins[] = {\n");
    for (int k = 1; k < argc; k++)
        write_row(k, argv[k], len[k], scanned[k]);
    if (argc == 1)
        printf("    {\"\", \"\", 0, 0},\n");
    printf("};\nconst size_t builtin_count = %d;\n", argc - 1);
    free(len);
    free(scanned);
    return fflush(stdout) ? 1 : 0;
}
