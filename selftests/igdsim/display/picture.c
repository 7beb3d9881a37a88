// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the monitor shows, as a PNG
 *
 * Each lit plane of the pipe is read whole; when the last byte is there, they are laid
 * one over the other in the order of the profile. What could not be read is black, and
 * so is a monitor that gets no signal.
 */
#include "display.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#define DARK_WIDTH		640	/* of a monitor without a signal */
#define DARK_HEIGHT		480
#define STRIPE			32	/* pixels */

struct picture {
	unsigned int client;
	char path[256];
	const struct pipe *pipe;	/* NULL: no signal */
	uint32_t width, height;
	uint32_t *pixels;
	struct frame *frames[MAX_PLANES];	/* by plane; NULL: not lit */
	unsigned int lit;
	unsigned int waiting;
};

static uint32_t scale(uint32_t value, uint32_t by)
{
	return (value * by + 127) / 255;
}

/* The upper one's colours were multiplied with its alpha already. */
static uint32_t blend(uint32_t lower, uint32_t upper)
{
	uint32_t through = 255 - (upper >> 24), result = 0;

	for (unsigned int shift = 0; shift < 24; shift += 8) {
		uint32_t sum = (upper >> shift & 0xff) +
			       scale(lower >> shift & 0xff, through);

		result |= (sum > 255 ? 255 : sum) << shift;
	}
	return result;
}

static uint32_t fetch(const struct frame *frame, uint32_t x, uint32_t y)
{
	const struct shape *shape = &frame->shape;
	uint32_t bytes = shape->format.bytes ?: 4;
	uint64_t offset = surface_offset(shape, (shape->from_x + x) * bytes,
					 shape->from_y + y);
	const uint8_t *at = frame_bytes(frame, offset);

	return at ? surface_pixel(shape, at) : 0xff000000;
}

static void lay(struct picture *picture, const struct frame *frame)
{
	const struct shape *shape = &frame->shape;

	if (shape->raw)
		return;
	for (uint32_t y = 0; y < shape->height; y++) {
		uint32_t *line = picture->pixels +
				 (uint64_t)((uint32_t)shape->y + y) * picture->width +
				 (uint32_t)shape->x;

		for (uint32_t x = 0; x < shape->width; x++)
			line[x] = blend(line[x], fetch(frame, x, y));
	}
}

/*
 * A slice of the display buffer whose state is on and whose request is not, left so by
 * firmware: as long as firmware's screen is up that shows nothing. Whoever lights a
 * plane after that, and takes the state for granted, gets stripes.
 */
static void stripes(const struct igd *igd, struct picture *picture)
{
	const struct profile *profile = igd->profile;
	uint32_t period = 2 * profile->num_dbuf;

	for (unsigned int i = 0; i < profile->num_dbuf; i++) {
		uint32_t value = mmio_get(igd, profile->dbuf[i]);

		if (!igd->display->rearmed || !(value & DBUF_STATE) ||
		    (value & DBUF_REQUEST))
			continue;
		for (uint64_t p = 0; p < (uint64_t)picture->width * picture->height; p++)
			if (p % picture->width / STRIPE % period == 2 * i)
				picture->pixels[p] = 0;
	}
}

static bool save(const struct picture *picture)
{
	png_image image = {
		.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB,
		.width = picture->width, .height = picture->height,
	};
	uint64_t count = (uint64_t)picture->width * picture->height;
	uint8_t *bytes = xcalloc(count, 3);
	bool saved;

	for (uint64_t i = 0; i < count; i++) {
		bytes[3 * i] = (uint8_t)(picture->pixels[i] >> 16);
		bytes[3 * i + 1] = (uint8_t)(picture->pixels[i] >> 8);
		bytes[3 * i + 2] = (uint8_t)picture->pixels[i];
	}
	saved = png_image_write_to_file(&image, picture->path, 0, bytes, 0, NULL);
	free(bytes);
	return saved;
}

static void finish(struct igd *igd, struct picture *picture)
{
	struct client *client = control_release(igd, picture->client);
	uint32_t lost = 0;

	picture->pixels = xcalloc((uint64_t)picture->width * picture->height,
				  sizeof(*picture->pixels));
	for (unsigned int i = 0; i < MAX_PLANES; i++) {
		if (!picture->frames[i])
			continue;
		lay(picture, picture->frames[i]);
		lost += picture->frames[i]->lost;
		frame_free(igd, picture->frames[i]);
	}
	if (picture->lit)
		stripes(igd, picture);
	if (!client)
		journal_note(&igd->journal, "nobody waits for %s any more",
			     picture->path);
	else if (!save(picture))
		control_say(client, "error cannot write %s: %s", picture->path,
			    strerror(errno));
	else
		control_say(client, "ok %ux%u pipe %c planes %u lost %u",
			    picture->width, picture->height,
			    picture->pipe ? picture->pipe->lines->name : '-',
			    picture->lit, lost);
	free(picture->pixels);
	free(picture);
}

static void plane_read(struct igd *igd, struct frame *frame)
{
	struct picture *picture = frame->context;

	picture->frames[frame->plane - igd->display->planes] = frame;
	if (!--picture->waiting)
		finish(igd, picture);
}

void picture_start(struct igd *igd, struct pipe *pipe, const char *path,
		   struct client *client)
{
	struct picture *picture = xcalloc(1, sizeof(*picture));

	picture->client = control_hold(client);
	snprintf(picture->path, sizeof(picture->path), "%s", path);
	picture->pipe = pipe;
	picture->width = pipe ? pipe_width(igd, pipe) : DARK_WIDTH;
	picture->height = pipe ? pipe_height(igd, pipe) : DARK_HEIGHT;

	picture->waiting = 1;	/* until all have been asked for */
	for (unsigned int i = 0; pipe && i < igd->display->num_planes; i++) {
		struct plane *plane = &igd->display->planes[i];

		if (plane->pipe != pipe)
			continue;
		picture->waiting++;
		if (scanout_frame(igd, plane, true, plane_read, picture))
			picture->lit++;
		else
			picture->waiting--;
	}
	if (!--picture->waiting)
		finish(igd, picture);
}
