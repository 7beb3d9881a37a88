// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scan-out, with this test as the machine's memory
 *
 * Memory is 16 MiB at RAM, of which HOLE is refused. The GTT's first entries lead
 * there, page by page. Where a pixel has to lie is worked out here bit by bit, from
 * the drawings in Intel's manuals, and not as igdsim does it.
 */
#define _GNU_SOURCE
#include "test.h"

#include <errno.h>
#include <limits.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAM		0x10000000ull
#define RAM_SIZE	(16u << 20)
#define PAGE		4096u
#define ENTRIES		2048	/* of the GTT, filled at first */

#define WIDTH		640u
#define HEIGHT		96u

#define SCREEN_BYTES	(1920u * 1080 * 4)	/* whole pages, as it happens */

static uint8_t *ram;
static uint64_t hole, hole_end;
static uint64_t lowest, highest;	/* what was asked for */

static bool access_ram(uint64_t address, uint32_t count, uint8_t *bytes, bool write)
{
	if (address < lowest)
		lowest = address;
	if (address > highest)
		highest = address;
	if (address < RAM || address + count > RAM + RAM_SIZE ||
	    (address >= hole && address < hole_end))
		return false;
	if (write)
		memcpy(ram + (address - RAM), bytes, count);
	else
		memcpy(bytes, ram + (address - RAM), count);
	return true;
}

static void forget_reads(void)
{
	lowest = ~0ull;
	highest = 0;
}

/* Where the registers are that differ, and how the GTT's entries look */
struct machine {
	const char *profile;
	uint32_t config;	/* PIPECONF of pipe A */
	uint32_t source;
	uint32_t gtt;
	unsigned int entry;
	uint32_t power;		/* offset of PMCSR, if it sleeps at first */
};

static const struct machine uhd770 = {
	"uhd770", 0x70008, 0x6001c, 0x800000, 8, 0xd4,
};

static const struct machine uhd630 = {
	"uhd630", 0x70008, 0x6001c, 0x800000, 8, 0,
};

static const struct machine mtl = {
	"mtl", 0x70008, 0x6001c, 0x800000, 8, 0xd4,
};

static const struct machine hsw = {
	"hsw", 0x70008, 0x6001c, 0x200000, 4, 0,
};

static const struct machine snb = {
	"snb", 0x70008, 0x6001c, 0x200000, 4, 0xd4,
};

static const struct machine vlv = {
	"vlv", 0x1f0008, 0x1e001c, 0x200000, 4, 0xd4,
};

/* All of memory, from the first entry on */
static void map_ram(struct sim *sim, const struct machine *machine)
{
	const unsigned int at_once = 64 / machine->entry;
	uint8_t bytes[64];

	for (uint32_t i = 0; i < ENTRIES; i += at_once) {
		for (unsigned int n = 0; n < at_once; n++) {
			uint64_t entry = (RAM + (i + n) * PAGE) | 1;

			memcpy(bytes + n * machine->entry, &entry, machine->entry);
		}
		region_write(sim, BAR0, machine->gtt + i * machine->entry, 64,
			     bytes);
	}
}

static void map(struct sim *sim, const struct machine *machine, uint32_t entry,
		uint64_t value)
{
	put(sim, BAR0, machine->gtt + entry * machine->entry, machine->entry, value);
}

static void start_slow(struct sim *sim, const struct machine *machine,
		       const char *profile, const char *hz)
{
	must_start(sim, profile ?: machine->profile, hz);
	sim->memory = access_ram;
	hole = 0;
	hole_end = 0;
	forget_reads();
	memset(ram, 0, RAM_SIZE);
	if (machine->power)
		put(sim, CONFIG, machine->power, 2, 0);
	put(sim, CONFIG, 0x04, 2, 0x6);
	map_ram(sim, machine);
	/* VGA, which a driver turns off before all else */
	put(sim, BAR0, machine == &vlv ? 0x1f1400 : 0x41000, 4, 0x80000000);
	put(sim, BAR0, machine->source, 4, (WIDTH - 1) << 16 | (HEIGHT - 1));
}

static void start(struct sim *sim, const struct machine *machine,
		  const char *profile)
{
	start_slow(sim, machine, profile, "--hz=60");
}

static void pipe_on(struct sim *sim, const struct machine *machine)
{
	put(sim, BAR0, machine->config, 4, 0x80000000);
}

