// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers that a guest has to itself: what it reads before and after its
 * firmware has programmed them, at any offset and width, in configuration space
 * and in the gap page of BAR0
 */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define MAX_WIDTH		16
#define LPC_BRIDGE		"0000:00:1f.0"
#define BDSM_LOCK		1

static void program(const struct machine *machine, const struct vfio *vfio,
		    const char *name, u64 value)
{
	const struct machine_register *reg = machine_register(machine, name);

	config_write(vfio, reg->config, reg->width, value);
}

TEST_F(igd, before_firmware_ran)
{
	EXPECT_REGISTER("GGC", self->machine->ggc);
	EXPECT_STOLEN(0);
	EXPECT_REGISTER("ASLS", 0);
	EXPECT_REGISTER("SWSMI", 0);
	EXPECT_REGISTER("ASLE", 0);
	EXPECT_REGISTER("SWSCI", 0);
}

TEST_F(igd, after_firmware_ran)
{
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	program(self->machine, &self->vfio, "ASLS", 0x3ffe0018);

	EXPECT_REGISTER("GGC", self->machine->ggc);
	EXPECT_STOLEN(GUEST_BDSM);
	EXPECT_REGISTER("ASLS", 0x3ffe0018);
}

/* From Meteor Lake on it leads behind a BAR: to nothing while that is nowhere or off */
TEST_F(igd, without_a_bar_there_is_nothing_behind_it)
{
	static const struct {
		const char *name;
		unsigned int bar;
	} behind[] = {
		{ "BDSM", PCI_BASE_ADDRESS_2 },
		{ "GSMBASE", PCI_BASE_ADDRESS_0 },
	};
	unsigned int i;
	u64 command;

	if (!machine_behind_bar2(self->machine))
		SKIP(return, "stolen memory is not behind BAR2");
	command = config_read(&self->vfio, PCI_COMMAND, 2);
	for (i = 0; i < ARRAY_SIZE(behind); i++) {
		u64 old = config_read(&self->vfio, behind[i].bar, 8);

		EXPECT_STOLEN(0);
		config_write(&self->vfio, PCI_COMMAND, 2,
			     command & ~PCI_COMMAND_MEMORY);
		EXPECT_REGISTER(behind[i].name, 0);
		config_write(&self->vfio, PCI_COMMAND, 2,
			     command | PCI_COMMAND_MEMORY);
		config_write(&self->vfio, behind[i].bar, 8, 0);
		EXPECT_REGISTER(behind[i].name, 0);
		config_write(&self->vfio, behind[i].bar, 8, old);
	}
	config_write(&self->vfio, PCI_COMMAND, 2, command);
}

TEST_F(igd, bdsms_lock_bit_moves_nothing)
{
	machine_program(self->machine, &self->vfio, GUEST_BDSM | BDSM_LOCK);
	EXPECT_STOLEN(GUEST_BDSM | BDSM_LOCK);
}

/* Only then does every register agree with every other, see registers.md */
TEST_F(igd, at_the_hosts_own_place_all_is_as_on_the_host)
{
	const u64 bdsm = self->machine->dsm | VFIO_PCI_IGD_BDSM_GSM;

	machine_program(self->machine, &self->vfio, bdsm);
	EXPECT_STOLEN(bdsm);
	if (machine_behind_bar2(self->machine))
		return;
	EXPECT_REGISTER("BDSM", self->machine->dsm);
	EXPECT_REGISTER("GSMBASE", self->machine->gsm);
	EXPECT_REGISTER("STOLEN_RESERVED", self->machine->reserved);
}

/*
 * From the first MiB to the last place in which all of it fits, around 4 GiB,
 * and where its end does not fit: then nothing can be said of what is there.
 */
