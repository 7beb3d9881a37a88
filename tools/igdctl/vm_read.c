// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VM is: from a QEMU command line, a libvirt domain, Proxmox' file
 */
#define _GNU_SOURCE
#include <errno.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define WORDS_MAX		1024

/**
 * vm_property() - a property of a device
 * @device: the device
 * @name: of the property
 *
 * Return: its value; NULL if it is not given.
 */
const char *vm_property(const struct vm_device *device, const char *name)
{
	const char *p = strstr(device->properties, text(",%s=", name));

	if (!p)
		return NULL;
	p += strlen(name) + 2;
	return text("%.*s", (int)strcspn(p, ","), p);
}

/**
 * vm_is_on() - does this value of a property say yes?
 * @value: as QEMU and Proxmox write it; NULL for none
 */
bool vm_is_on(const char *value)
{
	return value && (!strcmp(value, "on") || !strcmp(value, "true") ||
			 !strcmp(value, "1") || !strcmp(value, "yes"));
}

/* 00:02.0 and 0000:00:02.0 are the same */
static bool same_slot(const char *a, const char *b)
{
	if (!strncmp(a, "0000:", 5))
		a += 5;
	if (!strncmp(b, "0000:", 5))
		b += 5;
	return !strcmp(a, b) || (!strchr(a, '.') && !strcmp(text("%s.0", a), b));
}

/**
 * vm_passed() - the host's device, as the VM has it
 * @vm: the VM
 * @slot: where the host has it
 */
const struct vm_device *vm_passed(const struct vm *vm, const char *slot)
{
	const char *host;
	unsigned int i;

	for (i = 0; i < vm->device_count; i++) {
		host = vm_property(&vm->devices[i], "host");
		if (host && !strncmp(vm->devices[i].driver, "vfio-pci", 8) &&
		    same_slot(host, slot))
			return &vm->devices[i];
	}
	return NULL;
}

static struct vm_device *add_device(struct vm *vm, const char *driver)
{
	struct vm_device *device = &vm->devices[vm->device_count];

	if (vm->device_count == VM_DEVICES)
		die("more than %d devices in one VM", VM_DEVICES);
	vm->device_count++;
	snprintf(device->driver, sizeof(device->driver), "%s", driver);
	strcpy(device->properties, ",");
	return device;
}

static void add_property(struct vm_device *device, const char *name,
			 const char *value)
{
	size_t used = strlen(device->properties);

	snprintf(device->properties + used, sizeof(device->properties) - used,
		 "%s=%s,", name, value);
}

/* Of two with the same name the first counts */
static void set_property(struct vm_device *device, const char *name,
			 const char *value)
{
	const char *all = text(",%s=%s%s", name, value, device->properties);

	if (strlen(all) >= sizeof(device->properties))
		die("-set ...%s=%s: too many properties for one device", name, value);
	strcpy(device->properties, all);
}

/* '{"driver":"vfio-pci","host":"0000:00:02.0"}', as libvirt has it */
static void take_json(struct vm *vm, const char *word)
{
	struct json_object *object = json_tokener_parse(word), *driver;
	struct vm_device *device;

	if (!object || !json_object_object_get_ex(object, "driver", &driver))
		die("-device %s: neither JSON with a driver, nor DRIVER,NAME=VALUE",
		    word);
	device = add_device(vm, json_object_get_string(driver));
	json_object_object_foreach(object, name, value) {
		const char *said = json_object_get_string(value);

		if (json_object_is_type(value, json_type_boolean))
			said = json_object_get_boolean(value) ? "on" : "off";
		add_property(device, name, said);
	}
	json_object_put(object);
}

/* 'vfio-pci,host=0000:00:02.0,addr=02.0' */
static void take_device(struct vm *vm, const char *word)
{
	struct vm_device *device;

	if (*word == '{') {
		take_json(vm, word);
		return;
	}
	device = add_device(vm, text("%.*s", (int)strcspn(word, ","), word));
	word += strcspn(word, ",");
	if (*word)
		snprintf(device->properties, sizeof(device->properties), "%s,",
			 word);
}

/* 'device.hostpci0.addr=02.0' sets a property of the device with that ID */
static void take_set(struct vm *vm, const char *word)
{
	char id[64], name[64];
	const char *has;
	unsigned int i;
	int value = 0;

	if (sscanf(word, "device.%63[^.=].%63[^.=]=%n", id, name, &value) != 2 ||
	    !value)
		return;
	for (i = 0; i < vm->device_count; i++) {
		has = vm_property(&vm->devices[i], "id");
		if (has && !strcmp(has, id))
			set_property(&vm->devices[i], name, word + value);
	}
}

