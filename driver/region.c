// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: regions
 *
 * Device-specific regions are snapshots: copied once when the device is opened,
 * so that a guest reads one consistent image and no read reaches the host.
 */

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/vfio.h>

#include "igd.h"

static ssize_t igd_region_rw(struct vfio_pci_core_device *core,
			     char __user *buf, size_t count, loff_t *ppos,
			     bool iswrite)
{
	unsigned int index = VFIO_PCI_OFFSET_TO_INDEX(*ppos);
	struct vfio_pci_region *region;
	loff_t pos = *ppos & VFIO_PCI_OFFSET_MASK;
	ssize_t done;

	region = &core->region[index - VFIO_PCI_NUM_REGIONS];
	if (iswrite || pos >= region->size)
		return -EINVAL;

	done = simple_read_from_buffer(buf, count, &pos, region->data,
				       region->size);
	if (done > 0)
		*ppos += done;
	return done;
}

static void igd_region_release(struct vfio_pci_core_device *core,
			       struct vfio_pci_region *region)
{
	kvfree(region->data);
}

static const struct vfio_pci_regops igd_region_ops = {
	.rw = igd_region_rw,
	.release = igd_region_release,
};

/* Takes @data, from kvmalloc(), also on error */
static int igd_region_add(struct igd_device *igd, u32 subtype, void *data,
			  size_t size)
{
	const u32 type = VFIO_PCI_IGD_VENDOR | VFIO_REGION_TYPE_PCI_VENDOR_TYPE;
	int ret;

	ret = vfio_pci_core_register_dev_region(&igd->core, type, subtype,
						&igd_region_ops, size,
						VFIO_REGION_INFO_FLAG_READ,
						data);
	if (ret)
		kvfree(data);
	return ret;
}

/**
 * igd_region_open - offer OpRegion, host bridge and LPC bridge to the VMM
 * @igd: the device, being opened; regions go when vfio-pci-core disables it
 *
 * All three or none: QEMU up to 11.1 crashes in its legacy mode when it finds
 * the first and misses one of the others. What is missing is said in the log.
 *
 * Return: 0, also where there is nothing to offer, or -ENOMEM.
 */
int igd_region_open(struct igd_device *igd)
{
	void *opregion, *host, *lpc;
	size_t size;
	int ret;

	opregion = igd_opregion_load(igd, &size);
	if (IS_ERR(opregion))
		return PTR_ERR(opregion) == -ENOMEM ? -ENOMEM : 0;

	host = igd_hostcfg_load(igd, IGD_CAUSE_HOST_BRIDGE);
	lpc = igd_hostcfg_load(igd, IGD_CAUSE_LPC_BRIDGE);
	if (IS_ERR(host) || IS_ERR(lpc)) {
		ret = host == ERR_PTR(-ENOMEM) || lpc == ERR_PTR(-ENOMEM) ?
		      -ENOMEM : 0;
		goto err_free;
	}

	ret = igd_region_add(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
			     opregion, size);
	opregion = NULL;
	if (ret)
		goto err_free;

	ret = igd_region_add(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, host,
			     PCI_CFG_SPACE_SIZE);
	host = NULL;
	if (ret)
		goto err_free;

	return igd_region_add(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, lpc,
			      PCI_CFG_SPACE_SIZE);

err_free:
	kvfree(opregion);
	if (!IS_ERR(host))
		kvfree(host);
	if (!IS_ERR(lpc))
		kvfree(lpc);
	return ret;
}
