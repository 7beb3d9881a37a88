// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding: what the driver takes, what it refuses, what it says, and what it
 * leaves behind
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "fixture.h"

#define LPC_BRIDGE		"0000:00:1f.0"
#define DSM_NAME		"IGD data stolen memory"
#define GSM_NAME		"IGD GTT stolen memory"

/* Registers of the host's that tests change, all put back afterwards */
struct saved {
	const char *space;
	u32 offset;
	unsigned int width;
	u64 value;
};

FIXTURE(host)
{
	const struct machine *machine;
	const struct machine_register *bdsm;
	const struct machine_register *gsm;
	const struct machine_register *reserved;
	struct saved saved[8];
	unsigned int count;
};

static void set(FIXTURE_DATA(host) *self, const char *space, u32 offset,
		unsigned int width, u64 value)
{
	self->saved[self->count++] = (struct saved) {
		.space = space,
		.offset = offset,
		.width = width,
		.value = sim_read(space, offset, width),
	};
	sim_write(space, offset, width, value);
}

static void set_register(FIXTURE_DATA(host) *self,
			 const struct machine_register *reg, u64 value)
{
	set(self, machine_space(reg), machine_offset(reg), reg->width, value);
}

FIXTURE_SETUP(host)
{
	self->machine = machine_here();
	self->bdsm = machine_register(self->machine, "BDSM");
	self->gsm = machine_register(self->machine, "GSMBASE");
	self->reserved = machine_register(self->machine, "STOLEN_RESERVED");
	host_unbind(IGD_BDF);
	klog_mark();
}

FIXTURE_TEARDOWN_PARENT(host)
{
	bool rescan = false;

	host_unbind(IGD_BDF);
	while (self->count--) {
		const struct saved *saved = &self->saved[self->count];

		sim_write(saved->space, saved->offset, saved->width,
			  saved->value);
		rescan |= !strcmp(saved->space, "config") &&
			  saved->offset < PCI_COMMAND;
	}
	if (rescan)
		host_rescan(IGD_BDF);
	host_bind(IGD_BDF, IGD_DRIVER);
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
	char words[512];

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	snprintf(words, sizeof(words),
		 "%s (gen %s): stolen memory %llu MiB at %#llx, of it reserved %llu KiB, GTT %llu MiB, OpRegion %u.%u of 8 KiB and VBT of %u bytes",
		 machine->name, machine->generation, machine->dsm_size / MIB,
		 machine->dsm, machine->reserved_size / KIB,
		 machine->gsm_size / MIB, machine->opregion_version >> 8,
		 machine->opregion_version & 0xff, machine->vbt_size);
	EXPECT_LOGGED(1, words);
}

TEST_F(host, stolen_memory_is_claimed_while_bound)
{
	const struct machine *machine = self->machine;

	EXPECT_FALSE(claimed(self));
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_TRUE(host_has_resource(machine->dsm,
				      machine->dsm + machine->dsm_size - 1,
				      DSM_NAME));
	EXPECT_TRUE(host_has_resource(machine->gsm,
				      machine->gsm + machine->gsm_size - 1,
				      GSM_NAME));
	host_unbind(IGD_BDF);
	EXPECT_FALSE(claimed(self));
}

/* /dev/mem of a stock kernel has no business in claimed memory */
TEST_F(host, claimed_memory_is_out_of_reach)
{
	u8 byte;

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(-EPERM, host_mem_read(self->machine->dsm, &byte, 1));
	host_unbind(IGD_BDF);
	EXPECT_EQ(0, host_mem_read(self->machine->dsm, &byte, 1));
}

/* BARs have owners: what is free before and after them is claimed in pieces */
TEST_F(host, only_what_is_free_is_claimed)
{
	u64 bar = host_lowest_bar(), dsm = bar - 4 * MIB, before = 0;
	struct resource list[256];
	size_t i, count;

	set_register(self, self->bdsm, dsm);
	set_register(self, self->gsm, dsm - self->machine->gsm_size);
	set_register(self, self->reserved, 0);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));

	count = host_iomem(list, ARRAY_SIZE(list));
	for (i = 0; i < count; i++) {
		if (strcmp(list[i].name, DSM_NAME))
			continue;
		EXPECT_LE(dsm, list[i].start);
		EXPECT_GE(dsm + self->machine->dsm_size - 1, list[i].last);
		EXPECT_FALSE(list[i].start <= bar && list[i].last >= bar);
		if (list[i].start < bar)
			before += list[i].last + 1 - list[i].start;
	}
	EXPECT_EQ(4 * MIB, before);
	EXPECT_TRUE(host_has_resource(dsm - self->machine->gsm_size, dsm - 1,
				      GSM_NAME));
}

TEST_F(host, binding_twice_is_as_binding_once)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		host_unbind(IGD_BDF);
	}
	EXPECT_LOGGED(3, "stolen memory");
	EXPECT_FALSE(claimed(self));
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
	set(self, "config", PCI_VENDOR_ID, 2, 0x1234);
	host_rescan(IGD_BDF);

	EXPECT_EQ(-ENODEV, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "not binding: 1234:");
	EXPECT_FALSE(claimed(self));
}