TEST_F(igd, bdsm_at_both_ends_of_its_range)
{
	const unsigned int width =
		machine_register(self->machine, "BDSM")->width;
	const u64 size = self->machine->dsm_size;
	const u64 places[] = {
		MIB, 2 * MIB, size, 4 * GIB - size - MIB, 4 * GIB - size,
		4 * GIB - MIB, 4 * GIB, 1ULL << 38, 1ULL << 46,
		0ULL - size - MIB, 0ULL - size, 0ULL - MIB, 0,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (width == 4 && places[i] >= 4 * GIB)
			continue;
		machine_program(self->machine, &self->vfio, places[i]);
		EXPECT_STOLEN(places[i]);
		EXPECT_REGISTER("GGC", self->machine->ggc);
	}
}

TEST_F(igd, bdsm_written_back_to_0_undoes_it)
{
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	machine_program(self->machine, &self->vfio, 0);
	EXPECT_STOLEN(0);
}

/* Firmware that has reserved what lies below says so, in a bit that reads 0 */
TEST_F(igd, gsmbase_leads_below_bdsm_when_that_is_reserved)
{
	const u64 bdsm = GUEST_BDSM | VFIO_PCI_IGD_BDSM_GSM;

	machine_program(self->machine, &self->vfio, bdsm);
	EXPECT_STOLEN(bdsm);
	if (!machine_behind_bar2(self->machine))
		EXPECT_REGISTER("GSMBASE",
				GUEST_BDSM - machine_gsm_below(self->machine));
	EXPECT_REGISTER("BDSM", machine_guest_bdsm(self->machine, &self->vfio,
						   GUEST_BDSM));
}

/* Without it, it leads to what is the guest's stolen memory anyway, or nowhere */
TEST_F(igd, gsmbase_leads_into_stolen_memory_when_it_is_not)
{
	const struct machine_register *gsm =
		machine_register(self->machine, "GSMBASE");
	u64 base, size, reserved;

	if (machine_behind_bar2(self->machine))
		SKIP(return, "stolen memory is behind BAR2: there is no BDSM");

	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	base = bar0_read(&self->vfio, gsm->gap, gsm->width);
	machine_reserved(self->machine, self->machine->reserved, &size);
	reserved = GUEST_BDSM + self->machine->dsm_size - size;
	EXPECT_LE(GUEST_BDSM, base);
	EXPECT_GE(reserved, base + self->machine->gsm_size);
}

TEST_F(igd, that_is_forgotten_with_another_base)
{
	const u64 other = GUEST_BDSM - MIB;

	machine_program(self->machine, &self->vfio,
			GUEST_BDSM | VFIO_PCI_IGD_BDSM_GSM);
	machine_program(self->machine, &self->vfio, other);
	EXPECT_STOLEN(other);

	machine_program(self->machine, &self->vfio,
			other | VFIO_PCI_IGD_BDSM_GSM);
	machine_program(self->machine, &self->vfio, 0);
	EXPECT_STOLEN(0);
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_STOLEN(GUEST_BDSM);
}

/* 64 bits are written in two halves, the lower one first */
TEST_F(igd, it_is_kept_when_the_upper_half_follows)
{
	const struct machine_register *reg =
		machine_register(self->machine, "BDSM");
	const u64 bdsm = GUEST_BDSM | VFIO_PCI_IGD_BDSM_GSM;

	if (!reg->config)
		SKIP(return, "stolen memory is behind BAR2: there is no BDSM");

	config_write(&self->vfio, reg->config, 4, bdsm);
	if (reg->width == 8)
		config_write(&self->vfio, reg->config + 4, 4, 0);
	EXPECT_STOLEN(bdsm);
}

TEST_F(igd, bdsm_byte_by_byte)
{
	const struct machine_register *reg =
		machine_register(self->machine, "BDSM");
	u64 value = 0;
	unsigned int i;

	if (machine_behind_bar2(self->machine))
		SKIP(return, "stolen memory is behind BAR2: there is no BDSM");

	/* From the top, so that the address is whole with the last byte */
	for (i = reg->width; i--;) {
		u8 byte = GUEST_BDSM >> 8 * i;

		value |= (u64)byte << 8 * i;
		config_write(&self->vfio, reg->config + i, 1, byte);
		EXPECT_EQ(value, config_read(&self->vfio, reg->config,
					     reg->width))
			TH_LOG("after byte %u", i);
	}
	EXPECT_STOLEN(GUEST_BDSM);
}

