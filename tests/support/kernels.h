/* kernels.h: a check of the engine is made once with each kernel this machine has. */
#ifndef FLSTM_TESTS_KERNELS_H
#define FLSTM_TESTS_KERNELS_H

enum { KERNEL_NAMES = 3 };
extern const char *const kernel_names[KERNEL_NAMES];

void each_kernel(void (*check)(void));

#endif
