// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vfio-user protocol, version 0.0, server side (QEMU's
 * docs/interop/vfio-user.rst): one client, one device.
 *
 * Messages are collected without blocking, so that a client that stops in the
 * middle of one holds up nothing else.
 */
#define _GNU_SOURCE
#include "igdsim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum command {
	VERSION = 1,
	DMA_MAP,
	DMA_UNMAP,
	DEVICE_GET_INFO,
	DEVICE_GET_REGION_INFO,
	DEVICE_GET_REGION_IO_FDS,
	DEVICE_GET_IRQ_INFO,
	DEVICE_SET_IRQS,
	REGION_READ,
	REGION_WRITE,
	DEVICE_RESET = 13,
};

struct header {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

#define FLAG_TYPE		0x0f
#define FLAG_REPLY		0x01
#define FLAG_NO_REPLY		0x10
#define FLAG_ERROR		0x20

#define MAX_TRANSFER		(1u << 20)
#define MAX_MESSAGE		(MAX_TRANSFER + 64)

struct version {
	uint16_t major;
	uint16_t minor;
	char capabilities[];
};

struct region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};

/* What a handler sends back: bytes after the header, and at most one file */
struct reply {
	uint8_t *body;
	uint32_t length;
	int fd;
};

typedef int (*handler)(struct igd *igd, const uint8_t *body, uint32_t length,
		       struct reply *reply);

static const char capabilities[] =
	"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576}}";

static int handle_version(struct igd *igd, const uint8_t *body, uint32_t length,
			  struct reply *reply)
{
	const struct version *asked = (const void *)body;
	struct version *answer = (void *)reply->body;

	if (igd->negotiated)
		return EINVAL;
	if (length > sizeof(*asked) && body[length - 1])
		return EINVAL;
	if (asked->major != 0)
		return ENOTSUP;
	answer->major = 0;
	answer->minor = 0;
	memcpy(answer->capabilities, capabilities, sizeof(capabilities));
	reply->length = sizeof(*answer) + sizeof(capabilities);
	igd->negotiated = true;
	return 0;
}

/*
 * The client's memory is never mapped: DMA goes through messages, so that the
 * IOMMU answers for the moment of the access. The files that come along are closed
 * with the message.
 */
static int handle_dma_map(struct igd *igd, const uint8_t *body, uint32_t length,
			  struct reply *reply)
{
	(void)igd;
	(void)body;
	(void)length;
	(void)reply;
	return 0;
}

static int handle_dma_unmap(struct igd *igd, const uint8_t *body,
			    uint32_t length, struct reply *reply)
{
	(void)igd;
	(void)length;
	memcpy(reply->body, body, 24);
	reply->length = 24;
	return 0;
}

static int handle_get_info(struct igd *igd, const uint8_t *body,
			   uint32_t length, struct reply *reply)
{
	const uint32_t info[4] = {
		sizeof(info), VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
		VFIO_PCI_NUM_REGIONS, VFIO_PCI_NUM_IRQS,
	};

	(void)igd;
	(void)body;
	(void)length;
	memcpy(reply->body, info, sizeof(info));
	reply->length = sizeof(info);
	return 0;
}

/* BAR0 is mapped in the pieces that its trapped pages leave */
static uint32_t add_sparse(const struct igd *igd, uint8_t *room)
{
	struct vfio_region_info_cap_sparse_mmap *sparse = (void *)room;
	uint64_t pages = igd->bar[0].size / PAGE_SIZE;
	uint32_t areas = 0;

	for (uint64_t page = 0; page < pages; page++) {
		if (igd->trapped[page])
			continue;
		if (!page || igd->trapped[page - 1]) {
			sparse->areas[areas].offset = page * PAGE_SIZE;
			sparse->areas[areas].size = 0;
			areas++;
		}
		sparse->areas[areas - 1].size += PAGE_SIZE;
	}
	sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->header.version = 1;
	sparse->header.next = 0;
	sparse->nr_areas = areas;
	sparse->reserved = 0;
	return (uint32_t)(sizeof(*sparse) + areas * sizeof(sparse->areas[0]));
}

static int handle_region_info(struct igd *igd, const uint8_t *body,
			      uint32_t length, struct reply *reply)
{
	const struct vfio_region_info *asked = (const void *)body;
	struct vfio_region_info *info = (void *)reply->body;
	uint32_t room = asked->argsz, index = asked->index;

	(void)length;
	if (index >= VFIO_PCI_NUM_REGIONS || room < sizeof(*info))
		return EINVAL;
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		info->size = igd->profile->config_size;
	else if (index < NUM_BARS)
		info->size = igd->bar[index].size;
	if (info->size)
		info->flags = VFIO_REGION_INFO_FLAG_READ |
			      VFIO_REGION_INFO_FLAG_WRITE;
	if (index < NUM_BARS && info->size >= PAGE_SIZE) {
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
		reply->fd = igd->bar[index].fd;
	}
	if (index == VFIO_PCI_BAR0_REGION_INDEX) {
		info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
		info->cap_offset = sizeof(*info);
		info->argsz += add_sparse(igd, reply->body + sizeof(*info));
	}
	/* a client whose room is too small learns how much to bring */
	reply->length = info->argsz <= room ? info->argsz : sizeof(*info);
	return 0;
}

