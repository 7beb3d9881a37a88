// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that are ioctls: of the device, its container and its group, with
 * every argsz and flag, and arguments that lie where nothing or too little is
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <unistd.h>

#include "fuzz.h"

#define FEATURE_DMA_BUF		11	/* from 6.19 on */

/**
 * struct request - an ioctl's argument
 * @bytes: what is asked, its first four mostly argsz
 * @len: how many of them there are
 */
struct request {
	u8 bytes[128];
	size_t len;
};

static void put(struct request *request, u64 value, unsigned int width)
{
	put_le(request->bytes + request->len, width, value);
	request->len += width;
}

static u32 some_argsz(struct worker *me, u32 right)
{
	static const u32 sizes[] = {
		0, 1, 4, 7, 8, 9, 12, 15, 16, 20, 23, 24, 28, 32, 36, 40, 47, 48,
		56, 63, 64, 65, 128, 256, 4096, INT_MAX, INT_MAX + 1u, UINT_MAX,
	};
	u32 other = sizes[draw_below(me, ARRAY_SIZE(sizes))];

	return draw_one_in(me, 2) ? right : other;
}

static u32 some_flags(struct worker *me)
{
	u32 bit = 1u << draw_below(me, 32), all = draw_value(me, 4);

	switch (draw_below(me, 8)) {
	case 0:
		return all;
	case 1:
	case 2:
		return bit;
	default:
		return 0;
	}
}

/* A file that an interrupt may be told to, or may not */
static int some_file(struct worker *me)
{
	const int files[] = {
		target.event, target.event, target.event, -1, -2, 1 << 20,
		target.nobody, target.vfio.device, target.vfio.iommu, INT_MIN,
	};

	return files[draw_below(me, ARRAY_SIZE(files))];
}

/* Asks, and looks whether there is an address of the host's in what comes back */
static int ask(struct worker *me, int fd, unsigned long what,
	       const struct request *request)
{
	u64 pointer = draw_pointer(me), few = draw_below(me, request->len + 1);
	u8 *end = me->room + ROOM, *at = me->room, sent[ROOM] = { 0 };
	size_t room, i;
	int ret;

	switch (draw_below(me, 16)) {
	case 0:
		return ioctl(fd, what, pointer);
	case 1:
		at = end - few;
		break;
	case 2 ... 7:
		at = end - request->len;
		break;
	}
	room = end - at;
	memcpy(sent, request->bytes, MIN(room, request->len));
	memcpy(at, sent, room);
	ret = ioctl(fd, what, at);
	/* What was sent is no secret */
	for (i = 0; i < room; i++)
		if (at[i] == sent[i])
			at[i] = 0;
	check_bytes(me, at, room, NO_REGION, 0);
	return ret;
}

static int ask_vfio(struct worker *me, unsigned long what,
		    const struct request *request)
{
	return ask(me, target.vfio.device, what, request);
}

bool ask_device(struct worker *me)
{
	struct request request = { .len = 0 };

	put(&request, some_argsz(me, sizeof(struct vfio_device_info)), 4);
	put(&request, some_flags(me), 4);
	put(&request, draw_value(me, 8), 8);
	put(&request, draw_value(me, 4), 4);
	return !ask_vfio(me, VFIO_DEVICE_GET_INFO, &request);
}

static u32 some_index(struct worker *me, u32 end)
{
	u32 any = draw_near(me, 1ULL << draw_below(me, 33));
	u32 inside = draw_below(me, end + 1);

	return draw_one_in(me, 8) ? any : inside;
}

bool ask_region(struct worker *me)
{
	struct request request = { .len = 0 };

	/* Or more, for capabilities */
	put(&request, some_argsz(me, draw_one_in(me, 2) ? 32 : 200), 4);
	put(&request, some_flags(me), 4);
	put(&request, some_index(me, REGIONS), 4);
	put(&request, draw_value(me, 4), 4);
	put(&request, draw_value(me, 8), 8);
	put(&request, draw_value(me, 8), 8);
	return !ask_vfio(me, VFIO_DEVICE_GET_REGION_INFO, &request);
}

bool ask_irq(struct worker *me)
{
	struct request request = { .len = 0 };

	put(&request, some_argsz(me, sizeof(struct vfio_irq_info)), 4);
	put(&request, some_flags(me), 4);
	put(&request, some_index(me, VFIO_PCI_NUM_IRQS), 4);
	put(&request, draw_value(me, 4), 4);
	return !ask_vfio(me, VFIO_DEVICE_GET_IRQ_INFO, &request);
}

