// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "igdtest.h"

#define SYSFS			"/sys/bus/pci/devices/" IGD_BDF

/* What these tests need of linux/iommufd.h is this alone: no mapping is made */
#ifndef VFIO_DEVICE_BIND_IOMMUFD
struct vfio_device_bind_iommufd {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};

#define VFIO_DEVICE_BIND_IOMMUFD	_IO(VFIO_TYPE, VFIO_BASE + 18)
#endif

/**
 * vfio_api_missing - can the device be opened this way?
 * @api: the way
 *
 * Return: NULL, or the reason why not.
 */
const char *vfio_api_missing(enum vfio_api api)
{
	if (api == VFIO_GROUP_API)
		return access("/dev/vfio/vfio", R_OK | W_OK) ?
		       "no /dev/vfio/vfio: CONFIG_VFIO_CONTAINER is off" : NULL;
	if (access("/dev/iommu", R_OK | W_OK))
		return "no /dev/iommu: CONFIG_IOMMUFD is off";
	if (access("/dev/vfio/devices", R_OK))
		return "no /dev/vfio/devices: CONFIG_VFIO_DEVICE_CDEV is off";
	return NULL;
}

static int open_or_die(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("cannot open %s: %m; is the device bound to %s?", path,
		    IGD_DRIVER);
	return fd;
}

static void node_of_group(char *path, size_t room)
{
	char link[256];
	ssize_t len;

	len = readlink(SYSFS "/iommu_group", link, sizeof(link) - 1);
	if (len < 0)
		die(SYSFS " has no IOMMU group: %m");
	link[len] = 0;
	snprintf(path, room, "/dev/vfio%s", strrchr(link, '/'));
}

/* VFIO's name for the device, such as vfio0; empty while it has none */
void vfio_device_name(char *name, size_t room)
{
	struct dirent *entry;
	DIR *dir;

	*name = 0;
	dir = opendir(SYSFS "/vfio-dev");
	if (!dir)
		die(SYSFS "/vfio-dev: %m; is the device bound to %s?",
		    IGD_DRIVER);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(name, room, "%s", entry->d_name);
	closedir(dir);
}

static void node_of_device(char *path, size_t room)
{
	char name[256];

	vfio_device_name(name, sizeof(name));
	snprintf(path, room, "/dev/vfio/devices/%s", name);
}

/* devtmpfs makes none when it has no memory, and nobody hears of it */
bool vfio_has_node(enum vfio_api api)
{
	char path[300];

	if (api == VFIO_GROUP_API)
		node_of_group(path, sizeof(path));
	else
		node_of_device(path, sizeof(path));
	return !access(path, F_OK);
}

static void prepare_group(struct vfio *vfio)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[300];

	node_of_group(path, sizeof(path));
	vfio->iommu = open_or_die("/dev/vfio/vfio");
	vfio->group = open_or_die(path);
	if (ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status) ||
	    !(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		die("%s is not viable", path);
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->iommu) ||
	    ioctl(vfio->iommu, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("%s does not go into a type 1 container: %m", path);
}

static void prepare_cdev(struct vfio *vfio)
{
	char path[300];

	node_of_device(path, sizeof(path));
	vfio->iommu = open_or_die("/dev/iommu");
	vfio->device = open_or_die(path);
}

/**
 * vfio_prepare - do all that comes before the driver's open, and stop there
 * @vfio: result; to be closed; nobody has the device open yet
 * @api: which way
 */
void vfio_prepare(struct vfio *vfio, enum vfio_api api)
{
	vfio->api = api;
	vfio->device = -1;
	vfio->group = -1;
	vfio->iommu = -1;

	if (api == VFIO_GROUP_API)
		prepare_group(vfio);
	else
		prepare_cdev(vfio);
}

/* The rest of it, again where it failed: 0, or what the driver's open gave */
int vfio_start(struct vfio *vfio)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = vfio->iommu,
	};

	if (vfio->api == VFIO_CDEV_API)
		return ioctl(vfio->device, VFIO_DEVICE_BIND_IOMMUFD, &bind) ?
		       -errno : 0;
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, IGD_BDF);
	return vfio->device < 0 ? -errno : 0;
}

/**
 * vfio_open - open the device as a VMM does
 * @vfio: result; to be closed also on error
 * @api: which way
 *
 * Return: 0, or what the driver's open gave: a negative errno.
 */
int vfio_open(struct vfio *vfio, enum vfio_api api)
{
	vfio_prepare(vfio, api);
	return vfio_start(vfio);
}

void vfio_close(struct vfio *vfio)
{
	if (vfio->device >= 0)
		close(vfio->device);
	if (vfio->group >= 0)
		close(vfio->group);
	if (vfio->iommu >= 0)
		close(vfio->iommu);
	vfio->device = -1;
	vfio->group = -1;
	vfio->iommu = -1;
}

unsigned int vfio_num_regions(const struct vfio *vfio)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	if (ioctl(vfio->device, VFIO_DEVICE_GET_INFO, &info))
		die("VFIO_DEVICE_GET_INFO: %m");
	return info.num_regions;
}

void vfio_reset(const struct vfio *vfio)
{
	if (ioctl(vfio->device, VFIO_DEVICE_RESET))
		die("VFIO_DEVICE_RESET: %m");
}

