// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a guest, for a scene as for a cell of the matrix:
 *
 *	judge [OPTIONS] DIR
 *
 *	--gms N			QEMU and the driver were told this size of stolen
 *				memory, in 32 MiB
 *	--without-opregion	this QEMU has none for this device
 *	--placed host|elsewhere	where stolen memory has to lie
 *	--no-errors		i915 must log none
 *	--not-before		nobody has looked before firmware ran
 *	--xe			xe has looked at the device, too
 *	--screen		firmware lit one, by selftests/rom/standin
 *	--stock DIR		the same guest with stock vfio-pci
 *	--stock-fails NAME,...	in which each of these checks must fail, or it could
 *				not tell the one from the other
 *
 * DIR is what ./boot has left. What is expected comes from the profile of the
 * machine, of which DIR/facts has all. Prints TAP; the status is 0 if all is as
 * expected, 1 if not, 2 if it cannot be said.
 */
#define _GNU_SOURCE
#include "facts.h"

#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB	(1ull << 20)

/**
 * struct guest - one guest and what it should have got
 * @facts: what boot found
 * @before: what it found before firmware ran
 * @generation: 600 to 3000
 * @dsm: bytes of stolen memory that it was given
 * @top: of these, those that STOLEN_RESERVED keeps
 * @bdsm: as found, where this generation has it; 0 behind BAR2
 * @mask: of addresses that a register of its BDSM's width can hold
 * @ggc: that configuration space should read
 * @mirror_ggc: that BAR0 should read
 */
struct guest {
	struct facts facts;
	struct facts before;
	unsigned int generation;
	uint64_t dsm;
	uint64_t top;
	uint64_t bdsm;
	uint64_t mask;
	uint64_t ggc;
	uint64_t mirror_ggc;
};

static struct {
	unsigned int gms;
	bool opregion;
	bool errors;
	bool before;
	bool xe;
	bool screen;
	const char *placed;
	const char *stock;
	char *stock_fails;
} wanted = { .opregion = true, .errors = true, .before = true };

static struct guest igd, stock;

static unsigned int tests;
static bool failed;

/* While stock's guest is looked at, a check that fails is not a failure */
static bool of_stock, stock_failed;

static void result(bool ok, const char *what, const char *found,
		   const char *expected)
{
	if (of_stock) {
		if (!ok)
			printf("# stock vfio-pci: %s: %s, expected %s\n", what,
			       found, expected);
		stock_failed |= !ok;
		return;
	}
	tests++;
	failed |= !ok;
	if (ok)
		printf("ok %u %s\n", tests, what);
	else
		printf("not ok %u %s: %s, expected %s\n", tests, what, found,
		       expected);
}

static void expect_text(const char *what, const char *found,
			const char *expected)
{
	if (!found)
		found = "nothing";
	result(!strcmp(found, expected), what, found, expected);
}

static void expect(const char *what, uint64_t found, uint64_t expected)
{
	char text[2][24];

	snprintf(text[0], sizeof(text[0]), "%" PRIu64, found);
	snprintf(text[1], sizeof(text[1]), "%" PRIu64, expected);
	result(found == expected, what, text[0], text[1]);
}

/* The same in hexadecimal, as registers are read by people */
static void expect_register(const char *what, uint64_t found, uint64_t expected)
{
	char text[2][24];

	snprintf(text[0], sizeof(text[0]), "0x%" PRIx64, found);
	snprintf(text[1], sizeof(text[1]), "0x%" PRIx64, expected);
	result(found == expected, what, text[0], text[1]);
}

/* A number that has to be there: where none is, that is not 0 */
static void expect_fact(const struct guest *guest, const char *what,
			const char *key, uint64_t expected)
{
	const char *found = fact(&guest->facts, key);
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, expected);
	expect_text(what, found, text);
}

static void expect_words(const char *what, const char *found,
			 const char *expected)
{
	if (!found)
		found = "nothing";
	result(strstr(found, expected), what, found, expected);
}

static bool behind_bar2(const struct guest *guest)
{
	return guest->generation >= 1270;
}

static bool always(const struct guest *guest)
{
	return true;
}

