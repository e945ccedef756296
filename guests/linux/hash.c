/* A hash table of words with growing chains: pointers, strdup, snprintf, sorting; a larger program's habits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
	struct node *next;
	char *key;
	unsigned long count;
};

static struct node **table;
static size_t buckets = 8, nodes;

static unsigned long hash(const char *key)
{
	unsigned h = 5381;

	while (*key)
		h = h * 33 ^ (unsigned char)*key++;
	return h;
}

static void grow(void)
{
	size_t n, more = buckets * 2;
	struct node **larger = calloc(more, sizeof(*larger)), *node, *next;

	for (n = 0; n < buckets; n++)
		for (node = table[n]; node; node = next) {
			next = node->next;
			node->next = larger[hash(node->key) % more];
			larger[hash(node->key) % more] = node;
		}
	free(table);
	table = larger;
	buckets = more;
}

static void count(const char *key)
{
	struct node **place = &table[hash(key) % buckets], *node;

	for (node = *place; node; node = node->next)
		if (strcmp(node->key, key) == 0) {
			node->count++;
			return;
		}
	node = malloc(sizeof(*node));
	node->key = strdup(key);
	node->count = 1;
	node->next = *place;
	*place = node;
	if (++nodes > buckets * 2)
		grow();
}

static int by_count(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->key, y->key);
}

int main(void)
{
	unsigned n, seed = 42;
	char key[32];
	struct node **list, *node, *next;
	size_t filled = 0;

	table = calloc(buckets, sizeof(*table));
	for (n = 0; n < 20000; n++) {
		seed = seed * 1664525 + 1013904223;
		snprintf(key, sizeof(key), "key-%u", (seed >> 16) % 701 * ((seed >> 28) + 1));
		count(key);
	}
	list = malloc(nodes * sizeof(*list));
	for (n = 0; n < buckets; n++)
		for (node = table[n]; node; node = node->next)
			list[filled++] = node;
	qsort(list, filled, sizeof(*list), by_count);
	printf("%lu keys in %lu buckets\n", (unsigned long)nodes, (unsigned long)buckets);
	for (n = 0; n < 10; n++)
		printf("%-12s %5lu\n", list[n]->key, list[n]->count);
	free(list);
	for (n = 0; n < buckets; n++)
		for (node = table[n]; node; node = next) {
			next = node->next;
			free(node->key);
			free(node);
		}
	free(table);
	return 0;
}
