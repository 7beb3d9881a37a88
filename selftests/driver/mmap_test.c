// SPDX-License-Identifier: GPL-2.0-only
/*
 * No way into the gap page of BAR0 but through the driver: not by mmap() of any
 * offset and length, not by an ioeventfd, not by BAR4's index and data ports.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define PORT_INDEX		0
#define PORT_DATA		4
#define ATTACK_SECONDS		2

/* Scratch registers of the display, which do nothing */
#define SCRATCH			0x4f100
#define SCRATCH_VALUE		0x11223344

static struct region bar0_region(const struct vfio *vfio)
{
	struct region region;
	int ret = vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &region);

	if (ret)
		die("no BAR0: %s", strerror(-ret));
	return region;
}

static void *map_bar0(const struct vfio *vfio, u64 offset, u64 len)
{
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
		    vfio->device, bar0_region(vfio).offset + offset);
}

TEST_F(igd, all_but_the_gap_is_said_to_be_mappable)
{
	struct region bar0 = bar0_region(&self->vfio);

	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		  VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS,
		  bar0.flags);
	EXPECT_EQ(self->machine->bar0_size, bar0.size);
	ASSERT_EQ(2, bar0.areas);
	EXPECT_EQ(0, bar0.area[0].offset);
	EXPECT_EQ(GAP_START, bar0.area[0].size);
	EXPECT_EQ(GAP_END, bar0.area[1].offset);
	EXPECT_EQ(bar0.size, bar0.area[1].offset + bar0.area[1].size);
}

/* The ioctl has to say how much room it needs, and to fill no more than it has */
TEST_F(igd, region_info_in_too_little_room)
{
	struct {
		struct vfio_region_info info;
		u8 more[256];
	} small, large;

	memset(&small, 0xa5, sizeof(small));
	small.info = (struct vfio_region_info) {
		.argsz = sizeof(small.info),
		.index = VFIO_PCI_BAR0_REGION_INDEX,
	};
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_GET_REGION_INFO,
			   &small));
	EXPECT_LT(sizeof(small.info), small.info.argsz);
	EXPECT_EQ(0, small.info.cap_offset);
	EXPECT_EQ(0xa5, small.more[0]);

	memset(&large, 0xa5, sizeof(large));
	large.info = small.info;
	ASSERT_EQ(0, ioctl(self->vfio.device, VFIO_DEVICE_GET_REGION_INFO,
			   &large));
	EXPECT_EQ(sizeof(large.info), large.info.cap_offset);
	EXPECT_NE(0xa5, large.more[0]);
	EXPECT_EQ(0xa5, large.more[small.info.argsz - sizeof(large.info)]);

	small.info.argsz = 8;
	EXPECT_EQ(-1, ioctl(self->vfio.device, VFIO_DEVICE_GET_REGION_INFO,
			    &small));
	EXPECT_EQ(EINVAL, errno);
}

/* Every range of pages around the gap, by offset and by length */
TEST_F(igd, no_mapping_touches_the_gap)
{
	u64 from, len;

	for (from = GAP_START - 8 * PAGE; from < GAP_END + 4 * PAGE;
	     from += PAGE) {
		for (len = PAGE; len <= 16 * PAGE; len += PAGE) {
			bool touches = from < GAP_END && from + len > GAP_START;
			void *map = map_bar0(&self->vfio, from, len);

			EXPECT_EQ(touches, map == MAP_FAILED)
				TH_LOG("%llu pages from %#llx on", len / PAGE,
				       from);
			if (map != MAP_FAILED)
				munmap(map, len);
		}
	}
}

TEST_F(igd, no_large_mapping_touches_the_gap)
{
	const u64 size = self->machine->bar0_size;
	const struct {
		u64 from;
		u64 len;
	} ranges[] = {
		{ 0, size }, { 0, 2 * MIB }, { 0, GAP_START + 1 },
		{ 0, GAP_END }, { PAGE, size - PAGE }, { MIB, MIB },
		{ MIB, size - MIB }, { GAP_START, size - GAP_START },
		{ GAP_START, 1 }, { 0, 1 << 30 }, { GAP_START, 1ULL << 40 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		EXPECT_EQ(MAP_FAILED, map_bar0(&self->vfio, ranges[i].from,
					       ranges[i].len))
			TH_LOG("%#llx bytes from %#llx on", ranges[i].len,
			       ranges[i].from);
	}
}

/* An offset's bits from 40 on are the region's index */
TEST_F(igd, no_other_offset_leads_to_the_gap)
{
	u64 offset = bar0_region(&self->vfio).offset + GAP_START;
	unsigned int bit;

	/* The upper half of BAR0's address is a BAR of its own, without memory */
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
				   self->vfio.device, offset + (1ULL << 40)));
	/* Bit 41 is BAR2, which has memory at that offset */
	for (bit = 42; bit < 63; bit++) {
		EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
					   self->vfio.device,
					   offset + (1ULL << bit)))
			TH_LOG("bit %u", bit);
	}
}

