// SPDX-License-Identifier: GPL-2.0-only
/*
 * A quiet hand-over: whatever firmware or a guest has left on in the display and
 * in the GTT, is off and empty when somebody else gets the device
 *
 * What each generation has is written down here once more, from i915's display/ of
 * 6.12, plane by plane.
 */
#include <linux/pci_regs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define ON			0x80000000u
#define VGA_OFF			0x80000000u
#define CURSOR_ON		0x27u
#define SURFACE			0x1c
#define CURSOR_BASE		0x04
#define DBUF_REQUEST		0x80000000u
#define DBUF_STATE		0x40000000u
#define PWR_WELL_CTL2		0x45404
#define ENTRY			0x12345001u

struct screen {
	unsigned int gen;		/* the first one, times 100 */
	const char *only;		/* part of their names; NULL: all others */
	u32 wells;			/* states of all, 0: there are none */
	u32 conf;			/* of a transcoder or pipe */
	u32 conf_wells;			/* that it needs */
	u32 vga;
	u32 keep;			/* what stays of a plane's control register */
	u32 planes[30];
	u32 sprites[8];
	u32 cursors[5];
	u32 dbuf[5];
};

#define PLANES_3(at)	(at), (at) + 0x100, (at) + 0x200
#define PLANES_5(at)	PLANES_3(at), (at) + 0x300, (at) + 0x400
#define PLANES_7(at)	PLANES_5(at), (at) + 0x500, (at) + 0x600

/* Of two that fit, the later one */
static const struct screen screens[] = {
	{ .gen = 600, .conf = 0x70008, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180 }, .sprites = { 0x72180, 0x73180 },
	  .cursors = { 0x70080, 0x700c0 } },
	{ .gen = 700, .conf = 0x71008, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 } },
	{ .gen = 700, .only = "Valleyview", .conf = 0x1f0008, .vga = 0x1f1400,
	  .keep = 0x41000000, .planes = { 0x1f0180, 0x1f1180 },
	  .sprites = { 0x1f2180, 0x1f2280, 0x1f2380, 0x1f2480 },
	  .cursors = { 0x1f0080, 0x1f00c0 } },
	{ .gen = 700, .only = "Haswell", .wells = 0x40000000, .conf = 0x70008,
	  .conf_wells = 0x40000000, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 } },
	{ .gen = 800, .wells = 0x40000000, .conf = 0x70008,
	  .conf_wells = 0x40000000, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 } },
	{ .gen = 800, .only = "Cherryview", .conf = 0x1f4008, .vga = 0x1f1400,
	  .keep = 0x41000000, .planes = { 0x1f0180, 0x1f1180, 0x1f4180 },
	  .sprites = { 0x1f2180, 0x1f2280, 0x1f2380, 0x1f2480, 0x1f2580,
		       0x1f2680 },
	  .cursors = { 0x1f0080, 0x1f00c0, 0x1f00e0 } },
	{ .gen = 900, .wells = 0x50000000, .conf = 0x7f008,
	  .conf_wells = 0x10000000, .vga = 0x41000,
	  .planes = { PLANES_3(0x70180), PLANES_3(0x71180), PLANES_3(0x72180) },
	  .cursors = { 0x70080, 0x71080, 0x72080 }, .dbuf = { 0x45008 } },
	{ .gen = 1100, .wells = 0x00000055, .conf = 0x70008,
	  .conf_wells = 0x00000010, .vga = 0x41000,
	  .planes = { PLANES_7(0x70180), PLANES_7(0x71180), PLANES_7(0x72180) },
	  .cursors = { 0x70080, 0x71080, 0x72080 },
	  .dbuf = { 0x45008, 0x44fe8 } },
	{ .gen = 1200, .wells = 0x00000155, .conf = 0x71008,
	  .conf_wells = 0x00000010, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8 } },
	{ .gen = 1200, .only = "Tiger Lake", .wells = 0x00000155,
	  .conf = 0x70008, .conf_wells = 0x00000001, .vga = 0x41000,
	  .planes = { PLANES_7(0x70180), PLANES_7(0x71180), PLANES_7(0x72180),
		      PLANES_7(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8 } },
	{ .gen = 1200, .only = "-P", .wells = 0x00015400, .conf = 0x73008,
	  .conf_wells = 0x00010000, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 } },
	{ .gen = 1200, .only = "-N", .wells = 0x00015400, .conf = 0x70008,
	  .conf_wells = 0x00000400, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 } },
	{ .gen = 1270, .wells = 0x00015400, .conf = 0x72008,
	  .conf_wells = 0x00004000, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 } },
};

