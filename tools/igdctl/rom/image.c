// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking a ROM, and what its images say of themselves
 */
#include <string.h>
#include "rom.h"

/**
 * find_image() - find the image at an offset
 * @rom: the ROM
 * @at: the offset, which is in the ROM
 * @number: what to call it
 * @image: result
 *
 * What makes it impossible to say where the next
 * one is ends the walk, with a complaint; the rest is for check.c.
 *
 * Return: whether there is one.
 */
int find_image(const struct blob *rom, size_t at, int number,
	       struct image *image)
{
	size_t left = rom->size - at;

	*image = (struct image){ .at = at, .data = rom->data + at,
				 .number = number };
	snprintf(subject_image, sizeof(subject_image), "image %d at 0x%zx: ",
		 number, at);

	if (left < HDR_SIZE || get16(image->data) != ROM_SIGNATURE) {
		complain("does not begin with the ROM signature 55 aa");
		return 0;
	}
	image->pcir_at = get16(image->data + HDR_PCIR);
	if (image->pcir_at < HDR_PCIR + 2 || image->pcir_at % 4 ||
	    image->pcir_at + PCIR_SIZE_2 > left) {
		complain("its PCI data structure at 0x%zx is outside it or not at a multiple of 4",
			 image->pcir_at);
		return 0;
	}
	image->pcir = image->data + image->pcir_at;
	if (memcmp(image->pcir, "PCIR", 4)) {
		complain("there is no 'PCIR' at 0x%zx, where the PCI data structure should be",
			 image->pcir_at);
		return 0;
	}
	image->size = (size_t)get16(image->pcir + PCIR_BLOCKS) * BLOCK;
	if (image->pcir_at + PCIR_SIZE_2 > image->size) {
		complain("is %zu bytes long, too short for its PCI data structure at 0x%zx",
			 image->size, image->pcir_at);
		return 0;
	}
	if (image->size > left) {
		complain("is %zu bytes long, but the ROM ends after %zu",
			 image->size, left);
		return 0;
	}
	return 1;
}

/**
 * is_last() - does no image follow?
 * @image: the image
 */
int is_last(const struct image *image)
{
	return image->pcir[PCIR_INDICATOR] & INDICATOR_LAST;
}

/**
 * device_list() - further device IDs than the one in the PCI data structure
 * @image: the image
 *
 * Revision 3 has such a list, ended by 0; earlier ones kept the vital product
 * data's place there.
 *
 * Return: the list, which need not end, or NULL.
 */
const __u8 *device_list(const struct image *image)
{
	size_t at = get16(image->pcir + PCIR_DEVICE_LIST);

	if (image->pcir[PCIR_REVISION] < 3 || !at)
		return NULL;
	return image->pcir + at;
}

/**
 * list_ends() - is the end of device_list() inside of the image?
 * @image: the image, which has such a list
 */
int list_ends(const struct image *image)
{
	const __u8 *p = device_list(image);

	for (; p + 2 <= image->data + image->size; p += 2)
		if (!get16(p))
			return 1;
	return 0;
}

/**
 * serves() - does an image say that it is for a device?
 * @image: the image
 * @device: ID
 */
int serves(const struct image *image, __u16 device)
{
	__u16 id = get16(image->pcir + PCIR_DEVICE);
	const __u8 *p = device_list(image);

	if (!id || id == device)
		return 1;
	if (!p || !list_ends(image))
		return 0;
	for (; get16(p); p += 2)
		if (get16(p) == device)
			return 1;
	return 0;
}

/**
 * class_code() - of the devices that an image is for
 * @image: the image
 */
__u32 class_code(const struct image *image)
{
	return get32(image->pcir + PCIR_CLASS) & 0xffffff;
}

/**
 * is_compressed() - is what an EFI image holds compressed?
 * @image: the image
 */
int is_compressed(const struct image *image)
{
	return get16(image->data + HDR_EFI_COMPRESSION) != 0;
}

/**
 * executable() - what an EFI image holds
 * @image: the image
 * @size: its bytes
 *
 * Return: NULL if it is not within the image.
 */
const __u8 *executable(const struct image *image, size_t *size)
{
	size_t end = (size_t)get16(image->data + HDR_BLOCKS) * BLOCK;
	size_t at = get16(image->data + HDR_EFI_OFFSET);

	if (at < HDR_SIZE || end > image->size || at >= end)
		return NULL;
	*size = end - at;
	return image->data + at;
}

/**
 * sum() - of bytes, modulo 256
 * @p: the first
 * @size: how many
 */
__u8 sum(const __u8 *p, size_t size)
{
	__u8 total = 0;

	while (size--)
		total += *p++;
	return total;
}
