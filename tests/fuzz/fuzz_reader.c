/* The reader on any bytes: identity, zstd's frames, seek table. Checksums stop most
 * mutations early; what lies behind them is fuzz_frames.c's. */
#include "tests/fuzz/walk_snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	walk_snapshot(bytes, length);
	return 0;
}
