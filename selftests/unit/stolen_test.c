// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arithmetic of stolen memory, in userspace
 *
 * What is expected is written out here, from Intel's datasheets as the kernel
 * (arch/x86/kernel/early-quirks.c, i915's gt/intel_ggtt.c and
 * gem/i915_gem_stolen.c, xe's xe_ttm_stolen_mgr.c) and QEMU (hw/vfio/igd.c, for
 * the last code of each generation) read them. A format is found as the driver
 * finds it: by the ID of a device that has it.
 */
#include <string.h>

#include "../../driver/platform.c"
#include "kselftest_harness.h"

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define KIB			1024ULL
#define MIB			(1024 * KIB)
#define NO_CODE			0xffff

#define SNB			0x0102
#define HSW			0x0412
#define VLV			0x0f31
#define BDW			0x1616
#define CHV			0x22b1
#define CML			0x9bc8
#define APL			0x5a85
#define ADL_S			0x4680
#define MTL			0x7d55

static const struct igd_platform *platform_of(u16 device)
{
	struct pci_dev pdev = {
		.vendor = PCI_VENDOR_ID_INTEL,
		.device = device,
	};

	return igd_platform_find(&pdev);
}

/* MiB by code; a table ends where its generation's codes end */
#define UP_TO_512 \
	0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, \
	480, 512
#define UP_TO_2048 UP_TO_512, \
	544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896, 928, 960, \
	992, 1024, 1056, 1088, 1120, 1152, 1184, 1216, 1248, 1280, 1312, 1344, \
	1376, 1408, 1440, 1472, 1504, 1536, 1568, 1600, 1632, 1664, 1696, \
	1728, 1760, 1792, 1824, 1856, 1888, 1920, 1952, 1984, 2016, 2048
#define FROM_4_TO_60 \
	4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60

static const u16 gms_gen6[] = { UP_TO_512 };
static const u16 gms_chv[] = {
	UP_TO_512,
	8, 12, 16, 20, 24, 28,
	36, 40, 44, 48, 52, 56, 60,
};
static const u16 gms_gen8[] = { UP_TO_2048 };
static const u16 gms_mtl[] = { 0, 32, 64, 96, 128 };
static const u16 gms_f0[] = { FROM_4_TO_60 };

FIXTURE(ggc)
{
	const struct igd_ggc_format *format;
};

FIXTURE_VARIANT(ggc)
{
	u16 device;
	unsigned int shift;
	u16 mask;
	const u16 *gms;
	unsigned int gms_count;
	bool has_f0;			/* codes 0xf0 to 0xfe */
	unsigned int ggms_shift;
	u16 ggms[4];			/* MiB; 3 is no code up to gen 7 */
	const char *sizes;		/* as a person reads them */
};

#define GMS(table)	.gms = table, .gms_count = ARRAY_SIZE(table)

FIXTURE_VARIANT_ADD(ggc, gen6)
{
	.device = SNB, .shift = 3, .mask = 0x00f8, GMS(gms_gen6),
	.ggms_shift = 8, .ggms = { 0, 1, 2, NO_CODE },
	.sizes = "32 to 512 in steps of 32",
};

FIXTURE_VARIANT_ADD(ggc, gen7)
{
	.device = HSW, .shift = 3, .mask = 0x00f8, GMS(gms_gen6),
	.ggms_shift = 8, .ggms = { 0, 1, 2, NO_CODE },
	.sizes = "32 to 512 in steps of 32",
};

FIXTURE_VARIANT_ADD(ggc, cherryview)
{
	.device = CHV, .shift = 3, .mask = 0x00f8, GMS(gms_chv),
	.ggms_shift = 8, .ggms = { 0, 2, 4, 8 },
	.sizes = "32 to 512 in steps of 32, 8 to 28 in steps of 4, 36 to 60 in steps of 4",
};

FIXTURE_VARIANT_ADD(ggc, gen8)
{
	.device = BDW, .shift = 8, .mask = 0xff00, GMS(gms_gen8),
	.ggms_shift = 6, .ggms = { 0, 2, 4, 8 },
	.sizes = "32 to 2048 in steps of 32",
};

FIXTURE_VARIANT_ADD(ggc, gen9)
{
	.device = CML, .shift = 8, .mask = 0xff00, GMS(gms_gen8),
	.has_f0 = true, .ggms_shift = 6, .ggms = { 0, 2, 4, 8 },
	.sizes = "32 to 2048 in steps of 32, 4 to 60 in steps of 4",
};

