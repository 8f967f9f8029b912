/* gradient_view.h: what the command line may ask of the gradient view besides opening it. */
#ifndef FLSTM_VIEWS_GRADIENT_VIEW_H
#define FLSTM_VIEWS_GRADIENT_VIEW_H

/* From now on the view follows the surprisal of this output, wherever the cursor goes. state is the view's own. */
void gradient_view_aim(void *state, int output);

#endif
