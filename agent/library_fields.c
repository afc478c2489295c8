/* A table: C name and basic size of a type, then offsets and names. A struct that changes
 * changes its size as a rule: where no size fits, no name is given and a reference says its
 * place alone. Nothing is read by these offsets but words of the object itself (and the
 * block behind an Element), and a name is only given to a word that tp_traverse reported:
 * a wrong entry would cost the truth of a label, never the process. Names with a + in front
 * are the C source's; those without are attributes that lead to the very object. The
 * commonest are held against the interpreter by tests/python/test_field_names.py. */
#include "agent/library_fields.h"

#include <string.h>

#define FIELDS(...)                    \
	(const struct library_field[]) \
	{                              \
		__VA_ARGS__,           \
		{                      \
			0, NULL        \
		}                      \
	}

/* clang-format off */
static const struct library_layout layouts[] = {
	/* functools */
	{"functools._lru_cache_wrapper", {128, 136}, LAYOUT_ANY, "+root",
	 FIELDS({72, "+cache"}, {88, "+func"}, {112, "+cache_info_type"})},
	{"functools._lru_cache_wrapper", {152}, LAYOUT_ANY, "+root",
	 FIELDS({72, "+cache"}, {88, "+func"}, {112, "+kwd_mark"}, {120, "+lru_list_elem_type"},
		{128, "+cache_info_type"})},
	{"functools._lru_cache_wrapper", {144}, LAYOUT_ANY, "+root",
	 FIELDS({64, "+maxsize_O"}, {72, "+func"}, {88, "+cache"}, {96, "+cache_info_type"})},
	{"functools._lru_list_elem", {56}, LAYOUT_ANY, NULL, FIELDS({40, "+key"}, {48, "+result"})},
	{"functools.KeyWrapper", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+cmp"})},
	{"operator.itemgetter", {32, 40, 48}, LAYOUT_ANY, NULL, FIELDS({24, "+item"})},
	{"operator.attrgetter", {32, 40}, LAYOUT_ANY, NULL, FIELDS({24, "+attr"})},
	{"operator.methodcaller", {40}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+name"}, {24, "+args"}, {32, "+kwds"})},
	{"operator.methodcaller", {64}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+name"}, {24, "+args"}, {32, "+kwds"}, {40, "+vectorcall_args"},
		{48, "+vectorcall_kwnames"})},

	/* asyncio */
	{"_asyncio.Future", {88}, LAYOUT_ANY, NULL,
	 FIELDS({16, "_loop"}, {24, "+fut_callbacks"}, {32, "_exception"}, {40, "_result"},
		{48, "_source_traceback"})},
	{"_asyncio.Task", {112}, LAYOUT_ANY, NULL,
	 FIELDS({16, "_loop"}, {24, "+fut_callbacks"}, {32, "_exception"}, {40, "_result"},
		{48, "_source_traceback"}, {88, "_fut_waiter"}, {96, "_coro"})},
#define FUTURE_37 {16, "_loop"}, {24, "+fut_callback0"}, {32, "+fut_context0"}, \
		  {40, "+fut_callbacks"}, {48, "_exception"}, {56, "_result"}, {64, "_source_traceback"}
#define FUTURE_310 {16, "_loop"}, {24, "+fut_callback0"}, {32, "+fut_context0"}, \
		   {40, "+fut_callbacks"}, {48, "_exception"}, {56, "+fut_exception_tb"}, \
		   {64, "_result"}, {72, "_source_traceback"}, {80, "_cancel_message"}
#define FUTURE_314 FUTURE_310, {96, "+fut_awaited_by"}
	{"_asyncio.Future", {104}, LAYOUT_STATIC, NULL, FIELDS(FUTURE_37)},
	{"_asyncio.Future", {144}, LAYOUT_ANY, NULL, FIELDS(FUTURE_37, {72, "_cancel_message"})},
	{"_asyncio.Future", {152, 128}, LAYOUT_ANY, NULL, FIELDS(FUTURE_310)},
	{"_asyncio.Future", {104}, LAYOUT_HEAP, NULL, FIELDS(FUTURE_310)},
	{"_asyncio.Future", {112}, LAYOUT_ANY, NULL, FIELDS(FUTURE_314)},
	{"_asyncio.Task", {136}, LAYOUT_ANY, NULL,
	 FIELDS(FUTURE_37, {104, "_fut_waiter"}, {112, "_coro"}, {120, "+task_context"})},
	{"_asyncio.Task", {144}, LAYOUT_STATIC, NULL,
	 FIELDS(FUTURE_37, {104, "_fut_waiter"}, {112, "_coro"}, {120, "+task_name"},
		{128, "+task_context"})},
	{"_asyncio.Task", {184}, LAYOUT_ANY, NULL,
	 FIELDS(FUTURE_37, {72, "_cancel_message"}, {144, "_fut_waiter"}, {152, "_coro"},
		{160, "+task_name"}, {168, "+task_context"})},
	{"_asyncio.Task", {192}, LAYOUT_ANY, NULL,
	 FIELDS(FUTURE_310, {152, "_fut_waiter"}, {160, "_coro"}, {168, "+task_name"},
		{176, "+task_context"})},
	{"_asyncio.Task", {176}, LAYOUT_ANY, NULL,
	 FIELDS(FUTURE_310, {128, "_fut_waiter"}, {136, "_coro"}, {144, "+task_name"},
		{152, "+task_context"})},
	{"_asyncio.Task", {144}, LAYOUT_HEAP, NULL,
	 FIELDS(FUTURE_310, {112, "_fut_waiter"}, {120, "_coro"}, {128, "+task_name"},
		{136, "+task_context"})},
	{"_asyncio.Task", {168}, LAYOUT_ANY, NULL,
	 FIELDS(FUTURE_314, {120, "_fut_waiter"}, {128, "_coro"}, {136, "+task_name"},
		{144, "+task_context"})},
	{"_asyncio.FutureIter", {24}, LAYOUT_ANY, NULL, FIELDS({16, "+future"})},
	{"TaskWakeupMethWrapper", {24}, LAYOUT_ANY, NULL, FIELDS({16, "+ww_task"})},
	{"TaskStepMethWrapper", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+sw_task"}, {24, "+sw_arg"})},
	{"_asyncio.TaskStepMethWrapper", {32}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+sw_task"}, {24, "+sw_arg"})},
	{"async_generator_asend", {40}, LAYOUT_ANY, NULL, FIELDS({16, "+ags_gen"}, {24, "+ags_sendval"})},
	{"async_generator_athrow", {40}, LAYOUT_ANY, NULL, FIELDS({16, "+agt_gen"}, {24, "+agt_args"})},
	{"coroutine_wrapper", {24}, LAYOUT_ANY, NULL, FIELDS({16, "+cw_coroutine"})},
	{"Context", {48}, LAYOUT_STATIC, NULL, FIELDS({16, "+ctx_prev"}, {24, "+ctx_vars"})},
	{"_contextvars.Context", {48}, LAYOUT_ANY, NULL, FIELDS({16, "+ctx_prev"}, {24, "+ctx_vars"})},
	{"hamt", {40}, LAYOUT_STATIC, NULL, FIELDS({16, "+h_root"})},

	/* iterators */
	{"list_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"list_reverseiterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"tuple_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"bytes_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"bytearray_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"str_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"str_ascii_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+it_seq"})},
	{"callable_iterator", {32}, LAYOUT_STATIC, NULL, FIELDS({16, "+it_callable"}, {24, "+it_sentinel"})},
	{"reversed", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "+seq"})},
	{"set_iterator", {48}, LAYOUT_STATIC, NULL, FIELDS({16, "+si_set"})},
