// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are a page's pictures shown, two and two side by side?
 *
 *	shown SCREENSHOT MEASURED [SCREENSHOT MEASURED...]
 *
 * MEASURED is what measure.html has found out in the browser: where everything is. That
 * alone would believe the browser; so each picture's own pixels are looked for in the
 * screenshot, at that place. Pictures are named relative to the working directory.
 * Prints TAP; the status is 1 if a test failed.
 */
#include <err.h>
#include <math.h>
#include <png.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A browser shrinks a picture in its own way: what it makes of so many pixels a side is
 * compared by its mean, and may be off by so much of 255
 */
#define BLOCK		8
#define MEAN_OFF	4.0
#define BLOCK_OFF	20.0

#define MAX_CELLS	64

struct box {
	double x;
	double y;
	double width;
	double height;
};

struct image {
	unsigned int width;
	unsigned int height;
	uint8_t *rgb;
};

struct cell {
	struct box box;
	struct box img;
	unsigned int natural[2];
	char name[256];		/* "": no picture in it */
	struct image image;
};

struct page {
	double scroll_width;
	double client_width;
	double height;
	unsigned int rows;
	unsigned int of_two;	/* rows that have two cells */
	unsigned int num;
	struct cell cells[MAX_CELLS];
};

static unsigned int tests;
static bool failed;

static void ok(bool good, const char *format, ...)
{
	va_list args;

	failed |= !good;
	printf("%sok %u ", good ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	puts("");
}

/* No pixels: it cannot be read */
static struct image image_load(const char *path)
{
	png_image png = { .version = PNG_IMAGE_VERSION };
	struct image image = { 0 };

	if (!png_image_begin_read_from_file(&png, path))
		return image;
	png.format = PNG_FORMAT_RGB;
	image.rgb = malloc(PNG_IMAGE_SIZE(png));
	if (!image.rgb)
		err(2, "%s", path);
	if (!png_image_finish_read(&png, NULL, image.rgb, 0, NULL))
		errx(2, "%s: %s", path, png.message);
	image.width = png.width;
	image.height = png.height;
	return image;
}

static void page_load(struct page *page, const char *path)
{
	struct cell *cell = NULL;
	unsigned int cells;
	char line[512];
	struct box box;
	FILE *file;

	memset(page, 0, sizeof(*page));
	file = fopen(path, "r");
	if (!file)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "page %lf %lf %lf", &page->scroll_width,
			   &page->client_width, &page->height) == 3)
			continue;
		if (sscanf(line, "row %u", &cells) == 1) {
			page->rows++;
			page->of_two += cells == 2;
		} else if (sscanf(line, "cell %lf %lf %lf %lf", &box.x, &box.y,
				  &box.width, &box.height) == 4) {
			if (page->num == MAX_CELLS)
				errx(2, "%s: more than %u cells", path, MAX_CELLS);
			cell = &page->cells[page->num++];
			cell->box = box;
		} else if (!cell ||
			   sscanf(line, "img %lf %lf %lf %lf %u %u %255s",
				  &cell->img.x, &cell->img.y, &cell->img.width,
				  &cell->img.height, &cell->natural[0],
				  &cell->natural[1], cell->name) != 7) {
			errx(2, "%s: not understood: %s", path, line);
		}
	}
	fclose(file);
}

static bool beside(const struct box *left, const struct box *right)
{
	return left->y == right->y && left->x + left->width <= right->x;
}

static bool within(const struct box *inner, const struct box *outer)
{
	return inner->width > 0 && inner->height > 0 && inner->x >= outer->x &&
	       inner->y >= outer->y &&
	       inner->x + inner->width <= outer->x + outer->width + 0.5 &&
	       inner->y + inner->height <= outer->y + outer->height + 0.5;
}

/* Of a picture's part, by whole pixels */
static void mean(const struct image *image, double x, double y, double width,
		 double height, double rgb[3])
{
	unsigned int left = x, top = y, right = ceil(x + width),
		     bottom = ceil(y + height), count = 0;

	memset(rgb, 0, 3 * sizeof(*rgb));
	for (unsigned int j = top; j < bottom && j < image->height; j++)
		for (unsigned int i = left; i < right && i < image->width; i++) {
			const uint8_t *at = image->rgb +
					    3 * ((size_t)j * image->width + i);

			for (unsigned int c = 0; c < 3; c++)
				rgb[c] += at[c];
			count++;
		}
	for (unsigned int c = 0; c < 3; c++)
		rgb[c] /= count ?: 1;
}

