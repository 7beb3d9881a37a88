// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the machine is: the device through libpci, its registers, who uses it
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <pci/header.h>

#include "../../uapi/vfio_pci_igd.h"
#include "igdctl.h"
#include "pci.h"

#define PAGE			4096u
#define LPC_SLOT		"0000:00:1f.0"
/* Not in every libpci's header.h */
#ifndef PCI_CLASS_MULTIMEDIA_HD_AUDIO
#define PCI_CLASS_MULTIMEDIA_HD_AUDIO	0x0403
#endif

static void take_igd(struct host *host, const struct pci_function *pci)
{
	unsigned int i;
	size_t size;
	char *config;

	host->is_there = true;
	host->vendor = pci->vendor;
	host->device = pci->device;
	host->platform = platform_of(pci->device);
	for (i = 0; i < ARRAY_SIZE(host->bars); i++) {
		host->bars[i].size = pci->size[i];
		host->bars[i].flags = pci->base[i] & 0xf;
		host->bars[i].base = pci->base[i] & ~0xfULL;
	}

	config = content_of(&size, IGD_SYSFS "/config");
	if (!config)
		return;
	host->config_size = size < sizeof(host->config) ? size :
			    sizeof(host->config);
	memcpy(host->config, config, host->config_size);
	free(config);
}

static void take_display(struct host *host, const struct pci_function *pci)
{
	struct display *display = &host->displays[host->display_count];

	if (host->display_count == DISPLAYS_MAX)
		return;
	snprintf(display->slot, sizeof(display->slot), "%s", pci->slot);
	display->vendor = pci->vendor;
	display->device = pci->device;
	display->class = pci->class;
	host->display_count++;
}

static void take(const struct pci_function *pci, void *context)
{
	struct host *host = context;

	if (!strcmp(pci->slot, IGD_SLOT))
		take_igd(host, pci);
	else if (pci->class >> 8 == PCI_BASE_CLASS_DISPLAY)
		take_display(host, pci);
	else if (pci->class == PCI_CLASS_MULTIMEDIA_HD_AUDIO && !pci->bus &&
		 pci->vendor == PCI_VENDOR_ID_INTEL)
		snprintf(host->audio, sizeof(host->audio), "%s", pci->slot);
	if (!strcmp(pci->slot, LPC_SLOT))
		host->lpc = pci->device;
}

/**
 * host_config() - a register of configuration space
 * @host: the machine
 * @offset: where
 * @width: bytes
 *
 * Return: 0 where it could not be read, see @config_size.
 */
u64 host_config(const struct host *host, unsigned int offset,
		unsigned int width)
{
	u64 value = 0;

	if (offset + width > host->config_size)
		return 0;
	while (width--)
		value = value << 8 | host->config[offset + width];
	return value;
}

/**
 * host_is_asleep() - is the device in no state to answer reads of BAR0?
 */
bool host_is_asleep(void)
{
	const char *state = line_of(IGD_SYSFS "/power_state");

	return state && strcmp(state, "D0") && strcmp(state, "unknown");
}

/**
 * host_bar0() - read a register of BAR0, and change nothing
 * @host: the machine
 * @offset: where
 * @width: bytes, 4 or less
 * @value: result
 *
 * Reads only where the device is awake and answers already: waking it up would be
 * a write.
 *
 * Return: false where it could not be read.
 */
