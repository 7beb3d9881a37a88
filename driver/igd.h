/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: what the files of the driver share
 *
 * An access comes in at main.c, is routed by region, and ends at vregs.c or at
 * the hardware. Nothing calls back up.
 */
#ifndef VFIO_PCI_IGD_H
#define VFIO_PCI_IGD_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/vfio_pci_core.h>

#include "../uapi/vfio_pci_igd.h"
#include "compat.h"
#include "platform.h"
#include "stolen.h"

/**
 * struct igd_opregion - where the host's firmware put the OpRegion
 * @opregion: host-physical range of the OpRegion itself; empty: none found
 * @vbt: host-physical range of an extended VBT; empty: the VBT is in mailbox 4
 * @version: major version in the upper byte, minor in the lower
 */
struct igd_opregion {
	struct igd_range opregion;
	struct igd_range vbt;
	u16 version;
};

/**
 * struct igd_host - what the host's firmware set up and locked
 * @ggc: GGC as the hardware has it
 * @reserved: STOLEN_RESERVED as the hardware has it; 0 where it makes no sense
 * @dsm: data stolen memory; empty where there is none or it is unknown
 * @gsm: GTT stolen memory; the same
 * @opregion: as found at probe, again at each open
 *
 * Read at probe and constant from then on, but for @opregion, which a user may
 * only change with the device closed.
 */
struct igd_host {
	u16 ggc;
	u64 reserved;
	struct igd_range dsm;
	struct igd_range gsm;
	struct igd_opregion opregion;
};

/**
 * struct igd_guest - all that a guest owns
 * @bdsm: what its firmware wrote to BDSM; 0 before
 * @bdsm_mailbox: from gen 11 on, what SeaBIOS wrote where BDSM once was
 * @asls: what its firmware wrote to ASLS; 0 before
 * @rom_bar: what was written to the ROM BAR; not used without a ROM of ours
 * @asle: latch, the last value written
 * @swsmi: latch, the last value written
 * @swsci: latch, the last value written
 * @dsm_size: bytes of stolen memory that its GGC announces, chosen at open
 *
 * Gone at the next open, kept over a function-level reset.
 */
struct igd_guest {
	u64 bdsm;
	u32 bdsm_mailbox;
	u32 asls;
	u32 rom_bar;
	u32 asle;
	u16 swsmi;
	u16 swsci;
	u64 dsm_size;
};

/**
 * struct igd_rom - the option ROM that a guest is given
 * @data: its bytes; NULL: what the device has is left as it is
 * @size: bytes, a power of two as the ROM BAR wants it
 * @name: file that it is from, below /lib/firmware
 */
struct igd_rom {
	u8 *data;
	size_t size;
	char name[64];
};

/**
 * struct igd_device - an Intel graphics device bound to this driver
 * @core: vfio-pci-core's part
 * @platform: the row of the table; never NULL
 * @host: what the host's firmware set up
 * @claims: resources that keep the rest of the kernel out of stolen memory
 * @guest_lock: protects @guest, so that a register is read and written whole
 * @guest: the guest's registers
 * @ioport_lock: keeps BAR4's index in place while its data port is used
 * @gap: BAR0's gap page; mapped while the device is open, NULL if there is none
 * @ioport: BAR4's index and data ports; the same
 * @rom: option ROM; loaded while the device is open
 * @denied: writes that went nowhere since the device was opened
 */
struct igd_device {
	struct vfio_pci_core_device core;
	const struct igd_platform *platform;
	struct igd_host host;
	struct list_head claims;

	struct mutex guest_lock;	/* protects guest */
	struct igd_guest guest;

	struct mutex ioport_lock;	/* keeps the index while data is used */
	void __iomem *gap;
	void __iomem *ioport;

	struct igd_rom rom;
	atomic_t denied;
};

static inline struct igd_device *igd_from_vfio(struct vfio_device *vdev)
{
	return container_of(vdev, struct igd_device, core.vdev);
}

/* config.c */
ssize_t igd_config_rw(struct igd_device *igd, char __user *buf, size_t count,
		      u64 pos, bool iswrite);

/* host.c */
int igd_host_probe(struct igd_device *igd);
void igd_host_remove(struct igd_device *igd);
ssize_t igd_host_copy(const struct igd_host *host, u32 value,
		      char __user *buf, size_t len, u32 pos);

/* hostcfg.c */
void *igd_hostcfg_load(struct pci_dev *igd, unsigned int devfn, u16 class);

/* mirror.c */
int igd_mirror_open(struct igd_device *igd);
void igd_mirror_close(struct igd_device *igd);
bool igd_mirror_overlaps(struct igd_device *igd, unsigned int index, u64 pos,
			 u64 len);
int igd_mirror_region_info(struct igd_device *igd,
			   struct vfio_region_info *info,
			   struct vfio_info_cap *caps);
ssize_t igd_mirror_bar0_rw(struct igd_device *igd, char __user *buf,
			   size_t count, u64 pos, bool iswrite);
ssize_t igd_mirror_bar4_rw(struct igd_device *igd, char __user *buf,
			   size_t count, u64 pos, bool iswrite);

/* opregion.c */
void *igd_opregion_load(struct pci_dev *pdev, struct igd_opregion *found,
			size_t *size);

/* region.c */
int igd_region_open(struct igd_device *igd);
ssize_t igd_core_rw(struct igd_device *igd, unsigned int index,
		    char __user *buf, size_t count, u64 pos, bool iswrite);

/* rom.c */
int igd_rom_open(struct igd_device *igd);
void igd_rom_close(struct igd_device *igd);
void igd_rom_region_info(const struct igd_device *igd,
			 struct vfio_region_info *info);
ssize_t igd_rom_rw(struct igd_device *igd, char __user *buf, size_t count,
		   u64 pos, bool iswrite);

/* sysfs.c */
extern const struct attribute_group *igd_sysfs_groups[];

/* vregs.c */
enum igd_space {
	IGD_CONFIG,
	IGD_GAP,
};

struct igd_vreg;

void igd_deny(struct igd_device *igd, enum igd_space space, u32 pos,
	      size_t len);
void igd_vregs_reset(struct igd_device *igd);
void igd_vregs_reserved(struct igd_device *igd, struct igd_range *dsm,
			struct igd_range *reserved);
void igd_vregs_forget(struct igd_device *igd);
int igd_vregs_open(struct igd_device *igd, unsigned int gms_mb);
const struct igd_vreg *igd_vreg_find(const struct igd_device *igd,
				     enum igd_space space, u32 pos,
				     size_t *len);
int igd_vreg_rw(struct igd_device *igd, const struct igd_vreg *reg,
		enum igd_space space, u32 pos, char __user *buf, size_t len,
		bool iswrite);

#endif /* VFIO_PCI_IGD_H */
