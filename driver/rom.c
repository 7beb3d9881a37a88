// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: the option ROM that a guest is given
 *
 * Someone in the guest must allocate memory for stolen memory and OpRegion and
 * write BDSM and ASLS. That is an option ROM's job, and firmware takes it from
 * the device's ROM BAR. The device in a CPU has no ROM of its own, so what is
 * below /lib/firmware takes its place: copied and checked when the device is
 * opened.
 *
 * Format of a ROM: PCI Firmware Specification 3.3, chapter 5.
 */

#include <linux/firmware.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "igd.h"

static char *rom = "";
module_param(rom, charp, 0444);
MODULE_PARM_DESC(rom,
		 "Option ROM that a guest is given: a file below /lib/firmware/vfio-pci-igd/, or off for the device's own ROM, if any. Default: VENDOR-DEVICE.rom, such as 8086-4680.rom, else igd.rom. Read when the device is opened");

#define ROM_FOLDER		"vfio-pci-igd/"
#define ROM_COMMON		"igd.rom"
#define ROM_OFF			"off"
#define ROM_MIN			SZ_2K	/* the smallest BAR */
#define ROM_MAX			SZ_16M	/* the largest BAR */

/*
 * Debian's kernel logs each file of firmware that it does not find, for who asks
 * for no warning, too. A missing one is looked for by the first opens, and then
 * no more than so often. One that is there is read at each open.
 */
#define ROM_LOOKS		10
#define ROM_LOOKS_MINUTES	10

#define ROM_SIGNATURE		0xaa55
#define ROM_UNIT		512

#define PCIR_SIGNATURE		"PCIR"
#define PCIR_TYPE_LEGACY	0x00
#define PCIR_LAST		BIT(7)

struct rom_header {
	__le16 signature;
	u8 skipped[22];
	__le16 pcir;
} __packed;

struct rom_pcir {
	char signature[4];
	__le16 vendor;
	__le16 device;
	__le16 device_list;
	__le16 size;
	u8 revision;
	u8 class[3];
	__le16 units;
	__le16 code_revision;
	u8 type;
	u8 indicator;
} __packed;

static u8 rom_sum(const u8 *data, size_t size)
{
	u8 sum = 0;

	while (size--)
		sum += *data++;
	return sum;
}

/*
 * SeaBIOS runs an image only if it names the device. QEMU corrects the first
 * one itself, and in doing so overwrites the signature of one for EFI. What is
 * written is taken off the code's revision, which nobody reads, so that the
 * image's sum stays as it was.
 */
static void rom_set_device(struct rom_pcir *pcir, u16 device)
{
	u8 *ids = (u8 *)&pcir->device;
	u8 *revision = (u8 *)&pcir->code_revision;

	if (le16_to_cpu(pcir->vendor) != PCI_VENDOR_ID_INTEL)
		return;

	*revision += rom_sum(ids, sizeof(pcir->device));
	pcir->device = cpu_to_le16(device);
	*revision -= rom_sum(ids, sizeof(pcir->device));
}

/* Size of the image at @image, 0 if it is none; says why in @why */
static size_t rom_check_image(u8 *image, size_t left, struct rom_pcir **found,
			      const char **why)
{
	struct rom_header *header = (void *)image;
	struct rom_pcir *pcir;
	size_t size;
	u16 pos;

	*why = "an image is cut off";
	if (left < ROM_UNIT)
		return 0;

	*why = "an image does not begin with 55 aa";
	if (le16_to_cpu(header->signature) != ROM_SIGNATURE)
		return 0;

	*why = "an image's PCIR structure is missing";
	pos = le16_to_cpu(header->pcir);
	if (pos < sizeof(*header) || pos > left - sizeof(*pcir))
		return 0;
	pcir = (void *)(image + pos);
	if (memcmp(pcir->signature, PCIR_SIGNATURE, sizeof(pcir->signature)))
		return 0;

	*why = "an image is longer than the file, or shorter than its PCIR structure";
	size = le16_to_cpu(pcir->units) * ROM_UNIT;
	if (size > left || pos + sizeof(*pcir) > size)
		return 0;

	*why = "a legacy image's checksum is wrong";
	if (pcir->type == PCIR_TYPE_LEGACY && rom_sum(image, size))
		return 0;

	*found = pcir;
	return size;
}

