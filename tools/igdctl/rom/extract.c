// SPDX-License-Identifier: GPL-2.0-only
/*
 * extract, build: the display driver (GOP) and the VBT out of a mainboard's firmware
 *
 * UEFIExtract takes the firmware apart, into a file for each of its parts. What of
 * these is wanted is known by what it is, not by its name or GUID: boards differ.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rom.h"

#define PARTS_MAX		16
#define PART_BYTES_MAX		(64 << 20)	/* no flash of a PC is larger */
#define DEPTH			32

static const char usage[] =
"Usage: igdctl rom extract [-o DIR] FIRMWARE\n"
"       igdctl rom build [-d ID] [-o ROM] [--lpc-id host|ID|off] [--force] FIRMWARE\n"
"\n"
"FIRMWARE is the file that the mainboard's vendor offers, or the machine's own\n"
"flash: flashrom -p internal -r FIRMWARE. 'extract' writes the GOP drivers and\n"
"VBTs in it to DIR (.), and says what they are. 'build' packs the GOP for this\n"
"machine behind the ROM of the package, checks it, and installs it.\n"
"\n"
"  -d ID          PCI device ID of the device; else of this machine's\n"
"  -o ROM         instead of " IGD_ROMS "/8086-ID.rom\n"
"  --base ROM     instead of " IGD_ROMS "/igd.rom\n"
"  --force        also a GOP that does not have the device's ID\n"
"  --lpc-id ...   as in igdctl rom pack\n"
"\n"
"Exit status: 0 done, 1 there is no GOP, or none for the device, 2 nothing was done.\n";

enum kind { PART_GOP, PART_VBT };

/* What was found, each once */
static struct part {
	enum kind kind;
	__u8 *data;
	size_t size;
	struct driver driver;		/* of a GOP */
	u16 bdb;			/* of a VBT */
} parts[PARTS_MAX];

static int part_count;

static struct part *add_part(enum kind kind, const __u8 *data, size_t size)
{
	struct part *part = &parts[part_count];
	int i;

	for (i = 0; i < part_count; i++)
		if (parts[i].size == size && !memcmp(parts[i].data, data, size))
			return NULL;
	if (part_count == PARTS_MAX)
		return NULL;
	part_count++;
	part->kind = kind;
	part->size = size;
	part->data = allocate(size);
	memcpy(part->data, data, size);
	return part;
}

static void take_driver(const __u8 *data, size_t size)
{
	struct driver driver;
	struct part *part;
	struct pe pe;

	if (parse_pe(data, size, &pe) || pe.subsystem == SUBSYSTEM_APPLICATION)
		return;
	look(data, size, &driver);
	if (!driver.is_gop)
		return;
	part = add_part(PART_GOP, data, size);
	if (part)
		part->driver = driver;
}

static void take_vbts(const __u8 *data, size_t size)
{
	const __u8 *p = data, *end = data + size;
	struct part *part;
	u32 length;
	u16 bdb;

	while ((p = memmem(p, end - p, "$VBT", 4))) {
		if (!vbt_check(p, end - p, &length, &bdb)) {
			part = add_part(PART_VBT, p, length);
			if (part)
				part->bdb = bdb;
		}
		p += 4;
	}
}

static int take_file(const char *path, const struct stat *stat, int type,
		     struct FTW *where)
{
	__u8 *data;
	FILE *file;
	size_t size;

	if (type != FTW_F || !S_ISREG(stat->st_mode) ||
	    stat->st_size > PART_BYTES_MAX)
		return 0;
	file = fopen(path, "rbe");
	if (!file)
		return 0;
	data = allocate(stat->st_size);
	size = fread(data, 1, stat->st_size, file);
	fclose(file);
	take_driver(data, size);
	take_vbts(data, size);
	free(data);
	return 0;
}

static void copy_file(const char *from, const char *to)
{
	char block[1 << 16];
	FILE *in = fopen(from, "rbe"), *out;
	size_t size;

	if (!in)
		die("%s cannot be read: %s", from, strerror(errno));
	out = fopen(to, "wbe");
	if (!out)
		die("%s cannot be written: %s", to, strerror(errno));
	while ((size = fread(block, 1, sizeof(block), in)))
		if (fwrite(block, 1, size, out) != size)
			break;
	if (ferror(in))
		die("%s cannot be read: %s", from, strerror(errno));
	if (ferror(out) || fclose(out))
		die("%s cannot be written: %s", to, strerror(errno));
	fclose(in);
}