/* 4G, 4096, size=4194304k,slots=2, current=4096 */
static u64 to_memory(const char *word)
{
	unsigned long long size;
	char unit = 'M';

	if (!strncmp(word, "size=", 5))
		word += 5;
	else if (!strncmp(word, "current=", 8))
		word += 8;
	if (sscanf(word, "%llu%c", &size, &unit) < 1)
		die("-m %s: is no size of memory", word);
	switch (unit) {
	case 'k':
	case 'K':
		return size << 10;
	case 'g':
	case 'G':
		return size << 30;
	default:
		return size << 20;
	}
}

static void take_machine(struct vm *vm, const char *word)
{
	if (!strncmp(word, "type=", 5))
		word += 5;
	snprintf(vm->machine, sizeof(vm->machine), "%.*s",
		 (int)strcspn(word, ","), word);
	/* libvirt's firmware is a property of the machine */
	if (strstr(word, "pflash0="))
		vm->uefi = true;
}

static void take_option(struct vm *vm, const char *option, const char *word)
{
	if (!strcmp(option, "device"))
		take_device(vm, word);
	else if (!strcmp(option, "set"))
		take_set(vm, word);
	else if (!strcmp(option, "m"))
		vm->memory = to_memory(word);
	else if (!strcmp(option, "M") || !strcmp(option, "machine"))
		take_machine(vm, word);
	else if (!strcmp(option, "cpu"))
		snprintf(vm->cpu, sizeof(vm->cpu), "%s", word);
	else if (!strcmp(option, "nic") && strncmp(word, "none", 4))
		vm->has_nic = true;
	else if (!strcmp(option, "vga"))
		snprintf(vm->vga, sizeof(vm->vga), "%s", word);
	else if (!strcmp(option, "drive") && strstr(word, "if=pflash"))
		vm->uefi = true;
	else if (!strcmp(option, "pflash"))
		vm->uefi = true;
	else if (!strcmp(option, "bios") && (strcasestr(word, "ovmf")))
		vm->uefi = true;
}

static void take_words(struct vm *vm, char **words, unsigned int count)
{
	static const char *const alone[] = {
		"nodefaults", "no-user-config", "no-reboot", "S", "snapshot",
		"enable-kvm", "nographic", "daemonize", "no-shutdown",
	};
	const char *option;
	unsigned int i;
	size_t n;

	for (i = 0; i < count; i++) {
		if (*words[i] != '-')
			continue;
		option = words[i] + 1 + (words[i][1] == '-');
		if (!strcmp(option, "nodefaults"))
			vm->nodefaults = true;
		for (n = 0; n < ARRAY_SIZE(alone); n++)
			if (!strcmp(option, alone[n]))
				break;
		if (n == ARRAY_SIZE(alone) && i + 1 < count)
			take_option(vm, option, words[++i]);
	}
}

/*
 * As a shell takes a line apart. What /proc/PID/cmdline has between words is 0,
 * which counts as a blank.
 */
static unsigned int split(char *data, size_t size, char **words,
			  const char *name)
{
	const char *end = data + size;
	unsigned int count = 0;
	char *from = data, *to;
	char quote;

	for (;;) {
		while (from < end && (!*from || strchr(" \t\r\n", *from) ||
				      (*from == '\\' && from + 1 < end && from[1] == '\n')))
			from += *from == '\\' ? 2 : 1;
		if (from == end)
			return count;
		if (*from == '#') {
			while (from < end && *from != '\n')
				from++;
			continue;
		}
		if (count == WORDS_MAX)
			die("%s: more than %d words in a command line", name,
			    WORDS_MAX);
		words[count++] = to = from;
		for (quote = 0; from < end && *from; from++) {
			if (*from == quote) {
				quote = 0;
			} else if (!quote && strchr("'\"", *from)) {
				quote = *from;
			} else if (!quote && strchr(" \t\r\n", *from)) {
				break;
			} else {
				if (*from == '\\' && quote != '\'' && from + 1 < end)
					from++;
				if (*from != '\n')
					*to++ = *from;
			}
		}
		if (quote)
			die("%s: a quote (%c) has no end", name, quote);
		if (from < end)
			from++;
		*to = 0;
	}
}

static void read_command(struct vm *vm, char *data, size_t size,
			 const char *name)
{
	static char *words[WORDS_MAX + 1];
	unsigned int count = split(data, size, words, name), i;
	const char *base;

	for (i = 0; i < count; i++) {
		base = strrchr(words[i], '/');
		base = base ? base + 1 : words[i];
		if (!strchr(words[i], '=') &&
		    (strstr(base, "qemu") == base || !strcmp(base, "kvm")))
			break;
	}
	if (i == count)
		die("%s is neither Proxmox' file nor a QEMU command line: no program named qemu... in it",
		    name);
	snprintf(vm->qemu, sizeof(vm->qemu), "%s", words[i]);
	take_words(vm, words + i + 1, count - i - 1);
}