/* What of a register keeps what is written to it */
static u64 writable_bits(const struct machine_register *reg)
{
	const u64 all = ~0ULL >> (64 - 8 * reg->width);

	/* An address by the MiB, and a lock */
	return strcmp(reg->name, "BDSM") ? all : all & 0xfffffffffff00001;
}

/*
 * A write of any width at any offset around a register changes the bytes of the
 * register that it covers, and nothing else.
 */
static void check_partial_writes(struct __test_metadata *_metadata,
				 const struct vfio *vfio,
				 const struct machine_register *reg)
{
	static const u8 bytes[8] = {
		0x5a, 0x69, 0x78, 0x87, 0x96, 0xa5, 0xb4, 0xc3,
	};
	unsigned int at, len, byte;
	u8 expected[8], found[8];

	for (at = reg->config - 2; at < reg->config + reg->width; at++) {
		for (len = 1; len <= 8 && at + len <= 0x100; len++) {
			config_write(vfio, reg->config, reg->width, ~0ULL);
			put_le(expected, 8, writable_bits(reg));
			vfio_write(vfio, VFIO_PCI_CONFIG_REGION_INDEX, at,
				   bytes, len);
			for (byte = 0; byte < reg->width; byte++)
				if (reg->config + byte >= at &&
				    reg->config + byte < at + len)
					expected[byte] &=
						bytes[reg->config + byte - at];
			vfio_read(vfio, VFIO_PCI_CONFIG_REGION_INDEX,
				  reg->config, found, reg->width);
			EXPECT_EQ(get_le(expected, reg->width),
				  get_le(found, reg->width))
				TH_LOG("%s after %u bytes at %#x", reg->name,
				       len, at);
		}
	}
}

TEST_F_TIMEOUT(igd, partial_writes, 600)
{
	const struct machine_register *reg;

	machine_each_register(reg, self->machine)
		if (reg->writable)
			check_partial_writes(_metadata, &self->vfio, reg);
}

/* A mailbox from SeaBIOS to the option ROM: it moves nothing by itself */
TEST_F(igd, bdsm_mailbox)
{
	if (!machine_has(self->machine, "BDSM mailbox"))
		SKIP(return, "BDSM is not at 0xc0, so there is no mailbox");

	EXPECT_REGISTER("BDSM mailbox", 0);
	program(self->machine, &self->vfio, "BDSM mailbox", 0x3ab54321);
	EXPECT_REGISTER("BDSM mailbox", 0x3ab54321);
	EXPECT_STOLEN(0);

	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_REGISTER("BDSM mailbox", 0x3ab54321);
	EXPECT_STOLEN(GUEST_BDSM);

	vfio_close(&self->vfio);
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
	EXPECT_REGISTER("BDSM mailbox", 0);
}

/*
 * One byte at a time is the reference, in which no read can be cut wrongly. The
 * registers hold different values in each byte.
 */
static void fill(const struct machine *machine, const struct vfio *vfio)
{
	machine_program(machine, vfio, GUEST_BDSM | BDSM_LOCK);
	program(machine, vfio, "ASLS", 0x3a2b1c0d);
	program(machine, vfio, "ASLE", 0x94857667);
	program(machine, vfio, "SWSMI", 0x5241);
	program(machine, vfio, "SWSCI", 0xa3b2);
}

static void read_bytes(const struct vfio *vfio, unsigned int index, u64 offset,
		       u8 *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		vfio_read(vfio, index, offset + i, bytes + i, 1);
}

/* Where reads differ from the bytes, -1 if nowhere */
static int compare_reads(const struct vfio *vfio, unsigned int index,
			 u64 offset, const u8 *bytes, size_t len,
			 unsigned int width)
{
	u8 found[MAX_WIDTH];
	size_t at;

	for (at = 0; at + width <= len; at++) {
		vfio_read(vfio, index, offset + at, found, width);
		if (memcmp(found, bytes + at, width))
			return at;
	}
	return -1;
}

