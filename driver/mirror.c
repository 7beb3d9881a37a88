// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: what lies where in BAR0
 *
 *   0x000000 +-----------------+
 *            | mapped          |
 *   0x108000 +-----------------+
 *            | the gap: trapped|	 mirrors configuration space
 *   0x109000 +-----------------+
 *            | mapped          |
 *   0x140000 +-----------------+
 *            | MCHBAR: trapped |	 mirrors the host bridge's MCHBAR, up to
 *            +-----------------+	 Raptor Lake; the platform's row has its size
 *            | mapped          |
 *            +-----------------+
 *
 * Drivers read BDSM, GSMBASE and STOLEN_RESERVED in the gap rather than in
 * configuration space. In MCHBAR's mirror they read what memory and clocks the
 * machine has. It is the host's memory controller, power management and VT-d
 * itself; 'starting from Haswell you can't write' there, says the kernel
 * (include/drm/intel/mchbar_regs.h), so before, a guest could.
 *
 * Each trapped page is what a guest pays, and all else in BAR0 is mapped as stock
 * vfio-pci maps it.
 */

#include <linux/mm.h>

#include "igd.h"

/*
 * Registers in MCHBAR that hold host-physical addresses. They read 0, on each
 * platform: neither i915 nor xe reads one of these offsets on any.
 * Names and places: coreboot's registers/mchbar.h of src/northbridge/intel/
 * sandybridge and haswell, soc/systemagent.h of src/soc/intel/ broadwell,
 * skylake, apollolake, cannonlake and alderlake, and systemagent_def.h of
 * src/soc/intel/common/block (IMRs). In the order of offsets.
 */
static const struct {
	u32 pos;
	u32 len;
} igd_mchbar_hidden[] = {
	{ 0x5400, 8 },			/* GFXVTBAR: VT-d unit of the graphics */
	{ 0x5408, 8 },			/* EDRAMBAR, from Haswell on */
	{ 0x5410, 8 },			/* VTVC0BAR: VT-d unit of all else */
	{ 0x5420, 8 },			/* GDXCBAR, REGBAR from Cannon Lake on */
	{ 0x5500, 4 },			/* PAVP's message, up to Broadwell */
	{ 0x6870, 20 * 0x20 },		/* IMRs, Apollo and Gemini Lake; and so */
					/* IMRBASE, IMRLIMIT of Cannon Lake on */
	{ 0x6c80, 16 },			/* DEFVTBAR, GFXVTBAR of Apollo Lake */
	{ 0x7880, 8 },			/* IPUVTBAR, from Cannon Lake on */
	{ 0x7888, 32 },			/* TBT0BAR to TBT3BAR */
};

static void igd_trap_add(struct igd_device *igd, enum igd_space space,
			 u32 start, u32 size)
{
	struct igd_trap *trap = &igd->traps[igd->num_traps];

	if (!size || start + size > pci_resource_len(igd->core.pdev, 0))
		return;

	trap->space = space;
	trap->start = start;
	trap->size = size;
	igd->num_traps++;
}

/**
 * igd_mirror_open - note what lies where in BAR0
 * @igd: the device, being opened
 */
void igd_mirror_open(struct igd_device *igd)
{
	igd->num_traps = 0;
	if (igd->platform->dsm == IGD_DSM_UNKNOWN)
		return;

	/* In the order of their offsets */
	igd_trap_add(igd, IGD_GAP, VFIO_PCI_IGD_GAP_OFFSET,
		     VFIO_PCI_IGD_GAP_SIZE);
	igd_trap_add(igd, IGD_MCHBAR, VFIO_PCI_IGD_MCHBAR_OFFSET,
		     igd->platform->mchbar_size);

	memset(igd->gap_map, IGD_MAP_CORE_RO, sizeof(igd->gap_map));
	igd_vregs_map(igd, IGD_GAP, igd->gap_map);
}

/**
 * igd_mirror_overlaps - does a range of a region touch what is trapped?
 * @igd: the device, open
 * @index: region, VFIO_PCI_*_REGION_INDEX
 * @pos: offset in it
 * @len: bytes
 */
bool igd_mirror_overlaps(const struct igd_device *igd, unsigned int index,
			 u64 pos, u64 len)
{
	unsigned int i;

	if (index != VFIO_PCI_BAR0_REGION_INDEX || !len)
		return false;

	for (i = 0; i < igd->num_traps; i++) {
		const struct igd_trap *trap = &igd->traps[i];

		if (pos < trap->start + trap->size &&
		    (pos >= trap->start || len > trap->start - pos))
			return true;
	}
	return false;
}

