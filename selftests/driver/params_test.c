// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters that vfio-pci has, too: a program sees the same of the device,
 * whichever of the two has it. Each is tried both ways with both drivers. And ids=.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define STOCK_DRIVER		"vfio-pci"

FIXTURE(params)
{
	struct vfio vfio;
};

/* The device is nobody's, and the module is loaded anew */
static void load_igd(const char *options)
{
	host_unbind(IGD_BDF);
	host_run("rmmod vfio-pci-igd");
	host_insmod("IGD_MODULE", options);
}

/* Before 7.2 vfio-pci hands its parameters on when it is loaded, and only then */
static void load(const char *driver, const char *param, bool value)
{
	char options[128], command[256];

	snprintf(options, sizeof(options), "%s=%u", param, value);
	if (!strcmp(driver, IGD_DRIVER)) {
		load_igd(options);
		return;
	}
	host_unbind(IGD_BDF);
	host_run("modprobe -r vfio-pci");
	snprintf(command, sizeof(command), "modprobe vfio-pci %s", options);
	host_run(command);
}

/* The device's driver is one with this parameter, and somebody has opened it */
static void open_with(FIXTURE_DATA(params) *self, const char *driver,
		      const char *param, bool value)
{
	int ret;

	load(driver, param, value);
	ret = host_bind(IGD_BDF, driver);
	if (ret)
		die("%s does not bind with %s=%u: %s", driver, param, value,
		    strerror(-ret));
	ret = vfio_open(&self->vfio, VFIO_GROUP_API);
	if (ret)
		die("%s does not open with %s=%u: %s", driver, param, value,
		    strerror(-ret));
}

FIXTURE_SETUP(params)
{
	host_unbind(IGD_BDF);
}

/* What vfio-pci leaves in vfio-pci-core is all drivers', before 7.2 */
FIXTURE_TEARDOWN_PARENT(params)
{
	host_set_resets("default");
	load(STOCK_DRIVER, "nointxmask", false);
	load(IGD_DRIVER, "nointxmask", false);
	host_need_bound();
}

/*
 * Who masks INTx: the device, by its command register, or else the kernel, which
 * leaves that alone
 */
