// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the kernel's tests of VFIO, as LD_PRELOAD
 *
 * They map each BAR as a whole, and do not look at the sparse-mmap capability
 * that says which areas can be mapped. A VMM has to; where a device refuses the
 * whole, this maps what it offers, as a VMM would. The rest of the range stays
 * reserved and without access. What a device maps is not touched.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* vfio-pci's offsets have the region's index from this bit on */
#define INDEX_SHIFT		40

union answer {
	struct vfio_region_info info;
	char room[1024];
};

static struct vfio_region_info_cap_sparse_mmap *sparse_areas(union answer *answer,
							     int fd, off_t offset)
{
	struct vfio_info_cap_header *cap;
	__u32 at;

	*answer = (union answer) {
		.info = {
			.argsz = sizeof(*answer),
			.index = offset >> INDEX_SHIFT,
		},
	};
	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &answer->info) ||
	    answer->info.argsz > sizeof(*answer) ||
	    !(answer->info.flags & VFIO_REGION_INFO_FLAG_CAPS))
		return NULL;
	for (at = answer->info.cap_offset; at; at = cap->next) {
		cap = (void *)(answer->room + at);
		if (cap->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			return (void *)cap;
	}
	return NULL;
}

static void *map(void *addr, size_t len, int prot, int flags, int fd,
		 off_t offset)
{
	return (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, offset);
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	struct vfio_region_info_cap_sparse_mmap *sparse;
	void *whole = map(addr, len, prot, flags, fd, offset);
	int error = errno;
	union answer answer;
	__u32 i;

	if (whole != MAP_FAILED || fd < 0 || !(flags & MAP_FIXED))
		return whole;
	sparse = sparse_areas(&answer, fd, offset);
	errno = error;
	if (!sparse || (__u64)offset != answer.info.offset ||
	    len != answer.info.size)
		return whole;

	for (i = 0; i < sparse->nr_areas; i++) {
		__u64 from = sparse->areas[i].offset;

		if (map((char *)addr + from, sparse->areas[i].size, prot,
			flags, fd, offset + from) == MAP_FAILED)
			return MAP_FAILED;
	}
	return addr;
}
