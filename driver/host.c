// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: what the host's firmware set up
 *
 * Read once at probe: the firmware has locked these registers. What they say is
 * checked before anything is built on it, and stolen memory is claimed, so that
 * nothing else in the kernel takes it for free: the device goes on using it
 * whatever a guest is told.
 */

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "igd.h"

/* Firmware places stolen memory by the MiB */
#define IGD_CLAIM_UNIT		SZ_1M

struct igd_claim {
	struct list_head list;
	struct igd_range range;
};

static void igd_claim_release(struct igd_device *igd)
{
	struct igd_claim *claim, *next;

	list_for_each_entry_safe(claim, next, &igd->claims, list) {
		release_mem_region(claim->range.base, claim->range.size);
		list_del(&claim->list);
		kfree(claim);
	}
}

/*
 * Part of the range may have an owner already, such as a reserved area that the
 * firmware lets begin inside stolen memory. Halving finds what is free.
 */
static int igd_claim_free(struct igd_device *igd, const char *name, u64 base,
			  u64 size)
{
	struct igd_claim *claim;
	u64 half;
	int ret;

	if (request_mem_region(base, size, name)) {
		claim = kzalloc(sizeof(*claim), GFP_KERNEL);
		if (!claim) {
			release_mem_region(base, size);
			return -ENOMEM;
		}
		claim->range.base = base;
		claim->range.size = size;
		list_add(&claim->list, &igd->claims);
		return 0;
	}

	if (size <= IGD_CLAIM_UNIT)
		return 0;
	half = ALIGN(size / 2, IGD_CLAIM_UNIT);
	ret = igd_claim_free(igd, name, base, half);
	if (ret)
		return ret;
	return igd_claim_free(igd, name, base + half, size - half);
}

/*
 * The lowest BAR or bridge window in a range. Until its driver has requested it,
 * the kernel would take it for free, and that driver would then fail to.
 */
static struct igd_range igd_claim_bar(u64 base, u64 size)
{
	struct igd_range bar = { base + size, 0 };
	struct pci_dev *pdev = NULL;
	unsigned int i;

	for_each_pci_dev(pdev) {
		for (i = 0; i < PCI_NUM_RESOURCES; i++) {
			const struct resource *res = &pdev->resource[i];

			if (!(res->flags & IORESOURCE_MEM) ||
			    res->flags & IORESOURCE_UNSET || !res->parent ||
			    res->end < base || res->start >= base + size)
				continue;
			if (res->start < bar.base ||
			    (res->start == bar.base &&
			     resource_size(res) > bar.size)) {
				bar.base = res->start;
				bar.size = resource_size(res);
			}
		}
	}
	return bar;
}

static int igd_claim(struct igd_device *igd, const char *name, u64 base,
		     u64 size)
{
	u64 end = base + size;
	int ret;

	while (base < end) {
		struct igd_range bar = igd_claim_bar(base, end - base);

		if (bar.base > base) {
			ret = igd_claim_free(igd, name, base, bar.base - base);
			if (ret)
				return ret;
		}
		base = igd_range_end(&bar);
	}
	return 0;
}

static u64 igd_claimed(const struct igd_device *igd,
		       const struct igd_range *range)
{
	const struct igd_claim *claim;
	u64 size = 0;

	list_for_each_entry(claim, &igd->claims, list)
		if (claim->range.base >= range->base &&
		    igd_range_end(&claim->range) <= igd_range_end(range))
			size += claim->range.size;
	return size;
}

