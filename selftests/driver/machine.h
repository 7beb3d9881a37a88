/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests expect of a machine, found by its device ID
 *
 * These values are written down from the machine's dump and from registers' own
 * documentation; none comes from the driver. A further machine is one more entry
 * in machine.c.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "igdtest.h"

#define KIB			1024ULL
#define MIB			(1024 * KIB)

/* A virtual register: 0 is for not there */
struct machine_register {
	const char *name;
	unsigned int config;
	unsigned int gap;		/* offset in BAR0 */
	unsigned int width;
	bool writable;			/* through configuration space */
};

#define MACHINE_REGISTERS	10

struct machine {
	u16 device;
	const char *name;		/* as the driver has to call it */
	const char *generation;
	u16 gen;			/* times 100 */

	/* What the host's firmware set up */
	u16 ggc;
	u64 dsm;
	u64 dsm_size;
	u64 gsm;
	u64 gsm_size;
	u64 reserved;			/* the register */
	u64 reserved_size;
	u32 asls;
	u16 opregion_version;
	u64 vbt;			/* address */
	u32 vbt_size;

	/* What a guest's firmware may write, and what follows from it */
	u64 guest_bdsm;
	u64 guest_gsm;
	u64 guest_reserved;

	/* Those that are not there have a width of 0 */
	struct machine_register registers[MACHINE_REGISTERS];
};

const struct machine *machine_here(void);
const struct machine_register *machine_register(const struct machine *machine,
						const char *name);

/* Where igdsim keeps it: mirrors in BAR0 show configuration space */
static inline const char *machine_space(const struct machine_register *reg)
{
	return reg->config ? "config" : "bar0";
}

static inline u32 machine_offset(const struct machine_register *reg)
{
	return reg->config ?: reg->gap;
}

/* Encoding of GMS, gen 9 on: MiB to GGC's bits 15:8 */
static inline unsigned int machine_gms_code(unsigned int mib)
{
	return mib % 32 ? 0xf0 + mib / 4 - 1 : mib / 32;
}

#endif /* MACHINE_H */
