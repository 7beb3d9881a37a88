// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GTT: one entry a page of all of stolen memory, however much GMS says it
 * is. The framebuffer is at its start.
 */
#include "standin.h"
#include "vfio_pci_igd.h"

#define GTT			0x800000
#define GTT_PRESENT		1
#define SCRATCH			0x4f060
#define SLOT			0x10

static __u64 bar0_read(struct efi_pci_io *pci, __u32 offset)
{
	__u64 value = 0;

	pci->mem_read(pci, EFI_PCI_WIDTH_32, 0, offset, 2, &value);
	return value;
}

static __u64 read_ggc(struct efi_pci_io *pci)
{
	if (GENERATION == 9)
		return config_read(SLOT, VFIO_PCI_IGD_CFG_GGC);
	return bar0_read(pci, VFIO_PCI_IGD_MMIO_GGC);
}

static __u64 read_bdsm(struct efi_pci_io *pci)
{
	if (GENERATION == 9)
		return config_read(SLOT, VFIO_PCI_IGD_CFG_BDSM32);
	return bar0_read(pci, VFIO_PCI_IGD_MMIO_BDSM);
}

/**
 * fill_gtt() - unless a register says that the display is lit already
 * @pci: the device, which answers at its BARs
 */
efi_status_t fill_gtt(struct efi_pci_io *pci)
{
	__u64 gms = read_ggc(pci) >> 8 & 0xff;
	__u64 base = read_bdsm(pci) & ~(MIB - 1);
	__u64 size = (gms < 0xf0 ? gms * 32 : (gms - 0xef) * 4) * MIB;
	__u64 page, entry;

	if (!base || !size) {
		say(SELF "no stolen memory");
		return EFI_DEVICE_ERROR;
	}
	if (bar0_read(pci, SCRATCH) & 0xffffff) {
		say(SELF "the display is lit already, no GTT");
		return EFI_SUCCESS;
	}
	for (page = 0; page < pages(size); page++) {
		entry = (base + page * EFI_PAGE_SIZE) | GTT_PRESENT;
		pci->mem_write(pci, EFI_PCI_WIDTH_32, 0, GTT + page * 8, 2,
			       &entry);
	}
	say(SELF "GTT has %u pages from %x", pages(size), base);
	return EFI_SUCCESS;
}
