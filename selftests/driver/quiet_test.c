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
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define ON			0x80000000u
#define VGA_OFF			0x80000000u
#define CURSOR_ON		0x27u
#define SURFACE			0x1c
#define CURSOR_BASE		0x04
#define SCALER			0x84
#define DBUF_REQUEST		0x80000000u
#define DBUF_STATE		0x40000000u
#define DBUF_OTHER		0x00880000u	/* of tracking and its service */
#define CXSR_ON			0x8000u
#define DBUF_MAX		4
#define GTT_FLUSH		0x101008
#define PWR_WELL_CTL2		0x45404
#define ENTRY			0x12345001u

/* Where something is on, and which wells that needs */
struct powered {
	u32 at;
	u32 wells;
};

static const struct powered transcoders_2[] = {
	{ 0x70008 }, { 0x71008 }, {}
};

static const struct powered transcoders_3[] = {
	{ 0x70008 }, { 0x71008 }, { 0x72008 }, {}
};

static const struct powered transcoders_vlv[] = {
	{ 0x1f0008 }, { 0x1f1008 }, {}
};

static const struct powered transcoders_chv[] = {
	{ 0x1f0008 }, { 0x1f1008 }, { 0x1f4008 }, {}
};

static const struct powered transcoders_hsw[] = {
	{ 0x70008, 0x40000000 }, { 0x71008, 0x40000000 },
	{ 0x72008, 0x40000000 }, { 0x7f008 }, {}
};

static const struct powered transcoders_skl[] = {
	{ 0x70008, 0x40000000 }, { 0x71008, 0x40000000 },
	{ 0x72008, 0x40000000 }, { 0x7f008, 0x10000000 }, {}
};

static const struct powered transcoders_icl[] = {
	{ 0x70008, 0x10 }, { 0x71008, 0x10 }, { 0x72008, 0x10 },
	{ 0x7f008, 0x01 }, {}
};

static const struct powered transcoders_tgl[] = {
	{ 0x70008, 0x001 }, { 0x71008, 0x010 }, { 0x72008, 0x040 },
	{ 0x73008, 0x100 }, {}
};

static const struct powered transcoders_adlp[] = {
	{ 0x70008, 0x00400 }, { 0x71008, 0x01000 }, { 0x72008, 0x04000 },
	{ 0x73008, 0x10000 }, {}
};

struct screen {
	unsigned int gen;		/* the first one, times 100 */
	const char *only;		/* part of their names; NULL: all others */
	u32 wells;			/* states of all, 0: there are none */
	u32 conf;			/* of a transcoder or pipe */
	u32 conf_wells;			/* that it needs */
	u32 vga;
	u32 cxsr;			/* FW_BLC_SELF, where there is one */
	u32 keep;			/* what stays of a plane's control register */
	u32 planes[30];
	u32 sprites[8];
	u32 cursors[5];
	u32 dbuf[5];
	const struct powered *transcoders;
	u32 pipe_wells[5];		/* of each pipe; 0: always on, or none */
};

#define PLANES_3(at)	(at), (at) + 0x100, (at) + 0x200
#define PLANES_4(at)	PLANES_3(at), (at) + 0x300
#define PLANES_5(at)	PLANES_4(at), (at) + 0x400
#define PLANES_7(at)	PLANES_5(at), (at) + 0x500, (at) + 0x600

