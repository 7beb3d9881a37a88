# SPDX-License-Identifier: GPL-2.0-only

EAPI=8

inherit linux-mod-r1 toolchain-funcs udev

DESCRIPTION="Gives the graphics device in an Intel CPU to a virtual machine"
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"
SRC_URI="${P}.tar.xz"

LICENSE="GPL-2"
SLOT="0"
KEYWORDS="~amd64"
RESTRICT="fetch"

RDEPEND="
	dev-libs/json-c
	sys-apps/kmod
	sys-apps/pciutils
"
DEPEND="${RDEPEND}"
BDEPEND="
	llvm-core/clang
	llvm-core/lld
	virtual/pkgconfig
"

CONFIG_CHECK="VFIO_PCI_CORE INTEL_IOMMU"
# vfio_alloc_device() and with it variant drivers as this one is
MODULES_KERNEL_MIN=6.1

pkg_nofetch() {
	einfo "Run 'make dist' in the source of vfio-pci-igd, and move"
	einfo "packaging/out/${A} to your distfiles directory."
}

src_compile() {
	emake -C firmware CC="$(tc-getCC)"
	emake -C "${KV_OUT_DIR}" M="${S}" "${MODULES_MAKEARGS[@]}" modules
}

src_install() {
	linux_moduleinto extra
	linux_domodule vfio-pci-igd.ko
	modules_post_process

	# No source for DKMS: Portage builds the module
	emake -f packaging/packaging.mk install-files install-rom \
		IGD_SOURCE= DESTDIR="${ED}" DOCDIR="/usr/share/doc/${PF}"
}

pkg_postinst() {
	linux-mod-r1_pkg_postinst
	udev_reload
}

pkg_postrm() {
	udev_reload
}
