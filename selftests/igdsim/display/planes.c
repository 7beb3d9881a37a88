// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the registers of a plane say. Where they are: i915's skl_universal_plane_regs.h,
 * i9xx_plane_regs.h, intel_sprite_regs.h, intel_cursor_regs.h.
 *
 * Not here: scaling, rotation, colour keys, constant alpha, decompression, and the
 * second plane of YUV.
 */
#include "display.h"

#include <string.h>

/* All kinds but the cursor and VGA have these at the same offsets */
#define CONTROL			0x00
#define   CONTROL_ON		0x80000000u
#define   CONTROL_SWAPPED	0x00100000u	/* not in a primary plane */
#define   CONTROL_X_TILED	0x00000400u	/* up to gen 8 */
#define LINEAR_OFFSET		0x04		/* up to gen 7, Haswell excepted */
#define STRIDE			0x08
#define POSITION		0x0c
#define SIZE			0x10
#define SURFACE			0x1c
#define   SURFACE_ADDRESS	0xfffff000u
#define OFFSET			0x24
#define SURFACE_LIVE		0x2c
#define PLANE_BYTES		0x30

/* Gen 9 on */
#define UNIVERSAL_TILING(c)	((c) >> 10 & 7)
#define UNIVERSAL_FORMAT(c)	((c) >> 24 & 0xf)
#define UNIVERSAL_STRIDE	0xfffu
#define UNIVERSAL_XRGB8888	0x04000000u

#define PRIMARY_FORMAT(c)	((c) >> 26 & 0xf)
#define PRIMARY_XRGB8888	0x18000000u

#define CURSOR_BASE		0x04
#define CURSOR_POSITION		0x08
#define   CURSOR_NEGATIVE	0x8000u
#define CURSOR_HEIGHT		0x20		/* gen 7 on */
#define   CURSOR_HEIGHT_ON	0x80000000u
#define CURSOR_LIVE		0x2c

#define VGA_OFF			0x80000000u
#define VGA_PIPE_B		0x20000000u
#define VGA_PAGES		64

enum {
	HAS_LINEAR_OFFSET = 1,	/* instead of x and y, where it is not tiled */
	HAS_TILE_4 = 2,		/* under the code that was Yf before */
	HAS_TABLE = 4,		/* of pages, of its own, where it is tiled */
	WIDE_FORMAT = 8,	/* codes of a primary plane, in a sprite */
};

static const struct format universal_formats[16] = {
	[0] = { 2, OTHER },		/* YUV 4:2:2 */
	[1] = { 1, OTHER },		/* NV12 */
	[2] = { 4, XRGB2101010 },
	[3] = { 2, OTHER },		/* P010 */
	[4] = { 4, XRGB8888 },
	[5] = { 2, OTHER },		/* P012 */
	[6] = { 8, OTHER },		/* 16:16:16:16 */
	[7] = { 2, OTHER },		/* P016 */
	[8] = { 4, OTHER },		/* XYUV */
	[12] = { 1, OTHER },		/* indexed */
	[14] = { 2, RGB565 },
};

static const struct format primary_formats[16] = {
	[0] = { 2, OTHER },		/* YUV 4:2:2, of a sprite */
	[2] = { 1, OTHER },		/* indexed */
	[3] = { 2, OTHER }, [4] = { 2, OTHER },		/* 5:5:5 */
	[5] = { 2, RGB565 },
	[6] = { 4, XRGB8888 }, [7] = { 4, XRGB8888 },
	[8] = { 4, XRGB2101010 }, [9] = { 4, XRGB2101010 },	/* swapped */
	[10] = { 4, XRGB2101010 }, [11] = { 4, XRGB2101010 },
	[12] = { 8, OTHER },		/* 16:16:16:16 */
	[14] = { 4, XRGB8888 }, [15] = { 4, XRGB8888 },		/* swapped */
};

static const struct format sprite_formats[4] = {
	{ 2, OTHER }, { 4, XRGB2101010 }, { 4, XRGB8888 }, { 8, OTHER },
};

static uint32_t reg(const struct igd *igd, const struct plane *plane,
		    uint32_t offset)
{
	return mmio_get(igd, plane->lines->reg + offset);
}

static uint32_t low(uint32_t value)
{
	return value & 0xffff;
}

