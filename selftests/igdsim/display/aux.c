// SPDX-License-Identifier: GPL-2.0-only
/*
 * AUX: asks a DisplayPort monitor for its registers (DPCD), and for its EDID by I2C
 * that is wrapped up in it. VESA's DisplayPort 1.2 has the messages and the registers.
 *
 * A request is answered as soon as it is sent. A link comes up at its first training,
 * at any rate, on any number of lanes.
 */
#include "outputs.h"

#include <string.h>

/* A channel's control register, and five of data behind it, first byte on top */
#define AUX_BUSY		0x80000000u
#define AUX_DONE		0x40000000u
#define AUX_INTERRUPT		0x20000000u
#define AUX_TIMEOUT		0x10000000u
#define AUX_SIZE		0x01f00000u
#define AUX_DATA		4
#define AUX_END			0x18
#define AUX_MAX			20u

#define REQUEST_NATIVE		0x8
#define REQUEST_READ		0x1
#define REQUEST_HEADER		4u
#define REPLY_NAK		0x10
#define REPLY_I2C_NAK		0x40

#define DDC_EDID		0x50

#define DPCD_TRAINING		0x102
#define   TRAINING_PATTERN	0x0f
#define DPCD_LINK		0x202
#define DPCD_POWER		0x600
#define   POWER_ON		0x01
#define   POWER_MASK		0x07

/* Each lane has its clock, is equalized and locked; lanes are aligned */
static const uint8_t link_up[] = { 0x77, 0x77, 0x01, 0x01 };

/* DisplayPort 1.2, 2.7 GHz, four lanes, enhanced framing, no spread; one sink */
static const uint8_t capabilities[] = { 0x12, 0x0a, 0x84, 0x00, 0x01, 0x00, 0x01 };
#define DPCD_SINKS		0x200

void aux_plug(struct monitor *monitor)
{
	memset(monitor->dpcd, 0, sizeof(monitor->dpcd));
	memcpy(monitor->dpcd, capabilities, sizeof(capabilities));
	monitor->dpcd[DPCD_SINKS] = 1;
	monitor->dpcd[DPCD_POWER] = POWER_ON;
}

static void dpcd_write(struct monitor *monitor, uint32_t address, uint8_t value)
{
	if (address < DPCD_SINKS / 2 || address >= DPCD_SIZE ||
	    (address >= DPCD_SINKS && address < DPCD_SINKS + 0x10))
		return;
	monitor->dpcd[address] = value;
	if (address == DPCD_TRAINING && value & TRAINING_PATTERN)
		memcpy(monitor->dpcd + DPCD_LINK, link_up, sizeof(link_up));
	if (address == DPCD_POWER && (value & POWER_MASK) != POWER_ON)
		memset(monitor->dpcd + DPCD_LINK, 0, sizeof(link_up));
}

static uint8_t dpcd_read(const struct monitor *monitor, uint32_t address)
{
	return address < DPCD_SIZE ? monitor->dpcd[address] : 0;
}

/* Both: the request in bytes, its reply in its place, how long that is */
static unsigned int native(struct monitor *monitor, uint8_t *bytes,
			   unsigned int size)
{
	uint32_t address = (bytes[0] & 0xfu) << 16 | bytes[1] << 8 | bytes[2];
	bool reads = bytes[0] >> 4 & REQUEST_READ;
	unsigned int count = bytes[3] + 1u;

	if (count > AUX_MAX - REQUEST_HEADER ||
	    (!reads && size < REQUEST_HEADER + count)) {
		bytes[0] = REPLY_NAK;
		return 1;
	}
	for (unsigned int i = 0; i < count; i++) {
		if (reads)
			bytes[1 + i] = dpcd_read(monitor, address + i);
		else
			dpcd_write(monitor, address + i, bytes[REQUEST_HEADER + i]);
	}
	bytes[0] = 0;
	return reads ? 1 + count : 1;
}

static unsigned int i2c(struct monitor *monitor, uint8_t *bytes, unsigned int size)
{
	bool reads = bytes[0] >> 4 & REQUEST_READ;
	unsigned int count = size < REQUEST_HEADER ? 0 : bytes[3] + 1u;

	if (bytes[2] != DDC_EDID || count > AUX_MAX - REQUEST_HEADER) {
		bytes[0] = REPLY_I2C_NAK;
		return 1;
	}
	bytes[0] = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (reads)
			bytes[1 + i] = monitor_byte(monitor);
		else if (REQUEST_HEADER + i < size)
			monitor_address(monitor, bytes[REQUEST_HEADER + i]);
	}
	return reads ? 1 + count : 1;
}

static void send(struct igd *igd, const struct port_lines *lines,
		 struct monitor *monitor)
{
	uint32_t control = mmio_get(igd, lines->aux);
	unsigned int size = (control & AUX_SIZE) >> __builtin_ctz(AUX_SIZE);
	uint8_t bytes[AUX_MAX + 4];

	control &= ~(AUX_BUSY | AUX_DONE | AUX_TIMEOUT | AUX_SIZE);
	if (!monitor->plugged || size < 3 || size > AUX_MAX) {
		mmio_set(igd, lines->aux, control | AUX_TIMEOUT);
	} else {
		for (unsigned int i = 0; i < AUX_MAX; i++)
			bytes[i] = (uint8_t)(mmio_get(igd, lines->aux + AUX_DATA + (i & ~3u)) >>
					     8 * (3 - i % 4));
		if (bytes[0] >> 4 & REQUEST_NATIVE)
			size = native(monitor, bytes, size);
		else
			size = i2c(monitor, bytes, size);
		for (unsigned int i = 0; i < AUX_MAX; i += 4)
			mmio_set(igd, lines->aux + AUX_DATA + i,
				 (uint32_t)bytes[i] << 24 | bytes[i + 1] << 16 |
				 bytes[i + 2] << 8 | bytes[i + 3]);
		mmio_set(igd, lines->aux, control | AUX_DONE |
			 size << __builtin_ctz(AUX_SIZE));
	}
	if (control & AUX_INTERRUPT)
		irq_event(igd, &lines->aux_done);
}

void aux_init(struct igd *igd)
{
	for (unsigned int port = 0; port < MAX_PORTS; port++)
		if (igd->profile->ports[port].aux)
			mmio_trap(igd, igd->profile->ports[port].aux, AUX_END);
}

void aux_write(struct igd *igd, uint32_t reg)
{
	for (unsigned int port = 0; port < MAX_PORTS; port++) {
		const struct port_lines *lines = &igd->profile->ports[port];

		if (lines->aux && lines->aux == reg && mmio_get(igd, reg) & AUX_BUSY)
			send(igd, lines, &igd->display->outputs->monitors[port]);
	}
}
