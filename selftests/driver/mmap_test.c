// SPDX-License-Identifier: GPL-2.0-only
/*
 * No way into the gap page of BAR0 but through the driver: not by mmap() of any
 * offset and length, not by an ioeventfd, not by a dma-buf
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"

/* The kernel has it from 6.19 on, the headers here may be older */
#define FEATURE_DMA_BUF		11

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

TEST_F(igd, all_but_what_is_trapped_is_said_to_be_mappable)
{
	const struct machine *machine = self->machine;
	struct region bar0 = bar0_region(&self->vfio);
	unsigned int i, trap = 0;
	u64 from = 0;

	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		  VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS,
		  bar0.flags);
	EXPECT_EQ(machine->bar0_size, bar0.size);
	for (i = 0; i < bar0.areas; i++) {
		EXPECT_EQ(from, bar0.area[i].offset);
		from += bar0.area[i].size;
		if (trap < machine->traps && from == machine->trapped[trap].start)
			from = machine->trapped[trap++].end;
	}
	EXPECT_EQ(machine->traps, trap);
	EXPECT_EQ(bar0.size, from);

	/* A VMM that puts it at such an address gets huge pages for all of it */
	ASSERT_NE(0, bar0.areas);
	EXPECT_EQ(0, bar0.area[bar0.areas - 1].offset % (2 * MIB));
	EXPECT_EQ(bar0.size - 2 * MIB, bar0.area[bar0.areas - 1].size);
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

TEST_F_TIMEOUT(igd, what_is_mapped_reads_as_what_is_not, 600)
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

/* A file descriptor or a negative errno */
static int get_dma_buf(const struct vfio *vfio, u32 bar, u64 offset)
{
	struct {
		struct vfio_device_feature feature;
		u32 region_index;
		u32 open_flags;
		u32 flags;
		u32 nr_ranges;
		u64 offset;
		u64 length;
	} request = {
		.feature.argsz = sizeof(request),
		.feature.flags = VFIO_DEVICE_FEATURE_GET | FEATURE_DMA_BUF,
		.region_index = bar,
		.open_flags = O_RDWR | O_CLOEXEC,
		.nr_ranges = 1,
		.offset = offset,
		.length = PAGE,
	};
	int fd = ioctl(vfio->device, VFIO_DEVICE_FEATURE, &request);

	return fd < 0 ? -errno : fd;
}

/* What stock vfio-pci hands out where the kernel can, the gap page with it */
TEST_F(igd, no_dma_buf)
{
	int stock, refused;

	vfio_close(&self->vfio);
	ASSERT_EQ(0, system("modprobe vfio-pci"));
	ASSERT_EQ(0, host_bind(IGD_BDF, "vfio-pci"));
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	stock = get_dma_buf(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START);
	if (stock >= 0)
		close(stock);
	vfio_close(&self->vfio);
	/* A kernel that knows of none says so of any device */
	refused = stock < 0 ? -ENOTTY : -EOPNOTSUPP;
	if (stock < 0) {
		EXPECT_EQ(refused, stock);
	}

	ASSERT_EQ(0, host_bind(IGD_BDF, IGD_DRIVER));
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	EXPECT_EQ(refused, get_dma_buf(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX,
				       GAP_START));
	EXPECT_EQ(refused, get_dma_buf(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX,
				       0));
	EXPECT_EQ(refused, get_dma_buf(&self->vfio, VFIO_PCI_BAR2_REGION_INDEX,
				       0));
}

TEST_HARNESS_MAIN
