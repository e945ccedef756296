/* Standard input by characters, words and lines; prints what it counts and the lines backwards. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
	char line[64], *text = NULL;
	int first, number = 0, lines = 0, words = 0, c;
	size_t size = 0;
	ssize_t len;

	if (scanf("%d", &number) == 1)
		printf("number %d\n", number);
	first = getchar();
	ungetc(first, stdin);
	if (fgets(line, sizeof(line), stdin))
		printf("rest <%s>\n", strtok(line, "\n") ? line : "");
	while (lines < 2 && (len = getline(&text, &size, stdin)) > 0) {
		lines++;
		while (len-- > 0)
			if (text[len] != '\n')
				putchar(text[len]);
		putchar('\n');
	}
	free(text);
	for (first = 1; (c = getchar()) != EOF; first = isspace(c))
		words += first && !isspace(c);
	printf("%d lines, then %d words, end %d error %d\n", lines, words, feof(stdin) != 0, ferror(stdin) != 0);
	return lines;
}
