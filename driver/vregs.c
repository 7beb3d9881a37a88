// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: the registers that a guest has to itself
 *
 * Each is described once: where it is in configuration space, where in the gap
 * page of BAR0, how wide, what a read gives and who may write. Both ways in
 * read this description, so both give the same bytes.
 *
 * A guest owns what it can write. All else it reads is computed from that, from
 * the host's values and from the platform's row, at each read.
 */

#include <linux/sizes.h>

#include "igd.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * struct igd_vreg - a virtual register
 * @name: as Intel's documents say it
 * @config: offset in configuration space; 0: not there
 * @gap: offset in the gap page; 0: not there
 * @width: bytes, up to 8
 * @on: set of enum igd_dsm, and ON_ROM, with which there is this register
 * @read: what a guest reads; called with lock held
 * @write: what a write to configuration space does, after the bytes written
 *	have been merged into what @read gives; NULL: nothing. Called with
 *	lock held.
 */
struct igd_vreg {
	const char *name;
	u16 config;
	u16 gap;
	u8 width;
	u8 on;
	u64 (*read)(const struct igd_device *igd);
	void (*write)(struct igd_device *igd, u64 value);
};

/* GTT in BAR0, and stolen memory in BAR2 from Meteor Lake on, begin there */
#define IGD_BEHIND_BAR		SZ_8M

/* Stolen memory as the guest has it; its base is 0 until its firmware ran */
static struct igd_range igd_guest_dsm(const struct igd_device *igd)
{
	return (struct igd_range) {
		.base = igd->guest.bdsm & IGD_BDSM_MASK,
		.size = igd->guest.dsm_size,
	};
}

static u64 igd_read_ggc(const struct igd_device *igd)
{
	u16 ggc = igd->host.ggc;

	/* Cannot fail: the size was checked at open. Some have two codes for one */
	if (igd->guest.dsm_size != igd->host.dsm.size)
		igd_gms_set(igd->platform->ggc, &ggc, igd->guest.dsm_size);
	return ggc | (u64)igd->host.ggc_above << 16;
}

static u64 igd_read_bdsm(const struct igd_device *igd)
{
	return igd->guest.bdsm;
}

static void igd_write_bdsm(struct igd_device *igd, u64 value)
{
	bool moved = (value ^ igd->guest.bdsm) & IGD_BDSM_MASK;
	struct igd_range dsm;

	igd->guest.bdsm = value & (IGD_BDSM_MASK | IGD_BDSM_LOCK);
	igd->guest.gsm_reserved = value & VFIO_PCI_IGD_BDSM_GSM ||
				  (igd->guest.gsm_reserved && !moved);

	dsm = igd_guest_dsm(igd);
	trace_igd_bdsm(igd->core.pdev, dsm.base, dsm.size);
}

/* Once: a guest could fill the log */
static void igd_say_placed(struct igd_device *igd)
{
	struct igd_range dsm = igd_guest_dsm(igd);

	if (igd->placed || !dsm.base)
		return;
	igd->placed = true;
	pci_info(igd->core.pdev,
		 "the guest has placed %llu MiB of stolen memory at %#llx (guest physical)\n",
		 dsm.size >> 20, dsm.base);
}

/*
 * SeaBIOS knows BDSM only where it was up to gen 10. From gen 11 on nothing is
 * there, and the option ROM carries over what SeaBIOS has left.
 */
static u64 igd_read_bdsm_mailbox(const struct igd_device *igd)
{
	return igd->guest.bdsm_mailbox;
}

static void igd_write_bdsm_mailbox(struct igd_device *igd, u64 value)
{
	igd->guest.bdsm_mailbox = value;
}

static u64 igd_read_reserved(const struct igd_device *igd)
{
	struct igd_range dsm = igd_guest_dsm(igd);

	/* Behind BAR2, drivers take the size and count back from the end */
	if (igd->platform->dsm == IGD_DSM_BAR2)
		return igd->host.reserved & ~IGD_BDSM_MASK;

	return igd_reserved_move(igd->platform->reserved, igd->host.reserved,
				 &igd->host.dsm, &dsm);
}

/*
 * GTT stolen memory is the guest's only if its firmware has set it aside. Ours
 * does, SeaBIOS does not know of it.
 */
