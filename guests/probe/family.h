/* What the probe has to know of a family of CPUs before it can ask anything. */
#define CLASSIC 0
#define BOOKE 1
#define PPC405 2
#define SERVER 3

#ifdef __powerpc64__
#define FAMILY SERVER
#ifdef __ASSEMBLER__
	.abiversion 2
#define W 8
#define ST std
#define LD ld
#define RFI rfid
#endif
#else
#ifdef __ASSEMBLER__
#define W 4
#define ST stw
#define LD lwz
#define RFI rfi
#endif
#endif
#ifndef FAMILY
/* Among the 32-bit families, the C source says it; the way in is the same. */
#define FAMILY CLASSIC
#endif
