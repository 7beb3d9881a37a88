// SPDX-License-Identifier: GPL-2.0-only
/*
 * VT-d: is it on, for the graphics too, how wide, and who shares the group?
 */
#include <stdlib.h>
#include <string.h>

#include "igdctl.h"

#define GRUB \
	"add it to GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub, update-grub, reboot"

static bool iommu_is_there(void)
{
	char **units = names_in("/sys/class/iommu");
	bool is = units && *units;

	free_names(units);
	return is;
}

static void look_kvm(const struct host *host, struct finding *finding)
{
	if (there("/dev/kvm"))
		ok(finding, "the CPU runs guests (/dev/kvm)");
	else
		answer(finding, STATE_FAILURE,
		       "turn VT-x on in the firmware's setup ('Intel Virtualization Technology'), then modprobe kvm_intel",
		       "there is no /dev/kvm: QEMU cannot use the CPU for a guest");
}

static void look_dmar(const struct host *host, struct finding *finding)
{
	if (!there("/sys/firmware/acpi/tables"))
		needs_root(finding, "/sys/firmware/acpi/tables");
	else if (there("/sys/firmware/acpi/tables/DMAR"))
		ok(finding, "the firmware has a DMAR table");
	else
		answer(finding, STATE_FAILURE,
		       "turn VT-d on in the firmware's setup ('Intel VT for Directed I/O')",
		       "the firmware has no DMAR table");
}

static void look_iommu(const struct host *host, struct finding *finding)
{
	if (strstr(host->cmdline, "intel_iommu=off"))
		answer(finding, STATE_FAILURE,
		       "take it off, update-grub, reboot",
		       "intel_iommu=off is on the kernel's command line");
	else if (iommu_is_there())
		ok(finding, "the kernel has an IOMMU");
	else
		answer(finding, STATE_FAILURE, GRUB,
		       "the kernel uses no IOMMU: intel_iommu=on is missing");
}

static void look_remapping(const struct host *host, struct finding *finding)
{
	if (!host_is_igd(host) || !iommu_is_there())
		return;
	if (strstr(host->cmdline, "igfx_off"))
		answer(finding, STATE_FAILURE,
		       "take it off, update-grub, reboot",
		       "intel_iommu=igfx_off is on the kernel's command line: remapping is off for graphics");
	else if (*host->group)
		ok(finding, "00:02.0 is in IOMMU group %s", host->group);
	else if (host->platform->no_remapping)
		answer(finding, STATE_FAILURE,
		       "none: no stock kernel can give this one away",
		       "every kernel turns remapping off for the graphics of %s (quirk_iommu_igfx), so it has no IOMMU group",
		       host->platform->name);
	else
		answer(finding, STATE_FAILURE,
		       "look for 'DMAR' in dmesg; a newer firmware",
		       "00:02.0 has no IOMMU group");
}

static void look_width(const struct host *host, struct finding *finding)
{
	unsigned int iommu = host_address_width(), cpu = host_cpu_width();

	if (!*host->group)
		return;
	if (!iommu || !cpu)
		answer(finding, STATE_UNSEEN, "",
		       "how many address bits the IOMMU of 00:02.0 has");
	else if (iommu < cpu)
		answer(finding, STATE_WARNING,
		       text("give the VM -cpu host,host-phys-bits-limit=%u", iommu),
		       "the IOMMU of 00:02.0 has %u address bits, the CPU %u: a guest may put BARs where the IOMMU cannot reach (vfio_container_dma_map ... -22)",
		       iommu, cpu);
	else
		ok(finding, "the IOMMU of 00:02.0 has %u address bits, the CPU %u",
		   iommu, cpu);
}

static void look_intremap(const struct host *host, struct finding *finding)
{
	const char *line = line_of(IGD_SYSFS "/iommu/intel-iommu/ecap");
	const char *word = has_word(host->cmdline, "intremap=off") ?
			   "intremap=off" : "nointremap";

	if (!*host->group)
		return;
	if (has_word(host->cmdline, word))
		answer(finding, STATE_FAILURE, "take it off, update-grub, reboot",
		       "%s is on the kernel's command line: VFIO refuses devices without interrupt remapping",
		       word);
	else if (!line)
		answer(finding, STATE_UNSEEN, "",
		       "whether the IOMMU of 00:02.0 remaps interrupts");
	/* ECAP bit 3, VT-d 4.1, 11.4.3 */
	else if (!(strtoull(line, NULL, 16) & 0x8))
		answer(finding, STATE_WARNING,
		       "modprobe vfio_iommu_type1 allow_unsafe_interrupts=1, if you trust the guest",
		       "the IOMMU of 00:02.0 cannot remap interrupts");
	else
		ok(finding, "interrupts are remapped");
}

static void look_rmrr(const struct host *host, struct finding *finding)
{
	char *regions, *line, *save = NULL;
	unsigned long long first, last;
	char type[32];
	bool relaxed = false;

	if (!*host->group)
		return;
	regions = content_of(NULL, "/sys/kernel/iommu_groups/%s/reserved_regions",
			     host->group);
	if (!regions) {
		needs_root(finding, "the reserved regions of the IOMMU group");
		return;
	}
	for (line = strtok_r(regions, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%llx %llx %31s", &first, &last, type) != 3)
			continue;
		if (!strcmp(type, "direct")) {
			answer(finding, STATE_FAILURE, "a newer firmware",
			       "the firmware keeps %#llx to %#llx for devices of the group (RMRR), which the kernel does not give away",
			       first, last);
			break;
		}
		relaxed |= !strcmp(type, "direct-relaxable");
	}
	free(regions);
	if (finding->state == STATE_NONE)
		ok(finding, relaxed ?
		   "the firmware's reserved memory (RMRR) is one that the kernel lets go" :
		   "no reserved memory (RMRR) holds the group");
}

/* Does VFIO take a group with this driver in it? */
static bool is_viable(const char *driver)
{
	return !driver || !strncmp(driver, "vfio-pci", 8) ||
	       !strcmp(driver, "pcieport") || !strcmp(driver, "pci-stub");
}

static void look_group(const struct host *host, struct finding *finding)
{
	char **devices, **device;
	const char *driver;
	unsigned int count = 0;

	if (!*host->group)
		return;
	devices = names_in("/sys/kernel/iommu_groups/%s/devices", host->group);
	for (device = devices; device && *device; device++) {
		count++;
		driver = link_of("/sys/bus/pci/devices/%s/driver", *device);
		if (!strcmp(*device, IGD_SLOT) || is_viable(driver))
			continue;
		answer(finding, STATE_FAILURE, "",
		       "%s in the same IOMMU group has the driver %s: the group is not viable",
		       *device, driver);
		command(finding, text("driverctl set-override %s vfio-pci", *device),
			"");
		break;
	}
	free_names(devices);
	if (finding->state == STATE_NONE && count < 2)
		ok(finding, "00:02.0 is alone in its IOMMU group");
	else if (finding->state == STATE_NONE)
		ok(finding, "%u devices in the IOMMU group, none with a host driver",
		   count);
}

const struct check iommu_checks[] = {
	{ "kvm", look_kvm },
	{ "dmar", look_dmar },
	{ "iommu", look_iommu },
	{ "remapping", look_remapping },
	{ "width", look_width },
	{ "intremap", look_intremap },
	{ "rmrr", look_rmrr },
	{ "group", look_group },
	{ }
};