FIXTURE_VARIANT_ADD(ggc, gen12)
{
	.device = ADL_S, .shift = 8, .mask = 0xff00, GMS(gms_gen8),
	.has_f0 = true, .ggms_shift = 6, .ggms = { 0, 2, 4, 8 },
	.sizes = "32 to 2048 in steps of 32, 4 to 60 in steps of 4",
};

FIXTURE_VARIANT_ADD(ggc, meteor_lake)
{
	.device = MTL, .shift = 8, .mask = 0xff00, GMS(gms_mtl),
	.has_f0 = true, .ggms_shift = 6, .ggms = { 0, 2, 4, 8 },
	.sizes = "32 to 128 in steps of 32, 4 to 60 in steps of 4",
};

FIXTURE_SETUP(ggc)
{
	self->format = platform_of(variant->device)->ggc;
	ASSERT_NE(NULL, self->format);
}

FIXTURE_TEARDOWN(ggc)
{
}

/* MiB that a code stands for, NO_CODE if the generation has not got it */
static u16 expected_mib(const FIXTURE_VARIANT(ggc) *variant, unsigned int code)
{
	if (code < variant->gms_count)
		return variant->gms[code];
	if (variant->has_f0 && code >= 0xf0 && code <= 0xfe)
		return gms_f0[code - 0xf0];
	return NO_CODE;
}

TEST_F(ggc, every_code_decodes)
{
	unsigned int code;

	for (code = 0; code <= variant->mask >> variant->shift; code++) {
		u16 mib = expected_mib(variant, code);
		u16 ggc = code << variant->shift;

		/* The other bits make no difference */
		EXPECT_EQ(mib == NO_CODE ? 0 : mib * MIB,
			  igd_gms_size(self->format, ggc))
			TH_LOG("code %#x", code);
		EXPECT_EQ(mib == NO_CODE ? 0 : mib * MIB,
			  igd_gms_size(self->format, ggc | ~variant->mask))
			TH_LOG("code %#x, other bits set", code);
	}
}

TEST_F(ggc, every_size_encodes)
{
	unsigned int mib, code;

	for (mib = 0; mib <= 4096; mib++) {
		u16 zeros = 0, ones = 0xffff;
		bool can = false;
		int ret;

		for (code = 0; code <= 0xff; code++)
			can |= expected_mib(variant, code) == mib;

		ret = igd_gms_set(self->format, &zeros, mib * MIB);
		EXPECT_EQ(can ? 0 : -EINVAL, ret)
			TH_LOG("%u MiB", mib);
		EXPECT_EQ(ret, igd_gms_set(self->format, &ones, mib * MIB));
		if (ret) {
			EXPECT_EQ(0, zeros);
			EXPECT_EQ(0xffff, ones);
			continue;
		}

		/* The code means this size, and nothing else has changed */
		code = zeros >> variant->shift;
		EXPECT_EQ(mib, expected_mib(variant, code))
			TH_LOG("%u MiB became code %#x", mib, code);
		EXPECT_EQ(0, zeros & ~variant->mask);
		EXPECT_EQ((u16)(zeros | ~variant->mask), ones);
	}
}

TEST_F(ggc, odd_sizes_do_not_encode)
{
	static const u64 sizes[] = {
		1, 32 * MIB - 1, 32 * MIB + 1, 32 * MIB + 512 * KIB,
		4096 * MIB + 32 * MIB, (1ULL << 52) + 32 * MIB, ~0ULL,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u16 ggc = 0x1234;

		EXPECT_EQ(-EINVAL, igd_gms_set(self->format, &ggc, sizes[i]))
			TH_LOG("%llu bytes", sizes[i]);
		EXPECT_EQ(0x1234, ggc);
	}
}

TEST_F(ggc, sizes_are_named)
{
	char buf[96];
	int len;

	len = igd_gms_print(self->format, 0, ~0ULL, buf, sizeof(buf));
	EXPECT_STREQ(variant->sizes, buf);
	EXPECT_EQ(strlen(variant->sizes), (size_t)len);
}

