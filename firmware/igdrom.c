// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdrom - pack, print and check PCI option ROMs for assigned Intel graphics
 *
 * Layout by the PCI Firmware Specification 3.x (header, PCI data structure) and
 * UEFI 2.10, 14.4 (EFI images in a ROM). A ROM is a chain of images:
 *
 *	0x00 55 aa			each image begins on 512 bytes
 *	0x02 length of a legacy image, or of an EFI image's initialised part
 *	0x04 EFI images: f1 0e 00 00, subsystem, machine, compression
 *	0x16 EFI images: where the executable is
 *	0x18 where the PCI data structure ("PCIR") is: IDs, class, length,
 *	     what kind of code, and whether another image follows
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/types.h>

#define BLOCK			512
/* An expansion ROM's base address register cannot ask for more. */
#define ROM_MAX			(16 << 20)

#define VENDOR_INTEL		0x8086
#define CLASS_VGA		0x030000

/* Offsets in an image's header */
#define HDR_SIGNATURE		0x00
#define HDR_BLOCKS		0x02
#define HDR_EFI_SIGNATURE	0x04
#define HDR_EFI_SUBSYSTEM	0x08
#define HDR_EFI_MACHINE		0x0a
#define HDR_EFI_COMPRESSION	0x0c
#define HDR_EFI_OFFSET		0x16
#define HDR_PCIR		0x18
#define HDR_SIZE		0x1c

#define ROM_SIGNATURE		0xaa55
#define EFI_SIGNATURE		0x0ef1

/* Offsets in the PCI data structure */
#define PCIR_VENDOR		0x04
#define PCIR_DEVICE		0x06
#define PCIR_DEVICE_LIST	0x08
#define PCIR_LENGTH		0x0a
#define PCIR_REVISION		0x0c
#define PCIR_CLASS		0x0d
#define PCIR_BLOCKS		0x10
#define PCIR_CODE_REVISION	0x12
#define PCIR_CODE_TYPE		0x14
#define PCIR_INDICATOR		0x15
#define PCIR_SIZE_2		0x18
#define PCIR_SIZE_3		0x1c

#define CODE_LEGACY		0x00
#define CODE_EFI		0x03
#define INDICATOR_LAST		0x80

#define MACHINE_X64		0x8664
#define SUBSYSTEM_APPLICATION	10
#define SUBSYSTEM_BOOT_DRIVER	11
#define SUBSYSTEM_RUNTIME	12
#define PE32_PLUS		0x20b

#define LIST_MAX		64

/* A file's content, or a ROM that is being packed */
struct blob {
	const char *name;
	__u8 *data;
	size_t size;
};

struct image {
	size_t at;		/* in the ROM */
	size_t size;		/* by its PCIR */
	const __u8 *data;
	const __u8 *pcir;
	size_t pcir_at;		/* in the image */
	int number;
};

/* What a PE executable says of itself */
struct pe {
	__u16 machine;
	__u16 subsystem;
	int is_signed;
	size_t size;		/* bytes of file that its headers speak of */
};

struct ids {
	__u16 list[LIST_MAX];
	int count;
};

/* Where complaints go: what is being read, and how many there were. */
static const char *subject = "igdrom";
static char subject_image[64];
static int complaints;

#define complain(...) do {						\
	fprintf(stderr, "%s: %s", subject, subject_image);		\
	fprintf(stderr, __VA_ARGS__);					\
	fputc('\n', stderr);						\
	complaints++;							\
} while (0)

#define die(...) do {							\
	fputs("igdrom: ", stderr);					\
	fprintf(stderr, __VA_ARGS__);					\
	fputc('\n', stderr);						\
	exit(2);							\
} while (0)

static __u16 get16(const __u8 *p)
{
	return p[0] | p[1] << 8;
}

static __u32 get32(const __u8 *p)
{
	return get16(p) | (__u32)get16(p + 2) << 16;
}

static void put16(__u8 *p, __u16 value)
{
	p[0] = value;
	p[1] = value >> 8;
}

static size_t round_up(size_t size)
{
	return (size + BLOCK - 1) / BLOCK * BLOCK;
}

