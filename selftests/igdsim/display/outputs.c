// SPDX-License-Identifier: GPL-2.0-only
/* Outputs: which file here a register belongs to */
#include "outputs.h"

void outputs_init(struct igd *igd)
{
	igd->display->outputs = xcalloc(1, sizeof(struct outputs));
	irq_init(igd);
	monitor_init(igd);
	gmbus_init(igd);
	aux_init(igd);
}

/* Monitors do not lose power with the device */
void outputs_reset(struct igd *igd)
{
	irq_reset(igd);
	gmbus_reset(igd);
	monitor_reset(igd);
}

void outputs_write(struct igd *igd, uint32_t reg)
{
	scanline_write(igd, reg);
	gmbus_write(igd, reg);
	aux_write(igd, reg);
	irq_write(igd, reg);
}

void outputs_read(struct igd *igd, uint32_t reg)
{
	scanline_read(igd, reg);
	gmbus_read(igd, reg);
}

void outputs_vblank(struct igd *igd, struct pipe *pipe)
{
	irq_event(igd, &igd->profile->vblanks[pipe->lines->name - 'A']);
}
