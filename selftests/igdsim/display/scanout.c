// SPDX-License-Identifier: GPL-2.0-only
/*
 * Planes that read memory
 *
 * A plane's registers count once the last of them is written, the surface's address:
 * they are armed, and live from the next vblank on. Where the plane was off, its
 * control register arms as well; where the pipe is off, there is nothing to wait for.
 *
 * Of each page that a lit plane shows, a cache line is read in every frame that is
 * read at all (--hz); all of it where somebody wants the picture. Which page that is
 * says the GTT, an entry at a time, at the moment of the read.
 */
#include "display.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE		64
#define MAX_IN_FLIGHT		16	/* reads of one frame */
#define GTT_PRESENT		0x1u
#define GTT_ADDRESS_LOW		0xfffff000ull
#define ENTRY_BYTES		8u	/* of a surface's own table */

#define LOST			UINT64_MAX	/* in place of an address */

/* A frame's id and one of its pages, in what dma_start() hands back */
#define FRAME_ARG(id, page)	((uint32_t)(id) << 16 | (page))
#define ARG_FRAME(arg)		((arg) >> 16)
#define ARG_PAGE(arg)		((arg) & 0xffff)

static struct shape decode(const struct igd *igd, const struct plane *plane)
{
	struct shape shape = { 0 };

	plane->lines->kind->decode(igd, plane, &shape);
	return shape;
}

static void make_live(struct igd *igd, struct plane *plane)
{
	const struct plane_lines *lines = plane->lines;

	if (plane->armed.on && !plane->live.on)
		plane->next = 0;
	plane->live = plane->armed;
	plane->pending = false;
	if (lines->kind->live)
		mmio_set(igd, lines->reg + lines->kind->live, plane->live.surface);
}

static void arm(struct igd *igd, struct plane *plane)
{
	plane->armed = decode(igd, plane);
	plane->pending = true;
	if (plane->armed.on && !plane->armed.raw)
		igd->display->rearmed = true;
	if (!plane->pipe->on)
		make_live(igd, plane);
}

void scanout_write(struct igd *igd, uint32_t reg)
{
	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		struct plane *plane = &igd->display->planes[i];
		const struct plane_lines *lines = plane->lines;

		if (reg == lines->reg + lines->kind->arm ||
		    (reg == lines->reg && !plane->live.on))
			arm(igd, plane);
	}
}

/* What the registers have after a reset counts at once. */
void scanout_reset(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		struct plane *plane = &igd->display->planes[i];

		plane->armed = decode(igd, plane);
		make_live(igd, plane);
	}
	igd->display->rearmed = false;
}

void scanout_init(struct igd *igd)
{
	struct display *display = igd->display;
	const struct profile *profile = igd->profile;

	for (unsigned int i = 0; i < profile->num_planes; i++) {
		const struct plane_lines *lines = &profile->planes[i];
		struct plane *plane = &display->planes[display->num_planes++];
		const char *kind = lines->kind->name;
		int used;

		/* "A.cursor", "B.universal2": without what sets generations apart */
		used = snprintf(plane->name, sizeof(plane->name), "%c.%.*s",
				lines->pipe, (int)strcspn(kind, "-"), kind);
		if (lines->number)
			snprintf(plane->name + used, sizeof(plane->name) - used,
				 "%u", lines->number);
		plane->lines = lines;
		plane->pipe = display_pipe(igd, lines->pipe);
		mmio_trap(igd, lines->reg, lines->kind->size);
	}
	scanout_reset(igd);
}

static unsigned int entry_bytes(const struct igd *igd)
{
	return igd->profile->generation >= 800 ? 8 : 4;
}

/* An entry of 4 bytes has the address's bits from 32 on in its bits from 4 on */
static bool entry_address(const struct igd *igd, uint64_t entry, uint64_t *address)
{
	uint64_t above = (1ull << (igd->profile->gtt_bits - 32)) - 1;
	uint64_t top = entry_bytes(igd) == 8 ? entry >> 32 : entry >> 4;

	*address = (entry & GTT_ADDRESS_LOW) | (top & above) << 32;
	return entry & GTT_PRESENT;
}

static uint64_t gtt_entry(const struct igd *igd, uint64_t page)
{
	const struct range *gtt = &igd->profile->gtt;
	unsigned int bytes = entry_bytes(igd);

	if (page >= gtt->size / bytes)
		return 0;
	return get_le(igd->bar[0].bytes + gtt->base + page * bytes, bytes);
}

