/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * igdctl rom: pack, print and check PCI option ROMs for assigned Intel graphics
 *
 * Layout by the PCI Firmware Specification 3.x (header, PCI data structure) and
 * UEFI 2.10, 14.4 (EFI images in a ROM). A ROM is a chain of images:
 *
 *	0x00 55 aa			each image begins on 512 bytes
 *	0x02 length of a legacy image, or of an EFI image's initialised part
 *	0x04 EFI images: f1 0e 00 00, subsystem, machine, compression
 *	0x16 EFI images: where the executable is
 *	0x18 where the PCI data structure ("PCIR") is: IDs, class, length,
 *	     what kind of code, and whether another image follows
 *
 * Every file is a stranger's: no offset or size in it is believed.
 */
#ifndef IGDCTL_ROM_H
#define IGDCTL_ROM_H

#include <stdio.h>
#include <stdlib.h>
#include "../igdctl.h"
#include "../../../firmware/lpc.h"

#define BLOCK			512
/* An expansion ROM's base address register cannot ask for more. */
#define ROM_MAX			(16 << 20)

#define VENDOR_INTEL		0x8086
#define CLASS_VGA		0x030000

/* Offsets in an image's header */
#define HDR_SIGNATURE		0x00
#define HDR_BLOCKS		0x02
#define HDR_EFI_SIGNATURE	0x04
#define HDR_EFI_SUBSYSTEM	0x08
#define HDR_EFI_MACHINE		0x0a
#define HDR_EFI_COMPRESSION	0x0c
#define HDR_EFI_OFFSET		0x16
#define HDR_PCIR		0x18
#define HDR_SIZE		0x1c

#define ROM_SIGNATURE		0xaa55
#define EFI_SIGNATURE		0x0ef1

/* Offsets in the PCI data structure */
#define PCIR_VENDOR		0x04
#define PCIR_DEVICE		0x06
#define PCIR_DEVICE_LIST	0x08
#define PCIR_LENGTH		0x0a
#define PCIR_REVISION		0x0c
#define PCIR_CLASS		0x0d
#define PCIR_BLOCKS		0x10
#define PCIR_CODE_REVISION	0x12
#define PCIR_CODE_TYPE		0x14
#define PCIR_INDICATOR		0x15
#define PCIR_SIZE_2		0x18
#define PCIR_SIZE_3		0x1c

#define CODE_LEGACY		0x00
#define CODE_EFI		0x03
#define INDICATOR_LAST		0x80

#define MACHINE_X64		0x8664
#define SUBSYSTEM_APPLICATION	10
#define SUBSYSTEM_BOOT_DRIVER	11
#define SUBSYSTEM_RUNTIME	12

/**
 * struct blob - a file's content, or a ROM that is being packed
 * @name: of the file
 * @data: its bytes
 * @size: how many
 */
struct blob {
	const char *name;
	__u8 *data;
	size_t size;
};

/**
 * struct image - one image of a ROM
 * @at: where it is in the ROM
 * @size: in bytes, as its PCI data structure says
 * @data: its bytes
 * @pcir: its PCI data structure
 * @pcir_at: where that is in the image
 * @number: counted from 1
 */
struct image {
	size_t at;
	size_t size;
	const __u8 *data;
	const __u8 *pcir;
	size_t pcir_at;
	int number;
};

/**
 * struct pe - what a PE executable says of itself
 * @machine: whose code it is
 * @subsystem: application or driver
 * @is_signed: whether it has a signature
 * @size: bytes of file that its headers speak of
 */
struct pe {
	__u16 machine;
	__u16 subsystem;
	int is_signed;
	size_t size;
};

#define IDS_MAX			512

/**
 * struct ids - PCI device IDs
 * @list: each once
 * @count: how many
 */
struct ids {
	__u16 list[IDS_MAX];
	int count;
};

/**
 * struct driver - what an EFI image's executable turns out to be
 * @marks: how often the mark in front of the LPC option was found, which is in
 *	the driver of vfio-pci-igd alone
 * @lpc_option: 'off', 'host' or an ID
 * @lpc_at: where that text is
 * @is_gop: it names GraphicsOutput and the policy that Intel's GOP asks for
 * @lpc_reads: places where it reads the ID of the LPC bridge as GOPs do
 * @ids: devices in its tables, as far as tables were found
 */
struct driver {
	unsigned int marks;
	char lpc_option[LPC_ID_MAX + 1];
	size_t lpc_at;
	int is_gop;
	unsigned int lpc_reads;
	struct ids ids;
};

/**
 * struct advice - what has been seen of a ROM so far, for advise()
 * @ids: the devices that it is for; none where not known
 * @is_ours: whether a driver of vfio-pci-igd was among it
 * @lpc_option: of the first of them
 * @gop: number of the first GOP, 0 while there is none
 */
struct advice {
	const struct ids *ids;
	int is_ours;
	char lpc_option[LPC_ID_MAX + 1];
	int gop;
};

/* What is being read, how many complaints there were, and where they and warnings go */
extern const char *subject;
extern char subject_image[64];
extern int complaints;
extern FILE *faults;
extern FILE *warnings;

#define complain(...) do {						\
	fprintf(faults, "%s: %s", subject, subject_image);		\
	fprintf(faults, __VA_ARGS__);					\
	fputc('\n', faults);						\
	complaints++;							\
} while (0)

#define warn(...) do {							\
	fprintf(warnings, "%s: %swarning: ", subject, subject_image);	\
	fprintf(warnings, __VA_ARGS__);					\
	fputc('\n', warnings);						\
} while (0)

static inline __u16 get16(const __u8 *p)
{
	return p[0] | p[1] << 8;
}

static inline __u32 get32(const __u8 *p)
{
	return get16(p) | (__u32)get16(p + 2) << 16;
}

static inline void put16(__u8 *p, __u16 value)
{
	p[0] = value;
	p[1] = value >> 8;
}

/* rom.c */
void parse_ids(const char *text, struct ids *ids);
const char *parse_lpc_id(const char *text);
struct blob read_file(const char *name);
void write_file(const struct blob *rom);

/* image.c */
int find_image(const struct blob *rom, size_t at, int number,
	       struct image *image);
int is_last(const struct image *image);
const __u8 *device_list(const struct image *image);
int list_ends(const struct image *image);
int serves(const struct image *image, __u16 device);
__u32 class_code(const struct image *image);
int is_compressed(const struct image *image);
const __u8 *executable(const struct image *image, size_t *size);
__u8 sum(const __u8 *p, size_t size);

/* driver.c */
const char *parse_pe(const __u8 *data, size_t size, struct pe *pe);
const char *subsystem_name(__u16 subsystem);
void look(const __u8 *data, size_t size, struct driver *driver);
int look_into(const struct image *image, struct driver *driver);
int has_id(const struct ids *ids, __u16 id);
void add_id(struct ids *ids, __u16 id);

/* displays.c */
void know_displays(const struct ids *more);
int is_display(__u16 id);
int before_skylake(__u16 id);

/* unpack.c */
extern const char *const unpack_fault;

__u8 *unpack(const struct image *image, size_t *size);

/* advice.c */
void advise(struct advice *advice, const struct image *image);
void advise_rom(const struct blob *rom, const struct ids *ids);

/* check.c, print.c, pack.c, extract.c */
int extract_main(int argc, char **argv);
int check_rom(const struct blob *rom, __u16 device);
void print_rom(const struct blob *rom, const struct ids *ids);
int pack(const char *output, const struct ids *ids, const struct ids *devices,
	 const char *lpc_id, char **files);

#endif /* IGDCTL_ROM_H */
