// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for somebody else's PlatformGopPolicy, which people pack before
 * our ROM: it is there, and knows of no VBT.
 */
#include "standin.h"

static const struct efi_guid policy_guid = GOP_POLICY_GUID;

static efi_status_t lid(__u32 *state)
{
	*state = LID_OPEN;
	return EFI_SUCCESS;
}

static efi_status_t vbt(__u64 *address, __u32 *size)
{
	(void)address;
	(void)size;
	return EFI_NOT_FOUND;
}

static struct gop_policy policy = {
	.revision = 1, .lid = lid, .vbt = vbt,
};

efi_status_t efi_main(void *image, struct efi_system_table *table);
efi_status_t efi_main(void *image, struct efi_system_table *table)
{
	void *handle = 0;

	(void)image;
	return table->boot_services->install_protocol_interface(&handle,
								&policy_guid, 0,
								&policy);
}