static const struct screen *screen_of(const struct machine *machine)
{
	const struct screen *found = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(screens); i++)
		if (screens[i].gen <= machine->gen &&
		    (!found || !found->only || screens[i].gen > found->gen) &&
		    (!screens[i].only ||
		     strstr(machine->name, screens[i].only)))
			found = &screens[i];
	if (!found)
		die("no display of generation %u is known here", machine->gen);
	return found;
}

FIXTURE(quiet)
{
	const struct machine *machine;
	const struct screen *screen;
	unsigned int entry;		/* bytes of a GTT entry */
	struct vfio vfio;
};

static u32 reg(u32 offset)
{
	return sim_read("bar0", offset, 4);
}

static void set(u32 offset, u32 value)
{
	sim_write("bar0", offset, 4, value);
}

/* Entries at both ends and in the middle of the GTT */
static u64 entry_at(const FIXTURE_DATA(quiet) *self, unsigned int which)
{
	const u64 size = self->machine->bar0_size - self->machine->gtt;

	return self->machine->gtt + (which == 0 ? 0 : which == 1 ?
				     size / 2 : size - self->entry);
}

static void fill_gtt(const FIXTURE_DATA(quiet) *self)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		sim_write("bar0", entry_at(self, i), self->entry, ENTRY);
}

static bool gtt_is(const FIXTURE_DATA(quiet) *self, u32 value)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (sim_read("bar0", entry_at(self, i), self->entry) != value)
			return false;
	return true;
}

/* Wells and a transcoder on or off, as what is behind them stays */
static void power(const FIXTURE_DATA(quiet) *self, u32 wells, bool transcoder)
{
	if (self->screen->wells)
		set(PWR_WELL_CTL2, wells);
	set(self->screen->conf, transcoder ? ON : 0);
}

/* All of them, with bits that have to stay, and with others */
static void light(const FIXTURE_DATA(quiet) *self)
{
	const struct screen *screen = self->screen;
	const u32 *at;

	power(self, screen->wells, true);
	set(screen->vga, 0);
	for (at = screen->planes; *at; at++) {
		set(*at, ON | 0x45000400);
		set(*at + SURFACE, 0x100000);
	}
	for (at = screen->sprites; *at; at++) {
		set(*at, ON | 0x45000400);
		set(*at + SURFACE, 0x200000);
	}
	for (at = screen->cursors; *at; at++) {
		set(*at, CURSOR_ON);
		set(*at + CURSOR_BASE, 0x300000);
	}
	for (at = screen->dbuf; *at; at++)
		set(*at, DBUF_STATE);
	fill_gtt(self);
}

static unsigned int count(const u32 *list)
{
	unsigned int n = 0;

	while (list[n])
		n++;
	return n;
}

static unsigned int lit_planes(const struct screen *screen)
{
	return count(screen->planes) + count(screen->sprites) +
	       count(screen->cursors) + 1;
}

#define EXPECT_OFF(with_gtt) do {					\
	const struct screen *s_ = self->screen;				\
	const u32 *at_;							\
	EXPECT_EQ(VGA_OFF, reg(s_->vga));				\
	for (at_ = s_->planes; *at_; at_++) {				\
		EXPECT_EQ(0x45000400 & s_->keep, reg(*at_))		\
			TH_LOG("plane at %#x", *at_);			\
		EXPECT_EQ(0, reg(*at_ + SURFACE));			\
	}								\
	for (at_ = s_->sprites; *at_; at_++) {				\
		EXPECT_EQ(0, reg(*at_))					\
			TH_LOG("sprite at %#x", *at_);			\
		EXPECT_EQ(0, reg(*at_ + SURFACE));			\
	}								\
	for (at_ = s_->cursors; *at_; at_++) {				\
		EXPECT_EQ(0, reg(*at_))					\
			TH_LOG("cursor at %#x", *at_);			\
		EXPECT_EQ(0, reg(*at_ + CURSOR_BASE));			\
	}								\
	for (at_ = s_->dbuf; *at_; at_++)				\
		EXPECT_EQ(DBUF_REQUEST, reg(*at_) & DBUF_REQUEST)	\
			TH_LOG("slice at %#x", *at_);			\
	EXPECT_TRUE(gtt_is(self, (with_gtt) ? 0 : ENTRY));		\
} while (0)

#define EXPECT_LEFT_ALONE() do {					\
	const struct screen *s_ = self->screen;				\
	const u32 *at_;							\
	EXPECT_EQ(0, reg(s_->vga));					\
	for (at_ = s_->planes; *at_; at_++) {				\
		EXPECT_EQ(ON | 0x45000400, reg(*at_));			\
		EXPECT_EQ(0x100000, reg(*at_ + SURFACE));		\
	}								\
	for (at_ = s_->cursors; *at_; at_++)				\
		EXPECT_EQ(CURSOR_ON, reg(*at_));			\
} while (0)

