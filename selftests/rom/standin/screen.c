// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen: one mode, and the protocol with which firmware draws
 *
 * The framebuffer is what the processor sees behind BAR2, which on hardware
 * leads through the GTT to stolen memory.
 */
#include "standin.h"

#define BAR2			0x18

/* As small as OVMF takes: emulated, each access to a BAR is a call. */
#define WIDTH			800
#define HEIGHT			600
#define BYTES			(WIDTH * HEIGHT * 4)

/* All of it is this at first, and one line beyond it, where nobody draws */
#define PATTERN			0x00336699

/* Pipe A and its first plane, which is linear, with 32 bits a pixel */
#define PIPE_SIZE		0x6001c
#define PIPE_CONFIG		0x70008
#define   PIPE_ON		0x80000000
#define VGA_CONTROL		0x41000
#define   VGA_OFF		0x80000000
#define PLANE_CONTROL		0x70180
#define   PLANE_ON		0x84000000
#define PLANE_STRIDE		0x70188	/* in units of 64 bytes */
#define PLANE_SIZE		0x70190
#define PLANE_SURFACE		0x7019c

static struct efi_graphics_info info = {
	.width = WIDTH, .height = HEIGHT, .format = EFI_PIXEL_BGRX,
	.pixels_per_line = WIDTH,
};

static struct efi_graphics_mode mode = {
	.modes = 1, .info = &info, .info_size = sizeof(info),
	.framebuffer_size = BYTES,
};

static __u32 *pixel(__u64 x, __u64 y)
{
	return (__u32 *)mode.framebuffer + y * WIDTH + x;
}

/* A device's memory: as few accesses as can be, and no call of memset() */
static void fill(__u32 *to, __u64 count, __u32 value)
{
	if (count && (__u64)to % 8) {
		*(volatile __u32 *)to++ = value;
		count--;
	}
	for (; count >= 2; count -= 2, to += 2)
		*(volatile __u64 *)to = (__u64)value << 32 | value;
	if (count)
		*(volatile __u32 *)to = value;
}

/* Lines may overlap, from left or from right. */
static void copy(__u32 *to, const __u32 *from, __u64 count)
{
	if (to <= from)
		while (count--)
			*(volatile __u32 *)to++ = *from++;
	else
		while (count--)
			((volatile __u32 *)to)[count] = from[count];
}

static efi_status_t query_mode(struct efi_graphics_output *output,
			       __u32 number, __u64 *size,
			       struct efi_graphics_info **result)
{
	efi_status_t status;

	(void)output;
	if (number)
		return EFI_INVALID_PARAMETER;
	*size = sizeof(info);
	status = bs->allocate_pool(EFI_BOOT_SERVICES_DATA, *size,
				   (void **)result);
	if (!EFI_ERROR(status))
		**result = info;
	return status;
}

static efi_status_t set_mode(struct efi_graphics_output *output, __u32 number)
{
	(void)output;
	if (number)
		return EFI_UNSUPPORTED;
	fill(pixel(0, 0), WIDTH * HEIGHT, 0);
	return EFI_SUCCESS;
}

static int fits(__u64 x, __u64 y, __u64 width, __u64 height)
{
	return x <= WIDTH && width <= WIDTH - x && y <= HEIGHT &&
	       height <= HEIGHT - y;
}

/* The last line first, where a picture moves down over itself */
static void move(__u64 from_x, __u64 from_y, __u64 to_x, __u64 to_y,
		 __u64 width, __u64 height)
{
	__u64 line, y;

	for (line = 0; line < height; line++) {
		y = to_y > from_y ? height - 1 - line : line;
		copy(pixel(to_x, to_y + y), pixel(from_x, from_y + y), width);
	}
}

static efi_status_t blt(struct efi_graphics_output *output, __u32 *buffer,
			enum efi_blt_operation operation,
			__u64 from_x, __u64 from_y, __u64 to_x, __u64 to_y,
			__u64 width, __u64 height, __u64 pitch)
{
	__u64 per_line = pitch ? pitch / 4 : width;
	__u64 y;

	(void)output;
	if ((operation != EFI_BLT_FILL &&
	     operation != EFI_BLT_BUFFER_TO_VIDEO &&
	     !fits(from_x, from_y, width, height)) ||
	    (operation != EFI_BLT_VIDEO_TO_BUFFER &&
	     !fits(to_x, to_y, width, height)))
		return EFI_INVALID_PARAMETER;

	switch (operation) {
	case EFI_BLT_FILL:
		for (y = 0; y < height; y++)
			fill(pixel(to_x, to_y + y), width, *buffer);
		return EFI_SUCCESS;
	case EFI_BLT_VIDEO_TO_BUFFER:
		for (y = 0; y < height; y++)
			copy(buffer + (to_y + y) * per_line + to_x,
			     pixel(from_x, from_y + y), width);
		return EFI_SUCCESS;
	case EFI_BLT_BUFFER_TO_VIDEO:
		for (y = 0; y < height; y++)
			copy(pixel(to_x, to_y + y),
			     buffer + (from_y + y) * per_line + from_x, width);
		return EFI_SUCCESS;
	case EFI_BLT_VIDEO_TO_VIDEO:
		move(from_x, from_y, to_x, to_y, width, height);
		return EFI_SUCCESS;
	}
	return EFI_INVALID_PARAMETER;
}

static struct efi_graphics_output screen = {
	.query_mode = query_mode, .set_mode = set_mode, .blt = blt,
	.mode = &mode,
};

static void display_write(struct efi_pci_io *pci, __u32 offset, __u32 value)
{
	pci->mem_write(pci, EFI_PCI_WIDTH_32, 0, offset, 1, &value);
}

/* The surface's address is what makes the others of its plane count. */
static void turn_on(struct efi_pci_io *pci)
{
	display_write(pci, VGA_CONTROL, VGA_OFF);
	display_write(pci, PIPE_SIZE, (WIDTH - 1) << 16 | (HEIGHT - 1));
	display_write(pci, PLANE_STRIDE, WIDTH * 4 / 64);
	display_write(pci, PLANE_SIZE, (HEIGHT - 1) << 16 | (WIDTH - 1));
	display_write(pci, PLANE_CONTROL, PLANE_ON);
	display_write(pci, PLANE_SURFACE, 0);
	display_write(pci, PIPE_CONFIG, PIPE_ON);
}

/**
 * light_screen() - set the mode
 * @pci: the device
 * @output: the protocol for it
 */
efi_status_t light_screen(struct efi_pci_io *pci,
			  struct efi_graphics_output **output)
{
	efi_status_t status;
	__u64 bar;

	status = pci->config_read(pci, EFI_PCI_WIDTH_32, BAR2, 2, &bar);
	if (EFI_ERROR(status))
		return status;
	mode.framebuffer = bar & ~0xfULL;
	fill(pixel(0, 0), WIDTH * (HEIGHT + 1), PATTERN);
	turn_on(pci);
	*output = &screen;
	say(SELF "screen of %u x %u at %x", (__u64)WIDTH, (__u64)HEIGHT,
	    mode.framebuffer);
	return EFI_SUCCESS;
}
