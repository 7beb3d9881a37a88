/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * igdsim: an emulated Intel graphics device behind a vfio-user socket
 *
 * main.c polls; vfio_user.c, control.c and dma.c bring requests in; device.c
 * routes them by region to config.c and mmio.c, which hold what the device
 * remembers. profile.c and opregion.c turn a text file into the device's power-on
 * state and into the memory its firmware would have filled.
 */
#ifndef IGDSIM_H
#define IGDSIM_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PAGE_SIZE		4096u
#define CONFIG_MAX		4096u
#define NUM_BARS		6
#define MAX_RULES		1024
#define MAX_RANGES		64
#define MAX_OUTPUTS		8
#define MAX_PIPES		4
#define MAX_PLANES		40
#define MAX_DBUF		4
#define MAX_DISPLAY_RANGES	4
#define MAX_PORTS		4
#define MAX_IRQS		16
#define MAX_MSI			32
#define TRAP_ALL_END		0x200000u
#define DMA_MAX			4096u

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define PAGE_ALIGN(x)		(((x) + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1))

#define OPREGION_SIZE		0x2000u
#define OPREGION_MAILBOX4	0x400u
#define OPREGION_MAILBOX5	0x1c00u

/* Registers in configuration space that igdsim itself has to know */
#define CFG_COMMAND		0x04
#define   CFG_COMMAND_MASTER	0x0004
#define CFG_STATUS		0x06
#define   CFG_STATUS_CAPS	0x0010
#define CFG_BAR(n)		(0x10 + 4 * (n))
#define CFG_CAP_POINTER		0x34
#define CFG_GGC			0x50
#define CFG_ASLS		0xfc

/* And in BAR 0; what belongs to the display is in display/ */
#define MMIO_STOLEN_RESERVED	0x1082c0

enum space { SPACE_CONFIG, SPACE_BAR0, SPACE_BAR2, SPACE_BAR4, NUM_SPACES };

enum reset { RESET_MACHINE, RESET_FUNCTION, RESET_D3HOT };

/* What a line of the profile says about registers; see README.md */
enum rule_kind {
	RULE_REGISTER,	/* power-on value */
	RULE_FIRMWARE,	/* the machine's firmware wrote it; a reset of the function does not */
	RULE_FIXED,	/* power-on value, read-only */
	RULE_MIRROR,	/* shows configuration space, read-only */
	RULE_MASKED,	/* high half of a write enables bits of the low half */
	RULE_FOLLOW,	/* bits of target follow bits of reg */
	RULE_OPPOSE,	/* and are the opposite here */
	RULE_ACKNOWLEDGE, /* bits that a 1 clears and a 0 leaves */
	RULE_CLEAR,	/* bits that read 0 as soon as they were written */
	RULE_REPLY,	/* a value written to reg sets target */
};

struct rule {
	enum rule_kind kind;
	unsigned int width;
	uint32_t reg;
	uint32_t bits;
	uint32_t target;	/* BAR0 register; for MIRROR an offset in config */
	uint32_t target_bits;	/* for REPLY what target is set to */
	uint64_t value;
};

struct range {
	uint64_t base;
	uint64_t size;
};

struct bar {
	const char *kind;	/* NULL: no such BAR */
	unsigned int flags;	/* low bits of the BAR register */
	uint64_t size;
};

struct latch {
	uint32_t offset;
	unsigned int width;
	bool lockable;		/* writable only while its bit 0 is clear */
};

enum vbt_kind { VBT_NONE, VBT_MAILBOX, VBT_RELATIVE, VBT_ABSOLUTE };

struct output {
	const char *type;
	unsigned int port;
};

/* Registers in BAR 0 of what puts a picture together */
/* Something that a bank of interrupt registers notices */
struct event {
	uint32_t reg;		/* ISR; the others lie behind it */
	uint32_t bits;		/* 0: nobody notices */
};

enum irq_kind { IRQ_BANK, IRQ_MASTER };

struct irq_lines {
	enum irq_kind kind;
	uint32_t reg;
	uint32_t enable;	/* in a master; 0: it lets all through */
	struct event parent;	/* shows that there is something; none: the CPU is told */
};