static uint64_t frame_entry(const struct igd *igd, const struct frame *frame,
			    uint32_t page)
{
	if (!frame->shape.table)
		return gtt_entry(igd, frame->shape.surface / PAGE_SIZE + page);
	if (page >= frame->table_entries)
		return 0;
	return get_le(frame->table + page * ENTRY_BYTES, ENTRY_BYTES);
}

static struct frame *frame_find(struct igd *igd, uint16_t id)
{
	struct frame *frame = igd->display->frames;

	while (frame && frame->id != id)
		frame = frame->next;
	return frame;
}

void frame_free(struct igd *igd, struct frame *frame)
{
	struct frame **link = &igd->display->frames;

	while (*link != frame)
		link = &(*link)->next;
	*link = frame->next;
	free(frame->pages);
	free(frame->addresses);
	free(frame->bytes);
	free(frame->table);
	free(frame);
}

static void frame_go_on(struct igd *igd, struct frame *frame);

static void page_refused(struct igd *igd, struct frame *frame, uint32_t page)
{
	struct plane *plane = frame->plane;

	frame->lost++;
	if (config_bus_master(igd)) {
		plane->counts.faults++;
		faults_add(&plane->refused, frame->addresses[page]);
	} else {
		plane->counts.unmastered++;
	}
	frame->addresses[page] = LOST;
}

static void page_missing(struct frame *frame, uint32_t page)
{
	struct plane *plane = frame->plane;

	frame->lost++;
	plane->counts.absent++;
	faults_add(&plane->missing, frame->shape.surface +
		   (uint64_t)frame->pages[page] * PAGE_SIZE);
	frame->addresses[page] = LOST;
}

static void page_read(struct igd *igd, unsigned int arg, int error,
		      const uint8_t *data, size_t length)
{
	struct frame *frame = frame_find(igd, ARG_FRAME(arg));
	uint32_t page = ARG_PAGE(arg);

	frame->answered++;
	frame->plane->counts.reads++;
	if (error)
		page_refused(igd, frame, page);
	else if (frame->bytes)
		memcpy(frame->bytes + (uint64_t)page * PAGE_SIZE, data, length);
	frame_go_on(igd, frame);
}

static void ask_page(struct igd *igd, struct frame *frame)
{
	uint32_t page = frame->asked++;
	uint64_t entry = frame_entry(igd, frame, frame->pages[page]);
	bool present = entry_address(igd, entry, &frame->addresses[page]);

	if (present && !frame->shape.table)
		aperture_write_back(igd, frame->shape.surface +
				    (uint64_t)frame->pages[page] * PAGE_SIZE,
				    frame->addresses[page]);
	if (present && dma_start(igd, VFIO_USER_DMA_READ, frame->addresses[page],
				 NULL, frame->bytes ? PAGE_SIZE : CACHE_LINE,
				 page_read, FRAME_ARG(frame->id, page)))
		return;
	frame->answered++;
	frame->plane->counts.reads++;
	if (present)
		page_refused(igd, frame, page);
	else
		page_missing(frame, page);
}

/* The table has been read into the frame for it: the picture's turn */
static void table_read(struct igd *igd, struct frame *table)
{
	struct frame *frame = table->context;

	frame->table = table->bytes;
	frame->table_entries = table->num_pages * (PAGE_SIZE / ENTRY_BYTES);
	table->bytes = NULL;
	frame_free(igd, table);
	frame_go_on(igd, frame);
}

static void frame_go_on(struct igd *igd, struct frame *frame)
{
	while (frame->asked < frame->num_pages &&
	       frame->asked - frame->answered < MAX_IN_FLIGHT)
		ask_page(igd, frame);
	if (frame->answered < frame->num_pages)
		return;
	if (frame->done != table_read)
		frame->plane->counts.frames++;
	frame->done(igd, frame);
}

static uint32_t most(int64_t value)
{
	return value > 0 ? (uint32_t)value : 0;
}

/* What of it is on the pipe; the shape then begins there */
static void clip(const struct igd *igd, const struct plane *plane,
		 struct shape *shape)
{
	int64_t width = pipe_width(igd, plane->pipe) - (int64_t)shape->x;
	int64_t height = pipe_height(igd, plane->pipe) - (int64_t)shape->y;

