// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a pixel lies in memory, and what colour it has
 *
 * A tile is a page. In X it is 8 lines of 512 bytes, one after the other. In Y it is
 * 8 columns of 16 bytes and 32 lines; in 4 those columns are cut into blocks of 4
 * lines, which lie in this order (a block is 64 bytes, a line of the drawing 128):
 *
 *	 0  1  2  3  8  9 10 11
 *	 4  5  6  7 12 13 14 15
 *	16 17 ...
 */
#include "display.h"

#include <stdlib.h>

#define COLUMN			16u	/* bytes */
#define MAX_SURFACE_PAGES	0x10000u

static const struct {
	uint32_t width;		/* bytes; 0: not tiled */
	uint32_t height;
} tiles[] = {
	[TILED_X] = { 512, 8 }, [TILED_Y] = { 128, 32 }, [TILED_4] = { 128, 32 },
};

static uint32_t in_tile(enum tiling tiling, uint32_t x, uint32_t y)
{
	uint32_t block;

	switch (tiling) {
	case TILED_X:
		return y * 512 + x;
	case TILED_Y:
		return x / COLUMN * 512 + y * COLUMN + x % COLUMN;
	default:
		/* the fourth bit of x and the third of y change places */
		block = (y >> 3) << 4 | (x >> 6 & 1) << 3 | (y >> 2 & 1) << 2 |
			(x >> 4 & 3);
		return block * 64 + y % 4 * COLUMN + x % COLUMN;
	}
}

/* From the surface's first byte on; x in bytes */
uint64_t surface_offset(const struct shape *shape, uint32_t x, uint32_t y)
{
	uint32_t width = tiles[shape->tiling].width;
	uint32_t height = tiles[shape->tiling].height;
	uint64_t tile;

	if (!width)
		return (uint64_t)y * shape->stride + x + shape->skip;
	tile = (uint64_t)(y / height) * (shape->stride / width) + x / width;
	return tile * PAGE_SIZE + in_tile(shape->tiling, x % width, y % height);
}

/* The next x or y that may lie in another page */
static uint32_t step(uint32_t at, uint32_t unit)
{
	return unit ? at - at % unit + unit : at + 1;
}

static void mark_line(const struct shape *shape, uint32_t y, uint32_t from,
		      uint32_t end, uint8_t *used)
{
	uint32_t unit = tiles[shape->tiling].width;
	uint64_t page, last;

	for (uint32_t x = from; x < end; x = unit ? step(x, unit) : end) {
		page = surface_offset(shape, x, y) / PAGE_SIZE;
		last = unit ? page : surface_offset(shape, end - 1, y) / PAGE_SIZE;
		for (; page <= last && page < MAX_SURFACE_PAGES; page++)
			used[page] = 1;
	}
}

/* Each page that has some of it, once: how many, and which */
uint32_t surface_pages(const struct shape *shape, uint32_t width, uint32_t height,
		       uint32_t **pages)
{
	uint8_t *used = xcalloc(MAX_SURFACE_PAGES, 1);
	uint32_t bytes = shape->format.bytes ?: 4, count = 0;
	uint32_t from = shape->from_x * bytes;

	if (shape->raw)
		for (uint32_t page = 0; page < height; page++)
			used[page] = 1;
	else
		for (uint32_t y = shape->from_y; y < shape->from_y + height;
		     y = step(y, tiles[shape->tiling].height))
			mark_line(shape, y, from, from + width * bytes, used);

	for (uint32_t page = 0; page < MAX_SURFACE_PAGES; page++)
		count += used[page];
	*pages = xcalloc(count + 1, sizeof(**pages));
	count = 0;
	for (uint32_t page = 0; page < MAX_SURFACE_PAGES; page++)
		if (used[page])
			(*pages)[count++] = page;
	free(used);
	return count;
}

/* bits of a colour's part, widened to 8 */
static uint32_t part(uint32_t value, unsigned int shift, unsigned int bits)
{
	uint32_t top = (value >> shift) & ((1u << bits) - 1);

	return bits >= 8 ? top >> (bits - 8) :
			   top << (8 - bits) | top >> (2 * bits - 8);
}

static uint32_t join(uint32_t alpha, uint32_t red, uint32_t green, uint32_t blue)
{
	return alpha << 24 | red << 16 | green << 8 | blue;
}

/* As 0xAARRGGBB */
uint32_t surface_pixel(const struct shape *shape, const uint8_t *bytes)
{
	uint32_t value = (uint32_t)get_le(bytes, shape->format.bytes == 2 ? 2 : 4);
	uint32_t pixel;

	switch (shape->format.colour) {
	case XRGB8888:
		pixel = value;
		break;
	case XRGB2101010:
		pixel = join(0xff, part(value, 20, 10), part(value, 10, 10),
			     part(value, 0, 10));
		break;
	case RGB565:
		pixel = join(0xff, part(value, 11, 5), part(value, 5, 6),
			     part(value, 0, 5));
		break;
	default:
		return 0xff808080;
	}
	if (shape->swapped)
		pixel = (pixel & 0xff00ff00) | (pixel & 0xff) << 16 |
			(pixel >> 16 & 0xff);
	return shape->alpha ? pixel : pixel | 0xff000000;
}