static int handle_io_fds(struct igd *igd, const uint8_t *body, uint32_t length,
			 struct reply *reply)
{
	(void)igd;
	(void)body;
	(void)length;
	(void)reply;
	return ENOTSUP;
}

static int handle_irq_info(struct igd *igd, const uint8_t *body,
			   uint32_t length, struct reply *reply)
{
	const struct vfio_irq_info *asked = (const void *)body;
	struct vfio_irq_info *info = (void *)reply->body;
	uint32_t index = asked->index;

	(void)length;
	if (index >= VFIO_PCI_NUM_IRQS)
		return EINVAL;
	info->argsz = sizeof(*info);
	info->index = index;
	info->count = device_irq_count(igd, index);
	info->flags = VFIO_IRQ_INFO_EVENTFD;
	info->flags |= index == VFIO_PCI_INTX_IRQ_INDEX ?
		       VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED :
		       VFIO_IRQ_INFO_NORESIZE;
	reply->length = sizeof(*info);
	return 0;
}

static void set_irq_fd(int *slot, int fd)
{
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
}

static int handle_set_irqs(struct igd *igd, const uint8_t *body,
			   uint32_t length, struct reply *reply)
{
	const struct vfio_irq_set *set = (const void *)body;
	uint32_t vectors, action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	int *slots;

	(void)length;
	(void)reply;
	if (set->index >= VFIO_PCI_NUM_IRQS)
		return EINVAL;
	vectors = device_irq_count(igd, set->index);
	if (set->start > vectors || set->count > vectors - set->start)
		return EINVAL;
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER)
		return 0;
	slots = igd->irq_fds[set->index];
	if (!set->count && (set->flags & VFIO_IRQ_SET_DATA_NONE))
		for (uint32_t i = 0; i < vectors; i++)
			set_irq_fd(&slots[i], -1);
	if (!(set->flags & VFIO_IRQ_SET_DATA_EVENTFD))
		return 0;
	if (igd->num_fds && igd->num_fds != set->count)
		return EINVAL;
	for (uint32_t i = 0; i < set->count; i++) {
		set_irq_fd(&slots[set->start + i],
			   igd->num_fds ? igd->fds[i] : -1);
		if (igd->num_fds)
			igd->fds[i] = -1;
	}
	return 0;
}

static int handle_read(struct igd *igd, const uint8_t *body, uint32_t length,
		       struct reply *reply)
{
	const struct region_access *access = (const void *)body;

	(void)length;
	if (access->count > MAX_TRANSFER)
		return EINVAL;
	memcpy(reply->body, access, sizeof(*access));
	reply->length = (uint32_t)sizeof(*access) + access->count;
	return device_read(igd, access->region, access->offset, access->count,
			   reply->body + sizeof(*access));
}

static int handle_write(struct igd *igd, const uint8_t *body, uint32_t length,
			struct reply *reply)
{
	const struct region_access *access = (const void *)body;

	if (access->count > length - sizeof(*access))
		return EINVAL;
	memcpy(reply->body, access, sizeof(*access));
	reply->length = sizeof(*access);
	return device_write(igd, access->region, access->offset, access->count,
			    body + sizeof(*access));
}

static int handle_reset(struct igd *igd, const uint8_t *body, uint32_t length,
			struct reply *reply)
{
	(void)body;
	(void)length;
	(void)reply;
	device_reset(igd, RESET_MACHINE);
	return 0;
}

static const struct {
	handler handle;
	uint32_t least;		/* bytes of body without which it is malformed */
} commands[] = {
	[VERSION] = { handle_version, sizeof(struct version) },
	[DMA_MAP] = { handle_dma_map, 32 },
	[DMA_UNMAP] = { handle_dma_unmap, 24 },
	[DEVICE_GET_INFO] = { handle_get_info, 16 },
	[DEVICE_GET_REGION_INFO] = { handle_region_info,
				     sizeof(struct vfio_region_info) },
	[DEVICE_GET_REGION_IO_FDS] = { handle_io_fds, 0 },
	[DEVICE_GET_IRQ_INFO] = { handle_irq_info, sizeof(struct vfio_irq_info) },
	[DEVICE_SET_IRQS] = { handle_set_irqs, sizeof(struct vfio_irq_set) },
	[REGION_READ] = { handle_read, sizeof(struct region_access) },
	[REGION_WRITE] = { handle_write, sizeof(struct region_access) },
	[DEVICE_RESET] = { handle_reset, 0 },
};