TEST_F(ggc, gtt_sizes)
{
	unsigned int code;

	for (code = 0; code < 4; code++) {
		u16 ggc = code << variant->ggms_shift;
		u16 other = ~(3 << variant->ggms_shift);

		if (variant->ggms[code] == NO_CODE)
			continue;
		EXPECT_EQ(variant->ggms[code] * MIB,
			  igd_ggms_size(self->format, ggc))
			TH_LOG("code %u", code);
		EXPECT_EQ(variant->ggms[code] * MIB,
			  igd_ggms_size(self->format, ggc | other))
			TH_LOG("code %u, other bits set", code);
	}
}

TEST(sizes_that_do_not_fit_are_not_named)
{
	const struct igd_ggc_format *gen9 = platform_of(CML)->ggc;
	const struct igd_ggc_format *gen6 = platform_of(SNB)->ggc;
	char buf[96];

	igd_gms_print(gen9, 2 * MIB, ~0ULL, buf, sizeof(buf));
	EXPECT_STREQ("32 to 2048 in steps of 32, 4 to 60 in steps of 4", buf);
	igd_gms_print(gen9, 5 * MIB, ~0ULL, buf, sizeof(buf));
	EXPECT_STREQ("32 to 2048 in steps of 32, 8 to 60 in steps of 4", buf);
	igd_gms_print(gen9, 64 * MIB, ~0ULL, buf, sizeof(buf));
	EXPECT_STREQ("64 to 2048 in steps of 32", buf);
	igd_gms_print(gen9, 0, 64 * MIB, buf, sizeof(buf));
	EXPECT_STREQ("32 to 64 in steps of 32, 4 to 60 in steps of 4", buf);
	igd_gms_print(gen9, 0, 16 * MIB, buf, sizeof(buf));
	EXPECT_STREQ("4 to 16 in steps of 4", buf);

	/* None is left: no words, but a string nevertheless */
	strcpy(buf, "untouched");
	EXPECT_EQ(0, igd_gms_print(gen6, 513 * MIB, ~0ULL, buf, sizeof(buf)));
	EXPECT_STREQ("", buf);
}

TEST(a_short_buffer_is_not_overrun)
{
	const struct igd_ggc_format *chv = platform_of(CHV)->ggc;
	char buf[32];
	size_t len;

	for (len = 1; len < sizeof(buf); len++) {
		memset(buf, '#', sizeof(buf));
		EXPECT_GT(len, (size_t)igd_gms_print(chv, 0, ~0ULL, buf, len));
		EXPECT_LT(strnlen(buf, sizeof(buf)), len);
		EXPECT_EQ('#', buf[len]);
	}
}

/*
 * STOLEN_RESERVED. Each variant is a value of the register on a host, what it
 * says there, and what it has to be for a guest.
 */
FIXTURE(reserved)
{
	const struct igd_reserved_format *format;
};

FIXTURE_VARIANT(reserved)
{
	u16 device;
	u64 reg;
	struct igd_range host;		/* its stolen memory */
	struct igd_range range;		/* of it reserved; empty: none */
	struct igd_range guest;
	u64 moved;
};

FIXTURE_SETUP(reserved)
{
	self->format = platform_of(variant->device)->reserved;
	ASSERT_NE(NULL, self->format);
}

FIXTURE_TEARDOWN(reserved)
{
}

TEST_F(reserved, is_decoded)
{
	struct igd_range range = { 1, 1 };

	EXPECT_EQ(!!variant->range.size,
		  igd_reserved_range(self->format, variant->reg, &variant->host,
				     &range));
	EXPECT_EQ(variant->range.base, range.base);
	EXPECT_EQ(variant->range.size, range.size);
}

TEST_F(reserved, is_moved)
{
	u64 moved = igd_reserved_move(self->format, variant->reg,
				      &variant->host, &variant->guest);

	EXPECT_EQ(variant->moved, moved)
		TH_LOG("%#llx, not %#llx", moved, variant->moved);
}

TEST_F(reserved, is_not_there_before_bdsm_is_written)
{
	const struct igd_range unset = { 0, variant->guest.size };

	EXPECT_EQ(0, igd_reserved_move(self->format, variant->reg,
				       &variant->host, &unset));
}

TEST_F(reserved, is_as_on_the_host_at_the_same_place)
{
	/* Where the host has none, the place makes no difference */
	EXPECT_EQ(variant->range.size ? variant->reg : variant->moved,
		  igd_reserved_move(self->format, variant->reg, &variant->host,
				    &variant->host));
}

