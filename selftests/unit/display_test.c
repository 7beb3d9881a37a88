// SPDX-License-Identifier: GPL-2.0-only
/*
 * The displays of all platforms, in userspace: does what the tables say fit
 * together, and into the registers' half of BAR0?
 */
#include "../../driver/display.h"
#include "../../driver/platform.c"

#include "kselftest_harness.h"

/* In BAR0: registers end there on the smallest, and nobody writes the gap */
#define REGISTERS_END		0x200000u
#define GAP_AND_BEHIND		0x100000u
#define VLV_START		0x180000u

static bool is_register(u32 at)
{
	return at && !(at & 3) && at < REGISTERS_END &&
	       (at < GAP_AND_BEHIND || at >= VLV_START);
}

static const struct igd_display *display_of(unsigned int row)
{
	return igd_platforms[row].display;
}

TEST(every_platform_has_one)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_display *display = display_of(i);

		ASSERT_NE(NULL, display) TH_LOG("%s", igd_platforms[i].name);
		EXPECT_TRUE(is_register(display->vga));
		EXPECT_LT(0, display->planes);
		EXPECT_GE(ARRAY_SIZE(igd_dbuf_ctl), display->dbuf);
	}
	EXPECT_EQ(NULL, igd_platform_unknown.display);
}

/* i915's intel_display_device.c, and gen8_pte_encode() of gt/intel_ggtt.c */
TEST(what_follows_from_the_generation)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_display *display = display_of(i);
		unsigned int gen = igd_platforms[i].gen;

		EXPECT_EQ(gen < 800 ? 4 : 8, display->entry)
			TH_LOG("%s", igd_platforms[i].name);
		EXPECT_EQ(gen >= 900, display->dbuf > 0);
		EXPECT_EQ(gen >= 900, display->sprites == 0);
		EXPECT_EQ(gen < 900, display->keep != 0);
		EXPECT_TRUE(gen < 900 || display->wells);
	}
}

TEST(a_state_bit_is_one_bit_that_can_be_read)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_display *display = display_of(i);
		const struct igd_transcoder *transcoder = display->transcoders;
		const struct igd_pipe *pipe;

		ASSERT_TRUE(is_register(transcoder->conf));
		for (; transcoder->conf; transcoder++) {
			EXPECT_TRUE(is_register(transcoder->conf));
			EXPECT_EQ(0, transcoder->well & (transcoder->well - 1));
			EXPECT_EQ(0, transcoder->well & 0xaaaaaaaa);
			EXPECT_TRUE(!transcoder->well || display->wells);
		}
		for (pipe = display->pipes; pipe->frame; pipe++) {
			EXPECT_EQ(0, pipe->well & (pipe->well - 1));
			EXPECT_EQ(0, pipe->well & 0xaaaaaaaa);
			EXPECT_TRUE(!pipe->well || display->wells);
		}
	}
}

/* No two of a display's planes, sprites and cursors have a register in common */
TEST(registers_are_registers_and_apart)
{
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		const struct igd_display *display = display_of(i);
		const struct igd_pipe *pipe;
		u32 list[64];
		unsigned int n = 0;

		for (pipe = display->pipes; pipe->frame; pipe++) {
			EXPECT_TRUE(is_register(pipe->frame));
			for (j = 0; j < display->planes; j++)
				list[n++] = pipe->plane + j * IGD_PLANE_STEP;
			for (j = 0; j < display->sprites; j++)
				list[n++] = pipe->sprite + j * IGD_PLANE_STEP;
			list[n++] = pipe->cursor;
		}
		ASSERT_LT(2, n);
		for (j = 0; j < n; j++) {
			EXPECT_TRUE(is_register(list[j]));
			for (k = j + 1; k < n; k++)
				EXPECT_NE(list[j], list[k])
					TH_LOG("%s: %#x",
					       igd_platforms[i].name, list[j]);
		}
	}
}

TEST_HARNESS_MAIN
