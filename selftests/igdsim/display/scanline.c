// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far a pipe has come: its scan line, and how many frames there were
 *
 * A driver changes a plane between two vblanks, and calls it an error if one of them
 * comes in the middle. It leaves 100 microseconds for what takes a real machine ten.
 * Here it takes milliseconds. So a vblank waits for a driver that has just looked where
 * the pipe is or written to its planes, and the lines in which a driver would rather
 * wait for the vblank are passed at once.
 */
#include "outputs.h"

/* Registers of a pipe, from its first on */
#define PIPE_REGISTERS	0x1000u
#define PIPE_LINE	0x00
#define PIPE_CONFIG	0x08
#define PIPE_FRAMES	0x40
#define PIPE_PLANES	0x80

/* Of the transcoder: lines that are shown, all lines, each less one */
#define SOURCE_TO_TOTAL	0x10

#define HOLD_NS		10000000

static uint32_t base(const struct pipe *pipe)
{
	return pipe->lines->config - PIPE_CONFIG;
}

static struct pipe *find(struct igd *igd, uint32_t reg)
{
	for (unsigned int i = 0; i < igd->display->num_pipes; i++) {
		struct pipe *pipe = &igd->display->pipes[i];

		if (reg >= base(pipe) && reg - base(pipe) < PIPE_REGISTERS)
			return pipe;
	}
	return NULL;
}

/* A frame begins with the vblank, behind the last line that is shown */
static uint32_t line(const struct igd *igd, const struct pipe *pipe)
{
	uint32_t total = mmio_get(igd, pipe->lines->source - SOURCE_TO_TOTAL);
	uint32_t shown = (total & 0xffff) + 1, all = (total >> 16) + 1;
	int64_t left = pipe->next - now_ns();
	int64_t gone = FRAME_NS - (left > 0 ? left : 0);
	uint32_t lines = all - shown / 8;

	if (!pipe->on || gone < 0)
		return 0;
	return (shown + (uint32_t)(lines * gone / FRAME_NS)) % all;
}

void scanline_write(struct igd *igd, uint32_t reg)
{
	struct pipe *pipe = find(igd, reg);

	if (pipe && reg - base(pipe) >= PIPE_PLANES)
		pipe->hold = now_ns() + HOLD_NS;
}

void scanline_read(struct igd *igd, uint32_t reg)
{
	struct pipe *pipe = find(igd, reg);

	if (!pipe)
		return;
	if (reg == base(pipe) + PIPE_LINE) {
		mmio_set(igd, reg, line(igd, pipe));
		pipe->hold = now_ns() + HOLD_NS;
	} else if (reg == base(pipe) + PIPE_FRAMES) {
		mmio_set(igd, reg, (uint32_t)pipe->frames);
	}
}
