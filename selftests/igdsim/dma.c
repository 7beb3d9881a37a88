// SPDX-License-Identifier: GPL-2.0-only
/* DMA: requests to the client, which answers for its memory and its IOMMU */
#include "igdsim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
