/* clamp.h: a number moved into a range; where low > high, low. NaN stays NaN. */
#ifndef FLSTM_BASE_CLAMP_H
#define FLSTM_BASE_CLAMP_H

static inline int clamp_int(int v, int low, int high)
{
    if (v < low)
        return low;
    return v > high ? high : v;
}

static inline double clamp_real(double v, double low, double high)
{
    if (v < low)
        return low;
    return v > high ? high : v;
}

static inline float clamp_float(float v, float low, float high)
{
    if (v < low)
        return low;
    return v > high ? high : v;
}

#endif
