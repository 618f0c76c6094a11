import { existsSync } from 'node:fs';
import { basename } from 'node:path';

/** What KServe's scikit-learn server looks for in a directory (python/sklearnserver/sklearnserver/model.py). */
const ofDirectories = ['.joblib', '.pkl', '.pickle'];
/** What people call such files besides. */
const further = ['.sav', '.model', '.bin'];

/** Suffixes that a model file in a directory may have; content decides the format. */
export const modelSuffixes: readonly string[] = ofDirectories;

/** The name under which a path is served when nobody gives one: `models/iris-model.joblib` is `iris-model`. */
export function modelNameOf(reference: string): string {
  const base = basename(splitReference(reference).path);
  const suffix = [...ofDirectories, ...further].find(one => base.toLowerCase().endsWith(one));
  return suffix === undefined || suffix.length === base.length ? base : base.slice(0, -suffix.length);
}

/** `PATH#OBJECT` as path and object. A file whose own name has the sign is that file. */
export function splitReference(reference: string): { readonly path: string; readonly object?: string } {
  const at = reference.lastIndexOf('#');
  if (at < 1 || at === reference.length - 1 || existsSync(reference)) return { path: reference };
  return { path: reference.slice(0, at), object: reference.slice(at + 1) };
}
