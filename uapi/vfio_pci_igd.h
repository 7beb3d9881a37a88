/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * vfio-pci-igd: what a VMM or a guest's firmware has to name
 *
 * A VMM that knows stock vfio-pci needs nothing from this file to run a guest:
 * regions are found by type and subtype, and the page that cannot be mapped is
 * announced by the sparse-mmap capability of region 0. The names are here for
 * those who want to check, to trace, or to write a guest's firmware.
 */
#ifndef _UAPI_VFIO_PCI_IGD_H
#define _UAPI_VFIO_PCI_IGD_H

#include <linux/types.h>

/*
 * Device-specific regions. The type is VFIO_REGION_TYPE_PCI_VENDOR_TYPE (see
 * linux/vfio.h) or-ed with Intel's vendor ID; the subtypes are those of
 * linux/vfio.h: VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, _HOST_CFG, _LPC_CFG.
 * All three are offered, or none. All are read-only.
 */
#define VFIO_PCI_IGD_VENDOR		0x8086

/*
 * The gap: the one page of BAR0 that mirrors registers of configuration space
 * and of the host bridge. It is reached with pread() and pwrite() on region 0,
 * never with mmap().
 */
#define VFIO_PCI_IGD_GAP_OFFSET		0x108000
#define VFIO_PCI_IGD_GAP_SIZE		0x1000

/*
 * The second range of BAR0 that is never mapped: the mirror of the host bridge's
 * MCHBAR. Reads give what the hardware has, but for registers that hold addresses
 * of the host and read 0; writes are dropped. Its size is 32 KiB on gen 6 to 10,
 * 64 KiB on gen 11 and Rocket Lake, 128 KiB on the other gen 12 before Meteor Lake,
 * which has none: region 0's sparse-mmap capability tells.
 */
#define VFIO_PCI_IGD_MCHBAR_OFFSET	0x140000

/* Virtual registers in configuration space: offsets in region 7 */
#define VFIO_PCI_IGD_CFG_GGC		0x50	/* 16 bits */
#define VFIO_PCI_IGD_CFG_BDSM32		0x5c	/* 32 bits, gen 6 to 10; see below */
#define VFIO_PCI_IGD_CFG_BDSM64		0xc0	/* 64 bits, gen 11 to 12.x */
#define VFIO_PCI_IGD_CFG_SWSMI		0xe0	/* 16 bits */
#define VFIO_PCI_IGD_CFG_ASLE		0xe4	/* 32 bits */
#define VFIO_PCI_IGD_CFG_SWSCI		0xe8	/* 16 bits */
#define VFIO_PCI_IGD_CFG_RESERVED	0xf0	/* 64 bits, gen 11 to 12.x */
#define VFIO_PCI_IGD_CFG_ASLS		0xfc	/* 32 bits */

/*
 * On gen 11 to 12.x, 32 bits at VFIO_PCI_IGD_CFG_BDSM32 are a mailbox: SeaBIOS
 * writes BDSM there and nowhere else, the option ROM reads it back and writes
 * VFIO_PCI_IGD_CFG_BDSM64.
 */

/*
 * Written to BDSM together with its base: what lies below it, as struct
 * vfio_pci_igd_info says in gsm_below, is reserved in the guest, too. It is
 * remembered until another base is written, and reads 0. Drivers of version 1
 * ignore it. Without it GSMBASE does not lead below BDSM, where a guest's system
 * has its own memory.
 */
#define VFIO_PCI_IGD_BDSM_GSM		0x2

/* Virtual registers in the gap: offsets in region 0 */
#define VFIO_PCI_IGD_MMIO_GGC		0x108040 /* 16 bits */
#define VFIO_PCI_IGD_MMIO_BDSM		0x1080c0 /* as wide as in config space */
#define VFIO_PCI_IGD_MMIO_GSMBASE	0x108100 /* 32 bits, 64 from gen 11 on */
#define VFIO_PCI_IGD_MMIO_RESERVED	0x1082c0 /* 32 bits, 64 from gen 11 on */
#define VFIO_PCI_IGD_MMIO_INFO		0x108f80 /* struct vfio_pci_igd_info */

/*
 * "IGD-VFIO", little endian. GVT-g's PVINFO page starts at BAR0 0x78000 with
 * the ASCII of "vGTvGTvG": other place, other magic.
 */
#define VFIO_PCI_IGD_INFO_MAGIC		0x4f4946562d444749ULL
#define VFIO_PCI_IGD_INFO_VERSION	2

/**
 * struct vfio_pci_igd_info - what the guest's firmware may know of the host
 * @magic: VFIO_PCI_IGD_INFO_MAGIC
 * @version: VFIO_PCI_IGD_INFO_VERSION; grows when a field is added at the end
 * @size: bytes of this structure that are valid
 * @gen: graphics version times 100, as i915 counts it: 900, 1200, 1270
 * @bdsm_config: offset of BDSM in configuration space; 0 where there is none
 * @bdsm_width: width of BDSM in bytes, 4 or 8; 0 where there is none
 * @host_dsm_base: host-physical base of the host's stolen memory; placing the
 *	guest's there makes every register that host firmware locked agree with
 *	BDSM. 0 where unknown, or where stolen memory is behind BAR2.
 * @dsm_size: bytes of stolen memory that the guest's GGC announces
 * @gsm_below: from version 2 on. Bytes below BDSM that belong to it: there GSMBASE
 *	points, and GTT entries may, too. Firmware reserves them together with
 *	stolen memory and says so with VFIO_PCI_IGD_BDSM_GSM. 0: none.
 * @lpc_device: from version 2 on. Device ID of the host's LPC bridge at 00:1f.0;
 *	0 where there is none
 * @reserved: 0
 *
 * All fields little endian, all constant while the device is open, at
 * VFIO_PCI_IGD_MMIO_INFO. Reads of any width are answered; writes are dropped.
 */
struct vfio_pci_igd_info {
	__le64 magic;
	__le16 version;
	__le16 size;
	__le16 gen;
	__u8 bdsm_config;
	__u8 bdsm_width;
	__le64 host_dsm_base;
	__le64 dsm_size;
	/* version 2 */
	__le64 gsm_below;
	__le16 lpc_device;
	__u8 reserved[6];
};

#endif /* _UAPI_VFIO_PCI_IGD_H */
