// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the guest: what it reads of the device before any driver has touched it
 *
 *	look FOLDER
 *
 * Prints key=value lines, and leaves in FOLDER what ASLS leads to: 'opregion', and
 * 'vbt' if that lies apart. One program, as a process takes a tenth of a second here.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE		"/sys/bus/pci/devices/0000:00:02.0/"
#define PAGE		4096ull

#define OPREGION_SIZE	8192
#define OPREGION_RVDA	0x3ba	/* 8 bytes: how far behind the OpRegion a VBT is */
#define OPREGION_RVDS	0x3c2	/* 4 bytes: its size */

struct reg {
	const char *name;
	unsigned int offset;
	unsigned int bytes;
};

static const struct reg config[] = {
	{ "device",		0x02, 2 },
	{ "ggc",		0x50, 2 },
	{ "bdsm32",		0x5c, 4 },
	{ "bdsm64",		0xc0, 8 },
	{ "swsci",		0xe8, 2 },
	{ "reserved",		0xf0, 8 },
	{ "asls",		0xfc, 4 },
	{ }
};

/* Some of them again, in BAR0 */
static const struct reg mirror[] = {
	{ "mirror_ggc",		0x108040, 2 },
	{ "mirror_bdsm",	0x1080c0, 8 },
	{ "mirror_gsmbase",	0x108100, 8 },
	{ "mirror_reserved",	0x1082c0, 8 },
	{ }
};

static uint64_t print(const struct reg *reg, const void *value)
{
	uint64_t number = 0;

	memcpy(&number, value, reg->bytes);
	printf("%s=0x%0*llx\n", reg->name, (int)reg->bytes * 2,
	       (unsigned long long)number);
	return number;
}

/* The address of a BAR, as the kernel has it */
static uint64_t bar(int number)
{
	FILE *file = fopen(DEVICE "resource", "r");
	unsigned long long start = 0;

	if (!file)
		err(1, DEVICE "resource");
	for (int i = 0; i <= number; i++)
		if (fscanf(file, "%llx %*x %*x", &start) != 1)
			errx(1, DEVICE "resource: no BAR%d", number);
	fclose(file);
	printf("bar%d=0x%016llx\n", number, start);
	return start;
}

/*
 * By mmap(): read() on /dev/mem ends where the guest's RAM does, below what firmware
 * took from the top of it for the OpRegion.
 */
static const volatile void *map(uint64_t address, size_t length)
{
	int fd = open("/dev/mem", O_RDONLY | O_SYNC);
	uint64_t start = address & ~(PAGE - 1);
	char *mapped;

	if (fd < 0)
		err(1, "/dev/mem");
	mapped = mmap(NULL, address - start + length, PROT_READ, MAP_SHARED, fd, start);
	if (mapped == MAP_FAILED)
		err(1, "mapping %zu bytes at 0x%llx", length, (unsigned long long)address);
	close(fd);
	return mapped + (address - start);
}

/* In one access of its size, as a driver would */
static void print_mmio(const struct reg *reg, uint64_t bar0)
{
	const volatile void *at = map(bar0 + reg->offset, reg->bytes);
	uint64_t value;

	if (reg->bytes == 2)
		value = *(const volatile uint16_t *)at;
	else
		value = *(const volatile uint64_t *)at;
	print(reg, &value);
}

/* A copy goes to the file: 9p writes what it is given by the pages it lies in */
static char *save(const char *folder, const char *name, uint64_t address, size_t length)
{
	char path[256], *copy = malloc(length);
	FILE *file;

	if (!copy)
		err(1, "%zu bytes", length);
	memcpy(copy, (const void *)map(address, length), length);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file || fwrite(copy, length, 1, file) != 1 || fclose(file))
		err(1, "%s", path);
	return copy;
}

static void opregion(const char *folder, uint64_t asls)
{
	static const struct reg rvda = { "opregion_rvda", OPREGION_RVDA, 8 };
	static const struct reg rvds = { "opregion_rvds", OPREGION_RVDS, 4 };
	char *copy = save(folder, "opregion", asls, OPREGION_SIZE);
	uint64_t offset, size;

	printf("opregion_signature=%.16s\n", copy);
	offset = print(&rvda, copy + rvda.offset);
	size = print(&rvds, copy + rvds.offset);
	if (size)
		save(folder, "vbt", asls + offset, size);
}

int main(int argc, char **argv)
{
	uint64_t bar0, value, asls = 0;
	char bytes[256];
	int fd;

	if (argc != 2)
		errx(2, "use: look FOLDER");
	bar0 = bar(0);
	bar(2);

	fd = open(DEVICE "config", O_RDONLY);
	if (fd < 0 || read(fd, bytes, sizeof(bytes)) != sizeof(bytes))
		err(1, DEVICE "config");
	for (const struct reg *reg = config; reg->name; reg++) {
		value = print(reg, bytes + reg->offset);
		if (!strcmp(reg->name, "asls"))
			asls = value;
	}
	for (const struct reg *reg = mirror; reg->name; reg++)
		print_mmio(reg, bar0);
	if (asls)
		opregion(argv[1], asls);
	return 0;
}
