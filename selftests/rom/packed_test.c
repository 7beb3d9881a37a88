// SPDX-License-Identifier: GPL-2.0-only
/*
 * The LPC option that 'igdctl rom pack --lpc-id' puts into the ROM: does the ROM
 * obey it, and does fw_cfg win? Whether the stand-in got as far as filling the
 * GTT tells, for it does not start with q35's LPC bridge.
 */
#include "kselftest_harness.h"
#include "guest.h"

#define TIMEOUT		150
#define SIZE		(32 * MIB)
/* In RAM of each guest here, and where no firmware has put anything */
#define BASE		0x20000000ULL
#define GTT		0x800000

/* Where the Makefile packs such a ROM, for guest.c to find */
static void __attribute__((constructor)) choose_rom(void)
{
	const char *built = getenv("ROM");
	char name[256];

	snprintf(name, sizeof(name), "%s/packed", built ? built : "/build/rom");
	setenv("FIRMWARE", name, 1);
}

FIXTURE(packed) {
	struct guest guest;
	struct setup setup;
};

FIXTURE_SETUP(packed)
{
	self->setup = (struct setup){
		.ovmf = "trixie", .info = INFO_BDSM64, .host_base = BASE,
		.size = SIZE, .dsm_size = SIZE, .gop = "gop12.efi",
		.lpc_device = 0x7a84,
	};
}

FIXTURE_TEARDOWN(packed)
{
	guest_stop(&self->guest);
}

static bool fills_gtt(struct guest *guest, const struct setup *setup)
{
	return guest_start(guest, setup) && guest_boots(guest) &&
	       sim_bar(guest, "bar0", GTT, 8) == (BASE | 1);
}

TEST_F_TIMEOUT(packed, is_obeyed, TIMEOUT)
{
	EXPECT_TRUE(fills_gtt(&self->guest, &self->setup));
}

TEST_F_TIMEOUT(packed, fw_cfg_turns_it_off, TIMEOUT)
{
	self->setup.lpc_id = "off";
	EXPECT_FALSE(fills_gtt(&self->guest, &self->setup));
	EXPECT_TRUE(guest_says(&self->guest, "stand-in: LPC bridge 0x2918 is not known"));
}

TEST_F_TIMEOUT(packed, fw_cfg_wins, TIMEOUT)
{
	self->setup.lpc_id = "1234";
	EXPECT_FALSE(fills_gtt(&self->guest, &self->setup));
	EXPECT_TRUE(guest_says(&self->guest, "stand-in: LPC bridge 0x1234 is not known"));
}

TEST_HARNESS_MAIN
