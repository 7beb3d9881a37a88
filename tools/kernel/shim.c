// SPDX-License-Identifier: GPL-2.0-only
/*
 * The few kernel functions that the driver's arithmetic calls
 */
#include <linux/kernel.h>
#include <linux/pci.h>
#include <stdarg.h>
#include <stdio.h>

int scnprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int done;

	va_start(args, format);
	done = vsnprintf(buf, size, format, args);
	va_end(args);

	/* The kernel's counts what it wrote, vsnprintf() what it would have */
	if (!size)
		return 0;
	return (size_t)done < size ? done : (int)size - 1;
}

const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 struct pci_dev *pdev)
{
	for (; ids->vendor; ids++)
		if (ids->vendor == pdev->vendor && ids->device == pdev->device)
			return ids;
	return NULL;
}