static u64 igd_read_gsmbase(const struct igd_device *igd)
{
	struct igd_range dsm = igd_guest_dsm(igd), reserved;
	u64 gsm;

	if (igd->guest.gsm_reserved)
		return igd_gsm_move(igd->host.gsm.base, igd->host.dsm.base,
				    dsm.base);

	igd_reserved_used(igd->platform->reserved, igd_read_reserved(igd), &dsm,
			  &reserved);
	gsm = igd_gsm_inside(igd->host.gsm.size, &dsm, &reserved);
	/* A guest may write a BDSM of 32 bits from which it leads past those */
	return igd->platform->dsm == IGD_DSM_32 && gsm > U32_MAX ?
	       IGD_GSM_NOWHERE : gsm;
}

/*
 * From Meteor Lake on stolen memory and the GTT are reached through BARs, and
 * addresses of the host's are read here only by an i915 that does not see that it
 * is a guest's: it maps what it reads. That has to be the same memory, so it
 * gets the place in the BARs where one that sees it goes by itself.
 */
static u64 igd_read_behind_bar(const struct igd_device *igd, u32 bar)
{
	const u8 *config = igd->core.vconfig;
	u64 base;

	if (!config ||
	    !(get_unaligned_le16(config + PCI_COMMAND) & PCI_COMMAND_MEMORY))
		return 0;
	base = get_unaligned_le64(config + bar) & PCI_BASE_ADDRESS_MEM_MASK;
	return base ? base + IGD_BEHIND_BAR : 0;
}

static u64 igd_read_bdsm_bar2(const struct igd_device *igd)
{
	return igd_read_behind_bar(igd, PCI_BASE_ADDRESS_2);
}

static u64 igd_read_gsmbase_bar0(const struct igd_device *igd)
{
	return igd_read_behind_bar(igd, PCI_BASE_ADDRESS_0);
}

static u64 igd_read_nothing(const struct igd_device *igd)
{
	return 0;
}

/*
 * A write to SWSCI, SWSMI or ASLE raises an interrupt in the host's firmware,
 * which would act on the host's OpRegion. The guest's go no further than here.
 */
static u64 igd_read_swsmi(const struct igd_device *igd)
{
	return igd->guest.swsmi;
}

static void igd_write_swsmi(struct igd_device *igd, u64 value)
{
	igd->guest.swsmi = value;
}

static u64 igd_read_asle(const struct igd_device *igd)
{
	return igd->guest.asle;
}

static void igd_write_asle(struct igd_device *igd, u64 value)
{
	igd->guest.asle = value;
}

static u64 igd_read_swsci(const struct igd_device *igd)
{
	return igd->guest.swsci;
}

static void igd_write_swsci(struct igd_device *igd, u64 value)
{
	igd->guest.swsci = value;
}

static u64 igd_read_asls(const struct igd_device *igd)
{
	return igd->guest.asls;
}

static void igd_write_asls(struct igd_device *igd, u64 value)
{
	igd->guest.asls = value;
	trace_igd_asls(igd->core.pdev, value);
}

/* A VMM sizes the ROM by writing ones here, before it looks at the region */
static u64 igd_read_rom_bar(const struct igd_device *igd)
{
	u32 mask = ~(u32)(igd->rom.size - 1);

	return igd->guest.rom_bar & (mask | PCI_ROM_ADDRESS_ENABLE);
}

static void igd_write_rom_bar(struct igd_device *igd, u64 value)
{
	igd->guest.rom_bar = value;
}

/* struct vfio_pci_igd_info, 8 bytes at a time */
static u64 igd_read_info_magic(const struct igd_device *igd)
{
	return VFIO_PCI_IGD_INFO_MAGIC;
}

static u64 igd_read_info_what(const struct igd_device *igd)
{
	enum igd_dsm dsm = igd->platform->dsm;
	u64 bdsm_config = 0;
	u64 bdsm_width = 0;

	if (dsm == IGD_DSM_32) {
		bdsm_config = VFIO_PCI_IGD_CFG_BDSM32;
		bdsm_width = 4;
	} else if (dsm == IGD_DSM_64) {
		bdsm_config = VFIO_PCI_IGD_CFG_BDSM64;
		bdsm_width = 8;
	}
	return VFIO_PCI_IGD_INFO_VERSION |
	       sizeof(struct vfio_pci_igd_info) << 16 |
	       (u64)igd->platform->gen << 32 | bdsm_config << 48 |
	       bdsm_width << 56;
}

static u64 igd_read_info_base(const struct igd_device *igd)
{
	return igd->platform->dsm == IGD_DSM_BAR2 ? 0 : igd->host.dsm.base;
}

static u64 igd_read_info_size(const struct igd_device *igd)
{
	return igd->guest.dsm_size;
}

static u64 igd_read_info_gsm_below(const struct igd_device *igd)
{
	const struct igd_host *host = &igd->host;

	if (igd->platform->dsm == IGD_DSM_BAR2 || !host->gsm.size)
		return 0;
	return host->dsm.base - host->gsm.base;
}

