// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters that vfio-pci has, too: a program sees the same of the device,
 * whichever of the two has it. Each is tried both ways with both drivers.
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

/* Before 7.2 vfio-pci hands its parameters on when it is loaded, and only then */
static void load(const char *driver, const char *param, bool value)
{
	const char *module = getenv("IGD_MODULE");
	char command[512];

	if (!module)
		die("IGD_MODULE is not set: to vfio-pci-igd.ko; selftests/driver/run does it");
	host_unbind(IGD_BDF);
	if (!strcmp(driver, IGD_DRIVER)) {
		host_run("rmmod vfio-pci-igd");
		snprintf(command, sizeof(command), "insmod %s %s=%u", module,
			 param, value);
	} else {
		host_run("modprobe -r vfio-pci");
		snprintf(command, sizeof(command), "modprobe vfio-pci %s=%u",
			 param, value);
	}
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

TEST_F_TIMEOUT(params, nointxmask, 60)
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

TEST_F_TIMEOUT(params, disable_vga, 60)
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
	unsigned int tries = expected ? 200 : 20;
	char status[32];

	do {
		usleep(50000);
		host_attribute("power/runtime_status", status, sizeof(status));
	} while (strcmp(status, "suspended") && --tries);
	return tries;
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

TEST_F_TIMEOUT(params, disable_idle_d3, 120)
{
	/* Each time from awake to asleep: who wakes it once too often is seen */
	EXPECT_EQ(0, sleeps(self, STOCK_DRIVER, true));
	EXPECT_EQ(2, sleeps(self, STOCK_DRIVER, false));
	EXPECT_EQ(0, sleeps(self, IGD_DRIVER, true));
	EXPECT_EQ(2, sleeps(self, IGD_DRIVER, false));
}

TEST_HARNESS_MAIN
