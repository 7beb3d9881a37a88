/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the UEFI guest's part share
 */
#ifndef IGD_EFI_H
#define IGD_EFI_H

#include "efi.h"

#define MIB			0x100000ULL
#define GIB4			0x100000000ULL

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/**
 * struct display - the device that this ROM was loaded from
 * @handle: its handle
 * @pci: its access protocol
 * @vendor: PCI vendor ID
 * @device: PCI device ID
 * @base_class: 3 for a display
 * @slot: bus, device and function as in a PCI requester ID
 * @bdsm_config: offset of BDSM in configuration space
 * @bdsm_width: width of BDSM in bytes, 0 where there is none
 * @bdsm_known: whether the two above are to be believed
 * @host_base: the host's own base of stolen memory, 0 where unknown
 * @dsm_size: bytes of stolen memory that the driver announces, 0 where unknown
 * @lpc_device: device ID of the host's LPC bridge, 0 where unknown
 * @gsm_below: bytes to reserve below BDSM as well, 0 for none
 */
struct display {
	void *handle;
	struct efi_pci_io *pci;
	__u16 vendor;
	__u16 device;
	__u8 base_class;
	__u16 slot;
	__u8 bdsm_config;
	__u8 bdsm_width;
	int bdsm_known;
	__u64 host_base;
	__u64 dsm_size;
	__u64 gsm_below;
	__u16 lpc_device;
};

/* Some memory of the guest */
struct blob {
	__u64 address;
	__u64 size;
};

static inline __u64 pages(__u64 size)
{
	return (size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE;
}

/* igd-efi.c */
extern struct efi_boot_services *bs;

efi_status_t set_register(struct display *dev, const char *name, __u32 offset,
			  __u8 width, __u64 value);
efi_status_t decode_on(struct efi_pci_io *pci, __u64 *before);
void decode_restore(struct efi_pci_io *pci, __u64 before);

/* console.c */
void say(const char *format, ...);
int same(const char *a, const char *b);
int begins(const char *text, const char *start);

/* fw_cfg.c */
int fw_cfg_find(const char *name, __u64 *size);
void fw_cfg_read(void *buffer, __u64 size);

/* opregion.c */
efi_status_t set_up_opregion(struct display *dev, struct blob *opregion);

/* stolen.c */
efi_status_t set_up_stolen(struct display *dev);

/* gop.c */
efi_status_t set_up_gop_policy(const struct blob *opregion);
void clear_scratch(struct display *dev);

/* lpc.c */
efi_status_t set_up_lpc(struct display *dev);

#endif /* IGD_EFI_H */
