// SPDX-License-Identifier: GPL-2.0-only
/*
 * pack: one ROM out of drivers and other ROMs
 */
#include <string.h>
#include "rom.h"

static size_t round_up(size_t size)
{
	return (size + BLOCK - 1) / BLOCK * BLOCK;
}

/*
 * Every image is made to sum up to 0, also those that need not: QEMU computes a
 * checksum over the whole ROM when it writes another device ID into the first
 * image, and a legacy image must sum up to 0 by itself. The code's revision,
 * which nothing reads, takes up the difference.
 */
static void seal(__u8 *image, size_t size)
{
	image[get16(image + HDR_PCIR) + PCIR_CODE_REVISION] -= sum(image, size);
}

static void set_last(__u8 *image, size_t size, int last)
{
	__u8 *pcir = image + get16(image + HDR_PCIR);

	pcir[PCIR_INDICATOR] &= ~INDICATOR_LAST;
	if (last)
		pcir[PCIR_INDICATOR] |= INDICATOR_LAST;
	seal(image, size);
}

static __u8 *grow(struct blob *rom, size_t size)
{
	if (rom->size + size > ROM_MAX)
		die("%s would be larger than %d MiB", rom->name, ROM_MAX >> 20);
	rom->data = realloc(rom->data, rom->size + size);
	if (!rom->data)
		die("no memory for %s", rom->name);
	memset(rom->data + rom->size, 0, size);
	rom->size += size;
	return rom->data + rom->size - size;
}

/*
 * The executable lies at the end of its image, filling it to the last byte:
 * firmware verifies a signature over all that follows the executable's start.
 */
static void pack_efi(struct blob *rom, const struct blob *file,
		     const struct ids *ids)
{
	size_t head = HDR_SIZE + PCIR_SIZE_3 +
		      (ids->count > 1 ? 2 * (size_t)ids->count : 0);
	size_t size = round_up(head + file->size);
	__u8 *image, *pcir;
	const char *fault;
	struct pe pe;
	int i;

	fault = parse_pe(file->data, file->size, &pe);
	if (fault)
		die("%s: %s", file->name, fault);

	image = grow(rom, size);
	put16(image + HDR_SIGNATURE, ROM_SIGNATURE);
	put16(image + HDR_BLOCKS, size / BLOCK);
	put16(image + HDR_EFI_SIGNATURE, EFI_SIGNATURE);
	put16(image + HDR_EFI_SUBSYSTEM, pe.subsystem);
	put16(image + HDR_EFI_MACHINE, pe.machine);
	put16(image + HDR_EFI_OFFSET, size - file->size);
	put16(image + HDR_PCIR, HDR_SIZE);

	pcir = image + HDR_SIZE;
	memcpy(pcir, "PCIR", 4);
	put16(pcir + PCIR_VENDOR, VENDOR_INTEL);
	put16(pcir + PCIR_DEVICE, ids->list[0]);
	put16(pcir + PCIR_LENGTH, PCIR_SIZE_3);
	pcir[PCIR_REVISION] = 3;
	put16(pcir + PCIR_CLASS + 1, CLASS_VGA >> 8);
	put16(pcir + PCIR_BLOCKS, size / BLOCK);
	pcir[PCIR_CODE_TYPE] = CODE_EFI;
	if (ids->count > 1) {
		put16(pcir + PCIR_DEVICE_LIST, PCIR_SIZE_3);
		for (i = 1; i < ids->count; i++)
			put16(pcir + PCIR_SIZE_3 + 2 * (i - 1), ids->list[i]);
	}
	memcpy(image + size - file->size, file->data, file->size);
}

/*
 * Images that come in a ROM, a legacy one alone or many, stay as they are, but
 * for the first device ID where one was asked for.
 */
static void pack_rom(struct blob *rom, const struct blob *file,
		     const struct ids *ids)
{
	struct image image;
	__u8 *copy;
	size_t at = 0;
	int number;

	subject = file->name;
	for (number = 1; at < file->size; number++) {
		if (!find_image(file, at, number, &image))
			exit(1);
		copy = grow(rom, image.size);
		memcpy(copy, image.data, image.size);
		if (ids->count)
			put16(copy + image.pcir_at + PCIR_DEVICE, ids->list[0]);
		at += image.size;
		if (is_last(&image))
			break;
	}
}

/*
 * Our driver has one field that may be written into, behind a mark. Whose
 * signature covers it stays as it is.
 */
static void set_lpc_id(struct blob *rom, const char *lpc_id)
{
	unsigned int drivers = 0;
	struct driver driver;
	struct image image;
	const __u8 *data;
	size_t at, size, field;
	struct pe pe;

	for (at = 0; at < rom->size; at += image.size) {
		if (!find_image(rom, at, 0, &image))
			exit(1);
		data = executable(&image, &size);
		if (image.pcir[PCIR_CODE_TYPE] != CODE_EFI || !data ||
		    is_compressed(&image))
			continue;
		look(data, size, &driver);
		if (!driver.marks)
			continue;
		if (driver.marks > 1)
			die("--lpc-id: the place for it is there %u times in one driver, expected once: nothing written",
			    driver.marks);
		if (parse_pe(data, size, &pe) || pe.is_signed)
			die("--lpc-id: the driver of vfio-pci-igd is signed, which a change would void: pack it without, and give QEMU -fw_cfg name=%s,string=%s",
			    LPC_OPTION, lpc_id);
		field = data + driver.lpc_at - rom->data;
		memset(rom->data + field, 0, LPC_ID_MAX + 1);
		memcpy(rom->data + field, lpc_id, strlen(lpc_id));
		drivers++;
	}
	if (drivers != 1)
		die("--lpc-id: %u of these are the driver of vfio-pci-igd, expected 1: pack igd.rom, once",
		    drivers);
}

static void finish(struct blob *rom)
{
	struct image image;
	size_t at;

	for (at = 0; at < rom->size; at += image.size) {
		if (!find_image(rom, at, 0, &image))
			exit(1);
		set_last(rom->data + at, image.size,
			 at + image.size == rom->size);
	}
}

/**
 * pack() - make a ROM
 * @output: file to write
 * @ids: the devices that drivers are to name; none for any
 * @devices: the devices that the ROM is for, for advice; none where not known
 * @lpc_id: the LPC option, NULL to leave it as it is
 * @files: drivers, legacy images and ROMs, ended by NULL
 *
 * Return: exit status.
 */
int pack(const char *output, const struct ids *ids, const struct ids *devices,
	 const char *lpc_id, char **files)
{
	struct blob file, rom = { .name = output };
	int faults;

	for (; *files; files++) {
		file = read_file(*files);
		if (file.size > 2 && get16(file.data) == ROM_SIGNATURE)
			pack_rom(&rom, &file, ids);
		else
			pack_efi(&rom, &file, ids);
		free(file.data);
	}
	if (lpc_id)
		set_lpc_id(&rom, lpc_id);
	finish(&rom);
	faults = check_rom(&rom, 0);
	if (!faults) {
		advise_rom(&rom, devices);
		write_file(&rom);
	}
	free(rom.data);
	return faults ? 1 : 0;
}
