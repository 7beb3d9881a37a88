// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's log: neither a guest nor a VMM that opens the device again and
 * again can fill it. And the option ROM's name in sysfs, when there is no ROM.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define PAIRS			2000
/* More than the driver looks for a ROM that is missing, see rom.c */
#define OPENS			30
#define LPC_BRIDGE		"0000:00:1f.0"

static const char signature[] = "IntelGraphicsMem";

#define EXPECT_LOGGED(count, words)					\
	EXPECT_EQ(count, klog_count(words))				\
		TH_LOG("'%s' expected %u times in: %.1000s", words,	\
		       count, klog_since())

/* Says it once per open, however often its firmware makes up its mind */
TEST_F_TIMEOUT(igd, a_guest_that_places_stolen_memory_again_and_again, 600)
{
	const unsigned int lines = !machine_behind_bar2(self->machine);
	unsigned int i;

	klog_mark();
	for (i = 0; i < PAIRS; i++) {
		machine_program(self->machine, &self->vfio, GUEST_BDSM);
		machine_program(self->machine, &self->vfio, 0);
	}
	EXPECT_LOGGED(lines, "has placed");

	vfio_close(&self->vfio);
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_LOGGED(2 * lines, "has placed");
}

/* Without resets, which take most of an open's time and change nothing here */
FIXTURE(opens)
{
	u64 opregion;		/* where its signature is */
	bool forgotten;		/* the LPC bridge */
};

FIXTURE_SETUP(opens)
{
	struct vfio vfio;

	self->opregion = machine_here()->asls;
	host_need_bound();
	host_set_resets("");
	host_rom_keep();
	/* All is well when each test begins, and the driver has seen it */
	ASSERT_EQ(0, vfio_open(&vfio, VFIO_GROUP_API));
	vfio_close(&vfio);
	klog_mark();
}

FIXTURE_TEARDOWN_PARENT(opens)
{
	host_mem_write(self->opregion, signature, 16);
	if (self->forgotten)
		host_find(LPC_BRIDGE);
	host_rom_restore();
	host_set_param("gms_mb", "0");
	host_set_resets("default");
}

static void open_often(unsigned int count)
{
	struct vfio vfio;
	int ret;

	while (count--) {
		ret = vfio_open(&vfio, VFIO_GROUP_API);
		if (ret)
			die("the device does not open: %s", strerror(-ret));
		vfio_close(&vfio);
	}
}

static void set_signature(u64 opregion, const char *text)
{
	int ret = host_mem_write(opregion, text, 16);

	if (ret)
		die("/dev/mem: %s", strerror(-ret));
}

TEST_F_TIMEOUT(opens, with_a_bad_opregion, 600)
{
	set_signature(self->opregion, "IntelGraphicsMen");
	open_often(OPENS);
	EXPECT_LOGGED(1, "OpRegion");

	set_signature(self->opregion, "IntelGraphicsMep");
	open_often(2);
	EXPECT_LOGGED(2, "OpRegion");

	/* What is well again is new when it fails again */
	set_signature(self->opregion, signature);
	open_often(2);
	EXPECT_LOGGED(2, "OpRegion");
	set_signature(self->opregion, "IntelGraphicsMep");
	open_often(2);
	EXPECT_LOGGED(3, "OpRegion");
}

/* No platform has 3 MiB of stolen memory */
static void refused_often(const char *gms_mb, unsigned int count)
{
	struct vfio vfio;

	host_set_param("gms_mb", gms_mb);
	while (count--) {
		if (!vfio_open(&vfio, VFIO_GROUP_API))
			die("the device opens with gms_mb=%s", gms_mb);
		vfio_close(&vfio);
	}
}

TEST_F_TIMEOUT(opens, with_a_size_that_there_is_not, 600)
{
	refused_often("3", OPENS);
	EXPECT_LOGGED(1, "gms_mb=3 is not a size");

	refused_often("5", 2);
	EXPECT_LOGGED(1, "gms_mb=5 is not a size");

	/* Well again with a size that there is, and with none */
	host_set_param_number("gms_mb", machine_here()->dsm_size / MIB);
	open_often(1);
	refused_often("5", 2);
	EXPECT_LOGGED(2, "gms_mb=5 is not a size");
	host_set_param("gms_mb", "0");
	open_often(1);
	refused_often("5", 2);
	EXPECT_LOGGED(3, "gms_mb=5 is not a size");
}

TEST_F_TIMEOUT(opens, without_a_bridge, 600)
{
	host_forget(LPC_BRIDGE);
	self->forgotten = true;
	open_often(OPENS);
	EXPECT_LOGGED(1, "no Intel bridge");

	host_find(LPC_BRIDGE);
	self->forgotten = false;
	open_often(2);
	EXPECT_LOGGED(1, "no Intel bridge");
}

/* What igd/rom has to say while the device is open */
#define EXPECT_ROM(expected) do {					\
	struct vfio vfio_;						\
	char name_[128];						\
	ASSERT_EQ(0, vfio_open(&vfio_, VFIO_GROUP_API));		\
	host_attribute("igd/rom", name_, sizeof(name_));		\
	vfio_close(&vfio_);						\
	EXPECT_STREQ(expected, name_);					\
} while (0)

TEST_F_TIMEOUT(opens, with_a_bad_rom, 600)
{
	u8 bytes[1024] = "no ROM";

	host_rom_write(bytes, sizeof(bytes));
	host_bind(IGD_BDF, IGD_DRIVER);
	open_often(OPENS);
	EXPECT_LOGGED(1, "not given to the guest");
	EXPECT_ROM("");

	/* Bad for another reason: its only image has no PCIR */
	bytes[0] = 0x55;
	bytes[1] = 0xaa;
	host_rom_write(bytes, sizeof(bytes));
	open_often(2);
	EXPECT_LOGGED(2, "not given to the guest");
	EXPECT_ROM("");

	/* A file that is there is read each time, however often that was */
	host_rom_write_good();
	EXPECT_ROM("vfio-pci-igd/igd.rom");
	EXPECT_LOGGED(2, "not given to the guest");

	host_rom_remove();
	EXPECT_ROM("");
	EXPECT_LOGGED(2, "not given to the guest");
}

/* Debian's kernel logs each file of firmware that is missing, wanted or not */
TEST_F_TIMEOUT(opens, without_a_rom, 600)
{
	host_bind(IGD_BDF, IGD_DRIVER);
	open_often(OPENS);
	EXPECT_LOGGED(1, "no option ROM was found");
	klog_mark();
	open_often(OPENS);
	EXPECT_LOGGED(0, IGD_BDF);
}

/* Who installs it after a guest or two does not wait */
TEST_F_TIMEOUT(opens, a_rom_that_is_installed_later, 600)
{
	host_bind(IGD_BDF, IGD_DRIVER);
	open_often(3);
	host_rom_write_good();
	EXPECT_ROM("vfio-pci-igd/igd.rom");

	/* After twenty, binding the device again is as good as to wait */
	host_rom_remove();
	open_often(20);
	host_rom_write_good();
	EXPECT_ROM("");
	host_bind(IGD_BDF, IGD_DRIVER);
	EXPECT_ROM("vfio-pci-igd/igd.rom");
}

TEST_HARNESS_MAIN