static bool device_masks_intx(FIXTURE_DATA(params) *self)
{
	u16 command;

	config_write(&self->vfio, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	command = sim_read("config", PCI_COMMAND, 2);
	vfio_close(&self->vfio);
	return command & PCI_COMMAND_INTX_DISABLE;
}

TEST_F(params, nointxmask)
{
	open_with(self, STOCK_DRIVER, "nointxmask", true);
	EXPECT_FALSE(device_masks_intx(self));
	open_with(self, STOCK_DRIVER, "nointxmask", false);
	EXPECT_TRUE(device_masks_intx(self));
	open_with(self, IGD_DRIVER, "nointxmask", true);
	EXPECT_FALSE(device_masks_intx(self));
	open_with(self, IGD_DRIVER, "nointxmask", false);
	EXPECT_TRUE(device_masks_intx(self));

	/* Of this driver, it is also taken while the device is bound */
	host_set_param("nointxmask", "1");
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	EXPECT_FALSE(device_masks_intx(self));
	host_set_param("nointxmask", "0");
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	EXPECT_TRUE(device_masks_intx(self));
}

static int vga_region(FIXTURE_DATA(params) *self, const char *driver,
		      bool disable_vga)
{
	struct region region;
	int ret;

	open_with(self, driver, "disable_vga", disable_vga);
	ret = vfio_region(&self->vfio, VFIO_PCI_VGA_REGION_INDEX, &region);
	vfio_close(&self->vfio);
	return ret;
}

TEST_F(params, disable_vga)
{
	host_run("modprobe vfio-pci");
	if (access("/sys/module/vfio_pci/parameters/disable_vga", F_OK))
		SKIP(return, "this kernel's vfio-pci knows nothing of VGA");

	EXPECT_EQ(-EINVAL, vga_region(self, STOCK_DRIVER, true));
	EXPECT_EQ(0, vga_region(self, STOCK_DRIVER, false));
	EXPECT_EQ(-EINVAL, vga_region(self, IGD_DRIVER, true));
	EXPECT_EQ(0, vga_region(self, IGD_DRIVER, false));
}

/* How often the device was sent to D3hot since sim_mark() */
static unsigned int times_in_d3(void)
{
	struct sim_log log[64];
	unsigned int at, count = 0;
	size_t writes;

	at = sim_capability(PCI_CAP_ID_PM);
	if (!at)
		return 0;
	at += PCI_PM_CTRL;
	writes = sim_writes("config", at, at, log, ARRAY_SIZE(log));
	if (writes > ARRAY_SIZE(log))
		die("%zu writes to PMCSR", writes);
	while (writes--)
		count += (log[writes].value & PCI_PM_CTRL_STATE_MASK) == 3;
	return count;
}

/* Waits until it sleeps; where it is not to, not as long */
static bool falls_asleep(bool expected)
{
	return host_power_becomes("suspended", expected ? 10000 : 1000);
}

/* How often is it put to sleep, when it is bound and when it is closed? */
static unsigned int sleeps(FIXTURE_DATA(params) *self, const char *driver,
			   bool disable_idle_d3)
{
	unsigned int slept;

	load(driver, "disable_idle_d3", disable_idle_d3);
	/* Without FLR a reset is by D3hot */
	host_set_resets("");
	sim_mark();
	if (host_bind(IGD_BDF, driver))
		die("%s does not bind", driver);
	slept = falls_asleep(!disable_idle_d3);

	if (vfio_open(&self->vfio, VFIO_GROUP_API))
		die("%s does not open", driver);
	vfio_close(&self->vfio);
	slept += falls_asleep(!disable_idle_d3);
	/* What the kernel says is one thing, what the device was told another */
	if (!slept)
		slept = times_in_d3();
	return slept;
}

TEST_F_TIMEOUT(params, disable_idle_d3, 600)
{
	/* Each time from awake to asleep: who wakes it once too often is seen */
	EXPECT_EQ(0, sleeps(self, STOCK_DRIVER, true));
	EXPECT_EQ(2, sleeps(self, STOCK_DRIVER, false));
	EXPECT_EQ(0, sleeps(self, IGD_DRIVER, true));
	EXPECT_EQ(2, sleeps(self, IGD_DRIVER, false));
}

/*
 * ids= takes devices by their numbers, without driver_override, when the module is
 * loaded
 */
FIXTURE(ids)
{
	u16 device;
};

FIXTURE_SETUP(ids)
{
	self->device = sim_read("config", PCI_DEVICE_ID, 2);
}

FIXTURE_TEARDOWN_PARENT(ids)
{
	load_igd("");
	host_need_bound();
}

/* @format: of the device's number. How many of its IDs were left out, said in the log */
static unsigned int load_ids(FIXTURE_DATA(ids) *self, const char *format)
{
	char options[256] = "ids=";

	snprintf(options + 4, sizeof(options) - 4, format, self->device);
	klog_mark();
	load_igd(options);
	return klog_count("is left out (-");
}

TEST_F(ids, name_a_device)
{
	static const struct {
		const char *format;
		bool binds;
	} ids[] = {
		{ "8086:%04x", true },
		{ ",1234:1111,8086:%04x,", true },
		{ "8086:1111,1234:%04x", false },
		{ "8086:%04x:ffffffff:ffffffff", true },
		{ "8086:%04x:1111", false },
		{ "8086:%04x:ffffffff:1111", false },
		{ "8086:%04x:ffffffff:ffffffff:30000:ff0000", true },
		{ "8086:%04x:ffffffff:ffffffff:60000:ff0000", false },
		{ "8086:%04x:ffffffff:ffffffff:60000:0", true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		EXPECT_EQ(0, load_ids(self, ids[i].format))
			TH_LOG("%s", ids[i].format);
		EXPECT_EQ(ids[i].binds, host_is_bound(IGD_BDF, IGD_DRIVER))
			TH_LOG("%s", ids[i].format);
	}
}

TEST_F(ids, are_left_out_if_they_are_none)
{
	static const char * const none[] = {
		"8086", "8086:", ":%04x", "8086:%04x:", "8086:igd", "18086:%04x",
		"8086:1%04x", "8086:%04x:10000", "8086:%04x:ffffffff:10000",
		"8086:%04x:ffffffff:ffffffff:30000:ff0000:0",
		"8086:%04x:ffffffff:ffffffff:30000:100000000",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		EXPECT_EQ(1, load_ids(self, none[i]))
			TH_LOG("%s", none[i]);
		EXPECT_FALSE(host_is_bound(IGD_BDF, IGD_DRIVER))
			TH_LOG("%s", none[i]);
	}

	/* The others are taken */
	EXPECT_EQ(2, load_ids(self, "8086,8086:%04x,igd"));
	EXPECT_TRUE(host_is_bound(IGD_BDF, IGD_DRIVER));
}

TEST_HARNESS_MAIN
