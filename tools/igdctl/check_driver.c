// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which driver has the device, which will get it at boot, and who holds it
 */
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>

#include "igdctl.h"

#define DRIVER			"vfio-pci-igd"
#define OVERRIDE		"driverctl set-override " IGD_SLOT " " DRIVER

static bool is_hosts(const char *driver)
{
	return !strcmp(driver, "i915") || !strcmp(driver, "xe");
}

static void look_driver(const struct host *host, struct finding *finding)
{
	if (!host_is_igd(host))
		return;
	if (!strcmp(host->driver, DRIVER)) {
		ok(finding, DRIVER " has 00:02.0");
		return;
	}
	if (!strcmp(host->driver, "vfio-pci")) {
		answer(finding, STATE_FAILURE, "",
		       "stock vfio-pci has 00:02.0: a guest reads the host's addresses");
		command(finding, OVERRIDE, "");
		return;
	}
	answer(finding, STATE_WARNING, "", "%s has 00:02.0",
	       *host->driver ? host->driver : "no driver");
	command(finding, OVERRIDE, ", or let libvirt do it (managed='yes')");
}

/* modprobe's configuration, by libkmod */
static struct kmod_ctx *kmod_of(const char *kernel)
{
	const char *config[4] = { at("/etc/modprobe.d"), at("/run/modprobe.d"),
				  at("/lib/modprobe.d") };

	return kmod_new(at("/lib/modules/%s", kernel), config);
}

static bool same_module(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return false;
	return *a == *b;
}

/* What modprobe.d has for a module, by a word in it; NULL: nothing */
static const char *config_of(struct kmod_config_iter *iter, const char *module,
			     const char *word)
{
	const char *found = NULL;

	while (iter && !found && kmod_config_iter_next(iter)) {
		if (!same_module(kmod_config_iter_get_key(iter), module))
			continue;
		if (strstr(kmod_config_iter_get_value(iter), word))
			found = text("%s", kmod_config_iter_get_value(iter));
	}
	kmod_config_iter_free_iter(iter);
	return found;
}

static const char *option_of(struct kmod_ctx *kmod, const char *module,
			     const char *word)
{
	return config_of(kmod_config_get_options(kmod), module, word);
}

static bool waits(struct kmod_ctx *kmod, const char *module)
{
	return config_of(kmod_config_get_softdeps(kmod), module,
			 "vfio_pci_igd") ||
	       config_of(kmod_config_get_softdeps(kmod), module, DRIVER);
}

/* The first module that the kernel's own alias finds */
static const char *by_alias(struct kmod_ctx *kmod)
{
	const char *alias = line_of(IGD_SYSFS "/modalias");
	struct kmod_list *list = NULL;
	struct kmod_module *module;
	const char *name = NULL;

	if (!alias || kmod_module_new_from_lookup(kmod, alias, &list) < 0 || !list)
		return NULL;
	module = kmod_module_get_module(list);
	name = text("%s", kmod_module_get_name(module));
	kmod_module_unref(module);
	kmod_module_unref_list(list);
	return name;
}

static void boot_by_override(const char *driver, struct finding *finding)
{
	if (strcmp(driver, DRIVER)) {
		answer(finding, STATE_WARNING, "",
		       "driverctl gives 00:02.0 to %s at boot", driver);
		command(finding, OVERRIDE, "");
	} else if (there("/usr/lib/udev/rules.d/60-vfio-pci-igd.rules") ||
		   there("/lib/udev/rules.d/60-vfio-pci-igd.rules") ||
		   there("/etc/udev/rules.d/60-vfio-pci-igd.rules")) {
		ok(finding, "driverctl gives 00:02.0 to " DRIVER " at boot, before others");
	} else {
		answer(finding, STATE_WARNING,
		       "install packaging/60-vfio-pci-igd.rules to /etc/udev/rules.d",
		       "driverctl gives 00:02.0 to " DRIVER " at boot, but without the udev rule another driver has it before");
	}
}

static void boot_by_modprobe(const struct host *host, struct kmod_ctx *kmod,
			     struct finding *finding)
{
	const char *id = text("%04x:%04x", host->vendor, host->device);
	const char *other = by_alias(kmod);

	if (option_of(kmod, "vfio_pci", id))
		answer(finding, STATE_WARNING,
		       "take the ID off there, update-initramfs -u",
		       "modprobe.d gives %s to stock vfio-pci (ids=)", id);
	else if (option_of(kmod, "vfio_pci_igd", id) &&
		 (!other || waits(kmod, other)))
		ok(finding, "modprobe.d gives %s to " DRIVER " (ids=), and %s waits",
		   id, other ? other : "no other");
	else if (option_of(kmod, "vfio_pci_igd", id))
		answer(finding, STATE_WARNING,
		       text("add 'softdep %s pre: vfio_pci_igd' in /etc/modprobe.d", other),
		       "modprobe.d gives %s to " DRIVER " (ids=), but %s does not wait for it",
		       id, other);
	else
		answer(finding, STATE_WARNING, "", "%s gets 00:02.0 at boot",
		       other ? other : "nobody");
	if (finding->state == STATE_WARNING && !*finding->todo)
		command(finding, OVERRIDE,
			", unless libvirt is to do it for each guest (managed='yes')");
}

