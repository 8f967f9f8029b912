/* fuzz_vocab.c: any bytes as --vocab, as a text to learn from, and as a sentence. The first byte chooses. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "check.h"
#include "learn/corpus.h"
#include "model/vocab.h"

static void as_vocab(const char *s, size_t n, int kind)
{
    struct err e = {{0}};
    char path[64];
    int fd = file_of(s, n, path);
    struct vocab *v = vocab_read(path, kind, &e);
    if (!v) {
        check_error(&e);
    } else {
        assert(v->size > 0);
        for (int k = 0; k < v->size; k++)
            assert(vocab_find(v, v->token[k]) >= 0);
    }
    vocab_free(v);
    close(fd);
}

static void as_corpus(const char *s, size_t n, enum corpus_tokens tokens)
{
    struct err e = {{0}};
    struct corpus *c = corpus_from_text(&(struct corpus_file){s, n, "fuzz"}, NULL, tokens, &e);
    if (!c) {
        check_error(&e);
        return;
    }
    assert(c->demo_n >= 2);
    for (int part = 0; part < PART_COUNT; part++) {
        const struct corpus_part *p = &c->part[part];
        for (int k = 0; k < p->start[p->sequences]; k++)
            assert(p->id[k] >= 0 && p->id[k] < c->vocab->size);
    }
    corpus_free(c);
}

static void as_sentence(const char *s, size_t n)
{
    static const char *const words[] = {"a", "b", "she", ".", "...", "\xC3\xA9", "Mr."};
    struct err e = {{0}};
    char *text = malloc(n + 1);
    assert(text);
    memcpy(text, s, n);
    text[n] = '\0';
    for (int form = 0; form < 4; form++) {
        struct vocab *v =
            vocab_new(&(struct vocab_list){form & 1 ? VOCAB_CHAR : VOCAB_WORD, words, 7,
                                           .unknown = form & 2 ? "a" : NULL, .lowercase = true, .source = "v",
                                               .place = "tokens"}, &e);
        struct tokens t;
        if (vocab_tokenise(v, text, "fuzz", &t, &e)) {
            for (int k = 0; k < t.n; k++)
                assert(t.id[k] >= 0 && t.id[k] < 7 && *tokens_text(&t, k));
            tokens_clear(&t);
        } else {
            check_error(&e);
        }
        vocab_free(v);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    const char *rest = (const char *)data + 1;
    if (data[0] % 3 == 0)
        as_vocab(rest, size - 1, data[0] / 3 % 3 - 1);
    else if (data[0] % 3 == 1)
        as_corpus(rest, size - 1, (enum corpus_tokens)(data[0] / 3 % 3));
    else
        as_sentence(rest, size - 1);
    return 0;
}
