// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device IDs are Intel displays: those of the driver's own table
 */
#include "rom.h"

#define GEN_SKYLAKE		900

/* Newer ones that somebody asks for count as well */
static struct ids asked;

/**
 * know_displays() - set up is_display()
 * @more: IDs that count as displays, too
 */
void know_displays(const struct ids *more)
{
	asked = *more;
}

/**
 * is_display() - is this the ID of an Intel display?
 * @id: PCI device ID
 */
int is_display(__u16 id)
{
	/* Asked for each word of a driver, many times: looked up once */
	static enum { NEW, DISPLAY, NONE } known[0x10000];

	if (known[id] == NEW)
		known[id] = platform_of(id)->unknown ? NONE : DISPLAY;
	return known[id] == DISPLAY || has_id(&asked, id);
}

/**
 * before_skylake() - is this a display of before Skylake?
 * @id: PCI device ID
 */
int before_skylake(__u16 id)
{
	const struct igd_platform *platform = platform_of(id);

	return !platform->unknown && platform->gen < GEN_SKYLAKE;
}