/* Registers of a plane of gen 9 on; the last write arms */
static void set_universal(struct sim *sim, uint32_t reg, uint32_t control,
			  uint32_t stride, uint32_t surface)
{
	put(sim, BAR0, reg + 0x08, 4, stride);
	put(sim, BAR0, reg + 0x10, 4, (HEIGHT - 1) << 16 | (WIDTH - 1));
	put(sim, BAR0, reg, 4, control);
	put(sim, BAR0, reg + 0x1c, 4, surface);
}

struct counted {
	unsigned int lit, pending;
	unsigned long long frames, reads, faults, absent, unmastered;
};

static struct counted planes(struct sim *sim)
{
	struct counted found = { .lit = ~0u };
	const char *text = strstr(tell(sim, "planes"), "ok ");

	if (!text || sscanf(text, "ok lit %u pending %u frames %llu reads %llu "
			    "faults %llu absent %llu unmastered %llu",
			    &found.lit, &found.pending, &found.frames, &found.reads,
			    &found.faults, &found.absent, &found.unmastered) != 7)
		printf("# planes: %s\n", text);
	return found;
}

#define STEP	10	/* ms */

/* Until the registers that were written count */
static void settle(struct sim *sim)
{
	for (unsigned int ms = 0; ms < 5000 && planes(sim).pending; ms += STEP)
		serve(sim, STEP);
}

/* So many frames, or none for a while */
static void wait_frames(struct sim *sim, unsigned int count)
{
	unsigned long long before = planes(sim).frames, now = before, seen = before;

	for (unsigned int ms = 0; ms < 300 && now < before + count; ms += STEP) {
		serve(sim, STEP);
		now = planes(sim).frames;
		if (now != seen)
			ms = 0;
		seen = now;
	}
}

/* What is read from now on, for some frames; one may be under way at either end */
static struct counted count_anew(struct sim *sim)
{
	settle(sim);
	wait_frames(sim, 1);
	tell(sim, "planes forget");
	forget_reads();
	wait_frames(sim, 3);
	return planes(sim);
}

static uint32_t *pixels;
static uint32_t shown_width, shown_height;

/* Takes a picture, and keeps what is in the file; what was answered */
static const char *look(struct sim *sim)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	static char answer[256];
	char line[128];

	snprintf(line, sizeof(line), "picture %s/picture", sim->dir);
	snprintf(answer, sizeof(answer), "%s", tell(sim, line));
	free(pixels);
	pixels = NULL;
	shown_width = 0;
	if (!png_image_begin_read_from_file(&image, strchr(line, ' ') + 1))
		return answer;
	image.format = PNG_FORMAT_BGRA;
	pixels = calloc(image.width * image.height, 4);
	if (png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
		shown_width = image.width;
		shown_height = image.height;
	}
	unlink(strchr(line, ' ') + 1);
	return answer;
}

static uint32_t shown(uint32_t x, uint32_t y)
{
	if (x >= shown_width || y >= shown_height)
		return 0xbadbad;
	return pixels[y * shown_width + x] & 0xffffff;
}

/* A colour for each place, which no other place has */
static uint32_t colour(uint32_t x, uint32_t y)
{
	return (x * 0x10493 + y * 0x2f) & 0xffffff;
}

/* How many pixels of the picture are not what lies that far from x, y */
static unsigned int wrong(uint32_t shift_x, uint32_t shift_y)
{
	unsigned int count = 0;

	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++)
			count += shown(x, y) != colour(x + shift_x, y + shift_y);
	return count;
}

/* The bits of a number from one on, so many */
static uint32_t bits(uint32_t value, unsigned int from, unsigned int count)
{
	return (value >> from) & ((1u << count) - 1);
}

/* In a tile: bits of the address from 11 down, as the manuals have them */
static uint32_t in_x(uint32_t x, uint32_t y)
{
	return bits(y, 0, 3) << 9 | bits(x, 0, 9);
}

static uint32_t in_y(uint32_t x, uint32_t y)
{
	return bits(x, 4, 3) << 9 | bits(y, 0, 5) << 4 | bits(x, 0, 4);
}

static uint32_t in_4(uint32_t x, uint32_t y)
{
	return bits(y, 3, 2) << 10 | bits(x, 6, 1) << 9 | bits(y, 2, 1) << 8 |
	       bits(x, 4, 2) << 6 | bits(y, 0, 2) << 4 | bits(x, 0, 4);
}

/* Draws the pattern into memory from its beginning, so many bytes a line */
static void draw(uint32_t stride, uint32_t tile_width, uint32_t tile_height,
		 uint32_t (*in_tile)(uint32_t x, uint32_t y))
{
	for (uint32_t y = 0; y < HEIGHT + 64; y++)
		for (uint32_t x = 0; x < stride / 4; x++) {
			uint32_t byte = 4 * x, value = colour(x, y);
			uint32_t at = y * stride + byte;

			if (in_tile)
				at = (y / tile_height * (stride / tile_width) +
				      byte / tile_width) * PAGE +
				     in_tile(byte % tile_width, y % tile_height);
			memcpy(ram + at, &value, 4);
		}
}

