// SPDX-License-Identifier: GPL-2.0-only
/* Planes: what reads memory, frame after frame, while it is on */
#include "display.h"

#include <errno.h>
#include <stdio.h>

#define PLANE_READ		64	/* bytes, a cache line */
#define PLANE_HZ		60
#define GTT_PRESENT		0x1u
#define GTT_ADDRESS		0x7ffffff000ull

/* Those of a plane from its first on, as gen 9 has it */
#define PLANE_CONTROL		0x00
#define   PLANE_CONTROL_ON	0x80000000u
#define PLANE_STRIDE		0x08	/* in cache lines, if linear */
#define PLANE_SIZE		0x10	/* lines less one in bits 31:16 */
#define PLANE_SURFACE		0x1c
#define PLANE_END		0x20

struct scanout {
	uint64_t address;
	uint64_t size;		/* in the GTT; 0: a plain address */
	uint64_t offset;	/* of the next read, below size */
	uint64_t reads;
	uint64_t faults;
	unsigned int hz;	/* 0: off */
	bool busy;		/* a read is under way */
	int64_t next;		/* ns, CLOCK_MONOTONIC */
};

void scanout_probe(struct igd *igd, uint64_t address, unsigned int hz)
{
	struct scanout *plane = igd->display->scanout;

	plane->hz = hz;
	if (!hz)
		return;
	plane->address = address;
	plane->size = 0;
	plane->next = now_ns();
	plane->reads = 0;
	plane->faults = 0;
}

/* One that was asked for through the control channel is not touched. */
static void plane_scan(struct igd *igd, uint64_t address, uint64_t size)
{
	struct scanout *plane = igd->display->scanout;

	if (plane->hz && !plane->size)
		return;
	plane->hz = size ? PLANE_HZ : 0;
	plane->address = address;
	plane->size = size;
	plane->offset = 0;
	plane->next = now_ns();
}

/* Milliseconds until the plane reads again, for poll() */
int scanout_timeout(const struct igd *igd)
{
	const struct scanout *plane = igd->display->scanout;
	int64_t left;

	if (!plane->hz)
		return -1;
	left = plane->next - now_ns();
	return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

static void plane_done(struct igd *igd, unsigned int arg, int error,
		       const uint8_t *data, size_t length)
{
	struct scanout *plane = igd->display->scanout;

	(void)arg;
	(void)data;
	(void)length;
	plane->busy = false;
	plane->reads++;
	if (error)
		plane->faults++;
}

/* Where the plane reads next; false where the GTT leads nowhere */
static bool plane_next(struct igd *igd, uint64_t *address)
{
	struct scanout *plane = igd->display->scanout;
	const struct range *gtt = &igd->profile->gtt;
	uint64_t at = plane->address, entry;

	*address = at;
	if (!plane->size)
		return true;
	at += plane->offset;
	plane->offset = (plane->offset + PAGE_SIZE) % plane->size;
	if (at / PAGE_SIZE >= gtt->size / 8)
		return false;
	entry = get_le(igd->bar[0].bytes + gtt->base + at / PAGE_SIZE * 8, 8);
	*address = (entry & GTT_ADDRESS) + at % PAGE_SIZE;
	return entry & GTT_PRESENT;
}

void scanout_tick(struct igd *igd)
{
	struct scanout *plane = igd->display->scanout;
	int64_t now = now_ns();
	uint64_t address;

	if (!plane->hz || now < plane->next)
		return;
	plane->next = now + 1000000000 / plane->hz;
	if (!config_bus_master(igd) || plane->busy)
		return;
	if (plane_next(igd, &address))
		plane->busy = dma_start(igd, VFIO_USER_DMA_READ, address,
					    NULL, PLANE_READ, plane_done, 0);
	else
		plane_done(igd, 0, EFAULT, NULL, 0);
}

/* The other registers of a plane count once the surface's address is written. */
static void update_plane(struct igd *igd)
{
	const uint8_t *plane = igd->bar[0].bytes + igd->profile->plane;
	uint64_t size = (get_le(plane + PLANE_SIZE + 2, 2) + 1) *
			get_le(plane + PLANE_STRIDE, 4) * 64;

	if (!(get_le(plane + PLANE_CONTROL, 4) & PLANE_CONTROL_ON))
		size = 0;
	plane_scan(igd, get_le(plane + PLANE_SURFACE, 4) & ~0xfffu,
		   PAGE_ALIGN(size));
}

void scanout_init(struct igd *igd)
{
	igd->display->scanout = xcalloc(1, sizeof(struct scanout));
	if (igd->profile->plane)
		mmio_trap(igd, igd->profile->plane, PLANE_END);
}

void scanout_reset(struct igd *igd, enum reset reset)
{
	(void)reset;
	if (igd->profile->plane)
		update_plane(igd);
}

void scanout_write(struct igd *igd, uint32_t reg)
{
	if (igd->profile->plane && reg == igd->profile->plane + PLANE_SURFACE)
		update_plane(igd);
}

void scanout_vblank(struct igd *igd, struct pipe *pipe)
{
	(void)igd;
	(void)pipe;
}

int scanout_print_probe(const struct igd *igd, char *text, size_t size)
{
	const struct scanout *plane = igd->display->scanout;

	return snprintf(text, size, "%s 0x%llx %u reads %llu faults %llu",
			plane->hz ? "on" : "off",
			(unsigned long long)plane->address, plane->hz,
			(unsigned long long)plane->reads,
			(unsigned long long)plane->faults);
}