static bool was_seen_before(const struct guest *guest)
{
	return wanted.before;
}

static bool has_stolen_in_ram(const struct guest *guest)
{
	return !behind_bar2(guest);
}

/* Lunar Lake and later are xe's alone */
static bool has_i915(const struct guest *guest)
{
	return guest->generation < 2000;
}

static bool has_xe(const struct guest *guest)
{
	return wanted.xe;
}

static bool is_behind_bar2_of_i915(const struct guest *guest)
{
	return behind_bar2(guest) && has_i915(guest);
}

static bool is_placed(const struct guest *guest)
{
	return wanted.placed;
}

static bool has_screen(const struct guest *guest)
{
	return wanted.screen;
}

static bool has_stock(const struct guest *guest)
{
	return wanted.stock;
}

static void check_before(const struct guest *guest)
{
	const struct facts *before = &guest->before;

	expect_register("BDSM before firmware ran",
			behind_bar2(guest) ? 0 : bdsm_before(before), 0);
	expect_register("ASLS before firmware ran",
			number(before, "before.asls"), 0);
	expect("STOLEN_RESERVED enabled before firmware ran",
	       reserved_before(before) & 1, 0);
	expect_register("GGC before firmware ran",
			number(before, "before.ggc") & 0xffff, guest->ggc);
}

static void check_ggc(const struct guest *guest)
{
	expect_register("GGC", number(&guest->facts, "guest.ggc"), guest->ggc);
	expect_register("mirror of GGC",
			number(&guest->facts, "guest.mirror_ggc"),
			guest->mirror_ggc);
}

static void check_opregion(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;

	if (!wanted.opregion) {
		puts("# without OpRegion");
		expect_register("ASLS, which nobody set",
				number(facts, "guest.asls"), 0);
		return;
	}
	expect_text("OpRegion's signature",
		    fact(facts, "guest.opregion_signature"), "IntelGraphicsMem");
	expect_fact(guest, "OpRegion, bytes that differ",
		    "guest.opregion_differs", 0);
	if (number(facts, "machine.rvds"))
		expect_fact(guest, "VBT, bytes that differ",
			    "guest.vbt_differs", 0);
}

static void check_writes(const struct guest *guest)
{
	expect_fact(guest, "writes to the host firmware's registers",
		    "writes.beyond", 0);
}

/* Stolen memory that the guest's firmware has allocated */
static void check_stolen(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;
	const uint64_t base = base_of(guest->bdsm);
	char range[48];

	expect("BDSM is set", base != 0, 1);
	expect_register("mirror of BDSM",
			number(facts, "guest.mirror_bdsm") & guest->mask,
			guest->bdsm);
	snprintf(range, sizeof(range), "0x%08" PRIx64 "-0x%08" PRIx64, base,
		 base + guest->dsm - 1);
	expect_text("the kernel keeps out of", fact(facts, "kernel.keeps_out"),
		    range);
}

/* What the guest's memory map says of an address */
static const char *iomem_at(const struct guest *guest, uint64_t address)
{
	static char name[128];
	unsigned long long first, last;
	char path[512], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/iomem", guest->facts.dir);
	file = fopen(path, "r");
	if (!file)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == ' ' ||
		    sscanf(line, "%llx-%llx : %127[^\n]", &first, &last, name) != 3)
			continue;
		if (first <= address && address <= last) {
			fclose(file);
			return name;
		}
	}
	fclose(file);
	return "nothing";
}

static void check_gsmbase(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;
	const uint64_t gsm = base_of(number(facts, "guest.mirror_gsmbase") &
				     guest->mask);

	expect_text("GSMBASE leads to", iomem_at(guest, gsm), "Reserved");
	/* SeaBIOS knows BDSM alone: GSMBASE lies in stolen memory then */
	if (!strcmp(fact(facts, "boot.firmware") ?: "", "ovmf"))
		expect_register("from GSMBASE to BDSM, as on the host",
				base_of(guest->bdsm) - gsm,
				number(facts, "machine.bdsm") -
				number(facts, "machine.gsm"));
}

