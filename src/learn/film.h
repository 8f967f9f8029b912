/* film.h: what a network was like at moments of its training, so that one can go back to them.
 *
 * A frame is the weights as they were when the held-out sequences were looked at, from the untrained network on: the
 * same bytes as a training that is stopped there has. At most FILM_FRAMES of them and FILM_BYTES of weights are kept;
 * when there are more, every second one goes, and from then on only every second one comes, and so on: frames stay
 * evenly spread, and the last is always there. The curve of what was looked at (training.h: evaluation) is whole.
 */
#ifndef FLSTM_LEARN_FILM_H
#define FLSTM_LEARN_FILM_H

#include "core/lstm.h"
#include "learn/corpus.h"

enum { FILM_FRAMES = 200, FILM_MOMENTS = 12 };
#define FILM_BYTES ((size_t)64 << 20)

/* One unit on the corpus's demo sequence: f at each of its steps (demo_n floats), and the probability of what may be
 * the answer, where a question is asked. */
struct film_track { float *f; float p[4]; };

struct film_frame {
    int update;                   /* updates done by then */
    int evaluation;               /* index into training.evaluation */
    struct lstm *net;             /* owned */
    struct film_track track;      /* of the unit film_look saw last; owned */
    int unit;                     /* which that was, counted over all layers; -1: none yet */
};

struct film {
    struct film_frame *frame;     /* [frames], by update */
    int frames;
    int every, offered;           /* one of so many that were offered stays; how many were offered */
    int shown;                    /* the frame that a session holds, as whoever put it there says; -1: none */
};

/* Takes the network over (NULL, where memory was short, is no frame). */
void film_add(struct film *f, int update, int evaluation, struct lstm *taken);
/* Empty, as at first: no frame is shown. */
void film_clear(struct film *f);

/* What is looked at: a unit counted over all layers (of `hidden` each), and after which step of the demo sequence which
 * outputs are the answer and its rivals (asks 0: none). */
struct film_question { int unit, hidden, asks; const int *answer; int answers; };
/* Brings the tracks of all frames up to date: those that another unit was looked at in, or none. False when memory is
 * short. */
bool film_look(struct film *f, const struct corpus *c, struct film_question q);

/* What happened between frames, found from numbers and nothing else:
 * - GOT_IT: of all neighbouring frames those between which the held-out accuracy rose the most, by at least
 *   FILM_RISE; without an accuracy those between which the held-out loss fell the most;
 * - ANSWERS: the first frame from which on, to the end, the first answer is likelier than every rival and than a half;
 * - LETS_GO: at a word, the first frame with f below FILM_CLOSED where an earlier frame had it above FILM_OPEN. */
enum film_what { FILM_GOT_IT, FILM_ANSWERS, FILM_LETS_GO };
#define FILM_RISE 0.1
#define FILM_CLOSED 0.1F
#define FILM_OPEN 0.5F
struct film_moment {
    enum film_what what;
    int frame;
    int word;                     /* LETS_GO: the step of the demo sequence, from 0 */
    double before, after;         /* GOT_IT: accuracy or loss; ANSWERS: p; LETS_GO: the highest f before, and f now */
};
/* By frame; at most `most`. measure[k] is the accuracy (rises) or the loss at frame k; the tracks are those of
 * film_look; words, answers: how many a track has. */
struct film_story { const struct film *film; const double *measure; bool rises; int words, answers; };
int film_moments(const struct film_story *s, struct film_moment *out, int most);

#endif