static __u8 sum(const __u8 *p, size_t size)
{
	__u8 total = 0;

	while (size--)
		total += *p++;
	return total;
}

static struct blob read_file(const char *name)
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
	return blob;
}

static void write_file(const struct blob *rom)
{
	FILE *file = fopen(rom->name, "wb");

	if (!file)
		die("cannot create %s: %s", rom->name, strerror(errno));
	if (fwrite(rom->data, 1, rom->size, file) != rom->size || fclose(file))
		die("cannot write %s: %s", rom->name, strerror(errno));
}

/* The PE executables of EFI drivers */

/*
 * How much of the file the headers speak of: sections and, at the very end, the
 * signature. Less than that in the file means that it was cut short.
 */
static size_t pe_extent(const __u8 *sections, int count,
			const __u8 *certificates)
{
	size_t end, extent = 0;
	int i;

	for (i = 0; i < count; i++) {
		end = (size_t)get32(sections + 40 * i + 20) +
		      get32(sections + 40 * i + 16);
		if (end > extent)
			extent = end;
	}
	end = (size_t)get32(certificates) + get32(certificates + 4);
	return end > extent ? end : extent;
}

/*
 * Returns a sentence about what is wrong, or NULL. Offsets are those of the
 * PE format's COFF header, 64-bit optional header and section table.
 */
static const char *parse_pe(const __u8 *data, size_t size, struct pe *pe)
{
	const __u8 *coff, *optional;
	size_t at, sections;

	if (size < 0x40 || data[0] != 'M' || data[1] != 'Z')
		return "is no PE executable (no 'MZ' at its start)";
	at = get32(data + 0x3c);
	if (at > size || size - at < 24 + 152 || memcmp(data + at, "PE\0\0", 4))
		return "is no PE executable (no 'PE' header where 'MZ' points)";

	coff = data + at + 4;
	optional = coff + 20;
	if (get16(optional) != PE32_PLUS || get16(coff + 16) < 152)
		return "is no 64-bit PE executable";

	sections = at + 24 + get16(coff + 16);
	if (sections + 40 * get16(coff + 2) > size)
		return "is cut short within its section table";

	pe->machine = get16(coff);
	pe->subsystem = get16(optional + 68);
	pe->is_signed = get32(optional + 148) != 0;
	pe->size = pe_extent(data + sections, get16(coff + 2), optional + 144);
	if (pe->size > size)
		return "is cut short: its headers speak of more than there is";
	return NULL;
}

static const char *subsystem_name(__u16 subsystem)
{
	switch (subsystem) {
	case SUBSYSTEM_APPLICATION:
		return "application";
	case SUBSYSTEM_BOOT_DRIVER:
		return "boot-service driver";
	case SUBSYSTEM_RUNTIME:
		return "runtime driver";
	default:
		return "unknown subsystem";
	}
}

/* Walking a ROM */

/*
 * Finds the image at an offset. What makes it impossible to say where the next
 * one is ends the walk, with a complaint; the rest is for check_image().
 */
static int find_image(const struct blob *rom, size_t at, int number,
		      struct image *image)
{
	size_t left = rom->size - at;

	*image = (struct image){ .at = at, .data = rom->data + at,
				 .number = number };
	snprintf(subject_image, sizeof(subject_image), "image %d at 0x%zx: ",
		 number, at);

	if (left < HDR_SIZE || get16(image->data) != ROM_SIGNATURE) {
		complain("does not begin with the ROM signature 55 aa");
		return 0;
	}
	image->pcir_at = get16(image->data + HDR_PCIR);
	if (image->pcir_at < HDR_PCIR + 2 || image->pcir_at % 4 ||
	    image->pcir_at + PCIR_SIZE_2 > left) {
		complain("its PCI data structure at 0x%zx is outside it or not at a multiple of 4",
			 image->pcir_at);
		return 0;
	}
	image->pcir = image->data + image->pcir_at;
	if (memcmp(image->pcir, "PCIR", 4)) {
		complain("there is no 'PCIR' at 0x%zx, where the PCI data structure should be",
			 image->pcir_at);
		return 0;
	}
	image->size = (size_t)get16(image->pcir + PCIR_BLOCKS) * BLOCK;
	if (image->pcir_at + PCIR_SIZE_2 > image->size) {
		complain("is %zu bytes long, too short for its PCI data structure at 0x%zx",
			 image->size, image->pcir_at);
		return 0;
	}
	if (image->size > left) {
		complain("is %zu bytes long, but the ROM ends after %zu",
			 image->size, left);
		return 0;
	}
	return 1;
}