TEST_F_TIMEOUT(igd, config_reads_agree_at_every_offset_and_width, 1200)
{
	u8 bytes[256];
	unsigned int width;

	fill(self->machine, &self->vfio);
	read_bytes(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		   sizeof(bytes));
	for (width = 1; width <= MAX_WIDTH; width++) {
		EXPECT_EQ(-1, compare_reads(&self->vfio,
					    VFIO_PCI_CONFIG_REGION_INDEX, 0,
					    bytes, sizeof(bytes), width))
			TH_LOG("%u bytes wide", width);
	}
}

TEST_F_TIMEOUT(igd, gap_reads_agree_at_every_offset_and_width, 1200)
{
	/* Registers, what is around them, and both borders of the gap */
	static const struct {
		u64 from;
		u64 to;
	} parts[] = {
		{ 0x108030, 0x108060 }, { 0x1080b0, 0x1080e0 },
		{ 0x1080f0, 0x108120 }, { 0x1082b0, 0x1082e0 },
		{ 0x108f70, 0x108fb0 },
		{ GAP_START - 24, GAP_START + 24 }, { GAP_END - 24, GAP_END + 24 },
	};
	unsigned int width, i;
	u8 bytes[0x40];

	fill(self->machine, &self->vfio);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t len = parts[i].to - parts[i].from;

		read_bytes(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX,
			   parts[i].from, bytes, len);
		for (width = 1; width <= MAX_WIDTH; width++) {
			EXPECT_EQ(-1, compare_reads(&self->vfio,
						    VFIO_PCI_BAR0_REGION_INDEX,
						    parts[i].from, bytes, len,
						    width))
				TH_LOG("%u bytes wide from %#llx on", width,
				       parts[i].from);
		}
	}
}

TEST_F(igd, config_and_gap_agree_byte_for_byte)
{
	const struct machine_register *reg;
	unsigned int byte;

	fill(self->machine, &self->vfio);
	machine_each_register(reg, self->machine) {
		if (!reg->config || !reg->gap)
			continue;
		for (byte = 0; byte < reg->width; byte++) {
			EXPECT_EQ(config_read(&self->vfio, reg->config + byte, 1),
				  bar0_read(&self->vfio, reg->gap + byte, 1))
				TH_LOG("%s, byte %u", reg->name, byte);
		}
	}
}

/* A register of the display that does nothing and that a reset clears */
#define SCRATCH			0x4f100

/*
 * Ivy Bridge's the kernel resets in a way of its own, by registers of which
 * igdsim does not know what they do.
 */
static bool is_cleared(void)
{
	char methods[64];

	host_attribute("reset_method", methods, sizeof(methods));
	return !strncmp(methods, "device_specific", 15) ||
	       !sim_read("bar0", SCRATCH, 4);
}

TEST_F(igd, a_reset_keeps_what_firmware_programmed)
{
	fill(self->machine, &self->vfio);
	bar0_write(&self->vfio, SCRATCH, 4, 0x11223344);
	vfio_reset(&self->vfio);
	vfio_enable(&self->vfio);

	EXPECT_TRUE(is_cleared());
	EXPECT_STOLEN(GUEST_BDSM | BDSM_LOCK);
	EXPECT_REGISTER("ASLS", 0x3a2b1c0d);
}

/* In the way that the device has: by PCIe, by AF, or by way of D3hot */
static void reset_through_config(const struct vfio *vfio)
{
	unsigned int at;

	at = sim_capability(PCI_CAP_ID_EXP);
	if (at) {
		config_write(vfio, at + PCI_EXP_DEVCTL, 2,
			     PCI_EXP_DEVCTL_BCR_FLR);
		return;
	}
	at = sim_capability(PCI_CAP_ID_AF);
	if (at) {
		config_write(vfio, at + PCI_AF_CTRL, 1, PCI_AF_CTRL_FLR);
		return;
	}
	at = sim_capability(PCI_CAP_ID_PM);
	config_write(vfio, at + PCI_PM_CTRL, 2, 3);
	config_write(vfio, at + PCI_PM_CTRL, 2, 0);
}

