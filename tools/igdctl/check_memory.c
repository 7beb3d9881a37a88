// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the firmware has left in memory: OpRegion, VBT, stolen memory
 */
#include <stdlib.h>
#include <string.h>

#include "igdctl.h"

static void look_opregion(const struct host *host, struct finding *finding)
{
	struct opregion opregion;
	const char *fault, *version;
	bool unseen;

	if (!host_is_igd(host))
		return;
	version = line_of(IGD_SYSFS "/igd/opregion_version");
	if (host->config_size < 0x100) {
		needs_root(finding, "ASLS, which leads to the OpRegion");
		return;
	}
	fault = opregion_read(host, &opregion, &unseen);
	if (!fault)
		ok(finding, "OpRegion %u.%u at %#x, VBT (%s) of %u bytes, version %u",
		   opregion.version >> 8, opregion.version & 0xff,
		   opregion.asls, opregion.where, opregion.size, opregion.bdb);
	else if (unseen && version && *version)
		ok(finding, "OpRegion %s at %#x, by the driver", version,
		   opregion.asls);
	else if (unseen)
		answer(finding, STATE_UNSEEN, "run as root", "%s", fault);
	else
		answer(finding, STATE_FAILURE,
		       "a newer firmware; in its setup, internal graphics on and primary",
		       "%s", fault);
	free(opregion.data);
}

static void look_stolen(const struct host *host, struct finding *finding)
{
	bool unseen;

	if (!host->dsm.size)
		return;
	if (host->platform->dsm == IGD_DSM_BAR2) {
		ok(finding, "%llu MiB of stolen memory behind BAR2",
		   host->dsm.size / MIB);
		return;
	}
	if (!host->dsm.base) {
		answer(finding, STATE_FAILURE, "a newer firmware",
		       "BDSM is 0: %llu MiB of stolen memory are nowhere",
		       host->dsm.size / MIB);
		return;
	}
	iomem_lines(NULL, &unseen);
	if (unseen)
		needs_root(finding, "whether stolen memory overlaps the kernel's (/proc/iomem)");
	else if (iomem_has(&host->dsm, "System RAM"))
		answer(finding, STATE_FAILURE, "a newer firmware",
		       "stolen memory, %llu MiB at %#llx, overlaps System RAM in /proc/iomem: the driver will not bind",
		       host->dsm.size / MIB, host->dsm.base);
	else
		ok(finding, "%llu MiB of stolen memory at %#llx",
		   host->dsm.size / MIB, host->dsm.base);
}

static void look_reserved(const struct host *host, struct finding *finding)
{
	struct igd_range range;

	if (!host->dsm.base || !host->reserved)
		return;
	if (igd_reserved_range(host->platform->reserved, host->reserved,
			       &host->dsm, &range))
		ok(finding, "%llu KiB reserved at %#llx, inside stolen memory",
		   range.size >> 10, range.base);
	else
		answer(finding, STATE_WARNING, "a newer firmware",
		       "STOLEN_RESERVED, %#llx, is not inside stolen memory: a guest reads it as not enabled",
		       host->reserved);
}

static void look_gms_mb(const struct host *host, struct finding *finding)
{
	const char *line = line_of("/sys/module/vfio_pci_igd/parameters/gms_mb");
	const char *above;
	u64 size = line ? strtoull(line, NULL, 0) * MIB : 0;
	u16 ggc = host->ggc;

	if (!size || !host->dsm.size)
		return;
	above = line_of("/sys/module/vfio_pci_igd/parameters/gms_above_host");
	if (igd_gms_set(host->platform->ggc, &ggc, size))
		answer(finding, STATE_FAILURE,
		       "echo 0 >/sys/module/vfio_pci_igd/parameters/gms_mb",
		       "gms_mb=%s is no size that %s can have: no guest starts",
		       line, host->platform->name);
	else if (size > host->dsm.size && !(above && *above == 'Y'))
		answer(finding, STATE_FAILURE,
		       text("echo %llu >/sys/module/vfio_pci_igd/parameters/gms_mb, or more by 'DVMT Pre-Allocated' in the firmware's setup",
			    host->dsm.size / MIB),
		       "gms_mb=%s is more than the %llu MiB that the host has: no guest starts",
		       line, host->dsm.size / MIB);
	else
		ok(finding, "gms_mb=%s", line);
}

const struct check memory_checks[] = {
	{ "opregion", look_opregion },
	{ "stolen", look_stolen },
	{ "reserved", look_reserved },
	{ "gms_mb", look_gms_mb },
	{ }
};
