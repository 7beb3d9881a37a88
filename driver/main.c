// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: gives the graphics device in an Intel CPU to a virtual machine
 *
 * A vfio-pci variant driver. vfio-pci-core does what is common to all PCI
 * devices; this file routes what is not, by region and by ioctl.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/aperture.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "igd.h"

/*
 * Which sizes there are depends on the device, so that opening it decides. But
 * one that no platform has is better said now than when a guest is to start.
 */
static int igd_gms_mb_set(const char *text, const struct kernel_param *param)
{
	unsigned int *mib = param->arg;
	int ret;

	ret = param_set_uint(text, param);
	if (!ret && *mib && !igd_platform_any_size((u64)*mib << 20))
		pr_warn("gms_mb=%u: no platform has this size, no guest will start with it; sizes are 0 for the host's, multiples of 4 up to 60, multiples of 32 up to 2048 (MiB)\n",
			*mib);
	return ret;
}

static const struct kernel_param_ops igd_gms_mb_ops = {
	.set = igd_gms_mb_set,
	.get = param_get_uint,
};

static unsigned int gms_mb;
module_param_cb(gms_mb, &igd_gms_mb_ops, &gms_mb, 0644);
__MODULE_PARM_TYPE(gms_mb, "uint");
MODULE_PARM_DESC(gms_mb,
		 "Stolen memory that a guest gets, in MiB; 0 (default): as much as the host has. Taken when the device is next opened, which fails for a size that the platform does not have; the log then names those it has");

static bool gms_above_host;
module_param(gms_above_host, bool, 0644);
MODULE_PARM_DESC(gms_above_host,
		 "Let gms_mb be more than the host has (default: no). A guest that compresses its framebuffer may then have it written outside of the host's stolen memory");

/* As vfio-pci has them. There they are vfio-pci's alone, from 7.2 on */
static bool nointxmask;
module_param(nointxmask, bool, 0644);
MODULE_PARM_DESC(nointxmask,
		 "Do not use INTx masking of PCI 2.3, as vfio-pci's (default: no). Taken when the device is next opened");

static bool disable_vga;
module_param(disable_vga, bool, 0444);
MODULE_PARM_DESC(disable_vga,
		 "Do not offer VGA's ranges, as vfio-pci's (default: no)");

static bool disable_idle_d3;
module_param(disable_idle_d3, bool, 0644);
MODULE_PARM_DESC(disable_idle_d3,
		 "Leave the device in D0 while nobody uses it, as vfio-pci's (default: no). Taken when a device is bound");

static char ids[256] __initdata;
module_param_string(ids, ids, sizeof(ids), 0);
MODULE_PARM_DESC(ids,
		 "Devices to bind without being told, as for vfio-pci: vendor:device[:subvendor[:subdevice[:class[:class_mask]]]], separated by commas, such as 8086:9bc8");

/* Before vfio-pci-core is told that the device is ready, on each kernel */
static void igd_apply_params(struct vfio_pci_core_device *core)
{
	if (READ_ONCE(nointxmask)) {
		core->pci_2_3 = false;
		core->nointx = false;
	}
	if (disable_vga)
		core->has_vga = false;
}

static int igd_open_device(struct vfio_device *vdev)
{
	struct igd_device *igd = igd_from_vfio(vdev);
	int ret;

	ret = igd_vregs_open(igd, READ_ONCE(gms_mb),
			     READ_ONCE(gms_above_host));
	if (ret)
		return ret;

	ret = vfio_pci_core_enable(&igd->core);
	if (ret)
		goto err_forget;
	igd_apply_params(&igd->core);

	igd_quiet(igd, "open", true);
	igd_quiet_use(igd, true);

	igd_mirror_open(igd);
	ret = igd_ioport_open(igd);
	if (ret)
		goto err_disable;

	ret = igd_region_open(igd);
	if (ret)
		goto err_ioport;

	ret = igd_rom_open(igd);
	if (ret)
		goto err_ioport;

	igd_config_open(igd);
	ret = igd_access_open(igd);
	if (ret)
		goto err_rom;
	vfio_pci_core_finish_enable(&igd->core);
	return 0;

err_rom:
	igd_rom_close(igd);
err_ioport:
	igd_ioport_close(igd);
err_disable:
	igd_quiet_use(igd, false);
	vfio_pci_core_disable(&igd->core);
err_forget:
	igd_vregs_forget(igd);
	return ret;
}