/* Of two that fit, the later one */
static const struct screen screens[] = {
	{ .gen = 600, .conf = 0x70008, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180 }, .sprites = { 0x72180, 0x73180 },
	  .cursors = { 0x70080, 0x700c0 },
	  .transcoders = transcoders_2 },
	{ .gen = 700, .conf = 0x71008, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 },
	  .transcoders = transcoders_3 },
	{ .gen = 700, .only = "Valleyview", .conf = 0x1f0008, .vga = 0x1f1400,
	  .cxsr = 0x186500, .keep = 0x41000000, .planes = { 0x1f0180, 0x1f1180 },
	  .sprites = { 0x1f2180, 0x1f2280, 0x1f2380, 0x1f2480 },
	  .cursors = { 0x1f0080, 0x1f00c0 },
	  .transcoders = transcoders_vlv },
	{ .gen = 700, .only = "Haswell", .wells = 0x40000000, .conf = 0x70008,
	  .conf_wells = 0x40000000, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 },
	  .transcoders = transcoders_hsw,
	  .pipe_wells = { 0, 0x40000000, 0x40000000 } },
	{ .gen = 800, .wells = 0x40000000, .conf = 0x70008,
	  .conf_wells = 0x40000000, .vga = 0x41000, .keep = 0x41000000,
	  .planes = { 0x70180, 0x71180, 0x72180 },
	  .sprites = { 0x70280, 0x71280, 0x72280 },
	  .cursors = { 0x70080, 0x71080, 0x72080 },
	  .transcoders = transcoders_hsw,
	  .pipe_wells = { 0, 0x40000000, 0x40000000 } },
	{ .gen = 800, .only = "Cherryview", .conf = 0x1f4008, .vga = 0x1f1400,
	  .cxsr = 0x186500, .keep = 0x41000000, .planes = { 0x1f0180, 0x1f1180, 0x1f4180 },
	  .sprites = { 0x1f2180, 0x1f2280, 0x1f2380, 0x1f2480, 0x1f2580,
		       0x1f2680 },
	  .cursors = { 0x1f0080, 0x1f00c0, 0x1f00e0 },
	  .transcoders = transcoders_chv },
	{ .gen = 900, .wells = 0x50000000, .conf = 0x7f008,
	  .conf_wells = 0x10000000, .vga = 0x41000,
	  .planes = { PLANES_3(0x70180), PLANES_3(0x71180), PLANES_3(0x72180) },
	  .cursors = { 0x70080, 0x71080, 0x72080 }, .dbuf = { 0x45008 },
	  .transcoders = transcoders_skl,
	  .pipe_wells = { 0x10000000, 0x40000000, 0x40000000 } },
	{ .gen = 900, .only = "Gemini Lake", .wells = 0x50000000,
	  .conf = 0x7f008,
	  .conf_wells = 0x10000000, .vga = 0x41000,
	  .planes = { PLANES_4(0x70180), PLANES_4(0x71180), PLANES_4(0x72180) },
	  .cursors = { 0x70080, 0x71080, 0x72080 }, .dbuf = { 0x45008 },
	  .transcoders = transcoders_skl,
	  .pipe_wells = { 0x10000000, 0x40000000, 0x40000000 } },
	{ .gen = 1100, .wells = 0x00000055, .conf = 0x70008,
	  .conf_wells = 0x00000010, .vga = 0x41000,
	  .planes = { PLANES_7(0x70180), PLANES_7(0x71180), PLANES_7(0x72180) },
	  .cursors = { 0x70080, 0x71080, 0x72080 },
	  .dbuf = { 0x45008, 0x44fe8 },
	  .transcoders = transcoders_icl,
	  .pipe_wells = { 0x01, 0x10, 0x40 } },
	{ .gen = 1200, .wells = 0x00000155, .conf = 0x71008,
	  .conf_wells = 0x00000010, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8 },
	  .transcoders = transcoders_tgl,
	  .pipe_wells = { 0x001, 0x010, 0x040, 0x100 } },
	{ .gen = 1200, .only = "Tiger Lake", .wells = 0x00000155,
	  .conf = 0x70008, .conf_wells = 0x00000001, .vga = 0x41000,
	  .planes = { PLANES_7(0x70180), PLANES_7(0x71180), PLANES_7(0x72180),
		      PLANES_7(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8 },
	  .transcoders = transcoders_tgl,
	  .pipe_wells = { 0x001, 0x010, 0x040, 0x100 } },
	{ .gen = 1200, .only = "-P", .wells = 0x00015400, .conf = 0x73008,
	  .conf_wells = 0x00010000, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 },
	  .transcoders = transcoders_adlp,
	  .pipe_wells = { 0x00400, 0x01000, 0x04000, 0x10000 } },
	{ .gen = 1200, .only = "-N", .wells = 0x00015400, .conf = 0x70008,
	  .conf_wells = 0x00000400, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 },
	  .transcoders = transcoders_adlp,
	  .pipe_wells = { 0x00400, 0x01000, 0x04000, 0x10000 } },
	{ .gen = 1270, .wells = 0x00015400, .conf = 0x72008,
	  .conf_wells = 0x00004000, .vga = 0x41000,
	  .planes = { PLANES_5(0x70180), PLANES_5(0x71180), PLANES_5(0x72180),
		      PLANES_5(0x73180) },
	  .cursors = { 0x70080, 0x71080, 0x72080, 0x73080 },
	  .dbuf = { 0x45008, 0x44fe8, 0x44300, 0x44304 },
	  .transcoders = transcoders_adlp,
	  .pipe_wells = { 0x00400, 0x01000, 0x04000, 0x10000 } },
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
	if (screen->cxsr)
		set(screen->cxsr, CXSR_ON);
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
	if (s_->cxsr)							\
		EXPECT_EQ(0, reg(s_->cxsr));				\
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
TEST_F(quiet, at_bind)
{
	host_unbind(IGD_BDF);
	light(self);
	set(GTT_FLUSH, 0);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_OFF(true);
	EXPECT_EQ(1, reg(GTT_FLUSH));
	EXPECT_EQ(lit_planes(self->screen), host_number("igd/quiet_planes"));
	EXPECT_EQ(count(self->screen->dbuf), host_number("igd/quiet_slices"));
	EXPECT_NE(0, host_number("igd/quiet_us"));
}