/* Proxmox: 'hostpci0: 0000:00:02.0,legacy-igd=1' */
static void take_hostpci(struct vm *vm, const char *key, const char *value)
{
	struct vm_device *device = add_device(vm, "vfio-pci");
	size_t length = strcspn(value, ",");

	/* The first word may go without its name */
	if (!memchr(value, '=', length))
		add_property(device, "host", text("%.*s", (int)length, value));
	else
		length = 0;
	if (value[length])
		snprintf(device->properties + strlen(device->properties),
			 sizeof(device->properties) - strlen(device->properties),
			 "%s,", value + length + (value[length] == ','));
	add_property(device, "id", key);
	/* Its own word for what QEMU says otherwise */
	if (vm_is_on(vm_property(device, "legacy-igd")))
		add_property(device, "addr", "02.0");
}

/* 'type=none,memory=16' and 'none,memory=16' are the same */
static void take_first(char *to, size_t size, const char *name, const char *value)
{
	if (!strncmp(value, name, strlen(name)))
		value += strlen(name);
	snprintf(to, size, "%.*s", (int)strcspn(value, ","), value);
}

static void take_setting(struct vm *vm, const char *key, const char *value)
{
	if (!strcmp(key, "machine"))
		take_machine(vm, value);
	else if (!strcmp(key, "memory"))
		vm->memory = to_memory(value);
	else if (!strcmp(key, "cpu"))
		snprintf(vm->cpu, sizeof(vm->cpu), "%s",
			 value + (strncmp(value, "cputype=", 8) ? 0 : 8));
	else if (!strcmp(key, "bios"))
		vm->uefi = !strcmp(value, "ovmf");
	else if (!strcmp(key, "vga"))
		take_first(vm->vga, sizeof(vm->vga), "type=", value);
	else if (!strncmp(key, "hostpci", 7))
		take_hostpci(vm, key, value);
}

static void read_proxmox(struct vm *vm, char *data, const char *name)
{
	static char *words[WORDS_MAX + 1];
	char *line, *colon, *args = NULL;
	unsigned int number = 0;

	vm->is_proxmox = true;
	vm->nodefaults = true;
	strcpy(vm->qemu, "kvm");
	vm->memory = 512 * MIB;
	strcpy(vm->vga, "std");
	strcpy(vm->cpu, "x86-64-v2-AES");
	for (line = strsep(&data, "\n"); line; line = strsep(&data, "\n")) {
		number++;
		/* Snapshots of it follow */
		if (*line == '[')
			break;
		if (!line[strspn(line, " ")] || *line == '#')
			continue;
		if (strchr(line, '\t'))
			die("%s, line %u: has a tab, where Proxmox has 'NAME: VALUE' with a blank alone",
			    name, number);
		colon = strstr(line, ": ");
		if (!colon)
			die("%s, line %u: is not 'NAME: VALUE', as Proxmox has it",
			    name, number);
		*colon = 0;
		if (!strcmp(line, "args"))
			args = colon + 2;
		else
			take_setting(vm, line, colon + 2);
	}
	/* Behind all that Proxmox itself says, so that it wins */
	if (args)
		take_words(vm, words, split(args, strlen(args), words, name));
}

/* The first line that is no comment is 'NAME: VALUE', or NAME:<tab> */
static bool is_proxmox(const char *data)
{
	size_t length;

	while (*data == '#' || *data == '\n')
		data += strcspn(data, "\n") + !!data[strcspn(data, "\n")];
	length = strspn(data, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return length && data[length] == ':';
}

static void read_domain(struct vm *vm, const char *name)
{
	const char *const argv[] = {
		"virsh", "-c", "qemu:///system", "domxml-to-native", "qemu-argv",
		"--domain", name, NULL,
	};
	int status;
	char *said;

	said = output_of(argv, &status);
	if (status == 127)
		die("there is no file %s, and no virsh to ask for a domain of that name: apt install libvirt-clients",
		    name);
	if (status)
		die("there is no file %s, and libvirt says of a domain: %.*s",
		    name, (int)strcspn(said, "\n"), said);
	read_command(vm, said, strlen(said), name);
	free(said);
}

/**
 * vm_read() - read what a VM is, or die
 * @name: file with a QEMU command line, Proxmox' file, or libvirt's domain
 *
 * The name is the user's, not one below the root.
 */
struct vm *vm_read(const char *name)
{
	struct vm *vm = allocate(sizeof(*vm));
	const char *real = root;
	size_t size;
	char *data;
	int error;

	vm->memory = 128 * MIB;
	root = "";
	data = content_of(&size, "%s", name);
	error = errno;
	root = real;
	if (!data && (error != ENOENT || strchr(name, '/')))
		die("%s cannot be read: %s", name, strerror(error));
	if (!data)
		read_domain(vm, name);
	else if (is_proxmox(data))
		read_proxmox(vm, data, name);
	else
		read_command(vm, data, size, name);
	free(data);
	return vm;
}
