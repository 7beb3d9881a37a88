// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: the walk through an access
 *
 *   igd_access()  cuts an access where one kind of bytes ends,
 *    |            a space says what lies there:  config.c  mirror.c  ioport.c
 *    |
 *    +-- IGD_CORE ----------> vfio-pci-core, with the user's buffer
 *    +-- IGD_VREG ----------> vregs.c
 *    +-- IGD_IOPORT --------> ioport.c, which looks where BAR4's index leads
 *    +-- IGD_ZERO, _ONES ---> nothing
 *    +-- IGD_DENY ----------> counted, traced, goes nowhere
 *
 * All but the first go through a number of the driver's own, so that no value
 * of the host's is ever in the user's buffer, and no lock is held while that is
 * copied: whoever owns the buffer can make the copy take as long as it likes. Its
 * lowest byte is the one at the lowest address.
 */

#include <linux/bitmap.h>
#include <linux/uaccess.h>

#include "igd.h"

/**
 * igd_core_rw - an access, or a piece of one, that vfio-pci-core answers
 * @igd: the device, open
 * @index: region, VFIO_PCI_*_REGION_INDEX or one of the device's own
 * @buf: the user's buffer
 * @count: bytes
 * @pos: offset in the region
 * @iswrite: direction
 *
 * Return: bytes done or a negative errno.
 */
ssize_t igd_core_rw(struct igd_device *igd, unsigned int index,
		    char __user *buf, size_t count, u64 pos, bool iswrite)
{
	loff_t ppos = VFIO_PCI_INDEX_TO_OFFSET(index) + pos;

	if (iswrite)
		return vfio_pci_core_write(&igd->core.vdev, buf, count, &ppos);
	return vfio_pci_core_read(&igd->core.vdev, buf, count, &ppos);
}

/**
 * igd_map_look - what a map says of an offset
 * @map: a byte for each byte of the space, IGD_MAP_*
 * @piece: an offset in that space and a length; gets what lies there, and is cut
 *	where something else begins
 */
void igd_map_look(const u8 *map, struct igd_piece *piece)
{
	const u8 *here = map + piece->pos;
	const u32 four = *here * 0x01010101u;
	size_t len = 0;

	/* Nothing else lies within a register */
	if (*here >= IGD_MAP_VREG && here[piece->len - 1] == *here)
		len = piece->len;
	while (len + 4 <= piece->len &&
	       get_unaligned((const u32 *)(here + len)) == four)
		len += 4;
	while (len < piece->len && here[len] == *here)
		len++;
	piece->len = len;

	switch (*here) {
	case IGD_MAP_CORE:
		piece->kind = IGD_CORE;
		break;
	case IGD_MAP_CORE_RO:
		piece->kind = piece->iswrite ? IGD_DENY : IGD_CORE;
		break;
	default:
		piece->vreg = *here - IGD_MAP_VREG;
		piece->kind = igd_vreg_takes(piece) ? IGD_VREG : IGD_DENY;
	}
}

/*
 * A copy whose size the compiler knows costs a few instructions. Of any other one
 * the kernel looks first whether it stays within an object.
 */
static int igd_get_user(u64 *data, const char __user *buf, size_t len)
{
	__le64 bytes = 0;
	__le32 dword;
	__le16 word;
	u8 byte;
	int ret;

	switch (len) {
	case 8:
		ret = get_user(bytes, (const __le64 __user *)buf);
		break;
	case 4:
		ret = get_user(dword, (const __le32 __user *)buf);
		*data = le32_to_cpu(dword);
		return ret;
	case 2:
		ret = get_user(word, (const __le16 __user *)buf);
		*data = le16_to_cpu(word);
		return ret;
	case 1:
		ret = get_user(byte, (const u8 __user *)buf);
		*data = byte;
		return ret;
	default:
		ret = copy_from_user(&bytes, buf, len) ? -EFAULT : 0;
	}
	*data = le64_to_cpu(bytes);
	return ret;
}

static int igd_put_user(char __user *buf, u64 data, size_t len)
{
	__le64 bytes = cpu_to_le64(data);

	switch (len) {
	case 8:
		return put_user(bytes, (__le64 __user *)buf);
	case 4:
		return put_user(cpu_to_le32(data), (__le32 __user *)buf);
	case 2:
		return put_user(cpu_to_le16(data), (__le16 __user *)buf);
	case 1:
		return put_user((u8)data, (u8 __user *)buf);
	default:
		return copy_to_user(buf, &bytes, len) ? -EFAULT : 0;
	}
}

/**
 * igd_piece_rw - carry out a piece of an access
 * @igd: the device, open
 * @piece: what to do; not IGD_CORE, and of IGD_PIECE_MAX bytes at most unless it
 *	is IGD_DENY
 * @data: what is written, or the result of a read
 *
 * Return: bytes done, at least one, or a negative errno.
 */
ssize_t igd_piece_rw(struct igd_device *igd, const struct igd_piece *piece,
		     u64 *data)
{
	if (likely(piece->kind == IGD_VREG))
		return igd_vreg_rw(igd, piece, data);

	switch (piece->kind) {
	case IGD_IOPORT:
		return igd_ioport_rw(igd, piece, data);
	case IGD_DENY:
		igd_deny(igd, piece);
		return piece->len;
	case IGD_ONES:
		*data = U64_MAX;
		return piece->len;
	case IGD_ZERO:
		*data = 0;
		return piece->len;
	default:
		return -EIO;
	}
}

