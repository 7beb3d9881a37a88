// SPDX-License-Identifier: GPL-2.0-only
/*
 * Monitors: one for each port of the profile, plugged in or not
 *
 * A port's bit of ISR says whether one is there, and changes are told: as a pulse that
 * was long, where the driver has turned on what looks for pulses.
 */
#include "outputs.h"

static void set_level(struct igd *igd, unsigned int port)
{
	irq_level(igd, &igd->profile->ports[port].hotplug,
		  igd->display->outputs->monitors[port].plugged);
}

static void plug(struct igd *igd, unsigned int port, bool plugged)
{
	struct monitor *monitor = &igd->display->outputs->monitors[port];

	monitor->plugged = plugged;
	monitor->at = 0;
	aux_plug(monitor);
	set_level(igd, port);
}

/* Can there be one? */
static bool has_port(const struct igd *igd, unsigned int port)
{
	return port < MAX_PORTS && igd->profile->ports[port].hotplug.bits;
}

bool outputs_plug(struct igd *igd, char name, bool plugged)
{
	unsigned int port = (unsigned int)(name - 'A');
	const struct port_lines *lines;
	uint32_t control;

	if (!has_port(igd, port))
		return false;
	lines = &igd->profile->ports[port];
	if (igd->display->outputs->monitors[port].plugged == plugged)
		return true;
	journal_note(&igd->journal, "monitor %s at port %c",
		     plugged ? "plugged in" : "unplugged", name);
	plug(igd, port, plugged);
	control = mmio_get(igd, lines->control);
	if (!(control & lines->enable))
		return true;
	mmio_set(igd, lines->control, control | lines->pulse);
	irq_event(igd, &lines->hotplug);
	return true;
}

bool outputs_plugged(const struct igd *igd, char name)
{
	unsigned int port = (unsigned int)(name - 'A');

	return has_port(igd, port) && igd->display->outputs->monitors[port].plugged;
}

const uint8_t *outputs_edid(const struct igd *igd, char name)
{
	unsigned int port = (unsigned int)(name - 'A');

	return has_port(igd, port) ? igd->display->outputs->monitors[port].edid : NULL;
}

void monitor_init(struct igd *igd)
{
	for (unsigned int port = 0; port < MAX_PORTS; port++) {
		const struct port_lines *lines = &igd->profile->ports[port];

		if (!has_port(igd, port))
			continue;
		mmio_trap(igd, lines->control, 4);
		edid_fill(igd->display->outputs->monitors[port].edid,
			  (char)('A' + port));
		plug(igd, port, lines->monitor);
	}
}

void monitor_reset(struct igd *igd)
{
	for (unsigned int port = 0; port < MAX_PORTS; port++)
		set_level(igd, port);
}

/* Its memory is read from here on, and begins anew behind its end */
void monitor_address(struct monitor *monitor, uint8_t offset)
{
	monitor->at = offset;
}

uint8_t monitor_byte(struct monitor *monitor)
{
	return monitor->edid[monitor->at++ % EDID_SIZE];
}
