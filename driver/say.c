// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: warnings that opening the device gives
 *
 * A VMM opens the device as often as it likes. So that it cannot fill the host's
 * log with what is wrong each time, a cause is said once, and again only when
 * it changed or was gone in between.
 */

#include <linux/pci.h>
#include <linux/slab.h>

#include "igd.h"

/**
 * igd_say - warn of something, unless the log has just that already
 * @igd: the device, being probed or opened
 * @cause: what the warning is about
 * @fmt: the warning, without the end of the line
 */
void igd_say(struct igd_device *igd, enum igd_cause cause, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!text)
		return;

	if (igd->said[cause] && !strcmp(igd->said[cause], text)) {
		kfree(text);
		return;
	}
	pci_warn(igd->core.pdev, "%s\n", text);
	kfree(igd->said[cause]);
	igd->said[cause] = text;
}

/**
 * igd_say_well - note that a cause is gone
 * @igd: the device, being probed or opened
 * @cause: which one
 */
void igd_say_well(struct igd_device *igd, enum igd_cause cause)
{
	kfree(igd->said[cause]);
	igd->said[cause] = NULL;
}

/**
 * igd_say_free - free what was kept to compare with
 * @igd: the device, going
 */
void igd_say_free(struct igd_device *igd)
{
	unsigned int i;

	for (i = 0; i < IGD_CAUSES; i++)
		igd_say_well(igd, i);
}
