// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sources of the layouts: the kernel's arch/x86/kernel/early-quirks.c for where
 * BDSM is and how it reads GMS; i915's gem/i915_gem_stolen.c and i915_reg.h for
 * STOLEN_RESERVED, and both for Meteor Lake on, where xe's xe_ttm_stolen_mgr.c
 * adds larger sizes. The last code of GMS: QEMU's hw/vfio/igd.c. Where MCHBAR's
 * mirror ends: include/drm/intel/mchbar_regs.h and i915's display/intel_mchbar.c.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define BITS(high, low)		(~0ULL >> (63 - (high)) & ~0ULL << (low))
#define RESERVED_ENABLE		0x1ULL

#define GUESTS_OWN							\
	{ "SWSMI", 0xe0, 0, 2, true },					\
	{ "ASLE", 0xe4, 0, 4, true },					\
	{ "SWSCI", 0xe8, 0, 2, true },					\
	{ "ASLS", 0xfc, 0, 4, true },					\
	{ "INFO", 0, 0x108f80, 48 }

static const struct machine_register bdsm_of_32_bits[MACHINE_REGISTERS] = {
	{ "GGC", 0x50, 0x108040, 2 },
	{ "BDSM", 0x5c, 0x1080c0, 4, true },
	{ "GSMBASE", 0, 0x108100, 4 },
	{ "STOLEN_RESERVED", 0, 0x1082c0, 4 },
	GUESTS_OWN,
};

static const struct machine_register bdsm_of_64_bits[MACHINE_REGISTERS] = {
	{ "GGC", 0x50, 0x108040, 2 },
	{ "BDSM", 0xc0, 0x1080c0, 8, true },
	{ "BDSM mailbox", 0x5c, 0, 4, true },
	{ "GSMBASE", 0, 0x108100, 8 },
	{ "STOLEN_RESERVED", 0xf0, 0x1082c0, 8 },
	GUESTS_OWN,
};

/* Addresses that the device has in BAR0, for itself, a guest is not to read */
static const struct machine_register behind_bar2[MACHINE_REGISTERS] = {
	{ "GGC", 0x50, 0x108040, 2 },
	{ "BDSM", 0, 0x1080c0, 8 },
	{ "GSMBASE", 0, 0x108100, 8 },
	{ "STOLEN_RESERVED", 0, 0x1082c0, 8, .hidden = 0xf0 },
	GUESTS_OWN,
};

#define GMS_GEN6	.gms = BITS(7, 3), .sizes = { { 1, 32, 512, 32 } }
#define GMS_CHV		.gms = BITS(7, 3), .sizes = { { 1, 32, 512, 32 },	\
				{ 0x11, 8, 28, 4 }, { 0x17, 36, 60, 4 } }
#define GMS_GEN8	.gms = BITS(15, 8), .sizes = { { 1, 32, 2048, 32 } }
#define GMS_GEN9	.gms = BITS(15, 8), .sizes = { { 1, 32, 2048, 32 },	\
				{ 0xf0, 4, 60, 4 } }
#define GMS_MTL		.gms = BITS(15, 8), .sizes = { { 1, 32, 128, 32 },	\
				{ 0xf0, 4, 60, 4 } }

#define RESERVED_GEN6	.reserved_base = BITS(31, 20),			\
			.reserved_size = BITS(5, 4),			\
			.reserved_kib = { 1024, 512, 256, 128 }
#define RESERVED_GEN7	.reserved_base = BITS(31, 18),			\
			.reserved_size = BITS(5, 5),			\
			.reserved_kib = { 1024, 256 }
#define RESERVED_VLV	.reserved_size = BITS(5, 5),			\
			.reserved_kib = { 1024 }
#define RESERVED_GEN8	.reserved_base = BITS(31, 20)
#define RESERVED_CHV	.reserved_base = BITS(31, 20),			\
			.reserved_size = BITS(8, 7),			\
			.reserved_kib = { 1024, 2048, 4096, 8192 }
#define RESERVED_GEN11	.reserved_base = BITS(63, 20),			\
			.reserved_size = BITS(8, 7),			\
			.reserved_kib = { 1024, 2048, 4096, 8192 },	\
			.reserved_always = true
#define RESERVED_MTL	.reserved_size = BITS(9, 7),			\
			.reserved_kib = { 1024, 2048, 4096, 8192, 0,	\
					  16384, 32768 },		\
			.reserved_always = true

