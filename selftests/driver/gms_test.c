// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen memory: every size that GGC can say, every STOLEN_RESERVED that the
 * host can have
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

/*
 * To open and to close resets the device, which takes 100 ms each: these tests
 * open it a hundred times, and do without.
 */
FIXTURE(gms)
{
	struct machine copy;	/* some change the host's STOLEN_RESERVED */
	const struct machine *machine;
	const struct machine_register *reserved;
	struct vfio vfio;
	struct sim_changes changes;
};

static int open_with(FIXTURE_DATA(gms) *self, unsigned int mib)
{
	int ret;

	host_set_param_number("gms_mb", mib);
	ret = vfio_open(&self->vfio, VFIO_GROUP_API);
	if (!ret)
		vfio_enable(&self->vfio);
	return ret;
}

FIXTURE_SETUP(gms)
{
	self->copy = *machine_here();
	self->machine = &self->copy;
	self->reserved = machine_register(self->machine, "STOLEN_RESERVED");
	host_need_bound();
	host_set_resets("");
	/* All sizes are of interest, see more_than_the_host_has for the default */
	host_set_param("gms_above_host", "1");
	klog_mark();
}

FIXTURE_TEARDOWN_PARENT(gms)
{
	host_set_param("gms_mb", "0");
	host_set_param("gms_above_host", "0");
	host_set_resets("default");
	if (!self->changes.count)
		return;
	host_unbind(IGD_BDF);
	sim_restore(&self->changes);
	host_bind(IGD_BDF, IGD_DRIVER);
}

/* From here on the host has another STOLEN_RESERVED */
static void set_reserved(FIXTURE_DATA(gms) *self, u64 value)
{
	host_unbind(IGD_BDF);
	sim_restore(&self->changes);
	machine_change(&self->changes, self->reserved, value);
	self->copy.reserved = value;
	klog_mark();
	if (host_bind(IGD_BDF, IGD_DRIVER))
		die("does not bind with STOLEN_RESERVED %#llx", value);
}

static unsigned int host_mib(const struct machine *machine)
{
	return machine->dsm_size / MIB;
}

/* GGC says the size and has the rest of the host's, GSMBASE and the end move */
static void check_size(struct __test_metadata *_metadata,
		       FIXTURE_DATA(gms) *self, unsigned int mib)
{
	const struct machine *machine = self->machine;
	u16 ggc = config_read(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2);

	EXPECT_EQ(mib, machine_gms(machine, ggc))
		TH_LOG("%u MiB: GGC is %#x", mib, ggc);
	EXPECT_EQ(machine->ggc & ~machine->layout->gms,
		  ggc & ~machine->layout->gms)
		TH_LOG("%u MiB: GGC is %#x", mib, ggc);
	EXPECT_EQ(ggc, bar0_read(&self->vfio, VFIO_PCI_IGD_MMIO_GGC, 2));
	if (mib == host_mib(machine)) {
		EXPECT_EQ(machine->ggc, ggc);
	}
	EXPECT_EQ(mib * MIB,
		  bar0_read(&self->vfio, VFIO_PCI_IGD_MMIO_INFO + 24, 8));

	EXPECT_STOLEN_WITH(machine->reserved, 0, mib * MIB);
	machine_program(machine, &self->vfio, GUEST_BDSM);
	EXPECT_STOLEN_WITH(machine->reserved, GUEST_BDSM, mib * MIB);
	machine_program(machine, &self->vfio, 0);
}

TEST_F_TIMEOUT(gms, every_size, 1200)
{
	unsigned int mib = 0, count = 0;

	while ((mib = machine_next_size(self->machine, mib))) {
		ASSERT_EQ(0, open_with(self, mib))
			TH_LOG("%u MiB", mib);
		check_size(_metadata, self, mib);
		vfio_close(&self->vfio);
		count++;
	}
	/* The least that a platform has: 512 MiB in steps of 32, or the host's */
	EXPECT_LE(machine_behind_bar2(self->machine) ? 1 : 16, count);
}

/* As the log has to name them */
static void print_sizes(const struct machine *machine, char *buf, size_t len)
{
	unsigned int i, mib, first, last;
	size_t used = 0;

	buf[0] = 0;
	for (i = 0; i < MACHINE_SIZES; i++) {
		const struct machine_sizes *sizes = &machine->layout->sizes[i];

		first = 0;
		last = 0;
		for (mib = sizes->first; sizes->step && mib <= sizes->last;
		     mib += sizes->step) {
			if (!machine_can_have(machine, mib))
				continue;
			first = first ?: mib;
			last = mib;
		}
		if (first)
			used += snprintf(buf + used, len - used,
					 "%s%u to %u in steps of %u",
					 used ? ", " : "", first, last,
					 sizes->step);
	}
}

