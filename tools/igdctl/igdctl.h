/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * igdctl: what its files share
 *
 * Everything about the machine is read below a root folder, which is '/' or a
 * recorded tree of sysfs, procfs and ACPI tables (--root). Nothing writes to it.
 */
#ifndef IGDCTL_H
#define IGDCTL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <linux/pci.h>

#include "../../driver/platform.h"

#define MIB			(1ULL << 20)
#define IGD_SLOT		"0000:00:02.0"
#define IGD_SYSFS		"/sys/bus/pci/devices/" IGD_SLOT
#define IGD_ROMS		"/lib/firmware/vfio-pci-igd"
#define DOC			"Documentation/"

/* Exit statuses: all is well; something is wrong; nothing was done */
enum status {
	STATUS_GOOD,
	STATUS_WRONG,
	STATUS_NOTHING,
};

/* main.c: as getopt_long(), but -h, --root and what is no option are seen to */
struct option;
int next_option(int argc, char **argv, const char *letters,
		const struct option *options, const char *help);

/*
 * tree.c: text and files. What returns a string keeps it in one of a few buffers
 * that take turns: good until some more calls later.
 */
extern const char *program;
extern const char *root;

void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void set_root(const char *dir);
void *allocate(size_t size);
const char *text(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
const char *at(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
bool there(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
const char *line_of(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
const char *link_of(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
char *content_of(size_t *size, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool has_word(const char *words, const char *word);
bool is_real(void);

/* names_in() - what is in a folder, sorted; ends with NULL */
char **names_in(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void free_names(char **names);

/**
 * struct limits - what another program may take
 * @seconds: of CPU
 * @bytes: of memory
 */
struct limits {
	unsigned int seconds;
	u64 bytes;
};

/* run.c */
char *output_within(const char *const *argv, const struct limits *limits,
		    int *status);
char *output_of(const char *const *argv, int *status);
bool is_installed(const char *program);

/* platform.c */
const struct igd_platform *platform_of(u16 device);

/**
 * struct bar - a base address register, as the kernel has placed it
 * @base: its address, or port
 * @size: bytes; 0: there is none
 * @flags: the low bits, as in configuration space
 */
struct bar {
	u64 base;
	u64 size;
	unsigned int flags;
};

/**
 * struct display - another display controller than the IGD
 * @slot: where
 * @vendor: ID
 * @device: ID
 * @class: base class and sub-class
 */
struct display {
	char slot[24];
	u16 vendor;
	u16 device;
	u16 class;
};

#define DISPLAYS_MAX		8

/**
 * struct host - what the machine is
 * @is_there: there is something at 00:02.0
 * @vendor: of what is there
 * @device: of it
 * @class: of it, with the programming interface
 * @config: its configuration space
 * @config_size: bytes of that which could be read
 * @bars: by index
 * @platform: row of the driver's table
 * @driver: which has it; empty: none
 * @group: its IOMMU group; empty: none
 * @displays: all others
 * @display_count: how many
 * @ggc: from configuration space, or from Meteor Lake on from BAR0
 * @dsm: stolen memory; empty where unknown
 * @gsm: the GTT's; empty where unknown
 * @reserved: STOLEN_RESERVED, 0 where unknown
 * @lpc: device ID of 00:1f.0, 0 where there is none
 * @audio: where its audio function is; empty: none
 * @kernel: the running one's version
 * @cmdline: its command line
 */
struct host {
	bool is_there;
	u16 vendor;
	u16 device;
	u32 class;
	u8 config[4096];
	size_t config_size;
	struct bar bars[6];
	const struct igd_platform *platform;
	char driver[32];
	char group[16];
	struct display displays[DISPLAYS_MAX];
	unsigned int display_count;
	u16 ggc;
	struct igd_range dsm;
	struct igd_range gsm;
	u64 reserved;
	u16 lpc;
	char audio[24];
	char kernel[65];
	char *cmdline;
};

/* host.c */
void host_load(struct host *host);
bool host_is_igd(const struct host *host);
bool host_bar0(const struct host *host, u32 offset, unsigned int width,
	       u64 *value);
u64 host_config(const struct host *host, unsigned int offset,
		unsigned int width);
bool host_is_asleep(void);
bool host_sees_memory(void);
unsigned int host_address_width(void);
unsigned int host_cpu_width(void);
const char *host_user(const char *device);
const char *host_guest(const struct host *host);

/**
 * struct iomem - a line of /proc/iomem
 * @range: where
 * @depth: how far it is indented
 * @name: what it is
 */
struct iomem {
	struct igd_range range;
	unsigned int depth;
	char name[64];
};

/* iomem.c */
const struct iomem *iomem_lines(size_t *count, bool *unseen);
bool ranges_meet(const struct igd_range *a, const struct igd_range *b);
bool iomem_has(const struct igd_range *range, const char *name);

/**
 * struct opregion - the OpRegion, and the Video BIOS Table it leads to
 * @asls: where the OpRegion is
 * @version: its version, as in 0x0201
 * @mailboxes: bits
 * @header: its first bytes
 * @rvda: as the OpRegion says
 * @where: kind of place: "mailbox", "relative", "absolute"
 * @data: the VBT; NULL: none that is good
 * @size: its bytes
 * @bdb: version of its data blocks
 */
struct opregion {
	u32 asls;
	u16 version;
	u32 mailboxes;
	u8 header[0x100];
	u64 rvda;
	const char *where;
	u8 *data;
	u32 size;
	u16 bdb;
};

/* opregion.c: NULL, or what is wrong */
const char *opregion_read(const struct host *host, struct opregion *opregion,
			  bool *unseen);
const char *vbt_check(const u8 *data, size_t size, u32 *length, u16 *bdb);
unsigned int vbt_outputs(const struct opregion *opregion, char (*names)[8],
			 unsigned int room);

/**
 * enum state - how a check came out
 * @STATE_NONE: it does not apply
 * @STATE_OK: all is well
 * @STATE_WARNING: works, but
 * @STATE_FAILURE: does not work like that
 * @STATE_UNSEEN: could not be looked at
 */
enum state {
	STATE_NONE,
	STATE_OK,
	STATE_WARNING,
	STATE_FAILURE,
	STATE_UNSEEN,
};

/**
 * struct finding - what a check found
 * @state: how bad
 * @found: what was found
 * @todo: the one thing to do; empty if there is nothing
 * @command: what of it can be typed as it is; empty if nothing can
 */
struct finding {
	enum state state;
	char found[600];
	char todo[400];
	char command[200];
};

struct vm;

/**
 * struct check - one of the things that may be wrong
 * @name: a word
 * @look: looks at the machine
 * @look_vm: looks at a machine and a VM for it; one of the two is there
 */
struct check {
	const char *name;
	void (*look)(const struct host *host, struct finding *finding);
	void (*look_vm)(const struct host *host, const struct vm *vm,
			struct finding *finding);
};

/* check.c */
void answer(struct finding *finding, enum state state, const char *todo,
	    const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void command(struct finding *finding, const char *command, const char *more);
#define ok(finding, ...)	answer(finding, STATE_OK, "", __VA_ARGS__)
#define needs_root(finding, what) \
	answer(finding, STATE_UNSEEN, "run igdctl check as root", "%s", what)

/* In the order in which causes turned out to be the cause, cheapest first */
extern const struct check device_checks[];	/* check_device.c */
extern const struct check iommu_checks[];	/* check_iommu.c */
extern const struct check driver_checks[];	/* check_driver.c */
extern const struct check module_checks[];	/* check_module.c */
extern const struct check memory_checks[];	/* check_memory.c */
extern const struct check vm_checks[];		/* check_vm.c */
extern const struct check live_checks[];	/* check_live.c */

/* rom/rom.c */
const char *rom_fault(const char *path, u16 device);

/* vm_read.c */
struct vm *vm_read(const char *name);

/* The verbs */
int check_main(int argc, char **argv);
int vm_main(int argc, char **argv);
int rom_main(int argc, char **argv);
int record_main(int argc, char **argv);
int selftest_main(int argc, char **argv);

#endif /* IGDCTL_H */
