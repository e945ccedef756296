/* Variable arguments of every width, more than registers hold, and passed on. */
#include <stdarg.h>
#include <stdio.h>

static long long add(const char *types, ...)
{
	long long sum = 0;
	va_list list;

	va_start(list, types);
	for (; *types; types++) {
		switch (*types) {
		case 'i': sum += va_arg(list, int); break;
		case 'l': sum += va_arg(list, long); break;
		case 'L': sum += va_arg(list, long long); break;
		case 'p': sum += *va_arg(list, int *); break;
		}
	}
	va_end(list);
	return sum;
}

static int format(char *to, size_t size, const char *text, ...)
{
	va_list list, again;
	char other[8];
	int len, cut;

	va_start(list, text);
	va_copy(again, list);
	len = vsnprintf(to, size, text, list);
	cut = vsnprintf(other, sizeof(other), text, again);
	va_end(again);
	va_end(list);
	printf("<%s> %d\n", other, cut);
	return len;
}

struct pair {
	long a;
	char b[5];
};

static struct pair first(int count, ...)
{
	struct pair result;
	va_list list;

	va_start(list, count);
	while (count-- > 0)
		result = va_arg(list, struct pair);
	va_end(list);
	return result;
}

int main(void)
{
	int n = 1000;
	char text[100];
	struct pair one = {1, "one"}, two = {2, "two"};

	printf("%lld\n", add("iiiiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
	printf("%lld\n", add("iLiLLilLp", 1, 1LL << 40, 2, -5LL, 1LL << 33, -3, 4L, 7LL, &n));
	printf("%d\n", format(text, sizeof(text), "%d %s %lld %c %x", -5, "text", 1LL << 50, 'z', 255));
	puts(text);
	two = first(2, one, two);
	printf("%ld %s\n", two.a, two.b);
	printf("%d %d %d %d %d %d %d %lld %d %d %lld\n", 1, 2, 3, 4, 5, 6, 7, 8LL, 9, 10, -11LL);
	return 0;
}
