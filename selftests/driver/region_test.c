// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three regions that a VMM looks for: OpRegion, host bridge, LPC bridge
 *
 * What the host's firmware left in memory is read through /dev/mem, and spoiled
 * there, too: the page is reserved, not System RAM.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#define OPREGION		VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION
#define HOST_CFG		VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG
#define LPC_CFG			VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG
#define HOST_BRIDGE		"0000:00:00.0"
#define LPC_BRIDGE		"0000:00:1f.0"

/* Intel's ACPI IGD OpRegion Specification */
#define OPREGION_SIZE		0x2000
#define OPREGION_SIZE_KIB	0x10	/* 4 bytes */
#define OPREGION_VERSION	0x16	/* 2 bytes */
#define OPREGION_MAILBOX_4	0x400
#define OPREGION_RVDA		0x3ba	/* 8 bytes */
#define OPREGION_RVDS		0x3c2	/* 4 bytes */
#define VBT_MAX			0x10000

/* How the log calls memory that it did not read */
#define NOT_RESERVED		"are not memory that the firmware has reserved"

#define ASLS			0xfc

static void mem_read(u64 address, void *buf, size_t len)
{
	int ret = host_mem_read(address, buf, len);

	if (ret)
		die("/dev/mem, %zu bytes at %#llx: %s", len, address,
		    strerror(-ret));
}

static void mem_write(u64 address, const void *buf, size_t len)
{
	int ret = host_mem_write(address, buf, len);

	if (ret)
		die("/dev/mem, %zu bytes at %#llx: %s", len, address,
		    strerror(-ret));
}

static void set_opregion(const struct machine *machine, unsigned int offset,
			 unsigned int width, u64 value)
{
	u8 bytes[8];

	put_le(bytes, width, value);
	mem_write(machine->asls + offset, bytes, width);
}

/* OpRegion and VBT as a guest has to get them: in one piece, as 2.1 */
static size_t expected_image(const struct machine *machine, u8 *image)
{
	mem_read(machine->asls, image, OPREGION_SIZE);
	if (!machine->vbt)
		return OPREGION_SIZE;

	mem_read(machine->vbt, image + OPREGION_SIZE, machine->vbt_size);
	put_le(image + OPREGION_RVDA, 8, OPREGION_SIZE);
	if (machine->opregion_version == 0x0200)
		put_le(image + OPREGION_VERSION, 2, 0x0201);
	return OPREGION_SIZE + machine->vbt_size;
}

/*
 * A machine whose VBT is in mailbox 4 gets one where other firmware has it: in
 * what is left of the OpRegion's last page.
 */
static void need_vbt(struct machine *machine)
{
	static const u8 vbt[] = "$VBT of a test";

	if (machine->vbt)
		return;
	machine->opregion_version = 0x0201;
	machine->vbt = machine->asls + OPREGION_SIZE;
	machine->vbt_size = PAGE - machine->vbt % PAGE;
	set_opregion(machine, OPREGION_VERSION, 2, machine->opregion_version);
	set_opregion(machine, OPREGION_RVDA, 8, OPREGION_SIZE);
	set_opregion(machine, OPREGION_RVDS, 4, machine->vbt_size);
	mem_write(machine->vbt, vbt, sizeof(vbt));
}

static bool has_region(const struct vfio *vfio, u32 subtype)
{
	struct region region;

	return vfio_find_region(vfio, subtype, &region);
}

TEST_F(igd, opregion_is_the_hosts)
{
	static u8 expected[OPREGION_SIZE + VBT_MAX];
	static u8 found[OPREGION_SIZE + VBT_MAX];
	struct region region;
	size_t size, at;

	size = expected_image(self->machine, expected);
	ASSERT_EQ(0, memcmp("IntelGraphicsMem", expected, 16));
	ASSERT_EQ(self->machine->vbt ? 0x0201 : 0x0200,
		  get_le(expected + OPREGION_VERSION, 2));
	ASSERT_EQ(0, memcmp("$VBT", expected + (self->machine->vbt ?
						OPREGION_SIZE :
						OPREGION_MAILBOX_4), 4));

	ASSERT_TRUE(vfio_find_region(&self->vfio, OPREGION, &region));
	ASSERT_EQ(size, region.size);
	vfio_read(&self->vfio, region.index, 0, found, size);
	for (at = 0; at < size && found[at] == expected[at];)
		at++;
	EXPECT_EQ(size, at)
		TH_LOG("different from offset %#zx on", at);
}

