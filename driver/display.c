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
#define KEEP				(BIT(30) | BIT(24))

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

/* Bay Trail and Braswell have the display of others 0x180000 further on */
#define VLV_VGACNTRL			0x1f1400
#define FW_BLC_SELF			0x186500

static const struct igd_transcoder igd_transcoders_vlv[] = {
	{ 0x1f0008 }, { 0x1f1008 }, {}
};

static const struct igd_pipe igd_pipes_vlv[] = {
	/* frame     plane     sprite    cursor */
	{ 0x1f0040, 0x1f0180, 0x1f2180, 0x1f0080 },
	{ 0x1f1040, 0x1f1180, 0x1f2380, 0x1f00c0 },
	{}
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

#define ROW(name, vga, cxsr, wells, keep, planes, sprites, scalers, entry, dbuf, \
	    pipes) \
	[IGD_DISPLAY_##name] = { vga, cxsr, wells, keep, planes, sprites, scalers, \
				 entry, dbuf, igd_transcoders_##pipes, \
				 igd_pipes_##pipes }

/*
 * Of gen 9's planes i915 uses two or three, other systems may use them all. Rocket
 * Lake is among ADLS: it has no pipe D, and so no PW5 that could be on.
 */
const struct igd_display igd_displays[] = {
	/*  name  vga           cxsr         wells          keep  planes, sprites,
	 *					scalers, entry, DBUF, pipes
	 */
	ROW(SNB,  VGACNTRL,     0,           0,             KEEP, 1, 1, true,  4, 0, snb),
	ROW(IVB,  VGACNTRL,     0,           0,             KEEP, 1, 1, true,  4, 0, ivb),
	ROW(VLV,  VLV_VGACNTRL, FW_BLC_SELF, 0,             KEEP, 1, 2, false, 4, 0, vlv),
	ROW(HSW,  VGACNTRL,     0,           PWR_WELL_CTL2, KEEP, 1, 1, false, 4, 0, hsw),
	ROW(BDW,  VGACNTRL,     0,           PWR_WELL_CTL2, KEEP, 1, 1, false, 8, 0, hsw),
	ROW(CHV,  VLV_VGACNTRL, FW_BLC_SELF, 0,             KEEP, 1, 2, false, 8, 0, chv),
	ROW(SKL,  VGACNTRL,     0,           PWR_WELL_CTL2, 0,    3, 0, false, 8, 1, skl),
	ROW(GLK,  VGACNTRL,     0,           PWR_WELL_CTL2, 0,    4, 0, false, 8, 1, skl),
	ROW(ICL,  VGACNTRL,     0,           PWR_WELL_CTL2, 0,    7, 0, false, 8, 2, icl),
	ROW(TGL,  VGACNTRL,     0,           PWR_WELL_CTL2, 0,    7, 0, false, 8, 2, tgl),
	ROW(ADLS, VGACNTRL,     0,           PWR_WELL_CTL2, 0,    5, 0, false, 8, 2, tgl),
	ROW(ADLP, VGACNTRL,     0,           PWR_WELL_CTL2, 0,    5, 0, false, 8, 4, adlp),
};
