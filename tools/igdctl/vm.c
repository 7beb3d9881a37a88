// SPDX-License-Identifier: GPL-2.0-only
/*
 * igdctl vm: a virtual machine for this host, in three languages
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define GEN_ICELAKE		1100
#define QEMU_OPREGION		1001	/* from 10.1 on it offers one unasked */
#define QEMU_GMS		1000	/* before 10.0 SeaBIOS is told a size by us */
#define NOTES_MAX		8
#define LETTERS			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS			"0123456789"

static const char usage[] =
"Usage: igdctl vm qemu|libvirt|proxmox [OPTIONS]\n"
"\n"
"Prints a VM that has this host's Intel graphics: a shell script that starts\n"
"QEMU, a domain for 'virsh define', or lines for /etc/pve/qemu-server/ID.conf.\n"
"\n"
"  --name NAME            what to call it (igd)\n"
"  --memory MIB           how much it has (4096)\n"
"  --cpus N               how many (4)\n"
"  --disk FILE            its disk, .qcow2 or raw\n"
"  --firmware ovmf|seabios, --machine q35|pc\n"
"                         else as it suits the device, so that stolen memory can\n"
"                         lie where the host has it, if that can be\n"
"  --qemu PROGRAM         its version is asked (qemu-system-x86_64)\n"
"  --root DIR             for the machine whose recorded tree this is\n"
"\n"
"Exit status: 0 printed, 2 nothing was printed.\n";

/**
 * struct plan - the VM that is to be
 * @name: of it
 * @memory: MiB
 * @cpus: how many
 * @disk: file, or NULL
 * @uefi: OVMF, else SeaBIOS
 * @q35: else i440fx
 * @opregion: QEMU has to be told to offer it
 * @gms: QEMU has to be told this code; 0: not
 * @limit: of the guest's physical address bits; 0: none
 * @audio: the host's audio function can go with it; NULL: not
 * @qemu: program
 * @notes: what is to be known
 * @note_count: how many
 */
struct plan {
	const char *name;
	unsigned long memory;
	unsigned long cpus;
	const char *disk;
	bool uefi;
	bool q35;
	bool opregion;
	unsigned int gms;
	unsigned int limit;
	const char *audio;
	const char *qemu;
	char notes[NOTES_MAX][400];
	unsigned int note_count;
};

static void note(struct plan *plan, const char *words)
{
	if (plan->note_count < NOTES_MAX)
		snprintf(plan->notes[plan->note_count++],
			 sizeof(plan->notes[0]), "%s", words);
}

