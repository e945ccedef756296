/*
 * Copies of ten sizes between all pairs of eight alignments, by words where both sides allow it:
 * byte, word and doubleword loads and stores, update forms. The bytes around each copy must survive.
 * The hash runs over every destination; the same in Python:
 *   x, s, h = 1, bytearray(), 0
 *   for _ in range(1040): x = (x * 1664525 + 1013904223) % 2**32; s.append(x >> 24)
 *   for to in range(8):
 *     for at in range(8):
 *       for n in (0, 1, 3, 7, 8, 15, 16, 33, 255, 1024):
 *         for b in bytes([0xa5] * to) + s[at:at + n] + bytes([0xa5] * 8): h = (h * 31 + b) % 2**32
 */
#include "guest.h"

#define KNOWN 0xe5c06aa0u

typedef unsigned long __attribute__((may_alias)) word;

static _Alignas(8) unsigned char source[1040], target[1040];

/* noinline and noipa: one copy loop for all cases, as a library has it. */
__attribute__((noinline, noipa)) static void copy(unsigned char *to, const unsigned char *from, unsigned n)
{
	if ((((unsigned long)to ^ (unsigned long)from) & (sizeof(word) - 1)) == 0) {
		for (; n && (unsigned long)to & (sizeof(word) - 1); n--)
			*to++ = *from++;
		for (; n >= sizeof(word); n -= sizeof(word)) {
			*(word *)to = *(const word *)from;
			to += sizeof(word);
			from += sizeof(word);
		}
	}
	while (n--)
		*to++ = *from++;
}

static unsigned all(void)
{
	static const unsigned short sizes[] = { 0, 1, 3, 7, 8, 15, 16, 33, 255, 1024 };
	unsigned hash = 0;

	for (unsigned to = 0; to < 8; to++)
		for (unsigned at = 0; at < 8; at++)
			for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
				unsigned end = to + sizes[s] + 8;

				for (unsigned i = 0; i < end; i++)
					target[i] = 0xa5;
				copy(target + to, source + at, sizes[s]);
				for (unsigned i = 0; i < end; i++)
					hash = hash * 31 + target[i];
			}
	return hash;
}

int main(unsigned long entry_r1)
{
	unsigned x = 1, hash = 0;

	(void)entry_r1;
	for (unsigned i = 0; i < sizeof source; i++) {
		x = x * 1664525u + 1013904223u;
		source[i] = x >> 24;
	}
	for (int r = 0; r < REPEAT; r++) {
		hash = all();
		if (hash != KNOWN)
			break;
	}
	put_str("memcpy: 640 copies, hash ");
	put_hex(hash, 8);
	put_str("\n");
	return hash != KNOWN;
}
