/* make_large.c: a safetensors of about a gigabyte, for measuring how long the first picture of one takes. Its numbers are
 * 0, a hole in the file, so that it costs no disk; they are read as any others.
 * usage: make_large words FILE VOCABULARY      500,000 tokens: embedding and head of 256 each, an LSTM of 256 units
 *        make_large units FILE INPUTS          no words: one LSTM of 4,096 units, 0.5 GB of weights, and two inputs
 *        make_large head FILE VOCABULARY       267,735 tokens, 1,024 units, a head of 1.1 GB; its numbers are random, for
 *                                              what asks what would follow has nothing to do where all is 0 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

enum { UNITS_H = 4096 };

struct large { const char *what; int tokens, embed, units; bool random; };

static uint64_t at;

static void tensor(struct str *header, const char *name, uint64_t rows, uint64_t columns)
{
    uint64_t bytes = rows * (columns ? columns : 1) * 4;
    str_addf(header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%llu", header->len > 1 ? "," : "", name,
             (unsigned long long)rows);
    if (columns)
        str_addf(header, ",%llu", (unsigned long long)columns);
    str_addf(header, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)at, (unsigned long long)(at + bytes));
    at += bytes;
}

static bool write_beside(const char *path, int tokens)
{
    FILE *f = fopen(path, "w");
    for (int k = 0; f && k < tokens; k++)
        fprintf(f, "w%06d\n", k);
    for (int k = 0; f && !tokens && k < 2 * UNITS_H; k++)
        fprintf(f, "%s0.5%s", k % UNITS_H ? "," : k ? ",[" : "[[", k % UNITS_H == UNITS_H - 1 ? "]" : "");
    if (f && !tokens)
        fputs("]", f);
    return f && fclose(f) == 0;
}

/* So many floats, even in -0.1 … 0.1. */
static bool write_random(FILE *f, uint64_t n)
{
    static float block[1 << 14];
    uint32_t x = 1;
    for (uint64_t done = 0; done < n;) {
        uint64_t some = n - done < sizeof block / sizeof *block ? n - done : sizeof block / sizeof *block;
        for (uint64_t k = 0; k < some; k++) {
            x = x * 1664525u + 1013904223u;
            block[k] = ((float)(x >> 8) / 16777216.0f - 0.5f) * 0.2f;
        }
        if (fwrite(block, sizeof *block, some, f) != some)
            return false;
        done += some;
    }
    return fflush(f) == 0;
}

int main(int argc, char **argv)
{
    static const struct large kinds[] = {
        {"words", 500000, 256, 256, false}, {"units", 0, UNITS_H, UNITS_H, false}, {"head", 267735, 64, 1024, true}};
    struct str header = {0};
    const struct large *l = NULL;
    for (size_t k = 0; argc == 4 && k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(argv[1], kinds[k].what) == 0)
            l = &kinds[k];
    if (!l)
        return 2;
    uint64_t H = (uint64_t)l->units, E = (uint64_t)l->embed, tokens = (uint64_t)l->tokens;
    str_addc(&header, '{');
    if (tokens)
        tensor(&header, "embedding.weight", tokens, E);
    tensor(&header, "lstm.weight_ih_l0", 4 * H, E);
    tensor(&header, "lstm.weight_hh_l0", 4 * H, H);
    tensor(&header, "lstm.bias_ih_l0", 4 * H, 0);
    tensor(&header, "lstm.bias_hh_l0", 4 * H, 0);
    if (tokens)
        tensor(&header, "fc.weight", tokens, H);
    str_addc(&header, '}');
    while (header.len % 8)
        str_addc(&header, ' ');
    FILE *f = fopen(argv[2], "wb");
    for (int k = 0; f && k < 8; k++)
        fputc((int)(header.len >> 8 * k & 255), f);
    bool ok = f && fwrite(header.s, 1, header.len, f) == header.len && fflush(f) == 0
              && (l->random ? write_random(f, at / 4) : ftruncate(fileno(f), (off_t)(8 + header.len + at)) == 0);
    ok = f && fclose(f) == 0 && ok && write_beside(argv[3], l->tokens);
    str_free(&header);
    return !ok;
}
