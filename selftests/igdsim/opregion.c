// SPDX-License-Identifier: GPL-2.0-only
/*
 * What firmware leaves in host memory: the OpRegion, and in it or beside it the
 * Video BIOS Table. Layouts as i915 reads them (intel_opregion.c, intel_vbt_defs.h).
 */
#include "igdsim.h"

#include <stdlib.h>
#include <string.h>

/* OpRegion header */
#define OP_SIZE			0x10	/* in KiB */
#define OP_REVISION		0x15
#define OP_MINOR		0x16
#define OP_MAJOR		0x17
#define OP_BIOS_VERSION		0x18
#define OP_MAILBOXES		0x58
/* mailbox 2: milliseconds that a driver waits for firmware's answer */
#define OP_SWSCI_DSLP		0x208
/* mailbox 3: where a VBT is that does not fit into mailbox 4 */
#define OP_RVDA			0x3ba
#define OP_RVDS			0x3c2

#define VBT_VERSION		0x14
#define VBT_HEADER_SIZE		0x16
#define VBT_SIZE		0x18
#define VBT_CHECKSUM		0x1a
#define VBT_BDB_OFFSET		0x1c
#define VBT_HEADER		0x30

#define BDB_VERSION		0x10
#define BDB_HEADER_SIZE		0x12
#define BDB_SIZE		0x14
#define BDB_HEADER		0x16

#define BLOCK_FEATURES		1
#define BLOCK_DEFINITIONS	2
#define BLOCK_SKIP		254	/* drivers look past it */

/* one display output in the block of definitions */
#define CHILD_HANDLE		0
#define CHILD_TYPE		2
#define   CHILD_TYPE_HDMI	0x60d2
#define   CHILD_TYPE_DP		0x68c6
#define CHILD_PORT		16
#define CHILD_DDC_PIN		19
#define CHILD_AUX_CHANNEL	25

static unsigned int child_size(unsigned int version)
{
	return version >= 256 ? 40 : version >= 216 ? 39 : version >= 196 ? 38 :
	       version >= 195 ? 37 : version >= 111 ? 33 : 27;
}

/* DVO_PORT numbers: HDMI A to D are 0 to 3, DisplayPort B to D 7 to 9, A is 10 */
static unsigned int child_port(const struct output *output)
{
	if (!strcmp(output->type, "hdmi"))
		return output->port;
	return output->port ? 6 + output->port : 10;
}

static uint8_t *add_block(uint8_t *at, unsigned int id, unsigned int size)
{
	at[0] = (uint8_t)id;
	put_le(at + 1, 2, size);
	return at + 3 + size;
}

static uint8_t *add_definitions(const struct profile *profile, uint8_t *at)
{
	unsigned int size = child_size(profile->vbt_version);
	uint8_t *child = at + 3 + 5;

	at[3 + 4] = (uint8_t)size;
	for (unsigned int i = 0; i < profile->num_outputs; i++, child += size) {
		const struct output *output = &profile->outputs[i];
		const struct port_lines *port = &profile->ports[output->port];
		bool hdmi = !strcmp(output->type, "hdmi");

		put_le(child + CHILD_HANDLE, 2, 4u << i);
		put_le(child + CHILD_TYPE, 2,
		       hdmi ? CHILD_TYPE_HDMI : CHILD_TYPE_DP);
		child[CHILD_PORT] = (uint8_t)child_port(output);
		child[CHILD_DDC_PIN] = (uint8_t)(port->vbt_pin ? port->vbt_pin :
						 output->port);
		child[CHILD_AUX_CHANNEL] = (uint8_t)(output->port ?
						     output->port << 4 : 0x40);
	}
	return add_block(at, BLOCK_DEFINITIONS,
			 5 + profile->num_outputs * size);
}

/*
 * A valid VBT of exactly the size asked for. Its last block is one that drivers
 * skip, full of bytes that differ from each other, so that a copy that lost or
 * moved some is found out.
 */
static void fill_vbt(const struct profile *profile, uint8_t *vbt)
{
	uint8_t *bdb = vbt + VBT_HEADER, *end = vbt + profile->vbt_size, *at, *pad;
	uint8_t sum = 0;

	memcpy(vbt, "$VBT igdsim         ", 20);
	put_le(vbt + VBT_VERSION, 2, 100);
	put_le(vbt + VBT_HEADER_SIZE, 2, VBT_HEADER);
	put_le(vbt + VBT_SIZE, 2, profile->vbt_size);
	put_le(vbt + VBT_BDB_OFFSET, 4, VBT_HEADER);

	memcpy(bdb, "BIOS_DATA_BLOCK ", 16);
	put_le(bdb + BDB_VERSION, 2, profile->vbt_version);
	put_le(bdb + BDB_HEADER_SIZE, 2, BDB_HEADER);
	put_le(bdb + BDB_SIZE, 2, (uint64_t)(end - bdb));

	at = add_block(bdb + BDB_HEADER, BLOCK_FEATURES, 7);
	at = add_definitions(profile, at);
	pad = at + 3;
	add_block(at, BLOCK_SKIP, (unsigned int)(end - pad));
	for (unsigned int i = 0; pad + i < end; i++)
		pad[i] = (uint8_t)(i * 7 ^ i >> 8);

	for (at = vbt; at < end; at++)
		sum = (uint8_t)(sum + *at);
	vbt[VBT_CHECKSUM] = (uint8_t)-sum;
}

/* Whole pages around LENGTH bytes at ADDRESS; *inside is where those begin */
static struct image make_image(uint64_t address, uint64_t length,
			       uint8_t **inside)
{
	uint64_t lead = address & (PAGE_SIZE - 1);
	struct image image = {
		.address = address - lead,
		.size = PAGE_ALIGN(lead + length),
	};

	image.bytes = xcalloc(1, image.size);
	*inside = image.bytes + lead;
	return image;
}

struct image opregion_image(const struct profile *profile)
{
	uint64_t asls = get_le(profile->config + CFG_ASLS, 4);
	uint64_t length = OPREGION_SIZE;
	struct image image = { 0 };
	uint8_t *op;

	if (!profile->opregion_major)
		return image;
	if (profile->vbt == VBT_RELATIVE)
		length = profile->vbt_where + profile->vbt_size;
	image = make_image(asls, length, &op);

	memcpy(op, "IntelGraphicsMem", 16);
	put_le(op + OP_SIZE, 4, OPREGION_SIZE / 1024);
	op[OP_MINOR] = (uint8_t)profile->opregion_minor;
	op[OP_MAJOR] = (uint8_t)profile->opregion_major;
	snprintf((char *)op + OP_BIOS_VERSION, 32, "igdsim");
	put_le(op + OP_MAILBOXES, 4, profile->mailboxes);
	put_le(op + OP_SWSCI_DSLP, 4, 2);

	switch (profile->vbt) {
	case VBT_NONE:
		break;
	case VBT_MAILBOX:
		fill_vbt(profile, op + OPREGION_MAILBOX4);
		break;
	case VBT_RELATIVE:
		fill_vbt(profile, op + profile->vbt_where);
		/* fall through */
	case VBT_ABSOLUTE:
		put_le(op + OP_RVDA, 8, profile->vbt_where);
		put_le(op + OP_RVDS, 4, profile->vbt_size);
		break;
	}
	return image;
}

struct image vbt_image(const struct profile *profile)
{
	struct image image = { 0 };
	uint8_t *vbt;

	if (profile->vbt != VBT_ABSOLUTE)
		return image;
	image = make_image(profile->vbt_where, profile->vbt_size, &vbt);
	fill_vbt(profile, vbt);
	return image;
}
