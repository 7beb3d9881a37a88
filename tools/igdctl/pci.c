// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI bus, by libpci
 */
#include <pci/pci.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "pci.h"

static void failed(char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

static void failed(char *format, ...)
{
	va_list args;

	fputs("igdctl: the PCI bus cannot be read: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

static void silent(char *format, ...)
{
}

static void fill(struct pci_function *function, struct pci_dev *pci)
{
	unsigned int i;

	pci_fill_info(pci, PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_BASES |
		      PCI_FILL_SIZES);
	snprintf(function->slot, sizeof(function->slot), "%04x:%02x:%02x.%d",
		 pci->domain, pci->bus, pci->dev, pci->func);
	function->bus = pci->bus;
	function->vendor = pci->vendor_id;
	function->device = pci->device_id;
	function->class = pci->device_class;
	for (i = 0; i < PCI_BARS; i++) {
		function->base[i] = pci->base_addr[i];
		function->size[i] = pci->size[i];
	}
}

/**
 * pci_each() - go through all that is on the bus
 * @sysfs: where it is, as in /sys/bus/pci
 * @take: called for each
 * @context: for @take
 */
void pci_each(const char *sysfs,
	      void (*take)(const struct pci_function *function, void *context),
	      void *context)
{
	struct pci_access *access = pci_alloc();
	struct pci_function function;
	struct pci_dev *pci;

	access->method = PCI_ACCESS_SYS_BUS_PCI;
	access->error = failed;
	access->warning = silent;
	access->debug = silent;
	pci_set_param(access, "sysfs.path", (char *)sysfs);
	pci_init(access);
	pci_scan_bus(access);
	for (pci = access->devices; pci; pci = pci->next) {
		fill(&function, pci);
		take(&function, context);
	}
	pci_cleanup(access);
}