static void check_refused(struct __test_metadata *_metadata,
			  FIXTURE_DATA(gms) *self, unsigned int mib)
{
	char words[128];

	klog_mark();
	EXPECT_EQ(-EINVAL, open_with(self, mib))
		TH_LOG("%u MiB", mib);
	vfio_close(&self->vfio);
	snprintf(words, sizeof(words), "gms_mb=%u is not", mib);
	EXPECT_EQ(1, klog_count(words))
		TH_LOG("%s", klog_since());
	print_sizes(self->machine, words, sizeof(words));
	EXPECT_EQ(1, klog_count(words))
		TH_LOG("'%s' expected in: %s", words, klog_since());
}

TEST_F(gms, sizes_that_there_are_not)
{
	static const unsigned int sizes[] = {
		1, 2, 3, 4, 5, 8, 28, 31, 33, 36, 60, 61, 62, 68, 100, 160, 511,
		544, 1024, 2047, 2048, 2049, 2080, 4096, 65536, 0xffffffff,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		if (!machine_can_have(self->machine, sizes[i]))
			check_refused(_metadata, self, sizes[i]);
}

/* The larger of the two smallest sizes is reserved: the other is too small */
TEST_F(gms, sizes_below_what_is_reserved)
{
	const struct machine_layout *layout = self->machine->layout;
	unsigned int small, large, code = 0, i;

	set_reserved(self, 0);
	small = machine_next_size(self->machine, 0);
	large = machine_next_size(self->machine, small);
	for (i = 0; i < MACHINE_CODES; i++)
		if (layout->reserved_kib[i] &&
		    layout->reserved_kib[i] * KIB <= large * MIB)
			code = i;
	set_reserved(self, machine_make_reserved(self->machine, large * MIB,
						 code));
	if (machine_can_have(self->machine, small))
		SKIP(return, "not so much of its stolen memory can be reserved");

	check_refused(_metadata, self, small);
	ASSERT_EQ(0, open_with(self, large));
	check_size(_metadata, self, large);
	vfio_close(&self->vfio);
}

/*
 * FBC's buffer is an offset to which the hardware adds the host's base: beyond
 * the host's size it is not in stolen memory.
 */
TEST_F(gms, more_than_the_host_has)
{
	const unsigned int host = host_mib(self->machine);
	const unsigned int mib = machine_next_size(self->machine, host);
	char words[32];

	if (!mib)
		SKIP(return, "the host has as much as there can be");

	host_set_param("gms_above_host", "0");
	klog_mark();
	EXPECT_EQ(-EINVAL, open_with(self, mib));
	vfio_close(&self->vfio);
	snprintf(words, sizeof(words), "gms_mb=%u", mib);
	EXPECT_EQ(1, klog_count(words))
		TH_LOG("%s", klog_since());
	EXPECT_EQ(1, klog_count("FBC"));
	EXPECT_EQ(1, klog_count("gms_above_host"));

	ASSERT_EQ(0, open_with(self, host));
	check_size(_metadata, self, host);
	vfio_close(&self->vfio);

	host_set_param("gms_above_host", "1");
	ASSERT_EQ(0, open_with(self, mib));
	check_size(_metadata, self, mib);
	vfio_close(&self->vfio);
}

TEST_F(gms, a_refused_size_leaves_nothing_behind)
{
	EXPECT_EQ(-EINVAL, open_with(self, 33));
	vfio_close(&self->vfio);
	ASSERT_EQ(0, open_with(self, 0));
	check_size(_metadata, self, host_mib(self->machine));
	vfio_close(&self->vfio);
}

TEST_F(gms, it_is_taken_at_open_and_not_later)
{
	unsigned int first = machine_other_size(self->machine);
	unsigned int second = machine_next_size(self->machine, first);

	host_set_resets("default");
	ASSERT_EQ(0, open_with(self, first));
	host_set_param_number("gms_mb", second);
	check_size(_metadata, self, first);
	vfio_reset(&self->vfio);
	vfio_enable(&self->vfio);
	check_size(_metadata, self, first);
	vfio_close(&self->vfio);

	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	check_size(_metadata, self, second);
	vfio_close(&self->vfio);
}

/* A closed device shows no guest any more, also on those that have no BDSM */
TEST_F(gms, it_is_forgotten_at_close)
{
	unsigned int mib = machine_other_size(self->machine);

	if (!mib)
		SKIP(return, "this machine can have one size alone");
	ASSERT_EQ(0, open_with(self, mib));
	EXPECT_EQ(mib, host_number("igd/gms_mb"));
	vfio_close(&self->vfio);
	EXPECT_EQ(host_mib(self->machine), host_number("igd/gms_mb"));
}

TEST_F(gms, zero_is_the_hosts)
{
	ASSERT_EQ(0, open_with(self, machine_other_size(self->machine)));
	vfio_close(&self->vfio);
	ASSERT_EQ(0, open_with(self, 0));
	EXPECT_REGISTER("GGC", self->machine->ggc);
	check_size(_metadata, self, host_mib(self->machine));
	vfio_close(&self->vfio);
}

/*
 * It is locked. A VMM may emulate a GGC of its own, as QEMU does for x-igd-gms,
 * and pass on what is written to it: that changes nothing here.
 */
TEST_F(gms, ggc_is_read_only)
{
	const u16 field = self->machine->layout->gms;
	unsigned int code;
	u16 value;

	ASSERT_EQ(0, open_with(self, 0));
	sim_mark();
	for (code = 0; code <= field / (field & -field); code++) {
		value = (self->machine->ggc & ~field) |
			code * (field & -field);
		config_write(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 2, value);
		config_write(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 4, value);
		bar0_write(&self->vfio, VFIO_PCI_IGD_MMIO_GGC, 2, value);
	}
	config_write(&self->vfio, VFIO_PCI_IGD_CFG_GGC, 1, 0xff);
	config_write(&self->vfio, VFIO_PCI_IGD_CFG_GGC + 1, 1, 0xff);
	check_size(_metadata, self, host_mib(self->machine));
	EXPECT_EQ(0, sim_writes("config", VFIO_PCI_IGD_CFG_GGC,
				VFIO_PCI_IGD_CFG_GGC + 1, NULL, 0));
	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
	vfio_close(&self->vfio);
}

/*
 * STOLEN_RESERVED in each of its encodings, for a guest that has as much stolen
 * memory as the host and for one with another size
 */
static void check_encoding(struct __test_metadata *_metadata,
			   FIXTURE_DATA(gms) *self, u64 reg, bool resized)
{
	const struct machine *machine = self->machine;
	unsigned int mib = host_mib(machine);
	char words[64];
	u64 size;

	set_reserved(self, reg);
	machine_reserved(machine, reg, &size);
	snprintf(words, sizeof(words), "of it reserved %llu KiB", size / KIB);
	EXPECT_EQ(1, klog_count(words))
		TH_LOG("%#llx: '%s' expected in: %s", reg, words, klog_since());

	if (resized)
		mib = machine_other_size(machine) ?: mib;
	ASSERT_EQ(0, open_with(self, mib))
		TH_LOG("%#llx, %u MiB", reg, mib);
	check_size(_metadata, self, mib);
	if (!resized) {
		machine_program(machine, &self->vfio, machine->dsm);
		EXPECT_STOLEN(machine->dsm);
	}
	vfio_close(&self->vfio);
}

static void check_encodings(struct __test_metadata *_metadata,
			    FIXTURE_DATA(gms) *self, bool enabled, bool resized)
{
	const struct machine_layout *layout = self->machine->layout;
	const u64 unit = layout->reserved_base & -layout->reserved_base;
	unsigned int code;

	for (code = 0; code < MACHINE_CODES; code++) {
		/* Without a size it is the base that says it: 1 MiB and more */
		u64 size = (layout->reserved_size ? layout->reserved_kib[code] :
						    1024 << code) * KIB;
		u64 reg;

		if (!size || size > self->machine->dsm_size)
			continue;
		/* A base is at a multiple of its unit, and size below the end */
		if (unit)
			size = (size + unit - 1) / unit * unit;
		reg = machine_make_reserved(self->machine, size, code);
		if (!enabled)
			reg &= ~1ULL;
		check_encoding(_metadata, self, reg, resized);
	}
}

TEST_F_TIMEOUT(gms, every_encoding_of_reserved, 600)
{
	check_encodings(_metadata, self, true, false);
}

TEST_F_TIMEOUT(gms, every_encoding_of_reserved_in_another_size, 600)
{
	check_encodings(_metadata, self, true, true);
}

TEST_F_TIMEOUT(gms, every_encoding_of_reserved_that_is_not_enabled, 600)
{
	check_encodings(_metadata, self, false, false);
}

TEST_HARNESS_MAIN