static void look_boot(const struct host *host, struct finding *finding)
{
	const char *override = line_of("/etc/driverctl.d/pci-" IGD_SLOT);
	struct kmod_ctx *kmod;

	if (!host_is_igd(host))
		return;
	if (override && *override) {
		boot_by_override(override, finding);
		return;
	}
	kmod = kmod_of(host->kernel);
	if (!kmod)
		die("libkmod does not start");
	boot_by_modprobe(host, kmod, finding);
	kmod_unref(kmod);
}

static const char *initramfs_of(const char *kernel)
{
	const char *const names[] = {
		text("/boot/initrd.img-%s", kernel),
		text("/boot/initramfs-%s.img", kernel),
		text("/boot/initrd-%s", kernel),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (there("%s", names[i]))
			return at("%s", names[i]);
	return NULL;
}

static char *list_initramfs(const char *file)
{
	const char *const debian[] = { "lsinitramfs", file, NULL };
	const char *const dracut[] = { "lsinitrd", file, NULL };
	int status;
	char *list = output_of(debian, &status);

	if (status == 127) {
		free(list);
		list = output_of(dracut, &status);
	}
	if (!status)
		return list;
	free(list);
	return NULL;
}

static void look_initramfs(const struct host *host, struct finding *finding)
{
	const char *file = initramfs_of(host->kernel);
	const char *first = NULL;
	char *list;
	bool ours;

	if (!host_is_igd(host) || !file)
		return;
	list = list_initramfs(file);
	if (!list) {
		answer(finding, STATE_UNSEEN,
		       "run as root, where lsinitramfs or lsinitrd is",
		       "what is in %s", file + strlen(root));
		return;
	}
	if (strstr(list, "/i915.ko"))
		first = "i915";
	else if (strstr(list, "/xe.ko"))
		first = "xe";
	ours = strstr(list, "/vfio-pci-igd.ko");
	free(list);
	if (!first)
		ok(finding, "no driver for Intel graphics is in %s",
		   file + strlen(root));
	else if (ours)
		ok(finding, "%s and " DRIVER " are in %s", first,
		   file + strlen(root));
	else
		answer(finding, STATE_WARNING,
		       "ids= and softdep in /etc/modprobe.d (" DOC "binding.md), then update-initramfs -u",
		       "%s is in %s, " DRIVER " is not: there it binds first",
		       first, file + strlen(root));
}

static void look_framebuffer(const struct host *host, struct finding *finding)
{
	static const char *const names[] = {
		"BOOTFB", "efifb", "vesafb", "simplefb", "simple-framebuffer",
		"simpledrm",
	};
	size_t i;

	if (!host_is_igd(host))
		return;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!iomem_has(NULL, names[i]))
			continue;
		if (!strncmp(host->driver, "vfio-pci", 8))
			answer(finding, STATE_FAILURE,
			       "add initcall_blacklist=sysfb_init to the kernel's command line",
			       "the boot framebuffer (%s) still has the device's memory",
			       names[i]);
		else
			ok(finding, "the boot framebuffer (%s) goes when the device is bound",
			   names[i]);
		return;
	}
	ok(finding, "no boot framebuffer holds the device");
}

static void look_clients(const struct host *host, struct finding *finding)
{
	char **nodes, **node;
	const char *user;

	if (!host_is_igd(host) || !is_hosts(host->driver))
		return;
	nodes = names_in(IGD_SYSFS "/drm");
	for (node = nodes; node && *node; node++) {
		user = host_user(text("/dev/dri/%s", *node));
		if (!user)
			continue;
		answer(finding, STATE_WARNING,
		       "end it before a guest starts (systemctl isolate multi-user)",
		       "%s has /dev/dri/%s open: %s cannot let go",
		       user, *node, host->driver);
		break;
	}
	free_names(nodes);
	if (finding->state == STATE_NONE)
		ok(finding, "nobody that this user can see uses the device");
}

static void look_audio(const struct host *host, struct finding *finding)
{
	const char *driver;

	if (!host_is_igd(host) || !*host->audio)
		return;
	driver = link_of("/sys/bus/pci/devices/%s/driver", host->audio);
	if (driver && !strncmp(driver, "snd_", 4) && is_hosts(host->driver))
		answer(finding, STATE_WARNING,
		       "if unbinding hangs: echo 'blacklist snd_hda_intel' >/etc/modprobe.d/no-hda.conf",
		       "%s at %s uses the display's power while %s has it",
		       driver, host->audio + 5, host->driver);
	else
		ok(finding, "audio at %s: %s", host->audio + 5,
		   driver ? driver : "no driver");
}

static void look_disable_vga(const struct host *host, struct finding *finding)
{
	static const char *const modules[] = { "vfio_pci_igd", "vfio_pci" };
	const char *value;
	size_t i;

	if (!host_is_igd(host))
		return;
	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		value = line_of("/sys/module/%s/parameters/disable_vga", modules[i]);
		if (!value || *value != 'Y')
			continue;
		answer(finding, STATE_WARNING,
		       "take disable_vga off in /etc/modprobe.d, and load the module again",
		       "%s has disable_vga=1: SeaBIOS cannot use the device's VGA",
		       modules[i]);
		return;
	}
}

const struct check driver_checks[] = {
	{ "driver", look_driver },
	{ "boot", look_boot },
	{ "initramfs", look_initramfs },
	{ "framebuffer", look_framebuffer },
	{ "clients", look_clients },
	{ "audio", look_audio },
	{ "disable-vga", look_disable_vga },
	{ }
};
