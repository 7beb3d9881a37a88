// SPDX-License-Identifier: GPL-2.0-only
/*
 * MCHBAR's mirror in BAR0, through which Sandy and Ivy Bridge let a guest write to
 * the host bridge, and every generation that has one shows where the host's VT-d
 * units are: it is not mapped, what it says of memory and clocks can be read, and
 * nothing can be written.
 *
 * Where it is: machine.c. Which registers hold addresses: coreboot's
 * systemagent.h, of src/soc/intel and of src/northbridge/intel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#define MAX_WIDTH		16
#define PORT_INDEX		0
#define PORT_DATA		4

/* No generation has it from some point on */
#define OF_SOME			~0u

/* The package's power limit: writing it is what a guest must not be able to */
#define CANARY			(MCHBAR_START + 0x59a0)

static const struct {
	const char *name;
	u32 start;
	u32 len;
	unsigned int gen;	/* from which on all have it, times 100 */
} hidden[] = {
	{ "GFXVTBAR", MCHBAR_START + 0x5400, 8, 600 },
	{ "EDRAMBAR", MCHBAR_START + 0x5408, 8, 800 },
	{ "VTVC0BAR", MCHBAR_START + 0x5410, 8, 600 },
	{ "GDXCBAR, REGBAR", MCHBAR_START + 0x5420, 8, 600 },
	{ "IPUVTBAR", MCHBAR_START + 0x7880, 8, 1100 },
	{ "TBT0BAR to TBT3BAR", MCHBAR_START + 0x7888, 32, 1100 },
	{ "PAVP's message", MCHBAR_START + 0x5500, 4, OF_SOME },
	{ "IMRs", MCHBAR_START + 0x6870, 20 * 0x20, OF_SOME },
	{ "DEFVTBAR, GFXVTBAR of Apollo Lake", MCHBAR_START + 0x6c80, 16, OF_SOME },
};

/* Registers around those, and what i915 reads of memory, clocks and limits */
static const struct {
	u32 start;
	u32 end;
} parts[] = {
	{ MCHBAR_START, MCHBAR_START + 0x20 },
	{ MCHBAR_START + 0x1000, MCHBAR_START + 0x1008 },
	{ MCHBAR_START + 0x5000, MCHBAR_START + 0x5018 },
	{ MCHBAR_START + 0x53f0, MCHBAR_START + 0x5438 },
	{ MCHBAR_START + 0x5940, MCHBAR_START + 0x5950 },
	{ MCHBAR_START + 0x5990, MCHBAR_START + 0x59b0 },
	{ MCHBAR_START + 0x5e00, MCHBAR_START + 0x5e10 },
	{ MCHBAR_START + 0x7870, MCHBAR_START + 0x78b8 },
};

#define NEED_MCHBAR() do {						\
	if (self->machine->traps < 2)					\
		SKIP(return, "this generation has no MCHBAR in BAR0");	\
} while (0)

static bool is_hidden(u32 at)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (at >= hidden[i].start &&
		    at < hidden[i].start + hidden[i].len)
			return true;
	return false;
}

/* What a guest has to read, with the address in each register that may have one */
static void expect_bytes(u32 start, u8 *bytes, size_t len)
{
	u32 at;

	for (at = start & ~7; at < start + len; at += 8) {
		u8 eight[8];
		u32 i;

		put_le(eight, 8, sim_read("bar0", at, 8));
		for (i = at; i < at + 8; i++)
			if (i >= start && i < start + len)
				bytes[i - start] = is_hidden(i) ? 0 :
						   eight[i - at];
	}
}

static void *map_bar0(const struct vfio *vfio, u64 offset, u64 len)
{
	struct region bar0;

	if (vfio_region(vfio, VFIO_PCI_BAR0_REGION_INDEX, &bar0))
		die("no BAR0");
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device,
		    bar0.offset + offset);
}

static unsigned int denied(void)
{
	return host_number("igd/denied_writes");
}

/* Tests that a register reads 0 would be worth little if it were 0 anyway */
TEST_F(igd, the_host_has_addresses_there)
{
	unsigned int i;

	NEED_MCHBAR();
	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (self->machine->gen >= hidden[i].gen) {
			EXPECT_NE(0, sim_read("bar0", hidden[i].start, 8))
				TH_LOG("%s", hidden[i].name);
		}
}

