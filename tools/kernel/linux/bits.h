/* SPDX-License-Identifier: GPL-2.0-only */
/* What driver/display.c needs of the kernel's own header */
#ifndef TOOLS_LINUX_BITS_H
#define TOOLS_LINUX_BITS_H

#define BIT(n)		(1UL << (n))

#endif /* TOOLS_LINUX_BITS_H */
