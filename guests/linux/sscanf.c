/* sscanf, strtol and their relatives, with all that they say about what they cannot read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
	int a = 0, b = 0, n = 0, count;
	long c = 0;
	long long d = 0;
	unsigned u = 0;
	short s = 0;
	char word[20] = "", set[20] = "", ch = 0, *end;
	static const char *const numbers[] = {"0", "-17", "0x1F", "077", "99999999999999999999", "12abc", "abc", " +8 "};
	unsigned i;

	count = sscanf("12 -34 0x5a", "%d %d %x", &a, &b, &u);
	printf("%d: %d %d %u\n", count, a, b, u);
	count = sscanf("key=some value;rest", "%3[a-z]=%19[^;];%c", word, set, &ch);
	printf("%d: %s %s %c\n", count, word, set, ch);
	count = sscanf("123456789012 -9 7", "%lld %hd %ld%n", &d, &s, &c, &n);
	printf("%d: %lld %d %ld %d\n", count, d, s, c, n);
	count = sscanf("2024-02-29T23:59", "%4d-%2d-%2dT%d:%d", &a, &b, &n, &count, (int *)&u);
	printf("%d: %d %d %d %u\n", count, a, b, n, u);
	printf("%d %d\n", sscanf("x", "%d", &a), sscanf("", "%d", &a));
	printf("%d %s\n", sscanf("   skipped   word", "%*s %s", word), word);
	printf("%d %i\n", sscanf("0777", "%i", &a), a);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		errno = 0;
		long long value = strtoll(numbers[i], &end, 0);
		printf("%s: %lld <%s> %s\n", numbers[i], value, end, errno == ERANGE ? "ERANGE" : "fine");
	}
	printf("%lu %ld %d\n", strtoul("zz", NULL, 36), strtol("-101", NULL, 2), atoi("31x"));
	return 0;
}
