// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-igd: what each platform has
 *
 * A platform is a row and its device IDs. Nothing else in the driver asks for a
 * platform or a generation by name.
 *
 * Sources. Device IDs: the kernel's include/drm/intel/pciids.h (7.3). Encodings
 * of GGC: arch/x86/kernel/early-quirks.c, i915's gt/intel_ggtt.c, and from
 * Meteor Lake on i915's gem/i915_gem_stolen.c. STOLEN_RESERVED: the same file,
 * from Meteor Lake on xe's xe_ttm_stolen_mgr.c. Versions: i915_pci.c, xe_pci.c.
 * MCHBAR: include/drm/intel/mchbar_regs.h.
 */

#include <linux/pci.h>

#include "display.h"
#include "platform.h"

static const struct igd_ggc_format igd_ggc_gen6 = {
	.gms = { { 0, 0x10, 0, 32 } },
	.gms_shift = 3,
	.gms_mask = 0x1f,
	.ggms_shift = 8,
};

static const struct igd_ggc_format igd_ggc_chv = {
	.gms = { { 0, 0x10, 0, 32 }, { 0x11, 0x16, 8, 4 },
		 { 0x17, 0x1d, 36, 4 } },
	.gms_shift = 3,
	.gms_mask = 0x1f,
	.ggms_shift = 8,
	.ggms_power = true,
};

static const struct igd_ggc_format igd_ggc_gen8 = {
	.gms = { { 0, 0x40, 0, 32 } },
	.gms_shift = 8,
	.gms_mask = 0xff,
	.ggms_shift = 6,
	.ggms_power = true,
};

static const struct igd_ggc_format igd_ggc_gen9 = {
	.gms = { { 0, 0x40, 0, 32 }, { 0xf0, 0xfe, 4, 4 } },
	.gms_shift = 8,
	.gms_mask = 0xff,
	.ggms_shift = 6,
	.ggms_power = true,
};

static const struct igd_ggc_format igd_ggc_mtl = {
	.gms = { { 0, 0x04, 0, 32 }, { 0xf0, 0xfe, 4, 4 } },
	.gms_shift = 8,
	.gms_mask = 0xff,
	.ggms_shift = 6,
	.ggms_power = true,
};

static const struct igd_reserved_format igd_reserved_gen6 = {
	.base_mask = GENMASK_ULL(31, 20),
	.size_shift = 4,
	.size_mask = 0x3,
	.size_kib = { 1024, 512, 256, 128 },
};

static const struct igd_reserved_format igd_reserved_gen7 = {
	.base_mask = GENMASK_ULL(31, 18),
	.size_shift = 5,
	.size_mask = 0x1,
	.size_kib = { 1024, 256 },
};

/* No base: the hardware takes the last MiB of stolen memory */
static const struct igd_reserved_format igd_reserved_vlv = {
	.size_kib = { 1024 },
};

/* No size: from the base to the end of stolen memory */
static const struct igd_reserved_format igd_reserved_gen8 = {
	.base_mask = GENMASK_ULL(31, 20),
};

static const struct igd_reserved_format igd_reserved_chv = {
	.base_mask = GENMASK_ULL(31, 20),
	.size_shift = 7,
	.size_mask = 0x3,
	.size_kib = { 1024, 2048, 4096, 8192 },
};

static const struct igd_reserved_format igd_reserved_gen11 = {
	.base_mask = GENMASK_ULL(63, 20),
	.size_shift = 7,
	.size_mask = 0x3,
	.size_kib = { 1024, 2048, 4096, 8192 },
	.always = true,
};

/* Drivers count the size back from the end; 4 and 7 are no codes */
static const struct igd_reserved_format igd_reserved_mtl = {
	.size_shift = 7,
	.size_mask = 0x7,
	.size_kib = { 1024, 2048, 4096, 8192, 0, 16384, 32768 },
	.always = true,
};

enum igd_platform_row {
	IGD_SNB,
	IGD_IVB,
	IGD_VLV,
	IGD_HSW,
	IGD_BDW,
	IGD_CHV,
	IGD_SKL,
	IGD_BXT,
	IGD_KBL,
	IGD_GLK,
	IGD_CFL,
	IGD_WHL,
	IGD_AML,
	IGD_CML,
	IGD_CNL,
	IGD_ICL,
	IGD_EHL,
	IGD_JSL,
	IGD_TGL,
	IGD_RKL,
	IGD_ADLS,
	IGD_ADLP,
	IGD_ADLN,
	IGD_RPLS,
	IGD_RPLP,
	IGD_RPLU,
	IGD_MTL,
	IGD_ARL_S,
	IGD_ARL_U,
	IGD_ARL_H,
	IGD_LNL,
	IGD_PTL,
	IGD_WCL,
	IGD_NVLS,
	IGD_NVLP,
};