static int is_last(const struct image *image)
{
	return image->pcir[PCIR_INDICATOR] & INDICATOR_LAST;
}

/*
 * Revision 3 has a list of further device IDs, ended by 0; earlier ones kept
 * the vital product data's place there. Returns NULL for none.
 */
static const __u8 *device_list(const struct image *image)
{
	size_t at = get16(image->pcir + PCIR_DEVICE_LIST);

	if (image->pcir[PCIR_REVISION] < 3 || !at)
		return NULL;
	return image->pcir + at;
}

/* Is the end of the list inside of the image? */
static int list_ends(const struct image *image)
{
	const __u8 *p = device_list(image);

	for (; p + 2 <= image->data + image->size; p += 2)
		if (!get16(p))
			return 1;
	return 0;
}

static int serves(const struct image *image, __u16 device)
{
	__u16 id = get16(image->pcir + PCIR_DEVICE);
	const __u8 *p = device_list(image);

	if (!id || id == device)
		return 1;
	if (!p || !list_ends(image))
		return 0;
	for (; get16(p); p += 2)
		if (get16(p) == device)
			return 1;
	return 0;
}

static __u32 class_code(const struct image *image)
{
	return get32(image->pcir + PCIR_CLASS) & 0xffffff;
}

/* check */

static void check_ids(const struct image *image, __u16 device)
{
	__u16 vendor = get16(image->pcir + PCIR_VENDOR);
	size_t length = get16(image->pcir + PCIR_LENGTH);

	if (length < PCIR_SIZE_2 || image->pcir_at + length > image->size)
		complain("its PCI data structure has a length of %zu, expected %d or %d",
			 length, PCIR_SIZE_2, PCIR_SIZE_3);
	if (vendor != VENDOR_INTEL)
		complain("is for vendor %04x, expected Intel's %04x", vendor,
			 VENDOR_INTEL);
	if (device_list(image) && !list_ends(image))
		complain("its list of device IDs has no end within the image");
	if (device && !serves(image, device))
		complain("is for device %04x, not for %04x",
			 get16(image->pcir + PCIR_DEVICE), device);
	if (class_code(image) >> 16 != 3)
		complain("is for class %06x, expected a display (03xxxx)",
			 class_code(image));
}

static int check_length(const struct image *image, size_t size)
{
	if (size && size <= image->size)
		return 1;
	complain("its header says %zu bytes, its PCI data structure %zu: it overlaps the next",
		 size, image->size);
	return 0;
}

static void check_legacy(const struct image *image)
{
	size_t size = (size_t)image->data[HDR_BLOCKS] * BLOCK;

	if (check_length(image, size) && sum(image->data, size))
		complain("its checksum is wrong: all bytes sum up to 0x%02x, expected 0",
			 sum(image->data, size));
}

static void check_pe(const struct image *image, const __u8 *data, size_t size)
{
	const char *fault;
	struct pe pe;

	fault = parse_pe(data, size, &pe);
	if (fault) {
		complain("its executable %s", fault);
		return;
	}
	if (pe.machine != get16(image->data + HDR_EFI_MACHINE))
		complain("its header says machine %04x, its executable %04x",
			 get16(image->data + HDR_EFI_MACHINE), pe.machine);
	if (pe.subsystem != get16(image->data + HDR_EFI_SUBSYSTEM))
		complain("its header says subsystem %u, its executable %u",
			 get16(image->data + HDR_EFI_SUBSYSTEM), pe.subsystem);
}

