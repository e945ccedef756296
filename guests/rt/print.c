/* Text and numbers, on top of put_byte. */
#include "guest.h"

void put_str(const char *s)
{
	while (*s)
		put_byte(*s++);
}

void put_dec(unsigned n)
{
	if (n >= 10)
		put_dec(n / 10);
	put_byte('0' + n % 10);
}

void put_hex(unsigned n, int digits)
{
	while (digits-- > 0)
		put_byte("0123456789abcdef"[n >> (4 * digits) & 15]);
}