static void check_bridge(struct __test_metadata *_metadata,
			 const struct vfio *vfio, u32 subtype, const char *bdf)
{
	/* Vendor, device; revision, class; header type; subsystem */
	static const u8 parts[][2] = { { 0, 4 }, { 8, 4 }, { 0xe, 1 }, { 0x2c, 4 } };
	u8 config[256], expected[256] = {}, found[256];
	struct region region;
	unsigned int i;

	host_config(bdf, config);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		memcpy(expected + parts[i][0], config + parts[i][0], parts[i][1]);

	ASSERT_TRUE(vfio_find_region(vfio, subtype, &region));
	ASSERT_EQ(256, region.size);
	vfio_read(vfio, region.index, 0, found, sizeof(found));
	for (i = 0; i < sizeof(found); i++) {
		EXPECT_EQ(expected[i], found[i])
			TH_LOG("%s at %#x", bdf, i);
	}
}

TEST_F(igd, bridges_show_their_ids_and_nothing_else)
{
	check_bridge(_metadata, &self->vfio, HOST_CFG, HOST_BRIDGE);
	check_bridge(_metadata, &self->vfio, LPC_CFG, LPC_BRIDGE);
}

TEST_F(igd, regions_are_read_only_and_end_where_they_say)
{
	static const u32 subtypes[] = { OPREGION, HOST_CFG, LPC_CFG };
	struct region region;
	unsigned int i;
	u8 bytes[16];
	void *map;

	EXPECT_EQ(VFIO_PCI_NUM_REGIONS + 3, vfio_num_regions(&self->vfio));
	for (i = 0; i < ARRAY_SIZE(subtypes); i++) {
		ASSERT_TRUE(vfio_find_region(&self->vfio, subtypes[i],
					     &region));
		EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_CAPS,
			  region.flags);

		memset(bytes, 0, sizeof(bytes));
		EXPECT_EQ(-1, pwrite(self->vfio.device, bytes, 1, region.offset));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(4, pread(self->vfio.device, bytes, 16,
				   region.offset + region.size - 4));
		EXPECT_EQ(-1, pread(self->vfio.device, bytes, 1,
				    region.offset + region.size));
		EXPECT_EQ(EINVAL, errno);

		map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
			   self->vfio.device, region.offset);
		EXPECT_EQ(MAP_FAILED, map);
	}
}

TEST_F(igd, reads_of_any_width_agree)
{
	static u8 all[OPREGION_SIZE + VBT_MAX];
	struct region region;
	unsigned int width;
	u8 bytes[16];
	u64 at;

	ASSERT_TRUE(vfio_find_region(&self->vfio, OPREGION, &region));
	vfio_read(&self->vfio, region.index, 0, all, region.size);
	for (width = 1; width <= sizeof(bytes); width++) {
		for (at = width; at + width <= region.size; at += 97) {
			vfio_read(&self->vfio, region.index, at, bytes, width);
			ASSERT_EQ(0, memcmp(all + at, bytes, width))
				TH_LOG("%u bytes at %#llx", width, at);
		}
	}
}

/*
 * OpRegions as broken firmware would leave them. A guest gets none of the three
 * regions then, and the log says once why.
 */
FIXTURE(spoiled)
{
	struct machine copy;
	const struct machine *machine;
	struct vfio vfio;
	u8 opregion[OPREGION_SIZE];
	u8 vbt[16];
};