TEST_F(igd, no_mapping_grows_into_the_gap)
{
	u64 before = GAP_START - PAGE;
	void *map = map_bar0(&self->vfio, before, PAGE);

	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(MAP_FAILED, mremap(map, PAGE, 2 * PAGE, 0));
	EXPECT_EQ(MAP_FAILED, mremap(map, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	/* An old size of 0 makes a second mapping of a shared one */
	EXPECT_EQ(MAP_FAILED, mremap(map, 0, 2 * PAGE, MREMAP_MAYMOVE));
	/* And this changes what a mapping shows */
	EXPECT_NE(0, syscall(SYS_remap_file_pages, map, PAGE, 0,
			     (bar0_region(&self->vfio).offset + GAP_START) / PAGE,
			     0));
}

TEST_F_TIMEOUT(igd, what_is_mapped_reads_as_what_is_not, 120)
{
	struct region bar0 = bar0_region(&self->vfio);
	unsigned int i;
	u64 at;

	for (i = 0; i < bar0.areas; i++) {
		u64 from = bar0.area[i].offset, len = bar0.area[i].size;
		u8 *map = map_bar0(&self->vfio, from, len);

		ASSERT_NE(MAP_FAILED, map);
		/* Every 16th page and the last */
		for (at = 0; at < len; at += 16 * PAGE) {
			EXPECT_EQ(bar0_read(&self->vfio, from + at, 4),
				  *(volatile u32 *)(map + at))
				TH_LOG("at %#llx", from + at);
		}
		EXPECT_EQ(bar0_read(&self->vfio, from + len - 4, 4),
			  *(volatile u32 *)(map + len - 4));
		munmap(map, len);
	}
}

TEST_F(igd, what_is_written_to_a_mapping_is_there)
{
	u8 *map = map_bar0(&self->vfio, SCRATCH & ~(PAGE - 1), PAGE);

	ASSERT_NE(MAP_FAILED, map);
	*(volatile u32 *)(map + SCRATCH % PAGE) = SCRATCH_VALUE;
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(&self->vfio, SCRATCH, 4));
	EXPECT_EQ(SCRATCH_VALUE, sim_read("bar0", SCRATCH, 4));
}

TEST_F(igd, the_aperture_is_mapped_whole)
{
	struct region bar2;
	void *map;

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_BAR2_REGION_INDEX,
				 &bar2));
	EXPECT_EQ(0, bar2.areas);
	map = mmap(NULL, bar2.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   self->vfio.device, bar2.offset);
	EXPECT_NE(MAP_FAILED, map);
}

static int set_ioeventfd(const struct vfio *vfio, u64 offset, int fd)
{
	struct vfio_device_ioeventfd ioeventfd = {
		.argsz = sizeof(ioeventfd),
		.flags = VFIO_DEVICE_IOEVENTFD_32,
		.offset = bar0_region(vfio).offset + offset,
		.fd = fd,
	};

	return ioctl(vfio->device, VFIO_DEVICE_IOEVENTFD, &ioeventfd) ?
	       -errno : 0;
}

TEST_F(igd, no_ioeventfd)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOTTY, set_ioeventfd(&self->vfio, GAP_START + 0xc0, fd));
	EXPECT_EQ(-ENOTTY, set_ioeventfd(&self->vfio, SCRATCH, fd));
}

/*
 * BAR4: the register whose offset is written to the index port is at the data
 * port.
 */
static void write_index(const struct vfio *vfio, u32 index)
{
	u8 bytes[4];

	put_le(bytes, 4, index);
	vfio_write(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 4);
}

TEST_F(igd, bar4_is_there_or_not)
{
	struct region bar4;
	u8 byte;

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
				 &bar4));
	EXPECT_EQ(self->machine->bar4_size, bar4.size);
	EXPECT_EQ(bar4.size ? 1 : -1,
		  pread(self->vfio.device, &byte, 1, bar4.offset));
}

#define NEED_PORTS() do {						\
	if (!self->machine->bar4_size)					\
		SKIP(return, "the device has no BAR4, and so no ports");\
} while (0)

TEST_F(igd, ports_show_and_change_other_registers)
{
	u8 bytes[4];

	NEED_PORTS();
	write_index(&self->vfio, SCRATCH);
	put_le(bytes, 4, SCRATCH_VALUE);
	vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
	EXPECT_EQ(SCRATCH_VALUE, bar0_read(&self->vfio, SCRATCH, 4));
	memset(bytes, 0, sizeof(bytes));
	vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, bytes, 4);
	EXPECT_EQ(SCRATCH_VALUE, get_le(bytes, 4));
}

