// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM for this machine: is it what Intel's drivers, QEMU and this driver want?
 */
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define GEN_ICELAKE		1100
#define QEMU_OPREGION		1001	/* from 10.1 on it offers one unasked */

static bool is_off(const char *value)
{
	return value && (!strcmp(value, "off") || !strcmp(value, "false") ||
			 !strcmp(value, "0") || !strcmp(value, "no"));
}

static const struct vm_device *igd_of(const struct vm *vm)
{
	return vm_passed(vm, IGD_SLOT);
}

static void look_machine(const struct host *host, const struct vm *vm,
			 struct finding *finding)
{
	const char *machine = vm->machine;

	if (vm_is_q35(machine))
		ok(finding, "%s", machine);
	else if (!*machine || !strncmp(machine, "pc", 2))
		ok(finding, "%s (i440fx)", *machine ? machine : "pc");
	else
		answer(finding, STATE_FAILURE, "make it a q35 or pc",
		       "machine type %s has no PCI slot 02.0 for Intel's drivers",
		       machine);
}

/* Proxmox can have a device by a name that the cluster knows */
static bool has_mapping(const struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->device_count; i++)
		if (vm->is_proxmox && vm_property(&vm->devices[i], "mapping"))
			return true;
	return false;
}

static void look_device(const struct host *host, const struct vm *vm,
			struct finding *finding)
{
	const struct vm_device *igd = igd_of(vm);

	if (!igd && has_mapping(vm))
		answer(finding, STATE_UNSEEN,
		       "name the device, 0000:00:02.0, in its place",
		       "which device a mapping (/etc/pve/mapping/pci.cfg) stands for");
	else if (!igd)
		answer(finding, STATE_FAILURE,
		       "igdctl vm prints what to add",
		       "the VM is not given the host's 00:02.0");
	else if (vm->is_proxmox && vm_property(igd, "driver") &&
		 !strcmp(vm_property(igd, "driver"), "keep"))
		ok(finding, "00:02.0, and Proxmox keeps its driver");
	else if (vm->is_proxmox && !vm_property(igd, "bus"))
		answer(finding, STATE_FAILURE,
		       "add ,driver=keep, or use args: (" DOC "debian-and-proxmox.md)",
		       "hostpci without driver=keep: Proxmox binds stock vfio-pci, and fails where driverctl says otherwise");
	else
		ok(finding, "00:02.0");
}

/* 02.0, 2.0, 2, 0x2, 0x2.0x0, 0x02.0: all the same */
static bool is_slot_2(const char *address)
{
	char *end;

	if (!address || strtoul(address, &end, 16) != 2)
		return false;
	return !*end || (*end == '.' && !strtoul(end + 1, NULL, 16));
}

/* On the bus that is the machine's own, not behind a bridge */
static bool is_on_root(const struct vm_device *device)
{
	const char *bus = vm_property(device, "bus");

	return !bus || !strcmp(bus, "pcie.0") || !strcmp(bus, "pci.0");
}

static void look_slot(const struct host *host, const struct vm *vm,
		      struct finding *finding)
{
	const struct vm_device *igd = igd_of(vm), *other;
	const char *address;
	unsigned int i;

	if (!igd)
		return;
	address = vm_property(igd, "addr");
	if (!is_slot_2(address) || !is_on_root(igd)) {
		answer(finding, STATE_FAILURE,
		       vm->is_proxmox ? "legacy-igd=1 with machine pc, or args: (" DOC "debian-and-proxmox.md)" :
		       "give it addr=02.0 on the root bus (libvirt: <address ... bus='0x00' slot='0x02' function='0x0'/>)",
		       "the guest sees it at %s%s%s, and Intel's drivers want 00:02.0",
		       is_on_root(igd) ? "" : vm_property(igd, "bus"),
		       is_on_root(igd) ? "" : ", ", address ? address : "a slot that QEMU chooses");
		return;
	}
	for (i = 0; i < vm->device_count; i++) {
		other = &vm->devices[i];
		address = vm_property(other, "addr");
		if (other == igd || !is_slot_2(address) || !is_on_root(other))
			continue;
		answer(finding, STATE_FAILURE, "give that another slot, or remove it",
		       "%s is at 02.0, too", other->driver);
		return;
	}
	/* Of the slots of i440fx that is the first which is free */
	if (vm->has_nic && !strcmp(vm->vga, "none") && !vm_is_q35(vm->machine))
		answer(finding, STATE_FAILURE,
		       "-netdev user,id=net -device virtio-net-pci,netdev=net behind it, in its place",
		       "the card of -nic is at 02.0, too");
	else
		ok(finding, "the guest sees it at 00:02.0");
}

static void look_vga(const struct host *host, const struct vm *vm,
		     struct finding *finding)
{
	static const char *const displays[] = {
		"VGA", "secondary-vga", "qxl", "qxl-vga", "virtio-vga",
		"virtio-vga-gl", "virtio-gpu-pci", "cirrus-vga", "bochs-display",
		"vmware-svga", "ramfb", "ati-vga",
	};
	const char *other = NULL;
	unsigned int i;
	size_t n;

