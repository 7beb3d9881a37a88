// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must never be, whatever is done
 *
 *   mapped    a page of what is trapped in BAR0, by address or by page table
 *   address   read: where the host has stolen memory, the OpRegion, VT-d units
 *   written   to the device: what a guest may not write
 *   agree     registers that say one thing here and another there
 *   log       more lines than one open of the device gives
 *   kernel    a complaint of the kernel's about itself
 *   claimed   for stolen memory: somebody's memory, or for longer than it is bound
 *   clean     a device that is well, and not taken or opened
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

/* INFO tells a guest's firmware where the host has it: on purpose, there alone */
#define INFO_DSM		(VFIO_PCI_IGD_MMIO_INFO + \
				 offsetof(struct vfio_pci_igd_info, host_dsm_base))

static const char * const names[ORACLES] = {
	[ORACLE_MAPPED] = "nothing trapped was ever mapped",
	[ORACLE_ADDRESS] = "no address of the host's was read",
	[ORACLE_WRITTEN] = "nobody wrote what a guest may not write",
	[ORACLE_AGREE] = "virtual registers agree",
	[ORACLE_LOG] = "the log did not grow",
	[ORACLE_KERNEL] = "the kernel did not complain",
	[ORACLE_CLAIMED] = "what was claimed was nobody's, and is given back",
	[ORACLE_CLEAN] = "when all is well again, the driver goes along",
};

static struct {
	pthread_mutex_t mutex;
	char found[ORACLES][600];	/* the first of each */
	atomic_bool any;
} wrongs = { .mutex = PTHREAD_MUTEX_INITIALIZER };

void wrong(enum oracle oracle, const struct worker *me, const char *format, ...)
{
	char *text = wrongs.found[oracle];
	size_t room = sizeof(wrongs.found[oracle]), used = 0;
	va_list args;

	pthread_mutex_lock(&wrongs.mutex);
	if (!*text) {
		if (me)
			used = snprintf(text, room, "thread %u, operation %llu, %s: ",
					me->number, atomic_load(&me->op),
					kinds[atomic_load(&me->kind)].name);
		va_start(args, format);
		vsnprintf(text + used, room - used, format, args);
		va_end(args);
	}
	pthread_mutex_unlock(&wrongs.mutex);
	atomic_store(&wrongs.any, true);
	atomic_store(&target.over, true);
}

bool is_wrong(void)
{
	return atomic_load(&wrongs.any);
}

/* Addresses of the host's, as registers have them: pages, flags below them */
static struct {
	const char *name;
	u32 value;
} addresses[] = {
	{ "BDSM" }, { "GSMBASE" }, { "STOLEN_RESERVED" }, { "ASLS" },
	{ "GFXVTBAR" }, { "VTVC0BAR" },
};

static u32 dsm;			/* where BDSM says, as INFO has it */

#define BDSM			0
#define UNITS			4	/* from there on: VT-d units */
#define PAGE_BITS		(~0xfffu)

/* Bytes that the device's registers have: 0 where there is no such address */
static u32 host_register(const char *name)
{
	const struct machine_register *reg = machine_register(target.machine, name);

	/* Where a guest has it; the host may have it in the gap alone */
	return reg->config ? sim_read("config", reg->config, 4) :
			     sim_read("bar0", reg->gap, 4);
}

/* What of configuration space a guest may write: header and capabilities; and all of it */
static u8 known[PCI_CFG_SPACE_SIZE], config[PCI_CFG_SPACE_SIZE];

static void read_space(void)
{
	static bool is_read;
	unsigned int at;

	if (is_read)
		return;
	sim_known(known);
	for (at = 0; at < sizeof(config); at += 4)
		put_le(config + at, 4, sim_read("config", at, 4));
	is_read = true;
}

/* What the OpRegion and the ROM have that firmware has put there */
static struct {
	u8 bytes[0x12000];
	size_t len;
} given[GIVENS];

/**
 * oracle_given - note what firmware gives to any guest
 * @which: instead of what was noted of that before
 * @bytes: none of them is an address of the host's, whatever they look like
 * @len: how much
 */
