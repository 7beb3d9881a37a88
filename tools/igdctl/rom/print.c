// SPDX-License-Identifier: GPL-2.0-only
/*
 * print: what is in a ROM
 */
#include "rom.h"

static void print_ids(const struct image *image)
{
	const __u8 *p = device_list(image);
	__u16 device = get16(image->pcir + PCIR_DEVICE);

	printf("%04x:", get16(image->pcir + PCIR_VENDOR));
	if (device)
		printf("%04x", device);
	else
		printf("any");
	if (p && list_ends(image))
		for (; get16(p); p += 2)
			printf(",%04x", get16(p));
	printf(", class %06x", class_code(image));
}

static void print_efi(const struct image *image)
{
	const __u8 *data;
	struct pe pe;
	size_t size;

	printf(", %s, machine %04x",
	       subsystem_name(get16(image->data + HDR_EFI_SUBSYSTEM)),
	       get16(image->data + HDR_EFI_MACHINE));
	data = executable(image, &size);
	if (is_compressed(image))
		printf(", compressed");
	else if (data && !parse_pe(data, size, &pe))
		printf(", %s", pe.is_signed ? "signed" : "not signed");
}

static void print_gop(const struct driver *driver)
{
	int i;

	printf("  a GOP, Intel's display driver: ");
	if (!driver->ids.count)
		printf("no table of device IDs found");
	for (i = 0; i < driver->ids.count; i++)
		printf("%s%04x", i ? "," : "for ", driver->ids.list[i]);
	printf("; reads the LPC bridge's ID in %u place%s\n",
	       driver->lpc_reads, driver->lpc_reads == 1 ? "" : "s");
}

/* What the driver in an EFI image is, where we know it */
static void print_driver(const struct image *image)
{
	struct driver driver;

	if (!look_into(image, &driver))
		return;
	if (driver.marks)
		printf("  the driver of vfio-pci-igd, LPC option: %s\n",
		       driver.lpc_option);
	if (driver.is_gop)
		print_gop(&driver);
}

static void print_image(const struct image *image)
{
	__u8 type = image->pcir[PCIR_CODE_TYPE];

	printf("image %d at 0x%zx: %zu bytes, ", image->number, image->at,
	       image->size);
	if (type == CODE_LEGACY)
		printf("PC-AT");
	else if (type == CODE_EFI)
		printf("EFI");
	else
		printf("code type %u", type);
	printf(", ");
	print_ids(image);
	if (type == CODE_EFI)
		print_efi(image);
	printf("%s\n", is_last(image) ? ", last" : "");
	if (type == CODE_EFI)
		print_driver(image);
}

/**
 * print_rom() - list what is in a ROM
 * @rom: the ROM
 * @ids: the devices that it is for; none where not known
 */
void print_rom(const struct blob *rom, const struct ids *ids)
{
	struct advice advice = { .ids = ids };
	struct image image;
	size_t at = 0;
	int number;

	subject = rom->name;
	for (number = 1; at < rom->size; number++) {
		if (!find_image(rom, at, number, &image))
			break;
		print_image(&image);
		advise(&advice, &image);
		at += image.size;
		if (is_last(&image))
			break;
	}
}
