// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl record: what makes a machine what it is, as a profile of igdsim
 *
 * What cannot be said in a profile stands in its comments. Nothing is written down
 * that tells one machine from another of its kind: no serial number, no address of
 * a network, no name of a user or host. What is not known to be harmless is left
 * out, not taken out.
 */
#include <errno.h>
#include <getopt.h>
#include <pci/header.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../uapi/vfio_pci_igd.h"
#include "record.h"

#define AROUND			(16 * MIB)	/* of /proc/iomem */
#define OUTPUTS_MAX		8
#define LINE			32		/* bytes in a line of hexadecimal */

static const char usage[] =
"Usage: igdctl record [-o FILE] [--hash-only] [--profile] [--root DIR]\n"
"\n"
"Writes down what makes this machine what it is for vfio-pci-igd, in one text\n"
"that you can read before you send it, and that the tests' emulated device takes\n"
"as its profile. Run as root, while the host's own driver (i915, xe) has the\n"
"device and it is awake: nothing is written to it, so that a sleeping one does not\n"
"answer. No serial numbers, network addresses, names of users or hosts are in it.\n"
"\n"
"  -o FILE        writes to FILE, else to the terminal\n"
"  --hash-only    of the VBT its SHA-256 alone\n"
"  --profile      the profile alone, without the rest in its comments\n"
"  --root DIR     of the machine whose recorded tree this is\n"
"\n"
"Exit status: 0 all of it, 1 something could not be seen (it says what), 2 nothing.\n";

/*
 * How the emulated device of a generation behaves, beyond what registers hold: what
 * stands in igdsim's profiles/. The first row that fits counts.
 */
static const struct behaviour {
	const char *only;		/* part of the platform's name */
	u16 gen;			/* the first one */
	const char *lines[8];
} behaviours[] = {
	{ "Valleyview", 0, { "include gen6-gt.inc", "include vlv-gt.inc",
			     "include vlv-display.inc",
			     "include scanout-vlv.inc" } },
	{ "Cherryview", 0, { "include gen8-gt.inc", "include vlv-gt.inc",
			     "include vlv-display.inc",
			     "include scanout-chv.inc" } },
	{ "Apollo Lake", 0, { "include gen9-gt.inc", "include bxt-display.inc",
			      "include scanout-gen9.inc" } },
	{ "Gemini Lake", 0, { "include gen9-gt.inc", "include bxt-display.inc",
			      "include scanout-glk.inc" } },
	{ "Haswell", 0, { "include gen6-gt.inc", "include hsw-display.inc",
			  "include outputs-ivb.inc", "include outputs-ddi.inc",
			  "include scanout-hsw.inc", "masked 0xa188",
			  "follow 0xa188 0xffff 0x130044 0xffff" } },
	{ NULL, 1270, { "include xelpg-gt.inc", "include gen12-display.inc",
			"include scanout-display14.inc" } },
	{ "Tiger Lake", 0, { "include gen12-gt.inc", "include gen12-display.inc",
			     "include scanout-tgl.inc" } },
	{ "Rocket Lake", 0, { "include gen12-gt.inc", "include gen12-display.inc",
			      "include scanout-rkl.inc" } },
	{ "Lake-S", 0, { "include gen12-gt.inc", "include gen12-display.inc",
			 "include scanout-adl-s.inc" } },
	{ NULL, 1200, { "include gen12-gt.inc", "include gen12-display.inc",
			"include scanout-display13.inc" } },
	{ NULL, 1100, { "include gen12-gt.inc", "include gen12-display.inc",
			"include scanout-gen11.inc" } },
	{ NULL, 900, { "include gen9-gt.inc", "include gen9-display.inc",
		       "include scanout-gen9.inc", "include outputs-gen9.inc" } },
	{ NULL, 800, { "include gen8-gt.inc", "include hsw-display.inc",
		       "include outputs-bdw.inc", "include scanout-hsw.inc",
		       "masked 0xa188", "follow 0xa188 0xffff 0x130044 0xffff" } },
	{ NULL, 700, { "include gen6-gt.inc", "include gen6-display.inc",
		       "include outputs-ivb.inc", "include scanout-ivb.inc",
		       "masked 0xa188", "follow 0xa188 0xffff 0x130040 0xffff" } },
	{ NULL, 0, { "include gen6-gt.inc", "include gen6-display.inc",
		     "include outputs-snb.inc", "include scanout-snb.inc",
		     "follow 0xa18c 0x1 0x130090 0x1" } },
};

