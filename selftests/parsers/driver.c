// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver reads of strangers: a ROM's file, the OpRegion in a machine's
 * memory, ids=. Its own functions, as the Makefile cuts them out of driver/, beside
 * what model.h makes of the same: who is of another opinion dies.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/pci.h>
#include "../../driver/stolen.h"
#include "../../uapi/vfio_pci_igd.h"
#include "fuzz.h"

static u64 get_le(const void *bytes, unsigned int width)
{
	const u8 *p = bytes;
	u64 value = 0;

	while (width--)
		value = value << 8 | p[width];
	return value;
}

static void put_le(void *bytes, unsigned int width, u64 value)
{
	u8 *p = bytes;

	for (; width--; value >>= 8)
		*p++ = value;
}

#include "model.h"

static void differ(const char *what)
{
	dprintf(report, "# %s\n", what);
	abort();
}

/*
 * The kernel, as far as these three know it
 */
#define __packed		__attribute__((packed))
#define __init
#define BIT(n)			(1UL << (n))
#define le16_to_cpu(x)		(x)
#define le32_to_cpu(x)		(x)
#define le64_to_cpu(x)		(x)
#define cpu_to_le16(x)		((u16)(x))
#define cpu_to_le32(x)		((u32)(x))
#define cpu_to_le64(x)		((u64)(x))
#define get_unaligned_le16(p)	get_le(p, 2)
#define static_assert		_Static_assert
#define U16_MAX			0xffff
#define PCI_ANY_ID		(~0u)
#define PCI_POSSIBLE_ERROR(x)	((x) == ~0u)
#define GFP_KERNEL_ACCOUNT	0
#define MEMREMAP_WB		0
#define IORESOURCE_MEM		0
#define kvfree			free
#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= -4095UL)
#define mutex_lock(lock)
#define mutex_unlock(lock)

struct igd_opregion {
	struct igd_range opregion;
	struct igd_range vbt;
	u16 version;
};

struct igd_device {
	struct {
		u32 asls;
		u32 *pdev;
	} core;
	struct {
		struct igd_opregion opregion;
	} host;
	unsigned int said;
};

enum igd_cause { IGD_CAUSE_OPREGION };

static void igd_say(struct igd_device *igd, enum igd_cause cause,
		    const char *format, ...)
{
	igd->said++;
}

static void igd_say_well(struct igd_device *igd, enum igd_cause cause)
{
}

static int pci_read_config_dword(const u32 *asls, int where, u32 *value)
{
	*value = *asls;
	return 0;
}

static void *kvzalloc(size_t size, int flags)
{
	return calloc(1, size);
}

/* A machine's memory, around its OpRegion */
enum iores_desc {
	IORES_DESC_NONE,	/* System RAM, as far as anybody asks */
	IORES_DESC_ACPI_NV_STORAGE,
	IORES_DESC_ACPI_TABLES,
	IORES_DESC_RESERVED,
};

struct resource {
	u64 start;
	u64 end;
	enum iores_desc desc;
};

#define LOW			0x7feee000ULL
#define OPREGION		0x7fef0000ULL

static const struct resource map[] = {
	{ LOW, OPREGION - 1, IORES_DESC_NONE },
	{ OPREGION, OPREGION + 0x37ff, IORES_DESC_RESERVED },
	/* A hole */
	{ OPREGION + 0x8000, OPREGION + 0x9fff, IORES_DESC_NONE },
	{ OPREGION + 0xa000, OPREGION + 0xafff, IORES_DESC_RESERVED },
	{ OPREGION + 0xb000, OPREGION + 0xcfff, IORES_DESC_RESERVED },
	/* Room for the longest VBT */
	{ OPREGION + 0xd000, OPREGION + 0x1cfff, IORES_DESC_ACPI_NV_STORAGE },
};

#define MEMORY			0x1f000

static u8 memory[MEMORY];

enum { REGION_DISJOINT, REGION_MIXED, REGION_INTERSECTS };

/* As the kernel's: what is nobody's does not count */
static int region_intersects(u64 start, size_t size, unsigned long flags,
			     unsigned long desc)
{
	unsigned int i, same = 0, other = 0;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].start <= start + size - 1 && map[i].end >= start)
			(map[i].desc == desc ? same++ : other++);
	return !same ? REGION_DISJOINT : other ? REGION_MIXED : REGION_INTERSECTS;
}