static void test_arming(void)
{
	const unsigned int pages = WIDTH * HEIGHT * 4 / PAGE;
	struct counted found;
	unsigned int old = 0;
	struct sim sim;

	start(&sim, &uhd770, NULL);
	set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0x1000);
	found = planes(&sim);
	check(!found.lit && !found.reads, "a plane reads nothing while its pipe is off");
	check_equal(get(&sim, BAR0, 0x701ac, 4), 0x1000,
		    "nor has it a vblank to wait for");
	pipe_on(&sim, &uhd770);
	found = count_anew(&sim);
	check(found.lit == 1 && found.reads && !found.faults,
	      "with the pipe on it reads");
	check(found.reads + pages >= found.frames * pages &&
	      found.reads <= (found.frames + 1) * pages,
	      "each page once in a frame");
	check(lowest == RAM + 0x1000 && highest == RAM + WIDTH * HEIGHT * 4,
	      "from the first where the GTT leads to the last");

	put(&sim, BAR0, 0x70190, 4, 7 << 16 | (WIDTH - 1));
	put(&sim, BAR0, 0x70180, 4, 0);
	found = count_anew(&sim);
	check(found.lit == 1 && highest == RAM + WIDTH * HEIGHT * 4,
	      "size and control alone change nothing");
	put(&sim, BAR0, 0x70180, 4, 0x84000000);
	put(&sim, BAR0, 0x7019c, 4, 0x2000);
	count_anew(&sim);
	check(lowest == RAM + 0x2000 && highest == RAM + 0x2000 + 4 * PAGE,
	      "once the surface is written they count");
	for (unsigned int i = 1; i <= 10; i++) {
		put(&sim, BAR0, 0x7019c, 4, i << 16);
		old += get(&sim, BAR0, 0x701ac, 4) != i << 16;
		settle(&sim);
		old += 100 * (get(&sim, BAR0, 0x701ac, 4) != i << 16);
	}
	check(old && old < 100, "but not before the vblank, and then at once");

	put(&sim, BAR0, 0x70180, 4, 0);
	put(&sim, BAR0, 0x7019c, 4, 0);
	found = count_anew(&sim);
	check(!found.lit && !found.reads, "a plane that was turned off does not read");
	put(&sim, BAR0, 0x70180, 4, 0x84000000);
	found = count_anew(&sim);
	check(found.lit && found.reads, "its control register lights it by itself");
	put(&sim, BAR0, 0x70008, 4, 0);
	found = count_anew(&sim);
	check(!found.lit && !found.reads, "a pipe that is off stops it");
	sim_stop(&sim);
}

static void test_counts(void)
{
	struct counted found;
	unsigned long long each = 0;
	const char *text;
	struct sim sim;

	start(&sim, &uhd770, NULL);
	hole = RAM + 0x3000;
	hole_end = RAM + 0x5000;
	map(&sim, &uhd770, 8, (RAM + 8 * PAGE) & ~1ull);
	set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
	pipe_on(&sim, &uhd770);
	found = count_anew(&sim);
	check(found.faults + 2 >= 2 * found.frames &&
	      found.faults <= 2 * found.frames + 4, "refused pages are counted");
	check(found.absent + 1 >= found.frames && found.absent <= found.frames + 2,
	      "and, apart from them, those that the GTT does not have");
	text = tell(&sim, "faults");
	check(sscanf(text, "fault A.universal1 0x10003000-0x10004fff %llu\n", &each) == 1 &&
	      each + 1 >= found.frames && strstr(text, "\nabsent A.universal1 0x8000-0x8fff ") &&
	      strstr(text, "\nok 2"), "which ones is told, plane by plane");
	check(strstr(tell(&sim, "planes"), "plane A.universal1 on 0x0 640x96+0+0 frames "),
	      "each plane has its line");
	put(&sim, BAR0, 0x70008, 4, 0);
	serve(&sim, 200);
	check_text(tell(&sim, "planes forget"),
		   "ok lit 0 pending 0 frames 0 reads 0 faults 0 absent 0 unmastered 0",
		   "counts can be forgotten");
	check_text(tell(&sim, "faults"), "ok 0", "and addresses with them");
	put(&sim, BAR0, 0x41000, 4, 0);
	pipe_on(&sim, &uhd770);
	put(&sim, BAR0, 0x70180, 4, 0);
	put(&sim, BAR0, 0x7019c, 4, 0);
	count_anew(&sim);
	check(strstr(tell(&sim, "planes"), "plane A.vga on ") && lowest == RAM &&
	      highest == RAM + 63 * PAGE, "VGA reads 256 KiB until it is turned off");
	put(&sim, BAR0, 0x41000, 4, 0x80000000);
	check_equal(count_anew(&sim).reads, 0, "and nothing then");
	sim_stop(&sim);
}

