// SPDX-License-Identifier: GPL-2.0-only
/*
 * Outputs: the monitor's EDID on both ways, a link's training, interrupts from a
 * vblank and from a plug to the message. Register layouts are i915_reg.h's.
 */
#define _GNU_SOURCE
#include "test.h"

#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EDID_SIZE	128

#define GMBUS(n)	(0xc5100ull + 4 * (n))
#define AUX		0x64110ull	/* port B of gen 9 */
#define MASTER		0x44200ull
#define PIPE_A		0x44400ull	/* ISR, IMR, IIR, IER */
#define SDE		0xc4000ull
#define HOTPLUG		0xc4030ull

#define READY		0x0800u
#define WAITS		0x4000u
#define NAK		0x0400u

static void wanted_edid(struct sim *sim, char port, uint8_t *edid)
{
	char line[16];
	const char *text;

	snprintf(line, sizeof(line), "edid %c", port);
	text = tell(sim, line);
	for (unsigned int i = 0; i < EDID_SIZE; i++)
		sscanf(text + 3 + 2 * i, "%2hhx", edid + i);
}

static void test_edid(void)
{
	static const uint8_t head[] = { 0, 255, 255, 255, 255, 255, 255, 0 };
	uint8_t edid[EDID_SIZE] = { 0 }, sum = 0;
	struct sim sim;

	must_start(&sim, "uhd630", NULL);
	wanted_edid(&sim, 'C', edid);
	for (unsigned int i = 0; i < EDID_SIZE; i++)
		sum = (uint8_t)(sum + edid[i]);
	check(!memcmp(edid, head, sizeof(head)) && !sum,
	      "a monitor's EDID begins and adds up as it has to");
	check_equal((uint64_t)edid[0x38] | (edid[0x3a] & 0xf0u) << 4, 1024,
		    "its first timing has 1024 columns");
	check_equal((uint64_t)edid[0x3b] | (edid[0x3d] & 0xf0u) << 4, 768,
		    "and 768 lines");
	check_text(tell(&sim, "edid E"),
		   "error the profile has no monitor at port E", "none at port E");
	check_text(tell(&sim, "monitors"), "ok C", "uhd630 has one at port C");
	check_text(tell(&sim, "monitor plug X"),
		   "error the profile has no monitor at port X",
		   "which port there is, is the profile's");
	sim_stop(&sim);
}

static bool gmbus_bytes(struct sim *sim, uint8_t *bytes, unsigned int size)
{
	for (unsigned int i = 0; i < size; i += 4) {
		uint32_t data;

		if (!(get(sim, BAR0, GMBUS(2), 4) & READY))
			return false;
		data = (uint32_t)get(sim, BAR0, GMBUS(3), 4);
		memcpy(bytes + i, &data, 4);
	}
	return get(sim, BAR0, GMBUS(2), 4) & WAITS;
}

