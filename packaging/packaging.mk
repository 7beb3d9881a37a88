# SPDX-License-Identifier: GPL-2.0-only
#
# Installing and packaging. The top Makefile includes this file; recipes of
# packages call it alone: make -f packaging/packaging.mk install-files ...
#
#	dkms-install	the module, for the kernels of today and those to come
#	dkms-remove	undoes it
#	install-files	what the two above handle, below $(DESTDIR)
#	dist		the source as an archive, in $(PACKAGES)
#	deb, rpm, arch	packages, each in a folder of $(PACKAGES)
#	check-packaging	recipes are sound, agree on the version, and build
#	check-install	the package on a full Debian, over reboot and kernel upgrade

IGD_TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
IGD_VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' \
	$(IGD_TOP)/dkms.conf)
IGD_MODULE := vfio-pci-igd/$(IGD_VERSION)

DESTDIR ?=
DOCDIR ?= /usr/share/doc/vfio-pci-igd
PACKAGES ?= $(IGD_TOP)/packaging/out

# Kernels to build for: the running one, whose headers DKMS misses aloud, and
# all that have theirs.
KERNELS ?= $(sort $(shell uname -r) \
	$(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/*/build)))

igd-glob = $(patsubst $(IGD_TOP)/%,%,$(wildcard $(addprefix $(IGD_TOP)/,$(1))))

IGD_SOURCE := $(call igd-glob,dkms.conf Kbuild COPYING driver/*.[ch] uapi/*.h)
IGD_SOURCE_DIR := /usr/src/vfio-pci-igd-$(IGD_VERSION)

# Each as FILE:FOLDER
IGD_FILES = \
	$(foreach file,$(IGD_SOURCE),\
		$(file):$(patsubst %/,%,$(IGD_SOURCE_DIR)/$(dir $(file)))) \
	packaging/60-vfio-pci-igd.rules:/usr/lib/udev/rules.d \
	packaging/igdctl.1:/usr/share/man/man1 \
	packaging/igdrom.1:/usr/share/man/man1 \
	packaging/vfio-pci-igd.4:/usr/share/man/man4 \
	packaging/modprobe-vfio-pci-igd.conf:$(DOCDIR)/examples \
	uapi/vfio_pci_igd.h:/usr/include \
	$(addsuffix :$(DOCDIR),$(call igd-glob,Documentation/*.md)) \
	$(addsuffix :$(DOCDIR)/ABI/testing,\
		$(call igd-glob,Documentation/ABI/testing/*))

# Under another name than its own
IGD_COMPLETION := /usr/share/bash-completion/completions/igdctl

# What firmware/Makefile installs
IGD_ROM_DIR := /usr/lib/firmware/vfio-pci-igd
IGD_BUILT := $(IGD_ROM_DIR)/igd.rom /usr/bin/igdctl /usr/bin/igdrom

install-files:
	cd $(IGD_TOP) && for file in $(IGD_FILES); do \
		install -D -m 644 -t "$(DESTDIR)$${file#*:}" "$${file%%:*}" || exit; \
	done
	install -D -m 644 $(IGD_TOP)/packaging/igdctl.bash \
		$(DESTDIR)$(IGD_COMPLETION)

install-rom:
	$(MAKE) -C $(IGD_TOP)/firmware install FIRMWAREDIR=$(IGD_ROM_DIR)

# DKMS takes what it has built for the same version as good: it must forget it.
# 77 is its status for a kernel that dkms.conf excludes.
dkms-install: dkms-remove install-files
	dkms add $(IGD_MODULE)
	for kernel in $(KERNELS); do \
		dkms install $(IGD_MODULE) -k "$$kernel" || [ $$? = 77 ] || exit; \
	done
	@command -v clang >/dev/null && command -v ld.lld >/dev/null && \
	$(MAKE) -f $(IGD_TOP)/packaging/packaging.mk install-rom || \
	echo "No option ROM was installed, so guests need a romfile." \
		"It takes clang, lld, and the headers of libpci, libkmod and json-c:" \
		"install them and run this again."

dkms-remove:
	if dkms status $(IGD_MODULE) | grep -q .; then \
		dkms remove $(IGD_MODULE) --all; \
	fi
	for file in $(IGD_FILES); do \
		rm -f "$${file#*:}/$$(basename "$${file%%:*}")" || exit; \
	done
	rm -rf $(IGD_SOURCE_DIR) $(IGD_BUILT) $(IGD_COMPLETION)
	for dir in $(DOCDIR)/examples $(DOCDIR)/ABI/testing $(DOCDIR)/ABI \
		$(DOCDIR) $(IGD_ROM_DIR); do \
		[ ! -d "$$dir" ] || rmdir --ignore-fail-on-non-empty "$$dir"; \
	done

# Packages are built from an archive that has what they install, no tests
IGD_DIST := vfio-pci-igd-$(IGD_VERSION)
IGD_DIST_FILES := $(IGD_SOURCE) $(call igd-glob,firmware/Makefile \
	firmware/*.[chS] firmware/linux/*.h tools/igdctl/Makefile \
	tools/igdctl/*.[ch] tools/igdctl/rom/*.[ch] tools/kernel/*.c \
	tools/kernel/linux/*.h \
	Documentation/*.md \
	Documentation/ABI/testing/* packaging/*.mk packaging/*.rules \
	packaging/*.conf packaging/*.bash packaging/*.[14] packaging/debian)

# The same bytes for the same commit; without git, for the same files
dist deb rpm arch: export SOURCE_DATE_EPOCH ?= $(or \
	$(shell git -C $(IGD_TOP) log -1 --format=%ct 2>/dev/null),\
	$(shell date -r $(IGD_TOP)/dkms.conf +%s))

dist:
	mkdir -p $(PACKAGES)
	tar -C $(IGD_TOP) --sort=name --mtime="@$$SOURCE_DATE_EPOCH" \
		--owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--transform='s,^,$(IGD_DIST)/,' -cJf $(PACKAGES)/$(IGD_DIST).tar.xz \
		$(IGD_DIST_FILES)

igd-fresh-dir = rm -rf $(PACKAGES)/$@ && mkdir -p $(PACKAGES)/$@

# dpkg-buildpackage wants debian/ at the top
deb: dist
	$(igd-fresh-dir)
	tar -C $(PACKAGES)/deb -xf $(PACKAGES)/$(IGD_DIST).tar.xz
	cd $(PACKAGES)/deb/$(IGD_DIST) && mv packaging/debian . && \
		dpkg-buildpackage -us -uc
	@ls $(PACKAGES)/deb/*.deb

rpm: dist
	$(igd-fresh-dir)
	rpmbuild -ba $(RPMBUILD_FLAGS) --define '_topdir $(PACKAGES)/rpm' \
		--define '_sourcedir $(PACKAGES)' \
		$(IGD_TOP)/packaging/fedora/vfio-pci-igd-dkms.spec
	@ls $(PACKAGES)/rpm/RPMS/*/*.rpm

arch: dist
	$(igd-fresh-dir)
	cp $(PACKAGES)/$(IGD_DIST).tar.xz $(IGD_TOP)/packaging/arch/PKGBUILD \
		$(PACKAGES)/arch
	cd $(PACKAGES)/arch && makepkg $(MAKEPKG_FLAGS)

check-packaging:
	@$(IGD_TOP)/selftests/install/workshop /src/packaging/check

check-install:
	@$(IGD_TOP)/selftests/install/check

.PHONY: install-files install-rom dkms-install dkms-remove dist deb rpm arch \
	check-packaging check-install