/* As a guest's own driver resets it */
TEST_F(igd, a_reset_through_config_space_keeps_it_too)
{
	fill(self->machine, &self->vfio);
	bar0_write(&self->vfio, SCRATCH, 4, 0x11223344);
	reset_through_config(&self->vfio);
	vfio_enable(&self->vfio);

	EXPECT_TRUE(is_cleared());
	EXPECT_STOLEN(GUEST_BDSM | BDSM_LOCK);
	EXPECT_REGISTER("ASLS", 0x3a2b1c0d);
}

TEST_F(igd, the_next_open_forgets)
{
	fill(self->machine, &self->vfio);
	vfio_close(&self->vfio);
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);

	EXPECT_STOLEN(0);
	EXPECT_REGISTER("ASLS", 0);
	EXPECT_REGISTER("SWSMI", 0);
	EXPECT_REGISTER("ASLE", 0);
	EXPECT_REGISTER("SWSCI", 0);
}

/* As /sys has a range, an empty one, too */
#define EXPECT_RANGE(name, start, size) do {				\
	u64 start_ = (start), size_ = (size);				\
	char expected_[64] = "", found_[64];				\
									\
	if (size_)							\
		snprintf(expected_, sizeof(expected_), "%#llx-%#llx",	\
			 start_, start_ + size_ - 1);			\
	host_attribute(name, found_, sizeof(found_));			\
	EXPECT_STREQ(expected_, found_);				\
} while (0)

TEST_F(igd, a_closed_device_shows_no_guest)
{
	const struct machine *machine = self->machine;
	struct machine guest = *machine;
	u64 reserved, size;

	if (machine_behind_bar2(machine))
		SKIP(return, "stolen memory lies where BAR2 says, guest or not");
	EXPECT_RANGE("igd/guest_stolen", 0, 0);
	EXPECT_RANGE("igd/guest_reserved", 0, 0);
	fill(machine, &self->vfio);
	guest.dsm = GUEST_BDSM;
	reserved = machine_reserved(&guest,
				    machine_guest_reserved(machine, machine->reserved,
							   GUEST_BDSM,
							   machine->dsm_size), &size);
	EXPECT_RANGE("igd/guest_stolen", GUEST_BDSM, machine->dsm_size);
	EXPECT_RANGE("igd/guest_reserved", reserved, size);

	vfio_close(&self->vfio);
	EXPECT_RANGE("igd/guest_stolen", 0, 0);
	EXPECT_RANGE("igd/guest_reserved", 0, 0);
	ASSERT_EQ(0, vfio_open(&self->vfio, variant->api));
	vfio_enable(&self->vfio);
}

TEST_F_TIMEOUT(igd, writes_to_the_gap_go_nowhere, 600)
{
	static const unsigned int widths[] = { 1, 2, 4, 8, 16 };
	static u8 before[PAGE], after[PAGE];
	u8 ones[16];
	unsigned int i;
	u64 at;

	fill(self->machine, &self->vfio);
	memset(ones, 0xff, sizeof(ones));
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, before,
		  sizeof(before));
	sim_mark();

	for (i = 0; i < ARRAY_SIZE(widths); i++)
		for (at = GAP_START; at + widths[i] <= GAP_END; at += widths[i])
			vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, at,
				   ones, widths[i]);
	vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START + 0x103,
		   ones, 11);

	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, after,
		  sizeof(after));
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

