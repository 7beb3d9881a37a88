/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver has to make of what it reads, written down a second time: of
 * OpRegions, option ROMs and ids=. For hostile.c, in the virtual host, and for
 * ../parsers, which has the driver's functions themselves.
 *
 * Wants u8, u16, u32, u64 and get_le(), put_le() of ../lib.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OP_SIZE			0x2000
#define OP_KIB			0x10	/* 4 bytes */
#define OP_VERSION		0x16	/* 2 bytes */
#define OP_RVDA			0x3ba	/* 8 bytes */
#define OP_RVDS			0x3c2	/* 4 bytes */
#define VBT_BYTES		0x18	/* 2 bytes, of a VBT's header */
#define VBT_MIN			48
#define VBT_MAX			0x10000

/* There is something, but nobody shows it */
#define UNSEEN			((size_t)-1)

/**
 * model_opregion - what a guest has to get
 * @asls: where the OpRegion is
 * @image: result, room for OP_SIZE + VBT_MAX
 * @is_reserved: is all of it memory that the firmware has set aside?
 * @read: reads memory; anything but 0 where it cannot
 *
 * Return: bytes of @image; 0: nothing; UNSEEN.
 */
static inline size_t model_opregion(u32 asls, u8 *image,
				    bool (*is_reserved)(u64 base, u64 size),
				    int (*read)(u64 at, void *to, size_t size))
{
	u32 rvds, version, bytes;
	u64 rvda, at;

	if (!asls || asls == ~0u || !is_reserved(asls, OP_SIZE))
		return 0;
	if (read(asls, image, OP_SIZE))
		return UNSEEN;
	version = get_le(image + OP_VERSION, 2);
	if (memcmp(image, "IntelGraphicsMem", 16) ||
	    get_le(image + OP_KIB, 4) != 8 || version < 0x100 || version > 0xfff)
		return 0;
	if (version < 0x200)
		return OP_SIZE;
	rvda = get_le(image + OP_RVDA, 8);
	rvds = get_le(image + OP_RVDS, 4);
	if (!rvda || !rvds) {
		memset(image + OP_RVDA, 0, 12);
		return OP_SIZE;
	}
	if (rvds < VBT_MIN || rvds > VBT_MAX)
		return 0;
	at = version == 0x200 ? rvda : rvda + asls;
	if (version > 0x200 && (rvda < OP_SIZE || at < rvda))
		return 0;
	if (!is_reserved(at, rvds))
		return 0;
	if (read(at, image + OP_SIZE, rvds))
		return UNSEEN;
	if (memcmp(image + OP_SIZE, "$VBT", 4))
		return 0;
	/* Behind its end by its own header is no VBT, whatever RVDS says */
	bytes = get_le(image + OP_SIZE + VBT_BYTES, 2);
	if (bytes >= VBT_MIN && bytes < rvds)
		memset(image + OP_SIZE + bytes, 0, rvds - bytes);
	put_le(image + OP_RVDA, 8, OP_SIZE);
	if (version == 0x200)
		put_le(image + OP_VERSION, 2, 0x201);
	return OP_SIZE + rvds;
}

/* Is it a chain of images, to the last of them? As PCI's specification has it */
static inline bool model_is_rom(const u8 *rom, size_t size)
{
	size_t at = 0, pcir, len, i;
	u8 sum;

	for (;;) {
		if (size - at < 512 || rom[at] != 0x55 || rom[at + 1] != 0xaa)
			return false;
		pcir = get_le(rom + at + 0x18, 2);
		if (pcir < 0x1a || pcir + 0x16 > size - at ||
		    memcmp(rom + at + pcir, "PCIR", 4))
			return false;
		len = get_le(rom + at + pcir + 0x10, 2) * 512;
		if (len > size - at || pcir + 0x16 > len)
			return false;
		for (sum = 0, i = 0; i < len; i++)
			sum += rom[at + i];
		if (!rom[at + pcir + 0x14] && sum)
			return false;
		if (rom[at + pcir + 0x15] & 0x80)
			return true;
		at += len;
	}
}

/* One of ids=, as its description has it; 'any' is as many ones as it has in C */
static inline bool model_is_id(const char *id)
{
	unsigned int fields = 0;
	char *end;

	for (;; id = end + 1) {
		unsigned long value;

		if (!*id || !strchr("0123456789abcdefABCDEF", *id))
			return false;
		value = strtoul(id, &end, 16);
		fields++;
		if (value > (fields > 4 ? 0xffffffff : 0xffff) &&
		    value != 0xffffffff)
			return false;
		if (!*end)
			return fields >= 2 && fields <= 6;
		if (*end != ':' || fields == 6)
			return false;
	}
}

#endif /* MODEL_H */
