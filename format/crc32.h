/* CRC-32 as of IEEE 802.3 and zlib: reflected polynomial 0xEDB88320, initial value
 * and final xor 0xFFFFFFFF. The CRC of "123456789" is 0xCBF43926. */
#ifndef HEAPSNAP_FORMAT_CRC32_H
#define HEAPSNAP_FORMAT_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* 8 KiB that the caller has, so that no foreign process carries them for nothing. */
struct hs_crc32 {
	uint32_t tables[8][256];
};

void hs_crc32_init(struct hs_crc32 *);
uint32_t hs_crc32_of(const struct hs_crc32 *, const uint8_t *bytes, size_t length);

#endif
