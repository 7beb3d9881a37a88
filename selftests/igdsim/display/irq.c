// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts, from a pipe's vblank to the message that the CPU gets
 *
 *	bank	four registers: what is so now (ISR), which of that is not to be noticed
 *		(IMR), what was noticed (IIR, cleared by writing ones), and which of
 *		that is told (IER)
 *	master	one register: a bit that lets through, and bits that show which of the
 *		banks has something to tell
 *
 * Each tells another, and one of them the CPU: once each time that it has something to
 * tell and had not before. That is why handlers
 * close the master while they look, and open it again.
 */
#include "outputs.h"

#include <string.h>

#define BANK_ISR	0x0
#define BANK_IMR	0x4
#define BANK_IIR	0x8
#define BANK_IER	0xc
#define BANK_SIZE	0x10

static void change(struct igd *igd, uint32_t reg, uint32_t mask, uint32_t bits)
{
	mmio_set(igd, reg, (mmio_get(igd, reg) & ~mask) | (bits & mask));
}

/* Bits of ISR that have just come */
static void notice(struct igd *igd, uint32_t bank, uint32_t bits)
{
	change(igd, bank + BANK_IIR, bits & ~mmio_get(igd, bank + BANK_IMR), ~0u);
}

/* Where others show what they have; bits that were not there before are noticed */
static void show(struct igd *igd, const struct irq_lines *lines, uint32_t mask,
		 uint32_t shown)
{
	uint32_t fresh = shown & ~mmio_get(igd, lines->reg);

	change(igd, lines->reg, mask, shown);
	if (lines->kind == IRQ_BANK)
		notice(igd, lines->reg, fresh);
}

/* Has it something to tell, of its own or from those who tell it? */
static bool look(struct igd *igd, const struct irq_lines *lines)
{
	const struct profile *profile = igd->profile;
	uint32_t mask = 0, shown = 0;
	bool asked = false;

	for (unsigned int i = 0; i < profile->num_irqs; i++) {
		const struct irq_lines *child = &profile->irqs[i];

		if (child->parent.reg != lines->reg)
			continue;
		mask |= child->parent.bits;
		if (look(igd, child)) {
			shown |= child->parent.bits;
			asked = true;
		}
	}
	show(igd, lines, mask, shown);
	if (lines->kind == IRQ_BANK)
		return mmio_get(igd, lines->reg + BANK_IIR) &
		       mmio_get(igd, lines->reg + BANK_IER);
	if (lines->enable && !(mmio_get(igd, lines->reg) & lines->enable))
		return false;
	return asked;
}

static void update(struct igd *igd)
{
	bool *told = igd->display->outputs->told;

	for (unsigned int i = 0; i < igd->profile->num_irqs; i++) {
		const struct irq_lines *lines = &igd->profile->irqs[i];
		bool before = told[i];

		if (lines->parent.reg)
			continue;
		told[i] = look(igd, lines);
		if (told[i] && !before)
			device_interrupt(igd, VFIO_PCI_MSI_IRQ_INDEX);
	}
}

void irq_init(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->profile->num_irqs; i++) {
		const struct irq_lines *lines = &igd->profile->irqs[i];

		mmio_trap(igd, lines->reg, lines->kind == IRQ_BANK ? BANK_SIZE : 4);
	}
}

void irq_reset(struct igd *igd)
{
	memset(igd->display->outputs->told, 0, sizeof(igd->display->outputs->told));
}

void irq_write(struct igd *igd, uint32_t reg)
{
	const struct profile *profile = igd->profile;

	for (unsigned int i = 0; i < profile->num_irqs; i++) {
		const struct irq_lines *lines = &profile->irqs[i];
		uint32_t size = lines->kind == IRQ_BANK ? BANK_SIZE : 4;

		if (reg >= lines->reg && reg < lines->reg + size) {
			update(igd);
			return;
		}
	}
}

/* Something has happened that is over already */
void irq_event(struct igd *igd, const struct event *event)
{
	if (!event->bits)
		return;
	notice(igd, event->reg, event->bits);
	update(igd);
}

void irq_level(struct igd *igd, const struct event *event, bool high)
{
	if (event->bits)
		change(igd, event->reg + BANK_ISR, event->bits, high ? ~0u : 0);
}