#define RESERVED(name, ...) \
	FIXTURE_VARIANT_ADD(reserved, name) { __VA_ARGS__ }
#define AT(where, mib)		{ where, (mib) * MIB }
#define AT_KIB(where, kib)	{ where, (kib) * KIB }
#define NONE			{ 0, 0 }

/* The dump of a UHD 770, and a guest's stolen memory that was seen with it */
RESERVED(uhd770, ADL_S, 0x80600087, AT(0x7e800000, 32), AT(0x80600000, 2),
	 AT(0x39f00000, 32), 0x3bd00087);
RESERVED(uhd770_up, ADL_S, 0x80600087, AT(0x7e800000, 32), AT(0x80600000, 2),
	 AT(0xa0000000, 32), 0xa1e00087);
RESERVED(uhd770_larger, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0x30000000, 128), 0x37e00087);
RESERVED(uhd770_smaller, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0x30000000, 4), 0x30200087);
RESERVED(uhd770_as_small_as_it_gets, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0x30000000, 2), 0x30000087);
RESERVED(uhd770_too_small, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0x30000000, 1), 0x86);
/* A guest's firmware may also write the bits of BDSM that are no address */
RESERVED(uhd770_above_4g, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0x123400000000, 32), 0x123401e00087);

/* UHD 630, 64 MiB, of which the last MiB is reserved: base only, to the top */
RESERVED(uhd630, CML, 0x7ff00001, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT(0x3b000000, 64), 0x3ef00001);
RESERVED(uhd630_smaller, CML, 0x7ff00001, AT(0x7c000000, 64),
	 AT(0x7ff00000, 1), AT(0x3b000000, 32), 0x3cf00001);
RESERVED(gen8_8_mib, BDW, 0x7f800003, AT(0x7c000000, 64), AT(0x7f800000, 8),
	 AT(0x10000000, 64), 0x13800003);
RESERVED(gen8_too_small, BDW, 0x7f800003, AT(0x7c000000, 64),
	 AT(0x7f800000, 8), AT(0x10000000, 4), 0x2);
RESERVED(gen8_all_of_it, BDW, 0x7c000001, AT(0x7c000000, 64),
	 AT(0x7c000000, 64), AT(0x10000000, 64), 0x10000001);
RESERVED(gen8_at_the_end, BDW, 0x80000001, AT(0x7c000000, 64), NONE,
	 AT(0x10000000, 64), 0);
RESERVED(gen8_below, BDW, 0x7bf00001, AT(0x7c000000, 64), NONE,
	 AT(0x10000000, 64), 0);
/* Not enabled: i915 ignores it, the guest gets it just as well, moved */
RESERVED(gen8_not_enabled, BDW, 0x7ff00000, AT(0x7c000000, 64),
	 AT(0x7ff00000, 1), AT(0x10000000, 64), 0x13f00000);
RESERVED(gen8_nothing_there, BDW, 0, AT(0x7c000000, 64), NONE,
	 AT(0x10000000, 64), 0);
/* 32 bits cannot name what is above 4 GiB */
RESERVED(gen8_past_4g, BDW, 0x7ff00001, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT(0xfff00000, 64), 0);
RESERVED(gen8_up_to_4g, BDW, 0x7ff00001, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT(0xfc000000, 64), 0xfff00001);

/* Gen 6: bits 5:4 are 1 MiB, 512, 256, 128 KiB */
RESERVED(gen6_1_mib, SNB, 0xdff00001, AT(0xdc000000, 64), AT(0xdff00000, 1),
	 AT(0x20000000, 64), 0x23f00001);
RESERVED(gen6_512_kib, SNB, 0xdff00011, AT(0xdc000000, 64),
	 AT_KIB(0xdff00000, 512), AT(0x20000000, 64), 0x23f00011);
RESERVED(gen6_256_kib, SNB, 0xdff00021, AT(0xdc000000, 64),
	 AT_KIB(0xdff00000, 256), AT(0x20000000, 64), 0x23f00021);
RESERVED(gen6_128_kib, SNB, 0xdff00031, AT(0xdc000000, 64),
	 AT_KIB(0xdff00000, 128), AT(0x20000000, 64), 0x23f00031);
RESERVED(gen6_not_at_the_top, SNB, 0xdfd00001, AT(0xdc000000, 64),
	 AT(0xdfd00000, 1), AT(0x20000000, 96), 0x25d00001);