static uint32_t high(uint32_t value)
{
	return value >> 16;
}

/* Position and size of those that may cover a part of the pipe */
static void decode_window(const struct igd *igd, const struct plane *plane,
			  struct shape *shape)
{
	uint32_t position = reg(igd, plane, POSITION);
	uint32_t size = reg(igd, plane, SIZE);

	shape->x = (int32_t)low(position);
	shape->y = (int32_t)high(position);
	shape->width = low(size) + 1;
	shape->height = high(size) + 1;
}

static void decode_offset(const struct igd *igd, const struct plane *plane,
			  struct shape *shape)
{
	uint32_t offset = reg(igd, plane, OFFSET);

	shape->from_x = low(offset);
	shape->from_y = high(offset);
}

static void decode_universal(const struct igd *igd, const struct plane *plane,
			     struct shape *shape)
{
	uint32_t control = reg(igd, plane, CONTROL);
	unsigned int flags = plane->lines->kind->flags;
	static const struct {
		enum tiling tiling;
		uint32_t unit;		/* of the stride */
	} tilings[8] = {
		[0] = { LINEAR, 64 }, [1] = { TILED_X, 512 },
		[4] = { TILED_Y, 128 }, [5] = { TILED_4, 128 },
	};
	unsigned int tiling = UNIVERSAL_TILING(control);

	shape->on = control & CONTROL_ON;
	shape->swapped = control & CONTROL_SWAPPED;
	shape->format = universal_formats[UNIVERSAL_FORMAT(control)];
	if (tiling == 5 && !(flags & HAS_TILE_4))
		shape->format.colour = OTHER;
	shape->tiling = tilings[tiling].tiling;
	shape->stride = (reg(igd, plane, STRIDE) & UNIVERSAL_STRIDE) *
			tilings[tiling].unit;
	shape->surface = reg(igd, plane, SURFACE) & SURFACE_ADDRESS;
	shape->table = (flags & HAS_TABLE) && shape->tiling != LINEAR;
	decode_offset(igd, plane, shape);
	decode_window(igd, plane, shape);
}

/* What primary planes and sprites up to gen 8 have in common */
static void decode_old(const struct igd *igd, const struct plane *plane,
		       struct shape *shape)
{
	uint32_t control = reg(igd, plane, CONTROL);

	shape->on = control & CONTROL_ON;
	shape->tiling = control & CONTROL_X_TILED ? TILED_X : LINEAR;
	shape->stride = reg(igd, plane, STRIDE);
	shape->surface = reg(igd, plane, SURFACE) & SURFACE_ADDRESS;
	if ((plane->lines->kind->flags & HAS_LINEAR_OFFSET) &&
	    shape->tiling == LINEAR)
		shape->skip = reg(igd, plane, LINEAR_OFFSET);
	else
		decode_offset(igd, plane, shape);
}

static void decode_wide_format(uint32_t control, struct shape *shape)
{
	unsigned int code = PRIMARY_FORMAT(control);

	shape->format = primary_formats[code];
	shape->swapped = code == 8 || code == 9 || code >= 14;
}

/* It covers the whole pipe, however large that is */
static void decode_primary(const struct igd *igd, const struct plane *plane,
			   struct shape *shape)
{
	decode_old(igd, plane, shape);
	decode_wide_format(reg(igd, plane, CONTROL), shape);
	shape->width = pipe_width(igd, plane->pipe);
	shape->height = pipe_height(igd, plane->pipe);
}

static void decode_sprite(const struct igd *igd, const struct plane *plane,
			  struct shape *shape)
{
	uint32_t control = reg(igd, plane, CONTROL);

	decode_old(igd, plane, shape);
	decode_window(igd, plane, shape);
	if (plane->lines->kind->flags & WIDE_FORMAT) {
		decode_wide_format(control, shape);
		return;
	}
	shape->format = sprite_formats[control >> 25 & 3];
	shape->swapped = control & CONTROL_SWAPPED;
}

static int32_t cursor_place(uint32_t value)
{
	int32_t place = (int32_t)(value & ~CURSOR_NEGATIVE);

	return value & CURSOR_NEGATIVE ? -place : place;
}

