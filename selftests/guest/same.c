// SPDX-License-Identifier: GPL-2.0-only
/*
 * same PIXELS PICTURE: is that picture (PNG) of these pixels, each of them, as draw has
 * written them down? Says how many are not, and where the first of them is. What is all
 * of one colour shows nothing, and fails, too.
 */
#include <err.h>
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COLOURS		0x00ffffffu

int main(int argc, char **argv)
{
	png_image png = { .version = PNG_IMAGE_VERSION };
	size_t count, differ = 0, first = 0, of_first_colour = 0;
	uint32_t *pixels, *picture;
	FILE *file;

	if (argc != 3)
		errx(2, "use: same PIXELS PICTURE");
	if (!png_image_begin_read_from_file(&png, argv[2]))
		errx(2, "%s: %s", argv[2], png.message);
	png.format = PNG_FORMAT_BGRA;
	count = (size_t)png.width * png.height;
	picture = malloc(PNG_IMAGE_SIZE(png));
	/* One more: it must not be larger than the picture, either */
	pixels = calloc(count + 1, sizeof(*pixels));
	if (!picture || !pixels)
		err(2, "%zu pixels", count);
	if (!png_image_finish_read(&png, NULL, picture, 0, NULL))
		errx(2, "%s: %s", argv[2], png.message);
	file = fopen(argv[1], "r");
	if (!file)
		err(2, "%s", argv[1]);
	if (fread(pixels, sizeof(*pixels), count + 1, file) != count)
		errx(1, "%s has not the %u x %u pixels of %s", argv[1], png.width,
		     png.height, argv[2]);

	for (size_t i = count; i-- > 0;)
		if ((pixels[i] ^ picture[i]) & COLOURS) {
			differ++;
			first = i;
		}
	for (size_t i = 0; i < count; i++)
		of_first_colour += !((pixels[i] ^ pixels[0]) & COLOURS);
	printf("%zu of %zu pixels differ; %zu have the colour of the first\n", differ,
	       count, of_first_colour);
	if (differ)
		printf("the first at %zu, %zu: %06x, not %06x\n",
		       first % png.width, first / png.width,
		       picture[first] & COLOURS, pixels[first] & COLOURS);
	return differ || of_first_colour == count;
}
