// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile firmware: a host that says what no firmware should
 *
 *	firmware [--count N] [--seconds S] [--seed X]
 *
 * A case spoils one thing: registers, the OpRegion, the option ROM's file, a module
 * parameter, ids=, or the device itself, which dies. Then the device is bound, opened,
 * read and written, closed and unbound, as far as the driver goes along. All is put
 * right again, and it has to bind, open and be well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fuzz.h"

#define PARAMS			"/sys/module/vfio_pci_igd/parameters/"

/* Intel's ACPI IGD OpRegion Specification, as region_test has it */
#define OPREGION_SIZE		0x2000
#define OPREGION_SIZE_KIB	0x10	/* 4 bytes */
#define OPREGION_VERSION	0x16	/* 2 bytes */
#define OPREGION_RVDA		0x3ba	/* 8 bytes */
#define OPREGION_RVDS		0x3c2	/* 4 bytes */
#define VBT_MAX			0x10000

#define LONG			1000	/* cases */

/* In memory of the host's that firmware leads the driver to */
#define SECRET			"memory of the host's"
#define SECRET_PLACE		0x1000

struct target target;

static struct sim_changes changes;
static u8 opregion[OPREGION_SIZE];	/* as it is */
static u64 ram;				/* where a good OpRegion is in System RAM */
static struct worker self;

static u64 pick(struct worker *me, const u64 *values, size_t count)
{
	return values[draw_below(me, count)];
}

#define PICK(...) pick(me, (const u64[]) { __VA_ARGS__ },			\
		       sizeof((const u64[]) { __VA_ARGS__ }) / 8)

/*
 * What is the same in all cases: the device in use
 */
static const struct machine_register *reg_of(const char *name)
{
	return machine_register(target.machine, name);
}

static bool is_ram(u64 start, u64 size)
{
	static struct resource all[512];
	size_t count = host_iomem(all, ARRAY_SIZE(all));

	while (count--)
		if (!strcmp(all[count].name, "System RAM") &&
		    host_has(&all[count], 1, start, start + size - 1))
			return true;
	return false;
}

/* Stolen memory in what the kernel uses is nothing to go along with */
static void check_taken(const struct worker *me)
{
	const struct machine_register *bdsm = reg_of("BDSM");
	u64 size = machine_gms(target.machine,
			       sim_read("config", VFIO_PCI_IGD_CFG_GGC, 2)) * MIB;
	u64 start = sim_read(machine_space(bdsm), machine_offset(bdsm),
			     bdsm->width) & BASE_MASK;

	if (!machine_behind_bar2(target.machine) && start && size &&
	    is_ram(start, size))
		wrong(ORACLE_CLAIMED, me, "it is bound, with %llu MiB of stolen memory at %#llx, in System RAM",
		      size / MIB, start);
}

/* Claims lie in no System RAM and in no BAR */
static void check_claims(const struct worker *me, bool bound)
{
	static struct resource all[512], bars[128];
	size_t count = host_iomem(all, ARRAY_SIZE(all));
	size_t num_bars = host_bars(bars, ARRAY_SIZE(bars));

	while (count--) {
		const struct resource *claim = &all[count];

		if (strncmp(claim->name, "IGD ", 4))
			continue;
		if (!bound)
			wrong(ORACLE_CLAIMED, me, "%s is left behind", claim->name);
		if (host_has(bars, num_bars, claim->start, claim->last))
			wrong(ORACLE_CLAIMED, me, "%s, %#llx-%#llx, is in a BAR",
			      claim->name, claim->start, claim->last);
		if (is_ram(claim->start, claim->last - claim->start + 1))
			wrong(ORACLE_CLAIMED, me, "%s, %#llx-%#llx, is in System RAM",
			      claim->name, claim->start, claim->last);
	}
}

/* All of a region, as far as it can be read, and nothing in it that is the host's */
static size_t read_region(const struct worker *me, unsigned int index, u64 from,
			  size_t len, u8 *bytes)
{
	ssize_t done = pread(target.vfio.device, bytes, len,
			     ((u64)index << REGION_SHIFT) + from);

	if (done <= 0)
		return 0;
	check_bytes(me, bytes, done, index, from);
	if (memmem(bytes, done, SECRET, strlen(SECRET)))
		wrong(ORACLE_ADDRESS, me, "%s is in region %u", SECRET, index);
	return done;
}

