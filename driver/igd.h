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
#include <linux/ratelimit.h>
#include <linux/seqlock.h>
#include <linux/vfio_pci_core.h>

#include "../uapi/vfio_pci_igd.h"
#include "compat.h"
#include "display.h"
#include "platform.h"
#include "stolen.h"

struct igd_device;

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
 * @ggc_above: the reserved two bytes behind it
 * @reserved: STOLEN_RESERVED as the hardware has it; 0 where it makes no sense
 * @dsm: data stolen memory; empty where there is none or it is unknown
 * @gsm: GTT stolen memory; the same
 * @lpc_device: device ID of the LPC bridge; 0 where there is none of Intel's
 * @opregion: as found at probe, again at each open
 *
 * Read at probe and constant from then on, but for @opregion, which a user may
 * only change with the device closed.
 */
struct igd_host {
	u16 ggc;
	u16 ggc_above;
	u64 reserved;
	struct igd_range dsm;
	struct igd_range gsm;
	u16 lpc_device;
	struct igd_opregion opregion;
};

/**
 * struct igd_guest - all that a guest owns
 * @bdsm: what its firmware wrote to BDSM; 0 before
 * @bdsm_mailbox: from gen 11 on, what SeaBIOS wrote where BDSM once was
 * @asls: what its firmware wrote to ASLS; 0 before
 * @gsm_reserved: its firmware has set the GTT's part below BDSM aside, too
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
	bool gsm_reserved;
	u32 rom_bar;
	u32 asle;
	u16 swsmi;
	u16 swsci;
	u64 dsm_size;
};

/**
 * struct igd_rom - the option ROM that a guest is given
 * @data: its bytes; NULL: none
 * @size: bytes, a power of two as the ROM BAR wants it
 * @name: file that it is from, below /lib/firmware; empty: the device's own
 */
struct igd_rom {
	u8 *data;
	size_t size;
	char name[64];
};

/**
 * struct igd_rom_search - so that who opens the device cannot fill the log
 * @missing: files that were not there when last looked for, a bit each
 * @again: when those are looked for once more
 */
struct igd_rom_search {
	unsigned long missing;
	struct ratelimit_state again;
};

/**
 * enum igd_space - where registers are that this driver answers for
 * @IGD_CONFIG: configuration space
 * @IGD_GAP: BAR0's gap page
 * @IGD_MCHBAR: MCHBAR's mirror in BAR0
 * @IGD_PORTS: BAR4
 */
enum igd_space {
	IGD_CONFIG,
	IGD_GAP,
	IGD_MCHBAR,
	IGD_PORTS,
};

/**
 * struct igd_trap - a range of BAR0 that is never mapped for a user
 * @space: what it is
 * @start: offset in BAR0 of its first byte, of whole pages
 * @size: bytes, of whole pages
 */
struct igd_trap {
	enum igd_space space;
	u32 start;
	u32 size;
};

#define IGD_TRAPS			2

/**
 * enum igd_kind - who answers for bytes of a region
 * @IGD_CORE: vfio-pci-core
 * @IGD_VREG: a virtual register
 * @IGD_IOPORT: BAR4's ports
 * @IGD_ZERO: nobody, they read 0
 * @IGD_ONES: nobody, they read as ones
 * @IGD_DENY: nobody, what is written goes nowhere
 */
enum igd_kind {
	IGD_CORE,
	IGD_VREG,
	IGD_IOPORT,
	IGD_ZERO,
	IGD_ONES,
	IGD_DENY,
};

/* Bytes that are moved at once, in a u64; no virtual register is wider */
#define IGD_PIECE_MAX			8

/**
 * struct igd_piece - bytes of an access for which one answers
 * @kind: who
 * @space: where, unless @kind is IGD_CORE
 * @pos: offset in @space; before it was looked at, in the region
 * @len: bytes
 * @iswrite: direction
 * @vreg: which virtual register, if @kind is IGD_VREG
 */
struct igd_piece {
	enum igd_kind kind;
	enum igd_space space;
	u32 pos;
	size_t len;
	bool iswrite;
	u8 vreg;
};

/**
 * struct igd_window - a region in which several answer
 * @index: VFIO_PCI_*_REGION_INDEX
 * @look: finds out who answers for the first bytes of a piece, and how many they
 *	are
 */
struct igd_window {
	unsigned int index;
	void (*look)(struct igd_device *igd, struct igd_piece *piece);
};

/* A space's map has one of these for each byte: who answers there */
#define IGD_MAP_CORE			0
#define IGD_MAP_CORE_RO			1	/* for reads alone */
#define IGD_MAP_VREG			2	/* and on: which one */