/* Fuses and the like: what drivers ask for, and what cannot be made up */
static const u32 facts_of_bar0[] = {
	0x0d00, 0x0d40, 0x0d48, 0x0d8c, 0x880c, 0x9120, 0x9138, 0x913c, 0x9140,
	0x510a0, 0x138914, 0x14500c, 0x145010, 0x182120, 0x380d8c, 0x38880c,
	0x389140,
};

/* What fails to be seen is told, and makes the exit status */
static unsigned int unseen;

static void miss(FILE *file, const char *what)
{
	fprintf(file, "# not seen: %s\n", what);
	fprintf(stderr, "%s: not seen: %s\n", program, what);
	unseen++;
}

static void hex(FILE *file, const char *name, const u8 *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (i % LINE == 0)
			fprintf(file, "# %s %04zx: ", name, i);
		fprintf(file, "%02x", data[i]);
		if (i % LINE == LINE - 1 || i == size - 1)
			fputc('\n', file);
	}
}

/*
 * The Device Serial Number capability, if a device should have one, and the MAC that
 * it is made of on some
 */
static void blank_serial(u8 *config, size_t size)
{
	unsigned int position = 0x100, left = 64;
	u32 header;

	while (position >= 0x100 && position + 12 <= size && left--) {
		memcpy(&header, config + position, 4);
		if ((header & 0xffff) == PCI_EXT_CAP_ID_DSN)
			memset(config + position + 4, 0, 8);
		position = header >> 20 & 0xffc;
	}
}

static void write_config(FILE *file, const struct host *host)
{
	u8 config[sizeof(host->config)];
	size_t row, i;

	memcpy(config, host->config, sizeof(config));
	blank_serial(config, host->config_size);
	for (row = 0; row < host->config_size; row += 16) {
		for (i = 0; i < 16 && !config[row + i]; i++)
			;
		/* Of what is beyond 256 bytes a profile needs no empty rows */
		if (row >= 0x100 && i == 16)
			continue;
		fprintf(file, "%02zx:", row);
		for (i = 0; i < 16; i++)
			fprintf(file, " %02x", config[row + i]);
		fputc('\n', file);
	}
}

static const char *size_text(u64 size)
{
	if (size >= MIB && size % MIB == 0)
		return text("%lluM", size / MIB);
	if (size >= 1024 && size % 1024 == 0)
		return text("%lluK", size / 1024);
	return text("%llu", size);
}

static void write_bars(FILE *file, const struct host *host)
{
	static const char *const kinds[] = {
		[0x0] = "mem32", [0x1] = "io", [0x4] = "mem64", [0x8] = "pref32",
		[0xc] = "pref64",
	};
	unsigned int i, flags;

	for (i = 0; i <= 4; i += 2) {
		flags = host->config[PCI_BASE_ADDRESS_0 + 4 * i] & 0xf;
		if (flags & 1)
			flags = 1;
		if (!host->bars[i].size || flags >= ARRAY_SIZE(kinds) || !kinds[flags])
			continue;
		fprintf(file, "bar %u %s %s\n", i, kinds[flags],
			size_text(host->bars[i].size));
	}
	fprintf(file, "gtt %s %s\n", size_text(host->bars[0].size / 2),
		size_text(host->bars[0].size / 2));
}

static unsigned int width_of(const struct host *host)
{
	return host->platform->dsm == IGD_DSM_32 ? 4 : 8;
}

