// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding: what the driver takes, what it refuses, what it says, and what it
 * leaves behind
 */
#include <dirent.h>
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "fixture.h"

#define IGD_ATTRIBUTES		"/sys/bus/pci/devices/" IGD_BDF "/igd"
#define LPC_BRIDGE		"0000:00:1f.0"
#define DSM_NAME		"IGD data stolen memory"
#define GSM_NAME		"IGD GTT stolen memory"

FIXTURE(host)
{
	const struct machine *machine;
	const struct machine_register *bdsm;
	const struct machine_register *gsm;
	const struct machine_register *reserved;
	struct sim_changes changes;
	int claims;		/* 0 where there is nothing to claim */
};

FIXTURE_SETUP(host)
{
	self->machine = machine_here();
	self->bdsm = machine_register(self->machine, "BDSM");
	self->gsm = machine_register(self->machine, "GSMBASE");
	self->reserved = machine_register(self->machine, "STOLEN_RESERVED");
	/* Memory behind BAR2 is the device's: no address of it is the host's */
	self->claims = !machine_behind_bar2(self->machine);
	host_unbind(IGD_BDF);
	klog_mark();
}

FIXTURE_TEARDOWN_PARENT(host)
{
	host_unbind(IGD_BDF);
	if (sim_restore(&self->changes))
		host_rescan(IGD_BDF);
	host_bind(IGD_BDF, IGD_DRIVER);
}

static void set(FIXTURE_DATA(host) *self, u32 offset, unsigned int width,
		u64 value)
{
	sim_change(&self->changes, "config", offset, width, value);
}

static void set_register(FIXTURE_DATA(host) *self,
			 const struct machine_register *reg, u64 value)
{
	machine_change(&self->changes, reg, value);
}

#define EXPECT_LOGGED(count, words)					\
	EXPECT_EQ(count, klog_count(words))				\
		TH_LOG("'%s' expected %u times in:\n%s", words,		\
		       count, klog_since())

static bool claimed(const FIXTURE_DATA(host) *self)
{
	struct resource list[256];
	size_t count = host_iomem(list, ARRAY_SIZE(list));

	while (count--)
		if (!strncmp(list[count].name, "IGD ", 4))
			return true;
	return false;
}

TEST_F(host, one_line_says_what_was_found)
{
	const struct machine *machine = self->machine;
	char platform[64], generation[16], number[16], words[512];

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	host_attribute("igd/platform", platform, sizeof(platform));
	host_attribute("igd/generation", generation, sizeof(generation));
	snprintf(number, sizeof(number), "%u.%02u", machine->gen / 100,
		 machine->gen % 100);
	EXPECT_STREQ(number, generation);
	EXPECT_LE(strlen("Haswell"), strlen(platform));
	EXPECT_NE(NULL, strstr(machine->name, platform))
		TH_LOG("'%s' is taken for '%s'", machine->name, platform);
	snprintf(words, sizeof(words),
		 IGD_BDF ": %s (gen %s): stolen memory %llu MiB at %#llx, of it reserved %llu KiB, GTT %llu MiB, OpRegion %u.%u of 8 KiB and VBT of %u bytes",
		 platform, number,
		 machine->dsm_size / MIB, machine->dsm,
		 machine->reserved_size / KIB, machine->gsm_size / MIB,
		 machine->opregion_version >> 8,
		 machine->opregion_version & 0xff, machine->vbt_size);
	EXPECT_LOGGED(1, words);
	/* What the PCI core says of a probe() that returns something else than 0 */
	EXPECT_LOGGED(0, "unexpectedly returned");
}

TEST_F(host, stolen_memory_is_claimed_while_bound)
{
	const struct machine *machine = self->machine;

	EXPECT_FALSE(claimed(self));
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(self->claims,
		  host_has_resource(machine->dsm,
				    machine->dsm + machine->dsm_size - 1,
				    DSM_NAME));
	EXPECT_EQ(self->claims,
		  host_has_resource(machine->gsm,
				    machine->gsm + machine->gsm_size - 1,
				    GSM_NAME));
	host_unbind(IGD_BDF);
	EXPECT_FALSE(claimed(self));
}

