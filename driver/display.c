// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: where each generation's display has what reads memory
 *
 * Nothing but data; quiet.c reads it.
 *
 * Sources: i915's display/ of 6.12. Planes: i9xx_plane_regs.h,
 * intel_sprite_regs.h, skl_universal_plane_regs.h, intel_cursor_regs.h. How many
 * there are, pipes, transcoders, slices: intel_display_device.c. Power wells:
 * intel_display_power_map.c.
 *
 * Left out: the transcoders of MIPI DSI. Without its PLL, to read a register of
 * one of Apollo Lake's stops the machine (vlv_dsi.c).
 */

#include <linux/bits.h>
#include <linux/kernel.h>

#include "display.h"

const u32 igd_dbuf_ctl[IGD_DBUF_SLICES] = { 0x45008, 0x44fe8, 0x44300, 0x44304 };

#define VGACNTRL			0x41000
#define PWR_WELL_CTL2			0x45404

/* Gamma and colour correction of the pipe's background */
#define DSPCNTR_KEEP			(BIT(30) | BIT(24))

/* Transcoders from Haswell on, pipes before: A to D, and that of eDP */
#define CONF_A				0x70008
#define CONF_B				0x71008
#define CONF_C				0x72008
#define CONF_D				0x73008
#define CONF_EDP			0x7f008

static const struct igd_transcoder igd_transcoders_snb[] = {
	{ CONF_A }, { CONF_B }, {}
};

static const struct igd_pipe igd_pipes_snb[] = {
	/* frame    plane    sprite   cursor */
	{ 0x70040, 0x70180, 0x72180, 0x70080 },
	{ 0x71040, 0x71180, 0x73180, 0x700c0 },
	{}
};

const struct igd_display igd_display_snb = {
	.vga = VGACNTRL,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 1,
	.scalers = true,
	.entry = 4,
	.transcoders = igd_transcoders_snb,
	.pipes = igd_pipes_snb,
};

static const struct igd_transcoder igd_transcoders_ivb[] = {
	{ CONF_A }, { CONF_B }, { CONF_C }, {}
};

static const struct igd_pipe igd_pipes_ivb[] = {
	/* frame    plane    sprite   cursor */
	{ 0x70040, 0x70180, 0x70280, 0x70080 },
	{ 0x71040, 0x71180, 0x71280, 0x71080 },
	{ 0x72040, 0x72180, 0x72280, 0x72080 },
	{}
};

const struct igd_display igd_display_ivb = {
	.vga = VGACNTRL,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 1,
	.scalers = true,
	.entry = 4,
	.transcoders = igd_transcoders_ivb,
	.pipes = igd_pipes_ivb,
};

/* The well of all but pipe A and the eDP transcoder */
#define HSW_GLOBAL			BIT(30)

static const struct igd_transcoder igd_transcoders_hsw[] = {
	{ CONF_A, HSW_GLOBAL },
	{ CONF_B, HSW_GLOBAL },
	{ CONF_C, HSW_GLOBAL },
	{ CONF_EDP },
	{}
};

static const struct igd_pipe igd_pipes_hsw[] = {
	/* frame    plane    sprite   cursor   well */
	{ 0x70040, 0x70180, 0x70280, 0x70080 },
	{ 0x71040, 0x71180, 0x71280, 0x71080, HSW_GLOBAL },
	{ 0x72040, 0x72180, 0x72280, 0x72080, HSW_GLOBAL },
	{}
};

const struct igd_display igd_display_hsw = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 1,
	.entry = 4,
	.transcoders = igd_transcoders_hsw,
	.pipes = igd_pipes_hsw,
};

const struct igd_display igd_display_bdw = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 1,
	.entry = 8,
	.transcoders = igd_transcoders_hsw,
	.pipes = igd_pipes_hsw,
};

/* Bay Trail and Braswell have the display of others 0x180000 further on */
#define VLV_VGACNTRL			0x1f1400
#define VLV_FW_BLC_SELF			0x186500

static const struct igd_transcoder igd_transcoders_vlv[] = {
	{ 0x1f0008 }, { 0x1f1008 }, {}
};

static const struct igd_pipe igd_pipes_vlv[] = {
	/* frame     plane     sprite    cursor */
	{ 0x1f0040, 0x1f0180, 0x1f2180, 0x1f0080 },
	{ 0x1f1040, 0x1f1180, 0x1f2380, 0x1f00c0 },
	{}
};

const struct igd_display igd_display_vlv = {
	.vga = VLV_VGACNTRL,
	.cxsr = VLV_FW_BLC_SELF,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 2,
	.entry = 4,
	.transcoders = igd_transcoders_vlv,
	.pipes = igd_pipes_vlv,
};

static const struct igd_transcoder igd_transcoders_chv[] = {
	{ 0x1f0008 }, { 0x1f1008 }, { 0x1f4008 }, {}
};

