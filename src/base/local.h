/* local.h: a socket that only programs of the same user on the same machine can reach: in XDG_RUNTIME_DIR, mode 0600,
 * the other side's user checked. One who listens speaks to a few who follow; nothing ever waits for them. */
#ifndef FLSTM_BASE_LOCAL_H
#define FLSTM_BASE_LOCAL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct local;

/* Listens under this name. A socket that a dead program left behind is taken over; one behind which somebody listens
 * is an error, as is a folder that is missing, not this user's, or open to others. */
struct local *local_listen(const char *name, struct err *e);
/* Sends a message, a text without NUL, to all who follow; who has come meanwhile is let in first and gets it too. One
 * who does not read loses the connection. */
void local_tell(struct local *l, const char *message);
int local_followers(const struct local *l);
void local_close(struct local *l);                /* NULL is fine; the socket is gone after */

/* Follows it. -1 with a reason: nobody is there, or the socket belongs to somebody else. */
int local_follow(const char *name, struct err *e);
/* Takes what has come; true when *message is a new one (only the newest is kept). *ended: the other side is gone. */
bool local_take(int fd, struct str *pending, struct str *message, bool *ended);

#endif