/* What belongs to a port, as far as a monitor can be there */
struct port_lines {
	unsigned int vbt_pin;	/* the number that the VBT has for its DDC pins */
	unsigned int pin;	/* and GMBUS; 0: there are none */
	uint32_t aux;		/* 0: there is none */
	struct event aux_done;
	struct event hotplug;
	uint32_t control;	/* of hot-plug */
	uint32_t enable;
	uint32_t pulse;
	bool monitor;		/* there at power-on */
};

struct pipe_lines {
	char name;		/* 'A' to 'D' */
	uint32_t source;	/* PIPESRC: the picture's size */
	uint32_t config;	/* PIPECONF, or TRANSCONF of the transcoder it is wired to */
};

struct plane_kind;
struct plane_lines {
	char pipe;
	const struct plane_kind *kind;
	uint32_t reg;
	unsigned int number;	/* of its kind on this pipe, from 1; 0: the only one */
};

enum survives { SURVIVES_FLR = 1, SURVIVES_D3HOT = 2, SURVIVES_BUSMASTER = 4 };

struct profile {
	char name[80];
	unsigned int generation;	/* times 100: 900, 1270 */
	uint8_t config[CONFIG_MAX];
	unsigned int config_size;
	struct bar bars[NUM_BARS];
	struct range stolen;
	struct range gtt_stolen;
	struct range reserved;
	struct range gtt;		/* in BAR0 */
	struct range mchbar;		/* in BAR0; size 0: there is none */
	bool mchbar_writable;
	unsigned int gtt_bits;		/* of an address in an entry */
	struct range display[MAX_DISPLAY_RANGES];	/* in BAR0 */
	unsigned int num_display;
	struct pipe_lines pipes[MAX_PIPES];
	unsigned int num_pipes;
	uint32_t edp_config;		/* of the transcoder that any pipe can feed */
	uint32_t edp_function;		/* 0: there is none */
	struct plane_lines planes[MAX_PLANES];	/* from the lowest to the topmost */
	unsigned int num_planes;
	uint32_t dbuf[MAX_DBUF];
	unsigned int num_dbuf;
	unsigned int survives;		/* what scan-out does */
	struct {
		uint32_t width;		/* 0: firmware left no screen */
		uint32_t height;
		uint64_t offset;	/* in stolen memory */
	} screen;
	struct event vblanks[MAX_PIPES];
	struct port_lines ports[MAX_PORTS];
	struct irq_lines irqs[MAX_IRQS];
	unsigned int num_irqs;
	uint32_t gmbus;			/* 0: there is none */
	struct latch latches[MAX_RANGES];
	unsigned int num_latches;
	struct rule rules[MAX_RULES];
	unsigned int num_rules;
	struct range traps[MAX_RANGES];
	unsigned int num_traps;
	unsigned int opregion_major;	/* 0: no OpRegion */
	unsigned int opregion_minor;
	uint32_t mailboxes;
	enum vbt_kind vbt;
	uint64_t vbt_where;
	uint32_t vbt_size;
	unsigned int vbt_version;
	struct output outputs[MAX_OUTPUTS];
	unsigned int num_outputs;
};

struct write {
	uint64_t value;
	uint32_t offset;
	uint8_t space;
	uint8_t width;
};

struct journal {
	FILE *file;
	uint64_t sequence;
	struct write *writes;
	size_t count;
	size_t room;
};

struct config {
	uint8_t bytes[CONFIG_MAX];
	uint8_t volatiles[CONFIG_MAX];	/* writable, cleared by a reset */
	uint8_t sticky[CONFIG_MAX];	/* writable, survives a reset */
	unsigned int pcie;		/* offsets of capabilities, 0: none */
	unsigned int af;
	unsigned int pm;
	unsigned int msi;
};

struct memory {
	int fd;
	uint8_t *bytes;
	uint64_t size;
};

struct dma_request;
struct client;

struct igd {
	const struct profile *profile;
	struct journal journal;
	struct config config;
	struct memory bar[NUM_BARS];
	uint8_t *trapped;		/* one byte for each page of BAR0 */
	unsigned int resets;
	bool dead;			/* device_die() */
	uint8_t *alive[NUM_BARS];	/* what was in a BAR before */
	int irq_fds[VFIO_PCI_NUM_IRQS][MAX_MSI];

	/* vfio_user.c */
	int client;			/* -1: none yet */
	bool negotiated;
	uint8_t *message;
	size_t received;
	int fds[16];
	unsigned int num_fds;