/* A CPU draws through the aperture, and later once more, in memory */
static void test_aperture(void)
{
	struct sim sim;

	start(&sim, &uhd630, NULL);
	pipe_on(&sim, &uhd630);
	set_universal(&sim, 0x70180, 0x84000000, 4096 / 64, 0);
	settle(&sim);
	put(&sim, BAR2, 4096 * 3 + 4 * 7, 4, 0x123456);
	check_text(look(&sim), "ok 640x96 pipe A planes 1 lost 0",
		   "a CPU draws through the aperture");
	check_equal(shown(7, 3), 0x123456, "and it is on the screen");
	check_equal(*(uint32_t *)(ram + 4096 * 3 + 4 * 7), 0x123456, "and in memory");
	*(uint32_t *)(ram + 4096 * 3 + 4 * 7) = 0x654321;
	look(&sim);
	check_equal(shown(7, 3), 0x654321, "what is then drawn in memory stays");
	sim_stop(&sim);
}

static void test_tilings(void)
{
	struct sim sim;

	start(&sim, &uhd630, NULL);
	pipe_on(&sim, &uhd630);
	draw(4096, 0, 0, NULL);
	put(&sim, BAR0, 0x701a4, 4, 5 << 16 | 3);
	set_universal(&sim, 0x70180, 0x84000000, 4096 / 64, 0);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 1 lost 0", "a picture is taken");
	check_equal(wrong(3, 5), 0, "linear, from an offset on");
	draw(4096, 512, 8, in_x);
	set_universal(&sim, 0x70180, 0x84000400, 4096 / 512, 0);
	settle(&sim);
	look(&sim);
	check_equal(wrong(3, 5), 0, "X tiles");
	draw(4096, 128, 32, in_y);
	set_universal(&sim, 0x70180, 0x84001000, 4096 / 128, 0);
	settle(&sim);
	look(&sim);
	check_equal(wrong(3, 5), 0, "Y tiles");
	put(&sim, BAR0, 0x70180, 4, 0x84001400);
	put(&sim, BAR0, 0x7019c, 4, 0);
	settle(&sim);
	look(&sim);
	check_equal(shown(1, 1), 0x808080, "4 tiles are not what this generation has");
	sim_stop(&sim);

	start(&sim, &mtl, NULL);
	pipe_on(&sim, &mtl);
	draw(4096, 128, 32, in_4);
	/* the surface's own table, at 0x700000: its pages in reverse */
	for (uint64_t i = 0; i < 256; i++) {
		uint64_t entry = (RAM + 0x200000 + (255 - i) * PAGE) | 1;

		memcpy(ram + 0x200000 + (255 - i) * PAGE, ram + i * PAGE, PAGE);
		memcpy(ram + 0x700000 + i * 8, &entry, 8);
	}
	memset(ram, 0, 0x100000);
	set_universal(&sim, 0x70180, 0x84001400, 4096 / 128, 0x700000);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 1 lost 0",
		   "a surface with a table of its own is read");
	check_equal(wrong(0, 0), 0, "4 tiles");
	sim_stop(&sim);
}

static void test_formats(void)
{
	struct sim sim;
	uint16_t half = 0x1f << 11 | 0x20 << 5 | 0x01;
	uint32_t word = 0x00112233, deep = 0x3ffu << 20 | 0x200u << 10 | 0x004u;

	start(&sim, &uhd770, NULL);
	pipe_on(&sim, &uhd770);
	for (unsigned int i = 0; i < WIDTH * HEIGHT; i++)
		memcpy(ram + 2 * i, &half, 2);
	set_universal(&sim, 0x70180, 0x8e000000, WIDTH * 2 / 64, 0);
	settle(&sim);
	look(&sim);
	check(shown(0, 0) == 0xff8208 && shown(WIDTH - 1, HEIGHT - 1) == 0xff8208,
	      "5:6:5");
	memcpy(ram, &word, 4);
	set_universal(&sim, 0x70180, 0x84100000, WIDTH * 4 / 64, 0);
	settle(&sim);
	look(&sim);
	check_equal(shown(0, 0), 0x332211, "red and blue in the other order");
	memcpy(ram, &deep, 4);
	set_universal(&sim, 0x70180, 0x82000000, WIDTH * 4 / 64, 0);
	settle(&sim);
	look(&sim);
	check_equal(shown(0, 0), 0xff8001, "2:10:10:10");
	sim_stop(&sim);
}

