/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The LPC option, which igdctl rom writes into a ROM and the ROM's driver obeys, and
 * what both of them look for in a GOP
 */
#ifndef LPC_H
#define LPC_H

#include <linux/types.h>

/* What fw_cfg calls it: given there, it wins over what is packed. */
#define LPC_OPTION		"opt/vfio-pci-igd/lpc-id"

/* In the driver, its text follows this mark: 'off', 'host', or an ID as 7a84 */
#define LPC_MARK		"vfio-pci-igd lpc-id="
#define LPC_MARK_SIZE		(sizeof(LPC_MARK) - 1)
#define LPC_ID_MAX		8

/* mov $0x000f8002, %ecx; call: bus 0, device 0x1f, function 0, offset 2 */
#define LPC_READ		{ 0xb9, 0x02, 0x80, 0x0f, 0x00, 0xe8 }
#define LPC_CALL_AT		5
#define LPC_CALL_SIZE		5

static inline int is_lpc_read(const __u8 *code, __u64 at, __u64 size)
{
	static const __u8 read[] = LPC_READ;
	unsigned int i;
	__u64 target;
	__u32 to;

	if (size < LPC_CALL_AT + LPC_CALL_SIZE ||
	    at > size - LPC_CALL_AT - LPC_CALL_SIZE)
		return 0;
	for (i = 0; i < sizeof(read); i++)
		if (code[at + i] != read[i])
			return 0;
	at += LPC_CALL_AT;
	to = code[at + 1] | code[at + 2] << 8 | code[at + 3] << 16 |
	     (__u32)code[at + 4] << 24;
	target = at + LPC_CALL_SIZE + (__u64)(long long)(int)to;
	return target < size;
}

/**
 * find_lpc_reads() - where does code read the ID of the LPC bridge as GOPs do?
 * @code: a driver, with all that surrounds its code
 * @size: bytes of it
 * @call: where the call of the last place is
 *
 * Return: number of places.
 */
static inline __u32 find_lpc_reads(const __u8 *code, __u64 size, __u64 *call)
{
	__u32 count = 0;
	__u64 at;

	for (at = 0; at < size; at++) {
		if (is_lpc_read(code, at, size)) {
			*call = at + LPC_CALL_AT;
			count++;
		}
	}
	return count;
}

#endif /* LPC_H */
