/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: arithmetic of stolen memory
 *
 * Needs nothing but integer types: the unit tests build it in userspace.
 */
#ifndef VFIO_PCI_IGD_STOLEN_H
#define VFIO_PCI_IGD_STOLEN_H

#include <linux/types.h>

/* BDSM and STOLEN_RESERVED keep a base in the bits from 20 on, flags below */
#define IGD_BDSM_MASK			(~0xfffffULL)
#define IGD_BDSM_LOCK			0x1ULL
/* No guest has RAM there: PCs have their firmware's flash below 4 GiB */
#define IGD_GSM_NOWHERE			0xfff00000ULL
#define IGD_RESERVED_ENABLE		0x1ULL

/**
 * struct igd_range - a range of physical memory, empty if @size is 0
 * @base: address of the first byte
 * @size: bytes
 */
struct igd_range {
	u64 base;
	u64 size;
};

static inline u64 igd_range_end(const struct igd_range *range)
{
	return range->base + range->size;
}

/**
 * struct igd_gms_span - consecutive codes of GMS, in equal steps of size
 * @first: the first code
 * @last: the last code
 * @mib: size that @first stands for, in MiB
 * @step_mib: what each further code adds, in MiB
 */
struct igd_gms_span {
	u8 first;
	u8 last;
	u16 mib;
	u8 step_mib;
};

#define IGD_GMS_SPANS			3

/**
 * struct igd_ggc_format - how a generation encodes sizes in GGC
 * @gms: spans of GMS codes; unused ones have a @step_mib of 0
 * @gms_shift: lowest bit of GMS
 * @gms_mask: GMS' bits, shifted down
 * @ggms_shift: lowest bit of GGMS, which is two bits wide
 * @ggms_power: GGMS is a power of two of MiB, not a number of MiB
 */
struct igd_ggc_format {
	struct igd_gms_span gms[IGD_GMS_SPANS];
	u8 gms_shift;
	u8 gms_mask;
	u8 ggms_shift;
	bool ggms_power;
};

/**
 * struct igd_reserved_format - how a generation encodes STOLEN_RESERVED
 * @base_mask: bits of the base; 0: it is the end of stolen memory less the size
 * @size_shift: lowest bit of the size's code
 * @size_mask: the size's bits, shifted down
 * @size_kib: size by code; all 0: from the base to the end of stolen memory
 * @always: drivers do not look at the enable bit
 */
struct igd_reserved_format {
	u64 base_mask;
	u8 size_shift;
	u8 size_mask;
	u16 size_kib[8];
	bool always;
};

u64 igd_gms_size(const struct igd_ggc_format *format, u16 ggc);
int igd_gms_set(const struct igd_ggc_format *format, u16 *ggc, u64 size);
int igd_gms_print(const struct igd_ggc_format *format, u64 min, u64 max,
		  char *buf, size_t len);
u64 igd_ggms_size(const struct igd_ggc_format *format, u16 ggc);

bool igd_reserved_range(const struct igd_reserved_format *format, u64 reg,
			const struct igd_range *dsm, struct igd_range *range);
bool igd_reserved_used(const struct igd_reserved_format *format, u64 reg,
		       const struct igd_range *dsm, struct igd_range *range);
u64 igd_reserved_move(const struct igd_reserved_format *format, u64 reg,
		      const struct igd_range *from,
		      const struct igd_range *to);
u64 igd_gsm_move(u64 gsm, u64 from, u64 to);
u64 igd_gsm_inside(u64 size, const struct igd_range *dsm,
		   const struct igd_range *reserved);

#endif /* VFIO_PCI_IGD_STOLEN_H */