/* Fills so many bytes from there on with a pixel */
static void paint(uint32_t from, uint32_t bytes, uint32_t pixel)
{
	for (uint32_t at = from; at < from + bytes; at += 4)
		memcpy(ram + at, &pixel, 4);
}

static void test_layers(void)
{
	struct sim sim;

	start(&sim, &uhd770, NULL);
	pipe_on(&sim, &uhd770);
	paint(0, WIDTH * HEIGHT * 4, 0x000000ff);
	paint(0x100000, 0x10000, 0x0000ff00);
	paint(0x200000, 64 * 64 * 4, 0x80800000);
	for (unsigned int line = 0; line < 64; line++)
		paint(0x200000 + line * 64 * 4, 8 * 4, 0xff123456);
	set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
	/* the second plane of 32 x 16, at 100, 10 */
	put(&sim, BAR0, 0x70288, 4, 32 * 4 / 64);
	put(&sim, BAR0, 0x7028c, 4, 10 << 16 | 100);
	put(&sim, BAR0, 0x70290, 4, 15 << 16 | 31);
	put(&sim, BAR0, 0x70280, 4, 0x84000000);
	put(&sim, BAR0, 0x7029c, 4, 0x100000);
	/* the cursor, 8 pixels of it left of the screen */
	put(&sim, BAR0, 0x70080, 4, 0x27);
	put(&sim, BAR0, 0x70088, 4, 20 << 16 | 0x8000 | 8);
	put(&sim, BAR0, 0x70084, 4, 0x200000);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 3 lost 0", "three planes");
	check(shown(99, 10) == 0x0000ff && shown(100, 10) == 0x00ff00 &&
	      shown(131, 25) == 0x00ff00 && shown(132, 25) == 0x0000ff &&
	      shown(131, 26) == 0x0000ff, "the second lies on the first, where it has to");
	check(shown(0, 20) == 0x80007f && shown(55, 83) == 0x80007f &&
	      shown(56, 83) == 0x0000ff && shown(0, 19) == 0x0000ff,
	      "the cursor shows half of what is under it, and its left is cut off");
	paint(0x200000, 4 * 64 * 4, 0xff123456);
	put(&sim, BAR0, 0x70088, 4, 0x80000000 | 4 << 16 | 0x8000 | 8);
	put(&sim, BAR0, 0x70084, 4, 0x200000);
	settle(&sim);
	look(&sim);
	check(shown(0, 0) == 0x80007f && shown(0, 59) == 0x80007f &&
	      shown(0, 60) == 0x0000ff, "or its top");
	paint(0x200000, 64 * 64 * 4, 0x80800000);
	put(&sim, BAR0, 0x700a0, 4, 0x80000000 | 9);
	put(&sim, BAR0, 0x70088, 4, 20 << 16 | 120);
	put(&sim, BAR0, 0x70084, 4, 0x200000);
	settle(&sim);
	look(&sim);
	check(shown(120, 29) == 0x80007f && shown(120, 30) == 0x0000ff,
	      "it can be lower than wide");
	check(shown(125, 20) == 0x807f00, "and lies on both");
	hole = RAM + 0x200000;
	hole_end = hole + PAGE;
	look(&sim);
	check(!shown(120, 20) && shown(119, 20) == 0x00ff00,
	      "where it cannot be read it is black, and hides what is below");
	put(&sim, BAR0, 0x70080, 4, 0);
	put(&sim, BAR0, 0x70084, 4, 0);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 2 lost 0", "or turned off");

	hole = RAM + 0x100000;
	hole_end = hole + PAGE;
	map(&sim, &uhd770, 1, 0);
	check_text(look(&sim), "ok 640x96 pipe A planes 2 lost 2",
		   "what cannot be read is lost");
	check(!shown(100, 10) && shown(0, 0) == 0x0000ff && !shown(400, 1) &&
	      shown(0, 4) == 0x0000ff, "and black, no more than that");
	put(&sim, BAR0, 0x70008, 4, 0);
	check_text(look(&sim), "ok 640x480 pipe - planes 0 lost 0",
		   "without a signal the monitor is dark");
	check(!shown(0, 0) && !shown(639, 479), "all of it");
	check(strstr(tell(&sim, "picture /nowhere/picture"), "error cannot write /nowhere"),
	      "a file that cannot be written is an error");
	check_text(tell(&sim, "picture /tmp/picture E"), "error no pipe 'E'",
		   "as is a pipe that is none");
	sim_stop(&sim);
}