void oracle_given(enum given which, const u8 *bytes, size_t len)
{
	if (len > sizeof(given[which].bytes))
		die("there is no room for %zu bytes", len);
	memcpy(given[which].bytes, bytes, len);
	given[which].len = len;
}

static bool is_given(enum given which, u32 address)
{
	size_t at;

	for (at = 0; at + 4 <= given[which].len; at++)
		if (!((get_le(given[which].bytes + at, 4) ^ address) & PAGE_BITS))
			return true;
	return false;
}

/* What is there anyway may look like an address of firmware's */
static bool is_plain(u32 address)
{
	unsigned int i;
	size_t at;

	for (i = 0; i < GIVENS; i++)
		if (is_given(i, address))
			return true;
	for (at = 0; at + 4 <= sizeof(config); at++)
		if (known[at] && known[at + 1] && known[at + 2] && known[at + 3] &&
		    !((get_le(config + at, 4) ^ address) & PAGE_BITS))
			return true;
	return false;
}

/*
 * As the host's registers are now. Some cannot be told from what a guest writes, or
 * from what it may read.
 */
void oracle_addresses(void)
{
	const bool mchbar = target.machine->traps > 1;
	const u32 values[] = {
		host_register("BDSM"), host_register("GSMBASE"),
		host_register("STOLEN_RESERVED"), host_register("ASLS"),
		mchbar ? sim_read("bar0", MCHBAR_START + 0x5400, 4) : 0,
		mchbar ? sim_read("bar0", MCHBAR_START + 0x5410, 4) : 0,
	};
	unsigned int i;

	read_space();
	dsm = values[BDSM] & BASE_MASK;
	for (i = 0; i < ARRAY_SIZE(values); i++)
		addresses[i].value = i < UNITS && (draw_can(values[i]) ||
						   is_plain(values[i])) ?
				     0 : values[i];
}

static bool is_trapped(u64 offset, u64 len)
{
	const struct machine_range *trap = target.machine->trapped;
	unsigned int i;

	for (i = 0; i < target.machine->traps; i++, trap++)
		if (offset >= trap->start && offset + len <= trap->end)
			return true;
	return false;
}

/**
 * address_in - is an address of the host's among bytes that were read?
 * @bytes: what was read
 * @len: how much
 * @index: region, NO_REGION for none
 * @offset: in it
 * @place: result, where among them
 *
 * Of BAR0 what is trapped is looked at: all else is what was written there, and what
 * the device has made of that. So are BAR4's ports, where an address has to be there
 * with its flags.
 *
 * Return: its name, or NULL.
 */
const char *address_in(const u8 *bytes, size_t len, unsigned int index, u64 offset,
		       size_t *place)
{
	const bool bar0 = index == VFIO_PCI_BAR0_REGION_INDEX;
	const bool ports = index == VFIO_PCI_BAR4_REGION_INDEX;
	/* What of configuration space looks like a unit's, at 0xc8, no document names */
	const unsigned int count = bar0 || ports ? ARRAY_SIZE(addresses) : UNITS;
	const u32 bits = ports ? ~0u : PAGE_BITS;
	unsigned int i;
	size_t at;
	u32 four;

	for (at = 0; at + 4 <= len; at++) {
		memcpy(&four, bytes + at, 4);
		if (bar0 && !is_trapped(offset + at, 4))
			continue;
		for (i = 0; i < count; i++) {
			if (!addresses[i].value ||
			    (four ^ addresses[i].value) & bits)
				continue;
			/* A byte behind zeros is anywhere, where no register is */
			if (!(addresses[i].value & ~0xff000000 & bits) &&
			    (offset + at) % 4)
				continue;
			/* Ports show INFO, too; firmware may put all at one place */
			if ((i == BDSM || !((addresses[i].value ^ dsm) & PAGE_BITS)) &&
			    (ports || (bar0 && offset + at + 4 > INFO_DSM &&
				       offset + at < INFO_DSM + 8)))
				continue;
			*place = at;
			return addresses[i].name;
		}
	}
	return NULL;
}