static void igd_close_device(struct vfio_device *vdev)
{
	struct igd_device *igd = igd_from_vfio(vdev);
	struct device *dev = &igd->core.pdev->dev;
	bool asleep = igd_asleep(igd);

	igd_quiet_use(igd, false);
	if (!asleep)
		igd_quiet(igd, "close", true);

	igd_access_close(igd);
	igd_rom_close(igd);
	igd_ioport_close(igd);
	/* vfio-pci-core wakes it, and lets it sleep when it is done with it */
	pm_runtime_get_noresume(dev);
	vfio_pci_core_close_device(vdev);
	if (asleep)
		igd_quiet(igd, "close", true);
	pm_runtime_put(dev);
	igd_vregs_forget(igd);
}

static __always_inline bool igd_plain_dwords(const unsigned long *plain, u64 pos,
					     size_t count)
{
	unsigned long bit = pos / IGD_DWORD;

	if ((pos & 3) + count <= IGD_DWORD)
		return test_bit(bit, plain);
	return (pos & 7) + count <= 8 && test_bit(bit, plain) &&
	       test_bit(bit + 1, plain);
}

/*
 * Does vfio-pci-core answer for all the bytes? Nearly every access ends here, which
 * has to cost next to nothing: 2 in 100 of what it costs with stock vfio-pci.
 */
static __always_inline bool igd_plain(const struct igd_device *igd, u64 ppos,
				      size_t count, bool iswrite)
{
	const struct igd_plain *plain = &igd->plain;
	u64 pos;

	/* BAR0 is the first region */
	if (ppos < plain->bar0_end) {
		if (ppos < plain->bar0_start)
			return count <= plain->bar0_start - ppos;
		return !iswrite && igd_plain_dwords(plain->bar0_read,
						    ppos - plain->bar0_start,
						    count);
	}
	pos = ppos - VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_CONFIG_REGION_INDEX);
	if (pos < PCI_CFG_SPACE_EXP_SIZE)
		return igd_plain_dwords(iswrite ? plain->config_write :
					plain->config_read, pos, count);
	return ppos < VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_BAR1_REGION_INDEX);
}

static noinline ssize_t igd_rw(struct vfio_device *vdev, char __user *buf,
			       size_t count, loff_t *ppos, bool iswrite)
{
	struct igd_device *igd = igd_from_vfio(vdev);
	unsigned int index = VFIO_PCI_OFFSET_TO_INDEX(*ppos);
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;
	ssize_t done;

	if (!count)
		return 0;

	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (iswrite && igd_config_sleeps(igd, buf, count, pos))
			igd_quiet_sleep(igd);
		done = igd_access(igd, &igd_config_window, buf, count, pos,
				  iswrite);
		break;
	case VFIO_PCI_BAR0_REGION_INDEX:
		done = igd_access(igd, &igd_mirror_window, buf, count, pos,
				  iswrite);
		break;
	case VFIO_PCI_BAR4_REGION_INDEX:
		if (igd->ioport) {
			done = igd_access(igd, &igd_ioport_window, buf, count,
					  pos, iswrite);
			break;
		}
		done = igd_core_rw(igd, index, buf, count, pos, iswrite);
		break;
	case VFIO_PCI_ROM_REGION_INDEX:
		if (igd_rom_answers(igd)) {
			done = igd_rom_rw(igd, buf, count, pos, iswrite);
			break;
		}
		fallthrough;
	default:
		done = igd_core_rw(igd, index, buf, count, pos, iswrite);
	}

	if (done > 0)
		*ppos += done;
	return done;
}

static ssize_t igd_read(struct vfio_device *vdev, char __user *buf,
			size_t count, loff_t *ppos)
{
	if (igd_plain(igd_from_vfio(vdev), *ppos, count, false))
		return vfio_pci_core_read(vdev, buf, count, ppos);
	return igd_rw(vdev, buf, count, ppos, false);
}

static ssize_t igd_write(struct vfio_device *vdev, const char __user *buf,
			 size_t count, loff_t *ppos)
{
	if (igd_plain(igd_from_vfio(vdev), *ppos, count, true))
		return vfio_pci_core_write(vdev, buf, count, ppos);
	return igd_rw(vdev, (char __user *)buf, count, ppos, true);
}