/* The first that fits: names before generations, later generations first */
static const struct machine_layout layouts[] = {
	{ 700, "Valleyview", bdsm_of_32_bits, GMS_GEN6, RESERVED_VLV },
	{ 800, "Cherryview", bdsm_of_32_bits, GMS_CHV, RESERVED_CHV },
	{ 900, "Broxton", bdsm_of_32_bits, GMS_GEN9, RESERVED_CHV },
	{ 900, "Gemini Lake", bdsm_of_32_bits, GMS_GEN9, RESERVED_CHV },
	{ 1270, NULL, behind_bar2, GMS_MTL, RESERVED_MTL },
	{ 1100, NULL, bdsm_of_64_bits, GMS_GEN9, RESERVED_GEN11 },
	{ 900, NULL, bdsm_of_32_bits, GMS_GEN9, RESERVED_GEN8 },
	{ 800, NULL, bdsm_of_32_bits, GMS_GEN8, RESERVED_GEN8 },
	{ 700, NULL, bdsm_of_32_bits, GMS_GEN6, RESERVED_GEN7 },
	{ 600, NULL, bdsm_of_32_bits, GMS_GEN6, RESERVED_GEN6 },
};

static const struct machine_layout *find_layout(const struct machine *machine)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct machine_layout *layout = &layouts[i];

		if (layout->only ? !!strstr(machine->name, layout->only) :
		    machine->gen >= layout->gen)
			return layout;
	}
	die("machine.c has no layout for generation %u.%02u",
	    machine->gen / 100, machine->gen % 100);
}

static u64 mchbar_end(const struct machine *machine)
{
	if (machine->gen >= 1270)
		return MCHBAR_START;
	if (machine->gen >= 1200 && !strstr(machine->name, "Rocket Lake"))
		return 0x160000;
	return machine->gen >= 1100 ? 0x150000 : 0x148000;
}

/* The rest of the line 'KEY ...', of what igdsim --print all has printed */
static char *fact(const char *key)
{
	static char line[256];
	const char *path = getenv("IGD_FACTS");
	size_t len = strlen(key);
	FILE *file;

	if (!path)
		die("IGD_FACTS is not set: to the file in which 'igdsim --print all PROFILE' has described this machine; selftests/driver/check does both");
	file = fopen(path, "re");
	if (!file)
		die("IGD_FACTS, %s: %m", path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, key, len) || line[len] != ' ')
			continue;
		fclose(file);
		return line + len + 1;
	}
	die("%s says nothing of '%s': which igdsim has written it?", path, key);
}

/* What is not there has nothing behind its key */
static u64 number(const char *key)
{
	char *text = fact(key), *end;
	u64 value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end)
		die("IGD_FACTS: '%s' of %s is no number", text, key);
	return value;
}

static u16 version(const char *key)
{
	const char *text = fact(key);
	unsigned int major, minor;

	if (sscanf(text, "%u.%u", &major, &minor) != 2)
		die("IGD_FACTS: '%s' of %s is no version", text, key);
	return major << 8 | minor;
}

const struct machine *machine_here(void)
{
	static struct machine machine;
	u64 rvda;

	snprintf(machine.name, sizeof(machine.name), "%s", fact("name"));
	machine.gen = number("generation");
	machine.layout = find_layout(&machine);
	machine.registers = machine.layout->registers;
	machine.bar0_size = number("bar0-size");
	machine.bar4_size = number("bar4-size");
	machine.gtt = number("gtt-offset");
	machine.mchbar.start = MCHBAR_START;
	machine.mchbar.end = mchbar_end(&machine);
	machine.trapped[0].start = GAP_START;
	machine.trapped[0].end = GAP_END;
	machine.trapped[1] = machine.mchbar;
	machine.traps = machine.mchbar.end > machine.mchbar.start ? 2 : 1;
	machine.ggc = number("ggc");
	machine.dsm = number("bdsm");
	machine.dsm_size = number("dsm-size");
	machine.gsm = number("gsm");
	machine.gsm_size = number("gsm-size");
	machine.reserved = number("stolen-reserved");
	machine.reserved_size = number("reserved-size");
	machine.asls = number("asls");
	machine.opregion_version = version("opregion-version");
	rvda = number("rvda");
	machine.vbt = rvda;
	/* Relative from 2.1 on */
	if (rvda && machine.opregion_version > 0x0200)
		machine.vbt += machine.asls;
	machine.vbt_size = number("rvds");
	return &machine;
}

static const struct machine_register *find(const struct machine *machine,
					   const char *name)
{
	const struct machine_register *reg;

	machine_each_register(reg, machine)
		if (!strcmp(reg->name, name))
			return reg;
	return NULL;
}

