// SPDX-License-Identifier: GPL-2.0-only
/*
 * The option ROM's file below /lib/firmware, for as long as a test has one there
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "igdtest.h"

#define ROM_FOLDER		"/lib/firmware/vfio-pci-igd"
#define ROM_FILE		ROM_FOLDER "/igd.rom"
#define ROM_KEPT		ROM_FILE ".kept"

/* Whoever has installed one finds it again; most have not */
void host_rom_keep(void)
{
	rename(ROM_FILE, ROM_KEPT);
}

void host_rom_restore(void)
{
	unlink(ROM_FILE);
	rename(ROM_KEPT, ROM_FILE);
}

void host_rom_remove(void)
{
	unlink(ROM_FILE);
}

void host_rom_write(const void *bytes, size_t len)
{
	int fd;

	/* A tree without anybody's firmware has not even the folder */
	mkdir("/lib/firmware", 0755);
	mkdir(ROM_FOLDER, 0755);
	fd = open(ROM_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		die(ROM_FILE ": %m");
	close(fd);
}

/* One image, for EFI, with nothing in it */
void host_rom_image(u8 bytes[512])
{
	u8 *pcir = bytes + HOST_ROM_PCIR;

	memset(bytes, 0, 512);
	put_le(bytes, 2, 0xaa55);
	bytes[2] = 1;
	bytes[0x18] = HOST_ROM_PCIR;
	memcpy(pcir, "PCIR", 4);
	put_le(pcir + 4, 2, 0x8086);
	put_le(pcir + 0x0a, 2, 0x18);
	put_le(pcir + 0x10, 2, 1);
	pcir[0x14] = 3;
	pcir[0x15] = 0x80;
}

void host_rom_write_good(void)
{
	u8 bytes[512];

	host_rom_image(bytes);
	host_rom_write(bytes, sizeof(bytes));
}