static u64 read_gap(const struct worker *me, const char *name)
{
	const struct machine_register *reg = reg_of(name);
	u8 bytes[8] = { 0 };

	read_region(me, VFIO_PCI_BAR0_REGION_INDEX, reg->gap, reg->width, bytes);
	return get_le(bytes, reg->width);
}

static void write_bdsm(u64 value)
{
	const struct machine_register *reg = reg_of("BDSM");
	u8 bytes[8];

	put_le(bytes, 8, value);
	pwrite(target.vfio.device, bytes, reg->width,
	       ((u64)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT) + reg->config);
}

/* What does not move along with the guest's BDSM is an address of the host's */
static void check_moves(const struct worker *me, const char *name)
{
	static const u64 places[] = { 0x10000000, 0x1c000000 };
	u64 base[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		write_bdsm(places[i] | VFIO_PCI_IGD_BDSM_GSM);
		base[i] = read_gap(me, name) & BASE_MASK;
	}
	if (base[0] && base[0] == base[1] && base[0] != NOWHERE)
		wrong(ORACLE_ADDRESS, me, "%s is at %#llx wherever BDSM is", name,
		      base[0]);
}

/* A guest gets an OpRegion that says where all of it is */
static void check_opregion(const struct worker *me, const u8 *bytes, size_t size)
{
	u16 version = get_le(bytes + OPREGION_VERSION, 2);
	u64 rvda = get_le(bytes + OPREGION_RVDA, 8);
	u32 rvds = get_le(bytes + OPREGION_RVDS, 4);

	if (size < OPREGION_SIZE || memcmp(bytes, "IntelGraphicsMem", 16) ||
	    (version >= 0x0200 &&
	     (rvda ? rvda != OPREGION_SIZE || rvds != size - OPREGION_SIZE :
		     size != OPREGION_SIZE)))
		wrong(ORACLE_AGREE, me, "an OpRegion of %zu bytes, version %#x, with RVDA %#llx and RVDS %#x",
		      size, version, rvda, rvds);
}

static void use(const struct worker *me)
{
	static u8 bytes[OPREGION_SIZE + VBT_MAX];
	struct region region;
	size_t size;
	u64 at;

	if (pwrite(target.vfio.device, "\3", 1,
		   ((u64)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT) +
		   PCI_COMMAND) != 1)
		return;
	read_region(me, VFIO_PCI_CONFIG_REGION_INDEX, 0, PCI_CFG_SPACE_SIZE, bytes);
	for (at = GAP_START; at < GAP_END; at += 0x40)
		if (at % 0x400 < 0x140 || at >= VFIO_PCI_IGD_MMIO_INFO)
			read_region(me, VFIO_PCI_BAR0_REGION_INDEX, at, 0x40, bytes);
	read_region(me, VFIO_PCI_ROM_REGION_INDEX, 0, sizeof(bytes), bytes);
	read_region(me, VFIO_PCI_NUM_REGIONS + 1, 0, PCI_CFG_SPACE_SIZE, bytes);
	read_region(me, VFIO_PCI_NUM_REGIONS + 2, 0, PCI_CFG_SPACE_SIZE, bytes);
	if (!vfio_region(&target.vfio, VFIO_PCI_NUM_REGIONS, &region)) {
		size = read_region(me, VFIO_PCI_NUM_REGIONS, 0, sizeof(bytes), bytes);
		check_opregion(me, bytes, size);
	}
	if (machine_behind_bar2(target.machine))
		return;
	check_moves(me, "GSMBASE");
	check_moves(me, "STOLEN_RESERVED");
}

/* 0, or why the driver does not go along */
static int open_it(const struct worker *me)
{
	int ret = host_bind(IGD_BDF, IGD_DRIVER);

	if (ret)
		return ret;
	check_taken(me);
	check_claims(me, true);
	return vfio_open(&target.vfio, VFIO_GROUP_API);
}

static void close_it(const struct worker *me)
{
	vfio_close(&target.vfio);
	host_unbind(IGD_BDF);
	check_claims(me, false);
}

static bool live(const struct worker *me)
{
	bool opens;

	oracle_addresses();
	opens = !open_it(me);
	if (opens)
		use(me);
	close_it(me);
	return opens;
}

/*
 * The cases
 */