static bool gap(const struct host *host, u32 offset, u64 *value)
{
	u64 high = 0;

	if (!host_bar0(host, offset, 4, value))
		return false;
	if (width_of(host) == 8)
		host_bar0(host, offset + 4, 4, &high);
	*value |= high << 32;
	return true;
}

/* Configuration space shows it, or else it has a value of its own */
static void write_register(FILE *file, const struct host *host, u32 offset,
			   unsigned int config)
{
	unsigned int width = width_of(host);
	u64 value = 0;

	if (!gap(host, offset, &value) && !config)
		return;
	if (config && (!value || host_config(host, config, width) == value))
		fprintf(file, "mirror 0x%x %u 0x%x\n", offset, width, config);
	else
		fprintf(file, "fixed 0x%x %u %#llx\n", offset, width, value);
}

static void write_gap(FILE *file, const struct host *host)
{
	bool wide = host->platform->dsm == IGD_DSM_64;

	fprintf(file, "mirror 0x%x 2 0x%x\n", VFIO_PCI_IGD_MMIO_GGC,
		VFIO_PCI_IGD_CFG_GGC);
	if (host->platform->dsm == IGD_DSM_BAR2)
		write_register(file, host, VFIO_PCI_IGD_MMIO_BDSM, 0);
	else
		write_register(file, host, VFIO_PCI_IGD_MMIO_BDSM,
			       wide ? VFIO_PCI_IGD_CFG_BDSM64 :
			       VFIO_PCI_IGD_CFG_BDSM32);
	write_register(file, host, VFIO_PCI_IGD_MMIO_GSMBASE, 0);
	write_register(file, host, VFIO_PCI_IGD_MMIO_RESERVED,
		       width_of(host) == 8 &&
		       host_config(host, VFIO_PCI_IGD_CFG_RESERVED, 8) ?
		       VFIO_PCI_IGD_CFG_RESERVED : 0);
}

static void write_facts_of_bar0(FILE *file, const struct host *host)
{
	u64 value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(facts_of_bar0); i++)
		if (facts_of_bar0[i] < host->bars[0].size / 2 &&
		    host_bar0(host, facts_of_bar0[i], 4, &value) && value)
			fprintf(file, "register 0x%x 4 0x%llx\n",
				facts_of_bar0[i], value);
}

static void write_behaviour(FILE *file, const struct host *host)
{
	const struct igd_platform *platform = host->platform;
	const struct behaviour *behaviour = behaviours;
	const char *const *line;

	while (behaviour->only ? !strstr(platform->name, behaviour->only) :
	       platform->gen < behaviour->gen)
		behaviour++;
	for (line = behaviour->lines; *line; line++)
		fprintf(file, "%s\n", *line);
	if (platform->mchbar_size == 128 << 10)
		fprintf(file, "include mchbar-gen12.inc\n");
	else if (platform->mchbar_size == 64 << 10)
		fprintf(file, "include mchbar-gen11.inc\n");
	else if (platform->mchbar_size)
		fprintf(file, "include mchbar-%s.inc\n",
			platform->gen >= 800 || strstr(platform->name, "Haswell") ?
			"hsw" : "gen6");
}

static bool reserved_of(const struct host *host, struct igd_range *range)
{
	return host->platform->reserved &&
	       igd_reserved_range(host->platform->reserved, host->reserved,
				  &host->dsm, range) && range->size;
}

static void write_ranges(FILE *file, const struct host *host)
{
	struct igd_range reserved;

	if (host->dsm.size)
		fprintf(file, "stolen %#llx %s\n", host->dsm.base,
			size_text(host->dsm.size));
	if (host->gsm.base)
		fprintf(file, "gtt-stolen %#llx %s\n", host->gsm.base,
			size_text(host->gsm.size));
	if (reserved_of(host, &reserved))
		fprintf(file, "reserved %#llx %s\n", reserved.base,
			size_text(reserved.size));
}

