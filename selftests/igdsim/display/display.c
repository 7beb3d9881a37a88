// SPDX-License-Identifier: GPL-2.0-only
/* Pipes and their frames, and who in here is told of what */
#include "display.h"

#include <string.h>

#define HOLD_MAX_NS		1000000000

/* TRANS_DDI_FUNC_CTL of the transcoder that any pipe can feed */
#define FUNCTION_PIPE(f)	((f) >> 12 & 7)

struct pipe *display_pipe(struct igd *igd, char name)
{
	for (unsigned int i = 0; i < igd->display->num_pipes; i++)
		if (igd->display->pipes[i].lines->name == name)
			return &igd->display->pipes[i];
	return NULL;
}

uint32_t pipe_width(const struct igd *igd, const struct pipe *pipe)
{
	return (mmio_get(igd, pipe->lines->source) >> 16 & 0x1fff) + 1;
}

uint32_t pipe_height(const struct igd *igd, const struct pipe *pipe)
{
	return (mmio_get(igd, pipe->lines->source) & 0x1fff) + 1;
}

static void trap_pipes(struct igd *igd)
{
	const struct profile *profile = igd->profile;

	for (unsigned int i = 0; i < profile->num_pipes; i++)
		mmio_trap(igd, profile->pipes[i].config, 4);
	if (profile->edp_function) {
		mmio_trap(igd, profile->edp_config, 4);
		mmio_trap(igd, profile->edp_function, 4);
	}
}

static bool feeds_edp(const struct igd *igd, const struct pipe *pipe)
{
	static const char pipes[8] = { [0] = 'A', [4] = 'A', [5] = 'B', [6] = 'C' };
	const struct profile *profile = igd->profile;

	return profile->edp_function &&
	       (mmio_get(igd, profile->edp_config) & PIPE_CONFIG_ON) &&
	       pipes[FUNCTION_PIPE(mmio_get(igd, profile->edp_function))] ==
		       pipe->lines->name;
}

static void update_pipes(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->display->num_pipes; i++) {
		struct pipe *pipe = &igd->display->pipes[i];
		bool on = (mmio_get(igd, pipe->lines->config) & PIPE_CONFIG_ON) ||
			  feeds_edp(igd, pipe);

		if (on && !pipe->on)
			pipe->next = now_ns() + FRAME_NS;
		pipe->on = on;
	}
}

void display_init(struct igd *igd, int64_t period)
{
	const struct profile *profile = igd->profile;
	struct display *display = xcalloc(1, sizeof(*display));

	igd->display = display;
	display->period = period;
	display->num_pipes = profile->num_pipes;
	for (unsigned int i = 0; i < profile->num_pipes; i++)
		display->pipes[i].lines = &profile->pipes[i];
	trap_pipes(igd);
	probe_init(igd);
	firmware_start(igd);
	outputs_init(igd);
	update_pipes(igd);
	scanout_init(igd);
	aperture_init(igd);
}

bool display_survives(const struct igd *igd, enum reset reset)
{
	switch (reset) {
	case RESET_FUNCTION:
		return igd->profile->survives & SURVIVES_FLR;
	case RESET_D3HOT:
		return igd->profile->survives & SURVIVES_D3HOT;
	default:
		return false;
	}
}

void display_reset(struct igd *igd, enum reset reset)
{
	outputs_reset(igd);
	if (display_survives(igd, reset))
		return;
	if (reset == RESET_MACHINE)
		firmware_start(igd);
	update_pipes(igd);
	scanout_reset(igd);
}

void display_write(struct igd *igd, uint32_t reg)
{
	update_pipes(igd);
	scanout_write(igd, reg);
	outputs_write(igd, reg);
}

void display_read(struct igd *igd, uint32_t reg)
{
	outputs_read(igd, reg);
}

static void vblank(struct igd *igd, struct pipe *pipe)
{
	pipe->frames++;
	scanout_vblank(igd, pipe);
	outputs_vblank(igd, pipe);
}

/* When the next vblank is, for as long as its driver leaves the pipe alone */
static int64_t due(const struct pipe *pipe)
{
	int64_t latest = pipe->next + HOLD_MAX_NS;

	if (pipe->hold <= pipe->next)
		return pipe->next;
	return pipe->hold < latest ? pipe->hold : latest;
}

/* One that was late begins the next frame a whole one later: none are made up for */
static void tick_pipe(struct igd *igd, struct pipe *pipe, int64_t now)
{
	if (!pipe->on || now < due(pipe))
		return;
	pipe->next += FRAME_NS;
	if (pipe->next <= now)
		pipe->next = now + FRAME_NS;
	vblank(igd, pipe);
}

int display_timeout(const struct igd *igd)
{
	int timeout = probe_timeout(igd);
	int64_t now = now_ns();

	for (unsigned int i = 0; i < igd->display->num_pipes; i++) {
		const struct pipe *pipe = &igd->display->pipes[i];
		int64_t left = due(pipe) - now;
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
	probe_tick(igd);
}