/* Files come in no order: GOPs first, of them those for this machine */
static u16 sort_for;

static int compare(const void *left, const void *right)
{
	const struct part *a = left, *b = right;
	int for_a = has_id(&a->driver.ids, sort_for);
	int for_b = has_id(&b->driver.ids, sort_for);

	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (for_a != for_b)
		return for_b - for_a;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return memcmp(a->data, b->data, a->size);
}

/* UEFIExtract writes beside its input: into a folder of ours, then */
static void take_apart(const char *firmware, u16 device)
{
	char dir[] = "/tmp/igdctl-XXXXXX", image[64];
	/* Debian's name of it, and its own */
	const char *argv[] = { "uefiextract", image, "dump", NULL };
	/* Its names can be deeper than a path may be long, which rm can deal with */
	const char *const drop[] = { "rm", "-rf", "--", dir, NULL };
	/*
	 * A PC's flash is taken apart in seconds and some 100 MiB. One that says it has
	 * 2 GiB packed in it keeps UEFIExtract busy for minutes.
	 */
	const struct limits limits = { .seconds = 60, .bytes = 1024 * MIB };
	const char *fault = NULL;
	int status;

	if (access(firmware, R_OK))
		die("%s cannot be read: %s", firmware, strerror(errno));
	if (!mkdtemp(dir))
		die("no temporary folder: %s", strerror(errno));
	snprintf(image, sizeof(image), "%s/firmware", dir);
	copy_file(firmware, image);
	free(output_within(argv, &limits, &status));
	if (status == 127) {
		argv[0] = "UEFIExtract";
		free(output_within(argv, &limits, &status));
	}
	if (status == 127)
		fault = "UEFIExtract is not here, which takes firmware apart: apt install uefitool-cli";
	else if (status == 126 && access(text("%s.dump", image), F_OK))
		fault = text("UEFIExtract did not come to an end with %s: is it damaged?",
			     firmware);
	else if (access(text("%s.dump", image), F_OK))
		fault = text("UEFIExtract finds no firmware in %s: is it unpacked (no .zip, .exe), and not encrypted?",
			     firmware);
	else
		nftw(text("%s.dump", image), take_file, DEPTH, FTW_PHYS);
	free(output_of(drop, &status));
	if (fault)
		die("%s", fault);
	sort_for = device;
	qsort(parts, part_count, sizeof(parts[0]), compare);
}

/* 'Intel(R) GOP Driver [17.0.1061]', in two-byte characters */
static const char *version_of(const struct part *part)
{
	static const __u8 mark[] = "G\0O\0P\0 \0D\0r\0i\0v\0e\0r\0";
	static char version[64];
	const __u8 *p, *end = part->data + part->size;
	size_t i = 0;

	p = memmem(part->data, part->size, mark, sizeof(mark) - 1);
	if (!p)
		return "no version found";
	for (p += sizeof(mark) - 1; p + 1 < end && i < sizeof(version) - 1; p += 2) {
		if (p[1] || *p < ' ' || *p > '~')
			break;
		if (i || *p != ' ')
			version[i++] = *p;
	}
	version[i] = 0;
	return i ? version : "no version found";
}

static void print_part(const struct part *part, const char *name, u16 device)
{
	const struct ids *ids = &part->driver.ids;
	int i;

	printf("%s: %zu bytes, ", name, part->size);
	if (part->kind == PART_VBT) {
		printf("VBT, version %u\n", part->bdb);
		return;
	}
	printf("GOP, %s, ", version_of(part));
	if (!ids->count)
		printf("no table of device IDs found");
	for (i = 0; i < ids->count; i++)
		printf("%s%04x", i ? "," : "for ", ids->list[i]);
	if (device && ids->count)
		printf("; %s", has_id(ids, device) ? "for this machine" :
		       "not for this machine");
	putchar('\n');
}

static void write_part(const struct part *part, const char *name)
{
	struct blob blob = { .name = name, .data = part->data,
			     .size = part->size };

	write_file(&blob);
}