static void write_opregion(FILE *file, const struct opregion *opregion)
{
	char names[OUTPUTS_MAX][8];
	unsigned int count, i;

	if (!opregion->version)
		return;
	fprintf(file, "opregion %u.%u %#x\n", opregion->version >> 8,
		opregion->version & 0xff, opregion->mailboxes);
	if (!opregion->data)
		return;
	fprintf(file, "vbt %s %#llx %u %u\n", opregion->where, opregion->rvda,
		opregion->size, opregion->bdb);
	count = vbt_outputs(opregion, names, OUTPUTS_MAX);
	for (i = 0; i < count && i < 4; i++)
		fprintf(file, "output %s\n", names[i]);
}

static void write_profile(FILE *file, const struct host *host,
			  const struct opregion *opregion)
{
	const struct igd_platform *platform = host->platform;

	fprintf(file, "name %s, %04x:%04x\n", platform->name, host->vendor,
		host->device);
	fprintf(file, "generation %u.%02u\n\n", platform->gen / 100,
		platform->gen % 100);
	write_config(file, host);
	fprintf(file, "\ninclude config.inc\n");
	if (platform->dsm == IGD_DSM_32)
		fprintf(file, "lockable 0x5c 4\n");
	else if (platform->dsm == IGD_DSM_64)
		fprintf(file, "lockable 0xc0 8\n");
	write_bars(file, host);
	write_ranges(file, host);
	write_gap(file, host);
	write_facts_of_bar0(file, host);
	write_behaviour(file, host);
	write_opregion(file, opregion);
}

/**
 * record_facts() - the machine, as igdsim --print has it
 * @file: where to
 * @host: the machine
 * @opregion: its OpRegion; with a version of 0 if there is none
 * @before: what each line begins with
 */
void record_facts(FILE *file, const struct host *host,
		  const struct opregion *opregion, const char *before)
{
	bool apart = opregion->data && strcmp(opregion->where, "mailbox");
	struct igd_range reserved = { 0 };
	const struct {
		const char *key;
		u64 value;
	} numbers[] = {
		{ "bar0-size", host->bars[0].size },
		{ "bar2-size", host->bars[2].size },
		{ "bar4-size", host->bars[4].size },
		{ "gtt-offset", host->bars[0].size / 2 },
		{ "gtt-size", host->bars[0].size / 2 },
		{ "bdsm", host->dsm.base },
		{ "dsm-size", host->dsm.size },
		{ "gsm", host->gsm.base },
		{ "gsm-size", host->gsm.base ? host->gsm.size : 0 },
		{ "reserved", reserved_of(host, &reserved) ? reserved.base : 0 },
		{ "reserved-size", reserved.size },
		{ "ggc", host->ggc },
		{ "stolen-reserved", host->reserved },
		{ "asls", opregion->asls },
		{ "rvda", apart ? opregion->rvda : 0 },
		{ "rvds", apart ? opregion->size : 0 },
	};
	size_t i;

	fprintf(file, "%sname %s\n", before, host->platform->name);
	fprintf(file, "%sgeneration %u\n", before, host->platform->gen);
	fprintf(file, "%sdevice %04x:%04x\n", before, host->vendor, host->device);
	fprintf(file, "%sopregion-version %u.%u\n", before,
		opregion->version >> 8, opregion->version & 0xff);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		fprintf(file, "%s%s ", before, numbers[i].key);
		if (numbers[i].value)
			fprintf(file, "0x%llx", numbers[i].value);
		fputc('\n', file);
	}
}

/**
 * record_is_whole() - was everything seen that tests want to know?
 * @host: the machine
 */
bool record_is_whole(const struct host *host)
{
	return host->config_size >= 0x100 && host->gsm.base;
}

