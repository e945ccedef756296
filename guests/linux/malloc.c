/* malloc, calloc, realloc, free: many sizes, from bytes to what is mapped by itself; contents are kept. */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 200

static uint32_t seed = 1;

static uint32_t next(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static unsigned char pattern(unsigned slot, size_t at)
{
	return (unsigned char)(slot * 7 + at * 13);
}

int main(void)
{
	static unsigned char *block[SLOTS];
	static size_t size[SLOTS];
	unsigned long wrong = 0, grown = 0;
	unsigned step, slot;
	size_t n;
	char *big, *zero;
	volatile size_t enormous;

	for (step = 0; step < 4000; step++) {
		slot = next() % SLOTS;
		if (block[slot] && next() % 3 == 0) {
			for (n = 0; n < size[slot]; n++)
				wrong += block[slot][n] != pattern(slot, n);
			free(block[slot]);
			block[slot] = NULL;
			continue;
		}
		n = 1 + next() % (next() % 10 == 0 ? 20000 : 200);
		grown += n > size[slot];
		size_t kept = block[slot] ? (n < size[slot] ? n : size[slot]) : 0;
		block[slot] = realloc(block[slot], n);
		if (!block[slot])
			return 2;
		for (size_t i = 0; i < kept; i++)
			wrong += block[slot][i] != pattern(slot, i);
		for (size_t i = 0; i < n; i++)
			block[slot][i] = pattern(slot, i);
		size[slot] = n;
	}
	printf("%lu wrong, %lu grown\n", wrong, grown);

	/* Large ones are mappings of their own, which move when they grow. */
	big = malloc(300000);
	memset(big, 'x', 300000);
	big = realloc(big, 3000000);
	for (wrong = 0, n = 0; n < 300000; n++)
		wrong += big[n] != 'x';
	printf("large: %lu wrong\n", wrong);
	free(big);
	zero = calloc(1000, 1000);
	for (wrong = 0, n = 0; n < 1000000; n++)
		wrong += zero[n] != 0;
	printf("calloc: %lu wrong\n", wrong);
	free(zero);
	for (n = 16; n <= 65536; n *= 4) {
		void *p = aligned_alloc(n, n);
		printf("aligned %lu: %lu\n", (unsigned long)n, (unsigned long)((uintptr_t)p % n));
		free(p);
	}
	enormous = (size_t)-1 - 65536;
	printf("too much: %s\n", malloc(enormous) ? "given" : "refused");
	malloc_trim(0);
	return wrong != 0;
}