/* Checks all images and makes them name the device; NULL or what is wrong */
static const char *rom_prepare(u8 *data, size_t size, u16 device)
{
	struct rom_pcir *pcir = NULL;
	size_t pos = 0, image;
	const char *why;

	do {
		image = rom_check_image(data + pos, size - pos, &pcir, &why);
		if (!image)
			return why;
		rom_set_device(pcir, device);
		pos += image;
	} while (!(pcir->indicator & PCIR_LAST));

	return NULL;
}

/* Files that are looked for, bits of what is missing */
enum rom_file {
	ROM_FILE_FIRST,
	ROM_FILE_SECOND,
};

/*
 * The kernel logs each look at a ROM BAR behind which there is no ROM, and
 * vfio-pci-core looks at each access, so that a VMM could fill the log.
 */
static int igd_rom_copy_own(struct igd_device *igd)
{
	struct pci_dev *pdev = igd->core.pdev;
	size_t size = pci_resource_len(pdev, PCI_ROM_RESOURCE), image;
	struct igd_rom *own = &igd->own_rom;
	void __iomem *rom;
	u16 command;
	int ret = 0;

	if (!is_power_of_2(size) || size > ROM_MAX)
		return 0;

	command = igd_memory_on(pdev);
	rom = pci_map_rom(pdev, &image);
	if (rom) {
		own->data = kvmalloc(size, GFP_KERNEL);
		if (own->data) {
			memcpy_fromio(own->data, rom, size);
			own->size = size;
		} else {
			ret = -ENOMEM;
		}
		pci_unmap_rom(pdev, rom);
	}
	igd_memory_restore(pdev, command);
	return ret;
}

/**
 * igd_rom_probe - copy the device's own ROM, if any; no file is known to be missing
 * @igd: the device, being probed, awake
 *
 * Return: 0 or -ENOMEM.
 */
int igd_rom_probe(struct igd_device *igd)
{
	struct ratelimit_state *again = &igd->rom_search.again;

	ratelimit_state_init(again, ROM_LOOKS_MINUTES * 60 * HZ, ROM_LOOKS);
	/* It does not say how often it has said no */
	ratelimit_set_flags(again, RATELIMIT_MSG_ON_RELEASE);
	return igd_rom_copy_own(igd);
}

/**
 * igd_rom_remove - undo igd_rom_probe()
 * @igd: the device
 */
void igd_rom_remove(struct igd_device *igd)
{
	kvfree(igd->own_rom.data);
}

/* -ENOENT also while a file that is missing is not looked for again */
static int igd_rom_find(struct igd_device *igd, enum rom_file file,
			const char *path, bool again, const struct firmware **fw)
{
	struct igd_rom_search *search = &igd->rom_search;
	int ret;

	if (!again && search->missing & BIT(file))
		return -ENOENT;

	ret = request_firmware_direct(fw, path, &igd->core.pdev->dev);
	/* That memory was short says nothing about the file */
	if (ret != -ENOMEM)
		__assign_bit(file, &search->missing, ret);
	return ret;
}

/* 0: taken. -EINVAL: the file is no good, said in the log. Else there is none */
static int igd_rom_load(struct igd_device *igd, enum rom_file file,
			const char *name, bool again)
{
	struct pci_dev *pdev = igd->core.pdev;
	char path[sizeof(igd->rom.name)];
	const struct firmware *fw;
	const char *why = NULL;
	size_t size;
	u8 *data;
	int ret;

	if (snprintf(path, sizeof(path), ROM_FOLDER "%s", name) >=
	    sizeof(path))
		return -ENOENT;

	ret = igd_rom_find(igd, file, path, again, &fw);
	if (ret)
		return ret == -ENOMEM ? ret : -ENOENT;

	if (fw->size > ROM_MAX) {
		why = "it is larger than 16 MiB, the largest ROM BAR";
		goto out_release;
	}
	size = roundup_pow_of_two(max_t(size_t, fw->size, ROM_MIN));
	data = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!data) {
		ret = -ENOMEM;
		goto out_release;
	}
	memset(data, 0xff, size);
	memcpy(data, fw->data, fw->size);

	why = rom_prepare(data, fw->size, pdev->device);
	if (why) {
		kvfree(data);
	} else {
		mutex_lock(&igd->lock);
		igd->rom.data = data;
		igd->rom.size = size;
		strscpy(igd->rom.name, path, sizeof(igd->rom.name));
		mutex_unlock(&igd->lock);
	}

