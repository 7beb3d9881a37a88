/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The display engine
 *
 * display.c is what the rest of igdsim calls; it keeps the pipes and their frames, and
 * tells the other files here when a register is written, or about to be read, and when
 * a pipe begins a frame.
 *
 *	planes.c	what a plane's registers say, for each kind of plane
 *	surface.c	where a pixel lies in memory, and what colour it has
 *	scanout.c	what counts when; reads memory, frame after frame, and counts
 *	faults.c	which addresses were refused, and how often
 *	picture.c	what the monitor shows, as PNG
 *	firmware.c	the screen that firmware left, and its picture
 *	commands.c	the control channel's words for all that
 *	outputs.h	monitors, and interrupts
 */
#ifndef IGDSIM_DISPLAY_H
#define IGDSIM_DISPLAY_H

#include "../igdsim.h"

#define FRAME_NS		(1000000000 / 60)

/* PIPECONF, TRANSCONF */
#define PIPE_CONFIG_ON		0x80000000u
#define PIPE_CONFIG_IS_ON	0x40000000u

#define DBUF_REQUEST		0x80000000u
#define DBUF_STATE		0x40000000u

struct client;

enum tiling { LINEAR, TILED_X, TILED_Y, TILED_4 };

enum colour {
	OTHER,			/* shown grey */
	XRGB8888,
	XRGB2101010,
	RGB565,
};

struct format {
	unsigned int bytes;	/* of a pixel; 0: no such format, taken as 4 */
	enum colour colour;
};

/* What a plane's registers say at one moment */
struct shape {
	bool on;
	bool raw;		/* no picture: as many pages as height says */
	bool table;		/* surface is where its own page table is */
	bool alpha;		/* pixels have one, and were multiplied with it */
	bool swapped;		/* red and blue */
	enum tiling tiling;
	struct format format;
	uint32_t surface;	/* in the GTT */
	uint32_t stride;	/* bytes */
	uint32_t skip;		/* bytes, from the surface's first on */
	uint32_t from_x, from_y;	/* first pixel of the surface that is shown */
	int32_t x, y;		/* and where on the pipe */
	uint32_t width, height;
};

struct pipe {
	const struct pipe_lines *lines;
	bool on;
	int64_t next;		/* vblank, in ns of CLOCK_MONOTONIC */
	int64_t hold;		/* but not before; see scanline.c */
	uint64_t frames;	/* vblanks since the device has power */
};

struct fault {
	uint64_t address;
	uint64_t count;
};

struct fault_list {
	struct fault *faults;	/* by address */
	size_t count;
	size_t room;
};

struct counts {
	uint64_t frames;	/* read to their end */
	uint64_t reads;		/* of pages */
	uint64_t faults;	/* refused on their way: by the IOMMU, or nothing is there */
	uint64_t absent;	/* the GTT has no entry for it */
	uint64_t unmastered;	/* refused while the device was no bus master */
};

struct plane {
	const struct plane_lines *lines;
	struct pipe *pipe;
	char name[24];
	struct shape armed;	/* becomes live at the next vblank */
	struct shape live;
	bool pending;
	bool busy;		/* its frame is being read */
	int64_t next;		/* frame to read, ns */
	struct counts counts;
	struct fault_list refused;	/* by DMA address */
	struct fault_list missing;	/* by address in the GTT */
};

/* One plane's memory, read once */
struct frame {
	struct frame *next;
	uint16_t id;
	struct plane *plane;
	struct shape shape;
	uint32_t *pages;	/* of the surface */
	uint64_t *addresses;	/* where the GTT led when each was asked for, until lost */
	uint32_t num_pages;
	uint32_t asked;
	uint32_t answered;
	uint32_t lost;
	uint8_t *bytes;		/* all of each page; NULL: only asked for */
	uint8_t *table;		/* GTT entries of a shape that has its own */
	uint32_t table_entries;
	void (*done)(struct igd *igd, struct frame *frame);
	void *context;
};

struct display {
	struct pipe pipes[MAX_PIPES];
	unsigned int num_pipes;
	struct plane planes[MAX_PLANES];
	unsigned int num_planes;
	struct frame *frames;
	uint16_t next_frame;
	int64_t period;		/* from one frame that is read to the next, ns */
	uint8_t *aperture;	/* BAR2 as last seen; NULL: it is none */
	bool rearmed;		/* a plane was, since firmware's time */
	struct probe *probe;
	struct outputs *outputs;
};