static int igd_host_claim(struct igd_device *igd, const char *name,
			  const struct igd_range *range)
{
	u64 left;
	int ret;

	if (!range->size)
		return 0;

	if (igd_range_end(range) < range->base ||
	    region_intersects(range->base, range->size,
			      IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT) {
		pci_err(igd->core.pdev,
			"%s, %llu MiB at %#llx, overlaps System RAM: not binding, as the device would write into memory that the kernel uses; look for a firmware update, and compare /proc/iomem\n",
			name, range->size >> 20, range->base);
		return -EINVAL;
	}

	ret = igd_claim(igd, name, range->base, range->size);
	left = range->size - igd_claimed(igd, range);
	if (!ret && left)
		pci_warn(igd->core.pdev,
			 "%s, %llu MiB at %#llx: %llu KiB of it stay unclaimed, as a BAR, a bridge or another driver has them (see /proc/iomem)\n",
			 name, range->size >> 20, range->base, left >> 10);
	return ret;
}

static u64 igd_host_read_gap(struct igd_device *igd, void __iomem *gap,
			     u32 mmio)
{
	void __iomem *reg = gap + mmio - VFIO_PCI_IGD_GAP_OFFSET;
	u64 value = ioread32(reg);

	if (igd->platform->dsm != IGD_DSM_32)
		value |= (u64)ioread32(reg + 4) << 32;
	return value;
}

static u64 igd_host_read_bdsm(struct igd_device *igd, void __iomem *gap)
{
	struct pci_dev *pdev = igd->core.pdev;
	u32 low = 0, high = 0;

	switch (igd->platform->dsm) {
	case IGD_DSM_32:
		pci_read_config_dword(pdev, VFIO_PCI_IGD_CFG_BDSM32, &low);
		break;
	case IGD_DSM_64:
		pci_read_config_dword(pdev, VFIO_PCI_IGD_CFG_BDSM64, &low);
		pci_read_config_dword(pdev, VFIO_PCI_IGD_CFG_BDSM64 + 4, &high);
		break;
	default:
		return igd_host_read_gap(igd, gap, VFIO_PCI_IGD_MMIO_BDSM);
	}
	return (u64)high << 32 | low;
}

static void igd_host_check(struct igd_device *igd)
{
	struct igd_host *host = &igd->host;
	struct igd_range reserved;

	/* Behind BAR2 sizes count, and what is reserved of it, not addresses */
	if (igd->platform->dsm == IGD_DSM_BAR2)
		return;

	if (!host->dsm.base || !host->dsm.size) {
		memset(&host->dsm, 0, sizeof(host->dsm));
		memset(&host->gsm, 0, sizeof(host->gsm));
		host->reserved = 0;
		return;
	}

	if (!host->gsm.base || host->gsm.base >= host->dsm.base ||
	    host->gsm.size > host->dsm.base - host->gsm.base) {
		pci_warn(igd->core.pdev,
			 "GSMBASE is %#llx for %llu MiB of GTT, which is no place below stolen memory at %#llx: a guest reads 0\n",
			 host->gsm.base, host->gsm.size >> 20, host->dsm.base);
		memset(&host->gsm, 0, sizeof(host->gsm));
	}

	if (host->reserved & IGD_RESERVED_ENABLE &&
	    !igd_reserved_range(igd->platform->reserved, host->reserved,
				&host->dsm, &reserved)) {
		pci_warn(igd->core.pdev,
			 "STOLEN_RESERVED is %#llx, which is not inside the %llu MiB of stolen memory at %#llx: a guest reads it as not enabled\n",
			 host->reserved, host->dsm.size >> 20, host->dsm.base);
		host->reserved = 0;
	}
}

static int igd_host_read(struct igd_device *igd)
{
	const struct igd_platform *platform = igd->platform;
	struct pci_dev *pdev = igd->core.pdev;
	struct igd_host *host = &igd->host;
	void __iomem *gap;
	u32 ggc = ~0;
	u16 command;
	int ret = 0;

	/* Registers have the lower half of it, the GTT has the upper one */
	if (pci_resource_len(pdev, 0) / 2 <
	    VFIO_PCI_IGD_GAP_OFFSET + 2 * VFIO_PCI_IGD_GAP_SIZE) {
		pci_err(pdev, "BAR0 has %llu bytes, too few for %s: not binding\n",
			(u64)pci_resource_len(pdev, 0), platform->name);
		return -ENODEV;
	}

	/*
	 * Not pci_enable_device_mem(): undoing it takes bus mastering away, and
	 * the firmware's picture may still be on the screen.
	 */
	pci_set_power_state(pdev, PCI_D0);
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if (!(command & PCI_COMMAND_MEMORY))
		pci_write_config_word(pdev, PCI_COMMAND,
				      command | PCI_COMMAND_MEMORY);
	gap = pci_iomap_range(pdev, 0, VFIO_PCI_IGD_GAP_OFFSET,
			      VFIO_PCI_IGD_GAP_SIZE);
	if (!gap) {
		ret = -ENOMEM;
		goto out_command;
	}

	pci_read_config_dword(pdev, VFIO_PCI_IGD_CFG_GGC, &ggc);
	if (PCI_POSSIBLE_ERROR(ggc)) {
		pci_err(pdev, "does not answer: GGC reads %#x; not binding\n",
			ggc);
		ret = -EIO;
		goto out_unmap;
	}
	/* i915 and xe look there from Meteor Lake on */
	if (platform->dsm == IGD_DSM_BAR2)
		ggc = ioread32(gap + VFIO_PCI_IGD_MMIO_GGC -
			       VFIO_PCI_IGD_GAP_OFFSET);
	host->ggc = ggc;
	host->ggc_above = ggc >> 16;
	host->dsm.base = igd_host_read_bdsm(igd, gap) & IGD_BDSM_MASK;
	host->dsm.size = igd_gms_size(platform->ggc, host->ggc);
	host->gsm.base = igd_host_read_gap(igd, gap, VFIO_PCI_IGD_MMIO_GSMBASE) &
			 IGD_BDSM_MASK;
	host->gsm.size = igd_ggms_size(platform->ggc, host->ggc);
	host->reserved = igd_host_read_gap(igd, gap,
					   VFIO_PCI_IGD_MMIO_RESERVED);
	igd_host_check(igd);

out_unmap:
	pci_iounmap(pdev, gap);
out_command:
	if (!(command & PCI_COMMAND_MEMORY))
		pci_write_config_word(pdev, PCI_COMMAND, command);
	return ret;
}

static void igd_host_report(struct igd_device *igd)
{
	const struct igd_host *host = &igd->host;
	const struct igd_opregion *opregion = &host->opregion;
	struct igd_range reserved = {};

	if (igd->platform->reserved)
		igd_reserved_used(igd->platform->reserved, host->reserved,
				  &host->dsm, &reserved);

	pci_info(igd->core.pdev,
		 "%s (gen %u.%02u): stolen memory %llu MiB at %#llx, of it reserved %llu KiB, GTT %llu MiB, OpRegion %u.%u of %llu KiB and VBT of %llu bytes\n",
		 igd->platform->name, igd->platform->gen / 100,
		 igd->platform->gen % 100, host->dsm.size >> 20,
		 host->dsm.base, reserved.size >> 10, host->gsm.size >> 20,
		 opregion->version >> 8, opregion->version & 0xff,
		 opregion->opregion.size >> 10, opregion->vbt.size);
}

/**
 * igd_host_probe - find, check and claim what the host's firmware set up
 * @igd: the device, with its platform known
 *
 * Return: 0, or a negative errno with the reason in the log: -ENODEV for a BAR0
 * that is none of the platform's, -EIO for a device that does not answer,
 * -EINVAL for stolen memory that overlaps System RAM, -ENOMEM.
 */
int igd_host_probe(struct igd_device *igd)
{
	void *opregion;
	size_t size;
	int ret;

	INIT_LIST_HEAD(&igd->claims);
	igd->host.lpc_device = igd_hostcfg_lpc(igd->core.pdev);
	if (igd->platform->dsm != IGD_DSM_UNKNOWN) {
		ret = igd_host_read(igd);
		if (ret)
			return ret;
	}

	if (igd->platform->dsm != IGD_DSM_BAR2) {
		ret = igd_host_claim(igd, "IGD data stolen memory",
				     &igd->host.dsm);
		if (!ret)
			ret = igd_host_claim(igd, "IGD GTT stolen memory",
					     &igd->host.gsm);
		if (ret) {
			igd_claim_release(igd);
			return ret;
		}
	}

	opregion = igd_opregion_load(igd, &size);
	if (!IS_ERR(opregion))
		kvfree(opregion);
	igd_host_report(igd);
	return 0;
}

/**
 * igd_host_remove - undo igd_host_probe()
 * @igd: the device
 */
void igd_host_remove(struct igd_device *igd)
{
	igd_claim_release(igd);
}