TEST_F(igd, no_page_of_it_is_mapped)
{
	const u64 start = MCHBAR_START, end = self->machine->mchbar.end;
	const u64 last = end > start ? end : start + 0x20000;
	u64 at;

	for (at = start - 2 * PAGE; at < last + 2 * PAGE; at += PAGE) {
		void *map = map_bar0(&self->vfio, at, PAGE);

		EXPECT_EQ(at >= start && at < end, map == MAP_FAILED)
			TH_LOG("at %#llx", at);
		if (map != MAP_FAILED)
			munmap(map, PAGE);
	}
}

TEST_F(igd, no_mapping_crosses_its_borders)
{
	const u64 end = self->machine->mchbar.end;
	const u64 size = self->machine->bar0_size;
	const struct {
		u64 start;
		u64 len;
	} ranges[] = {
		{ MCHBAR_START - PAGE, 2 * PAGE }, { end - PAGE, 2 * PAGE },
		{ GAP_END, size - GAP_END }, { GAP_END, MCHBAR_START + 1 - GAP_END },
		{ MCHBAR_START, size - MCHBAR_START }, { MCHBAR_START - PAGE, MIB / 2 },
		{ end - 1 - (end - 1) % PAGE, size - (end - PAGE) },
	};
	unsigned int i;

	NEED_MCHBAR();
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		EXPECT_EQ(MAP_FAILED, map_bar0(&self->vfio, ranges[i].start,
					       ranges[i].len))
			TH_LOG("%#llx bytes from %#llx on", ranges[i].len,
			       ranges[i].start);
	}
}

/* Where reads of a width differ from the bytes, -1 if nowhere */
static int compare_reads(const struct vfio *vfio, u32 start, const u8 *bytes,
			 size_t len, unsigned int width)
{
	u8 found[MAX_WIDTH];
	size_t at;

	for (at = 0; at + width <= len; at++) {
		vfio_read(vfio, VFIO_PCI_BAR0_REGION_INDEX, start + at, found,
			  width);
		if (memcmp(found, bytes + at, width))
			return at;
	}
	return -1;
}

/* Addresses are gone and all else is as it is, however it is asked for */
TEST_F_TIMEOUT(igd, reads_hide_addresses_at_every_offset_and_width, 600)
{
	unsigned int width, i;
	u8 expected[0x60];

	NEED_MCHBAR();
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		u32 start = parts[i].start, len = parts[i].end - start;

		/* Below gen 11 nobody says what is there */
		if (self->machine->gen < 1100 && start > MCHBAR_START + 0x7000)
			continue;
		expect_bytes(start, expected, len);
		for (width = 1; width <= MAX_WIDTH; width++) {
			EXPECT_EQ(-1, compare_reads(&self->vfio, start, expected,
						    len, width))
				TH_LOG("%u bytes wide from %#x on", width, start);
		}
	}
}

/* Whatever is in and around each of them, on whatever machine */
TEST_F_TIMEOUT(igd, nothing_but_those_is_hidden, 600)
{
	u64 old[20 * 0x20 / 8 + 3];
	unsigned int i, j;
	u32 at;

	NEED_MCHBAR();
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		const u32 start = hidden[i].start - 8;
		const unsigned int count = (hidden[i].len + 7) / 8 + 2;

		for (j = 0; j < count; j++) {
			old[j] = sim_read("bar0", start + 8 * j, 8);
			sim_write("bar0", start + 8 * j, 8, 0xa5a5a5a5a5a5a5a5);
		}
		for (at = start; at < start + 8 * count; at++)
			EXPECT_EQ(is_hidden(at) ? 0 : 0xa5,
				  bar0_read(&self->vfio, at, 1))
				TH_LOG("%s, at %#x", hidden[i].name, at);
		for (j = 0; j < count; j++)
			sim_write("bar0", start + 8 * j, 8, old[j]);
	}
}

/* Where i915 looks for how fast memory and graphics are */
TEST_F(igd, clocks_are_the_hosts)
{
	static const u32 clocks[] = { 0x5948, 0x5994, 0x5998 };
	unsigned int i;

	NEED_MCHBAR();
	for (i = 0; i < ARRAY_SIZE(clocks); i++) {
		u64 value = sim_read("bar0", MCHBAR_START + clocks[i], 4);

		EXPECT_NE(0, value);
		EXPECT_EQ(value, bar0_read(&self->vfio, MCHBAR_START + clocks[i],
					   4));
	}
}