	/* dma.c */
	struct dma_request *requests;
	uint16_t next_id;

	/* display/ */
	struct display *display;

	/* control.c */
	struct client *clients;
	unsigned int next_client;
};

/* little-endian numbers of 1 to 8 bytes in a byte array */
uint64_t get_le(const uint8_t *bytes, unsigned int width);
void put_le(uint8_t *bytes, unsigned int width, uint64_t value);

/* util.c */
void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void *xcalloc(size_t count, size_t size);
bool parse_number(const char *text, uint64_t *value);
int64_t now_ns(void);

/* profile.c */
struct profile *profile_load(const char *path);

/* print.c */
void profile_print(const struct profile *profile, const char *key);

/* opregion.c: images as they lie in host memory, padded to whole pages */
struct image {
	uint8_t *bytes;
	uint64_t address;
	uint64_t size;
};

struct image opregion_image(const struct profile *profile);
struct image vbt_image(const struct profile *profile);

/* display/firmware.c: the picture in stolen memory; none: size 0 */
struct image screen_image(const struct profile *profile);

/* journal.c */
void journal_open(struct journal *journal, const char *path);
void journal_note(struct journal *journal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void journal_write(struct journal *journal, enum space space, uint32_t offset,
		   unsigned int width, uint64_t value, const char *remark);
int journal_format(char *text, size_t size, const struct write *write);

/* config.c */
void config_init(struct igd *igd);
void config_reset(struct igd *igd);
void config_write(struct igd *igd, uint32_t offset, unsigned int width,
		  uint64_t value);
bool config_bus_master(const struct igd *igd);
bool config_asleep(const struct igd *igd);	/* in D3hot */

/* mmio.c */
void mmio_init(struct igd *igd, bool trap_all);
void mmio_reset(struct igd *igd, enum reset reset);
void mmio_sync(struct igd *igd);
void mmio_trap(struct igd *igd, uint32_t reg, uint32_t size);
uint32_t mmio_get(const struct igd *igd, uint32_t reg);
void mmio_set(struct igd *igd, uint32_t reg, uint32_t value);
void mmio_read(struct igd *igd, uint32_t offset, uint32_t count, uint8_t *data);
void mmio_write(struct igd *igd, uint32_t offset, unsigned int width,
		uint64_t value);

/* device.c */
void device_init(struct igd *igd, bool trap_all, int64_t period);
void device_reset(struct igd *igd, enum reset reset);
void device_die(struct igd *igd, bool dead);
uint8_t *device_storage(struct igd *igd, enum space space, uint64_t *size);
int device_read(struct igd *igd, uint32_t region, uint64_t offset,
		uint32_t count, uint8_t *data);
int device_write(struct igd *igd, uint32_t region, uint64_t offset,
		 uint32_t count, const uint8_t *data);
unsigned int device_irq_count(const struct igd *igd, uint32_t index);
bool device_interrupt(struct igd *igd, uint32_t index);
enum space space_find(const char *name);
extern const char * const space_names[NUM_SPACES];

/* vfio_user.c */
#define VFIO_USER_DMA_READ	11
#define VFIO_USER_DMA_WRITE	12
void vfio_user_accept(struct igd *igd, int listener);
bool vfio_user_receive(struct igd *igd);
bool vfio_user_request(struct igd *igd, uint16_t id, uint16_t command,
		       const void *body, size_t length);

/* dma.c: done() gets 0 or an errno, and the bytes read */
typedef void (*dma_done)(struct igd *igd, unsigned int arg, int error,
			 const uint8_t *data, size_t length);
bool dma_start(struct igd *igd, uint16_t command, uint64_t address,
	       const uint8_t *data, uint32_t length, dma_done done,
	       unsigned int arg);
bool dma_reply(struct igd *igd, uint16_t id, int error, const uint8_t *body,
	       size_t length);

/* control.c */
struct pollfd;
struct client;
void control_say(struct client *client, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The client's next line waits until it is released; its id finds it again */
unsigned int control_hold(struct client *client);
/* NULL: it is gone */
struct client *control_release(struct igd *igd, unsigned int id);
void control_accept(struct igd *igd, int listener);
unsigned int control_poll(struct igd *igd, struct pollfd *fds, unsigned int max);
void control_serve(struct igd *igd, const struct pollfd *fds, unsigned int count);

#endif /* IGDSIM_H */
