// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that read and write: every region, offset and size
 *
 * The buffer ends where memory does, so that the kernel can use no byte more than
 * the access has.
 */
#include <linux/pci_regs.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define PORTS_END		8
#define EMPTY			0x11

#define WATCHED			64
#define WATCHED_READS		8

/* What hardware does comes most often; of it, large ones take milliseconds */
static size_t some_size(struct worker *me)
{
	static const size_t odd[] = { 0, 3, 5, 6, 7, 9, 12, 15, 16, 17, 24, 31, 33 };
	static const size_t large[] = { 63, 64, 65, 100, 255, 256, ROOM };
	static const size_t huge[] = {
		ROOM + 1, INT_MAX, INT_MAX + 1ULL, UINT_MAX, UINT_MAX + 1ULL,
		INT_MAX & ~(PAGE - 1), LONG_MAX, ULONG_MAX,
	};
	u64 which = draw_below(me, 128);

	if (which == 0)
		return huge[draw_below(me, ARRAY_SIZE(huge))];
	if (which == 1)
		return large[draw_below(me, ARRAY_SIZE(large))];
	if (which < 16)
		return odd[draw_below(me, ARRAY_SIZE(odd))];
	return 1ULL << draw_below(me, 4);
}

/* @room: bytes of it that are there; a huge access soon comes to their end */
static u8 *some_buffer(struct worker *me, size_t size, size_t *room)
{
	u64 pointer = draw_pointer(me);

	if (draw_one_in(me, 40)) {
		*room = 0;
		return (u8 *)(uintptr_t)pointer;
	}
	*room = size <= ROOM ? size : 32;
	return me->room + ROOM - *room;
}

static bool do_read(struct worker *me, unsigned int index, u64 place)
{
	size_t size = some_size(me), room;
	u8 *buf = some_buffer(me, size, &room);
	ssize_t done;

	memset(buf, EMPTY, room);
	done = pread(target.vfio.device, buf, size,
		     ((u64)index << REGION_SHIFT) + place);
	check_bytes(me, buf, room, index, place);
	return done > 0;
}

static bool do_write(struct worker *me, unsigned int index, u64 place)
{
	size_t size = some_size(me), room;
	u8 *buf = some_buffer(me, size, &room);

	/*
	 * Also from what it has mapped of the device itself, to registers of which
	 * nobody asks what is in them; but no byte that was read.
	 */
	if (draw_one_in(me, 200) && index <= VFIO_PCI_BAR2_REGION_INDEX)
		buf = some_page(me);
	else if (room)
		draw_fill(me, buf, room);
	else
		draw_fill(me, me->room, ROOM);
	return pwrite(target.vfio.device, buf, size,
		      ((u64)index << REGION_SHIFT) + place) > 0;
}

static const struct machine_register *some_register(struct worker *me)
{
	const struct machine_register *reg;

	do {
		reg = &target.machine->registers[draw_below(me, MACHINE_REGISTERS)];
	} while (!reg->width);
	return reg;
}

u64 config_place(struct worker *me)
{
	static const u64 borders[] = {
		0, PCI_STD_HEADER_SIZEOF, PCI_CFG_SPACE_SIZE,
		PCI_CFG_SPACE_EXP_SIZE,
	};

	switch (draw_below(me, 8)) {
	case 0:
		return draw_below(me, PCI_CFG_SPACE_SIZE);
	case 1:
		return draw_near(me, borders[draw_below(me, ARRAY_SIZE(borders))]);
	case 2:
		return draw_below(me, PCI_CFG_SPACE_EXP_SIZE);
	default:
		/* Where it is in the gap alone, this is near 0 */
		return draw_near(me, some_register(me)->config) & 0xfff;
	}
}

/* In or at what of BAR0 is trapped */
u64 trapped_place(struct worker *me)
{
	const struct machine *machine = target.machine;
	const struct machine_range *trap =
		&machine->trapped[draw_below(me, machine->traps)];

	switch (draw_below(me, 8)) {
	case 0:
		return trap->start + draw_below(me, trap->end - trap->start);
	case 1:
		return draw_near(me, trap->start);
	case 2:
		return draw_near(me, trap->end);
	case 3:
		/* Where the VT-d units are */
		return draw_near(me, MCHBAR_START + 0x5400 + 8 * draw_below(me, 5));
	default:
		return draw_near(me, some_register(me)->gap ?: GAP_START);
	}
}

