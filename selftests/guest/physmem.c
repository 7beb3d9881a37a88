// SPDX-License-Identifier: GPL-2.0-only
/*
 * physmem ADDRESS LENGTH: writes these bytes of physical memory to stdout.
 *
 * By mmap(): read() on /dev/mem ends where the guest's RAM does, below what
 * firmware took from the top of it for the OpRegion.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096ull

int main(int argc, char **argv)
{
	uint64_t address, length, start;
	char *map, *copy;
	int fd;

	if (argc != 3)
		errx(2, "use: physmem ADDRESS LENGTH");
	address = strtoull(argv[1], NULL, 0);
	length = strtoull(argv[2], NULL, 0);
	start = address & ~(PAGE - 1);

	fd = open("/dev/mem", O_RDONLY);
	if (fd < 0)
		err(1, "/dev/mem");
	map = mmap(NULL, address - start + length, PROT_READ, MAP_SHARED, fd,
		   start);
	if (map == MAP_FAILED)
		err(1, "mapping %llu bytes at 0x%llx",
		    (unsigned long long)length, (unsigned long long)address);

	/* A copy: what maps a device cannot be handed to 9p's zero-copy write */
	copy = malloc(length);
	if (!copy)
		err(1, "%llu bytes", (unsigned long long)length);
	memcpy(copy, map + (address - start), length);
	if (write(STDOUT_FILENO, copy, length) != (ssize_t)length)
		err(1, "writing");
	return 0;
}
