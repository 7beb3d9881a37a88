// SPDX-License-Identifier: GPL-2.0-only
/*
 * gms_mb: stolen memory of a size that the user chose
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define GGC_GMS			0xff00	/* gen 8 on */

/* Sizes that gen 9 and later encode, by registers.md; in MiB */
#define SMALL_STEP		4
#define SMALL_MAX		60
#define LARGE_STEP		32
#define LARGE_MAX		2048

FIXTURE(gms)
{
	const struct machine *machine;
	const struct machine_register *bdsm;
	const struct machine_register *reserved;
	struct vfio vfio;
	u64 changed;		/* STOLEN_RESERVED as it was; 0: not changed */
};

static int open_with(FIXTURE_DATA(gms) *self, unsigned int mib)
{
	char text[16];
	int ret;

	snprintf(text, sizeof(text), "%u", mib);
	host_set_param("gms_mb", text);
	ret = vfio_open(&self->vfio, VFIO_GROUP_API);
	if (!ret)
		vfio_enable(&self->vfio);
	return ret;
}

FIXTURE_SETUP(gms)
{
	self->machine = machine_here();
	self->bdsm = machine_register(self->machine, "BDSM");
	self->reserved = machine_register(self->machine, "STOLEN_RESERVED");
	host_need_bound();
	klog_mark();
}

FIXTURE_TEARDOWN_PARENT(gms)
{
	host_set_param("gms_mb", "0");
	if (!self->changed)
		return;
	host_unbind(IGD_BDF);
	sim_write(machine_space(self->reserved), machine_offset(self->reserved),
		  self->reserved->width, self->changed);
	host_bind(IGD_BDF, IGD_DRIVER);
}

static void set_reserved(FIXTURE_DATA(gms) *self, u64 value)
{
	const char *space = machine_space(self->reserved);
	u32 at = machine_offset(self->reserved);

	host_unbind(IGD_BDF);
	self->changed = sim_read(space, at, self->reserved->width);
	sim_write(space, at, self->reserved->width, value);
	host_bind(IGD_BDF, IGD_DRIVER);
}

/* GGC says the size, STOLEN_RESERVED is at the top of it, mirrors agree */
static void check_size(struct __test_metadata *_metadata,
		       FIXTURE_DATA(gms) *self, unsigned int mib)
{
	const struct machine *machine = self->machine;
	u16 ggc = (machine->ggc & ~GGC_GMS) | machine_gms_code(mib) << 8;
	u64 flags = machine->reserved & 0xfffff;
	u64 top = machine->guest_bdsm + mib * MIB;
	u64 reserved = (top - machine->reserved_size) | flags;

	EXPECT_EQ(ggc, config_read(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2))
		TH_LOG("%u MiB", mib);
	EXPECT_EQ(ggc, bar0_read(&self->vfio, VFIO_PCI_IGD_MMIO_GGC, 2))
		TH_LOG("%u MiB", mib);
	EXPECT_EQ(mib * MIB,
		  bar0_read(&self->vfio, VFIO_PCI_IGD_MMIO_INFO + 24, 8));

	config_write(&self->vfio, self->bdsm->config, self->bdsm->width,
		     machine->guest_bdsm);
	EXPECT_EQ(reserved, bar0_read(&self->vfio, self->reserved->gap,
				      self->reserved->width))
		TH_LOG("%u MiB", mib);
	if (self->reserved->config) {
		EXPECT_EQ(reserved, config_read(&self->vfio,
						self->reserved->config,
						self->reserved->width));
	}
	EXPECT_EQ(machine->guest_gsm,
		  bar0_read(&self->vfio, VFIO_PCI_IGD_MMIO_GSMBASE, 4));
}

static void check_sizes(struct __test_metadata *_metadata,
			FIXTURE_DATA(gms) *self, unsigned int step,
			unsigned int max)
{
	unsigned int mib;

	for (mib = step; mib <= max; mib += step) {
		ASSERT_EQ(0, open_with(self, mib))
			TH_LOG("%u MiB", mib);
		check_size(_metadata, self, mib);
		vfio_close(&self->vfio);
	}
}

