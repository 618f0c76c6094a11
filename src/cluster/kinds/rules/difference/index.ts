/** How two parts of an object differ. */
export function specDifference(kind: string, before: object, after: object): string {
  return `${kind}\n${JSON.stringify(before)}\n${JSON.stringify(after)}`;
}