bool set_irqs(struct worker *me)
{
	static const u32 data[] = {
		VFIO_IRQ_SET_DATA_NONE, VFIO_IRQ_SET_DATA_BOOL,
		VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_EVENTFD,
	};
	static const u32 actions[] = {
		VFIO_IRQ_SET_ACTION_MASK, VFIO_IRQ_SET_ACTION_UNMASK,
		VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_IRQ_SET_ACTION_TRIGGER,
	};
	struct request request = { .len = 0 };
	u32 flags = data[draw_below(me, ARRAY_SIZE(data))] |
		    actions[draw_below(me, ARRAY_SIZE(actions))];
	unsigned int i;

	put(&request, some_argsz(me, sizeof(struct vfio_irq_set) + 4), 4);
	put(&request, flags ^ some_flags(me), 4);
	put(&request, some_index(me, VFIO_PCI_NUM_IRQS), 4);
	put(&request, draw_one_in(me, 4) ? some_index(me, 32) : 0, 4);
	put(&request, draw_one_in(me, 4) ? some_index(me, 32) : 1, 4);
	for (i = 0; i < 4; i++)
		put(&request, some_file(me), 4);
	return !ask_vfio(me, VFIO_DEVICE_SET_IRQS, &request);
}

static void leave_low_power(void)
{
	struct vfio_device_feature feature = {
		.argsz = sizeof(feature),
		.flags = VFIO_DEVICE_FEATURE_SET |
			 VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
	};

	ioctl(target.vfio.device, VFIO_DEVICE_FEATURE, &feature);
}

bool use_feature(struct worker *me)
{
	static const u32 directions[] = {
		0, VFIO_DEVICE_FEATURE_GET, VFIO_DEVICE_FEATURE_SET,
		VFIO_DEVICE_FEATURE_PROBE,
		VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET,
		VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET,
	};
	u32 feature = draw_one_in(me, 4) ? FEATURE_DMA_BUF : draw_below(me, 20);
	u32 direction = directions[draw_below(me, ARRAY_SIZE(directions))];
	u32 flags = (feature | direction) ^ some_flags(me);
	struct request request = { .len = 0 };
	u64 start = trapped_place(me) & ~(u64)(PAGE - 1);
	int ret;

	put(&request, some_argsz(me, 40), 4);
	put(&request, flags, 4);
	if (feature == FEATURE_DMA_BUF) {
		/* region_index, open_flags, flags, nr_ranges, a range */
		put(&request, draw_below(me, 4), 4);
		put(&request, draw_one_in(me, 4) ? draw_value(me, 4) :
		      O_RDWR | O_CLOEXEC, 4);
		put(&request, some_flags(me), 4);
		put(&request, draw_one_in(me, 4) ? draw_value(me, 4) : 1, 4);
		put(&request, start, 8);
		put(&request, PAGE, 8);
	} else {
		put(&request, some_file(me), 4);
		put(&request, draw_value(me, 8), 8);
		put(&request, draw_value(me, 8), 8);
	}
	ret = ask_vfio(me, VFIO_DEVICE_FEATURE, &request);
	if (ret > 0) {
		wrong(ORACLE_MAPPED, me, "feature %#x gave a file", flags);
		close(ret);
	}
	/* Asleep, the device takes milliseconds for whatever it is asked */
	if (!ret && flags & VFIO_DEVICE_FEATURE_SET)
		leave_low_power();
	return !ret;
}

bool ask_hot_reset(struct worker *me)
{
	struct request request = { .len = 0 };

	put(&request, some_argsz(me, 64), 4);
	put(&request, some_flags(me), 4);
	put(&request, draw_value(me, 4), 4);
	return !ask_vfio(me, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &request);
}

/* On a root bus there is nothing to reset */
bool do_hot_reset(struct worker *me)
{
	struct request request = { .len = 0 };

	put(&request, some_argsz(me, 16), 4);
	put(&request, some_flags(me), 4);
	put(&request, draw_one_in(me, 4) ? some_index(me, 8) : 1, 4);
	put(&request, draw_one_in(me, 4) ? some_file(me) : target.vfio.group, 4);
	return !ask_vfio(me, VFIO_DEVICE_PCI_HOT_RESET, &request);
}

/* Ways past read and write, none of which there is */
bool want_bypass(struct worker *me)
{
	static const unsigned long whats[] = {
		VFIO_DEVICE_IOEVENTFD, VFIO_DEVICE_IOEVENTFD,
		VFIO_DEVICE_QUERY_GFX_PLANE, VFIO_DEVICE_GET_GFX_DMABUF,
	};
	unsigned long what = whats[draw_below(me, ARRAY_SIZE(whats))];
	struct request request = { .len = 0 };
	int ret;

	put(&request, some_argsz(me, sizeof(struct vfio_device_ioeventfd)), 4);
	put(&request, 1u << draw_below(me, 5), 4);
	put(&request, trapped_place(me), 8);
	put(&request, draw_value(me, 8), 8);
	put(&request, some_file(me), 4);
	put(&request, 0, 4);
	put(&request, draw_value(me, 8), 8);
	ret = ask_vfio(me, what, &request);
	if (ret >= 0)
		wrong(ORACLE_MAPPED, me, "ioctl %#lx gave %d", what, ret);
	return false;
}