FIXTURE_VARIANT(spoiled)
{
	void (*spoil)(const struct machine *machine);
	const char *words;	/* in the warning; NULL: it is not broken */
	u64 size;		/* of the region then */
};

FIXTURE_SETUP(spoiled)
{
	self->copy = *machine_here();
	self->machine = &self->copy;
	host_need_bound();
	/* They take most of an open's time, and change nothing here */
	host_set_resets("");
	/* What is said already is not said again: begin with what is sound */
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));
	vfio_close(&self->vfio);
	mem_read(self->copy.asls, self->opregion, sizeof(self->opregion));
	/* Nothing to restore, should what is there be spoiled already */
	ASSERT_EQ(self->copy.asls, sim_read("config", ASLS, 4));
	ASSERT_EQ(0, memcmp("IntelGraphicsMem", self->opregion, 16));
	need_vbt(&self->copy);
	mem_read(self->copy.vbt, self->vbt, sizeof(self->vbt));
	ASSERT_EQ(0, memcmp("$VBT", self->vbt, 4));
}

FIXTURE_TEARDOWN_PARENT(spoiled)
{
	host_set_resets("default");
	sim_write("config", ASLS, 4, self->copy.asls);
	mem_write(self->copy.asls, self->opregion, sizeof(self->opregion));
	mem_write(self->copy.vbt, self->vbt, sizeof(self->vbt));
}

TEST_F(spoiled, opregion)
{
	struct region region;

	variant->spoil(self->machine);
	klog_mark();
	ASSERT_EQ(0, vfio_open(&self->vfio, VFIO_GROUP_API));

	if (variant->words) {
		EXPECT_EQ(VFIO_PCI_NUM_REGIONS, vfio_num_regions(&self->vfio));
		EXPECT_FALSE(has_region(&self->vfio, OPREGION));
		EXPECT_FALSE(has_region(&self->vfio, HOST_CFG));
		EXPECT_FALSE(has_region(&self->vfio, LPC_CFG));
		EXPECT_EQ(1, klog_count("OpRegion"));
		EXPECT_EQ(1, klog_count(variant->words))
			TH_LOG("expected '%s' in:\n%s", variant->words,
			       klog_since());
	} else {
		EXPECT_TRUE(has_region(&self->vfio, HOST_CFG));
		EXPECT_TRUE(has_region(&self->vfio, LPC_CFG));
		ASSERT_TRUE(vfio_find_region(&self->vfio, OPREGION, &region));
		EXPECT_EQ(variant->size, region.size);
		EXPECT_EQ(0, klog_count("OpRegion"))
			TH_LOG("%s", klog_since());
	}

	EXPECT_EQ(variant->size, host_number("igd/opregion_size"));

	/* Registers are as right without an OpRegion */
	machine_program(self->machine, &self->vfio, GUEST_BDSM);
	EXPECT_STOLEN(GUEST_BDSM);
	EXPECT_EQ(0, config_read(&self->vfio, ASLS, 4));
	vfio_close(&self->vfio);
}

#define SPOILED(what, text) \
	FIXTURE_VARIANT_ADD(spoiled, what) { .spoil = what, .words = text }
#define SOUND(what, bytes) \
	FIXTURE_VARIANT_ADD(spoiled, what) { .spoil = what, .size = bytes }

static void signature(const struct machine *machine)
{
	set_opregion(machine, 15, 1, 'n');
}
SPOILED(signature, "IntelGraphicsMen");

static void signature_zero(const struct machine *machine)
{
	set_opregion(machine, 0, 8, 0);
	set_opregion(machine, 8, 8, 0);
}
SPOILED(signature_zero, "signature");

static void size_0(const struct machine *machine)
{
	set_opregion(machine, OPREGION_SIZE_KIB, 4, 0);
}
SPOILED(size_0, "has 0 KiB");

static void size_9(const struct machine *machine)
{
	set_opregion(machine, OPREGION_SIZE_KIB, 4, 9);
}
SPOILED(size_9, "has 9 KiB");