/* An address where memory is, a BAR, nothing, or no address at all */
static u64 some_address(struct worker *me, u64 right)
{
	static struct resource all[512];
	size_t count = host_iomem(all, ARRAY_SIZE(all));
	const struct resource *resource = &all[draw_below(me, count)];
	u64 edge = draw_one_in(me, 2) ? resource->start : resource->last + 1;
	u64 size = OPREGION_SIZE, any = draw(me);

	edge += PICK(0, 0, PAGE, -PAGE, size, -size, MIB, -MIB, 1, -1);
	switch (draw_below(me, 8)) {
	case 0:
		return PICK(0, ~0ULL, 1, 4 * GIB - MIB, 4 * GIB - PAGE,
			    4 * GIB - size, 1ULL << 63, MIB);
	case 1:
		return any;
	case 2:
		return right + (any % 256 - 128) * MIB;
	case 3:
		return right + any % 0x4000 - 0x2000;
	default:
		return edge;
	}
}

/* Any; or one of those with which stolen memory stays small */
static u16 some_ggc(struct worker *me)
{
	unsigned int tries = draw_one_in(me, 2) ? 1 : 64;
	u16 ggc;

	do {
		ggc = draw(me);
	} while (--tries && machine_gms(target.machine, ggc) * MIB >
			    target.machine->dsm_size);
	return ggc;
}

static bool spoil_registers(struct worker *me)
{
	static const char * const names[] = { "BDSM", "GSMBASE", "STOLEN_RESERVED" };
	const struct machine *machine = target.machine;
	const u64 right[] = { machine->dsm, machine->gsm, machine->reserved };
	unsigned int i, which = 1 + draw_below(me, 15);
	u64 flags;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		u64 address = some_address(me, right[i]);

		flags = draw_one_in(me, 2) ? draw_below(me, 0x400) :
					     right[i] & 0x3ff;
		if (which & 1 << i)
			machine_change(&changes, reg_of(names[i]),
				       (address & ~0x3ffULL) | flags);
	}
	if (which & 8)
		machine_change(&changes, reg_of("GGC"), some_ggc(me));
	return live(me);
}

static void opregion_put(unsigned int place, unsigned int width, u64 value)
{
	u8 bytes[8];

	put_le(bytes, width, value);
	if (host_mem_write(target.machine->asls + place, bytes, width))
		die("/dev/mem: the OpRegion cannot be written");
}

static void set_asls(u64 address)
{
	sim_change(&changes, "config", VFIO_PCI_IGD_CFG_ASLS, 4, (u32)address);
}

/* In a good OpRegion, a VBT that is good, too, in System RAM; or all of it there */
static bool lead_to_ram(struct worker *me)
{
	if (draw_one_in(me, 2)) {
		set_asls(ram);
	} else {
		opregion_put(OPREGION_VERSION, 2, 0x200);
		opregion_put(OPREGION_RVDA, 8, ram + SECRET_PLACE);
		opregion_put(OPREGION_RVDS, 4, PICK(48, 49, 0x400, PAGE));
	}
	return live(me);
}

static bool spoil_opregion(struct worker *me)
{
	static u8 spoiled[OPREGION_SIZE];
	const u64 asls = target.machine->asls;
	u64 version = PICK(0, 0xff, 0x100, 0x1ff, 0x200, 0x200, 0x201, 0x201,
			   0x2ff, 0x300, 0xfff, 0x1000, 0xffff);
	u64 address = some_address(me, target.machine->vbt);
	unsigned int i;

	if (draw_one_in(me, 4))
		return lead_to_ram(me);
	if (draw_one_in(me, 8))
		opregion_put(draw_below(me, 16), 1, draw(me));
	if (draw_one_in(me, 8))
		opregion_put(OPREGION_SIZE_KIB, 4,
			     PICK(0, 1, 7, 9, 16, 0x2000, ~0ULL));
	if (draw_one_in(me, 2))
		opregion_put(OPREGION_VERSION, 2, version);
	else
		version = get_le(opregion + OPREGION_VERSION, 2);
	/* Relative from 2.1 on */
	if (!draw_one_in(me, 3))
		opregion_put(OPREGION_RVDA, 8,
			     draw_one_in(me, 3) ?
				PICK(0, 1, 0x1fff, 0x2000, 0x2001, 0x2fff, 0x3000,
				     1ULL << 63, ~0ULL, -asls, -asls - 1,
				     -asls + PAGE) :
				address - (version > 0x200 ? asls : 0));
	if (!draw_one_in(me, 3))
		opregion_put(OPREGION_RVDS, 4,
			     PICK(0, 1, 47, 48, 49, PAGE - 1, PAGE, PAGE + 1, 0x2200,
				  0xffff, 0x10000, 0x10001, 0x7fffffff, 0xffffffff));
	for (i = draw_below(me, 16); i; i--)
		opregion_put(0x400 + draw_below(me, 0x1c00), 1, draw(me));
	if (draw_one_in(me, 3))
		set_asls(some_address(me, asls));
	if (host_mem_read(asls, spoiled, sizeof(spoiled)))
		die("/dev/mem: the OpRegion cannot be read");
	oracle_given(GIVEN_SPOILED, spoiled, sizeof(spoiled));
	return live(me);
}