static void host_sleeps(void)
{
	host_insmod("IGD_SLEEP_MODULE", "");
}

static void host_wakes(void)
{
	host_run("rmmod igd_sleep");
}

static bool in_list(const u32 *list, u32 at)
{
	for (; *list; list++)
		if (*list == at)
			return true;
	return false;
}

/* Planes behind the last one of a pipe, slices behind the last one */
TEST_F(quiet, what_it_has_not_is_left_alone)
{
	static const u32 slices[DBUF_MAX] = { 0x45008, 0x44fe8, 0x44300, 0x44304 };
	const struct screen *screen = self->screen;
	const u32 *at;
	unsigned int i;

	host_unbind(IGD_BDF);
	light(self);
	for (at = screen->planes; *at; at++)
		if (!in_list(screen->planes, *at + 0x100) &&
		    !in_list(screen->sprites, *at + 0x100)) {
			set(*at + 0x100, ON);
			set(*at + 0x100 + SURFACE, 0x400000);
		}
	for (i = 0; i < DBUF_MAX; i++)
		if (!in_list(screen->dbuf, slices[i]))
			set(slices[i], DBUF_STATE);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_OFF(true);
	for (at = screen->planes; *at; at++)
		if (!in_list(screen->planes, *at + 0x100) &&
		    !in_list(screen->sprites, *at + 0x100)) {
			EXPECT_EQ(ON, reg(*at + 0x100))
				TH_LOG("at %#x", *at + 0x100);
			EXPECT_EQ(0x400000, reg(*at + 0x100 + SURFACE));
			set(*at + 0x100, 0);
		}
	for (i = 0; i < DBUF_MAX; i++)
		if (!in_list(screen->dbuf, slices[i])) {
			EXPECT_EQ(DBUF_STATE, reg(slices[i]))
				TH_LOG("slice at %#x", slices[i]);
			set(slices[i], 0);
		}
}

/* A plane's neighbours, where a scaler of a sprite would be */
TEST_F(quiet, a_plane_s_other_registers_stay)
{
	const struct screen *screen = self->screen;
	const u32 *at;

	host_unbind(IGD_BDF);
	light(self);
	for (at = screen->planes; *at; at++)
		set(*at + SCALER, 0x5a5a5a5a);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	for (at = screen->planes; *at; at++) {
		if (!in_list(screen->planes, *at + SCALER) &&
		    !in_list(screen->sprites, *at + SCALER))
			EXPECT_EQ(0x5a5a5a5a, reg(*at + SCALER))
				TH_LOG("plane at %#x", *at);
		set(*at + SCALER, 0);
	}
}