/* Those around the traps, and one where huge pages begin */
#define IGD_AREAS	(IGD_TRAPS + 2)

static void igd_mirror_area(struct vfio_region_info_cap_sparse_mmap *sparse,
			    u64 start, u64 end)
{
	struct vfio_region_sparse_mmap_area *area;

	if (start >= end)
		return;
	area = &sparse->areas[sparse->nr_areas++];
	area->offset = start;
	area->size = end - start;
}

/*
 * What is not trapped, in the order of offsets. Behind the traps an area begins
 * where a huge page may: a VMM places each by its own size, so that one which
 * begins in the middle of a huge page would get small ones alone.
 */
static void igd_mirror_areas(const struct igd_device *igd,
			     struct vfio_region_info_cap_sparse_mmap *sparse)
{
	u64 size = pci_resource_len(igd->core.pdev, 0);
	u64 start = 0, huge;
	unsigned int i;

	for (i = 0; i < igd->num_traps; i++) {
		igd_mirror_area(sparse, start, igd->traps[i].start);
		start = igd->traps[i].start + igd->traps[i].size;
	}
	huge = min_t(u64, ALIGN(start, PMD_SIZE), size);
	igd_mirror_area(sparse, start, huge);
	igd_mirror_area(sparse, huge, size);
}

/**
 * igd_mirror_region_info - describe BAR0: all can be mapped but what is trapped
 * @igd: the device, open
 * @info: filled as for stock vfio-pci
 * @caps: gets the sparse-mmap capability
 *
 * Return: 0 or -ENOMEM.
 */
int igd_mirror_region_info(struct igd_device *igd,
			   struct vfio_region_info *info,
			   struct vfio_info_cap *caps)
{
	union {
		struct vfio_region_info_cap_sparse_mmap cap;
		u8 room[sizeof(struct vfio_region_info_cap_sparse_mmap) + IGD_AREAS *
			sizeof(struct vfio_region_sparse_mmap_area)];
	} sparse = {};

	info->offset = VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_BAR0_REGION_INDEX);
	info->size = pci_resource_len(igd->core.pdev, 0);
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (!igd->core.bar_mmap_supported[0])
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP;

	sparse.cap.header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse.cap.header.version = 1;
	igd_mirror_areas(igd, &sparse.cap);
	return vfio_info_add_capability(caps, &sparse.cap.header,
					struct_size(&sparse.cap, areas,
						    sparse.cap.nr_areas));
}

/* @piece's offset is in MCHBAR */
static void igd_mchbar_look(struct igd_piece *piece)
{
	unsigned int i;

	if (piece->iswrite) {
		piece->kind = IGD_DENY;
		return;
	}

	piece->kind = IGD_CORE;
	for (i = 0; i < ARRAY_SIZE(igd_mchbar_hidden); i++) {
		u32 start = igd_mchbar_hidden[i].pos;
		u32 end = start + igd_mchbar_hidden[i].len;

		if (piece->pos >= end)
			continue;
		if (piece->pos >= start) {
			piece->kind = IGD_ZERO;
			piece->len = min_t(size_t, piece->len, end - piece->pos);
		} else {
			piece->len = min_t(size_t, piece->len, start - piece->pos);
		}
		return;
	}
}

/**
 * igd_mirror_look - what lies in BAR0
 * @igd: the device, open
 * @piece: an offset in BAR0 and a length; gets what lies there, and is cut where
 *	something else begins
 */
void igd_mirror_look(struct igd_device *igd, struct igd_piece *piece)
{
	unsigned int i;

	piece->kind = IGD_CORE;
	for (i = 0; i < igd->num_traps; i++) {
		const struct igd_trap *trap = &igd->traps[i];
		u64 end = trap->start + trap->size;

		if (piece->pos >= end)
			continue;
		if (piece->pos < trap->start) {
			piece->len = min_t(u64, piece->len,
					   trap->start - piece->pos);
			return;
		}

		piece->len = min_t(u64, piece->len, end - piece->pos);
		piece->pos -= trap->start;
		piece->space = trap->space;
		if (trap->space == IGD_GAP)
			igd_map_look(igd->gap_map, piece);
		else
			igd_mchbar_look(piece);
		return;
	}
}

const struct igd_window igd_mirror_window = {
	.index = VFIO_PCI_BAR0_REGION_INDEX,
	.look = igd_mirror_look,
};
