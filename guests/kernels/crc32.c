/*
 * CRC-32 (IEEE 802.3, reflected 0xEDB88320) by table: byte loads, shifts, indexed loads.
 * The data are the low bytes of a linear congruential sequence; the same in Python:
 *   x, d = 1, bytearray()
 *   for _ in range(40000): x = (x * 1664525 + 1013904223) % 2**32; d.append(x >> 24)
 *   hex(zlib.crc32(d))
 * Also checks the catalogue value, CRC of "123456789" = cbf43926.
 */
#include "guest.h"

#define SIZE 40000
#define KNOWN 0x151a7155u

static unsigned table[256];
static unsigned char data[SIZE];

static void make_table(void)
{
	for (unsigned i = 0; i < 256; i++) {
		unsigned c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
		table[i] = c;
	}
}

static unsigned crc32(const unsigned char *p, unsigned n)
{
	unsigned c = ~0u;

	while (n--)
		c = table[(c ^ *p++) & 255] ^ c >> 8;
	return ~c;
}

int main(unsigned long entry_r1)
{
	unsigned x = 1, crc = 0;

	(void)entry_r1;
	make_table();
	if (crc32((const unsigned char *)"123456789", 9) != 0xcbf43926u)
		return 2;
	for (int i = 0; i < SIZE; i++) {
		x = x * 1664525u + 1013904223u;
		data[i] = x >> 24;
	}
	for (int i = 0; i < 4 * REPEAT; i++) {
		crc = crc32(data, SIZE);
		if (crc != KNOWN)
			break;
	}
	put_str("crc32: ");
	put_hex(crc, 8);
	put_str(" of 40000 bytes\n");
	return crc != KNOWN;
}