/* Of a write across a border of the gap, only what is outside goes on */
TEST_F(igd, writes_across_the_gaps_borders_are_cut)
{
	u8 before[16], after[16], bytes[16];

	memset(bytes, 0x5a, sizeof(bytes));
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, before, 8);
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_END - 8,
		  before + 8, 8);
	sim_mark();
	vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START - 8,
		   bytes, 16);
	vfio_write(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_END - 8, bytes,
		   16);

	EXPECT_EQ(0, sim_writes("bar0", GAP_START, GAP_END - 1, NULL, 0));
	EXPECT_EQ(0x5a5a5a5a5a5a5a5a,
		  bar0_read(&self->vfio, GAP_START - 8, 8));
	EXPECT_EQ(0x5a5a5a5a5a5a5a5a, bar0_read(&self->vfio, GAP_END, 8));
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, after, 8);
	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_END - 8,
		  after + 8, 8);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

TEST_F(igd, the_info_structure)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	u8 info[56], lpc[256];

	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX,
		  VFIO_PCI_IGD_MMIO_INFO, info, sizeof(info));
	host_config(LPC_BRIDGE, lpc);

	EXPECT_EQ(0, memcmp("IGD-VFIO", info, 8));
	EXPECT_EQ(2, get_le(info + 8, 2));
	EXPECT_EQ(48, get_le(info + 10, 2));
	EXPECT_EQ(self->machine->gen, get_le(info + 12, 2));
	EXPECT_EQ(bdsm->config, info[14]);
	EXPECT_EQ(bdsm->config ? bdsm->width : 0, info[15]);
	EXPECT_EQ(machine_behind_bar2(self->machine) ? 0 : self->machine->dsm,
		  get_le(info + 16, 8));
	EXPECT_EQ(self->machine->dsm_size, get_le(info + 24, 8));
	EXPECT_EQ(machine_gsm_below(self->machine), get_le(info + 32, 8));
	EXPECT_EQ(get_le(lpc + PCI_DEVICE_ID, 2), get_le(info + 40, 2));
	EXPECT_EQ(0, get_le(info + 42, 6));
	EXPECT_EQ(0, get_le(info + 48, 8));
}

/*
 * The structure as its version 1 was, which ROMs of that time read: 32 bytes, of
 * a version and a size that are no less than theirs. It never changes again.
 */
TEST_F(igd, the_info_structure_begins_with_version_1)
{
	const struct machine_register *bdsm =
		machine_register(self->machine, "BDSM");
	const struct {
		const char *name;
		unsigned int offset;
		unsigned int width;
		u64 value;
	} fields[] = {
		{ "magic", 0, 8, 0x4f4946562d444749 },
		{ "gen", 12, 2, self->machine->gen },
		{ "bdsm_config", 14, 1, bdsm->config },
		{ "bdsm_width", 15, 1, bdsm->config ? bdsm->width : 0 },
		{ "host_dsm_base", 16, 8,
		  machine_behind_bar2(self->machine) ? 0 : self->machine->dsm },
		{ "dsm_size", 24, 8, self->machine->dsm_size },
	};
	const unsigned int at = 0x108f80;
	unsigned int i;

	EXPECT_LE(1, bar0_read(&self->vfio, at + 8, 2));
	EXPECT_LE(32, bar0_read(&self->vfio, at + 10, 2));
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		EXPECT_EQ(fields[i].value,
			  bar0_read(&self->vfio, at + fields[i].offset,
				    fields[i].width))
			TH_LOG("%s", fields[i].name);
	}
}

/* May this number be an address of the host that a guest must not learn? */
static bool is_hosts(const struct machine *machine, u64 value)
{
	u64 page = machine->asls & ~0xfffULL;

	return (value >= machine->gsm &&
		value < machine->dsm + machine->dsm_size) ||
	       (value >= page && value < machine->asls + 0x2000ULL) ||
	       (value >= machine->vbt &&
		value < machine->vbt + machine->vbt_size);
}

/* Offset of the first such number, -1 if there is none */
static int find_hosts(const struct machine *machine, const u8 *bytes,
		      size_t len, size_t skip)
{
	size_t at;

	for (at = 0; at + 4 <= len; at += 4) {
		if (at == skip)
			continue;
		if (is_hosts(machine, get_le(bytes + at, 4)) ||
		    (at + 8 <= len && is_hosts(machine, get_le(bytes + at, 8))))
			return at;
	}
	return -1;
}

