/* SPDX-License-Identifier: GPL-2.0-only */
/* What driver/platform.c needs of the kernel's own header */
#ifndef TOOLS_LINUX_PCI_H
#define TOOLS_LINUX_PCI_H

#include <linux/kernel.h>
#include <linux/types.h>

#define PCI_VENDOR_ID_INTEL		0x8086

#define PCI_DRIVER_OVERRIDE_DEVICE_VFIO(vend, dev) \
	.vendor = (vend), .device = (dev)

#define MODULE_DEVICE_TABLE(type, name)

struct pci_device_id {
	u32 vendor;
	u32 device;
	unsigned long driver_data;
};

struct pci_dev {
	u16 vendor;
	u16 device;
	bool is_virtfn;
};

const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 struct pci_dev *pdev);

#endif /* TOOLS_LINUX_PCI_H */