/* As 'object-fit: contain' has it: in the middle, its sides' ratio kept */
static struct box place(const struct box *img, const struct image *image)
{
	double scale = fmin(img->width / image->width, img->height / image->height);
	struct box box = {
		.width = image->width * scale, .height = image->height * scale,
	};

	box.x = img->x + (img->width - box.width) / 2;
	box.y = img->y + (img->height - box.height) / 2;
	return box;
}

struct off {
	double mean;
	double worst;
};

/* Is the picture in the screenshot, there? @off: by how much it is not */
static bool is_shown(const struct image *shot, const struct box *img,
		     const struct image *image, struct off *off)
{
	struct box box = place(img, image);
	const double scale = image->width / box.width;
	double sum = 0, worst = 0;
	unsigned int count = 0;

	for (double y = 0; y + 2 * BLOCK < box.height; y += BLOCK)
		for (double x = BLOCK; x + 2 * BLOCK < box.width; x += BLOCK) {
			double found[3], wanted[3], here = 0;

			mean(shot, round(box.x + x), round(box.y + y), BLOCK, BLOCK,
			     found);
			mean(image, x * scale, y * scale, BLOCK * scale,
			     BLOCK * scale, wanted);
			for (unsigned int c = 0; c < 3; c++)
				here += fabs(found[c] - wanted[c]) / 3;
			sum += here;
			worst = fmax(worst, here);
			count++;
		}
	off->mean = count ? sum / count : 255;
	off->worst = count ? worst : 255;
	return off->mean <= MEAN_OFF && off->worst <= BLOCK_OFF;
}

static void check(const char *screenshot, const char *measured)
{
	const struct image shot = image_load(screenshot);
	const struct box whole = { .width = shot.width, .height = shot.height };
	unsigned int pictures = 0, others = 0, taken = 0;
	static struct page page;
	struct off off = { 255, 255 };
	bool shown;

	page_load(&page, measured);
	ok(shot.rgb, "a screenshot of %u x %u", shot.width, shot.height);
	ok(page.scroll_width && page.scroll_width <= page.client_width,
	   "nothing is wider than the page of %g: %g", page.client_width,
	   page.scroll_width);
	ok(page.rows && page.of_two == page.rows && page.num == 2 * page.rows,
	   "%u of %u rows have two places", page.of_two, page.rows);
	for (unsigned int i = 0; i + 1 < page.num; i += 2)
		ok(beside(&page.cells[i].box, &page.cells[i + 1].box) &&
		   within(&page.cells[i].box, &whole) &&
		   within(&page.cells[i + 1].box, &whole),
		   "row %u: side by side, and in the screenshot", i / 2);

	for (unsigned int i = 0; i < page.num; i++) {
		struct cell *cell = &page.cells[i];

		if (!*cell->name)
			continue;
		pictures++;
		cell->image = image_load(cell->name);
		ok(cell->image.rgb && cell->natural[0] == cell->image.width &&
		   cell->natural[1] == cell->image.height,
		   "the browser has read %s: %u x %u", cell->name, cell->natural[0],
		   cell->natural[1]);
		ok(within(&cell->img, &cell->box), "it is in its place");
		shown = cell->image.rgb && shot.rgb &&
			is_shown(&shot, &cell->img, &cell->image, &off);
		ok(shown, "the screenshot has it there, but for %.1f of 255, %.1f at worst",
		   off.mean, off.worst);
	}
	ok(pictures, "%u pictures", pictures);

	/* It has to be able to tell: a firmware's screen is nowhere but at its places */
	for (unsigned int i = 0; i < page.num; i++)
		for (unsigned int j = 0; j < page.num; j++) {
			const struct cell *a = &page.cells[i], *b = &page.cells[j];

			if (!a->image.rgb || !b->image.rgb ||
			    !strstr(a->name, "firmware") == !strstr(b->name, "firmware"))
				continue;
			others++;
			taken += is_shown(&shot, &a->img, &b->image, &off);
		}
	ok(others && !taken, "%u of %u other pictures would pass there", taken, others);
	for (unsigned int i = 0; i < page.num; i++)
		free(page.cells[i].image.rgb);
	free(shot.rgb);
}

int main(int argc, char **argv)
{
	if (argc < 3 || !(argc & 1))
		errx(2, "use: shown SCREENSHOT MEASURED [SCREENSHOT MEASURED...]");
	puts("TAP version 13");
	for (int i = 1; i < argc; i += 2) {
		printf("# %s\n", argv[i]);
		check(argv[i], argv[i + 1]);
	}
	printf("1..%u\n", tests);
	return failed;
}
