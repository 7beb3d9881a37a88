// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: a snapshot of the host's OpRegion
 *
 * The OpRegion is 8 KiB of memory in which the firmware tells the driver about
 * displays. Where the Video BIOS Table (VBT) does not fit into its mailbox 4,
 * it lies elsewhere and RVDA says where:
 *
 *   1.x   no RVDA                 2.0   host-physical address
 *                                 2.1+  distance from the OpRegion
 *
 * A guest gets both in one piece, which only 2.1 can describe:
 *
 *   0              8 KiB          8 KiB + RVDS
 *   | OpRegion 2.1 | VBT          |
 *     RVDA = 8 KiB
 *
 * Addresses and sizes are the firmware's word. What they lead to is read only
 * if the firmware has also set that memory aside in the machine's memory map.
 *
 * Layout: Intel's "ACPI IGD OpRegion Specification", and the kernel's
 * drivers/gpu/drm/i915/display/intel_opregion.c for 2.0 on.
 */

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/slab.h>

#include "igd.h"

#define OPREGION_SIZE		0x2000
#define OPREGION_SIZE_KIB	(OPREGION_SIZE / 1024)
#define OPREGION_SIGNATURE	"IntelGraphicsMem"

/* RVDA came with 2.0; from 2.1 on it is relative */
#define OPREGION_2_0		0x0200
#define OPREGION_2_1		0x0201
#define OPREGION_MIN		0x0100
#define OPREGION_MAX		0x0fff

#define VBT_SIGNATURE		"$VBT"
#define VBT_MIN			48	/* its header */
#define VBT_MAX			0x10000	/* its size field has 16 bits */
#define VBT_SIZE		0x18	/* where that is */

struct igd_opregion_layout {
	char signature[16];
	__le32 size_kib;
	__le16 build;
	__le16 version;
	u8 skipped[0x3ba - 0x18];
	__le64 rvda;
	__le32 rvds;
} __packed;

static_assert(offsetof(struct igd_opregion_layout, rvda) == 0x3ba);

/* Parts come by their addresses; a gap leaves @arg where it begins */
static int igd_opregion_cover(struct resource *part, void *arg)
{
	u64 *covered = arg;

	if (part->start <= *covered && part->end >= *covered)
		*covered = part->end + 1;
	return 0;
}

/* region_intersects() says nothing of what is in nobody's list */
static bool igd_opregion_is_all(const struct igd_range *range,
				unsigned long desc)
{
	u64 covered = range->base;

	if (region_intersects(range->base, range->size, IORESOURCE_MEM,
			      desc) != REGION_INTERSECTS)
		return false;
	walk_iomem_res_desc(desc, IORESOURCE_MEM, range->base,
			    igd_range_end(range) - 1, &covered,
			    igd_opregion_cover);
	return covered >= igd_range_end(range);
}

static bool igd_opregion_is_firmware(const struct igd_range *range)
{
	static const unsigned long descs[] = {
		IORES_DESC_ACPI_NV_STORAGE,
		IORES_DESC_ACPI_TABLES,
		IORES_DESC_RESERVED,
	};
	unsigned int i;

	if (!range->base || range->base + range->size < range->base)
		return false;

	for (i = 0; i < ARRAY_SIZE(descs); i++)
		if (igd_opregion_is_all(range, descs[i]))
			return true;
	return false;
}

static int igd_opregion_copy(struct igd_device *igd, const char *what,
			     const struct igd_range *range, void *to)
{
	void *from;

	if (!igd_opregion_is_firmware(range)) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"%s: %llu bytes at %#llx are not memory that the firmware has reserved; a guest gets no OpRegion (a newer firmware may help)",
			what, range->size, range->base);
		return -EINVAL;
	}

	from = memremap(range->base, range->size, MEMREMAP_WB);
	if (!from) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"%s: %llu bytes at %#llx cannot be mapped",
			what, range->size, range->base);
		return -ENOMEM;
	}
	memcpy(to, from, range->size);
	memunmap(from);
	return 0;
}

static int igd_opregion_check(struct igd_device *igd,
			      const struct igd_opregion_layout *layout)
{
	u32 size_kib = le32_to_cpu(layout->size_kib);
	u16 version = le16_to_cpu(layout->version);

	if (memcmp(layout->signature, OPREGION_SIGNATURE,
		   sizeof(layout->signature))) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion: the signature is \"%*pE\", not \"%s\"; a guest gets no OpRegion",
			(int)sizeof(layout->signature), layout->signature,
			OPREGION_SIGNATURE);
		return -EINVAL;
	}
	if (size_kib != OPREGION_SIZE_KIB) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion: it says that it has %u KiB, all known ones have %u; a guest gets no OpRegion",
			size_kib, OPREGION_SIZE_KIB);
		return -EINVAL;
	}
	if (version < OPREGION_MIN || version > OPREGION_MAX) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion: version %u.%u is not one of 1.0 to 15.255; a guest gets no OpRegion",
			version >> 8, version & 0xff);
		return -EINVAL;
	}
	return 0;
}

