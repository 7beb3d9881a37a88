// SPDX-License-Identifier: GPL-2.0-only
/*
 * While this module is loaded, virtio's devices stay awake when the host sleeps:
 * the virtual host's files come by virtio-9p, which no kernel restores.
 */

#include <linux/module.h>
#include <linux/pci.h>

#define VIRTIO_VENDOR			0x1af4

static int igd_awake_set(struct device *dev, void *awake)
{
	dev_pm_syscore_device(dev, awake);
	return device_for_each_child(dev, awake, igd_awake_set);
}

static void igd_awake_all(void *awake)
{
	struct pci_dev *pdev = NULL;

	while ((pdev = pci_get_device(VIRTIO_VENDOR, PCI_ANY_ID, pdev)))
		igd_awake_set(&pdev->dev, awake);
}

static int __init igd_awake_init(void)
{
	igd_awake_all(THIS_MODULE);
	return 0;
}
module_init(igd_awake_init);

static void __exit igd_awake_exit(void)
{
	igd_awake_all(NULL);
}
module_exit(igd_awake_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Keeps virtio out of the host's sleep");
