/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O ports. A file of its own, so that selftests/parsers can have others.
 */
#ifndef FIRMWARE_PORTS_H
#define FIRMWARE_PORTS_H

#include <linux/types.h>

static inline void port_write16(__u16 port, __u16 value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_read8s(__u16 port, void *buffer, __u64 count)
{
	asm volatile("rep insb" : "+D"(buffer), "+c"(count) : "d"(port)
		     : "memory");
}

#endif /* FIRMWARE_PORTS_H */
