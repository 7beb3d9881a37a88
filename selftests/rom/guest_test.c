// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the guest's option ROM does, in each firmware that it is made for
 *
 * Each test starts a guest of its own, and looks at the device's registers, the
 * guest's memory, and what the ROM says. In all of them the guest must get to
 * where it looks for something to boot.
 */
#include <string.h>

#include "kselftest_harness.h"
#include "guest.h"
#include "vfio_pci_igd.h"

#define TIMEOUT		150
#define SIZE		(32 * MIB)
/* The GTT's own, below the other */
#define BELOW		(8 * MIB)
/* In RAM of each guest here, and where no firmware has put anything */
#define FREE_BASE	0x20000000ULL
/* Where the host of the profile has it: beyond a guest's 1 GiB */
#define FAR_BASE	0x7e800000ULL

#define ASLS		VFIO_PCI_IGD_CFG_ASLS
#define BDSM32		VFIO_PCI_IGD_CFG_BDSM32
#define BDSM64		VFIO_PCI_IGD_CFG_BDSM64
#define BAR2		0x18
#define GTT		0x800000

/* The stand-in's screen, see standin/screen.c */
#define WIDTH		800
#define HEIGHT		600
#define PATTERN		0x00336699
/* Pixels that a line of it has at least */
#define SOME_TEXT	500

/* An LPC bridge that a GOP of gen 12 knows, and one of gen 9 */
#define LPC12		0x7a84
#define LPC9		0x9d84
/* q35's own */
#define LPC_Q35		0x2918

#define BOOTS(with)							\
({									\
	ASSERT_TRUE(guest_start(&self->guest, with));			\
	ASSERT_TRUE(guest_boots(&self->guest));				\
})

/* One line, in full */
#define SAYS(...)	EXPECT_TRUE(guest_says(&self->guest, __VA_ARGS__))

static __u64 asls(const struct guest *guest)
{
	return sim_read(guest, 0, ASLS, 4);
}

static __u64 bdsm32(const struct guest *guest)
{
	return sim_read(guest, 0, BDSM32, 4);
}

static __u64 bdsm64(const struct guest *guest)
{
	return sim_read(guest, 0, BDSM64, 8);
}

static bool is_all_zero(struct guest *guest, __u64 address)
{
	static char memory[SIZE];
	size_t i;

	if (!guest_memory(guest, address, memory, SIZE))
		return false;
	for (i = 0; i < SIZE; i++)
		if (memory[i])
			return false;
	return true;
}

static bool has_opregion(struct guest *guest, __u64 address)
{
	static char wanted[MIB], found[MIB];
	ssize_t size;

	return guest_has_file(guest, "opregion", wanted, sizeof(wanted),
			      &size) &&
	       guest_memory(guest, address, found, size) &&
	       !memcmp(found, wanted, size);
}

/* The first and last page of stolen memory, where the stand-in's entries say */
static bool has_gtt(const struct guest *guest, __u64 base, __u64 size)
{
	return sim_bar(guest, "bar0", GTT, 8) == (base | 1) &&
	       sim_bar(guest, "bar0", GTT + size / 4096 * 8 - 8, 8) ==
	       ((base + size - 4096) | 1);
}

static bool is_dark(const struct guest *guest)
{
	return !sim_bar(guest, "bar0", GTT, 8) &&
	       !sim_bar(guest, "bar2", 0, 8) &&
	       !sim_bar(guest, "bar2", (WIDTH * HEIGHT - 2) * 4, 8);
}

static __u64 framebuffer(const struct guest *guest)
{
	return sim_read(guest, 0, BAR2, 8) & ~0xfULL;
}

/*
 * The stand-in has painted all and a line below the screen. What draws after it
 * writes some text on black, and never reaches that line. Linux clears the screen
 * first; OVMF of 2026 does not.
 */