void check_bytes(const struct worker *me, const u8 *bytes, size_t len,
		 unsigned int index, u64 offset)
{
	size_t i, place = 0;
	const char *name = address_in(bytes, len, index, offset, &place);
	char text[3 * 16 + 1] = "";

	if (!name)
		return;
	for (i = 0; i < 16 && place + i < len; i++)
		sprintf(text + 3 * i, " %02x", bytes[place + i]);
	wrong(ORACLE_ADDRESS, me, "%s of the host in %zu bytes at %#llx of region %d, from %zu on:%s",
	      name, len, offset, (int)index, place, text);
}

/* Does a line of /proc/self/maps have a part of BAR0 that is trapped? */
static bool line_trapped(const char *line)
{
	unsigned long start, end;
	unsigned long long offset;
	unsigned int i;

	if (!strstr(line, "vfio") ||
	    sscanf(line, "%lx-%lx %*s %llx", &start, &end, &offset) != 3 ||
	    offset >> REGION_SHIFT != VFIO_PCI_BAR0_REGION_INDEX)
		return false;
	for (i = 0; i < target.machine->traps; i++)
		if (offset < target.machine->trapped[i].end &&
		    offset + (end - start) > target.machine->trapped[i].start)
			return true;
	return false;
}

/* Of whoever calls; without malloc(), which a child of many threads has not */
bool maps_trapped(void)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	char text[4096], *line, *end;
	size_t used = 0;
	bool trapped = false;
	ssize_t len;

	while ((len = read(fd, text + used, sizeof(text) - 1 - used)) > 0) {
		used += len;
		text[used] = 0;
		for (line = text; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			trapped |= line_trapped(line);
		}
		used = strlen(line);
		memmove(text, line, used);
	}
	close(fd);
	return trapped;
}

/*
 * No file tells where a mapping of a device leads to. What is in the page does: in the
 * gap registers with addresses of the host's, and in each page of MCHBAR, which no reset
 * clears, a mark that nobody else can make.
 */
#define MARK			0x5a695a69
#define MARK_PLACE		0xff0

static void mark_mchbar(void)
{
	const struct machine_range *mchbar = &target.machine->mchbar;
	u64 page;

	for (page = mchbar->start; page < mchbar->end; page += PAGE)
		sim_write("bar0", page + MARK_PLACE, 4, MARK);
}