static u64 igd_read_info_lpc(const struct igd_device *igd)
{
	return igd->host.lpc_device;
}

#define ON_ANY		(BIT(IGD_DSM_UNKNOWN) | ON_KNOWN)
#define ON_KNOWN	(ON_32 | ON_64 | ON_BAR2)
#define ON_32		BIT(IGD_DSM_32)
#define ON_64		BIT(IGD_DSM_64)
#define ON_BAR2		BIT(IGD_DSM_BAR2)
#define ON_ROM		BIT(7)

#define CFG(reg)	VFIO_PCI_IGD_CFG_##reg
#define GAP(reg)	(VFIO_PCI_IGD_MMIO_##reg - VFIO_PCI_IGD_GAP_OFFSET)

static const struct igd_vreg igd_vregs[] = {
	/* name			config		gap		width on */
	/*
	 * It has two bytes. Drivers read four, of which the others are reserved on
	 * all platforms: they are as they were at probe, so that nobody waits for
	 * the hardware.
	 */
	{ "GGC",		CFG(GGC),	GAP(GGC),	4, ON_KNOWN,
	  igd_read_ggc },
	{ "BDSM",		CFG(BDSM32),	GAP(BDSM),	4, ON_32,
	  igd_read_bdsm, igd_write_bdsm },
	{ "BDSM",		CFG(BDSM64),	GAP(BDSM),	8, ON_64,
	  igd_read_bdsm, igd_write_bdsm },
	{ "BDSM mailbox",	CFG(BDSM32),	0,		4, ON_64,
	  igd_read_bdsm_mailbox, igd_write_bdsm_mailbox },
	{ "GSMBASE",		0,		GAP(GSMBASE),	4, ON_32,
	  igd_read_gsmbase },
	{ "GSMBASE",		0,		GAP(GSMBASE),	8, ON_64,
	  igd_read_gsmbase },
	{ "STOLEN_RESERVED",	0,		GAP(RESERVED),	4, ON_32,
	  igd_read_reserved },
	{ "STOLEN_RESERVED",	CFG(RESERVED),	GAP(RESERVED),	8, ON_64,
	  igd_read_reserved },
	{ "BDSM",		0,		GAP(BDSM),	8, ON_BAR2,
	  igd_read_bdsm_bar2 },
	{ "GSMBASE",		0,		GAP(GSMBASE),	8, ON_BAR2,
	  igd_read_gsmbase_bar0 },
	{ "STOLEN_RESERVED",	0,		GAP(RESERVED),	8, ON_BAR2,
	  igd_read_reserved },
	/* Where they were: nobody says whether something is left there */
	{ "STOLEN_RESERVED",	CFG(RESERVED),	0,		8, ON_BAR2,
	  igd_read_nothing },
	{ "BDSM",		CFG(BDSM32),	0,		4, ON_BAR2,
	  igd_read_nothing },
	{ "BDSM",		CFG(BDSM64),	0,		8, ON_BAR2,
	  igd_read_nothing },
	{ "ROM BAR",		PCI_ROM_ADDRESS, 0,		4, ON_ROM,
	  igd_read_rom_bar, igd_write_rom_bar },
	{ "SWSMI",		CFG(SWSMI),	0,		2, ON_ANY,
	  igd_read_swsmi, igd_write_swsmi },
	{ "ASLE",		CFG(ASLE),	0,		4, ON_ANY,
	  igd_read_asle, igd_write_asle },
	{ "SWSCI",		CFG(SWSCI),	0,		2, ON_ANY,
	  igd_read_swsci, igd_write_swsci },
	{ "ASLS",		CFG(ASLS),	0,		4, ON_ANY,
	  igd_read_asls, igd_write_asls },
	{ "INFO",		0,		GAP(INFO),	8, ON_KNOWN,
	  igd_read_info_magic },
	{ "INFO",		0,		GAP(INFO) + 8,	8, ON_KNOWN,
	  igd_read_info_what },
	{ "INFO",		0,		GAP(INFO) + 16,	8, ON_KNOWN,
	  igd_read_info_base },
	{ "INFO",		0,		GAP(INFO) + 24,	8, ON_KNOWN,
	  igd_read_info_size },
	{ "INFO",		0,		GAP(INFO) + 32,	8, ON_KNOWN,
	  igd_read_info_gsm_below },
	{ "INFO",		0,		GAP(INFO) + 40,	8, ON_KNOWN,
	  igd_read_info_lpc },
};

