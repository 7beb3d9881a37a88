// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's i915 gets its device back, time after time, from a user that left it
 * lit or was killed: it comes up as it did the first time, its console is on the
 * screen, and in between the display reads nothing.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "igdtest.h"

#define TIMES		5
#define CONSOLE_S	60
#define QUIET_S		2

struct setting {
	u32 at;
	u32 value;
};

/* All wells asked for, transcoder A, and a plane of 64 x 64 on it: gen 9 and 12 */
static const struct setting universal[] = {
	{ 0x45404, 0xaaaaaaaa },
	{ 0x6001c, 0x003f003f },
	{ 0x70008, 0x80000000 },
	{ 0x70180, 0x84000000 },
	{ 0x70188, 0x00000004 },
	{ 0x7018c, 0x00000000 },
	{ 0x70190, 0x003f003f },
	{ 0x7019c, 0x00000000 },
	{}
};

/* Haswell: its plane is as large as the pipe, its stride in bytes */
static const struct setting primary[] = {
	{ 0x45404, 0xaaaaaaaa },
	{ 0x6001c, 0x003f003f },
	{ 0x70008, 0x80000000 },
	{ 0x70180, 0x98000000 },
	{ 0x70188, 0x00000100 },
	{ 0x7019c, 0x00000000 },
	{}
};

#define HASWELL		0x0416
#define NOBODYS		0x12340001u	/* a page that no IOMMU lets it read */

static void light(struct vfio *vfio)
{
	const bool hsw = sim_read("config", 2, 2) == HASWELL;
	const struct setting *set = hsw ? primary : universal;
	const unsigned int entry = hsw ? 4 : 8;
	struct region bar0;
	unsigned int i;

	if (vfio_open(vfio, VFIO_GROUP_API) ||
	    vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("the device does not open");
	vfio_enable(vfio);
	config_write(vfio, PCI_COMMAND, 2,
		     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	/* The GTT is the upper half of BAR0 */
	for (i = 0; i < 4; i++)
		bar0_write(vfio, bar0.size / 2 + entry * i, entry,
			   NOBODYS + i * PAGE);
	for (; set->at; set++)
		bar0_write(vfio, set->at, 4, set->value);
}

/* A user of its own, that shows something and is no more */
static void user(bool killed)
{
	struct sim_planes planes;
	struct vfio vfio;
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		die("cannot fork: %m");
	if (!pid) {
		light(&vfio);
		sleep(QUIET_S);
		sim_planes(&planes, false);
		if (!planes.lit || !planes.reads)
			die("the user's plane is not read: lit %u, reads %u",
			    planes.lit, planes.reads);
		if (killed)
			raise(SIGKILL);
		vfio_close(&vfio);
		exit(0);
	}
	if (waitpid(pid, &status, 0) != pid ||
	    (killed ? !WIFSIGNALED(status) : status))
		die("the user ended badly, with status %#x", status);
}

/* i915 brings its console up in its own time */
static bool console(unsigned int number, unsigned int *lost)
{
	unsigned int i, planes = 0;
	char file[64];

	snprintf(file, sizeof(file), "/out/console-%u.png", number);
	for (i = 0; i < CONSOLE_S; i++) {
		if (sim_picture(file, &planes, lost) && planes)
			return true;
		sleep(1);
	}
	return false;
}

FIXTURE(handover) {
};

FIXTURE_SETUP(handover)
{
}

FIXTURE_TEARDOWN(handover)
{
}

TEST_F_TIMEOUT(handover, i915_gets_it_back_each_time, 600)
{
	struct sim_planes planes;
	unsigned int i, lost;

	ASSERT_TRUE(console(0, &lost));
	EXPECT_EQ(0, lost);
	for (i = 1; i <= TIMES; i++) {
		klog_mark();
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		user(i % 2);
		sim_planes(&planes, true);
		sleep(QUIET_S);
		sim_planes(&planes, false);
		EXPECT_EQ(0, planes.lit);
		EXPECT_EQ(0, planes.reads);

		ASSERT_EQ(0, host_bind(IGD_BDF, "i915"));
		ASSERT_TRUE(console(i, &lost));
		EXPECT_EQ(0, lost);
		sim_planes(&planes, false);
		EXPECT_EQ(0, planes.faults);
		EXPECT_EQ(0, klog_drm_errors());
		EXPECT_EQ(0, klog_count("WARNING:"));
		EXPECT_EQ(0, klog_count("timed out"));
		TH_LOG("time %u", i);
	}
}

TEST_HARNESS_MAIN