static const struct igd_pipe igd_pipes_chv[] = {
	/* frame     plane     sprite    cursor */
	{ 0x1f0040, 0x1f0180, 0x1f2180, 0x1f0080 },
	{ 0x1f1040, 0x1f1180, 0x1f2380, 0x1f00c0 },
	{ 0x1f4040, 0x1f4180, 0x1f2580, 0x1f00e0 },
	{}
};

const struct igd_display igd_display_chv = {
	.vga = VLV_VGACNTRL,
	.cxsr = VLV_FW_BLC_SELF,
	.keep = DSPCNTR_KEEP,
	.planes = 1,
	.sprites = 2,
	.entry = 8,
	.transcoders = igd_transcoders_chv,
	.pipes = igd_pipes_chv,
};

/* State bits of PG1 and PG2 */
#define SKL_PG1				BIT(28)
#define SKL_PG2				BIT(30)

static const struct igd_transcoder igd_transcoders_skl[] = {
	{ CONF_A, SKL_PG2 },
	{ CONF_B, SKL_PG2 },
	{ CONF_C, SKL_PG2 },
	{ CONF_EDP, SKL_PG1 },
	{}
};

static const struct igd_pipe igd_pipes_skl[] = {
	/* frame    plane   no sprites  cursor   well */
	{ 0x70040, 0x70180, 0,         0x70080, SKL_PG1 },
	{ 0x71040, 0x71180, 0,         0x71080, SKL_PG2 },
	{ 0x72040, 0x72180, 0,         0x72080, SKL_PG2 },
	{}
};

/* i915 uses two or three of the planes, other systems may use them all */
const struct igd_display igd_display_skl = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 3,
	.entry = 8,
	.dbuf = 1,
	.transcoders = igd_transcoders_skl,
	.pipes = igd_pipes_skl,
};

const struct igd_display igd_display_glk = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 4,
	.entry = 8,
	.dbuf = 1,
	.transcoders = igd_transcoders_skl,
	.pipes = igd_pipes_skl,
};

/* From Ice Lake on the wells count from bit 0 */
#define PW(n)				BIT(2 * ((n) - 1))

static const struct igd_transcoder igd_transcoders_icl[] = {
	{ CONF_A, PW(3) },
	{ CONF_B, PW(3) },
	{ CONF_C, PW(3) },
	{ CONF_EDP, PW(1) },
	{}
};

static const struct igd_pipe igd_pipes_icl[] = {
	/* frame    plane   no sprites  cursor   well */
	{ 0x70040, 0x70180, 0,         0x70080, PW(1) },
	{ 0x71040, 0x71180, 0,         0x71080, PW(3) },
	{ 0x72040, 0x72180, 0,         0x72080, PW(4) },
	{}
};

const struct igd_display igd_display_icl = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 7,
	.entry = 8,
	.dbuf = 2,
	.transcoders = igd_transcoders_icl,
	.pipes = igd_pipes_icl,
};

static const struct igd_transcoder igd_transcoders_tgl[] = {
	{ CONF_A, PW(1) },
	{ CONF_B, PW(3) },
	{ CONF_C, PW(4) },
	{ CONF_D, PW(5) },
	{}
};

static const struct igd_pipe igd_pipes_tgl[] = {
	/* frame    plane   no sprites  cursor   well */
	{ 0x70040, 0x70180, 0,         0x70080, PW(1) },
	{ 0x71040, 0x71180, 0,         0x71080, PW(3) },
	{ 0x72040, 0x72180, 0,         0x72080, PW(4) },
	{ 0x73040, 0x73180, 0,         0x73080, PW(5) },
	{}
};

const struct igd_display igd_display_tgl = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 7,
	.entry = 8,
	.dbuf = 2,
	.transcoders = igd_transcoders_tgl,
	.pipes = igd_pipes_tgl,
};

/* Rocket Lake has no pipe D, and so no PW5 that could be on */
const struct igd_display igd_display_adls = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 5,
	.entry = 8,
	.dbuf = 2,
	.transcoders = igd_transcoders_tgl,
	.pipes = igd_pipes_tgl,
};

/* A well for each pipe, with its transcoder in it */
#define PW_A				BIT(10)
#define PW_B				BIT(12)
#define PW_C				BIT(14)
#define PW_D				BIT(16)

static const struct igd_transcoder igd_transcoders_adlp[] = {
	{ CONF_A, PW_A },
	{ CONF_B, PW_B },
	{ CONF_C, PW_C },
	{ CONF_D, PW_D },
	{}
};

static const struct igd_pipe igd_pipes_adlp[] = {
	/* frame    plane   no sprites  cursor   well */
	{ 0x70040, 0x70180, 0,         0x70080, PW_A },
	{ 0x71040, 0x71180, 0,         0x71080, PW_B },
	{ 0x72040, 0x72180, 0,         0x72080, PW_C },
	{ 0x73040, 0x73180, 0,         0x73080, PW_D },
	{}
};

const struct igd_display igd_display_adlp = {
	.vga = VGACNTRL,
	.wells = PWR_WELL_CTL2,
	.planes = 5,
	.entry = 8,
	.dbuf = 4,
	.transcoders = igd_transcoders_adlp,
	.pipes = igd_pipes_adlp,
};
