/* memcpy, memmove, memset, memcmp, mempcpy, bcopy: all alignments, many lengths, overlaps. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned char from[1200], to[1200], model[1200];

static void start(void)
{
	unsigned n;

	for (n = 0; n < sizeof(from); n++) {
		from[n] = (unsigned char)(n * 31 + n / 7);
		to[n] = model[n] = (unsigned char)(255 - n);
	}
}

static uint32_t sum(const unsigned char *p, unsigned n)
{
	uint32_t s = 2166136261u;

	while (n--)
		s = (s ^ *p++) * 16777619u;
	return s;
}

int main(void)
{
	unsigned a, b, len, n, wrong = 0;
	uint32_t all = 0;

	for (a = 0; a < 17; a += 1 + a / 8)
		for (b = 0; b < 17; b += 1 + b / 8)
			for (len = 0; len < 600; len += 1 + len / 9) {
				start();
				memcpy(to + b, from + a, len);
				for (n = 0; n < len; n++)
					model[b + n] = from[a + n];
				wrong += memcmp(to, model, sizeof(to)) != 0;
				memset(to + a, (int)len, len);
				memmove(to + b, to + a + len / 3, len);
				memmove(to + a + len / 2, to + b, len);
				wrong += mempcpy(to, from, len) != to + len;
				all = all * 33 + sum(to, sizeof(to));
			}
	bcopy(from, to + 100, 500);
	printf("%u wrong, %08x %08x\n", wrong, (unsigned)all, (unsigned)sum(to, sizeof(to)));
	printf("%d %d\n", memcmp("\x80", "\x7f", 1) > 0, memcmp(from, from, sizeof(from)));
	return wrong != 0;
}
