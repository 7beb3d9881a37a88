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
 *
 * The two are independent of each other: a guest with only one of them is
 * better off than one with none. What fails undoes itself.
 */
#include "efi.h"
#include "vfio_pci_igd.h"

#define PREFIX			"vfio-pci-igd: "

/* QEMU's debug console, where OVMF and SeaBIOS write to as well */
#define DEBUGCON_PORT		0x402

#define FW_CFG_SELECTOR		0x510
#define FW_CFG_DATA		0x511
#define FW_CFG_SIGNATURE	0x00
#define FW_CFG_DIRECTORY	0x19
#define FW_CFG_NAME_MAX		56

#define PCI_VENDOR_INTEL	0x8086
#define PCI_BASE_CLASS_DISPLAY	0x03

#define MIB			0x100000ULL
#define GIB4			0x100000000ULL

/* Two pages are the OpRegion itself; what follows it is the VBT. */
#define OPREGION_MIN		0x2000
#define OPREGION_MAX		MIB

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

struct fw_cfg_file {
	__be32 size;
	__be16 selector;
	__u16 reserved;
	char name[FW_CFG_NAME_MAX];
};

/**
 * struct display - the device that this ROM was loaded from
 * @pci: its access protocol
 * @vendor: PCI vendor ID
 * @device: PCI device ID
 * @base_class: 3 for a display
 * @slot: bus, device and function as in a PCI requester ID
 * @bdsm_config: offset of BDSM in configuration space
 * @bdsm_width: width of BDSM in bytes, 0 where there is none
 * @bdsm_known: whether the two above are to be believed
 * @host_base: the host's own base of stolen memory, 0 where unknown
 * @dsm_size: bytes of stolen memory that the driver announces, 0 where unknown
 */
struct display {
	struct efi_pci_io *pci;
	__u16 vendor;
	__u16 device;
	__u8 base_class;
	__u16 slot;
	__u8 bdsm_config;
	__u8 bdsm_width;
	int bdsm_known;
	__u64 host_base;
	__u64 dsm_size;
};

static struct efi_boot_services *bs;

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

