// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for Intel's GOP, which may not be shipped: makes the calls that it
 * makes, in its order, and says where it stops.
 *
 * The entry point does no more than to offer the driver. The firmware connects
 * it to the device later, when it wants a console.
 */
#include "standin.h"

#define SLOT_DEVICE		2
#define CLASS_VGA		0x030000
#define PCI_ID_IGD		(GENERATION == 9 ? 0x3ea08086 : 0x46808086)

#define OPEN_GET		0x02
#define OPEN_BY_CHILD		0x08
#define OPEN_BY_DRIVER		0x10

#define ATTRIBUTES_USED		(EFI_PCI_ATTRIBUTE_MEMORY | \
				 EFI_PCI_ATTRIBUTE_BUS_MASTER)

struct efi_boot_services *bs;

static const struct efi_guid binding_guid = EFI_DRIVER_BINDING_GUID;
static const struct efi_guid path_guid = EFI_DEVICE_PATH_GUID;
static const struct efi_guid pci_io_guid = EFI_PCI_IO_PROTOCOL_GUID;
static const struct efi_guid output_guid = EFI_GRAPHICS_OUTPUT_GUID;

static efi_status_t open_pci(struct efi_driver_binding *driver,
			     void *controller, struct efi_pci_io **pci)
{
	return bs->open_protocol(controller, &pci_io_guid, (void **)pci,
				 driver->handle, controller, OPEN_BY_DRIVER);
}

static void close_pci(struct efi_driver_binding *driver, void *controller)
{
	bs->close_protocol(controller, &pci_io_guid, driver->handle,
			   controller);
}

/* Asked of every device of the machine, again and again */
static efi_status_t check_device(struct efi_pci_io *pci)
{
	__u64 segment, bus, device, function;
	__u32 id, class;

	if (EFI_ERROR(pci->config_read(pci, EFI_PCI_WIDTH_32, 0, 1, &id)) ||
	    EFI_ERROR(pci->config_read(pci, EFI_PCI_WIDTH_32, 8, 1, &class)) ||
	    EFI_ERROR(pci->get_location(pci, &segment, &bus, &device,
					&function)) ||
	    id != PCI_ID_IGD)
		return EFI_UNSUPPORTED;
	if (class >> 8 == CLASS_VGA && !bus && device == SLOT_DEVICE &&
	    !function)
		return EFI_SUCCESS;
	say(SELF "refused: slot %u, class %x", device, (__u64)class >> 8);
	return EFI_UNSUPPORTED;
}

static efi_status_t supported(struct efi_driver_binding *driver,
			      void *controller, void *path)
{
	struct efi_pci_io *pci;
	efi_status_t status;

	(void)path;
	status = open_pci(driver, controller, &pci);
	if (EFI_ERROR(status))
		return status;
	status = check_device(pci);
	close_pci(driver, controller);
	return status;
}

static __u64 node_length(const struct efi_path_node *node)
{
	return node->length[0] | node->length[1] << 8;
}

/* The device's own path, and behind it: display 0 */
static efi_status_t child_path(void *controller, void **path)
{
	static const __u8 tail[] = {
		EFI_PATH_ACPI, EFI_PATH_ACPI_ADR, 8, 0, 0x00, 0x01, 0x01, 0x80,
		EFI_PATH_END, EFI_PATH_END_ALL, 4, 0,
	};
	struct efi_path_node *parent, *node;
	efi_status_t status;
	__u64 length;

	status = bs->handle_protocol(controller, &path_guid, (void **)&parent);
	if (EFI_ERROR(status))
		return status;
	for (node = parent; node->type != EFI_PATH_END;
	     node = (void *)node + node_length(node))
		;
	length = (void *)node - (void *)parent;
	status = bs->allocate_pool(EFI_BOOT_SERVICES_DATA,
				   length + sizeof(tail), path);
	if (EFI_ERROR(status))
		return status;
	bs->copy_mem(*path, parent, length);
	bs->copy_mem(*path + length, tail, sizeof(tail));
	return EFI_SUCCESS;
}

static efi_status_t add_child(struct efi_driver_binding *driver,
			      void *controller,
			      struct efi_graphics_output *output)
{
	efi_status_t status;
	void *child = 0;
	void *path, *pci;

	status = child_path(controller, &path);
	if (!EFI_ERROR(status))
		status = bs->install_protocol_interface(&child, &path_guid, 0,
							path);
	if (!EFI_ERROR(status))
		status = bs->install_protocol_interface(&child, &output_guid,
							0, output);
	if (!EFI_ERROR(status))
		status = bs->open_protocol(controller, &pci_io_guid, &pci,
					   driver->handle, child,
					   OPEN_BY_CHILD);
	return status;
}

static efi_status_t start(struct efi_driver_binding *driver, void *controller,
			  void *path)
{
	struct efi_graphics_output *output;
	struct efi_pci_io *pci;
	efi_status_t status;

	(void)path;
	status = open_pci(driver, controller, &pci);
	if (EFI_ERROR(status))
		return status;
	status = ask_policy();
	if (!EFI_ERROR(status))
		status = check_lpc();
	if (!EFI_ERROR(status))
		status = pci->attributes(pci, EFI_PCI_ATTRIBUTES_ENABLE,
					 ATTRIBUTES_USED, (void *)0);
	if (!EFI_ERROR(status))
		status = fill_gtt(pci);
	if (!EFI_ERROR(status))
		status = light_screen(pci, &output);
	if (!EFI_ERROR(status))
		status = add_child(driver, controller, output);
	if (EFI_ERROR(status)) {
		say(SELF "not started");
		close_pci(driver, controller);
	}
	return status;
}

/* Nobody turns off the screen in these guests. */
static efi_status_t stop(struct efi_driver_binding *driver, void *controller,
			 __u64 count, void **children)
{
	(void)driver;
	(void)controller;
	(void)count;
	(void)children;
	return EFI_UNSUPPORTED;
}

static struct efi_driver_binding binding = {
	.supported = supported, .start = start, .stop = stop, .version = 0x10,
};

efi_status_t efi_main(void *image, struct efi_system_table *table);
efi_status_t efi_main(void *image, struct efi_system_table *table)
{
	bs = table->boot_services;
	binding.image = image;
	binding.handle = image;
	return bs->install_protocol_interface(&binding.handle, &binding_guid, 0,
					      &binding);
}
