type Fields = Readonly<Record<string, unknown>>;

/** Whether two values are the same as JSON: the order of keys does not count, and a key without a value is none. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left)) return sameLists(left, right as readonly unknown[]);
  const keys = definedKeys(left as Fields);
  if (keys.length !== definedKeys(right as Fields).length) return false;
  return keys.every(
    key => Object.hasOwn(right, key) && sameJson((left as Fields)[key], (right as Fields)[key]),
  );
}

function sameLists(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
}

function definedKeys(object: Fields): string[] {
  return Object.keys(object).filter(key => object[key] !== undefined);
}