/* Files with addresses in them, as ABI/ lists them, and those without */
TEST_F(host, addresses_are_for_root_alone)
{
	static const char * const secret[] = {
		"host_stolen", "guest_stolen", "guest_reserved",
	};
	char path[512], text[256];
	struct dirent *entry;
	struct stat stat;
	unsigned int i;
	bool is_secret;
	DIR *dir;

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	dir = opendir(IGD_ATTRIBUTES);
	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), IGD_ATTRIBUTES "/%s", entry->d_name);
		ASSERT_EQ(0, lstat(path, &stat));
		for (is_secret = false, i = 0; i < ARRAY_SIZE(secret); i++)
			is_secret |= !strcmp(entry->d_name, secret[i]);
		EXPECT_EQ(is_secret ? 0400 : 0444, stat.st_mode & 0777)
			TH_LOG("%s", entry->d_name);

		snprintf(path, sizeof(path), "igd/%s", entry->d_name);
		host_attribute(path, text, sizeof(text));
		EXPECT_TRUE(is_secret || !strstr(text, "0x"))
			TH_LOG("%s has '%s'", entry->d_name, text);
	}
	closedir(dir);
}

/* /dev/mem of a stock kernel has no business in claimed memory */
TEST_F(host, claimed_memory_is_out_of_reach)
{
	u8 byte;

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(self->claims ? -EPERM : 0,
		  host_mem_read(self->machine->dsm, &byte, 1));
	host_unbind(IGD_BDF);
	EXPECT_EQ(0, host_mem_read(self->machine->dsm, &byte, 1));
}

/* What the kernel has in memory: all of it, and BARs and windows alone */
struct memory_map {
	struct resource all[256];
	struct resource bars[128];
	size_t num_all;
	size_t num_bars;
};

static void read_map(struct memory_map *map)
{
	map->num_all = host_iomem(map->all, ARRAY_SIZE(map->all));
	map->num_bars = host_bars(map->bars, ARRAY_SIZE(map->bars));
}

/* Nobody's but the root bus's own window's, which is there to be given out */
static bool is_free(const struct memory_map *map, u64 start, u64 last)
{
	size_t i;

	for (i = 0; i < map->num_all; i++)
		if (strncmp(map->all[i].name, "PCI Bus 0000:00", 15) &&
		    host_has(&map->all[i], 1, start, last))
			return false;
	return !host_has(map->bars, map->num_bars, start, last);
}

static bool is_ram(const struct memory_map *map, u64 start, u64 last)
{
	size_t i;

	for (i = 0; i < map->num_all; i++)
		if (!strcmp(map->all[i].name, "System RAM") &&
		    host_has(&map->all[i], 1, start, last))
			return true;
	return false;
}

/*
 * Bytes of a range that are nobody's, by the MiB, in which the driver claims; and
 * those that are a BAR's, by the page
 */
static void count_range(const struct memory_map *map, u64 start, u64 size,
			u64 *free, u64 *bar)
{
	u64 at;

	*free = 0;
	*bar = 0;
	for (at = start; at < start + size; at += MIB)
		if (is_free(map, at, at + MIB - 1))
			*free += MIB;
	for (at = start; at < start + size; at += PAGE)
		if (host_has(map->bars, map->num_bars, at, at + PAGE - 1))
			*bar += PAGE;
}

/* Binds with stolen memory at @dsm; returns how much of it was claimed */
static u64 claimed_at(struct __test_metadata *_metadata,
		      FIXTURE_DATA(host) *self, const struct memory_map *map,
		      u64 dsm)
{
	u64 size = self->machine->dsm_size, claimed = 0, left;
	struct resource now[256];
	char words[64];
	size_t i, count;

	set_register(self, self->bdsm, dsm);
	set_register(self, self->reserved, 0);
	klog_mark();
	EXPECT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));

	count = host_iomem(now, ARRAY_SIZE(now));
	for (i = 0; i < count; i++) {
		if (strcmp(now[i].name, DSM_NAME))
			continue;
		EXPECT_LE(dsm, now[i].start);
		EXPECT_GE(dsm + size - 1, now[i].last);
		EXPECT_FALSE(host_has(map->bars, map->num_bars, now[i].start,
				      now[i].last))
			TH_LOG("%#llx-%#llx is claimed, a BAR's as it is",
			       now[i].start, now[i].last);
		claimed += now[i].last + 1 - now[i].start;
	}

	left = size - claimed;
	snprintf(words, sizeof(words), "%llu KiB of it stay unclaimed",
		 left / KIB);
	EXPECT_LOGGED(self->claims && left ? 1 : 0, words);
	host_unbind(IGD_BDF);
	return claimed;
}