/* Of a mapping: may fault */
void check_page(const struct worker *me, const u8 *page)
{
	const struct {
		u32 place;
		u32 value;
	} telling[] = {
		{ VFIO_PCI_IGD_MMIO_BDSM % PAGE, addresses[BDSM].value },
		{ VFIO_PCI_IGD_MMIO_GSMBASE % PAGE, addresses[BDSM + 1].value },
		{ MARK_PLACE, MARK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(telling); i++)
		if (*(const volatile u32 *)(page + telling[i].place) ==
		    telling[i].value)
			wrong(ORACLE_MAPPED, me, "a page that is mapped has %#x at %#x",
			      telling[i].value, telling[i].place);
}

void check_mapping(const struct worker *me)
{
	if (maps_trapped())
		wrong(ORACLE_MAPPED, me, "a mapping has it");
}

static void check_register(const struct worker *me, const char *name, u64 expected)
{
	const struct machine_register *reg = machine_register(target.machine, name);
	const struct vfio *vfio = &target.vfio;
	unsigned int i;

	for (i = 0; i <= reg->width; i++) {
		/* The whole of it, then byte by byte */
		unsigned int byte = i ? i - 1 : 0, width = i ? 1 : reg->width;
		u64 part = expected >> 8 * byte & ~0ULL >> (64 - 8 * width);
		u64 config = reg->config ?
			     config_read(vfio, reg->config + byte, width) : part;
		u64 gap = reg->gap ? bar0_read(vfio, reg->gap + byte, width) : part;

		if (config != part || gap != part)
			wrong(ORACLE_AGREE, me, "%s, %u bytes from %u on: %#llx in configuration space, %#llx in the gap, not %#llx",
			      name, width, byte, config, gap, part);
	}
}

/* After whatever was done to it, and while nobody else uses it */
void check_registers(struct worker *me)
{
	const struct machine *machine = target.machine;
	const struct vfio *vfio = &target.vfio;
	u64 bdsm = draw_value(me, draw_one_in(me, 2) ? 4 : 8) & BASE_MASK;

	if (machine_register(machine, "BDSM")->width == 4)
		bdsm = (u32)bdsm;
	if (draw_one_in(me, 2))
		bdsm |= VFIO_PCI_IGD_BDSM_GSM;
	if (target.pm)
		config_write(vfio, target.pm + PCI_PM_CTRL, 2, 0);
	config_write(vfio, PCI_BASE_ADDRESS_0, 8, 4 * GIB);
	config_write(vfio, PCI_BASE_ADDRESS_2, 8, 8 * GIB);
	vfio_enable(vfio);

	machine_program(machine, vfio, bdsm);
	check_register(me, "GGC", machine->ggc);
	check_register(me, "BDSM", machine_guest_bdsm(machine, vfio, bdsm));
	check_register(me, "GSMBASE",
		       machine_guest_gsm(machine, vfio, machine->reserved, bdsm,
					 machine->dsm_size));
	check_register(me, "STOLEN_RESERVED",
		       machine_guest_reserved(machine, machine->reserved, bdsm,
					      machine->dsm_size));
}

static void check_writes_to(const char *space, u64 from, u64 to)
{
	struct sim_log first;
	size_t count = sim_writes(space, from, to, &first, 1);

	if (count)
		wrong(ORACLE_WRITTEN, NULL, "%zu times in %s, the first: %u bytes, %#llx, at %#llx",
		      count, space, first.width, first.value, first.offset);
}

static void check_writes(void)
{
	const struct machine *machine = target.machine;
	unsigned int at, end, i;

	for (at = 0; at < sizeof(known); at = end) {
		for (end = at; end < sizeof(known) && known[end] == known[at];)
			end++;
		if (!known[at])
			check_writes_to("config", at, end - 1);
	}
	check_writes_to("config", PCI_CFG_SPACE_SIZE, PCI_CFG_SPACE_EXP_SIZE - 1);
	for (i = 0; i < machine->traps; i++)
		check_writes_to("bar0", machine->trapped[i].start,
				machine->trapped[i].end - 1);
	if (machine->bar4_size > 8)
		check_writes_to("bar4", 8, machine->bar4_size - 1);
}

/* What the driver says of a device that it has been bound to */
#define BOUND			"): stolen memory "

/* What the log may have, and how often: in a life, while bound, when it is unbound */
enum period { PER_LIFE, PER_BIND, PER_UNBIND };

static struct {
	const char *words;
	enum period period;
	unsigned int times;
	unsigned int seen;
} sayings[] = {
	{ "the guest has placed ", PER_LIFE, 1 },
	{ "enabling device (", PER_LIFE, 1 },
	{ "the device sleeps: its display is left as it is", PER_BIND, 1 },
	{ "BAR0 does not answer: the display is left as it is", PER_BIND, 1 },
	{ "no frame came within ", PER_BIND, 1 },
	/* When it changes hands, and when VGA's ranges are read for the first time */
	{ "vgaarb: VGA decodes changed", PER_BIND, 3 },
	{ "vgaarb: deactivate vga console", PER_UNBIND, 2 },
	/* Debian's kernel, in each folder of firmware; of the first opens alone */
	{ "firmware: failed to load vfio-pci-igd/8086-", PER_BIND, 80 },
	/* vfio-pci-core's: a guest that sleeps when it is reset has lost its BARs */
	{ "vfio_bar_restore: reset recovery - restoring BARs", PER_LIFE, UINT_MAX },
	/*
	 * The PCI core's, 10 in 5 s at most: root resets it by sysfs just as it is put to
	 * sleep; a second write of PMCSR puts back the state that vfio-pci-core has read
	 * before the first one woke the device
	 */
	{ "Refused to change power state from D0 to D3hot", PER_LIFE, UINT_MAX },
	{ "Refused to change power state from D3hot to D0", PER_LIFE, UINT_MAX },
	/*
	 * And while one thread that is the first to use a BAR requests it, others are
	 * refused, as often as they ask until it has it
	 */
	{ "can't reserve [", PER_LIFE, UINT_MAX },
	/* Whoever has the device is asked to let go of it, and it is bound again */
	{ "Relaying device request to user (#0)", PER_UNBIND, 1 },
	{ "No device request channel registered, blocked until released",
	  PER_UNBIND, 1 },
	{ BOUND, PER_UNBIND, 1 },
	/* Binding looks at it, once, and nobody else does */
	{ "Invalid PCI ROM ", PER_UNBIND, 1 },
};

/* What the kernel says of any process, whatever it maps: the first two once for ever */
static const char * const of_anybody[] = {
	"uses deprecated remap_file_pages() syscall",
	"attempted to duplicate a private mapping with mremap",
	"not enough memory for the allocation",
};

static const char * const complaints[] = {
	"BUG:", "WARNING:", "Oops", "general protection", "UBSAN", "KASAN", "KCSAN",
	"KFENCE", "INFO: task", "INFO: rcu", "possible circular locking",
	"possible recursive locking", "inconsistent lock state",
	"suspicious RCU usage", "sleeping function called", "refcount_t",
	"list_add corruption", "list_del corruption", "Call Trace",
	"unreferenced object",
};

static bool is_one_of(const char * const *words, size_t count, const char *line)
{
	while (count--)
		if (strstr(line, words[count]))
			return true;
	return false;
}

static bool is_allowed(const char *line, bool unbound)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sayings); i++)
		if (strstr(line, sayings[i].words))
			return (unbound || sayings[i].period != PER_UNBIND) &&
			       ++sayings[i].seen <= sayings[i].times;
	return is_one_of(of_anybody, ARRAY_SIZE(of_anybody), line);
}

