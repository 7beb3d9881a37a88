// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the guest: what is on its screen, by its own account
 *
 *	draw console FILE	what the monitor should show of the kernel's console
 *	draw pattern FILE	draws a picture with no two pixels alike, shows it until
 *				it is killed, and writes down what it drew
 *
 * FILE has 32 bits a pixel, line after line, and is there once it is whole. Not
 * modetest: it is a part of libdrm-tests, which the tree has no other use for, and does
 * not tell which pixels it drew.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../display/drm.h"

/* Of 24 bits, x and y have 12 each; an odd factor makes of that something colourful */
#define COLOURS		0x00ffffffu
#define FACTOR		0x009e3779u

static u32 colour(unsigned int x, unsigned int y)
{
	return (y << 12 | x) * FACTOR & COLOURS;
}

static void save(const char *path, const void *pixels, size_t size)
{
	char part[256];
	ssize_t done;
	int fd;

	snprintf(part, sizeof(part), "%s.part", path);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		die("%s: %m", part);
	for (size_t at = 0; at < size; at += done) {
		done = write(fd, (const char *)pixels + at, size - at);
		if (done <= 0)
			die("writing %s: %m", part);
	}
	close(fd);
	if (rename(part, path))
		die("%s: %m", path);
}

/*
 * All that the monitor has room for: the console's memory may be larger, where the
 * kernel has taken over firmware's screen
 */
static void console(const char *path)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	struct screen screen;
	size_t line, size;
	char *fb, *pixels;
	int fd;

	screen.card = drm_open();
	drm_find(&screen);
	fd = open("/dev/fb0", O_RDWR);
	if (fd < 0 || ioctl(fd, FBIOGET_VSCREENINFO, &var) ||
	    ioctl(fd, FBIOGET_FSCREENINFO, &fix))
		die("/dev/fb0: %m");
	if (var.bits_per_pixel != 32 || var.xoffset || var.yoffset ||
	    var.xres < screen.mode.hdisplay || var.yres < screen.mode.vdisplay)
		die("/dev/fb0 has %u x %u of %u bits, shown from %u, %u on", var.xres,
		    var.yres, var.bits_per_pixel, var.xoffset, var.yoffset);
	line = screen.mode.hdisplay * sizeof(u32);
	size = line * screen.mode.vdisplay;
	fb = mmap(NULL, fix.smem_len, PROT_READ, MAP_SHARED, fd, 0);
	pixels = malloc(size);
	if (fb == MAP_FAILED || !pixels)
		die("no memory of /dev/fb0: %m");
	for (unsigned int y = 0; y < screen.mode.vdisplay; y++)
		memcpy(pixels + y * line, fb + y * fix.line_length, line);
	save(path, pixels, size);
}

static void pattern(const char *path)
{
	struct screen screen;
	unsigned int width, height;
	u32 *pixels;

	screen.card = drm_open();
	drm_find(&screen);
	width = screen.mode.hdisplay;
	height = screen.mode.vdisplay;
	pixels = malloc(width * height * sizeof(*pixels));
	if (!pixels)
		die("no memory for %u x %u pixels", width, height);
	for (unsigned int y = 0; y < height; y++)
		for (unsigned int x = 0; x < width; x++)
			pixels[y * width + x] = colour(x, y);
	drm_show(&screen, drm_framebuffer(&screen, pixels));
	drm_wait(&screen, 2);
	save(path, pixels, width * height * sizeof(*pixels));
	/* The console comes back as soon as nobody has the card open */
	pause();
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "console"))
		console(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "pattern"))
		pattern(argv[2]);
	else
		die("use: draw console|pattern FILE");
	return 0;
}
