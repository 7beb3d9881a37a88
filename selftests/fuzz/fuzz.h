/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzzer of the driver through VFIO: what its files share
 *
 *	fuzz.c		lives of the device, threads
 *	access.c	read and write		memory.c	mappings
 *	ioctl.c		all that is one		power.c		resets, sleep, COMMAND
 *	oracle.c	what must never be	draw.c		numbers
 *	report.c	limits, the verdict
 *	firmware.c	another one, of what the host's firmware says
 *
 * An operation draws its numbers from the seed, its thread and its own number. So a
 * thread does the same with the same seed, whatever others do meanwhile.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <pthread.h>
#include <stdatomic.h>

#include "igdtest.h"
#include "machine.h"

#define REGION_SHIFT		40	/* of an offset: the region's index */
#define REGIONS			12	/* 9 of PCI, and the driver's three */
#define WORKERS			4
#define KINDS_MAX		48
#define SLOTS			4

/* A mapping of the device that a thread has, or once had */
struct slot {
	u8 *at;
	size_t len;
};

/**
 * struct worker - a thread that does one operation after another
 * @number: which one
 * @op: how many it has done, the number of the one under way
 * @end: how many it does in this life of the device
 * @kind: of the operation under way
 * @state: what this operation draws its numbers from
 * @room: ROOM bytes of memory, behind which is none
 * @slots: its mappings; each has SLOT_SIZE of addresses to itself
 * @tried: operations, by kind
 * @worked: those that the kernel did not refuse
 * @us: microseconds that they took
 * @thread: who it is
 */
struct worker {
	unsigned int number;
	atomic_ullong op;
	u64 end;
	atomic_uint kind;
	u64 state;
	u8 *room;
	struct slot slots[SLOTS];
	u64 tried[KINDS_MAX];
	u64 worked[KINDS_MAX];
	u64 us[KINDS_MAX];
	pthread_t thread;
};

#define ROOM			512	/* the most that an access copies */

/* What all threads work on, constant while they do */
extern struct target {
	const struct machine *machine;
	struct vfio vfio;
	u64 region_size[REGIONS];
	int nobody;		/* /dev/null */
	int event;		/* an eventfd */
	unsigned int pm;	/* capabilities in configuration space, 0: none */
	unsigned int express;
	unsigned int af;
	atomic_bool over;	/* this life ends */
} target;

/* draw.c: an operation's numbers */
void draw_begin(struct worker *me, u64 seed, u64 op);
u64 draw(struct worker *me);
u64 draw_below(struct worker *me, u64 end);
bool draw_one_in(struct worker *me, u64 count);
u64 draw_near(struct worker *me, u64 at);
void draw_forbid(u32 address);
u8 draw_byte(struct worker *me);
u64 draw_value(struct worker *me, unsigned int width);
void draw_fill(struct worker *me, u8 *bytes, size_t len);
u64 draw_pointer(struct worker *me);
bool draw_can(u32 address);

/* access.c */
u64 config_place(struct worker *me);
u64 trapped_place(struct worker *me);
bool read_config(struct worker *me);
bool read_trapped(struct worker *me);
bool read_bar0(struct worker *me);
bool read_bar2(struct worker *me);
bool read_snapshot(struct worker *me);
bool read_nowhere(struct worker *me);
bool read_watched(struct worker *me);
bool write_config(struct worker *me);
bool write_trapped(struct worker *me);
bool write_bar0(struct worker *me);
bool write_bar2(struct worker *me);
bool write_snapshot(struct worker *me);
bool write_nowhere(struct worker *me);
bool use_ports(struct worker *me);
void watcher_start(void);
void watcher_end(void);

/* ioctl.c */
bool ask_device(struct worker *me);
bool ask_region(struct worker *me);
bool ask_irq(struct worker *me);
bool set_irqs(struct worker *me);
bool use_feature(struct worker *me);
bool ask_hot_reset(struct worker *me);
bool do_hot_reset(struct worker *me);
bool want_bypass(struct worker *me);
bool use_container(struct worker *me);
bool use_group(struct worker *me);
bool ask_nonsense(struct worker *me);

/* memory.c */
void memory_begin(struct worker *me);
void memory_forget(struct worker *me);
void touch_all(struct worker *me);
u8 *some_page(struct worker *me);
bool map(struct worker *me);
bool map_again(struct worker *me);
bool change_map(struct worker *me);
bool touch(struct worker *me);
bool second_process(struct worker *me);

/* power.c */
bool change_command(struct worker *me);
bool sleep_and_wake(struct worker *me);
bool reset(struct worker *me);
bool low_power(struct worker *me);
bool be_root(struct worker *me);

/* oracle.c: what must never be */
enum oracle {
	ORACLE_MAPPED,
	ORACLE_ADDRESS,
	ORACLE_WRITTEN,
	ORACLE_AGREE,
	ORACLE_LOG,
	ORACLE_KERNEL,
	ORACLE_CLAIMED,
	ORACLE_CLEAN,
	ORACLES,
};

#define NO_REGION		(~0u)

void wrong(enum oracle oracle, const struct worker *me, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool is_wrong(void);
void oracle_begin(void);

/* Of a device that is well; and what a case has changed in one of them */
enum given { GIVEN_ROM, GIVEN_OPREGION, GIVEN_SPOILED, GIVENS };

void oracle_addresses(void);
void oracle_can_tell(void);
void oracle_given(enum given which, const u8 *bytes, size_t len);
void oracle_complaints(void);
void oracle_mark(void);
void oracle_life(bool unbound);
const char *oracle_found(enum oracle oracle, const char **name);
const char *address_in(const u8 *bytes, size_t len, unsigned int index, u64 offset,
		       size_t *place);
void check_bytes(const struct worker *me, const u8 *bytes, size_t len,
		 unsigned int index, u64 offset);
bool maps_trapped(void);
void check_mapping(const struct worker *me);
void check_page(const struct worker *me, const u8 *page);
void check_registers(struct worker *me);

/* What a fuzzer does, each of its kinds so often beside the others */
struct kind {
	const char *name;
	unsigned int often;
	bool (*run)(struct worker *me);	/* has the kernel done it? */
	bool fails;			/* it must not, ever */
};

extern const struct kind kinds[];
extern const unsigned int num_kinds;

/* report.c */
extern struct limits {
	u64 count;		/* of operations or cases */
	u64 seconds;
	u64 seed;
	u64 begin_ms;
} limits;

void report_begin(int argc, char **argv);
void report_end(const struct worker *workers, unsigned int count, bool done,
		unsigned int oracles)
	__attribute__((noreturn));
unsigned int draw_kind(struct worker *me);
bool do_kind(struct worker *me, unsigned int kind);
bool time_is_up(void);
u64 now_us(void);

#endif /* FUZZ_H */