/* Gen 7: base from bit 18 on, bit 5 is 1 MiB, 256 KiB */
RESERVED(gen7_1_mib, HSW, 0xdff00001, AT(0xdc000000, 64), AT(0xdff00000, 1),
	 AT(0x20000000, 64), 0x23f00001);
RESERVED(gen7_256_kib, HSW, 0xdffc0021, AT(0xdc000000, 64),
	 AT_KIB(0xdffc0000, 256), AT(0x20000000, 64), 0x23fc0021);
RESERVED(gen7_1_mib_past_the_end, HSW, 0xdffc0001, AT(0xdc000000, 64), NONE,
	 AT(0x20000000, 64), 0);

/* Valleyview: no base, always the last MiB; there is nothing to move */
RESERVED(vlv, VLV, 0x1, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT(0x20000000, 64), 0x1);
RESERVED(vlv_smaller, VLV, 0x1, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT(0x20000000, 1), 0x1);
RESERVED(vlv_too_small, VLV, 0x1, AT_KIB(0x7c000000, 512), NONE,
	 AT(0x20000000, 64), 0);
RESERVED(vlv_no_room, VLV, 0x1, AT(0x7c000000, 64), AT(0x7ff00000, 1),
	 AT_KIB(0x20000000, 512), 0);

/* Cherryview, Broxton, Gemini Lake: bits 8:7 are 1, 2, 4, 8 MiB */
RESERVED(chv_1_mib, CHV, 0x7df00001, AT(0x7c000000, 32), AT(0x7df00000, 1),
	 AT(0x20000000, 32), 0x21f00001);
RESERVED(chv_2_mib, CHV, 0x7de00081, AT(0x7c000000, 32), AT(0x7de00000, 2),
	 AT(0x20000000, 32), 0x21e00081);
RESERVED(chv_4_mib, CHV, 0x7dc00101, AT(0x7c000000, 32), AT(0x7dc00000, 4),
	 AT(0x20000000, 32), 0x21c00101);
RESERVED(chv_8_mib, CHV, 0x7d800181, AT(0x7c000000, 32), AT(0x7d800000, 8),
	 AT(0x20000000, 32), 0x21800181);
RESERVED(chv_8_mib_past_the_end, CHV, 0x7dc00181, AT(0x7c000000, 32), NONE,
	 AT(0x20000000, 32), 0x180);
RESERVED(apollo_lake, APL, 0x7f800187, AT(0x7c000000, 64), AT(0x7f800000, 8),
	 AT(0x20000000, 64), 0x23800187);

/* Gen 11 on: the same sizes, 64 bits of base */
RESERVED(gen11_8_mib, ADL_S, 0x80000187, AT(0x7e800000, 32),
	 AT(0x80000000, 8), AT(0x39f00000, 32), 0x3b700187);
RESERVED(gen11_host_above_4g, ADL_S, 0x1001e00087, AT(0x1000000000, 32),
	 AT(0x1001e00000, 2), AT(0x39f00000, 32), 0x3bd00087);
RESERVED(gen11_high_half_wrong, ADL_S, 0x180600087, AT(0x7e800000, 32), NONE,
	 AT(0x39f00000, 32), 0x86);
RESERVED(gen11_below, ADL_S, 0x7e700087, AT(0x7e800000, 32), NONE,
	 AT(0x39f00000, 32), 0x86);
RESERVED(gen11_past_the_end, ADL_S, 0x80700087, AT(0x7e800000, 32), NONE,
	 AT(0x39f00000, 32), 0x86);
/* i915 takes the size without looking at the enable bit */
RESERVED(gen11_not_enabled, ADL_S, 0x86, AT(0x7e800000, 32), NONE,
	 AT(0x39f00000, 32), 0x86);

/* At the very end of what 64 bits can name, and over it */
RESERVED(gen11_guest_at_the_end, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0xfffffffffe000000, 32), 0xffffffffffe00087);
RESERVED(gen11_guest_over_the_end, ADL_S, 0x80600087, AT(0x7e800000, 32),
	 AT(0x80600000, 2), AT(0xfffffffffff00000, 32), 0x86);
/* Its end is lower than the range reaches down from it */
RESERVED(gen11_guest_small_and_low, ADL_S, 0x80000187, AT(0x7e800000, 32),
	 AT(0x80000000, 8), AT(0x100000, 4), 0x186);