static bool console_is_drawn(struct guest *guest)
{
	static __u32 pixels[WIDTH * (HEIGHT + 1)];
	size_t i, black = 0, left = 0, below = 0;

	if (!guest_memory(guest, framebuffer(guest), pixels, sizeof(pixels)))
		return false;
	for (i = 0; i < WIDTH * HEIGHT; i++) {
		black += !pixels[i];
		left += pixels[i] == PATTERN;
	}
	for (; i < WIDTH * (HEIGHT + 1); i++)
		below += pixels[i] == PATTERN;
	printf("# of %u pixels %zu are black, %zu as painted before; %zu of the %u below\n",
	       WIDTH * HEIGHT, black, left, below, WIDTH);
	return below == WIDTH && black > SOME_TEXT &&
	       WIDTH * HEIGHT - black - left > SOME_TEXT &&
	       (!left || !guest->setup.kernel);
}

/* A guest writes to its serial line first, and that is when it has booted. */
static bool has_console(struct guest *guest)
{
	unsigned int tries = 40;

	while (!console_is_drawn(guest))
		if (!--tries || usleep(500000))
			return false;
	return true;
}

/* OVMF of each Debian release */

FIXTURE(ovmf) {
	struct guest guest;
};

FIXTURE_VARIANT(ovmf) {
	const char *suite;
	const char *machine;
};

FIXTURE_VARIANT_ADD(ovmf, bookworm) {
	.suite = "bookworm", .machine = "q35",
};

FIXTURE_VARIANT_ADD(ovmf, trixie) {
	.suite = "trixie", .machine = "q35",
};

FIXTURE_VARIANT_ADD(ovmf, sid) {
	.suite = "sid", .machine = "q35",
};

FIXTURE_VARIANT_ADD(ovmf, trixie_i440fx) {
	.suite = "trixie", .machine = "pc",
};

FIXTURE_SETUP(ovmf)
{
}

FIXTURE_TEARDOWN(ovmf)
{
	guest_stop(&self->guest);
}

