// SPDX-License-Identifier: GPL-2.0-only
/*
 * The UEFI guest's part of assigning Intel graphics
 *
 * An assigned device brings neither its OpRegion nor its stolen memory along:
 * both lie in host memory. Somebody in the guest has to find room for them and
 * tell the device, and the guest's own firmware (OVMF) does not. The firmware
 * starts this driver from the device's option ROM while it enumerates the bus,
 * before it connects any graphics driver.
 *
 *	fw_cfg etc/igd-opregion  --> ACPI NVS memory  --> ASLS
 *	fw_cfg etc/igd-bdsm-size --> reserved memory  --> BDSM
 *	struct vfio_pci_igd_info --> where the host has it, and which BDSM
 *	the VBT in the OpRegion  --> the policy that a GOP asks for
 *
 * OpRegion and stolen memory are independent of each other: a guest with only
 * one of them is better off than one with none. What fails undoes itself.
 */
#include "igd-efi.h"
#include "vfio_pci_igd.h"

#define PCI_VENDOR_INTEL	0x8086
#define PCI_BASE_CLASS_DISPLAY	0x03

/* What a driver of version 1 tells: nothing of what is below stolen memory */
#define INFO_SIZE_1		__builtin_offsetof(struct vfio_pci_igd_info, gsm_below)

struct efi_boot_services *bs;

static const struct efi_guid loaded_image_guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;
static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;

/*
 * Marks that a device has been served. QEMU has one OpRegion and one size of
 * stolen memory to give, so there can be no second.
 */
static const struct efi_guid served_guid = {
	0xa958bb85, 0x2229, 0x4cee,
	{ 0xa4, 0xf8, 0xe2, 0x0d, 0x26, 0xfa, 0xc0, 0x01 }
};

/*
 * Where the driver does not tell, the first byte of the device ID does, as far
 * as it belongs to one kind of BDSM alone. The IDs are those of Linux'
 * include/drm/intel/pciids.h; from Meteor Lake on there is no BDSM.
 */