TEST_F(igd, a_write_is_denied_and_counted)
{
	const u64 canary = sim_read("bar0", CANARY, 8);
	unsigned int before = denied();

	NEED_MCHBAR();
	sim_mark();
	bar0_write(&self->vfio, CANARY, 4, 0x12345678);
	EXPECT_EQ(before + 1, denied());
	EXPECT_EQ(0, sim_writes("bar0", MCHBAR_START,
				self->machine->mchbar.end - 1, NULL, 0));
	EXPECT_EQ(canary, sim_read("bar0", CANARY, 8));
	EXPECT_EQ(canary, bar0_read(&self->vfio, CANARY, 8));
}

TEST_F_TIMEOUT(igd, no_write_of_any_width_goes_through, 600)
{
	static const unsigned int widths[] = { 1, 2, 3, 4, 8, 16, PAGE };
	const struct machine_range *mchbar = &self->machine->mchbar;
	static u8 ones[PAGE];
	unsigned int i;
	u64 at;

	NEED_MCHBAR();
	memset(ones, 0xff, sizeof(ones));
	sim_mark();
	for (at = mchbar->start; at < mchbar->end; at += PAGE)
		for (i = 0; i < ARRAY_SIZE(widths); i++) {
			vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, at,
				   ones, widths[i]);
			vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX,
				   at + PAGE - widths[i], ones, widths[i]);
		}
	EXPECT_EQ(0, sim_writes("bar0", mchbar->start, mchbar->end - 1, NULL, 0));
}

/* Of a write across a border, only what is outside goes on */
TEST_F(igd, writes_across_its_borders_are_cut)
{
	const struct machine_range *mchbar = &self->machine->mchbar;
	u8 bytes[16];

	NEED_MCHBAR();
	memset(bytes, 0x5a, sizeof(bytes));
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, mchbar->start - 8,
		   bytes, 16);
	vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, mchbar->end - 8,
		   bytes, 16);
	EXPECT_EQ(0, sim_writes("bar0", mchbar->start, mchbar->end - 1, NULL, 0));
	EXPECT_EQ(0x5a5a5a5a5a5a5a5a,
		  bar0_read(&self->vfio, mchbar->start - 8, 8));
	EXPECT_EQ(0x5a5a5a5a5a5a5a5a, bar0_read(&self->vfio, mchbar->end, 8));
}

/* BAR4's ports are a second way in, see ioport_test.c */
static void port_rw(const struct vfio *vfio, u32 index, u8 data[4], bool write)
{
	u8 bytes[4];

	put_le(bytes, 4, index);
	vfio_write(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_INDEX, bytes, 4);
	if (write)
		vfio_write(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, data, 4);
	else
		vfio_read(vfio, VFIO_PCI_BAR4_REGION_INDEX, PORT_DATA, data, 4);
}

TEST_F(igd, ports_read_it_as_bar0_does)
{
	unsigned int i;
	u8 bytes[4];
	u32 at;

	NEED_MCHBAR();
	if (!self->machine->bar4_size)
		SKIP(return, "the device has no BAR4, and so no ports");
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		for (at = parts[i].start; at < parts[i].end; at += 4) {
			port_rw(&self->vfio, at, bytes, false);
			EXPECT_EQ(bar0_read(&self->vfio, at, 4),
				  get_le(bytes, 4))
				TH_LOG("at %#x", at);
		}
	}
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		if (self->machine->gen < hidden[i].gen)
			continue;
		port_rw(&self->vfio, hidden[i].start, bytes, false);
		EXPECT_EQ(0, get_le(bytes, 4))
			TH_LOG("%s", hidden[i].name);
	}
}

TEST_F(igd, ports_do_not_write_to_it)
{
	const struct machine_range *mchbar = &self->machine->mchbar;
	u8 ones[4];
	u32 at;

	NEED_MCHBAR();
	if (!self->machine->bar4_size)
		SKIP(return, "the device has no BAR4, and so no ports");
	memset(ones, 0xff, sizeof(ones));
	sim_mark();
	port_rw(&self->vfio, CANARY, ones, true);
	for (at = mchbar->start; at < mchbar->end; at += PAGE) {
		port_rw(&self->vfio, at, ones, true);
		port_rw(&self->vfio, at + PAGE - 4, ones, true);
	}
	EXPECT_EQ(0, sim_writes("bar0", mchbar->start, mchbar->end - 1, NULL, 0));
}

TEST_HARNESS_MAIN