/* Lets the device answer at its BARs, as a guest's firmware does */
void vfio_enable(const struct vfio *vfio)
{
	config_write(vfio, PCI_COMMAND, 2,
		     config_read(vfio, PCI_COMMAND, 2) | PCI_COMMAND_IO |
		     PCI_COMMAND_MEMORY);
}

static void take_capability(struct region *region, void *at)
{
	struct vfio_region_info_cap_sparse_mmap *sparse = at;
	struct vfio_region_info_cap_type *type = at;
	struct vfio_info_cap_header *header = at;

	if (header->version != 1)
		die("region %u has capability %u in version %u, not 1",
		    region->index, header->id, header->version);
	switch (header->id) {
	case VFIO_REGION_INFO_CAP_SPARSE_MMAP:
		if (sparse->nr_areas > ARRAY_SIZE(region->area))
			die("region %u has %u areas that can be mapped",
			    region->index, sparse->nr_areas);
		region->areas = sparse->nr_areas;
		memcpy(region->area, sparse->areas,
		       sparse->nr_areas * sizeof(sparse->areas[0]));
		break;
	case VFIO_REGION_INFO_CAP_TYPE:
		region->type = type->type;
		region->subtype = type->subtype;
		break;
	}
}

/**
 * vfio_region - what VFIO_DEVICE_GET_REGION_INFO says
 * @vfio: the device
 * @index: of the region
 * @region: result, capabilities included
 *
 * Return: 0 or a negative errno.
 */
int vfio_region(const struct vfio *vfio, unsigned int index,
		struct region *region)
{
	u64 buf[128] = {};
	struct vfio_region_info *info = (void *)buf;
	u32 cap;

	/* Asked twice, as VMMs do: the first answer is how much room it takes */
	info->argsz = sizeof(*info);
	info->index = index;
	if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, info))
		return -errno;
	if (info->argsz > sizeof(*info)) {
		if (info->argsz > sizeof(buf))
			die("region %u: info of %u bytes", index, info->argsz);
		if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, info))
			return -errno;
	}

	*region = (struct region) {
		.index = index,
		.flags = info->flags,
		.offset = info->offset,
		.size = info->size,
	};
	cap = info->flags & VFIO_REGION_INFO_FLAG_CAPS ? info->cap_offset : 0;
	while (cap) {
		struct vfio_info_cap_header *header = (void *)buf + cap;

		take_capability(region, header);
		cap = header->next;
	}
	return 0;
}

/* One of Intel's regions: VFIO_REGION_SUBTYPE_INTEL_IGD_* */
bool vfio_find_region(const struct vfio *vfio, u32 subtype,
		      struct region *region)
{
	const u32 type = VFIO_REGION_TYPE_PCI_VENDOR_TYPE | VFIO_PCI_IGD_VENDOR;
	unsigned int i, count = vfio_num_regions(vfio);

	for (i = VFIO_PCI_NUM_REGIONS; i < count; i++)
		if (!vfio_region(vfio, i, region) &&
		    region->type == type && region->subtype == subtype)
			return true;
	return false;
}

/* Offsets of regions are fixed in practice, but only the driver knows them */
static u64 region_offset(const struct vfio *vfio, unsigned int index)
{
	struct region region;

	if (vfio_region(vfio, index, &region))
		die("no region %u: %m", index);
	return region.offset;
}

void vfio_read(const struct vfio *vfio, unsigned int index, u64 offset,
	       void *buf, size_t len)
{
	ssize_t done = pread(vfio->device, buf, len,
			     region_offset(vfio, index) + offset);

	if (done < 0 || (size_t)done != len)
		die("reading %zu bytes at %#llx of region %u gave %zd: %m", len,
		    offset, index, done);
}

void vfio_write(const struct vfio *vfio, unsigned int index, u64 offset,
		const void *buf, size_t len)
{
	ssize_t done = pwrite(vfio->device, buf, len,
			      region_offset(vfio, index) + offset);

	if (done < 0 || (size_t)done != len)
		die("writing %zu bytes at %#llx of region %u gave %zd: %m", len,
		    offset, index, done);
}

static u64 read_register(const struct vfio *vfio, unsigned int index,
			      u64 offset, unsigned int width)
{
	u8 bytes[8];

	vfio_read(vfio, index, offset, bytes, width);
	return get_le(bytes, width);
}

static void write_register(const struct vfio *vfio, unsigned int index,
			   u64 offset, unsigned int width, u64 value)
{
	u8 bytes[8];

	put_le(bytes, width, value);
	vfio_write(vfio, index, offset, bytes, width);
}

u64 config_read(const struct vfio *vfio, u64 offset,
		     unsigned int width)
{
	return read_register(vfio, VFIO_PCI_CONFIG_REGION_INDEX, offset, width);
}

void config_write(const struct vfio *vfio, u64 offset, unsigned int width,
		  u64 value)
{
	write_register(vfio, VFIO_PCI_CONFIG_REGION_INDEX, offset, width,
		       value);
}

u64 bar0_read(const struct vfio *vfio, u64 offset,
		   unsigned int width)
{
	return read_register(vfio, VFIO_PCI_BAR0_REGION_INDEX, offset, width);
}

void bar0_write(const struct vfio *vfio, u64 offset, unsigned int width,
		u64 value)
{
	write_register(vfio, VFIO_PCI_BAR0_REGION_INDEX, offset, width, value);
}