TEST_F(host, refuses_stolen_memory_in_system_ram)
{
	set_register(self, self->bdsm, host_ram(self->machine->dsm_size));

	EXPECT_EQ(-EINVAL, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, DSM_NAME);
	EXPECT_LOGGED(1, "overlaps System RAM");
	EXPECT_FALSE(claimed(self));
}

/* Only its last MiB, in what follows the real one in memory */
TEST_F(host, refuses_stolen_memory_that_ends_in_system_ram)
{
	set_register(self, self->bdsm, self->machine->dsm + MIB);

	EXPECT_EQ(-EINVAL, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "overlaps System RAM");
	EXPECT_FALSE(claimed(self));
}

TEST_F(host, refuses_gtt_stolen_memory_in_system_ram)
{
	u64 ram = host_ram(self->machine->gsm_size);

	/* It has to be below stolen memory to be believed */
	while (ram > self->machine->gsm)
		ram -= 64 * MIB;
	set_register(self, self->gsm, ram);

	EXPECT_EQ(-EINVAL, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, GSM_NAME);
	EXPECT_LOGGED(1, "overlaps System RAM");
	EXPECT_FALSE(claimed(self));
}

TEST_F(host, refuses_stolen_memory_over_the_end)
{
	if (self->bdsm->width < 8)
		SKIP(return, "32 bits of BDSM do not reach that far");
	set_register(self, self->bdsm, 0xfffffffffff00000);

	EXPECT_EQ(-EINVAL, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_FALSE(claimed(self));
}

TEST_F(host, refuses_a_dead_device)
{
	set(self, "config", VFIO_PCI_IGD_CFG_GGC, 4, 0xffffffff);

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
	config_write(vfio, self->bdsm->config, self->bdsm->width,
		     self->machine->guest_bdsm);
}

static void check_no_gsmbase(struct __test_metadata *_metadata,
			     FIXTURE_DATA(host) *self, u64 gsmbase)
{
	struct vfio vfio;

	set_register(self, self->gsm, gsmbase);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "GSMBASE is ");

	open_programmed(_metadata, self, &vfio);
	EXPECT_EQ(0, bar0_read(&vfio, self->gsm->gap, self->gsm->width));
	EXPECT_EQ(self->machine->guest_reserved,
		  bar0_read(&vfio, self->reserved->gap, self->reserved->width));
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

static void check_no_reserved(struct __test_metadata *_metadata,
			      FIXTURE_DATA(host) *self, u64 reserved)
{
	struct vfio vfio;

	set_register(self, self->reserved, reserved);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "STOLEN_RESERVED is ");

	open_programmed(_metadata, self, &vfio);
	EXPECT_EQ(0, bar0_read(&vfio, self->reserved->gap, 1) & 1);
	EXPECT_EQ(self->machine->guest_gsm,
		  bar0_read(&vfio, self->gsm->gap, self->gsm->width));
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
	set_register(self, self->reserved, 0);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(0, "STOLEN_RESERVED is ");
	EXPECT_LOGGED(1, "of it reserved 0 KiB");
}

TEST_F(host, no_stolen_memory_is_not_an_error)
{
	struct vfio vfio;

	/* GMS of 0: the user has turned it off in the firmware's setup */
	set(self, "config", VFIO_PCI_IGD_CFG_GGC, 2, self->machine->ggc & 0xff);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LOGGED(1, "stolen memory 0 MiB");
	EXPECT_FALSE(claimed(self));

	open_programmed(_metadata, self, &vfio);
	EXPECT_EQ(0, bar0_read(&vfio, self->gsm->gap, self->gsm->width));
	EXPECT_EQ(0, bar0_read(&vfio, self->reserved->gap, 1) & 1);
	vfio_close(&vfio);
}

/*
 * A device of tomorrow: OpRegion, ASLS and write protection are all that can be
 * done for it without knowing it.
 */
TEST_F(host, an_unknown_device_gets_what_all_have)
{
	struct region region;
	struct vfio vfio;
	u32 stolen;
	void *map;

	set(self, "config", PCI_DEVICE_ID, 2, 0xfffe);
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
	stolen = sim_read("config", self->bdsm->config, 4);
	config_write(&vfio, self->bdsm->config, 4, ~stolen);
	config_write(&vfio, VFIO_PCI_IGD_CFG_SWSCI, 2, 0x8001);
	EXPECT_EQ(0x8001, config_read(&vfio, VFIO_PCI_IGD_CFG_SWSCI, 2));
	EXPECT_EQ(0, sim_writes("config", 0x40, 0xff, NULL, 0));
	EXPECT_EQ(stolen, config_read(&vfio, self->bdsm->config, 4));

	/* Nobody knows of a gap, so there is none */
	ASSERT_EQ(0, vfio_region(&vfio, VFIO_PCI_BAR0_REGION_INDEX, &region));
	EXPECT_EQ(0, region.areas);
	map = mmap(NULL, region.size, PROT_READ, MAP_SHARED, vfio.device,
		   region.offset);
	EXPECT_NE(MAP_FAILED, map);
	vfio_close(&vfio);
}

TEST_HARNESS_MAIN
