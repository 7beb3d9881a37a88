// SPDX-License-Identifier: GPL-2.0-only
/*
 * GMBUS: reads a monitor's EDID over I2C, four bytes at a time
 *
 * Each step is over as soon as it was asked for. Its own interrupts (GMBUS4) are not
 * raised: a driver that waits for one looks at GMBUS2 as well.
 */
#include "outputs.h"

/* From the first one on */
#define GMBUS_SELECT		0x00
#define   SELECT_PIN		0x1f
#define GMBUS_COMMAND		0x04
#define   COMMAND_CLEAR		0x80000000u
#define   COMMAND_READY		0x40000000u
#define   COMMAND_STOP		0x08000000u
#define   COMMAND_INDEX		0x04000000u
#define   COMMAND_WAIT		0x02000000u
#define   COMMAND_READ		0x00000001u
#define GMBUS_STATUS		0x08
#define   STATUS_WAITS		0x4000u
#define   STATUS_READY		0x0800u
#define   STATUS_NAK		0x0400u
#define   STATUS_ACTIVE		0x0200u
#define GMBUS_DATA		0x0c
#define GMBUS_INDEX		0x20
#define   INDEX_ON		0x80000000u
#define GMBUS_END		0x24

#define DDC_EDID		0x50
#define DDC_SEGMENT		0x30

static void set_status(struct igd *igd, uint32_t status)
{
	mmio_set(igd, igd->profile->gmbus + GMBUS_STATUS, status);
}

static void go_on(struct igd *igd)
{
	const struct gmbus *gmbus = &igd->display->outputs->gmbus;

	set_status(igd, STATUS_ACTIVE | STATUS_READY |
		   (gmbus->left ? 0 : STATUS_WAITS));
}

static struct monitor *selected(struct igd *igd)
{
	uint32_t pin = mmio_get(igd, igd->profile->gmbus + GMBUS_SELECT) & SELECT_PIN;

	for (unsigned int port = 0; port < MAX_PORTS; port++) {
		struct monitor *monitor = &igd->display->outputs->monitors[port];

		if (pin && igd->profile->ports[port].pin == pin && monitor->plugged)
			return monitor;
	}
	return NULL;
}

static void take_data(struct igd *igd)
{
	struct gmbus *gmbus = &igd->display->outputs->gmbus;
	uint32_t data = mmio_get(igd, igd->profile->gmbus + GMBUS_DATA);

	/* A byte that is written says from where on to read */
	for (unsigned int i = 0; i < 4 && gmbus->left; i++, gmbus->left--)
		monitor_address(gmbus->monitor, (uint8_t)(data >> 8 * i));
	go_on(igd);
}

static void begin(struct igd *igd, uint32_t command)
{
	struct gmbus *gmbus = &igd->display->outputs->gmbus;
	uint32_t address = command >> 1 & 0x7f;
	uint32_t index = mmio_get(igd, igd->profile->gmbus + GMBUS_INDEX);

	gmbus->monitor = selected(igd);
	if (!gmbus->monitor || address != DDC_EDID) {
		gmbus->left = 0;
		set_status(igd, STATUS_NAK);
		return;
	}
	if (command & COMMAND_INDEX)
		monitor_address(gmbus->monitor, (uint8_t)(command >> 8));
	else if (index & INDEX_ON)
		monitor_address(gmbus->monitor, (uint8_t)index);
	gmbus->left = command >> 16 & 0x1ff;
	gmbus->reads = command & COMMAND_READ;
	if (gmbus->reads)
		go_on(igd);
	else
		take_data(igd);
}

static void command(struct igd *igd, uint32_t value)
{
	if (value & COMMAND_CLEAR)
		gmbus_reset(igd);
	else if (!(value & COMMAND_READY))
		return;
	else if (value & (COMMAND_WAIT | COMMAND_INDEX))
		begin(igd, value);
	else if (value & COMMAND_STOP)
		gmbus_reset(igd);
}

void gmbus_init(struct igd *igd)
{
	if (!igd->profile->gmbus)
		return;
	mmio_trap(igd, igd->profile->gmbus, GMBUS_END);
	gmbus_reset(igd);
}

void gmbus_reset(struct igd *igd)
{
	igd->display->outputs->gmbus.left = 0;
	if (igd->profile->gmbus)
		set_status(igd, STATUS_READY);
}

void gmbus_write(struct igd *igd, uint32_t reg)
{
	const struct gmbus *gmbus = &igd->display->outputs->gmbus;
	uint32_t base = igd->profile->gmbus;

	if (!base)
		return;
	if (reg == base + GMBUS_COMMAND)
		command(igd, mmio_get(igd, reg));
	else if (reg == base + GMBUS_DATA && gmbus->left && !gmbus->reads)
		take_data(igd);
}

void gmbus_read(struct igd *igd, uint32_t reg)
{
	struct gmbus *gmbus = &igd->display->outputs->gmbus;
	uint32_t data = 0;

	if (!igd->profile->gmbus || reg != igd->profile->gmbus + GMBUS_DATA ||
	    !gmbus->left || !gmbus->reads)
		return;
	for (unsigned int i = 0; i < 4 && gmbus->left; i++, gmbus->left--)
		data |= (uint32_t)monitor_byte(gmbus->monitor) << 8 * i;
	mmio_set(igd, reg, data);
	go_on(igd);
}