static bool igd_vreg_exists(const struct igd_device *igd,
			    const struct igd_vreg *reg)
{
	u8 has = BIT(igd->platform->dsm) | (igd->rom.data ? ON_ROM : 0);

	return reg->on & has;
}

static u32 igd_vreg_start(const struct igd_vreg *reg, enum igd_space space)
{
	return space == IGD_CONFIG ? reg->config : reg->gap;
}

/* Where a user sees a space, for the tracepoints */
static const struct {
	const char *region;
	u32 start;
} igd_spaces[] = {
	[IGD_CONFIG] = { "config", 0 },
	[IGD_GAP] = { "bar0", VFIO_PCI_IGD_GAP_OFFSET },
	[IGD_MCHBAR] = { "bar0", VFIO_PCI_IGD_MCHBAR_OFFSET },
	[IGD_PORTS] = { "bar4", 0 },
};

/**
 * igd_deny - a guest's write that goes nowhere
 * @igd: the device
 * @piece: which bytes
 *
 * It is counted and traced, and not said in the log: a guest could fill that.
 */
void igd_deny(struct igd_device *igd, const struct igd_piece *piece)
{
	atomic_inc(&igd->denied);
	trace_igd_denied(igd->core.pdev, igd_spaces[piece->space].region,
			 igd_spaces[piece->space].start + piece->pos,
			 piece->len);
}

/**
 * igd_vregs_reset - note that the function was reset
 * @igd: the device
 *
 * Nothing changes: on hardware, too, BDSM and ASLS keep what firmware wrote.
 */
void igd_vregs_reset(struct igd_device *igd)
{
	trace_igd_reset(igd->core.pdev);
}

/**
 * igd_vregs_reserved - where a guest has its reserved part of stolen memory
 * @igd: the device
 * @dsm: the guest's stolen memory; its base is 0 until its firmware ran
 * @reserved: result, empty where there is none or @dsm has no base yet
 */
void igd_vregs_reserved(struct igd_device *igd, struct igd_range *dsm,
			struct igd_range *reserved)
{
	u64 value;

	memset(reserved, 0, sizeof(*reserved));
	mutex_lock(&igd->lock);
	*dsm = igd_guest_dsm(igd);
	if (dsm->base && igd->platform->reserved) {
		value = igd_read_reserved(igd);
		igd_reserved_used(igd->platform->reserved, value, dsm,
				  reserved);
	}
	mutex_unlock(&igd->lock);
}

/**
 * igd_vregs_map - put the virtual registers into a space's map
 * @igd: the device, being opened
 * @space: configuration space or the gap page
 * @map: its map
 */
void igd_vregs_map(const struct igd_device *igd, enum igd_space space, u8 *map)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(igd_vregs); i++) {
		const struct igd_vreg *reg = &igd_vregs[i];
		u32 start = igd_vreg_start(reg, space);

		if (start && igd_vreg_exists(igd, reg))
			memset(map + start, IGD_MAP_VREG + i, reg->width);
	}
}

/**
 * igd_vreg_takes - does a virtual register take this piece of an access?
 * @piece: the piece; the gap page mirrors configuration space and takes no writes
 */
bool igd_vreg_takes(const struct igd_piece *piece)
{
	return !piece->iswrite || (piece->space == IGD_CONFIG &&
				   igd_vregs[piece->vreg].write);
}

/* Apart, as what only a tracer wants to know costs as much as the register */
static noinline void igd_vreg_trace(struct igd_device *igd,
				    const struct igd_piece *piece, u64 value)
{
	const char *name = igd_vregs[piece->vreg].name;
	bool gap = piece->space == IGD_GAP;
	u32 pos = igd_spaces[piece->space].start + piece->pos;

	if (piece->iswrite)
		trace_igd_vreg_write(igd->core.pdev, name, gap, pos, piece->len,
				     value);
	else
		trace_igd_vreg_read(igd->core.pdev, name, gap, pos, piece->len,
				    value);
}

static noinline void igd_vreg_write(struct igd_device *igd,
				    const struct igd_piece *piece, u32 shift,
				    u64 data)
{
	const struct igd_vreg *reg = &igd_vregs[piece->vreg];
	u64 mask = (U64_MAX >> (64 - 8 * piece->len)) << shift;
	u64 value;

	mutex_lock(&igd->lock);
	value = (reg->read(igd) & ~mask) | (data << shift & mask);
	write_seqcount_begin(&igd->guest_seq);
	reg->write(igd, value);
	write_seqcount_end(&igd->guest_seq);
	igd_say_placed(igd);
	mutex_unlock(&igd->lock);
	if (trace_igd_vreg_write_enabled())
		igd_vreg_trace(igd, piece, value);
}

