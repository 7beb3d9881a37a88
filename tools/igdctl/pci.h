/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI bus by libpci, whose names of types are those of the kernel's, too: only
 * pci.c has both in it
 */
#ifndef IGDCTL_PCI_H
#define IGDCTL_PCI_H

#include <stdint.h>

#define PCI_BARS		6

/**
 * struct pci_function - what is on the bus
 * @slot: where, as in 0000:00:02.0
 * @bus: number of its bus
 * @vendor: ID
 * @device: ID
 * @class: base class and sub-class
 * @base: address of each BAR, with its flags below
 * @size: bytes of each BAR
 */
struct pci_function {
	char slot[24];
	unsigned int bus;
	uint16_t vendor;
	uint16_t device;
	uint16_t class;
	uint64_t base[PCI_BARS];
	uint64_t size[PCI_BARS];
};

void pci_each(const char *sysfs,
	      void (*take)(const struct pci_function *function, void *context),
	      void *context);

#endif /* IGDCTL_PCI_H */
