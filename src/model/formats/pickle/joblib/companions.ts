import { pickleErrors } from '../errors.ts';
import { unwrapZfile } from '../container/zfile.ts';

/**
 * Reads a file that lies beside the model, by its bare name; undefined when there is none. Whoever implements it
 * follows no link out of the folder.
 */
export type Companion = (name: string) => Uint8Array | undefined;

/** The contents of a companion of either form: `.npy`, or raw elements in a zfile. */
export type ReadCompanion = (name: string, form: 'npy' | 'z') => Uint8Array;

/**
 * Guards the port: only bare names pass, since joblib before 0.10 wrote no others, and what is missing is named.
 * @throws `joblib-companion-escapes`, `joblib-companion-missing`
 */
export function readCompanions(
  port: Companion | undefined,
  inflatedLimit: (received: number) => number,
): ReadCompanion {
  return (name, form) => {
    if (!isBareName(name))
      throw pickleErrors.make['joblib-companion-escapes'](
        `the file keeps an array in ${JSON.stringify(name.slice(0, 200))}; expected a name in the same folder`,
      );
    const bytes = port?.(name);
    if (bytes === undefined)
      throw pickleErrors.make['joblib-companion-missing'](
        `the file keeps an array in ${name}, which is not beside it; copy all files of the model into one folder`,
      );
    return form === 'z' ? unwrapZfile(bytes, inflatedLimit(bytes.length)) : bytes;
  };
}

/** One path segment on every system: no separators, drives, NULs, or dots alone. */
function isBareName(name: string): boolean {
  return name.length > 0 && name.length < 256 && !/[/\\:\0]/.test(name) && name !== '.' && name !== '..';
}
