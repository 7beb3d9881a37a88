# SPDX-License-Identifier: GPL-2.0-only
#
# vfio-pci-igd. 'make' builds the module, 'make help' says what else there is.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr

module:
	@[ -e $(KDIR)/Makefile ] || { echo "make: no kernel headers in $(KDIR):" \
		"install them (Debian: linux-headers-$$(uname -r)), or name" \
		"others: make KDIR=/lib/modules/VERSION/build;" \
		"'make help' says what needs none" >&2; false; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

help:
	@echo 'On any Debian 12 or 13, as root; what is missing is installed:'
	@echo '  make demo             what a guest gets from stock vfio-pci and from this driver'
	@echo '  make check            all tests but the long ones (ends with N passed, N failed)'
	@echo '  make check-all        more machines, and platforms x kernels x QEMUs as a table'
	@echo '  make check-debug      tests under a kernel that checks itself, which is built for them'
	@echo '  make bench            what the driver costs beside stock vfio-pci; Documentation/performance.md'
	@echo '  make fuzz             ten million operations at random, and hostile firmware (an hour)'
	@echo '  make check-install    the package, over reboot and kernel upgrade'
	@echo '  make unit, make lint  arithmetic alone; checkpatch, sparse and W=1'
	@echo 'With headers of the kernel to build for:'
	@echo '  make [KDIR=/lib/modules/VERSION/build]    the module, vfio-pci-igd.ko'
	@echo '  make dkms-install     the module, for each kernel to come; make dkms-remove'
	@echo '  make deb              the Debian package vfio-pci-igd-dkms'
	@echo '  make install-headers  [DESTDIR=] [PREFIX=/usr]'
	@echo '  make clean            what the above left in this folder; the cache stays'

demo:
	@selftests/demo

check:
	@selftests/check

unit:
	@selftests/check unit

lint:
	@selftests/check lint

bench:
	@selftests/bench/run

fuzz:
	@selftests/check fuzz-10000000 firmware-2000 bars

check-debug:
	@selftests/check debug-uhd770 debug-hsw
	@selftests/check coverage

check-all:
	@selftests/check guest-uhd770-seabios guest-uhd770-gop-i440fx \
		display-uhd770 display-hsw browser \
		lives-hsw lives-uhd630 lives-uhd770 igdctl-uhd770 igdctl-uhd630 \
		driver-uhd630 driver-hsw driver-chv driver-mtl
	@selftests/matrix/run

install-headers:
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include uapi/vfio_pci_igd.h

clean:
	$(RM) -r packaging/out .tmp_versions
	$(RM) *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order
	$(RM) driver/*.o driver/.*.cmd

include packaging/packaging.mk

.PHONY: help module demo check unit lint bench fuzz check-debug check-all install-headers clean
