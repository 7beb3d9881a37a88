/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-pci-igd: where each generation's display has what reads memory
 *
 * Needs nothing but integer types, as stolen.h.
 */
#ifndef VFIO_PCI_IGD_DISPLAY_H
#define VFIO_PCI_IGD_DISPLAY_H

#include <linux/types.h>

#define IGD_DBUF_SLICES			4

/* From one plane of a pipe to the next, and from a plane's control register */
#define IGD_PLANE_STEP			0x100
#define IGD_PLANE_SURFACE		0x1c
#define IGD_PLANE_SCALER		0x84
#define IGD_CURSOR_BASE			0x04

/**
 * struct igd_transcoder - what feeds a port, while it is on
 * @conf: TRANSCONF, PIPECONF before Haswell; 0: there is none
 * @well: power well that it needs, as its state bit in PWR_WELL_CTL; 0: always on
 */
struct igd_transcoder {
	u32 conf;
	u32 well;
};

/**
 * struct igd_pipe - what reads memory for a screen
 * @frame: frame counter; 0: there is no such pipe
 * @plane: control register of its first plane
 * @sprite: control register of its first sprite, if there are any
 * @cursor: control register of its cursor
 * @well: power well that it needs, as its state bit in PWR_WELL_CTL; 0: always on
 */
struct igd_pipe {
	u32 frame;
	u32 plane;
	u32 sprite;
	u32 cursor;
	u32 well;
};

/**
 * struct igd_display - a display engine, as offsets in BAR0
 * @vga: VGACNTRL
 * @cxsr: FW_BLC_SELF; 0: no memory self-refresh that keeps planes as they are
 * @wells: PWR_WELL_CTL, whose state bits all of its copies show; 0: no wells
 * @keep: bits of a plane's control register that concern the pipe's background,
 *	and stay as they are when the plane goes off
 * @planes: how many a pipe has
 * @sprites: how many a pipe has beside them
 * @scalers: sprites have scalers of their own, to be turned off with them
 * @entry: bytes of a GTT entry
 * @dbuf: how many slices of the display's buffer it has; 0: without switch
 * @transcoders: up to one without @conf
 * @pipes: up to one without @frame
 */
struct igd_display {
	u32 vga;
	u32 cxsr;
	u32 wells;
	u32 keep;
	u8 planes;
	u8 sprites;
	bool scalers;
	u8 entry;
	u8 dbuf;
	const struct igd_transcoder *transcoders;
	const struct igd_pipe *pipes;
};

extern const u32 igd_dbuf_ctl[IGD_DBUF_SLICES];

/**
 * enum igd_display_row - displays that differ, by the platform that had it first
 */
enum igd_display_row {
	IGD_DISPLAY_SNB,
	IGD_DISPLAY_IVB,
	IGD_DISPLAY_VLV,
	IGD_DISPLAY_HSW,
	IGD_DISPLAY_BDW,
	IGD_DISPLAY_CHV,
	IGD_DISPLAY_SKL,
	IGD_DISPLAY_GLK,
	IGD_DISPLAY_ICL,
	IGD_DISPLAY_TGL,
	IGD_DISPLAY_ADLS,
	IGD_DISPLAY_ADLP,
};

extern const struct igd_display igd_displays[];

#endif /* VFIO_PCI_IGD_DISPLAY_H */
