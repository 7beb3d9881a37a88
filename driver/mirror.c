// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: the gap page of BAR0, which mirrors configuration space
 *
 *          BAR0                               BAR4 (I/O ports)
 *   0x000000 +-----------------+              +-------+
 *            | mapped          |            0 | index |--+
 *   0x108000 +-----------------+              +-------+  |
 *            | the gap: trapped| <----------4 | data  |<-+ index in the gap
 *   0x109000 +-----------------+              +-------+
 *            | mapped          |
 *            +-----------------+
 *
 * Drivers read BDSM, GSMBASE and STOLEN_RESERVED here rather than from
 * configuration space. All else in BAR0 is mapped as stock vfio-pci maps it, so
 * one page is what the guest pays.
 *
 * BAR4 is a second way into BAR0, made for video BIOSes: the register whose
 * offset was written to the index port appears at the data port. Left alone, it
 * would lead around the gap.
 */

#include <linux/io.h>
#include <linux/mm.h>

#include "igd.h"

#define GAP_START		VFIO_PCI_IGD_GAP_OFFSET
#define GAP_END			(GAP_START + VFIO_PCI_IGD_GAP_SIZE)

/*
 * MMIO_INDEX: bits 1:0 choose the target, 0 for registers and 1 for the GTT;
 * bits 31:2 are the offset of four bytes in it.
 */
#define IOPORT_INDEX		0
#define IOPORT_DATA		4
#define IOPORT_END		8
#define IOPORT_TARGET_MASK	0x3
#define IOPORT_TARGET_MMIO	0x0

/**
 * igd_mirror_open - map what the driver itself reads
 * @igd: the device, enabled
 *
 * Return: 0 or -ENOMEM.
 */
int igd_mirror_open(struct igd_device *igd)
{
	struct pci_dev *pdev = igd->core.pdev;

	if (igd->platform->dsm == IGD_DSM_UNKNOWN)
		return 0;

	igd->gap = pci_iomap_range(pdev, 0, GAP_START, VFIO_PCI_IGD_GAP_SIZE);
	if (!igd->gap)
		return -ENOMEM;

	if (!(pci_resource_flags(pdev, 4) & IORESOURCE_IO))
		return 0;

	igd->ioport = pci_iomap(pdev, 4, IOPORT_END);
	if (igd->ioport)
		return 0;

	igd_mirror_close(igd);
	return -ENOMEM;
}

/**
 * igd_mirror_close - undo igd_mirror_open()
 * @igd: the device
 */
void igd_mirror_close(struct igd_device *igd)
{
	if (igd->ioport)
		pci_iounmap(igd->core.pdev, igd->ioport);
	if (igd->gap)
		pci_iounmap(igd->core.pdev, igd->gap);
	igd->ioport = NULL;
	igd->gap = NULL;
}

/**
 * igd_mirror_overlaps - does a range of a region touch the gap?
 * @igd: the device, open
 * @index: region, VFIO_PCI_*_REGION_INDEX
 * @pos: offset in it
 * @len: bytes
 */
bool igd_mirror_overlaps(struct igd_device *igd, unsigned int index, u64 pos,
			 u64 len)
{
	return igd->gap && index == VFIO_PCI_BAR0_REGION_INDEX &&
	       pos < GAP_END && len > 0 &&
	       (pos >= GAP_START || len > GAP_START - pos);
}

/**
 * igd_mirror_region_info - describe BAR0: all can be mapped but the gap
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
	u64 size = pci_resource_len(igd->core.pdev, 0);
	struct vfio_region_info_cap_sparse_mmap *sparse;
	struct vfio_region_sparse_mmap_area *areas;
	size_t len;
	int ret;

	info->offset = VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_BAR0_REGION_INDEX);
	info->size = size;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (!igd->core.bar_mmap_supported[0])
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP;

	len = struct_size(sparse, areas, 2);
	sparse = kzalloc(len, GFP_KERNEL);
	if (!sparse)
		return -ENOMEM;

	sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->header.version = 1;
	sparse->nr_areas = 2;
	areas = sparse->areas;
	areas[0].offset = 0;
	areas[0].size = GAP_START;
	areas[1].offset = GAP_END;
	areas[1].size = size - GAP_END;

	ret = vfio_info_add_capability(caps, &sparse->header, len);
	kfree(sparse);
	return ret;
}

static ssize_t igd_gap_read_hw(struct igd_device *igd, char __user *buf,
			       size_t len, u32 pos)
{
	u32 value;
	int ret;

	ret = igd_core_ioread32(&igd->core, &value, igd->gap + (pos & ~3));
	return ret ? ret : igd_host_copy(&igd->host, value, buf, len, pos);
}

/* At least one byte of the gap, at most @len; @pos is an offset in the gap */
static ssize_t igd_gap_rw_some(struct igd_device *igd, char __user *buf,
			       size_t len, u32 pos, bool iswrite)
{
	const struct igd_vreg *reg;
	int ret;

	reg = igd_vreg_find(igd, IGD_GAP, pos, &len);
	if (reg) {
		ret = igd_vreg_rw(igd, reg, IGD_GAP, pos, buf, len, iswrite);
		return ret ? ret : len;
	}

	if (!iswrite)
		return igd_gap_read_hw(igd, buf, len, pos);

	igd_deny(igd, IGD_GAP, pos, len);
	return len;
}

