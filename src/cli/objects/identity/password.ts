import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { cliErrors } from '../../errors.ts';
import type { Io } from '../../program.ts';

/** Bytes of the longest password that is read. */
const longest = 4096;

/**
 * Reads a password: all of standard input without its last line break, or what is typed on the terminal, twice when it is new.
 * @throws `password-unreadable`
 */
export async function readPassword(
  io: Io,
  fromStdin: boolean,
  about: string,
  isNew: boolean,
): Promise<string> {
  if (fromStdin) return checked(await allOf(io.input()));
  const password = checked(await typed(io, `${about}: `));
  if (isNew && (await typed(io, 'The same once more: ')) !== password) {
    throw cliErrors.make['password-unreadable']('The two passwords differ.');
  }
  return password;
}

function checked(password: string): string {
  if (password !== '') return password;
  throw cliErrors.make['password-unreadable']('The password: found nothing, expected a password.');
}

async function allOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longest) {
      const text = `Standard input: found more than ${longest} bytes, expected a password.`;
      throw cliErrors.make['password-unreadable'](text);
    }
  }
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
}

/** A line of the terminal, not shown; the terminal is as it was afterwards. */
async function typed(io: Io, prompt: string): Promise<string> {
  let file: number;
  try {
    file = openSync('/dev/tty', 'r+');
  } catch (cause) {
    const text = 'There is no terminal to ask on: give the password with --password-stdin.';
    throw cliErrors.make['password-unreadable'](text, { cause });
  }
  const terminal = new ReadStream(file);
  io.err(prompt);
  terminal.setRawMode(true);
  try {
    return await lineOf(terminal);
  } finally {
    terminal.setRawMode(false);
    terminal.destroy();
    io.err('\n');
  }
}

const interrupt = '\u0003';
const endOfFile = '\u0004';
const erase = /^[\b\u007F]$/;

function lineOf(terminal: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const letters: string[] = [];
    const end = (): void => reject(cliErrors.make['password-unreadable']('No password was typed.'));
    terminal.on('end', end);
    terminal.on('error', end);
    terminal.on('data', chunk => {
      for (const letter of chunk.toString()) {
        if (letter === interrupt || letter === endOfFile) return end();
        if (letter === '\r' || letter === '\n') return resolve(letters.join(''));
        if (erase.test(letter)) letters.pop();
        else if (letters.length < longest) letters.push(letter);
      }
    });
  });
}