bool machine_has(const struct machine *machine, const char *name)
{
	return find(machine, name);
}

const struct machine_register *machine_register(const struct machine *machine,
						const char *name)
{
	const struct machine_register *reg = find(machine, name);

	if (!reg)
		die("%s has no register %s", machine->name, name);
	return reg;
}

bool machine_behind_bar2(const struct machine *machine)
{
	return machine->registers == behind_bar2;
}

void machine_change(struct sim_changes *changes,
		    const struct machine_register *reg, u64 value)
{
	unsigned int config = reg->config ?: reg->hidden;

	if (config)
		sim_change(changes, "config", config, reg->width, value);
	if (reg->gap)
		sim_change(changes, "bar0", reg->gap, reg->width, value);
}

/* The lowest bit of a field */
static u64 unit(u64 field)
{
	return field & -field;
}

/* Size that a GGC says, 0 if it says none */
unsigned int machine_gms(const struct machine *machine, u16 ggc)
{
	const struct machine_layout *layout = machine->layout;
	unsigned int code = (ggc & layout->gms) / unit(layout->gms), i;

	for (i = 0; i < MACHINE_SIZES; i++) {
		const struct machine_sizes *sizes = &layout->sizes[i];

		if (sizes->step && code >= sizes->code &&
		    code <= sizes->code +
			    (sizes->last - sizes->first) / sizes->step)
			return sizes->first +
			       (code - sizes->code) * sizes->step;
	}
	return 0;
}

/*
 * Is there a code for this size, and room? What is reserved stays at the end
 * whatever the size is. Behind BAR2 there is no more than the host has.
 */
bool machine_can_have(const struct machine *machine, unsigned int mib)
{
	u64 size, base = machine_reserved(machine, machine->reserved, &size);
	unsigned int i;

	if (size && mib * MIB < machine->dsm + machine->dsm_size - base)
		return false;
	if (machine_behind_bar2(machine) && mib * MIB > machine->dsm_size)
		return false;
	for (i = 0; i < MACHINE_SIZES; i++) {
		const struct machine_sizes *sizes = &machine->layout->sizes[i];

		if (sizes->step && mib >= sizes->first && mib <= sizes->last &&
		    (mib - sizes->first) % sizes->step == 0)
			return true;
	}
	return false;
}

/* The smallest size above that many MiB, 0 if there is none */
unsigned int machine_next_size(const struct machine *machine,
			       unsigned int above)
{
	unsigned int mib;

	for (mib = above + 1; mib <= 4096; mib++)
		if (machine_can_have(machine, mib))
			return mib;
	return 0;
}

/**
 * machine_other_size - a size that is not the host's
 * @machine: the machine
 *
 * Return: the next one above it, else the least there is; in MiB. 0: it has no GGC that
 * says any.
 */
unsigned int machine_other_size(const struct machine *machine)
{
	unsigned int host = machine->dsm_size / MIB;

	return machine_next_size(machine, host) ?: machine_next_size(machine, 0);
}

/**
 * machine_reserved - which part of the host's stolen memory is reserved
 * @machine: the machine
 * @reg: STOLEN_RESERVED, which may be another than the machine's
 * @size: result, in bytes; 0: nothing of it
 *
 * Return: the address.
 */
u64 machine_reserved(const struct machine *machine, u64 reg, u64 *size)
{
	const struct machine_layout *layout = machine->layout;
	u64 end = machine->dsm + machine->dsm_size;
	u64 base = reg & layout->reserved_base;
	unsigned int code = 0;

	*size = 0;
	if (!layout->reserved_always && !(reg & RESERVED_ENABLE))
		return 0;
	if (layout->reserved_base &&
	    (base < machine->dsm || base >= end))
		return 0;

	if (!layout->reserved_size) {
		*size = end - base;
		return base;
	}
	code = (reg & layout->reserved_size) / unit(layout->reserved_size);
	*size = layout->reserved_kib[code] * KIB;
	return layout->reserved_base ? base : end - *size;
}

/* STOLEN_RESERVED that means the last @size bytes of the host's, or begins there */
u64 machine_make_reserved(const struct machine *machine, u64 size,
			  unsigned int code)
{
	const struct machine_layout *layout = machine->layout;
	u64 base = machine->dsm + machine->dsm_size - size;

	return RESERVED_ENABLE | (base & layout->reserved_base) |
	       (layout->reserved_size ? code * unit(layout->reserved_size) : 0);
}

/*
 * Writes BDSM. Behind BAR2 there is none: firmware that does not know it, such
 * as SeaBIOS, writes where it once was.
 */
