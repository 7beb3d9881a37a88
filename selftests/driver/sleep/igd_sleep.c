// SPDX-License-Identifier: GPL-2.0-only
/*
 * While this module is loaded, the host sleeps, as far as the driver of 00:02.0 can
 * tell. The virtual host itself would not wake up: its files come by virtio-9p,
 * which no kernel restores.
 */

#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

static struct pci_dev *igd;

static int __init igd_sleep_init(void)
{
	const struct dev_pm_ops *ops;
	int ret;

	igd = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(2, 0));
	if (!igd || !igd->dev.driver || !igd->dev.driver->pm) {
		pci_dev_put(igd);
		return -ENODEV;
	}

	/* The PCI core wakes a device before it calls this */
	ops = igd->dev.driver->pm;
	pm_runtime_get_sync(&igd->dev);
	ret = ops->suspend ? ops->suspend(&igd->dev) : -EOPNOTSUPP;
	if (ret) {
		pm_runtime_put(&igd->dev);
		pci_dev_put(igd);
	}
	return ret;
}
module_init(igd_sleep_init);

static void __exit igd_sleep_exit(void)
{
	if (igd->dev.driver->pm->resume)
		igd->dev.driver->pm->resume(&igd->dev);
	pm_runtime_put(&igd->dev);
	pci_dev_put(igd);
}
module_exit(igd_sleep_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Calls what a driver has for the host's sleep");
