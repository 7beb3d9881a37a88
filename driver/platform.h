/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: what each generation has
 */
#ifndef VFIO_PCI_IGD_PLATFORM_H
#define VFIO_PCI_IGD_PLATFORM_H

#include <linux/types.h>

#include "stolen.h"

struct igd_display;
struct pci_dev;

/**
 * enum igd_dsm - where a generation keeps the address of stolen memory
 * @IGD_DSM_UNKNOWN: not known, or the device has nothing to do with it
 * @IGD_DSM_32: BDSM of 32 bits at 0x5c
 * @IGD_DSM_64: BDSM of 64 bits at 0xc0
 * @IGD_DSM_BAR2: nowhere: it is behind BAR2
 */
enum igd_dsm {
	IGD_DSM_UNKNOWN,
	IGD_DSM_32,
	IGD_DSM_64,
	IGD_DSM_BAR2,
};

/**
 * struct igd_platform - a row of the table
 * @name: as people say it
 * @gen: graphics version times 100, as i915 and xe count it; 0: unknown
 * @dsm: where the address of stolen memory is kept
 * @ggc: how sizes are encoded in GGC; NULL if @dsm is IGD_DSM_UNKNOWN
 * @reserved: how STOLEN_RESERVED is encoded; NULL if @ggc is
 * @display: its display; NULL if @dsm is IGD_DSM_UNKNOWN
 * @mchbar_size: bytes of MCHBAR's mirror in BAR0; 0: there is none
 * @no_remapping: the kernel takes it out of DMA remapping
 * @unknown: the table has no row for the device
 */
struct igd_platform {
	const char *name;
	u16 gen;
	enum igd_dsm dsm;
	const struct igd_ggc_format *ggc;
	const struct igd_reserved_format *reserved;
	const struct igd_display *display;
	u32 mchbar_size;
	bool no_remapping;
	bool unknown;
};

extern const struct pci_device_id igd_pci_ids[];

const struct igd_platform *igd_platform_find(struct pci_dev *pdev);
bool igd_platform_any_size(u64 size);

#endif /* VFIO_PCI_IGD_PLATFORM_H */
