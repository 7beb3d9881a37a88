/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The display engine
 *
 * display.c is what the rest of igdsim calls; it keeps the pipes and their frames, and
 * tells the other files here when a register is written, or about to be read, and when
 * a pipe begins a frame.
 *
 * scanout.c: planes, which read memory
 */
#ifndef IGDSIM_DISPLAY_H
#define IGDSIM_DISPLAY_H

#include "../igdsim.h"

/* PIPECONF, TRANSCONF */
#define PIPE_CONFIG_ON		0x80000000u

struct pipe {
	const struct pipe_lines *lines;
	bool on;
	int64_t next;		/* vblank, in ns of CLOCK_MONOTONIC */
	uint64_t frames;	/* vblanks since the device has power */
};

struct display {
	struct pipe pipes[MAX_PIPES];
	unsigned int num_pipes;
	struct scanout *scanout;
};

/* display.c, for the rest of igdsim */
void display_init(struct igd *igd);
void display_reset(struct igd *igd, enum reset reset);
/* A register of a trapped page has been written: what is in it is mmio_get()'s */
void display_write(struct igd *igd, uint32_t reg);
/* One is about to be read: what is computed goes there with mmio_set() */
void display_read(struct igd *igd, uint32_t reg);
int display_timeout(const struct igd *igd);	/* in ms, for poll() */
void display_tick(struct igd *igd);

/* scanout.c */
void scanout_init(struct igd *igd);
void scanout_reset(struct igd *igd, enum reset reset);
void scanout_write(struct igd *igd, uint32_t reg);
void scanout_vblank(struct igd *igd, struct pipe *pipe);
int scanout_timeout(const struct igd *igd);
void scanout_tick(struct igd *igd);
/* A plane that a test makes up: it reads one plain address */
void scanout_probe(struct igd *igd, uint64_t address, unsigned int hz);
int scanout_print_probe(const struct igd *igd, char *text, size_t size);

#endif /* IGDSIM_DISPLAY_H */
