// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space
 *
 * Each bit is read-only, volatile (a reset clears it) or sticky (firmware's
 * registers: a reset leaves them). Header and capabilities are volatile as the
 * PCI specifications say; what lies between is Intel's, and the profile names
 * what of it can be written.
 */
#include "igdsim.h"
#include "display/display.h"

#include <string.h>

#define COMMAND_WRITABLE	0x0407	/* I/O, memory, master, INTx disable */
#define CFG_INTERRUPT_LINE	0x3c

#define CAP_ID_PM		0x01
#define CAP_ID_MSI		0x05
#define CAP_ID_PCIE		0x10
#define CAP_ID_AF		0x13

#define PM_CONTROL		4
#define   PM_STATE		0x0003
#define   PM_NO_SOFT_RESET	0x0008
#define   PM_PME_ENABLE		0x0100

#define MSI_CONTROL		2
#define   MSI_WRITABLE		0x0071
#define   MSI_64BIT		0x0080
#define   MSI_MASKING		0x0100
#define MSI_ADDRESS		4

#define PCIE_DEVCAP		4
#define   PCIE_DEVCAP_FLR	0x10000000
#define PCIE_DEVCTL		8
#define   PCIE_DEVCTL_FLR	0x8000

#define AF_CAP			3
#define   AF_CAP_FLR		0x02
#define AF_CONTROL		4
#define   AF_CONTROL_FLR	0x01

static uint64_t cfg(const struct igd *igd, unsigned int offset,
		    unsigned int width)
{
	return get_le(&igd->config.bytes[offset], width);
}

static void set_volatile(struct igd *igd, unsigned int offset,
			 unsigned int width, uint64_t mask)
{
	put_le(&igd->config.volatiles[offset], width, mask);
}

static void init_msi(struct igd *igd)
{
	unsigned int msi = igd->config.msi;
	uint64_t control = cfg(igd, msi + MSI_CONTROL, 2);
	unsigned int next = msi + MSI_ADDRESS;

	set_volatile(igd, msi + MSI_CONTROL, 2, MSI_WRITABLE);
	set_volatile(igd, next, 4, 0xfffffffc);
	next += 4;
	if (control & MSI_64BIT) {
		set_volatile(igd, next, 4, 0xffffffff);
		next += 4;
	}
	set_volatile(igd, next, 2, 0xffff);
	if (control & MSI_MASKING)
		set_volatile(igd, next + 4, 4,
			     (1ull << device_irq_count(igd, VFIO_PCI_MSI_IRQ_INDEX)) - 1);
}

static void init_capabilities(struct igd *igd)
{
	struct config *config = &igd->config;
	unsigned int at, hops = 0;

	if (!(cfg(igd, CFG_STATUS, 2) & CFG_STATUS_CAPS))
		return;
	for (at = config->bytes[CFG_CAP_POINTER] & 0xfc; at && hops < 48;
	     at = config->bytes[at + 1] & 0xfc, hops++) {
		switch (config->bytes[at]) {
		case CAP_ID_PM:
			config->pm = at;
			set_volatile(igd, at + PM_CONTROL, 2,
				     PM_STATE | PM_PME_ENABLE);
			break;
		case CAP_ID_MSI:
			config->msi = at;
			init_msi(igd);
			break;
		case CAP_ID_PCIE:
			config->pcie = at;
			break;
		case CAP_ID_AF:
			config->af = at;
			break;
		}
	}
}

static void init_bars(struct igd *igd)
{
	for (unsigned int n = 0; n < NUM_BARS; n++) {
		const struct bar *bar = &igd->profile->bars[n];
		bool wide = (bar->flags & 0x5) == 0x4;

		if (bar->kind)
			set_volatile(igd, CFG_BAR(n), wide ? 8 : 4,
				     ~(bar->size - 1));
	}
}

