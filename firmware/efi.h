/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of UEFI that the option ROM and its tests use, as UEFI 2.10 lays it
 * out: services that are never called are there for their place in the table only.
 *
 * Compiled for x86_64-unknown-windows, where the default calling convention is
 * the one that UEFI asks for.
 */
#ifndef EFI_H
#define EFI_H

#include <linux/types.h>

typedef __u64 efi_status_t;

#define EFI_ERROR(status)	((long long)(status) < 0)
#define EFI_FAILURE(number)	(1ULL << 63 | (number))

#define EFI_SUCCESS		0
#define EFI_INVALID_PARAMETER	EFI_FAILURE(2)
#define EFI_UNSUPPORTED		EFI_FAILURE(3)
#define EFI_DEVICE_ERROR	EFI_FAILURE(7)
#define EFI_NOT_FOUND		EFI_FAILURE(14)
#define EFI_ALREADY_STARTED	EFI_FAILURE(20)
#define EFI_COMPROMISED_DATA	EFI_FAILURE(33)

#define EFI_PAGE_SIZE		4096

struct efi_guid {
	__u32 data1;
	__u16 data2;
	__u16 data3;
	__u8 data4[8];
};

enum efi_allocate_type {
	EFI_ALLOCATE_ANY_PAGES,
	EFI_ALLOCATE_MAX_ADDRESS,
	EFI_ALLOCATE_ADDRESS,
};

enum efi_memory_type {
	EFI_RESERVED_MEMORY = 0,
	EFI_BOOT_SERVICES_DATA = 4,
	EFI_ACPI_MEMORY_NVS = 10,
};

enum efi_locate_type {
	EFI_ALL_HANDLES,
	EFI_BY_REGISTER_NOTIFY,
};

#define EFI_EVENT_NOTIFY_SIGNAL	0x200
#define EFI_TPL_NOTIFY		16

struct efi_table_header {
	__u64 signature;
	__u32 revision;
	__u32 header_size;
	__u32 crc32;
	__u32 reserved;
};

struct efi_boot_services {
	struct efi_table_header hdr;
	void *raise_tpl;
	void *restore_tpl;
	efi_status_t (*allocate_pages)(enum efi_allocate_type type,
				       enum efi_memory_type memory, __u64 pages,
				       __u64 *address);
	efi_status_t (*free_pages)(__u64 address, __u64 pages);
	void *get_memory_map;
	efi_status_t (*allocate_pool)(enum efi_memory_type memory, __u64 size,
				      void **buffer);
	void *free_pool;
	efi_status_t (*create_event)(__u32 type, __u64 tpl,
				     void (*notify)(void *event, void *context),
				     void *context, void **event);
	void *set_timer;
	void *wait_for_event;
	void *signal_event;
	efi_status_t (*close_event)(void *event);
	void *check_event;
	efi_status_t (*install_protocol_interface)(void **handle,
						   const struct efi_guid *protocol,
						   int native, void *interface);
	void *reinstall_protocol_interface;
	void *uninstall_protocol_interface;
	efi_status_t (*handle_protocol)(void *handle,
					const struct efi_guid *protocol,
					void **interface);
	void *reserved;
	efi_status_t (*register_protocol_notify)(const struct efi_guid *protocol,
						 void *event,
						 void **registration);
	efi_status_t (*locate_handle)(enum efi_locate_type type,
				      const struct efi_guid *protocol,
				      void *registration, __u64 *size,
				      void **handles);
	void *locate_device_path;
	void *install_configuration_table;
	void *load_image;
	void *start_image;
	void *exit;
	void *unload_image;
	void *exit_boot_services;
	void *get_next_monotonic_count;
	void *stall;
	void *set_watchdog_timer;
	void *connect_controller;
	void *disconnect_controller;
	efi_status_t (*open_protocol)(void *handle,
				      const struct efi_guid *protocol,
				      void **interface, void *agent,
				      void *controller, __u32 attributes);
	efi_status_t (*close_protocol)(void *handle,
				       const struct efi_guid *protocol,
				       void *agent, void *controller);
	void *open_protocol_information;
	void *protocols_per_handle;
	void *locate_handle_buffer;
	efi_status_t (*locate_protocol)(const struct efi_guid *protocol,
					void *registration, void **interface);
	void *install_multiple_protocol_interfaces;
	void *uninstall_multiple_protocol_interfaces;
	void *calculate_crc32;
	void (*copy_mem)(void *to, const void *from, __u64 length);
	void (*set_mem)(void *buffer, __u64 length, __u8 value);
	void *create_event_ex;
};

struct efi_system_table {
	struct efi_table_header hdr;
	void *firmware_vendor;
	__u32 firmware_revision;
	void *con_in_handle;
	void *con_in;
	void *con_out_handle;
	void *con_out;
	void *std_err_handle;
	void *std_err;
	void *runtime_services;
	struct efi_boot_services *boot_services;
};

#define EFI_LOADED_IMAGE_PROTOCOL_GUID \
	{ 0x5b1b31a1, 0x9562, 0x11d2, \
	  { 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b } }

struct efi_loaded_image {
	__u32 revision;
	void *parent_handle;
	struct efi_system_table *system_table;
	void *device_handle;
	void *file_path;
	void *reserved;
	__u32 load_options_size;
	void *load_options;
	void *image_base;
	__u64 image_size;
	/* More follows; none of it is used here. */
};

#define EFI_PCI_IO_PROTOCOL_GUID \
	{ 0x4cf5b200, 0x68b8, 0x4ca5, \
	  { 0x9e, 0xec, 0xb2, 0x3e, 0x3f, 0x50, 0x02, 0x9a } }

enum efi_pci_width {
	EFI_PCI_WIDTH_8,
	EFI_PCI_WIDTH_16,
	EFI_PCI_WIDTH_32,
};

enum efi_pci_attribute_operation {
	EFI_PCI_ATTRIBUTES_GET,
	EFI_PCI_ATTRIBUTES_SET,
	EFI_PCI_ATTRIBUTES_ENABLE,
};

#define EFI_PCI_ATTRIBUTE_MEMORY	0x200
#define EFI_PCI_ATTRIBUTE_BUS_MASTER	0x400

struct efi_pci_io {
	void *poll_mem;
	void *poll_io;
	efi_status_t (*mem_read)(struct efi_pci_io *pci,
				 enum efi_pci_width width, __u8 bar,
				 __u64 offset, __u64 count, void *buffer);
	efi_status_t (*mem_write)(struct efi_pci_io *pci,
				  enum efi_pci_width width, __u8 bar,
				  __u64 offset, __u64 count, void *buffer);
	void *io_read;
	void *io_write;
	efi_status_t (*config_read)(struct efi_pci_io *pci,
				    enum efi_pci_width width, __u32 offset,
				    __u64 count, void *buffer);
	efi_status_t (*config_write)(struct efi_pci_io *pci,
				     enum efi_pci_width width, __u32 offset,
				     __u64 count, void *buffer);
	void *copy_mem;
	void *map;
	void *unmap;
	void *allocate_buffer;
	void *free_buffer;
	void *flush;
	efi_status_t (*get_location)(struct efi_pci_io *pci, __u64 *segment,
				     __u64 *bus, __u64 *device,
				     __u64 *function);
	efi_status_t (*attributes)(struct efi_pci_io *pci,
				   enum efi_pci_attribute_operation operation,
				   __u64 attributes, __u64 *result);
};

#endif /* EFI_H */
