// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: configuration space
 *
 * Three kinds of bytes, and an access is cut where one kind ends:
 *
 *   virtual registers		the guest's own, see vregs.c
 *   header and capabilities	vfio-pci-core knows them bit by bit
 *   all the rest		read from the hardware, never written
 *
 * vfio-pci-core passes a write to the last kind straight on. On this device
 * that is how a guest would reach registers of the host's firmware.
 */

#include "igd.h"

/* What vfio-pci-core's map holds for bytes of no capability that it knows */
#define IGD_CONFIG_UNASSIGNED		0xff

static bool igd_config_is_core(const struct igd_device *igd, u32 pos)
{
	return igd->core.pci_config_map[pos] != IGD_CONFIG_UNASSIGNED;
}

/* vfio-pci-core lets writes to a vendor's own capability through as they are */
static bool igd_config_is_writable(const struct igd_device *igd, u32 pos)
{
	u8 id = igd->core.pci_config_map[pos];

	return id != IGD_CONFIG_UNASSIGNED &&
	       (pos >= PCI_CFG_SPACE_SIZE || id != PCI_CAP_ID_VNDR);
}

static size_t igd_config_span(const struct igd_device *igd, u32 pos,
			      size_t len,
			      bool (*is)(const struct igd_device *, u32))
{
	bool kind = is(igd, pos);
	size_t n = 1;

	while (n < len && is(igd, pos + n) == kind)
		n++;
	return n;
}

static ssize_t igd_config_read_hw(struct igd_device *igd, char __user *buf,
				  size_t len, u32 pos)
{
	u32 value;
	int ret;

	ret = pci_user_read_config_dword(igd->core.pdev, pos & ~3, &value);
	return ret ? ret : igd_host_copy(&igd->host, value, buf, len, pos);
}

/* Both return how many bytes they did: at least one, at most @len */
static ssize_t igd_config_read_some(struct igd_device *igd, char __user *buf,
				    size_t len, u32 pos)
{
	const struct igd_vreg *reg;
	int ret;

	reg = igd_vreg_find(igd, IGD_CONFIG, pos, &len);
	if (reg) {
		ret = igd_vreg_rw(igd, reg, IGD_CONFIG, pos, buf, len, false);
		return ret ? ret : len;
	}

	len = igd_config_span(igd, pos, len, igd_config_is_core);
	if (igd_config_is_core(igd, pos))
		return igd_core_rw(igd, VFIO_PCI_CONFIG_REGION_INDEX, buf, len,
				   pos, false);

	return igd_config_read_hw(igd, buf, len, pos);
}

static ssize_t igd_config_write_some(struct igd_device *igd, char __user *buf,
				     size_t len, u32 pos)
{
	const struct igd_vreg *reg;
	int ret;

	reg = igd_vreg_find(igd, IGD_CONFIG, pos, &len);
	if (reg) {
		ret = igd_vreg_rw(igd, reg, IGD_CONFIG, pos, buf, len, true);
		return ret ? ret : len;
	}

	len = igd_config_span(igd, pos, len, igd_config_is_writable);
	if (igd_config_is_writable(igd, pos))
		return igd_core_rw(igd, VFIO_PCI_CONFIG_REGION_INDEX, buf, len,
				   pos, true);

	igd_deny(igd, IGD_CONFIG, pos, len);
	return len;
}

/**
 * igd_config_rw - an access to configuration space
 * @igd: the device, open
 * @buf: the user's buffer
 * @count: bytes; any number, at any alignment
 * @pos: offset
 * @iswrite: direction
 *
 * Return: bytes done or a negative errno; -EFAULT beyond the end, as
 * vfio-pci-core has it.
 */
ssize_t igd_config_rw(struct igd_device *igd, char __user *buf, size_t count,
		      u64 pos, bool iswrite)
{
	u32 size = igd->core.pdev->cfg_size;
	size_t done = 0;
	ssize_t ret;

	if (pos >= size || count > size - pos)
		return -EFAULT;

	while (done < count) {
		if (iswrite)
			ret = igd_config_write_some(igd, buf + done,
						    count - done, pos + done);
		else
			ret = igd_config_read_some(igd, buf + done,
						   count - done, pos + done);
		if (ret < 0)
			return ret;
		done += ret;
	}
	return done;
}
