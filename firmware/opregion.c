// SPDX-License-Identifier: GPL-2.0-only
/*
 * The OpRegion: a copy of the host's, in memory that the guest's system keeps
 */
#include "igd-efi.h"
#include "vfio_pci_igd.h"

/* Two pages are the OpRegion itself; what follows it is the VBT. */
#define OPREGION_MIN		0x2000
#define OPREGION_MAX		MIB

static efi_status_t load_opregion(__u64 address, __u64 size)
{
	char *opregion = (char *)address;

	bs->set_mem(opregion, pages(size) * EFI_PAGE_SIZE, 0);
	fw_cfg_read(opregion, size);
	if (begins(opregion, "IntelGraphicsMem"))
		return EFI_SUCCESS;

	say("etc/igd-opregion does not begin with IntelGraphicsMem: no OpRegion");
	return EFI_COMPROMISED_DATA;
}

/**
 * set_up_opregion() - make a copy and write its address into ASLS
 * @dev: the device
 * @opregion: where the copy is, on success
 */
efi_status_t set_up_opregion(struct display *dev, struct blob *opregion)
{
	__u64 address = GIB4 - 1;
	efi_status_t status;
	__u64 size;

	if (!fw_cfg_find("etc/igd-opregion", &size)) {
		say("no etc/igd-opregion in fw_cfg: no OpRegion (QEMU: x-igd-opregion=on)");
		return EFI_NOT_FOUND;
	}
	if (size < OPREGION_MIN || size > OPREGION_MAX) {
		say("etc/igd-opregion has %u bytes, expected %u to %u: no OpRegion",
		    size, (__u64)OPREGION_MIN, (__u64)OPREGION_MAX);
		return EFI_COMPROMISED_DATA;
	}

	status = bs->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS,
				    EFI_ACPI_MEMORY_NVS, pages(size), &address);
	if (EFI_ERROR(status)) {
		say("no memory below 4 GiB for an OpRegion of %u bytes: no OpRegion",
		    size);
		return status;
	}

	/* A file that is already selected stays so across an allocation. */
	status = load_opregion(address, size);
	if (!EFI_ERROR(status))
		status = set_register(dev, "ASLS", VFIO_PCI_IGD_CFG_ASLS, 4,
				      address);
	if (EFI_ERROR(status)) {
		bs->free_pages(address, pages(size));
		return status;
	}

	*opregion = (struct blob){ address, size };
	say("OpRegion of %u bytes at %x, in ASLS", size, address);
	return EFI_SUCCESS;
}
