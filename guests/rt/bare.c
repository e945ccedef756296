/* Console and exit of the bare machine: the SPR devices CONSOLE and EXIT. */
#include "guest.h"
#include "ppc.h"

void put_byte(char c)
{
	mtspr(CONSOLE, c);
}

void stop(int status)
{
	mtspr(EXIT, status);
	for (;;)
		;
}
