// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl rom: the command line, and files
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include "rom.h"

/* One place of a list stays free for the 0 that ends it. */
#define DEVICES_MAX		63

const char *subject = "rom";
char subject_image[64];
int complaints;
FILE *faults;
FILE *warnings;

/**
 * read_file() - read a file, or die
 * @name: its name
 *
 * Return: its content, one byte more than a ROM may have at most.
 */
struct blob read_file(const char *name)
{
	struct blob blob = { .name = name };
	FILE *file = fopen(name, "rb");

	if (!file)
		die("cannot open %s: %s", name, strerror(errno));
	blob.data = malloc(ROM_MAX + 1);
	if (!blob.data)
		die("no memory to read %s", name);
	blob.size = fread(blob.data, 1, ROM_MAX + 1, file);
	if (ferror(file))
		die("cannot read %s: %s", name, strerror(errno));
	fclose(file);
	/* No byte more: a sanitizer is to see who reads beyond the end. */
	blob.data = realloc(blob.data, blob.size ? blob.size : 1);
	if (!blob.data)
		die("no memory to read %s", name);
	return blob;
}

/**
 * write_file() - write a ROM, or die
 * @rom: the ROM
 */
void write_file(const struct blob *rom)
{
	FILE *file = fopen(rom->name, "wb");

	if (!file)
		die("cannot create %s: %s", rom->name, strerror(errno));
	if (fwrite(rom->data, 1, rom->size, file) != rom->size || fclose(file))
		die("cannot write %s: %s", rom->name, strerror(errno));
}

static const char usage[] =
"Usage: igdctl rom pack -o ROM [-d ID[,ID...]] [--lpc-id host|ID|off] IMAGE...\n"
"       igdctl rom print [-d ID[,ID...]] ROM...\n"
"       igdctl rom check [-d ID] ROM...\n"
"       igdctl rom extract|build ...           (igdctl rom extract --help)\n"
"\n"
"Packs EFI drivers (.efi), legacy images and the images of other ROMs into one\n"
"PCI option ROM, in the order given: igd.rom comes before a GOP driver. Without\n"
"-d an .efi is packed for any device: vfio-pci-igd writes the device's own ID\n"
"into what it hands to the guest. Each of the three warns of what would leave\n"
"the boot screen dark.\n"
"\n"
"  -d ID          PCI device ID, hexadecimal; several go into the list of\n"
"                 devices of each .efi (pack); the device that the ROM must\n"
"                 serve (check); whether a GOP is for it is looked for, too.\n"
"                 For that alone a name as 8086-4680.rom is enough.\n"
"  --lpc-id host  a GOP behind ours sees the host's LPC bridge on q35 as well;\n"
"                 or the one with this ID, as in 7a84; 'off' turns it off\n"
"  -o ROM         the file to write\n"
"\n"
"Exit status: 0 good, 1 something is wrong with a ROM, 2 nothing was done.\n";

/**
 * parse_ids() - a list of device IDs, or die
 * @text: as in '4680,4692'
 * @ids: those are added
 */
void parse_ids(const char *text, struct ids *ids)
{
	unsigned long id;
	char *end;

	do {
		id = strtoul(text, &end, 16);
		if (end == text || (*end && *end != ',') || !id || id > 0xffff)
			die("-d wants PCI device IDs in hexadecimal, as in 4680,4692");
		if (ids->count == DEVICES_MAX)
			die("-d takes at most %d IDs", DEVICES_MAX);
		ids->list[ids->count++] = id;
		text = end + 1;
	} while (*end);
}

/**
 * parse_lpc_id() - the LPC option, or die
 * @text: as the user has it
 *
 * Return: as the ROM wants it: lower case, no zeros in front.
 */
const char *parse_lpc_id(const char *text)
{
	static char id[LPC_ID_MAX + 1];
	unsigned long number;
	char *end;

	if (!strcmp(text, "host") || !strcmp(text, "off"))
		return text;
	number = strtoul(text, &end, 16);
	if (!isxdigit(*text) || *end || !number || number > 0xffff)
		die("--lpc-id wants 'host', 'off' or a PCI device ID in hexadecimal, as in 7a84");
	snprintf(id, sizeof(id), "%lx", number);
	return id;
}

/* Those that were asked for, else the one that the driver takes this name for */
static struct ids devices_of(const struct ids *asked, const char *name)
{
	const char *base = strrchr(name, '/');
	struct ids ids = *asked;
	unsigned int id;
	int length = 0;

	base = base ? base + 1 : name;
	if (!ids.count && sscanf(base, "8086-%4x.rom%n", &id, &length) == 1 &&
	    length == (int)strlen("8086-4680.rom") && !base[length])
		add_id(&ids, id);
	know_displays(&ids);
	return ids;
}

static void print_or_check(int is_print, const char *name,
			   const struct ids *asked)
{
	struct ids ids = devices_of(asked, name);
	struct blob rom = read_file(name);

	if (is_print)
		print_rom(&rom, &ids);
	else if (!check_rom(&rom, asked->list[0]))
		advise_rom(&rom, &ids);
	free(rom.data);
}

/**
 * rom_fault() - is a ROM good?
 * @path: the file, which can be read
 * @device: ID of the device that it is for
 *
 * Return: the first thing that is wrong, or NULL.
 */
const char *rom_fault(const char *path, u16 device)
{
	struct blob rom = read_file(path);
	char *said = NULL;
	const char *fault = NULL;
	size_t size;
	int wrong;

	faults = open_memstream(&said, &size);
	if (!faults)
		die("no memory to check %s", path);
	wrong = check_rom(&rom, device);
	fclose(faults);
	complaints = 0;
	/* Without the name in front, which the caller knows */
	if (wrong)
		fault = text("%.*s", (int)strcspn(said + strlen(path) + 2, "\n"),
			     said + strlen(path) + 2);
	free(said);
	free(rom.data);
	return fault;
}

/**
 * rom_main() - igdctl rom, and igdrom as it was called
 */
int rom_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "lpc-id", required_argument, NULL, 'l' },
		{ NULL }
	};
	const char *verb = argc > 1 ? argv[1] : "";
	const char *output = NULL;
	const char *lpc_id = NULL;
	struct ids ids = { .count = 0 };
	struct ids devices;
	int is_print = !strcmp(verb, "print");
	int is_pack = !strcmp(verb, "pack");
	int option;

	if (!strcmp(verb, "-h") || !strcmp(verb, "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	faults = stderr;
	warnings = stderr;
	if (!strcmp(verb, "extract") || !strcmp(verb, "build"))
		return extract_main(argc, argv);
	if (!is_pack && !is_print && strcmp(verb, "check")) {
		fputs(usage, stderr);
		return 2;
	}

	optind = 2;
	while ((option = getopt_long(argc, argv, "d:o:", options, NULL)) != -1) {
		if (option == 'd')
			parse_ids(optarg, &ids);
		else if (option == 'o')
			output = optarg;
		else if (option == 'l' && is_pack)
			lpc_id = parse_lpc_id(optarg);
		else if (option == 'l')
			die("%s: --lpc-id is for pack alone", verb);
		else
			return 2;
	}
	if (optind == argc)
		die("%s: no file given", verb);

	/* A listing has its warnings where they belong. */
	if (is_print)
		warnings = stdout;
	if (is_pack) {
		if (!output)
			die("pack: -o ROM is missing");
		devices = devices_of(&ids, output);
		return pack(output, &ids, &devices, lpc_id, argv + optind);
	}

	for (; optind < argc; optind++)
		print_or_check(is_print, argv[optind], &ids);
	return complaints ? 1 : 0;
}
