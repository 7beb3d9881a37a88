// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: arithmetic of stolen memory
 *
 * Host firmware cuts stolen memory out of the top of low memory and notes it
 * in three places that must agree:
 *
 *   GSMBASE              BDSM                     STOLEN_RESERVED     end
 *      |  GTT entries      |  data stolen memory         |   WOPCM    |
 *      |<- GGMS ->|        |<--------------- GMS -------------------->|
 *
 * A guest gets stolen memory of its own, elsewhere and maybe of another size.
 * What lies in it is moved along: GSMBASE keeps its distance to the start,
 * STOLEN_RESERVED its distance to the end, because drivers and microcontrollers
 * expect WOPCM at the very top.
 */

#include <linux/errno.h>
#include <linux/kernel.h>

#include "stolen.h"

#define MIB(n)		((u64)(n) << 20)

static unsigned int igd_gms_span_end(const struct igd_gms_span *span)
{
	return span->mib + (span->last - span->first) * span->step_mib;
}

/**
 * igd_gms_size - size of stolen memory that a value of GGC announces
 * @format: the generation's encoding
 * @ggc: GGC
 *
 * Return: bytes; 0 if there is none or the code is not one of the generation's.
 */
u64 igd_gms_size(const struct igd_ggc_format *format, u16 ggc)
{
	u8 code = ggc >> format->gms_shift & format->gms_mask;
	const struct igd_gms_span *span;
	unsigned int i;

	for (i = 0; i < IGD_GMS_SPANS; i++) {
		span = &format->gms[i];
		if (span->step_mib && code >= span->first && code <= span->last)
			return MIB(span->mib +
				   (code - span->first) * span->step_mib);
	}
	return 0;
}

/**
 * igd_gms_set - put a size of stolen memory into GGC
 * @format: the generation's encoding
 * @ggc: GGC; all but GMS stays
 * @size: bytes
 *
 * Return: 0, or -EINVAL if the generation has no code for exactly that size.
 */
int igd_gms_set(const struct igd_ggc_format *format, u16 *ggc, u64 size)
{
	u16 mask = format->gms_mask << format->gms_shift;
	u64 mib = size >> 20;
	unsigned int i;

	if (MIB(mib) != size)
		return -EINVAL;

	for (i = 0; i < IGD_GMS_SPANS; i++) {
		const struct igd_gms_span *span = &format->gms[i];
		unsigned int above;

		if (!span->step_mib || mib < span->mib ||
		    mib > igd_gms_span_end(span))
			continue;
		above = mib - span->mib;
		if (above % span->step_mib)
			continue;
		*ggc = (*ggc & ~mask) |
		       (span->first + above / span->step_mib) <<
		       format->gms_shift;
		return 0;
	}
	return -EINVAL;
}

/**
 * igd_gms_print - say in words which sizes a generation can encode
 * @format: the generation's encoding
 * @min: sizes below this many bytes are left out
 * @max: and so are those above this many
 * @buf: where the words go
 * @len: bytes in @buf, at least one
 *
 * Return: characters written, without the terminating 0.
 */
int igd_gms_print(const struct igd_ggc_format *format, u64 min, u64 max,
		  char *buf, size_t len)
{
	unsigned int i, first, last;
	int done = 0;

	/* An empty string is right where no size is left */
	buf[0] = 0;
	for (i = 0; i < IGD_GMS_SPANS; i++) {
		const struct igd_gms_span *span = &format->gms[i];

		if (!span->step_mib)
			continue;
		/* 0 MiB can be encoded, but is no stolen memory */
		first = span->mib ? span->mib : span->step_mib;
		last = igd_gms_span_end(span);
		while (first <= last && MIB(first) < min)
			first += span->step_mib;
		while (first <= last && MIB(last) > max)
			last -= span->step_mib;
		if (first > last)
			continue;
		done += scnprintf(buf + done, len - done,
				  "%s%u to %u in steps of %u",
				  done ? ", " : "", first, last,
				  span->step_mib);
	}
	return done;
}

/**
 * igd_ggms_size - size of the GTT that a value of GGC announces
 * @format: the generation's encoding
 * @ggc: GGC
 *
 * Return: bytes, 0 if there is none.
 */
u64 igd_ggms_size(const struct igd_ggc_format *format, u16 ggc)
{
	unsigned int code = ggc >> format->ggms_shift & 0x3;

	if (!code)
		return 0;
	return format->ggms_power ? MIB(1 << code) : MIB(code);
}