static void decode_cursor(const struct igd *igd, const struct plane *plane,
			  struct shape *shape)
{
	static const uint32_t sizes[8] = { [2] = 128, [3] = 256, [4] = 64, [7] = 64 };
	unsigned int mode = reg(igd, plane, CONTROL) & 7;
	uint32_t position = reg(igd, plane, CURSOR_POSITION);
	uint32_t height = reg(igd, plane, CURSOR_HEIGHT);

	shape->on = sizes[mode];
	shape->width = sizes[mode];
	shape->height = sizes[mode];
	if (plane->lines->kind->size > CURSOR_HEIGHT &&
	    (height & CURSOR_HEIGHT_ON))
		shape->height = (height & 0xff) + 1;
	shape->stride = 4 * shape->width;
	shape->format.bytes = 4;
	shape->format.colour = mode == 4 ? OTHER : XRGB8888;
	shape->alpha = true;
	shape->surface = reg(igd, plane, CURSOR_BASE) & SURFACE_ADDRESS;
	shape->x = cursor_place(low(position));
	shape->y = cursor_place(high(position));
}

/* Text and planar modes are not drawn. The memory is the first of the GTT. */
static void decode_vga(const struct igd *igd, const struct plane *plane,
		       struct shape *shape)
{
	shape->on = !(reg(igd, plane, CONTROL) & (VGA_OFF | VGA_PIPE_B));
	shape->raw = true;
	shape->height = VGA_PAGES;
}

static void write_reg(struct igd *igd, const struct plane *plane,
		      uint32_t offset, uint32_t value)
{
	mmio_set(igd, plane->lines->reg + offset, value);
}

static void light_universal(struct igd *igd, const struct plane *plane,
			    uint32_t width, uint32_t height)
{
	write_reg(igd, plane, CONTROL, CONTROL_ON | UNIVERSAL_XRGB8888);
	write_reg(igd, plane, STRIDE, width * 4 / 64);
	write_reg(igd, plane, SIZE, (height - 1) << 16 | (width - 1));
}

static void light_primary(struct igd *igd, const struct plane *plane,
			  uint32_t width, uint32_t height)
{
	(void)height;
	write_reg(igd, plane, CONTROL, CONTROL_ON | PRIMARY_XRGB8888);
	write_reg(igd, plane, STRIDE, width * 4);
}

#define UNIVERSAL(n, f)	{ .name = (n), .size = PLANE_BYTES, .arm = SURFACE, \
	.live = SURFACE_LIVE, .flags = (f), .decode = decode_universal, \
	.light = light_universal }
#define PRIMARY(n, f)	{ .name = (n), .size = PLANE_BYTES, .arm = SURFACE, \
	.live = SURFACE_LIVE, .flags = (f), .decode = decode_primary, \
	.light = light_primary }
#define SPRITE(n, f)	{ .name = (n), .size = PLANE_BYTES, .arm = SURFACE, \
	.live = SURFACE_LIVE, .flags = (f), .decode = decode_sprite }

static const struct plane_kind kinds[] = {
	UNIVERSAL("universal", 0),			/* gen 9 to 12 */
	UNIVERSAL("universal-y", HAS_TABLE),		/* display 13 */
	UNIVERSAL("universal-4", HAS_TABLE | HAS_TILE_4),	/* display 14 on */
	PRIMARY("primary", HAS_LINEAR_OFFSET),
	PRIMARY("primary-hsw", 0),			/* and Broadwell */
	SPRITE("sprite", HAS_LINEAR_OFFSET),
	SPRITE("sprite-hsw", 0),
	SPRITE("sprite-vlv", HAS_LINEAR_OFFSET | WIDE_FORMAT),
	{ .name = "cursor", .size = PLANE_BYTES, .arm = CURSOR_BASE,
	  .live = CURSOR_LIVE, .decode = decode_cursor },
	{ .name = "cursor-square", .size = 0x0c, .arm = CURSOR_BASE,
	  .decode = decode_cursor },			/* gen 6, Valleyview */
	{ .name = "vga", .size = 4, .arm = CONTROL, .decode = decode_vga },
};

const struct plane_kind *plane_kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

/* For the complaint about a name that is none */
const char *plane_kind_names(void)
{
	static char names[256];

	*names = 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		strcat(names, i ? ", " : "");
		strcat(names, kinds[i].name);
	}
	return names;
}