/* May stolen memory be there, as wide as BDSM is? */
static bool is_in_reach(const FIXTURE_DATA(host) *self, u64 start, u64 size)
{
	return self->bdsm->width == 8 || !((start + size - 1) >> 32);
}

/*
 * A BAR that nobody has requested yet is in the kernel's tree, but not busy: who
 * asks for a part of it gets it, and its driver cannot load any more.
 */
TEST_F(host, a_bar_is_never_claimed)
{
	u64 size = self->machine->dsm_size, free, bar;
	struct memory_map map;
	size_t i;

	read_map(&map);
	for (i = 0; i < map.num_bars; i++) {
		const struct resource *r = &map.bars[i];

		if (!is_in_reach(self, r->start, size) || r->start % MIB ||
		    r->last + 1 - r->start < size)
			continue;
		count_range(&map, r->start, size, &free, &bar);
		EXPECT_EQ(0, free);
		EXPECT_EQ(0, claimed_at(_metadata, self, &map, r->start));
		return;
	}
	EXPECT_TRUE(false)
		TH_LOG("no BAR has the %llu MiB to lay stolen memory into",
		       size / MIB);
}

/* Stolen memory across a BAR's border: its free part is claimed, and no more */
TEST_F(host, only_what_is_free_is_claimed)
{
	u64 size = self->machine->dsm_size, free, bar, claimed;
	struct memory_map map;
	size_t i;

	read_map(&map);
	for (i = 0; i < 2 * map.num_bars; i++) {
		const struct resource *r = &map.bars[i / 2];
		u64 edge = i & 1 ? r->last + 1 : r->start;
		u64 dsm = edge - 4 * MIB;

		if (edge % MIB || edge < 16 * MIB ||
		    !is_in_reach(self, dsm, size) ||
		    dsm <= self->machine->gsm + self->machine->gsm_size ||
		    is_ram(&map, dsm, dsm + size - 1))
			continue;
		count_range(&map, dsm, size, &free, &bar);
		if (!free || !bar)
			continue;
		claimed = claimed_at(_metadata, self, &map, dsm);
		EXPECT_LE(self->claims * free, claimed);
		EXPECT_GE(self->claims * (size - bar), claimed);
		return;
	}
	EXPECT_TRUE(false)
		TH_LOG("no BAR has anything free beside it");
}

/* Others' there, such as interrupt controllers: memory around them is claimed */
TEST_F(host, what_others_have_in_the_middle_is_left_out)
{
	u64 size = self->machine->dsm_size, before, behind, bar, claimed;
	unsigned int part, tried = 0;
	struct memory_map map;
	size_t i;

	read_map(&map);
	/* They begin with one of its quarters, but the first: in either half */
	for (part = 1; part <= 3; part++) {
		for (i = 0; i < map.num_all; i++) {
			const struct resource *r = &map.all[i];
			u64 dsm = r->start - part * size / 4;
			u64 end = (r->last / MIB + 1) * MIB;

			if (r->start % MIB || r->start < size || end >= dsm + size ||
			    !is_in_reach(self, dsm, size) ||
			    dsm <= self->machine->gsm + self->machine->gsm_size ||
			    is_ram(&map, dsm, dsm + size - 1) ||
			    host_has(map.bars, map.num_bars, r->start, r->last))
				continue;
			count_range(&map, dsm, r->start - dsm, &before, &bar);
			count_range(&map, end, dsm + size - end, &behind, &bar);
			if (before < MIB || behind < 2 * MIB ||
			    is_free(&map, r->start, r->start))
				continue;
			claimed = claimed_at(_metadata, self, &map, dsm);
			/* A BAR's end may be within a MiB, and what is halved from there */
			EXPECT_LE(self->claims * (before + behind - 2 * MIB), claimed)
				TH_LOG("stolen memory at %#llx", dsm);
			EXPECT_GT(size, claimed);
			tried++;
			break;
		}
	}
	if (!tried)
		SKIP(return, "nobody has anything with free memory around it");
}

