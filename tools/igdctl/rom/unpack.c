// SPDX-License-Identifier: GPL-2.0-only
/*
 * The executables of EFI images, compressed or not
 *
 * EFI's own compression (UEFI 2.10, 19: a header with two sizes, then the data)
 * is what LHA calls lh5. liblhasa decodes that without an archive around it.
 */
#include <string.h>
#include "rom.h"

#define HEADER			8

struct input {
	const __u8 *data;
	size_t left;
};

#ifdef HAVE_LHASA
#include <lhasa.h>

const char *const unpack_fault = "does not unpack, so that no firmware can start it: make it anew";

static size_t give(void *to, size_t size, void *context)
{
	struct input *input = context;

	if (size > input->left)
		size = input->left;
	memcpy(to, input->data, size);
	input->data += size;
	input->left -= size;
	return size;
}

static int decode(struct input *input, __u8 *to, size_t size)
{
	LHADecoderType *lh5 = lha_decoder_for_name("-lh5-");
	LHADecoder *decoder = lha_decoder_new(lh5, give, input, size);
	size_t part, done = 0;

	if (!decoder)
		die("no memory to unpack a driver");
	while ((part = lha_decoder_read(decoder, to + done, size - done)))
		done += part;
	lha_decoder_free(decoder);
	return done == size;
}
#else
const char *const unpack_fault = "this igdctl cannot look inside, as it was built without liblhasa: whether it is a GOP, and for which device, cannot be told; pack the .efi itself instead";

static int decode(struct input *input, __u8 *to, size_t size)
{
	(void)input;
	(void)to;
	(void)size;
	return 0;
}
#endif

/**
 * unpack() - the executable that an EFI image holds
 * @image: the image
 * @size: its bytes
 *
 * Return: a copy, which the caller frees; NULL if there is none within the
 * image, or none that can be unpacked.
 */
__u8 *unpack(const struct image *image, size_t *size)
{
	const __u8 *packed = executable(image, size);
	struct input input;
	__u8 *data;

	if (!packed)
		return NULL;
	if (!is_compressed(image)) {
		data = allocate(*size);
		return memcpy(data, packed, *size);
	}
	if (*size < HEADER || get32(packed) > *size - HEADER ||
	    !get32(packed + 4) || get32(packed + 4) > ROM_MAX)
		return NULL;
	input = (struct input){ packed + HEADER, get32(packed) };
	*size = get32(packed + 4);
	data = allocate(*size);
	if (decode(&input, data, *size))
		return data;
	free(data);
	return NULL;
}