#define ROW(row, name, gen, dsm, ggc, reserved, display, mchbar_kib, ...) \
	[IGD_##row] = { name, gen, IGD_DSM_##dsm, &igd_ggc_##ggc, \
			&igd_reserved_##reserved, \
			&igd_displays[IGD_DISPLAY_##display], \
			(mchbar_kib) << 10, __VA_ARGS__ }

static const struct igd_platform igd_platforms[] = {
	/*  row    name                      gen   dsm   ggc   reserved display MCHBAR */
	ROW(SNB,   "Sandy Bridge",           600,  32,   gen6, gen6,   SNB,     32),
	ROW(IVB,   "Ivy Bridge",             700,  32,   gen6, gen7,   IVB,     32),
	ROW(VLV,   "Bay Trail (Valleyview)", 700,  32,   gen6, vlv,    VLV,     32),
	ROW(HSW,   "Haswell",                700,  32,   gen6, gen7,   HSW,     32),
	/* drivers/iommu/intel/iommu.c: quirk_iommu_igfx() */
	ROW(BDW,   "Broadwell",              800,  32,   gen8, gen8,   BDW,     32,
	    .no_remapping = true),
	ROW(CHV,   "Braswell (Cherryview)",  800,  32,   chv,  chv,    CHV,     32),
	ROW(SKL,   "Skylake",                900,  32,   gen9, gen8,   SKL,     32),
	ROW(BXT,   "Apollo Lake (Broxton)",  900,  32,   gen9, chv,    SKL,     32),
	ROW(KBL,   "Kaby Lake",              900,  32,   gen9, gen8,   SKL,     32),
	ROW(GLK,   "Gemini Lake",            900,  32,   gen9, chv,    GLK,     32),
	ROW(CFL,   "Coffee Lake",            900,  32,   gen9, gen8,   SKL,     32),
	ROW(WHL,   "Whiskey Lake",           900,  32,   gen9, gen8,   SKL,     32),
	ROW(AML,   "Amber Lake",             900,  32,   gen9, gen8,   SKL,     32),
	ROW(CML,   "Comet Lake",             900,  32,   gen9, gen8,   SKL,     32),
	ROW(CNL,   "Cannon Lake",            1000, 32,   gen9, gen8,   GLK,     32),
	ROW(ICL,   "Ice Lake",               1100, 64,   gen9, gen11,  ICL,     64),
	ROW(EHL,   "Elkhart Lake",           1100, 64,   gen9, gen11,  ICL,     64),
	ROW(JSL,   "Jasper Lake",            1100, 64,   gen9, gen11,  ICL,     64),
	ROW(TGL,   "Tiger Lake",             1200, 64,   gen9, gen11,  TGL,     128),
	ROW(RKL,   "Rocket Lake",            1200, 64,   gen9, gen11,  ADLS,    64),
	ROW(ADLS,  "Alder Lake-S",           1200, 64,   gen9, gen11,  ADLS,    128),
	ROW(ADLP,  "Alder Lake-P",           1200, 64,   gen9, gen11,  ADLP,    128),
	ROW(ADLN,  "Alder Lake-N",           1200, 64,   gen9, gen11,  ADLP,    128),
	ROW(RPLS,  "Raptor Lake-S",          1200, 64,   gen9, gen11,  ADLS,    128),
	ROW(RPLP,  "Raptor Lake-P",          1200, 64,   gen9, gen11,  ADLP,    128),
	ROW(RPLU,  "Raptor Lake-U",          1200, 64,   gen9, gen11,  ADLP,    128),
	ROW(MTL,   "Meteor Lake",            1270, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(ARL_S, "Arrow Lake-S",           1270, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(ARL_U, "Arrow Lake-U",           1270, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(ARL_H, "Arrow Lake-H",           1274, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(LNL,   "Lunar Lake",             2004, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(PTL,   "Panther Lake",           3000, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(WCL,   "Wildcat Lake",           3003, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(NVLS,  "Nova Lake-S",            3004, BAR2, mtl,  mtl,    ADLP,    0),
	ROW(NVLP,  "Nova Lake-P",            3510, BAR2, mtl,  mtl,    ADLP,    0),
};

static const struct igd_platform igd_platform_unknown = {
	.name = "unknown Intel graphics",
	.unknown = true,
};

#define ID(device, row) \
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_INTEL, device), \
	  .driver_data = IGD_##row }

const struct pci_device_id igd_pci_ids[] = {
	ID(0x0102, SNB), ID(0x0106, SNB), ID(0x010a, SNB), ID(0x0112, SNB),
	ID(0x0116, SNB), ID(0x0122, SNB), ID(0x0126, SNB),
	ID(0x0152, IVB), ID(0x0156, IVB), ID(0x015a, IVB), ID(0x0162, IVB),
	ID(0x0166, IVB), ID(0x016a, IVB),
	ID(0x0f30, VLV), ID(0x0f31, VLV), ID(0x0f32, VLV), ID(0x0f33, VLV),
	ID(0x0402, HSW), ID(0x0406, HSW), ID(0x040a, HSW), ID(0x040b, HSW),
	ID(0x040e, HSW), ID(0x0412, HSW), ID(0x0416, HSW), ID(0x041a, HSW),
	ID(0x041b, HSW), ID(0x041e, HSW), ID(0x0422, HSW), ID(0x0426, HSW),
	ID(0x042a, HSW), ID(0x042b, HSW), ID(0x042e, HSW), ID(0x0a02, HSW),
	ID(0x0a06, HSW), ID(0x0a0a, HSW), ID(0x0a0b, HSW), ID(0x0a0e, HSW),
	ID(0x0a12, HSW), ID(0x0a16, HSW), ID(0x0a1a, HSW), ID(0x0a1b, HSW),
	ID(0x0a1e, HSW), ID(0x0a22, HSW), ID(0x0a26, HSW), ID(0x0a2a, HSW),
	ID(0x0a2b, HSW), ID(0x0a2e, HSW), ID(0x0c02, HSW), ID(0x0c06, HSW),
	ID(0x0c0a, HSW), ID(0x0c0b, HSW), ID(0x0c0e, HSW), ID(0x0c12, HSW),
	ID(0x0c16, HSW), ID(0x0c1a, HSW), ID(0x0c1b, HSW), ID(0x0c1e, HSW),
	ID(0x0c22, HSW), ID(0x0c26, HSW), ID(0x0c2a, HSW), ID(0x0c2b, HSW),
	ID(0x0c2e, HSW), ID(0x0d02, HSW), ID(0x0d06, HSW), ID(0x0d0a, HSW),
	ID(0x0d0b, HSW), ID(0x0d0e, HSW), ID(0x0d12, HSW), ID(0x0d16, HSW),
	ID(0x0d1a, HSW), ID(0x0d1b, HSW), ID(0x0d1e, HSW), ID(0x0d22, HSW),
	ID(0x0d26, HSW), ID(0x0d2a, HSW), ID(0x0d2b, HSW), ID(0x0d2e, HSW),
	ID(0x1602, BDW), ID(0x1606, BDW), ID(0x160a, BDW), ID(0x160b, BDW),
	ID(0x160d, BDW), ID(0x160e, BDW), ID(0x1612, BDW), ID(0x1616, BDW),
	ID(0x161a, BDW), ID(0x161b, BDW), ID(0x161d, BDW), ID(0x161e, BDW),
	ID(0x1622, BDW), ID(0x1626, BDW), ID(0x162a, BDW), ID(0x162b, BDW),
	ID(0x162d, BDW), ID(0x162e, BDW), ID(0x1632, BDW), ID(0x1636, BDW),
	ID(0x163a, BDW), ID(0x163b, BDW), ID(0x163d, BDW), ID(0x163e, BDW),
	ID(0x22b0, CHV), ID(0x22b1, CHV), ID(0x22b2, CHV), ID(0x22b3, CHV),
	ID(0x1902, SKL), ID(0x1906, SKL), ID(0x190a, SKL), ID(0x190b, SKL),
	ID(0x190e, SKL), ID(0x1912, SKL), ID(0x1913, SKL), ID(0x1915, SKL),
	ID(0x1916, SKL), ID(0x1917, SKL), ID(0x191a, SKL), ID(0x191b, SKL),
	ID(0x191d, SKL), ID(0x191e, SKL), ID(0x1921, SKL), ID(0x1923, SKL),
	ID(0x1926, SKL), ID(0x1927, SKL), ID(0x192a, SKL), ID(0x192b, SKL),
	ID(0x192d, SKL), ID(0x1932, SKL), ID(0x193a, SKL), ID(0x193b, SKL),
	ID(0x193d, SKL),
	ID(0x0a84, BXT), ID(0x1a84, BXT), ID(0x1a85, BXT), ID(0x5a84, BXT),
	ID(0x5a85, BXT),
	ID(0x5902, KBL), ID(0x5906, KBL), ID(0x5908, KBL), ID(0x590a, KBL),
	ID(0x590b, KBL), ID(0x590e, KBL), ID(0x5912, KBL), ID(0x5913, KBL),
	ID(0x5915, KBL), ID(0x5916, KBL), ID(0x5917, KBL), ID(0x591a, KBL),
	ID(0x591b, KBL), ID(0x591d, KBL), ID(0x591e, KBL), ID(0x5921, KBL),
	ID(0x5923, KBL), ID(0x5926, KBL), ID(0x5927, KBL), ID(0x593b, KBL),
	ID(0x3184, GLK), ID(0x3185, GLK),
	ID(0x3e90, CFL), ID(0x3e91, CFL), ID(0x3e92, CFL), ID(0x3e93, CFL),
	ID(0x3e94, CFL), ID(0x3e96, CFL), ID(0x3e98, CFL), ID(0x3e99, CFL),
	ID(0x3e9a, CFL), ID(0x3e9b, CFL), ID(0x3e9c, CFL), ID(0x3ea5, CFL),
	ID(0x3ea6, CFL), ID(0x3ea7, CFL), ID(0x3ea8, CFL), ID(0x3ea9, CFL),
	ID(0x3ea0, WHL), ID(0x3ea1, WHL), ID(0x3ea2, WHL), ID(0x3ea3, WHL),
	ID(0x3ea4, WHL),
	ID(0x591c, AML), ID(0x87c0, AML), ID(0x87ca, AML),
	ID(0x9b21, CML), ID(0x9b41, CML), ID(0x9ba2, CML), ID(0x9ba4, CML),
	ID(0x9ba5, CML), ID(0x9ba8, CML), ID(0x9baa, CML), ID(0x9bac, CML),
	ID(0x9bc2, CML), ID(0x9bc4, CML), ID(0x9bc5, CML), ID(0x9bc6, CML),
	ID(0x9bc8, CML), ID(0x9bca, CML), ID(0x9bcc, CML), ID(0x9be6, CML),
	ID(0x9bf6, CML),
	ID(0x5a40, CNL), ID(0x5a41, CNL), ID(0x5a42, CNL), ID(0x5a44, CNL),
	ID(0x5a49, CNL), ID(0x5a4a, CNL), ID(0x5a4c, CNL), ID(0x5a50, CNL),
	ID(0x5a51, CNL), ID(0x5a52, CNL), ID(0x5a54, CNL), ID(0x5a59, CNL),
	ID(0x5a5a, CNL), ID(0x5a5c, CNL),
	ID(0x8a50, ICL), ID(0x8a51, ICL), ID(0x8a52, ICL), ID(0x8a53, ICL),
	ID(0x8a54, ICL), ID(0x8a56, ICL), ID(0x8a57, ICL), ID(0x8a58, ICL),
	ID(0x8a59, ICL), ID(0x8a5a, ICL), ID(0x8a5b, ICL), ID(0x8a5c, ICL),
	ID(0x8a5d, ICL), ID(0x8a70, ICL), ID(0x8a71, ICL),
	ID(0x4541, EHL), ID(0x4551, EHL), ID(0x4555, EHL), ID(0x4557, EHL),
	ID(0x4570, EHL), ID(0x4571, EHL),
	ID(0x4e51, JSL), ID(0x4e55, JSL), ID(0x4e57, JSL), ID(0x4e61, JSL),
	ID(0x4e71, JSL),
	ID(0x9a40, TGL), ID(0x9a49, TGL), ID(0x9a59, TGL), ID(0x9a60, TGL),
	ID(0x9a68, TGL), ID(0x9a70, TGL), ID(0x9a78, TGL), ID(0x9ac0, TGL),
	ID(0x9ac9, TGL), ID(0x9ad9, TGL), ID(0x9af8, TGL),
	ID(0x4c80, RKL), ID(0x4c8a, RKL), ID(0x4c8b, RKL), ID(0x4c8c, RKL),
	ID(0x4c90, RKL), ID(0x4c9a, RKL),
	ID(0x4680, ADLS), ID(0x4682, ADLS), ID(0x4688, ADLS), ID(0x468a, ADLS),
	ID(0x468b, ADLS), ID(0x4690, ADLS), ID(0x4692, ADLS), ID(0x4693, ADLS),
	ID(0x4626, ADLP), ID(0x4628, ADLP), ID(0x462a, ADLP), ID(0x46a0, ADLP),
	ID(0x46a1, ADLP), ID(0x46a2, ADLP), ID(0x46a3, ADLP), ID(0x46a6, ADLP),
	ID(0x46a8, ADLP), ID(0x46aa, ADLP), ID(0x46b0, ADLP), ID(0x46b1, ADLP),
	ID(0x46b2, ADLP), ID(0x46b3, ADLP), ID(0x46c0, ADLP), ID(0x46c1, ADLP),
	ID(0x46c2, ADLP), ID(0x46c3, ADLP),
	ID(0x46d0, ADLN), ID(0x46d1, ADLN), ID(0x46d2, ADLN), ID(0x46d3, ADLN),
	ID(0x46d4, ADLN),
	ID(0xa780, RPLS), ID(0xa781, RPLS), ID(0xa782, RPLS), ID(0xa783, RPLS),
	ID(0xa788, RPLS), ID(0xa789, RPLS), ID(0xa78a, RPLS), ID(0xa78b, RPLS),
	ID(0xa720, RPLP), ID(0xa7a0, RPLP), ID(0xa7a8, RPLP), ID(0xa7aa, RPLP),
	ID(0xa7ab, RPLP),
	ID(0xa721, RPLU), ID(0xa7a1, RPLU), ID(0xa7a9, RPLU), ID(0xa7ac, RPLU),
	ID(0xa7ad, RPLU),
	ID(0x7d40, MTL), ID(0x7d45, MTL), ID(0x7d55, MTL), ID(0x7d60, MTL),
	ID(0x7dd5, MTL),
	ID(0x7d67, ARL_S), ID(0xb640, ARL_S),
	ID(0x7d41, ARL_U),
	ID(0x7d51, ARL_H), ID(0x7dd1, ARL_H),
	ID(0x6420, LNL), ID(0x64a0, LNL), ID(0x64b0, LNL),
	ID(0xb080, PTL), ID(0xb081, PTL), ID(0xb082, PTL), ID(0xb083, PTL),
	ID(0xb084, PTL), ID(0xb085, PTL), ID(0xb086, PTL), ID(0xb087, PTL),
	ID(0xb08f, PTL), ID(0xb090, PTL), ID(0xb0a0, PTL), ID(0xb0b0, PTL),
	ID(0xfd80, WCL), ID(0xfd81, WCL),
	ID(0xd740, NVLS), ID(0xd741, NVLS), ID(0xd742, NVLS), ID(0xd743, NVLS),
	ID(0xd745, NVLS), ID(0xd74a, NVLS), ID(0xd74b, NVLS),
	ID(0xd750, NVLP), ID(0xd751, NVLP), ID(0xd752, NVLP), ID(0xd753, NVLP),
	ID(0xd754, NVLP), ID(0xd755, NVLP), ID(0xd756, NVLP), ID(0xd757, NVLP),
	ID(0xd75f, NVLP),
	{}
};
MODULE_DEVICE_TABLE(pci, igd_pci_ids);

/**
 * igd_platform_find - the row of a device
 * @pdev: the device
 *
 * Looks into the table itself: what the PCI core matched may be a dynamic ID
 * or a driver override, which know nothing of rows.
 *
 * Return: the row; one of which nothing is known, if the table has none.
 */
const struct igd_platform *igd_platform_find(struct pci_dev *pdev)
{
	const struct pci_device_id *id = pci_match_id(igd_pci_ids, pdev);

	return id ? &igd_platforms[id->driver_data] : &igd_platform_unknown;
}

/**
 * igd_platform_any_size - is there a platform that can have that much?
 * @size: stolen memory in bytes
 */
bool igd_platform_any_size(u64 size)
{
	unsigned int i;
	u16 ggc;

	for (i = 0; i < ARRAY_SIZE(igd_platforms); i++) {
		ggc = 0;
		if (!igd_gms_set(igd_platforms[i].ggc, &ggc, size))
			return true;
	}
	return false;
}
