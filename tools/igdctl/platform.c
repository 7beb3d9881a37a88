// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each platform has: the driver's own table
 */
#include "../../driver/platform.c"

#include "igdctl.h"

/**
 * platform_of() - the row of a device
 * @device: PCI device ID, of Intel's
 *
 * Return: the row; one that says unknown, if the driver has none.
 */
const struct igd_platform *platform_of(u16 device)
{
	struct pci_dev pdev = {
		.vendor = PCI_VENDOR_ID_INTEL,
		.device = device,
	};

	return igd_platform_find(&pdev);
}
