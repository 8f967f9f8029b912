/* speak_view.h: what :speak sets in the view that lets the network write on. */
#ifndef FLSTM_VIEWS_SPEAK_VIEW_H
#define FLSTM_VIEWS_SPEAK_VIEW_H

enum { SPEAK_WORDS_MOST = 400, SPEAK_SEED_MOST = 1000000000 };
static const float SPEAK_TEMPERATURE_MOST = 5;

struct speak_set {
    int words, seed;
    float temperature;
};

/* The settings of the state of view_speak. */
struct speak_set *speak_settings(void *state);

#endif
