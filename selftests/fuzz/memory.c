// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on mappings: mmap, mremap, munmap, faults, and a second process
 *
 * Each thread has addresses of its own, far from where the kernel puts mappings, so
 * that a hole in them is nobody else's.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define SLOT_SIZE		(20 * MIB)
#define HUGE			(2 * MIB)
#define ARENA(number)		(0x200000000000 + ((u64)(number) << 32))

static u8 *slot_start(const struct worker *me, const struct slot *slot)
{
	return (u8 *)ARENA(me->number) + (slot - me->slots) * SLOT_SIZE;
}

/* Where a fault ends that is nobody's mistake: the device may not answer */
static __thread sigjmp_buf *on_fault;

static void caught(int signal)
{
	if (on_fault)
		siglongjmp(*on_fault, 1);
	_exit(128 + signal);
}

/* Closing the device does not end what is mapped of it */
void memory_forget(struct worker *me)
{
	unsigned int i;

	munmap((void *)ARENA(me->number), SLOTS * SLOT_SIZE);
	for (i = 0; i < SLOTS; i++) {
		me->slots[i].at = slot_start(me, &me->slots[i]);
		me->slots[i].len = 0;
	}
}

void memory_begin(struct worker *me)
{
	struct sigaction action = {
		.sa_handler = caught,
		.sa_flags = SA_NODEFER,
	};
	u8 *pages;

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);

	/* Two pages, behind each of which is nothing: the second is to be read alone */
	pages = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || mprotect(pages + PAGE, PAGE, PROT_NONE) ||
	    mprotect(pages + 2 * PAGE, PAGE, PROT_READ) ||
	    mprotect(pages + 3 * PAGE, PAGE, PROT_NONE))
		die("no memory: %m");
	me->room = pages + PAGE - ROOM;
	memory_forget(me);
}

static struct slot *some_slot(struct worker *me)
{
	return &me->slots[draw_below(me, SLOTS)];
}

/* In a mapping, or at its borders */
u8 *some_page(struct worker *me)
{
	const struct slot *slot = some_slot(me);
	unsigned int i;
	u64 inside;

	for (i = 0; i < SLOTS && !slot->len; i++)
		slot = &me->slots[i];
	inside = draw_below(me, slot->len / PAGE) * PAGE;
	switch (draw_below(me, 8)) {
	case 0:
		return slot->at;
	case 1:
		return slot->at + slot->len - PAGE;
	case 2:
		return slot->at + (draw_one_in(me, 2) ? slot->len : -PAGE);
	default:
		return slot->at + inside;
	}
}

/* Offset and length that touch what is trapped, that do not, and any at all */
static u64 some_range(struct worker *me, u64 *len)
{
	const struct machine *machine = target.machine;
	const struct machine_range *trap =
		&machine->trapped[draw_below(me, machine->traps)];
	static const u64 lens[] = {
		0, 1, PAGE - 1, HUGE, 16 * MIB, 1 << 30, 1ULL << 40, LONG_MAX,
		ULONG_MAX - PAGE,
	};
	u64 odd = lens[draw_below(me, ARRAY_SIZE(lens))];
	u64 page = draw_below(me, machine->bar0_size / PAGE) * PAGE;
	u64 pages = 1 + draw_below(me, 16), any = draw(me);
	u64 behind = ((trap->end + HUGE - 1) & ~(HUGE - 1)) +
		     draw_below(me, 3) * HUGE;

	*len = draw_one_in(me, 8) ? odd : pages * PAGE;
	switch (draw_below(me, 8)) {
	case 0:
	case 1:
		return trap->start - pages * PAGE + draw_below(me, 3) * PAGE;
	case 2:
		return trap->end + draw_below(me, 3) * PAGE - PAGE;
	case 3:
		/* All from there on, in huge pages where they fit */
		*len = machine->bar0_size - behind;
		return behind;
	case 4:
		*len = HUGE + pages * PAGE;
		return ((u64)VFIO_PCI_BAR2_REGION_INDEX << REGION_SHIFT) +
		       draw_below(me, 64) * HUGE;
	case 5:
		return any & ~(u64)(PAGE - 1);
	case 6:
		return (any % REGIONS << REGION_SHIFT) + page;
	default:
		return page;
	}
}

