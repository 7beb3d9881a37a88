// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the option ROM reads: QEMU's fw_cfg, and the OpRegion that comes by it
 */
#define FIRMWARE_PORTS_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"

typedef unsigned short port;

/* fw_cfg: each selector begins anew; behind the end there is nothing to wait for */
static const uint8_t *file_data;
static size_t file_size, file_at;

static void port_write16(port where, port value)
{
	file_at = value == 0 ? 0 : value % 64 * 4;
}

static void port_read8s(port where, void *buffer, unsigned long long count)
{
	if (file_at > file_size || count > file_size - file_at)
		longjmp(target_exit, 1);
	memcpy(buffer, file_data + file_at, count);
	file_at += count;
}

#include "../../firmware/fw_cfg.c"

int same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

int begins(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

void say(const char *format, ...)
{
}

struct efi_boot_services *bs;

efi_status_t decode_on(struct efi_pci_io *pci, __u64 *before)
{
	return EFI_UNSUPPORTED;
}

void decode_restore(struct efi_pci_io *pci, __u64 before)
{
}

#include "../../firmware/gop.c"

static void run_fw_cfg(const uint8_t *data, size_t size)
{
	__u64 found;
	char *copy;

	file_data = data;
	file_size = size;
	if (!fw_cfg_find("etc/igd-opregion", &found) || found > 1 << 16)
		return;
	copy = malloc(found ? found : 1);
	fw_cfg_read(copy, found);
	free(copy);
}

static void run_policy(const uint8_t *data, size_t size)
{
	struct blob opregion = { .size = size };
	__u32 vbt_bytes;
	__u64 address;
	uint8_t sum = 0, *copy;

	/* set_up_opregion() lets none pass that is smaller */
	if (size < OPREGION_SIZE)
		return;
	copy = malloc(size);
	memcpy(copy, data, size);
	opregion.address = (__u64)copy;
	if (find_vbt(&opregion)) {
		policy_vbt(&address, &vbt_bytes);
		while (vbt_bytes--)
			sum += *(uint8_t *)address++;
		*(volatile uint8_t *)copy = sum;
	}
	free(copy);
}

const struct target firmware_targets[] = {
	{ "fw_cfg", run_fw_cfg },
	{ "policy", run_policy },
	{}
};