static inline void port_write8(__u16 port, __u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_write16(__u16 port, __u16 value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void port_read8s(__u16 port, void *buffer, __u64 count)
{
	asm volatile("rep insb" : "+D"(buffer), "+c"(count) : "d"(port)
		     : "memory");
}

static void put_string(const char *string)
{
	while (*string)
		port_write8(DEBUGCON_PORT, *string++);
}

static void put_number(__u64 value, unsigned int base, int digits)
{
	char text[20];
	int i = sizeof(text);

	text[--i] = 0;
	do {
		text[--i] = "0123456789abcdef"[value % base];
		value /= base;
	} while (--digits > 0 || value);
	put_string(text + i);
}

static void put_device(const struct display *dev)
{
	put_number(dev->vendor, 16, 4);
	put_string(":");
	put_number(dev->device, 16, 4);
	put_string(" at ");
	put_number(dev->slot >> 8, 16, 2);
	put_string(":");
	put_number(dev->slot >> 3 & 0x1f, 16, 2);
	put_string(".");
	put_number(dev->slot & 7, 16, 1);
}

/*
 * One line on the debug console. Knows %s, %d (a device), and of 64-bit
 * numbers %u (decimal) and %x (hexadecimal, with 0x).
 */
static void say(const char *format, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, format);
	put_string(PREFIX);
	for (; *format; format++) {
		if (*format != '%') {
			port_write8(DEBUGCON_PORT, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			put_string(__builtin_va_arg(args, const char *));
			break;
		case 'u':
			put_number(__builtin_va_arg(args, __u64), 10, 1);
			break;
		case 'x':
			put_string("0x");
			put_number(__builtin_va_arg(args, __u64), 16, 1);
			break;
		case 'd':
			put_device(__builtin_va_arg(args, struct display *));
			break;
		}
	}
	port_write8(DEBUGCON_PORT, '\n');
	__builtin_va_end(args);
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static int begins(const char *text, const char *start)
{
	while (*start && *text == *start) {
		text++;
		start++;
	}
	return !*start;
}

/* Every read goes on where the one before ended, until the next select. */
static void fw_cfg_select(__u16 selector)
{
	port_write16(FW_CFG_SELECTOR, selector);
}

static void fw_cfg_read(void *buffer, __u64 size)
{
	port_read8s(FW_CFG_DATA, buffer, size);
}

static int fw_cfg_present(void)
{
	char signature[5] = "";

	fw_cfg_select(FW_CFG_SIGNATURE);
	fw_cfg_read(signature, 4);
	return same(signature, "QEMU");
}

/**
 * fw_cfg_find() - select a file of fw_cfg for reading
 * @name: its name
 * @size: its size on return
 *
 * Return: whether there is such a file.
 */
static int fw_cfg_find(const char *name, __u64 *size)
{
	struct fw_cfg_file file;
	__be32 count;
	__u32 left;

	if (!fw_cfg_present())
		return 0;

	fw_cfg_select(FW_CFG_DIRECTORY);
	fw_cfg_read(&count, sizeof(count));
	for (left = __builtin_bswap32(count); left; left--) {
		fw_cfg_read(&file, sizeof(file));
		file.name[FW_CFG_NAME_MAX - 1] = 0;
		if (!same(file.name, name))
			continue;
		*size = __builtin_bswap32(file.size);
		fw_cfg_select(__builtin_bswap16(file.selector));
		return 1;
	}
	return 0;
}

static __u64 pages(__u64 size)
{
	return (size + EFI_PAGE_SIZE - 1) / EFI_PAGE_SIZE;
}

/*
 * Write a register and see whether it holds the value: the hypervisor may well
 * have dropped it.
 */
static efi_status_t set_register(struct display *dev, const char *name,
				 __u32 offset, __u8 width, __u64 value)
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

static efi_status_t load_opregion(__u64 address, __u64 size)
{
	char *opregion = (char *)address;

	bs->set_mem(opregion, pages(size) * EFI_PAGE_SIZE, 0);
	fw_cfg_read(opregion, size);
	if (begins(opregion, "IntelGraphicsMem"))
		return EFI_SUCCESS;

	say("etc/igd-opregion does not begin with IntelGraphicsMem: no OpRegion");
	return EFI_COMPROMISED_DATA;
}

static efi_status_t set_up_opregion(struct display *dev)
{
	__u64 address = GIB4 - 1;
	efi_status_t status;
	__u64 size;

	if (!fw_cfg_find("etc/igd-opregion", &size)) {
		say("no etc/igd-opregion in fw_cfg: no OpRegion (QEMU: x-igd-opregion=on)");
		return EFI_NOT_FOUND;
	}
	if (size < OPREGION_MIN || size > OPREGION_MAX) {
		say("etc/igd-opregion has %u bytes, expected %u to %u: no OpRegion",
		    size, (__u64)OPREGION_MIN, (__u64)OPREGION_MAX);
		return EFI_COMPROMISED_DATA;
	}

	status = bs->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS,
				    EFI_ACPI_MEMORY_NVS, pages(size), &address);
	if (EFI_ERROR(status)) {
		say("no memory below 4 GiB for an OpRegion of %u bytes: no OpRegion",
		    size);
		return status;
	}

	/* A file that is already selected stays so across an allocation. */
	status = load_opregion(address, size);
	if (!EFI_ERROR(status))
		status = set_register(dev, "ASLS", VFIO_PCI_IGD_CFG_ASLS, 4,
				      address);
	if (EFI_ERROR(status)) {
		bs->free_pages(address, pages(size));
		return status;
	}

	say("OpRegion of %u bytes at %x, in ASLS", size, address);
	return EFI_SUCCESS;
}

/*
 * Alignment beyond a page is not UEFI's business: take 1 MiB more than needed,
 * and give back what sticks out at either end.
 */
static efi_status_t allocate_anywhere(__u64 size, __u64 *base)
{
	__u64 start = GIB4 - 1;
	efi_status_t status;
	__u64 head, tail;

	status = bs->allocate_pages(EFI_ALLOCATE_MAX_ADDRESS,
				    EFI_RESERVED_MEMORY,
				    pages(size + MIB - EFI_PAGE_SIZE), &start);
	if (EFI_ERROR(status))
		return status;

	*base = (start + MIB - 1) & ~(MIB - 1);
	head = *base - start;
	tail = MIB - EFI_PAGE_SIZE - head;
	if (head)
		bs->free_pages(start, pages(head));
	if (tail)
		bs->free_pages(*base + size, pages(tail));
	return EFI_SUCCESS;
}

static int can_be_identical(struct display *dev, __u64 size)
{
	return dev->host_base && !(dev->host_base & (MIB - 1)) &&
	       dev->host_base < GIB4 && size <= GIB4 - dev->host_base;
}

/*
 * At the host's own base every register that the host's firmware locked agrees
 * with BDSM; anywhere else those that only hardware can change do not.
 */
static efi_status_t allocate_stolen(struct display *dev, __u64 size, __u64 *base)
{
	*base = dev->host_base;
	if (can_be_identical(dev, size) &&
	    !EFI_ERROR(bs->allocate_pages(EFI_ALLOCATE_ADDRESS,
					  EFI_RESERVED_MEMORY, pages(size),
					  base)))
		return EFI_SUCCESS;

	return allocate_anywhere(size, base);
}

static void say_where(struct display *dev, __u64 base, __u64 size)
{
	if (!dev->host_base)
		say("stolen memory of %u MiB at %x, in BDSM; the host's own base is not known",
		    size / MIB, base);
	else if (base == dev->host_base)
		say("stolen memory of %u MiB at %x, in BDSM: the host's own base",
		    size / MIB, base);
	else
		say("stolen memory of %u MiB at %x, in BDSM: no free RAM at the host's base %x",
		    size / MIB, base, dev->host_base);
}

/*
 * QEMU's answer wins where it has one, for it knows of x-igd-gms. It says 0 for
 * a device that it does not know, and nothing if it is old or not QEMU; the
 * driver knows better then.
 */
static __u64 stolen_size(struct display *dev)
{
	__u64 length, size = 0;

	if (fw_cfg_find("etc/igd-bdsm-size", &length)) {
		if (length == sizeof(size))
			fw_cfg_read(&size, sizeof(size));
		else
			say("etc/igd-bdsm-size has %u bytes, expected 8: ignored",
			    length);
	}
	if (size || !dev->dsm_size)
		return size;

	say("QEMU gives no size of stolen memory: taking the driver's, %u MiB",
	    dev->dsm_size / MIB);
	return dev->dsm_size;
}

static efi_status_t check_stolen_size(__u64 size)
{
	if (!size) {
		say("etc/igd-bdsm-size is 0 or missing: no stolen memory");
		return EFI_NOT_FOUND;
	}
	if (size % MIB || size >= GIB4) {
		say("size %x is not a multiple of 1 MiB below 4 GiB: no stolen memory",
		    size);
		return EFI_COMPROMISED_DATA;
	}
	return EFI_SUCCESS;
}

static efi_status_t set_up_stolen(struct display *dev)
{
	efi_status_t status;
	__u64 base, size;

	if (!dev->bdsm_known) {
		say("device %d is not known to have a BDSM: no stolen memory",
		    dev);
		return EFI_UNSUPPORTED;
	}
	if (!dev->bdsm_width) {
		say("no BDSM on this generation: its stolen memory is behind BAR 2, nothing to do");
		return EFI_SUCCESS;
	}

	size = stolen_size(dev);
	status = check_stolen_size(size);
	if (EFI_ERROR(status))
		return status;

	status = allocate_stolen(dev, size, &base);
	if (EFI_ERROR(status)) {
		say("no %u MiB free below 4 GiB: no stolen memory (try a smaller gms_mb)",
		    size / MIB);
		return status;
	}

	bs->set_mem((void *)base, size, 0);
	status = set_register(dev, "BDSM", dev->bdsm_config, dev->bdsm_width,
			      base);
	if (EFI_ERROR(status)) {
		bs->free_pages(base, pages(size));
		return status;
	}

	say_where(dev, base, size);
	return EFI_SUCCESS;
}

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

/* While option ROMs run, the device's memory decoding is usually still off. */
static efi_status_t read_info(struct efi_pci_io *pci,
			      struct vfio_pci_igd_info *info)
{
	efi_status_t status;
	__u64 before;

	status = pci->attributes(pci, EFI_PCI_ATTRIBUTES_GET, 0, &before);
	if (EFI_ERROR(status))
		return status;
	status = pci->attributes(pci, EFI_PCI_ATTRIBUTES_ENABLE,
				 EFI_PCI_ATTRIBUTE_MEMORY, (void *)0);
	if (EFI_ERROR(status))
		return status;

	status = pci->mem_read(pci, EFI_PCI_WIDTH_32, 0,
			       VFIO_PCI_IGD_MMIO_INFO, sizeof(*info) / 4, info);
	pci->attributes(pci, EFI_PCI_ATTRIBUTES_SET, before, (void *)0);
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
	    info.version < VFIO_PCI_IGD_INFO_VERSION ||
	    info.size < sizeof(info)) {
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
 * Return: EFI_SUCCESS if all was done; else the first error, upon which the
 * firmware unloads the image and goes on with the boot.
 */
efi_status_t efi_main(void *image, struct efi_system_table *table);
efi_status_t efi_main(void *image, struct efi_system_table *table)
{
	efi_status_t opregion, stolen;
	struct display dev = { 0 };
	void *served = 0;
	efi_status_t status;

	bs = table->boot_services;

	status = find_device(image, &dev);
	if (!EFI_ERROR(status))
		status = check_device(&dev);
	if (EFI_ERROR(status))
		return status;

	ask_driver(&dev);
	opregion = set_up_opregion(&dev);
	stolen = set_up_stolen(&dev);

	if (!EFI_ERROR(opregion) || !EFI_ERROR(stolen))
		bs->install_protocol_interface(&served, &served_guid, 0,
					       (void *)0);
	return EFI_ERROR(opregion) ? opregion : stolen;
}