static bool spoil_rom(struct worker *me)
{
	static u8 file[HOST_ROM_LARGEST + 1];
	size_t size = PICK(0, 1, 24, 511, 512, 513, 1024, 2048, 2049, 65536, MIB);
	unsigned int i;

	if (draw_one_in(me, 32))
		size = HOST_ROM_LARGEST + draw_below(me, 2);
	memset(file, draw_one_in(me, 2) ? 0 : 0xff, size < 65536 ? 65536 : size);
	put_le(file, 2, 0xaa55);
	file[2] = PICK(0, 1, 1, 2, 4, 128, 255);
	put_le(file + 0x18, 2, PICK(0, 0x17, 0x18, 0x1c, 0x1c, 0x1c, 0x1f0, 0x1ff,
				    0xffff));
	memcpy(file + 0x1c, "PCIR", 4);
	put_le(file + 0x20, 2, PICK(0x8086, 0x8086, 0x1234));
	put_le(file + 0x2c, 2, PICK(0, 1, 1, 1, 2, 4, 0x7fff, 0xffff));
	file[0x30] = PICK(0, 3, 3, 0xff);
	file[0x31] = PICK(0, 0x80, 0x80, 0x80);
	for (i = draw_below(me, 8); i; i--)
		file[draw_below(me, 0x40)] ^= 1 << draw_below(me, 8);
	host_rom_write(file, size);
	oracle_given(GIVEN_SPOILED, file, 0x40);
	return live(me);
}

static const char * const texts[] = {
	"0", "1", "4", "20", "32", "33", "60", "64", "96", "512", "1024", "2048", "2080",
	"4294967295", "4294967296", "18446744073709551616", "-1", "-0", "+32", "0x20",
	"040", " 32", "32 ", "32\n", "32\n\n", "3 2", "32,64", "32M", "", "\n", " ",
	"y", "n", "Y\n", "on", "off", "true", "%s%n%p", "\xff\xfe", "\x7f", "None",
};

static void put_param(const char *name, const char *text, size_t len)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), PARAMS "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m", path);
	write(fd, text, len);
	close(fd);
}

/* What is taken is a number, and an open takes it, or does not open */
static bool spoil_params(struct worker *me)
{
	static const char * const names[] = {
		"gms_mb", "gms_mb", "gms_mb", "gms_above_host", "nointxmask",
		"quiesce", "disable_idle_d3",
	};
	const char *name = names[draw_below(me, ARRAY_SIZE(names))];
	const char *text = texts[draw_below(me, ARRAY_SIZE(texts))];
	char any[4096];
	bool opens;
	u64 gms;

	draw_fill(me, (u8 *)any, sizeof(any));
	if (draw_one_in(me, 4))
		put_param(name, any, draw_below(me, sizeof(any) + 1));
	else
		put_param(name, text, strlen(text));

	oracle_addresses();
	opens = !open_it(me);
	if (opens) {
		gms = machine_gms(target.machine, config_read(&target.vfio,
							      VFIO_PCI_IGD_CFG_GGC, 2));
		if (gms != host_number("igd/gms_mb"))
			wrong(ORACLE_AGREE, me, "GGC says %llu MiB, igd/gms_mb %llu",
			      gms, host_number("igd/gms_mb"));
		use(me);
	}
	close_it(me);
	return opens;
}

