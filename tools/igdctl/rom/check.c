// SPDX-License-Identifier: GPL-2.0-only
/*
 * check: what is wrong with a ROM
 */
#include "rom.h"

static void check_ids(const struct image *image, __u16 device)
{
	__u16 vendor = get16(image->pcir + PCIR_VENDOR);
	size_t length = get16(image->pcir + PCIR_LENGTH);

	if (length < PCIR_SIZE_2 || image->pcir_at + length > image->size)
		complain("its PCI data structure has a length of %zu, expected %d or %d",
			 length, PCIR_SIZE_2, PCIR_SIZE_3);
	if (vendor != VENDOR_INTEL)
		complain("is for vendor %04x, expected Intel's %04x", vendor,
			 VENDOR_INTEL);
	if (device_list(image) && !list_ends(image))
		complain("its list of device IDs has no end within the image");
	if (device && !serves(image, device))
		complain("is for device %04x, not for %04x",
			 get16(image->pcir + PCIR_DEVICE), device);
	if (class_code(image) >> 16 != 3)
		complain("is for class %06x, expected a display (03xxxx)",
			 class_code(image));
}

static int check_length(const struct image *image, size_t size)
{
	if (size && size <= image->size)
		return 1;
	complain("its header says %zu bytes, its PCI data structure %zu: it overlaps the next",
		 size, image->size);
	return 0;
}

static void check_legacy(const struct image *image)
{
	size_t size = (size_t)image->data[HDR_BLOCKS] * BLOCK;

	if (check_length(image, size) && sum(image->data, size))
		complain("its checksum is wrong: all bytes sum up to 0x%02x, expected 0",
			 sum(image->data, size));
}

static void check_pe(const struct image *image, const __u8 *data, size_t size)
{
	const char *fault;
	struct pe pe;

	fault = parse_pe(data, size, &pe);
	if (fault) {
		complain("its executable %s", fault);
		return;
	}
	if (pe.machine != get16(image->data + HDR_EFI_MACHINE))
		complain("its header says machine %04x, its executable %04x",
			 get16(image->data + HDR_EFI_MACHINE), pe.machine);
	if (pe.subsystem != get16(image->data + HDR_EFI_SUBSYSTEM))
		complain("its header says subsystem %u, its executable %u",
			 get16(image->data + HDR_EFI_SUBSYSTEM), pe.subsystem);
}

static void check_efi(const struct image *image)
{
	__u16 compression = get16(image->data + HDR_EFI_COMPRESSION);
	__u16 subsystem = get16(image->data + HDR_EFI_SUBSYSTEM);
	size_t size = (size_t)get16(image->data + HDR_BLOCKS) * BLOCK;
	size_t at = get16(image->data + HDR_EFI_OFFSET);
	const __u8 *data;

	if (get32(image->data + HDR_EFI_SIGNATURE) != EFI_SIGNATURE)
		complain("its EFI signature is %08x, expected %08x",
			 get32(image->data + HDR_EFI_SIGNATURE), EFI_SIGNATURE);
	if (subsystem != SUBSYSTEM_BOOT_DRIVER && subsystem != SUBSYSTEM_RUNTIME)
		complain("its subsystem is %u (%s), firmware loads drivers only (11, 12)",
			 subsystem, subsystem_name(subsystem));
	if (get16(image->data + HDR_EFI_MACHINE) != MACHINE_X64)
		complain("is for machine %04x, expected x86-64 (%04x)",
			 get16(image->data + HDR_EFI_MACHINE), MACHINE_X64);
	if (!check_length(image, size))
		return;
	data = executable(image, &size);
	if (!data || at < image->pcir_at + get16(image->pcir + PCIR_LENGTH)) {
		complain("its executable at 0x%zx overlaps the headers or is outside the image",
			 at);
		return;
	}
	if (compression > 1)
		complain("its compression type is %u, only 0 and 1 are defined",
			 compression);
	if (!compression)
		check_pe(image, data, size);
}

static void check_image(const struct image *image, __u16 device)
{
	check_ids(image, device);
	switch (image->pcir[PCIR_CODE_TYPE]) {
	case CODE_LEGACY:
		check_legacy(image);
		break;
	case CODE_EFI:
		check_efi(image);
		break;
	default:
		complain("its code type is %u, expected 0 (PC-AT) or 3 (EFI)",
			 image->pcir[PCIR_CODE_TYPE]);
	}
}

/* Images do not follow the last one; padding may. */
static void check_rest(const struct blob *rom, size_t at)
{
	size_t i;

	for (i = at; i < rom->size; i++) {
		if (rom->data[i] == rom->data[at] &&
		    (rom->data[i] == 0x00 || rom->data[i] == 0xff))
			continue;
		complain("has the last-image flag, but data follows at 0x%zx",
			 i);
		return;
	}
}

/**
 * check_rom() - complain about a ROM
 * @rom: the ROM
 * @device: ID of the device that it must serve, 0 for any
 *
 * Return: number of complaints so far.
 */
int check_rom(const struct blob *rom, __u16 device)
{
	struct image image = { 0 };
	size_t at = 0;
	int number;

	subject = rom->name;
	subject_image[0] = 0;
	if (!rom->size || rom->size % BLOCK || rom->size > ROM_MAX) {
		complain("a ROM has a multiple of %d bytes, at most %d MiB; this one has %s%zu",
			 BLOCK, ROM_MAX >> 20,
			 rom->size > ROM_MAX ? "at least " : "", rom->size);
		return 1;
	}

	for (number = 1; at < rom->size; number++) {
		if (!find_image(rom, at, number, &image))
			return complaints;
		check_image(&image, device);
		at += image.size;
		if (is_last(&image)) {
			check_rest(rom, at);
			return complaints;
		}
	}
	complain("is the last one, but does not have the last-image flag");
	return complaints;
}
