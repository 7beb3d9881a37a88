// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of platforms, in userspace
 */
#include <string.h>

#include "../../driver/platform.c"
#include "kselftest_harness.h"

static const struct igd_platform *find(u16 vendor, u16 device)
{
	struct pci_dev pdev = { .vendor = vendor, .device = device };

	return igd_platform_find(&pdev);
}

TEST(every_id_is_intels_and_there_once)
{
	const struct pci_device_id *id, *other;

	for (id = igd_pci_ids; id->vendor; id++) {
		EXPECT_EQ(0x8086, id->vendor);
		EXPECT_NE(0, id->device);
		for (other = igd_pci_ids; other < id; other++) {
			EXPECT_NE(other->device, id->device);
		}
	}
}

TEST(every_id_has_a_row_and_every_row_an_id)
{
	unsigned int ids[ARRAY_SIZE(igd_platforms)] = {};
	const struct pci_device_id *id;
	unsigned int row;

	for (id = igd_pci_ids; id->vendor; id++) {
		ASSERT_LT(id->driver_data, ARRAY_SIZE(igd_platforms));
		EXPECT_EQ(&igd_platforms[id->driver_data],
			  find(0x8086, id->device));
		ids[id->driver_data]++;
	}
	for (row = 0; row < ARRAY_SIZE(igd_platforms); row++) {
		EXPECT_NE(0, ids[row])
			TH_LOG("no ID for row %u", row);
	}
}

TEST(every_row_is_whole)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_platform *row = &igd_platforms[i];

		ASSERT_NE(NULL, row->name)
			TH_LOG("row %u is empty", i);
		EXPECT_NE(NULL, row->ggc);
		EXPECT_NE(NULL, row->reserved);
		EXPECT_FALSE(row->unknown);
		EXPECT_NE(IGD_DSM_UNKNOWN, row->dsm);
		for (j = 0; j < i; j++) {
			EXPECT_STRNE(igd_platforms[j].name, row->name);
		}
	}
}

/*
 * registers.md, "Where they are": BDSM has 32 bits to gen 10, 64 from gen 11
 * and is behind BAR2 from 12.70 on. STOLEN_RESERVED has as many as BDSM.
 */
TEST(a_rows_columns_agree)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_platform *row = &igd_platforms[i];

		EXPECT_LE(600, row->gen)
			TH_LOG("%s", row->name);
		if (row->gen < 1100) {
			EXPECT_EQ(IGD_DSM_32, row->dsm)
				TH_LOG("%s", row->name);
			EXPECT_EQ(0, row->reserved->base_mask >> 32);
		} else if (row->gen < 1270) {
			EXPECT_EQ(IGD_DSM_64, row->dsm)
				TH_LOG("%s", row->name);
			EXPECT_EQ(0xfffffffffff00000,
				  row->reserved->base_mask);
		} else {
			EXPECT_EQ(IGD_DSM_BAR2, row->dsm)
				TH_LOG("%s", row->name);
			EXPECT_EQ(0, row->reserved->base_mask);
		}
	}
}

/* Codes of sizes must not be ambiguous, nor reach beyond their field */
TEST(every_format_is_sound)
{
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_ggc_format *ggc = igd_platforms[i].ggc;

		for (j = 0; j < IGD_GMS_SPANS; j++) {
			const struct igd_gms_span *span = &ggc->gms[j];

			if (!span->step_mib)
				continue;
			EXPECT_LE(span->first, span->last);
			EXPECT_LE(span->last, ggc->gms_mask);
			for (k = 0; k < j; k++) {
				EXPECT_TRUE(span->first > ggc->gms[k].last ||
					    span->last < ggc->gms[k].first);
			}
		}
		EXPECT_NE(0, ggc->gms[0].step_mib);
		EXPECT_LE(igd_platforms[i].reserved->size_mask, 7);
	}
}

TEST(a_size_is_one_of_some_platform)
{
	EXPECT_TRUE(igd_platform_any_size(4 << 20));
	EXPECT_TRUE(igd_platform_any_size(60 << 20));
	EXPECT_TRUE(igd_platform_any_size(64 << 20));
	EXPECT_TRUE(igd_platform_any_size(2048ULL << 20));
	EXPECT_FALSE(igd_platform_any_size(33 << 20));
	EXPECT_FALSE(igd_platform_any_size(68 << 20));
	EXPECT_FALSE(igd_platform_any_size(2080ULL << 20));
}

TEST(what_is_not_in_the_table_is_unknown)
{
	const struct igd_platform *unknown = find(0x8086, 0xffff);

	ASSERT_NE(NULL, unknown);
	EXPECT_EQ(IGD_DSM_UNKNOWN, unknown->dsm);
	EXPECT_EQ(NULL, unknown->ggc);
	/* Discrete graphics of the same maker: DG1, DG2 */
	EXPECT_EQ(unknown, find(0x8086, 0x4905));
	EXPECT_EQ(unknown, find(0x8086, 0x56a0));
	EXPECT_TRUE(unknown->unknown);
	/* Somebody else's device with the number of a UHD 770 */
	EXPECT_EQ(unknown, find(0x10de, 0x4680));
}

