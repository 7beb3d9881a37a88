// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an access costs
 *
 *	count accesses		each kind of access to the open device
 *	count lives		open, close, reset, bind, and whether they get dearer
 *
 * Prints a line for each: name, group, cost, what came of it. The cost is the least of
 * many tries, in ticks of the time stamp counter; where the virtual host counts
 * instructions (vhost/run --icount), a tick is one of them. What came of it has to be
 * the same for stock vfio-pci and for vfio-pci-igd in the groups where both do the same;
 * ./judge looks at that, and knows the groups.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "igdtest.h"

#define TRIES		64
#define MANY		1000000u

/* Registers with nothing behind them that a read or a write would change */
#define SCRATCH		0x4f000		/* SWF0, left to software by all generations */
#define PLANE		0x70180
#define MCHBAR_PLAIN	0x145918	/* the package's power limit, only read here */
#define PORT_INDEX	0
#define PORT_DATA	4
#define ASLS		0xfc
#define UNASSIGNED	0x60		/* MSAC: no header, no capability */

static struct vfio vfio;

static inline u64 ticks(void)
{
	u32 low, high;

	/* Nothing before it is still to be done, nothing behind it has begun */
	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

/**
 * struct op - something whose cost is wanted
 * @name: for the table
 * @group: which bar it has, see ./judge
 * @index: VFIO_PCI_*_REGION_INDEX
 * @offset: in the region
 * @width: bytes
 * @write: what is there is written back
 */
struct op {
	const char *name;
	const char *group;
	unsigned int index;
	u64 offset;
	unsigned int width;
	bool write;
};

#define CONFIG	VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0	VFIO_PCI_BAR0_REGION_INDEX
#define BAR4	VFIO_PCI_BAR4_REGION_INDEX

/* Groups and their bars are ./judge's */
static const struct op ops[] = {
	{ "config header, read 1",		"same", CONFIG, 0x08, 1 },
	{ "config header, read 2",		"same", CONFIG, 0x00, 2 },
	{ "config header, read 4",		"same", CONFIG, 0x00, 4 },
	{ "config BAR0, read 4",		"reference", CONFIG, 0x10, 4 },
	{ "config header, write 1",		"same", CONFIG, 0x3c, 1, true },
	{ "config COMMAND, write 2",		"same", CONFIG, 0x04, 2, true },
	{ "config BAR0, write 4",		"same", CONFIG, 0x10, 4, true },
	{ "config other bytes, read 1",		"same", CONFIG, UNASSIGNED, 1 },
	{ "config other bytes, read 2",		"same", CONFIG, UNASSIGNED, 2 },
	{ "config other bytes, read 4",		"same", CONFIG, UNASSIGNED, 4 },
	{ "config other bytes, write 4",	"denied", CONFIG, UNASSIGNED, 4, true },
	{ "config GGC, read 2",			"virtual", CONFIG, 0x50, 2 },
	{ "config GGC, read 4",			"ggc", CONFIG, 0x50, 4 },
	{ "config BDSM, read 4",		"virtual", CONFIG, 0xc0, 4 },
	{ "config ASLS, read 4",		"virtual", CONFIG, ASLS, 4 },
	{ "config ASLS, write 4",		"virtual", CONFIG, ASLS, 4, true },
	{ "gap GGC, read 4",			"ggc", BAR0, 0x108040, 4 },
	{ "gap BDSM, read 4",			"virtual", BAR0, 0x1080c0, 4 },
	{ "gap BDSM, read 8",			"virtual", BAR0, 0x1080c0, 8 },
	{ "gap other bytes, read 4",		"same", BAR0, 0x108010, 4 },
	{ "gap other bytes, read 8",		"wide", BAR0, 0x108010, 8 },
	{ "gap other bytes, write 4",		"denied", BAR0, 0x108010, 4, true },
	{ "MCHBAR, read 4",			"same", BAR0, MCHBAR_PLAIN, 4 },
	{ "MCHBAR, read 8",			"wide", BAR0, MCHBAR_PLAIN, 8 },
	{ "BAR0 elsewhere, read 4",		"same", BAR0, PLANE, 4 },
	{ "BAR0 elsewhere, read 8",		"same", BAR0, SCRATCH, 8 },
	{ "BAR0 elsewhere, write 4",		"same", BAR0, SCRATCH, 4, true },
	{ "BAR4 index, read 4",			"ports", BAR4, PORT_INDEX, 4 },
	{ "BAR4 index, write 4",		"ports", BAR4, PORT_INDEX, 4, true },
	{ "BAR4 data, read 4",			"ports", BAR4, PORT_DATA, 4 },
	{ }
};

static void line(const char *name, const char *group, u64 cost, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void line(const char *name, const char *group, u64 cost, const char *format, ...)
{
	va_list args;

	printf("%s\t%s\t%llu\t", name, group, cost);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static u64 least(u64 cost, u64 before)
{
	u64 now = ticks() - before;

	return now < cost ? now : cost;
}

static void access_cost(const struct op *op, u64 offset)
{
	u64 cost = ~0ull, value = 0, before;
	ssize_t done;

	if (pread(vfio.device, &value, op->width, offset) != (ssize_t)op->width)
		die("%s: %m", op->name);
	for (unsigned int i = 0; i < TRIES; i++) {
		before = ticks();
		if (op->write)
			done = pwrite(vfio.device, &value, op->width, offset);
		else
			done = pread(vfio.device, &value, op->width, offset);
		cost = least(cost, before);
		if (done != (ssize_t)op->width)
			die("%s: %zd bytes, %m", op->name, done);
	}
	if (pread(vfio.device, &value, op->width, offset) != (ssize_t)op->width)
		die("%s: %m", op->name);
	line(op->name, op->group, cost, "%#llx", value);
}

/* Where a capability is in configuration space; 0: there is none */
static unsigned int capability(u8 id)
{
	unsigned int at = config_read(&vfio, PCI_CAPABILITY_LIST, 1);

	while (at && config_read(&vfio, at, 1) != id)
		at = config_read(&vfio, at + 1, 1);
	return at;
}

static void run_op(const struct op *op)
{
	struct region region;

	if (vfio_region(&vfio, op->index, &region) || !region.size)
		return;
	access_cost(op, region.offset + op->offset);
}

/* What a system call costs of which nothing comes */
static void floors(void)
{
	int null = open("/dev/null", O_RDONLY);
	u64 cost = ~0ull, before;
	struct region region;
	char bytes[4];

	for (unsigned int i = 0; i < TRIES; i++) {
		before = ticks();
		if (pread(null, bytes, 4, 0))
			die("/dev/null: %m");
		cost = least(cost, before);
	}
	close(null);
	line("a pread of /dev/null", "syscall", cost, "0");

	if (vfio_region(&vfio, CONFIG, &region))
		die("no configuration space");
	cost = ~0ull;
	for (unsigned int i = 0; i < TRIES; i++) {
		before = ticks();
		if (pread(vfio.device, bytes, 0, region.offset))
			die("a pread of nothing: %m");
		cost = least(cost, before);
	}
	line("a pread of no bytes", "floor", cost, "0");
}

static void whole(const char *name, const char *group, const struct region *region)
{
	u64 cost = ~0ull, before, sum = 0;
	char *bytes = malloc(region->size);
	ssize_t done;

	for (unsigned int i = 0; i < 8; i++) {
		before = ticks();
		done = pread(vfio.device, bytes, region->size, region->offset);
		cost = least(cost, before);
		if (done != (ssize_t)region->size)
			die("%s: %zd bytes, %m", name, done);
	}
	for (u64 i = 0; i < region->size; i++)
		sum = sum * 31 + (u8)bytes[i];
	line(name, group, cost, "%llu bytes, %#llx", region->size, sum);
	free(bytes);
}

static void infos(void)
{
	static const struct {
		const char *name;
		const char *group;
		unsigned int index;
	} of[] = {
		{ "region info, config",	"info", CONFIG },
		{ "region info, BAR0",		"sparse", BAR0 },
		{ "region info, BAR2",		"info", VFIO_PCI_BAR2_REGION_INDEX },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(of); i++) {
		char buf[512] = { 0 };
		struct vfio_region_info *info = (void *)buf;
		u64 cost = ~0ull, before;

		for (unsigned int try = 0; try < TRIES; try++) {
			info->argsz = sizeof(buf);
			info->index = of[i].index;
			before = ticks();
			if (ioctl(vfio.device, VFIO_DEVICE_GET_REGION_INFO, info))
				die("%s: %m", of[i].name);
			cost = least(cost, before);
		}
		line(of[i].name, of[i].group, cost, "%llu bytes", info->size);
	}
}

static unsigned long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* All that may be mapped of a BAR: to map it, and to touch each page for the first time */
static void mappings(const char *bar, unsigned int index, const char *group)
{
	u64 map_cost = ~0ull, touch_cost = ~0ull, before, pages = 0;
	unsigned long taken = 0;
	struct region region;
	char name[64];

	if (vfio_region(&vfio, index, &region) || !region.size)
		return;
	if (!region.areas) {
		region.areas = 1;
		region.area[0].offset = 0;
		region.area[0].size = region.size;
	}
	/* Touching all of it takes long, and is the same each time */
	for (unsigned int try = 0; try < TRIES; try++) {
		bool touch = try < 4;
		u64 mapped = 0, touched = 0;

		if (touch) {
			taken = 0;
			pages = 0;
		}
		for (unsigned int i = 0; i < region.areas; i++) {
			u64 size = region.area[i].size;
			volatile u32 *at;

			before = ticks();
			at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
				  vfio.device, region.offset + region.area[i].offset);
			mapped += ticks() - before;
			if (at == MAP_FAILED)
				die("mapping %s: %m", bar);
			if (touch) {
				taken -= faults();
				before = ticks();
				for (u64 page = 0; page < size / PAGE; page++)
					(void)at[page * (PAGE / sizeof(*at))];
				touched += ticks() - before;
				taken += faults();
				pages += size / PAGE;
			}
			munmap((void *)at, size);
		}
		map_cost = mapped < map_cost ? mapped : map_cost;
		if (touch && touched < touch_cost)
			touch_cost = touched;
	}
	snprintf(name, sizeof(name), "mmap of %s", bar);
	line(name, group, map_cost, "%u areas", region.areas);
	snprintf(name, sizeof(name), "first touch of all of %s", bar);
	line(name, "touch", touch_cost, "%llu pages", pages);
	snprintf(name, sizeof(name), "faults of touching all of %s", bar);
	line(name, "count", taken, "%llu pages", pages);
}

static void capabilities(void)
{
	struct op op = { .group = "same", .index = CONFIG };
	unsigned int pm = capability(PCI_CAP_ID_PM), msi = capability(PCI_CAP_ID_MSI);

	if (msi) {
		op.name = "config MSI, read 4";
		op.offset = msi;
		op.width = 4;
		run_op(&op);
	}
	if (pm) {
		op.name = "config PM control, read 2";
		op.offset = pm + PCI_PM_CTRL;
		op.width = 2;
		run_op(&op);
		op.name = "config PM control, write 2";
		op.group = "sleep";
		op.write = true;
		run_op(&op);
	}
}

static void accesses(void)
{
	static const struct op later = {
		"config ASLS, read 4, a million later", "grown", CONFIG, ASLS, 4
	};
	struct region region;

	vfio_enable(&vfio);
	floors();
	capabilities();
	for (const struct op *op = ops; op->name; op++) {
		if (op->index == BAR4 && op->offset == PORT_DATA) {
			u32 index = PLANE;

			if (vfio_region(&vfio, BAR4, &region) || !region.size)
				continue;
			if (pwrite(vfio.device, &index, 4, region.offset) != 4)
				die("BAR4's index: %m");
		}
		run_op(op);
	}
	infos();
	mappings("BAR0", BAR0, "areas");
	mappings("BAR2", VFIO_PCI_BAR2_REGION_INDEX, "same");
	if (vfio_find_region(&vfio, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region))
		whole("OpRegion, whole", "opregion", &region);
	if (!vfio_region(&vfio, VFIO_PCI_ROM_REGION_INDEX, &region) && region.size)
		whole("ROM, whole", "rom", &region);

	/* Nothing grows with the number of accesses */
	for (unsigned int i = 0; i < MANY; i++)
		config_read(&vfio, ASLS, 4);
	run_op(&later);
}

/* Slab and vmalloc, in KiB */
static long memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	long sum = 0, kib;
	char text[128];

	while (file && fgets(text, sizeof(text), file))
		if (sscanf(text, "Slab: %ld", &kib) == 1 ||
		    sscanf(text, "VmallocUsed: %ld", &kib) == 1)
			sum += kib;
	if (file)
		fclose(file);
	return sum;
}

/* The device's own descriptor alone: container and group are no driver's */
static void open_once(u64 *opened, u64 *closed)
{
	u64 before = ticks(), after;

	vfio.device = ioctl(vfio.group, VFIO_GROUP_GET_DEVICE_FD, IGD_BDF);
	after = ticks();
	if (vfio.device < 0)
		die("open: %m");
	*opened = after - before;
	before = ticks();
	close(vfio.device);
	*closed = ticks() - before;
	vfio.device = -1;
}

static void lives(const char *driver)
{
	u64 opened, closed, open_cost = ~0ull, close_cost = ~0ull, cost = ~0ull, before;
	unsigned int next = 1;
	long kib;

	/* Whether it has gone to sleep by the next open is luck, and waking takes long */
	host_keep_awake(true);
	for (unsigned int i = 0; i < 4; i++) {
		before = ticks();
		vfio_reset(&vfio);
		cost = least(cost, before);
	}
	line("VFIO_DEVICE_RESET", "reset", cost, "done");

	kib = memory();
	close(vfio.device);
	vfio.device = -1;
	line("KiB of memory per open device", "memory", kib - memory(), "KiB");

	for (unsigned int i = 0; i < 4; i++) {
		open_once(&opened, &closed);
		open_cost = opened < open_cost ? opened : open_cost;
		close_cost = closed < close_cost ? closed : close_cost;
	}
	line("open, with its reset", "open", open_cost, "open");
	line("close, with its reset", "close", close_cost, "closed");
	open_cost = ~0ull;
	close_cost = ~0ull;

	/*
	 * Nothing grows with the number of opens: the least of eight from each on. A
	 * reset at each would be 0.2 s of waiting, with which nothing else is seen.
	 */
	host_set_resets("");
	for (unsigned int i = 1; i < 1000 + 8; i++) {
		open_once(&opened, &closed);
		if (i >= next && i < next + 8) {
			open_cost = opened < open_cost ? opened : open_cost;
			close_cost = closed < close_cost ? closed : close_cost;
		}
		if (i == next + 7) {
			char name[32];

			snprintf(name, sizeof(name), "open %u, no reset", next);
			line(name, "alone", open_cost, "open");
			snprintf(name, sizeof(name), "close %u, no reset", next);
			line(name, "close", close_cost, "closed");
			next *= 10;
			open_cost = ~0ull;
			close_cost = ~0ull;
		}
	}

	host_set_resets("default");
	host_keep_awake(false);

	vfio_close(&vfio);
	cost = ~0ull;
	for (unsigned int i = 0; i < 4; i++) {
		host_unbind(IGD_BDF);
		kib = memory();
		before = ticks();
		if (host_bind(IGD_BDF, driver))
			die("binding: %m");
		cost = least(cost, before);
		kib = memory() - kib;
	}
	line("bind", "bind", cost, "bound");
	line("KiB of memory per bound device", "memory", kib < 0 ? 0 : kib, "KiB");
}

int main(int argc, char **argv)
{
	if (argc < 2)
		die("use: count accesses, or count lives DRIVER");
	if (vfio_open(&vfio, VFIO_GROUP_API))
		die("the device does not open: %m");
	if (!strcmp(argv[1], "accesses"))
		accesses();
	else if (!strcmp(argv[1], "lives") && argc == 3)
		lives(argv[2]);
	else
		die("%s: only accesses, or lives DRIVER", argv[1]);
	vfio_close(&vfio);
	return 0;
}
