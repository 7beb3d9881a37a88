// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA: requests to the client, which answers for its memory and its IOMMU, and a
 * display plane, which reads a cache line of page after page.
 */
#include "igdsim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLANE_READ		64	/* bytes, a cache line */
#define PLANE_HZ		60
#define GTT_PRESENT		0x1u
#define GTT_ADDRESS		0x7ffffff000ull

/*
 * After the message header: address, count, data. The count has 8 bytes, as the
 * protocol's document says and QEMU 11.1 does; 10.2 took 4.
 */
#define DMA_COUNT		8
#define DMA_DATA		16

struct dma_request {
	struct dma_request *next;
	dma_done done;
	unsigned int arg;
	uint32_t length;	/* bytes that a reply must bring */
	uint16_t id;
};

bool dma_start(struct igd *igd, uint16_t command, uint64_t address,
	       const uint8_t *data, uint32_t length, dma_done done,
	       unsigned int arg)
{
	uint8_t body[DMA_DATA + DMA_MAX] = { 0 };
	struct dma_request *request;
	size_t size = DMA_DATA;

	if (length > DMA_MAX)
		return false;
	put_le(body, 8, address);
	put_le(body + DMA_COUNT, 8, length);
	if (command == VFIO_USER_DMA_WRITE) {
		memcpy(body + DMA_DATA, data, length);
		size += length;
	}
	if (!vfio_user_request(igd, igd->next_id, command, body, size))
		return false;

	request = xcalloc(1, sizeof(*request));
	request->id = igd->next_id++;
	request->done = done;
	request->arg = arg;
	request->length = command == VFIO_USER_DMA_READ ? length : 0;
	request->next = igd->requests;
	igd->requests = request;
	return true;
}

bool dma_reply(struct igd *igd, uint16_t id, int error, const uint8_t *body,
	       size_t length)
{
	struct dma_request **link, *request;

	for (link = &igd->requests; *link; link = &(*link)->next)
		if ((*link)->id == id)
			break;
	request = *link;
	if (!request)
		return false;
	*link = request->next;
	if (!error && request->length && length < DMA_DATA + request->length)
		error = EPROTO;
	request->done(igd, request->arg, error,
		      request->length ? body + DMA_DATA : NULL, request->length);
	free(request);
	return true;
}

void plane_set(struct igd *igd, uint64_t address, unsigned int hz)
{
	igd->plane.address = address;
	igd->plane.size = 0;
	igd->plane.hz = hz;
	igd->plane.next = now_ns();
	igd->plane.reads = 0;
	igd->plane.faults = 0;
}

/* One that was asked for through the control channel is not touched. */
void plane_scan(struct igd *igd, uint64_t address, uint64_t size)
{
	if (igd->plane.hz && !igd->plane.size)
		return;
	igd->plane.hz = size ? PLANE_HZ : 0;
	igd->plane.address = address;
	igd->plane.size = size;
	igd->plane.offset = 0;
	igd->plane.next = now_ns();
}

/* Milliseconds until the plane reads again, for poll() */
int plane_timeout(const struct igd *igd)
{
	int64_t left;

	if (!igd->plane.hz)
		return -1;
	left = igd->plane.next - now_ns();
	return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

static void plane_done(struct igd *igd, unsigned int arg, int error,
		       const uint8_t *data, size_t length)
{
	(void)arg;
	(void)data;
	(void)length;
	igd->plane.busy = false;
	igd->plane.reads++;
	if (error)
		igd->plane.faults++;
}

/* Where the plane reads next; false where the GTT leads nowhere */
static bool plane_next(struct igd *igd, uint64_t *address)
{
	const struct range *gtt = &igd->profile->gtt;
	uint64_t at = igd->plane.address, entry;

	*address = at;
	if (!igd->plane.size)
		return true;
	at += igd->plane.offset;
	igd->plane.offset = (igd->plane.offset + PAGE_SIZE) % igd->plane.size;
	if (at / PAGE_SIZE >= gtt->size / 8)
		return false;
	entry = get_le(igd->bar[0].bytes + gtt->base + at / PAGE_SIZE * 8, 8);
	*address = (entry & GTT_ADDRESS) + at % PAGE_SIZE;
	return entry & GTT_PRESENT;
}

void plane_tick(struct igd *igd)
{
	int64_t now = now_ns();
	uint64_t address;

	if (!igd->plane.hz || now < igd->plane.next)
		return;
	igd->plane.next = now + 1000000000 / igd->plane.hz;
	if (!config_bus_master(igd) || igd->plane.busy)
		return;
	if (plane_next(igd, &address))
		igd->plane.busy = dma_start(igd, VFIO_USER_DMA_READ, address,
					    NULL, PLANE_READ, plane_done, 0);
	else
		plane_done(igd, 0, EFAULT, NULL, 0);
}