/* Registers of a primary plane or a sprite up to gen 8 */
static void set_old(struct sim *sim, uint32_t reg, uint32_t control,
		    uint32_t stride, uint32_t surface)
{
	put(sim, BAR0, reg + 0x08, 4, stride);
	put(sim, BAR0, reg, 4, control);
	put(sim, BAR0, reg + 0x1c, 4, surface);
}

static void test_old(const struct machine *machine, uint32_t primary,
		     uint32_t sprite, uint32_t sprite_control, uint32_t cursor,
		     bool linear_offset)
{
	struct sim sim;

	start(&sim, machine, NULL);
	pipe_on(&sim, machine);
	draw(4096, 0, 0, NULL);
	put(&sim, BAR0, primary + 0x04, 4, linear_offset ? 5 * 4096 + 3 * 4 : 77);
	put(&sim, BAR0, primary + 0x24, 4, linear_offset ? 77 : 5 << 16 | 3);
	set_old(&sim, primary, 0x98000000, 4096, 0);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 1 lost 0",
		   "a primary plane covers its pipe");
	check_equal(wrong(3, 5), 0, machine->profile);
	draw(4096, 512, 8, in_x);
	put(&sim, BAR0, primary + 0x24, 4, 5 << 16 | 3);
	set_old(&sim, primary, 0x98000400, 4096, 0);
	settle(&sim);
	look(&sim);
	check_equal(wrong(3, 5), 0, "in X tiles");

	paint(0x200000, 0x10000, 0x00ff8040);
	paint(0x300000, 64 * 64 * 4, 0xff102030);
	put(&sim, BAR0, sprite + 0x0c, 4, 10 << 16 | 100);
	put(&sim, BAR0, sprite + 0x10, 4, 15 << 16 | 31);
	set_old(&sim, sprite, sprite_control, 128, 0x200000);
	put(&sim, BAR0, cursor, 4, 0x27);
	put(&sim, BAR0, cursor + 8, 4, 0x80000000 | 4 << 16 | 200);
	put(&sim, BAR0, cursor + 4, 4, 0x300000);
	settle(&sim);
	check_text(look(&sim), "ok 640x96 pipe A planes 3 lost 0",
		   "with a sprite and a cursor");
	check(shown(100, 10) == 0xff8040 && shown(131, 25) == 0xff8040 &&
	      shown(132, 25) == colour(135, 30), "the sprite is where it has to be");
	check(shown(200, 0) == 0x102030 && shown(200, 59) == 0x102030 &&
	      shown(200, 60) == colour(203, 65), "the cursor, too");
	sim_stop(&sim);
}

/* Addresses beyond 4 GiB, in entries of 4 bytes */
static void test_entries(void)
{
	struct sim sim;

	start(&sim, &hsw, NULL);
	map(&sim, &hsw, 0, 0x12345001 | 0x8f0);
	set_old(&sim, 0x70180, 0x98000000, 4096, 0);
	pipe_on(&sim, &hsw);
	count_anew(&sim);
	check_equal(highest, 0xf12345000ull, "Haswell: bit 11 is not of the address");
	sim_stop(&sim);
	start(&sim, &snb, NULL);
	map(&sim, &snb, 0, 0x12345001 | 0x8f0);
	set_old(&sim, 0x70180, 0x98000000, 4096, 0);
	pipe_on(&sim, &snb);
	count_anew(&sim);
	check_equal(highest, 0x8f12345000ull, "Sandy Bridge: it is");
	sim_stop(&sim);
}

static void test_edp(void)
{
	struct counted found;
	struct sim sim;

	start(&sim, &uhd630, NULL);
	put(&sim, BAR0, 0x6101c, 4, (WIDTH - 1) << 16 | (HEIGHT - 1));
	set_universal(&sim, 0x71180, 0x84000000, WIDTH * 4 / 64, 0);
	put(&sim, BAR0, 0x6f400, 4, 0x80000000 | 6 << 12);
	put(&sim, BAR0, 0x7f008, 4, 0x80000000);
	check(!planes(&sim).lit, "eDP's transcoder, fed by pipe C, lights no other");
	put(&sim, BAR0, 0x6f400, 4, 0x80000000 | 5 << 12);
	found = count_anew(&sim);
	check(found.lit == 1 && found.reads, "fed by pipe B it lights that one");
	sim_stop(&sim);
}