static u32 mchbar_size(u16 device)
{
	struct pci_dev pdev = { .vendor = 0x8086, .device = device };

	return igd_platform_find(&pdev)->mchbar_size;
}

/* include/drm/intel/mchbar_regs.h: where the mirror in BAR0 ends */
TEST(the_mirror_of_mchbar_ends_where_the_kernel_says)
{
	EXPECT_EQ(0x148000 - 0x140000, mchbar_size(0x0126));	/* SNB */
	EXPECT_EQ(0x148000 - 0x140000, mchbar_size(0x0412));	/* HSW */
	EXPECT_EQ(0x148000 - 0x140000, mchbar_size(0x9bc8));	/* CML */
	EXPECT_EQ(0x148000 - 0x140000, mchbar_size(0x5a52));	/* CNL */
	EXPECT_EQ(0x150000 - 0x140000, mchbar_size(0x8a52));	/* ICL */
	EXPECT_EQ(0x150000 - 0x140000, mchbar_size(0x4c8a));	/* RKL */
	EXPECT_EQ(0x160000 - 0x140000, mchbar_size(0x9a49));	/* TGL */
	EXPECT_EQ(0x160000 - 0x140000, mchbar_size(0xa780));	/* RPL-S */
	EXPECT_EQ(0, mchbar_size(0x7d55));			/* MTL */
	EXPECT_EQ(0, mchbar_size(0xb080));			/* PTL */
}

/* Intel numbers its devices in blocks; from include/drm/intel/pciids.h (7.3) */
static const struct {
	u16 first;
	u16 last;
	const char *name;
} blocks[] = {
	{ 0x0102, 0x0126, "Sandy Bridge" },
	{ 0x0152, 0x016a, "Ivy Bridge" },
	{ 0x0402, 0x042e, "Haswell" },
	{ 0x0a02, 0x0a2e, "Haswell" },
	{ 0x0a84, 0x0a84, "Apollo Lake (Broxton)" },
	{ 0x0c02, 0x0c2e, "Haswell" },
	{ 0x0d02, 0x0d2e, "Haswell" },
	{ 0x0f30, 0x0f33, "Bay Trail (Valleyview)" },
	{ 0x1602, 0x163e, "Broadwell" },
	{ 0x1902, 0x193d, "Skylake" },
	{ 0x1a84, 0x1a85, "Apollo Lake (Broxton)" },
	{ 0x22b0, 0x22b3, "Braswell (Cherryview)" },
	{ 0x3184, 0x3185, "Gemini Lake" },
	{ 0x3e90, 0x3e9c, "Coffee Lake" },
	{ 0x3ea0, 0x3ea4, "Whiskey Lake" },
	{ 0x3ea5, 0x3ea9, "Coffee Lake" },
	{ 0x4541, 0x4571, "Elkhart Lake" },
	{ 0x4626, 0x462a, "Alder Lake-P" },
	{ 0x4680, 0x4693, "Alder Lake-S" },
	{ 0x46a0, 0x46c3, "Alder Lake-P" },
	{ 0x46d0, 0x46d4, "Alder Lake-N" },
	{ 0x4c80, 0x4c9a, "Rocket Lake" },
	{ 0x4e51, 0x4e71, "Jasper Lake" },
	{ 0x5902, 0x591b, "Kaby Lake" },
	{ 0x591c, 0x591c, "Amber Lake" },
	{ 0x591d, 0x593b, "Kaby Lake" },
	{ 0x5a40, 0x5a5c, "Cannon Lake" },
	{ 0x5a84, 0x5a85, "Apollo Lake (Broxton)" },
	{ 0x6420, 0x64b0, "Lunar Lake" },
	{ 0x7d40, 0x7d40, "Meteor Lake" },
	{ 0x7d41, 0x7d41, "Arrow Lake-U" },
	{ 0x7d45, 0x7d45, "Meteor Lake" },
	{ 0x7d51, 0x7d51, "Arrow Lake-H" },
	{ 0x7d55, 0x7d60, "Meteor Lake" },
	{ 0x7d67, 0x7d67, "Arrow Lake-S" },
	{ 0x7dd1, 0x7dd1, "Arrow Lake-H" },
	{ 0x7dd5, 0x7dd5, "Meteor Lake" },
	{ 0x87c0, 0x87ca, "Amber Lake" },
	{ 0x8a50, 0x8a71, "Ice Lake" },
	{ 0x9a40, 0x9af8, "Tiger Lake" },
	{ 0x9b21, 0x9bf6, "Comet Lake" },
	{ 0xa720, 0xa720, "Raptor Lake-P" },
	{ 0xa721, 0xa721, "Raptor Lake-U" },
	{ 0xa780, 0xa78b, "Raptor Lake-S" },
	{ 0xa7a0, 0xa7a0, "Raptor Lake-P" },
	{ 0xa7a1, 0xa7a1, "Raptor Lake-U" },
	{ 0xa7a8, 0xa7a8, "Raptor Lake-P" },
	{ 0xa7a9, 0xa7a9, "Raptor Lake-U" },
	{ 0xa7aa, 0xa7ab, "Raptor Lake-P" },
	{ 0xa7ac, 0xa7ad, "Raptor Lake-U" },
	{ 0xb080, 0xb0b0, "Panther Lake" },
	{ 0xb640, 0xb640, "Arrow Lake-S" },
	{ 0xd740, 0xd74b, "Nova Lake-S" },
	{ 0xd750, 0xd75f, "Nova Lake-P" },
	{ 0xfd80, 0xfd81, "Wildcat Lake" },
};

