import { NdArray, PyDict, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';
import { itemsOf } from './python.ts';

/** What a list is wrapped in nests a few levels: an index of pandas in an array of its own in an array of NumPy. */
const deepest = 6;

/**
 * Items of whatever people and libraries keep lists of columns or estimators in: a list, a tuple, an array of NumPy, an
 * index or array of pandas around one, a `collections.UserList`.
 */
export function listedItems(value: PyValue | undefined, depth = 0): readonly PyValue[] | undefined {
  const items = itemsOf(value);
  if (items !== undefined) return items;
  if (value instanceof NdArray) return value.shape.length === 1 ? value.values() : undefined;
  if (!(value instanceof PyObject) || depth > deepest) return undefined;
  for (const inside of wrappedBy(value)) {
    const found = listedItems(inside, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where the wrappers keep their list: `data` or `_data` (`_ndarray` for arrays of pandas), or a pair (dtype, array). */
function wrappedBy({ cls, args, state, listItems }: PyObject): readonly PyValue[] {
  const [library] = cls.module.split('.');
  const places = [...args, state ?? null];
  const dicts = places.filter(place => place instanceof PyDict);
  const named = dicts.flatMap(dict => ['data', '_data', '_ndarray'].map(name => dict.get(name) ?? null));
  const paired =
    library === 'pandas'
      ? places.flatMap(place => (place instanceof PyTuple ? place.items.filter(isArray) : []))
      : [];
  const own = library === 'pandas' ? args.filter(isArray) : [];
  return [...(listItems === undefined ? [] : [listItems]), ...named, ...paired, ...own];
}

function isArray(value: PyValue): boolean {
  return value instanceof NdArray || (value instanceof PyObject && value.cls.module.startsWith('pandas'));
}

/** The same when all of them are texts. */
export function listedTexts(value: PyValue | undefined): readonly string[] | undefined {
  const items = listedItems(value);
  return items?.every(item => typeof item === 'string') === true ? items : undefined;
}
