// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: attributes in /sys/bus/pci/devices/.../igd
 *
 * Described in Documentation/ABI/testing/sysfs-driver-vfio-pci-igd. Those with
 * addresses of the host are for root alone.
 */

#include <linux/device.h>
#include <linux/sysfs.h>

#include "igd.h"

/* As /proc/iomem has it; empty ranges as an empty line */
static ssize_t igd_emit_range(char *buf, const struct igd_range *range)
{
	if (!range->size)
		return sysfs_emit(buf, "\n");
	return sysfs_emit(buf, "%#llx-%#llx\n", range->base,
			  igd_range_end(range) - 1);
}

static ssize_t platform_show(struct device *dev,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", igd_from_dev(dev)->platform->name);
}
static DEVICE_ATTR_RO(platform);

static ssize_t generation_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	unsigned int gen = igd_from_dev(dev)->platform->gen;

	return sysfs_emit(buf, "%u.%02u\n", gen / 100, gen % 100);
}
static DEVICE_ATTR_RO(generation);

static ssize_t host_stolen_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	return igd_emit_range(buf, &igd_from_dev(dev)->host.dsm);
}
static DEVICE_ATTR_ADMIN_RO(host_stolen);

static ssize_t guest_stolen_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	struct igd_range dsm, reserved;

	igd_vregs_reserved(igd_from_dev(dev), &dsm, &reserved);
	if (!dsm.base)
		dsm.size = 0;
	return igd_emit_range(buf, &dsm);
}
static DEVICE_ATTR_ADMIN_RO(guest_stolen);

static ssize_t guest_reserved_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct igd_range dsm, reserved;

	igd_vregs_reserved(igd_from_dev(dev), &dsm, &reserved);
	return igd_emit_range(buf, &reserved);
}
static DEVICE_ATTR_ADMIN_RO(guest_reserved);

static ssize_t gms_mb_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct igd_range dsm, reserved;

	igd_vregs_reserved(igd_from_dev(dev), &dsm, &reserved);
	return sysfs_emit(buf, "%llu\n", dsm.size >> 20);
}
static DEVICE_ATTR_RO(gms_mb);

static ssize_t opregion_version_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct igd_device *igd = igd_from_dev(dev);
	u16 version;

	mutex_lock(&igd->lock);
	version = igd->host.opregion.version;
	mutex_unlock(&igd->lock);
	if (!version)
		return sysfs_emit(buf, "\n");
	return sysfs_emit(buf, "%u.%u\n", version >> 8, version & 0xff);
}
static DEVICE_ATTR_RO(opregion_version);

static ssize_t opregion_size_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	struct igd_device *igd = igd_from_dev(dev);
	u64 size;

	mutex_lock(&igd->lock);
	size = igd->host.opregion.opregion.size + igd->host.opregion.vbt.size;
	mutex_unlock(&igd->lock);
	return sysfs_emit(buf, "%llu\n", size);
}
static DEVICE_ATTR_RO(opregion_size);

static ssize_t rom_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	struct igd_device *igd = igd_from_dev(dev);
	int ret;

	mutex_lock(&igd->lock);
	ret = sysfs_emit(buf, "%s\n", igd->rom.name);
	mutex_unlock(&igd->lock);
	return ret;
}
static DEVICE_ATTR_RO(rom);

static ssize_t denied_writes_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  atomic_read(&igd_from_dev(dev)->denied));
}
static DEVICE_ATTR_RO(denied_writes);

/* Of the last time that something was found on in the display */
static struct igd_quiet_found igd_quiet_last(struct device *dev)
{
	struct igd_device *igd = igd_from_dev(dev);
	struct igd_quiet_found found;

	mutex_lock(&igd->quiet_lock);
	found = igd->quiet;
	mutex_unlock(&igd->quiet_lock);
	return found;
}

static ssize_t quiet_planes_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", igd_quiet_last(dev).planes);
}
static DEVICE_ATTR_RO(quiet_planes);

static ssize_t quiet_slices_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", igd_quiet_last(dev).slices);
}
static DEVICE_ATTR_RO(quiet_slices);

static ssize_t quiet_us_show(struct device *dev,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", igd_quiet_last(dev).us);
}
static DEVICE_ATTR_RO(quiet_us);

static struct attribute *igd_sysfs_attrs[] = {
	&dev_attr_platform.attr,
	&dev_attr_generation.attr,
	&dev_attr_host_stolen.attr,
	&dev_attr_guest_stolen.attr,
	&dev_attr_guest_reserved.attr,
	&dev_attr_gms_mb.attr,
	&dev_attr_opregion_version.attr,
	&dev_attr_opregion_size.attr,
	&dev_attr_rom.attr,
	&dev_attr_denied_writes.attr,
	&dev_attr_quiet_planes.attr,
	&dev_attr_quiet_slices.attr,
	&dev_attr_quiet_us.attr,
	NULL
};

static const struct attribute_group igd_sysfs_group = {
	.name = "igd",
	.attrs = igd_sysfs_attrs,
};

const struct attribute_group *igd_sysfs_groups[] = {
	&igd_sysfs_group,
	NULL
};
