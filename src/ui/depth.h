/* depth.h: how many colours to use: what was asked for, what the environment says, what there is. */
#ifndef FLSTM_UI_DEPTH_H
#define FLSTM_UI_DEPTH_H

#include "ui/theme.h"

enum color_wish { COLOR_AUTO, COLOR_NEVER, COLOR_WISH_16, COLOR_WISH_256, COLOR_WISH_TRUE };

/* AUTO: none when NO_COLOR is not empty; direct colour when COLORTERM promises it and `described`, what the terminal
 * (or whoever reads the output) is known to take, has 256; else `described`. GNU screen hands on COLORTERM of a
 * terminal it then stands in front of, without its colours: its promise does not count. */
enum depth depth_wished(enum color_wish wish, enum depth described);

#endif