static void test_gmbus(void)
{
	uint8_t wanted[EDID_SIZE], found[EDID_SIZE];
	struct sim sim;

	must_start(&sim, "uhd630", NULL);
	wanted_edid(&sim, 'C', wanted);
	put(&sim, BAR0, GMBUS(0), 4, 2);
	put(&sim, BAR0, GMBUS(1), 4, 0x460000a1 | EDID_SIZE << 16);
	check(gmbus_bytes(&sim, found, EDID_SIZE) &&
	      !memcmp(found, wanted, EDID_SIZE), "GMBUS reads it, from an index on");
	put(&sim, BAR0, GMBUS(1), 4, 0x48000000);
	check_equal(get(&sim, BAR0, GMBUS(2), 4), READY, "a stop ends that");

	put(&sim, BAR0, GMBUS(3), 4, 64);
	put(&sim, BAR0, GMBUS(1), 4, 0x420100a0);
	put(&sim, BAR0, GMBUS(1), 4, 0x420800a1);
	check(gmbus_bytes(&sim, found, 8) && !memcmp(found, wanted + 64, 8),
	      "or from where a byte says that was written first");
	put(&sim, BAR0, GMBUS(1), 4, 0x48000000);

	put(&sim, BAR0, GMBUS(1), 4, 0x42010092);
	check_equal(get(&sim, BAR0, GMBUS(2), 4) & (NAK | READY), NAK,
		    "nobody is at another address");
	put(&sim, BAR0, GMBUS(1), 4, 0x80000000);
	put(&sim, BAR0, GMBUS(1), 4, 0);
	check_equal(get(&sim, BAR0, GMBUS(2), 4), READY, "that is cleared");
	put(&sim, BAR0, GMBUS(0), 4, 1);
	put(&sim, BAR0, GMBUS(1), 4, 0x420100a1);
	check_equal(get(&sim, BAR0, GMBUS(2), 4) & NAK, NAK, "nobody at other pins");
	put(&sim, BAR0, GMBUS(0), 4, 2);
	tell(&sim, "monitor unplug C");
	put(&sim, BAR0, GMBUS(1), 4, 0x420100a1);
	check_equal(get(&sim, BAR0, GMBUS(2), 4) & NAK, NAK, "nor once it is unplugged");
	sim_stop(&sim);
}

/* Sends SIZE bytes; how many came back, 0 after a timeout */
static unsigned int aux(struct sim *sim, const uint8_t *request, unsigned int size,
			uint8_t *reply)
{
	uint32_t status;

	for (unsigned int i = 0; i < 20; i += 4)
		put(sim, BAR0, AUX + 4 + i, 4, (uint32_t)request[i] << 24 |
		    request[i + 1] << 16 | request[i + 2] << 8 | request[i + 3]);
	put(sim, BAR0, AUX, 4, 0xf2000000 | size << 20);
	status = (uint32_t)get(sim, BAR0, AUX, 4);
	put(sim, BAR0, AUX, 4, status | 0x52000000);
	if (status & 0x90000000 || !(status & 0x40000000))
		return 0;
	for (unsigned int i = 0; i < 20; i++)
		reply[i] = (uint8_t)(get(sim, BAR0, AUX + 4 + (i & ~3u), 4) >>
				     8 * (3 - i % 4));
	return status >> 20 & 31;
}

static void test_aux(void)
{
	static const uint8_t asks_version[20] = { 0x90, 0, 0, 7 };
	static const uint8_t asks_link[20] = { 0x90, 2, 2, 2 };
	static const uint8_t trains[20] = { 0x80, 1, 2, 0, 0x21 };
	static const uint8_t sleeps[20] = { 0x80, 6, 0, 0, 0x02 };
	static const uint8_t addresses[20] = { 0x40, 0, 0x50, 0, 0 };
	static const uint8_t reads[20] = { 0x50, 0, 0x50, 15 };
	static const uint8_t elsewhere[20] = { 0x50, 0, 0x37, 0 };
	uint8_t wanted[EDID_SIZE], found[EDID_SIZE], reply[20];
	bool good = true;
	struct sim sim;

	must_start(&sim, "uhd630", NULL);
	check_equal(aux(&sim, asks_version, 4, reply), 0, "no monitor, no answer");
	check_equal(get(&sim, BAR0, AUX, 4) & 0x52000000, 0, "which can be cleared");
	tell(&sim, "monitor plug B");
	wanted_edid(&sim, 'B', wanted);
	check(aux(&sim, asks_version, 4, reply) == 9 && !reply[0] &&
	      reply[1] == 0x12 && reply[2] == 0x0a && (reply[3] & 0x1f) == 4,
	      "DPCD says: DisplayPort 1.2, 2.7 GHz, four lanes");
	check(aux(&sim, asks_link, 4, reply) == 4 && !reply[1] && !reply[3],
	      "the link is down at first");
	check_equal(aux(&sim, trains, 5, reply), 1, "a pattern is taken");
	check(aux(&sim, asks_link, 4, reply) == 4 && reply[1] == 0x77 &&
	      reply[2] == 0x77 && reply[3] == 0x01, "and the link is up");
	aux(&sim, sleeps, 5, reply);
	check(aux(&sim, asks_link, 4, reply) == 4 && !reply[1],
	      "until the monitor is sent to sleep");

	aux(&sim, addresses, 5, reply);
	for (unsigned int i = 0; i < EDID_SIZE; i += 16) {
		good &= aux(&sim, reads, 4, reply) == 17 && !reply[0];
		memcpy(found + i, reply + 1, 16);
	}
	check(good && !memcmp(found, wanted, EDID_SIZE), "AUX reads its EDID");
	check(aux(&sim, elsewhere, 4, reply) == 1 && reply[0] == 0x40,
	      "nobody is at another address");
	check_equal(get(&sim, BAR0, 0x44448, 4), 0,
		    "an answer is noticed only where it is not masked");
	put(&sim, BAR0, 0x44444, 4, 0);
	aux(&sim, asks_version, 4, reply);
	check_equal(get(&sim, BAR0, 0x44448, 4), 0x02000000, "each answer is noticed");
	sim_stop(&sim);
}

