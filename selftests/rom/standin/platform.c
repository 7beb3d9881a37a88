// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a GOP asks the platform: its policy, and which LPC bridge there is
 */
#include "standin.h"

#define CONFIG_ADDRESS		0xcf8
#define CONFIG_DATA		0xcfc
#define CONFIG_ENABLE		0x80000000

static const struct efi_guid policy_guid = GOP_POLICY_GUID;

static __u32 sum(__u64 address)
{
	const __u8 *p = (const __u8 *)address;

	return p[0] + p[1] + p[2] + p[3];
}

/**
 * ask_policy() - is there a policy, and does it make sense?
 *
 * GOP asks it at each start, and keeps the pointer to the VBT: it must be the
 * same one every time.
 */
efi_status_t ask_policy(void)
{
	struct gop_policy *policy;
	__u64 address, again;
	__u32 lid, size;

	if (EFI_ERROR(bs->locate_protocol(&policy_guid, (void *)0,
					  (void **)&policy))) {
		say(SELF "no policy");
		return EFI_NOT_FOUND;
	}
	if (policy->revision < 1 || EFI_ERROR(policy->lid(&lid)) ||
	    lid != LID_OPEN) {
		say(SELF "the lid is not open");
		return EFI_UNSUPPORTED;
	}
	if (EFI_ERROR(policy->vbt(&address, &size)) ||
	    sum(address) != '$' + 'V' + 'B' + 'T') {
		say(SELF "no VBT");
		return EFI_UNSUPPORTED;
	}
	if (EFI_ERROR(policy->vbt(&again, &size)) || again != address) {
		say(SELF "another VBT when asked again");
		return EFI_UNSUPPORTED;
	}
	say(SELF "VBT of %u bytes at %x", (__u64)size, address);
	return EFI_SUCCESS;
}

/**
 * config_read() - by the ports, as a GOP does
 * @slot: bus, device and function as in a PCI requester ID
 * @offset: of four bytes
 */
__u32 config_read(__u32 slot, __u32 offset)
{
	__u32 value;

	asm volatile("outl %0, %1" : : "a"(CONFIG_ENABLE | slot << 8 | offset),
		     "d"((__u16)CONFIG_ADDRESS));
	asm volatile("inl %1, %0" : "=a"(value) : "d"((__u16)CONFIG_DATA));
	return value;
}

/*
 * As GOP has it: the constant right before the call. What is called reads the
 * device ID of 00:1f.0 by the ports. A few of Intel's take another way to the
 * same end.
 */
__u32 lpc_device(void);
asm(".globl lpc_device\n"
    "lpc_device:\n"
#if LPC_READS == 0
    "	movl $0x000f8002, %edx\n"
    "	movl %edx, %ecx\n"
    "	call 1f\n"
#endif
#if LPC_READS >= 1
    "	movl $0x000f8002, %ecx\n"
    "	call 1f\n"
#endif
#if LPC_READS >= 2
    "	movl $0x000f8002, %ecx\n"
    "	call 1f\n"
#endif
    "	ret\n"
    "1:	movl $0x8000f800, %eax\n"
    "	movw $0xcf8, %dx\n"
    "	outl %eax, %dx\n"
    "	movw $0xcfe, %dx\n"
    "	xorl %eax, %eax\n"
    "	inw %dx, %ax\n"
    "	ret\n");

/* Each stands for 0x20 of them. */
static const __u16 known[] = {
#if GENERATION == 9
	0x9d40, 0xa140, 0xa280, 0xa2c0, 0x9d80, 0xa300,
	0x0280, 0x0680, 0xa3c0, 0xa080, 0x4380,
#else
	0x9d80, 0xa300, 0x0680, 0x06a0, 0x06c0, 0x06e0, 0x3480, 0x3d80, 0x3880,
	0xa080, 0x4380, 0x7a80, 0x7a00,
#endif
#ifdef LPC_MORE
	LPC_MORE & ~0x1f,
#endif
};

/**
 * check_lpc() - is the machine's LPC bridge one that this GOP knows?
 */
efi_status_t check_lpc(void)
{
	__u32 id = lpc_device();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if ((id & ~0x1fu) == known[i])
			return EFI_SUCCESS;
	say(SELF "LPC bridge %x is not known", (__u64)id);
	return EFI_DEVICE_ERROR;
}