/*
 * A device that the kernel finds later gets no BAR in stolen memory: that lies
 * where the kernel would put it.
 */
TEST_F(host, a_bar_that_comes_later_goes_elsewhere)
{
	u64 size = self->machine->dsm_size, start = 0;
	struct memory_map map;
	struct host_vf vf;
	size_t i;

	if (!self->claims)
		SKIP(return, "behind BAR2, nothing is claimed");

	/* Of a device that nobody needs; where it goes, it is told by going there */
	ASSERT_TRUE(host_make_vf(&vf))
		TH_LOG("no device here has SR-IOV; selftests/vhost/run has one");
	host_drop_vf(&vf);
	host_rescan(vf.pf);
	read_map(&map);
	for (i = 0; i < map.num_bars && !start; i++)
		if (!strcmp(map.bars[i].name, vf.pf) &&
		    is_in_reach(self, map.bars[i].start & BASE_MASK, size))
			start = map.bars[i].start & BASE_MASK;
	ASSERT_NE(0, start)
		TH_LOG("%s has no BAR in reach of BDSM", vf.pf);

	host_forget(vf.pf);
	set_register(self, self->bdsm, start);
	set_register(self, self->reserved, 0);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	host_find(vf.pf);

	read_map(&map);
	for (i = 0; i < map.num_bars; i++) {
		if (strcmp(map.bars[i].name, vf.pf))
			continue;
		EXPECT_FALSE(map.bars[i].start < start + size &&
			     map.bars[i].last >= start)
			TH_LOG("%#llx-%#llx is in stolen memory at %#llx",
			       map.bars[i].start, map.bars[i].last, start);
	}
}

/* VFIO's number for it, too, which is the next one's only when it was given back */
TEST_F(host, binding_twice_is_as_binding_once)
{
	char first[64], name[64];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		vfio_device_name(i ? name : first, sizeof(name));
		host_unbind(IGD_BDF);
		if (i)
			EXPECT_STREQ(first, name);
	}
	EXPECT_NE(0, *first);
	EXPECT_LOGGED(3, ": stolen memory");
	EXPECT_FALSE(claimed(self));
}

/* The boot framebuffer may still be on, and the device its reader */
TEST_F(host, leaves_the_command_register_as_it_was)
{
	static const u16 commands[] = {
		0, PCI_COMMAND_MEMORY, PCI_COMMAND_MASTER,
		PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER,
	};
	const u16 mask = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		set(self, PCI_COMMAND, 2, commands[i]);
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		EXPECT_EQ(commands[i], sim_read("config", PCI_COMMAND, 2) & mask);
		host_unbind(IGD_BDF);
	}
}

TEST_F(host, refuses_what_is_no_display)
{
	EXPECT_EQ(-ENODEV, host_bind(LPC_BRIDGE, IGD_DRIVER));
	host_unbind(LPC_BRIDGE);
	EXPECT_LOGGED(1, LPC_BRIDGE ": not binding: 8086:");
	EXPECT_LOGGED(1, "of class 060100 is no Intel display device");
}

TEST_F(host, refuses_what_is_not_intels)
{
	set(self, PCI_VENDOR_ID, 2, 0x1234);
	host_rescan(IGD_BDF);

	EXPECT_EQ(-ENODEV, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "not binding: 1234:");
	EXPECT_FALSE(claimed(self));
}

/* It is Intel's, and has neither stolen memory nor an OpRegion */
TEST_F(host, refuses_a_virtual_function)
{
	struct host_vf vf;
	char words[64];
	int ret;

	ASSERT_TRUE(host_make_vf(&vf))
		TH_LOG("no device here has SR-IOV; selftests/vhost/run has one");
	klog_mark();
	ret = host_bind(vf.bdf, IGD_DRIVER);
	snprintf(words, sizeof(words),
		 "%s: not binding: this is a virtual function", vf.bdf);
	EXPECT_LOGGED(1, words);
	EXPECT_LOGGED(1, "xe-vfio-pci is the driver for it");
	host_drop_vf(&vf);
	EXPECT_EQ(-ENODEV, ret);
}

