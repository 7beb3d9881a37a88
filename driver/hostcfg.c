// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: what a guest may know of the host bridge and the LPC bridge
 *
 * Video BIOSes and Windows drivers tell platforms apart by the IDs of these
 * two. The host bridge's other registers hold the host's memory map, stolen
 * memory included, so that nothing but IDs goes into the snapshot.
 */

#include <linux/pci.h>
#include <linux/slab.h>

#include "igd.h"

static const struct {
	u8 pos;
	u8 len;
} igd_hostcfg_ids[] = {
	{ PCI_VENDOR_ID, 4 },		/* and PCI_DEVICE_ID */
	{ PCI_CLASS_REVISION, 4 },	/* and the class */
	{ PCI_HEADER_TYPE, 1 },
	{ PCI_SUBSYSTEM_VENDOR_ID, 4 },	/* and PCI_SUBSYSTEM_ID */
};

/**
 * igd_hostcfg_load - snapshot of a bridge's IDs, laid out as they are
 * @igd: the graphics device; the bridge is looked for on its bus
 * @devfn: where the bridge has to be
 * @class: what it has to be, PCI_CLASS_BRIDGE_*
 *
 * Return: PCI_CFG_SPACE_SIZE bytes to be freed with kvfree(), -ENOMEM, or
 * -ENODEV, with a warning, where there is no such bridge of Intel's.
 */
void *igd_hostcfg_load(struct pci_dev *igd, unsigned int devfn, u16 class)
{
	struct pci_dev *bridge;
	unsigned int i, pos;
	u8 *data;

	data = kvzalloc(PCI_CFG_SPACE_SIZE, GFP_KERNEL_ACCOUNT);
	if (!data)
		return ERR_PTR(-ENOMEM);

	bridge = pci_get_slot(igd->bus, devfn);
	if (!bridge || bridge->vendor != PCI_VENDOR_ID_INTEL ||
	    bridge->class >> 8 != class) {
		pci_warn(igd,
			 "no Intel bridge of class %04x at %02x.%d: a guest gets neither OpRegion nor bridge IDs; is this device the one in the CPU?\n",
			 class, PCI_SLOT(devfn), PCI_FUNC(devfn));
		pci_dev_put(bridge);
		kvfree(data);
		return ERR_PTR(-ENODEV);
	}

	for (i = 0; i < ARRAY_SIZE(igd_hostcfg_ids); i++) {
		pos = igd_hostcfg_ids[i].pos;
		while (pos < igd_hostcfg_ids[i].pos + igd_hostcfg_ids[i].len) {
			pci_read_config_byte(bridge, pos, data + pos);
			pos++;
		}
	}
	pci_dev_put(bridge);
	return data;
}