static void size_huge(const struct machine *machine)
{
	set_opregion(machine, OPREGION_SIZE_KIB, 4, 0xffffffff);
}
SPOILED(size_huge, "has 4294967295 KiB");

static void version_0(const struct machine *machine)
{
	set_opregion(machine, OPREGION_VERSION, 2, 0);
}
SPOILED(version_0, "version 0.0");

static void version_ffff(const struct machine *machine)
{
	set_opregion(machine, OPREGION_VERSION, 2, 0xffff);
}
SPOILED(version_ffff, "version 255.255");

static void rvds_1(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDS, 4, 1);
}
SPOILED(rvds_1, "RVDS says that the VBT has 1 bytes");

/* The VBT's header is the least that it can have */
static void rvds_47(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDS, 4, 47);
}
SPOILED(rvds_47, "RVDS says that the VBT has 47 bytes");

static void rvds_48(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDS, 4, 48);
}
SOUND(rvds_48, OPREGION_SIZE + 48);

/* A VBT's own size has 16 bits */
static void rvds_more_than_64_kib(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDS, 4, 0x10001);
}
SPOILED(rvds_more_than_64_kib, "RVDS says that the VBT has 65537 bytes");

static void rvds_huge(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDS, 4, 0xffffffff);
}
SPOILED(rvds_huge, "RVDS says that the VBT has 4294967295 bytes");

static void set_version_2_0(const struct machine *machine, u64 rvda)
{
	set_opregion(machine, OPREGION_VERSION, 2, 0x0200);
	set_opregion(machine, OPREGION_RVDA, 8, rvda);
}

static void set_version_2_1(const struct machine *machine, u64 rvda)
{
	set_opregion(machine, OPREGION_VERSION, 2, 0x0201);
	set_opregion(machine, OPREGION_RVDA, 8, rvda);
}

static void relative_rvda_inside_the_opregion(const struct machine *machine)
{
	set_version_2_1(machine, OPREGION_SIZE - 1);
}
SPOILED(relative_rvda_inside_the_opregion, "RVDA places the VBT 0x1fff bytes");

static void relative_rvda_overflows(const struct machine *machine)
{
	set_version_2_1(machine, 0ULL - 0x1000);
}
SPOILED(relative_rvda_overflows, "RVDA places the VBT 0xfffffffffffff000 bytes");

static void relative_rvda_overflows_with_its_size(const struct machine *machine)
{
	set_version_2_1(machine, 0ULL - machine->asls - 16);
}
SPOILED(relative_rvda_overflows_with_its_size, NOT_RESERVED);

static void relative_rvda_in_system_ram(const struct machine *machine)
{
	u64 ram = host_ram(machine->asls + OPREGION_SIZE, ~0ULL, VBT_MAX);

	set_version_2_1(machine, ram - machine->asls);
}
SPOILED(relative_rvda_in_system_ram, NOT_RESERVED);

static void absolute_rvda_in_system_ram(const struct machine *machine)
{
	set_version_2_0(machine, host_ram(0, ~0ULL, VBT_MAX));
}
SPOILED(absolute_rvda_in_system_ram, NOT_RESERVED);

static void absolute_rvda_overflows(const struct machine *machine)
{
	set_version_2_0(machine, 0ULL - 64);
}
SPOILED(absolute_rvda_overflows, NOT_RESERVED);

static void absolute_rvda_above_all_memory(const struct machine *machine)
{
	set_version_2_0(machine, 1ULL << 60);
}
SPOILED(absolute_rvda_above_all_memory, NOT_RESERVED);

static void vbt_signature(const struct machine *machine)
{
	mem_write(machine->vbt, "$VBX", 4);
}
SPOILED(vbt_signature, "$VBX");

static void asls_0(const struct machine *machine)
{
	sim_write("config", ASLS, 4, 0);
}
SPOILED(asls_0, "ASLS");