/* Names in /proc/iomem that any machine may have; others are left out */
static const char *harmless(const char *name)
{
	static const char *const names[] = {
		"System RAM", "Reserved", "ACPI Tables",
		"ACPI Non-volatile Storage", "Graphics Stolen Memory",
		"IGD data stolen memory", "IGD GTT stolen memory", "Unknown E820 type",
		"RAM buffer", "BOOTFB", "efifb", "simple-framebuffer", "i915", "xe",
		"vfio-pci", "vfio-pci-igd", "0000:00:02.0",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return names[i];
	return strncmp(name, "PCI Bus ", 8) ? "something else" : "PCI bus";
}

static void write_iomem(FILE *file, const struct host *host,
			const struct opregion *opregion)
{
	struct igd_range around[] = {
		host->dsm, host->gsm,
		{ opregion->asls, opregion->asls ? 0x2000 : 0 },
	};
	const struct iomem *lines;
	bool hidden, meets;
	size_t count, i, n;

	lines = iomem_lines(&count, &hidden);
	if (hidden) {
		miss(file, "/proc/iomem");
		return;
	}
	for (n = 0; n < ARRAY_SIZE(around); n++) {
		if (!around[n].size || !around[n].base)
			continue;
		around[n].base -= around[n].base < AROUND ? 0 : AROUND;
		around[n].size += 2 * AROUND;
	}
	for (i = 0; i < count; i++) {
		for (meets = false, n = 0; n < ARRAY_SIZE(around); n++)
			meets |= around[n].base &&
				 ranges_meet(&around[n], &lines[i].range);
		if (meets)
			fprintf(file, "# iomem %*s%llx-%llx %s\n",
				2 * (int)lines[i].depth, "", lines[i].range.base,
				igd_range_end(&lines[i].range) - 1,
				harmless(lines[i].name));
	}
}

/* Words of the kernel's command line that are about this */
static void write_cmdline(FILE *file, const struct host *host)
{
	static const char *const begin[] = {
		"intel_iommu=", "iommu=", "iommu.", "i915.", "xe.", "vfio",
		"initcall_blacklist=", "nomodeset", "video=efifb", "pci=",
		"modprobe.blacklist=", "module_blacklist=", "intremap=",
		"nointremap",
	};
	char *words = strdup(host->cmdline), *word, *save = NULL;
	size_t i;

	for (word = strtok_r(words, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		for (i = 0; i < ARRAY_SIZE(begin); i++)
			if (!strncmp(word, begin[i], strlen(begin[i])))
				fprintf(file, "# cmdline %s\n", word);
	free(words);
}

static void write_igd_files(FILE *file)
{
	static const char *const names[] = {
		"platform", "generation", "host_stolen", "guest_stolen",
		"guest_reserved", "gms_mb", "opregion_version", "opregion_size",
		"rom", "denied_writes",
	};
	const char *line;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		line = line_of(IGD_SYSFS "/igd/%s", names[i]);
		if (line)
			fprintf(file, "# igd/%s %s\n", names[i], line);
	}
}

static void write_dmar(FILE *file)
{
	size_t size;
	char *table = content_of(&size, "/sys/firmware/acpi/tables/DMAR");

	if (table)
		hex(file, "dmar", (u8 *)table, size);
	else if (errno == ENOENT)
		fprintf(file, "# no DMAR table\n");
	else
		miss(file, "the DMAR table");
	free(table);
}

static void write_hash(FILE *file, const u8 *data, size_t size)
{
	char name[] = "/tmp/igdctl-XXXXXX";
	const char *const argv[] = { "sha256sum", name, NULL };
	int temporary = mkstemp(name), status;
	char *said;

	if (temporary < 0)
		die("no temporary file: %s", strerror(errno));
	if (write(temporary, data, size) != (ssize_t)size)
		die("%s cannot be written: %s", name, strerror(errno));
	close(temporary);
	said = output_of(argv, &status);
	unlink(name);
	if (status)
		die("sha256sum: %s", said);
	fprintf(file, "# vbt-sha256 %.64s\n", said);
	free(said);
}

static void write_vbt(FILE *file, const struct opregion *opregion, bool hash_only)
{
	if (opregion->version)
		hex(file, "opregion-header", opregion->header, 0x60);
	if (!opregion->data)
		return;
	write_hash(file, opregion->data, opregion->size);
	if (!hash_only)
		hex(file, "vbt", opregion->data, opregion->size);
}

static void write_rest(FILE *file, const struct host *host,
		       const struct opregion *opregion, bool hash_only)
{
	const char *line;

	fprintf(file,
		"# What makes this machine what it is for vfio-pci-igd, by igdctl record. Read it\n"
		"# before you send it: " DOC "tested-machines.md says where to.\n#\n");
	fprintf(file, "# kernel %s\n", host->kernel);
	fprintf(file, "# driver %s\n", *host->driver ? host->driver : "none");
	line = line_of("/sys/module/vfio_pci_igd/version");
	if (line)
		fprintf(file, "# vfio-pci-igd %s\n", line);
	line = line_of("/sys/bus/pci/devices/0000:00:00.0/device");
	fprintf(file, "# bridges 00:00.0 %s, 00:1f.0 0x%04x\n",
		line ? line : "unknown", host->lpc);
	line = line_of(IGD_SYSFS "/iommu/intel-iommu/cap");
	if (line)
		fprintf(file, "# iommu-cap %s\n", line);
	line = line_of(IGD_SYSFS "/iommu/intel-iommu/ecap");
	if (line)
		fprintf(file, "# iommu-ecap %s\n", line);
	write_cmdline(file, host);
	write_igd_files(file);
	write_iomem(file, host, opregion);
	write_dmar(file);
	record_facts(file, host, opregion, FACT);
	write_vbt(file, opregion, hash_only);
	fputc('\n', file);
}

static void record(FILE *file, bool hash_only, bool profile)
{
	struct opregion opregion;
	struct host host;
	const char *fault;
	bool hidden;

	host_load(&host);
	if (!host_is_igd(&host) || host.platform->unknown)
		die("there is no Intel graphics at 00:02.0 that vfio-pci-igd knows: see igdctl check");
	if (host.config_size < 0x100)
		die("configuration space cannot be read beyond its first 64 bytes: run it as root");
	fault = opregion_read(&host, &opregion, &hidden);
	if (!profile)
		write_rest(file, &host, &opregion, hash_only);
	if (fault)
		miss(file, fault);
	if (!host.gsm.base)
		miss(file, host_is_asleep() ?
		     "BAR0: the device sleeps; show something on its screen, or wake it up" :
		     "BAR0: it does not answer; run it as root, while i915 or xe has the device");
	write_profile(file, &host, &opregion);
	free(opregion.data);
	free(host.cmdline);
}

/**
 * record_main() - igdctl record
 */
int record_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "hash-only", no_argument, NULL, 'H' },
		{ "help", no_argument, NULL, 'h' },
		{ "profile", no_argument, NULL, 'p' },
		{ "root", required_argument, NULL, 'r' },
		{ NULL }
	};
	bool hash_only = false, profile = false;
	const char *output = NULL;
	char *whole = NULL;
	FILE *file;
	size_t size;
	int option;

	while ((option = next_option(argc, argv, "ho:", options, usage)) != -1) {
		switch (option) {
		case 'H':
			hash_only = true;
			break;
		case 'p':
			profile = true;
			break;
		case 'o':
			output = optarg;
			break;
		}
	}
	if (optind != argc)
		die("'%s' is one word too many; -o FILE names the file", argv[optind]);

	/* All of it or nothing */
	file = open_memstream(&whole, &size);
	if (!file)
		die("no memory for a record");
	record(file, hash_only, profile);
	fclose(file);
	file = output ? fopen(output, "we") : stdout;
	if (!file)
		die("%s cannot be written: %s", output, strerror(errno));
	if (fwrite(whole, 1, size, file) != size || fflush(file))
		die("%s cannot be written: %s", output ? output : "stdout",
		    strerror(errno));
	if (output)
		fclose(file);
	free(whole);
	return unseen ? STATUS_WRONG : STATUS_GOOD;
}