bool host_bar0(const struct host *host, u32 offset, unsigned int width,
	       u64 *value)
{
	struct stat stat;
	u32 word;
	void *page;
	int file;

	if (host_is_asleep() ||
	    (is_real() && !(host_config(host, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY)))
		return false;
	file = open(at(IGD_SYSFS "/resource0"), O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	if (fstat(file, &stat) || stat.st_size < (off_t)(offset + 4)) {
		close(file);
		return false;
	}
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, offset & ~(PAGE - 1));
	close(file);
	if (page == MAP_FAILED)
		return false;
	word = *(volatile u32 *)(page + (offset & (PAGE - 4)));
	munmap(page, PAGE);
	*value = width == 2 ? word & 0xffff : word;
	return word != ~0u || width == 2;
}

static bool read_wide(const struct host *host, u32 offset, u64 *value)
{
	u64 high = 0;

	if (!host_bar0(host, offset, 4, value))
		return false;
	if (host->platform->dsm != IGD_DSM_32)
		host_bar0(host, offset + 4, 4, &high);
	*value |= high << 32;
	return true;
}

/* As the driver finds it, see driver/host.c */
static void find_stolen(struct host *host)
{
	const struct igd_platform *platform = host->platform;
	u64 value = 0;

	if (platform->dsm == IGD_DSM_UNKNOWN ||
	    host->config_size < VFIO_PCI_IGD_CFG_ASLS)
		return;
	host->ggc = host_config(host, VFIO_PCI_IGD_CFG_GGC, 2);
	if (platform->dsm == IGD_DSM_BAR2 &&
	    host_bar0(host, VFIO_PCI_IGD_MMIO_GGC, 2, &value))
		host->ggc = value;
	host->dsm.size = igd_gms_size(platform->ggc, host->ggc);
	host->gsm.size = igd_ggms_size(platform->ggc, host->ggc);
	switch (platform->dsm) {
	case IGD_DSM_32:
		value = host_config(host, VFIO_PCI_IGD_CFG_BDSM32, 4);
		break;
	case IGD_DSM_64:
		value = host_config(host, VFIO_PCI_IGD_CFG_BDSM64, 8);
		break;
	default:
		value = 0;
		read_wide(host, VFIO_PCI_IGD_MMIO_BDSM, &value);
	}
	host->dsm.base = value & IGD_BDSM_MASK;
	value = 0;
	if (read_wide(host, VFIO_PCI_IGD_MMIO_GSMBASE, &value))
		host->gsm.base = value & IGD_BDSM_MASK;
	if (read_wide(host, VFIO_PCI_IGD_MMIO_RESERVED, &value))
		host->reserved = value;
	else if (platform->dsm == IGD_DSM_64)
		host->reserved = host_config(host, VFIO_PCI_IGD_CFG_RESERVED, 8);
}

/**
 * host_load() - look at the machine
 * @host: result
 */
void host_load(struct host *host)
{
	const char *line, *name;
	struct utsname uname_;

	memset(host, 0, sizeof(*host));
	host->platform = platform_of(0);
	if (there("/sys/bus/pci/devices"))
		pci_each(at("/sys/bus/pci"), take, host);
	line = line_of(IGD_SYSFS "/class");
	if (line)
		host->class = strtoul(line, NULL, 16);
	name = link_of(IGD_SYSFS "/driver");
	if (name)
		snprintf(host->driver, sizeof(host->driver), "%s", name);
	name = link_of(IGD_SYSFS "/iommu_group");
	if (name)
		snprintf(host->group, sizeof(host->group), "%s", name);

	line = line_of("/proc/sys/kernel/osrelease");
	if (line)
		snprintf(host->kernel, sizeof(host->kernel), "%s", line);
	else if (is_real() && !uname(&uname_))
		snprintf(host->kernel, sizeof(host->kernel), "%s", uname_.release);
	line = line_of("/proc/cmdline");
	host->cmdline = strdup(line ? line : "");
	if (host_is_igd(host))
		find_stolen(host);
}

/**
 * host_is_igd() - is an Intel display at 00:02.0?
 * @host: the machine
 */
bool host_is_igd(const struct host *host)
{
	return host->is_there && host->vendor == PCI_VENDOR_ID_INTEL &&
	       host->class >> 16 == PCI_BASE_CLASS_DISPLAY;
}

/**
 * host_address_width() - bits that the device's IOMMU can address
 *
 * Return: 0 where unknown.
 */
unsigned int host_address_width(void)
{
	const char *line = line_of(IGD_SYSFS "/iommu/intel-iommu/cap");

	/* MGAW, VT-d 4.1, 11.4.2 */
	return line ? (strtoull(line, NULL, 16) >> 16 & 0x3f) + 1 : 0;
}

/**
 * host_cpu_width() - bits of the CPU's physical addresses
 *
 * Return: 0 where unknown.
 */
unsigned int host_cpu_width(void)
{
	char *cpuinfo = content_of(NULL, "/proc/cpuinfo");
	unsigned int bits = 0;
	const char *line;

	line = cpuinfo ? strstr(cpuinfo, "address sizes") : NULL;
	if (line)
		sscanf(line, "address sizes : %u", &bits);
	free(cpuinfo);
	return bits;
}

/* Does a process have this file open? */
static bool has_open(const char *process, const char *device)
{
	char **files = names_in("/proc/%s/fd", process), **file;
	char target[256];
	ssize_t length;
	bool found = false;

	for (file = files; file && *file && !found; file++) {
		length = readlink(at("/proc/%s/fd/%s", process, *file), target,
				  sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = 0;
		found = !strncmp(target, device, strlen(device));
	}
	free_names(files);
	return found;
}

/**
 * host_user() - who has a device's file open?
 * @device: how its name begins, as in /dev/dri/card
 *
 * Return: as in 'Xorg (pid 812)'; NULL for nobody, as far as this user sees.
 */
const char *host_user(const char *device)
{
	char **processes = names_in("/proc"), **process;
	const char *user = NULL;

	for (process = processes; process && *process && !user; process++) {
		if (strspn(*process, "0123456789") != strlen(*process) ||
		    !has_open(*process, device))
			continue;
		user = line_of("/proc/%s/comm", *process);
		user = text("%s (pid %s)", user ? user : "?", *process);
	}
	free_names(processes);
	return user;
}

/**
 * host_guest() - who runs a guest with the device?
 * @host: the machine
 */
const char *host_guest(const struct host *host)
{
	char **names = names_in(IGD_SYSFS "/vfio-dev");
	const char *user = NULL;

	if (names && *names)
		user = host_user(text("/dev/vfio/devices/%s", *names));
	free_names(names);
	if (!user && *host->group)
		user = host_user(text("/dev/vfio/%s", host->group));
	return user;
}

/**
 * host_sees_memory() - can host memory be looked into?
 */
bool host_sees_memory(void)
{
	return !access(at("/dev/mem"), R_OK);
}