void machine_program(const struct machine *machine, const struct vfio *vfio,
		     u64 bdsm)
{
	const struct machine_register *reg = machine_register(machine, "BDSM");

	if (reg->config)
		config_write(vfio, reg->config, reg->width, bdsm);
	else
		config_write(vfio, VFIO_PCI_IGD_CFG_BDSM32, 4, bdsm);
}

/*
 * From Meteor Lake on a driver that sees that it is a guest's goes through BARs;
 * one that does not is led to the same place, 8 MiB into them.
 */
static u64 behind_bar(const struct vfio *vfio, unsigned int bar)
{
	return (config_read(vfio, PCI_BASE_ADDRESS_0 + 4 * bar, 8) & ~0xfULL) +
	       8 * MIB;
}

u64 machine_guest_bdsm(const struct machine *machine, const struct vfio *vfio,
		       u64 bdsm)
{
	return machine_behind_bar2(machine) ? behind_bar(vfio, 2) :
	       bdsm & ~VFIO_PCI_IGD_BDSM_GSM;
}

/* Bytes that firmware reserves below BDSM, if it knows of them */
u64 machine_gsm_below(const struct machine *machine)
{
	return machine_behind_bar2(machine) ? 0 : machine->dsm - machine->gsm;
}

/**
 * machine_guest_reserved - STOLEN_RESERVED as far from the end as on the host
 * @machine: the machine
 * @reg: STOLEN_RESERVED of the host, which may be another than the machine's
 * @bdsm: where the guest's firmware has put stolen memory; 0: not yet
 * @size: how much it has, in bytes
 *
 * Return: what the guest has to read.
 */
u64 machine_guest_reserved(const struct machine *machine, u64 reg, u64 bdsm,
			   u64 size)
{
	const struct machine_layout *layout = machine->layout;
	u64 base, reserved, host_size;

	bdsm &= BASE_MASK;
	/* There, size and flags are all that drivers look at */
	if (machine_behind_bar2(machine))
		return reg & ~BASE_MASK;
	if (!bdsm)
		return 0;
	if (!layout->reserved_base)
		return reg;

	base = machine_reserved(machine, reg | RESERVED_ENABLE, &host_size);
	/* A guest does not see what makes no sense, unless nobody asked for it */
	if (!host_size)
		return reg & RESERVED_ENABLE ? 0 : reg & ~layout->reserved_base;
	reserved = bdsm + size - (machine->dsm + machine->dsm_size - base);
	/* Not where an address does not fit */
	if (reserved < bdsm || reserved & ~layout->reserved_base)
		return reg & ~layout->reserved_base & ~RESERVED_ENABLE;
	return reserved | (reg & ~layout->reserved_base);
}

/* In stolen memory, up to what of it is reserved, where that has room for it */
static u64 gsm_inside(const struct machine *machine, u64 reg, u64 bdsm, u64 size)
{
	struct machine guest = *machine;
	u64 end, reserved, base;

	guest.dsm = bdsm;
	guest.dsm_size = size;
	reg = machine_guest_reserved(machine, reg, bdsm, size);
	end = machine_reserved(&guest, reg, &reserved);
	if (!reserved)
		end = bdsm + size;
	base = (end - machine->gsm_size) & BASE_MASK;
	if (end < bdsm || base < bdsm || base >= end ||
	    (machine_register(machine, "GSMBASE")->width < 8 && base >> 32))
		return NOWHERE;
	return base;
}

/**
 * machine_guest_gsm - GSMBASE: as far below BDSM as on the host, if the guest's
 *	firmware has reserved that; else in stolen memory; in BAR0 where there is
 *	no BDSM
 * @machine: the machine
 * @vfio: the device, open
 * @reg: STOLEN_RESERVED of the host, which may be another than the machine's
 * @bdsm: what the guest's firmware has written to BDSM; 0: not yet
 * @size: how much stolen memory it has, in bytes
 *
 * Return: what the guest has to read.
 */
u64 machine_guest_gsm(const struct machine *machine, const struct vfio *vfio,
		      u64 reg, u64 bdsm, u64 size)
{
	const u64 below = machine_gsm_below(machine);
	const bool reserved_below = bdsm & VFIO_PCI_IGD_BDSM_GSM;

	if (machine_behind_bar2(machine))
		return behind_bar(vfio, 0);
	bdsm &= BASE_MASK;
	if (!below || !bdsm)
		return 0;
	if (!reserved_below)
		return gsm_inside(machine, reg, bdsm, size);
	return bdsm < below ? 0 : bdsm - below;
}