static int igd_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct igd_device *igd = igd_from_vfio(vdev);
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (igd_mirror_overlaps(igd, VFIO_PCI_OFFSET_TO_INDEX(pos),
				pos & VFIO_PCI_OFFSET_MASK,
				vma->vm_end - vma->vm_start))
		return -EINVAL;

	return vfio_pci_core_mmap(vdev, vma);
}

static inline int igd_get_region_info(struct vfio_device *vdev,
				      struct vfio_region_info *info,
				      struct vfio_info_cap *caps)
{
	struct igd_device *igd = igd_from_vfio(vdev);

	switch (info->index) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		if (!igd->num_traps)
			break;
		return igd_mirror_region_info(igd, info, caps);
	case VFIO_PCI_ROM_REGION_INDEX:
		if (!igd_rom_answers(igd))
			break;
		igd_rom_region_info(igd, info);
		return 0;
	}
	return igd_core_region_info(vdev, info, caps);
}

static long igd_ioctl(struct vfio_device *vdev, unsigned int cmd,
		      unsigned long arg)
{
	switch (cmd) {
#ifndef IGD_HAS_REGION_INFO_CAPS
	case VFIO_DEVICE_GET_REGION_INFO:
		return igd_compat_region_info(vdev, arg, igd_get_region_info);
#endif
	case VFIO_DEVICE_IOEVENTFD:
		/*
		 * It writes to a BAR behind this driver's back. To look whether
		 * it means the gap would be to read the request twice, and the
		 * user may change it in between.
		 */
		return -ENOTTY;
	default:
		return vfio_pci_core_ioctl(vdev, cmd, arg);
	}
}

static const struct vfio_device_ops igd_vfio_ops = {
	.name = "vfio-pci-igd",
	.init = vfio_pci_core_init_dev,
	.release = vfio_pci_core_release_dev,
	.open_device = igd_open_device,
	.close_device = igd_close_device,
	.ioctl = igd_ioctl,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = igd_read,
	.write = igd_write,
	.mmap = igd_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	IGD_OPS_REGION_INFO
	IGD_OPS_TOKEN
	IGD_OPS_IOMMUFD
	IGD_OPS_DETACH
	IGD_OPS_PASID
};

static int igd_check(struct pci_dev *pdev)
{
	if (pdev->is_virtfn) {
		pci_err(pdev,
			"not binding: this is a virtual function, which has no stolen memory or OpRegion of its own; xe-vfio-pci is the driver for it on Panther Lake and later, vfio-pci elsewhere\n");
		return -ENODEV;
	}

	if (pdev->vendor == PCI_VENDOR_ID_INTEL &&
	    pdev->class >> 16 == PCI_BASE_CLASS_DISPLAY)
		return 0;

	pci_err(pdev,
		"not binding: %04x:%04x of class %06x is no Intel display device; vfio-pci is the driver for it\n",
		pdev->vendor, pdev->device, pdev->class);
	return -ENODEV;
}

/* Without a group VFIO refuses the device, and says no more than -EINVAL */
static void igd_check_iommu(struct pci_dev *pdev)
{
	const struct igd_platform *platform = igd_platform_find(pdev);

	if (device_iommu_mapped(&pdev->dev))
		return;

	if (platform->no_remapping)
		pci_warn(pdev,
			 "%s: the kernel turns DMA remapping off for its graphics, on purpose ('Disabling IOMMU for graphics on this chipset'), so that it cannot be given to a guest\n",
			 platform->name);
	else
		pci_warn(pdev,
			 "no IOMMU remaps its DMA, so that it cannot be given to a guest: turn VT-d on in the firmware's setup, and boot with intel_iommu=on, without intel_iommu=igfx_off\n");
}