TEST_F_TIMEOUT(ovmf, identical, TIMEOUT)
{
	struct setup setup = {
		.ovmf = variant->suite, .machine = variant->machine,
		.info = INFO_BDSM64, .host_base = FREE_BASE, .size = SIZE,
		.dsm_size = SIZE, .dirty = FREE_BASE + SIZE - 4,
	};

	BOOTS(&setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	EXPECT_TRUE(is_all_zero(&self->guest, FREE_BASE));
	SAYS("stolen memory of 32 MiB at 0x20000000, in BDSM: the host's own base");
	EXPECT_EQ(0ULL, asls(&self->guest) % 4096);
	EXPECT_TRUE(has_opregion(&self->guest, asls(&self->guest)));
	SAYS("OpRegion of 20456 bytes at %#llx, in ASLS",
	     asls(&self->guest));
}

TEST_F_TIMEOUT(ovmf, relocated, TIMEOUT)
{
	struct setup setup = {
		.ovmf = variant->suite, .machine = variant->machine,
		.info = INFO_BDSM64, .host_base = FAR_BASE, .size = SIZE,
		.dsm_size = SIZE,
	};
	__u64 base;

	BOOTS(&setup);
	base = bdsm64(&self->guest);
	EXPECT_NE(0ULL, base);
	EXPECT_EQ(0ULL, base % MIB);
	EXPECT_LE(base, 1024 * MIB - SIZE);
	SAYS("stolen memory of 32 MiB at %#llx, in BDSM: no free RAM at the host's base 0x7e800000",
	     base);
}

/* The host's own place for it, in guests whose RAM reaches there */
TEST_F_TIMEOUT(ovmf, at_host_base, TIMEOUT)
{
	struct setup setup = {
		.ovmf = variant->suite, .machine = variant->machine,
		.memory = strcmp(variant->machine, "q35") ? 4096 : 2400,
		.info = INFO_BDSM64, .host_base = FAR_BASE, .size = SIZE,
		.dsm_size = SIZE,
	};

	BOOTS(&setup);
	EXPECT_EQ(FAR_BASE, bdsm64(&self->guest));
}

/* The boot screen: a stand-in for GOP behind ours in the ROM */

FIXTURE(gop) {
	struct guest guest;
	struct setup setup;
};

FIXTURE_VARIANT(gop) {
	const char *suite;
	const char *machine;
};

FIXTURE_VARIANT_ADD(gop, bookworm) {
	.suite = "bookworm", .machine = "q35",
};

FIXTURE_VARIANT_ADD(gop, bookworm_i440fx) {
	.suite = "bookworm", .machine = "pc",
};

FIXTURE_VARIANT_ADD(gop, trixie) {
	.suite = "trixie", .machine = "q35",
};

FIXTURE_VARIANT_ADD(gop, trixie_i440fx) {
	.suite = "trixie", .machine = "pc",
};

FIXTURE_VARIANT_ADD(gop, sid) {
	.suite = "sid", .machine = "q35",
};

FIXTURE_VARIANT_ADD(gop, sid_i440fx) {
	.suite = "sid", .machine = "pc",
};

FIXTURE_SETUP(gop)
{
	self->setup = (struct setup){
		.ovmf = variant->suite, .machine = variant->machine,
		.info = INFO_BDSM64, .host_base = FREE_BASE, .size = SIZE,
		.dsm_size = SIZE, .gop = "gop12.efi", .scratch = 0x123456,
	};
}

FIXTURE_TEARDOWN(gop)
{
	guest_stop(&self->guest);
}

/* As each machine can have it: the option on q35, the bridge on i440fx */
static void give_lpc(struct setup *setup, __u16 id)
{
	if (!setup->machine || !strcmp(setup->machine, "q35")) {
		setup->lpc_id = "host";
		setup->lpc_device = id;
	} else {
		setup->lpc_bridge = id;
	}
}

TEST_F_TIMEOUT(gop, screen, TIMEOUT)
{
	give_lpc(&self->setup, LPC12);
	BOOTS(&self->setup);
	SAYS("stand-in: VBT of 8704 bytes at %#llx",
	     asls(&self->guest) + 0x2000);
	/* GGC of the profile: GMS 1, 32 MiB */
	SAYS("stand-in: GTT has 8192 pages from 0x20000000");
	SAYS("stand-in: screen of 800 x 600 at %#llx",
	     framebuffer(&self->guest));
	EXPECT_TRUE(has_gtt(&self->guest, FREE_BASE, SIZE));
	EXPECT_TRUE(has_console(&self->guest));
}

TEST_F_TIMEOUT(gop, unknown_lpc, TIMEOUT)
{
	bool q35 = !strcmp(self->setup.machine, "q35");

	BOOTS(&self->setup);
	SAYS("stand-in: LPC bridge %#x is not known", q35 ? LPC_Q35 : 0xffff);
	EXPECT_TRUE(is_dark(&self->guest));
}

/* What Linux makes of it */

FIXTURE(kernel) {
	struct guest guest;
	struct setup setup;
};

FIXTURE_VARIANT(kernel) {
	const char *machine;
};

FIXTURE_VARIANT_ADD(kernel, i440fx) {
	.machine = "pc",
};

FIXTURE_VARIANT_ADD(kernel, q35) {
	.machine = "q35",
};

FIXTURE_SETUP(kernel)
{
	self->setup = (struct setup){
		.ovmf = "trixie", .machine = variant->machine, .kernel = true,
		.info = INFO_BDSM64, .host_base = FREE_BASE, .size = SIZE,
		.dsm_size = SIZE, .gsm_below = BELOW, .gop = "gop12.efi",
	};
}

FIXTURE_TEARDOWN(kernel)
{
	guest_stop(&self->guest);
}

/*
 * It draws where OVMF did, and keeps off stolen memory, what belongs to that
 * below it, and the OpRegion.
 */
TEST_F_TIMEOUT(kernel, screen_and_memory, TIMEOUT)
{
	give_lpc(&self->setup, LPC12);
	BOOTS(&self->setup);
	EXPECT_TRUE(guest_console_says(&self->guest,
				       "efifb: framebuffer at %#llx, using 1876k",
				       framebuffer(&self->guest)));
	EXPECT_TRUE(guest_console_says(&self->guest,
				       "efifb: mode is 800x600x32"));
	EXPECT_TRUE(has_console(&self->guest));
	EXPECT_TRUE(guest_maps(&self->guest, FREE_BASE - BELOW, BELOW + SIZE,
			       "reserved"));
	EXPECT_TRUE(guest_maps(&self->guest, asls(&self->guest), 0x2000,
			       "ACPI NVS"));
}

/*
 * OVMF as Debian builds it trusts what comes from a device's ROM, even where it
 * refuses a loader that nobody has signed.
 */

FIXTURE(secure_boot) {
	struct guest guest;
};

FIXTURE_VARIANT(secure_boot) {
	const char *suite;
};

FIXTURE_VARIANT_ADD(secure_boot, bookworm) {
	.suite = "bookworm",
};

FIXTURE_VARIANT_ADD(secure_boot, trixie) {
	.suite = "trixie",
};

FIXTURE_VARIANT_ADD(secure_boot, sid) {
	.suite = "sid",
};

FIXTURE_SETUP(secure_boot)
{
}

FIXTURE_TEARDOWN(secure_boot)
{
	guest_stop(&self->guest);
}

TEST_F_TIMEOUT(secure_boot, rom_is_trusted, TIMEOUT)
{
	struct setup setup = {
		.ovmf = variant->suite, .secure_boot = true,
		.info = INFO_BDSM64, .host_base = FREE_BASE, .size = SIZE,
		.dsm_size = SIZE,
	};

	BOOTS(&setup);
	EXPECT_TRUE(guest_console_says(&self->guest, "Access Denied"));
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

/* What can go wrong, in one firmware */

FIXTURE(trouble) {
	struct guest guest;
	struct setup setup;
};

FIXTURE_SETUP(trouble)
{
	self->setup = (struct setup){
		.ovmf = "trixie", .info = INFO_BDSM64, .host_base = FREE_BASE,
		.size = SIZE, .dsm_size = SIZE,
	};
}

FIXTURE_TEARDOWN(trouble)
{
	guest_stop(&self->guest);
}

TEST_F_TIMEOUT(trouble, stock_vfio_pci, TIMEOUT)
{
	self->setup.info = INFO_NONE;
	BOOTS(&self->setup);
	SAYS("the driver tells nothing of device 8086:4680 at 00:02.0: going by its ID");
	EXPECT_NE(0ULL, bdsm64(&self->guest));
	EXPECT_EQ(0ULL, bdsm32(&self->guest));
	SAYS("stolen memory of 32 MiB at %#llx, in BDSM; the host's own base is not known",
	     bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, bdsm_of_32_bits, TIMEOUT)
{
	self->setup.profile = "uhd630";
	self->setup.info = INFO_BDSM32;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm32(&self->guest));
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(trouble, no_bdsm, TIMEOUT)
{
	self->setup.info = INFO_BAR2;
	BOOTS(&self->setup);
	SAYS("no BDSM on this generation: its stolen memory is behind BAR 2, nothing to do");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
	EXPECT_NE(0ULL, asls(&self->guest));
}

TEST_F_TIMEOUT(trouble, size_from_driver, TIMEOUT)
{
	self->setup.size = 0;
	BOOTS(&self->setup);
	SAYS("QEMU gives no size of stolen memory: taking the driver's, 32 MiB");
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, size_file_missing, TIMEOUT)
{
	self->setup.size = SIZE_NONE;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, size_file_short, TIMEOUT)
{
	self->setup.size = SIZE_SHORT;
	BOOTS(&self->setup);
	SAYS("etc/igd-bdsm-size has 4 bytes, expected 8: ignored");
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, size_zero, TIMEOUT)
{
	self->setup.size = 0;
	self->setup.dsm_size = 0;
	BOOTS(&self->setup);
	SAYS("etc/igd-bdsm-size is 0 or missing: no stolen memory");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
	EXPECT_NE(0ULL, asls(&self->guest));
}

TEST_F_TIMEOUT(trouble, size_huge, TIMEOUT)
{
	self->setup.size = 1ULL << 52;
	BOOTS(&self->setup);
	SAYS("size 0x10000000000000 is not a multiple of 1 MiB below 4 GiB: no stolen memory");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(trouble, size_odd, TIMEOUT)
{
	self->setup.size = SIZE + 4096;
	BOOTS(&self->setup);
	SAYS("size 0x2001000 is not a multiple of 1 MiB below 4 GiB: no stolen memory");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(trouble, no_memory, TIMEOUT)
{
	self->setup.size = 1024 * MIB;
	BOOTS(&self->setup);
	SAYS("no 1024 MiB free below 4 GiB: no stolen memory (try a smaller gms_mb)");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
	EXPECT_NE(0ULL, asls(&self->guest));
}

TEST_F_TIMEOUT(trouble, opregion_missing, TIMEOUT)
{
	self->setup.opregion = OPREGION_NONE;
	BOOTS(&self->setup);
	SAYS("no etc/igd-opregion in fw_cfg: no OpRegion (QEMU: x-igd-opregion=on)");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, ASLS, ASLS + 3));
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, opregion_short, TIMEOUT)
{
	self->setup.opregion = OPREGION_SHORT;
	BOOTS(&self->setup);
	SAYS("etc/igd-opregion has 4096 bytes, expected 8192 to 1048576: no OpRegion");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, ASLS, ASLS + 3));
}

TEST_F_TIMEOUT(trouble, opregion_garbage, TIMEOUT)
{
	self->setup.opregion = OPREGION_GARBAGE;
	BOOTS(&self->setup);
	SAYS("etc/igd-opregion does not begin with IntelGraphicsMem: no OpRegion");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, ASLS, ASLS + 3));
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, bdsm_locked, TIMEOUT)
{
	self->setup.locked = true;
	BOOTS(&self->setup);
	SAYS("BDSM at 0xc0 reads 0x7e800001 after 0x20000000 was written: nothing left behind");
	EXPECT_NE(0ULL, asls(&self->guest));
}

