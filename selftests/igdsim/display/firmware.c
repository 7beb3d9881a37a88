// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen that firmware left: a lit plane, all of stolen memory in the GTT from its
 * first entry on, and a picture in there, which whoever runs the machine has to put
 * into its memory (--screen).
 */
#include "display.h"

#define GTT_PRESENT		0x1u
#define BORDER			16	/* pixels */
#define BAR_WIDTH		80
#define SQUARE			40

static void fill_gtt(struct igd *igd)
{
	const struct profile *profile = igd->profile;
	unsigned int bytes = profile->generation >= 800 ? 8 : 4;
	uint64_t pages = profile->stolen.size / PAGE_SIZE;

	for (uint64_t page = 0; page < pages && page < profile->gtt.size / bytes;
	     page++)
		put_le(igd->bar[0].bytes + profile->gtt.base + page * bytes, bytes,
		       (profile->stolen.base + page * PAGE_SIZE) | GTT_PRESENT);
}

static void light_plane(struct igd *igd)
{
	const struct profile *profile = igd->profile;
	const struct plane_lines *lines = &profile->planes[0];
	const struct plane plane = { .lines = lines };
	uint32_t width = profile->screen.width, height = profile->screen.height;

	mmio_set(igd, profile->pipes[0].source, (width - 1) << 16 | (height - 1));
	mmio_set(igd, profile->pipes[0].config,
		 PIPE_CONFIG_ON | PIPE_CONFIG_IS_ON);
	lines->kind->light(igd, &plane, width, height);
	mmio_set(igd, lines->reg + lines->kind->arm,
		 (uint32_t)profile->screen.offset);
}

/* After the machine's reset, when its firmware has run */
void firmware_start(struct igd *igd)
{
	if (!igd->profile->screen.width)
		return;
	fill_gtt(igd);
	light_plane(igd);
}

/* Bars of eight colours in a white frame, over a board of small squares */
static uint32_t pixel(uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	static const uint32_t bars[8] = {
		0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
		0xff00ff, 0xff0000, 0x0000ff, 0x202020,
	};

	if (x < BORDER || y < BORDER || x >= width - BORDER ||
	    y >= height - BORDER)
		return 0xffffff;
	if (y < height / 2)
		return bars[x / BAR_WIDTH % 8];
	return (x / SQUARE + y / SQUARE) % 2 ? 0x336699 : 0x003366;
}

struct image screen_image(const struct profile *profile)
{
	uint32_t width = profile->screen.width, height = profile->screen.height;
	struct image image = { 0 };

	if (!width)
		return image;
	image.address = profile->stolen.base + profile->screen.offset;
	image.size = PAGE_ALIGN((uint64_t)width * height * 4);
	image.bytes = xcalloc(image.size, 1);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			put_le(image.bytes + ((uint64_t)y * width + x) * 4, 4,
			       pixel(x, y, width, height));
	return image;
}
