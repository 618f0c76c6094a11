import type { ActionHandler } from '../call.ts';
import { decodeObject } from '../requests/decode.ts';
import { writeOptions } from '../requests/options.ts';
import { changed, withName } from '../writes/update.ts';

/** Answers PUT of a namespace's `finalize`: says what still holds it, and lets it go when nothing does. */
export const finalize: ActionHandler = async call => {
  const options = writeOptions('UpdateOptions', call.query);
  const object = withName(call, decodeObject(call, options.fieldValidation));
  const { finalizers } = (object['spec'] ?? {}) as { finalizers?: readonly string[] };
  const next = await changed(call, options, current => ({
    object: { ...current, spec: { ...(current['spec'] as object), finalizers } },
  }));
  return { status: 200, object: next, kind: call.kind };
};
