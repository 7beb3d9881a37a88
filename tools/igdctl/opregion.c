// SPDX-License-Identifier: GPL-2.0-only
/*
 * The OpRegion in host memory, and the Video BIOS Table in it or beside it
 *
 * Layout: Intel's ACPI IGD OpRegion Specification, and the kernel's
 * intel_opregion.c and intel_vbt_defs.h. Nothing that stands there is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../uapi/vfio_pci_igd.h"
#include "igdctl.h"

#define OPREGION_SIZE		0x2000
#define OP_SIZE_KIB		0x10
#define OP_VERSION		0x16
#define OP_MAILBOXES		0x58
#define OP_RVDA			0x3ba
#define OP_RVDS			0x3c2
#define OP_MAILBOX4		0x400
#define OP_MAILBOX5		0x1c00

#define VBT_HEADER		0x30
#define VBT_SIZE		0x18
#define VBT_BDB			0x1c
#define BDB_HEADER		0x16
#define BDB_HEADER_SIZE		0x12
#define BDB_VERSION		0x10
#define BLOCK_DEFINITIONS	2
#define CHILD_TYPE		2
#define CHILD_PORT		16

static u32 get(const u8 *p, unsigned int width)
{
	u32 value = 0;

	while (width--)
		value = value << 8 | p[width];
	return value;
}

/* 0, or an errno */
static int memory(u64 address, void *to, size_t size)
{
	int file = open(at("/dev/mem"), O_RDONLY | O_CLOEXEC);
	int error = 0;
	ssize_t got;

	if (file < 0)
		return errno;
	got = pread(file, to, size, address);
	if (got < 0)
		error = errno;
	else if ((size_t)got != size)
		error = EIO;
	close(file);
	return error;
}

/**
 * vbt_check() - is this a Video BIOS Table?
 * @data: what may be one
 * @size: bytes there
 * @length: how many of them it has
 * @bdb: version of its data blocks
 *
 * Return: what is wrong, or NULL.
 */
const char *vbt_check(const u8 *data, size_t size, u32 *length, u16 *bdb)
{
	u32 at_bdb, i;
	u8 sum = 0;

	if (size < VBT_HEADER || memcmp(data, "$VBT", 4))
		return "does not begin with $VBT";
	*length = get(data + VBT_SIZE, 2);
	at_bdb = get(data + VBT_BDB, 4);
	if (*length < VBT_HEADER || *length > size)
		return "has more bytes by its header than there are";
	if (at_bdb > *length || *length - at_bdb < BDB_HEADER ||
	    memcmp(data + at_bdb, "BIOS_DATA_BLOCK ", 16))
		return "has no BIOS_DATA_BLOCK where its header says";
	for (i = 0; i < *length; i++)
		sum += data[i];
	if (sum)
		return "has a wrong checksum";
	*bdb = get(data + at_bdb + BDB_VERSION, 2);
	return NULL;
}

static const char *find_vbt(struct opregion *opregion, const u8 *op)
{
	u32 size = get(op + OP_RVDS, 4);
	const char *fault;
	u64 address;

	opregion->where = "mailbox";
	opregion->rvda = get(op + OP_RVDA, 4) | (u64)get(op + OP_RVDA + 4, 4) << 32;
	if (opregion->version >= 0x0200 && opregion->rvda && size) {
		opregion->where = opregion->version == 0x0200 ? "absolute" :
				  "relative";
		if (size > 0xffff)
			return text("the VBT behind the OpRegion has %u bytes, it can have 65535",
				    size);
		address = opregion->rvda;
		if (opregion->version > 0x0200)
			address += opregion->asls;
		opregion->data = allocate(size);
		if (memory(address, opregion->data, size))
			return text("the VBT's %u bytes at %#llx cannot be read",
				    size, address);
	} else {
		opregion->rvda = 0;
		size = OP_MAILBOX5 - OP_MAILBOX4;
		opregion->data = allocate(size);
		memcpy(opregion->data, op + OP_MAILBOX4, size);
	}
	fault = vbt_check(opregion->data, size, &opregion->size, &opregion->bdb);
	return fault ? text("the VBT (%s) %s", opregion->where, fault) : NULL;
}

/**
 * opregion_read() - the OpRegion that ASLS leads to
 * @host: the machine
 * @opregion: result
 * @unseen: whether it could not be looked at
 *
 * Return: what is wrong, or NULL.
 */
const char *opregion_read(const struct host *host, struct opregion *opregion,
			  bool *unseen)
{
	static u8 op[OPREGION_SIZE];
	const char *fault;
	int error;

	memset(opregion, 0, sizeof(*opregion));
	*unseen = false;
	opregion->where = "mailbox";
	opregion->asls = host_config(host, VFIO_PCI_IGD_CFG_ASLS, 4);
	if (!opregion->asls || opregion->asls == ~0u)
		return text("ASLS is %#x: the firmware has set up no OpRegion",
			    opregion->asls);
	error = memory(opregion->asls, op, sizeof(op));
	if (error) {
		*unseen = true;
		return text("host memory at %#x cannot be read (%s)",
			    opregion->asls, strerror(error));
	}
	if (memcmp(op, "IntelGraphicsMem", 16))
		return text("what ASLS leads to, %#x, is no OpRegion (no IntelGraphicsMem there)",
			    opregion->asls);
	if (get(op + OP_SIZE_KIB, 4) != OPREGION_SIZE / 1024)
		return text("the OpRegion has %u KiB by its header, all known ones have 8",
			    get(op + OP_SIZE_KIB, 4));
	memcpy(opregion->header, op, sizeof(opregion->header));
	opregion->version = get(op + OP_VERSION, 2);
	opregion->mailboxes = get(op + OP_MAILBOXES, 4);
	fault = find_vbt(opregion, op);
	if (fault) {
		free(opregion->data);
		opregion->data = NULL;
	}
	return fault;
}

/* 'hdmi B', or an empty name for what is neither HDMI nor DisplayPort */
static void name_output(const u8 *child, char *name)
{
	unsigned int type = get(child + CHILD_TYPE, 2);
	unsigned int port = child[CHILD_PORT];

	*name = 0;
	/* DVO_PORT: HDMI A to D are 0 to 3, DisplayPort B to D 7 to 9, A is 10 */
	if (port <= 3)
		snprintf(name, 8, "hdmi %c", 'A' + port);
	else if (port >= 7 && port <= 9)
		snprintf(name, 8, "dp %c", 'B' + port - 7);
	else if (port == 10)
		snprintf(name, 8, "dp A");
	if (!type)
		*name = 0;
}

/**
 * vbt_outputs() - the display outputs that the VBT speaks of
 * @opregion: with a VBT
 * @names: as igdsim's profiles have them
 * @room: how many fit
 *
 * Return: how many there are in @names.
 */
unsigned int vbt_outputs(const struct opregion *opregion, char (*names)[8],
			 unsigned int room)
{
	const u8 *data = opregion->data, *end = data + opregion->size;
	unsigned int count = 0, size, child, i;
	const u8 *p = data + get(data + VBT_BDB, 4);

	p += get(p + BDB_HEADER_SIZE, 2);
	while (p < end && end - p > 3) {
		size = get(p + 1, 2);
		if (size > end - p - 3)
			break;
		child = size > 5 ? p[3 + 4] : 0;
		if (*p == BLOCK_DEFINITIONS && child > CHILD_PORT) {
			for (i = 5; i + child <= size && count < room; i += child) {
				name_output(p + 3 + i, names[count]);
				count += !!*names[count];
			}
			break;
		}
		p += 3 + size;
	}
	return count;
}