static int load_module(const char *options)
{
	const char *path = getenv("IGD_MODULE");
	int fd = open(path ?: "", O_RDONLY | O_CLOEXEC);
	int ret = syscall(SYS_finit_module, fd, options, 0) ? -errno : 0;

	close(fd);
	return ret;
}

static bool spoil_ids(struct worker *me)
{
	static const char * const parts[] = {
		"8086:4680", "8086", "8086:", ":", "::", "8086:4680:", "8086:9bc8:1:2",
		"8086:9bc8:1:2:3:4", "8086:9bc8:1:2:3:4:5", "ffffffff:ffffffff",
		"100000000:1", "-1:-1", "0:0", "8086:zzzz", "x", " ", "8086 : 4680",
		"8086:46800", "0x8086:0x4680", "", "%s%n", "1234:5678:ffffffff",
	};
	unsigned int i, count = draw_below(me, 12);
	char options[600] = "ids=";
	bool opens = false;

	for (i = 0; i < count; i++) {
		if (i)
			strcat(options, ",");
		strcat(options, parts[draw_below(me, ARRAY_SIZE(parts))]);
	}
	host_run("rmmod vfio_pci_igd");
	if (!load_module(options)) {
		opens = live(me);
		host_run("rmmod vfio_pci_igd");
	}
	if (load_module(""))
		die("the module does not load");
	return opens;
}

/* It does not answer when it is bound, or is not on the bus any more */
static bool spoil_presence(struct worker *me)
{
	bool gone = draw_one_in(me, 2);

	sim_die(true);
	if (gone) {
		host_forget(IGD_BDF);
		host_run("echo 1 > /sys/bus/pci/rescan");
		sim_die(false);
		host_find(IGD_BDF);
		return true;
	}
	if (!host_bind(IGD_BDF, IGD_DRIVER) && !vfio_open(&target.vfio, VFIO_GROUP_API))
		use(me);
	vfio_close(&target.vfio);
	host_unbind(IGD_BDF);
	sim_die(false);
	host_rescan(IGD_BDF);
	return true;
}

static u8 *mapped;
static sigjmp_buf unanswered;

static void no_answer(int signal)
{
	siglongjmp(unanswered, 1);
}

static void *keep_using(void *arg)
{
	const struct worker *me = arg;
	u8 bytes[16];

	while (!atomic_load(&target.over)) {
		read_region(me, VFIO_PCI_BAR0_REGION_INDEX, GAP_START + 0xc0,
			    sizeof(bytes), bytes);
		read_region(me, VFIO_PCI_BAR0_REGION_INDEX, 0x140000, 4, bytes);
		read_region(me, VFIO_PCI_CONFIG_REGION_INDEX, 0xf0, sizeof(bytes), bytes);
		/* BDSM is check_moves()'s */
		pwrite(target.vfio.device, bytes, 4,
		       ((u64)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT) +
		       VFIO_PCI_IGD_CFG_ASLS);
		if (!sigsetjmp(unanswered, 1))
			*(volatile u32 *)mapped;
	}
	return NULL;
}

/*
 * Dies under those who use it. In long runs alone also with resets: for each of them the
 * kernel waits a minute for the device to come back.
 */
static bool spoil_life(struct worker *me)
{
	const bool comes_back = draw_one_in(me, 2), resets = draw_one_in(me, 16);
	u64 us = draw_below(me, 100000);
	pthread_t thread;

	if (resets && limits.count >= LONG)
		host_set_resets("default");
	oracle_addresses();
	if (open_it(me))
		die("a device that is well does not open");
	use(me);
	signal(SIGBUS, no_answer);
	mapped = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, target.vfio.device, 0);
	atomic_store(&target.over, false);
	if (mapped == MAP_FAILED ||
	    pthread_create(&thread, NULL, keep_using, me))
		die("no mapping or no thread: %m");
	usleep(us);
	sim_die(true);
	ioctl(target.vfio.device, VFIO_DEVICE_RESET);
	use(me);
	usleep(us);
	if (comes_back)
		sim_die(false);
	atomic_store(&target.over, true);
	pthread_join(thread, NULL);
	munmap(mapped, PAGE);
	close_it(me);
	sim_die(false);
	host_rescan(IGD_BDF);
	return true;
}

