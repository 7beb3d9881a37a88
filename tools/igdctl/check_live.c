// SPDX-License-Identifier: GPL-2.0-only
/*
 * While a guest runs: what its firmware has done, and what the IOMMU says
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "igdctl.h"

static void look_guest(const struct host *host, struct finding *finding)
{
	const char *guest, *placed;

	if (strcmp(host->driver, "vfio-pci-igd"))
		return;
	guest = host_guest(host);
	if (!guest)
		return;
	placed = line_of(IGD_SYSFS "/igd/guest_stolen");
	if (host->platform->dsm == IGD_DSM_BAR2)
		ok(finding, "%s has the device; stolen memory is behind BAR2",
		   guest);
	else if (!placed)
		needs_root(finding, "what the guest's firmware has done");
	else if (*placed)
		ok(finding, "%s has the device; its firmware has placed stolen memory at %s",
		   guest, placed);
	else
		answer(finding, STATE_WARNING,
		       "look on QEMU's debug console (" DOC "troubleshooting.md)",
		       "%s has the device, and its firmware has not placed stolen memory: the ROM did not run, or not yet",
		       guest);
}

static void look_denied(const struct host *host, struct finding *finding)
{
	const char *denied = line_of(IGD_SYSFS "/igd/denied_writes");

	if (denied && host_guest(host))
		ok(finding, "%s writes of the guest went nowhere", denied);
}

/* The kernel's log, as far as it goes back; NULL: may not be read */
static char *kernel_log(void)
{
	size_t got = 0, room = 1 << 16;
	int file = open(at("/dev/kmsg"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t part;
	char *log;

	if (file < 0)
		return NULL;
	log = allocate(room + 1);
	/* EPIPE: a line was overwritten in between */
	while ((part = read(file, log + got, room - got)) > 0 ||
	       (part < 0 && errno == EPIPE)) {
		got += part > 0 ? part : 0;
		if (room - got > 8192)
			continue;
		room *= 2;
		log = realloc(log, room + 1);
		if (!log)
			die("no memory for the kernel's log");
	}
	close(file);
	log[got] = 0;
	return log;
}

static bool is_in(const struct igd_range *range, u64 address)
{
	return address - range->base < range->size;
}

static void look_faults(const struct host *host, struct finding *finding)
{
	enum { STOLEN, GTT, OTHER };
	unsigned int counts[3] = { 0 }, kind;
	u64 address, last[3] = { 0 };
	char *log, *p;

	if (!host_is_igd(host))
		return;
	log = kernel_log();
	if (!log) {
		needs_root(finding, "the kernel's log, for DMA faults");
		return;
	}
	for (p = log; (p = strstr(p, "[00:02.0] fault addr ")); ) {
		p += strlen("[00:02.0] fault addr ");
		address = strtoull(p, NULL, 16);
		kind = is_in(&host->dsm, address) ? STOLEN :
		       is_in(&host->gsm, address) ? GTT : OTHER;
		counts[kind]++;
		last[kind] = address;
	}
	free(log);
	if (counts[STOLEN])
		answer(finding, STATE_WARNING,
		       "let the host's driver let go in order: driverctl at boot, no efifb (" DOC "binding.md)",
		       "%u DMA faults at the host's stolen memory (last %#llx): a plane still shows what the host had there",
		       counts[STOLEN], last[STOLEN]);
	else if (counts[GTT])
		answer(finding, STATE_WARNING, "please report it, with igdctl record",
		       "%u DMA faults at the host's GTT memory (last %#llx): a guest's driver believes GSMBASE",
		       counts[GTT], last[GTT]);
	else if (counts[OTHER])
		answer(finding, STATE_WARNING,
		       "a few at a guest's start are old entries of the GTT; if it goes on, please report it",
		       "%u DMA faults outside of what the host had (last %#llx)",
		       counts[OTHER], last[OTHER]);
	else
		ok(finding, "no DMA fault of 00:02.0 in the kernel's log");
}

const struct check live_checks[] = {
	{ "guest", look_guest },
	{ "denied", look_denied },
	{ "faults", look_faults },
	{ }
};
