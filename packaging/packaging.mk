# SPDX-License-Identifier: GPL-2.0-only
#
# Installing and packaging. The top Makefile includes this file; recipes of
# packages call it alone: make -f packaging/packaging.mk install-files ...
#
#	dkms-install	the module, for the kernels of today and those to come
#	dkms-remove	undoes it
#	install-files	what the two above handle, below $(DESTDIR)
#	deb		vfio-pci-igd-dkms, a Debian package, in $(PACKAGES)
#	check-packaging	all recipes are sound and agree on the version
#	check-install	the package on a full Debian, over reboot and kernel upgrade

IGD_TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
IGD_VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' \
	$(IGD_TOP)/dkms.conf)
IGD_MODULE := vfio-pci-igd/$(IGD_VERSION)

DESTDIR ?=
DOCDIR ?= /usr/share/doc/vfio-pci-igd
PACKAGES ?= $(IGD_TOP)/packaging/out

# The guest's option ROM is made in firmware/, and installed if it is there.
ROM ?= $(wildcard $(IGD_TOP)/firmware/igd.rom)

# Kernels to build for: the running one, whose headers DKMS misses aloud, and
# all that have theirs.
KERNELS ?= $(sort $(shell uname -r) \
	$(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/*/build)))

igd-glob = $(patsubst $(IGD_TOP)/%,%,$(wildcard $(addprefix $(IGD_TOP)/,$(1))))

IGD_SOURCE := $(call igd-glob,dkms.conf Kbuild COPYING driver/*.[ch] uapi/*.h)
IGD_PACKAGED := $(call igd-glob,firmware/Makefile firmware/*.[chS] \
	firmware/linux Documentation/*.md Documentation/ABI packaging/*.mk \
	packaging/*.rules packaging/*.conf packaging/*.4 packaging/debian)
IGD_SOURCE_DIR := /usr/src/vfio-pci-igd-$(IGD_VERSION)
IGD_ROM_DIR := /usr/lib/firmware/vfio-pci-igd

# Each as FILE:FOLDER
IGD_FILES = \
	$(foreach file,$(IGD_SOURCE),\
		$(file):$(patsubst %/,%,$(IGD_SOURCE_DIR)/$(dir $(file)))) \
	packaging/60-vfio-pci-igd.rules:/usr/lib/udev/rules.d \
	packaging/vfio-pci-igd.4:/usr/share/man/man4 \
	packaging/modprobe-vfio-pci-igd.conf:$(DOCDIR)/examples \
	uapi/vfio_pci_igd.h:/usr/include \
	$(addsuffix :$(DOCDIR),$(call igd-glob,Documentation/*.md)) \
	$(addsuffix :$(DOCDIR),$(call igd-glob,Documentation/ABI/testing/*)) \
	$(addsuffix :$(IGD_ROM_DIR),$(ROM))

install-files:
	cd $(IGD_TOP) && for file in $(IGD_FILES); do \
		install -D -m 644 -t "$(DESTDIR)$${file#*:}" "$${file%%:*}" || exit; \
	done

# DKMS takes what it has built for the same version as good: it must forget it.
# 77 is its status for a kernel that dkms.conf excludes.
dkms-install: dkms-remove install-files
	dkms add $(IGD_MODULE)
	for kernel in $(KERNELS); do \
		dkms install $(IGD_MODULE) -k "$$kernel" || [ $$? = 77 ] || exit; \
	done
	@$(if $(ROM),,echo "No option ROM was installed, so guests need a romfile." \
		"'make -C firmware' makes it (with clang and lld);" \
		"then run this again.")

dkms-remove:
	if dkms status $(IGD_MODULE) | grep -q .; then \
		dkms remove $(IGD_MODULE) --all; \
	fi
	for file in $(IGD_FILES); do \
		rm -f "$${file#*:}/$$(basename "$${file%%:*}")" || exit; \
	done
	rm -rf $(IGD_SOURCE_DIR) $(IGD_ROM_DIR)/igd.rom
	for dir in $(DOCDIR)/examples $(DOCDIR) $(IGD_ROM_DIR); do \
		[ ! -d "$$dir" ] || rmdir --ignore-fail-on-non-empty "$$dir"; \
	done

.PHONY: install-files dkms-install dkms-remove

# debian/ has to be at the top, and what is built must not land in the source.
deb: export SOURCE_DATE_EPOCH ?= $(shell git -C $(IGD_TOP) log -1 --format=%ct)
deb:
	rm -rf $(PACKAGES)/deb
	mkdir -p $(PACKAGES)/deb/build
	cd $(IGD_TOP) && cp -r --parents -t $(PACKAGES)/deb/build \
		$(IGD_SOURCE) $(IGD_PACKAGED)
	mv $(PACKAGES)/deb/build/packaging/debian $(PACKAGES)/deb/build/debian
	cd $(PACKAGES)/deb/build && dpkg-buildpackage -us -uc
	@ls $(PACKAGES)/deb/*.deb
.PHONY: deb
