// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "igdtest.h"

void die(const char *format, ...)
{
	va_list args;

	fputs("# ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

u64 get_le(const void *bytes, unsigned int width)
{
	const u8 *p = bytes;
	u64 value = 0;

	while (width--)
		value = value << 8 | p[width];
	return value;
}

void put_le(void *bytes, unsigned int width, u64 value)
{
	u8 *p = bytes;

	for (; width--; value >>= 8)
		*p++ = value & 0xff;
}
