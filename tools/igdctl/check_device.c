// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there an Intel graphics device that can be given away, and which?
 */
#include <pci/header.h>
#include <stdlib.h>
#include <string.h>

#include "../../uapi/vfio_pci_igd.h"
#include "igdctl.h"

#define VENDOR_INTEL		0x8086

static const struct display *find_display(const struct host *host, u16 vendor,
					  u16 class)
{
	unsigned int i;

	for (i = 0; i < host->display_count; i++)
		if ((!vendor || host->displays[i].vendor == vendor) &&
		    (!class || host->displays[i].class == class))
			return &host->displays[i];
	return NULL;
}

static void look_igd(const struct host *host, struct finding *finding)
{
	const struct display *card = find_display(host, VENDOR_INTEL, 0);

	if (host_is_igd(host))
		ok(finding, "00:02.0 is %04x:%04x, an Intel display",
		   host->vendor, host->device);
	else if (card)
		answer(finding, STATE_FAILURE,
		       "give it to a guest with stock vfio-pci",
		       "no Intel display at 00:02.0; %04x:%04x at %s is a card of its own, which has no stolen memory of the host's and needs none of this",
		       card->vendor, card->device, card->slot);
	else if (host->is_there)
		answer(finding, STATE_FAILURE,
		       "this driver is for Intel's integrated graphics alone",
		       "00:02.0 is %04x:%04x, no Intel display", host->vendor,
		       host->device);
	else
		answer(finding, STATE_FAILURE,
		       "turn the internal graphics on in the firmware's setup ('Internal Graphics', 'IGD Multi-Monitor': enabled)",
		       "there is no device at 00:02.0");
}

static void look_class(const struct host *host, struct finding *finding)
{
	if (!host_is_igd(host))
		return;
	if (host->class >> 8 == PCI_CLASS_DISPLAY_VGA)
		ok(finding, "VGA (0300)");
	else
		answer(finding, STATE_WARNING,
		       "make the internal graphics primary in the firmware's setup ('Primary Display': IGFX), or do without a boot screen",
		       "class %04x, as another display is the firmware's primary one: no SeaBIOS and no GOP will use it",
		       host->class >> 8);
}

static void look_function(const struct host *host, struct finding *finding)
{
	const char *line;

	if (!host_is_igd(host))
		return;
	if (there(IGD_SYSFS "/physfn")) {
		answer(finding, STATE_FAILURE,
		       "virtual functions are for stock vfio-pci or xe-vfio-pci",
		       "00:02.0 is a virtual function");
		return;
	}
	line = line_of(IGD_SYSFS "/sriov_numvfs");
	if (line && atoi(line))
		answer(finding, STATE_FAILURE,
		       "echo 0 > " IGD_SYSFS "/sriov_numvfs, or give away the virtual functions with stock vfio-pci; they have no monitor",
		       "%s virtual functions are made (SR-IOV): the whole device cannot be given away beside them",
		       line);
	else
		ok(finding, "the physical function");
}

static void look_mdev(const struct host *host, struct finding *finding)
{
	char **types;

	if (!host_is_igd(host))
		return;
	types = names_in(IGD_SYSFS "/mdev_supported_types");
	if (types && *types)
		answer(finding, STATE_WARNING,
		       "take i915.enable_gvt=1 off the kernel's command line",
		       "GVT-g is on (%s): that shares the device, this gives it away whole",
		       *types);
	free_names(types);
}

static void look_platform(const struct host *host, struct finding *finding)
{
	if (!host_is_igd(host))
		return;
	if (host->platform->unknown)
		answer(finding, STATE_FAILURE,
		       "a newer vfio-pci-igd may; adding a row is in "
		       DOC "changing-the-driver.md",
		       "%04x is not a device that this version knows",
		       host->device);
	else
		ok(finding, "%s (gen %u.%02u)", host->platform->name,
		   host->platform->gen / 100, host->platform->gen % 100);
}

static void look_ggc(const struct host *host, struct finding *finding)
{
	if (!host_is_igd(host) || host->platform->unknown)
		return;
	if (host->config_size < 0x100)
		needs_root(finding, "configuration space beyond its first 64 bytes");
	else if (host->ggc == 0xffff)
		answer(finding, STATE_FAILURE, "reboot; if it stays so, a newer firmware",
		       "GGC reads 0xffff: the device does not answer");
	else if (!host->dsm.size)
		answer(finding, STATE_FAILURE,
		       "set 'DVMT Pre-Allocated' to 32M or 64M in the firmware's setup",
		       "GGC is %#x: the firmware has given the device no stolen memory",
		       host->ggc);
	else if (!host->gsm.size)
		answer(finding, STATE_FAILURE, "a newer firmware",
		       "GGC is %#x: the device has no memory for its GTT",
		       host->ggc);
	else
		ok(finding, "GGC is %#x: %llu MiB of stolen memory, %llu MiB for the GTT",
		   host->ggc, host->dsm.size / MIB, host->gsm.size / MIB);
}

/* A second display, and what it means for the first */
static void look_others(const struct host *host, struct finding *finding)
{
	const struct display *other;

	if (!host_is_igd(host) || !host->display_count)
		return;
	other = find_display(host, 0, PCI_CLASS_DISPLAY_3D);
	if (other) {
		answer(finding, STATE_WARNING,
		       "to give that one to the guest is another matter: the monitors stay with 00:02.0",
		       "%s, %04x:%04x, is a laptop's second GPU without outputs (3D controller)",
		       other->slot, other->vendor, other->device);
		return;
	}
	other = &host->displays[0];
	ok(finding, "another display at %s (%04x:%04x%s), which the host can have",
	   other->slot, other->vendor, other->device,
	   other->vendor == VENDOR_INTEL ? ", Intel's card" : "");
}

const struct check device_checks[] = {
	{ "igd", look_igd },
	{ "class", look_class },
	{ "function", look_function },
	{ "mdev", look_mdev },
	{ "platform", look_platform },
	{ "ggc", look_ggc },
	{ "others", look_others },
	{ }
};