static void check_refused(struct __test_metadata *_metadata,
			  FIXTURE_DATA(host) *self,
			  const struct machine_register *reg, u64 value,
			  const char *name)
{
	set_register(self, reg, value);
	EXPECT_EQ(self->claims ? -EINVAL : 0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(self->claims, name);
	EXPECT_LOGGED(self->claims, "overlaps System RAM");
	EXPECT_FALSE(claimed(self));
}

TEST_F(host, refuses_stolen_memory_in_system_ram)
{
	check_refused(_metadata, self, self->bdsm,
		      host_ram(0, 4 * GIB, self->machine->dsm_size), DSM_NAME);
}

/* Only its last MiB, in what follows the real one in memory */
TEST_F(host, refuses_stolen_memory_that_ends_in_system_ram)
{
	check_refused(_metadata, self, self->bdsm, self->machine->dsm + MIB,
		      DSM_NAME);
}

TEST_F(host, refuses_gtt_stolen_memory_in_system_ram)
{
	/* It has to be below stolen memory to be believed */
	check_refused(_metadata, self, self->gsm,
		      host_ram(0, self->machine->gsm, self->machine->gsm_size),
		      GSM_NAME);
}

TEST_F(host, refuses_stolen_memory_over_the_end)
{
	if (self->bdsm->width < 8)
		SKIP(return, "32 bits of BDSM do not reach that far");
	check_refused(_metadata, self, self->bdsm, 0xfffffffffff00000,
		      DSM_NAME);
}

TEST_F(host, refuses_a_dead_device)
{
	set(self, VFIO_PCI_IGD_CFG_GGC, 4, 0xffffffff);

	EXPECT_EQ(-EIO, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "does not answer");
	EXPECT_FALSE(claimed(self));
}

/* Opens the device as a guest's firmware would leave it */
static void open_programmed(struct __test_metadata *_metadata,
			    const FIXTURE_DATA(host) *self, struct vfio *vfio)
{
	ASSERT_EQ(0, vfio_open(vfio, VFIO_GROUP_API));
	vfio_enable(vfio);
	machine_program(self->machine, vfio, GUEST_BDSM);
}

static void check_no_gsmbase(struct __test_metadata *_metadata,
			     FIXTURE_DATA(host) *self, u64 gsmbase)
{
	struct vfio vfio;

	if (!self->claims)
		SKIP(return, "behind BAR2, no address of the host's counts");

	set_register(self, self->gsm, gsmbase);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "GSMBASE is ");

	open_programmed(_metadata, self, &vfio);
	EXPECT_EQ(0, bar0_read(&vfio, self->gsm->gap, self->gsm->width));
	EXPECT_REGISTER_OF(self->machine, &vfio, "STOLEN_RESERVED",
			   machine_guest_reserved(self->machine,
						  self->machine->reserved,
						  GUEST_BDSM,
						  self->machine->dsm_size));
	vfio_close(&vfio);
}

TEST_F(host, warns_of_gsmbase_above_stolen_memory)
{
	check_no_gsmbase(_metadata, self, self->machine->dsm + MIB);
}

TEST_F(host, warns_of_gsmbase_too_close_to_stolen_memory)
{
	check_no_gsmbase(_metadata, self, self->machine->dsm - MIB);
}

TEST_F(host, warns_of_gsmbase_that_is_0)
{
	check_no_gsmbase(_metadata, self, 0);
}

TEST_F(host, warns_of_gsmbase_all_ones)
{
	check_no_gsmbase(_metadata, self, ~0ULL);
}

/* Where it has no base, none can be wrong */
static void check_no_reserved(struct __test_metadata *_metadata,
			      FIXTURE_DATA(host) *self, u64 reserved)
{
	struct vfio vfio;

	if (self->reserved->width == 4)
		reserved = (u32)reserved;
	set_register(self, self->reserved, reserved);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(!!self->machine->layout->reserved_base,
		      "STOLEN_RESERVED is ");

	open_programmed(_metadata, self, &vfio);
	EXPECT_REGISTER_OF(self->machine, &vfio, "STOLEN_RESERVED",
			   machine_guest_reserved(self->machine, reserved,
						  GUEST_BDSM,
						  self->machine->dsm_size));
	EXPECT_REGISTER_OF(self->machine, &vfio, "GSMBASE",
			   machine_guest_gsm(self->machine, &vfio, reserved, GUEST_BDSM,
					     self->machine->dsm_size));
	vfio_close(&vfio);
}