static void asls_all_ones(const struct machine *machine)
{
	sim_write("config", ASLS, 4, 0xffffffff);
}
SPOILED(asls_all_ones, "ASLS");

static void asls_in_system_ram(const struct machine *machine)
{
	sim_write("config", ASLS, 4, host_ram(0, ~0ULL, OPREGION_SIZE));
}
SPOILED(asls_in_system_ram, NOT_RESERVED);

static void asls_in_low_memory(const struct machine *machine)
{
	sim_write("config", ASLS, 4, 0x1000);
}
SPOILED(asls_in_low_memory, NOT_RESERVED);

/* The last page before System RAM begins: half of it is not the firmware's */
static void asls_runs_into_system_ram(const struct machine *machine)
{
	struct resource list[256];
	size_t count = host_iomem(list, ARRAY_SIZE(list));

	while (count--)
		if (list[count].start <= machine->asls &&
		    list[count].last >= machine->asls)
			break;
	sim_write("config", ASLS, 4, list[count].last + 1 - 0x1000);
}
SPOILED(asls_runs_into_system_ram, NOT_RESERVED);

/* In a BAR: memory, but none that the firmware reserved */
static void asls_in_a_bar(const struct machine *machine)
{
	sim_write("config", ASLS, 4, host_low_bar(OPREGION_SIZE));
}
SPOILED(asls_in_a_bar, NOT_RESERVED);

/* What is unusual but sound */
static void vbt_in_mailbox_4(const struct machine *machine)
{
	set_opregion(machine, OPREGION_RVDA, 8, 0);
}
SOUND(vbt_in_mailbox_4, OPREGION_SIZE);

static void version_1_0_has_no_rvda(const struct machine *machine)
{
	set_opregion(machine, OPREGION_VERSION, 2, 0x0100);
	set_opregion(machine, OPREGION_RVDA, 8, host_ram(0, ~0ULL, VBT_MAX));
	set_opregion(machine, OPREGION_RVDS, 4, 0xffffffff);
}
SOUND(version_1_0_has_no_rvda, OPREGION_SIZE);

/* Absolute and relative are two ways to say the same */
TEST_F(igd, version_2_0_becomes_2_1)
{
	static u8 expected[OPREGION_SIZE + VBT_MAX];
	static u8 found[OPREGION_SIZE + VBT_MAX];
	static u8 saved[OPREGION_SIZE];
	struct machine machine = *self->machine;
	struct region region;
	size_t size;
	int ret;

	vfio_close(&self->vfio);
	mem_read(machine.asls, saved, sizeof(saved));
	need_vbt(&machine);
	size = expected_image(&machine, expected);
	put_le(expected + OPREGION_VERSION, 2, 0x0201);

	set_version_2_0(&machine, machine.vbt);
	ret = vfio_open(&self->vfio, variant->api);
	mem_write(machine.asls, saved, sizeof(saved));

	ASSERT_EQ(0, ret);
	ASSERT_TRUE(vfio_find_region(&self->vfio, OPREGION, &region));
	ASSERT_EQ(size, region.size);
	vfio_read(&self->vfio, region.index, 0, found, size);
	EXPECT_EQ(0x0201, get_le(found + OPREGION_VERSION, 2));
	EXPECT_EQ(OPREGION_SIZE, get_le(found + OPREGION_RVDA, 8));
	EXPECT_EQ(0, memcmp(expected, found, size));
}

/* What the host's firmware does later is no business of the guest's */
TEST_F(igd, the_opregion_is_a_snapshot)
{
	struct region region;
	u8 now, later;

	ASSERT_TRUE(vfio_find_region(&self->vfio, OPREGION, &region));
	mem_read(self->machine->asls + 0x200, &now, 1);
	set_opregion(self->machine, 0x200, 1, now ^ 0xff);
	vfio_read(&self->vfio, region.index, 0x200, &later, 1);
	set_opregion(self->machine, 0x200, 1, now);

	EXPECT_EQ(now, later);
}

TEST_HARNESS_MAIN
