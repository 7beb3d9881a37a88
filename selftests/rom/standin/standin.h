/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the stand-in share, and the part of UEFI that a graphics
 * driver uses beyond what our ROM does (UEFI 2.10)
 */
#ifndef STANDIN_H
#define STANDIN_H

#include "igd-efi.h"

#define SELF			"stand-in: "

/* 9 or 12: where GGC and BDSM are read, and which LPC bridges are known */
#ifndef GENERATION
#define GENERATION		12
#endif
/* How often its code reads the LPC bridge as Intel's does */
#ifndef LPC_READS
#define LPC_READS		1
#endif

#define EFI_DRIVER_BINDING_GUID \
	{ 0x18a031ab, 0xb443, 0x4d1a, \
	  { 0xa5, 0xc0, 0x0c, 0x09, 0x26, 0x1e, 0x9f, 0x71 } }

struct efi_driver_binding {
	efi_status_t (*supported)(struct efi_driver_binding *driver,
				  void *controller, void *path);
	efi_status_t (*start)(struct efi_driver_binding *driver,
			      void *controller, void *path);
	efi_status_t (*stop)(struct efi_driver_binding *driver,
			     void *controller, __u64 count, void **children);
	__u32 version;
	void *image;
	void *handle;
};

#define EFI_DEVICE_PATH_GUID \
	{ 0x09576e91, 0x6d3f, 0x11d2, \
	  { 0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b } }

#define EFI_PATH_ACPI		0x02
#define   EFI_PATH_ACPI_ADR	0x03
#define EFI_PATH_END		0x7f
#define   EFI_PATH_END_ALL	0xff

struct efi_path_node {
	__u8 type;
	__u8 subtype;
	__u8 length[2];
};

#define EFI_GRAPHICS_OUTPUT_GUID \
	{ 0x9042a9de, 0x23dc, 0x4a38, \
	  { 0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a } }

enum efi_pixel_format {
	EFI_PIXEL_RGBX,
	EFI_PIXEL_BGRX,
};

struct efi_graphics_info {
	__u32 version;
	__u32 width;
	__u32 height;
	enum efi_pixel_format format;
	__u32 masks[4];
	__u32 pixels_per_line;
};

struct efi_graphics_mode {
	__u32 modes;
	__u32 mode;
	struct efi_graphics_info *info;
	__u64 info_size;
	__u64 framebuffer;
	__u64 framebuffer_size;
};

enum efi_blt_operation {
	EFI_BLT_FILL,
	EFI_BLT_VIDEO_TO_BUFFER,
	EFI_BLT_BUFFER_TO_VIDEO,
	EFI_BLT_VIDEO_TO_VIDEO,
};

struct efi_graphics_output {
	efi_status_t (*query_mode)(struct efi_graphics_output *output,
				   __u32 mode, __u64 *size,
				   struct efi_graphics_info **info);
	efi_status_t (*set_mode)(struct efi_graphics_output *output,
				 __u32 mode);
	efi_status_t (*blt)(struct efi_graphics_output *output, __u32 *buffer,
			    enum efi_blt_operation operation,
			    __u64 from_x, __u64 from_y, __u64 to_x, __u64 to_y,
			    __u64 width, __u64 height, __u64 pitch);
	struct efi_graphics_mode *mode;
};

/* As Intel's call it; our ROM's is to be that, so it is not taken from there */
#define GOP_POLICY_GUID \
	{ 0xec2e931b, 0x3281, 0x48a5, \
	  { 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d } }
#define LID_OPEN		1

struct gop_policy {
	__u32 revision;
	efi_status_t (*lid)(__u32 *state);
	efi_status_t (*vbt)(__u64 *address, __u32 *size);
};

/* main.c */
extern struct efi_boot_services *bs;

/* platform.c */
efi_status_t ask_policy(void);
efi_status_t check_lpc(void);
__u32 config_read(__u32 slot, __u32 offset);

/* gtt.c */
efi_status_t fill_gtt(struct efi_pci_io *pci);

/* screen.c */
efi_status_t light_screen(struct efi_pci_io *pci,
			  struct efi_graphics_output **output);

#endif /* STANDIN_H */