static void check_reserved(const struct guest *guest)
{
	const uint64_t reserved = number(&guest->facts, "guest.mirror_reserved") &
				  guest->mask;

	/* Valleyview has no base in there, the last MiB it is */
	if (base_of(reserved))
		expect_register("from what is reserved to the end",
				base_of(guest->bdsm) + guest->dsm -
				(reserved & ~0x3ffffull), guest->top);
	expect("reserved range enabled", reserved & 1, 1);
}

/* In guests i915 leaves the stolen memory of gen 6 and 7 alone */
static bool i915_takes_stolen(const struct guest *guest)
{
	return has_i915(guest) && guest->generation >= 800;
}

static void check_usable(const struct guest *guest)
{
	expect_fact(guest, "KiB of stolen memory that i915 finds",
		    "i915.reserved_kib", guest->dsm >> 10);
	expect_fact(guest, "KiB of it that i915 takes", "i915.usable_kib",
		    (guest->dsm - guest->top) >> 10);
}

static void check_i915(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;
	const unsigned int entry = guest->generation < 800 ? 4 : 8;

	expect_fact(guest, "size of the GTT, in MiB", "i915.gtt_mib",
		    number(facts, "machine.gsm-size") / entry * 4096 / MIB);
	expect("i915 came up", fact(facts, "i915.initialized") != NULL, 1);
	expect_text("i915 complains about", fact(facts, "i915.outside"),
		    "nothing");
	if (!wanted.errors)
		expect_fact(guest, "errors that i915 logs", "i915.errors", 0);
}

/* Behind BAR2 it leaves out what is reserved, before it does not */
static void check_xe(const struct guest *guest)
{
	const uint64_t reserved = behind_bar2(guest) ?
		number(&guest->facts, "machine.reserved-size") : 0;

	expect_fact(guest, "bytes of stolen memory that xe takes",
		    "xe.stolen_bytes", guest->dsm - reserved);
}

/* Offsets in the device's own memory: behind the GTT's 8 MiB */
static void check_local(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;

	expect_text("i915's stolen memory is local", fact(facts, "i915.local"),
		    "0x00800000");
	/* Where a driver that knows it is a guest's goes by itself */
	expect_register("BDSM leads into the guest's BAR2",
			number(facts, "guest.mirror_bdsm"),
			number(facts, "guest.bar2") + 8 * MIB);
	expect_register("GSMBASE leads into the guest's BAR0",
			number(facts, "guest.mirror_gsmbase"),
			number(facts, "guest.bar0") + 8 * MIB);
}

/* At the host's own place, all that its firmware locked agrees with BDSM */
static void check_placed(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;
	const uint64_t host = number(facts, "machine.bdsm");
	const uint64_t reserved = number(facts, "machine.stolen-reserved");

	if (strcmp(wanted.placed, "host")) {
		expect("stolen memory is elsewhere than the host's",
		       base_of(guest->bdsm) != host, 1);
		expect_words("which the option ROM says", fact(facts, "rom.stolen"),
			     "no free RAM at the host's base");
		return;
	}
	expect_register("stolen memory is at the host's own base",
			base_of(guest->bdsm), host);
	expect_register("STOLEN_RESERVED is the host's",
			number(facts, "guest.reserved"), reserved);
	expect_register("mirror of STOLEN_RESERVED is the host's",
			number(facts, "guest.mirror_reserved"), reserved);
	expect_words("which the option ROM says", fact(facts, "rom.stolen"),
		     "the host's own base");
}

/* Out of MCHBAR's mirror; with stock vfio-pci it reads the hardware itself */
static void check_dram(const struct guest *guest)
{
	expect_text("i915 reads the host's memory out of MCHBAR",
		    fact(&guest->facts, "i915.dram"),
		    fact(&stock.facts, "i915.dram") ?: "what stock's guest found");
}

/* Of what the guest kept of its framebuffer, the pixels of this colour */
static unsigned int pixels(const struct guest *guest, uint32_t colour)
{
	unsigned int count = 0;
	char path[512];
	uint32_t pixel;
	FILE *file;

	snprintf(path, sizeof(path), "%s/screen", guest->facts.dir);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fread(&pixel, sizeof(pixel), 1, file))
		count += pixel == colour;
	fclose(file);
	return count;
}

