// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR0: registers and the GTT
 *
 * One memfd holds all of it, and the client maps it, except the pages in which a
 * register does something when it is written. Those are served one access at a
 * time, and what happens then is in the profile's rules.
 */
#define _GNU_SOURCE
#include "igdsim.h"
#include "display/display.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void trap(struct igd *igd, uint64_t from, uint64_t end)
{
	for (uint64_t page = from / PAGE_SIZE; page * PAGE_SIZE < end; page++)
		igd->trapped[page] = 1;
}

static bool in_mchbar(const struct igd *igd, uint32_t reg)
{
	const struct range *mchbar = &igd->profile->mchbar;

	return reg >= mchbar->base && reg - mchbar->base < mchbar->size;
}

static void clear_registers(struct igd *igd, uint64_t from, uint64_t end)
{
	if (end > from &&
	    fallocate(igd->bar[0].fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      (off_t)from, (off_t)(end - from)))
		die("igdsim: cannot clear the registers of BAR0: %m");
}

/* MCHBAR is the host bridge's: it has these values from power-on alone */
static void set_registers(struct igd *igd, bool power_on, bool firmware)
{
	for (unsigned int i = 0; i < igd->profile->num_rules; i++) {
		const struct rule *rule = &igd->profile->rules[i];
		bool set = rule->kind == RULE_REGISTER || rule->kind == RULE_FIXED ||
			   (rule->kind == RULE_FIRMWARE && firmware);

		if (set && (power_on || !in_mchbar(igd, rule->reg)))
			put_le(igd->bar[0].bytes + rule->reg, rule->width,
			       rule->value);
	}
}

void mmio_init(struct igd *igd, bool trap_all)
{
	const struct profile *profile = igd->profile;

	igd->trapped = xcalloc(igd->bar[0].size / PAGE_SIZE, 1);
	for (unsigned int i = 0; i < profile->num_traps; i++)
		trap(igd, profile->traps[i].base,
		     profile->traps[i].base + profile->traps[i].size);
	for (unsigned int i = 0; i < profile->num_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (rule->kind == RULE_REGISTER || rule->kind == RULE_FIRMWARE)
			continue;
		trap(igd, rule->reg, rule->reg + rule->width);
		if (rule->kind == RULE_FOLLOW || rule->kind == RULE_OPPOSE ||
		    rule->kind == RULE_REPLY)
			trap(igd, rule->target, rule->target + 4);
	}
	trap(igd, profile->mchbar.base,
	     profile->mchbar.base + profile->mchbar.size);
	if (trap_all)
		trap(igd, 0, TRAP_ALL_END);
	set_registers(igd, true, true);
	mmio_sync(igd);
}

/* Copies what these registers have to a place of its own, or from there */
static void copy_display(struct igd *igd, uint8_t *copy, bool restore)
{
	const struct profile *profile = igd->profile;

	for (unsigned int i = 0; i < profile->num_display; i++) {
		const struct range *range = &profile->display[i];
		uint8_t *bytes = igd->bar[0].bytes + range->base;

		memcpy(restore ? bytes : copy, restore ? copy : bytes, range->size);
		copy += range->size;
	}
}

static uint8_t *save_display(struct igd *igd)
{
	uint64_t size = 1;
	uint8_t *copy;

	for (unsigned int i = 0; i < igd->profile->num_display; i++)
		size += igd->profile->display[i].size;
	copy = xcalloc(size, 1);
	copy_display(igd, copy, false);
	return copy;
}

/* The GTT lies in memory that a reset of the function does not touch */
void mmio_reset(struct igd *igd, enum reset reset)
{
	const struct profile *profile = igd->profile;
	const struct range *mchbar = &profile->mchbar;
	uint8_t *display = display_survives(igd, reset) ? save_display(igd) : NULL;

	clear_registers(igd, 0, mchbar->size ? mchbar->base : profile->gtt.base);
	clear_registers(igd, mchbar->base + mchbar->size, profile->gtt.base);
	set_registers(igd, false, reset == RESET_MACHINE);
	if (display)
		copy_display(igd, display, true);
	free(display);
	mmio_sync(igd);
}

void mmio_sync(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->profile->num_rules; i++) {
		const struct rule *rule = &igd->profile->rules[i];

		if (rule->kind == RULE_MIRROR)
			memcpy(igd->bar[0].bytes + rule->reg,
			       igd->config.bytes + rule->target, rule->width);
	}
}