static ssize_t igd_bar0_rw_some(struct igd_device *igd, char __user *buf,
				size_t len, u64 pos, bool iswrite)
{
	if (igd->gap && pos < GAP_START)
		len = min_t(u64, len, GAP_START - pos);

	if (!igd_mirror_overlaps(igd, VFIO_PCI_BAR0_REGION_INDEX, pos, len))
		return igd_core_rw(igd, VFIO_PCI_BAR0_REGION_INDEX, buf, len,
				   pos, iswrite);

	len = min_t(u64, len, GAP_END - pos);
	return igd_gap_rw_some(igd, buf, len, pos - GAP_START, iswrite);
}

/**
 * igd_mirror_bar0_rw - an access to BAR0 that does not go through a mapping
 * @igd: the device, open
 * @buf: the user's buffer
 * @count: bytes; any number, at any alignment
 * @pos: offset
 * @iswrite: direction
 *
 * Return: bytes done or a negative errno.
 */
ssize_t igd_mirror_bar0_rw(struct igd_device *igd, char __user *buf,
			   size_t count, u64 pos, bool iswrite)
{
	u64 size = pci_resource_len(igd->core.pdev, 0);
	size_t done = 0;
	ssize_t ret;

	if (pos >= size)
		return -EINVAL;
	count = min_t(u64, count, size - pos);

	while (done < count) {
		ret = igd_bar0_rw_some(igd, buf + done, count - done,
				       pos + done, iswrite);
		if (ret < 0)
			return ret;
		done += ret;
	}
	return done;
}

static ssize_t igd_bar4_rw_some(struct igd_device *igd, char __user *buf,
				size_t len, u64 pos, bool iswrite)
{
	u32 index;

	/* One write to both ports would move the index after it was looked at */
	if (pos < IOPORT_DATA)
		len = min_t(u64, len, IOPORT_DATA - pos);
	else if (pos < IOPORT_END)
		len = min_t(u64, len, IOPORT_END - pos);

	if (igd->ioport && pos >= IOPORT_DATA && pos < IOPORT_END) {
		index = ioread32(igd->ioport + IOPORT_INDEX);
		if ((index & IOPORT_TARGET_MASK) == IOPORT_TARGET_MMIO &&
		    igd_mirror_overlaps(igd, VFIO_PCI_BAR0_REGION_INDEX, index,
					1))
			return igd_gap_rw_some(igd, buf, len,
					       index - GAP_START +
					       pos - IOPORT_DATA, iswrite);
	}

	return igd_core_rw(igd, VFIO_PCI_BAR4_REGION_INDEX, buf, len, pos,
			   iswrite);
}

/**
 * igd_mirror_bar4_rw - an access to BAR4, whose data port may show the gap
 * @igd: the device, open
 * @buf: the user's buffer
 * @count: bytes
 * @pos: offset
 * @iswrite: direction
 *
 * Return: bytes done or a negative errno.
 */
ssize_t igd_mirror_bar4_rw(struct igd_device *igd, char __user *buf,
			   size_t count, u64 pos, bool iswrite)
{
	u64 size = pci_resource_len(igd->core.pdev, 4);
	size_t done = 0;
	ssize_t ret = 0;

	if (pos >= size)
		return -EINVAL;
	count = min_t(u64, count, size - pos);

	mutex_lock(&igd->ioport_lock);
	while (done < count) {
		ret = igd_bar4_rw_some(igd, buf + done, count - done,
				       pos + done, iswrite);
		if (ret < 0)
			break;
		done += ret;
	}
	mutex_unlock(&igd->ioport_lock);
	return ret < 0 ? ret : done;
}
