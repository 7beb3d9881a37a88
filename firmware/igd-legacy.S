/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SeaBIOS guest's part of assigning Intel graphics of gen 11 to 12.x
 *
 * SeaBIOS reserves stolen memory and writes its address as 32 bits to 0x5c,
 * where BDSM was up to gen 10. vfio-pci-igd keeps what is written there, and
 * this image copies it to 0xc0, where BDSM is now. It runs in place of a VGA
 * BIOS, so it installs nothing and returns.
 *
 * SeaBIOS has reserved stolen memory alone, nothing below it. So BDSM is written
 * without VFIO_PCI_IGD_BDSM_GSM, and the driver answers GSMBASE with an address
 * inside of stolen memory instead of one below it.
 *
 * In: AX bus, device and function. SeaBIOS calls option ROMs in big real mode,
 * as the PMM specification has it: 32-bit addresses work.
 */
#define DEBUGCON	0x402
#define CONFIG_ADDRESS	0xcf8
#define CONFIG_DATA	0xcfc

#define CFG_ID		0x00
#define CFG_CLASS	0x08
#define CFG_BAR0	0x10
#define CFG_BAR0_HIGH	0x14
#define CFG_BDSM32	0x5c
#define CFG_BDSM64	0xc0

/* struct vfio_pci_igd_info, see vfio_pci_igd.h */
#define INFO		0x108f80
#define INFO_MAGIC_LOW	0x2d444749
#define INFO_MAGIC_HIGH	0x4f494656
#define INFO_BDSM	14	/* offset and width, a byte each */
#define BDSM_AT_C0	(8 << 8 | CFG_BDSM64)

	.code16
	.text
	.globl	_start
_start:
	.word	0xaa55
	.byte	(end - _start) / 512
	.byte	0xe9			/* jmp, with 16 bits of distance */
	.word	entry - 1f
1:
	.org	0x18
	.word	pcir - _start
	.word	0			/* no PnP header: nothing to boot from */

	/* igdctl rom fills in IDs, length, checksum and the last-image flag. */
	.balign	4
pcir:
	.ascii	"PCIR"
	.word	0x8086, 0
	.word	0			/* no device list */
	.word	pcir_end - pcir
	.byte	3			/* revision */
	.byte	0, 0, 3			/* VGA */
	.word	(end - _start) / 512
	.word	0			/* revision of the code */
	.byte	0, 0			/* PC-AT, indicator */
	.word	(end - _start) / 512	/* at run time */
	.word	0, 0			/* no configuration code, no CLP */
pcir_end:

entry:
	pushal
	pushw	%ds
	pushw	%es
	pushw	%cs
	popw	%ds
	xorw	%cx, %cx
	movw	%cx, %es

	/* EBP = what selects the device's configuration space */
	movzwl	%ax, %ebp
	shll	$8, %ebp
	orl	$0x80000000, %ebp

	/* On resume SeaBIOS does not say which device: AX = 0, a bridge. */
	movb	$CFG_ID, %bl
	call	config_read
	cmpw	$0x8086, %ax
	jne	out
	movb	$CFG_CLASS, %bl
	call	config_read
	shrl	$24, %eax
	cmpb	$3, %al
	jne	out

	movw	$no_bar, %si
	movb	$CFG_BAR0_HIGH, %bl
	call	config_read
	testl	%eax, %eax
	jnz	complain
	movb	$CFG_BAR0, %bl
	call	config_read
	andl	$~0xf, %eax
	jz	complain

	movw	$no_driver, %si
	leal	INFO(%eax), %edi
	cmpl	$INFO_MAGIC_LOW, %es:(%edi)
	jne	complain
	cmpl	$INFO_MAGIC_HIGH, %es:4(%edi)
	jne	complain
	cmpw	$BDSM_AT_C0, %es:INFO_BDSM(%edi)
	jne	out			/* SeaBIOS has done all there is */

	movw	$no_memory, %si
	movb	$CFG_BDSM32, %bl
	call	config_read
	testl	%eax, %eax
	jz	complain

	movl	%eax, %edi
	movb	$CFG_BDSM64, %bl
	call	config_write
	xorl	%eax, %eax
	movb	$CFG_BDSM64 + 4, %bl
	call	config_write

	movw	$copied, %si
	call	put_string
	call	put_hex
	movw	$newline, %si
complain:
	call	put_string
out:
	popw	%es
	popw	%ds
	popal
	lretw

/* BL = offset; EAX is what is read or written */
config_select:
	pushl	%eax
	movzbl	%bl, %eax
	orl	%ebp, %eax
	movw	$CONFIG_ADDRESS, %dx
	outl	%eax, %dx
	movw	$CONFIG_DATA, %dx
	popl	%eax
	ret

config_read:
	call	config_select
	inl	%dx, %eax
	ret

config_write:
	call	config_select
	outl	%eax, %dx
	ret

/* SI = string */
put_string:
	movw	$DEBUGCON, %dx
	cld
1:	lodsb
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
2:	ret

/* EDI = number */
put_hex:
	movw	$DEBUGCON, %dx
	movw	$8, %cx
1:	roll	$4, %edi
	movl	%edi, %eax
	andb	$0xf, %al
	cmpb	$10, %al
	jb	2f
	addb	$'a' - '0' - 10, %al
2:	addb	$'0', %al
	outb	%al, %dx
	loop	1b
	ret

no_bar:
	.asciz	"vfio-pci-igd: BAR 0 is not below 4 GiB: BDSM not written\n"
no_driver:
	.asciz	"vfio-pci-igd: the driver tells nothing of the device: BDSM not written\n"
no_memory:
	.asciz	"vfio-pci-igd: SeaBIOS has reserved no stolen memory: BDSM not written\n"
copied:
	.asciz	"vfio-pci-igd: stolen memory where SeaBIOS put it, in BDSM: 0x"
newline:
	.asciz	"\n"

	.balign	512
end:
