// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's files for firmware
 */
#include "igd-efi.h"
#include "ports.h"

#define FW_CFG_SELECTOR		0x510
#define FW_CFG_DATA		0x511
#define FW_CFG_SIGNATURE	0x00
#define FW_CFG_DIRECTORY	0x19
#define FW_CFG_NAME_MAX		56

struct fw_cfg_file {
	__be32 size;
	__be16 selector;
	__u16 reserved;
	char name[FW_CFG_NAME_MAX];
};

/* Every read goes on where the one before ended, until the next select. */
static void fw_cfg_select(__u16 selector)
{
	port_write16(FW_CFG_SELECTOR, selector);
}

/**
 * fw_cfg_read() - read on in the file that is selected
 * @buffer: result
 * @size: bytes
 */
void fw_cfg_read(void *buffer, __u64 size)
{
	port_read8s(FW_CFG_DATA, buffer, size);
}

static int fw_cfg_present(void)
{
	char signature[5] = "";

	fw_cfg_select(FW_CFG_SIGNATURE);
	fw_cfg_read(signature, 4);
	return same(signature, "QEMU");
}

/**
 * fw_cfg_find() - select a file of fw_cfg for reading
 * @name: its name
 * @size: its size on return
 *
 * Return: whether there is such a file.
 */
int fw_cfg_find(const char *name, __u64 *size)
{
	struct fw_cfg_file file;
	__be32 count;
	__u32 left;

	if (!fw_cfg_present())
		return 0;

	fw_cfg_select(FW_CFG_DIRECTORY);
	fw_cfg_read(&count, sizeof(count));
	for (left = __builtin_bswap32(count); left; left--) {
		fw_cfg_read(&file, sizeof(file));
		file.name[FW_CFG_NAME_MAX - 1] = 0;
		if (!same(file.name, name))
			continue;
		*size = __builtin_bswap32(file.size);
		fw_cfg_select(__builtin_bswap16(file.selector));
		return 1;
	}
	return 0;
}
