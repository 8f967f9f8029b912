/* make_large.c: a safetensors of about a gigabyte, for measuring how long the first picture of one takes. Its numbers are
 * 0, a hole in the file, so that it costs no disk; they are read as any others.
 * usage: make_large words FILE VOCABULARY      500,000 tokens: embedding and head of 256 each, an LSTM of 256 units
 *        make_large units FILE INPUTS          no words: one LSTM of 4,096 units, 0.5 GB of weights, and two inputs */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

enum { TOKENS = 500000, WORDS_H = 256, UNITS_H = 4096 };

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

static bool write_beside(const char *path, bool words)
{
    FILE *f = fopen(path, "w");
    for (int k = 0; f && words && k < TOKENS; k++)
        fprintf(f, "w%06d\n", k);
    for (int k = 0; f && !words && k < 2 * UNITS_H; k++)
        fprintf(f, "%s0.5%s", k % UNITS_H ? "," : k ? ",[" : "[[", k % UNITS_H == UNITS_H - 1 ? "]" : "");
    if (f && !words)
        fputs("]", f);
    return f && fclose(f) == 0;
}

int main(int argc, char **argv)
{
    struct str header = {0};
    if (argc != 4)
        return 2;
    bool words = strcmp(argv[1], "words") == 0;
    uint64_t H = words ? WORDS_H : UNITS_H;
    str_addc(&header, '{');
    if (words)
        tensor(&header, "embedding.weight", TOKENS, H);
    tensor(&header, "lstm.weight_ih_l0", 4 * H, H);
    tensor(&header, "lstm.weight_hh_l0", 4 * H, H);
    tensor(&header, "lstm.bias_ih_l0", 4 * H, 0);
    tensor(&header, "lstm.bias_hh_l0", 4 * H, 0);
    if (words)
        tensor(&header, "fc.weight", TOKENS, H);
    str_addc(&header, '}');
    while (header.len % 8)
        str_addc(&header, ' ');
    FILE *f = fopen(argv[2], "wb");
    for (int k = 0; f && k < 8; k++)
        fputc((int)(header.len >> 8 * k & 255), f);
    bool ok = f && fwrite(header.s, 1, header.len, f) == header.len && fflush(f) == 0
              && ftruncate(fileno(f), (off_t)(8 + header.len + at)) == 0;
    ok = f && fclose(f) == 0 && ok && write_beside(argv[3], words);
    str_free(&header);
    return !ok;
}
