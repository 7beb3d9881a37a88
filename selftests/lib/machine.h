/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests expect of a machine
 *
 * What is this machine's own comes from igdsim's profile, what follows from its
 * generation from the layouts in machine.c, which are written down from the
 * kernel's graphics drivers. Nothing comes from the driver that is tested.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "igdtest.h"

#define KIB			1024ULL
#define MIB			(1024 * KIB)
#define GIB			(1024 * MIB)

/* Where the tests' guest has its stolen memory */
#define GUEST_BDSM		0x39f00000ULL

/* Where GSMBASE leads when there is no room for it: to no RAM of anybody's */
#define NOWHERE			0xfff00000ULL

/* BDSM and GSMBASE: an address by the MiB, and a lock */
#define BASE_MASK		(~0xfffffULL)

/* A virtual register: 0 is for not there */
struct machine_register {
	const char *name;
	unsigned int config;
	unsigned int gap;		/* offset in BAR0 */
	unsigned int width;
	bool writable;			/* through configuration space */
	unsigned int hidden;		/* config offset that a guest sees not */
};

#define MACHINE_REGISTERS	10

#define machine_each_register(reg, machine)				\
	for (reg = (machine)->registers;				\
	     reg < (machine)->registers + MACHINE_REGISTERS && reg->width; reg++)

/* Codes of GMS that follow each other, in equal steps of MiB */
struct machine_sizes {
	unsigned int code;
	unsigned int first;
	unsigned int last;
	unsigned int step;		/* 0: no more of them */
};

#define MACHINE_SIZES		3
#define MACHINE_CODES		8

struct machine_layout {
	unsigned int gen;		/* the first one, times 100 */
	const char *only;		/* part of their names; NULL: all others */
	const struct machine_register *registers;
	u16 gms;			/* bits of GGC */
	struct machine_sizes sizes[MACHINE_SIZES];
	u64 reserved_base;		/* bits; 0: the end of stolen memory */
	u64 reserved_size;		/* bits; 0: up to the end of it */
	u16 reserved_kib[MACHINE_CODES];	/* 0: no such code */
	bool reserved_always;		/* drivers look at no enable bit */
};

/* A part of BAR0, from its first byte to the one behind its last */
struct machine_range {
	u64 start;
	u64 end;
};

#define MCHBAR_START		0x140000

struct machine {
	char name[64];			/* has that of the platform in it */
	unsigned int gen;		/* times 100 */
	const struct machine_layout *layout;
	const struct machine_register *registers;
	u64 bar0_size;
	u64 bar4_size;			/* 0: there is none */
	u64 gtt;			/* offset in BAR0 */
	struct machine_range mchbar;	/* empty: there is none */
	/* What of BAR0 a guest must not map: the gap, and MCHBAR */
	struct machine_range trapped[2];
	unsigned int traps;

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
	u64 vbt;			/* address; 0: it is in mailbox 4 */
	u32 vbt_size;
};

const struct machine *machine_here(void);
const struct machine_register *machine_register(const struct machine *machine,
						const char *name);
bool machine_has(const struct machine *machine, const char *name);
bool machine_behind_bar2(const struct machine *machine);

/* The host's registers, in each place where the device has them */
void machine_change(struct sim_changes *changes,
		    const struct machine_register *reg, u64 value);

/* Sizes of stolen memory, in MiB */
unsigned int machine_gms(const struct machine *machine, u16 ggc);
bool machine_can_have(const struct machine *machine, unsigned int mib);
unsigned int machine_next_size(const struct machine *machine,
			       unsigned int above);
unsigned int machine_other_size(const struct machine *machine);

/* The part of the host's stolen memory that a STOLEN_RESERVED means */
u64 machine_reserved(const struct machine *machine, u64 reg, u64 *size);
u64 machine_make_reserved(const struct machine *machine, u64 size,
			  unsigned int code);

/*
 * What a guest has to read once its firmware has written BDSM, with or without
 * VFIO_PCI_IGD_BDSM_GSM
 */
void machine_program(const struct machine *machine, const struct vfio *vfio,
		     u64 bdsm);
u64 machine_guest_bdsm(const struct machine *machine, const struct vfio *vfio,
		       u64 bdsm);
u64 machine_gsm_below(const struct machine *machine);
u64 machine_guest_gsm(const struct machine *machine, const struct vfio *vfio,
		      u64 reg, u64 bdsm, u64 size);
u64 machine_guest_reserved(const struct machine *machine, u64 reg, u64 bdsm,
			   u64 size);

/* Where igdsim keeps it: mirrors in BAR0 show configuration space */
static inline const char *machine_space(const struct machine_register *reg)
{
	return reg->config ? "config" : "bar0";
}

static inline u32 machine_offset(const struct machine_register *reg)
{
	return reg->config ?: reg->gap;
}

#endif /* MACHINE_H */
