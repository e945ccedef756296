/*
 * What a guest program may call. bare.c and linux.c each implement put_byte and stop, so that a
 * computing kernel runs unchanged on the bare machine and as a Linux program under qemu-user.
 */
#ifndef GUEST_H
#define GUEST_H

void put_byte(char c);
_Noreturn void stop(int status);

void put_str(const char *s);
void put_dec(unsigned n);
void put_hex(unsigned n, int digits);

/* The guest: entry_r1 is r1 as the loader left it, the result is the exit status. */
int main(unsigned long entry_r1);

/* How often a kernel repeats its work; every repetition checks its own result. */
#ifndef REPEAT
#define REPEAT 1
#endif

#endif
