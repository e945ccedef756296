/*
 * Recursive quicksort of 10000 words: calls, signed and unsigned compares, word loads and stores.
 * Checks the order and a hash of the sorted array; the same in Python:
 *   x, a = 1, []
 *   for _ in range(10000): x = (x * 1664525 + 1013904223) % 2**32; a.append(x)
 *   h = 0
 *   for v in sorted(a): h = (h * 31 + v) % 2**32
 */
#include "guest.h"

#define SIZE 10000
#define KNOWN 0x0258669cu

static unsigned a[SIZE];

static void sort(int low, int high)
{
	while (low < high) {
		unsigned pivot = a[low + (high - low) / 2];
		int i = low - 1, j = high + 1;

		for (;;) {
			do
				i++;
			while (a[i] < pivot);
			do
				j--;
			while (a[j] > pivot);
			if (i >= j)
				break;
			unsigned t = a[i];
			a[i] = a[j];
			a[j] = t;
		}
		/* Recurse into the smaller half: depth is at most log2 of SIZE. */
		if (j - low < high - j - 1) {
			sort(low, j);
			low = j + 1;
		} else {
			sort(j + 1, high);
			high = j;
		}
	}
}

int main(unsigned long entry_r1)
{
	unsigned hash = 0;
	int ordered = 1;

	(void)entry_r1;
	for (int r = 0; r < REPEAT; r++) {
		unsigned x = 1;

		for (int i = 0; i < SIZE; i++)
			a[i] = x = x * 1664525u + 1013904223u;
		sort(0, SIZE - 1);
		hash = 0;
		for (int i = 0; i < SIZE; i++) {
			ordered &= i == 0 || a[i - 1] <= a[i];
			hash = hash * 31 + a[i];
		}
		if (!ordered || hash != KNOWN)
			break;
	}
	put_str("quicksort: 10000 words, hash ");
	put_hex(hash, 8);
	put_str(ordered ? ", in order\n" : ", out of order\n");
	return !ordered || hash != KNOWN;
}