static ssize_t igd_access_some(struct igd_device *igd, char __user *buf,
			       struct igd_piece *piece)
{
	u64 data = 0;
	ssize_t ret;

	if (piece->kind == IGD_DENY) {
		igd_deny(igd, piece);
		return piece->len;
	}

	piece->len = min_t(size_t, piece->len, IGD_PIECE_MAX);
	if (piece->iswrite && igd_get_user(&data, buf, piece->len))
		return -EFAULT;
	ret = igd_piece_rw(igd, piece, &data);
	if (ret > 0 && !piece->iswrite && igd_put_user(buf, data, ret))
		return -EFAULT;
	return ret;
}

/* A BAR's end cuts an access off, that of configuration space refuses it */
static ssize_t igd_access_size(struct igd_device *igd, unsigned int index,
			       size_t count, u64 pos)
{
	struct pci_dev *pdev = igd->core.pdev;
	u64 size;

	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		size = pdev->cfg_size;
		return pos < size && count <= size - pos ? count : -EFAULT;
	}
	size = pci_resource_len(pdev, index);
	return pos < size ? min_t(u64, count, size - pos) : -EINVAL;
}

/* Marks the dwords of a range that vfio-pci-core may answer for */
static void igd_plain_mark(struct igd_device *igd,
			   const struct igd_window *window, u32 start, u32 end,
			   bool iswrite, unsigned long *plain)
{
	struct igd_piece piece;
	u32 pos, first, last;

	for (pos = start; pos < end; pos += piece.len) {
		piece = (struct igd_piece) {
			.pos = pos,
			.len = end - pos,
			.iswrite = iswrite,
		};
		window->look(igd, &piece);
		if (piece.kind != IGD_CORE)
			continue;
		first = DIV_ROUND_UP(pos - start, IGD_DWORD);
		last = (pos + piece.len - start) / IGD_DWORD;
		if (last > first)
			bitmap_set(plain, first, last - first);
	}
}

/**
 * igd_access_open - note for each dword whether vfio-pci-core answers for all of it
 * @igd: the device, its windows ready to be asked
 *
 * Those are nearly all that a guest uses, and cost what they cost with stock vfio-pci.
 *
 * Return: 0 or -ENOMEM.
 */
int igd_access_open(struct igd_device *igd)
{
	struct igd_plain *plain = &igd->plain;
	struct pci_dev *pdev = igd->core.pdev;

	bitmap_zero(plain->config_read, PCI_CFG_SPACE_EXP_SIZE / IGD_DWORD);
	bitmap_zero(plain->config_write, PCI_CFG_SPACE_EXP_SIZE / IGD_DWORD);
	igd_plain_mark(igd, &igd_config_window, 0, pdev->cfg_size, false,
		       plain->config_read);
	igd_plain_mark(igd, &igd_config_window, 0, pdev->cfg_size, true,
		       plain->config_write);
	/* One that may put the device to sleep is looked at */
	if (pdev->pm_cap)
		__clear_bit((pdev->pm_cap + PCI_PM_CTRL) / IGD_DWORD,
			    plain->config_write);

	plain->bar0_start = 0;
	plain->bar0_end = 0;
	if (!igd->num_traps)
		return 0;

	plain->bar0_start = igd->traps[0].start;
	plain->bar0_end = igd->traps[igd->num_traps - 1].start +
			  igd->traps[igd->num_traps - 1].size;
	plain->bar0_read = bitmap_zalloc((plain->bar0_end - plain->bar0_start) /
					 IGD_DWORD, GFP_KERNEL_ACCOUNT);
	if (!plain->bar0_read)
		return -ENOMEM;
	igd_plain_mark(igd, &igd_mirror_window, plain->bar0_start,
		       plain->bar0_end, false, plain->bar0_read);
	return 0;
}

/**
 * igd_access_close - undo igd_access_open()
 * @igd: the device
 */
void igd_access_close(struct igd_device *igd)
{
	bitmap_free(igd->plain.bar0_read);
	igd->plain.bar0_read = NULL;
}

/**
 * igd_access - an access to a region that has more than one kind of bytes
 * @igd: the device, open
 * @window: says what lies where in the region
 * @buf: the user's buffer
 * @count: bytes; any number, at any alignment
 * @pos: offset in the region
 * @iswrite: direction
 *
 * Return: bytes done or a negative errno, beyond the end the one that
 * vfio-pci-core has: -EFAULT in configuration space, -EINVAL in a BAR.
 */
ssize_t igd_access(struct igd_device *igd, const struct igd_window *window,
		   char __user *buf, size_t count, u64 pos, bool iswrite)
{
	ssize_t size = igd_access_size(igd, window->index, count, pos);
	ssize_t done = 0, ret;

	while (done < size) {
		struct igd_piece piece = {
			.pos = pos + done,
			.len = size - done,
			.iswrite = iswrite,
		};

		window->look(igd, &piece);
		if (piece.kind == IGD_CORE)
			ret = igd_core_rw(igd, window->index, buf + done,
					  piece.len, pos + done, iswrite);
		else
			ret = igd_access_some(igd, buf + done, &piece);
		if (ret < 0)
			return ret;
		done += ret;
	}
	return size < 0 ? size : done;
}