static int extract(const char *firmware, const char *dir, u16 device)
{
	unsigned int counts[2] = { 0 };
	const char *name;
	int i;

	take_apart(firmware, device);
	if (part_count && mkdir(dir, 0777) && errno != EEXIST)
		die("%s cannot be made: %s", dir, strerror(errno));
	for (i = 0; i < part_count; i++) {
		counts[parts[i].kind]++;
		name = parts[i].kind == PART_GOP ?
		       text("%s/gop-%u.efi", dir, counts[PART_GOP]) :
		       text("%s/vbt-%u.bin", dir, counts[PART_VBT]);
		write_part(&parts[i], name);
		print_part(&parts[i], name, device);
	}
	if (!counts[PART_GOP])
		fprintf(stderr, "%s: %s has no GOP of Intel's in it: is it the firmware of a board with Intel graphics?\n",
			program, firmware);
	return counts[PART_GOP] ? STATUS_GOOD : STATUS_WRONG;
}

static const struct part *gop_for(u16 device, bool force)
{
	const struct part *any = NULL;
	int i, count = 0;

	for (i = 0; i < part_count; i++) {
		if (parts[i].kind != PART_GOP)
			continue;
		if (has_id(&parts[i].driver.ids, device))
			return &parts[i];
		any = any ? any : &parts[i];
		count++;
	}
	if (any && force)
		return any;
	if (count)
		fprintf(stderr, "%s: of %d GOPs in it none is for %04x: take the firmware of this machine's own board; --force packs the first all the same\n",
			program, count, device);
	else
		fprintf(stderr, "%s: there is no GOP of Intel's in it: is it the firmware of a board with Intel graphics?\n",
			program);
	return NULL;
}

static int build(const char *firmware, const char *base, const char *output,
		 const char *lpc_id, u16 device, bool force)
{
	char temporary[] = "/tmp/igdctl-gop-XXXXXX";
	char *files[] = { (char *)base, temporary, NULL };
	struct ids none = { .count = 0 }, ids = { .list = { device }, .count = 1 };
	const struct part *gop;
	int file, status;

	if (access(base, R_OK))
		die("%s cannot be read: %s (install the package, or name another with --base)",
		    base, strerror(errno));
	take_apart(firmware, device);
	gop = gop_for(device, force);
	if (!gop)
		return STATUS_WRONG;
	file = mkstemp(temporary);
	if (file < 0)
		die("no temporary file: %s", strerror(errno));
	close(file);
	write_part(gop, temporary);
	print_part(gop, firmware, device);
	status = pack(output, &none, &ids, lpc_id, files);
	unlink(temporary);
	if (!status)
		printf("%s: written; the next guest has it\n", output);
	return status;
}

static u16 device_here(void)
{
	struct host host;

	host_load(&host);
	free(host.cmdline);
	return host_is_igd(&host) ? host.device : 0;
}

/**
 * extract_main() - igdctl rom extract, igdctl rom build
 * @argc: of the command line
 * @argv: of it, with the verb at 1
 */
int extract_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "base", required_argument, NULL, 'b' },
		{ "force", no_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "lpc-id", required_argument, NULL, 'l' },
		{ "root", required_argument, NULL, 'r' },
		{ NULL }
	};
	const char *output = NULL, *lpc_id = NULL, *base = IGD_ROMS "/igd.rom";
	bool is_build = !strcmp(argv[1], "build"), force = false;
	struct ids ids = { .count = 0 };
	u16 device;
	int option, status, i;

	optind = 2;
	while ((option = next_option(argc, argv, "d:ho:", options, usage)) != -1) {
		switch (option) {
		case 'b':
			base = optarg;
			break;
		case 'd':
			parse_ids(optarg, &ids);
			break;
		case 'f':
			force = true;
			break;
		case 'l':
			lpc_id = parse_lpc_id(optarg);
			break;
		case 'o':
			output = optarg;
			break;
		}
	}
	if (argc - optind != 1)
		die("%s: wants one file of firmware", argv[1]);
	device = ids.count ? ids.list[0] : device_here();
	ids = (struct ids){ .list = { device }, .count = !!device };
	know_displays(&ids);
	if (is_build && !device)
		die("build: there is no Intel graphics at 00:02.0: name the device with -d ID");
	if (is_build)
		status = build(argv[optind], base,
			       output ? output : text(IGD_ROMS "/8086-%04x.rom", device),
			       lpc_id, device, force);
	else
		status = extract(argv[optind], output ? output : ".", device);
	for (i = 0; i < part_count; i++)
		free(parts[i].data);
	return status;
}