/* Of all of them, one is enough */
TEST_F_TIMEOUT(quiet, each_transcoder_lights_a_screen, 600)
{
	const struct screen *screen = self->screen;
	const struct powered *transcoder;
	const u32 first = screen->planes[0];

	set(screen->conf, 0);
	for (transcoder = screen->transcoders; transcoder->at; transcoder++) {
		host_unbind(IGD_BDF);
		light(self);
		power(self, screen->wells, false);
		set(transcoder->at, ON);
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		EXPECT_EQ(0, reg(first) & ON)
			TH_LOG("transcoder at %#x", transcoder->at);
		if (transcoder->wells) {
			host_unbind(IGD_BDF);
			light(self);
			power(self, screen->wells & ~transcoder->wells, false);
			set(transcoder->at, ON);
			ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
			/* All of it: a pipe may have power */
			EXPECT_LEFT_ALONE();
		}
		set(transcoder->at, 0);
	}
}

/* All pipes but one have power: that one is left alone, and no other */
TEST_F_TIMEOUT(quiet, each_pipe_has_power_of_its_own, 600)
{
	const struct screen *screen = self->screen;
	const unsigned int pipes = count(screen->cursors);
	const unsigned int planes = count(screen->planes) / pipes;
	unsigned int i, j;

	if (!screen->wells)
		SKIP(return, "this generation's display has no power wells");
	for (i = 0; i < pipes; i++) {
		const u32 off = screen->pipe_wells[i];

		/* Else no transcoder is on */
		if (!off || off == screen->conf_wells)
			continue;
		host_unbind(IGD_BDF);
		light(self);
		power(self, screen->wells & ~off, true);
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		for (j = 0; j < pipes; j++)
			EXPECT_EQ(screen->pipe_wells[j] == off ? ON : 0,
				  reg(screen->planes[j * planes]) & ON)
				TH_LOG("pipe %u, while %u has no power", j, i);
	}
}

TEST_F(quiet, slices_are_asked_for_where_they_are_on)
{
	const u32 *dbuf = self->screen->dbuf, *at;

	if (!*dbuf)
		SKIP(return, "this generation's buffer has no switch");
	host_unbind(IGD_BDF);
	power(self, self->screen->wells, false);
	for (at = dbuf; *at; at++)
		set(*at, DBUF_OTHER);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	for (at = dbuf; *at; at++)
		EXPECT_EQ(DBUF_OTHER, reg(*at));

	host_unbind(IGD_BDF);
	for (at = dbuf; *at; at++)
		set(*at, DBUF_REQUEST | DBUF_STATE | DBUF_OTHER);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	for (at = dbuf; *at; at++)
		EXPECT_EQ(DBUF_REQUEST | DBUF_STATE | DBUF_OTHER, reg(*at));
	EXPECT_EQ(0, host_number("igd/quiet_slices"));

	host_unbind(IGD_BDF);
	for (at = dbuf; *at; at++)
		set(*at, DBUF_STATE | DBUF_OTHER);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	for (at = dbuf; *at; at++)
		EXPECT_EQ(DBUF_REQUEST | DBUF_STATE | DBUF_OTHER, reg(*at));
	/* And that is told, though no plane was on */
	EXPECT_EQ(count(dbuf), host_number("igd/quiet_slices"));
	EXPECT_EQ(0, host_number("igd/quiet_planes"));
}

/* As wide as 64, with and without alpha; as 256 */
TEST_F(quiet, a_cursor_of_any_mode_is_one)
{
	static const u32 modes[] = { 0x04, 0x07, 0x27, 0x20 };
	const u32 *cursors = self->screen->cursors;
	unsigned int i;

	/* Nothing else is on */
	host_unbind(IGD_BDF);
	light(self);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		host_unbind(IGD_BDF);
		power(self, self->screen->wells, true);
		set(cursors[0], modes[i]);
		set(cursors[0] + CURSOR_BASE, 0x300000);
		set(self->screen->vga, VGA_OFF);
		ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
		EXPECT_EQ(0, reg(cursors[0]))
			TH_LOG("mode %#x", modes[i]);
		EXPECT_EQ(0, reg(cursors[0] + CURSOR_BASE));
		EXPECT_EQ(1, host_number("igd/quiet_planes"));
	}
}

