/* String functions of string.h, strings.h and ctype.h. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

int main(void)
{
	char buffer[200], *p, *save;
	unsigned n, offset, len, classes = 0;

	/* Every alignment and many lengths: what is written word by word elsewhere. */
	for (offset = 0; offset < 9; offset++)
		for (len = 0; len < 70; len++) {
			memset(buffer, '#', sizeof(buffer));
			memset(buffer + offset, 'a', len);
			buffer[offset + len] = 0;
			if (strlen(buffer + offset) != len || strnlen(buffer + offset, 33) != (len < 33 ? len : 33))
				return 1;
			if (strchr(buffer + offset, 0) != buffer + offset + len || strchr(buffer + offset, 'b'))
				return 2;
			if (memchr(buffer, 0, sizeof(buffer)) != buffer + offset + len)
				return 3;
		}
	strcpy(buffer, "alpha");
	strcat(buffer, ",beta");
	strncat(buffer, ",gamma-and-more", 6);
	printf("%s %lu\n", buffer, (unsigned long)strlen(buffer));
	for (p = strtok_r(buffer, ",", &save); p; p = strtok_r(NULL, ",", &save))
		printf("<%s>", p);
	printf("\n");
	strncpy(buffer, "xy", 6);
	printf("%d %d\n", buffer[2], buffer[5]);
	printf("%d %d %d %d\n", sign(strcmp("abc", "abd")), sign(strcmp("b", "abc")), sign(strcmp("", "")),
	       sign(strncmp("abcx", "abcy", 3)));
	printf("%d %d %d\n", sign(memcmp("abc\0d", "abc\0e", 5)), sign(strcasecmp("HeLLo", "hEllO")),
	       sign(strncasecmp("ABx", "aby", 3)));
	printf("%s %s %s\n", strstr("a needle in hay", "needle"), strrchr("a/b/c", '/'), strpbrk("key=value", "=:"));
	printf("%lu %lu\n", (unsigned long)strspn("123abc", "0123456789"), (unsigned long)strcspn("abc;def", ";"));
	p = strdup("a copy");
	printf("%s %s\n", p, (char *)memmem("abcdef", 6, "de", 2));
	free(p);
	printf("%s\n", stpcpy(buffer, "stpcpy") == buffer + 6 ? buffer : "wrong");
	for (n = 0; n < 256; n++)
		classes = classes * 3 + !!isalpha(n) + 2 * !!isspace(n) + 4 * !!ispunct(n) + 8 * !!isxdigit(n) + tolower(n);
	printf("%u %c%c\n", classes, toupper('q'), tolower('Q'));
	return 0;
}
