/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine: what was found of one, and what holds for all
 */
#ifndef IGDCTL_VM_H
#define IGDCTL_VM_H

#include "igdctl.h"

#define VM_DEVICES		96
/* OVMF itself is in the last 70 MiB of RAM below 4 GiB */
#define VM_OVMF_ROOM		(80 * MIB)

/**
 * struct vm_device - a device that QEMU gives the VM
 * @driver: QEMU's name of it
 * @properties: as in 'host=0000:00:02.0,addr=02.0', with a ',' at both ends
 */
struct vm_device {
	char driver[48];
	char properties[512];
};

/**
 * struct vm - what was found
 * @qemu: program that runs it
 * @machine: type of machine, empty where not given
 * @cpu: model and what comes behind
 * @memory: bytes
 * @uefi: its firmware is OVMF
 * @vga: of -vga, empty where not given
 * @has_nic: a network card that QEMU places before all other devices (-nic)
 * @nodefaults: no device is there by itself
 * @devices: those given
 * @device_count: how many
 * @is_proxmox: comes from Proxmox, which rebinds what it gives away
 */
struct vm {
	char qemu[256];
	char machine[64];
	char cpu[256];
	u64 memory;
	bool uefi;
	char vga[32];
	bool has_nic;
	bool nodefaults;
	struct vm_device devices[VM_DEVICES];
	unsigned int device_count;
	bool is_proxmox;
};

/* vm_read.c */
const char *vm_property(const struct vm_device *device, const char *name);
bool vm_is_on(const char *value);
const struct vm_device *vm_passed(const struct vm *vm, const char *slot);

/* vm_facts.c */
bool vm_is_q35(const char *machine);
u64 vm_low_memory(bool q35, u64 memory);
bool vm_can_be_identical(const struct host *host, bool q35, u64 memory);
const char *vm_identical(const struct host *host);
unsigned int vm_qemu_version(const char *qemu);

#endif /* IGDCTL_VM_H */