/*
 * The stand-in painted all of its framebuffer, and a line behind it; Linux clears
 * the screen and writes on it. The guest keeps SCREEN_LINES of it.
 */
#define SCREEN_LINES	64
#define SCREEN_WIDTH	800
#define SCREEN_PAINT	0x00336699u

static void check_screen(const struct guest *guest)
{
	const unsigned int all = SCREEN_WIDTH * SCREEN_LINES;
	const struct facts *facts = &guest->facts;
	const unsigned int black = pixels(guest, 0);
	char mode[64];

	snprintf(mode, sizeof(mode), "%u x 600 at %s", SCREEN_WIDTH,
		 fact(facts, "efifb.address") ?: "no address that efifb has");
	expect_text("the stand-in's screen", fact(facts, "rom.screen"), mode);
	expect_text("efifb's mode", fact(facts, "efifb.mode"), "800x600x32");
	expect_text("the guest's framebuffer", fact(facts, "guest.fb"),
		    "0 EFI VGA");
	expect_register("behind the screen, as the stand-in left it",
			number(facts, "guest.bar2_behind"), SCREEN_PAINT);
	expect("pixels of the stand-in that are left on the screen",
	       pixels(guest, SCREEN_PAINT), 0);
	expect("most of the screen is black", black > all / 2, 1);
	expect("there is text on it", black && black < all - 500, 1);
}

static void check_gtt(const struct guest *guest)
{
	const struct facts *facts = &guest->facts;
	const uint64_t base = base_of(guest->bdsm);

	expect_register("first page of the GTT", number(facts, "guest.gtt_first"),
			base | 1);
	expect_register("last page of stolen memory in the GTT",
			number(facts, "guest.gtt_last"),
			(base + guest->dsm - 4096) | 1);
}

/* The device itself read through the GTT, and never in vain */
static void check_scanout(const struct guest *guest)
{
	struct planes life;

	expect("planes were counted", planes(&guest->facts, "igdsim.planes", &life),
	       1);
	expect("planes have been read", life.reads > 0, 1);
	expect("faults of them", life.faults, 0);
	expect("pages that the GTT did not have", life.absent, 0);
	expect_fact(guest, "DMA faults in the host's log", "host.dma_faults", 0);
}

static bool was_killed(const struct guest *guest)
{
	return fact(&guest->facts, "igdsim.killed");
}

/* Neither what firmware had on nor what the guest left on reads in vain */
static void check_quiet(const struct guest *guest)
{
	struct planes life, killed;

	expect("planes were counted",
	       planes(&guest->facts, "igdsim.planes", &life) &&
	       planes(&guest->facts, "igdsim.killed", &killed), 1);
	expect("faults of planes in its life", life.faults, 0);
	expect("DMA faults in the host's log", number(&guest->facts,
						     "host.dma_faults"), 0);
	expect("planes on after it was killed", killed.lit, 0);
	expect("faults of planes after it was killed", killed.faults, 0);
}

static void check_handover(const struct guest *guest)
{
	const char *after = fact(&guest->facts, "guest.fb_after");

	expect_text("efifb's console is given up for",
		    fact(&guest->facts, "efifb.given_up"), "dummy device");
	expect("efifb is gone", after && strcmp(after, "0 EFI VGA"), 1);
}

static const struct check {
	const char *name;
	bool (*applies)(const struct guest *guest);
	void (*run)(const struct guest *guest);
} checks[] = {
	{ "before", was_seen_before, check_before },
	{ "ggc", always, check_ggc },
	{ "opregion", always, check_opregion },
	{ "writes", always, check_writes },
	{ "stolen", has_stolen_in_ram, check_stolen },
	{ "gsmbase", has_stolen_in_ram, check_gsmbase },
	{ "reserved", has_stolen_in_ram, check_reserved },
	{ "placed", is_placed, check_placed },
	{ "i915", has_i915, check_i915 },
	{ "usable", i915_takes_stolen, check_usable },
	{ "dram", has_stock, check_dram },
	{ "xe", has_xe, check_xe },
	{ "screen", has_screen, check_screen },
	{ "gtt", has_screen, check_gtt },
	{ "scanout", has_screen, check_scanout },
	{ "handover", has_screen, check_handover },
	{ "quiet", was_killed, check_quiet },
	{ "local", is_behind_bar2_of_i915, check_local },
};

