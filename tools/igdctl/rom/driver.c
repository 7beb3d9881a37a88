// SPDX-License-Identifier: GPL-2.0-only
/*
 * The executables in EFI images: what they say of themselves, and what they are
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>
#include "rom.h"

#define PE32_PLUS		0x20b

/* EFI_GRAPHICS_OUTPUT_PROTOCOL, and the policy as ../../../firmware/gop.c has it */
static const __u8 graphics_output[16] = {
	0xde, 0xa9, 0x42, 0x90, 0xdc, 0x23, 0x38, 0x4a,
	0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a
};
static const __u8 gop_policy[16] = {
	0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
	0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d
};

/*
 * How much of the file the headers speak of: sections and, at the very end, the
 * signature. Less than that in the file means that it was cut short.
 */
static size_t pe_extent(const __u8 *sections, int count,
			const __u8 *certificates)
{
	size_t end, extent = 0;
	int i;

	for (i = 0; i < count; i++) {
		end = (size_t)get32(sections + 40 * i + 20) +
		      get32(sections + 40 * i + 16);
		if (end > extent)
			extent = end;
	}
	end = (size_t)get32(certificates) + get32(certificates + 4);
	return end > extent ? end : extent;
}

/**
 * parse_pe() - read an executable's headers
 * @data: the executable
 * @size: its bytes
 * @pe: result
 *
 * Offsets are those of the PE format's COFF header, 64-bit optional header and
 * section table.
 *
 * Return: what is wrong, as the end of a sentence, or NULL.
 */
const char *parse_pe(const __u8 *data, size_t size, struct pe *pe)
{
	const __u8 *coff, *optional;
	size_t at, sections;

	if (size < 0x40 || data[0] != 'M' || data[1] != 'Z')
		return "is no PE executable (no 'MZ' at its start)";
	at = get32(data + 0x3c);
	if (at > size || size - at < 24 + 152 || memcmp(data + at, "PE\0\0", 4))
		return "is no PE executable (no 'PE' header where 'MZ' points)";

	coff = data + at + 4;
	optional = coff + 20;
	if (get16(optional) != PE32_PLUS || get16(coff + 16) < 152)
		return "is no 64-bit PE executable";

	sections = at + 24 + get16(coff + 16);
	if (sections + 40 * get16(coff + 2) > size)
		return "is cut short within its section table";

	pe->machine = get16(coff);
	pe->subsystem = get16(optional + 68);
	pe->is_signed = get32(optional + 148) != 0;
	pe->size = pe_extent(data + sections, get16(coff + 2), optional + 144);
	if (pe->size > size)
		return "is cut short: its headers speak of more than there is";
	return NULL;
}

/**
 * subsystem_name() - what a PE executable is for
 * @subsystem: of its header
 */
const char *subsystem_name(__u16 subsystem)
{
	switch (subsystem) {
	case SUBSYSTEM_APPLICATION:
		return "application";
	case SUBSYSTEM_BOOT_DRIVER:
		return "boot-service driver";
	case SUBSYSTEM_RUNTIME:
		return "runtime driver";
	default:
		return "unknown subsystem";
	}
}

/* Device IDs */

/*
 * A table of device IDs is not marked as one. What counts: so many different
 * IDs of Intel displays in a row, at the same distance from each other. From
 * there it goes on in both directions, over as many entries that are none.
 */
#define TABLE_MIN		4
#define TABLE_GAP		4
#define TABLE_DISTANCE_MAX	32

/**
 * has_id() - is it in the list?
 * @ids: the list
 * @id: the ID
 */
int has_id(const struct ids *ids, __u16 id)
{
	int i;

	for (i = 0; i < ids->count; i++)
		if (ids->list[i] == id)
			return 1;
	return 0;
}

/**
 * add_id() - put it into the list, if it is not there
 * @ids: the list; what it cannot hold is left out
 * @id: the ID
 */
void add_id(struct ids *ids, __u16 id)
{
	if (ids->count < IDS_MAX && !has_id(ids, id))
		ids->list[ids->count++] = id;
}

static int starts_table(const __u8 *data, size_t size, size_t at,
			size_t distance)
{
	struct ids row = { .count = 0 };
	int i;

	for (i = 0; i < TABLE_MIN; i++, at += distance) {
		if (at + 2 > size || !is_display(get16(data + at)))
			return 0;
		add_id(&row, get16(data + at));
	}
	return row.count == TABLE_MIN;
}

/* What a walk over a driver has found: which IDs, and all there can be of them */
struct tables {
	const __u8 *data;
	size_t size;
	struct ids *ids;
	__u8 seen[0x10000];
};

/* Returns whether the entry is a display's. */
static int take_entry(struct tables *tables, size_t at)
{
	__u16 id = get16(tables->data + at);

	if (!is_display(id))
		return 0;
	if (!tables->seen[id])
		add_id(tables->ids, id);
	tables->seen[id] = 1;
	return 1;
}

/* Returns where the table ends. */
static size_t take_table(struct tables *tables, size_t at, size_t distance)
{
	size_t p = at;
	int gap = 0;

	while (gap <= TABLE_GAP && p >= distance) {
		p -= distance;
		gap = take_entry(tables, p) ? 0 : gap + 1;
	}
	for (gap = 0; gap <= TABLE_GAP && at + 2 <= tables->size; at += distance)
		gap = take_entry(tables, at) ? 0 : gap + 1;
	return at;
}

static void find_ids(const __u8 *data, size_t size, struct ids *ids)
{
	struct tables tables = { .data = data, .size = size, .ids = ids };
	size_t distance, first, at;

	for (distance = 2; distance <= TABLE_DISTANCE_MAX; distance += 2) {
		for (first = 0; first < distance; first += 2) {
			for (at = first; at + 2 <= size; at += distance)
				if (starts_table(data, size, at, distance))
					at = take_table(&tables, at, distance);
		}
	}
}

/* What a driver is */

static int names(const __u8 *data, size_t size, const __u8 *guid)
{
	return !!memmem(data, size, guid, 16);
}

static void find_lpc_option(const __u8 *data, size_t size,
			    struct driver *driver)
{
	const __u8 *end = data + size;
	const __u8 *p = data;
	int i;

	while ((p = memmem(p, end - p, LPC_MARK, LPC_MARK_SIZE))) {
		p += LPC_MARK_SIZE;
		if (end - p <= LPC_ID_MAX)
			return;
		driver->lpc_at = p - data;
		for (i = 0; i < LPC_ID_MAX && isalnum(p[i]); i++)
			driver->lpc_option[i] = p[i];
		driver->marks++;
	}
}

/**
 * look() - what is this executable?
 * @data: the executable, which need not be a good one
 * @size: its bytes
 * @driver: result
 */
void look(const __u8 *data, size_t size, struct driver *driver)
{
	__u64 call;

	*driver = (struct driver){ .marks = 0 };
	find_lpc_option(data, size, driver);
	driver->is_gop = names(data, size, graphics_output) &&
			 names(data, size, gop_policy);
	if (!driver->is_gop)
		return;
	driver->lpc_reads = find_lpc_reads(data, size, &call);
	find_ids(data, size, &driver->ids);
}

/**
 * look_into() - what is in this EFI image, compressed or not?
 * @image: the image
 * @driver: result
 *
 * Return: 0 if its executable cannot be had.
 */
int look_into(const struct image *image, struct driver *driver)
{
	size_t size;
	__u8 *data;

	data = unpack(image, &size);
	if (!data)
		return 0;
	look(data, size, driver);
	free(data);
	return 1;
}