FIXTURE_SETUP(quiet)
{
	self->machine = machine_here();
	self->screen = screen_of(self->machine);
	self->entry = self->machine->gen < 800 ? 4 : 8;
	self->vfio.device = -1;
	host_need_bound();
}

FIXTURE_TEARDOWN_PARENT(quiet)
{
	host_set_param("quiesce", "1");
	host_keep_awake(false);
	host_unbind(IGD_BDF);
	power(self, 0, false);
	host_need_bound();
}

static void open_it(FIXTURE_DATA(quiet) *self)
{
	if (vfio_open(&self->vfio, VFIO_GROUP_API))
		die("the device does not open");
	vfio_enable(&self->vfio);
}

/* As firmware leaves it */
TEST_F_TIMEOUT(quiet, at_bind, 60)
{
	host_unbind(IGD_BDF);
	light(self);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_OFF(true);
	EXPECT_EQ(lit_planes(self->screen), host_number("igd/quiet_planes"));
	EXPECT_EQ(count(self->screen->dbuf), host_number("igd/quiet_slices"));
	EXPECT_NE(0, host_number("igd/quiet_us"));
}

TEST_F_TIMEOUT(quiet, at_open_before_the_reset, 60)
{
	host_keep_awake(true);
	light(self);
	sim_mark();
	open_it(self);
	/* A reset clears the registers, but the driver has counted */
	EXPECT_EQ(lit_planes(self->screen), host_number("igd/quiet_planes"));
	vfio_close(&self->vfio);
}

TEST_F_TIMEOUT(quiet, at_close, 60)
{
	host_set_resets("");
	open_it(self);
	light(self);
	vfio_close(&self->vfio);
	host_set_resets("default");
	EXPECT_OFF(true);
}

TEST_F_TIMEOUT(quiet, at_close_with_bar0_off, 60)
{
	host_set_resets("");
	open_it(self);
	light(self);
	config_write(&self->vfio, PCI_COMMAND, 2, 0);
	vfio_close(&self->vfio);
	host_set_resets("default");
	EXPECT_OFF(true);
}

TEST_F_TIMEOUT(quiet, at_close_of_a_sleeping_device, 60)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);

	if (!pm)
		SKIP(return, "the device has no power management");
	host_set_resets("");
	open_it(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 3);
	fill_gtt(self);
	vfio_close(&self->vfio);
	host_set_resets("default");
	EXPECT_TRUE(gtt_is(self, 0));
}

/* A guest that was killed closes nothing by itself */
TEST_F_TIMEOUT(quiet, after_a_killed_user, 60)
{
	int status;
	pid_t pid;

	host_set_resets("");
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		open_it(self);
		light(self);
		raise(SIGKILL);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	host_set_resets("default");
	EXPECT_OFF(true);
}

TEST_F_TIMEOUT(quiet, at_reset, 60)
{
	open_it(self);
	light(self);
	vfio_reset(&self->vfio);
	EXPECT_EQ(lit_planes(self->screen), host_number("igd/quiet_planes"));
	EXPECT_TRUE(gtt_is(self, 0));

	/* And again: the user is still there, and fills the GTT once more */
	light(self);
	vfio_reset(&self->vfio);
	EXPECT_TRUE(gtt_is(self, 0));
	vfio_close(&self->vfio);
}

/* Whoever sends it to sleep goes on with the same GTT when it is awake again */
TEST_F_TIMEOUT(quiet, at_d3hot_but_for_the_gtt, 60)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);

	if (!pm)
		SKIP(return, "the device has no power management");
	open_it(self);
	light(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 3);
	EXPECT_OFF(false);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);
	vfio_close(&self->vfio);
}

/* Another write to that register is none of its business */
TEST_F_TIMEOUT(quiet, not_at_other_power_states, 60)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);

	if (!pm)
		SKIP(return, "the device has no power management");
	open_it(self);
	light(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);
	EXPECT_LEFT_ALONE();
	EXPECT_TRUE(gtt_is(self, ENTRY));
	vfio_close(&self->vfio);
}

TEST_F_TIMEOUT(quiet, without_transcoder_nothing_is_touched, 60)
{
	host_unbind(IGD_BDF);
	light(self);
	power(self, self->screen->wells, false);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LEFT_ALONE();
	/* The GTT needs neither, and points nowhere all the same */
	EXPECT_TRUE(gtt_is(self, 0));
}