static int walk_iomem_res_desc(unsigned long desc, unsigned long flags, u64 start,
			       u64 end, void *arg,
			       int (*func)(struct resource *, void *))
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(map); i++) {
		struct resource part = map[i];

		if (part.desc != desc || part.start > end || part.end < start)
			continue;
		part.start = part.start > start ? part.start : start;
		part.end = part.end < end ? part.end : end;
		func(&part, arg);
	}
	return 0;
}

static int read_memory(u64 at, void *to, size_t size)
{
	u8 *p = to;
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = at + i >= LOW && at + i < LOW + MEMORY ?
		       memory[at + i - LOW] : 0xff;
	return 0;
}

static void *memremap(u64 at, size_t size, int flags)
{
	void *copy = malloc(size);

	read_memory(at, copy, size);
	return copy;
}

#define memunmap		free

#include "driver-opregion.h"
#include "driver-rom.h"

static bool is_all(u64 base, u64 size, enum iores_desc desc)
{
	unsigned int i;
	u64 at = base;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].desc == desc && map[i].start <= at && map[i].end >= at)
			at = map[i].end + 1;
	return at >= base + size;
}

static bool is_reserved(u64 base, u64 size)
{
	return base && base + size >= base &&
	       (is_all(base, size, IORES_DESC_RESERVED) ||
		is_all(base, size, IORES_DESC_ACPI_TABLES) ||
		is_all(base, size, IORES_DESC_ACPI_NV_STORAGE));
}

/* ASLS, 0 for the right one; then memory, from where the OpRegion is */
static void run_opregion(const uint8_t *data, size_t size)
{
	static u8 expected[OP_SIZE + VBT_MAX];
	struct igd_device igd = {};
	size_t wanted, found = 0;
	u8 *image;

	if (size < 4)
		return;
	memset(memory, 0x5e, sizeof(memory));
	memcpy(memory + OPREGION - LOW, data + 4,
	       size - 4 < 0x10000 ? size - 4 : 0x10000);
	igd.core.asls = get_le(data, 4);
	if (!igd.core.asls)
		igd.core.asls = OPREGION;
	igd.core.pdev = &igd.core.asls;

	wanted = model_opregion(igd.core.asls, expected, is_reserved, read_memory);
	image = igd_opregion_load(&igd, &found);
	if (igd.said != IS_ERR(image))
		differ("an OpRegion is refused without a line, or taken with one");
	if (IS_ERR(image) != !wanted)
		differ("an OpRegion is taken by one and refused by the other");
	if (IS_ERR(image))
		return;
	if (found != wanted || memcmp(image, expected, wanted))
		differ("an OpRegion is not the same");
	free(image);
}

static void run_rom(const uint8_t *data, size_t size)
{
	u8 *rom = malloc(size ? size : 1);
	bool wanted = size && model_is_rom(data, size);
	const char *why;

	memcpy(rom, data, size);
	why = rom_prepare(rom, size, 0x4680);
	if (!why != wanted)
		differ("a ROM is taken by one and refused by the other");
	if (!why && !model_is_rom(rom, size))
		differ("a ROM is sound no more");
	free(rom);
}

/*
 * ids=
 */
static char ids[256];
static int igd_driver, added;

static int pci_add_dynid(int *driver, u32 vendor, u32 device, u32 subvendor,
			 u32 subdevice, u32 class, u32 class_mask, unsigned long data)
{
	added++;
	return 0;
}

/* As the kernel's is strict: all of it a number, 0x in front of it or not */
static int kstrtouint(const char *text, unsigned int base, unsigned int *value)
{
	unsigned long number;
	char *end;

	if (!strchr("0123456789abcdefABCDEF", *text) || !*text)
		return -EINVAL;
	errno = 0;
	number = strtoul(text, &end, base);
	if (*end)
		return -EINVAL;
	if (errno || number > ~0u)
		return -ERANGE;
	*value = number;
	return 0;
}

static void strscpy(char *to, const char *from, size_t room)
{
	snprintf(to, room, "%s", from);
}

#include "driver-ids.h"

static void run_ids(const uint8_t *data, size_t size)
{
	if (size >= sizeof(ids))
		return;
	memcpy(ids, data, size);
	ids[size] = 0;
	added = 0;
	igd_add_id(ids);
	if (added != model_is_id(ids))
		differ("an ID is taken by one and refused by the other");
}

const struct target driver_targets[] = {
	{ "driver-rom", run_rom, 1 },
	{ "driver-opregion", run_opregion },
	{ "driver-ids", run_ids },
	{}
};