/**
 * igd_vreg_rw - read or write a part of a virtual register
 * @igd: the device
 * @piece: which part, one that the register takes
 * @data: what is written, or the result of a read
 *
 * Return: bytes done, all of @piece.
 */
ssize_t igd_vreg_rw(struct igd_device *igd, const struct igd_piece *piece,
		    u64 *data)
{
	const struct igd_vreg *reg = &igd_vregs[piece->vreg];
	u32 shift = 8 * (piece->pos - igd_vreg_start(reg, piece->space));
	unsigned int seq;
	u64 value;

	if (piece->iswrite) {
		igd_vreg_write(igd, piece, shift, *data);
		return piece->len;
	}

	do {
		seq = read_seqcount_begin(&igd->guest_seq);
		value = reg->read(igd);
	} while (read_seqcount_retry(&igd->guest_seq, seq));
	*data = value >> shift;
	if (trace_igd_vreg_read_enabled())
		igd_vreg_trace(igd, piece, value);
	return piece->len;
}

/*
 * A compressed framebuffer's place is an offset in stolen memory, to which the
 * hardware adds the host's base, whatever BDSM a guest has (i915's
 * intel_fbc.c). In a guest with more of it than the host, that leads out of it.
 */
static int igd_vregs_check_size(struct igd_device *igd, unsigned int gms_mb,
				bool above)
{
	const struct igd_platform *platform = igd->platform;
	const struct igd_range *dsm = &igd->host.dsm;
	u64 size = (u64)gms_mb << 20;
	struct igd_range reserved;
	u64 min = 0, max = U64_MAX;
	u16 ggc = 0;
	char sizes[96];

	if (platform->dsm == IGD_DSM_BAR2 || !above)
		max = dsm->size;
	if (igd_reserved_used(platform->reserved, igd->host.reserved, dsm,
			      &reserved))
		min = igd_range_end(dsm) - reserved.base;

	if (size >= min && size <= max &&
	    !igd_gms_set(platform->ggc, &ggc, size)) {
		igd_say_well(igd, IGD_CAUSE_SIZE);
		return 0;
	}

	if (size > max && platform->dsm != IGD_DSM_BAR2 &&
	    !igd_gms_set(platform->ggc, &ggc, size)) {
		igd_say(igd, IGD_CAUSE_SIZE,
			"gms_mb=%u is more than the host's %llu MiB of stolen memory: FBC would place a compressed framebuffer by the host's base, outside of it; set gms_mb to %llu or less, or gms_above_host=1 to take that risk",
			gms_mb, dsm->size >> 20, dsm->size >> 20);
		return -EINVAL;
	}

	igd_gms_print(platform->ggc, min, max, sizes, sizeof(sizes));
	igd_say(igd, IGD_CAUSE_SIZE,
		"gms_mb=%u is not a size of stolen memory that %s can have, with %llu MiB of it reserved; set gms_mb to 0 for the host's %llu MiB, or to one of these (MiB): %s",
		gms_mb, platform->name, min >> 20, dsm->size >> 20, sizes);
	return -EINVAL;
}

/**
 * igd_vregs_forget - forget what a guest wrote
 * @igd: the device, not open
 */
void igd_vregs_forget(struct igd_device *igd)
{
	struct igd_guest guest = { .dsm_size = igd->host.dsm.size };

	mutex_lock(&igd->lock);
	write_seqcount_begin(&igd->guest_seq);
	igd->guest = guest;
	write_seqcount_end(&igd->guest_seq);
	igd->placed = false;
	mutex_unlock(&igd->lock);
}

/**
 * igd_vregs_open - size stolen memory for the next guest
 * @igd: the device, being opened
 * @gms_mb: stolen memory for the guest in MiB, 0 for as much as the host has
 * @above: it may be more than the host has
 *
 * Return: 0, or -EINVAL if the platform cannot have that much, said in the log.
 */
int igd_vregs_open(struct igd_device *igd, unsigned int gms_mb, bool above)
{
	int ret;

	igd_vregs_forget(igd);
	atomic_set(&igd->denied, 0);
	if (!gms_mb || !igd->platform->ggc) {
		igd_say_well(igd, IGD_CAUSE_SIZE);
		return 0;
	}

	ret = igd_vregs_check_size(igd, gms_mb, above);
	if (ret)
		return ret;
	mutex_lock(&igd->lock);
	write_seqcount_begin(&igd->guest_seq);
	igd->guest.dsm_size = (u64)gms_mb << 20;
	write_seqcount_end(&igd->guest_seq);
	mutex_unlock(&igd->lock);
	return 0;
}
