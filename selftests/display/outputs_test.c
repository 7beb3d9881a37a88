// SPDX-License-Identifier: GPL-2.0-only
/*
 * i915 on igdsim's display: it finds the monitor that the profile has, reads what that
 * says of itself, sets its mode, and hears of vblanks and of plugs.
 */
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "drm.h"

#define EDID_SIZE	128
#define EDID_PORT	0x0c	/* igdsim's monitors have their port there */
#define PIPESRC_A	0x6001c
#define FLIPS		30
#define FRAMES		30
#define PLUG_MS		15000

/* Which connector is at a port, by the profile's VBT */
struct place {
	char port;
	const char *connector;
};

static const struct places {
	u16 device;
	struct place plugged;	/* at power-on */
	struct place empty;
} machines[] = {
	{ 0x0416, { 'C', "HDMI-A-1" }, { 'B', "DP-1" } },
	{ 0x9bc8, { 'C', "HDMI-A-1" }, { 'B', "DP-1" } },
	{ 0x4680, { 'A', "DP-1" }, { 'B', "HDMI-A-1" } },
};

static const struct places *places(void)
{
	u16 device = sim_read("config", 2, 2);

	for (unsigned int i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].device == device)
			return &machines[i];
	die("device %04x is not in the test's table of ports", device);
}

static bool connected(const struct place *place)
{
	char status[32] = "";

	connector_file(place->connector, "status", status, sizeof(status) - 1);
	return !strcmp(status, "connected\n");
}

static int listen_to_uevents(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)))
		die("cannot listen to uevents: %m");
	return fd;
}

/* Was there one of the display that says HOTPLUG=1? */
static bool hotplug_uevent(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char text[4096];
	ssize_t length;

	while (poll(&ready, 1, PLUG_MS) == 1) {
		length = recv(fd, text, sizeof(text) - 1, 0);
		if (length <= 0)
			continue;
		text[length] = 0;
		for (char *word = text; word < text + length; word += strlen(word) + 1)
			if (!strcmp(word, "HOTPLUG=1"))
				return true;
	}
	return false;
}

/* Interrupts of the device so far, on all CPUs */
static unsigned long interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "r");
	unsigned long sum = 0, count;
	char line[512];
	int used;

	while (file && fgets(line, sizeof(line), file)) {
		char *at = strchr(line, ':');

		if (!strstr(line, "i915") || !at)
			continue;
		for (at++; sscanf(at, "%lu%n", &count, &used) == 1; at += used)
			sum += count;
	}
	if (file)
		fclose(file);
	return sum;
}

FIXTURE(screen) {
	struct screen screen;
};

FIXTURE_SETUP(screen)
{
	self->screen.card = drm_open();
	drm_find(&self->screen);
}

FIXTURE_TEARDOWN(screen)
{
	close(self->screen.card);
}

TEST_F(screen, a_monitor_is_at_its_port_alone)
{
	EXPECT_TRUE(connected(&places()->plugged));
	EXPECT_FALSE(connected(&places()->empty));
}

TEST_F(screen, what_it_says_of_itself_arrives_whole)
{
	u8 wanted[EDID_SIZE], found[EDID_SIZE + 1];

	sim_edid(places()->plugged.port, wanted);
	ASSERT_EQ(connector_file(places()->plugged.connector, "edid", found,
				 sizeof(found)), EDID_SIZE);
	EXPECT_EQ(memcmp(found, wanted, EDID_SIZE), 0);
	EXPECT_EQ(found[EDID_PORT], places()->plugged.port);
}

TEST_F(screen, its_mode_is_set)
{
	EXPECT_EQ(self->screen.mode.hdisplay, 1024);
	EXPECT_EQ(self->screen.mode.vdisplay, 768);
	EXPECT_EQ(self->screen.mode.vrefresh, 60);
	EXPECT_EQ(self->screen.pipe, 0);
	EXPECT_EQ(sim_read("bar0", PIPESRC_A, 4), 1023 << 16 | 767);
}

TEST_F(screen, the_console_has_it)
{
	char name[32] = "", size[32] = "";
	FILE *file;

	file = fopen("/sys/class/graphics/fb0/name", "r");
	ASSERT_NE(file, NULL);
	EXPECT_NE(fgets(name, sizeof(name), file), NULL);
	fclose(file);
	file = fopen("/sys/class/graphics/fb0/virtual_size", "r");
	ASSERT_NE(file, NULL);
	EXPECT_NE(fgets(size, sizeof(size), file), NULL);
	fclose(file);
	EXPECT_STREQ(name, "i915drmfb\n");
	EXPECT_STREQ(size, "1024,768\n");
}

TEST_F(screen, each_frame_is_an_interrupt)
{
	unsigned long before, after;
	u32 from, to;

	from = drm_wait(&self->screen, 1);
	before = interrupts();
	to = drm_wait(&self->screen, FRAMES);
	after = interrupts();
	EXPECT_GE(to - from, FRAMES);
	/* One that comes while the one before is being handled is told with it */
	EXPECT_GE(after - before, FRAMES / 2);
	EXPECT_LE(after - before, 2 * (to - from));
}

TEST_F(screen, a_flip_is_over_a_frame_later)
{
	u32 buffers[2], frame, last = 0;

	buffers[0] = drm_framebuffer_of(&self->screen, 0x00204080);
	buffers[1] = drm_framebuffer_of(&self->screen, 0x00804020);
	drm_show(&self->screen, buffers[0]);
	for (unsigned int i = 0; i < FLIPS; i++) {
		ASSERT_TRUE(drm_flip(&self->screen, buffers[(i + 1) % 2], &frame));
		if (i)
			EXPECT_GT(frame, last);
		last = frame;
	}
}

/* The console is who reacts to a plug, unless another program has the screen */
FIXTURE(cable) {
	int uevents;
};

FIXTURE_SETUP(cable)
{
	self->uevents = listen_to_uevents();
}

FIXTURE_TEARDOWN(cable)
{
	close(self->uevents);
}

/* Is a picture on it, after the time that takes? */
static bool gets_lit(const struct place *place)
{
	for (unsigned int ms = 0; ms < PLUG_MS; ms += 100) {
		char enabled[32] = "";

		connector_file(place->connector, "enabled", enabled,
			       sizeof(enabled) - 1);
		if (!strcmp(enabled, "enabled\n"))
			return true;
		usleep(100000);
	}
	return false;
}

TEST_F(cable, it_is_unplugged_and_plugged_in)
{
	const struct place *place = &places()->plugged;

	sim_plug(place->port, false);
	EXPECT_TRUE(hotplug_uevent(self->uevents));
	EXPECT_FALSE(connected(place));
	sim_plug(place->port, true);
	EXPECT_TRUE(hotplug_uevent(self->uevents));
	EXPECT_TRUE(connected(place));
	EXPECT_TRUE(gets_lit(place));
}

TEST_F(cable, the_other_port_works_as_well)
{
	const struct place *place = &places()->empty;
	u8 wanted[EDID_SIZE], found[EDID_SIZE];

	sim_plug(place->port, true);
	EXPECT_TRUE(hotplug_uevent(self->uevents));
	EXPECT_TRUE(connected(place));
	sim_edid(place->port, wanted);
	EXPECT_EQ(connector_file(place->connector, "edid", found, sizeof(found)),
		  EDID_SIZE);
	EXPECT_EQ(memcmp(found, wanted, EDID_SIZE), 0);
	EXPECT_TRUE(gets_lit(place));
	sim_plug(place->port, false);
	EXPECT_TRUE(hotplug_uevent(self->uevents));
}

TEST_HARNESS_MAIN
