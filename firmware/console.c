// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the ROM says, on QEMU's debug console, and the strings for it
 */
#include "igd-efi.h"

#define PREFIX			"vfio-pci-igd: "
/* QEMU's debug console, where OVMF and SeaBIOS write to as well */
#define DEBUGCON_PORT		0x402

static inline void port_write8(__u16 port, __u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void put_string(const char *string)
{
	while (*string)
		port_write8(DEBUGCON_PORT, *string++);
}

static void put_number(__u64 value, unsigned int base, int digits)
{
	char text[20];
	int i = sizeof(text);

	text[--i] = 0;
	do {
		text[--i] = "0123456789abcdef"[value % base];
		value /= base;
	} while (--digits > 0 || value);
	put_string(text + i);
}

static void put_device(const struct display *dev)
{
	put_number(dev->vendor, 16, 4);
	put_string(":");
	put_number(dev->device, 16, 4);
	put_string(" at ");
	put_number(dev->slot >> 8, 16, 2);
	put_string(":");
	put_number(dev->slot >> 3 & 0x1f, 16, 2);
	put_string(".");
	put_number(dev->slot & 7, 16, 1);
}

/**
 * say() - one line on the debug console
 * @format: knows %s, %d (a struct display), and of 64-bit numbers %u (decimal)
 *	and %x (hexadecimal, with 0x)
 */
void say(const char *format, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, format);
	put_string(PREFIX);
	for (; *format; format++) {
		if (*format != '%') {
			port_write8(DEBUGCON_PORT, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			put_string(__builtin_va_arg(args, const char *));
			break;
		case 'u':
			put_number(__builtin_va_arg(args, __u64), 10, 1);
			break;
		case 'x':
			put_string("0x");
			put_number(__builtin_va_arg(args, __u64), 16, 1);
			break;
		case 'd':
			put_device(__builtin_va_arg(args, struct display *));
			break;
		}
	}
	port_write8(DEBUGCON_PORT, '\n');
	__builtin_va_end(args);
}

/**
 * same() - are two strings the same?
 * @a: one
 * @b: other
 */
int same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/**
 * begins() - does memory begin with a string?
 * @text: the memory
 * @start: the string
 */
int begins(const char *text, const char *start)
{
	while (*start && *text == *start) {
		text++;
		start++;
	}
	return !*start;
}
