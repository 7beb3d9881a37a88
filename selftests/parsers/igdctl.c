// SPDX-License-Identifier: GPL-2.0-only
/*
 * What igdctl reads: ROMs, drivers and VBTs in a board's firmware
 */
#include "../../tools/igdctl/rom/extract.c"
#include <sys/mman.h>
#include "fuzz.h"

/* main.c is not here */
int next_option(int argc, char **argv, const char *letters,
		const struct option *options, const char *help)
{
	return -1;
}

/* As read_file() has it: no byte more */
static struct blob copy(const uint8_t *data, size_t size)
{
	struct blob blob = { .name = "rom", .data = malloc(size ? size : 1),
			     .size = size };

	memcpy(blob.data, data, size);
	return blob;
}

static void prepare(void)
{
	static FILE *nothing;

	if (!nothing)
		nothing = fopen("/dev/null", "w");
	faults = nothing;
	warnings = nothing;
	complaints = 0;
}

static void run_check(const uint8_t *data, size_t size)
{
	static const struct ids ids = { .list = { 0x4680 }, .count = 1 };
	struct blob rom = copy(data, size);

	prepare();
	if (!check_rom(&rom, 0x4680))
		advise_rom(&rom, &ids);
	print_rom(&rom, &ids);
	free(rom.data);
}

static void run_pack(const uint8_t *data, size_t size)
{
	static const struct ids ids = { .list = { 0x4680, 0x4692 }, .count = 2 };
	static char name[64];
	static int file = -1;
	char *files[] = { name, NULL };

	prepare();
	if (file < 0) {
		file = memfd_create("rom", 0);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	}
	if (ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	pack("/dev/null", &ids, &ids, size & 1 ? "host" : NULL, files);
}

static void run_extract(const uint8_t *data, size_t size)
{
	struct blob part = copy(data, size);
	int i;

	prepare();
	take_driver(part.data, part.size);
	take_vbts(part.data, part.size);
	sort_for = 0x4680;
	qsort(parts, part_count, sizeof(parts[0]), compare);
	for (i = 0; i < part_count; i++) {
		print_part(&parts[i], "part", 0x4680);
		free(parts[i].data);
	}
	part_count = 0;
	free(part.data);
}

static void run_vbt(const uint8_t *data, size_t size)
{
	struct opregion opregion = {};
	struct blob vbt = copy(data, size);
	char names[4][8];

	if (!vbt_check(vbt.data, vbt.size, &opregion.size, &opregion.bdb)) {
		/* No more than it says it has */
		opregion.data = realloc(vbt.data, opregion.size);
		vbt.data = opregion.data;
		vbt_outputs(&opregion, names, 4);
	}
	free(vbt.data);
}

const struct target igdctl_targets[] = {
	{ "rom-check", run_check, 1 },
	{ "rom-pack", run_pack, 1 },
	{ "rom-extract", run_extract, 1 },
	{ "vbt", run_vbt },
	{}
};
