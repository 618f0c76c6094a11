import { basename } from 'node:path';

/** What KServe's scikit-learn server looks for in a directory (python/sklearnserver/sklearnserver/model.py). */
const ofDirectories = ['.joblib', '.pkl', '.pickle'];
/** What people call such files besides. */
const further = ['.sav', '.model', '.bin'];

/** Suffixes that a model file in a directory may have; content decides the format. */
export const modelSuffixes: readonly string[] = ofDirectories;

/** The name under which a path is served when nobody gives one: `models/iris-model.joblib` is `iris-model`. */
export function modelNameOf(path: string): string {
  const base = basename(path);
  const suffix = [...ofDirectories, ...further].find(one => base.toLowerCase().endsWith(one));
  return suffix === undefined || suffix.length === base.length ? base : base.slice(0, -suffix.length);
}