/**
 * enum igd_cause - what may be wrong with a device each time it is opened
 * @IGD_CAUSE_OPREGION: no OpRegion for the guest
 * @IGD_CAUSE_HOST_BRIDGE: no host bridge where it has to be
 * @IGD_CAUSE_LPC_BRIDGE: no LPC bridge there
 * @IGD_CAUSE_ROM: no option ROM, where one was to be
 * @IGD_CAUSE_SIZE: no such size of stolen memory
 * @IGD_CAUSE_ASLEEP: the display cannot be turned off, as the device sleeps
 * @IGD_CAUSE_SILENT: nor where BAR0 does not answer
 * @IGD_CAUSE_LATE: it was turned off, but no frame came
 * @IGD_CAUSES: how many there are
 */
enum igd_cause {
	IGD_CAUSE_OPREGION,
	IGD_CAUSE_HOST_BRIDGE,
	IGD_CAUSE_LPC_BRIDGE,
	IGD_CAUSE_ROM,
	IGD_CAUSE_SIZE,
	IGD_CAUSE_ASLEEP,
	IGD_CAUSE_SILENT,
	IGD_CAUSE_LATE,
	IGD_CAUSES,
};

/**
 * struct igd_quiet_found - what was found on in the display, and turned off
 * @planes: planes, sprites, cursors, and the VGA plane
 * @late: pipes of which no frame came afterwards
 * @slices: slices of DBUF that were on without having been asked for
 * @entries: entries of the GTT that were emptied
 * @us: microseconds that it took
 */
struct igd_quiet_found {
	unsigned int planes;
	unsigned int late;
	unsigned int slices;
	unsigned int entries;
	unsigned int us;
};

#define IGD_DWORD			4

/**
 * struct igd_plain - the dwords for which vfio-pci-core answers as a whole
 * @config_read: a bit for each dword of configuration space, for reads
 * @config_write: the same for writes
 * @bar0_start: in BAR0, all before this offset
 * @bar0_end: and all from this one on, whoever is asked for whatever
 * @bar0_read: a bit for each dword in between, for reads; none for writes
 */
struct igd_plain {
	DECLARE_BITMAP(config_read, PCI_CFG_SPACE_EXP_SIZE / IGD_DWORD);
	DECLARE_BITMAP(config_write, PCI_CFG_SPACE_EXP_SIZE / IGD_DWORD);
	u64 bar0_start;
	u64 bar0_end;
	unsigned long *bar0_read;
};

/**
 * struct igd_device - an Intel graphics device bound to this driver
 * @core: vfio-pci-core's part
 * @platform: the row of the table; never NULL
 * @host: what the host's firmware set up
 * @claims: resources that keep the rest of the kernel out of stolen memory
 * @lock: held by who changes @guest or @placed, and protects what sysfs shows: @rom's
 *	name and @host's OpRegion
 * @guest_seq: counts @guest's changes, so that who reads a register has it whole
 * @guest: the guest's registers
 * @placed: the log has where this guest's stolen memory is
 * @ioport_lock: keeps BAR4's index in place while its data port is used
 * @traps: what is trapped in BAR0, by offset
 * @num_traps: how many there are, 0 on a device that the table does not have
 * @ioport: BAR4's index and data ports; the same, NULL if there are none
 * @config_map: who answers in configuration space, IGD_MAP_*; made at open
 * @gap_map: the same for the gap
 * @plain: which dwords vfio-pci-core answers for; made at open, from the others
 * @rom: option ROM; loaded while the device is open
 * @own_rom: the device's own, from when it was bound, for want of another
 * @rom_search: which files were missing, and when they are looked for again
 * @quiet_lock: protects @quiet, @in_use and @gtt_used, and keeps the display to one
 * @quiet: the last time that something was on
 * @in_use: the device is open
 * @gtt_used: there may be entries in the GTT
 * @denied: writes that went nowhere since the device was opened
 * @said: what the log has of each cause; NULL where all is well
 * @kept_awake: disable_idle_d3 when the device was bound
 */
struct igd_device {
	struct vfio_pci_core_device core;
	const struct igd_platform *platform;
	struct igd_host host;
	struct list_head claims;

	struct mutex lock;	/* protects guest, and what sysfs shows */
	seqcount_mutex_t guest_seq;
	struct igd_guest guest;
	bool placed;

	struct mutex ioport_lock;	/* keeps the index while data is used */
	struct igd_trap traps[IGD_TRAPS];
	unsigned int num_traps;
	void __iomem *ioport;
	u8 config_map[PCI_CFG_SPACE_EXP_SIZE];
	u8 gap_map[VFIO_PCI_IGD_GAP_SIZE];
	struct igd_plain plain;