TEST_F(host, warns_of_reserved_below_stolen_memory)
{
	check_no_reserved(_metadata, self,
			  self->machine->reserved - self->machine->dsm_size);
}

TEST_F(host, warns_of_reserved_above_stolen_memory)
{
	check_no_reserved(_metadata, self,
			  self->machine->reserved + self->machine->dsm_size);
}

TEST_F(host, says_nothing_of_reserved_that_is_not_enabled)
{
	char words[64];
	u64 size;

	set_register(self, self->reserved, 0);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(0, "STOLEN_RESERVED is ");
	machine_reserved(self->machine, 0, &size);
	snprintf(words, sizeof(words), "of it reserved %llu KiB", size / KIB);
	EXPECT_LOGGED(1, words);
}

TEST_F(host, no_stolen_memory_is_not_an_error)
{
	struct vfio vfio;

	/* GMS of 0: the user has turned it off in the firmware's setup */
	set(self, VFIO_PCI_IGD_CFG_GGC, 2, self->machine->ggc & ~self->machine->layout->gms);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "stolen memory 0 MiB");
	EXPECT_FALSE(claimed(self));

	open_programmed(_metadata, self, &vfio);
	/* Behind BAR2 drivers take what is reserved out of it from its size */
	if (self->claims) {
		EXPECT_EQ(0, bar0_read(&vfio, self->gsm->gap,
				       self->gsm->width));
		EXPECT_EQ(0, bar0_read(&vfio, self->reserved->gap, 1) & 1);
	} else {
		EXPECT_EQ(self->machine->reserved & ~BASE_MASK,
			  bar0_read(&vfio, self->reserved->gap, 8));
	}
	vfio_close(&vfio);
}

/*
 * A device of tomorrow: OpRegion, ASLS and write protection are all that can be
 * done for it without knowing it.
 */
TEST_F(host, an_unknown_device_gets_what_all_have)
{
	const u32 at = self->bdsm->config ?: VFIO_PCI_IGD_CFG_BDSM32;
	struct region region;
	struct vfio vfio;
	u32 stolen;
	void *map;

	set(self, PCI_DEVICE_ID, 2, 0xfffe);
	host_rescan(IGD_BDF);
	klog_mark();
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "8086:fffe is not a device that this driver knows");
	EXPECT_FALSE(claimed(self));

	ASSERT_EQ(0, vfio_open(&vfio, VFIO_GROUP_API));
	vfio_enable(&vfio);
	EXPECT_TRUE(vfio_find_region(&vfio, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
				     &region));
	EXPECT_EQ(8 * KIB + self->machine->vbt_size, region.size);

	EXPECT_EQ(0, config_read(&vfio, VFIO_PCI_IGD_CFG_ASLS, 4));
	config_write(&vfio, VFIO_PCI_IGD_CFG_ASLS, 4, 0x3ffe0018);
	EXPECT_EQ(0x3ffe0018, config_read(&vfio, VFIO_PCI_IGD_CFG_ASLS, 4));

	sim_mark();
	stolen = sim_read("config", at, 4);
	config_write(&vfio, at, 4, ~stolen);
	config_write(&vfio, VFIO_PCI_IGD_CFG_SWSCI, 2, 0x8001);
	EXPECT_EQ(0x8001, config_read(&vfio, VFIO_PCI_IGD_CFG_SWSCI, 2));
	EXPECT_EQ(0, sim_writes("config", 0x40, 0xff, NULL, 0));
	EXPECT_EQ(stolen, config_read(&vfio, at, 4));

	/* Nobody knows of a gap, so there is none */
	ASSERT_EQ(0, vfio_region(&vfio, VFIO_PCI_BAR0_REGION_INDEX, &region));
	EXPECT_EQ(0, region.areas);
	map = mmap(NULL, region.size, PROT_READ, MAP_SHARED, vfio.device,
		   region.offset);
	EXPECT_NE(MAP_FAILED, map);
	vfio_close(&vfio);
}

TEST_HARNESS_MAIN
