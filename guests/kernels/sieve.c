/*
 * Sieve of Eratosthenes: byte stores with a stride, a data-dependent branch.
 * Prints "sieve: 1229 primes below 10000" (pi(10^4), OEIS A006880).
 */
#include "guest.h"

#define LIMIT 10000

static unsigned char composite[LIMIT];

static unsigned sieve(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < LIMIT; i++)
		composite[i] = 0;
	for (unsigned i = 2; i < LIMIT; i++) {
		if (composite[i])
			continue;
		count++;
		for (unsigned j = i * i; i < 100 && j < LIMIT; j += i)
			composite[j] = 1;
	}
	return count;
}

int main(unsigned long entry_r1)
{
	unsigned count = 0;

	(void)entry_r1;
	for (int i = 0; i < 10 * REPEAT; i++) {
		count = sieve();
		if (count != 1229)
			break;
	}
	put_str("sieve: ");
	put_dec(count);
	put_str(" primes below 10000\n");
	return count != 1229;
}