#define NUM_CHECKS	(sizeof(checks) / sizeof(checks[0]))

static const struct check *find_check(const char *name)
{
	for (size_t i = 0; i < NUM_CHECKS; i++)
		if (!strcmp(checks[i].name, name))
			return &checks[i];
	errx(2, "--stock-fails: no check '%s'", name);
}

/*
 * QEMU has a code of its own for GMS in configuration space; the driver keeps the
 * host's in the mirror where that says the same size.
 */
static void guest_load(struct guest *guest, const char *dir)
{
	struct facts *facts = &guest->facts;
	uint64_t machine;

	facts_load(facts, dir);
	facts_load_before(&guest->before, dir);
	guest->generation = number(facts, "machine.generation");
	machine = number(facts, "machine.dsm-size");
	if (!guest->generation || !machine)
		errx(2, "%s/facts does not say what the machine is", dir);

	guest->dsm = machine;
	guest->ggc = number(facts, "machine.ggc");
	guest->mirror_ggc = guest->ggc;
	/* From the first byte that is reserved to the end of stolen memory */
	guest->top = number(facts, "machine.bdsm") + machine -
		     number(facts, "machine.reserved");
	guest->mask = guest->generation < 1100 ? UINT32_MAX : UINT64_MAX;
	guest->bdsm = behind_bar2(guest) ? 0 : bdsm(facts);

	if (!wanted.gms)
		return;
	guest->dsm = wanted.gms * 32 * MIB;
	if (guest->generation < 800)
		guest->ggc = (guest->ggc & ~0xf8ull) | wanted.gms << 3;
	else
		guest->ggc = (guest->ggc & 0xff) | wanted.gms << 8;
	if (guest->dsm != machine)
		guest->mirror_ggc = guest->ggc;
}

static void judge_stock(void)
{
	char what[96], *name;

	while ((name = strsep(&wanted.stock_fails, ","))) {
		const struct check *check = find_check(name);

		stock_failed = false;
		of_stock = true;
		check->run(&stock);
		of_stock = false;
		snprintf(what, sizeof(what),
			 "with stock vfio-pci it is otherwise: %s", name);
		expect(what, stock_failed, 1);
	}
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "gms", required_argument, NULL, 'g' },
		{ "without-opregion", no_argument, NULL, 'o' },
		{ "placed", required_argument, NULL, 'p' },
		{ "no-errors", no_argument, NULL, 'e' },
		{ "not-before", no_argument, NULL, 'n' },
		{ "xe", no_argument, NULL, 'x' },
		{ "screen", no_argument, NULL, 'l' },
		{ "stock", required_argument, NULL, 's' },
		{ "stock-fails", required_argument, NULL, 'f' },
		{ }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'g':
			wanted.gms = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			wanted.opregion = false;
			break;
		case 'p':
			if (strcmp(optarg, "host") && strcmp(optarg, "elsewhere"))
				errx(2, "--placed: '%s' is neither host nor elsewhere",
				     optarg);
			wanted.placed = optarg;
			break;
		case 'e':
			wanted.errors = false;
			break;
		case 'n':
			wanted.before = false;
			break;
		case 'x':
			wanted.xe = true;
			break;
		case 'l':
			wanted.screen = true;
			break;
		case 's':
			wanted.stock = optarg;
			break;
		case 'f':
			wanted.stock_fails = optarg;
			break;
		default:
			exit(2);
		}
	if (optind != argc - 1)
		errx(2, "use: judge [OPTIONS] DIR, see the head of judge.c");
	if (wanted.stock_fails && !wanted.stock)
		errx(2, "--stock-fails wants --stock");
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	guest_load(&igd, argv[optind]);
	if (wanted.stock)
		guest_load(&stock, wanted.stock);

	puts("TAP version 13");
	for (size_t i = 0; i < NUM_CHECKS; i++)
		if (checks[i].applies(&igd))
			checks[i].run(&igd);
	judge_stock();
	printf("1..%u\n", tests);
	return failed;
}