#define DICT_ITERATOR FIELDS({16, "+di_dict"}, {40, "+di_result"})
	{"dict_keyiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_valueiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_itemiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_reversekeyiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_reversevalueiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_reverseitemiterator", {56}, LAYOUT_STATIC, NULL, DICT_ITERATOR},
	{"dict_keys", {24}, LAYOUT_STATIC, NULL, FIELDS({16, "+dv_dict"})},
	{"dict_values", {24}, LAYOUT_STATIC, NULL, FIELDS({16, "+dv_dict"})},
	{"dict_items", {24}, LAYOUT_STATIC, NULL, FIELDS({16, "+dv_dict"})},
	{"odict_iterator", {64}, LAYOUT_STATIC, NULL,
	 FIELDS({24, "+di_odict"}, {48, "+di_result"}, {56, "+di_current"})},
	{"_collections._deque_iterator", {56}, LAYOUT_ANY, NULL, FIELDS({32, "+deque"})},
	{"_collections._deque_reverse_iterator", {56}, LAYOUT_ANY, NULL, FIELDS({32, "+deque"})},
	{"collections._deque_iterator", {56}, LAYOUT_ANY, NULL, FIELDS({32, "+deque"})},
	{"collections._deque_reverse_iterator", {56}, LAYOUT_ANY, NULL, FIELDS({32, "+deque"})},
	{"enumerate", {48, 56}, LAYOUT_STATIC, NULL,
	 FIELDS({24, "+en_sit"}, {32, "+en_result"}, {40, "+en_longindex"})},
	{"filter", {32}, LAYOUT_STATIC, NULL, FIELDS({16, "+func"}, {24, "+it"})},
	{"map", {32, 40}, LAYOUT_STATIC, NULL, FIELDS({16, "+iters"}, {24, "+func"})},
	{"zip", {40, 48}, LAYOUT_STATIC, NULL, FIELDS({24, "+ittuple"}, {32, "+result"})},

	/* itertools */
	{"itertools.accumulate", {40, 48, 56}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+total"}, {24, "+it"}, {32, "+binop"}, {40, "+initial"})},
	{"itertools.batched", {32, 40}, LAYOUT_ANY, NULL, FIELDS({16, "+it"})},
	{"itertools.chain", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+source"}, {24, "+active"})},
	{"itertools.combinations", {56}, LAYOUT_ANY, NULL, FIELDS({16, "+pool"}, {32, "+result"})},
	{"itertools.combinations_with_replacement", {56}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+pool"}, {32, "+result"})},
	{"itertools.compress", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+data"}, {24, "+selectors"})},
	{"itertools.count", {40}, LAYOUT_ANY, NULL, FIELDS({24, "+long_cnt"}, {32, "+long_step"})},
	{"itertools.cycle", {40, 48}, LAYOUT_ANY, NULL, FIELDS({16, "+it"}, {24, "+saved"})},
	{"itertools.dropwhile", {40}, LAYOUT_ANY, NULL, FIELDS({16, "+func"}, {24, "+it"})},
	{"itertools.takewhile", {40}, LAYOUT_ANY, NULL, FIELDS({16, "+func"}, {24, "+it"})},
	{"itertools.filterfalse", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+func"}, {24, "+it"})},
	{"itertools.groupby", {56, 64, 72}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+it"}, {24, "+keyfunc"}, {32, "+tgtkey"}, {40, "+currkey"}, {48, "+currvalue"})},
	{"itertools._grouper", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+parent"}, {24, "+tgtkey"})},
	{"itertools.islice", {56}, LAYOUT_ANY, NULL, FIELDS({16, "+it"})},
	{"itertools.pairwise", {32, 40}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+it"}, {24, "+old"}, {32, "+result"})},
	{"itertools.permutations", {64}, LAYOUT_ANY, NULL, FIELDS({16, "+pool"}, {40, "+result"})},
	{"itertools.product", {48}, LAYOUT_ANY, NULL, FIELDS({16, "+pools"}, {32, "+result"})},
	{"itertools.repeat", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+element"})},
	{"itertools.starmap", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+func"}, {24, "+it"})},
	{"itertools.zip_longest", {56}, LAYOUT_ANY, NULL,
	 FIELDS({32, "+ittuple"}, {40, "+result"}, {48, "+fillvalue"})},
	{"itertools._tee", {40, 48}, LAYOUT_ANY, NULL, FIELDS({16, "+dataobj"})},
	{"itertools._tee_dataobject", {496}, LAYOUT_ANY, "+values",
	 FIELDS({16, "+it"}, {32, "+nextlink"})},

	/* of the interpreter */
	{"module", {0}, LAYOUT_STATIC, "+md_state", FIELDS({16, "__dict__"})},
	{"builtin_method", {64}, LAYOUT_STATIC, NULL, FIELDS({56, "+mm_class"})},
	{"managedbuffer", {112}, LAYOUT_STATIC, NULL, FIELDS({40, "+obj"})},
	{"memoryview", {144}, LAYOUT_STATIC, NULL, FIELDS({24, "+mbuf"})},
	{"mappingproxy", {24}, LAYOUT_STATIC, NULL, FIELDS({16, "+mapping"})},
	{"method-wrapper", {32}, LAYOUT_STATIC, NULL, FIELDS({16, "+descr"})},
	{"weakproxy", {56, 64}, LAYOUT_STATIC, NULL, FIELDS({24, "+wr_callback"})},
	{"weakcallableproxy", {56, 64}, LAYOUT_STATIC, NULL, FIELDS({24, "+wr_callback"})},
	{"weakref.ProxyType", {56, 64}, LAYOUT_STATIC, NULL, FIELDS({24, "+wr_callback"})},
	{"weakref.CallableProxyType", {56, 64}, LAYOUT_STATIC, NULL, FIELDS({24, "+wr_callback"})},
	{"types.GenericAlias", {48, 56, 64}, LAYOUT_STATIC, NULL, FIELDS({32, "__parameters__"})},
	{"types.UnionType", {32}, LAYOUT_STATIC, NULL, FIELDS({24, "__parameters__"})},
	{"typing.Union", {56}, LAYOUT_STATIC, NULL,
	 FIELDS({24, "+hashable_args"}, {32, "+unhashable_args"}, {40, "__parameters__"})},
	{"typing.TypeVar", {64}, LAYOUT_ANY, NULL,
	 FIELDS({24, "__bound__"}, {32, "+evaluate_bound"}, {40, "__constraints__"},
		{48, "+evaluate_constraints"})},
	{"typing.TypeVar", {80}, LAYOUT_ANY, NULL,
	 FIELDS({24, "__bound__"}, {32, "+evaluate_bound"}, {40, "__constraints__"},
		{48, "+evaluate_constraints"}, {56, "__default__"}, {64, "+evaluate_default"})},
	{"typing.TypeAliasType", {56}, LAYOUT_ANY, NULL,
	 FIELDS({24, "__type_params__"}, {32, "+compute_value"}, {40, "__value__"})},
	{"typing.TypeAliasType", {64}, LAYOUT_ANY, NULL,
	 FIELDS({32, "__type_params__"}, {40, "+compute_value"}, {48, "__value__"})},
	{"lazy_import", {56}, LAYOUT_STATIC, NULL,
	 FIELDS({16, "+lz_builtins"}, {24, "+lz_from"}, {32, "+lz_attr"}, {40, "+lz_code"})},

	/* of the library's modules */
	{"_abc._abc_data", {48}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+_abc_registry"}, {24, "+_abc_cache"}, {32, "+_abc_negative_cache"})},
	{"re.Pattern", {96}, LAYOUT_ANY, NULL, FIELDS({32, "groupindex"}, {40, "+indexgroup"})},
	{"_struct.Struct", {56}, LAYOUT_ANY, NULL, FIELDS({40, "+s_format"})},
	{"_queue.SimpleQueue", {56}, LAYOUT_ANY, NULL, FIELDS({32, "+lst"})},
	{"_json.Scanner", {72}, LAYOUT_ANY, NULL, FIELDS({64, "+memo"})},
	{"_csv.Dialect", {48}, LAYOUT_ANY, NULL, FIELDS({40, "lineterminator"})},
	{"_thread._local", {64}, LAYOUT_ANY, NULL,
	 FIELDS({24, "+args"}, {32, "+kw"}, {48, "+dummies"})},
	{"_thread._local", {56}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+args"}, {24, "+kw"}, {40, "+localdummies"}, {48, "+thread_watchdogs"})},
	{"decimal.Context", {96, 104}, LAYOUT_HEAP, NULL, FIELDS({64, "traps"}, {72, "flags"})},
	{"_io.StringIO", {168}, LAYOUT_ANY, NULL, FIELDS({128, "+readnl"})},
	{"_io.StringIO", {120}, LAYOUT_ANY, NULL, FIELDS({80, "+readnl"})},
	{"_io.TextIOWrapper", {192, 200}, LAYOUT_ANY, NULL,
	 FIELDS({48, "+encoder"}, {56, "+decoder"}, {64, "+readnl"}, {72, "+errors"}, {168, "+raw"})},
	{"sqlite3.Row", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+data"}, {24, "+description"})},
	{"sqlite3.Connection", {216}, LAYOUT_ANY, NULL,
	 FIELDS({64, "+statement_cache"}, {72, "+cursors"}, {80, "+blobs"})},
	{"sqlite3.Connection", {224}, LAYOUT_ANY, NULL,
	 FIELDS({72, "+statement_cache"}, {80, "+cursors"}, {88, "+blobs"})},
	{"sqlite3.Cursor", {104}, LAYOUT_ANY, NULL, FIELDS({64, "row_factory"}, {72, "+statement"})},
	{"xml.etree.ElementTree.Element", {56}, LAYOUT_ANY, REST_INDEX,
	 FIELDS({16, "tag"}, {24, "text"}, {32, "tail"}, {PLACE_BEHIND(40, 0), "attrib"})},
	{"_elementtree._element_iterator", {64}, LAYOUT_ANY, "+parent_stack",
	 FIELDS({40, "+root_element"}, {48, "+sought_tag"})},
	{"xml.etree.ElementTree.TreeBuilder", {160, 168}, LAYOUT_ANY, NULL,
	 FIELDS({16, "+root"}, {24, "+this"}, {32, "+last"}, {56, "+stack"})},
	{"xml.etree.ElementTree.XMLParser", {120, 128, 136}, LAYOUT_ANY, NULL,
	 FIELDS({40, "+names"}, {64, "+handle_start"}, {72, "+handle_data"}, {80, "+handle_end"},
		{88, "+handle_comment"}, {96, "+handle_pi"}, {112, "+handle_close"})},

	/* ctypes */
	{"_ctypes.CField", {72}, LAYOUT_ANY, NULL, FIELDS({40, "+proto"})},
	{"_ctypes.CThunkObject", {128}, LAYOUT_ANY, NULL,
	 FIELDS({80, "+converters"}, {88, "+callable"}, {96, "+restype"})},
	{"_ctypes.DictRemover", {32}, LAYOUT_ANY, NULL, FIELDS({16, "+key"}, {24, "+dict"})},
#define FUNCTION_POINTER FIELDS({96, "+thunk"}, {104, "+callable"}, {112, "+converters"}, \
				{120, "argtypes"}, {128, "+restype"}, {136, "+checker"}, {144, "+errcheck"})
	{"_ctypes.PyCFuncPtr", {160}, LAYOUT_ANY, NULL, FUNCTION_POINTER},
	{"_ctypes.CFuncPtr", {160}, LAYOUT_ANY, NULL, FUNCTION_POINTER},
	{"_ctypes.CType_Type", {1088}, LAYOUT_ANY, NULL,
	 FIELDS({984, "+proto"}, {1016, "+argtypes"}, {1024, "+converters"}, {1032, "+restype"},
		{1048, "+module"})},
	{"_ctypes.CType_Type", {1120}, LAYOUT_ANY, NULL,
	 FIELDS({1000, "+proto"}, {1032, "+argtypes"}, {1040, "+converters"}, {1048, "+restype"},
		{1064, "+pointer_type"}, {1072, "+module"})},
};
/* clang-format on */

static bool fits(const struct library_layout *layout, const PyTypeObject *type)
{
	bool is_heap = type_is_heap(type);

	if (layout->made != LAYOUT_ANY && is_heap != (layout->made == LAYOUT_HEAP))
		return false;
	if (strcmp(layout->type, type->tp_name) != 0)
		return false;
	if (layout->sizes[0] == 0)
		return true;
	for (size_t i = 0; i < sizeof layout->sizes / sizeof layout->sizes[0]; i++)
		if (layout->sizes[i] != 0 && type->tp_basicsize == layout->sizes[i])
			return true;
	return false;
}

const struct library_layout *library_layout_of(const PyTypeObject *type,
					       traverseproc subtype_traverse)
{
	for (; type != NULL; type = type->tp_base) {
		if (type->tp_traverse == NULL || type->tp_traverse == subtype_traverse)
			continue;
		for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
			if (fits(&layouts[i], type))
				return &layouts[i];
	}
	return NULL;
}
