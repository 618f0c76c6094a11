import type { Column, Kind, Rules } from '../kind.ts';

type Conversion = NonNullable<Kind['conversion']>;

/** The rules of the stored version of a kind, kept by objects of another version. */
export function rulesThrough(rules: Rules, to: Conversion): Rules {
  return {
    ...rules,
    ...(rules.complete !== undefined && {
      complete: object => to.fromStorage(rules.complete?.(to.toStorage(object)) ?? object),
    }),
    ...(rules.prepareCreate !== undefined && {
      prepareCreate: (object, context) =>
        to.fromStorage(rules.prepareCreate?.(to.toStorage(object), context) ?? object),
    }),
    ...(rules.prepareUpdate !== undefined && {
      prepareUpdate: (object, old, context) =>
        to.fromStorage(rules.prepareUpdate?.(to.toStorage(object), to.toStorage(old), context) ?? object),
    }),
    ...(rules.validateCreate !== undefined && {
      validateCreate: (object, context) => rules.validateCreate?.(to.toStorage(object), context) ?? [],
    }),
    ...(rules.validateUpdate !== undefined && {
      validateUpdate: (object, old, context) =>
        rules.validateUpdate?.(to.toStorage(object), to.toStorage(old), context) ?? [],
    }),
    ...(rules.warnings !== undefined && {
      warnings: (object, old) => rules.warnings?.(to.toStorage(object), old && to.toStorage(old)) ?? [],
    }),
  };
}

/** The columns of the stored version of a kind, for objects of another version. */
export function columnsThrough(columns: readonly Column[], to: Conversion): readonly Column[] {
  return columns.map(column => ({
    ...column,
    cell: (object, now) => column.cell(to.toStorage(object), now),
  }));
}
