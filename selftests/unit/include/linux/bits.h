/* SPDX-License-Identifier: GPL-2.0-only */
/* What driver/display.c needs of the kernel's own header */
#ifndef UNIT_LINUX_BITS_H
#define UNIT_LINUX_BITS_H

#define BIT(n)		(1UL << (n))

#endif /* UNIT_LINUX_BITS_H */
