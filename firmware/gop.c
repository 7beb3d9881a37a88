// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Intel's display driver for the boot screen (GOP) asks the platform for
 *
 * A mainboard's firmware has a driver for this protocol (PlatformGopPolicy); a
 * guest's has not. GOP refuses to start without it. It takes the VBT from here
 * and never looks at ASLS. It keeps the pointer, and the protocol's functions
 * are this image's: both the OpRegion and the image stay.
 *
 * The layout is what Intel's drivers of gen 7 to 13th-generation Core call.
 */
#include "igd-efi.h"
#include "vfio_pci_igd.h"

#define OPREGION_MAILBOXES	0x58
#define   MAILBOX_ASLE		0x04
#define   MAILBOX_VBT		0x08
#define   MAILBOX_ASLE_EXT	0x10
#define OPREGION_VERSION	0x16
#define OPREGION_VBT		0x400
#define OPREGION_ASLE_EXT	0x1c00
#define OPREGION_SIZE		0x2000
/* In mailbox 3, from OpRegion 2.1 on: where a VBT is that mailbox 4 cannot hold */
#define OPREGION_RVDA		0x3ba
#define OPREGION_RVDS		0x3c2
#define VERSION_RELATIVE	0x201

#define VBT_SIZE		0x18
#define VBT_BDB_OFFSET		0x1c
#define VBT_HEADER		0x30
#define BDB_SIZE		0x14
#define BDB_HEADER		0x16

/*
 * i915's SWF_ILK(0x18), one of the software flags: a register that no hardware
 * acts on, with which firmware tells later drivers that it has set up the
 * display. GOP takes the low 24 bits, if they are not 0, for a display that is
 * lit already, and then does not fill the GTT. i915 of gen 9 takes 0 as 'not set
 * up' and programs the display's clock anew (skl_sanitize_cdclk()), which is
 * right in a guest: what it finds there is the word of the host's firmware.
 */
#define SWF_24			0x4f060

#define LID_OPEN		1

struct gop_policy {
	__u32 revision;
	efi_status_t (*lid)(__u32 *state);
	efi_status_t (*vbt)(__u64 *address, __u32 *size);
};

static const struct efi_guid gop_policy_guid = {
	0xec2e931b, 0x3281, 0x48a5,
	{ 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d }
};

static struct blob vbt;

/* A mailbox is where the specification put it, not where a compiler likes it. */
static __u64 get(const char *p, int bytes)
{
	__u64 value = 0;

	while (bytes--)
		value = value << 8 | (__u8)p[bytes];
	return value;
}

static efi_status_t policy_lid(__u32 *state)
{
	*state = LID_OPEN;
	return EFI_SUCCESS;
}

static efi_status_t policy_vbt(__u64 *address, __u32 *size)
{
	*address = vbt.address;
	*size = vbt.size;
	return EFI_SUCCESS;
}

/* Revision 1: nothing is asked for beyond these two. */
static struct gop_policy policy = {
	.revision = 1, .lid = policy_lid, .vbt = policy_vbt,
};

/*
 * Is there a VBT, and does it end within its room? GOP believes what its
 * headers say.
 */
static int is_vbt(const char *data, __u64 room)
{
	__u64 size, bdb;

	if (room < VBT_HEADER || !begins(data, "$VBT"))
		return 0;
	size = get(data + VBT_SIZE, 2);
	bdb = get(data + VBT_BDB_OFFSET, 4);
	return size <= room && bdb >= VBT_HEADER && bdb + BDB_HEADER <= size &&
	       begins(data + bdb, "BIOS_DATA_BLOCK ") &&
	       get(data + bdb + BDB_SIZE, 2) >= BDB_HEADER &&
	       bdb + get(data + bdb + BDB_SIZE, 2) <= size;
}

static int take_vbt(const struct blob *opregion, __u64 offset, __u64 room)
{
	if (offset > opregion->size || room > opregion->size - offset ||
	    !is_vbt((const char *)opregion->address + offset, room))
		return 0;
	vbt.address = opregion->address + offset;
	vbt.size = get((const char *)vbt.address + VBT_SIZE, 2);
	return 1;
}

/*
 * Before 2.1 RVDA is an address of the host's; the driver has turned that into
 * an offset.
 */
static int find_vbt(const struct blob *opregion)
{
	const char *data = (const char *)opregion->address;
	__u64 mailboxes = get(data + OPREGION_MAILBOXES, 4);
	__u64 end = mailboxes & MAILBOX_ASLE_EXT ? OPREGION_ASLE_EXT :
						   OPREGION_SIZE;
	__u64 offset, size;

	if (mailboxes & MAILBOX_ASLE &&
	    get(data + OPREGION_VERSION, 2) >= VERSION_RELATIVE) {
		offset = get(data + OPREGION_RVDA, 8);
		size = get(data + OPREGION_RVDS, 4);
		if (offset && size) {
			if (offset >= OPREGION_SIZE &&
			    take_vbt(opregion, offset, size))
				return 1;
			say("no valid VBT of %u bytes at %x in the OpRegion of %u: looking in mailbox 4",
			    size, offset, opregion->size);
		}
	}
	return mailboxes & MAILBOX_VBT &&
	       take_vbt(opregion, OPREGION_VBT, end - OPREGION_VBT);
}

/**
 * set_up_gop_policy() - offer the VBT to a GOP
 * @opregion: the guest's copy, which stays where it is
 *
 * Return: EFI_SUCCESS if the protocol is there, and this image must stay.
 */
efi_status_t set_up_gop_policy(const struct blob *opregion)
{
	efi_status_t status;
	void *handle = 0;
	void *interface;

	if (!EFI_ERROR(bs->locate_protocol(&gop_policy_guid, (void *)0,
					   &interface))) {
		say("somebody else has a policy for GOP: ours is left out");
		return EFI_ALREADY_STARTED;
	}
	if (!find_vbt(opregion)) {
		say("no valid VBT in the OpRegion: no policy for GOP, which will not start");
		return EFI_NOT_FOUND;
	}
	status = bs->install_protocol_interface(&handle, &gop_policy_guid, 0,
						&policy);
	if (EFI_ERROR(status)) {
		say("the firmware does not take the policy for GOP, which will not start");
		return status;
	}
	say("policy for GOP, with a VBT of %u bytes at %x", vbt.size,
	    vbt.address);
	return EFI_SUCCESS;
}

/* Valleyview and Cherryview have their display, and these flags, elsewhere. */
static int has_swf_24(const struct display *dev)
{
	__u8 family = dev->device >> 8;

	return family != 0x0f && family != 0x22;
}

/**
 * clear_scratch() - let no GOP believe that the display is lit
 * @dev: the device
 */
void clear_scratch(struct display *dev)
{
	__u64 before;
	__u32 value;

	if (!has_swf_24(dev) || EFI_ERROR(decode_on(dev->pci, &before)))
		return;
	if (!EFI_ERROR(dev->pci->mem_read(dev->pci, EFI_PCI_WIDTH_32, 0,
					  SWF_24, 1, &value)) && value) {
		say("scratch register %x read %x, cleared for GOP",
		    (__u64)SWF_24, (__u64)value);
		value = 0;
		dev->pci->mem_write(dev->pci, EFI_PCI_WIDTH_32, 0, SWF_24, 1,
				    &value);
	}
	decode_restore(dev->pci, before);
}