static int listen_to(struct sim *sim)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSI_IRQ_INDEX, .count = 1,
	};
	int event = eventfd(0, EFD_NONBLOCK);
	struct message reply;

	request(sim, SET_IRQS, &set, sizeof(set), event, &reply);
	return event;
}

/* How many came; waits as long as a few frames take */
static uint64_t interrupts(int event)
{
	struct pollfd ready = { .fd = event, .events = POLLIN };
	uint64_t count = 0;

	if (poll(&ready, 1, 500) == 1 &&
	    read(event, &count, sizeof(count)) != sizeof(count))
		count = 0;
	return count;
}

static void test_vblank(void)
{
	bool good = true, moved = false;
	uint32_t frame, line, first;
	struct sim sim;
	int event;

	must_start(&sim, "uhd630", NULL);
	event = listen_to(&sim);
	put(&sim, BAR0, PIPE_A + 4, 4, ~1u);
	put(&sim, BAR0, PIPE_A + 12, 4, 1);
	put(&sim, BAR0, MASTER, 4, 0x80000000);
	check_equal(interrupts(event), 0, "a pipe that is off has no vblanks");

	put(&sim, BAR0, 0x6000c, 4, 805u << 16 | 767);
	put(&sim, BAR0, 0x70008, 4, 0x80000000);
	check_equal(get(&sim, BAR0, 0x70008, 4), 0xc0000000, "a pipe says that it is on");
	check_equal(interrupts(event), 1, "a vblank is a message");
	check_equal(get(&sim, BAR0, MASTER, 4), 0x80010000, "the master says whose");
	check_equal(get(&sim, BAR0, PIPE_A + 8, 4), 1, "and the pipe's bank what");
	check_equal(interrupts(event), 0, "there is no second one before it was taken");
	put(&sim, BAR0, MASTER, 4, 0);
	put(&sim, BAR0, PIPE_A + 8, 4, 1);
	check_equal(get(&sim, BAR0, PIPE_A + 8, 4), 0, "a 1 clears what was noticed");
	check_equal(get(&sim, BAR0, MASTER, 4), 0, "and the master's bit with it");
	check_equal(interrupts(event), 0, "a master that is closed lets nothing through");
	put(&sim, BAR0, MASTER, 4, 0x80000000);
	check_equal(interrupts(event), 1, "opened, it tells what came meanwhile");

	put(&sim, BAR0, PIPE_A + 4, 4, ~0u);
	put(&sim, BAR0, PIPE_A + 8, 4, 1);
	check_equal(interrupts(event), 0, "what is masked is not noticed");
	frame = (uint32_t)get(&sim, BAR0, 0x70040, 4);
	usleep(300000);
	check(get(&sim, BAR0, 0x70040, 4) - frame >= 5, "frames are counted");
	first = (uint32_t)get(&sim, BAR0, 0x70000, 4);
	for (unsigned int i = 0; i < 100; i++) {
		usleep(3000);
		line = (uint32_t)get(&sim, BAR0, 0x70000, 4);
		good &= line < 806;
		moved |= line != first;
	}
	check(good && moved, "a scan line is one of the mode's, and moves on");
	put(&sim, BAR0, 0x70008, 4, 0);
	frame = (uint32_t)get(&sim, BAR0, 0x70040, 4);
	usleep(100000);
	check_equal(get(&sim, BAR0, 0x70040, 4), frame, "not while the pipe is off");
	close(event);
	sim_stop(&sim);
}

