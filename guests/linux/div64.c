/* 64-bit arithmetic: division and remainder, signed and not, shifts, multiplication; div, ldiv, lldiv. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
	static const int64_t values[] = {
		1, -1, 2, -2, 3, 7, -7, 10, 1000000007, -1000000007, 0x7fffffff, -0x80000000LL, 0x100000000LL,
		-0x100000001LL, 123456789012345678LL, -123456789012345678LL, INT64_MAX, INT64_MIN + 1,
	};
	const unsigned count = sizeof(values) / sizeof(*values);
	uint64_t sum = 0;
	unsigned i, j;
	lldiv_t q;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++) {
			int64_t a = values[i], b = values[j];
			uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

			sum = sum * 1099511628211u + (uint64_t)(a / b);
			sum = sum * 1099511628211u + (uint64_t)(a % b);
			sum = sum * 1099511628211u + ua / ub;
			sum = sum * 1099511628211u + ua % ub;
			sum ^= ua << (j % 64);
			sum ^= (uint64_t)(a >> (j % 64));
			if (a / b * b + a % b != a)
				return 1;
		}
		printf("%lld: %lld %lld %llu\n", (long long)values[i], (long long)(values[i] / 10),
		       (long long)(values[i] % 10), (unsigned long long)((uint64_t)values[i] / 10));
	}
	q = lldiv(-1000000000000LL, 7);
	printf("%016llx %lld %lld\n", (unsigned long long)sum, q.quot, q.rem);
	printf("%d %ld\n", div(-17, 5).rem, ldiv(17, -5).quot);
	return 0;
}