struct plane_kind {
	const char *name;
	uint32_t size;		/* bytes of its registers */
	uint32_t arm;		/* the one that makes the others count */
	uint32_t live;		/* shows the surface in use; 0: none does */
	unsigned int flags;	/* for decode() */
	void (*decode)(const struct igd *igd, const struct plane *plane,
		       struct shape *shape);
	void (*light)(struct igd *igd, const struct plane *plane,
		      uint32_t width, uint32_t height);
};

/* display.c, for the rest of igdsim */
void display_init(struct igd *igd, int64_t period);
void display_reset(struct igd *igd, enum reset reset);
/* Do registers keep what they have, and do planes read on, through this reset? */
bool display_survives(const struct igd *igd, enum reset reset);
/* A register of a trapped page has been written: what is in it is mmio_get()'s */
void display_write(struct igd *igd, uint32_t reg);
/* One is about to be read: what is computed goes there with mmio_set() */
void display_read(struct igd *igd, uint32_t reg);
int display_timeout(const struct igd *igd);	/* in ms, for poll() */
void display_tick(struct igd *igd);
/* and for the files here */
struct pipe *display_pipe(struct igd *igd, char name);
uint32_t pipe_width(const struct igd *igd, const struct pipe *pipe);
uint32_t pipe_height(const struct igd *igd, const struct pipe *pipe);

/* planes.c */
const struct plane_kind *plane_kind_find(const char *name);
const char *plane_kind_names(void);

/* surface.c */
uint64_t surface_offset(const struct shape *shape, uint32_t x_bytes, uint32_t y);
uint32_t surface_pages(const struct shape *shape, uint32_t width, uint32_t height,
		       uint32_t **pages);
uint32_t surface_pixel(const struct shape *shape, const uint8_t *bytes);

/* outputs.c, and monitor.c; false, NULL: no monitor can be at this port */
#define EDID_SIZE		128u

void outputs_init(struct igd *igd);
void outputs_reset(struct igd *igd);
void outputs_write(struct igd *igd, uint32_t reg);
void outputs_read(struct igd *igd, uint32_t reg);
void outputs_vblank(struct igd *igd, struct pipe *pipe);
bool outputs_plug(struct igd *igd, char port, bool plugged);
bool outputs_plugged(const struct igd *igd, char port);
const uint8_t *outputs_edid(const struct igd *igd, char port);

/* aperture.c */
void aperture_init(struct igd *igd);
void aperture_write_back(struct igd *igd, uint64_t offset, uint64_t address);

/* scanout.c */
void scanout_init(struct igd *igd);
void scanout_reset(struct igd *igd);
void scanout_write(struct igd *igd, uint32_t reg);
void scanout_mastered(struct igd *igd);	/* it may read from memory now */
void scanout_vblank(struct igd *igd, struct pipe *pipe);
/* false: the plane shows nothing, done() is not called; frame_free() after it was */
bool scanout_frame(struct igd *igd, struct plane *plane, bool keep,
		   void (*done)(struct igd *igd, struct frame *frame),
		   void *context);
const uint8_t *frame_bytes(const struct frame *frame, uint64_t offset);
void frame_free(struct igd *igd, struct frame *frame);

/* probe.c: a plane that a test makes up, which reads one plain address */
void probe_init(struct igd *igd);
void probe_set(struct igd *igd, uint64_t address, unsigned int hz);
int probe_timeout(const struct igd *igd);
void probe_tick(struct igd *igd);
void probe_print(const struct igd *igd, char *text, size_t size);

/* faults.c */
void faults_add(struct fault_list *list, uint64_t address);
void faults_forget(struct fault_list *list);

/* picture.c: answers the client when the file is there */
void picture_start(struct igd *igd, struct pipe *pipe, const char *path,
		   struct client *client);

/* firmware.c */
void firmware_start(struct igd *igd);

/* commands.c */
void run_planes(struct igd *igd, struct client *client, char **words,
		unsigned int count);
void run_faults(struct igd *igd, struct client *client, char **words,
		unsigned int count);
void run_picture(struct igd *igd, struct client *client, char **words,
		 unsigned int count);
void run_plane(struct igd *igd, struct client *client, char **words,
	       unsigned int count);
void run_monitor(struct igd *igd, struct client *client, char **words,
		 unsigned int count);
void run_edid(struct igd *igd, struct client *client, char **words,
	      unsigned int count);
void run_monitors(struct igd *igd, struct client *client, char **words,
		  unsigned int count);

#endif /* IGDSIM_DISPLAY_H */
