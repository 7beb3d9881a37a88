// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device IDs are Intel displays
 */
#include <string.h>
#include "igdrom.h"

#define ID(id, platform) { id, #platform }

/* The driver's table, as firmware/Makefile takes it from there */
static const struct {
	__u16 id;
	const char *platform;
} displays[] = {
#include "displays.h"
};

_Static_assert(ARRAY_SIZE(displays) > 300, "IDs of driver/platform.c not found");

static __u8 known[0x10000];

/**
 * know_displays() - set up is_display()
 * @more: IDs that count as displays, too: newer ones that somebody asks for
 */
void know_displays(const struct ids *more)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(displays); i++)
		known[displays[i].id] = 1;
	for (i = 0; i < (size_t)more->count; i++)
		known[more->list[i]] = 1;
}

/**
 * is_display() - is this the ID of an Intel display?
 * @id: PCI device ID
 */
int is_display(__u16 id)
{
	return known[id];
}

/**
 * before_skylake() - is this a display of before Skylake?
 * @id: PCI device ID
 */
int before_skylake(__u16 id)
{
	static const char early[] = "SNB IVB VLV HSW BDW CHV";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(displays); i++)
		if (displays[i].id == id)
			return !!strstr(early, displays[i].platform);
	return 0;
}