static u64 bar0_place(struct worker *me)
{
	const u64 size = target.machine->bar0_size;

	switch (draw_below(me, 8)) {
	case 0:
		return draw_near(me, size);
	case 1:
		return draw_near(me, draw_below(me, 16) * 2 * MIB);
	case 2:
		return target.machine->gtt + draw_below(me, size / 2);
	default:
		return draw_below(me, size / 2);
	}
}

static u64 bar2_place(struct worker *me)
{
	return draw_below(me, target.region_size[VFIO_PCI_BAR2_REGION_INDEX] + 64);
}

bool read_config(struct worker *me)
{
	return do_read(me, VFIO_PCI_CONFIG_REGION_INDEX, config_place(me));
}

bool write_config(struct worker *me)
{
	return do_write(me, VFIO_PCI_CONFIG_REGION_INDEX, config_place(me));
}

bool read_trapped(struct worker *me)
{
	return do_read(me, VFIO_PCI_BAR0_REGION_INDEX, trapped_place(me));
}

bool write_trapped(struct worker *me)
{
	return do_write(me, VFIO_PCI_BAR0_REGION_INDEX, trapped_place(me));
}

bool read_bar0(struct worker *me)
{
	return do_read(me, VFIO_PCI_BAR0_REGION_INDEX, bar0_place(me));
}

bool write_bar0(struct worker *me)
{
	return do_write(me, VFIO_PCI_BAR0_REGION_INDEX, bar0_place(me));
}

bool read_bar2(struct worker *me)
{
	return do_read(me, VFIO_PCI_BAR2_REGION_INDEX, bar2_place(me));
}

bool write_bar2(struct worker *me)
{
	return do_write(me, VFIO_PCI_BAR2_REGION_INDEX, bar2_place(me));
}

/* Regions that are copies: ROM, OpRegion and the two bridges */
static unsigned int some_snapshot(struct worker *me, u64 *place)
{
	static const unsigned int indexes[] = {
		VFIO_PCI_ROM_REGION_INDEX, VFIO_PCI_NUM_REGIONS,
		VFIO_PCI_NUM_REGIONS + 1, VFIO_PCI_NUM_REGIONS + 2,
	};
	unsigned int index = indexes[draw_below(me, ARRAY_SIZE(indexes))];
	u64 size = target.region_size[index];
	u64 inside = draw_below(me, size), end = draw_near(me, size);

	*place = draw_one_in(me, 4) ? end : inside;
	return index;
}

bool read_snapshot(struct worker *me)
{
	u64 place;
	unsigned int index = some_snapshot(me, &place);

	return do_read(me, index, place);
}

bool write_snapshot(struct worker *me)
{
	u64 place;
	unsigned int index = some_snapshot(me, &place);

	return do_write(me, index, place);
}

/* Offsets in no region, behind the end of one, and such as mean nothing */
static u64 nowhere(struct worker *me)
{
	static const unsigned int empty[] = { 1, 3, 5, 8, 12, 13, 255 };
	u64 index = draw_below(me, 1 << 23);

	switch (draw_below(me, 6)) {
	case 0:
		return draw(me);
	case 1:
		return draw_near(me, index << REGION_SHIFT);
	case 2:
		return draw_near(me, 1ULL << draw_below(me, 64));
	case 3:
		/* A region, far behind its end */
		return (index % REGIONS << REGION_SHIFT) +
		       (draw(me) >> 24 | 1 << 30);
	default:
		index = empty[draw_below(me, ARRAY_SIZE(empty))];
		return (index << REGION_SHIFT) + draw_below(me, MIB);
	}
}

bool read_nowhere(struct worker *me)
{
	u64 place = nowhere(me);

	return do_read(me, place >> REGION_SHIFT,
		       place & ((1ULL << REGION_SHIFT) - 1));
}

