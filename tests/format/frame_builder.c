/* Grows the file frame by frame with the writer's own compression. */
#include "tests/format/frame_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/frame.h"
#include "format/records.h"

static void *must(void *memory)
{
	if (!memory) {
		fputs("frame_builder: out of memory\n", stderr);
		abort();
	}
	return memory;
}

static void append(struct frame_builder *builder, const uint8_t *bytes, size_t length)
{
	builder->bytes = must(realloc(builder->bytes, builder->length + length));
	memcpy(builder->bytes + builder->length, bytes, length);
	builder->length += length;
}

void frame_builder_add(struct frame_builder *builder, const uint8_t *raw, size_t length)
{
	size_t size = hs_compressor_size(1), bound = hs_compress_bound(length), file_bytes = 0;
	void *memory = must(malloc(size));
	uint8_t *compressed = must(malloc(bound));
	struct hs_error err;
	struct hs_compressor *compressor = must(hs_compressor_init(memory, size, 1));
	if (hs_compress(compressor, compressed, bound, raw, length, &file_bytes, &err))
		abort();
	append(builder, compressed, file_bytes);
	free(compressed);
	free(memory);
}

struct hs_encoder *frame_builder_begin(struct frame_builder *builder, uint32_t kind)
{
	builder->out = (struct hs_encoder){builder->raw, builder->raw + sizeof builder->raw, false};
	hs_encode_array(&builder->out, 2);
	hs_encode_uint(&builder->out, kind);
	return &builder->out;
}

void frame_builder_end(struct frame_builder *builder)
{
	frame_builder_add(builder, builder->raw, (size_t)(builder->out.next - builder->raw));
}

void frame_builder_init(struct frame_builder *builder, bool header, const char *requirement)
{
	static const uint8_t identity[] = {0x50, 0x2a, 0x4d, 0x18, 12,  0,   0, 0, 'h', 'e',
					   'a',  'p',  's',  'n',  'a', 'p', 1, 0, 0,   0};
	builder->bytes = NULL;
	builder->length = 0;
	append(builder, identity, sizeof identity);
	if (!header)
		return;
	struct hs_encoder *out = frame_builder_begin(builder, HS_FRAME_HEADER);
	hs_encode_map(out, 2);
	hs_encode_key(out, "format");
	hs_encode_array(out, 2);
	hs_encode_uint(out, 1);
	hs_encode_uint(out, 0);
	hs_encode_key(out, "requires");
	hs_encode_array(out, requirement != NULL);
	if (requirement)
		hs_encode_key(out, requirement);
	frame_builder_end(builder);
}

void frame_builder_release(struct frame_builder *builder)
{
	free(builder->bytes);
}

void frame_builder_tables(struct frame_builder *builder)
{
	struct hs_encoder *out = frame_builder_begin(builder, HS_FRAME_TABLE);
	hs_encode_map(out, 2);
	hs_encode_key(out, "first");
	hs_encode_uint(out, 0);
	hs_encode_key(out, "types");
	hs_encode_array(out, 1);
	hs_encode_array(out, 5);
	hs_encode_uint(out, 8);
	hs_encode_key(out, "T");
	for (int i = 0; i < 3; i++)
		hs_encode_uint(out, 0);
	frame_builder_end(builder);
	out = frame_builder_begin(builder, HS_FRAME_TABLE);
	hs_encode_map(out, 2);
	hs_encode_key(out, "first");
	hs_encode_uint(out, 0);
	hs_encode_key(out, "slot_maps");
	hs_encode_array(out, 1);
	hs_encode_array(out, 3);
	hs_encode_uint(out, 0);
	hs_encode_array(out, 0);
	hs_encode_array(out, 0);
	frame_builder_end(builder);
}
