/*
 * SHA-256 (FIPS 180-4): rotates, adds and logic on 32-bit words, big-endian loads on either byte order.
 * Checks "abc" (FIPS 180-4 example), then hashes 40000 bytes 'a' and prints the digest:
 *   head -c 40000 /dev/zero | tr '\0' a | sha256sum
 */
#include "guest.h"

#define SIZE 40000

static const unsigned k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const unsigned known_abc[8] = {
	0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad,
};
static const unsigned known[8] = {
	0x72a2f8d2, 0x643328a2, 0xe03dcb1b, 0x66fdc661, 0x0b95ba30, 0x19d88d88, 0x49ce060d, 0x0be634ce,
};

static unsigned char message[SIZE + 72];
static unsigned h[8];

static unsigned ror(unsigned x, int n)
{
	return x >> n | x << (32 - n);
}

static void block(const unsigned char *p)
{
	unsigned w[64], s[8];

	for (int t = 0; t < 16; t++, p += 4)
		w[t] = (unsigned)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
	for (int t = 16; t < 64; t++) {
		unsigned a = w[t - 15], b = w[t - 2];

		w[t] = w[t - 16] + (ror(a, 7) ^ ror(a, 18) ^ a >> 3) + w[t - 7] +
		       (ror(b, 17) ^ ror(b, 19) ^ b >> 10);
	}
	for (int i = 0; i < 8; i++)
		s[i] = h[i];
	for (int t = 0; t < 64; t++) {
		unsigned e = s[4], a = s[0];
		unsigned t1 = s[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & s[5]) ^ (~e & s[6])) +
			      k[t] + w[t];
		unsigned t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
			      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));

		for (int i = 7; i > 0; i--)
			s[i] = s[i - 1];
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

/* Pads in place: message has room for one more block and a length. */
static void sha256(unsigned n)
{
	static const unsigned start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	unsigned end = (n + 9 + 63) / 64 * 64;

	for (int i = 0; i < 8; i++)
		h[i] = start[i];
	message[n] = 0x80;
	for (unsigned i = n + 1; i < end - 4; i++)
		message[i] = 0;
	for (int i = 0; i < 4; i++)
		message[end - 4 + i] = n * 8 >> (24 - 8 * i);
	for (unsigned at = 0; at < end; at += 64)
		block(message + at);
}

static int is(const unsigned *digest)
{
	for (int i = 0; i < 8; i++)
		if (h[i] != digest[i])
			return 0;
	return 1;
}

int main(unsigned long entry_r1)
{
	int good = 1;

	(void)entry_r1;
	for (int i = 0; i < 3; i++)
		message[i] = 'a' + i;
	sha256(3);
	if (!is(known_abc))
		return 2;
	for (int r = 0; good && r < REPEAT; r++) {
		for (int i = 0; i < SIZE; i++)
			message[i] = 'a';
		sha256(SIZE);
		good = is(known);
	}
	put_str("sha256: ");
	for (int i = 0; i < 8; i++)
		put_hex(h[i], 8);
	put_str("\n");
	return !good;
}