/* Stolen memory of the GTT, below the other */

#define IS_RESERVED_BELOW(base)						\
	SAYS("the GTT's stolen memory is reserved below it, 8 MiB at %#llx", \
	     (base) - BELOW)

TEST_F_TIMEOUT(trouble, gsm_identical, TIMEOUT)
{
	self->setup.gsm_below = BELOW;
	self->setup.dirty = FREE_BASE - BELOW;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	IS_RESERVED_BELOW(FREE_BASE);
	EXPECT_TRUE(is_all_zero(&self->guest, FREE_BASE - BELOW));
	/* Each of the two halves twice: with the flag, and without */
	EXPECT_EQ(4, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(trouble, gsm_relocated, TIMEOUT)
{
	self->setup.gsm_below = BELOW;
	self->setup.host_base = FAR_BASE;
	BOOTS(&self->setup);
	EXPECT_NE(0ULL, bdsm64(&self->guest));
	EXPECT_EQ(0ULL, bdsm64(&self->guest) % MIB);
	IS_RESERVED_BELOW(bdsm64(&self->guest));
}

TEST_F_TIMEOUT(trouble, gsm_of_version_1, TIMEOUT)
{
	self->setup.gsm_below = BELOW;
	self->setup.version = 1;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	EXPECT_EQ(2, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

/* A driver of version 1 ends before the LPC bridge, whatever stands there */
TEST_F_TIMEOUT(trouble, lpc_of_version_1, TIMEOUT)
{
	self->setup.lpc_id = "host";
	self->setup.lpc_device = 0x7a84;
	self->setup.version = 1;
	BOOTS(&self->setup);
	SAYS("the driver does not tell the host's LPC bridge: give its ID in opt/vfio-pci-igd/lpc-id");
}

TEST_F_TIMEOUT(trouble, bdsm_of_32_bits_of_version_1, TIMEOUT)
{
	self->setup.profile = "uhd630";
	self->setup.info = INFO_BDSM32;
	self->setup.gsm_below = BELOW;
	self->setup.version = 1;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm32(&self->guest));
	EXPECT_EQ(1, sim_writes(&self->guest, 0, BDSM32, BDSM32 + 3));
}

/* What a later version adds, it adds behind what this one has */
TEST_F_TIMEOUT(trouble, gsm_of_a_later_version, TIMEOUT)
{
	self->setup.gsm_below = BELOW;
	self->setup.version = VFIO_PCI_IGD_INFO_VERSION + 1;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	IS_RESERVED_BELOW(FREE_BASE);
}

#define GSM_IS_REFUSED(below)						\
({									\
	self->setup.gsm_below = below;					\
	BOOTS(&self->setup);						\
	SAYS("the driver wants %#llx below stolen memory, not a multiple of 1 MiB that fits below 4 GiB: nothing reserved there", \
	     below);							\
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));			\
	EXPECT_EQ(2, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));	\
})