TEST_F_TIMEOUT(quiet, without_its_power_well_nothing_is_touched, 60)
{
	if (!self->screen->wells)
		SKIP(return, "this generation's display has no power wells");
	host_unbind(IGD_BDF);
	light(self);
	power(self, self->screen->wells & ~self->screen->conf_wells, true);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LEFT_ALONE();
}

/* The first plane of the list is pipe A's, which needs no more than that well */
TEST_F_TIMEOUT(quiet, a_pipe_without_power_is_left_alone, 60)
{
	const struct screen *screen = self->screen;
	u32 last = screen->planes[count(screen->planes) - 1];

	if (screen->gen < 900)
		SKIP(return, "this generation's pipes have no power wells");
	host_unbind(IGD_BDF);
	light(self);
	power(self, screen->conf_wells, true);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	if (screen->conf_wells & (screen->wells & -screen->wells))
		EXPECT_EQ(0, reg(screen->planes[0]) & ON);
	if (!(screen->conf_wells & ~(screen->wells >> 1)))
		EXPECT_EQ(ON, reg(last) & ON);
}

TEST_F_TIMEOUT(quiet, one_that_does_not_answer_is_left_alone, 60)
{
	host_unbind(IGD_BDF);
	light(self);
	set(self->screen->vga, 0xffffffff);
	klog_mark();
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(ON | 0x45000400, reg(self->screen->planes[0]));
	EXPECT_TRUE(gtt_is(self, ENTRY));
	EXPECT_EQ(1, klog_count("BAR0 does not answer: the display is left as it is"))
		TH_LOG("in:\n%s", klog_since());
}

/* The frame counters of this device stand still: that takes time, but it ends */
TEST_F_TIMEOUT(quiet, a_frame_that_does_not_come_is_not_waited_for_for_ever, 60)
{
	struct timespec before, after;
	double seconds;

	host_unbind(IGD_BDF);
	light(self);
	klog_mark();
	clock_gettime(CLOCK_MONOTONIC, &before);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	clock_gettime(CLOCK_MONOTONIC, &after);
	seconds = after.tv_sec - before.tv_sec +
		  (after.tv_nsec - before.tv_nsec) / 1e9;
	EXPECT_GT(30, seconds);
	EXPECT_EQ(1, klog_count("no frame came within 100 ms"))
		TH_LOG("in:\n%s", klog_since());
}

TEST_F_TIMEOUT(quiet, a_user_cannot_fill_the_log, 60)
{
	unsigned int i;

	host_unbind(IGD_BDF);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	open_it(self);
	klog_mark();
	for (i = 0; i < 5; i++) {
		light(self);
		vfio_reset(&self->vfio);
		vfio_reset(&self->vfio);
	}
	EXPECT_EQ(1, klog_count("no frame came"))
		TH_LOG("in:\n%s", klog_since());
	vfio_close(&self->vfio);
}

TEST_F_TIMEOUT(quiet, nothing_lit_is_nothing_written, 60)
{
	const u32 page = self->screen->planes[0] & ~0xfff;

	host_unbind(IGD_BDF);
	power(self, self->screen->wells, true);
	set(self->screen->vga, VGA_OFF);
	sim_mark();
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_EQ(0, sim_writes("bar0", page, page + 0x4fff, NULL, 0));
	EXPECT_EQ(0, sim_writes("bar0", 0x45000, 0x45fff, NULL, 0));
}

TEST_F_TIMEOUT(quiet, quiesce_turns_it_off, 60)
{
	host_set_param("quiesce", "0");
	host_unbind(IGD_BDF);
	light(self);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LEFT_ALONE();
	EXPECT_TRUE(gtt_is(self, ENTRY));
}

static void host_sleeps(void)
{
	const char *module = getenv("IGD_SLEEP_MODULE");
	char command[512];

	if (!module)
		die("IGD_SLEEP_MODULE is not set: to igd_sleep.ko, see sleep/; selftests/driver/check does it");
	snprintf(command, sizeof(command), "insmod %s", module);
	host_run(command);
}

static void host_wakes(void)
{
	host_run("rmmod igd_sleep");
}

TEST_F_TIMEOUT(quiet, when_the_host_sleeps_with_a_guest, 60)
{
	open_it(self);
	light(self);
	host_sleeps();
	/* Its user goes on with the GTT */
	EXPECT_OFF(false);
	light(self);
	host_wakes();
	EXPECT_OFF(false);
	vfio_close(&self->vfio);
}

TEST_F_TIMEOUT(quiet, when_the_host_sleeps_without_a_guest, 60)
{
	host_keep_awake(true);
	light(self);
	host_sleeps();
	EXPECT_OFF(false);
	/* Firmware that wakes the machine lights its screen again */
	light(self);
	host_wakes();
	EXPECT_OFF(true);
}

TEST_HARNESS_MAIN