	struct igd_rom rom;
	struct igd_rom own_rom;
	struct igd_rom_search rom_search;
	struct mutex quiet_lock;	/* protects the next three */
	struct igd_quiet_found quiet;
	bool in_use;
	bool gtt_used;
	atomic_t denied;
	char *said[IGD_CAUSES];
	bool kept_awake;
};

static inline struct igd_device *igd_from_vfio(struct vfio_device *vdev)
{
	return container_of(vdev, struct igd_device, core.vdev);
}

static inline struct igd_device *igd_from_dev(struct device *dev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(dev);

	return igd_from_vfio(&core->vdev);
}

/* access.c */
int igd_access_open(struct igd_device *igd);
void igd_access_close(struct igd_device *igd);
ssize_t igd_access(struct igd_device *igd, const struct igd_window *window,
		   char __user *buf, size_t count, u64 pos, bool iswrite);
ssize_t igd_core_rw(struct igd_device *igd, unsigned int index,
		    char __user *buf, size_t count, u64 pos, bool iswrite);
void igd_map_look(const u8 *map, struct igd_piece *piece);
ssize_t igd_piece_rw(struct igd_device *igd, const struct igd_piece *piece,
		     u64 *data);

/* config.c */
void igd_config_open(struct igd_device *igd);
bool igd_config_sleeps(const struct igd_device *igd, const char __user *buf,
		       size_t count, u64 pos);
extern const struct igd_window igd_config_window;

/* host.c */
int igd_host_probe(struct igd_device *igd);
void igd_host_remove(struct igd_device *igd);
u16 igd_memory_on(struct pci_dev *pdev);
void igd_memory_restore(struct pci_dev *pdev, u16 command);

/* hostcfg.c */
u16 igd_hostcfg_lpc(struct pci_dev *igd);
void *igd_hostcfg_load(struct igd_device *igd, enum igd_cause bridge);

/* ioport.c */
int igd_ioport_open(struct igd_device *igd);
void igd_ioport_close(struct igd_device *igd);
ssize_t igd_ioport_rw(struct igd_device *igd, const struct igd_piece *piece,
		      u64 *data);
extern const struct igd_window igd_ioport_window;

/* mirror.c */
void igd_mirror_open(struct igd_device *igd);
bool igd_mirror_overlaps(const struct igd_device *igd, unsigned int index,
			 u64 pos, u64 len);
int igd_mirror_region_info(struct igd_device *igd,
			   struct vfio_region_info *info,
			   struct vfio_info_cap *caps);
void igd_mirror_look(struct igd_device *igd, struct igd_piece *piece);
extern const struct igd_window igd_mirror_window;

/* opregion.c */
void *igd_opregion_load(struct igd_device *igd, size_t *size);

/* quiet.c */
bool igd_asleep(const struct igd_device *igd);
void igd_quiet(struct igd_device *igd, const char *when, bool empty_gtt);
void igd_quiet_use(struct igd_device *igd, bool in_use);
void igd_quiet_sleep(struct igd_device *igd);
void igd_quiet_pm(struct device_driver *driver);

/* region.c */
int igd_region_open(struct igd_device *igd);

/* rom.c */
int igd_rom_probe(struct igd_device *igd);
void igd_rom_remove(struct igd_device *igd);
int igd_rom_open(struct igd_device *igd);
void igd_rom_close(struct igd_device *igd);
bool igd_rom_answers(const struct igd_device *igd);
void igd_rom_region_info(const struct igd_device *igd,
			 struct vfio_region_info *info);
ssize_t igd_rom_rw(struct igd_device *igd, char __user *buf, size_t count,
		   u64 pos, bool iswrite);

/* say.c */
__printf(3, 4)
void igd_say(struct igd_device *igd, enum igd_cause cause, const char *fmt,
	     ...);
void igd_say_well(struct igd_device *igd, enum igd_cause cause);
void igd_say_free(struct igd_device *igd);

/* sysfs.c */
extern const struct attribute_group *igd_sysfs_groups[];

/* vregs.c */
void igd_deny(struct igd_device *igd, const struct igd_piece *piece);
void igd_vregs_map(const struct igd_device *igd, enum igd_space space, u8 *map);
bool igd_vreg_takes(const struct igd_piece *piece);
ssize_t igd_vreg_rw(struct igd_device *igd, const struct igd_piece *piece,
		    u64 *data);
void igd_vregs_reset(struct igd_device *igd);
void igd_vregs_reserved(struct igd_device *igd, struct igd_range *dsm,
			struct igd_range *reserved);
void igd_vregs_forget(struct igd_device *igd);
int igd_vregs_open(struct igd_device *igd, unsigned int gms_mb, bool above);

#endif /* VFIO_PCI_IGD_H */