FIXTURE(scan)
{
	const struct machine *machine;
	struct vfio vfio;
};

FIXTURE_VARIANT(scan)
{
	bool programmed;	/* has the guest's firmware run? */
};

FIXTURE_VARIANT_ADD(scan, before)
{
};

FIXTURE_VARIANT_ADD(scan, after)
{
	.programmed = true,
};

FIXTURE_SETUP(scan)
{
	self->machine = machine_here();
	host_need_bound();
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_enable(&self->vfio);
	if (variant->programmed)
		fill(self->machine, &self->vfio);
}

FIXTURE_TEARDOWN(scan)
{
	vfio_close(&self->vfio);
}

TEST_F(scan, config_space_has_no_host_address)
{
	static u8 bytes[PAGE];
	struct region region;

	ASSERT_EQ(0, vfio_region(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX,
				 &region));
	ASSERT_LE(region.size, sizeof(bytes));
	vfio_read(&self->vfio, VFIO_PCI_CONFIG_REGION_INDEX, 0, bytes,
		  region.size);

	/* Device and subsystem: numbers, which may look like an address */
	put_le(bytes + PCI_VENDOR_ID, 4, 0);
	put_le(bytes + PCI_SUBSYSTEM_VENDOR_ID, 4, 0);
	EXPECT_EQ(-1, find_hosts(self->machine, bytes, region.size, ~0));
}

/* But for the one in the info structure, which is meant to be there */
static int find_hosts_in_gap(const struct machine *machine, u8 *gap)
{
	unsigned int info = VFIO_PCI_IGD_MMIO_INFO - GAP_START;

	/* A name, which may look like an address: on Alder Lake-P it does */
	put_le(gap + info, 8, 0);
	return find_hosts(machine, gap, PAGE, info + 16);
}

TEST_F(scan, the_gap_has_no_host_address)
{
	static u8 bytes[PAGE];

	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, bytes,
		  sizeof(bytes));
	EXPECT_EQ(-1, find_hosts_in_gap(self->machine, bytes));
}

TEST_F_TIMEOUT(scan, the_gap_through_bar4_is_the_same, 600)
{
	static u8 bytes[PAGE], ports[PAGE];
	unsigned int at;
	u8 index[4];

	if (!self->machine->bar4_size)
		SKIP(return, "the device has no BAR4 to look through");

	vfio_read(&self->vfio, VFIO_PCI_BAR0_REGION_INDEX, GAP_START, bytes,
		  sizeof(bytes));
	for (at = 0; at < PAGE; at += 4) {
		put_le(index, 4, GAP_START + at);
		vfio_write(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, 0, index, 4);
		vfio_read(&self->vfio, VFIO_PCI_BAR4_REGION_INDEX, 4,
			  ports + at, 4);
	}
	for (at = 0; at < PAGE; at += 4) {
		EXPECT_EQ(get_le(bytes + at, 4), get_le(ports + at, 4))
			TH_LOG("at %#x", GAP_START + at);
	}
	EXPECT_EQ(-1, find_hosts_in_gap(self->machine, ports));
}

/*
 * Of registers that nobody knows, a flag may look like an address: on Alder
 * Lake-S bit 31 alone lies in stolen memory.
 */
TEST_F(igd, registers_that_nobody_knows_are_as_they_are)
{
	const u64 values[] = { 0x80000000, self->machine->dsm + 0x1000 };
	static const u16 places[] = { 0x000, 0x044, 0x200, 0x5c4, 0xf7c, 0xffc };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		u64 at = GAP_START + places[i], old = sim_read("bar0", at, 4);

		for (j = 0; j < ARRAY_SIZE(values); j++) {
			sim_write("bar0", at, 4, values[j]);
			EXPECT_EQ(values[j], bar0_read(&self->vfio, at, 4))
				TH_LOG("at %#llx", at);
		}
		sim_write("bar0", at, 4, old);
	}
}

TEST_HARNESS_MAIN
