// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is not wrong with a ROM, but would leave the screen dark: warnings about
 * Intel's display driver (GOP) in it, and what to do
 */
#include <string.h>
#include "rom.h"

#define I440FX			"a guest on i440fx with x-igd-lpc=on needs no option"

static void advise_order(struct advice *advice, const struct image *image)
{
	if (!advice->is_ours)
		warn("no driver of vfio-pci-igd stands before this GOP, which needs the stolen memory and the policy that it sets up: pack igd.rom first");
	if (advice->gop)
		warn("this is the second GOP, the first is image %d, and they get in each other's way: keep the one of this machine's own firmware",
		     advice->gop);
	else
		advice->gop = image->number;
}

static void advise_ids(const struct advice *advice,
		       const struct driver *driver)
{
	int i;

	for (i = 0; i < advice->ids->count; i++) {
		if (!driver->ids.count)
			warn("no table of device IDs was found in this GOP: whether it is for %04x cannot be told",
			     advice->ids->list[i]);
		else if (!has_id(&driver->ids, advice->ids->list[i]))
			warn("this GOP has %d device IDs, and %04x is not among them (igdctl rom print lists them): take the one of this machine's own firmware",
			     driver->ids.count, advice->ids->list[i]);
	}
}

/* Haswell's and Broadwell's read the bridge's ID and compare it with nothing. */
static int is_early(const struct driver *driver)
{
	int i;

	for (i = 0; i < driver->ids.count; i++)
		if (!before_skylake(driver->ids.list[i]))
			return 0;
	return driver->ids.count;
}

static void advise_lpc(const struct advice *advice,
		       const struct driver *driver)
{
	int on = advice->is_ours && strcmp(advice->lpc_option, "off");

	if (is_early(driver))
		return;
	if (driver->lpc_reads > 1)
		warn("this GOP reads the ID of the LPC bridge in %u places, and the ROM changes it only where it is one: on q35 it will not start; " I440FX,
		     driver->lpc_reads);
	else if (driver->lpc_reads && !on)
		warn("this GOP reads the ID of the LPC bridge, and those from Skylake on refuse q35's; the LPC option is off: pack with --lpc-id host; " I440FX);
	else if (!driver->lpc_reads && on)
		warn("the LPC option is on, but this GOP has no place that reads the ID of the LPC bridge in the way that the ROM can change: the option does nothing for it; if it does not start on q35, " I440FX);
}

/**
 * advise() - warn about one image
 * @advice: what was seen before it
 * @image: the image
 */
void advise(struct advice *advice, const struct image *image)
{
	struct driver driver;

	if (image->pcir[PCIR_CODE_TYPE] != CODE_EFI)
		return;
	if (!look_into(image, &driver)) {
		if (is_compressed(image))
			warn("is compressed, and %s", unpack_fault);
		return;
	}
	if (driver.is_gop) {
		advise_order(advice, image);
		advise_ids(advice, &driver);
		advise_lpc(advice, &driver);
	}
	if (driver.marks && !advice->is_ours) {
		advice->is_ours = 1;
		memcpy(advice->lpc_option, driver.lpc_option, LPC_ID_MAX);
	}
}

/**
 * advise_rom() - warn about a ROM
 * @rom: the ROM, in which nothing is wrong
 * @ids: the devices that it is for; none where not known
 */
void advise_rom(const struct blob *rom, const struct ids *ids)
{
	struct advice advice = { .ids = ids };
	struct image image = { .number = 0 };
	size_t at;
	int number = 1;

	subject = rom->name;
	for (at = 0; at < rom->size; at += image.size) {
		if (!find_image(rom, at, number++, &image))
			return;
		advise(&advice, &image);
		if (is_last(&image))
			return;
	}
}
