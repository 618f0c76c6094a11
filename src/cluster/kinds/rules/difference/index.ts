import { goValue, indented } from './gojson.ts';
import { unified } from './unified.ts';

export { goValue, inOrder } from './gojson.ts';

/** How two parts of an object differ, as messages about what may not change show it; `type` is the part's struct in Go. */
export function specDifference(type: string, before: object, after: object): string {
  return unified(indented(goValue(type, before)), indented(goValue(type, after)));
}
