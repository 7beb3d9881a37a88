// SPDX-License-Identifier: GPL-2.0-only
/*
 * table TITLE STOCK IGD: what two guests got, stock vfio-pci's beside
 * vfio-pci-igd's
 *
 * STOCK and IGD are folders that ./boot has left, each with its -before.
 */
#define _GNU_SOURCE
#include "facts.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

static struct facts facts, before;

/* Before firmware ran, a value can only be the host's */
static void maybe_host(char *cell, size_t size, uint64_t value)
{
	snprintf(cell, size, value ? "0x%llx, the host's" : "0x%llx",
		 (unsigned long long)value);
}

static void taken(char *cell, size_t size)
{
	const uint64_t usable = number(&facts, "i915.usable_kib");

	if (usable)
		snprintf(cell, size, "%llu K of %llu K given",
			 (unsigned long long)usable,
			 (unsigned long long)number(&facts, "i915.reserved_kib"));
	else
		snprintf(cell, size, "none");
}

static void before_bdsm(char *cell, size_t size)
{
	maybe_host(cell, size, bdsm_before(&before));
}

static void before_asls(char *cell, size_t size)
{
	maybe_host(cell, size, number(&before, "before.asls"));
}

static void before_reserved(char *cell, size_t size)
{
	maybe_host(cell, size, reserved_before(&before));
}

/* BDSM 0x5c and SWSCI 0xe8: as many as there were, and which */
static void firmware_writes(char *cell, size_t size)
{
	const char *where = fact(&facts, "writes.where");

	if (number(&facts, "writes.beyond"))
		snprintf(cell, size, "%s: %s", fact(&facts, "writes.beyond"),
			 where ? where : "");
	else
		snprintf(cell, size, "none");
}

static int print_range(char *cell, size_t size, struct range range)
{
	return snprintf(cell, size, "0x%08llx-0x%08llx",
			(unsigned long long)range.base,
			(unsigned long long)range.end - 1);
}

static void stolen_is_at(char *cell, size_t size)
{
	const struct range range = stolen_range(&facts);

	if (range.base && range.end > range.base)
		print_range(cell, size, range);
	else
		snprintf(cell, size, "nowhere");
}

static void reserved_is_at(char *cell, size_t size)
{
	const struct range range = reserved_range(&facts);
	int len;

	if (!reserved_is_inside(&facts)) {
		snprintf(cell, size, "0x%08llx..., outside",
			 (unsigned long long)range.base);
		return;
	}
	len = print_range(cell, size, range);
	snprintf(cell + len, size - len, ", inside");
}

static void opregion_is(char *cell, size_t size)
{
	snprintf(cell, size, opregion_is_whole(&facts) ?
		 "found, byte for byte" : "not found");
}

/* What its planes were refused */
static void display_faults(char *cell, size_t size)
{
	struct planes life;

	if (!planes(&facts, "igdsim.planes", &life))
		snprintf(cell, size, "not counted");
	else if (life.faults)
		snprintf(cell, size, "%u, of %u reads", life.faults, life.reads);
	else
		snprintf(cell, size, "none, of %u reads", life.reads);
}

static void display_left(char *cell, size_t size)
{
	struct planes left;

	if (!planes(&facts, "igdsim.killed", &left))
		snprintf(cell, size, "not looked at");
	else if (left.lit)
		snprintf(cell, size, "still on, reads %u pages", left.reads);
	else
		snprintf(cell, size, "off");
}

static const struct row {
	const char *label;
	void (*cell)(char *cell, size_t size);
} rows[] = {
	{ "Stolen memory that i915 takes", taken },
	{ "BDSM, before the guest's firmware ran", before_bdsm },
	{ "ASLS, before it ran", before_asls },
	{ "STOLEN_RESERVED (0xf0), before it ran", before_reserved },
	{ "Guest writes to host firmware's registers", firmware_writes },
	{ "Stolen memory is at", stolen_is_at },
	{ "Its reserved range is at", reserved_is_at },
	{ "The host's OpRegion and VBT", opregion_is },
	{ "DMA faults of the display in its life", display_faults },
	{ "The display 3 s after it was killed", display_left },
};

#define NUM_ROWS	(sizeof(rows) / sizeof(rows[0]))

static void line(const char *label, const char *stock, const char *igd)
{
	printf("  %-42s %-38s %s\n", label, stock, igd);
}

int main(int argc, char **argv)
{
	static char cells[2][NUM_ROWS][80];

	if (argc != 4)
		errx(2, "use: table TITLE STOCK IGD");
	for (int i = 0; i < 2; i++) {
		facts_load(&facts, argv[2 + i]);
		facts_load_before(&before, argv[2 + i]);
		for (size_t row = 0; row < NUM_ROWS; row++)
			rows[row].cell(cells[i][row], sizeof(cells[i][row]));
	}
	puts(argv[1]);
	line("", "stock vfio-pci", "vfio-pci-igd");
	line("", "--------------", "------------");
	for (size_t row = 0; row < NUM_ROWS; row++)
		line(rows[row].label, cells[0][row], cells[1][row]);
	return 0;
}