static int igd_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct igd_device *igd;
	int ret;

	ret = igd_check(pdev);
	if (ret)
		return ret;
	igd_check_iommu(pdev);

	igd = vfio_alloc_device(igd_device, core.vdev, &pdev->dev,
				&igd_vfio_ops);
	if (IS_ERR(igd))
		return PTR_ERR(igd);
	mutex_init(&igd->lock);
	seqcount_mutex_init(&igd->guest_seq, &igd->lock);
	mutex_init(&igd->ioport_lock);
	mutex_init(&igd->quiet_lock);

	igd->platform = igd_platform_find(pdev);
	if (igd->platform->unknown)
		pci_warn(pdev,
			 "%04x:%04x is not a device that this driver knows: a guest gets OpRegion, ASLS and write protection, but sees the host's stolen memory; look for a newer vfio-pci-igd\n",
			 pdev->vendor, pdev->device);

	ret = igd_host_probe(igd);
	if (ret)
		goto err_say;
	igd_vregs_forget(igd);

	ret = igd_rom_probe(igd);
	if (ret)
		goto err_host;

	/* Before VFIO takes it out of the host's IOMMU domain, and it sleeps */
	ret = aperture_remove_conflicting_pci_devices(pdev, KBUILD_MODNAME);
	if (ret)
		goto err_rom;
	igd->gtt_used = true;
	igd_quiet(igd, "bind", true);

	/* It is awake, and vfio-pci-core lets it sleep as soon as it has it */
	igd->kept_awake = READ_ONCE(disable_idle_d3);
	if (igd->kept_awake)
		pm_runtime_get_noresume(&pdev->dev);

	/* vfio-pci-core requires its own structure there */
	dev_set_drvdata(&pdev->dev, &igd->core);
	ret = vfio_pci_core_register_device(&igd->core);
	if (ret)
		goto err_awake;
	igd_quiet_pm(pdev->dev.driver);
	return 0;

err_awake:
	if (igd->kept_awake)
		pm_runtime_put_noidle(&pdev->dev);
err_rom:
	igd_rom_remove(igd);
err_host:
	igd_host_remove(igd);
err_say:
	igd_say_free(igd);
	vfio_put_device(&igd->core.vdev);
	return ret;
}

static void igd_remove(struct pci_dev *pdev)
{
	struct igd_device *igd = igd_from_dev(&pdev->dev);

	vfio_pci_core_unregister_device(&igd->core);
	if (igd->kept_awake)
		pm_runtime_put_noidle(&pdev->dev);
	igd_rom_remove(igd);
	igd_host_remove(igd);
	igd_say_free(igd);
	vfio_put_device(&igd->core.vdev);
}

static void igd_reset_prepare(struct pci_dev *pdev)
{
	igd_quiet(igd_from_dev(&pdev->dev), "reset", true);
}

static void igd_reset_done(struct pci_dev *pdev)
{
	igd_vregs_reset(igd_from_dev(&pdev->dev));
}

static const struct pci_error_handlers igd_err_handlers = {
	.error_detected = vfio_pci_core_aer_err_detected,
	.reset_prepare = igd_reset_prepare,
	.reset_done = igd_reset_done,
};

static struct pci_driver igd_driver = {
	.name = "vfio-pci-igd",
	.id_table = igd_pci_ids,
	.probe = igd_probe,
	.remove = igd_remove,
	.err_handler = &igd_err_handlers,
	.driver_managed_dma = true,
	.dev_groups = igd_sysfs_groups,
};

/* vendor:device[:subvendor[:subdevice[:class[:class_mask]]]] */
static int __init igd_add_id(const char *id)
{
	unsigned int value[6] = { 0, 0, PCI_ANY_ID, PCI_ANY_ID, 0, 0 };
	char copy[sizeof(ids)], *rest = copy, *field;
	unsigned int fields = 0;

	strscpy(copy, id, sizeof(copy));
	while ((field = strsep(&rest, ":"))) {
		if (fields == ARRAY_SIZE(value) ||
		    kstrtouint(field, 16, &value[fields]))
			return -EINVAL;
		/* The first four are IDs, or as many ones as 'any' has */
		if (fields < 4 && value[fields] > U16_MAX &&
		    value[fields] != PCI_ANY_ID)
			return -ERANGE;
		fields++;
	}
	if (fields < 2)
		return -EINVAL;
	return pci_add_dynid(&igd_driver, value[0], value[1], value[2],
			     value[3], value[4], value[5], 0);
}

static void __init igd_add_ids(void)
{
	char *rest = ids, *id;
	int ret;

	while ((id = strsep(&rest, ","))) {
		if (!*id)
			continue;
		ret = igd_add_id(id);
		if (ret)
			pr_warn("ids: \"%s\" is left out (%d): each is to be vendor:device[:subvendor[:subdevice[:class[:class_mask]]]], such as 8086:9bc8\n",
				id, ret);
	}
}

static int __init igd_init(void)
{
	int ret;

	ret = pci_register_driver(&igd_driver);
	if (ret)
		return ret;
	igd_add_ids();
	return 0;
}
module_init(igd_init);

static void __exit igd_exit(void)
{
	pci_unregister_driver(&igd_driver);
}
module_exit(igd_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI driver for Intel integrated graphics");