bool map(struct worker *me)
{
	static const int kinds[] = {
		MAP_SHARED, MAP_SHARED, MAP_SHARED, MAP_PRIVATE,
		MAP_SHARED | MAP_POPULATE, MAP_SHARED | MAP_LOCKED,
		MAP_SHARED_VALIDATE, MAP_SHARED_VALIDATE | MAP_SYNC,
	};
	static const int prots[] = {
		PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE,
		PROT_WRITE, PROT_NONE, PROT_READ | PROT_WRITE | PROT_EXEC,
	};
	struct slot *slot = some_slot(me);
	u64 len, offset = some_range(me, &len);
	int prot = prots[draw_below(me, ARRAY_SIZE(prots))];
	int kind = kinds[draw_below(me, ARRAY_SIZE(kinds))];
	u64 page = draw_below(me, 512) * PAGE;
	/* What is sure to fail does not cost a mapping that is there */
	bool anywhere = draw_one_in(me, 8) || !len || len > SLOT_SIZE - HUGE ||
			offset >> REGION_SHIFT > VFIO_PCI_BAR2_REGION_INDEX;
	u8 *at = slot_start(me, slot), *map;

	/* Huge pages need an address that is as far from a border as the offset */
	at += draw_one_in(me, 2) ? offset % HUGE : page;
	if (!anywhere) {
		munmap(slot_start(me, slot), SLOT_SIZE);
		slot->len = 0;
	}
	map = mmap(anywhere ? NULL : at, len, prot,
		   kind | (anywhere ? 0 : MAP_FIXED), target.vfio.device, offset);
	if (map == MAP_FAILED)
		return false;

	check_mapping(me);
	if (anywhere) {
		munmap(map, len);
		return true;
	}
	slot->at = map;
	slot->len = (len + PAGE - 1) & ~(u64)(PAGE - 1);
	return true;
}

/* Grows, shrinks, moves, doubles or bends a mapping */
bool map_again(struct worker *me)
{
	static const int kinds[] = {
		0, MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED,
		MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, -1,
	};
	struct slot *from = some_slot(me), *to = some_slot(me);
	int kind = kinds[draw_below(me, ARRAY_SIZE(kinds))];
	u64 pages = from->len / PAGE, skip = draw_below(me, pages) * PAGE;
	u64 len = (1 + draw_below(me, pages - skip / PAGE)) * PAGE;
	u64 new_len = draw_one_in(me, 2) ? len : (1 + draw_below(me, 64)) * PAGE;
	u64 page = draw_below(me, 512) * PAGE, offset = trapped_place(me) / PAGE;
	u8 *map;

	if (!from->len)
		return false;
	if (kind == -1) {
		if (syscall(SYS_remap_file_pages, from->at, len, 0, offset, 0))
			return false;
		check_mapping(me);
		return true;
	}
	/* All of it, and a page more; or twice the same */
	if (draw_one_in(me, 8)) {
		skip = 0;
		len = from->len;
		new_len = len + PAGE;
	} else if (draw_one_in(me, 8)) {
		len = 0;
	}
	map = mremap(from->at + skip, len, new_len, kind,
		     slot_start(me, to) + page);
	if (map == MAP_FAILED)
		return false;
	check_mapping(me);
	if (map < slot_start(me, to) || map >= slot_start(me, to) + SLOT_SIZE) {
		/* It is where the kernel has put it */
		if (map != from->at + skip)
			munmap(map, new_len);
		return true;
	}
	to->at = map;
	to->len = new_len;
	return true;
}

