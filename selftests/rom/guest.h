/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest under plain QEMU, with igdsim's device as if it were assigned: what
 * the kernel driver would do for it is done by hand, so that firmware can be
 * tried in seconds and on any machine.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>

/* Instances of igdsim: displays, and what stands for the LPC bridge */
#define DISPLAYS	2
#define BRIDGE		DISPLAYS
#define SIMS		(DISPLAYS + 1)
#define MIB		0x100000ULL

/* What QEMU's fw_cfg is to hold in etc/igd-bdsm-size */
#define SIZE_NONE	(~0ULL)		/* no such file */
#define SIZE_SHORT	(~1ULL)		/* a file of 4 bytes */

/* Which struct vfio_pci_igd_info the device shows */
enum info {
	INFO_NONE,			/* none: stock vfio-pci */
	INFO_BDSM32,
	INFO_BDSM64,
	INFO_BAR2,			/* Meteor Lake on */
};

enum opregion {
	OPREGION_GOOD,
	OPREGION_NONE,
	OPREGION_SHORT,
	OPREGION_GARBAGE,
};

/* The VBT in the OpRegion; see opregion.c of igdsim for where it is */
enum vbt {
	VBT_GOOD,
	VBT_NONE,			/* no RVDA, no mailbox 4 */
	VBT_MAILBOX,			/* in mailbox 4 */
	VBT_FAR,			/* RVDA leads out of the OpRegion */
	VBT_LONG,			/* longer than RVDS */
	VBT_BDB,			/* its data blocks begin behind its end */
	VBT_SIGNATURE,
};

/**
 * struct setup - how a guest is made; all zero is a good start
 * @ovmf: folder with OVMF, as ./ovmf makes it; NULL for SeaBIOS
 * @secure_boot: Microsoft's keys enrolled, a loader that nobody has signed
 * @machine: QEMU's; NULL for q35
 * @memory: in MiB; 0 for 1024
 * @slot: of the device; NULL for 02.0
 * @profile: of igdsim; NULL for uhd770
 * @rom: "igd.rom" if NULL; a name with an ID, "4680.rom", is packed for that
 * @displays: how many Intel displays there are; 0 for 1
 * @locked: BDSM is what the host's firmware has locked
 * @info: what the driver tells
 * @host_base: in @info
 * @dsm_size: in @info
 * @version: of @info; 0 for the newest
 * @gsm_below: in @info
 * @scratch: what the host's firmware left in the display's register 0x4f060
 * @vbt: what is wrong with the VBT
 * @subclass: of the device; 0 for a VGA device
 * @gop: stands behind ours in the ROM: gop12.efi and the others of ./Makefile
 * @first: stands before ours
 * @lpc_bridge: device ID of one at 00:1f.0, as QEMU's x-igd-lpc makes it; 0 for
 *	what the machine has
 * @kernel: Debian's kernel is what there is to boot
 * @lpc_id: opt/vfio-pci-igd/lpc-id
 * @lpc_device: in @info
 * @size: etc/igd-bdsm-size
 * @opregion: etc/igd-opregion
 * @dirty: guest address whose content is not zero at the start; 0 for none
 */
struct setup {
	const char *ovmf;
	bool secure_boot;
	const char *machine;
	unsigned int memory;
	const char *slot;
	const char *profile;
	const char *rom;
	unsigned int displays;
	bool locked;
	enum info info;
	__u64 host_base;
	__u64 dsm_size;
	unsigned int version;
	__u64 gsm_below;
	__u32 scratch;
	enum vbt vbt;
	__u8 subclass;
	const char *gop;
	const char *first;
	__u16 lpc_bridge;
	bool kernel;
	const char *lpc_id;
	__u16 lpc_device;
	__u64 size;
	enum opregion opregion;
	__u64 dirty;
};

struct guest {
	char dir[32];
	struct setup setup;
	pid_t sim[SIMS];
	pid_t qemu;
	int monitor;
};

/*
 * Those that return false have said why as a TAP comment.
 */
bool guest_start(struct guest *guest, const struct setup *setup);
bool guest_boots(struct guest *guest);
void guest_stop(struct guest *guest);

bool guest_says(const struct guest *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool guest_console_says(const struct guest *guest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool guest_maps(const struct guest *guest, __u64 from, __u64 size,
		const char *kind);
bool guest_memory(struct guest *guest, __u64 address, void *to, size_t size);
bool guest_has_file(const struct guest *guest, const char *name, void *to,
		    size_t size, ssize_t *got);

__u64 sim_read(const struct guest *guest, unsigned int display,
	       unsigned int offset, unsigned int width);
__u64 sim_bar(const struct guest *guest, const char *bar, unsigned int offset,
	      unsigned int width);
int sim_writes(const struct guest *guest, unsigned int display,
	       unsigned int from, unsigned int to);

#endif /* GUEST_H */
