// SPDX-License-Identifier: GPL-2.0-only
/* Pipes and their frames, and who in here is told of what */
#include "display.h"

#define FRAME_NS	(1000000000 / 60)

/* What has to be trapped, so that it is seen when a pipe goes on or off */
static void trap_pipes(struct igd *igd)
{
	struct display *display = igd->display;

	for (unsigned int i = 0; i < display->num_pipes; i++) {
		const struct pipe_lines *lines = display->pipes[i].lines;

		mmio_trap(igd, lines->config, 4);
	}
}

static void update_pipes(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->display->num_pipes; i++) {
		struct pipe *pipe = &igd->display->pipes[i];
		bool on = mmio_get(igd, pipe->lines->config) & PIPE_CONFIG_ON;

		if (on && !pipe->on)
			pipe->next = now_ns() + FRAME_NS;
		pipe->on = on;
	}
}

void display_init(struct igd *igd)
{
	const struct profile *profile = igd->profile;
	struct display *display = xcalloc(1, sizeof(*display));

	igd->display = display;
	display->num_pipes = profile->num_pipes;
	for (unsigned int i = 0; i < profile->num_pipes; i++)
		display->pipes[i].lines = &profile->pipes[i];
	trap_pipes(igd);
	scanout_init(igd);
	update_pipes(igd);
}

void display_reset(struct igd *igd, enum reset reset)
{
	scanout_reset(igd, reset);
	update_pipes(igd);
}

void display_write(struct igd *igd, uint32_t reg)
{
	update_pipes(igd);
	scanout_write(igd, reg);
}

void display_read(struct igd *igd, uint32_t reg)
{
	(void)igd;
	(void)reg;
}

static void vblank(struct igd *igd, struct pipe *pipe)
{
	pipe->frames++;
	scanout_vblank(igd, pipe);
}

/* One that was late begins the next frame a whole one later: none are made up for */
static void tick_pipe(struct igd *igd, struct pipe *pipe, int64_t now)
{
	if (!pipe->on || now < pipe->next)
		return;
	pipe->next += FRAME_NS;
	if (pipe->next <= now)
		pipe->next = now + FRAME_NS;
	vblank(igd, pipe);
}

int display_timeout(const struct igd *igd)
{
	int timeout = scanout_timeout(igd);
	int64_t now = now_ns();

	for (unsigned int i = 0; i < igd->display->num_pipes; i++) {
		const struct pipe *pipe = &igd->display->pipes[i];
		int64_t left = pipe->next - now;
		int ms = left > 0 ? (int)(left / 1000000) + 1 : 0;

		if (pipe->on && (timeout < 0 || ms < timeout))
			timeout = ms;
	}
	return timeout;
}

void display_tick(struct igd *igd)
{
	int64_t now = now_ns();

	for (unsigned int i = 0; i < igd->display->num_pipes; i++)
		tick_pipe(igd, &igd->display->pipes[i], now);
	scanout_tick(igd);
}