RESERVED(gen11_host_over_the_end, ADL_S, 0xffffffffffe00087,
	 AT(0xffffffffffc00000, 32), NONE, AT(0x39f00000, 32), 0x86);

/* From Meteor Lake on only the size counts, back from the end */
RESERVED(mtl_8_mib, MTL, 0x187, AT(0x800000, 64), AT(0x4000000, 8),
	 AT(0x800000, 64), 0x187);
RESERVED(mtl_16_mib, MTL, 0x287, AT(0x800000, 64), AT(0x3800000, 16),
	 AT(0x800000, 64), 0x287);
RESERVED(mtl_32_mib, MTL, 0x307, AT(0x800000, 64), AT(0x2800000, 32),
	 AT(0x800000, 64), 0x307);
RESERVED(mtl_no_code, MTL, 0x207, AT(0x800000, 64), NONE, AT(0x800000, 64),
	 0x206);

/* GSMBASE keeps its distance below BDSM */
TEST(gsmbase)
{
	/* UHD 770: the GTT's 8 MiB right below */
	EXPECT_EQ(0x39700000, igd_gsm_move(0x7e000000, 0x7e800000, 0x39f00000));
	EXPECT_EQ(0x7e000000, igd_gsm_move(0x7e000000, 0x7e800000, 0x7e800000));
	/* With a hole between them, and upwards */
	EXPECT_EQ(0x9f300000, igd_gsm_move(0x7db00000, 0x7e800000, 0xa0000000));
	/* To an address of 64 bits and from one */
	EXPECT_EQ(0x123400000000 - 0x800000,
		  igd_gsm_move(0x7e000000, 0x7e800000, 0x123400000000));
	EXPECT_EQ(0x39700000,
		  igd_gsm_move(0x1000000000, 0x1000800000, 0x39f00000));
	EXPECT_EQ(0xffffffffff800000 - 0x100000,
		  igd_gsm_move(0x7e000000, 0x7e800000, 0xfffffffffff00000));
}

TEST(gsmbase_is_0_where_it_has_no_place)
{
	EXPECT_EQ(0, igd_gsm_move(0x7e000000, 0x7e800000, 0));
	EXPECT_EQ(0, igd_gsm_move(0, 0x7e800000, 0x39f00000));
	EXPECT_EQ(0, igd_gsm_move(0, 0x7e800000, 0x80000000));
	EXPECT_EQ(0, igd_gsm_move(0x7e000000, 0, 0x39f00000));
	/* Above stolen memory, where it cannot be */
	EXPECT_EQ(0, igd_gsm_move(0x7e900000, 0x7e800000, 0x39f00000));
	EXPECT_EQ(0, igd_gsm_move(0x7ea00000, 0x7e800000, 0xfffffffffff00000));
	/* The guest's lies lower than the distance is long */
	EXPECT_EQ(0, igd_gsm_move(0x7e000000, 0x7e800000, 0x700000));
	EXPECT_EQ(0, igd_gsm_move(1, 0xfffffffffff00000, 0x39f00000));
}

/* Where the guest's firmware has set nothing aside below BDSM */
TEST(gsm_stays_inside_stolen_memory)
{
	const struct igd_range dsm = { 0x39f00000, 32 * 0x100000 };
	const struct igd_range small = { 0x39f00000, 4 * 0x100000 };
	const struct igd_range nowhere = { 0, 32 * 0x100000 };
	const struct igd_range top = { 0x3bd00000, 0x200000 };
	const struct igd_range odd = { 0x3be40000, 0xc0000 };
	const struct igd_range none = {};

	EXPECT_EQ(0x3b500000, igd_gsm_inside(8 << 20, &dsm, &top));
	EXPECT_EQ(0x3b700000, igd_gsm_inside(8 << 20, &dsm, &none));
	EXPECT_EQ(0x3b600000, igd_gsm_inside(8 << 20, &dsm, &odd));
	EXPECT_EQ(0x39f00000, igd_gsm_inside(4 << 20, &small, &none));
	EXPECT_EQ(IGD_GSM_NOWHERE, igd_gsm_inside(8 << 20, &small, &none));
	EXPECT_EQ(0, igd_gsm_inside(0, &dsm, &top));
	EXPECT_EQ(0, igd_gsm_inside(8 << 20, &nowhere, &none));
}

TEST_HARNESS_MAIN
