// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module, for this kernel and the next, its signature, and its ROM
 */
#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "igdctl.h"

#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Where a kernel has the module, and who signed it; NULL: nowhere */
static const char *module_of(const char *kernel, const char **signer)
{
	const char *none = NULL, *path = NULL;
	struct kmod_ctx *kmod = kmod_new(at("/lib/modules/%s", kernel), &none);
	struct kmod_list *list = NULL, *info = NULL, *item;
	struct kmod_module *module;

	*signer = NULL;
	if (!kmod)
		die("libkmod does not start");
	if (kmod_module_new_from_lookup(kmod, "vfio_pci_igd", &list) >= 0 && list) {
		module = kmod_module_get_module(list);
		path = kmod_module_get_path(module);
		if (path)
			path = text("%s", path + strlen(root));
		if (path && kmod_module_get_info(module, &info) >= 0) {
			kmod_list_foreach(item, info)
				if (!strcmp(kmod_module_info_get_key(item), "signer"))
					*signer = text("%s", kmod_module_info_get_value(item));
			kmod_module_info_free_list(info);
		}
		kmod_module_unref(module);
		kmod_module_unref_list(list);
	}
	kmod_unref(kmod);
	return path;
}

/* What to do where a kernel has no module */
static void build_it(const char *kernel, struct finding *finding)
{
	const char *build = text("dkms autoinstall -k %s", kernel);

	if (!there("/lib/modules/%s/build/Makefile", kernel))
		command(finding, text("apt install linux-headers-%s && %s", kernel,
				      build), "");
	else if (there("/var/lib/dkms/vfio-pci-igd"))
		command(finding, build, ", and read what it says");
	else
		snprintf(finding->todo, sizeof(finding->todo),
			 "install vfio-pci-igd-dkms, or make dkms-install");
}

static void look_module(const struct host *host, struct finding *finding)
{
	const char *signer, *path = module_of(host->kernel, &signer);

	if (path)
		ok(finding, "%s", path);
	else if (there("/sys/module/vfio_pci_igd"))
		ok(finding, "loaded, though not installed for %s", host->kernel);
	else
		answer(finding, STATE_FAILURE, "",
		       "the running kernel, %s, has no module vfio-pci-igd",
		       host->kernel);
	if (finding->state == STATE_FAILURE)
		build_it(host->kernel, finding);
}

/* The newest kernel in /boot is the one that boots next */
static void look_next_kernel(const struct host *host, struct finding *finding)
{
	char **files = names_in("/boot"), **file;
	const char *next = NULL, *signer, *path;

	for (file = files; file && *file; file++)
		if (!strncmp(*file, "vmlinuz-", 8))
			next = text("%s", *file + 8);
	free_names(files);
	if (!next || !strcmp(next, host->kernel))
		return;
	path = module_of(next, &signer);
	if (path) {
		ok(finding, "%s", path);
		return;
	}
	answer(finding, STATE_WARNING, "",
	       "the newest kernel, %s, has no module vfio-pci-igd", next);
	build_it(next, finding);
}

static bool is_enforced(const char **why)
{
	const char *line = line_of("/sys/kernel/security/lockdown");
	size_t size;
	char *secure;
	bool is;

	*why = "the kernel is locked down";
	if (line && !strstr(line, "[none]"))
		return true;
	*why = "module.sig_enforce is set";
	line = line_of("/sys/module/module/parameters/sig_enforce");
	if (line && *line == 'Y')
		return true;
	*why = "Secure Boot is on";
	secure = content_of(&size, SECURE_BOOT);
	is = secure && size == 5 && secure[4] == 1;
	free(secure);
	return is;
}

static void look_signature(const struct host *host, struct finding *finding)
{
	const char *signer, *why;

	if (!module_of(host->kernel, &signer))
		return;
	if (!is_enforced(&why))
		ok(finding, "no signature is asked for");
	else if (signer)
		ok(finding, "%s, and the module is signed by '%s'", why, signer);
	else
		answer(finding, STATE_FAILURE,
		       "mokutil --import /var/lib/dkms/mok.pub, reboot, enroll (" DOC "secure-boot.md); then dkms install --force",
		       "%s, and the module is not signed", why);
}

static void look_rom(const struct host *host, struct finding *finding)
{
	const char *names[] = {
		text(IGD_ROMS "/8086-%04x.rom", host->device),
		IGD_ROMS "/igd.rom",
	};
	const char *fault;
	size_t i;

	if (!host_is_igd(host))
		return;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!there("%s", names[i]))
			continue;
		if (access(at("%s", names[i]), R_OK)) {
			needs_root(finding, names[i]);
			return;
		}
		fault = rom_fault(at("%s", names[i]), host->device);
		if (fault)
			answer(finding, STATE_FAILURE,
			       text("make it anew: igdctl rom pack -o %s ...", names[i]),
			       "%s: %s", names[i], fault);
		else
			ok(finding, "%s", names[i]);
		return;
	}
	answer(finding, STATE_FAILURE,
	       "install the package, or make -C firmware install",
	       "there is no ROM for guests, neither %s nor %s",
	       names[0], names[1]);
}

const struct check module_checks[] = {
	{ "module", look_module },
	{ "next-kernel", look_next_kernel },
	{ "signature", look_signature },
	{ "rom", look_rom },
	{ }
};