TEST_F_TIMEOUT(trouble, gsm_odd, TIMEOUT)
{
	GSM_IS_REFUSED(BELOW + 4096);
}

TEST_F_TIMEOUT(trouble, gsm_huge, TIMEOUT)
{
	GSM_IS_REFUSED(1ULL << 63);
}

TEST_F_TIMEOUT(trouble, gsm_no_memory, TIMEOUT)
{
	self->setup.gsm_below = 1024 * MIB;
	BOOTS(&self->setup);
	SAYS("no 1056 MiB free below 4 GiB for the GTT's and stolen memory: trying without the GTT's");
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	EXPECT_EQ(2, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

/* What a GOP asks for */

TEST_F_TIMEOUT(trouble, scratch_is_cleared, TIMEOUT)
{
	self->setup.scratch = 0xab123456;
	BOOTS(&self->setup);
	SAYS("scratch register 0x4f060 read 0xab123456, cleared for GOP");
	EXPECT_EQ(0ULL, sim_bar(&self->guest, "bar0", 0x4f060, 4));
}

#define NO_POLICY							\
	SAYS("no valid VBT in the OpRegion: no policy for GOP, which will not start")
#define NOT_THERE(offset)						\
	SAYS("no valid VBT of 8704 bytes at " offset " in the OpRegion of 20456: looking in mailbox 4")

TEST_F_TIMEOUT(trouble, vbt_extended, TIMEOUT)
{
	BOOTS(&self->setup);
	SAYS("policy for GOP, with a VBT of 8704 bytes at %#llx",
	     asls(&self->guest) + 0x2000);
}

TEST_F_TIMEOUT(trouble, vbt_in_mailbox, TIMEOUT)
{
	self->setup.vbt = VBT_MAILBOX;
	BOOTS(&self->setup);
	SAYS("policy for GOP, with a VBT of 4096 bytes at %#llx",
	     asls(&self->guest) + 0x400);
}

TEST_F_TIMEOUT(trouble, vbt_missing, TIMEOUT)
{
	self->setup.vbt = VBT_NONE;
	BOOTS(&self->setup);
	NO_POLICY;
	EXPECT_NE(0ULL, asls(&self->guest));
}

TEST_F_TIMEOUT(trouble, vbt_outside, TIMEOUT)
{
	self->setup.vbt = VBT_FAR;
	BOOTS(&self->setup);
	NOT_THERE("0x7f002000");
	NO_POLICY;
}

TEST_F_TIMEOUT(trouble, vbt_too_long, TIMEOUT)
{
	self->setup.vbt = VBT_LONG;
	BOOTS(&self->setup);
	NOT_THERE("0x2000");
	NO_POLICY;
}

TEST_F_TIMEOUT(trouble, vbt_blocks_outside, TIMEOUT)
{
	self->setup.vbt = VBT_BDB;
	BOOTS(&self->setup);
	NOT_THERE("0x2000");
	NO_POLICY;
}

TEST_F_TIMEOUT(trouble, vbt_unsigned, TIMEOUT)
{
	self->setup.vbt = VBT_SIGNATURE;
	BOOTS(&self->setup);
	NOT_THERE("0x2000");
	NO_POLICY;
}

/* A GOP behind ours */

TEST_F_TIMEOUT(trouble, gop_with_number, TIMEOUT)
{
	self->setup.gop = "gop12.efi";
	self->setup.lpc_id = "0x7a90";
	BOOTS(&self->setup);
	EXPECT_TRUE(has_console(&self->guest));
}

/* GGC and BDSM by the ports, BDSM of 32 bits, and GMS 2: 64 MiB */
#define IS_LIT_BY_GEN_9							\
({									\
	self->setup.profile = "whl";					\
	self->setup.info = INFO_BDSM32;					\
	self->setup.size = 2 * SIZE;					\
	self->setup.gop = "gop9.efi";					\
	give_lpc(&self->setup, LPC9);					\
	BOOTS(&self->setup);						\
	SAYS("stand-in: VBT of 6144 bytes at %#llx",			\
	     asls(&self->guest) + 0x400);				\
	SAYS("stand-in: GTT has 16384 pages from 0x20000000");		\
	EXPECT_TRUE(has_gtt(&self->guest, FREE_BASE, 2 * SIZE));	\
	EXPECT_TRUE(has_console(&self->guest));				\
})

TEST_F_TIMEOUT(trouble, gop_of_gen_9, TIMEOUT)
{
	IS_LIT_BY_GEN_9;
}

TEST_F_TIMEOUT(trouble, gop_of_gen_9_on_i440fx, TIMEOUT)
{
	self->setup.machine = "pc";
	IS_LIT_BY_GEN_9;
}

TEST_F_TIMEOUT(trouble, gop_with_vbt_in_mailbox, TIMEOUT)
{
	self->setup.gop = "gop12.efi";
	self->setup.vbt = VBT_MAILBOX;
	give_lpc(&self->setup, LPC12);
	BOOTS(&self->setup);
	SAYS("stand-in: VBT of 4096 bytes at %#llx",
	     asls(&self->guest) + 0x400);
	EXPECT_TRUE(has_console(&self->guest));
}

/* What keeps it dark, and the line that says why */
#define STAYS_DARK(...)							\
({									\
	self->setup.gop = self->setup.gop ? : "gop12.efi";		\
	give_lpc(&self->setup, LPC12);					\
	BOOTS(&self->setup);						\
	SAYS(__VA_ARGS__);						\
	EXPECT_TRUE(is_dark(&self->guest));				\
})

TEST_F_TIMEOUT(trouble, gop_without_vbt, TIMEOUT)
{
	self->setup.vbt = VBT_NONE;
	STAYS_DARK("stand-in: no policy");
	NO_POLICY;
}

/* Ours does not get in its way, and it is asked */
TEST_F_TIMEOUT(trouble, gop_with_foreign_policy, TIMEOUT)
{
	self->setup.first = "policy.efi";
	STAYS_DARK("stand-in: no VBT");
	SAYS("somebody else has a policy for GOP: ours is left out");
}

TEST_F_TIMEOUT(trouble, gop_reads_twice, TIMEOUT)
{
	self->setup.gop = "gop12-two-reads.efi";
	STAYS_DARK("stand-in: LPC bridge 0x2918 is not known");
	SAYS("a driver behind ours reads the LPC bridge in 2 places, expected 1: left as it is");
}

TEST_F_TIMEOUT(trouble, gop_reads_otherwise, TIMEOUT)
{
	self->setup.gop = "gop12-no-read.efi";
	STAYS_DARK("stand-in: LPC bridge 0x2918 is not known");
	SAYS("a driver behind ours reads the LPC bridge in 0 places, expected 1: left as it is");
}

/* Loaded before there is somebody to change it */
TEST_F_TIMEOUT(trouble, gop_before_ours, TIMEOUT)
{
	self->setup.first = "gop12.efi";
	/* Whatever is loaded later has it looked for */
	self->setup.gop = "policy.efi";
	STAYS_DARK("stand-in: LPC bridge 0x2918 is not known");
}

TEST_F_TIMEOUT(trouble, gop_at_another_slot, TIMEOUT)
{
	self->setup.slot = "05.0";
	STAYS_DARK("stand-in: refused: slot 5, class 0x30000");
}

TEST_F_TIMEOUT(trouble, gop_of_no_vga, TIMEOUT)
{
	self->setup.subclass = 0x80;
	STAYS_DARK("stand-in: refused: slot 2, class 0x38000");
}

/* Our image stays, for the policy's functions are in it */
TEST_F_TIMEOUT(trouble, gop_without_stolen, TIMEOUT)
{
	self->setup.size = 0;
	self->setup.dsm_size = 0;
	STAYS_DARK("stand-in: no stolen memory");
	SAYS("etc/igd-bdsm-size is 0 or missing: no stolen memory");
	SAYS("stand-in: VBT of 8704 bytes at %#llx",
	     asls(&self->guest) + 0x2000);
}

TEST_F_TIMEOUT(trouble, lpc_same_already, TIMEOUT)
{
	self->setup.lpc_id = "2918";
	BOOTS(&self->setup);
	SAYS("the machine's LPC bridge is 0x2918 already: nothing to change");
}

TEST_F_TIMEOUT(trouble, lpc_no_host, TIMEOUT)
{
	self->setup.lpc_id = "host";
	BOOTS(&self->setup);
	SAYS("the driver does not tell the host's LPC bridge: give its ID in opt/vfio-pci-igd/lpc-id");
}

TEST_F_TIMEOUT(trouble, lpc_garbage, TIMEOUT)
{
	self->setup.lpc_id = "intel";
	BOOTS(&self->setup);
	SAYS("opt/vfio-pci-igd/lpc-id is neither 'host' nor a device ID as in 7a84: ignored");
}

TEST_F_TIMEOUT(trouble, another_slot, TIMEOUT)
{
	self->setup.slot = "05.0";
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	EXPECT_NE(0ULL, asls(&self->guest));
}

TEST_F_TIMEOUT(trouble, two_displays, TIMEOUT)
{
	self->setup.displays = 2;
	BOOTS(&self->setup);
	EXPECT_EQ(FREE_BASE, bdsm64(&self->guest));
	EXPECT_NE(0ULL, asls(&self->guest));
	SAYS("device 8086:4680 at 00:06.0 is a second one: QEMU gives for one only, nothing done");
	EXPECT_EQ(0, sim_writes(&self->guest, 1, ASLS, ASLS + 3));
	EXPECT_EQ(0, sim_writes(&self->guest, 1, BDSM64, BDSM64 + 7));
}

/* SeaBIOS: the legacy image */

FIXTURE(seabios) {
	struct guest guest;
	struct setup setup;
};

FIXTURE_VARIANT(seabios) {
	const char *machine;
};

FIXTURE_VARIANT_ADD(seabios, i440fx) {
	.machine = "pc",
};

FIXTURE_VARIANT_ADD(seabios, q35) {
	.machine = "q35",
};

FIXTURE_SETUP(seabios)
{
	self->setup = (struct setup){
		.machine = variant->machine, .rom = "4680.rom",
		.info = INFO_BDSM64, .host_base = FAR_BASE, .size = SIZE,
		.dsm_size = SIZE,
	};
}

FIXTURE_TEARDOWN(seabios)
{
	guest_stop(&self->guest);
}

TEST_F_TIMEOUT(seabios, copied, TIMEOUT)
{
	BOOTS(&self->setup);
	EXPECT_NE(0ULL, bdsm64(&self->guest));
	EXPECT_EQ(0ULL, bdsm64(&self->guest) % MIB);
	EXPECT_EQ(bdsm32(&self->guest), bdsm64(&self->guest));
	SAYS("stolen memory where SeaBIOS put it, in BDSM: 0x%08llx",
	     bdsm64(&self->guest));
	EXPECT_TRUE(has_opregion(&self->guest, asls(&self->guest)));
}

TEST_F_TIMEOUT(seabios, copied_for_version_1, TIMEOUT)
{
	self->setup.version = 1;
	BOOTS(&self->setup);
	EXPECT_NE(0ULL, bdsm64(&self->guest));
	EXPECT_EQ(bdsm32(&self->guest), bdsm64(&self->guest));
}

TEST_F_TIMEOUT(seabios, nothing_reserved, TIMEOUT)
{
	self->setup.size = 0;
	BOOTS(&self->setup);
	SAYS("SeaBIOS has reserved no stolen memory: BDSM not written");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(seabios, stock_vfio_pci, TIMEOUT)
{
	self->setup.info = INFO_NONE;
	BOOTS(&self->setup);
	SAYS("the driver tells nothing of the device: BDSM not written");
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_F_TIMEOUT(seabios, bdsm_of_32_bits, TIMEOUT)
{
	self->setup.profile = "uhd630";
	self->setup.rom = "9bc8.rom";
	self->setup.info = INFO_BDSM32;
	BOOTS(&self->setup);
	EXPECT_NE(0ULL, bdsm32(&self->guest));
	EXPECT_EQ(0, sim_writes(&self->guest, 0, BDSM64, BDSM64 + 7));
}

TEST_HARNESS_MAIN