static void check_efi(const struct image *image)
{
	__u16 compression = get16(image->data + HDR_EFI_COMPRESSION);
	__u16 subsystem = get16(image->data + HDR_EFI_SUBSYSTEM);
	size_t size = (size_t)get16(image->data + HDR_BLOCKS) * BLOCK;
	size_t at = get16(image->data + HDR_EFI_OFFSET);

	if (get32(image->data + HDR_EFI_SIGNATURE) != EFI_SIGNATURE)
		complain("its EFI signature is %08x, expected %08x",
			 get32(image->data + HDR_EFI_SIGNATURE), EFI_SIGNATURE);
	if (subsystem != SUBSYSTEM_BOOT_DRIVER && subsystem != SUBSYSTEM_RUNTIME)
		complain("its subsystem is %u (%s), firmware loads drivers only (11, 12)",
			 subsystem, subsystem_name(subsystem));
	if (get16(image->data + HDR_EFI_MACHINE) != MACHINE_X64)
		complain("is for machine %04x, expected x86-64 (%04x)",
			 get16(image->data + HDR_EFI_MACHINE), MACHINE_X64);
	if (!check_length(image, size))
		return;
	if (at < image->pcir_at + get16(image->pcir + PCIR_LENGTH) || at >= size) {
		complain("its executable at 0x%zx overlaps the headers or is outside the image",
			 at);
		return;
	}
	if (compression > 1)
		complain("its compression type is %u, only 0 and 1 are defined",
			 compression);
	if (!compression)
		check_pe(image, image->data + at, size - at);
}

static void check_image(const struct image *image, __u16 device)
{
	check_ids(image, device);
	switch (image->pcir[PCIR_CODE_TYPE]) {
	case CODE_LEGACY:
		check_legacy(image);
		break;
	case CODE_EFI:
		check_efi(image);
		break;
	default:
		complain("its code type is %u, expected 0 (PC-AT) or 3 (EFI)",
			 image->pcir[PCIR_CODE_TYPE]);
	}
}

/* Images do not follow the last one; padding may. */
static void check_rest(const struct blob *rom, size_t at)
{
	size_t i;

	for (i = at; i < rom->size; i++) {
		if (rom->data[i] == rom->data[at] &&
		    (rom->data[i] == 0x00 || rom->data[i] == 0xff))
			continue;
		complain("has the last-image flag, but data follows at 0x%zx",
			 i);
		return;
	}
}

static int check_rom(const struct blob *rom, __u16 device)
{
	struct image image = { 0 };
	size_t at = 0;
	int number;

	subject = rom->name;
	subject_image[0] = 0;
	if (!rom->size || rom->size % BLOCK || rom->size > ROM_MAX) {
		complain("a ROM has a multiple of %d bytes, at most %d MiB; this one has %s%zu",
			 BLOCK, ROM_MAX >> 20,
			 rom->size > ROM_MAX ? "at least " : "", rom->size);
		return 1;
	}

	for (number = 1; at < rom->size; number++) {
		if (!find_image(rom, at, number, &image))
			return complaints;
		check_image(&image, device);
		at += image.size;
		if (is_last(&image)) {
			check_rest(rom, at);
			return complaints;
		}
	}
	complain("is the last one, but does not have the last-image flag");
	return complaints;
}

/* print */

static void print_ids(const struct image *image)
{
	const __u8 *p = device_list(image);
	__u16 device = get16(image->pcir + PCIR_DEVICE);

	printf("%04x:", get16(image->pcir + PCIR_VENDOR));
	if (device)
		printf("%04x", device);
	else
		printf("any");
	if (p && list_ends(image))
		for (; get16(p); p += 2)
			printf(",%04x", get16(p));
	printf(", class %06x", class_code(image));
}

static void print_efi(const struct image *image)
{
	size_t size = (size_t)get16(image->data + HDR_BLOCKS) * BLOCK;
	size_t at = get16(image->data + HDR_EFI_OFFSET);
	struct pe pe;

	printf(", %s, machine %04x",
	       subsystem_name(get16(image->data + HDR_EFI_SUBSYSTEM)),
	       get16(image->data + HDR_EFI_MACHINE));
	if (get16(image->data + HDR_EFI_COMPRESSION))
		printf(", compressed");
	else if (at < size && size <= image->size &&
		 !parse_pe(image->data + at, size - at, &pe))
		printf(", %s", pe.is_signed ? "signed" : "not signed");
}