TEST(every_id_is_in_its_platforms_block)
{
	const struct pci_device_id *id;
	unsigned int i;

	for (id = igd_pci_ids; id->vendor; id++) {
		for (i = 0; i < ARRAY_SIZE(blocks) - 1; i++)
			if (id->device <= blocks[i].last)
				break;
		EXPECT_LE(blocks[i].first, id->device);
		EXPECT_GE(blocks[i].last, id->device);
		EXPECT_STREQ(blocks[i].name, find(0x8086, id->device)->name)
			TH_LOG("8086:%04x", id->device);
	}
}

/* Devices that people have, from Intel's ARK */
FIXTURE(known)
{
};

FIXTURE_VARIANT(known)
{
	u16 device;
	const char *name;
	u16 gen;
	enum igd_dsm dsm;
};

FIXTURE_SETUP(known)
{
}

FIXTURE_TEARDOWN(known)
{
}

TEST_F(known, has_its_row)
{
	const struct igd_platform *platform = find(0x8086, variant->device);

	EXPECT_STREQ(variant->name, platform->name);
	EXPECT_EQ(variant->gen, platform->gen);
	EXPECT_EQ(variant->dsm, platform->dsm);
}

#define KNOWN(label, ...) \
	FIXTURE_VARIANT_ADD(known, label) { __VA_ARGS__ }

KNOWN(hd2000, 0x0102, "Sandy Bridge", 600, IGD_DSM_32);
KNOWN(hd4000, 0x0166, "Ivy Bridge", 700, IGD_DSM_32);
KNOWN(j1900, 0x0f31, "Bay Trail (Valleyview)", 700, IGD_DSM_32);
KNOWN(hd4600, 0x0412, "Haswell", 700, IGD_DSM_32);
KNOWN(hd5500, 0x1616, "Broadwell", 800, IGD_DSM_32);
KNOWN(n3150, 0x22b1, "Braswell (Cherryview)", 800, IGD_DSM_32);
KNOWN(hd530, 0x1912, "Skylake", 900, IGD_DSM_32);
KNOWN(n3350, 0x5a85, "Apollo Lake (Broxton)", 900, IGD_DSM_32);
KNOWN(hd630, 0x5912, "Kaby Lake", 900, IGD_DSM_32);
KNOWN(n4000, 0x3185, "Gemini Lake", 900, IGD_DSM_32);
KNOWN(uhd630_8700k, 0x3e92, "Coffee Lake", 900, IGD_DSM_32);
KNOWN(uhd630_10400, 0x9bc8, "Comet Lake", 900, IGD_DSM_32);
KNOWN(iris_plus_1065g7, 0x8a52, "Ice Lake", 1100, IGD_DSM_64);
KNOWN(n5105, 0x4e61, "Jasper Lake", 1100, IGD_DSM_64);
KNOWN(iris_xe_1165g7, 0x9a49, "Tiger Lake", 1200, IGD_DSM_64);
KNOWN(uhd750, 0x4c8a, "Rocket Lake", 1200, IGD_DSM_64);
KNOWN(uhd770_12700k, 0x4680, "Alder Lake-S", 1200, IGD_DSM_64);
KNOWN(iris_xe_1260p, 0x46a6, "Alder Lake-P", 1200, IGD_DSM_64);
KNOWN(n100, 0x46d1, "Alder Lake-N", 1200, IGD_DSM_64);
KNOWN(uhd770_13700k, 0xa780, "Raptor Lake-S", 1200, IGD_DSM_64);
KNOWN(iris_xe_1360p, 0xa7a0, "Raptor Lake-P", 1200, IGD_DSM_64);
KNOWN(arc_155h, 0x7d55, "Meteor Lake", 1270, IGD_DSM_BAR2);
KNOWN(core_ultra_265k, 0x7d67, "Arrow Lake-S", 1270, IGD_DSM_BAR2);
KNOWN(arc_140t, 0x7d51, "Arrow Lake-H", 1274, IGD_DSM_BAR2);
KNOWN(arc_140v, 0x64a0, "Lunar Lake", 2004, IGD_DSM_BAR2);
KNOWN(panther_lake, 0xb080, "Panther Lake", 3000, IGD_DSM_BAR2);

TEST_HARNESS_MAIN