/* Other lines are the machine's: about its clock, say */
static bool is_about_us(const char *line)
{
	static const char * const words[] = {
		IGD_BDF, "vfio", "igd", "DMAR", "iommu", "fuzz",
	};

	return is_one_of(words, ARRAY_SIZE(words), line);
}

static void forget_sayings(enum period period)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sayings); i++)
		if (sayings[i].period == period)
			sayings[i].seen = 0;
}

static void check_log(bool unbound)
{
	char *text = strdup(klog_since()), *rest = text, *line;

	forget_sayings(PER_LIFE);
	forget_sayings(PER_UNBIND);
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (strstr(line, BOUND))
			forget_sayings(PER_BIND);
		if (!is_about_us(line))
			printf("# the kernel says: %s\n", line);
		else if (!is_allowed(line, unbound))
			wrong(ORACLE_LOG, NULL, "%s", line);
	}
	free(text);
}

/* Since the log was marked */
void oracle_complaints(void)
{
	char *text = strdup(klog_since()), *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		if (is_one_of(complaints, ARRAY_SIZE(complaints), line))
			wrong(ORACLE_KERNEL, NULL, "%s", line);
	free(text);
}

/* Of a device that is well: each can be told from all else */
void oracle_can_tell(void)
{
	unsigned int i;

	oracle_addresses();
	for (i = 0; i < UNITS; i++)
		if (!addresses[i].value)
			die("%s of the host may be drawn, or given, by chance",
			    addresses[i].name);
}

void oracle_begin(void)
{
	unsigned int i;

	oracle_can_tell();
	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		draw_forbid(addresses[i].value);
	mark_mchbar();
}

/* A life of the device begins */
void oracle_mark(void)
{
	sim_mark();
	klog_mark();
}

/* It has ended: @unbound, with the driver gone and bound again */
void oracle_life(bool unbound)
{
	check_writes();
	check_log(unbound);
	oracle_complaints();
}

/* What an oracle has found first, or an empty text; @name: what it looks after */
const char *oracle_found(enum oracle oracle, const char **name)
{
	*name = names[oracle];
	return wrongs.found[oracle];
}
