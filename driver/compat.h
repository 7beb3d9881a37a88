/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: what differs between kernels
 *
 * The rest of the driver reads as if written for the newest one. What a kernel
 * has is looked up in its headers by Kbuild, not derived from its version, as
 * distributions take interfaces back into older kernels.
 */
#ifndef VFIO_PCI_IGD_COMPAT_H
#define VFIO_PCI_IGD_COMPAT_H

#include <linux/pci.h>
#include <linux/vfio_pci_core.h>

/* asm/unaligned.h moved in 6.12 */
#ifdef IGD_HAS_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#ifndef PCI_POSSIBLE_ERROR
#define PCI_POSSIBLE_ERROR(val)		((val) == ((typeof(val))~0ULL))
#endif

/* iommufd came with 6.2, detaching with 6.6, PASIDs with 6.15 */
#ifdef IGD_HAS_BIND_IOMMUFD
#define IGD_OPS_IOMMUFD \
	.bind_iommufd = vfio_iommufd_physical_bind, \
	.unbind_iommufd = vfio_iommufd_physical_unbind, \
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
#else
#define IGD_OPS_IOMMUFD
#endif

#ifdef IGD_HAS_DETACH_IOAS
#define IGD_OPS_DETACH \
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
#else
#define IGD_OPS_DETACH
#endif

#ifdef IGD_HAS_PASID_ATTACH_IOAS
#define IGD_OPS_PASID \
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas, \
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
#else
#define IGD_OPS_PASID
#endif

#ifdef IGD_HAS_MATCH_TOKEN_UUID
#define IGD_OPS_TOKEN \
	.match_token_uuid = vfio_pci_core_match_token_uuid,
#else
#define IGD_OPS_TOKEN
#endif

/*
 * From 6.19 on VFIO itself takes VFIO_DEVICE_GET_REGION_INFO apart and calls
 * get_region_info_caps, without looking whether there is one. Before, it is an
 * ioctl like the others.
 */
#ifdef IGD_HAS_REGION_INFO_CAPS
#define IGD_OPS_REGION_INFO \
	.get_region_info_caps = igd_get_region_info,

#define igd_core_region_info	vfio_pci_ioctl_get_region_info
#else
#define IGD_OPS_REGION_INFO

/* Tells the ioctl below that vfio-pci-core answers for this region */
static inline int igd_core_region_info(struct vfio_device *vdev,
				       struct vfio_region_info *info,
				       struct vfio_info_cap *caps)
{
	return -ENOIOCTLCMD;
}

static inline long
igd_compat_region_info(struct vfio_device *vdev, unsigned long arg,
		       int (*get)(struct vfio_device *vdev,
				  struct vfio_region_info *info,
				  struct vfio_info_cap *caps))
{
	const size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info __user *uarg = (void __user *)arg;
	struct vfio_region_info info = {};
	struct vfio_info_cap caps = {};
	long ret;

	/* All that get() asks for, and all that costs where it is another's */
	if (get_user(info.index, &uarg->index))
		return -EFAULT;

	ret = get(vdev, &info, &caps);
	if (ret == -ENOIOCTLCMD)
		return vfio_pci_core_ioctl(vdev, VFIO_DEVICE_GET_REGION_INFO,
					   arg);
	if (!ret && get_user(info.argsz, &uarg->argsz))
		ret = -EFAULT;
	if (!ret && info.argsz < minsz)
		ret = -EINVAL;
	if (ret)
		goto out_free;

	info.cap_offset = 0;
	if (caps.size) {
		info.flags |= VFIO_REGION_INFO_FLAG_CAPS;
		if (info.argsz < sizeof(info) + caps.size) {
			info.argsz = sizeof(info) + caps.size;
		} else {
			vfio_info_cap_shift(&caps, sizeof(info));
			if (copy_to_user(uarg + 1, caps.buf, caps.size))
				ret = -EFAULT;
			info.cap_offset = sizeof(info);
		}
	}
	if (copy_to_user(uarg, &info, minsz))
		ret = -EFAULT;

out_free:
	kfree(caps.buf);
	return ret;
}
#endif

#endif /* VFIO_PCI_IGD_COMPAT_H */