static void guess_bdsm(struct display *dev)
{
	static const struct {
		__u8 id;
		__u8 config;
		__u8 width;
	} guesses[] = {
		{ 0x01, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Sandy, Ivy Bridge */
		{ 0x04, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Haswell */
		{ 0x0a, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Haswell, Broxton */
		{ 0x0c, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Haswell */
		{ 0x0d, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Haswell */
		{ 0x0f, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Valleyview */
		{ 0x16, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Broadwell */
		{ 0x19, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Skylake */
		{ 0x1a, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Broxton */
		{ 0x22, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Cherryview */
		{ 0x31, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Gemini Lake */
		{ 0x3e, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Coffee Lake */
		{ 0x59, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Kaby Lake */
		{ 0x5a, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Broxton */
		{ 0x87, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Amber Lake */
		{ 0x9b, VFIO_PCI_IGD_CFG_BDSM32, 4 }, /* Comet Lake */
		{ 0x45, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Elkhart Lake */
		{ 0x46, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Alder Lake */
		{ 0x4c, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Rocket Lake */
		{ 0x4e, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Jasper Lake */
		{ 0x8a, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Ice Lake */
		{ 0x9a, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Tiger Lake */
		{ 0xa7, VFIO_PCI_IGD_CFG_BDSM64, 8 }, /* Raptor Lake */
		{ 0x7d, 0, 0 }, /* Meteor, Arrow Lake */
		{ 0x64, 0, 0 }, /* Lunar Lake */
		{ 0xb0, 0, 0 }, /* Panther Lake */
		{ 0xb6, 0, 0 }, /* Arrow Lake */
		{ 0xfd, 0, 0 }, /* Wildcat Lake */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(guesses); i++) {
		if (guesses[i].id != dev->device >> 8)
			continue;
		dev->bdsm_config = guesses[i].config;
		dev->bdsm_width = guesses[i].width;
		dev->bdsm_known = 1;
	}
}

/**
 * set_register() - write a register and see whether it holds the value
 * @dev: the device
 * @name: of the register
 * @offset: in configuration space
 * @width: 4 or 8 bytes
 * @value: what is written
 *
 * Return: an error if it does not: the hypervisor may well have dropped it.
 */
efi_status_t set_register(struct display *dev, const char *name, __u32 offset,
			  __u8 width, __u64 value)
{
	efi_status_t status;
	__u64 found = 0;

	status = dev->pci->config_write(dev->pci, EFI_PCI_WIDTH_32, offset,
					width / 4, &value);
	if (!EFI_ERROR(status))
		status = dev->pci->config_read(dev->pci, EFI_PCI_WIDTH_32,
					       offset, width / 4, &found);
	if (!EFI_ERROR(status) && found == value)
		return EFI_SUCCESS;

	say("%s at %x reads %x after %x was written: nothing left behind",
	    name, (__u64)offset, found, value);
	return EFI_DEVICE_ERROR;
}

/**
 * decode_on() - have the device answer at its BARs
 * @pci: its access protocol
 * @before: for decode_restore(): while option ROMs run, it is usually off
 */
efi_status_t decode_on(struct efi_pci_io *pci, __u64 *before)
{
	efi_status_t status;

	status = pci->attributes(pci, EFI_PCI_ATTRIBUTES_GET, 0, before);
	if (EFI_ERROR(status))
		return status;
	return pci->attributes(pci, EFI_PCI_ATTRIBUTES_ENABLE,
			       EFI_PCI_ATTRIBUTE_MEMORY, (void *)0);
}

/**
 * decode_restore() - as it was before decode_on()
 * @pci: its access protocol
 * @before: what that has left
 */
void decode_restore(struct efi_pci_io *pci, __u64 before)
{
	pci->attributes(pci, EFI_PCI_ATTRIBUTES_SET, before, (void *)0);
}

static efi_status_t read_info(struct efi_pci_io *pci,
			      struct vfio_pci_igd_info *info)
{
	efi_status_t status;
	__u64 before;

	status = decode_on(pci, &before);
	if (EFI_ERROR(status))
		return status;
	status = pci->mem_read(pci, EFI_PCI_WIDTH_32, 0,
			       VFIO_PCI_IGD_MMIO_INFO, sizeof(*info) / 4, info);
	decode_restore(pci, before);
	return status;
}

static int is_bdsm(__u8 config, __u8 width)
{
	return (config == VFIO_PCI_IGD_CFG_BDSM32 && width == 4) ||
	       (config == VFIO_PCI_IGD_CFG_BDSM64 && width == 8);
}

static void ask_driver(struct display *dev)
{
	struct vfio_pci_igd_info info;

	if (EFI_ERROR(read_info(dev->pci, &info)) ||
	    info.magic != VFIO_PCI_IGD_INFO_MAGIC ||
	    !info.version || info.size < INFO_SIZE_1) {
		say("the driver tells nothing of device %d: going by its ID", dev);
		guess_bdsm(dev);
		return;
	}

	dev->bdsm_known = !info.bdsm_width ||
			  is_bdsm(info.bdsm_config, info.bdsm_width);
	dev->bdsm_config = info.bdsm_config;
	dev->bdsm_width = info.bdsm_width;
	dev->host_base = info.host_dsm_base;
	dev->dsm_size = info.dsm_size;
	if (info.version >= 2 && info.size >= sizeof(info)) {
		dev->gsm_below = info.gsm_below;
		dev->lpc_device = info.lpc_device;
	}
}

/*
 * The firmware has the device's access protocol installed before it starts an
 * image of the device's ROM, and names the device as where the image came from.
 */
static efi_status_t find_device(void *image, struct display *dev)
{
	__u64 segment, bus, device, function;
	struct efi_loaded_image *loaded;
	efi_status_t status;
	__u32 id, class;

	status = bs->handle_protocol(image, &loaded_image_guid,
				     (void **)&loaded);
	if (!EFI_ERROR(status))
		status = bs->handle_protocol(loaded->device_handle,
					     &pci_io_guid, (void **)&dev->pci);
	if (!EFI_ERROR(status))
		status = dev->pci->get_location(dev->pci, &segment, &bus,
						&device, &function);
	if (!EFI_ERROR(status))
		status = dev->pci->config_read(dev->pci, EFI_PCI_WIDTH_32, 0,
					       1, &id);
	if (!EFI_ERROR(status))
		status = dev->pci->config_read(dev->pci, EFI_PCI_WIDTH_32, 8,
					       1, &class);
	if (EFI_ERROR(status)) {
		say("not started from a PCI device's option ROM: nothing done");
		return status;
	}

	dev->handle = loaded->device_handle;
	dev->vendor = id & 0xffff;
	dev->device = id >> 16;
	dev->base_class = class >> 24;
	dev->slot = bus << 8 | device << 3 | function;
	return EFI_SUCCESS;
}

static efi_status_t check_device(struct display *dev)
{
	void *interface;

	if (dev->vendor != PCI_VENDOR_INTEL ||
	    dev->base_class != PCI_BASE_CLASS_DISPLAY) {
		say("device %d is no Intel display: nothing done", dev);
		return EFI_UNSUPPORTED;
	}
	if (!EFI_ERROR(bs->locate_protocol(&served_guid, (void *)0,
					   &interface))) {
		say("device %d is a second one: QEMU gives for one only, nothing done",
		    dev);
		return EFI_ALREADY_STARTED;
	}
	return EFI_SUCCESS;
}

/**
 * efi_main() - entry point
 * @image: this image
 * @table: the system table
 *
 * Return: EFI_SUCCESS if all was done, or if anything in this image is in use
 * from now on; else the first error, upon which the firmware unloads the image
 * and goes on with the boot.
 */
efi_status_t efi_main(void *image, struct efi_system_table *table);
efi_status_t efi_main(void *image, struct efi_system_table *table)
{
	efi_status_t opregion, stolen, policy, lpc;
	struct display dev = { 0 };
	struct blob copy;
	void *served = 0;
	efi_status_t status;

	bs = table->boot_services;

	status = find_device(image, &dev);
	if (!EFI_ERROR(status))
		status = check_device(&dev);
	if (EFI_ERROR(status))
		return status;

	ask_driver(&dev);
	clear_scratch(&dev);
	opregion = set_up_opregion(&dev, &copy);
	stolen = set_up_stolen(&dev);
	policy = EFI_ERROR(opregion) ? opregion : set_up_gop_policy(&copy);
	lpc = set_up_lpc(&dev);

	if (!EFI_ERROR(opregion) || !EFI_ERROR(stolen))
		bs->install_protocol_interface(&served, &served_guid, 0,
					       (void *)0);
	if (!EFI_ERROR(policy) || !EFI_ERROR(lpc))
		return EFI_SUCCESS;
	return EFI_ERROR(opregion) ? opregion : stolen;
}