	if (shape->raw)
		return;
	if (shape->width > most(width))
		shape->width = most(width);
	if (shape->height > most(height))
		shape->height = most(height);
	if (shape->x < 0) {
		shape->from_x += (uint32_t)-shape->x;
		shape->width = most((int64_t)shape->width + shape->x);
		shape->x = 0;
	}
	if (shape->y < 0) {
		shape->from_y += (uint32_t)-shape->y;
		shape->height = most((int64_t)shape->height + shape->y);
		shape->y = 0;
	}
}

static struct frame *frame_new(struct igd *igd, struct plane *plane,
			       const struct shape *shape, bool keep)
{
	struct display *display = igd->display;
	struct frame *frame = xcalloc(1, sizeof(*frame));

	while (frame_find(igd, display->next_frame))
		display->next_frame++;
	frame->id = display->next_frame++;
	frame->plane = plane;
	frame->shape = *shape;
	frame->num_pages = surface_pages(shape, shape->width, shape->height,
					 &frame->pages);
	frame->addresses = xcalloc(frame->num_pages + 1,
				   sizeof(*frame->addresses));
	if (keep)
		frame->bytes = xcalloc(frame->num_pages + 1, PAGE_SIZE);
	frame->next = display->frames;
	display->frames = frame;
	return frame;
}

/* A surface's own table lies in memory, where the GTT says */
static void read_table(struct igd *igd, struct frame *frame)
{
	uint32_t last = frame->num_pages ? frame->pages[frame->num_pages - 1] : 0;
	struct shape shape = {
		.on = true, .raw = true, .surface = frame->shape.surface,
		.height = last / (PAGE_SIZE / ENTRY_BYTES) + 1,
	};
	struct frame *table = frame_new(igd, frame->plane, &shape, true);

	table->done = table_read;
	table->context = frame;
	frame_go_on(igd, table);
}

/* Does the device get as far as the bus? The profile says what stops it. */
static bool may_read(const struct igd *igd)
{
	unsigned int survives = igd->profile->survives;

	if (!igd->negotiated)
		return false;
	if (config_asleep(igd) && !(survives & SURVIVES_D3HOT))
		return false;
	return config_bus_master(igd) || (survives & SURVIVES_BUSMASTER);
}

bool scanout_frame(struct igd *igd, struct plane *plane, bool keep,
		   void (*done)(struct igd *igd, struct frame *frame),
		   void *context)
{
	struct shape shape = plane->live;
	struct frame *frame;

	if (!plane->pipe->on || !shape.on || !may_read(igd))
		return false;
	clip(igd, plane, &shape);
	frame = frame_new(igd, plane, &shape, keep);
	frame->done = done;
	frame->context = context;
	if (shape.table)
		read_table(igd, frame);
	else
		frame_go_on(igd, frame);
	return true;
}

/* What has been read from there; NULL: that page was lost */
const uint8_t *frame_bytes(const struct frame *frame, uint64_t offset)
{
	uint32_t from = 0, end = frame->num_pages;
	uint64_t page = offset / PAGE_SIZE;

	while (from < end) {
		uint32_t middle = from + (end - from) / 2;

		if (frame->pages[middle] < page)
			from = middle + 1;
		else
			end = middle;
	}
	if (from == frame->num_pages || frame->pages[from] != page ||
	    frame->addresses[from] == LOST)
		return NULL;
	return frame->bytes + (uint64_t)from * PAGE_SIZE + offset % PAGE_SIZE;
}

static void frame_read(struct igd *igd, struct frame *frame)
{
	frame->plane->busy = false;
	frame_free(igd, frame);
}

static void scan(struct igd *igd, struct plane *plane)
{
	int64_t now = now_ns();

	if (plane->busy || now < plane->next)
		return;
	plane->next = now + igd->display->period;
	plane->busy = true;
	if (!scanout_frame(igd, plane, false, frame_read, NULL))
		plane->busy = false;
}

/*
 * Hardware reads 60 frames a second, and so one very soon; at one a second what a driver
 * does right after it might all happen between two of them.
 */
void scanout_mastered(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->display->num_planes; i++)
		igd->display->planes[i].next = 0;
}

void scanout_vblank(struct igd *igd, struct pipe *pipe)
{
	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		struct plane *plane = &igd->display->planes[i];

		if (plane->pipe != pipe)
			continue;
		if (plane->pending)
			make_live(igd, plane);
		if (plane->live.on)
			scan(igd, plane);
	}
}