bool write_nowhere(struct worker *me)
{
	u64 place = nowhere(me);

	return do_write(me, place >> REGION_SHIFT,
			place & ((1ULL << REGION_SHIFT) - 1));
}

/* BAR4: an index that leads somewhere, then its data; or any bytes of it */
bool use_ports(struct worker *me)
{
	u64 trapped = trapped_place(me), plain = bar0_place(me);
	u32 index = draw_one_in(me, 4) ? plain : trapped;
	u64 place = draw_below(me, 2 * PORTS_END);
	u8 bytes[4];

	/* The lowest two bits choose the target */
	put_le(bytes, 4, (index & ~3) | draw_below(me, 4));
	if (draw_one_in(me, 2))
		pwrite(target.vfio.device, bytes, sizeof(bytes),
		       (u64)VFIO_PCI_BAR4_REGION_INDEX << REGION_SHIFT);
	if (draw_one_in(me, 2))
		return do_write(me, VFIO_PCI_BAR4_REGION_INDEX, place);
	return do_read(me, VFIO_PCI_BAR4_REGION_INDEX, place);
}

/*
 * A second thread looks at the buffer while a read is under way: a value of the
 * host's must not be there for a moment either.
 */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t begins;
	pthread_t thread;
	atomic_bool reads;	/* a read may be under way */
	bool over;
	u8 bytes[WATCHED] __attribute__((aligned(WATCHED)));
} watched = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.begins = PTHREAD_COND_INITIALIZER,
};

static void *watch(void *arg)
{
	pthread_mutex_lock(&watched.mutex);
	while (!watched.over) {
		while (!watched.over && !atomic_load(&watched.reads))
			pthread_cond_wait(&watched.begins, &watched.mutex);
		pthread_mutex_unlock(&watched.mutex);
		while (atomic_load(&watched.reads))
			check_bytes(NULL, watched.bytes, sizeof(watched.bytes),
				    NO_REGION, 0);
		pthread_mutex_lock(&watched.mutex);
	}
	pthread_mutex_unlock(&watched.mutex);
	return NULL;
}

void watcher_start(void)
{
	if (pthread_create(&watched.thread, NULL, watch, NULL))
		die("no thread: %m");
}

void watcher_end(void)
{
	pthread_mutex_lock(&watched.mutex);
	watched.over = true;
	pthread_cond_signal(&watched.begins);
	pthread_mutex_unlock(&watched.mutex);
	pthread_join(watched.thread, NULL);
}

/* Reads of registers that have addresses on the host; no part of INFO is in them */
static void read_into_watched(struct worker *me)
{
	const struct machine_register *reg = some_register(me);
	size_t len = 1 + draw_below(me, 24);
	u64 place = draw_below(me, 16), from = 0;
	unsigned int index = VFIO_PCI_CONFIG_REGION_INDEX;

	/* Bytes of two reads side by side are no address */
	memset(watched.bytes, EMPTY, sizeof(watched.bytes));
	if (reg->config && (!reg->gap || draw_one_in(me, 2))) {
		from = reg->config;
	} else if (reg->gap != VFIO_PCI_IGD_MMIO_INFO) {
		index = VFIO_PCI_BAR0_REGION_INDEX;
		from = reg->gap;
	}
	pread(target.vfio.device, watched.bytes + draw_below(me, WATCHED - len),
	      len, ((u64)index << REGION_SHIFT) + (from > place ? from - place : 0));
}

bool read_watched(struct worker *me)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	unsigned int i;

	pthread_mutex_lock(&one_at_a_time);
	pthread_mutex_lock(&watched.mutex);
	atomic_store(&watched.reads, true);
	pthread_cond_signal(&watched.begins);
	pthread_mutex_unlock(&watched.mutex);

	for (i = 0; i < WATCHED_READS; i++) {
		read_into_watched(me);
		check_bytes(me, watched.bytes, sizeof(watched.bytes), NO_REGION,
			    0);
	}
	atomic_store(&watched.reads, false);
	pthread_mutex_unlock(&one_at_a_time);
	return true;
}
