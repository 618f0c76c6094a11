/** What Go's converter of maps calls a value of JSON. */
const kinds: Readonly<Record<string, string>> = {
  number: 'int64',
  bool: 'bool',
  string: 'string',
  array: 'slice',
  object: 'map',
};

const scalars = /^(u?int\d*|float\d+|string|bool)$/;

/**
 * A wrong type as the real server says it of an object that a strategic patch has made: it converts maps into structs, where other
 * patches decode JSON.
 * @param fault what a decoder of JSON says of it
 */
export function converterFault(fault: string): string {
  const [, kind = '', part, type = ''] =
    /^json: cannot unmarshal (\w+)( [\d.e+-]+)? into Go (?:struct field \S+|value) of type (.*)$/s.exec(
      fault,
    ) ?? [];
  const found = part?.includes('.') === true ? 'float64' : kinds[kind];
  if (found === undefined) return fault;
  if (scalars.test(type)) {
    const converts = kind === 'number' && (type === 'string' ? found === 'int64' : type !== 'bool');
    return converts ? `cannot convert ${found} to ${type}` : `unrecognized type: ${type}`;
  }
  if (type.startsWith('map[')) return `cannot restore map from ${found}`;
  if (type.startsWith('[]')) return `cannot restore slice from ${found}`;
  return /^v\d\w*\.(?!Time$|MicroTime$)[A-Z]/.test(type) ? `cannot restore struct from: ${found}` : fault;
}
