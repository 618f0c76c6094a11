import { existsSync } from 'node:fs';
import { basename } from 'node:path';

/** What KServe's servers of scikit-learn, XGBoost and LightGBM look for in a directory, that nothing else is called. */
const sure = ['.joblib', '.pkl', '.pickle', '.bst', '.ubj'];
/** What models are called, and much besides. */
const perhaps = ['.json', '.txt', '.model'];
/** What people call such files besides. */
const further = ['.sav', '.bin'];

/** Whether the name of a file in a directory says that it is a model: `perhaps` leaves it to the content. */
export function saysModel(name: string): boolean | 'perhaps' {
  if (sure.some(suffix => name.endsWith(suffix))) return true;
  return perhaps.some(suffix => name.endsWith(suffix)) ? 'perhaps' : false;
}

/** For messages. */
export const modelSuffixes: readonly string[] = [...sure, ...perhaps];

/** The name under which a path is served when nobody gives one: `models/iris-model.joblib` is `iris-model`. */
export function modelNameOf(reference: string): string {
  const base = basename(splitReference(reference).path);
  const suffix = [...modelSuffixes, ...further].find(one => base.toLowerCase().endsWith(one));
  return suffix === undefined || suffix.length === base.length ? base : base.slice(0, -suffix.length);
}

/** `PATH#OBJECT` as path and object. A file whose own name has the sign is that file. */
export function splitReference(reference: string): { readonly path: string; readonly object?: string } {
  const at = reference.lastIndexOf('#');
  if (at < 1 || at === reference.length - 1 || existsSync(reference)) return { path: reference };
  return { path: reference.slice(0, at), object: reference.slice(at + 1) };
}
