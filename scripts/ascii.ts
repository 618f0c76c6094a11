import { transformSync } from 'esbuild';

const outside = /[^\0-\u007f]/g;

/**
 * A program in ASCII that does the same, which Node then reads without decoding and V8 keeps in a byte a character. esbuild has
 * escaped names, strings and plain templates; what is left, in regular expressions and comments, means the same when it is escaped.
 * @param program as esbuild prints it
 * @throws Error where an escape would mean something else: in a tagged template, whose tag may see it, and after a backslash
 */
export function inAscii(program: string, name: string): string {
  if (program.search(outside) === -1) return program;
  // Without templates everything that stood in one is a string, which is escaped.
  const untagged = transformSync(program, {
    supported: { 'template-literal': false },
    legalComments: 'none',
  });
  const [all, others] = [program, untagged.code].map(text => text.match(outside) ?? []);
  const inTemplates = all?.length !== others?.length;
  const [escaped] = /\\[^\0-\u007f]/.exec(program) ?? [];
  if (inTemplates || escaped !== undefined) {
    const where = inTemplates ? 'a tagged template' : `the escape ${escaped}`;
    throw new Error(`${name}: found a character outside ASCII in ${where}; expected an escape or an entity`);
  }
  return program.replace(outside, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
