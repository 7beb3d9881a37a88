/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver's arithmetic needs of the kernel's own header */
#ifndef TOOLS_LINUX_KERNEL_H
#define TOOLS_LINUX_KERNEL_H

#include <stddef.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#define GENMASK_ULL(high, low) \
	((~0ULL >> (63 - (high))) & (~0ULL << (low)))

int scnprintf(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* TOOLS_LINUX_KERNEL_H */