TEST_F_TIMEOUT(gms, every_small_size, 120)
{
	check_sizes(_metadata, self, SMALL_STEP, SMALL_MAX);
}

TEST_F_TIMEOUT(gms, every_large_size, 240)
{
	check_sizes(_metadata, self, LARGE_STEP, LARGE_MAX);
}

TEST_F(gms, sizes_that_there_are_not)
{
	static const unsigned int sizes[] = {
		1, 2, 3, 5, 31, 33, 61, 62, 68, 100, 2047, 2049, 2080, 4096,
		65536, 0xffffffff,
	};
	unsigned int i;
	char words[32];

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		klog_mark();
		EXPECT_EQ(-EINVAL, open_with(self, sizes[i]))
			TH_LOG("%u MiB", sizes[i]);
		vfio_close(&self->vfio);
		snprintf(words, sizeof(words), "gms_mb=%u is not", sizes[i]);
		EXPECT_EQ(1, klog_count(words))
			TH_LOG("%s", klog_since());
		EXPECT_EQ(1, klog_count("32 to 2048 in steps of 32, 4 to 60 in steps of 4"))
			TH_LOG("%s", klog_since());
	}
}

TEST_F(gms, sizes_below_what_is_reserved)
{
	/* 8 MiB: at the end of gen 9's, by its size code on gen 11 on */
	u64 base = self->machine->dsm + self->machine->dsm_size - 8 * MIB;

	set_reserved(self, base | (self->machine->gen < 1100 ? 0x1 : 0x187));
	klog_mark();
	EXPECT_EQ(-EINVAL, open_with(self, 4));
	vfio_close(&self->vfio);
	EXPECT_EQ(1, klog_count("32 to 2048 in steps of 32, 8 to 60 in steps of 4"))
		TH_LOG("%s", klog_since());

	ASSERT_EQ(0, open_with(self, 8));
	config_write(&self->vfio, self->bdsm->config, self->bdsm->width,
		     self->machine->guest_bdsm);
	EXPECT_EQ(self->machine->guest_bdsm,
		  bar0_read(&self->vfio, self->reserved->gap,
			    self->reserved->width) & ~0xfffffULL);
	vfio_close(&self->vfio);
}

TEST_F(gms, a_refused_size_leaves_nothing_behind)
{
	EXPECT_EQ(-EINVAL, open_with(self, 33));
	vfio_close(&self->vfio);
	ASSERT_EQ(0, open_with(self, 0));
	check_size(_metadata, self, self->machine->dsm_size / MIB);
	vfio_close(&self->vfio);
}

TEST_F(gms, it_is_taken_at_open_and_not_later)
{
	ASSERT_EQ(0, open_with(self, 128));
	host_set_param("gms_mb", "256");
	check_size(_metadata, self, 128);
	vfio_reset(&self->vfio);
	vfio_enable(&self->vfio);
	check_size(_metadata, self, 128);
	vfio_close(&self->vfio);

	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	check_size(_metadata, self, 256);
	vfio_close(&self->vfio);
}

TEST_F(gms, zero_is_the_hosts)
{
	ASSERT_EQ(0, open_with(self, 128));
	vfio_close(&self->vfio);
	ASSERT_EQ(0, open_with(self, 0));
	EXPECT_EQ(self->machine->ggc,
		  config_read(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2));
	check_size(_metadata, self, self->machine->dsm_size / MIB);
	vfio_close(&self->vfio);
}

/* Also what a guest writes to GGC changes nothing: it is locked */
TEST_F(gms, ggc_is_read_only)
{
	ASSERT_EQ(0, open_with(self, 0));
	sim_mark();
	config_write(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2, 0xffff);
	EXPECT_EQ(self->machine->ggc,
		  config_read(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2));
	EXPECT_EQ(0, sim_writes("config", VFIO_PCI_IGD_CFG_GGC,
				VFIO_PCI_IGD_CFG_GGC + 1, NULL, 0));
	vfio_close(&self->vfio);
}

TEST_HARNESS_MAIN