/* BAR0 is turned on only as long as it is looked at */
TEST_F(quiet, memory_decoding_stays_as_it_was)
{
	host_keep_awake(true);
	host_set_resets("");
	open_it(self);
	light(self);
	config_write(&self->vfio, PCI_COMMAND, 2, 0);
	host_sleeps();
	EXPECT_OFF(false);
	EXPECT_EQ(0, sim_read("config", PCI_COMMAND, 2) & PCI_COMMAND_MEMORY);
	host_wakes();
	EXPECT_EQ(0, sim_read("config", PCI_COMMAND, 2) & PCI_COMMAND_MEMORY);
	vfio_close(&self->vfio);
	host_set_resets("default");
}

/* VFIO's low power: the device's user has nothing for it to do, and goes on later */
TEST_F(quiet, at_low_power_but_for_the_gtt)
{
	struct vfio_device_feature feature = {
		.argsz = sizeof(feature),
		.flags = VFIO_DEVICE_FEATURE_SET |
			 VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
	};

	open_it(self);
	light(self);
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_FEATURE, &feature));
	EXPECT_TRUE(host_power_becomes("suspended", 10000));
	EXPECT_OFF(false);
	vfio_close(&self->vfio);
}

/* Of all ways to a reset, this one does not wake it first */
TEST_F(quiet, a_sleeping_device_is_left_as_it_is)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);

	if (!pm)
		SKIP(return, "the device has no power management");
	host_unbind(IGD_BDF);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	open_it(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 3);
	klog_mark();
	host_run("echo 1 >/sys/bus/pci/devices/" IGD_BDF "/reset");
	EXPECT_EQ(1, klog_count("the device sleeps: its display is left as it is"))
		TH_LOG("in:\n%s", klog_since());
	EXPECT_EQ(0, klog_count("does not answer"));
	vfio_close(&self->vfio);
}

TEST_F(quiet, at_open_before_the_reset)
{
	host_keep_awake(true);
	light(self);
	sim_mark();
	open_it(self);
	/* A reset clears the registers, but the driver has counted */
	EXPECT_EQ(lit_planes(self->screen), host_number("igd/quiet_planes"));
	vfio_close(&self->vfio);
}

TEST_F(quiet, at_close)
{
	host_set_resets("");
	open_it(self);
	light(self);
	vfio_close(&self->vfio);
	host_set_resets("default");
	EXPECT_OFF(true);
}

TEST_F(quiet, at_close_with_bar0_off)
{
	host_set_resets("");
	open_it(self);
	light(self);
	config_write(&self->vfio, PCI_COMMAND, 2, 0);
	vfio_close(&self->vfio);
	host_set_resets("default");
	EXPECT_OFF(true);
}

TEST_F(quiet, at_close_of_a_sleeping_device)
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

/* Where the device did not answer at close, the next user's GTT is empty all the same */
TEST_F(quiet, at_open_what_was_left_at_close)
{
	host_keep_awake(true);
	host_set_resets("");
	open_it(self);
	fill_gtt(self);
	set(self->screen->vga, 0xffffffff);
	vfio_close(&self->vfio);
	EXPECT_TRUE(gtt_is(self, ENTRY));
	set(self->screen->vga, VGA_OFF);
	open_it(self);
	host_set_resets("default");
	EXPECT_TRUE(gtt_is(self, 0));
	vfio_close(&self->vfio);
}

/* A guest that was killed closes nothing by itself */
TEST_F(quiet, after_a_killed_user)
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

TEST_F(quiet, at_reset)
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
TEST_F(quiet, at_d3hot_but_for_the_gtt)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);
	static const u8 bytes[16] = { [8 + 2] = 3 };

	if (!pm)
		SKIP(return, "the device has no power management");
	klog_mark();
	open_it(self);
	light(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 3);
	EXPECT_OFF(false);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);

	/* In a write that begins before it, too; before the buffer there is no 3 */
	light(self);
	vfio_write(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, pm + PCI_PM_CTRL - 2,
		   bytes + 8, 4);
	EXPECT_OFF(false);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);
	EXPECT_EQ(0, klog_count("the display is left as it is"))
		TH_LOG("in:\n%s", klog_since());
	vfio_close(&self->vfio);
}

