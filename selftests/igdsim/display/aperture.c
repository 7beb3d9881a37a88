// SPDX-License-Identifier: GPL-2.0-only
/*
 * The aperture: what a CPU writes to BAR2 is for the page that the GTT has there
 *
 * The client maps BAR2, so that nobody hears of a write. Where a page of it is not
 * what it was when the display last came by, it is written to memory, right before the
 * display reads there. So what a CPU draws is on the screen a frame later. What it
 * reads in BAR2 is what it wrote to BAR2, and not what memory has.
 */
#include "display.h"

#include <string.h>

/* From Meteor Lake on BAR2 is stolen memory itself */
#define APERTURE_END		1270

void aperture_init(struct igd *igd)
{
	if (igd->profile->generation < APERTURE_END && igd->bar[2].bytes)
		igd->display->aperture = xcalloc(igd->bar[2].size, 1);
}

static void written(struct igd *igd, unsigned int arg, int error,
		    const uint8_t *data, size_t length)
{
	(void)igd;
	(void)arg;
	(void)error;
	(void)data;
	(void)length;
}

/* @offset is the GTT's, @address where that leads */
void aperture_write_back(struct igd *igd, uint64_t offset, uint64_t address)
{
	const struct memory *bar = &igd->bar[2];
	uint8_t *before = igd->display->aperture;

	if (!before || offset + PAGE_SIZE > bar->size)
		return;
	before += offset;
	if (!memcmp(before, bar->bytes + offset, PAGE_SIZE))
		return;
	memcpy(before, bar->bytes + offset, PAGE_SIZE);
	dma_start(igd, VFIO_USER_DMA_WRITE, address, before, PAGE_SIZE, written,
		  0);
}