/* Where the extended VBT is; empty: mailbox 4 has it */
static int igd_opregion_find_vbt(struct igd_device *igd,
				 const struct igd_opregion_layout *layout,
				 struct igd_opregion *found)
{
	u64 rvda = le64_to_cpu(layout->rvda);
	u32 rvds = le32_to_cpu(layout->rvds);

	if (found->version < OPREGION_2_0 || !rvda || !rvds)
		return 0;

	if (rvds < VBT_MIN || rvds > VBT_MAX) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion: RVDS says that the VBT has %u bytes, it can have %u to %u; a guest gets no OpRegion",
			rvds, VBT_MIN, VBT_MAX);
		return -EINVAL;
	}

	found->vbt.size = rvds;
	found->vbt.base = rvda;
	if (found->version == OPREGION_2_0)
		return 0;

	found->vbt.base += found->opregion.base;
	if (rvda >= OPREGION_SIZE && found->vbt.base >= rvda)
		return 0;

	igd_say(igd, IGD_CAUSE_OPREGION,
		"OpRegion: RVDA places the VBT %#llx bytes from an OpRegion of %#x bytes at %#llx; a guest gets no OpRegion",
		rvda, OPREGION_SIZE, found->opregion.base);
	return -EINVAL;
}

static int igd_opregion_fold_vbt(struct igd_device *igd, u8 *data,
				 const struct igd_opregion *found)
{
	struct igd_opregion_layout *layout = (void *)data;
	u8 *vbt = data + OPREGION_SIZE;
	size_t size;
	int ret;

	ret = igd_opregion_copy(igd, "OpRegion's VBT", &found->vbt, vbt);
	if (ret)
		return ret;
	if (memcmp(vbt, VBT_SIGNATURE, strlen(VBT_SIGNATURE))) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion's VBT: it begins with \"%*pE\", not \"%s\"; a guest gets no OpRegion",
			(int)strlen(VBT_SIGNATURE), vbt, VBT_SIGNATURE);
		return -EINVAL;
	}

	/* RVDS may be a round number; what follows is something else of firmware's */
	size = get_unaligned_le16(vbt + VBT_SIZE);
	if (size >= VBT_MIN && size < found->vbt.size)
		memset(vbt + size, 0, found->vbt.size - size);

	layout->rvda = cpu_to_le64(OPREGION_SIZE);
	if (found->version == OPREGION_2_0)
		layout->version = cpu_to_le16(OPREGION_2_1);
	return 0;
}

static void *igd_opregion_copy_all(struct igd_device *igd,
				   struct igd_opregion *found, size_t *size)
{
	struct igd_opregion_layout *layout;
	u32 asls = 0;
	u8 *data;
	int ret;

	if (pci_read_config_dword(igd->core.pdev, VFIO_PCI_IGD_CFG_ASLS, &asls) ||
	    !asls || PCI_POSSIBLE_ERROR(asls)) {
		igd_say(igd, IGD_CAUSE_OPREGION,
			"OpRegion: ASLS is %#x, so the firmware has set none up; a guest gets no OpRegion (look in the firmware's setup for the graphics device being off or not primary)",
			asls);
		return ERR_PTR(-ENODEV);
	}

	data = kvzalloc(OPREGION_SIZE + VBT_MAX, GFP_KERNEL_ACCOUNT);
	if (!data)
		return ERR_PTR(-ENOMEM);
	layout = (void *)data;

	found->opregion.base = asls;
	found->opregion.size = OPREGION_SIZE;
	ret = igd_opregion_copy(igd, "OpRegion", &found->opregion, data);
	if (ret)
		goto err_free;
	ret = igd_opregion_check(igd, layout);
	if (ret)
		goto err_free;
	found->version = le16_to_cpu(layout->version);

	ret = igd_opregion_find_vbt(igd, layout, found);
	if (ret)
		goto err_free;
	if (found->vbt.size) {
		ret = igd_opregion_fold_vbt(igd, data, found);
		if (ret)
			goto err_free;
	} else if (found->version >= OPREGION_2_0) {
		layout->rvda = 0;
		layout->rvds = 0;
	}

	*size = OPREGION_SIZE + found->vbt.size;
	return data;

err_free:
	kvfree(data);
	return ERR_PTR(ret);
}

/**
 * igd_opregion_load - copy the OpRegion, with the VBT behind it
 * @igd: the device, being probed or opened; gets where things are on the host
 * @size: bytes in the copy
 *
 * Return: the copy, to be freed with kvfree(); -ENOMEM; or, with a warning,
 * -ENODEV where the firmware has set none up, -EINVAL where it makes no sense.
 */
void *igd_opregion_load(struct igd_device *igd, size_t *size)
{
	struct igd_opregion found = {};
	void *data = igd_opregion_copy_all(igd, &found, size);

	if (!IS_ERR(data))
		igd_say_well(igd, IGD_CAUSE_OPREGION);
	else
		memset(&found, 0, sizeof(found));

	mutex_lock(&igd->lock);
	igd->host.opregion = found;
	mutex_unlock(&igd->lock);
	return data;
}
