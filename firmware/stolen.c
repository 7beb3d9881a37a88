// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen memory, and what of the GTT's lies below it
 */
#include "igd-efi.h"
#include "vfio_pci_igd.h"

/*
 * Alignment beyond a page is not UEFI's business: take 1 MiB more than needed,
 * and give back what sticks out at either end.
 */
static efi_status_t allocate_anywhere(__u64 size, __u64 *base)
{
	__u64 start = GIB4 - 1;
	efi_status_t status;
	__u64 head, tail;

	status = bs->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS,
				    EFI_RESERVED_MEMORY,
				    pages(size + MIB - EFI_PAGE_SIZE), &start);
	if (EFI_ERROR(status))
		return status;

	*base = (start + MIB - 1) & ~(MIB - 1);
	head = *base - start;
	tail = MIB - EFI_PAGE_SIZE - head;
	if (head)
		bs->free_pages(start, pages(head));
	if (tail)
		bs->free_pages(*base + size, pages(tail));
	return EFI_SUCCESS;
}

static int can_be_identical(struct display *dev, __u64 size)
{
	return dev->host_base && !(dev->host_base & (MIB - 1)) &&
	       dev->host_base < GIB4 && size <= GIB4 - dev->host_base;
}

/*
 * At the host's own base every register that the host's firmware locked agrees
 * with BDSM; anywhere else those that only hardware can change do not. What
 * belongs to it below its base is allocated with it, in one piece.
 */
static efi_status_t allocate_stolen(struct display *dev, __u64 size, __u64 below,
				    __u64 *base)
{
	efi_status_t status;
	__u64 start = dev->host_base - below;

	if (can_be_identical(dev, size) && below < dev->host_base &&
	    !EFI_ERROR(bs->allocate_pages(EFI_ALLOCATE_ADDRESS,
					  EFI_RESERVED_MEMORY,
					  pages(below + size), &start))) {
		*base = dev->host_base;
		return EFI_SUCCESS;
	}

	status = allocate_anywhere(below + size, &start);
	*base = start + below;
	return status;
}

static void say_where(struct display *dev, __u64 base, __u64 size)
{
	if (!dev->host_base)
		say("stolen memory of %u MiB at %x, in BDSM; the host's own base is not known",
		    size / MIB, base);
	else if (base == dev->host_base)
		say("stolen memory of %u MiB at %x, in BDSM: the host's own base",
		    size / MIB, base);
	else
		say("stolen memory of %u MiB at %x, in BDSM: no free RAM at the host's base %x",
		    size / MIB, base, dev->host_base);
}

/*
 * QEMU's answer wins where it has one, for it knows of x-igd-gms. It says 0 for
 * a device that it does not know, and nothing if it is old or not QEMU; the
 * driver knows better then.
 */
static __u64 stolen_size(struct display *dev)
{
	__u64 length, size = 0;

	if (fw_cfg_find("etc/igd-bdsm-size", &length)) {
		if (length == sizeof(size))
			fw_cfg_read(&size, sizeof(size));
		else
			say("etc/igd-bdsm-size has %u bytes, expected 8: ignored",
			    length);
	}
	if (size || !dev->dsm_size)
		return size;

	say("QEMU gives no size of stolen memory: taking the driver's, %u MiB",
	    dev->dsm_size / MIB);
	return dev->dsm_size;
}

static efi_status_t check_stolen_size(__u64 size)
{
	if (!size) {
		say("etc/igd-bdsm-size is 0 or missing: no stolen memory");
		return EFI_NOT_FOUND;
	}
	if (size % MIB || size >= GIB4) {
		say("size %x is not a multiple of 1 MiB below 4 GiB: no stolen memory",
		    size);
		return EFI_COMPROMISED_DATA;
	}
	return EFI_SUCCESS;
}

/* A guest without it is worse off, but no worse than with an older driver. */
static __u64 checked_below(struct display *dev, __u64 size)
{
	if (dev->gsm_below % MIB || dev->gsm_below >= GIB4 - size) {
		say("the driver wants %x below stolen memory, not a multiple of 1 MiB that fits below 4 GiB: nothing reserved there",
		    dev->gsm_below);
		return 0;
	}
	return dev->gsm_below;
}

/*
 * QEMU keeps what was written for whoever reads, the flag included, where
 * hardware reads 0: hence the base alone at last.
 */
static efi_status_t write_bdsm(struct display *dev, __u64 base, __u64 below)
{
	__u64 flagged = base | VFIO_PCI_IGD_BDSM_GSM;

	if (below)
		dev->pci->config_write(dev->pci, EFI_PCI_WIDTH_32,
				       dev->bdsm_config, dev->bdsm_width / 4,
				       &flagged);
	return set_register(dev, "BDSM", dev->bdsm_config, dev->bdsm_width,
			    base);
}

/**
 * set_up_stolen() - reserve stolen memory and write its base into BDSM
 * @dev: the device
 */
efi_status_t set_up_stolen(struct display *dev)
{
	__u64 base, size, below;
	efi_status_t status;

	if (!dev->bdsm_known) {
		say("device %d is not known to have a BDSM: no stolen memory",
		    dev);
		return EFI_UNSUPPORTED;
	}
	if (!dev->bdsm_width) {
		say("no BDSM on this generation: its stolen memory is behind BAR 2, nothing to do");
		return EFI_SUCCESS;
	}

	size = stolen_size(dev);
	status = check_stolen_size(size);
	if (EFI_ERROR(status))
		return status;

	below = checked_below(dev, size);
	status = allocate_stolen(dev, size, below, &base);
	if (EFI_ERROR(status) && below) {
		say("no %u MiB free below 4 GiB for the GTT's and stolen memory: trying without the GTT's",
		    (below + size) / MIB);
		below = 0;
		status = allocate_stolen(dev, size, below, &base);
	}
	if (EFI_ERROR(status)) {
		say("no %u MiB free below 4 GiB: no stolen memory (try a smaller gms_mb)",
		    size / MIB);
		return status;
	}

	bs->set_mem((void *)(base - below), below + size, 0);
	status = write_bdsm(dev, base, below);
	if (EFI_ERROR(status)) {
		bs->free_pages(base - below, pages(below + size));
		return status;
	}

	say_where(dev, base, size);
	if (below)
		say("the GTT's stolen memory is reserved below it, %u MiB at %x",
		    below / MIB, base - below);
	return EFI_SUCCESS;
}