	for (i = 0; i < vm->device_count; i++)
		for (n = 0; n < ARRAY_SIZE(displays); n++)
			if (!strcmp(vm->devices[i].driver, displays[n]))
				other = displays[n];
	if (!other && *vm->vga && strcmp(vm->vga, "none"))
		other = vm->vga;
	if (!other && !*vm->vga && !vm->nodefaults)
		other = "QEMU's own VGA";
	if (other)
		answer(finding, STATE_WARNING,
		       "-vga none (libvirt: <video><model type='none'/></video>, Proxmox: vga: none)",
		       "%s is a second display: firmware and guest may take that for the first",
		       other);
	else
		ok(finding, "no other display");
}

static void look_firmware(const struct host *host, const struct vm *vm,
			  struct finding *finding)
{
	if (vm->uefi)
		ok(finding, "OVMF");
	else if (host->platform->gen >= GEN_ICELAKE)
		answer(finding, STATE_WARNING,
		       "OVMF (libvirt: <os firmware='efi'>, Proxmox: bios: ovmf)",
		       "SeaBIOS has no picture on %s, and never places stolen memory at the host's own base",
		       host->platform->name);
	else if (vm_is_q35(vm->machine))
		answer(finding, STATE_WARNING,
		       "machine type pc, or OVMF",
		       "SeaBIOS on q35: QEMU's legacy mode for this generation is i440fx'");
	else
		ok(finding, "SeaBIOS");
}

static void look_vm_rom(const struct host *host, const struct vm *vm,
			struct finding *finding)
{
	const struct vm_device *igd = igd_of(vm);
	const char *file;

	if (!igd)
		return;
	file = vm_property(igd, "romfile");
	if (is_off(vm_property(igd, "rombar")))
		answer(finding, STATE_FAILURE, "take rombar off",
		       "rombar=0 hides the ROM that sets up OpRegion and stolen memory");
	else if (file && *file)
		answer(finding, STATE_WARNING,
		       "take romfile off, unless it is igdctl rom's own",
		       "romfile=%s takes the place of the driver's ROM", file);
	else
		ok(finding, "the driver's own");
}

/* Which size of stolen memory does QEMU announce with this code? */
static u64 gms_of(const struct host *host, unsigned long code)
{
	const struct igd_ggc_format *format = host->platform->ggc;

	return code > format->gms_mask ? 0 :
	       igd_gms_size(format, code << format->gms_shift);
}

static bool hurts_gms(const struct host *host, const char *value,
		      struct finding *finding)
{
	const char *line = line_of("/sys/module/vfio_pci_igd/parameters/gms_mb");
	u64 want = line ? strtoull(line, NULL, 0) * MIB : 0;
	unsigned long code = strtoul(value, NULL, 0);
	u64 size;

	if (!host->platform->ggc)
		return false;
	if (!want)
		want = host->dsm.size;
	size = gms_of(host, code);
	if (code && !size)
		answer(finding, STATE_FAILURE,
		       "take it off, and use gms_mb (" DOC "gms.md)",
		       "x-igd-gms=%s is no code of %s", value,
		       host->platform->name);
	else if (code && size < want)
		answer(finding, STATE_FAILURE,
		       "take it off, and use gms_mb (" DOC "gms.md)",
		       "x-igd-gms=%s is a code for %llu MiB, less than the %llu MiB that the driver counts with: the reserved part lies outside",
		       value, size / MIB, want / MIB);
	else
		answer(finding, STATE_WARNING,
		       "take it off, unless QEMU is 7.2",
		       "x-igd-gms=%s is a code for %llu MiB, which QEMU says and the driver does not know of",
		       value, size / MIB);
	return true;
}

static void look_options(const struct host *host, const struct vm *vm,
			 struct finding *finding)
{
	const struct vm_device *igd = igd_of(vm);
	const char *value;

	if (!igd)
		return;
	value = vm_property(igd, "x-igd-gms");
	if (value && hurts_gms(host, value, finding))
		return;
	if (vm_is_on(vm_property(igd, "x-igd-lpc")) && vm_is_q35(vm->machine))
		answer(finding, STATE_FAILURE,
		       "take it off, and use igdctl rom pack --lpc-id host; or i440fx",
		       "x-igd-lpc=on on a q35, which has an LPC bridge of its own there");
	else if (vm_is_on(vm_property(igd, "x-vga")))
		answer(finding, STATE_WARNING, "take it off",
		       "x-vga=on is for cards: it needs VGA access that disable_vga takes away, and gives the IGD nothing");
	else if (is_off(vm_property(igd, "x-igd-opregion")))
		answer(finding, STATE_FAILURE, "take it off",
		       "x-igd-opregion=off: the guest gets no OpRegion");
	else
		ok(finding, "none that hurts");
}

static void look_vm_memory(const struct host *host, const struct vm *vm,
			   struct finding *finding)
{
	bool q35 = vm_is_q35(vm->machine);
	const char *how;

