/** What differs beside a real API, and not beside Davit's own. */
interface Expected {
  readonly path: RegExp;
  readonly cases?: readonly string[];
  readonly reason: string;
}

export const beside: readonly Expected[] = [];

/** Why a field of a manifest may differ there; undefined when it may not. */
export function expected(name: string, path: string): string | undefined {
  return beside.find(
    one => one.path.test(path) && (one.cases === undefined || one.cases.some(each => name.startsWith(each))),
  )?.reason;
}