/* A locked register stays as it is until the machine loses power */
static void update_locks(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->profile->num_latches; i++) {
		const struct latch *latch = &igd->profile->latches[i];
		bool locked = latch->lockable &&
			      (igd->config.bytes[latch->offset] & 1);

		memset(&igd->config.sticky[latch->offset], locked ? 0 : 0xff,
		       latch->width);
	}
}

void config_init(struct igd *igd)
{
	memcpy(igd->config.bytes, igd->profile->config, CONFIG_MAX);
	set_volatile(igd, CFG_COMMAND, 2, COMMAND_WRITABLE);
	set_volatile(igd, CFG_INTERRUPT_LINE, 1, 0xff);
	init_bars(igd);
	init_capabilities(igd);
}

void config_reset(struct igd *igd)
{
	for (unsigned int i = 0; i < CONFIG_MAX; i++)
		igd->config.bytes[i] &= (uint8_t)~igd->config.volatiles[i];
}

bool config_bus_master(const struct igd *igd)
{
	return cfg(igd, CFG_COMMAND, 2) & CFG_COMMAND_MASTER;
}

bool config_asleep(const struct igd *igd)
{
	unsigned int pm = igd->config.pm;

	return pm && (cfg(igd, pm + PM_CONTROL, 2) & PM_STATE) == PM_STATE;
}

/* The part of a write that falls on a register of two bytes */
static uint16_t written(unsigned int reg, uint32_t offset, unsigned int width,
			uint64_t value)
{
	uint8_t bytes[8] = { 0 }, part[2] = { 0 };

	put_le(bytes, width, value);
	for (unsigned int i = 0; i < 2; i++)
		if (reg + i >= offset && reg + i < offset + width)
			part[i] = bytes[reg + i - offset];
	return (uint16_t)get_le(part, 2);
}

static bool asks_for_flr(const struct igd *igd, uint32_t offset,
			 unsigned int width, uint64_t value)
{
	const struct config *config = &igd->config;
	unsigned int pcie = config->pcie, af = config->af;

	if (pcie && (cfg(igd, pcie + PCIE_DEVCAP, 4) & PCIE_DEVCAP_FLR) &&
	    (written(pcie + PCIE_DEVCTL, offset, width, value) & PCIE_DEVCTL_FLR))
		return true;
	return af && (config->bytes[af + AF_CAP] & AF_CAP_FLR) &&
	       (written(af + AF_CONTROL, offset, width, value) & AF_CONTROL_FLR);
}

/* Without No_Soft_Reset the way from D3hot to D0 goes through a reset */
static bool wakes_up(const struct igd *igd, uint64_t before)
{
	unsigned int pm = igd->config.pm;
	uint64_t after;

	if (!pm)
		return false;
	after = cfg(igd, pm + PM_CONTROL, 2);
	return (before & PM_STATE) == PM_STATE && !(after & PM_STATE) &&
	       !(after & PM_NO_SOFT_RESET);
}

void config_write(struct igd *igd, uint32_t offset, unsigned int width,
		  uint64_t value)
{
	struct config *config = &igd->config;
	uint64_t power = config->pm ? cfg(igd, config->pm + PM_CONTROL, 2) : 0;
	bool master = config_bus_master(igd);
	uint8_t bytes[8], any = 0;

	update_locks(igd);
	put_le(bytes, width, value);
	for (unsigned int i = 0; i < width; i++) {
		uint8_t *byte = &config->bytes[offset + i];
		uint8_t mask = config->volatiles[offset + i] |
			       config->sticky[offset + i];

		*byte = (uint8_t)((*byte & ~mask) | (bytes[i] & mask));
		any |= mask;
	}

	if (asks_for_flr(igd, offset, width, value)) {
		journal_write(&igd->journal, SPACE_CONFIG, offset, width, value, "");
		igd->resets++;
		device_reset(igd, RESET_FUNCTION);
		return;
	}
	journal_write(&igd->journal, SPACE_CONFIG, offset, width, value,
		      any ? "" : " ignored");
	if (wakes_up(igd, power))
		device_reset(igd, RESET_D3HOT);
	if (!master && config_bus_master(igd))
		scanout_mastered(igd);
}