out_release:
	release_firmware(fw);
	if (why) {
		igd_say(igd, IGD_CAUSE_ROM,
			"/lib/firmware/%s (or another folder of firmware): %s; not given to the guest. igdctl rom check FILE tells more",
			path, why);
		ret = -EINVAL;
	}
	return ret;
}

static int igd_rom_load_file(struct igd_device *igd)
{
	struct igd_rom_search *search = &igd->rom_search;
	struct pci_dev *pdev = igd->core.pdev;
	char own[sizeof("8086-ffff.rom")];
	bool again;
	int ret;

	if (!strcmp(rom, ROM_OFF)) {
		igd_say_well(igd, IGD_CAUSE_ROM);
		return 0;
	}

	again = !search->missing || __ratelimit(&search->again);
	if (*rom) {
		ret = igd_rom_load(igd, ROM_FILE_FIRST, rom, again);
	} else {
		snprintf(own, sizeof(own), "%04x-%04x.rom", pdev->vendor,
			 pdev->device);
		ret = igd_rom_load(igd, ROM_FILE_FIRST, own, again);
		if (ret == -ENOENT)
			ret = igd_rom_load(igd, ROM_FILE_SECOND, ROM_COMMON,
					   again);
	}

	if (!ret)
		igd_say_well(igd, IGD_CAUSE_ROM);
	else if (ret == -ENOENT && (*rom || !again))
		igd_say(igd, IGD_CAUSE_ROM,
			"no option ROM was found: no file %s in /lib/firmware/%s; a guest gets the device's own, if any. Once it is installed, it takes up to %u minutes until an open finds it, unless the device is bound again",
			*rom ? rom : ROM_COMMON, ROM_FOLDER, ROM_LOOKS_MINUTES);
	return ret == -ENOMEM ? ret : 0;
}

/**
 * igd_rom_open - load the option ROM for a guest
 * @igd: the device, being opened
 *
 * Where a file is missing or no good, a guest gets what ROM the device has itself,
 * usually none.
 *
 * Return: 0 or -ENOMEM.
 */
int igd_rom_open(struct igd_device *igd)
{
	int ret = igd_rom_load_file(igd);

	if (ret || igd->rom.data)
		return ret;
	mutex_lock(&igd->lock);
	igd->rom = igd->own_rom;
	mutex_unlock(&igd->lock);
	return 0;
}

/**
 * igd_rom_close - undo igd_rom_open()
 * @igd: the device
 */
void igd_rom_close(struct igd_device *igd)
{
	mutex_lock(&igd->lock);
	if (igd->rom.data != igd->own_rom.data)
		kvfree(igd->rom.data);
	memset(&igd->rom, 0, sizeof(igd->rom));
	mutex_unlock(&igd->lock);
}

/**
 * igd_rom_answers - is the ROM region the driver's, or vfio-pci-core's?
 * @igd: the device, open
 *
 * Behind a ROM BAR without a ROM nothing is looked for, see igd_rom_copy_own().
 */
bool igd_rom_answers(const struct igd_device *igd)
{
	return igd->rom.data ||
	       pci_resource_len(igd->core.pdev, PCI_ROM_RESOURCE);
}

/**
 * igd_rom_region_info - describe the ROM region, as empty where there is no ROM
 * @igd: the device, open, for which igd_rom_answers()
 * @info: result
 */
void igd_rom_region_info(const struct igd_device *igd,
			 struct vfio_region_info *info)
{
	info->offset = VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_ROM_REGION_INDEX);
	info->flags = igd->rom.data ? VFIO_REGION_INFO_FLAG_READ : 0;
	info->size = igd->rom.size;
}

/**
 * igd_rom_rw - an access to the ROM region
 * @igd: the device, open, for which igd_rom_answers()
 * @buf: the user's buffer
 * @count: bytes
 * @pos: offset
 * @iswrite: direction
 *
 * Return: bytes done; -EINVAL for writes and beyond the end; -EFAULT.
 */
ssize_t igd_rom_rw(struct igd_device *igd, char __user *buf, size_t count,
		   u64 pos, bool iswrite)
{
	loff_t off = pos;

	if (iswrite || pos >= igd->rom.size)
		return -EINVAL;
	return simple_read_from_buffer(buf, count, &off, igd->rom.data,
				       igd->rom.size);
}
