/* hard_num.c: every one of the 2^32 floats is written as the shortest decimal that reads back to it, and of those
 * the nearest. About six minutes; HARD_SECONDS stops it earlier (floats are then taken from all over, and it says
 * how many). */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "support/decimal.h"

/* The sign is one branch-free byte before the digits: both signs are written, the digits are judged once. */
static int wrong(uint32_t bits)
{
    char plus[NUM_MAX], minus[NUM_MAX];
    float v;
    memcpy(&v, &bits, sizeof v);
    num_float(plus, v);
    num_float(minus, -v);
    const char *special = isnan(v) ? "nan" : isinf(v) ? "inf" : v == 0 ? "0" : NULL;
    if (special ? strcmp(plus, special) != 0 : !decimal_is_shortest(v, plus))
        return printf("0x%08X is written \"%s\"\n", (unsigned)bits, plus);
    if (isnan(v) ? strcmp(minus, "nan") != 0 : *minus != '-' || strcmp(minus + 1, plus) != 0)
        return printf("0x%08X is written \"%s\", its opposite \"%s\"\n", (unsigned)bits, plus, minus);
    return 0;
}

int main(void)
{
    const char *given = getenv("HARD_SECONDS");
    double limit = given ? atof(given) : 0;
    time_t from = time(NULL);
    uint32_t bits = 0;
    uint64_t done = 0;
    /* An odd step goes through all 2^31 before it comes back to 0. */
    for (; done < (uint64_t)1 << 31; done++, bits = (bits + 1640531527u) & 0x7FFFFFFFu) {
        if (wrong(bits))
            return 1;
        if (done % 1048576 == 0 && limit > 0 && difftime(time(NULL), from) >= limit)
            break;
    }
    printf("%llu of 4294967296 floats are written shortest\n", (unsigned long long)done * 2);
    return 0;
}