static void print_image(const struct image *image)
{
	__u8 type = image->pcir[PCIR_CODE_TYPE];

	printf("image %d at 0x%zx: %zu bytes, ", image->number, image->at,
	       image->size);
	if (type == CODE_LEGACY)
		printf("PC-AT");
	else if (type == CODE_EFI)
		printf("EFI");
	else
		printf("code type %u", type);
	printf(", ");
	print_ids(image);
	if (type == CODE_EFI)
		print_efi(image);
	printf("%s\n", is_last(image) ? ", last" : "");
}

static int print_rom(const struct blob *rom)
{
	struct image image;
	size_t at = 0;
	int number;

	subject = rom->name;
	for (number = 1; at < rom->size; number++) {
		if (!find_image(rom, at, number, &image))
			break;
		print_image(&image);
		at += image.size;
		if (is_last(&image))
			break;
	}
	return complaints;
}

/* pack */

/*
 * Every image is made to sum up to 0, also those that need not: QEMU computes a
 * checksum over the whole ROM when it writes another device ID into the first
 * image, and a legacy image must sum up to 0 by itself. The code's revision,
 * which nothing reads, takes up the difference.
 */
static void seal(__u8 *image, size_t size)
{
	image[get16(image + HDR_PCIR) + PCIR_CODE_REVISION] -= sum(image, size);
}

static void set_last(__u8 *image, size_t size, int last)
{
	__u8 *pcir = image + get16(image + HDR_PCIR);

	pcir[PCIR_INDICATOR] &= ~INDICATOR_LAST;
	if (last)
		pcir[PCIR_INDICATOR] |= INDICATOR_LAST;
	seal(image, size);
}

static __u8 *grow(struct blob *rom, size_t size)
{
	if (rom->size + size > ROM_MAX)
		die("%s would be larger than %d MiB", rom->name, ROM_MAX >> 20);
	rom->data = realloc(rom->data, rom->size + size);
	if (!rom->data)
		die("no memory for %s", rom->name);
	memset(rom->data + rom->size, 0, size);
	rom->size += size;
	return rom->data + rom->size - size;
}

/*
 * The executable lies at the end of its image, filling it to the last byte:
 * firmware verifies a signature over all that follows the executable's start.
 */
static void pack_efi(struct blob *rom, const struct blob *file,
		     const struct ids *ids)
{
	size_t head = HDR_SIZE + PCIR_SIZE_3 +
		      (ids->count > 1 ? 2 * (size_t)ids->count : 0);
	size_t size = round_up(head + file->size);
	__u8 *image, *pcir;
	const char *fault;
	struct pe pe;
	int i;

	fault = parse_pe(file->data, file->size, &pe);
	if (fault)
		die("%s: %s", file->name, fault);

	image = grow(rom, size);
	put16(image + HDR_SIGNATURE, ROM_SIGNATURE);
	put16(image + HDR_BLOCKS, size / BLOCK);
	put16(image + HDR_EFI_SIGNATURE, EFI_SIGNATURE);
	put16(image + HDR_EFI_SUBSYSTEM, pe.subsystem);
	put16(image + HDR_EFI_MACHINE, pe.machine);
	put16(image + HDR_EFI_OFFSET, size - file->size);
	put16(image + HDR_PCIR, HDR_SIZE);

	pcir = image + HDR_SIZE;
	memcpy(pcir, "PCIR", 4);
	put16(pcir + PCIR_VENDOR, VENDOR_INTEL);
	put16(pcir + PCIR_DEVICE, ids->list[0]);
	put16(pcir + PCIR_LENGTH, PCIR_SIZE_3);
	pcir[PCIR_REVISION] = 3;
	put16(pcir + PCIR_CLASS + 1, CLASS_VGA >> 8);
	put16(pcir + PCIR_BLOCKS, size / BLOCK);
	pcir[PCIR_CODE_TYPE] = CODE_EFI;
	if (ids->count > 1) {
		put16(pcir + PCIR_DEVICE_LIST, PCIR_SIZE_3);
		for (i = 1; i < ids->count; i++)
			put16(pcir + PCIR_SIZE_3 + 2 * (i - 1), ids->list[i]);
	}
	memcpy(image + size - file->size, file->data, file->size);
}

