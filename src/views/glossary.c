/* glossary.c: see glossary.h. */
#include "views/glossary.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

const struct glossary_entry glossary[] = {
    {"attribution", "Which earlier words pushed a value, each with its share."},
    {"baseline", "The same run without the values that are set by hand."},
    {"batch", "The sequences from which one update of the weights is computed."},
    {"bias", "A number of each gate that is added whatever comes in: b."},
    {"candidate", "What could be written to the memory, from -1 to 1: g_t, C with a tilde in many books."},
    {"cell state", "The long-term memory of the cell, a number a unit: C_t."},
    {"clipping", "Gradients longer than a limit are made as short as it, so that no update is too large."},
    {"embedding", "The row of numbers that stands for a word where the network takes it in: x_t."},
    {"epoch", "Once through all sequences of the training data."},
    {"forget gate", "How much of the cell state is kept, 0 to 1: f_t. 1 keeps all."},
    {"gate", "A number from 0 to 1 that something is multiplied with: f, i or o."},
    {"gradient", "How the loss, or another number, changes for a small change of a value."},
    {"hidden state", "What the cell says after a word, its short-term memory: h_t = o x tanh C_t."},
    {"input gate", "How much of the candidate is written to the cell state, 0 to 1: i_t."},
    {"intervention", "A value is set by hand and the rest computed anew, to see what hangs on it."},
    {"learning rate", "How large a step each update takes."},
    {"logit", "What the output head computes for a word, before softmax makes probabilities of all of them."},
    {"loss", "What training makes small: the mean surprisal of the words that really come."},
    {"nats", "The unit of surprisal with the natural logarithm: p = 0.5 is 0.69 nats, p = 0.01 is 4.6."},
    {"output gate", "How much of the cell state is shown as h, 0 to 1: o_t."},
    {"output head", "The weights that make a logit for each word of the vocabulary from h_t."},
    {"overfitting", "The training data become ever more likely, other data no more or even less."},
    {"perplexity", "e to the loss in nats: among so many equally likely words the model seems to choose."},
    {"pin", "A value that is set by hand and stays so until it is unpinned."},
    {"sigma", "1 / (1 + e^-z): makes a number from 0 to 1 of any sum. Also called sigmoid."},
    {"softmax", "Makes of all logits probabilities that add up to 1."},
    {"surprisal", "-ln p of the word that comes: 0 for what was certain, large for what was not expected."},
    {"tanh", "Makes a number from -1 to 1 of any sum, its sign kept."},
    {"token", "One step of the text: a word here, a character in some models."},
    {"unit", "One place of the cell state with its four gates' weights; also called a neuron or a dimension."},
    {"vocabulary", "The words that a model knows."},
    {"weights", "The numbers that training learns: W_f, W_i, W_g, W_o and those of the output head."},
    {"z", "The sum that a gate is squashed from: z = [h, x] W + b."},
    {NULL, NULL},
};

/* How well a word answers to what is asked: 3 itself, 2 begins with it, 1 has it within. */
static int fits(const char *word, const char *asked)
{
    size_t n = strlen(asked);
    if (strcasecmp(word, asked) == 0)
        return 3;
    if (strncasecmp(word, asked, n) == 0)
        return 2;
    for (; *word; word++)
        if (strncasecmp(word, asked, n) == 0)
            return 1;
    return 0;
}

const struct glossary_entry *glossary_find(const char *word)
{
    const struct glossary_entry *best = NULL;
    int most = 0;
    for (const struct glossary_entry *e = glossary; e->word && *word; e++)
        if (fits(e->word, word) > most) {
            most = fits(e->word, word);
            best = e;
        }
    return best;
}