/* OVMF is where the distribution has put it */
static const char *ovmf(const char *part)
{
	const char *const places[] = {
		text("/usr/share/OVMF/OVMF_%s_4M.fd", part),
		text("/usr/share/edk2/ovmf/OVMF_%s.fd", part),
		text("/usr/share/edk2/x64/OVMF_%s.4m.fd", part),
		text("/usr/share/edk2-ovmf/OVMF_%s.fd", part),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (there("%s", places[i]))
			return places[i];
	return places[0];
}

/* An audio function that no host device shares a group with can go along */
static const char *free_audio(const struct host *host)
{
	const char *group;
	char **devices;
	bool alone;

	if (!*host->audio)
		return NULL;
	group = link_of("/sys/bus/pci/devices/%s/iommu_group", host->audio);
	if (!group)
		return NULL;
	devices = names_in("/sys/kernel/iommu_groups/%s/devices", group);
	alone = devices && devices[0] &&
		(!devices[1] || !strcmp(group, host->group));
	free_names(devices);
	return alone ? host->audio : NULL;
}

static void plan_memory(const struct host *host, struct plan *plan,
			bool machine_is_given)
{
	u64 memory = plan->memory * MIB;
	const char *how;

	if (host->platform->dsm != IGD_DSM_64 || !host->dsm.base || !plan->uefi)
		return;
	if (!machine_is_given)
		plan->q35 = vm_can_be_identical(host, true, memory) ||
			    !vm_can_be_identical(host, false, memory);
	if (vm_can_be_identical(host, plan->q35, memory)) {
		note(plan, text("Stolen memory can lie at the host's own base, %#llx.",
				host->dsm.base));
		return;
	}
	how = vm_identical(host);
	note(plan, text("Stolen memory cannot lie at the host's own base, %#llx, which Windows is reported to want; that takes %s.",
			host->dsm.base, how ? how : "a host with a lower one"));
}

static void plan_qemu(const struct host *host, struct plan *plan)
{
	unsigned int version = vm_qemu_version(plan->qemu);

	if (!version) {
		note(plan, text("%s cannot be asked for its version: this is for 10.1 and later.",
				plan->qemu));
		if (!strcmp(plan->qemu, "qemu-system-x86_64") && !is_installed(plan->qemu))
			note(plan, "QEMU is not here: apt install qemu-system-x86 ovmf");
		return;
	}
	note(plan, text("For QEMU %u.%u.", version / 100, version % 100));
	plan->opregion = version < QEMU_OPREGION && plan->uefi;
	if (version < QEMU_GMS && !plan->uefi)
		plan->gms = (host->dsm.size + 32 * MIB - 1) / (32 * MIB);
	if (version / 100 == 10 && plan->opregion &&
	    host->platform->dsm == IGD_DSM_BAR2)
		note(plan, "QEMU 10.0 has no OpRegion for this generation: take 10.1 or later.");
}

static void plan_vm(const struct host *host, struct plan *plan,
		    const char *firmware, const char *machine)
{
	unsigned int iommu = host_address_width(), cpu = host_cpu_width();

	plan->uefi = firmware ? !strcmp(firmware, "ovmf") :
		     host->platform->gen >= GEN_ICELAKE;
	plan->q35 = machine ? !strcmp(machine, "q35") : plan->uefi;
	note(plan, text("%s, %04x:%04x.", host->platform->name, host->vendor,
			host->device));
	plan_qemu(host, plan);
	plan_memory(host, plan, machine);
	if (!plan->uefi && host->platform->gen >= GEN_ICELAKE)
		note(plan, "SeaBIOS has no picture on this generation.");
	if (iommu && cpu && iommu < cpu)
		plan->limit = iommu;
	plan->audio = free_audio(host);
	if (*host->audio && !plan->audio)
		note(plan, text("Audio at %s shares its IOMMU group with others, and stays the host's.",
				host->audio + 5));
	if (!there(IGD_ROMS "/igd.rom") &&
	    !there(IGD_ROMS "/8086-%04x.rom", host->device))
		note(plan, "The ROM for guests is missing in " IGD_ROMS ": install the package.");
	if (!*host->group)
		note(plan, "This host is not ready: see igdctl check.");
}

/* Between single quotes, for a shell */
static const char *quoted(const char *word)
{
	char out[1024] = "'";
	size_t used = 1;

	for (; *word && used < sizeof(out) - 8; word++)
		used += snprintf(out + used, sizeof(out) - used,
				 *word == '\'' ? "'\\''" : "%c", *word);
	strcpy(out + used, "'");
	return text("%s", out);
}

static const char *format_of(const char *disk)
{
	size_t length = strlen(disk);

	return length > 6 && !strcmp(disk + length - 6, ".qcow2") ? "qcow2" : "raw";
}

static const char *igd_options(const struct plan *plan)
{
	return text("%s%s", plan->opregion ? ",x-igd-opregion=on" : "",
		    plan->gms ? text(",x-igd-gms=%u", plan->gms) : "");
}

static const char *cpu_limit(const struct plan *plan)
{
	return plan->limit ? text(",host-phys-bits-limit=%u", plan->limit) : "";
}

static void print_notes(const struct plan *plan, const char *before,
			const char *behind)
{
	unsigned int i;

	for (i = 0; i < plan->note_count; i++)
		printf("%s%s%s\n", before, plan->notes[i], behind);
}

static void print_qemu(const struct plan *plan)
{
	char vars[600];

	snprintf(vars, sizeof(vars), "%s",
		 quoted(text("%s_VARS.fd", plan->name)));
	puts("#!/bin/sh");
	print_notes(plan, "# ", "");
	if (plan->uefi)
		printf("[ -e %s ] || cp %s %s\n", vars, ovmf("VARS"), vars);
	printf("%s -name %s -machine %s -accel kvm \\\n", plan->qemu,
	       quoted(plan->name), plan->q35 ? "q35" : "pc");
	printf("\t-cpu host%s -smp %lu -m %lu \\\n", cpu_limit(plan), plan->cpus,
	       plan->memory);
	printf("\t-nodefaults -vga none -display none -monitor stdio \\\n");
	printf("\t-device vfio-pci,host=" IGD_SLOT ",addr=02.0%s \\\n",
	       igd_options(plan));
	if (plan->audio)
		printf("\t-device vfio-pci,host=%s \\\n", plan->audio);
	if (plan->uefi)
		printf("\t-drive if=pflash,format=raw,readonly=on,file=%s \\\n"
		       "\t-drive if=pflash,format=raw,file=%s \\\n",
		       ovmf("CODE"), vars);
	if (plan->disk)
		printf("\t-drive file=%s,if=virtio,format=%s \\\n",
		       quoted(plan->disk), format_of(plan->disk));
	/* Not -nic: that comes before all -device, and to 02.0 on i440fx */
	printf("\t-netdev user,id=net -device virtio-net-pci,netdev=net \"$@\"\n");
}

/* What XML has a meaning for */
static const char *escaped(const char *word)
{
	char out[1024] = "";
	size_t used = 0;

	for (; *word && used < sizeof(out) - 8; word++) {
		const char *entity = *word == '&' ? "&amp;" :
				     *word == '<' ? "&lt;" :
				     *word == '\'' ? "&apos;" : NULL;

		used += entity ? snprintf(out + used, sizeof(out) - used, "%s", entity) :
			snprintf(out + used, sizeof(out) - used, "%c", *word);
	}
	return text("%s", out);
}

static void print_hostdev(const char *slot, const char *alias,
			  const char *address)
{
	unsigned int domain, bus, device, function;

	sscanf(slot, "%x:%x:%x.%x", &domain, &bus, &device, &function);
	printf("    <hostdev mode='subsystem' type='pci' managed='yes'>\n"
	       "      <source>\n"
	       "        <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n"
	       "      </source>\n%s%s"
	       "    </hostdev>\n", domain, bus, device, function, alias, address);
}

static void print_override(const struct plan *plan)
{
	if (!plan->opregion && !plan->gms)
		return;
	printf("  <qemu:override>\n"
	       "    <qemu:device alias='ua-igd'>\n"
	       "      <qemu:frontend>\n");
	if (plan->opregion)
		printf("        <qemu:property name='x-igd-opregion' type='bool' value='true'/>\n");
	if (plan->gms)
		printf("        <qemu:property name='x-igd-gms' type='unsigned' value='%u'/>\n",
		       plan->gms);
	printf("      </qemu:frontend>\n"
	       "    </qemu:device>\n"
	       "  </qemu:override>\n");
}

static void print_libvirt(const struct plan *plan)
{
	printf("<domain type='kvm'%s>\n", plan->opregion || plan->gms ?
	       " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'" : "");
	print_notes(plan, "  <!-- ", " -->");
	printf("  <name>%s</name>\n"
	       "  <memory unit='MiB'>%lu</memory>\n"
	       "  <vcpu>%lu</vcpu>\n", escaped(plan->name), plan->memory,
	       plan->cpus);
	printf("  <os%s>\n"
	       "    <type arch='x86_64' machine='%s'>hvm</type>\n"
	       "  </os>\n"
	       "  <features><acpi/><apic/></features>\n",
	       plan->uefi ? " firmware='efi'" : "", plan->q35 ? "q35" : "pc");
	if (plan->limit)
		printf("  <cpu mode='host-passthrough'><maxphysaddr mode='passthrough' limit='%u'/></cpu>\n",
		       plan->limit);
	else
		printf("  <cpu mode='host-passthrough'/>\n");
	printf("  <devices>\n");
	if (plan->disk)
		printf("    <disk type='file' device='disk'>\n"
		       "      <driver name='qemu' type='%s'/>\n"
		       "      <source file='%s'/>\n"
		       "      <target dev='vda' bus='virtio'/>\n"
		       "    </disk>\n", format_of(plan->disk), escaped(plan->disk));
	print_hostdev(IGD_SLOT, "      <alias name='ua-igd'/>\n",
		      "      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>\n");
	if (plan->audio)
		print_hostdev(plan->audio, "", "");
	printf("    <video><model type='none'/></video>\n"
	       "    <memballoon model='none'/>\n"
	       "  </devices>\n");
	print_override(plan);
	printf("</domain>\n");
}

/* Proxmox takes these as they are; a name it has in DNS, a disk in a storage */
static void proxmox_takes(const struct plan *plan)
{
	const char *name = plan->name, *disk = plan->disk;

	if (strspn(name, LETTERS DIGITS ".-") != strlen(name) ||
	    *name == '-' || *name == '.')
		die("--name for Proxmox is one as in DNS (letters, digits, '-', '.'), not '%s'",
		    name);
	if (disk && (strpbrk(disk, ", \t\n") || (*disk != '/' && !strchr(disk, ':'))))
		die("--disk for Proxmox is STORAGE:VOLUME, or a path from / on, without blank or comma, not '%s'",
		    disk);
}

/*
 * Proxmox places what it passes at a slot of its own. On i440fx legacy-igd moves the
 * device to 02.0, and the bridge that is at 1f.0, where QEMU wants the LPC bridge, out
 * of its way. On q35 the device goes around Proxmox' handling, in args.
 */
static void print_proxmox(const struct plan *plan)
{
	unsigned int next = 0;

	proxmox_takes(plan);
	print_notes(plan, "# ", "");
	if (plan->uefi)
		printf("# OVMF: qm set ID -efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0\n");
	if (plan->q35 || plan->opregion || plan->gms || plan->limit) {
		printf("args:");
		if (plan->q35)
			printf(" -device vfio-pci,host=" IGD_SLOT ",bus=pcie.0,addr=02.0%s",
			       igd_options(plan));
		else if (plan->opregion)
			printf(" -set device.hostpci0.x-igd-opregion=on");
		else if (plan->gms)
			printf(" -set device.hostpci0.x-igd-gms=%u", plan->gms);
		/* With cpu: host, phys-bits has no effect */
		if (plan->limit)
			printf(" -cpu host%s", cpu_limit(plan));
		printf("\n");
	}
	printf("balloon: 0\n");
	printf("bios: %s\n", plan->uefi ? "ovmf" : "seabios");
	printf("cores: %lu\n", plan->cpus);
	printf("cpu: host\n");
	if (!plan->q35)
		printf("hostpci%u: " IGD_SLOT ",driver=keep,legacy-igd=1\n", next++);
	if (plan->audio)
		printf("hostpci%u: %s\n", next, plan->audio);
	printf("machine: %s\n", plan->q35 ? "q35" : "pc");
	printf("memory: %lu\n", plan->memory);
	printf("name: %s\n", plan->name);
	printf("vga: none\n");
	if (plan->disk)
		printf("virtio0: %s\n", plan->disk);
}

static unsigned long to_count(const char *option, const char *word,
			      unsigned long most)
{
	char *end;
	unsigned long count = strtoul(word, &end, 10);

	if (end == word || *end || !count || count > most)
		die("%s wants a number from 1 to %lu, not '%s'", option, most, word);
	return count;
}

static const char *one_of(const char *option, const char *word, const char *a,
			  const char *b)
{
	if (strcmp(word, a) && strcmp(word, b))
		die("%s is %s or %s, not '%s'", option, a, b, word);
	return word;
}

/**
 * vm_main() - igdctl vm
 */
int vm_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "name", required_argument, NULL, 'n' },
		{ "memory", required_argument, NULL, 'm' },
		{ "cpus", required_argument, NULL, 'c' },
		{ "disk", required_argument, NULL, 'd' },
		{ "firmware", required_argument, NULL, 'f' },
		{ "machine", required_argument, NULL, 'M' },
		{ "qemu", required_argument, NULL, 'q' },
		{ "root", required_argument, NULL, 'r' },
		{ NULL }
	};
	static const struct {
		const char *name;
		void (*print)(const struct plan *plan);
	} languages[] = {
		{ "qemu", print_qemu },
		{ "libvirt", print_libvirt },
		{ "proxmox", print_proxmox },
	};
	static struct plan plan = {
		.name = "igd", .memory = 4096, .cpus = 4,
		.qemu = "qemu-system-x86_64",
	};
	const char *firmware = NULL, *machine = NULL;
	struct host host;
	int option;
	size_t i;

	while ((option = next_option(argc, argv, "h", options, usage)) != -1) {
		switch (option) {
		case 'n':
			if (!*optarg || strpbrk(optarg, "/\n"))
				die("--name has to be one without '/'");
			plan.name = optarg;
			break;
		case 'm':
			plan.memory = to_count("--memory", optarg, 1 << 24);
			break;
		case 'c':
			plan.cpus = to_count("--cpus", optarg, 1024);
			break;
		case 'd':
			plan.disk = optarg;
			break;
		case 'f':
			firmware = one_of("--firmware", optarg, "ovmf", "seabios");
			break;
		case 'M':
			machine = one_of("--machine", optarg, "q35", "pc");
			break;
		case 'q':
			plan.qemu = optarg;
			break;
		}
	}
	for (i = 0; argc - optind == 1 && i < ARRAY_SIZE(languages); i++) {
		if (strcmp(argv[optind], languages[i].name))
			continue;
		host_load(&host);
		if (!host_is_igd(&host) || host.platform->unknown)
			die("this host has no Intel graphics that can be given to a VM: see igdctl check");
		plan_vm(&host, &plan, firmware, machine);
		languages[i].print(&plan);
		free(host.cmdline);
		return STATUS_GOOD;
	}
	fputs(usage, stderr);
	return STATUS_NOTHING;
}