/**
 * igd_reserved_range - range that a value of STOLEN_RESERVED describes
 * @format: the generation's encoding
 * @reg: STOLEN_RESERVED; whether it is enabled does not matter here
 * @dsm: the stolen memory that it should lie in
 * @range: result; empty if it does not
 *
 * Return: does the range lie inside @dsm?
 */
bool igd_reserved_range(const struct igd_reserved_format *format, u64 reg,
			const struct igd_range *dsm, struct igd_range *range)
{
	unsigned int code = reg >> format->size_shift & format->size_mask;
	u64 size = (u64)format->size_kib[code] << 10;
	u64 base = reg & format->base_mask;
	u64 end = igd_range_end(dsm);

	range->base = 0;
	range->size = 0;

	if (!format->base_mask && size <= dsm->size)
		base = end - size;
	if (base < dsm->base || base >= end)
		return false;
	if (!format->size_kib[0])
		size = end - base;
	if (!size || size > end - base)
		return false;

	range->base = base;
	range->size = size;
	return true;
}

/**
 * igd_reserved_used - range that drivers keep out of
 * @format: the generation's encoding
 * @reg: STOLEN_RESERVED
 * @dsm: the stolen memory that it should lie in
 * @range: result; empty if there is none
 *
 * Return: is there one?
 */
bool igd_reserved_used(const struct igd_reserved_format *format, u64 reg,
		       const struct igd_range *dsm, struct igd_range *range)
{
	if (format->always || reg & IGD_RESERVED_ENABLE)
		return igd_reserved_range(format, reg, dsm, range);

	range->base = 0;
	range->size = 0;
	return false;
}

/**
 * igd_reserved_move - STOLEN_RESERVED for stolen memory that lies elsewhere
 * @format: the generation's encoding
 * @reg: STOLEN_RESERVED that is right for @from
 * @from: stolen memory as the host has it
 * @to: stolen memory as the guest has it
 *
 * Size and flags stay, also where the host has not enabled it: from gen 11 on
 * i915 takes the size without looking at the enable bit.
 *
 * Return: the register's value at the same distance to the end of stolen
 * memory; without a base, where it has none in @from or no room in @to; 0,
 * which is not enabled, while @to has no base.
 */
u64 igd_reserved_move(const struct igd_reserved_format *format, u64 reg,
		      const struct igd_range *from,
		      const struct igd_range *to)
{
	struct igd_range range;
	u64 base = 0;
	u64 from_end;

	if (!to->base)
		return 0;

	if (igd_reserved_range(format, reg, from, &range)) {
		from_end = igd_range_end(from) - range.base;
		if (from_end <= to->size)
			base = igd_range_end(to) - from_end;
	}
	/* What a guest wrote to BDSM may lead past the register's highest */
	if (base < to->base || (format->base_mask && base & ~format->base_mask))
		base = 0;
	if (!base)
		reg &= ~IGD_RESERVED_ENABLE;

	return (reg & ~format->base_mask) | (base & format->base_mask);
}

/**
 * igd_gsm_move - GSMBASE for stolen memory that lies elsewhere
 * @gsm: GSMBASE that is right for @from
 * @from: BDSM as the host has it
 * @to: BDSM as the guest has it
 *
 * Return: GSMBASE at the same distance below @to; 0 where one of the three is
 * 0, or there is no such address.
 */
u64 igd_gsm_move(u64 gsm, u64 from, u64 to)
{
	if (!gsm || !from || !to || gsm > from || from - gsm > to)
		return 0;

	return to - (from - gsm);
}

/**
 * igd_gsm_inside - GSMBASE for a guest that has set nothing aside below BDSM
 * @size: bytes of GTT stolen memory
 * @dsm: the guest's stolen memory
 * @reserved: the reserved part of it; empty if there is none
 *
 * A driver that follows it there must not find memory of the guest's system.
 *
 * Return: where the last @size bytes below @reserved begin, by the MiB; 0 while
 * @dsm has no base or @size is 0; IGD_GSM_NOWHERE if @dsm has no room.
 */
u64 igd_gsm_inside(u64 size, const struct igd_range *dsm,
		   const struct igd_range *reserved)
{
	u64 end = reserved->size ? reserved->base : igd_range_end(dsm);

	if (!size || !dsm->base)
		return 0;
	end &= IGD_BDSM_MASK;
	if (end < dsm->base || end - dsm->base < size)
		return IGD_GSM_NOWHERE;
	return end - size;
}
