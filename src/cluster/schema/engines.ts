import { createRequire } from 'node:module';
import type * as Cel from '@marcbachmann/cel-js';
import type * as Regex from 're2js';
import type * as Yaml from 'yaml';

/**
 * Libraries that most starts of the server never need, or not before the first answer: read when they are first used. They are
 * required rather than imported because their use lies in the middle of checks that are not asynchronous.
 */
const require = createRequire(import.meta.url);

export function yamlEngine(): typeof Yaml {
  return require('yaml') as typeof Yaml;
}

export function regexEngine(): typeof Regex {
  return require('re2js') as typeof Regex;
}

export function celEngine(): typeof Cel {
  return require('@marcbachmann/cel-js') as typeof Cel;
}
