/* [kind, {"first": first, key: [records...]}]: room for all but the records is left
 * at the front of the buffer and filled from its end, so nothing is moved. */
#include "format/list_frame.h"

#include <string.h>

void hs_list_frame_init(struct hs_list_frame *list, uint8_t *buffer, size_t size, uint32_t kind,
			const char *key)
{
	*list = (struct hs_list_frame){.buffer = buffer, .kind = kind, .key = key};
	list->out.end = buffer + size;
	list->out.next = buffer + HS_LIST_HEAD_BYTES;
}

const uint8_t *hs_list_frame_finish(const struct hs_list_frame *list, size_t *length)
{
	uint8_t head[HS_LIST_HEAD_BYTES];
	struct hs_encoder out = {head, head + sizeof head, false};
	hs_encode_array(&out, 2);
	hs_encode_uint(&out, list->kind);
	hs_encode_map(&out, 2);
	hs_encode_key(&out, "first");
	hs_encode_uint(&out, list->first);
	hs_encode_key(&out, list->key);
	hs_encode_array(&out, list->count);
	size_t head_bytes = (size_t)(out.next - head);
	uint8_t *begin = list->buffer + HS_LIST_HEAD_BYTES - head_bytes;
	memcpy(begin, head, head_bytes);
	*length = (size_t)(list->out.next - begin);
	return begin;
}

void hs_list_frame_restart(struct hs_list_frame *list)
{
	list->first += list->count;
	list->count = 0;
	list->out.next = list->buffer + HS_LIST_HEAD_BYTES;
	list->out.overflow = false;
}
