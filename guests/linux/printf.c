/* printf: every conversion of integers, characters, strings and pointers, with widths, precisions and flags. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>

int main(void)
{
	int written, width = 9, i;
	static const int values[] = {0, 1, -1, 42, INT_MAX, INT_MIN};

	for (i = 0; i < 6; i++)
		printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%u] [%x] [%#X] [%o] [%#o]\n", values[i], values[i],
		       values[i], values[i], values[i], values[i], values[i], values[i], values[i], values[i], values[i],
		       values[i]);
	printf("%hhd %hd %ld %lld %zu %td %jd\n", (signed char)-3, (short)-300, -70000L, -5000000000LL, (size_t)17,
	       (ptrdiff_t)-4, (intmax_t)INT64_MIN);
	printf("%llu %llx %#llo\n", ULLONG_MAX, 0x0123456789abcdefULL, 8ULL);
	printf("%" PRIu64 " %" PRIx32 " %" PRId16 "\n", UINT64_C(18446744073709551615), UINT32_C(0xdeadbeef), (int16_t)-1);
	printf("%c%c%c|%3c|%-3c|\n", 'a', 'b', 'c', 'd', 'e');
	printf("[%s] [%10s] [%-10s] [%.2s] [%*s] [%.*s] [%s]\n", "text", "text", "text", "text", width, "text", 3, "text",
	       (char *)0);
	printf("%p %p\n", (void *)0, (void *)0x1234);
	printf("%2$s %1$s %%\n", "world", "hello");
	printf("abc%ndef", &written);
	printf(" %d\n", written);
	printf("%'d\n", 1234567);
	puts("puts");
	fputs("fputs\n", stdout);
	putchar('p');
	putchar('\n');
	return printf("%s\n", "the end") == 8 ? 0 : 1;
}