/* Another write to that register is none of its business, nor one before it */
TEST_F(quiet, not_at_other_power_states)
{
	unsigned int pm = sim_capability(PCI_CAP_ID_PM);
	u8 bytes[256] = {};

	if (!pm)
		SKIP(return, "the device has no power management");
	open_it(self);
	light(self);
	config_write(&self->vfio, pm + PCI_PM_CTRL, 2, 0);
	EXPECT_LEFT_ALONE();

	/* Behind what is written, which goes nowhere, it says D3hot */
	ASSERT_LT(VFIO_PCI_IGD_CFG_GGC, pm);
	bytes[pm + PCI_PM_CTRL - VFIO_PCI_IGD_CFG_GGC] = 3;
	vfio_write(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_IGD_CFG_GGC,
		   bytes, 2);
	EXPECT_LEFT_ALONE();
	EXPECT_TRUE(gtt_is(self, ENTRY));
	vfio_close(&self->vfio);
}

TEST_F(quiet, without_transcoder_nothing_is_touched)
{
	host_unbind(IGD_BDF);
	light(self);
	power(self, self->screen->wells, false);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LEFT_ALONE();
	/* The GTT needs neither, and points nowhere all the same */
	EXPECT_TRUE(gtt_is(self, 0));
}

TEST_F(quiet, without_its_power_well_nothing_is_touched)
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
TEST_F(quiet, a_pipe_without_power_is_left_alone)
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

TEST_F(quiet, one_that_does_not_answer_is_left_alone)
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
TEST_F(quiet, a_frame_that_does_not_come_is_not_waited_for_for_ever)
{
	const bool traced = trace_begin();
	struct timespec before, after;
	unsigned int late = 0;
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
	if (!traced)
		return;
	/* One for each pipe that showed something */
	EXPECT_EQ(1, trace_count("igd_quiet: " IGD_BDF " at bind: "));
	sscanf(strstr(trace_since(), " late=") ?: "", " late=%u", &late);
	EXPECT_LE(1, late);
	EXPECT_GE(count(self->screen->planes), late);
	trace_end();
}

TEST_F(quiet, a_user_cannot_fill_the_log)
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

TEST_F(quiet, nothing_lit_is_nothing_written)
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

TEST_F(quiet, quiesce_turns_it_off)
{
	host_set_param("quiesce", "0");
	host_unbind(IGD_BDF);
	light(self);
	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	EXPECT_LEFT_ALONE();
	EXPECT_TRUE(gtt_is(self, ENTRY));
}

#define COST_ROUNDS		9
#define COST_MAX_US		2000000

static u64 now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

static void keep_least(u64 *least, u64 us)
{
	if (!*least || us < *least)
		*least = us;
}

/*
 * What open and close take without and with, in turn: at best, as whatever else the
 * machine does adds to that, and never takes away
 */
static void cost(FIXTURE_DATA(quiet) *self, u64 open_us[2], u64 close_us[2])
{
	unsigned int i, on;
	u64 start;

	for (i = 0; i < COST_ROUNDS; i++)
		for (on = 0; on < 2; on++) {
			host_set_param("quiesce", on ? "1" : "0");
			start = now_us();
			open_it(self);
			keep_least(&open_us[on], now_us() - start);
			start = now_us();
			vfio_close(&self->vfio);
			keep_least(&close_us[on], now_us() - start);
		}
}

/* For Documentation/hand-over.md, which quotes it. The user has used the GTT */
TEST_F_TIMEOUT(quiet, what_it_adds_to_open_and_close, 600)
{
	u64 open_us[2] = { 0 }, close_us[2] = { 0 };

	power(self, self->screen->wells, false);
	cost(self, open_us, close_us);
	EXPECT_GT(open_us[0] + COST_MAX_US, open_us[1]);
	EXPECT_GT(close_us[0] + COST_MAX_US, close_us[1]);
	TH_LOG("open takes %llu us, %llu us with quiesce=0: %.2f times as long",
	       open_us[1], open_us[0], (double)open_us[1] / open_us[0]);
	TH_LOG("close takes %llu us, %llu us with quiesce=0: %.2f times as long",
	       close_us[1], close_us[0], (double)close_us[1] / close_us[0]);
}

TEST_F(quiet, when_the_host_sleeps_with_a_guest)
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

TEST_F(quiet, when_the_host_sleeps_without_a_guest)
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
