import type { KubeObject } from '../../meta/index.ts';

/** Whether a field holds nothing: what Go's JSON decoder leaves at its zero value. */
export function unset(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

/** The part with fields set that are absent (Go's nil pointers); the same value when nothing is missing. */
export function filled<Part extends object>(part: Part, defaults: Partial<Part>): Part {
  return fill(part, defaults, value => value === undefined || value === null);
}

/** The part with fields set that are absent, empty texts or 0 (Go's plain fields). */
export function filledZero<Part extends object>(part: Part, defaults: Partial<Part>): Part {
  return fill(part, defaults, unset);
}

function fill<Part extends object>(
  part: Part,
  defaults: Partial<Part>,
  missing: (value: unknown) => boolean,
): Part {
  const fields = Object.keys(defaults) as (keyof Part)[];
  const absent = fields.filter(field => defaults[field] !== undefined && missing(part[field]));
  if (absent.length === 0) return part;
  return { ...part, ...Object.fromEntries(absent.map(field => [field, defaults[field]])) };
}

/** The part with one field changed, if it is there; the same value when the change changes nothing. */
export function mapped<Part extends object, Field extends keyof Part>(
  part: Part,
  field: Field,
  change: (value: NonNullable<Part[Field]>) => Part[Field],
): Part {
  const value = part[field];
  if (value === undefined || value === null) return part;
  const next = change(value);
  return next === value ? part : { ...part, [field]: next };
}

/** The part with each item of a list changed; the same value when no item changes. */
export function mappedEach<Part extends object, Field extends keyof Part>(
  part: Part,
  field: Field,
  change: (item: ItemOf<Part[Field]>) => ItemOf<Part[Field]>,
): Part {
  return mapped(part, field, value => {
    const items = value as readonly ItemOf<Part[Field]>[];
    const next = items.map(change);
    return next.every((item, index) => item === items[index]) ? value : (next as Part[Field]);
  });
}

type ItemOf<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never;

/** The part without some of its fields; the same value when it has none of them. */
export function without<Part extends object>(part: Part, ...fields: readonly string[]): Part {
  if (!fields.some(field => Object.hasOwn(part, field))) return part;
  const entries = Object.entries(part).filter(([field]) => !fields.includes(field));
  return Object.fromEntries(entries) as Part;
}

/** The `spec` (or another part) of an object changed; an absent one begins empty. */
export function withPart<Part extends object>(
  object: KubeObject,
  name: string,
  change: (part: Part) => Part,
): KubeObject {
  const part = (object[name] ?? {}) as Part;
  const next = change(part);
  return next === object[name] ? object : { ...object, [name]: next };
}

export function withSpec<Spec extends object>(object: KubeObject, change: (spec: Spec) => Spec): KubeObject {
  return withPart(object, 'spec', change);
}

/** The `spec` of an object, or an empty one; its types have been checked against the schema. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape it reads
export function specOf<Spec extends object>(object: KubeObject): Spec {
  return (object['spec'] ?? {}) as Spec;
}

/** The `status` of an object, or an empty one. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape it reads
export function statusOf<Status extends object>(object: KubeObject): Status {
  return (object['status'] ?? {}) as Status;
}

/** The object with fields of its metadata changed. */
export function withMetadata(object: KubeObject, changes: Partial<KubeObject['metadata']>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...changes } };
}