/* For registers that somebody has to see being written or read */
void mmio_trap(struct igd *igd, uint32_t reg, uint32_t size)
{
	trap(igd, reg, (uint64_t)reg + size);
}

/* What a register of four bytes has in it, without side effect */
uint32_t mmio_get(const struct igd *igd, uint32_t reg)
{
	return (uint32_t)get_le(igd->bar[0].bytes + reg, 4);
}

void mmio_set(struct igd *igd, uint32_t reg, uint32_t value)
{
	put_le(igd->bar[0].bytes + reg, 4, value);
}

static bool read_only(const struct rule *rule, uint32_t offset)
{
	return (rule->kind == RULE_FIXED || rule->kind == RULE_MIRROR) &&
	       offset >= rule->reg && offset < rule->reg + rule->width;
}

/* From Haswell on the mirror of MCHBAR can only be read */
static bool dropped(const struct igd *igd, uint32_t reg)
{
	return in_mchbar(igd, reg) && !igd->profile->mchbar_writable;
}

/* The profile's parser has seen to it that both masks have the same shape */
static void follow(struct igd *igd, const struct rule *rule, uint32_t value)
{
	uint8_t *bytes = igd->bar[0].bytes + rule->target;
	uint32_t state = (uint32_t)get_le(bytes, 4) & ~rule->target_bits;
	uint32_t asked = (value & rule->bits) >> __builtin_ctz(rule->bits);

	put_le(bytes, 4, state | asked << __builtin_ctz(rule->target_bits));
}

/* A 1 clears one of these bits, a 0 leaves it */
static uint32_t acknowledged(const struct igd *igd, uint32_t reg, uint32_t old,
			     uint32_t value)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < igd->profile->num_rules; i++) {
		const struct rule *rule = &igd->profile->rules[i];

		if (rule->kind == RULE_ACKNOWLEDGE && rule->reg == reg)
			bits |= rule->bits;
	}
	return (value & ~bits) | (old & bits & ~value);
}

/* One register of four bytes: take the value, then let the rules answer */
static void write_dword(struct igd *igd, uint32_t reg, uint32_t value,
			uint32_t mask)
{
	const struct profile *profile = igd->profile;
	uint8_t *bytes = igd->bar[0].bytes + reg;
	uint32_t old = (uint32_t)get_le(bytes, 4);

	for (unsigned int i = 0; i < profile->num_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		for (unsigned int byte = 0; byte < 4; byte++)
			if (read_only(rule, reg + byte))
				mask &= ~(0xffu << 8 * byte);
		if (rule->kind == RULE_MASKED && rule->reg == reg)
			mask &= value >> 16;
	}
	if (dropped(igd, reg))
		mask = 0;
	value = acknowledged(igd, reg, old, value);
	put_le(bytes, 4, (old & ~mask) | (value & mask));

	for (unsigned int i = 0; i < profile->num_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		uint32_t now = (uint32_t)get_le(bytes, 4);

		if (rule->reg != reg)
			continue;
		if (rule->kind == RULE_FOLLOW)
			follow(igd, rule, now);
		else if (rule->kind == RULE_OPPOSE)
			follow(igd, rule, ~now);
		else if (rule->kind == RULE_CLEAR)
			put_le(bytes, 4, now & ~rule->bits);
		else if (rule->kind == RULE_REPLY &&
			 (now & rule->bits) == rule->value)
			put_le(igd->bar[0].bytes + rule->target, 4,
			       rule->target_bits);
	}
	display_write(igd, reg);
}

void mmio_read(struct igd *igd, uint32_t offset, uint32_t count, uint8_t *data)
{
	for (uint32_t reg = offset & ~3u; reg < offset + count; reg += 4)
		display_read(igd, reg);
	memcpy(data, igd->bar[0].bytes + offset, count);
}

void mmio_write(struct igd *igd, uint32_t offset, unsigned int width,
		uint64_t value)
{
	uint8_t bytes[16] = { 0 }, mask[16] = { 0 };
	unsigned int lead = offset & 3;

	journal_write(&igd->journal, SPACE_BAR0, offset, width, value,
		      dropped(igd, offset) ? " ignored" : "");
	put_le(bytes + lead, width, value);
	memset(mask + lead, 0xff, width);
	for (unsigned int i = 0; i < lead + width; i += 4)
		write_dword(igd, offset - lead + i,
			    (uint32_t)get_le(bytes + i, 4),
			    (uint32_t)get_le(mask + i, 4));
}