	if (!host->dsm.base || !host->dsm.size ||
	    host->platform->dsm == IGD_DSM_BAR2)
		return;
	how = vm_identical(host);
	if (vm->uefi && vm_can_be_identical(host, q35, vm->memory))
		ok(finding, "%llu MiB: stolen memory can lie at the host's own base, %#llx",
		   vm->memory / MIB, host->dsm.base);
	else if (host->platform->dsm != IGD_DSM_64)
		ok(finding, "%llu MiB: stolen memory is moved, which suits this generation",
		   vm->memory / MIB);
	else if (how)
		answer(finding, STATE_WARNING,
		       text("for Windows: %s, with OVMF", how),
		       "%llu MiB on %s: stolen memory cannot lie at the host's own base, %#llx, which Windows is reported to want",
		       vm->memory / MIB, q35 ? "q35" : "i440fx",
		       host->dsm.base);
	else
		answer(finding, STATE_WARNING,
		       "a smaller MMIO window ('Max TOLUD', 'Above 4G Decoding') in the firmware's setup may lower it",
		       "no guest has RAM at the host's own base, %#llx, where Windows is reported to want stolen memory",
		       host->dsm.base);
}

static void look_qemu(const struct host *host, const struct vm *vm,
		      struct finding *finding)
{
	unsigned int version = vm_qemu_version(vm->qemu);
	const struct vm_device *igd = igd_of(vm);

	if (!igd)
		return;
	if (!version) {
		answer(finding, STATE_UNSEEN, "", "the version of %s", vm->qemu);
		return;
	}
	if (version / 100 == 10 && version < QEMU_OPREGION &&
	    host->platform->dsm == IGD_DSM_BAR2)
		answer(finding, STATE_WARNING, "QEMU 10.1 or later",
		       "QEMU %u.%u takes %s for a device older than Sandy Bridge: the guest gets no OpRegion",
		       version / 100, version % 100, host->platform->name);
	else if (version < QEMU_OPREGION && vm->uefi &&
		 !vm_is_on(vm_property(igd, "x-igd-opregion")))
		answer(finding, STATE_FAILURE, "x-igd-opregion=on",
		       "QEMU %u.%u gives an OpRegion to UEFI guests only when told",
		       version / 100, version % 100);
	else if (version < 1000 && !vm->uefi && !vm_property(igd, "x-igd-gms"))
		answer(finding, STATE_FAILURE,
		       text("x-igd-gms=%llu", (host->dsm.size + 32 * MIB - 1) / (32 * MIB)),
		       "QEMU %u.%u announces no stolen memory to SeaBIOS unless told",
		       version / 100, version % 100);
	else
		ok(finding, "QEMU %u.%u", version / 100, version % 100);
}

/*
 * How many address bits the guest's CPU is held to; 0: the host's
 *
 * In QEMU's -cpu host and max, host-phys-bits is on, and then phys-bits is not looked
 * at (target/i386/host-cpu.c).
 */
static unsigned long width_of(const char *cpu)
{
	const char *limit = strstr(cpu, "host-phys-bits-limit=");
	bool is_host = !strncmp(cpu, "host", 4) || !strncmp(cpu, "max", 3) ||
		       strstr(cpu, ",host-phys-bits=on") ||
		       strstr(cpu, ",host-phys-bits=true");

	if (limit)
		return strtoul(limit + strlen("host-phys-bits-limit="), NULL, 0);
	limit = strstr(cpu, ",phys-bits=");
	if (!limit || is_host)
		return 0;
	return strtoul(limit + strlen(",phys-bits="), NULL, 0);
}

static void look_vm_width(const struct host *host, const struct vm *vm,
			  struct finding *finding)
{
	unsigned int iommu = host_address_width(), cpu = host_cpu_width();
	unsigned long width = width_of(vm->cpu);

	if (!iommu || !cpu || iommu >= cpu)
		return;
	if (width >= 32 && width <= iommu)
		ok(finding, "-cpu %s", vm->cpu);
	else
		answer(finding, STATE_FAILURE,
		       text("%s-cpu host,host-phys-bits-limit=%u",
			    vm->is_proxmox ? "args: " : "", iommu),
		       "the guest's CPU has more than the %u address bits that the IOMMU has (vfio_container_dma_map ... -22)",
		       iommu);
}

static void look_vm_audio(const struct host *host, const struct vm *vm,
			  struct finding *finding)
{
	if (!*host->audio)
		return;
	if (vm_passed(vm, host->audio))
		ok(finding, "%s is the guest's", host->audio + 5);
	else
		ok(finding, "%s stays the host's: no sound over HDMI and DisplayPort",
		   host->audio + 5);
}

const struct check vm_checks[] = {
	{ "vm-machine", .look_vm = look_machine },
	{ "vm-device", .look_vm = look_device },
	{ "vm-slot", .look_vm = look_slot },
	{ "vm-vga", .look_vm = look_vga },
	{ "vm-firmware", .look_vm = look_firmware },
	{ "vm-rom", .look_vm = look_vm_rom },
	{ "vm-options", .look_vm = look_options },
	{ "vm-memory", .look_vm = look_vm_memory },
	{ "vm-qemu", .look_vm = look_qemu },
	{ "vm-width", .look_vm = look_vm_width },
	{ "vm-audio", .look_vm = look_vm_audio },
	{ }
};
