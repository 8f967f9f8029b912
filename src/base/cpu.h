/* cpu.h: what the processor can do. The C library has asked it already when the program starts; asking again (CPUID, as
 * the compiler's own __builtin_cpu_supports does before main) takes a virtual machine tens of microseconds. */
#ifndef FLSTM_BASE_CPU_H
#define FLSTM_BASE_CPU_H

/* Is the feature there, and switched on by the system? Its name as in <sys/platform/x86.h>, and as the compiler knows
 * it. */
#if defined(__x86_64__) && defined(__linux__) && defined(__has_include)
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define CPU_HAS(feature, name) (CPU_FEATURE_ACTIVE(feature) != 0)
#endif
#endif
#ifndef CPU_HAS
#define CPU_HAS(feature, name) (__builtin_cpu_supports(name) != 0)
#endif

#endif
