/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Outputs: what a driver finds beyond the planes, a monitor at each port and the
 * interrupts that tell of it
 *
 *	outputs.c	which of these files a register belongs to
 *	irq.c		banks of interrupt registers, and who they are told to
 *	monitor.c	is one there; hot-plug
 *	edid.c		what it says of itself
 *	gmbus.c		the way to that for HDMI
 *	aux.c		and for DisplayPort, with what a link's training asks
 *	scanline.c	how far a pipe has come
 *
 * Clocks, PHYs and power wells are lines of the profile: they do as they are told.
 */
#ifndef IGDSIM_OUTPUTS_H
#define IGDSIM_OUTPUTS_H

#include "display.h"

#define DPCD_SIZE		0x800u

struct monitor {
	bool plugged;
	unsigned int at;	/* next byte that is read of its EDID */
	uint8_t edid[EDID_SIZE];
	uint8_t dpcd[DPCD_SIZE];
};

/* A transfer by GMBUS */
struct gmbus {
	struct monitor *monitor;
	unsigned int left;	/* bytes to come */
	bool reads;
};

struct outputs {
	struct monitor monitors[MAX_PORTS];
	struct gmbus gmbus;
	bool told[MAX_IRQS];	/* the CPU, and nothing new since */
};

/* irq.c */
void irq_init(struct igd *igd);
void irq_reset(struct igd *igd);
void irq_write(struct igd *igd, uint32_t reg);
void irq_event(struct igd *igd, const struct event *event);
void irq_level(struct igd *igd, const struct event *event, bool high);

/* monitor.c */
void monitor_init(struct igd *igd);
void monitor_reset(struct igd *igd);
void monitor_address(struct monitor *monitor, uint8_t offset);
uint8_t monitor_byte(struct monitor *monitor);

/* edid.c */
void edid_fill(uint8_t *edid, char port);

/* gmbus.c */
void gmbus_init(struct igd *igd);
void gmbus_reset(struct igd *igd);
void gmbus_write(struct igd *igd, uint32_t reg);
void gmbus_read(struct igd *igd, uint32_t reg);

/* aux.c */
void aux_init(struct igd *igd);
void aux_plug(struct monitor *monitor);
void aux_write(struct igd *igd, uint32_t reg);

/* scanline.c */
void scanline_write(struct igd *igd, uint32_t reg);
void scanline_read(struct igd *igd, uint32_t reg);

#endif /* IGDSIM_OUTPUTS_H */