/*
 * Images that come in a ROM, a legacy one alone or many, stay as they are, but
 * for the first device ID where one was asked for.
 */
static void pack_rom(struct blob *rom, const struct blob *file,
		     const struct ids *ids)
{
	struct image image;
	__u8 *copy;
	size_t at = 0;
	int number;

	subject = file->name;
	for (number = 1; at < file->size; number++) {
		if (!find_image(file, at, number, &image))
			exit(1);
		copy = grow(rom, image.size);
		memcpy(copy, image.data, image.size);
		if (ids->count)
			put16(copy + image.pcir_at + PCIR_DEVICE, ids->list[0]);
		at += image.size;
		if (is_last(&image))
			break;
	}
}

static void finish(struct blob *rom)
{
	struct image image;
	size_t at;

	for (at = 0; at < rom->size; at += image.size) {
		if (!find_image(rom, at, 0, &image))
			exit(1);
		set_last(rom->data + at, image.size,
			 at + image.size == rom->size);
	}
}

static int pack(const char *output, const struct ids *ids, char **files)
{
	struct blob file, rom = { .name = output };

	for (; *files; files++) {
		file = read_file(*files);
		if (file.size > 2 && get16(file.data) == ROM_SIGNATURE)
			pack_rom(&rom, &file, ids);
		else
			pack_efi(&rom, &file, ids);
		free(file.data);
	}
	finish(&rom);
	if (check_rom(&rom, 0))
		return 1;
	write_file(&rom);
	return 0;
}

static const char usage[] =
"Usage: igdrom pack -o ROM [-d ID[,ID...]] IMAGE...\n"
"       igdrom print ROM...\n"
"       igdrom check [-d ID] ROM...\n"
"\n"
"Packs EFI drivers (.efi), legacy images and the images of other ROMs into one\n"
"PCI option ROM, in the order given: igd.efi comes before a GOP driver. Without\n"
"-d an .efi is packed for any device: vfio-pci-igd writes the device's own ID\n"
"into what it hands to the guest.\n"
"\n"
"  -d ID   PCI device ID, hexadecimal; several go into the list of devices of\n"
"          each .efi (pack); the device that the ROM must serve (check)\n"
"  -o ROM  the file to write\n"
"\n"
"Exit status: 0 good, 1 something is wrong with a ROM, 2 nothing was done.\n";

static void parse_ids(const char *text, struct ids *ids)
{
	unsigned long id;
	char *end;

	do {
		id = strtoul(text, &end, 16);
		if (end == text || (*end && *end != ',') || !id || id > 0xffff)
			die("-d wants PCI device IDs in hexadecimal, as in 4680,4692");
		/* One place stays free for the 0 that ends the list. */
		if (ids->count == LIST_MAX - 1)
			die("-d takes at most %d IDs", LIST_MAX - 1);
		ids->list[ids->count++] = id;
		text = end + 1;
	} while (*end);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const char *output = NULL;
	struct ids ids = { .count = 0 };
	struct blob rom;
	int option;

	if (!strcmp(verb, "-h") || !strcmp(verb, "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (strcmp(verb, "pack") && strcmp(verb, "print") && strcmp(verb, "check")) {
		fputs(usage, stderr);
		return 2;
	}

	optind = 2;
	while ((option = getopt(argc, argv, "d:o:")) != -1) {
		if (option == 'd')
			parse_ids(optarg, &ids);
		else if (option == 'o')
			output = optarg;
		else
			return 2;
	}
	if (optind == argc)
		die("%s: no file given", verb);

	if (!strcmp(verb, "pack")) {
		if (!output)
			die("pack: -o ROM is missing");
		return pack(output, &ids, argv + optind);
	}

	for (; optind < argc; optind++) {
		rom = read_file(argv[optind]);
		if (!strcmp(verb, "print"))
			print_rom(&rom);
		else
			check_rom(&rom, ids.list[0]);
		free(rom.data);
	}
	return complaints ? 1 : 0;
}
