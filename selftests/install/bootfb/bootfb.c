// SPDX-License-Identifier: GPL-2.0-only
/*
 * Poses as the framebuffer that firmware has set up for the boot: in the first
 * megabytes of 00:02.0's aperture. The virtual host is started without firmware
 * that draws there, so that the kernel has none of its own.
 */

#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_data/simplefb.h>
#include <linux/platform_device.h>

static int __init bootfb_init(void)
{
	static const struct simplefb_platform_data screen = {
		.width = 640,
		.height = 480,
		.stride = 640 * 4,
		.format = "a8r8g8b8",
	};
	struct pci_dev *igd = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(2, 0));
	struct platform_device *fb;
	struct resource memory;

	if (!igd)
		return -ENODEV;
	memory = (struct resource)DEFINE_RES_MEM(pci_resource_start(igd, 2),
						 screen.stride * screen.height);
	pci_dev_put(igd);

	fb = platform_device_register_resndata(NULL, "simple-framebuffer", 0,
					       &memory, 1, &screen,
					       sizeof(screen));
	return PTR_ERR_OR_ZERO(fb);
}
module_init(bootfb_init);

/* No exit: who takes the aperture unregisters the device. */

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Poses as a boot framebuffer on 00:02.0");
