// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: BAR4, a second way into BAR0
 *
 *       BAR4 (I/O ports)
 *     0 | index | bits 1:0 choose the target, bits 31:2 are an offset in it
 *     4 | data  | the four bytes there, all ones behind the target's end
 *     8 +-------+ nothing is documented behind it
 *
 *     target 0: registers, BAR0's lower part	 1: the GTT    2, 3: reserved
 *
 * Made for video BIOSes, which run before BAR0 can be reached. Left alone, it
 * would lead around what is trapped in BAR0.
 *
 * The index is looked at right before the data port is used, under a lock that
 * each access to either takes. It is read from the hardware: while a guest has
 * I/O decoding off that gives all ones, which lead nowhere, and so does the
 * access, whoever turns decoding on in between. The target of gen 11 on is not
 * believed: QEMU's authors found no way to the GTT there (commit 5aed8b0f0be2), so
 * that bit 0 may be ignored and lead to a register.
 */

#include <linux/io.h>
#include <linux/pm_runtime.h>

#include "igd.h"

#define IOPORT_INDEX		0
#define IOPORT_DATA		4
#define IOPORT_END		8
#define IOPORT_TARGET		0x3
#define IOPORT_TARGET_MMIO	0x0
#define IOPORT_TARGET_GTT	0x1

/* Gen 11, as struct igd_platform counts */
#define IOPORT_GTT_BEFORE	1100

/**
 * igd_ioport_open - map the ports
 * @igd: the device, enabled
 *
 * Return: 0, also where the device has no such BAR, or -ENOMEM.
 */
int igd_ioport_open(struct igd_device *igd)
{
	struct pci_dev *pdev = igd->core.pdev;

	if (!igd->num_traps || !(pci_resource_flags(pdev, 4) & IORESOURCE_IO))
		return 0;

	igd->ioport = pci_iomap(pdev, 4, IOPORT_END);
	return igd->ioport ? 0 : -ENOMEM;
}

/**
 * igd_ioport_close - undo igd_ioport_open()
 * @igd: the device
 */
void igd_ioport_close(struct igd_device *igd)
{
	if (igd->ioport)
		pci_iounmap(igd->core.pdev, igd->ioport);
	igd->ioport = NULL;
}

/* A port takes 1, 2 or 4 bytes at their own alignment; returns how many */
static size_t igd_ioport_hw(struct igd_device *igd,
			    const struct igd_piece *piece, u64 *data)
{
	void __iomem *port = igd->ioport + piece->pos;

	if (piece->len >= 4 && !(piece->pos & 3)) {
		if (piece->iswrite)
			iowrite32(*data, port);
		else
			*data = ioread32(port);
		return 4;
	}
	if (piece->len >= 2 && !(piece->pos & 1)) {
		if (piece->iswrite)
			iowrite16(*data, port);
		else
			*data = ioread16(port);
		return 2;
	}
	if (piece->iswrite)
		iowrite8(*data, port);
	else
		*data = ioread8(port);
	return 1;
}

static ssize_t igd_ioport_data(struct igd_device *igd,
			       const struct igd_piece *piece, u64 *data)
{
	u32 index = ioread32(igd->ioport + IOPORT_INDEX);
	u32 target = index & IOPORT_TARGET;
	u64 size = pci_resource_len(igd->core.pdev, 0);
	struct igd_piece there = *piece;

	there.pos = (index & ~IOPORT_TARGET) + piece->pos - IOPORT_DATA;
	/*
	 * The GTT is BAR0's upper half. Where BAR0 ends, nobody says whether the offset
	 * starts over, with the registers.
	 */
	if (target == IOPORT_TARGET_GTT)
		size /= 2;
	if (target <= IOPORT_TARGET_GTT && there.pos < size) {
		if (target == IOPORT_TARGET_GTT &&
		    igd->platform->gen < IOPORT_GTT_BEFORE)
			return igd_ioport_hw(igd, piece, data);

		igd_mirror_look(igd, &there);
		if (there.kind == IGD_CORE) {
			there.pos = piece->pos;
			return igd_ioport_hw(igd, &there, data);
		}
		return igd_piece_rw(igd, &there, data);
	}

	there = *piece;
	there.kind = piece->iswrite ? IGD_DENY : IGD_ONES;
	return igd_piece_rw(igd, &there, data);
}

/**
 * igd_ioport_rw - an access to the index or the data port
 * @igd: the device, open
 * @piece: which bytes of one of the two
 * @data: what is written, or the result of a read
 *
 * Return: bytes done, at least one, or a negative errno.
 */
ssize_t igd_ioport_rw(struct igd_device *igd, const struct igd_piece *piece,
		      u64 *data)
{
	ssize_t ret;

	if (pm_runtime_resume_and_get(&igd->core.pdev->dev))
		return -EIO;

	mutex_lock(&igd->ioport_lock);
	if (piece->pos < IOPORT_DATA)
		ret = igd_ioport_hw(igd, piece, data);
	else
		ret = igd_ioport_data(igd, piece, data);
	mutex_unlock(&igd->ioport_lock);

	pm_runtime_put(&igd->core.pdev->dev);
	return ret;
}

static void igd_ioport_look(struct igd_device *igd, struct igd_piece *piece)
{
	u32 end = piece->pos < IOPORT_DATA ? IOPORT_DATA : IOPORT_END;

	piece->space = IGD_PORTS;
	if (piece->pos >= IOPORT_END) {
		piece->kind = piece->iswrite ? IGD_DENY : IGD_ONES;
		return;
	}
	piece->kind = IGD_IOPORT;
	piece->len = min_t(size_t, piece->len, end - piece->pos);
}

const struct igd_window igd_ioport_window = {
	.index = VFIO_PCI_BAR4_REGION_INDEX,
	.look = igd_ioport_look,
};
