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

static const struct {
	unsigned int devfn;
	u16 class;
} igd_bridges[] = {
	[IGD_CAUSE_HOST_BRIDGE] = { PCI_DEVFN(0, 0), PCI_CLASS_BRIDGE_HOST },
	[IGD_CAUSE_LPC_BRIDGE] = { PCI_DEVFN(0x1f, 0), PCI_CLASS_BRIDGE_ISA },
};

/* NULL where there is none of Intel's; to be put */
static struct pci_dev *igd_bridge_get(struct pci_dev *igd,
				      enum igd_cause bridge)
{
	struct pci_dev *found = pci_get_slot(igd->bus,
					     igd_bridges[bridge].devfn);

	if (found && found->vendor == PCI_VENDOR_ID_INTEL &&
	    found->class >> 8 == igd_bridges[bridge].class)
		return found;

	pci_dev_put(found);
	return NULL;
}

/**
 * igd_hostcfg_lpc - which LPC bridge the host has
 * @igd: the graphics device
 *
 * Return: its device ID; 0 where there is none of Intel's.
 */
u16 igd_hostcfg_lpc(struct pci_dev *igd)
{
	struct pci_dev *lpc = igd_bridge_get(igd, IGD_CAUSE_LPC_BRIDGE);
	u16 device = lpc ? lpc->device : 0;

	pci_dev_put(lpc);
	return device;
}

/**
 * igd_hostcfg_load - snapshot of a bridge's IDs, laid out as they are
 * @igd: the device; the bridge is looked for on its bus
 * @bridge: which one, by what is wrong without it
 *
 * Return: PCI_CFG_SPACE_SIZE bytes to be freed with kvfree(), -ENOMEM, or
 * -ENODEV, with a warning, where there is no such bridge of Intel's.
 */
void *igd_hostcfg_load(struct igd_device *igd, enum igd_cause bridge)
{
	unsigned int devfn = igd_bridges[bridge].devfn;
	struct pci_dev *found;
	unsigned int i, pos;
	u8 *data;

	data = kvzalloc(PCI_CFG_SPACE_SIZE, GFP_KERNEL_ACCOUNT);
	if (!data)
		return ERR_PTR(-ENOMEM);

	found = igd_bridge_get(igd->core.pdev, bridge);
	if (!found) {
		igd_say(igd, bridge,
			"no Intel bridge of class %04x at %02x.%d: a guest gets neither OpRegion nor bridge IDs; is this device the one in the CPU?",
			igd_bridges[bridge].class, PCI_SLOT(devfn),
			PCI_FUNC(devfn));
		kvfree(data);
		return ERR_PTR(-ENODEV);
	}
	igd_say_well(igd, bridge);

	for (i = 0; i < ARRAY_SIZE(igd_hostcfg_ids); i++) {
		pos = igd_hostcfg_ids[i].pos;
		while (pos < igd_hostcfg_ids[i].pos + igd_hostcfg_ids[i].len) {
			pci_read_config_byte(found, pos, data + pos);
			pos++;
		}
	}
	pci_dev_put(found);
	return data;
}
