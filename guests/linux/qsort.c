/* qsort and bsearch over integers, strings and structures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct city {
	char name[12];
	int people;
	short height;
};

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_people(const void *a, const void *b)
{
	const struct city *x = a, *y = b;

	return by_number(&y->people, &x->people);
}

int main(void)
{
	static int numbers[5000];
	const char *words[] = {"pear", "apple", "fig", "quince", "banana", "cherry", "date", "", "Apple"};
	struct city cities[] = {
		{"Bern", 134, 540}, {"Oslo", 709, 23}, {"Rome", 2800, 21}, {"Vaduz", 5, 455}, {"Wien", 1900, 151},
	};
	unsigned n, seed = 12345, sum = 0;
	int key, *found;

	for (n = 0; n < 5000; n++) {
		seed = seed * 1103515245 + 12345;
		numbers[n] = (int)(seed >> 4) - (1 << 27);
	}
	qsort(numbers, 5000, sizeof(int), by_number);
	for (n = 1; n < 5000; n++)
		if (numbers[n - 1] > numbers[n])
			return 1;
	for (n = 0; n < 5000; n++)
		sum = sum * 31 + (unsigned)numbers[n];
	printf("%d %d %u\n", numbers[0], numbers[4999], sum);
	key = numbers[1234];
	found = bsearch(&key, numbers, 5000, sizeof(int), by_number);
	printf("%s\n", found && *found == key ? "found" : "lost");

	qsort(words, 9, sizeof(*words), by_text);
	for (n = 0; n < 9; n++)
		printf("<%s>", words[n]);
	printf("\n");
	qsort(cities, 5, sizeof(*cities), by_people);
	for (n = 0; n < 5; n++)
		printf("%-6s %5d %4d\n", cities[n].name, cities[n].people, cities[n].height);
	return 0;
}