static void test_hotplug(void)
{
	struct sim sim;
	int event;

	must_start(&sim, "uhd630", NULL);
	event = listen_to(&sim);
	check_equal(get(&sim, BAR0, SDE, 4), 0x00400000, "a monitor is at port C");
	put(&sim, BAR0, SDE + 4, 4, 0);
	put(&sim, BAR0, SDE + 12, 4, ~0u);
	put(&sim, BAR0, MASTER, 4, 0x80000000);
	tell(&sim, "monitor unplug C");
	check_equal(get(&sim, BAR0, SDE, 4), 0, "it is not, once unplugged");
	check_equal(interrupts(event), 0, "nobody is told who has not asked");
	put(&sim, BAR0, HOTPLUG, 4, 0x1000);
	tell(&sim, "monitor plug C");
	check_equal(interrupts(event), 1, "who has, is");
	check_equal(get(&sim, BAR0, SDE + 8, 4), 0x00400000, "of which port");
	check_equal(get(&sim, BAR0, HOTPLUG, 4), 0x1200, "and of a long pulse");
	put(&sim, BAR0, HOTPLUG, 4, 0x1200);
	check_equal(get(&sim, BAR0, HOTPLUG, 4), 0x1000, "which a 1 clears");
	put(&sim, BAR0, SDE + 8, 4, 0x00400000);
	check_equal(get(&sim, BAR0, MASTER, 4), 0x80000000, "then all is told");
	tell(&sim, "monitor plug C");
	check_equal(interrupts(event), 0, "what is plugged in already is no news");
	close(event);
	sim_stop(&sim);
}

/* The banks of gen 12 tell a second master, those of Meteor Lake a third */
static void test_masters(const char *profile, uint32_t first, uint32_t last)
{
	struct sim sim;
	int event;

	must_start(&sim, profile, NULL);
	event = listen_to(&sim);
	put(&sim, BAR0, SDE + 4, 4, 0);
	put(&sim, BAR0, SDE + 12, 4, ~0u);
	put(&sim, BAR0, HOTPLUG, 4, 0x8);
	put(&sim, BAR0, MASTER, 4, 0x80000000);
	tell(&sim, "monitor unplug A");
	tell(&sim, "monitor plug A");
	check_equal(get(&sim, BAR0, first, 4) & 0x10000, 0x10000,
		    "a display's interrupt reaches the device's master");
	check_equal(interrupts(event), 0, "which lets nothing through yet");
	put(&sim, BAR0, last, 4, 0x80000000);
	check_equal(interrupts(event), 1, "and then does");
	close(event);
	sim_stop(&sim);
}

static void test_ddi(void)
{
	struct sim sim;

	must_start(&sim, "uhd630", NULL);
	check_equal(get(&sim, BAR0, 0x64100, 4), 0x80, "a port is idle at first");
	put(&sim, BAR0, 0x64100, 4, 0x80000000);
	check_equal(get(&sim, BAR0, 0x64100, 4), 0x80000000, "not once it is on");
	put(&sim, BAR0, 0x64100, 4, 0);
	check_equal(get(&sim, BAR0, 0x64100, 4), 0x80, "and again when it is off");
	sim_stop(&sim);
}

void test_outputs(void)
{
	test_ddi();
	test_edid();
	test_gmbus();
	test_aux();
	test_vblank();
	test_hotplug();
	test_masters("uhd770", 0x190010, 0x190010);
	test_masters("mtl", 0x190010, 0x190008);
}