TEST_F(igd, ports_read_the_gap_as_bar0_does)
{
	unsigned int at, width, part, i;
	u8 bytes[4];

	NEED_PORTS();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	for (at = GAP_START + 0xb8; at < GAP_START + 0xd0; at += 4) {
		write_index(&self->vfio, at);
		for (part = 0; part < 4; part++) {
			for (width = 1; part + width <= 4; width++) {
				vfio_read(&self->vfio,
					  VFIO_PCI_BAR4_REGION_INDEX,
					  PORT_DATA + part, bytes, width);
				for (i = 0; i < width; i++) {
					EXPECT_EQ(bar0_read(&self->vfio,
							    at + part + i, 1),
						  bytes[i])
						TH_LOG("byte %u of %u at %#x",
						       part + i, width, at);
				}
			}
		}
	}
}

/* Index and data in one access: it must not be looked at as one */
TEST_F(igd, both_ports_at_once)
{
	u8 bytes[8];

	NEED_PORTS();
	write_index(&self->vfio, SCRATCH);
	put_le(bytes, 4, GAP_START + 0xc0);
	put_le(bytes + 4, 4, 0xffffffff);
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 8);
	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));

	vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 8);
	EXPECT_EQ(GAP_START + 0xc0, get_le(bytes, 4));
	EXPECT_EQ(bar0_read(&self->vfio, GAP_START + 0xc0, 4),
		  get_le(bytes + 4, 4));
}

TEST_F(igd, ports_do_not_write_to_the_gap)
{
	u8 ones[4];
	u32 at;

	NEED_PORTS();
	memset(ones, 0xff, sizeof(ones));
	sim_mark();
	for (at = GAP_START; at < GAP_END; at += 64) {
		write_index(&self->vfio, at);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			   ones, 4);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX,
			   PORT_DATA + 1, ones, 2);
	}
	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
}

/*
 * Two threads: one moves the index between a harmless register and the gap, the
 * other uses the data port, so that the index is not what it was when somebody
 * looked at it.
 */
struct attack {
	const struct vfio *vfio;
	u32 target;
	atomic_bool stop;
};

static void *move_index(void *arg)
{
	struct attack *attack = arg;

	while (!atomic_load(&attack->stop)) {
		write_index(attack->vfio, attack->target);
		write_index(attack->vfio, SCRATCH);
	}
	return NULL;
}

static void start_attack(struct attack *attack, pthread_t *thread)
{
	if (pthread_create(thread, NULL, move_index, attack))
		die("no thread: %m");
}

static void end_attack(struct attack *attack, pthread_t thread)
{
	atomic_store(&attack->stop, true);
	pthread_join(thread, NULL);
}

static bool time_is_up(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec >= ATTACK_SECONDS;
}

TEST_F_TIMEOUT(igd, moving_index_reads_nothing_of_the_hosts, 60)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	struct attack attack = { .vfio = &self->vfio, .target = bdsm->gap };
	unsigned int scratch = 0, guest = 0, other = 0;
	struct timespec start;
	pthread_t thread;
	u8 bytes[4];

	NEED_PORTS();
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	bar0_write(&self->vfio, SCRATCH, 4, SCRATCH_VALUE);
	write_index(&self->vfio, SCRATCH);

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_attack(&attack, &thread);
	while (!time_is_up(&start)) {
		vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			  bytes, 4);
		if (get_le(bytes, 4) == SCRATCH_VALUE)
			scratch++;
		else if (get_le(bytes, 4) == GUEST_BDSM)
			guest++;
		else
			other++;
	}
	end_attack(&attack, thread);

	EXPECT_EQ(0, other);
	/* The attack has been one */
	EXPECT_NE(0, scratch);
	EXPECT_NE(0, guest);
}

TEST_F_TIMEOUT(igd, moving_index_writes_nothing_to_the_gap, 60)
{
	struct attack attack = {
		.vfio = &self->vfio,
		.target = GAP_START + 0x800,
	};
	struct timespec start;
	pthread_t thread;
	u8 bytes[4];

	NEED_PORTS();
	put_le(bytes, 4, SCRATCH_VALUE);
	write_index(&self->vfio, SCRATCH);
	sim_mark();

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_attack(&attack, &thread);
	while (!time_is_up(&start))
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA,
			   bytes, 4);
	end_attack(&attack, thread);

	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
	EXPECT_NE(0, sim_writes("bar0", SCRATCH, SCRATCH + 3, NULL, 0));
}

TEST_HARNESS_MAIN