/* A profile with these lines after another's, in a file of its own */
static char *variant(const char *base, const char *lines)
{
	char *path = strdup("/tmp/igdsim-test-XXXXXX"), real[PATH_MAX];
	FILE *file = fdopen(mkstemp(path), "w");

	if (!file || !realpath(profiles, real)) {
		perror(path);
		exit(1);
	}
	fprintf(file, "include ..%s/%s.profile\n%s\n", real, base, lines);
	fclose(file);
	return path;
}

static void test_survival(void)
{
	static const struct {
		const char *words;
		bool flr, d3hot, busmaster;
	} cases[] = {
		{ "", true, true, true },
		{ "scanout-survives none", false, false, false },
		{ "scanout-survives flr", true, false, false },
		{ "scanout-survives d3hot", false, true, false },
		{ "scanout-survives busmaster", false, false, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *path = variant("uhd770", cases[i].words);
		const char *what = *cases[i].words ? cases[i].words : "by default";
		struct counted found;
		struct sim sim;

		start(&sim, &uhd770, path);
		set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
		pipe_on(&sim, &uhd770);
		put(&sim, CONFIG, 0x04, 2, 0x2);
		hole = RAM;
		hole_end = RAM + RAM_SIZE;
		found = count_anew(&sim);
		check(!!found.reads == cases[i].busmaster &&
		      found.unmastered == found.reads && !found.faults,
		      "%s: bus mastering off", what);
		hole_end = 0;
		put(&sim, CONFIG, 0x04, 2, 0x6);
		put(&sim, CONFIG, 0xd4, 2, 0x3);
		check(!!count_anew(&sim).reads == cases[i].d3hot, "%s: D3hot", what);
		put(&sim, CONFIG, 0xd4, 2, 0x0);
		put(&sim, CONFIG, 0x04, 2, 0x6);
		check(planes(&sim).lit == cases[i].d3hot, "%s: and awake again", what);
		set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
		pipe_on(&sim, &uhd770);
		settle(&sim);
		put(&sim, BAR0, 0x70190, 4, 7 << 16 | 7);
		put(&sim, CONFIG, 0x78, 2, 0x8000);
		put(&sim, CONFIG, 0x04, 2, 0x6);
		check(!!count_anew(&sim).reads == cases[i].flr &&
		      !!get(&sim, BAR0, 0x70180, 4) == cases[i].flr,
		      "%s: a function-level reset", what);
		check(!!strstr(tell(&sim, "planes"), " 640x96+0+0 ") ==
		      cases[i].flr, "%s: what was not armed is not then", what);
		sim_stop(&sim);
		unlink(path);
		free(path);
	}
}

/* However seldom frames are read: one is, as soon as the bus lets them */
static void test_bus_master(void)
{
	struct sim sim;

	start_slow(&sim, &uhd770, NULL, "--hz=0.1");
	set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
	pipe_on(&sim, &uhd770);
	settle(&sim);
	wait_frames(&sim, 1);
	tell(&sim, "planes forget");
	wait_frames(&sim, 1);
	check_equal(planes(&sim).frames, 0, "the next frame is ten seconds away");
	put(&sim, CONFIG, 0x04, 2, 0x2);
	put(&sim, CONFIG, 0x04, 2, 0x6);
	wait_frames(&sim, 1);
	check_equal(planes(&sim).frames, 1, "bus mastering turned on: one now");
	sim_stop(&sim);
}

/* What igdsim says firmware drew, and where, is what it shows once it lies there */
static void test_firmware_screen(const struct machine *machine, const char *profile)
{
	char path[] = "/tmp/igdsim-test-XXXXXX", words[64];
	struct message reply;
	unsigned int bad = 0;
	struct sim sim;
	uint64_t bdsm;
	int fd = mkstemp(path);

	must_start(&sim, profile, "--hz=60");
	sim.memory = access_ram;
	hole = 0;
	hole_end = 0;
	bdsm = strtoull(run("--print bdsm", profile_path(profile)), NULL, 0);
	check_equal(get(&sim, BAR0, machine->gtt + machine->entry, machine->entry),
		    (bdsm + PAGE) | 1, "firmware's GTT leads to stolen memory");
	check_equal(strtoull(run("--print screen-page", profile_path(profile)), NULL, 0),
		    bdsm, "where its screen is");
	if (machine->power)
		put(&sim, CONFIG, machine->power, 2, 0);
	put(&sim, CONFIG, 0x04, 2, 0x6);
	count_anew(&sim);
	check(planes(&sim).lit == 1 && lowest == bdsm &&
	      highest == bdsm + SCREEN_BYTES - PAGE,
	      "all 8 MiB of it are read");

	snprintf(words, sizeof(words), "--screen %s", path);
	run(words, profile_path(profile));
	check_equal((uint64_t)lseek(fd, 0, SEEK_END), SCREEN_BYTES, "its picture is whole pages");
	if (pread(fd, ram, RAM_SIZE, 0) < 0)
		perror(path);
	map_ram(&sim, machine);
	check_text(look(&sim), "ok 1920x1080 pipe A planes 1 lost 0", profile);
	for (uint32_t y = 0; y < 1080; y++)
		for (uint32_t x = 0; x < 1920; x++) {
			uint32_t wanted;

			memcpy(&wanted, ram + (y * 1920 + x) * 4, 4);
			bad += shown(x, y) != wanted;
		}
	check_equal(bad, 0, "and what the monitor shows");
	check(shown(5, 5) == 0xffffff && shown(90, 90) != shown(170, 90) &&
	      shown(90, 90) != shown(90, 800), "which is a picture one can tell");

	put(&sim, BAR0, 0x70008, 4, 0);
	check(!planes(&sim).lit, "a driver turns it off");
	request(&sim, DEVICE_RESET, NULL, 0, -1, &reply);
	check(planes(&sim).lit == 1 &&
	      get(&sim, BAR0, machine->gtt, machine->entry) == (bdsm | 1),
	      "the machine's reset brings it back");
	sim_stop(&sim);
	close(fd);
	unlink(path);
}

/* What firmware left is gone with a reset that scan-out does not survive */
static void test_firmware_gone(void)
{
	char *path = variant("uhd770-lit", "scanout-survives none");
	struct message reply;
	struct sim sim;

	must_start(&sim, path, "--hz=60");
	sim.memory = access_ram;
	check_equal(get(&sim, BAR0, 0x60400, 4), 0x8a030006,
		    "firmware's transcoder feeds a port");
	put(&sim, CONFIG, 0x78, 2, 0x8000);
	check(!planes(&sim).lit && !get(&sim, BAR0, 0x60400, 4),
	      "a function-level reset does not bring it back");
	request(&sim, DEVICE_RESET, NULL, 0, -1, &reply);
	check_equal(get(&sim, BAR0, 0x60400, 4), 0x8a030006,
		    "the machine's does");
	sim_stop(&sim);
	unlink(path);
	free(path);
}

static void test_dbuf(void)
{
	struct sim sim;

	start(&sim, &uhd770, "uhd770-lit");
	paint(0, 1920 * HEIGHT * 4, 0x00ffffff);
	settle(&sim);
	look(&sim);
	check(shown(0, 50) && shown(100, 50),
	      "a display buffer that nobody asked for shows nothing at first");
	check_equal(get(&sim, BAR0, 0x45008, 4), 0x40000000, "its state says on");
	set_universal(&sim, 0x70180, 0x84000000, WIDTH * 4 / 64, 0);
	settle(&sim);
	look(&sim);
	check(!shown(0, 50) && shown(32, 50) && !shown(64, 50) && shown(96, 50),
	      "who believes that gets stripes, from both slices");
	put(&sim, BAR0, 0x45008, 4, 0xc0000000);
	check_equal(get(&sim, BAR0, 0x45008, 4), 0xc0000000, "a request is granted");
	settle(&sim);
	look(&sim);
	check(shown(0, 50) && !shown(64, 50), "that mends its slice's, not the other's");
	put(&sim, BAR0, 0x44fe8, 4, 0);
	check_equal(get(&sim, BAR0, 0x44fe8, 4), 0, "one that is withdrawn, too");
	look(&sim);
	check(shown(64, 50), "and a slice that is off shows none");
	sim_stop(&sim);
}

void test_display(void)
{
	ram = calloc(1, RAM_SIZE);
	test_arming();
	test_counts();
	test_tilings();
	test_aperture();
	test_formats();
	test_layers();
	test_old(&snb, 0x70180, 0x72180, 0x84000000, 0x70080, true);
	test_old(&hsw, 0x70180, 0x70280, 0x84000000, 0x70080, false);
	test_old(&vlv, 0x1f0180, 0x1f2280, 0x98000000, 0x1f0080, true);
	test_entries();
	test_edp();
	test_survival();
	test_bus_master();
	test_firmware_screen(&hsw, "hsw-lit");
	test_firmware_screen(&uhd630, "uhd630-lit");
	test_firmware_screen(&uhd770, "uhd770-lit");
	test_firmware_gone();
	test_dbuf();
	free(ram);
	free(pixels);
}