/* The client takes header and body in one read each, so both go in one message */
static bool send_message(struct igd *igd, const struct header *header,
			 const void *body, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov[2] = {
		{ .iov_base = (void *)header, .iov_len = sizeof(*header) },
		{ .iov_base = (void *)body,
		  .iov_len = header->size - sizeof(*header) },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t sent;

	if (fd >= 0) {
		struct cmsghdr *cmsg;

		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	}
	do {
		sent = sendmsg(igd->client, &msg, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)header->size;
}

static bool handle_request(struct igd *igd, const struct header *asked)
{
	static uint8_t room[MAX_MESSAGE] __attribute__((aligned(8)));
	const uint8_t *body = igd->message + sizeof(*asked);
	uint32_t length = asked->size - (uint32_t)sizeof(*asked);
	struct reply reply = { .body = room, .fd = -1 };
	struct header header = *asked;
	int error;

	if (asked->command >= ARRAY_SIZE(commands) ||
	    !commands[asked->command].handle)
		error = ENOSYS;
	else if (length < commands[asked->command].least)
		error = EINVAL;
	else if (!igd->negotiated && asked->command != VERSION)
		error = EINVAL;
	else
		error = commands[asked->command].handle(igd, body, length, &reply);

	if (error)
		journal_note(&igd->journal, "refused command %u (%u bytes): %s",
			     asked->command, asked->size, strerror(error));
	if (asked->flags & FLAG_NO_REPLY)
		return true;
	if (error) {
		reply.length = 0;
		reply.fd = -1;
	}
	header.size = (uint32_t)sizeof(header) + reply.length;
	header.flags = FLAG_REPLY | (error ? FLAG_ERROR : 0);
	header.error = (uint32_t)error;
	return send_message(igd, &header, reply.body, reply.fd);
}

bool vfio_user_request(struct igd *igd, uint16_t id, uint16_t command,
		       const void *body, size_t length)
{
	struct header header = {
		.id = id,
		.command = command,
		.size = (uint32_t)(sizeof(header) + length),
	};

	return igd->negotiated && send_message(igd, &header, body, -1);
}

static bool handle_message(struct igd *igd)
{
	struct header header;

	memcpy(&header, igd->message, sizeof(header));
	if ((header.flags & FLAG_TYPE) == FLAG_REPLY) {
		int error = header.flags & FLAG_ERROR ? (int)header.error : 0;

		if (!dma_reply(igd, header.id, error,
			       igd->message + sizeof(header),
			       header.size - sizeof(header)))
			journal_note(&igd->journal,
				     "ignored a reply to nothing, id %u",
				     header.id);
		return true;
	}
	return handle_request(igd, &header);
}

static void drop_fds(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->num_fds; i++)
		if (igd->fds[i] >= 0)
			close(igd->fds[i]);
	igd->num_fds = 0;
}

static void keep_fds(struct igd *igd, struct msghdr *msg)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		const unsigned char *data = CMSG_DATA(cmsg);
		size_t bytes = cmsg->cmsg_len - CMSG_LEN(0);

		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		for (; bytes >= sizeof(int); bytes -= sizeof(int)) {
			int fd;

			memcpy(&fd, data, sizeof(fd));
			data += sizeof(fd);
			if (igd->num_fds < ARRAY_SIZE(igd->fds))
				igd->fds[igd->num_fds++] = fd;
			else
				close(fd);
		}
	}
}

/* How many bytes the message has, as far as that is known; 0: it is nonsense */
static size_t expected(const struct igd *igd)
{
	struct header header;

	if (igd->received < sizeof(header))
		return sizeof(header);
	memcpy(&header, igd->message, sizeof(header));
	if (header.size < sizeof(header) || header.size > MAX_MESSAGE)
		return 0;
	return header.size;
}

/* Takes what has arrived; false when the client is gone, or talks nonsense */
bool vfio_user_receive(struct igd *igd)
{
	for (;;) {
		char control[CMSG_SPACE(ARRAY_SIZE(igd->fds) * sizeof(int))]
			__attribute__((aligned(8)));
		size_t wanted = expected(igd);
		struct iovec iov = {
			.iov_base = igd->message + igd->received,
			.iov_len = wanted - igd->received,
		};
		struct msghdr msg = {
			.msg_iov = &iov, .msg_iovlen = 1,
			.msg_control = control, .msg_controllen = sizeof(control),
		};
		ssize_t got;

		if (!wanted) {
			journal_note(&igd->journal,
				     "hanging up: a message of impossible size");
			return false;
		}
		if (iov.iov_len) {
			got = recvmsg(igd->client, &msg,
				      MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
			if (got < 0)
				return errno == EAGAIN || errno == EINTR;
			if (!got)
				return false;
			keep_fds(igd, &msg);
			igd->received += (size_t)got;
		}
		if (igd->received < sizeof(struct header) ||
		    igd->received != expected(igd))
			continue;
		if (!handle_message(igd))
			return false;
		drop_fds(igd);
		igd->received = 0;
	}
}

void vfio_user_accept(struct igd *igd, int listener)
{
	igd->client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (igd->client < 0)
		return;
	igd->message = xcalloc(1, MAX_MESSAGE);
	journal_note(&igd->journal, "client connected");
}
