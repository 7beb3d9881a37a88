// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for Intel's GOP, which may not be shipped: asks what that asks, in
 * its order, and says where it stops. It is a driver of gen 12, and does its
 * work at its entry point. It draws nothing.
 */
#include "igd-efi.h"
#include "vfio_pci_igd.h"

#define SELF			"stand-in: "
#define GTT			0x800000
#define GTT_PRESENT		1
#define SCRATCH			0x4f060

struct gop_policy {
	__u32 revision;
	efi_status_t (*lid)(__u32 *state);
	efi_status_t (*vbt)(__u64 *address, __u32 *size);
};

static const struct efi_guid policy_guid = {
	0xec2e931b, 0x3281, 0x48a5,
	{ 0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d }
};
static const struct efi_guid loaded_image_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;

struct efi_boot_services *bs;

/*
 * As GOP has it: the constant right before the call. What is called reads the
 * device ID of 00:1f.0 by the ports.
 */
__u32 lpc_device(void);
asm(".globl lpc_device\n"
    "lpc_device:\n"
    "	movl $0x000f8002, %ecx\n"
    "	call 1f\n"
#ifdef TWICE
    "	movl $0x000f8002, %ecx\n"
    "	call 1f\n"
#endif
    "	ret\n"
    "1:	movl $0x8000f800, %eax\n"
    "	movw $0xcf8, %dx\n"
    "	outl %eax, %dx\n"
    "	movw $0xcfe, %dx\n"
    "	xorl %eax, %eax\n"
    "	inw %dx, %ax\n"
    "	ret\n");

static __u32 sum(__u64 address)
{
	const __u8 *p = (const __u8 *)address;

	return p[0] + p[1] + p[2] + p[3];
}

static efi_status_t ask_policy(void)
{
	struct gop_policy *policy;
	__u64 address, again;
	__u32 lid, size;

	if (EFI_ERROR(bs->locate_protocol(&policy_guid, (void *)0,
					  (void **)&policy))) {
		say(SELF "no policy");
		return EFI_NOT_FOUND;
	}
	if (policy->revision < 1 || EFI_ERROR(policy->lid(&lid)) || lid != 1 ||
	    EFI_ERROR(policy->vbt(&address, &size)) ||
	    EFI_ERROR(policy->vbt(&again, &size)) || address != again ||
	    sum(address) != '$' + 'V' + 'B' + 'T') {
		say(SELF "the policy makes no sense");
		return EFI_UNSUPPORTED;
	}
	say(SELF "VBT of %u bytes at %x", (__u64)size, address);
	return EFI_SUCCESS;
}

static __u64 read_bar0(struct efi_pci_io *pci, __u32 offset)
{
	__u64 value = 0;

	pci->mem_read(pci, EFI_PCI_WIDTH_32, 0, offset, 2, &value);
	return value;
}

/* One entry a page of all of stolen memory, however much GMS says it is */
static void fill_gtt(struct efi_pci_io *pci)
{
	__u64 gms = read_bar0(pci, VFIO_PCI_IGD_MMIO_GGC) >> 8 & 0xff;
	__u64 base = read_bar0(pci, VFIO_PCI_IGD_MMIO_BDSM) & ~(MIB - 1);
	__u64 size = (gms < 0xf0 ? gms * 32 : (gms - 0xef) * 4) * MIB;
	__u64 page, entry;

	for (page = 0; page < pages(size); page++) {
		entry = (base + page * EFI_PAGE_SIZE) | GTT_PRESENT;
		pci->mem_write(pci, EFI_PCI_WIDTH_32, 0, GTT + page * 8, 2,
			       &entry);
	}
	say(SELF "GTT has %u pages from %x", pages(size), base);
}

efi_status_t efi_main(void *image, struct efi_system_table *table);
efi_status_t efi_main(void *image, struct efi_system_table *table)
{
	__u64 segment, bus, device, function, before;
	struct efi_loaded_image *loaded;
	struct efi_pci_io *pci;
	__u32 id, class = 0;

	bs = table->boot_services;
	if (EFI_ERROR(ask_policy()))
		return EFI_NOT_FOUND;

	/* Of the 11th to 14th generation's, one */
	id = lpc_device();
	if (id < 0x7a80 || id > 0x7a9f) {
		say(SELF "LPC bridge %x is not known", (__u64)id);
		return EFI_DEVICE_ERROR;
	}
	if (EFI_ERROR(bs->handle_protocol(image, &loaded_image_guid,
					  (void **)&loaded)) ||
	    EFI_ERROR(bs->handle_protocol(loaded->device_handle, &pci_io_guid,
					  (void **)&pci)))
		return EFI_DEVICE_ERROR;
	pci->get_location(pci, &segment, &bus, &device, &function);
	pci->config_read(pci, EFI_PCI_WIDTH_32, 8, 1, &class);
	if (bus || device != 2 || function || class >> 8 != 0x030000) {
		say(SELF "wrong slot %u or class %x", device,
		    (__u64)class >> 8);
		return EFI_UNSUPPORTED;
	}

	pci->attributes(pci, EFI_PCI_ATTRIBUTES_GET, 0, &before);
	pci->attributes(pci, EFI_PCI_ATTRIBUTES_ENABLE,
			EFI_PCI_ATTRIBUTE_MEMORY, (void *)0);
	if (read_bar0(pci, SCRATCH) & 0xffffff)
		say(SELF "the display is lit already, no GTT");
	else
		fill_gtt(pci);
	pci->attributes(pci, EFI_PCI_ATTRIBUTES_SET, before, (void *)0);
	return EFI_SUCCESS;
}
