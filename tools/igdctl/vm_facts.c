// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where QEMU's machines have their memory, and which QEMU there is
 *
 * Sizes below 4 GiB: QEMU's hw/i386/pc_q35.c and pc_piix.c.
 */
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define GIB			(1024 * MIB)
#define Q35_ALL			(2816 * MIB)	/* less than that: all is below */
#define Q35_LOW			(2 * GIB)
#define PC_ALL			(3584 * MIB)
#define PC_LOW			(3 * GIB)

/**
 * vm_is_q35() - is this machine type a q35?
 * @machine: as QEMU has it, such as pc-q35-10.0
 */
bool vm_is_q35(const char *machine)
{
	return strstr(machine, "q35");
}

/**
 * vm_low_memory() - bytes of RAM that a guest has below 4 GiB
 * @q35: on a q35, else on i440fx
 * @memory: that it has in all
 */
u64 vm_low_memory(bool q35, u64 memory)
{
	if (q35)
		return memory >= Q35_ALL ? Q35_LOW : memory;
	return memory >= PC_ALL ? PC_LOW : memory;
}

/**
 * vm_can_be_identical() - can stolen memory lie where the host has it?
 * @host: the machine, with stolen memory
 * @q35: the guest is a q35
 * @memory: bytes that it has
 */
bool vm_can_be_identical(const struct host *host, bool q35, u64 memory)
{
	return igd_range_end(&host->dsm) + VM_OVMF_ROOM <=
	       vm_low_memory(q35, memory);
}

/**
 * vm_identical() - what makes stolen memory lie where the host has it
 * @host: the machine, with stolen memory
 *
 * Return: machine and memory in words, NULL if nothing does.
 */
const char *vm_identical(const struct host *host)
{
	u64 least = (igd_range_end(&host->dsm) + VM_OVMF_ROOM + MIB - 1) / MIB;

	if (vm_can_be_identical(host, true, Q35_ALL))
		return text("%llu MiB or more", least);
	if (vm_can_be_identical(host, false, PC_ALL))
		return text("i440fx with %llu MiB or more, or q35 with %llu to %llu MiB",
			    least, least, Q35_ALL / MIB - 1);
	if (least < PC_ALL / MIB)
		return text("i440fx with %llu to %llu MiB", least, PC_ALL / MIB - 1);
	return NULL;
}

/**
 * vm_qemu_version() - version of a QEMU
 * @qemu: the program
 *
 * Return: as in 1001 for 10.1; 0 where it cannot be asked.
 */
unsigned int vm_qemu_version(const char *qemu)
{
	const char *const argv[] = { qemu, "--version", NULL };
	unsigned int major = 0, minor = 0;
	const char *version;
	int status;
	char *said;

	said = output_of(argv, &status);
	version = strstr(said, "version ");
	if (!status && version)
		sscanf(version, "version %u.%u", &major, &minor);
	free(said);
	return 100 * major + minor;
}