const struct kind kinds[] = {
	{ "registers", 8, spoil_registers },
	{ "OpRegion", 8, spoil_opregion },
	{ "option ROM", 3, spoil_rom },
	{ "parameters", 4, spoil_params },
	{ "ids=", 1, spoil_ids },
	{ "a device that is not there", 1, spoil_presence },
	{ "a device that dies", 1, spoil_life },
};

const unsigned int num_kinds = ARRAY_SIZE(kinds);

/* All as it was: it binds, opens, and is what it was */
static void check_clean(struct worker *me)
{
	sim_restore(&changes);
	oracle_given(GIVEN_SPOILED, NULL, 0);
	if (host_mem_write(target.machine->asls, opregion, sizeof(opregion)))
		die("/dev/mem: the OpRegion cannot be put back");
	host_rom_write_good();
	host_set_param("gms_mb", "0");
	host_set_param("gms_above_host", "0");
	host_set_param("nointxmask", "0");
	host_set_param("disable_idle_d3", "0");
	host_set_param("quiesce", "1");
	host_set_resets("");

	oracle_addresses();
	if (open_it(me)) {
		wrong(ORACLE_CLEAN, me, "afterwards it does not bind or open");
		return;
	}
	check_registers(me);
	close_it(me);
}

/* Before anything is spoiled: as the driver's own tests have seen it */
static void read_given(struct worker *me)
{
	static const unsigned int regions[] = {
		[GIVEN_ROM] = VFIO_PCI_ROM_REGION_INDEX,
		[GIVEN_OPREGION] = VFIO_PCI_NUM_REGIONS,
	};
	static u8 bytes[OPREGION_SIZE + VBT_MAX];
	unsigned int i;

	check_clean(me);
	if (open_it(me))
		die("a device that is well does not open");
	for (i = 0; i < ARRAY_SIZE(regions); i++)
		oracle_given(i, bytes, read_region(me, regions[i], 0, sizeof(bytes),
						   bytes));
	close_it(me);
	oracle_can_tell();
}

/*
 * A page or two of this process with an OpRegion in them that is good, and a VBT:
 * System RAM, as firmware has not reserved it
 */
static void plant(void)
{
	u8 *pages = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_LOCKED, -1, 0);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	const u64 frame = (1ULL << 55) - 1;
	u64 entries[64], i = 0;

	if (pages == MAP_FAILED ||
	    pread(fd, entries, sizeof(entries), (uintptr_t)pages / PAGE * 8) !=
	    sizeof(entries))
		die("no memory, or no /proc/self/pagemap: %m");
	close(fd);
	while (i < 62 && (entries[i + 1] & frame) != (entries[i] & frame) + 1)
		i++;
	ram = (entries[i] & frame) * PAGE;
	if (!ram || ram >> 32)
		die("this process's memory is at %#llx", ram);
	pages += i * PAGE;
	memcpy(pages, opregion, OPREGION_SIZE);
	put_le(pages + OPREGION_VERSION, 2, 0x100);
	memcpy(pages + 0x400, "$VBT " SECRET, 5 + strlen(SECRET));
	memcpy(pages + SECRET_PLACE, "$VBT " SECRET, 5 + strlen(SECRET));
}

int main(int argc, char **argv)
{
	struct worker *me = &self;
	unsigned int kind;
	u64 number;

	limits.count = 100;
	report_begin(argc, argv);
	target.machine = machine_here();
	target.pm = sim_capability(PCI_CAP_ID_PM);
	if (host_mem_read(target.machine->asls, opregion, sizeof(opregion)))
		die("/dev/mem: the OpRegion cannot be read");
	plant();
	host_rom_keep();
	read_given(me);

	/* First one of each kind */
	for (number = 0; number < limits.count && !is_wrong() && !time_is_up();
	     number++) {
		atomic_store(&me->op, number);
		draw_begin(me, limits.seed, number);
		klog_mark();
		kind = number < num_kinds ? number : draw_kind(me);
		me->worked[kind] += do_kind(me, kind);
		check_clean(me);
		oracle_complaints();
	}
	host_rom_restore();
	host_set_resets("default");
	report_end(me, 1, number == limits.count,
		   1 << ORACLE_ADDRESS | 1 << ORACLE_AGREE | 1 << ORACLE_CLAIMED |
		   1 << ORACLE_CLEAN | 1 << ORACLE_KERNEL);
}