/* Maps for the device what the thread has mapped of it, or other memory, or none */
static bool map_dma(struct worker *me)
{
	u64 pointer = draw_pointer(me), iova = draw_below(me, 256) * PAGE;
	u64 pages = 1 + draw_below(me, 4), odd = draw(me);
	struct request request = { .len = 0 };
	u8 *page = some_page(me);

	put(&request, some_argsz(me, sizeof(struct vfio_iommu_type1_dma_map)), 4);
	put(&request, draw_one_in(me, 4) ? some_flags(me) :
		      VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, 4);
	switch (draw_below(me, 4)) {
	case 0:
		put(&request, pointer, 8);
		break;
	case 1:
		put(&request, (uintptr_t)me->room & ~(u64)(PAGE - 1), 8);
		pages = 1;
		break;
	default:
		put(&request, (uintptr_t)page & ~(u64)(PAGE - 1), 8);
	}
	put(&request, iova, 8);
	put(&request, draw_one_in(me, 8) ? odd : pages * PAGE, 8);
	return !ask(me, target.vfio.iommu, VFIO_IOMMU_MAP_DMA, &request);
}

/*
 * Behind it is the bitmap that one of the flags asks for. Its pgsize is never 0: type 1
 * of the kernel shifts by the lowest bit that is set, whatever driver has the device, and
 * UBSAN reports that. The device is not reached that way.
 */
static bool unmap_dma(struct worker *me)
{
	const u64 pgsizes[] = { 1, PAGE, 3 * PAGE, 1ULL << 63, draw(me) | 1 };
	struct request request = { .len = 0 };

	put(&request, some_argsz(me, sizeof(struct vfio_iommu_type1_dma_unmap)),
	    4);
	put(&request, draw_one_in(me, 4) ? some_flags(me) : 0, 4);
	put(&request, draw_below(me, 256) * PAGE, 8);
	put(&request, draw_one_in(me, 8) ? draw(me) :
		      (1 + draw_below(me, 256)) * PAGE, 8);
	put(&request, pgsizes[draw_below(me, ARRAY_SIZE(pgsizes))], 8);
	put(&request, draw_value(me, 8), 8);
	put(&request, draw_pointer(me), 8);
	return !ask(me, target.vfio.iommu, VFIO_IOMMU_UNMAP_DMA, &request);
}

bool use_container(struct worker *me)
{
	struct request request = { .len = 0 };

	switch (draw_below(me, 4)) {
	case 0:
		put(&request, some_argsz(me, 64), 4);
		put(&request, some_flags(me), 4);
		return !ask(me, target.vfio.iommu, VFIO_IOMMU_GET_INFO, &request);
	case 1:
		return unmap_dma(me);
	default:
		return map_dma(me);
	}
}

/* A second file of the device, which reads as the first one does */
static bool open_again(struct worker *me)
{
	u64 place = config_place(me);
	u8 bytes[16];
	int device;

	device = ioctl(target.vfio.group, VFIO_GROUP_GET_DEVICE_FD,
		       draw_one_in(me, 4) ? "0000:00:1f.0" : IGD_BDF);
	if (device < 0)
		return false;
	memset(bytes, 0, sizeof(bytes));
	pread(device, bytes, sizeof(bytes),
	      ((u64)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT) + place);
	check_bytes(me, bytes, sizeof(bytes), VFIO_PCI_CONFIG_REGION_INDEX, place);
	close(device);
	return true;
}

bool use_group(struct worker *me)
{
	/* None of these lets go of the container while the device is open */
	static const unsigned long whats[] = {
		VFIO_GROUP_GET_STATUS, VFIO_GROUP_SET_CONTAINER,
		VFIO_GROUP_UNSET_CONTAINER, VFIO_GROUP_GET_DEVICE_FD,
	};
	unsigned long what = whats[draw_below(me, ARRAY_SIZE(whats))];
	struct request request = { .len = 0 };

	if (draw_one_in(me, 2))
		return open_again(me);
	put(&request, draw_one_in(me, 2) ? (u32)some_file(me) :
		      some_argsz(me, 8), 4);
	put(&request, some_flags(me), 4);
	return !ask(me, target.vfio.group, what, &request);
}

bool ask_nonsense(struct worker *me)
{
	struct request request = { .len = 0 };
	/* VFIO's, beyond those that there are, iommufd's three the last; any at all */
	u32 known = VFIO_DEVICE_GET_INFO + 14 + draw_below(me, 64), any = draw(me);
	u32 what = draw_one_in(me, 2) ? known : any;

	/* That one is no nonsense */
	if (what == VFIO_DEVICE_FEATURE)
		what++;
	draw_fill(me, request.bytes, 64);
	request.len = 64;
	put_le(request.bytes, 4, some_argsz(me, 64));
	return ask_vfio(me, what, &request) >= 0;
}