bool change_map(struct worker *me)
{
	static const int advices[] = {
		MADV_DONTNEED, MADV_WILLNEED, MADV_REMOVE, MADV_HUGEPAGE, MADV_FREE,
		MADV_COLD, MADV_PAGEOUT, MADV_DONTFORK, MADV_DOFORK, MADV_MERGEABLE,
		22 /* POPULATE_READ */, 23 /* POPULATE_WRITE */, 25 /* COLLAPSE */,
	};
	int advice = advices[draw_below(me, ARRAY_SIZE(advices))];
	u64 len = (1 + draw_below(me, 16)) * PAGE;
	u8 *page = (u8 *)((uintptr_t)some_page(me) & ~(uintptr_t)(PAGE - 1));
	int prot = draw_below(me, 8);

	switch (draw_below(me, 8)) {
	case 0:
	case 1:
		return !munmap(page, len);
	case 2:
		return !mprotect(page, len, prot);
	case 3:
		return !msync(page, len, MS_SYNC | MS_INVALIDATE);
	case 4:
		return !mlock(page, len) && !munlock(page, len);
	default:
		return !madvise(page, len, advice);
	}
}

/* Is done, unless the device does not answer or nothing is there */
static bool use_page(struct worker *me, u8 *page, bool writes, u32 value)
{
	volatile bool done = false;
	sigjmp_buf here;

	on_fault = &here;
	if (!sigsetjmp(here, 0)) {
		if (writes)
			*(volatile u32 *)page = value;
		else
			check_page(me, page);
		done = true;
	}
	on_fault = NULL;
	return done;
}

bool touch(struct worker *me)
{
	u8 *page = (u8 *)((uintptr_t)some_page(me) & ~(uintptr_t)(PAGE - 1));
	u32 value = draw_value(me, 4), offset = draw_below(me, PAGE / 4) * 4;
	bool writes = draw_one_in(me, 4);

	return use_page(me, page + (writes ? offset : 0), writes, value);
}

/* Each page that is mapped */
void touch_all(struct worker *me)
{
	const struct slot *slot;
	u64 at;

	for (slot = me->slots; slot < me->slots + SLOTS; slot++)
		for (at = 0; at < slot->len; at += PAGE)
			use_page(me, slot->at + at, false, 0);
}

/* What a process that was given the file and the mappings has of the device */
static int use_as_child(struct worker *me)
{
	unsigned int i;
	u8 bytes[64];

	for (i = 0; i < 8; i++) {
		u64 len, offset = some_range(me, &len);
		u8 *map = mmap(NULL, len, PROT_READ, MAP_SHARED,
			       target.vfio.device, offset);

		if (map == MAP_FAILED)
			continue;
		if (maps_trapped())
			return 1;
		munmap(map, len);
	}
	for (i = 0; i < 8; i++) {
		u64 place = trapped_place(me);

		memset(bytes, 0, sizeof(bytes));
		pread(target.vfio.device, bytes, sizeof(bytes), place);
		if (address_in(bytes, sizeof(bytes), VFIO_PCI_BAR0_REGION_INDEX,
			       place, &(size_t){ 0 }))
			return 2;
		touch(me);
	}
	return is_wrong() ? 3 : 0;
}

bool second_process(struct worker *me)
{
	static const char * const found[] = {
		[1] = "mapped what is trapped", [2] = "read a host address",
		[3] = "has a page of what is trapped",
	};
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(use_as_child(me));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (!WIFEXITED(status) || WEXITSTATUS(status) >= ARRAY_SIZE(found))
		wrong(ORACLE_MAPPED, me, "a second process ended with %#x", status);
	else if (WEXITSTATUS(status) == 2)
		wrong(ORACLE_ADDRESS, me, "a second process %s", found[2]);
	else if (WEXITSTATUS(status))
		wrong(ORACLE_MAPPED, me, "a second process %s",
		      found[WEXITSTATUS(status)]);
	return true;
}
